"""Callouts (索引符号) of a sheet: which other sheets its text points to, resolved against the numbers of this set.

A blind pattern is wrong most of the time (26 of 27 in trials). So a callout must be a number of the set, or, to be listed
as dangling, be written exactly as this set writes its numbers: same letters, same count of figures. Short forms (``3/08``,
and index circles with ``1`` over ``09``, GB/T 50001, 7.1) mean the sheets beside this one.
"""

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.kernel.text import clean, code_key
from viewers.render.manifest import RuledLine, TextRun

_TAIL = re.compile(r"(.*?)(\d+)([a-z]?)", re.DOTALL)
_SEE = re.compile(r"(?:详见|参见|参照|见|详|see|refer to|dwg\.?|sheet|/)\s*[《(（\[]?\s*$", re.IGNORECASE)
_SLASH = re.compile(r"([①-⑳]|[A-Za-z]?\d{1,2}|[A-Za-z])\s*[/／]\s*(\d{1,3}[a-z]?)")
_MARK = re.compile(r"[①-⑳]|\d{1,2}[A-Za-z]?|[A-Z]")
_SHORT = re.compile(r"\d{1,3}[a-z]?")
_LEAST_WHOLE = 4
"""A number shorter than this also names doors and axes: alone it is no callout."""
_LINE_UM = (6_000, 27_000)
"""The line through an index circle of 10 mm, with the leader that may run into it."""
_GAP_UM = 4_500
_ASKEW_UM = 1_800


@dataclass(frozen=True)
class SetNumber:
    """A sheet of the set."""

    sheet_id: str
    number: str
    title: str
    building_id: str | None = None


@dataclass(frozen=True)
class Callout:
    """A place of a sheet that points to another."""

    text: str
    """As drawn; of an index circle the number over the sheet's: ``1/09``."""
    number: str
    """The number meant."""
    box: tuple[int, int, int, int]
    """um, sheet space."""
    target: SetNumber | None
    """None when the set has no such sheet, or several: dangling."""


class SetNumbers:
    """The numbers of a set, and how they are written."""

    def __init__(self, numbers: Iterable[SetNumber]) -> None:
        self._by_key: dict[str, list[SetNumber]] = {}
        self._forms: dict[str, set[int]] = {}
        for number in numbers:
            key = code_key(number.number)
            self._by_key.setdefault(key, []).append(number)
            if match := _TAIL.fullmatch(key):
                self._forms.setdefault(match[1], set()).add(len(match[2]))
        prefixes = sorted((p for p in self._forms if p), key=len, reverse=True)
        joined = "|".join(re.escape(p) for p in prefixes)
        # Neither in the middle of a longer number, nor its beginning.
        self._token = (
            re.compile(rf"(?<![a-z0-9.])(?:{joined})\d+[a-z]?(?![a-z0-9]|[-.]\d)") if prefixes else None
        )

    def tokens(self, key: str) -> Iterable[re.Match[str]]:
        """Every place of a folded text where something is written as this set writes numbers."""
        return self._token.finditer(key) if self._token else ()

    def is_written_so(self, key: str) -> bool:
        """Letters and count of figures are those of some sheet's number."""
        match = _TAIL.fullmatch(key)
        return match is not None and len(match[2]) in self._forms.get(match[1], ())

    def beside(self, own: str, short: str) -> str | None:
        """The full number that a short form means on a sheet: ``9`` on 建施-03 is 建施-09; None where it means none."""
        mine, meant = _TAIL.fullmatch(code_key(own)), _TAIL.fullmatch(short)
        if mine is None or meant is None or meant[1] or len(meant[2]) > len(mine[2]):
            return None
        return f"{mine[1]}{meant[2].zfill(len(mine[2]))}{meant[3]}"

    def find(self, key: str, building_id: str | None) -> SetNumber | None:
        """The sheet of a number, of equal ones that of the same building; None when there is none, or no single one."""
        found = self._by_key.get(key, [])
        same = [n for n in found if n.building_id == building_id]
        if len(same) == 1:
            return same[0]
        return found[0] if len(found) == 1 else None

    def spell(self, key: str) -> str:
        """A folded number as the set writes it."""
        found = self._by_key.get(key)
        return found[0].number if found else key.upper()


def callouts_of(
    own: SetNumber, numbers: SetNumbers, runs: Sequence[TextRun], lines: Sequence[RuledLine]
) -> list[Callout]:
    """All callouts of a sheet, in reading order; those that name the sheet itself are left out."""
    found: dict[tuple[int, int, int, int], Callout] = {}
    circles = _CircleLines(lines)
    for run in runs:
        for callout in (*_in_text(own, numbers, run), *_in_circle(own, numbers, run, runs, circles)):
            if code_key(callout.number) != code_key(own.number):
                found.setdefault(callout.box, callout)
    return list(found.values())


def _in_text(own: SetNumber, numbers: SetNumbers, run: TextRun) -> Iterable[Callout]:
    """Numbers written out, and short forms behind a slash."""
    key = clean(run.text).casefold().strip()  # with its spaces: SEE A501
    for match in numbers.tokens(key):
        token = match.group()
        target = numbers.find(token, own.building_id)
        is_alone = token == key and len(key) >= _LEAST_WHOLE
        has_context = _SEE.search(key[: match.start()]) is not None
        is_known = target is not None and len(token) >= _LEAST_WHOLE
        if is_known or ((is_alone or has_context) and (target or numbers.is_written_so(token))):
            box = _part(run, match.start() / len(key), match.end() / len(key)) if token != key else _box(run)
            yield Callout(run.text.strip()[:80], numbers.spell(token), box, target)
    if slash := _SLASH.fullmatch(run.text.strip()):  # not normalised: ② would become 2
        full = numbers.beside(own.number, slash[2])
        own_tail = _TAIL.fullmatch(code_key(own.number))
        is_full_width = own_tail is not None and len(slash[2]) == len(own_tail[2]) > 1
        # 1/2 is a fraction: a short form counts with a ringed number, or with all of its figures.
        if full and (is_full_width or "①" <= slash[1] <= "⑳"):
            yield Callout(
                run.text.strip(), numbers.spell(full), _box(run), numbers.find(full, own.building_id)
            )


def _in_circle(
    own: SetNumber, numbers: SetNumbers, low: TextRun, runs: Sequence[TextRun], circles: "_CircleLines"
) -> Iterable[Callout]:
    """An index circle: the detail's number above a short line, the sheet's below it."""
    key = code_key(clean(low.text))  # machines read it: soft hyphens and the like are dropped
    if not _SHORT.fullmatch(key):
        return
    full = numbers.beside(own.number, key)
    middle = (low.x0 + low.x1) // 2
    for line in circles.above(low, middle) if full else ():
        for high in runs:
            is_above = line.y0 - 500 <= high.y0 <= line.y0 + _GAP_UM and high.y1 - line.y0 <= 2 * _GAP_UM
            is_centred = abs((high.x0 + high.x1) // 2 - middle) <= _ASKEW_UM
            if is_above and is_centred and _MARK.fullmatch(high.text.strip()):
                box = (min(low.x0, high.x0), low.y0, max(low.x1, high.x1), high.y1)
                text = f"{high.text.strip()}/{low.text.strip()}"
                target = numbers.find(str(full), own.building_id)
                yield Callout(text, numbers.spell(str(full)), _wide(box), target)
                return


class _CircleLines:
    """Level lines as short as the one through an index circle, by height."""

    def __init__(self, lines: Sequence[RuledLine]) -> None:
        least, most = _LINE_UM
        self._lines = sorted(
            (n for n in lines if n.y0 == n.y1 and least <= n.x1 - n.x0 <= most), key=lambda n: n.y0
        )
        self._heights = [n.y0 for n in self._lines]

    def above(self, run: TextRun, middle: int) -> Iterable[RuledLine]:
        """Lines close over a run that reach over its middle."""
        first = bisect.bisect_left(self._heights, run.y1 - 800)
        last = bisect.bisect_right(self._heights, run.y1 + _GAP_UM)
        return (n for n in self._lines[first:last] if n.x0 + 2_000 <= middle <= n.x1 - 2_000)


def _box(run: TextRun) -> tuple[int, int, int, int]:
    return run.x0, run.y0, run.x1, run.y1


def _wide(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """As large as the circle, so that a finger finds it."""
    x, y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    return x - 5_000, y - 5_000, x + 5_000, y + 5_000


def _part(run: TextRun, start: float, end: float) -> tuple[int, int, int, int]:
    """Roughly where a part of a level or plumb run lies; all of a run that lies askew."""
    wide, high = run.x1 - run.x0, run.y1 - run.y0
    if run.angle in (0, 180):
        a, b = (start, end) if run.angle == 0 else (1 - end, 1 - start)
        return run.x0 + round(wide * a), run.y0, run.x0 + round(wide * b), run.y1
    if run.angle in (90, 270):
        a, b = (start, end) if run.angle == 90 else (1 - end, 1 - start)
        return run.x0, run.y0 + round(high * a), run.x1, run.y0 + round(high * b)
    return _box(run)
