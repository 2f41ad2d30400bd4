"""Marks as an Excel list: a line per mark, its thread beside it. A cell is text, never a formula."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from app.kernel.labels import Label
from app.kernel.text import clean, printable
from app.markups.exports.sheets import MarkedSheet, NumberedMark
from app.markups.exports.wording import caption_of, facts_of, kind_of, said_by, status_of, who
from app.markups.rules import AUDIENCE_LABELS, Audience
from app.record.exports import CELL_LIMIT, Wording

Value = Callable[[MarkedSheet, NumberedMark, Wording], str]


@dataclass(frozen=True)
class Column:
    """One column of the list."""

    title: Label
    width: int
    value: Value


def marks_xlsx(sheets: Sequence[MarkedSheet], wording: Wording, *, title: str) -> bytes:
    """A workbook of one sheet, every cell typed as text; those taken back are listed too, and say so."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": clean(title)})
    page = book.add_worksheet(wording.say(Label("批注", "Marks")))
    page.freeze_panes(1, 0)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for n, column in enumerate(COLUMNS):
        page.set_column(n, n, column.width)
        page.write_string(0, n, wording.say(column.title), bold)
    line = 0
    for sheet in sheets:
        for mark in (*sheet.marks, *sheet.taken_back):
            line += 1
            for n, column in enumerate(COLUMNS):
                # Never write(): that one takes a leading = for a formula and an address for a link.
                page.write_string(line, n, _cell(column.value(sheet, mark, wording)), wrapped)
    if line:
        page.autofilter(0, 0, line, len(COLUMNS) - 1)
    book.close()
    return out.getvalue()


def _cell(text: str) -> str:
    return "\n".join(printable(part) for part in text.split("\n"))[:CELL_LIMIT]


def _author(_: MarkedSheet, mark: NumberedMark, wording: Wording) -> str:
    return said_by(mark.view.author, mark.view.origin, wording)


def _thread(_: MarkedSheet, mark: NumberedMark, wording: Wording) -> str:
    return "\n".join(
        f"{said_by(c.author, c.origin, wording)} {c.origin.get('at') or wording.instant(c.written_at)}: {c.text}"
        for c in mark.view.comments
    )


def _text(_: MarkedSheet, mark: NumberedMark, wording: Wording) -> str:
    return "\n".join(filter(None, (caption_of(mark.view, wording), mark.view.text)))


def _facts(_: MarkedSheet, mark: NumberedMark, wording: Wording) -> str:
    return "\n".join(facts_of(mark.view, wording))


COLUMNS: tuple[Column, ...] = (
    Column(Label("图号", "Number"), 14, lambda s, _m, _w: s.number),
    Column(Label("图名", "Title"), 26, lambda s, _m, _w: s.title),
    Column(Label("版次", "Revision"), 8, lambda s, _m, _w: s.rev_label),
    Column(Label("图纸状态", "Standing"), 34, lambda s, _m, _w: s.version),
    Column(Label("序号", "No."), 7, lambda _s, m, _w: str(m.number) if m.number else "—"),
    Column(Label("图幅分区", "Field"), 10, lambda _s, m, _w: m.field),
    Column(Label("类型", "Kind"), 12, lambda _s, m, w: kind_of(m.view, w)),
    Column(Label("状态", "Status"), 12, lambda _s, m, w: status_of(m.view, w)),
    Column(Label("内容", "Text"), 44, _text),
    Column(Label("依据与来源", "Basis and origin"), 30, _facts),
    Column(Label("批注人", "Author"), 24, _author),
    Column(Label("单位", "Party"), 22, lambda _s, m, _w: m.view.author.organisation),
    Column(Label("登记时间", "Recorded at"), 22, lambda _s, m, w: w.instant(m.view.created_at)),
    Column(
        Label("指派给", "Assigned to"), 18, lambda _s, m, _w: who(m.view.assignee) if m.view.assignee else ""
    ),
    Column(Label("回复", "Replies"), 60, _thread),
    Column(
        Label("可见范围", "Seen by"), 12, lambda _s, m, w: w.say(AUDIENCE_LABELS[Audience(m.view.audience)])
    ),
    Column(Label("编号", "Identifier"), 24, lambda _s, m, _w: m.view.id),
)
