"""The revision of a sheet from its revision table (修改记录) when no cell states it."""

import re

from app.drawings.reading.block import Block
from app.drawings.reading.layout import rows_of
from app.drawings.reading.matching import Matcher
from app.drawings.reading.page import FieldReading, around
from app.drawings.reading.values import parse_date, revision_fit

_REACH = 120_000


def latest_revision(block: Block, matcher: Matcher) -> FieldReading | None:
    """The row with the latest date; without dates the row farthest from the header of the column."""
    for label in block.all_labels:
        if label.word.field != "revision" or label.field:
            continue
        run = label.run
        column = (run.x0 - 3_000, run.y0 - _REACH, run.x1 + 3_000, run.y1 + _REACH)
        rows = []
        for value in matcher.values_in(column):
            text = value.text.strip()
            if not revision_fit(text) or len(text) > 8:
                continue
            beside = (value.x1, value.cy - value.height, value.x1 + _REACH, value.cy + value.height)
            line = rows_of([r for r in matcher.values_in(beside) if abs(r.cy - value.cy) < value.height])
            rest = " ".join(r.text for r in line)
            if re.search(r"\w{2}", rest):
                rows.append((parse_date(rest), abs(value.cy - run.cy), value))
        if rows:
            when, _, newest = max(rows, key=lambda row: row[:2])
            return FieldReading(newest.text.strip(), "cell", 0.7 if when else 0.55, around(newest.boxes))
    return None
