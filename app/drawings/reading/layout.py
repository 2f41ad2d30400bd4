"""A page turned so that its text reads from left to right, and its runs mended.

CAD exports break words into pieces (``AR`` ``-`` ``4`` ``-02``), spread labels (``图`` ``号``) and stack them
(``SHEET`` over ``NO.``). Here the pieces are put together again.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.drawings.reading.page import Box, PageContent, TextTuple, around
from app.drawings.reading.vocabulary import KNOWN, LABELS, PREFIXES, has_cjk, word_key

_CELL = 4_000
_TURNS = (0, 90, 270, 180)
_TILT = 4
DENSE = 4_000
"""From so many runs on, only the right and the lower part of the sheet are read."""
_CROWD = 24
"""More runs than this that begin in one small square are hatching or noise."""
_LABEL_PART = 24
"""Characters of one line of a stacked label, at most."""
MAX_TEXT = 300
"""Longer runs are prose."""


@dataclass(slots=True)
class Run:
    """A run in the turned page; ``boxes`` are those of the page as given."""

    text: str
    x0: int
    y0: int
    x1: int
    y1: int
    boxes: list[Box] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Height of the letters (um)."""
        return max(self.y1 - self.y0, 1)

    @property
    def cx(self) -> int:
        """Centre."""
        return (self.x0 + self.x1) // 2

    @property
    def cy(self) -> int:
        """Centre."""
        return (self.y0 + self.y1) // 2

    @property
    def box(self) -> Box:
        """The box in the turned page."""
        return self.x0, self.y0, self.x1, self.y1


@dataclass
class View:
    """The page as seen when its text of one direction reads from left to right."""

    turn: int
    width: int
    height: int
    runs: list[Run]
    page: PageContent

    @cached_property
    def lines(self) -> Sequence[Box]:
        """The ruled lines, turned as the runs are."""
        if self.turn == 0:
            return self.page.lines
        return [turned(n, self.turn, self.page) for n in self.page.lines]


def views(page: PageContent) -> list[View]:
    """One view per reading direction that occurs, upright first; tilted text (stamps, slopes) is in none."""
    groups: dict[int, list[TextTuple]] = {}
    for run in page.runs:
        turn = _turn_of(run[5])
        if turn is not None and 0 < len(run[0]) <= MAX_TEXT:
            groups.setdefault(turn, []).append(run)
    return [_view(page, turn, groups[turn]) for turn in _TURNS if turn in groups]


def _turn_of(angle: int) -> int | None:
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) <= _TILT else None


def _view(page: PageContent, turn: int, tuples: list[TextTuple]) -> View:
    sideways = turn in (90, 270)
    width, height = (page.height_um, page.width_um) if sideways else (page.width_um, page.height_um)
    dense = len(tuples) > DENSE
    runs = []
    for raw, x0, y0, x1, y1, _ in tuples:
        given = (x0, y0, x1, y1)
        box = turned(given, turn, page) if turn else given
        if dense and box[0] < 0.6 * width and box[1] > 0.25 * height:
            continue
        text = raw.strip()
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text).strip()
        if text:
            runs.append(Run(text, *box, [given]))
    return View(turn, width, height, mend(runs), page)


def turned(box: Box, turn: int, page: PageContent) -> Box:
    """A box of the page in the view of that turn."""
    x0, y0, x1, y1 = box
    w, h = page.width_um, page.height_um
    if turn == 90:
        return y0, w - x1, y1, w - x0
    if turn == 270:
        return h - y1, x0, h - y0, x1
    if turn == 180:
        return w - x1, h - y1, w - x0, h - y0
    return box


def mend(runs: list[Run]) -> list[Run]:
    """Join fragments of words, then spread labels, then stacked labels. Twin runs (fat text drawn twice) become one."""
    distinct = list({(r.text, r.x0 // 200, r.y0 // 200): r for r in runs}.values())
    return _stacked(_spread(_fragments(distinct)))


class _Near:
    """Finds runs by their left end."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.cells: dict[tuple[int, int], list[Run]] = {}
        for run in runs:
            cell = self.cells.setdefault((run.x0 // _CELL, run.cy // _CELL), [])
            if len(cell) < _CROWD:
                cell.append(run)

    def starting(self, x0: int, x1: int, y0: int, y1: int) -> list[Run]:
        """Runs whose left end lies in x0..x1 and whose centre lies in y0..y1."""
        found = []
        for i in range(x0 // _CELL, x1 // _CELL + 1):
            for j in range(y0 // _CELL, y1 // _CELL + 1):
                found += [r for r in self.cells.get((i, j), ()) if x0 <= r.x0 <= x1 and y0 <= r.cy <= y1]
        return found


def _fragments(runs: list[Run]) -> list[Run]:
    near = _Near(runs)
    follows: dict[int, Run] = {}
    taken: set[int] = set()
    for run in runs:
        high = min(run.height, 20_000)
        gap = int(0.42 * high) if high > 700 else 600
        options = [
            r
            for r in near.starting(run.x1 - gap // 3, run.x1 + gap, run.y0 - 300, run.y1 + 300)
            if r is not run and id(r) not in taken and r.x1 > run.x1 and r.height < 3 * high
        ]
        # A dash is low and flat: it must only lie within the height of its neighbour.
        options = [r for r in options if r.height < 0.7 * high or r.height <= 1.5 * high]
        if options:
            best = min(options, key=lambda r: r.x0)
            follows[id(run)] = best
            taken.add(id(best))
    return [_chain(run, follows) for run in runs if id(run) not in taken]


def _chain(run: Run, follows: dict[int, Run]) -> Run:
    seen = {id(run)}
    joined = run
    last = run
    while (after := follows.get(id(last))) is not None and id(after) not in seen:
        seen.add(id(after))
        wide = after.x0 - last.x1 > 0.28 * max(last.height, after.height)
        tight = not after.text[0].isalnum() or not last.text[-1].isalnum() or has_cjk(last.text + after.text)
        joined = merge([joined, after], " " if wide and not tight else "")
        last = after
    return joined


def _spread(runs: list[Run]) -> list[Run]:
    """Single Chinese characters that together make a label: ``图`` .. ``号``."""
    singles = [r for r in runs if len(r.text.rstrip(":")) == 1 and has_cjk(r.text)]
    if not 2 <= len(singles) <= 800:
        return runs
    near = _Near(singles)
    gone: set[int] = set()
    made: list[Run] = []
    for run in singles:
        if id(run) in gone or word_key(run.text) not in PREFIXES:
            continue
        parts = [run]
        while len(parts) < 6:
            last = parts[-1]
            reach = 5 * last.height
            options = near.starting(
                last.x1, last.x1 + reach, last.cy - last.height // 2, last.cy + last.height // 2
            )
            options = [r for r in options if id(r) not in gone and r is not last]
            if not options:
                break
            parts.append(min(options, key=lambda r: r.x0))
            if word_key("".join(r.text for r in parts)) in LABELS:
                made.append(merge(parts, ""))
                gone.update(map(id, parts))
                break
    return [r for r in runs if id(r) not in gone] + made


def _stacked(runs: list[Run]) -> list[Run]:
    """Two or more short runs one under another that make one label: ``工程`` / ``名称``, ``SHEET`` / ``NO.``."""
    starts = [r for r in runs if len(r.text) <= _LABEL_PART and word_key(r.text) in PREFIXES]
    if not starts or len(starts) > 500:
        return runs
    near = _Near([r for r in runs if len(r.text) <= _LABEL_PART])
    gone: set[int] = set()
    made: list[Run] = []
    for run in sorted(starts, key=lambda r: -r.y0):
        parts = [run]
        while id(run) not in gone and len(parts) < 5:
            last = parts[-1]
            reach = max(2 * last.height, last.x1 - last.x0)
            below = near.starting(last.x0 - reach, last.x1, last.y0 - int(1.6 * last.height), last.y0)
            below = [r for r in below if r is not last and id(r) not in gone and _is_under(r, last)]
            if not below:
                break
            parts.append(max(below, key=lambda r: r.cy))
            key = word_key("".join(r.text for r in parts))
            if key in KNOWN:
                made.append(merge(parts, " "))
                gone.update(map(id, parts))
                break
            if key not in PREFIXES:
                break
    return [r for r in runs if id(r) not in gone] + made


def _is_under(low: Run, high: Run) -> bool:
    slack = high.height
    return (
        0.6 < low.height / high.height < 1.7
        and low.y1 <= high.y0 + 0.3 * slack
        and (abs(low.x0 - high.x0) < slack or abs(low.cx - high.cx) < slack)
    )


def merge(parts: Sequence[Run], space: str) -> Run:
    """One run of several, in the order given."""
    box = around([p.box for p in parts]) or (0, 0, 0, 0)
    return Run(space.join(p.text for p in parts), *box, [b for p in parts for b in p.boxes])


def join_lines(lines: Sequence[str]) -> str:
    """Lines of one value: a space between Western words, none where Chinese stands on both sides."""
    text = ""
    for line in lines:
        words = (
            bool(text)
            and text[-1].isascii()
            and text[-1].isalnum()
            and line[0].isascii()
            and line[0].isalnum()
        )
        if text and (words or not (has_cjk(text) and has_cjk(line))):
            text += " "
        text += line
    return text


def rows_of(runs: Iterable[Run]) -> list[Run]:
    """Runs put together line by line, from the top; within a line from the left."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (-r.cy, r.x0)):
        if rows and abs(rows[-1][0].cy - run.cy) < 0.5 * min(rows[-1][0].height, run.height):
            rows[-1].append(run)
        else:
            rows.append([run])
    made = []
    for row in rows:
        row.sort(key=lambda r: r.x0)
        merged = merge(row, "")
        merged.text = join_lines([r.text for r in row])
        made.append(merged)
    return made
