"""Questions to bundles of segments: has one been shifted into the other, and are both lines of one hatch."""

from __future__ import annotations

import numpy as np

from viewers.render.compare.drawn import Floats, lengths_of
from viewers.render.compare.ink import sample

_HATCH_LINES = 8
_HATCH_GAP_UM = 5_000.0
_DIRECTIONS = 24


def shift_between(before: Floats, after: Floats, slack: float) -> tuple[float, float] | None:
    """The shift that brings one bundle onto the other, or None when none does."""
    if not len(before) or not len(after):
        return None
    one, other = lengths_of(before), lengths_of(after)
    if abs(one.sum() / other.sum() - 1) > 0.03:
        return None
    step = _middle(after, other) - _middle(before, one)
    if float(np.hypot(*step)) < slack:
        return None
    moved = before + np.tile(step, 2)
    if min(_share_on(moved, after, slack), _share_on(after, moved, slack)) < 0.9:
        return None
    return float(step[0]), float(step[1])


def _middle(segments: Floats, lengths: Floats) -> Floats:
    points = (segments[:, :2] + segments[:, 2:]) / 2
    middle: Floats = (points * lengths[:, None]).sum(axis=0) / max(float(lengths.sum()), 1e-9)
    return middle


def _share_on(segments: Floats, others: Floats, slack: float) -> float:
    """Share of a bundle that lies on another, by cells of a little more than the slack."""
    cell = 2 * slack
    points, ink = sample(segments, 2 * cell), sample(others, cell * 0.7)
    low = ink.points.min(axis=0) - 3 * cell
    taken = np.floor((ink.points - low) / cell).astype(np.int64)
    asked = np.floor((points.points - low) / cell).astype(np.int64)
    width = int(max(taken[:, 0].max(), asked[:, 0].max())) + 3
    around = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    held = np.unique(np.concatenate([(taken[:, 1] + dy) * width + taken[:, 0] + dx for dx, dy in around]))
    return float(np.isin(asked[:, 1] * width + asked[:, 0], held).mean())


def is_hatch_redrawn(before: Floats, after: Floats) -> bool:
    """Whether both bundles are the even, close lines of one hatch over one area, begun elsewhere.

    Each direction must have at least eight evenly spaced lines no more than 5 mm apart, both bundles about the same
    length in the same directions, and the same reach within one gap.
    """
    if len(before) < _HATCH_LINES or len(after) < _HATCH_LINES:
        return False
    one, other = _by_direction(before), _by_direction(after)
    total = max(float(one.sum()), float(other.sum()))
    if abs(one.sum() - other.sum()) > 0.15 * total:
        return False
    if float(np.abs(one - other).sum()) > 0.3 * total:
        return False
    gaps = [gap for bundle in (before, after) for gap in _gaps(bundle)]
    if not gaps or any(gap > _HATCH_GAP_UM for gap in gaps):
        return False
    reach = np.abs(_bounds(before) - _bounds(after)).max()
    return bool(reach <= 1.2 * max(gaps) * np.sqrt(2))


def _angles(segments: Floats) -> Floats:
    angle: Floats = np.arctan2(segments[:, 3] - segments[:, 1], segments[:, 2] - segments[:, 0]) % np.pi
    return angle


def _by_direction(segments: Floats) -> Floats:
    bins = np.round(_angles(segments) / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    found = np.bincount(bins, weights=lengths_of(segments), minlength=_DIRECTIONS)
    return found.astype(np.float64)


def _gaps(segments: Floats) -> list[float]:
    """Distance of neighbouring lines in each direction that matters; infinite where they are few or uneven."""
    length = lengths_of(segments)
    bins = np.round(_angles(segments) / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    share = np.bincount(bins, weights=length, minlength=_DIRECTIONS) / max(float(length.sum()), 1e-9)
    found = []
    for direction in np.flatnonzero(share > 0.05):
        lines = segments[bins == direction]
        angle = direction * np.pi / _DIRECTIONS
        middle = (lines[:, :2] + lines[:, 2:]) / 2
        offsets = np.unique(np.round((middle[:, 1] * np.cos(angle) - middle[:, 0] * np.sin(angle)) / 100))
        steps = np.diff(offsets) * 100
        steps = steps[steps > 250]
        if len(steps) + 1 < _HATCH_LINES or float(np.percentile(steps, 75)) > 1.6 * float(np.median(steps)):
            return [float("inf")]
        found.append(float(np.median(steps)))
    return found


def _bounds(segments: Floats) -> Floats:
    points = segments.reshape(-1, 2)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])
