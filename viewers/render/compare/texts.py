"""Words of two sheets matched by content and place; what is left is a change of text.

Fonts do not matter, nor how a writer cuts a line: a word that the other sheet does not have as such is matched letter
by letter before it counts as changed.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from viewers.render.compare.placing import Map, apply, rotation_of, scale_of
from viewers.render.compare.registration import text_start
from viewers.render.manifest import TextRun

_SAME_UM = 400.0
_BUCKET_UM = 8_000.0
_MOST_ALIKE = 500
_REACH_UM = 40_000.0
"""How far a text may have moved to be called moved instead of removed and added."""


@dataclass(frozen=True)
class TextChange:
    """A text that changed, with its run on each sheet (second sheet's space; None when there is none)."""

    before: TextRun | None
    after: TextRun | None

    @property
    def is_move(self) -> bool:
        """The same words elsewhere."""
        return (
            self.before is not None and self.after is not None and _plain(self.before) == _plain(self.after)
        )


def place_run(run: TextRun, m: Map) -> TextRun:
    """A run of the first sheet as it lies on the second."""
    corners = apply(
        m, np.array([(run.x0, run.y0), (run.x1, run.y0), (run.x1, run.y1), (run.x0, run.y1)], float)
    )
    x0, y0 = corners.min(axis=0)
    x1, y1 = corners.max(axis=0)
    angle = round(run.angle + rotation_of(m)) % 360
    return TextRun(run.text, round(x0), round(y0), round(x1), round(y1), angle)


def match_texts(before: list[TextRun], after: list[TextRun], m: Map) -> list[TextChange]:
    """The changes between two lists of runs, the first placed by ``m``."""
    is_scaled = abs(scale_of(m) - 1) > 1e-3 or abs(rotation_of(m)) > 0.01
    old = [place_run(r, m) for r in before if _plain(r)]
    new = [r for r in after if _plain(r)]
    old, new = _without_same(old, new, _SAME_UM * (2 if is_scaled else 1))
    old, new = _without_rejoined(old, new)
    return [*_paired(old, new)]


def _plain(run: TextRun) -> str:
    """Without what no reader sees: spaces and forms of width."""
    return _plain_text(run.text)


@lru_cache(maxsize=65_536)
def _plain_text(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class _Near:
    """Runs by the place of their middle and of their start."""

    def __init__(self, runs: list[TextRun]) -> None:
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i, run in enumerate(runs):
            for cell in {_cell(*text_start(run)), _cell(*_middle(run))}:
                self._cells[cell].append(i)

    def around(self, run: TextRun) -> list[int]:
        """Numbers of the runs whose start or middle is within 8 mm of that of a run, and some beyond."""
        places = {_cell(*text_start(run)), _cell(*_middle(run))}
        cells = {(x + dx, y + dy) for x, y in places for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        return sorted({i for cell in cells for i in self._cells.get(cell, ())})


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // _BUCKET_UM), int(y // _BUCKET_UM)


def _middle(run: TextRun) -> tuple[float, float]:
    return (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2


def _height(run: TextRun) -> float:
    quarter = round(run.angle / 90) % 2
    return float(max(run.x1 - run.x0 if quarter else run.y1 - run.y0, 300))


def _without_same(
    old: list[TextRun], new: list[TextRun], slack: float
) -> tuple[list[TextRun], list[TextRun]]:
    """Take out runs with the same words at the same place, nearest first."""
    near = _Near(new)
    close: list[tuple[float, int, int]] = []
    for i, run in enumerate(old):
        words = _plain(run)
        for j in near.around(run):
            if _plain(new[j]) == words:
                away = _distance(run, new[j])
                if away <= _tolerance(run, new[j], slack):
                    close.append((away, i, j))
    gone_old: set[int] = set()
    gone_new: set[int] = set()
    for _, i, j in sorted(close):
        if i not in gone_old and j not in gone_new:
            gone_old.add(i)
            gone_new.add(j)
    return (
        [r for i, r in enumerate(old) if i not in gone_old],
        [r for j, r in enumerate(new) if j not in gone_new],
    )


def _distance(one: TextRun, other: TextRun) -> float:
    """Between the places of two texts: where reading begins and where it ends, the farther of both.

    Boxes of different height are of different fonts: then the nearer of start and middle counts.
    """
    (ax, ay), (bx, by) = text_start(one), text_start(other)
    start = math.hypot(ax - bx, ay - by)
    middle = math.hypot(
        (one.x0 + one.x1 - other.x0 - other.x1) / 2, (one.y0 + one.y1 - other.y0 - other.y1) / 2
    )
    if abs((one.angle + 45) % 90 - 45) > 4:
        return middle  # of a slanting text no corner of its box is where it begins
    return max(start, middle) if _is_same_font(one, other) else min(start, middle)


def _is_same_font(one: TextRun, other: TextRun) -> bool:
    return abs(_height(one) / _height(other) - 1) < 0.05


def _tolerance(one: TextRun, other: TextRun, slack: float) -> float:
    """Small where both are drawn with one font; a part of the height where the boxes tell of two."""
    return slack if _is_same_font(one, other) else max(slack, 0.4 * max(_height(one), _height(other)))


# -- letters ------------------------------------------------------------------------------------------------------


def _without_rejoined(old: list[TextRun], new: list[TextRun]) -> tuple[list[TextRun], list[TextRun]]:
    """Take out runs whose every letter is at its place in some run of the other sheet."""
    # A word that both sheets have, elsewhere, has moved: its letters are no question.
    both = {_plain(r) for r in old} & {_plain(r) for r in new}
    near_old, near_new = _Near(old), _Near(new)
    letters_old, letters_new = _letters(old), _letters(new)
    lone_old = [
        _plain(r) in both or _is_replaced(r, new, near_new) or lone
        for r, lone in zip(old, _lone(old, letters_new), strict=True)
    ]
    lone_new = [
        _plain(r) in both or _is_replaced(r, old, near_old) or lone
        for r, lone in zip(new, _lone(new, letters_old), strict=True)
    ]
    return [r for r, lone in zip(old, lone_old, strict=True) if lone], [
        r for r, lone in zip(new, lone_new, strict=True) if lone
    ]


_Letters = dict[tuple[str, int, int], list[tuple[float, float, float]]]
"""By letter and cell: place, and height of the run it stands in."""


def _spread(run: TextRun) -> Iterable[tuple[str, float, float]]:
    """Letters with about the place of each."""
    text = unicodedata.normalize("NFKC", run.text)
    turn = math.radians(run.angle)
    dx, dy = math.cos(turn), math.sin(turn)
    cx, cy = (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2
    length = abs((run.x1 - run.x0) * dx) + abs((run.y1 - run.y0) * dy)
    widths = [1.0 if unicodedata.east_asian_width(c) in "WF" else 0.55 for c in text]
    total = sum(widths) or 1.0
    at = 0.0
    for letter, width in zip(text, widths, strict=True):
        along = ((at + width / 2) / total - 0.5) * length
        at += width
        if not letter.isspace():
            yield letter, cx + along * dx, cy + along * dy


def _is_replaced(run: TextRun, others: list[TextRun], near: _Near) -> bool:
    """Whether another word of as many letters stands just there: then it is no question of joining."""
    return any(
        len(_plain(others[j])) == len(_plain(run)) and _overlap(run, others[j]) > 0.7
        for j in near.around(run)
    )


def _letters(runs: list[TextRun]) -> _Letters:
    found: _Letters = defaultdict(list)
    for run in runs:
        for letter, x, y in _spread(run):
            found[letter, *_cell(x, y)].append((x, y, _height(run)))
    return found


def _lone(runs: list[TextRun], others: _Letters) -> list[bool]:
    """Which runs have a letter without a partner; no letter is the partner of two."""
    taken: set[tuple[str, float, float]] = set()
    out = []
    for run in runs:
        partners = [_partner(letter, x, y, run, others, taken) for letter, x, y in _spread(run)]
        out.append(any(p is None for p in partners))
    return out


def _partner(
    letter: str, x: float, y: float, run: TextRun, others: _Letters, taken: set[tuple[str, float, float]]
) -> tuple[float, float] | None:
    """The nearest free letter of this kind, less than about a letter's width away.

    A point or a dash that is a run of its own is only as high as its ink: the higher run says how large letters are.
    """
    cx, cy = _cell(x, y)
    own = _height(run)
    found = []
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            for ox, oy, height in others.get((letter, cx + dx, cy + dy), ()):
                slack = min(0.45 * max(own, height), _BUCKET_UM)
                if abs(x - ox) < slack and abs(y - oy) < slack and (letter, ox, oy) not in taken:
                    found.append((abs(x - ox) + abs(y - oy), ox, oy))
    if not found:
        return None
    _, ox, oy = min(found)
    taken.add((letter, ox, oy))
    return ox, oy


# -- pairs --------------------------------------------------------------------------------------------------------


def _paired(old: list[TextRun], new: list[TextRun]) -> Iterable[TextChange]:
    """First texts that stand where another stood, then the same words elsewhere, then what came and went."""
    near = _Near(new)
    at_place: list[tuple[float, int, int]] = []
    by_words: dict[str, list[int]] = defaultdict(list)
    for j, run in enumerate(new):
        by_words[_plain(run)].append(j)
    moved: list[tuple[float, int, int]] = []
    for i, a in enumerate(old):
        for j in near.around(a):
            away = _distance(a, new[j])
            if away < 1.2 * max(_height(a), _height(new[j])) or _overlap(a, new[j]) > 0.3:
                at_place.append((away, i, j))
        for j in by_words.get(_plain(a), ())[:_MOST_ALIKE]:
            away = _distance(a, new[j])
            if away < _REACH_UM:
                moved.append((away, i, j))
    at_place.sort()
    moved.sort()
    gone_old: set[int] = set()
    gone_new: set[int] = set()
    for _, i, j in [*(p for p in moved if p[0] < 4_000), *at_place, *moved]:
        if i not in gone_old and j not in gone_new:
            gone_old.add(i)
            gone_new.add(j)
            yield TextChange(old[i], new[j])
    yield from (TextChange(r, None) for i, r in enumerate(old) if i not in gone_old)
    yield from (TextChange(None, r) for j, r in enumerate(new) if j not in gone_new)


def _overlap(one: TextRun, other: TextRun) -> float:
    """Shared area over the smaller box."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min((r.x1 - r.x0) * (r.y1 - r.y0) for r in (one, other))
    return wide * high / max(smaller, 1)
