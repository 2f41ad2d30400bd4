"""Sheets without vectors (scans): what is dark on one picture where the other has nothing near."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from viewers.render.compare.clusters import cluster
from viewers.render.compare.drawn import Floats
from viewers.render.compare.picture import (
    COARSE_UM,
    FINE_UM,
    MAX_PIXELS,
    Ink,
    ink_of,
    place_picture,
    render_dark,
    warp,
)
from viewers.render.compare.placing import Map, box_under, inverse, rotation_of, scale_of
from viewers.render.compare.regions import REACH, ordered_with_ids, turned
from viewers.render.compare.values import (
    Comparison,
    Kind,
    Method,
    Region,
    Registration,
    Severity,
    not_comparable,
)
from viewers.render.errors import RenderRefused
from viewers.render.manifest import Problem
from viewers.render.pdf import load_page, open_pdf

LEAST_AGREEMENT = 0.15
_STRONG = 45.0
"""Ink that counts as a line (of 255), in a picture whose noise was averaged away; more where the noise is more."""
_FAINT = 0.4
"""Less than this share of it is no partner: what is faint beside a strong line is the blur of a neighbour."""
_NOISES = 6.0
_CLOSE_RESIDUAL, _LOOSE_RESIDUAL = 0.12, 0.35
"""Pixels; up to the one half a pixel of play is enough; the other on partners may be more than one away."""
_DRAWN = 0.3
"""Less noise than this has no scan."""
_EDGE_UM = 5_000.0
_LEAST_UM2 = 300_000.0
"""Area of lone ink (um x um) below which a place is noise."""
_SPECK_UM = 1_000.0
"""What is smaller every way is dust on the glass: a rough scan of an A1 sheet has dozens, and two lie side by side."""
_LEAST_DENSITY = 5


def compare_pictures(before: tuple[Path, int], after: tuple[Path, int]) -> Comparison:
    """Compare two pages by their pictures; the larger one is the second, whichever way round is asked."""
    pixel = _pixel_um(before, after)
    pictures = [_picture(*before, pixel), _picture(*after, pixel)]
    is_turned = _rank(pictures[0]) > _rank(pictures[1])
    first, second = reversed(pictures) if is_turned else pictures
    m, agreement, residual = place_picture(ink_of(first), ink_of(second))
    if agreement < LEAST_AGREEMENT or not np.isfinite(residual):
        return not_comparable("registration-failed", {"agreement": round(agreement, 3), "of": "pictures"})
    # From pixels, which count from the middle of the first one, to um.
    in_um = m.copy()
    in_um[:, 2] = (m[:, 2] + 0.5 - m[:, :2] @ (0.5, 0.5)) * pixel
    regions = _regions(first, second, m, in_um, residual, pixel)
    if is_turned:
        regions, in_um = [turned(r) for r in regions], inverse(in_um)
    problems = [Problem("compared-as-pictures", "info", {"um_per_pixel": round(pixel)})]
    if agreement < 0.4:
        problems.append(Problem("registration-unsure", "warning", {"agreement": round(agreement, 3)}))
    registration = _registration(in_um, agreement, residual * pixel)
    return Comparison(Method.RASTER, registration, tuple(regions), problems=tuple(problems))


def _pixel_um(*pages: tuple[Path, int]) -> float:
    """One size of pixel for both pages: as fine as the larger one allows.

    Raises:
        RenderRefused: ``over-pixels``: the page is too large even for coarse ones.
    """
    pixel = FINE_UM
    for source, index in pages:
        document = open_pdf(source)
        try:
            page = load_page(document, index)
            area = page.get_width() * page.get_height() * (25_400 / 72) ** 2
        finally:
            document.close()
        pixel = max(pixel, float(np.sqrt(area / MAX_PIXELS)))
    if pixel > COARSE_UM:
        raise RenderRefused("over-pixels", {"most": MAX_PIXELS})
    return pixel


def _picture(source: Path, index: int, pixel: float) -> Ink:
    document = open_pdf(source)
    try:
        return render_dark(load_page(document, index), pixel)
    finally:
        document.close()


def _rank(ink: Ink) -> tuple[int, str]:
    return ink.size, hashlib.sha256(ink.tobytes()).hexdigest()


def _registration(m: Map, agreement: float, residual_um: float) -> Registration:
    a, b, c, d = (float(f"{v:.9g}") for v in (m[0, 0], m[1, 0], m[0, 1], m[1, 1]))
    return Registration(
        affine=(a, b, c, d, round(float(m[0, 2]), 1), round(float(m[1, 2]), 1)),
        residual_um=round(residual_um, 1),
        confidence=round(min(1.0, max(0.0, agreement / 0.7)), 3),
        shift_um=(round(float(m[0, 2])), round(float(m[1, 2]))),
        rotation_deg=round(rotation_of(m), 3),
        scale=round(scale_of(m), 5),
        how="picture",
    )


def _regions(first: Ink, second: Ink, m: Map, in_um: Map, residual: float, pixel: float) -> list[Region]:
    # What one of the pictures does not reach cannot be compared and is no change, nor is the edge of a scan.
    edge = max(1, round(_EDGE_UM / pixel))
    whole = np.zeros_like(first)
    whole[edge:-edge, edge:-edge] = 255
    reached = warp(whole, m, second.shape) > 250
    reached[:edge] = reached[-edge:] = False
    reached[:, :edge] = reached[:, -edge:] = False
    removed, added = (
        mask & reached for mask in _lone_in_each(warp(first, m, second.shape), second, residual)
    )
    spots = [np.argwhere(mask)[:, ::-1] * pixel + pixel / 2 for mask in (removed, added)]
    points = np.concatenate(spots)
    is_added = np.repeat([False, True], [len(s) for s in spots])
    numbers = cluster(points, REACH * max(second.shape) * pixel)
    back = inverse(in_um)
    regions = []
    for number in range(int(numbers.max(initial=-1)) + 1):
        members = numbers == number
        if members.sum() * pixel**2 < _LEAST_UM2:
            continue
        if _longest_piece(points[members], pixel) < _SPECK_UM:
            continue
        low, high = points[members].min(axis=0), points[members].max(axis=0)
        share = float(is_added[members].mean())
        kind = Kind.ADDED if share > 0.9 else Kind.REMOVED if share < 0.1 else Kind.CHANGED
        box = (round(float(low[0])), round(float(low[1])), round(float(high[0])), round(float(high[1])))
        regions.append(
            Region(
                id="",
                kind=kind,
                severity=Severity.MAJOR,
                before=box_under(back, box),
                after=box,
                confidence=round(min(0.9, 0.4 + float(members.sum()) * pixel**2 / 2.5e7), 2),
                why="picture",
            )
        )
    return ordered_with_ids(regions)


def _longest_piece(points: Floats, pixel: float) -> float:
    """The longer side of the largest patch of pixels that touch."""
    numbers = cluster(points, 2 * pixel)
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    low, high = (f.reduceat(points[order], starts, axis=0) for f in (np.minimum, np.maximum))
    return float((high - low).max())


def _calm(ink: Ink) -> Ink:
    """Each pixel with a part of its neighbours: half of the noise, and lines hardly fainter."""
    padded = np.pad(ink, 1, mode="edge")
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    calm: Ink = (across[:-2] + 2 * across[1:-1] + across[2:]) / 16
    return calm


def _noise(ink: Ink) -> float:
    """How much the paper itself varies: ink is rare, so most of the steps between neighbours are the paper's."""
    steps = np.abs(np.diff(ink[::3, ::2], axis=1))
    return float(np.median(steps)) * 1.05


def _lone_in_each(first: Ink, second: Ink, residual: float) -> Iterator[npt.NDArray[np.bool_]]:
    """What only the first of two pictures that lie on each other has, then what only the second has."""
    # A sheet as its program drew it is sharper than any scan of it: the gaps of its letters are white.
    calm = [_calm(_calm(dark) if _noise(dark) < _DRAWN else dark) for dark in (first, second)]
    ink = [ink_of(dark) for dark in calm]
    least = max(_STRONG, _NOISES * max(_noise(dark) for dark in calm))
    for one, other in ((0, 1), (1, 0)):
        partner = _around(ink[other], residual)
        lone = (ink[one] > least) & (partner < _FAINT * ink[one])
        # A tinted place has a shade of its own in each picture: what is as dark in both is in both.
        lone &= (
            calm[one] - np.median(calm[one])
            > _around(calm[other] - np.median(calm[other]), residual) + least / 2
        )
        yield lone & (_box_sums(lone.astype(np.int32), 2) >= _LEAST_DENSITY)


def _around(ink: Ink, residual: float) -> Ink:
    """The darkest there is as near as the pictures may be off: half a pixel, or some."""
    if residual >= _LOOSE_RESIDUAL:
        return _darkest(ink, round(2 + 2 * residual))
    if residual >= _CLOSE_RESIDUAL:
        return _darkest(ink, 1)
    out = ink.copy()
    for axis in (0, 1):
        for lead, lag in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
            here, there = [slice(None)] * 2, [slice(None)] * 2
            here[axis], there[axis] = lead, lag
            between = (ink[tuple(here)] + ink[tuple(there)]) / 2
            np.maximum(out[tuple(here)], between, out=out[tuple(here)])
    return out


def _darkest(ink: Ink, near: int) -> Ink:
    """The darkest pixel of the square around each."""
    out = ink
    for axis in (0, 1):
        done = out.copy()
        for step in range(1, near + 1):
            lead, lag = [slice(None)] * 2, [slice(None)] * 2
            lead[axis], lag[axis] = slice(step, None), slice(None, -step)
            np.maximum(done[tuple(lead)], out[tuple(lag)], out=done[tuple(lead)])
            np.maximum(done[tuple(lag)], out[tuple(lead)], out=done[tuple(lag)])
        out = done
    return out


def _box_sums(values: npt.NDArray[np.int32], near: int) -> npt.NDArray[np.int64]:
    """Sums over the square around each pixel."""
    padded = np.pad(values, ((near + 1, near), (near + 1, near))).cumsum(axis=0).cumsum(axis=1)
    side = 2 * near + 1
    sums: npt.NDArray[np.int64] = (
        padded[side:, side:] - padded[:-side, side:] - padded[side:, :-side] + padded[:-side, :-side]
    )
    return sums
