"""Text runs and ruled lines of a page, from what was drawn."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from viewers.render.manifest import RuledLine, TextRun

Box: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 with x0 <= x1 and y0 <= y1."""

Point: TypeAlias = tuple[float, float]

MIN_RULE_UM = 4_000
MAX_RULES = 20_000
_DESCENT = 0.25
"""Depth below the baseline in heights of capitals."""


_SURROGATES = re.compile("[\ud800-\udfff]")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")


def without_surrogates(text: str) -> str:
    """Bytes that were no text in the file's encoding come as lone surrogates, which no UTF-8 can hold."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def is_readable(runs: list[TextRun]) -> bool:
    """False when a fifth of the runs holds characters that are no text (bad bytes, private use)."""
    bad = sum(bool(_UNREADABLE.search(run.text)) for run in runs)
    return bad * 5 <= len(runs)


@dataclass
class PlacedText:
    """Text on one baseline: its start, the end of its baseline, and the top of its first capital."""

    text: str
    start: Point
    end: Point
    top: Point
    group: int
    """Texts of one entity have the same group and are joined when they follow each other on a line."""
    layer: str = ""
    """As the page names it."""

    @property
    def height(self) -> float:
        """Height of capitals."""
        return math.dist(self.start, self.top)

    @property
    def box(self) -> Box:
        """The box of ascent and descent, axis-parallel."""
        ux, uy = self.top[0] - self.start[0], self.top[1] - self.start[1]
        corners = [
            (x + ux * k, y + uy * k) for x, y in (self.start, self.end) for k in (-_DESCENT, 1 + _DESCENT / 2)
        ]
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        return (min(xs), min(ys), max(xs), max(ys))


def join_words(texts: Iterable[PlacedText]) -> list[PlacedText]:
    """Join the words of formatted text, which are drawn one by one, into runs of a line."""
    joined: list[PlacedText] = []
    for text in texts:
        last = joined[-1] if joined else None
        gap = _gap(last, text) if last is not None and last.group == text.group else None
        if last is None or gap is None:
            joined.append(replace(text))
        else:
            last.text += (" " if gap > 0.15 * text.height else "") + text.text
            last.end = text.end
    return joined


def _gap(last: PlacedText, text: PlacedText) -> float | None:
    """Distance along the baseline when ``text`` continues the line of ``last``."""
    height = text.height
    length = math.dist(last.start, last.end)
    if height <= 0 or length <= 0 or not 0.7 < last.height / height < 1.4:
        return None
    dx, dy = (last.end[0] - last.start[0]) / length, (last.end[1] - last.start[1]) / length
    vx, vy = text.start[0] - last.end[0], text.start[1] - last.end[1]
    along, across = vx * dx + vy * dy, abs(vx * dy - vy * dx)
    return along if across < 0.2 * height and -0.3 * height < along < 1.5 * height else None


def text_runs(
    texts: Iterable[PlacedText], width_um: int, height_um: int, layers: Sequence[str] = ()
) -> list[TextRun]:
    """Runs in reading order (from the top, then from the left), boxes cut to the page.

    Args:
        texts: joined texts in um of the page.
        width_um: width of the page.
        height_um: height of the page.
        layers: names of the layers of the page, in its order.
    """
    indexes = {name: n for n, name in enumerate(layers)}
    runs: list[TextRun] = []
    for text in texts:
        x0, y0, x1, y1 = text.box
        if x1 < 0 or y1 < 0 or x0 > width_um or y0 > height_um:
            continue
        angle = (
            round(math.degrees(math.atan2(text.end[1] - text.start[1], text.end[0] - text.start[0]))) % 360
        )
        runs.append(
            TextRun(
                text.text.strip(),
                max(0, round(x0)),
                max(0, round(y0)),
                min(width_um, round(x1)),
                min(height_um, round(y1)),
                angle,
                indexes.get(text.layer, -1),
            )
        )
    band = 2_000
    return sorted(runs, key=lambda r: (-((r.y0 + r.y1) // 2 // band), r.x0, -r.y0, r.text))


def ruled_lines(segments: Iterable[tuple[float, float, float, float]]) -> list[RuledLine]:
    """Axis-parallel segments of at least 4 mm, each once, longest first, at most 20,000."""
    lines: set[tuple[int, int, int, int]] = set()
    for xa, ya, xb, yb in segments:
        if max(abs(xa - xb), abs(ya - yb)) < MIN_RULE_UM:
            continue
        if abs(ya - yb) <= 50:
            y = round((ya + yb) / 2)
            lines.add((round(min(xa, xb)), y, round(max(xa, xb)), y))
        elif abs(xa - xb) <= 50:
            x = round((xa + xb) / 2)
            lines.add((x, round(min(ya, yb)), x, round(max(ya, yb))))
    ordered = sorted(lines, key=lambda n: (-(n[2] - n[0] + n[3] - n[1]), n))
    return [RuledLine(*line) for line in ordered[:MAX_RULES]]
