"""What every new revision must change in its title block: version, date, signatures, a row of the revision table.

Where those stand is told by whoever read the sheets (``TitleField``); rows that the revision table has gained are
found here. Such a change is a region of its own, ``routine``, and no line of it is one of the drawing's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from viewers.render.compare.difference import Difference, Unmatched
from viewers.render.compare.drawn import Floats
from viewers.render.compare.placing import Map, box_under, inverse
from viewers.render.compare.texts import TextChange
from viewers.render.compare.values import Box, Kind, Region, RevisionRow, Severity, TitleField
from viewers.render.manifest import TextRun

TABLE = "table"
"""The field of a new row of the revision table."""
_GROW_UM = 1_000
_INK_UM = 1_500


@dataclass
class _Change:
    """One field with the words that went and came; all in the space of the second sheet."""

    name: str
    texts: list[TextChange]

    @property
    def box(self) -> Box:
        runs = [r for t in self.texts for r in (t.before, t.after) if r is not None]
        return (
            min(r.x0 for r in runs),
            min(r.y0 for r in runs),
            max(r.x1 for r in runs),
            max(r.y1 for r in runs),
        )


def take_routine(
    difference: Difference,
    texts: list[TextChange],
    fields: tuple[Sequence[TitleField], Sequence[TitleField]],
    rows: tuple[Sequence[RevisionRow], Sequence[RevisionRow]],
    m: Map,
) -> tuple[Difference, list[TextChange], list[Region]]:
    """Take out of a difference what a new revision must change; the regions that say so.

    Args:
        difference: lines that differ.
        texts: words that differ, in the space of the second sheet.
        fields: of the first sheet (in its space) and of the second.
        rows: what the revision table of each sheet has and the other has not.
        m: where the first sheet lies on the second.
    """
    old = [TitleField(f.name, box_under(m, f.box)) for f in fields[0]]
    old += [TitleField(TABLE, box_under(m, row.box)) for row in rows[0]]
    new = [*fields[1], *(TitleField(TABLE, row.box) for row in rows[1])]
    changes: dict[tuple[str, int], _Change] = {}
    kept = []
    for text in texts:
        field = _field_of(text.after, new) or _field_of(text.before, old)
        if field is None:
            kept.append(text)
            continue
        place = round(field.box[1] / 2_000) if field.name == TABLE else 0
        changes.setdefault((field.name, place), _Change(field.name, [])).texts.append(text)
    if not changes:
        return difference, texts, []
    boxes = [c.box for c in changes.values()]
    boxes += [f.box for f in (*old, *new) if f.name in {c.name for c in changes.values()}]
    cleared = replace(
        difference,
        removed=_outside(difference.removed, boxes),
        added=_outside(difference.added, boxes),
        restyled=_outside(difference.restyled, boxes),
    )
    return cleared, kept, list(_regions(changes.values(), inverse(m)))


def _field_of(run: TextRun | None, fields: Sequence[TitleField]) -> TitleField | None:
    if run is None:
        return None
    x, y = (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2
    for field in fields:
        x0, y0, x1, y1 = field.box
        if x0 - _GROW_UM <= x <= x1 + _GROW_UM and y0 - _GROW_UM <= y <= y1 + _GROW_UM:
            return field
    return None


def _outside(points: Unmatched, boxes: Sequence[Box]) -> Unmatched:
    inside = np.zeros(len(points), dtype=bool)
    for box in boxes:
        inside |= _within(points.points, box)
    return points.where(~inside)


def _within(points: Floats, box: Box) -> npt.NDArray[np.bool_]:
    low, high = np.array(box[:2]) - _INK_UM, np.array(box[2:]) + _INK_UM
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


def _regions(changes: Iterable[_Change], back: Map) -> Iterator[Region]:
    for change in changes:
        before = _words([t.before for t in change.texts])
        after = _words([t.after for t in change.texts])
        yield Region(
            id="",
            kind=Kind.TEXT if before and after else Kind.ADDED if after else Kind.REMOVED,
            severity=Severity.ROUTINE,
            before=box_under(back, change.box),
            after=change.box,
            text_before=before,
            text_after=after,
            why="title-block",
            field=change.name,
        )


def _words(runs: list[TextRun | None]) -> str:
    """From the left, rows from the top."""
    found = sorted((r for r in runs if r is not None), key=lambda r: (-round(r.y0 / 2_000), r.x0))
    return " ".join(r.text.strip() for r in found)[:400]
