from itertools import pairwise

import pytest

from tests.samples import sample
from tests.viewers.render.cad_drawings import add_frame, codes, new_doc, problem, render, render_doc
from viewers.render.cad_frames import match_paper, scale_hint
from viewers.render.manifest import PageKind


def test_an_a1_frame_drawn_at_1_to_100_is_a_page_841_mm_wide(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 1000, 2000, 84_100, 59_400)
    (page,) = render_doc(doc, tmp_path).pages
    assert page.kind is PageKind.FRAME
    assert (page.width_um, page.height_um) == (841_000, 594_000)
    assert (page.paper, page.scale_hint) == ("A1", "1:100")


def test_frames_side_by_side_in_model_space_are_pages_in_reading_order(tmp_path):
    doc = new_doc()
    model = doc.modelspace()
    add_frame(model, 0, 0, 42_000, 29_700)
    add_frame(model, 50_000, 60, 63_000, 29_700)
    add_frame(model, 0, 40_000, 59_400, 42_000)
    pages = render_doc(doc, tmp_path).pages
    assert [page.paper for page in pages] == ["A2", "A3", "A3+1/2"]
    assert {page.scale_hint for page in pages} == {"1:100"}


def test_a_frame_inside_a_block_is_found_at_the_scale_of_its_insertion(tmp_path):
    doc = new_doc()
    add_frame(doc.blocks.new("A1图框"), 0, 0, 841, 594)
    doc.modelspace().add_blockref("A1图框", (500, 500), dxfattribs={"xscale": 50, "yscale": 50})
    (page,) = render_doc(doc, tmp_path).pages
    assert (page.paper, page.scale_hint) == ("A1", "1:50")


def test_a_frame_of_single_lines_is_found(tmp_path):
    doc = new_doc()
    model = doc.modelspace()
    corners = [(0, 0), (42_000, 0), (42_000, 29_700), (0, 29_700), (0, 0)]
    for a, b in pairwise(corners):
        model.add_line(a, b)
    model.add_text("图 号", height=300).set_placement((30_000, 1000))
    model.add_text("审 核", height=300).set_placement((30_000, 2000))
    (page,) = render_doc(doc, tmp_path).pages
    assert (page.kind, page.paper) == (PageKind.FRAME, "A3")


def test_a_rectangle_of_the_right_shape_without_a_title_block_is_no_frame(tmp_path):
    doc = new_doc()
    doc.modelspace().add_lwpolyline([(0, 0), (8410, 0), (8410, 5940), (0, 5940)], close=True)
    (page,) = render_doc(doc, tmp_path).pages
    assert page.kind is PageKind.MODEL
    assert "paper-size-unknown" in codes(render_doc(doc, tmp_path))


def test_what_lies_outside_all_frames_is_reported(tmp_path):
    doc = new_doc()
    add_frame(doc.modelspace(), 0, 0, 84_100, 59_400)
    doc.modelspace().add_line((200_000, 0), (210_000, 0))
    found = problem(render_doc(doc, tmp_path), "outside-frames")
    assert found.detail["entities"] == 1
    assert found.detail["box"] == [200_000, 0, 210_000, 0]


def test_model_space_that_no_viewport_shows_becomes_a_page_too(tmp_path):
    found = render(sample("cad", "dxfkit__public_samples_floorplan.dxf"), tmp_path)
    assert [page.kind for page in found.pages] == [PageKind.LAYOUT, PageKind.MODEL]
    assert found.pages[1].text_runs > 150


def test_two_frames_of_a_real_chinese_drawing_are_two_a3_sheets(tmp_path):
    found = render(sample("cad", "happyrust__legend_gbk.dxf"), tmp_path)
    assert [(page.kind, page.paper) for page in found.pages] == [(PageKind.FRAME, "A3")] * 2


@pytest.mark.parametrize(
    ("width", "height", "size", "units_per_mm"),
    [
        (118_900, 84_100, "A0", 100),
        (1051, 594, "A1+", 1),
        (29_700, 42_000, "A3", 100),
        (84.1, 59.4, "A1", 0.1),
    ],
)
def test_standard_sizes_are_matched_with_their_scale(width, height, size, units_per_mm):
    frame = match_paper((0, 0, width, height))
    assert frame is not None
    assert frame.size == size
    assert frame.units_per_mm == pytest.approx(units_per_mm, rel=1e-3)


def test_an_odd_rectangle_matches_no_size():
    assert match_paper((0, 0, 1000, 800)) is None
    assert match_paper((0, 0, 841 * 1.37, 594 * 1.37)) is None


def test_a_frame_drawn_in_metres_tells_its_scale():
    assert scale_hint(0.1, 1.0) == "1:100"
    assert scale_hint(0.1, 1000.0) == "1:100"
    assert scale_hint(150.02, 1.0) == "1:150"
