import pytest

from tests.samples import sample
from tests.viewers.render.cad_drawings import problem, render
from viewers.render.cad_dwg import convert_dwg, patch_from_dwg
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
    found = render(sample("annex", "dwg", "Archive_1__TRN_PP_AR-7-02_V01_Aken-vert.dwg"), tmp_path)
    assert problem(found, "unsupported-entities").detail["types"] == {"WIPEOUT": 8}
    assert found.pages[0].completeness is Completeness.PARTIAL


def test_leaders_that_lose_their_arrowheads_are_counted_and_the_sheet_is_not_called_complete(tmp_path):
    found = render(sample("annex", "dwg", "Archive_1__TRN_PP_AR-6-03_V01_Vaated.dwg"), tmp_path)
    assert problem(found, "converter-looks").detail["types"]["LEADER"] == 35
    assert found.pages[0].completeness is Completeness.PARTIAL


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


def test_line_type_scale_and_paper_come_back_from_the_second_reader(tmp_path):
    source = sample("cad", "libredwg__tarch_gh109_1.dwg")
    convert_dwg(source, tmp_path / "a.dxf")
    doc = load_dxf(tmp_path / "a.dxf").doc
    assert doc.header["$LTSCALE"] == 1.0
    patch_from_dwg(doc, source)
    assert doc.header["$LTSCALE"] == 1000.0
    assert doc.layouts.get("layout1").dxf.paper_width == pytest.approx(215.9, abs=0.1)


def test_pictures_that_the_conversion_drops_without_a_word_are_counted(tmp_path):
    found = render(sample("annex", "dwg", "Archive_1__TRN_PP_AR-7-09_V01_Peasissepaasu-trepp.dwg"), tmp_path)
    assert problem(found, "unsupported-entities").detail["types"] == {"IMAGE": 4}


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
