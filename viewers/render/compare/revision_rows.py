"""Rows that the revision table (修改栏) of a sheet has gained."""

from __future__ import annotations

import re
from collections.abc import Iterable

from viewers.render.compare.placing import Map
from viewers.render.compare.texts import match_texts
from viewers.render.compare.values import RevisionRow
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
_COLUMN_UM = 200_000
_NEAR_UM = 120_000
_ROUTINE_UM = 80_000
_HEAD_LETTERS = 40


def added_rows(before: list[TextRun], after: list[TextRun], m: Map) -> tuple[RevisionRow, ...]:
    """Rows of new texts, with a date or a revision's mark, in a column or near a head that speaks of revisions."""
    new = [t.after for t in match_texts(before, after, m) if t.after is not None and not t.before]
    heads = [r for r in after if _HEAD.search(r.text) and len(r.text) <= _HEAD_LETTERS]
    rows = []
    for row in _rows(new):
        words = [r.text.strip() for r in row]
        is_row = any(_DATE.search(w) for w in words) and len(row) >= 2
        is_row = is_row or (any(_MARK.match(w) for w in words) and len(row) >= 2)
        if is_row and any(_is_below(row, head) for head in heads):
            box = (
                *(min(getattr(r, n) for r in row) for n in ("x0", "y0")),
                *(max(getattr(r, n) for r in row) for n in ("x1", "y1")),
            )
            rows.append(RevisionRow(" ".join(words)[:200], box))
    return tuple(rows)


def routine_rows(rows: Iterable[RevisionRow], texts: list[TextRun]) -> tuple[RevisionRow, ...]:
    """Those of the new rows that merely date a revision: with a date, under the head of a table of revisions."""
    heads = [r for r in texts if _REVISIONS.search(r.text) and len(r.text) <= _HEAD_LETTERS]
    return tuple(
        row for row in rows if _DATE.search(row.text) and any(_is_near(row.box, head) for head in heads)
    )


def _is_near(box: tuple[int, int, int, int], head: TextRun) -> bool:
    beside = head.x1 >= box[0] - 20_000 and head.x0 <= box[2] + 20_000
    return beside and abs((box[1] + box[3]) - (head.y0 + head.y1)) / 2 < _ROUTINE_UM


def _rows(runs: Iterable[TextRun]) -> list[list[TextRun]]:
    """Level runs whose middles share a line, from the left."""
    rows: list[list[TextRun]] = []
    for run in sorted((r for r in runs if r.angle in (0, 360)), key=lambda r: (-(r.y0 + r.y1), r.x0)):
        last = rows[-1] if rows else None
        if (
            last
            and abs((last[0].y0 + last[0].y1) - (run.y0 + run.y1)) < max(run.y1 - run.y0, 1_500)
            and run.x0 - last[-1].x1 < _COLUMN_UM / 2
        ):
            last.append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda r: r.x0) for row in rows]


def _is_below(row: list[TextRun], head: TextRun) -> bool:
    """Above or below the head within 120 mm, and over the same columns."""
    x0, x1 = row[0].x0, row[-1].x1
    if head.x1 < x0 - 20_000 or head.x0 > x1 + 20_000:
        return False
    return abs((row[0].y0 + row[0].y1) - (head.y0 + head.y1)) / 2 < _NEAR_UM
