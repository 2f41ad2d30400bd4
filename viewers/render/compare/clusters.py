"""Points of change gathered into places: cells of a grid joined where they are no farther apart than a reach."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from viewers.render.compare.drawn import Floats

_FINENESS = 3


def cluster(points: Floats, reach: float) -> npt.NDArray[np.int64]:
    """The number of the place each point belongs to, counted from 0.

    Two points are of one place when a chain of points with steps of about ``reach`` leads from one to the other.
    """
    if not len(points):
        return np.empty(0, dtype=np.int64)
    cell = reach / _FINENESS
    places = np.floor(points / cell).astype(np.int64)
    places -= places.min(axis=0) - _FINENESS
    width = int(places[:, 0].max()) + 2 * _FINENESS + 1
    keys, index = np.unique(places[:, 1] * width + places[:, 0], return_inverse=True)
    roots = np.arange(len(keys))
    for step in _steps(width):
        at = np.minimum(np.searchsorted(keys, keys + step), len(keys) - 1)
        ones = np.flatnonzero(keys[at] == keys + step)
        for i, j in zip(ones.tolist(), at[ones].tolist(), strict=True):
            a, b = _root(roots, i), _root(roots, j)
            if a != b:
                roots[max(a, b)] = min(a, b)
    final = np.array([_root(roots, i) for i in range(len(roots))])
    _, numbers = np.unique(final, return_inverse=True)
    return numbers[index]


def _steps(width: int) -> list[int]:
    """From a cell to those within reach, each pair once."""
    n = _FINENESS
    return [
        dy * width + dx
        for dy in range(n + 1)
        for dx in range(-n, n + 1)
        if (dy > 0 or dx > 0) and dx * dx + dy * dy <= n * n
    ]


def _root(roots: npt.NDArray[np.int64], i: int) -> int:
    while roots[i] != i:
        roots[i] = roots[roots[i]]
        i = int(roots[i])
    return i
