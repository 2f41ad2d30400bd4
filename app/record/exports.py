"""The register as a file for a desk: CSV and XLSX. A cell is text, never a formula (SECURITY: CSV injection)."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from app.kernel.labels import Label
from app.kernel.text import clean
from app.projects.rules import DISCIPLINE_LABELS, STAGE_LABELS, Discipline, Stage
from app.record.register import STANDING_LABELS, StandingRow
from app.seals.saying import MARK_LABELS

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheet programs in China read CSV as GBK."""
CELL_LIMIT = 32_767
"""Characters that a spreadsheet cell may hold."""
_FORMULA_STARTS = tuple("=+-@＝＋－＠")


@dataclass(frozen=True)
class Wording:
    """How a file speaks: ``zh``, ``en`` or ``both``; instants in the project's zone; buildings by id."""

    language: str
    zone: ZoneInfo
    buildings: Mapping[str, str]

    def say(self, label: Label) -> str:
        """A label in the file's language or languages."""
        if self.language == "both":
            return f"{label.zh} {label.en}"
        return label.en if self.language == "en" else label.zh

    def instant(self, at: datetime | None) -> str:
        """``2024-05-12 08:00:00+0800``, or nothing."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S%z") if at else ""


@dataclass(frozen=True)
class Column:
    """One column of the file."""

    title: Label
    width: int
    value: Callable[[StandingRow, Wording], str]


def register_csv(rows: Iterable[StandingRow], wording: Wording) -> Iterator[bytes]:
    """The register as CSV (RFC 4180, UTF-8 with byte order mark), line by line."""
    yield BYTE_ORDER_MARK.encode()
    yield _line([wording.say(c.title) for c in COLUMNS])
    for row in rows:
        yield _line([c.value(row, wording) for c in COLUMNS])


def register_xlsx(rows: Sequence[StandingRow], wording: Wording, *, title: str) -> bytes:
    """The register as an Excel workbook of one sheet; every cell is typed as text."""
    head = [(wording.say(c.title), c.width) for c in COLUMNS]
    lines = [[c.value(row, wording) for c in COLUMNS] for row in rows]
    return texts_xlsx(head, lines, name=wording.say(Label("图纸目录", "Register")), title=title)


def texts_xlsx(
    head: Sequence[tuple[str, int]], lines: Sequence[Sequence[str]], *, name: str, title: str
) -> bytes:
    """A table of texts as an Excel workbook of one sheet, whatever they look like.

    Args:
        head: title and width of each column.
        lines: a text per column.
        name: of the sheet.
        title: of the workbook.
    """
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": clean(title)})
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for n, (column, width) in enumerate(head):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, column, bold)
    if lines:
        sheet.autofilter(0, 0, len(lines), len(head) - 1)
    for n, line in enumerate(lines, start=1):
        for m, text in enumerate(line):
            # Never write(): that one takes a leading = for a formula and an address for a link.
            sheet.write_string(n, m, clean(text)[:CELL_LIMIT])
    book.close()
    return out.getvalue()


def harmless(text: str) -> str:
    """A CSV value that no spreadsheet program takes for a formula: an apostrophe in front, as people type it."""
    flat = clean(text)
    return f"'{flat}" if flat.startswith(_FORMULA_STARTS) else flat


def _line(values: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([harmless(v) for v in values])
    return out.getvalue().encode()


def _discipline(row: StandingRow, wording: Wording) -> str:
    return wording.say(DISCIPLINE_LABELS[Discipline(row.row.discipline)])


def _stage(row: StandingRow, wording: Wording) -> str:
    return wording.say(STAGE_LABELS[Stage(row.row.stage)]) if row.row.stage else ""


def _place(row: StandingRow, wording: Wording) -> str:
    if row.row.building_id is None:
        return wording.say(Label("全部/总体", "Whole site"))
    return wording.buildings.get(row.row.building_id, "")


COLUMNS: tuple[Column, ...] = (
    Column(Label("图号", "Number"), 18, lambda r, _: r.row.number),
    Column(Label("图名", "Title"), 40, lambda r, _: r.row.title),
    Column(Label("专业", "Discipline"), 14, _discipline),
    Column(Label("单体", "Building"), 14, _place),
    Column(Label("版次", "Revision"), 10, lambda r, _: r.row.rev_label),
    Column(Label("状态", "State"), 14, lambda r, w: w.say(r.state_label)),
    Column(Label("有效性", "Standing"), 18, lambda r, w: w.say(STANDING_LABELS[r.standing])),
    Column(Label("签章", "Seals"), 14, lambda r, w: w.say(MARK_LABELS[r.seal]) if r.seal else ""),
    Column(
        Label("现行版次", "Revision in force"),
        12,
        lambda r, _: r.in_force.rev_label if r.in_force and not r.in_force.is_void else "",
    ),
    Column(
        Label("生效时间", "In force from"),
        24,
        lambda r, w: w.instant(r.in_force.effective_at) if r.in_force else "",
    ),
    Column(
        Label("现行版 SHA-256", "SHA-256 in force"),
        66,
        lambda r, _: (r.in_force.base_sha256 or "") if r.in_force and not r.in_force.is_void else "",
    ),
    Column(
        Label("有效变更", "Change slips in force"),
        30,
        lambda r, _: (
            f"{len(r.in_force.slips)}: {'、'.join(s.number for s in r.in_force.slips)}"
            if r.in_force and r.in_force.slips
            else ""
        ),
    ),
    Column(Label("设计阶段", "Stage"), 14, _stage),
    Column(Label("图幅", "Paper"), 10, lambda r, _: r.row.paper),
    Column(Label("比例", "Scale"), 12, lambda r, _: r.row.scales),
    Column(Label("出图日期", "Issue date"), 14, lambda r, _: r.row.issue_date),
)
