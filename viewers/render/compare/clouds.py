"""Revision clouds (修订云线): closed chains of bumps, whatever they were drawn with.

A bump is a piece of a path that turns one way by 50 to 330 degrees without a corner. Bumps whose ends meet, at least
six, closed and bulging outwards, are a cloud: one closed path with bulges (AutoCAD), single arcs (Revit), or a
polyline. Only what is on one of the two sheets is looked at, so scalloped trees that stay are no clouds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from viewers.render.compare.difference import Unmatched
from viewers.render.compare.drawn import Drawn, Floats

_CORNER = np.radians(48)
_BACK = np.radians(12)
_LEAST_TURN, _MOST_TURN = np.radians(50), np.radians(330)
_CHORD_UM = (1_200.0, 60_000.0)
_JOIN_UM = 500.0
_BUMPS = 6
_SMALLEST_UM = 5_000.0
_LONE_SHARE = 0.5
_TAG_UM = (1_500.0, 16_000.0)
_TAG_REACH_UM = 12_000.0


@dataclass(frozen=True)
class Found:
    """A cloud on one sheet: its box there, and its segments."""

    box: tuple[float, float, float, float]
    segments: npt.NDArray[np.int64]
    """Indexes into the sheet's segments, those of its tag (the triangle with the revision's letter) included."""
    tags: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True)
class _Bump:
    start: tuple[float, float]
    end: tuple[float, float]
    apex: tuple[float, float]
    segments: npt.NDArray[np.int64]

    @property
    def chord(self) -> float:
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))


def find_clouds(drawn: Drawn, lone: Unmatched) -> list[Found]:
    """The clouds among what is drawn on this sheet only (``lone``), with their tags."""
    chosen = _lone_segments(drawn, lone)
    if len(chosen) < _BUMPS * 3:
        return []
    bumps = [bump for chain in _chains(drawn, chosen) for bump in _bumps(drawn.segments, chain)]
    clouds = [cloud for group in _connected(bumps) if (cloud := _cloud(drawn.segments, group)) is not None]
    return [_with_tags(drawn, chosen, cloud) for cloud in clouds]


def _lone_segments(drawn: Drawn, lone: Unmatched) -> npt.NDArray[np.int64]:
    """Segments of paths of which at least half has no partner."""
    if not len(lone):
        return np.empty(0, dtype=np.int64)
    size = int(drawn.chain.max(initial=0)) + 1
    whole = np.bincount(drawn.chain, weights=drawn.lengths, minlength=size)
    gone = np.bincount(drawn.chain[lone.segment], weights=lone.weight, minlength=size)
    return np.flatnonzero(gone[drawn.chain] >= _LONE_SHARE * np.maximum(whole[drawn.chain], 1e-9))


def _chains(drawn: Drawn, chosen: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """Runs of segments that follow each other end to start."""
    s = drawn.segments[chosen]
    breaks = np.flatnonzero(
        (np.diff(drawn.chain[chosen]) != 0)
        | (np.abs(s[1:, :2] - s[:-1, 2:]).max(axis=1, initial=0) > 20)
        | (np.diff(chosen) != 1)
    )
    yield from np.split(chosen, breaks + 1)


def _bumps(segments: Floats, chain: npt.NDArray[np.int64]) -> Iterator[_Bump]:
    chain = chain[np.hypot(*(segments[chain, 2:] - segments[chain, :2]).T) > 1.0]
    if len(chain) < 2:
        return
    s = segments[chain]
    turn = _turns(s)
    corners = _corners(turn)
    is_closed = float(np.hypot(*(s[-1, 2:] - s[0, :2]))) < 20
    if is_closed and corners.any():
        # Begin at a corner, so that no bump is cut in two by where the path happens to begin.
        first = int(np.flatnonzero(corners)[0]) + 1
        chain = np.roll(chain, -first)
        s = segments[chain]
        turn = _turns(s)
        corners = _corners(turn)
    for piece in np.split(np.arange(len(chain)), np.flatnonzero(corners) + 1):
        total = float(turn[piece[:-1]].sum())
        steady = float(np.abs(turn[piece[:-1]]).sum())
        if len(piece) < 3 or not _LEAST_TURN <= abs(total) <= _MOST_TURN or abs(total) < 0.9 * steady:
            continue
        middle = s[piece[len(piece) // 2]]
        apex = (float(middle[0] + middle[2]) / 2, float(middle[1] + middle[3]) / 2)
        start, end = s[piece[0], :2], s[piece[-1], 2:]
        bump = _Bump((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), apex, chain[piece])
        if _CHORD_UM[0] <= bump.chord <= _CHORD_UM[1]:
            yield bump


def _corners(turn: Floats) -> npt.NDArray[np.bool_]:
    """Where a path breaks: sharp turns, and turns against the way it mostly bends."""
    bend = turn[np.abs(turn) <= _CORNER].sum()
    corners: npt.NDArray[np.bool_] = (np.abs(turn) > _CORNER) | (turn * np.sign(bend) < -_BACK)
    return corners


def _turns(s: Floats) -> Floats:
    angle = np.arctan2(s[:, 3] - s[:, 1], s[:, 2] - s[:, 0])
    turns: Floats = (np.diff(angle) + np.pi) % (2 * np.pi) - np.pi
    return turns


def _connected(bumps: list[_Bump]) -> list[list[_Bump]]:
    """Groups of bumps whose ends meet."""
    parent = list(range(len(bumps)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    by_place: dict[tuple[int, int], list[tuple[int, tuple[float, float]]]] = defaultdict(list)
    for i, bump in enumerate(bumps):
        for point in (bump.start, bump.end):
            cell = (int(point[0] // _JOIN_UM), int(point[1] // _JOIN_UM))
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    for j, other in by_place.get((cell[0] + dx, cell[1] + dy), ()):
                        if np.hypot(other[0] - point[0], other[1] - point[1]) <= _JOIN_UM:
                            parent[root(i)] = root(j)
            by_place[cell].append((i, point))
    groups: dict[int, list[_Bump]] = defaultdict(list)
    for i, bump in enumerate(bumps):
        groups[root(i)].append(bump)
    return [g for g in groups.values() if len(g) >= _BUMPS]


def _cloud(segments: Floats, bumps: list[_Bump]) -> Found | None:
    """The group as a cloud, when it is closed, bulges outwards and is made of about equal bumps."""
    ends = np.array([p for b in bumps for p in (b.start, b.end)])
    meets = [int((np.hypot(*(ends - p).T) <= _JOIN_UM).sum()) >= 2 for p in ends]
    # A corner without a bump, or the end of the last one, may leave a gap or two.
    if sum(meets) < len(meets) - 4:
        return None
    low, high = ends.min(axis=0), ends.max(axis=0)
    if float((high - low).min()) < _SMALLEST_UM:
        return None
    chords = np.array([b.chord for b in bumps])
    if float(np.percentile(chords, 90)) > 8 * float(np.percentile(chords, 10)):
        return None
    apexes = np.array([b.apex for b in bumps])
    middles = np.array([((b.start[0] + b.end[0]) / 2, (b.start[1] + b.end[1]) / 2) for b in bumps])
    # Outside of the polygon of the ends: farther from its middle than the chord, seen from where the chord is.
    outward = (apexes - middles) * (middles - (low + high) / 2)
    if float((outward.sum(axis=1) > 0).mean()) < 0.75:
        return None
    index = np.unique(np.concatenate([b.segments for b in bumps]))
    points = segments[index].reshape(-1, 2)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Found((float(x0), float(y0), float(x1), float(y1)), index)


def _with_tags(drawn: Drawn, chosen: npt.NDArray[np.int64], cloud: Found) -> Found:
    """Add closed triangles that stand beside the cloud: the tags with its revision."""
    tags, index = [], [cloud.segments]
    x0, y0, x1, y1 = cloud.box
    for chain in _chains(drawn, chosen):
        s = drawn.segments[chain]
        if len(chain) != 3 or float(np.hypot(*(s[-1, 2:] - s[0, :2]))) > 50:
            continue
        (ax, ay), (bx, by) = s.reshape(-1, 2).min(axis=0), s.reshape(-1, 2).max(axis=0)
        is_near = (
            ax <= x1 + _TAG_REACH_UM
            and bx >= x0 - _TAG_REACH_UM
            and ay <= y1 + _TAG_REACH_UM
            and by >= y0 - _TAG_REACH_UM
        )
        if is_near and all(_TAG_UM[0] <= side <= _TAG_UM[1] for side in (bx - ax, by - ay)):
            tags.append((float(ax), float(ay), float(bx), float(by)))
            index += [chain, chosen[_inside(drawn.segments[chosen], tags[-1])]]
    return Found(cloud.box, np.unique(np.concatenate(index)), tuple(tags))


def _inside(segments: Floats, box: tuple[float, float, float, float]) -> npt.NDArray[np.bool_]:
    """Segments that lie in a box: the revision's letter, where it is drawn with lines."""
    low, high = np.array(box[:2]), np.array(box[2:])
    points = segments.reshape(-1, 2, 2)
    found: npt.NDArray[np.bool_] = np.all((points >= low) & (points <= high), axis=(1, 2))
    return found
