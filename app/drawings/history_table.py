"""A table of past drawings (半途项目补录): one XLSX names hundreds of sheets; it is checked, read and matched to rows."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.drawings.queries.intakes import ProposalView
from app.drawings.reading import guess_discipline, parse_day
from app.files.tables import MAX_COLUMNS, TableUnreadable, check_workbook
from app.kernel.errors import Refused, declare
from app.kernel.labels import Label, Language
from app.kernel.text import UnprintableText, code_key, normalise
from app.projects.queries import BuildingView
from app.projects.rules import DISCIPLINE_LABELS, Discipline

MAX_ROWS = 5_000
MAX_TEXT = 500

TABLE_UNREADABLE = declare(
    "history-table-unreadable",
    422,
    "表格无法读取：{reason_zh}。",
    "The table cannot be read: {reason_en}.",
    "请下载模板，填写后另存为 .xlsx 再上传。",
    "Download the template, fill it in, save it as .xlsx and upload that.",
)


@dataclass(frozen=True)
class Column:
    """A column of the table and the headers people give it."""

    key: str
    label: Label
    others: tuple[str, ...] = ()
    width: int = 16


COLUMNS = (
    Column("number", Label("图号", "Number"), ("图纸编号", "sheet number", "drawing number", "no."), 16),
    Column("title", Label("图名", "Title"), ("图纸名称", "drawing title", "name"), 30),
    Column("discipline", Label("专业", "Discipline"), (), 12),
    Column("building", Label("单体", "Building"), ("单体工程", "楼号"), 12),
    Column("revision", Label("版次", "Revision"), ("版本", "版本号", "rev", "rev."), 8),
    Column(
        "external_effective_date", Label("生效日期", "In force from"), ("原生效日期", "effective date"), 14
    ),
    Column("file", Label("文件名", "File name"), ("文件", "file"), 36),
    Column("page", Label("页", "Page"), ("页码", "页号"), 6),
    Column(
        "external_certificate",
        Label("审查合格书编号", "Review certificate"),
        ("原审查合格书编号", "合格书编号"),
        24,
    ),
    Column("external_seals", Label("签章情况", "Seals"), ("原签章情况",), 24),
    Column("external_note", Label("说明", "Note"), ("补录说明", "备注", "remarks"), 30),
)
PROBLEM_CELLS: Mapping[str, str] = {
    "bad-date": "external_effective_date",
    "unknown-discipline": "discipline",
    "unknown-building": "building",
}
"""The cell that a problem speaks of: what stands there is not taken over."""
HELP: tuple[tuple[Label, Label], ...] = (
    (
        Label(
            "一行对应一张图；不需要补录的行可以删除，空格不改动已有内容。",
            "One line is one sheet. Lines may be deleted; empty cells change nothing.",
        ),
        Label("", ""),
    ),
    (
        Label("图号、文件名、页", "Number, file name, page"),
        Label(
            "用来对应本批的图纸，请保留文件名和页。",
            "They find the sheet in the batch: keep file name and page.",
        ),
    ),
    (
        Label("生效日期", "In force from"),
        Label(
            "完整日期，如 2024-05-12。发布时即从该日零时起算，并标注“补记”。",
            "A whole date such as 2024-05-12; released, it counts from that day on and is marked as backdated.",
        ),
    ),
    (
        Label("审查合格书编号、签章情况", "Review certificate, seals"),
        Label("按申报记载，不作已验证显示。", "Kept as claimed, never shown as verified."),
    ),
)
"""The second sheet of the template: how to fill in the first."""
CORRECTABLE = tuple(c.key for c in COLUMNS if c.key not in ("file", "page", "building"))


@dataclass(frozen=True)
class Line:
    """One line of the table as typed."""

    row: int
    """Row number in the workbook, as people see it."""
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Match:
    """One line and the row of the batch it speaks of."""

    line: Line
    row_id: str | None = None
    version: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    """Only what differs from the row."""
    building_id: str | None = None
    sets_building: bool = False
    problems: tuple[str, ...] = ()
    """Codes: ``no-row``, ``several-rows``, ``row-taken``, ``bad-date``, ``unknown-discipline``, ``unknown-building``."""


PROBLEM_LABELS: Mapping[str, Label] = {
    "no-row": Label("本批中没有对应的文件或图号", "No file or number of this batch fits"),
    "several-rows": Label("对应多张图，请填写页码或图号", "Several rows fit; give the page or the number"),
    "row-taken": Label("与表中另一行对应同一张图", "Another line of the table speaks of the same row"),
    "bad-date": Label("生效日期须为完整日期，如 2024-05-12", "A whole date is needed, such as 2024-05-12"),
    "unknown-discipline": Label("没有这个专业", "No such discipline"),
    "unknown-building": Label("项目中没有这个单体", "The project has no such building"),
}


def read_table(data: bytes) -> list[Line]:
    """The lines of an uploaded XLSX.

    Raises:
        Refused: ``history-table-unreadable``: no XLSX, abnormal sizes, no header that we know, too many rows.
    """
    try:
        check_workbook(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            rows = book.worksheets[0].iter_rows(max_row=MAX_ROWS + 50, max_col=MAX_COLUMNS, values_only=True)
            return _lines(rows)
        finally:
            book.close()
    except Refused:
        raise
    except TableUnreadable as error:
        raise _unreadable(error.zh, error.en) from error
    except Exception as error:  # a parser of foreign bytes may raise anything
        raise _unreadable("文件已损坏", "the file is damaged") from error


def match_lines(
    lines: Sequence[Line], rows: Sequence[ProposalView], buildings: Sequence[BuildingView]
) -> list[Match]:
    """Match lines to rows, by file name and page first, else by number; each row is matched at most once."""
    finder = _Finder(rows)
    known = {code_key(name): b.id for b in buildings for name in (b.number, b.name) if name}
    taken: set[str] = set()
    matches = []
    for line in lines:
        row, problem = finder.find(line)
        if row is None:
            matches.append(Match(line, problems=(problem,)))
        elif row.id in taken:
            matches.append(Match(line, problems=("row-taken",)))
        else:
            taken.add(row.id)
            matches.append(_compare(line, row, known))
    return matches


def template(rows: Sequence[ProposalView], buildings: Sequence[BuildingView], language: Language) -> bytes:
    """An XLSX to fill in: one line for each proposed row, with what is known already."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "补录" if language == "zh" else "History"
    _explain(book, sheet, buildings, language)
    sheet.freeze_panes = "A2"
    numbers = {b.id: b.number for b in buildings}
    for position, column in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, position, column.label.in_(language))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6EEF8")
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[get_column_letter(position)].width = column.width
    for offset, row in enumerate((r for r in rows if r.state == "proposed"), start=2):
        told = {**row.values, "file": _base(row.file_name), "page": str(row.page + 1)}
        told["discipline"] = _discipline_word(row.values.get("discipline", ""), language)
        told["building"] = numbers.get(row.building_id or "", "")
        for position, column in enumerate(COLUMNS, start=1):
            cell = sheet.cell(offset, position)
            # Typed as text, so that a number such as =1+1 stays what somebody wrote (SECURITY 3, 40).
            cell.value, cell.data_type = str(told.get(column.key) or ""), "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _explain(book: Any, sheet: Any, buildings: Sequence[BuildingView], language: Language) -> None:
    """A second sheet with what to know and what may be chosen; the choices drop down in the first."""
    page = book.create_sheet("填写说明" if language == "zh" else "How to fill in")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 28, 76
    for line in HELP:
        page.append([label.in_(language) for label in line])
    choices = {
        "discipline": [DISCIPLINE_LABELS[d].in_(language) for d in Discipline],
        "building": [b.number for b in buildings],
    }
    for position, (key, words) in enumerate(choices.items(), start=4):
        column = next(n for n, c in enumerate(COLUMNS, start=1) if c.key == key)
        letter = get_column_letter(position)
        page.cell(1, position, COLUMNS[column - 1].label.in_(language)).font = Font(bold=True)
        for line_number, word in enumerate(words, start=2):
            cell = page.cell(line_number, position)
            cell.value, cell.data_type = word, "s"
        if words:
            last = len(words) + 1
            rule = DataValidation(
                "list", formula1=f"'{page.title}'!${letter}$2:${letter}${last}", allow_blank=True
            )
            # Buildings and disciplines are understood in other spellings too, so a rule that forbids would be wrong.
            rule.showErrorMessage = False
            rule.add(f"{get_column_letter(column)}2:{get_column_letter(column)}{MAX_ROWS}")
            sheet.add_data_validation(rule)


def _lines(rows: Iterable[tuple[Any, ...]]) -> list[Line]:
    headers: dict[int, str] = {}
    lines: list[Line] = []
    for number, cells in enumerate(rows, start=1):
        texts = [_text(c) for c in cells]
        if not headers:
            headers = _headers(texts)
            if not headers and number > 20:
                break
            continue
        told = {headers[n]: texts[n] for n in headers if n < len(texts) and texts[n]}
        if told:
            lines.append(Line(number, told))
        if len(lines) > MAX_ROWS:
            raise _unreadable(f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows")
    if not headers:
        raise _unreadable(
            "没有找到表头（至少需要“图号”或“文件名”）",
            "no header was found (a number or a file name is needed)",
        )
    return lines


def _headers(texts: Sequence[str]) -> dict[int, str]:
    """Column index → key, when the row is a header: it names at least two columns, one of them number or file."""
    known = {_header_key(n): c.key for c in COLUMNS for n in (c.label.zh, c.label.en, *c.others)}
    found: dict[int, str] = {}
    for position, text in enumerate(texts):
        key = known.get(_header_key(text))
        if key is not None and key not in found.values():
            found[position] = key
    return found if len(found) > 1 and {"number", "file"} & set(found.values()) else {}


def _header_key(text: str) -> str:
    """A header without what stands in brackets after it, and without spaces and asterisks around."""
    return re.split(r"[（(]", text, maxsplit=1)[0].strip(" *").casefold()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        return normalise(str(value)[:MAX_TEXT])
    except UnprintableText:
        return "".join(c for c in str(value)[:MAX_TEXT] if c.isprintable()).strip()


class _Finder:
    """Rows of a batch by file and page, and by number."""

    def __init__(self, rows: Sequence[ProposalView]) -> None:
        self._files: dict[str, list[ProposalView]] = {}
        self._numbers: dict[str, list[ProposalView]] = {}
        for row in rows:
            if row.state != "proposed":
                continue
            for name in dict.fromkeys((_file_key(row.file_name), _stem(row.file_name))):
                self._files.setdefault(name, []).append(row)
            if row.values.get("number"):
                self._numbers.setdefault(code_key(row.values["number"]), []).append(row)

    def find(self, line: Line) -> tuple[ProposalView | None, str]:
        """The row of a line, or why there is none."""
        file, number = line.cells.get("file", ""), line.cells.get("number", "")
        found = self._files.get(_file_key(file)) or self._files.get(_stem(file)) or [] if file else []
        if line.cells.get("page", "").isdigit():
            found = [r for r in found if r.page == int(line.cells["page"]) - 1]
        by_number = self._numbers.get(code_key(number), []) if number else []
        if not file:
            found = by_number
        elif len(found) > 1:
            both = [r for r in found if r in by_number]
            found = both or found
        if len(found) == 1:
            return found[0], ""
        return None, "several-rows" if found else "no-row"


def _compare(line: Line, row: ProposalView, buildings: Mapping[str, str]) -> Match:
    values: dict[str, str] = {}
    problems = []
    for key in CORRECTABLE:
        told = line.cells.get(key, "")
        if not told:
            continue
        if key == "discipline":
            told = discipline_from_word(told)
            if not told:
                problems.append("unknown-discipline")
                continue
        if key == "external_effective_date":
            told = parse_day(told)
            if not told:
                problems.append("bad-date")
                continue
        if told != row.values.get(key, ""):
            values[key] = told
    building = line.cells.get("building", "")
    building_id = buildings.get(code_key(building)) if building else None
    if building and building_id is None:
        problems.append("unknown-building")
    sets = building_id is not None and building_id != row.building_id
    return Match(line, row.id, row.version, values, building_id if sets else None, sets, tuple(problems))


def discipline_from_word(text: str) -> str:
    """The id of a discipline written as id, in Chinese or in English, or as 建施; empty when unknown."""
    wanted = code_key(text)
    for discipline in Discipline:
        label = DISCIPLINE_LABELS[discipline]
        if wanted in (
            code_key(discipline),
            code_key(label.zh),
            code_key(label.en),
            code_key(label.zh) + "专业",
        ):
            return str(discipline)
    return guess_discipline(f"{text}-01", "") or ""


def _discipline_word(code: str, language: Language) -> str:
    return DISCIPLINE_LABELS[Discipline(code)].in_(language) if code in set(Discipline) else code


def _base(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _file_key(name: str) -> str:
    return code_key("".join(c for c in _base(name) if c.isprintable()))


def _stem(name: str) -> str:
    key = _file_key(name)
    return key.rsplit(".", 1)[0] if "." in key else key


def _unreadable(zh: str, en: str) -> Refused:
    return Refused(TABLE_UNREADABLE, reason_zh=zh, reason_en=en)
