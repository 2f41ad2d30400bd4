"""Where ink lies, by place and direction: the index that segments of two sheets are matched with.

The sheet is a grid of cells; a cell holds one bit for each of eight directions (22.5 degrees) in which a segment
passes it. A point of another sheet is matched when a cell beside it (3 × 3) has its direction or a neighbour of that.
So it does not matter into how many pieces a line is cut, how often or in which order it is drawn, and where a curve
was cut; what lies within one cell is always matched, what lies farther than 2.9 cells never.

Memory: one byte per cell; an A0 sheet in cells of 0.1 mm has 100 million.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from viewers.render.compare.drawn import Floats, lengths_of

MAX_CELLS = 120_000_000
_CHUNK = 1_500_000
_MARGIN = 3
_RARE = 0.1
_ALL = 0xFF
_UNIT = np.uint8(1)


@dataclass(frozen=True)
class Samples:
    """Points along segments, at most a step apart, both ends included."""

    segment: npt.NDArray[np.int64]
    """Index of the segment each point lies on."""
    points: Floats
    weight: Floats
    """Length in um that a point stands for."""


def sample(segments: Floats, step: float, first: int = 0) -> Samples:
    """Points along segments; ``first`` is added to the indexes."""
    length = lengths_of(segments)
    count = np.ceil(length / step).astype(np.int64) + 1
    segment = np.repeat(np.arange(len(segments)), count)
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    t = (np.arange(len(segment)) - np.repeat(start, count)) / np.maximum(np.repeat(count, count) - 1, 1)
    ends = segments[segment]
    points = ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * t[:, None]
    return Samples(segment + first, points, np.repeat(length / count, count))


def chunks(segments: Floats, step: float) -> Iterator[Samples]:
    """All samples in pieces of bounded size."""
    count = np.ceil(lengths_of(segments) / step).astype(np.int64) + 1
    ends = np.cumsum(count)
    at = 0
    while at < len(segments):
        done = ends[at - 1] if at else 0
        to = max(at + 1, int(np.searchsorted(ends, done + _CHUNK)))
        yield sample(segments[at:to], step, at)
        at = to


def directions(segments: Floats, shortest: float) -> npt.NDArray[np.uint8]:
    """The bit of each segment's direction; every bit for one too short to have one."""
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    bins = np.floor((np.arctan2(dy, dx) % np.pi) / (np.pi / 8)).astype(np.uint8) % 8
    bits = np.left_shift(_UNIT, bins)
    return np.where(np.hypot(dx, dy) < shortest, np.uint8(_ALL), bits)


class InkGrid:
    """The ink of one sheet."""

    def __init__(self, segments: Floats, size: tuple[int, int], cell: float, reach: int = 1) -> None:
        """Lay the segments down.

        Args:
            segments: n × 4, um.
            size: of the sheet; what lies outside by more than a few cells is not kept.
            cell: side of a cell in um.
            reach: cells around a point that are looked at, 1 or more.
        """
        self.cell = cell
        self.reach = reach
        self._columns = int(size[0] / cell) + 1 + 2 * _MARGIN
        self._rows = int(size[1] / cell) + 1 + 2 * _MARGIN
        if self._columns * self._rows > MAX_CELLS:
            raise ValueError("too many cells")
        self._bits = np.zeros(self._columns * self._rows, dtype=np.uint8)
        marks = directions(segments, 2 * cell)
        # Where ink is rare, spreading each place costs a tenth of going over the whole sheet; where it is not, more.
        is_rare = lengths_of(segments).sum() / (0.7 * cell) < len(self._bits) * _RARE
        for piece in chunks(segments, cell * 0.7):
            self._lay(self._places(piece.points), marks[piece.segment], reach if is_rare else 0)
        if not is_rare:
            self._spread()

    def has(self, points: Floats, marks: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """Whether there is ink of the direction of ``marks`` at each point."""
        found: npt.NDArray[np.bool_] = (self._bits[self._places(points)] & marks) != 0
        return found

    def _places(self, points: Floats) -> npt.NDArray[np.int64]:
        # Not on the very edge, so that what lies around a place is in the grid.
        near = self.reach
        x = np.clip((points[:, 0] / self.cell).astype(np.int64) + _MARGIN, near, self._columns - 1 - near)
        y = np.clip((points[:, 1] / self.cell).astype(np.int64) + _MARGIN, near, self._rows - 1 - near)
        return y * self._columns + x

    def _lay(self, places: npt.NDArray[np.int64], marks: npt.NDArray[np.uint8], reach: int) -> None:
        """Mark each place and what lies around it with a direction and its neighbours."""
        around = range(-reach, reach + 1)
        for mark in np.unique(marks):
            here = places[marks == mark]
            here = here[np.diff(here, prepend=-1) != 0]
            wide = mark | (mark << 1) | (mark >> 7) | (mark >> 1) | (mark << 7)
            for step in (row * self._columns + column for row in around for column in around):
                self._bits[here + step] |= wide

    def _spread(self) -> None:
        """Each cell takes over what lies around it."""
        bits = self._bits.reshape(self._rows, self._columns)
        for _ in range(self.reach):
            for axis in (0, 1):
                bits = np.moveaxis(bits, axis, 0)
                before = bits.copy()
                bits[1:] |= before[:-1]
                bits[:-1] |= before[1:]
                bits = np.moveaxis(bits, 0, axis)


def fitting_cell(size: tuple[int, int], cell: float) -> float:
    """The cell, or the smallest larger one with which a sheet of this size stays within memory."""
    return max(cell, float(np.sqrt((size[0] + 1.0) * (size[1] + 1.0) / (MAX_CELLS * 0.95))))


def matched_share(segments: Floats, grid: InkGrid, most: int = 120_000) -> float:
    """Which part of the length of segments lies on the grid's ink, from at most so many points."""
    total = float(lengths_of(segments).sum())
    if total <= 0:
        return 0.0
    step = max(grid.cell, total / most)
    length = lengths_of(segments)
    if len(segments) > most:
        # Every n-th segment, so that a million of them cost no more than the points allow.
        segments = segments[:: len(segments) // most + 1]
        length = lengths_of(segments)
    points = sample(segments, step)
    marks = directions(segments, 2 * grid.cell)[points.segment]
    on = grid.has(points.points, marks)
    return float(points.weight[on].sum() / max(float(length.sum()), 1e-9))
