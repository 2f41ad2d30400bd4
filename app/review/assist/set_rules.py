"""Rules over the set: its drawing list, its numbers, and what its sheets point to."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.drawings.callouts import Callout, SetNumber, SetNumbers, callouts_of
from app.drawings.reading import ListRow
from app.kernel.text import UnprintableText, code_key, look_alike_key, loose_key
from app.review.assist.facts import SetFacts, SheetFacts
from app.review.assist.rule import Said, Verdict, cannot, passed, unread

_HEAD = re.compile(r"(.*?)\d[\d.\-]*[a-z]?", re.DOTALL)
_IS_LIST = re.compile(r"目录|nimekiri|\b(drawing|sheet) (list|index)\b", re.IGNORECASE)
_LEAST_TITLE = 3
_LEAST_STEM = 4
_SHORT_FORM = re.compile(r".{1,3}[/／](\d{1,3})[a-z]?", re.IGNORECASE)
_FIGURES = re.compile(r"(\d+)[a-z]?$")
_SURE = 0.6
"""Below this a reading needs a person before it can speak against anything."""


def drawing_list(found: SetFacts) -> Iterable[Said]:
    """Every row of the drawing lists has its sheet with this title, and every sheet its row."""
    lists = [s for s in found.sheets if s.list_rows]
    if not lists:
        yield cannot("no-list")
        return
    keys = {loose_key(s.number): s for s in found.sheets}
    registered = {loose_key(n.number) for n in found.register}
    listed: dict[str, ListRow] = {}
    for sheet in lists:
        for row in sheet.list_rows:
            key = _loose(row.number)
            if not key or "作废" in row.note or "取消" in row.note:
                continue
            listed.setdefault(key, row)
            if key not in keys and not (found.is_part and key in registered):
                reason = "listed-not-submitted" if key in registered else "listed-missing"
                data = {"number": row.number, "title": row.title}
                yield Said(Verdict.FINDING, sheet, reason, data, identity=key)
    heads = {_head(row.number) for row in listed.values()}
    for sheet in found.sheets:
        yield _sheet_on_list(sheet, listed, heads, lists)


def _sheet_on_list(
    sheet: SheetFacts, listed: Mapping[str, ListRow], heads: set[str], lists: Sequence[SheetFacts]
) -> Said:
    row = listed.get(loose_key(sheet.number))
    if row is not None:
        if not row.title or not sheet.title:
            return cannot("list-title-unread", sheet)
        if _same_title(row.title, sheet.title):
            return passed(sheet)
        title = sheet.fields.get("title")
        data = {"listed": row.title, "title": sheet.title}
        return Said(Verdict.FINDING, sheet, "title-differs", data, title.box if title else None)
    if sheet.list_rows or _IS_LIST.search(sheet.title):
        return passed(sheet)  # lists do not list themselves
    if _head(sheet.number) not in heads:
        return cannot("no-list-for", sheet)
    key = loose_key(sheet.number)
    if any(key in s.words for s in lists) or any(_has_gaps(s.list_rows) for s in lists):
        return cannot("list-partly-read", sheet)
    return Said(Verdict.FINDING, sheet, "not-listed", {"number": sheet.number})


def _has_gaps(rows: Sequence[ListRow]) -> bool:
    """Serials that leave some out: rows of the list were not read."""
    serials = {row.position for row in rows if row.position > 0}
    return bool(serials) and serials != set(range(min(serials), max(serials) + 1))


def _loose(number: str) -> str:
    try:
        return loose_key(number)
    except UnprintableText:
        return ""


def _head(number: str) -> str:
    """What comes before the first figure: the sheets of one list share it."""
    key = _loose(number)
    match = _HEAD.match(key)
    return match[1] if match else key


def _same_title(one: str, other: str) -> bool:
    """Equal but for spaces and marks, or one says all that the other says, and more."""
    a, b = _words(one), _words(other)
    joined, other_joined = "".join(a), "".join(b)
    if min(len(joined), len(other_joined)) < _LEAST_TITLE:
        return joined == other_joined
    return joined in other_joined or other_joined in joined or _says_all(a, b) or _says_all(b, a)


def _says_all(words: Sequence[str], other: Sequence[str]) -> bool:
    """Whether every word of one title is in the other, written out or cut short (``Konstr``)."""
    return all(any(w == o or (len(w) >= _LEAST_STEM and o.startswith(w)) for o in other) for w in words)


def _words(text: str) -> list[str]:
    """Words without accents, marks and leading zeros; Chinese is one word."""
    flat = unicodedata.normalize("NFKD", text).casefold()
    words = re.findall(r"[^\W_]+", "".join(c for c in flat if not unicodedata.combining(c)))
    return [w.lstrip("0") or "0" for w in words]


def numbers(found: SetFacts) -> Iterable[Said]:
    """Numbers are unique in their building, unlike each other, and printed on the sheet as they are registered."""
    alike: dict[tuple[str, str], dict[str, SheetFacts]] = defaultdict(dict)
    loose: dict[tuple[str, str], dict[str, SheetFacts]] = defaultdict(dict)
    printed = Counter(_printed(s) for s in found.sheets)
    counts = Counter((s.place, s.key) for s in found.sheets)
    for sheet in found.sheets:
        alike[sheet.place, look_alike_key(sheet.number)].setdefault(sheet.key, sheet)
        loose[sheet.place, loose_key(sheet.number)].setdefault(sheet.key, sheet)
    for sheet in found.sheets:
        said = [
            *_twice(sheet, counts),
            *_like_others(sheet, alike[sheet.place, look_alike_key(sheet.number)], "number-looks-alike"),
            *_like_others(sheet, loose[sheet.place, loose_key(sheet.number)], "number-spelled-alike"),
            *_against_print(sheet, printed, counts[sheet.place, sheet.key]),
        ]
        if said:
            yield from said
        elif (why := unread(sheet)) is not None:
            yield why
        else:
            yield passed(sheet) if _printed(sheet) else cannot("number-not-read", sheet)


def _printed(sheet: SheetFacts) -> tuple[str, str] | None:
    """Building and number as the title block prints it; None when it was not read for sure."""
    reading = sheet.fields.get("number")
    if reading is None or reading.confidence < _SURE or reading.source not in ("cell", "label", "learned"):
        return None
    key = _loose(reading.value)
    return (sheet.place, key) if key else None


def _twice(sheet: SheetFacts, counts: Mapping[tuple[str, str], int]) -> Iterable[Said]:
    if counts[sheet.place, sheet.key] > 1:
        yield Said(Verdict.FINDING, sheet, "number-twice", {"number": sheet.number})


def _like_others(sheet: SheetFacts, same: Mapping[str, SheetFacts], reason: str) -> Iterable[Said]:
    others = sorted(s.number for key, s in same.items() if key != sheet.key)
    if others:
        data = {"number": sheet.number, "others": others[:10]}
        yield Said(Verdict.FINDING, sheet, reason, data, identity=",".join(others))


def _against_print(
    sheet: SheetFacts, printed: Mapping[tuple[str, str] | None, int], counts_of_own: int
) -> Iterable[Said]:
    own = _printed(sheet)
    if own is None:
        return
    reading = sheet.fields["number"]
    data = {"number": sheet.number, "printed": reading.value}
    registered = loose_key(sheet.number)
    # A block may print the number alone, its kind in another box.
    if not (registered.endswith(own[1]) or own[1].endswith(registered)):
        yield Said(Verdict.FINDING, sheet, "number-printed-otherwise", data, reading.box)
    elif printed[own] > counts_of_own:
        yield Said(Verdict.FINDING, sheet, "number-printed-twice", data, reading.box)


def references_to_sheets(found: SetFacts) -> Iterable[Said]:
    """Whatever a sheet points to is in the register."""
    known = {n.sheet_id: n for n in found.register}
    everything = SetNumbers(found.register)
    keys = {code_key(n.number) for n in found.register}
    for sheet in found.sheets:
        if (why := unread(sheet)) is not None or sheet.view is None:
            yield why or cannot("never-read", sheet)
            continue
        if sheet.list_rows:
            yield cannot("is-a-list", sheet)
            continue
        own = known.get(sheet.sheet_id) or SetNumber(sheet.sheet_id, sheet.number, sheet.title, sheet.place)
        found_here = callouts_of(own, everything, sheet.view.runs, sheet.view.lines)
        yield from _dangling(sheet, [c for c in found_here if c.target is None], keys)


def _dangling(sheet: SheetFacts, callouts: Sequence[Callout], keys: set[str]) -> Iterable[Said]:
    """One finding for each number that is not there, at the first place that names it."""
    by_number: dict[str, list[Callout]] = defaultdict(list)
    for callout in callouts:
        by_number[code_key(callout.number)].append(callout)
    for key, places in by_number.items():
        data = {"number": places[0].number, "text": places[0].text, "places": len(places)}
        if not any(_is_written_out(sheet, c) for c in places):
            yield cannot("callout-short", sheet, number=places[0].number)
        elif key in keys:  # several sheets of this number, in other buildings
            yield cannot("callout-ambiguous", sheet, number=places[0].number)
        else:
            yield Said(Verdict.FINDING, sheet, "callout-dangling", data, places[0].box, identity=key)
    if not by_number:
        yield passed(sheet)


def _is_written_out(sheet: SheetFacts, callout: Callout) -> bool:
    """Whether it surely names a sheet: all of the number, or behind a stroke as many figures as this sheet's number has.

    ``1/2`` between short lines is more often a count or a fraction than sheet 02.
    """
    short = _SHORT_FORM.fullmatch(callout.text)
    own = _FIGURES.search(sheet.key)
    return short is None or (own is not None and len(short[1]) == len(own[1]) > 1)
