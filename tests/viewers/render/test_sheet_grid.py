import itertools

import pytest

from viewers.render.manifest import TextRun
from viewers.render.sheet_grid import Grid, grid_of

A3 = (420_000, 297_000)


def mark(text: str, x_mm: float, y_mm: float) -> TextRun:
    x, y = round(x_mm * 1000), round(y_mm * 1000)
    return TextRun(text, x - 1_000, y - 1_500, x + 1_000, y + 1_500)


def field(grid: Grid, x_mm: float, y_mm: float) -> str:
    column = next(f.mark for f in grid.columns if f.start <= x_mm * 1000 < f.end)
    row = next(f.mark for f in grid.rows if f.start <= y_mm * 1000 < f.end)
    return row + column


def frame_marks(columns="12345678", rows="ABCDEF"):
    across = [mark(c, (n + 0.5) * 420 / len(columns), 5) for n, c in enumerate(columns)]
    down = [mark(r, 6, 297 - (n + 0.5) * 297 / len(rows)) for n, r in enumerate(rows)]
    return across + down


def test_marks_in_the_frame_are_read():
    grid = grid_of(*A3, frame_marks())
    assert grid.is_drawn
    assert field(grid, 5, 290) == "A1"
    assert field(grid, 150, 170) == "C3"
    assert field(grid, 415, 5) == "F8"


def test_figures_from_the_right_are_read_as_they_stand():
    grid = grid_of(*A3, frame_marks(columns="87654321"))
    assert grid.is_drawn
    assert field(grid, 5, 290) == "A8"


def test_letters_skip_i_and_o_and_marks_that_do_not_are_not_believed():
    assert grid_of(*A3, frame_marks(rows="ABCDEFGHJK")).is_drawn
    assert not grid_of(*A3, frame_marks(rows="ABDE")).is_drawn


@pytest.mark.parametrize(
    "runs",
    [
        [],
        frame_marks()[:8],  # figures only
        [mark(str(n + 1), 40 + 20 * n, 5) for n in range(8)] + frame_marks()[8:],  # a part of the edge only
        [mark(str(n + 1), x, 5) for n, x in enumerate((20, 30, 150, 160, 300, 310, 390, 410))]
        + frame_marks()[8:],
        [mark(c, (n + 0.5) * 52.5, 150) for n, c in enumerate("12345678")],  # in the middle of the sheet
    ],
)
def test_what_only_looks_like_marks_gives_computed_fields_that_are_called_so(runs):
    assert not grid_of(*A3, runs).is_drawn


@pytest.mark.parametrize(
    ("size", "across", "down"),
    [((1189, 841), 24, 16), ((841, 594), 16, 12), ((594, 420), 12, 8), ((420, 297), 8, 6), ((30, 20), 2, 2)],
)
def test_computed_fields_are_those_of_the_standard_and_cover_the_sheet(size, across, down):
    width, height = (side * 1000 for side in size)
    grid = grid_of(width, height, [])
    assert (len(grid.columns), len(grid.rows)) == (across, down)
    for fields, side in ((grid.columns, width), (grid.rows, height)):
        assert fields[0].start == 0
        assert fields[-1].end == side
        assert all(a.end == b.start for a, b in itertools.pairwise(fields))
        assert all(f.end - f.start == 50_000 for f in fields[1:-1])
    assert grid.rows[-1].mark == "A"
    assert grid.columns[0].mark == "1"
