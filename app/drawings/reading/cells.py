"""Cells of a title block or a table, found by looking from a point to the nearest ruled lines around it.

No grid is built: merged cells, missing corners and double lines do no harm.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from app.drawings.reading.page import Box

_REACH = 400
"""How far a line may miss the point it should pass (um)."""


class Rules:
    """The ruled lines of a region, ready to be asked for cells."""

    def __init__(self, lines: Iterable[Box], region: Box) -> None:
        x0, y0, x1, y1 = region
        near = [n for n in lines if n[0] <= x1 and n[2] >= x0 and n[1] <= y1 and n[3] >= y0]
        self._upright = sorted(n for n in near if n[2] - n[0] < n[3] - n[1])
        self._flat = sorted((n[1], n[0], n[3], n[2]) for n in near if n[2] - n[0] >= n[3] - n[1])
        self._xs = [n[0] for n in self._upright]
        self._ys = [n[0] for n in self._flat]

    def cell_at(self, x: int, y: int) -> Box | None:
        """The cell around a point; None when it is open on a side."""
        left, right = _nearest(self._upright, self._xs, x, y)
        low, high = _nearest(self._flat, self._ys, y, x)
        if left is None or right is None or low is None or high is None:
            return None
        return left, low, right, high

    def uprights_through(self, y: int) -> list[int]:
        """The x of all vertical lines that pass the height y."""
        return sorted({n[0] for n in self._upright if n[1] - _REACH <= y <= n[3] + _REACH})


def _nearest(lines: list[Box], starts: list[int], at: int, across: int) -> tuple[int | None, int | None]:
    before = after = None
    for i in range(bisect_right(starts, at) - 1, -1, -1):
        if lines[i][1] - _REACH <= across <= lines[i][3] + _REACH:
            before = starts[i]
            break
    for i in range(bisect_left(starts, at), len(lines)):
        if lines[i][1] - _REACH <= across <= lines[i][3] + _REACH:
            after = starts[i]
            break
    return before, after
