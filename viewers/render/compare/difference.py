"""What is drawn on one sheet only, as points; and what is drawn on both, but in another style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from viewers.render.compare.drawn import Drawn, Floats
from viewers.render.compare.ink import InkGrid, chunks, directions, fitting_cell
from viewers.render.compare.placing import Map, apply_segments, scale_of

CELL_UM = 100.0
"""What lies within this is the same place: writers round to a hundredth of a point up to a tenth of a millimetre."""
LARGEST_CELL_UM = 500.0
_STYLE_CELL_UM = 300.0
_MOST_STYLES = 31
_HAIRLINE_UM = 60.0
_PEN_SHARE = 0.21
"""Not a fifth to the point: pens of 0.20 and 0.25 mm are one whichever way they are rounded."""
_COLOUR_STEP = 6
"""Of 255: what nobody tells apart."""
_SHORTEST_RUN_UM = 250.0
"""Less than this of one segment without a partner is an end cut elsewhere, not a change."""


@dataclass
class Unmatched:
    """Points of one sheet, in the sheet space of the second."""

    points: Floats
    weight: Floats
    """Length in um each stands for."""
    segment: npt.NDArray[np.int64]
    """Segment each lies on, in the sheet it comes from."""

    def __len__(self) -> int:
        return len(self.points)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Unmatched:
        """Some of the points."""
        return Unmatched(self.points[chosen], self.weight[chosen], self.segment[chosen])


@dataclass
class Difference:
    """What two sheets do not share."""

    removed: Unmatched
    added: Unmatched
    restyled: Unmatched
    """Points of the second sheet that the first draws in another colour, pen or fill."""
    shared_before: float
    """Share of the length of the first sheet that is on the second."""
    shared_after: float
    cell: float
    """Side of a cell in um: the tolerance."""


def differ(before: Drawn, after: Drawn, m: Map, residual: float) -> Difference:
    """Match all segments of two sheets, the first placed by ``m``.

    Args:
        before: the first sheet.
        after: the second.
        m: where the first lies on the second.
        residual: median distance of matched lines; the tolerance grows with it, up to half a millimetre.
    """
    cell = fitting_cell(after.size, min(max(CELL_UM, 4 * residual), LARGEST_CELL_UM))
    # Both sheets count as far as they reach over the other, so the grid holds them both.
    moved = apply_segments(m, before.segments)
    grid = InkGrid(after.segments, after.size, cell)
    removed, shared_before = _unmatched(moved, grid)
    del grid
    grid = InkGrid(moved, after.size, cell)
    added, shared_after = _unmatched(after.segments, grid)
    del grid
    restyled = _restyled(before, after, moved, added, cell, scale_of(m))
    return Difference(removed, added, restyled, shared_before, shared_after, cell)


def _unmatched(segments: Floats, grid: InkGrid) -> tuple[Unmatched, float]:
    marks = directions(segments, 2 * grid.cell)
    lone: list[Unmatched] = []
    total = gone = 0.0
    for piece in chunks(segments, grid.cell):
        is_lone = ~grid.has(piece.points, marks[piece.segment])
        total += float(piece.weight.sum())
        if is_lone.any():
            found = Unmatched(piece.points[is_lone], piece.weight[is_lone], piece.segment[is_lone])
            found = _without_ends(found, segments)
            gone += float(found.weight.sum())
            lone.append(found)
    return joined(lone), 1.0 - gone / total if total else 1.0


def _without_ends(found: Unmatched, segments: Floats) -> Unmatched:
    """Drop the few points at which a long segment reaches a little further than its partner."""
    _, index, count = np.unique(found.segment, return_inverse=True, return_counts=True)
    length = np.bincount(index, weights=found.weight)
    ends = segments[found.segment]
    whole = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    keep = (length[index] >= _SHORTEST_RUN_UM) | (length[index] >= 0.6 * whole)
    return found.where(keep & (count[index] > 0))


def joined(parts: list[Unmatched]) -> Unmatched:
    """Several lists as one."""
    if not parts:
        return Unmatched(np.empty((0, 2)), np.empty(0), np.empty(0, dtype=np.int64))
    return Unmatched(
        np.concatenate([p.points for p in parts]),
        np.concatenate([p.weight for p in parts]),
        np.concatenate([p.segment for p in parts]),
    )


# -- styles -------------------------------------------------------------------------------------------------------


def _restyled(
    before: Drawn, after: Drawn, moved: Floats, added: Unmatched, cell: float, scale: float
) -> Unmatched:
    """Points of the second sheet where the first has ink, but none of this style."""
    old, new = style_names(before, after, scale)
    numbers = {name: i for i, name in enumerate(sorted({*old, *new}))}
    if not before.styles or not after.styles:
        return joined([])
    # More styles than bits share bits: a change between two that share one is not seen.
    bits_before = np.array([1 << numbers[n] % _MOST_STYLES for n in old], dtype=np.uint32)
    bits_after = np.array([1 << numbers[n] % _MOST_STYLES for n in new], dtype=np.uint32)
    side = fitting_cell(
        after.size, max(_STYLE_CELL_UM, 2 * cell, np.sqrt(after.width_um * after.height_um / 3e7))
    )
    columns, rows = int(after.width_um / side) + 3, int(after.height_um / side) + 3
    plane = np.zeros((rows, columns), dtype=np.uint32)
    flat = plane.reshape(-1)
    for piece in chunks(moved, side * 0.7):
        styles = before.style[piece.segment]
        places = _places(piece.points, side, columns, rows)
        for style in np.unique(styles):
            flat[places[styles == style]] |= bits_before[style]
    for axis in (0, 1):
        lines = np.moveaxis(plane, axis, 0)
        was = lines.copy()
        lines[1:] |= was[:-1]
        lines[:-1] |= was[1:]
    is_added = np.zeros(len(after.segments), dtype=bool)
    is_added[added.segment] = True
    found = []
    for piece in chunks(after.segments, side):
        seen = flat[_places(piece.points, side, columns, rows)]
        other = (
            (seen != 0) & ((seen & bits_after[after.style[piece.segment]]) == 0) & ~is_added[piece.segment]
        )
        if other.any():
            found.append(Unmatched(piece.points[other], piece.weight[other], piece.segment[other]))
    return joined(found)


def style_names(before: Drawn, after: Drawn, scale: float) -> tuple[list[str], list[str]]:
    """The styles of both sheets with their pens, as names that are equal where a person sees the same.

    Pens of the first sheet grow with it; those within a fifth of one another, and all hairlines, are one. So are
    colours that a writer rounded in another way.
    """
    steps: list[float] = []
    colours: list[tuple[int, int, int]] = []

    def looks(style: str) -> str:
        kind, mark, rest = style.partition(" #")
        if not mark:
            return style
        red, green, blue = (int(rest[i : i + 2], 16) for i in (0, 2, 4))
        near = next(
            (c for c in colours if max(abs(c[0] - red), abs(c[1] - green), abs(c[2] - blue)) <= _COLOUR_STEP),
            None,
        )
        if near is None:
            near = red, green, blue
            colours.append(near)
        return f"{kind} {near}{rest[6:]}"

    def named(styles: list[str], pens: list[float]) -> list[str]:
        out = []
        for i, style in enumerate(styles):
            pen = max(pens[i], _HAIRLINE_UM) if i < len(pens) else 0.0
            near = next((s for s in steps if abs(s - pen) <= _PEN_SHARE * max(s, pen)), None)
            if near is None:
                steps.append(pen)
            out.append(f"{looks(style)} {pen if near is None else near:.0f}")
        return out

    new = named(after.styles, after.pens)
    return named(before.styles, [pen * scale for pen in before.pens]), new


def _places(points: Floats, side: float, columns: int, rows: int) -> npt.NDArray[np.int64]:
    x = np.clip((points[:, 0] / side).astype(np.int64) + 1, 0, columns - 1)
    y = np.clip((points[:, 1] / side).astype(np.int64) + 1, 0, rows - 1)
    places: npt.NDArray[np.int64] = y * columns + x
    return places
