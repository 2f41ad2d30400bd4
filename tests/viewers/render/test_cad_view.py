import hashlib
import importlib.resources
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from ezdxf.xclip import XClip
from PIL import Image, ImageChops

from tests.samples import ROOT, sample
from tests.viewers.render.cad_drawings import add_frame, codes, new_doc, problem, render, render_doc
from viewers.render.cad_draw import draw_layout
from viewers.render.cad_fonts import ArialGlyphs, NotoGlyphs, SheetFont
from viewers.render.cad_text import ruled_lines
from viewers.render.manifest import Completeness, rules_from_json, runs_from_json
from viewers.render.pdf import draw_view

_RENDER = """
import sys, pathlib
from viewers.render.cad import inspect_cad
from viewers.render.manifest import SourceKind
out = pathlib.Path(sys.argv[2]); out.mkdir()
print(inspect_cad(pathlib.Path(sys.argv[1]), out, SourceKind.DXF, {}).to_json())
"""


def _text(view: Path, index: int = 0) -> str:
    page = pypdfium2.PdfDocument(view)[index]
    return page.get_textpage().get_text_range()


def _pixel(view: Path, x_um: float, y_um: float) -> tuple[int, ...]:
    page = pypdfium2.PdfDocument(view)[0]
    image = page.render(scale=2).to_pil().convert("RGB")
    um = 25_400 / 144
    return image.getpixel((round(x_um / um), image.height - 1 - round(y_um / um)))


def test_the_same_drawing_gives_the_same_bytes_in_another_process(tmp_path):
    source = sample("cad", "ezdxf__hatches_2.dxf")
    digests, manifests = set(), set()
    for seed in ("1", "2"):
        out = tmp_path / seed
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
        run = [sys.executable, "-c", _RENDER, str(source), str(out)]
        manifests.add(subprocess.run(run, env=env, check=True, capture_output=True, text=True).stdout)
        digests.add(hashlib.sha256((out / "view.pdf").read_bytes()).hexdigest())
    assert len(digests) == len(manifests) == 1


def test_chinese_text_can_be_found_in_the_view_and_lies_where_it_is_drawn(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_text("一层平面图", height=700).set_placement((10_000, 50_000))
    render_doc(doc, tmp_path)
    out = tmp_path / "out"
    assert "一层平面图" in _text(out / "view.pdf")
    runs = runs_from_json((out / "text" / "0.json").read_text("utf-8"))
    run = next(r for r in runs if r.text == "一层平面图")
    assert run.x0 == pytest.approx(100_000, abs=200)
    assert run.y0 < 500_000 < run.y1
    assert 5 * 6_000 < run.x1 - run.x0 < 5 * 11_000


def test_text_seen_through_a_viewport_has_its_box_on_the_paper(tmp_path):
    doc = new_doc()
    doc.modelspace().add_text("办公室", height=300).set_placement((5000, 5000))
    paper = doc.layout("Layout1")
    paper.page_setup(size=(420, 297), margins=(0, 0, 0, 0))
    paper.add_viewport(
        center=(210, 148.5), size=(200, 200), view_center_point=(5000, 5000), view_height=20_000
    )
    paper.add_line((10, 10), (400, 10))
    found = render_doc(doc, tmp_path)
    assert (found.pages[0].width_um, found.pages[0].height_um) == (420_000, 297_000)
    (run,) = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    assert run.text == "办公室"
    assert (run.x0, run.y0) == (pytest.approx(210_000, abs=1000), pytest.approx(148_500, abs=1500))


def test_rotated_text_says_its_angle(tmp_path):
    doc = new_doc()
    doc.modelspace().add_text("ABC", height=10, rotation=90).set_placement((0, 0))
    doc.modelspace().add_line((0, 0), (500, 0))
    render_doc(doc, tmp_path)
    (run,) = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    assert run.angle == 90
    assert run.y1 - run.y0 > run.x1 - run.x0


def test_words_of_formatted_text_are_one_run_a_line(tmp_path):
    doc = new_doc()
    doc.modelspace().add_mtext(
        r"{\fArial|b0;Tihendatud mineraalvillaga laiuselt}\Pzweite Zeile", {"char_height": 5}
    )
    doc.modelspace().add_line((0, 0), (500, 0))
    render_doc(doc, tmp_path)
    runs = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    assert [r.text for r in runs] == ["Tihendatud mineraalvillaga laiuselt", "zweite Zeile"]


def test_every_layer_that_draws_is_a_layer_of_the_pdf_and_layers_off_are_named(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    for name in ("墙体", "A-DOOR", "off"):
        doc.layers.add(name)
        doc.modelspace().add_line((0, 0), (50_000, 40_000), {"layer": name})
    doc.layers.get("off").off()
    found = render_doc(doc, tmp_path)
    assert [layer.name for layer in found.pages[0].layers] == ["0", "墙体", "A-DOOR"]
    assert "off" in problem(found, "layers-not-drawn").detail["names"]
    assert "墙体".encode("utf-16-be").hex().encode() in (tmp_path / "out" / "view.pdf").read_bytes()


def test_switching_a_layer_off_hides_what_lies_on_it(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.layers.add("楼板")
    corners = [(10_000, 10_000), (20_000, 10_000), (10_000, 20_000), (20_000, 20_000)]
    doc.modelspace().add_solid(corners, {"layer": "楼板"})
    render_doc(doc, tmp_path)
    view, switched = tmp_path / "out" / "view.pdf", tmp_path / "switched.pdf"
    with pikepdf.open(view) as pdf:
        settings = pdf.Root.OCProperties
        settings.D.OFF = pikepdf.Array([group for group in settings.OCGs if str(group.Name) == "楼板"])
        pdf.save(switched)
    assert _pixel(view, 150_000, 150_000) == (0, 0, 0)
    assert _pixel(switched, 150_000, 150_000) == (255, 255, 255)


def test_a_page_holds_the_text_of_its_own_frame_only(tmp_path):
    doc = new_doc()
    for n in range(2):
        add_frame(doc.modelspace(), n * 90_000, 0, 84_100, 59_400)
        doc.modelspace().add_text(f"SHEET{n}", height=500).set_placement((n * 90_000 + 5000, 5000))
    render_doc(doc, tmp_path)
    for n in range(2):
        text = _text(tmp_path / "out" / "view.pdf", n)
        assert f"SHEET{n}" in text
        assert f"SHEET{1 - n}" not in text


def test_colour_seven_is_black_on_white_and_white_is_no_colour_of_lines(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_solid([(10_000, 10_000), (20_000, 10_000), (10_000, 20_000), (20_000, 20_000)])
    render_doc(doc, tmp_path)
    view = tmp_path / "out" / "view.pdf"
    assert _pixel(view, 150_000, 150_000) == (0, 0, 0)
    assert _pixel(view, 300_000, 550_000) == (255, 255, 255)


def test_a_dimension_is_drawn_in_the_colour_of_its_layer(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.layers.add("DIM", color=1)
    dimension = doc.modelspace().add_linear_dim(
        base=(0, 30_000), p1=(10_000, 20_000), p2=(70_000, 20_000), dimstyle="EZDXF",
        override={"dimclrd": 0, "dimscale": 100}, dxfattribs={"layer": "DIM"},
    )  # fmt: skip
    dimension.render()
    render_doc(doc, tmp_path)
    view = tmp_path / "out" / "view.pdf"
    colours = {_pixel(view, 200_000, 300_000 + off) for off in range(-600, 601, 100)}
    assert any(r > 200 and g < 180 for r, g, b in colours)


def test_long_ruled_lines_are_kept_and_short_or_slanted_ones_are_not(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 42_000, 29_700)
    doc.modelspace().add_line((1000, 1000), (9000, 1000))
    doc.modelspace().add_line((1000, 2000), (1300, 2000))
    doc.modelspace().add_line((1000, 3000), (9000, 9000))
    render_doc(doc, tmp_path)
    lines = rules_from_json((tmp_path / "out" / "rules" / "0.json").read_text())
    assert {(n.x0, n.y0, n.x1, n.y1) for n in lines} == {
        (0, 0, 420_000, 0), (0, 297_000, 420_000, 297_000), (0, 0, 0, 297_000), (420_000, 0, 420_000, 297_000),
        (10_000, 10_000, 90_000, 10_000),
    }  # fmt: skip


def test_ruled_lines_are_longest_first():
    lines = ruled_lines([(0, 0, 5000, 0), (0, 0, 0, 9000), (0, 0, 5000, 0), (0, 0, 3000, 0)])
    assert [(n.x1, n.y1) for n in lines] == [(0, 9000), (5000, 0)]


def test_thumbnails_and_boxes_of_entities_are_written(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    line = doc.modelspace().add_line((10_000, 10_000), (20_000, 30_000))
    found = render_doc(doc, tmp_path)
    told = json.loads((tmp_path / "out" / "entities" / "0.json").read_text())
    assert told["unit"] == 50
    entities = {handle: (told["names"][look], shape) for handle, look, *shape in told["entities"]}
    assert entities[line.dxf.handle] == (["LINE", "0", 0], [[2_000, 2_000, 2_000, 4_000]])
    assert len(entities) == 6
    assert found.pages[0].entities == {"CIRCLE": 1, "LINE": 1, "LWPOLYLINE": 1, "TEXT": 3}
    draw_view(tmp_path / "out" / "view.pdf", tmp_path / "out", has_tiles=False)
    with Image.open(tmp_path / "out" / "thumb" / "0.webp") as thumb:
        assert max(thumb.size) == 512


def test_letters_of_arial_are_as_wide_as_arial_is():
    """Advances of the base font Helvetica (Adobe Font Metrics): A 667, i 222, o 556 at capitals of 718."""
    arial = SheetFont(ArialGlyphs())
    assert arial.text_width_ex("Aio", 716.0) == pytest.approx(667 + 222 + 556, rel=0.001)
    assert arial.text_width_ex("õ", 716.0) == pytest.approx(556, rel=0.001)
    low, high = arial.text_path_ex("H", 1.0).extents()
    assert high.y - low.y == pytest.approx(1.0, abs=0.02)


def test_a_block_turned_mirrored_or_stretched_is_drawn_as_its_copies_would_be(tmp_path):
    doc, plain = new_doc(), new_doc()
    for each in (doc, plain):
        add_frame(each.modelspace(), 0, 0, 84_100, 59_400)
    block = doc.blocks.new("valve")
    block.add_line((0, 0), (3_000, 500))
    block.add_circle((1_000, 1_000), 800)
    block.add_arc((2_000, 0), 900, 10, 140)
    block.add_lwpolyline([(0, 0, 0.5), (2_000, 0, 0), (2_000, 2_000, -1)], format="xyb", close=True)
    for n, (turn, wide, high) in enumerate([(0, 1, 1), (30, 1, 1), (90, -1, 1), (45, 2, 1), (0, 1, 1)]):
        place = {"rotation": turn, "xscale": wide, "yscale": high}
        insert = doc.modelspace().add_blockref("valve", (10_000 + n * 10_000, 20_000), dxfattribs=place)
        for entity in insert.virtual_entities():
            plain.modelspace().add_foreign_entity(entity)
    pictures = []
    for name, each in (("a", doc), ("b", plain)):
        (tmp_path / name).mkdir()
        render_doc(each, tmp_path / name)
        view = pypdfium2.PdfDocument(tmp_path / name / "out" / "view.pdf")
        pictures.append(view[0].render(scale=1, grayscale=True).to_pil())
    apart = ImageChops.difference(*pictures)
    assert pictures[0].getextrema()[0] < 128
    assert apart.getextrema()[1] < 100  # curves of other pieces differ by a shade, never by a line


def test_hanzi_of_shx_styles_are_as_high_as_capitals():
    flat, full = SheetFont(NotoGlyphs(flat=True)), SheetFont(NotoGlyphs(flat=False))
    height = [font.text_path_ex("国", 1.0).extents() for font in (flat, full)]
    assert height[0][1].y - height[0][0].y < 1.0 < height[1][1].y - height[1][0].y


def test_styles_of_narrow_fonts_are_drawn_narrow():
    narrow, full = SheetFont(NotoGlyphs(flat=False, narrow=True)), SheetFont(NotoGlyphs(flat=False))
    drawn = [font.text_path_ex("HN", 1.0).extents()[1].x for font in (narrow, full)]
    assert narrow.text_width("HN") / full.text_width("HN") == pytest.approx(0.82)
    assert drawn[0] / drawn[1] == pytest.approx(0.82)


def test_a_font_sent_along_is_used_and_no_longer_missing(tmp_path):
    font = importlib.resources.files("pylopdf_fonts_zh_cn") / "NotoSerifSC-Regular.otf"
    doc = new_doc()
    doc.styles.add("宋体", font="simsun.ttf")
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_text("图例", height=900, dxfattribs={"style": "宋体"}).set_placement(
        (10_000, 10_000)
    )
    view = tmp_path / "out" / "view.pdf"
    without = render_doc(doc, tmp_path)
    sans = view.read_bytes()
    assert "simsun.ttf" in problem(without, "missing-font").detail["names"]
    with importlib.resources.as_file(font) as path:
        sent = render_doc(doc, tmp_path, {"SimSun.ttf": path})
    assert "simsun.ttf" not in problem(sent, "missing-font").detail["names"]
    assert view.read_bytes() != sans


def test_a_picture_comes_from_what_was_sent_along_and_never_from_the_path_in_the_drawing(tmp_path):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (40, 40), (200, 0, 0)).save(secret)
    blue = tmp_path / "sent"
    Image.new("RGB", (40, 40), (0, 0, 200)).save(blue, "PNG")
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    definition = doc.add_image_def(str(secret), (40, 40))
    doc.modelspace().add_image(definition, (10_000, 10_000), (20_000, 20_000))
    view = tmp_path / "out" / "view.pdf"
    found = render_doc(doc, tmp_path)
    assert problem(found, "missing-image").detail["names"] == ["secret.png"]
    assert found.pages[0].completeness is Completeness.PARTIAL
    assert _pixel(view, 150_000, 150_000) == (255, 255, 255)
    found = render_doc(doc, tmp_path, {"Secret.PNG": blue})
    assert found.pages[0].completeness is Completeness.COMPLETE
    assert _pixel(view, 150_000, 150_000) == (0, 0, 200)


def test_an_external_reference_is_reported_or_put_in_when_sent_along(tmp_path):
    host, plan = new_doc(), new_doc()
    plan.modelspace().add_text("柱网", height=900).set_placement((20_000, 20_000))
    plan.saveas(tmp_path / "plan.dxf")
    add_frame(host.modelspace(), 0, 0, 84_100, 59_400)
    host.add_xref_def(r"..\XR\PLAN.dxf", "plan")
    host.modelspace().add_blockref("plan", (0, 0))
    missing = render_doc(host, tmp_path)
    assert problem(missing, "missing-xref").detail["names"] == ["plan.dxf"]
    assert missing.pages[0].completeness is Completeness.PARTIAL
    found = render_doc(host, tmp_path, {"plan.dxf": tmp_path / "plan.dxf"})
    assert "missing-xref" not in codes(found)
    assert "柱网" in _text(tmp_path / "out" / "view.pdf")


def test_plot_styles_that_every_program_has_make_all_colours_black(tmp_path):
    doc = new_doc()
    doc.modelspace().dxf.current_style_sheet = "monochrome.ctb"
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_solid(
        [(10_000, 10_000), (20_000, 10_000), (10_000, 20_000), (20_000, 20_000)], {"color": 2}
    )
    render_doc(doc, tmp_path)
    assert _pixel(tmp_path / "out" / "view.pdf", 150_000, 150_000) == (0, 0, 0)


def test_a_hatch_too_fine_for_the_paper_is_filled_and_ends(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    hatch = doc.modelspace().add_hatch(color=1)
    hatch.set_pattern_fill("ANSI31", color=1, scale=1e-6)
    hatch.paths.add_polyline_path([(10_000, 10_000), (20_000, 10_000), (20_000, 20_000), (10_000, 20_000)])
    render_doc(doc, tmp_path)
    assert _pixel(tmp_path / "out" / "view.pdf", 150_000, 150_000) == (255, 0, 0)


@pytest.mark.parametrize(
    "name",
    ["ezdxf__text_in_viewports", "ezdxf__viewports", "ezdxf__hatches_1", "ezdxf__xclip", "netdxf__sample_binary",
     "ezdxf__dimension_in_nested_blocks", "ezdxf__recover01", "mlight__block-color"],
)  # fmt: skip
def test_real_drawings_become_pages_that_a_pdf_reader_shows(name, tmp_path):
    found = render(sample("cad", f"{name}.dxf"), tmp_path)
    document = pypdfium2.PdfDocument(tmp_path / "view.pdf")
    assert len(document) == len(found.pages)
    for index, page in enumerate(found.pages):
        assert document[index].get_width() * 25_400 / 72 == pytest.approx(page.width_um, abs=10)
        low, high = document[index].render(scale=0.5).to_pil().convert("L").getextrema()
        assert low < 200 < high


@pytest.mark.parametrize(("policy", "frames"), [(0, 0), (1, 1), (2, 0), (None, 0)])
def test_the_frame_of_a_clip_is_drawn_when_it_is_plotted(policy, frames):
    doc = new_doc()
    doc.blocks.new("B").add_line((0, 0), (100, 0))
    XClip(doc.modelspace().add_blockref("B", (0, 0))).set_block_clipping_path([(10, -5), (60, 5)])
    if policy is None:
        del doc.header["$XCLIPFRAME"]
    else:
        doc.header["$XCLIPFRAME"] = policy
    recording = draw_layout(doc, doc.modelspace(), {}, unit_mm=1, draw_dashes=True)
    assert len(recording.records) == 1 + frames
    assert recording.boxes[0].tolist() == [10, 0, 60, 0]
