from collections import Counter
from pathlib import Path

import pytest
from ezdxf.document import Drawing
from ezdxf.entities.insert import Insert
from ezdxf.xclip import XClip

from tests.samples import sample
from tests.viewers.render.cad_drawings import codes, problem, render
from viewers.render.cad_dwg import convert_dwg, patch_from_dwg
from viewers.render.cad_dwg_notes import Restored, restore
from viewers.render.cad_dwg_records import Records, read_draw_order, read_records
from viewers.render.cad_load import load_dxf
from viewers.render.cad_refused import CadRefused
from viewers.render.manifest import Completeness, Manifest, PageKind, runs_from_json


def test_a_real_roof_plan_is_one_a2_sheet_with_its_title_block_as_text(tmp_path):
    found = render(sample("annex", "dwg", "Archive_1__TRN_PP_AR-5-02_V01_Katuse-plaan.dwg"), tmp_path)
    (page,) = found.pages
    assert (page.kind, page.paper) == (PageKind.LAYOUT, "A2")
    assert found.format_version == "AC1018"
    assert page.scale_hint == "1:100"
    runs = {run.text for run in runs_from_json((tmp_path / "text" / "0.json").read_text("utf-8"))}
    assert any("AR-5-02" in text for text in runs)
    assert Manifest.from_json(found.to_json()) == found


def test_what_the_conversion_loses_is_named_and_the_page_is_partial(tmp_path):
    found = render(sample("cad", "tika__architectural_-_annotation_scaling_and_multileaders.dwg"), tmp_path)
    assert problem(found, "unsupported-entities").detail == {
        "types": {"MULTILEADER": 36}, "lost_by": "conversion",
    }  # fmt: skip
    assert found.pages[0].completeness is Completeness.PARTIAL


def test_nothing_is_said_of_what_is_put_back(tmp_path):
    found = render(sample("cad", "baolinh__33_MO_BE.dwg"), tmp_path)
    assert "WIPEOUT" in convert_dwg(sample("cad", "baolinh__33_MO_BE.dwg"), tmp_path / "a.dxf").lost
    assert not {"unsupported-entities", "converter-looks"} & codes(found)


def test_a_tarch_dwg_is_never_trusted_and_its_dxf_twin_is_drawn_from_proxies(tmp_path):
    dwg = render(sample("cad", "libredwg__tarch_gh109_1.dwg"), tmp_path / "dwg")
    dxf = render(sample("cad", "libredwg__tarch_gh109_1.dxf"), tmp_path / "dxf")
    assert {page.completeness for page in dwg.pages} == {Completeness.UNTRUSTED}
    assert problem(dwg, "tarch-objects").detail["missing"]["TCH_WALL"] == 9
    assert {page.completeness for page in dxf.pages} == {Completeness.PARTIAL}
    assert problem(dxf, "tarch-objects").detail == {
        "missing": {},
        "shown": problem(dwg, "tarch-objects").detail["missing"],
    }
    assert dxf.pages[0].vector_paths > 2 * dwg.pages[0].vector_paths


def test_tarch_objects_without_a_picture_make_a_dxf_untrusted(tmp_path):
    text = sample("cad", "libredwg__tarch_gh109_1.dxf").read_bytes()
    lines = text.replace(b"\r\n", b"\n").split(b"\n")
    start = lines.index(b"ENTITIES")
    kept = lines[:start]
    pairs = zip(lines[start::2], [*lines[start + 1 :: 2], b""], strict=False)
    # In ACAD_PROXY_ENTITY the picture is the groups 310 that follow a length (160); dropped here.
    for value, code in pairs:
        kept += [value, code]
    bare, skip = [], False
    for n in range(0, len(kept) - 1, 2):
        code, value = kept[n].strip(), kept[n + 1]
        if code == b"0":
            skip = value.strip() == b"ACAD_PROXY_ENTITY"
        if not (skip and code in {b"160", b"92", b"310"}):
            bare += [kept[n], value]
    source = tmp_path / "bare.dxf"
    source.write_bytes(b"\n".join(bare) + b"\n")
    found = render(source, tmp_path / "out")
    assert problem(found, "tarch-objects").detail["missing"]["TCH_WALL"] == 9
    assert {page.completeness for page in found.pages} == {Completeness.UNTRUSTED}


def _restored(source: Path, folder: Path) -> tuple[Drawing, Restored]:
    """The document of a DWG after everything was put back, and what was not."""
    converted = convert_dwg(source, folder / "a.dxf")
    doc = load_dxf(folder / "a.dxf").doc
    return doc, restore(doc, converted.model, converted.lost, read_records(source, converted.version))


def test_line_type_scale_and_paper_come_back_from_the_second_reader(tmp_path):
    source = sample("cad", "libredwg__tarch_gh109_1.dwg")
    convert_dwg(source, tmp_path / "a.dxf")
    doc = load_dxf(tmp_path / "a.dxf").doc
    assert doc.header["$LTSCALE"] == 1.0
    patch_from_dwg(doc, source)
    assert doc.header["$LTSCALE"] == 1000.0
    assert doc.layouts.get("layout1").dxf.paper_width == pytest.approx(215.9, abs=0.1)


def test_pictures_that_the_conversion_drops_without_a_word_are_back(tmp_path):
    source = sample("annex", "dwg", "Archive_1__TRN_PP_AR-7-09_V01_Peasissepaasu-trepp.dwg")
    doc, restored = _restored(source, tmp_path)
    assert not restored.all_lost
    places = sorted(round(image.dxf.insert.x) for image in doc.modelspace().query("IMAGE"))
    assert places == [16266, 17480, 17986, 19217, 19909]
    assert {image.image_def.dxf.filename for image in doc.modelspace().query("IMAGE")} == {
        "Img_4EA342BF 4EA342BF.png"
    }


def test_masks_are_back_where_they_were_in_the_drawing_order(tmp_path):
    source = sample("annex", "dwg", "Archive_1__TRN_PP_AR-7-06_V01_Parapett.dwg")
    doc, restored = _restored(source, tmp_path)
    assert not restored.all_lost
    kinds = [entity.dxftype() for entity in doc.modelspace()]
    assert [n for n, kind in enumerate(kinds) if kind == "WIPEOUT"] == [6, 18, 21, 24, 27, 40, 41]
    mask = doc.modelspace()[6]
    corners = {(round(point.x), round(point.y)) for point in mask.boundary_path_wcs()}
    assert corners == {(2269, 2820), (2459, 2820), (2459, 3010), (2269, 3010)}


def test_leaders_end_in_the_arrowheads_of_their_style(tmp_path):
    source = sample("annex", "dwg", "Archive_1__TRN_PP_AR-6-03_V01_Vaated.dwg")
    doc, restored = _restored(source, tmp_path)
    style = doc.dimstyles.get("GENERATED_STYLE__2")
    assert (style.dxf.dimldrblk, style.dxf.dimasz) == ("ARROWHEAD_1", pytest.approx(182.4))
    assert {leader.dxf.dimstyle for leader in doc.modelspace().query("LEADER")} == {"GENERATED_STYLE__2"}
    circles = [e for e in doc.modelspace().query("LEADER")[0].virtual_entities() if e.dxftype() == "CIRCLE"]
    assert [circle.dxf.radius for circle in circles] == [pytest.approx(182.4 / 4)]
    # Their lines under the texts are not drawn.
    assert sum(restored.looks.values(), Counter()) == {"LEADER": 35}


def test_entities_come_in_the_order_that_the_author_gave_them(tmp_path):
    source = sample("annex", "dwg", "Project__TRN_EP_AS-4-01_V04_Asendiplaan_vertikaal.dwg")
    order = read_draw_order(source, "AC1027")
    assert len(order) == 2787
    converted = convert_dwg(source, tmp_path / "a.dxf")
    before = [e.dxf.handle for e in load_dxf(tmp_path / "a.dxf").doc.modelspace()]
    doc = load_dxf(tmp_path / "a.dxf").doc
    restore(doc, converted.model, converted.lost, Records(order=order))
    after = [e.dxf.handle for e in doc.modelspace()]
    assert set(before) <= set(after)
    assert before != [handle for handle in after if handle in set(before)]
    (model,) = [space for space in converted.model if space.name == "Model"]
    lines = [
        order.get(handle, handle)
        for handle, one in zip(model.handles, model.entities, strict=True)
        if one.kind == "line"
    ]
    unordered = [e.dxf.start for e in load_dxf(tmp_path / "a.dxf").doc.modelspace().query("LINE")]
    ordered = [start for _, start in sorted(zip(lines, unordered, strict=True), key=lambda pair: pair[0])]
    assert [e.dxf.start for e in doc.modelspace().query("LINE")] == ordered


@pytest.mark.parametrize(
    ("name", "outline"),
    [
        ("Archive_1__TRN_PP_AR-5-01_V01_Korruseplaan", [(483, 314), (580, 314), (580, 404), (483, 404)]),
        (
            "Archive_1__TRN_PP_AR-8-03_V01_Akende-spetsifikatsioon",
            [(20, 75), (240, 75), (240, 287), (20, 287)],
        ),
    ],
)
def test_a_cut_block_reference_is_cut(name, outline, tmp_path):
    doc, restored = _restored(sample("annex", "dwg", f"{name}.dwg"), tmp_path)
    cut = [
        XClip(entity) for entity in doc.entitydb.values()
        if isinstance(entity, Insert) and XClip(entity).has_clipping_path
    ]  # fmt: skip
    assert len(cut) == 1
    path = cut[0].get_block_clipping_path().vertices
    assert [(round(v.x), round(v.y)) for v in path] == outline
    assert "XCLIP" not in sum(restored.looks.values(), Counter())


def test_a_cut_that_cannot_be_read_is_said(tmp_path):
    found = render(sample("cad", "acadsharp__sample_AC1014.dwg"), tmp_path)
    assert problem(found, "converter-looks").detail["types"]["XCLIP"] == 1


@pytest.mark.parametrize("version", [b"AC1009", b"AC1006", b"AC2.10"])
def test_dwg_of_release_12_and_before_is_refused_by_version(version, tmp_path):
    source = tmp_path / "old.dwg"
    source.write_bytes(version + bytes(500))
    with pytest.raises(CadRefused) as refused:
        render(source, tmp_path / "out")
    assert (refused.value.code, refused.value.detail["version"]) == ("dwg-too-old", version.decode())


def test_a_broken_dwg_is_refused(tmp_path):
    whole = sample("cad", "baolinh__lancan-left.dwg").read_bytes()
    source = tmp_path / "half.dwg"
    source.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(CadRefused) as refused:
        render(source, tmp_path / "out")
    assert refused.value.code in {"dwg-unreadable", "nothing-to-draw"}
