"""Rows that the revision table (修改栏) of a sheet has gained."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from viewers.render.compare.placing import Map
from viewers.render.compare.texts import match_texts
from viewers.render.compare.values import Box, RevisionRow
from viewers.render.manifest import TextRun

_HEAD = re.compile(
    r"修\s*改|修\s*订|变\s*更|版\s*次|版\s*本|更\s*改|\brev\b|\brev\.|\brevision|\bissue|\bmuudatus|\bindeks",
    re.IGNORECASE,
)
_REVISIONS = re.compile(
    r"修\s*改|修\s*订|变\s*更|更\s*改|\brev\b|\brev\.|\brevisions?\b|\bmuudatus", re.IGNORECASE
)
"""Heads of a table of revisions alone: a drawing list has a column of revisions too, and its rows are content."""
_DATE = re.compile(r"(19|20)\d\d\s*[-./年]\s*\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](19|20)?\d\d")
_MARK = re.compile(r"^(?:rev\.?\s*)?(?:[A-Z]|\d{1,2}|第?[一二三四五六七八九十]版?)$", re.IGNORECASE)
_GAP_UM = 100_000
_QUARTERS = (0, 90, 180, 270)
_NEAR_UM = 120_000
_ROUTINE_UM = 80_000
_HEAD_LETTERS = 40


def added_rows(before: list[TextRun], after: list[TextRun], m: Map) -> tuple[RevisionRow, ...]:
    """Rows of new texts, with a date or a revision's mark, in a column or near a head that speaks of revisions."""
    new = [t.after for t in match_texts(before, after, m) if t.after is not None and not t.before]
    rows = [(angle, row) for angle in _QUARTERS for row in _rows(new, angle) if _is_row(row)]
    own = {run for _, row in rows for run in row}  # what a row says of its change is no head
    heads = [r for r in after if _HEAD.search(r.text) and len(r.text) <= _HEAD_LETTERS and r not in own]
    found = []
    for angle, row in rows:  # a turned sheet has its table turned
        box = _around(row)
        levelled = [_level(_box(head), angle) for head in heads if head.angle % 360 == angle]
        if any(_is_near(_level(box, angle), head, _NEAR_UM) for head in levelled):
            found.append(RevisionRow(" ".join(r.text.strip() for r in row)[:200], box))
    return tuple(found)


def _is_row(row: list[TextRun]) -> bool:
    return len(row) >= 2 and any(_DATE.search(r.text) or _MARK.match(r.text.strip()) for r in row)


def routine_rows(rows: Collection[RevisionRow], texts: list[TextRun]) -> tuple[RevisionRow, ...]:
    """Those of the new rows that merely date a revision: with a date, under the head of a table of revisions."""
    heads = [r for r in texts if _REVISIONS.search(r.text) and len(r.text) <= _HEAD_LETTERS]
    heads = [r for r in heads if not any(_is_within(_box(r), row.box) for row in rows)]

    def is_near_a_head(row: RevisionRow) -> bool:
        return any(
            _is_near(_level(row.box, angle), _level(_box(head), angle), _ROUTINE_UM)
            for head in heads
            if (angle := head.angle % 360) in _QUARTERS
        )

    return tuple(row for row in rows if _DATE.search(row.text) and is_near_a_head(row))


def _box(run: TextRun) -> Box:
    return run.x0, run.y0, run.x1, run.y1


def _level(box: Box, angle: int) -> Box:
    """A box on the sheet turned so that what is read at an angle lies level."""
    x0, y0, x1, y1 = box
    return {90: (y0, -x1, y1, -x0), 180: (-x1, -y1, -x0, -y0), 270: (-y1, x0, -y0, x1)}.get(angle, box)


def _is_within(box: Box, other: Box) -> bool:
    return box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]


def _around(row: list[TextRun]) -> Box:
    return min(r.x0 for r in row), min(r.y0 for r in row), max(r.x1 for r in row), max(r.y1 for r in row)


def _is_near(row: Box, head: Box, reach: int) -> bool:
    """Above or below a head, over the same columns."""
    beside = head[2] >= row[0] - 20_000 and head[0] <= row[2] + 20_000
    return beside and abs((row[1] + row[3]) - (head[1] + head[3])) / 2 < reach


def _rows(runs: Iterable[TextRun], angle: int) -> list[list[TextRun]]:
    """Runs read at an angle whose middles share a line, in reading order; a wide gap ends a row."""
    placed = [(run, _level(_box(run), angle)) for run in runs if run.angle % 360 == angle]
    lines: list[list[tuple[TextRun, Box]]] = []
    for run, box in sorted(placed, key=lambda p: -(p[1][1] + p[1][3])):
        first = lines[-1][0][1] if lines else None
        if first and abs((first[1] + first[3]) - (box[1] + box[3])) < max(box[3] - box[1], 1_500):
            lines[-1].append((run, box))
        else:
            lines.append([(run, box)])
    rows: list[list[TextRun]] = []
    for line in lines:
        end: int | None = None
        for run, box in sorted(line, key=lambda p: p[1][0]):
            if end is None or box[0] - end >= _GAP_UM:
                rows.append([])
            rows[-1].append(run)
            end = box[2]
    return rows
