"""Single steps of a comparison: the ink index, rows of a table of revisions, pens, pieces of a scan."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.viewers.render.pdf_samples import line, write_pdf
from viewers.render.compare import ink
from viewers.render.compare.difference import style_names
from viewers.render.compare.pages import compare_files
from viewers.render.compare.placing import IDENTITY
from viewers.render.compare.raster import _longest_piece
from viewers.render.compare.revision_rows import added_rows, routine_rows
from viewers.render.compare.values import Kind
from viewers.render.manifest import TextRun

HEAD = ("版次", 0, 10_000, 4_000, 13_000), ("修改内容", 60_000, 10_000, 70_000, 13_000)
ROW = (
    ("B", 1_000, 3_000, 3_000, 6_000),
    ("按审图意见修改", 57_000, 3_300, 72_000, 5_900),
    ("2026.05.18", 135_000, 2_900, 146_000, 6_100),
)
"""Its words do not stand to the micrometre on one line."""


def turned(words, angle):
    """Words as they lie on a sheet that was turned counter-clockwise."""
    places = {
        0: lambda x0, y0, x1, y1: (x0, y0, x1, y1),
        90: lambda x0, y0, x1, y1: (-y1, x0, -y0, x1),
        180: lambda x0, y0, x1, y1: (-x1, -y1, -x0, -y0),
        270: lambda x0, y0, x1, y1: (y0, -x1, y1, -x0),
    }
    return [TextRun(text, *places[angle](*box), angle) for text, *box in words]


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_row_of_a_table_of_revisions_is_one_row_however_the_sheet_is_turned(angle):
    head, row = turned(HEAD, angle), turned(ROW, angle)
    rows = added_rows(head, head + row, IDENTITY)
    assert [r.text for r in rows] == ["B 按审图意见修改 2026.05.18"]
    assert routine_rows(rows, head + row) == rows


def test_a_row_far_from_the_head_or_without_a_date_is_content():
    head = turned(HEAD, 0)
    far = [TextRun(r.text, r.x0, r.y0 - 150_000, r.x1, r.y1 - 150_000) for r in turned(ROW, 0)]
    assert added_rows(head, head + far, IDENTITY) == ()
    undated = turned(ROW[:2], 0)
    rows = added_rows(head, head + undated, IDENTITY)
    assert [r.text for r in rows] == ["B 按审图意见修改"]
    assert routine_rows(rows, head + undated) == ()


def test_ink_is_laid_the_same_whether_it_is_rare_or_not(monkeypatch):
    chance = np.random.default_rng(3)
    start = chance.uniform(-2_000, 42_000, (400, 2))
    segments = np.hstack([start, start + chance.uniform(-3_000, 3_000, (400, 2))])
    grids = []
    for share in (0.0, 1e9):
        monkeypatch.setattr(ink, "_RARE", share)
        grids.append(ink.InkGrid(segments, (40_000, 30_000), 100.0))
    points = chance.uniform(0, (40_000, 30_000), (20_000, 2))
    marks = np.left_shift(np.uint8(1), chance.integers(0, 8, len(points)).astype(np.uint8))
    found = [grid.has(points, marks) for grid in grids]
    assert 0 < found[0].sum() < len(points)
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize("scale", [1.0, 2**0.5, 0.5])
def test_pens_a_fifth_apart_are_one_pen_however_large_the_plot(scale):
    before = SimpleNamespace(styles=["pen #000000"] * 3, pens=[200.0, 250.0, 400.0])
    after = SimpleNamespace(styles=["pen #000000"] * 3, pens=[round(p * scale, 3) for p in before.pens])
    old, new = style_names(before, after, scale)
    assert old == new
    assert old[0] == old[1] != old[2]


def test_two_specks_side_by_side_are_no_longer_than_one():
    speck = np.array([(x, y) for x in range(3) for y in range(3)], dtype=float) * 170
    two = np.concatenate([speck, speck + np.array((600, 1_700))])
    assert _longest_piece(speck, 170) == _longest_piece(two, 170) == pytest.approx(340)
    stroke = np.column_stack([np.arange(10) * 170.0, np.zeros(10)])
    assert _longest_piece(np.concatenate([two, stroke + 9_000]), 170) == pytest.approx(1_530)


def test_what_only_the_pages_drawn_show_is_told_beside_a_line_that_changed(tmp_path):
    lines = "".join(line(20, y, 500, y) for y in range(20, 400, 20))
    mm = 72 / 25.4
    photo = f"q {30 * mm} 0 0 {9 * mm} {95 * mm} {126 * mm} cm BI /W 1 /H 1 /BPC 8 /CS /G ID P EI Q\n"
    old = write_pdf(tmp_path / "old.pdf", lines + line(30, 25, 60, 30))
    new = write_pdf(tmp_path / "new.pdf", lines + line(200, 305, 240, 310) + line(30, 25, 60, 30) + photo)
    found = compare_files((old, 0), (new, 0), tmp_path).regions
    assert [(r.kind, r.why) for r in found] == [(Kind.ADDED, "lines"), (Kind.ADDED, "picture")]


def test_a_few_strokes_rounded_otherwise_are_no_change_to_the_eye(tmp_path):
    lines = [line(20, y, 400, y) for y in range(20, 280, 20)]
    nudged = [line(20, y + 0.04, 400, y + 0.04) for y in range(20, 80, 20)]
    old = write_pdf(tmp_path / "old.pdf", "1 w " + "".join(lines))
    new = write_pdf(tmp_path / "new.pdf", "1 w " + "".join([*lines[3:], *nudged]))
    assert compare_files((old, 0), (new, 0), tmp_path).regions == ()
