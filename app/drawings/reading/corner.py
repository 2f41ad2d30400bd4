"""Title blocks without labels: the large sheet number at the corner and the title beside it; lone Chinese numbers."""

from collections.abc import Mapping, Sequence

from app.drawings.reading.block import Block
from app.drawings.reading.layout import Run, View, join_lines
from app.drawings.reading.page import FieldReading, around
from app.drawings.reading.values import clean_number, is_sheet_number
from app.drawings.reading.vocabulary import has_cjk, read_label


def read_corner(
    seen: Sequence[View], known: Mapping[str, FieldReading], blocks: Sequence[Block]
) -> dict[str, FieldReading]:
    """Number and title by size and place; only what the labels did not tell."""
    if "number" in known:
        return {}
    for view in seen:
        number = _large_number(view)
        if number is not None:
            found = {"number": _reading(clean_number(number.text), 0.82, [number])}
            title = _title_by(number, view)
            if title and "title" not in known:
                found["title"] = _reading(join_lines([r.text for r in title]), 0.75, title)
            return found
        number = _lone_chinese(view)
        if number is not None:
            return {"number": _reading(clean_number(number.text), 0.6 if blocks else 0.45, [number])}
    return {}


def _reading(value: str, sure: float, runs: Sequence[Run]) -> FieldReading:
    return FieldReading(value, "pattern", sure, around([b for r in runs for b in r.boxes]))


def _large_number(view: View) -> Run | None:
    """The one number at the lower (or upper) right that is printed much larger than the text of the sheet."""
    right = 0.72 * view.width
    corner = [
        r for r in view.runs if r.cx > right and (r.cy < 0.25 * view.height or r.cy > 0.8 * view.height)
    ]
    numbers = [r for r in corner if is_sheet_number(r.text)]
    if not numbers:
        return None
    heights = sorted(r.height for r in view.runs if not is_sheet_number(r.text)) or [0]
    usual = heights[len(heights) // 2]
    largest = max(numbers, key=lambda r: r.height)
    rivals = [
        r for r in numbers if r is not largest and r.text != largest.text and r.height > 0.7 * largest.height
    ]
    taller = [r for r in corner if r.height > 1.05 * largest.height and not is_sheet_number(r.text)]
    if rivals or len(taller) > 1 or largest.height < 4_500 or largest.height < 1.6 * usual:
        return None
    return largest


def _title_by(number: Run, view: View) -> list[Run]:
    """The lines right above the number, else the line left of it."""
    high = number.height
    column = [
        r
        for r in view.runs
        if r is not number
        and r.y0 >= number.y1 - high // 4
        and r.y0 < number.y1 + 3 * high
        and r.x0 > number.x0 - 1.5 * high
        and 0.12 * high < r.height < 1.1 * high
        and any(c.isalpha() for c in r.text)
        and not is_sheet_number(r.text)
        and read_label(r.text) is None
    ]
    if not column:
        return _left_of(number, view)
    column.sort(key=lambda r: r.cy)
    lines = [column[0]]
    for run in column[1:]:
        last = lines[-1]
        if run.y0 - last.y1 > 1.2 * last.height:
            break
        if not 0.6 < run.height / last.height < 1.6:
            continue
        if abs(run.x0 - last.x0) > 2 * last.height and abs(run.cx - last.cx) > 2 * last.height:
            break
        lines.append(run)
    return lines[::-1][-5:]


def _left_of(number: Run, view: View) -> list[Run]:
    high = number.height
    beside = [
        r
        for r in view.runs
        if r.x1 <= number.x0
        and number.x0 - r.x1 < 6 * high
        and number.y0 - high // 2 < r.cy < number.y1 + high // 2
        and 0.2 * high < r.height <= 1.2 * high
        and any(c.isalpha() for c in r.text)
        and read_label(r.text) is None
    ]
    if not beside:
        return []
    nearest = max(beside, key=lambda r: r.x1)
    lines = [r for r in beside if abs(r.x0 - nearest.x0) < nearest.height and r.height < 1.6 * nearest.height]
    return sorted(lines, key=lambda r: -r.cy)[:4]


def _lone_chinese(view: View) -> Run | None:
    """The only ``建施-01`` in the lower right corner; several are references to other sheets, and none is taken."""
    numbers = [
        r
        for r in view.runs
        if r.cx > 0.7 * view.width
        and r.cy < 0.25 * view.height
        and has_cjk(r.text)
        and is_sheet_number(r.text)
    ]
    return numbers[0] if len({clean_number(r.text) for r in numbers}) == 1 else None
