"""How one sheet lies on another: shifted, turned, scaled. From texts and lines, whichever explains more.

Guesses come from three sources (the same place; unique texts in pairs, after Fischler and Bolles' RANSAC; profiles of
long lines under every turn and scale that the main directions and the paper sizes suggest). The guess under which most
ink meets ink is refined by point-to-line least squares (Chen and Medioni 1991) and put back on whole turns and scales
when these fit as well.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from viewers.render.compare.drawn import Drawn, Floats, lengths_of
from viewers.render.compare.ink import InkGrid, fitting_cell, matched_share
from viewers.render.compare.placing import (
    IDENTITY,
    Map,
    apply,
    apply_segments,
    fit_similarity,
    inverse,
    rotation_of,
    scale_of,
    similarity,
)
from viewers.render.compare.refining import refine, residual_of
from viewers.render.compare.values import Registration
from viewers.render.manifest import TextRun

SURE = 0.97
"""So much of the ink at the same place ends the search."""
_SAME_UM = 15.0
_COARSE_UM = 500.0
_PROFILE_UM = 250.0
_TEXT_SLACK_UM = 1_500.0
_DRAWS = 400
_MOST_SEGMENTS = 150_000


@dataclass(frozen=True)
class Placement:
    """A registration while it is worked on: the map from the first sheet to the second."""

    map: Map
    share: float
    """The smaller of the two shares of ink that meets ink."""
    how: str
    residual: float = 0.0

    def registration(self) -> Registration:
        """As a value."""
        m = self.map
        return Registration(
            affine=(
                *(float(f"{v:.9g}") for v in (m[0, 0], m[1, 0], m[0, 1], m[1, 1])),
                round(float(m[0, 2]), 1),
                round(float(m[1, 2]), 1),
            ),  # type: ignore[arg-type]
            residual_um=round(self.residual, 1),
            confidence=round(min(1.0, max(0.0, (self.share - 0.1) / 0.6)), 3),
            shift_um=(round(float(m[0, 2])), round(float(m[1, 2]))),
            rotation_deg=round(rotation_of(m), 4),
            scale=round(scale_of(m), 6),
            how=self.how,
        )


def register(before: Drawn, after: Drawn) -> Placement:
    """The best placement of the first sheet on the second; its ``share`` says how good that is."""
    judge = _Judge(before, after)
    best = judge.judged(IDENTITY, "same-place")
    if before.size != after.size or best.share < SURE:
        guesses = [(m, "text") for m in _from_texts(before.texts, after.texts)]
        guesses += [(m, "lines") for m in _from_lines(before, after)]
        for guess, how in guesses:
            tried = judge.judged(guess, how)
            # The same place is believed unless another is clearly better: frames and grids repeat.
            if tried.share > best.share + (0.02 if best.how == "same-place" else 0.0):
                best = tried
    if best.how == "same-place" and best.share >= SURE:
        residual = residual_of(IDENTITY, judge.before, judge.after, after.size)
        if residual < _SAME_UM:
            return replace(best, residual=residual)
    refined, residual = refine(best.map, judge.before, judge.after, after.size)
    again = replace(judge.judged(refined, best.how), residual=residual)
    return _straightened(again if again.share >= best.share - 0.02 else best, judge, after)


class _Judge:
    """Says which share of the ink of both sheets meets under a map."""

    def __init__(self, before: Drawn, after: Drawn) -> None:
        self.before = _longest(before.segments)
        self.after = _longest(after.segments)
        cell = fitting_cell(after.size, _COARSE_UM)
        self._grid = InkGrid(after.segments, after.size, cell)
        self._before_grid = InkGrid(before.segments, before.size, fitting_cell(before.size, _COARSE_UM))

    def judged(self, m: Map, how: str) -> Placement:
        there = matched_share(apply_segments(m, self.before), self._grid)
        back = matched_share(apply_segments(inverse(m), self.after), self._before_grid)
        return Placement(m, min(there, back), how)


def _longest(segments: Floats) -> Floats:
    """The segments that carry most of the length, when there are very many."""
    if len(segments) <= _MOST_SEGMENTS:
        return segments
    chosen = np.argpartition(-lengths_of(segments), _MOST_SEGMENTS)[:_MOST_SEGMENTS]
    return segments[np.sort(chosen)]


def _straightened(found: Placement, judge: _Judge, after: Drawn) -> Placement:
    """Whole turns, whole scales and no shift where they fit as well: nobody re-plots at 1.00003."""
    turn, scale = rotation_of(found.map), scale_of(found.map)
    whole = round(turn / 90) * 90
    clean = turn
    if abs(turn - whole) < 0.003:
        clean = float(whole)
    near = next(
        (s for s in (1.0, 2.0, 0.5, math.sqrt(2), math.sqrt(0.5)) if abs(scale / s - 1) < 1e-5), scale
    )
    if (clean, near) == (turn, scale):
        return found
    # Turned about the middle of the sheet, so that the middle stays where it was found.
    middle = np.array([[after.width_um / 2, after.height_um / 2]])
    source = apply(inverse(found.map), middle)
    m = similarity(near, clean)
    m[:, 2] = (middle - apply(m, source))[0]
    if float(np.abs(m[:, 2]).max()) < 15 and (clean, near) == (0.0, 1.0):
        m = IDENTITY
    straight = judge.judged(m, found.how)
    return replace(straight, residual=found.residual) if straight.share >= found.share - 0.002 else found


# -- texts --------------------------------------------------------------------------------------------------------


def text_start(run: TextRun) -> tuple[float, float]:
    """The corner of a run's box where reading begins."""
    quarter = round(run.angle / 90) % 4
    return ((run.x0, run.y0), (run.x1, run.y0), (run.x1, run.y1), (run.x0, run.y1))[quarter]


def _from_texts(before: list[TextRun], after: list[TextRun]) -> list[Map]:
    pairs = _unique_pairs(before, after)
    if len(pairs) < 3:
        return []
    p, q = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    chance = random.Random(7)  # noqa: S311 - the same answer every time
    best: Map | None = None
    most = 2
    for _ in range(_DRAWS):
        i, j = chance.sample(range(len(pairs)), 2)
        if float(np.hypot(*(p[j] - p[i]))) < 20_000:
            continue
        m = fit_similarity(p[[i, j]], q[[i, j]])
        if m is None or not 0.2 < scale_of(m) < 5:
            continue
        inliers = int((np.hypot(*(apply(m, p) - q).T) < _TEXT_SLACK_UM).sum())
        if inliers > most:
            best, most = m, inliers
    if best is None:
        return []
    near = np.hypot(*(apply(best, p) - q).T) < _TEXT_SLACK_UM
    better = fit_similarity(p[near], q[near])
    return [best] if better is None else [better, best]


def _unique_pairs(
    before: list[TextRun], after: list[TextRun]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    once_before, once_after = _once(before), _once(after)
    names = sorted(set(once_before) & set(once_after))
    names = names[:: max(1, len(names) // 400)]
    return [(text_start(once_before[n]), text_start(once_after[n])) for n in names]


def _once(runs: list[TextRun]) -> dict[str, TextRun]:
    counts = Counter(r.text.strip() for r in runs)
    return {r.text.strip(): r for r in runs if counts[r.text.strip()] == 1 and len(r.text.strip()) > 1}


# -- lines --------------------------------------------------------------------------------------------------------


def _from_lines(before: Drawn, after: Drawn) -> list[Map]:
    """One map for every turn and scale that is worth a look: the shift under which profiles of lines agree best."""
    if not len(before.segments) or not len(after.segments):
        return []
    a, b = _longest(before.segments), _longest(after.segments)
    lean = (_main_direction(b) - _main_direction(a) + 45) % 90 - 45
    leans = {0.0, 0.0 if abs(lean) < 0.02 else lean}
    target = [_profile(b, axis) for axis in (0, 1)]
    found = []
    for turn in sorted({(quarter * 90 + lean) % 360 for quarter in range(4) for lean in leans}):
        for scale in _scales(before, after, a, b, turn):
            turned = apply_segments(similarity(scale, turn), a)
            shift = [_shift(_profile(turned, axis), target[axis]) for axis in (0, 1)]
            found.append(similarity(scale, turn, (shift[0], shift[1])))
    return found


def _main_direction(segments: Floats) -> float:
    """Degrees, 0 to 90, of the direction (or its perpendicular) with most length; to about 0.01 degrees."""
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    length = np.hypot(dx, dy)
    angle = np.degrees(np.arctan2(dy, dx)) % 90
    histogram = np.bincount((angle * 10).astype(int) % 900, weights=length, minlength=900)
    smooth = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
    peak = (int(smooth.argmax()) + 0.5) / 10
    off = (angle - peak + 45) % 90 - 45
    near = np.abs(off) < 0.3
    return float(peak + np.average(off[near], weights=length[near] ** 2)) % 90 if near.any() else peak


def _scales(before: Drawn, after: Drawn, a: Floats, b: Floats, turn: float) -> list[float]:
    """1, the ratio of the papers, and the ratio of what is drawn."""
    is_across = round(turn / 90) % 2 == 1
    paper = after.width_um / max(before.height_um if is_across else before.width_um, 1)
    drawn = _reach(b) / max(_reach(a), 1.0)
    found: list[float] = []
    for scale in (1.0, paper, drawn):
        if 0.2 < scale < 5 and all(abs(scale / known - 1) > 0.002 for known in found):
            found.append(scale)
    return found


def _reach(segments: Floats) -> float:
    """The diagonal of what is drawn, a few strays left out."""
    points = segments.reshape(-1, 2)
    low, high = np.percentile(points, 0.5, axis=0), np.percentile(points, 99.5, axis=0)
    return float(np.hypot(*(high - low)))


def _profile(segments: Floats, axis: int) -> tuple[float, Floats]:
    """Length of lines across an axis by their place along it: start of the first bin, and the bins."""
    across = np.abs(segments[:, 3 - axis] - segments[:, 1 - axis])
    along = np.abs(segments[:, 2 + axis] - segments[:, axis])
    lines = (across > 3_000) & (along < 0.03 * across)
    if not lines.any():
        lines = across >= along
    places = (segments[lines, axis] + segments[lines, 2 + axis]) / 2
    if not len(places):
        return 0.0, np.zeros(1)
    low = float(np.floor(places.min() / _PROFILE_UM)) * _PROFILE_UM
    index = np.clip((places - low) / _PROFILE_UM, 0, 40_000).astype(int)
    return low, np.sqrt(np.bincount(index, weights=across[lines]))


def _shift(one: tuple[float, Floats], other: tuple[float, Floats]) -> float:
    """How far the first profile must move to agree best with the second (um)."""
    (low, a), (high, b) = one, other
    size = 1 << (len(a) + len(b)).bit_length()
    smooth = np.array([0.5, 1.0, 0.5])
    spectrum = np.conj(np.fft.rfft(np.convolve(a, smooth), size)) * np.fft.rfft(np.convolve(b, smooth), size)
    agreement = np.fft.irfft(spectrum, size)
    at = int(agreement.argmax())
    return high - low + (at - size if at > size // 2 else at) * _PROFILE_UM
