import time
from pathlib import Path

import ezdxf
import pytest

from tests.samples import sample
from tests.viewers.render.cad_drawings import add_frame, new_doc, problem, render, render_doc
from viewers.render.cad_encoding import looks_like_gbk, read_encoding
from viewers.render.cad_refused import CadRefused
from viewers.render.manifest import runs_from_json

PATIENCE = 15
"""CPU seconds within which a hostile drawing is settled; drawing it would take minutes, or for ever. Reading the file alone
is counted too, and takes twice as long on a machine that does other things."""


def _refusal(doc, folder) -> CadRefused:
    source = folder / "hostile.dxf"
    doc.saveas(source)
    begun = time.process_time()
    with pytest.raises(CadRefused) as refused:
        render(source, folder / "out")
    assert time.process_time() - begun < PATIENCE
    return refused.value


def test_a_bomb_of_nested_blocks_is_refused_before_drawing(tmp_path):
    doc = new_doc()
    doc.blocks.new("B0").add_line((0, 0), (1, 1))
    for level in range(1, 9):
        block = doc.blocks.new(f"B{level}")
        for n in range(10):
            block.add_blockref(f"B{level - 1}", (n, 0))
    doc.modelspace().add_blockref("B8", (0, 0))
    refused = _refusal(doc, tmp_path)
    assert refused.code == "too-many-primitives"
    assert refused.detail["primitives"] > 10**8


def test_a_multiple_insert_of_a_billion_is_refused(tmp_path):
    doc = new_doc()
    doc.blocks.new("B").add_line((0, 0), (1, 1))
    doc.modelspace().add_blockref("B", (0, 0), {"row_count": 30_000, "column_count": 30_000})
    assert _refusal(doc, tmp_path).code == "too-many-primitives"


def test_blocks_that_hold_each_other_are_refused(tmp_path):
    doc = new_doc()
    a, b = doc.blocks.new("A"), doc.blocks.new("B")
    a.add_blockref("B", (0, 0))
    b.add_blockref("A", (0, 0))
    doc.modelspace().add_blockref("A", (0, 0))
    assert _refusal(doc, tmp_path).code == "block-cycle"


def test_a_block_that_holds_itself_is_refused(tmp_path):
    doc = new_doc()
    doc.blocks.new("S").add_blockref("S", (0, 0))
    assert _refusal(doc, tmp_path).code == "block-cycle"


def test_blocks_three_thousand_deep_are_refused_without_recursion(tmp_path):
    doc = new_doc()
    doc.blocks.new("D0").add_line((0, 0), (1, 1))
    for level in range(1, 3000):
        doc.blocks.new(f"D{level}").add_blockref(f"D{level - 1}", (0, 0))
    doc.modelspace().add_blockref("D2999", (0, 0))
    assert _refusal(doc, tmp_path).code == "block-depth"


def test_formatted_text_of_twenty_thousand_groups_is_refused(tmp_path):
    doc = new_doc()
    doc.modelspace().add_mtext("{" * 20_000 + "x" + "}" * 20_000)
    assert _refusal(doc, tmp_path).code == "text-too-long"


def test_a_spline_of_two_hundred_thousand_points_is_refused(tmp_path):
    doc = new_doc()
    doc.modelspace().add_spline().control_points = [(n, n % 7, 0) for n in range(200_001)]
    doc.modelspace().query("SPLINE").first.knots = list(range(200_005))
    assert _refusal(doc, tmp_path).code == "spline-too-long"


def test_a_line_of_a_billion_dashes_is_drawn_solid(tmp_path):
    doc = new_doc()
    doc.linetypes.add("TINY", [0.0002, 0.0001, -0.0001])
    doc.modelspace().add_line((0, 0), (1e6, 0), {"linetype": "TINY"})
    begun = time.process_time()
    found = render_doc(doc, tmp_path)
    assert time.process_time() - begun < PATIENCE
    assert problem(found, "linetypes-solid").detail["dashes"] > 10**8


def test_coordinates_that_are_not_numbers_are_removed_and_counted(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_line((0, 0), (float("nan"), 0))
    doc.modelspace().add_circle((1e308, 0), 5)
    doc.modelspace().add_lwpolyline([(0, 0), (float("inf"), 5)])
    found = render_doc(doc, tmp_path)
    assert problem(found, "invalid-coordinates").detail["types"] == {"CIRCLE": 1, "LINE": 1, "LWPOLYLINE": 1}
    assert found.pages[0].paper == "A1"


def test_one_far_stray_does_not_turn_the_drawing_into_a_dot(tmp_path):
    doc = new_doc()
    for n in range(300):
        doc.modelspace().add_line((n, 0), (n, 200))
    doc.modelspace().add_line((1e8, 1e8), (1e8 + 1, 1e8))
    found = render_doc(doc, tmp_path)
    assert 300_000 <= found.pages[0].width_um <= 1_300_000
    assert problem(found, "outside-frames").detail["entities"] == 1


@pytest.mark.parametrize(
    "data", [b"", b"not a drawing", b"0\nSECTION\n2\nENTITIES\n0\nLINE\n10\nx\n", bytes(1000)]
)
def test_what_is_no_dxf_is_refused(data, tmp_path):
    source = tmp_path / "broken.dxf"
    source.write_bytes(data)
    with pytest.raises(CadRefused) as refused:
        render(source, tmp_path / "out")
    assert refused.value.code in {"dxf-unreadable", "nothing-to-draw"}


def test_a_real_file_that_no_reader_takes_is_refused_with_both_reasons(tmp_path):
    with pytest.raises(CadRefused) as refused:
        render(sample("cad", "dxfkit__public_samples_linetypes.dxf"), tmp_path)
    assert refused.value.code == "dxf-unreadable"
    assert set(refused.value.detail) == {"strict", "recover"}


def test_solids_that_cannot_be_drawn_are_named_in_the_refusal(tmp_path):
    with pytest.raises(CadRefused) as refused:
        render(sample("cad", "ezdxf__3dsolids.dxf"), tmp_path)
    assert refused.value.code == "nothing-to-draw"
    assert refused.value.detail["not_shown"] == {"3DSOLID": 4}


def _old_chinese_dxf(folder: Path, declared: str) -> Path:
    doc = ezdxf.new("R2000")
    doc.encoding = "gbk"
    doc.modelspace().add_text("一层平面图 卫生间 楼梯间", height=5)
    source = folder / f"{declared or 'none'}.dxf"
    doc.saveas(source)
    data = source.read_bytes()
    assert "一层".encode("gbk") in data
    source.write_bytes(data.replace(b"ANSI_936", declared.encode()))
    return source


@pytest.mark.parametrize("declared", ["ANSI_1252", ""])
def test_chinese_under_a_wrong_code_page_is_read_as_gbk_and_said_so(declared, tmp_path):
    found = render(_old_chinese_dxf(tmp_path, declared), tmp_path / "out")
    assert problem(found, "encoding-guessed").detail == {"declared": declared, "used": "gbk"}
    (run,) = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    assert run.text == "一层平面图 卫生间 楼梯间"


def test_chinese_under_the_right_code_page_needs_no_guess(tmp_path):
    assert read_encoding(_old_chinese_dxf(tmp_path, "ANSI_936").read_bytes()).guessed == ""


def test_western_letters_are_not_taken_for_chinese():
    assert not looks_like_gbk("Größe für Übergänge, façade, señal, 45°, ø 100 × 200".encode("cp1252"))
    assert not looks_like_gbk("Несущая стена первого этажа".encode("cp1251"))


def test_bytes_that_are_no_text_do_not_break_the_manifest(tmp_path):
    doc = new_doc()
    doc.layers.add("LAYERNAME")
    doc.modelspace().add_text("SOMETEXT", height=5, dxfattribs={"layer": "LAYERNAME"})
    source = tmp_path / "bytes.dxf"
    doc.saveas(source)
    damaged = source.read_bytes().replace(b"SOMETEXT", b"A\xff\xfe\x80B").replace(b"LAYERNAME", b"L\xe9\xff")
    source.write_bytes(damaged)
    found = render(source, tmp_path / "out")
    assert found.to_json().encode("utf-8")
    assert not found.pages[0].text_usable
    (run,) = runs_from_json((tmp_path / "out" / "text" / "0.json").read_text("utf-8"))
    assert "\ufffd" in run.text
