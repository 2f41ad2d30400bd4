"""Grid references of a sheet (图幅分区): fields with letters down and figures across, as ``C3``.

Read from the letters and figures in the frame where they are drawn; else equal fields of 50 mm from the axes of
symmetry of the sheet, as ISO 5457, 4.4, and GB/T 14689 lay them out, and said to be computed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from viewers.render.manifest import TextRun

FIELD_UM = 50_000
_STRIP = 0.06
"""Zone marks stand within this share of the sheet from its edge, at most 30 mm."""
_STRIP_MOST_UM = 30_000
_LEAST_FIELDS = 2
_MOST_FIELDS = 40
_UNEVEN = 0.25
"""How far a field may differ from the usual one."""
_COVERED = 0.7
"""Marks that stand along less of the edge number something else: rows of a table, axes."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O (ISO 5457, 4.4)."""


@dataclass(frozen=True)
class Field:
    """One column or row: its mark, and from where to where it reaches (um)."""

    mark: str
    start: int
    end: int


@dataclass(frozen=True)
class Grid:
    """The fields of a sheet."""

    columns: tuple[Field, ...]
    """From the left."""
    rows: tuple[Field, ...]
    """From the bottom."""
    is_drawn: bool
    """The marks are on the sheet; else the fields are computed from its size."""


def grid_of(width_um: int, height_um: int, runs: Sequence[TextRun]) -> Grid:
    """The grid of a sheet, from its size and text."""
    strip = min(_STRIP_MOST_UM, round(min(width_um, height_um) * _STRIP))
    marks = [run for run in runs if re.fullmatch(r"[A-HJ-NP-Z]|[1-9]\d?", run.text.strip(), re.ASCII)]
    across = [
        _sequence(marks, lambda r: r.y1 <= strip, _x, width_um),
        _sequence(marks, lambda r: r.y0 >= height_um - strip, _x, width_um),
    ]
    along = [
        _sequence(marks, lambda r: r.x1 <= strip, _y, height_um),
        _sequence(marks, lambda r: r.x0 >= width_um - strip, _y, height_um),
    ]
    columns, rows = next(filter(None, across), None), next(filter(None, along), None)
    if columns and rows and columns[0].mark.isdigit() != rows[0].mark.isdigit():
        return Grid(tuple(columns), tuple(rows), is_drawn=True)
    figures = [str(n + 1) for n in range(_MOST_FIELDS * 4)]
    letters = [*LETTERS, *(a + b for a in LETTERS for b in LETTERS)]
    down = _equal(height_um)
    return Grid(
        tuple(Field(figures[n], a, b) for n, (a, b) in enumerate(_equal(width_um))),
        tuple(Field(letters[len(down) - 1 - n], a, b) for n, (a, b) in enumerate(down)),  # A is at the top
        is_drawn=False,
    )


def field_of(grid: Grid, x: int, y: int) -> str:
    """The field of a point, um: rows by letters before columns by figures; of the nearest field beyond the edge."""
    column, row = _at(grid.columns, x), _at(grid.rows, y)
    return f"{column}{row}" if row.isdigit() else f"{row}{column}"


def _at(fields: Sequence[Field], um: int) -> str:
    return next((f.mark for f in fields if f.start <= um < f.end), fields[0 if um <= 0 else -1].mark)


def _x(run: TextRun) -> int:
    return (run.x0 + run.x1) // 2


def _y(run: TextRun) -> int:
    return (run.y0 + run.y1) // 2


def _sequence(
    marks: Sequence[TextRun],
    is_in_strip: Callable[[TextRun], bool],
    place: Callable[[TextRun], int],
    side: int,
) -> list[Field] | None:
    """The fields along one edge, when its marks count on without a gap at even distances over most of the edge."""
    found = sorted((place(run), run.text.strip()) for run in marks if is_in_strip(run))
    for kind in (str.isdigit, str.isalpha):
        chosen = [(at, mark) for at, mark in found if kind(mark)]
        if _LEAST_FIELDS <= len(chosen) <= _MOST_FIELDS and _counts_on([mark for _, mark in chosen]):
            fields = _between(chosen, side)
            if fields is not None:
                return fields
    return None


def _counts_on(marks: list[str]) -> bool:
    order = [int(m) - 1 if m.isdigit() else LETTERS.index(m) for m in marks]
    whole = list(range(len(order)))
    return order in (whole, whole[::-1])


def _between(chosen: list[tuple[int, str]], side: int) -> list[Field] | None:
    places = [at for at, _ in chosen]
    steps = [b - a for a, b in itertools.pairwise(places)]
    usual = sorted(steps)[len(steps) // 2]
    inner = steps[1:-1] if len(steps) > 3 else steps  # the fields in the corners may be larger
    if usual <= 0 or any(abs(step - usual) > _UNEVEN * usual for step in inner):
        return None
    if places[-1] - places[0] + usual < _COVERED * side:
        return None
    cuts = [0, *((a + b) // 2 for a, b in itertools.pairwise(places)), side]
    return [Field(mark, cuts[n], cuts[n + 1]) for n, (_, mark) in enumerate(chosen)]


def _equal(side: int) -> list[tuple[int, int]]:
    """Fields of 50 mm from the middle outwards; a remainder of half a field and more is one of its own: A1 has 16 × 12."""
    half = max(1, min(round(side / (2 * FIELD_UM)), 2 * _MOST_FIELDS))
    middle = side // 2
    cuts = [0, *(middle + n * FIELD_UM for n in range(1 - half, half)), side]
    return list(itertools.pairwise(cuts))
