"""What the comparison of two revisions says beside a designer's answer: fixed but nothing changed, changed unasked.

A comparison that is not there yet says *not compared*, which is never shown as unchanged (law 8).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.markups.carrying import place_of
from app.markups.rules import Standing
from viewers.render.compare.values import Comparison, Region, Severity

Box = Sequence[int]
NEAR_UM = 2_000


class Flag(StrEnum):
    """What a reviewer is told before he decides."""

    NOT_COMPARED = "not-compared"
    NOTHING_CHANGED = "nothing-changed"
    """Answered as fixed, but the sheet did not change at all."""
    NOTHING_CHANGED_THERE = "nothing-changed-there"
    """Answered as fixed, and the sheet changed, but not where the opinion lies."""
    CHANGED_UNASKED = "changed-unasked"
    """The sheet changed where no opinion asked for it."""


@dataclass(frozen=True)
class FixFlags:
    """What is to be said of one sheet that an answer names."""

    flags: tuple[Flag, ...]
    changes: int = 0
    """Regions of the sheet whose content changed."""
    there: tuple[Box, ...] = ()
    """Changed regions at the opinion's place, on the newer revision."""
    unasked: tuple[Box, ...] = ()
    """Changed regions that no opinion of this round speaks of, on the newer revision."""


def flags_of(place: Box, asked: Iterable[Box], compared: Comparison | None) -> FixFlags:
    """What to say of an answer "fixed", given the opinion's place and all places that opinions speak of on the sheet.

    Args:
        place: ``x0, y0, x1, y1`` in um of the older revision; empty: the whole sheet.
        asked: the same of every opinion on the sheet; an empty one asks for the whole sheet.
        compared: the kept comparison of the revision that was reviewed with the one that fixes it.
    """
    if compared is None or compared.registration is None:
        return FixFlags((Flag.NOT_COMPARED,))
    major = [r for r in compared.regions if r.severity is Severity.MAJOR]
    if not major:
        return FixFlags((Flag.NOTHING_CHANGED,))
    there = _touched(place, compared)
    asked = list(asked)
    covered = {r.id for box in asked for r in _touched(box, compared)}
    unasked = [] if any(not box for box in asked) else [r for r in major if r.id not in covered]
    flags = [] if there else [Flag.NOTHING_CHANGED_THERE]
    if unasked:
        flags.append(Flag.CHANGED_UNASKED)
    return FixFlags(tuple(flags), len(major), tuple(r.after for r in there), tuple(r.after for r in unasked))


def _touched(place: Box, compared: Comparison) -> list[Region]:
    """Changed regions at a place; all of them when the place is the whole sheet."""
    anchor = (
        {"type": "region", "x0": place[0], "y0": place[1], "x1": place[2], "y1": place[3]}
        if place
        else {"type": "sheet"}
    )
    found = place_of(anchor, {"paths": []}, compared)
    if found.standing is Standing.NOT_COMPARED:
        return []
    return [r for r in found.regions if r.severity is Severity.MAJOR]
