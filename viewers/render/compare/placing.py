"""Plane maps as 2 × 3 arrays: ``[[a, c, e], [b, d, f]]``, applied to columns of points (um)."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Map: TypeAlias = npt.NDArray[np.float64]
Points: TypeAlias = npt.NDArray[np.float64]

IDENTITY: Map = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def apply(m: Map, points: Points) -> Points:
    """Points (n × 2) under a map."""
    placed: Points = points @ m[:, :2].T + m[:, 2]
    return placed


def apply_segments(m: Map, segments: Points) -> Points:
    """Segments (n × 4) under a map."""
    return apply(m, segments.reshape(-1, 2)).reshape(-1, 4)


def then(first: Map, second: Map) -> Map:
    """The map that does one after the other."""
    out = np.empty((2, 3))
    out[:, :2] = second[:, :2] @ first[:, :2]
    out[:, 2] = second[:, :2] @ first[:, 2] + second[:, 2]
    return out


def inverse(m: Map) -> Map:
    """The map back."""
    linear = np.linalg.inv(m[:, :2])
    return np.column_stack([linear, -linear @ m[:, 2]])


def similarity(scale: float, degrees: float, shift: tuple[float, float] = (0.0, 0.0)) -> Map:
    """Turned counter-clockwise about the origin, scaled, shifted."""
    c, s = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]])


def scale_of(m: Map) -> float:
    """How much longer a length becomes."""
    return math.sqrt(abs(float(np.linalg.det(m[:, :2]))))


def rotation_of(m: Map) -> float:
    """Counter-clockwise degrees, -180 to 180."""
    return math.degrees(math.atan2(m[1, 0] - m[0, 1], m[0, 0] + m[1, 1]))


def fit_similarity(source: Points, target: Points) -> Map | None:
    """The similarity that brings one list of points closest to another; None when they do not tell."""
    if len(source) < 2:
        return None
    ms, mt = source.mean(axis=0), target.mean(axis=0)
    p, q = source - ms, target - mt
    spread = float((p**2).sum())
    if spread <= 0:
        return None
    a = float((p * q).sum()) / spread
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / spread
    linear = np.array([[a, -b], [b, a]])
    return np.column_stack([linear, mt - linear @ ms])


def box_under(m: Map, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """The axis-parallel box around a box under a map, whole um."""
    x0, y0, x1, y1 = box
    corners = apply(m, np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]))
    low, high = corners.min(axis=0), corners.max(axis=0)
    return round(float(low[0])), round(float(low[1])), round(float(high[0])), round(float(high[1]))
