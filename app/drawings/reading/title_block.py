"""Read a title block (图签/标题栏): labels and their values first, then form and place, then the file name.

Where two sources differ, the better one is kept and is believed less.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.drawings.reading.block import Block, find_block, find_labels
from app.drawings.reading.corner import read_corner
from app.drawings.reading.disciplines import discipline_of_cell, guess_discipline
from app.drawings.reading.layout import View, views
from app.drawings.reading.learning import read_learned
from app.drawings.reading.matching import Match, Matcher
from app.drawings.reading.page import (
    Box,
    FieldReading,
    LearnedField,
    PageContent,
    TitleBlockReading,
    around,
)
from app.drawings.reading.revisions import latest_revision
from app.drawings.reading.values import number_from_file_name
from app.drawings.reading.vocabulary import SIGNERS, word_key
from app.kernel.text import UnprintableText, loose_key

_TOTAL = re.compile(r"(.*?[^\d])?(\d{1,4})/(\d{1,4})")
_SHEET_OF = re.compile(
    r"第\s*(\d{1,4})\s*[张页].{0,3}共\s*(\d{1,4})\s*[张页]|\bsheet\s+(\d{1,4})\s+of\s+(\d{1,4})\b",
    re.IGNORECASE,
)
_MAX_CODE = 60


def read_title_block(page: PageContent, *, learned: Sequence[LearnedField] = ()) -> TitleBlockReading:
    """What the title block of a page says; an absent field is absent.

    Args:
        page: text and lines; when ``text_usable`` is False only the file name is read.
        learned: places that a clerk's corrections taught for this office; they win over everything else.
    """
    fields: dict[str, FieldReading] = {}
    box = None
    if page.text_usable and page.runs:
        seen = views(page)
        blocks = [b for b in (find_block(v, find_labels(v)) for v in seen) if b is not None]
        blocks.sort(key=lambda b: -b.score)
        for order, block in enumerate(blocks[:2]):
            for name, reading in _read_block(block).items():
                if name not in fields:
                    fields[name] = reading if order == 0 else _believe(reading, 0.75)
        for name, reading in read_corner(seen, fields, blocks).items():
            fields.setdefault(name, reading)
        fields |= read_learned(page, learned)
        _sheet_of(seen, blocks, fields)
        _split_number(fields)
        box = around([r.box for r in fields.values() if r.box is not None])
    _add_file_name(page, fields)
    _add_discipline(fields)
    return TitleBlockReading({n: r for n, r in fields.items() if r.value}, box)


def _believe(reading: FieldReading, factor: float) -> FieldReading:
    return replace(reading, confidence=round(min(0.99, reading.confidence * factor), 3))


def _read_block(block: Block) -> dict[str, FieldReading]:
    matcher = Matcher(block)
    best: dict[str, Match] = {}
    for match in matcher.match():
        name = match.label.field
        kept = best.get(name)
        if kept is None or match.score > kept.score + 0.001:
            best[name] = match
    fields = {name: _reading(match) for name, match in best.items()}
    if "revision" not in fields:
        found = latest_revision(block, matcher)
        if found is not None:
            fields["revision"] = found
    signers = [f"{name}:{fields[name].value}" for name in sorted(SIGNERS & fields.keys())]
    if signers:
        least = min(fields[name].confidence for name in SIGNERS & fields.keys())
        fields["signatures"] = FieldReading("; ".join(signers), "cell", least)
    return fields


def _reading(match: Match) -> FieldReading:
    box = around([b for r in match.runs for b in r.boxes])
    source = "label" if match.way == "inline" or match.way.startswith("near") else "cell"
    return FieldReading(match.value, source, round(min(0.98, match.score), 3), box)


def _sheet_of(seen: Sequence[View], blocks: Sequence[Block], fields: dict[str, FieldReading]) -> None:
    """``第 3 张 共 12 张`` in one run."""
    if not blocks:
        return
    for run in (r for v in seen for r in v.runs if len(r.text) < 40):
        match = _SHEET_OF.search(run.text)
        if match:
            index, total = match[1] or match[3], match[2] or match[4]
            fields["sheet_index"] = FieldReading(index, "pattern", 0.85, around(run.boxes))
            fields["sheet_total"] = FieldReading(total, "pattern", 0.85, around(run.boxes))
            return


def _split_number(fields: dict[str, FieldReading]) -> None:
    """``建施-01/12`` is sheet 1 of 12; a bare ``01`` beside 图别 ``建施`` is ``建施-01``."""
    number = fields.get("number")
    if number is None:
        return
    match = _TOTAL.fullmatch(number.value)
    if match and int(match[3]) >= int(match[2]) > 0:
        fields.setdefault("sheet_index", FieldReading(match[2], number.source, number.confidence, number.box))
        fields.setdefault("sheet_total", FieldReading(match[3], number.source, number.confidence, number.box))
        number = replace(number, value=number.value.rpartition("/")[0])
    kind = fields.get("discipline")
    if kind is not None and re.fullmatch(r"\d{1,4}[A-Za-z]?", number.value):
        prefix = kind.value.strip("- ")
        if re.fullmatch(r"[\u3400-\u9fff]{1,5}[施初方竣变]", prefix):
            box = around([b for b in (number.box, kind.box) if b is not None])
            sure = round(min(number.confidence, kind.confidence) * 0.97, 3)
            number = FieldReading(f"{prefix}-{number.value}", number.source, sure, box)
    fields["number"] = number


def _add_file_name(page: PageContent, fields: dict[str, FieldReading]) -> None:
    """The file name confirms, contradicts or fills in; a file of several pages names at most its first."""
    told = number_from_file_name(page.file_name) if page.file_name else None
    if told is None or page.page > 0:
        return
    alone = page.page_count == 1
    for name, value, sure in zip(("number", "title", "revision"), told, (0.55, 0.4, 0.4), strict=True):
        if not value:
            continue
        reading = fields.get(name)
        if reading is None:
            fields[name] = FieldReading(value, "file_name", sure if alone else 0.25)
        elif alone and name == "number":
            agrees = _same_number(reading.value, value)
            fields[name] = _believe(reading, 1.03 if agrees else 0.75)


def _same_number(a: str, b: str) -> bool:
    try:
        left, right = loose_key(a[:_MAX_CODE]), loose_key(b[:_MAX_CODE])
    except UnprintableText:
        return False
    return left == right or left.endswith(right) or right.endswith(left)


def _add_discipline(fields: dict[str, FieldReading]) -> None:
    """The field becomes an id; without a printed one it is taken from the number or strong words of the title."""
    printed = fields.pop("discipline", None)
    if printed is not None:
        fields["sheet_kind"] = printed
        found = discipline_of_cell(printed.value)
        if found:
            fields["discipline"] = replace(printed, value=found)
            return
    number, title = fields.get("number"), fields.get("title")
    found = guess_discipline(number.value if number else "", title.value if title else "")
    base = number or title
    if found and base is not None:
        fields["discipline"] = FieldReading(found, "pattern", round(base.confidence * 0.8, 3))


def find_value(page: PageContent, text: str) -> Box | None:
    """Where a corrected value stands on the page; the place nearest to the lower right corner when there are several."""
    wanted = word_key(text)
    if not wanted:
        return None
    exact: list[Box] = []
    loose: list[Box] = []
    for view in views(page):
        for run in view.runs:
            key = word_key(run.text)
            if wanted not in key:
                continue
            box = around(run.boxes)
            if box is not None:
                (exact if key == wanted else loose).append(box)
    return min(exact or loose, key=lambda b: page.width_um - b[2] + b[1], default=None)
