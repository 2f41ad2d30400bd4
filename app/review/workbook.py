"""Workbooks of the review: headings in both languages, every text typed as text, never a formula; counts are numbers."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xlsxwriter import Workbook

from app.kernel.labels import Label
from app.kernel.text import printable
from app.record.exports import CELL_LIMIT


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook."""

    name: str
    columns: Sequence[tuple[Label, int]]
    """Heading and width."""
    rows: Iterable[Sequence[str | int | float]]
    notes: Sequence[str] = field(default=())
    """Lines above the headings."""


def workbook(pages: Sequence[Page], *, title: str) -> bytes:
    """An XLSX of these pages."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": printable(title)})
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E6EEF8", "border": 1}
    )
    # Text, so that clause 3.10 does not become 3.1 when somebody types it.
    body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    plain = book.add_format({"valign": "top"})
    count = book.add_format({"valign": "top", "num_format": "General"})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        top = len(page.notes)
        for number, note in enumerate(page.notes):
            sheet.write_string(number, 0, cell(note), plain)
        sheet.freeze_panes(top + 1, 0)
        for n, (label, width) in enumerate(page.columns):
            sheet.set_column(n, n, width, body)
            sheet.write_string(top, n, f"{label.zh}\n{label.en}" if label.en else label.zh, head)
        last = top
        for last, row in enumerate(page.rows, start=top + 1):
            for n, text in enumerate(row):
                if not isinstance(text, str):
                    sheet.write_number(last, n, text, count)
                    continue
                # Never write(): that one takes a leading = for a formula and an address for a link.
                sheet.write_string(last, n, cell(text), body)
        if last > top and len(page.columns) > 1:
            sheet.autofilter(top, 0, last, len(page.columns) - 1)
    book.close()
    return out.getvalue()


def cell(text: str) -> str:
    """A text as a cell holds it: lines kept, nothing invisible, cut where a cell ends."""
    if text.isascii() and text.isprintable():
        return text[:CELL_LIMIT]
    return "\n".join(printable(part) for part in text.split("\n"))[:CELL_LIMIT]
