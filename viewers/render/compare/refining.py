"""From a placement that is right to a millimetre to one that is right to a micrometre."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from viewers.render.compare.drawn import Floats, lengths_of
from viewers.render.compare.ink import sample
from viewers.render.compare.placing import Map, apply, scale_of, then

_MOST_POINTS = 6_000
_CELLS_UM = (1_500.0, 500.0, 250.0, 250.0)
_SHORTEST_UM = 2_000.0


def refine(m: Map, before: Floats, after: Floats, size: tuple[int, int]) -> tuple[Map, float]:
    """Move a map until lines lie on lines; the map and the median distance that is left (um)."""
    source = before[lengths_of(before) * scale_of(m) >= _SHORTEST_UM]
    target = after[lengths_of(after) >= _SHORTEST_UM]
    if len(source) < 4 or len(target) < 4:
        source, target = before, after
    total = float(lengths_of(source).sum())
    if total <= 0 or not len(target):
        return m, 0.0
    points = sample(source, max(total / _MOST_POINTS, 1_000.0))
    unit = _units(source)[points.segment]
    for cell in _CELLS_UM:
        nearest = _Nearest(target, size, cell)
        placed = apply(m, points.points)
        turned = unit @ m[:, :2].T / scale_of(m)
        found, distance = nearest.lines(placed, turned)
        if found.sum() < 50:
            break
        limit = max(30.0, 2.5 * _usual(distance[found], nearest.normals()[found]))
        used = found & (np.abs(distance) <= limit)
        m = then(m, _step(placed[used], nearest.normals()[used], distance[used]))
    return m, residual_of(m, before, after, size)


def residual_of(m: Map, before: Floats, after: Floats, size: tuple[int, int]) -> float:
    """Median distance (um) between lines that a map lays on one another; 0 when there are none."""
    total = float(lengths_of(before).sum())
    if total <= 0 or not len(after):
        return 0.0
    points = sample(before, max(total / _MOST_POINTS, 1_000.0))
    unit = _units(before)[points.segment] @ m[:, :2].T / scale_of(m)
    nearest = _Nearest(after, size, _CELLS_UM[-1])
    found, distance = nearest.lines(apply(m, points.points), unit)
    return _usual(distance[found], nearest.normals()[found]) if found.any() else 0.0


def _usual(distance: Floats, normals: Floats) -> float:
    """The median distance of level and of upright lines, the larger of both.

    A sheet may have many more of one kind: they alone would not see a shift along themselves.
    """
    is_level = np.abs(normals[:, 1]) >= np.abs(normals[:, 0])
    found = [np.abs(distance[chosen]) for chosen in (is_level, ~is_level)]
    return max(float(np.median(d)) for d in found if len(d) > 0.02 * len(distance))


def _units(segments: Floats) -> Floats:
    step = segments[:, 2:] - segments[:, :2]
    unit: Floats = step / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None]
    return unit


def _step(points: Floats, normals: Floats, distance: Floats) -> Map:
    """The small similarity that takes points off by ``distance`` along their normals (least squares)."""
    middle = points.mean(axis=0)
    p = (points - middle) / 1e5
    rows = np.column_stack(
        [
            p[:, 0] * normals[:, 0] + p[:, 1] * normals[:, 1],
            p[:, 0] * normals[:, 1] - p[:, 1] * normals[:, 0],
            normals[:, 0],
            normals[:, 1],
        ]
    )
    a, b, x, y = np.linalg.lstsq(rows, -distance, rcond=1e-9)[0]
    linear = np.array([[1 + a / 1e5, -b / 1e5], [b / 1e5, 1 + a / 1e5]])
    return np.column_stack([linear, middle - linear @ middle + (x, y)])


class _Nearest:
    """The line that passes nearest to a point, among one per cell and direction (16 of them)."""

    def __init__(self, segments: Floats, size: tuple[int, int], cell: float) -> None:
        self._segments = segments
        self._units = _units(segments)
        self._cell = cell
        self._columns, self._rows = int(size[0] / cell) + 3, int(size[1] / cell) + 3
        points = sample(segments, cell * 0.7)
        places = self._keys(points.points, self._units[points.segment], (0, 0), 0)
        self._places, first = np.unique(places, return_index=True)
        self._who = points.segment[first]
        self._chosen: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def lines(self, points: Floats, units: Floats) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Whether there is a line, and the signed distance to the nearest."""
        best = np.full(len(points), np.inf)
        who = np.full(len(points), -1)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for turn in (-1, 0, 1):
                    keys = self._keys(points, units, (dx, dy), turn)
                    at = np.minimum(np.searchsorted(self._places, keys), len(self._places) - 1)
                    hit = self._places[at] == keys
                    line = self._who[at]
                    away = np.where(hit, self._signed(points, line), np.inf)
                    closer = np.abs(away) < np.abs(best)
                    best[closer], who[closer] = away[closer], line[closer]
        self._chosen = who
        found = (who >= 0) & (np.abs(best) < 2 * self._cell)
        return found, np.where(found, best, 0.0)

    def normals(self) -> Floats:
        """Normals of the lines that :meth:`lines` chose last."""
        chosen = self._units[np.maximum(self._chosen, 0)]
        return np.column_stack([-chosen[:, 1], chosen[:, 0]])

    def _signed(self, points: Floats, line: npt.NDArray[np.int64]) -> Floats:
        offset = points - self._segments[line, :2]
        unit = self._units[line]
        away: Floats = offset[:, 1] * unit[:, 0] - offset[:, 0] * unit[:, 1]
        return away

    def _keys(self, points: Floats, units: Floats, step: tuple[int, int], turn: int) -> npt.NDArray[np.int64]:
        x = np.clip((points[:, 0] / self._cell).astype(np.int64) + 1 + step[0], 0, self._columns - 1)
        y = np.clip((points[:, 1] / self._cell).astype(np.int64) + 1 + step[1], 0, self._rows - 1)
        angle = np.arctan2(units[:, 1], units[:, 0]) % np.pi
        bins = (np.floor(angle / (np.pi / 16)).astype(np.int64) + turn) % 16
        keys: npt.NDArray[np.int64] = (y * self._columns + x) * 16 + bins
        return keys
