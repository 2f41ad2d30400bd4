"""Columns of tables that come from elsewhere, known by the words that people put above them, in Chinese or in English."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.files.tables import TableRow
from app.kernel.labels import Label

LOOKED_AT = 20
"""Rows among which the headings are; above them stand titles and dates."""


@dataclass(frozen=True)
class Field:
    """A column and the headings that people give it."""

    key: str
    label: Label
    others: tuple[str, ...] = ()
    width: int = 16


@dataclass(frozen=True)
class Headed:
    """A table whose headings were found."""

    columns: Mapping[int, str]
    """Key of a field by the position of its column."""
    headings: Mapping[int, str]
    """All headings as typed, those nobody knows too."""
    rows: Sequence[TableRow]
    """What stands below them."""

    def cells(self, row: TableRow) -> dict[str, str]:
        """A row's texts by key of the field; columns without a field are left out, empty cells too."""
        return {
            key: row.cells[n]
            for n, key in self.columns.items()
            if n < len(row.cells) and row.cells[n].strip()
        }

    @property
    def unknown(self) -> list[str]:
        """Headings that no field has."""
        return [text for n, text in self.headings.items() if n not in self.columns]


def find_headings(
    rows: Sequence[TableRow], fields: Iterable[Field], needed: Iterable[frozenset[str]]
) -> Headed | None:
    """The first row that names at least one field of each group of ``needed``; None when there is none."""
    known = {heading_key(name): f.key for f in fields for name in (f.label.zh, f.label.en, f.key, *f.others)}
    groups = list(needed)
    for place, row in enumerate(rows[:LOOKED_AT]):
        found: dict[int, str] = {}
        for n, text in enumerate(row.cells):
            key = next((known[k] for k in _candidates(text) if k in known), None)
            if key is not None and key not in found.values():
                found[n] = key
        if all(group & set(found.values()) for group in groups):
            headings = {n: text for n, text in enumerate(row.cells) if text}
            return Headed(found, headings, rows[place + 1 :])
    return None


def heading_key(text: str) -> str:
    """A heading without what stands in brackets after it, without spaces, asterisks and points at its end."""
    bare = re.split(r"[（(\[【]", text, maxsplit=1)[0]
    return re.sub(r"[\s*＊:：._/-]+", "", bare).casefold()


def _candidates(text: str) -> Iterable[str]:
    """A heading whole, its lines, and its Chinese part: ours have both languages."""
    yield heading_key(text)
    for line in text.splitlines():
        yield heading_key(line)
    chinese = re.match(r"[^ -~\s]+", text.strip())
    if chinese:
        yield heading_key(chinese.group())


YES = frozenset(
    {"是", "强制", "强条", "强制性", "强制性条文", "强制条文", "√", "y", "yes", "true", "1", "mandatory"}
)
NO = frozenset(
    {"", "否", "一般", "一般性", "一般性条文", "一般条文", "×", "n", "no", "false", "0", "general"}
)


def is_yes(text: str) -> bool | None:
    """Whether a word says yes; None when it says neither."""
    word = text.strip().casefold()
    return True if word in YES else False if word in NO else None
