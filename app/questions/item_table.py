"""Questions for a joint review from a table (XLSX, CSV, or cells pasted from a spreadsheet): read and shown first.

Columns are known by their headings; every row that does not come in says why and what to do.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.drawings.history_table import discipline_from_word
from app.drawings.queries.register import RegisterRow
from app.files.tables import TableRow, TableUnreadable, read_rows
from app.kernel.errors import Refused, declare
from app.kernel.labels import Label
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.text import clean, code_key, loose_key, printable
from app.questions.rules import MOST_TEXT, ItemSeverity
from app.review.headings import Field, Headed, find_headings

MOST_ROWS = 1_000
MOST_PASTED = 2_000_000
"""Characters of cells that are pasted."""
IMPORTED = "import:"
TABLE_UNREADABLE = declare(
    "jdr-table-unreadable",
    422,
    "问题表无法读取：{reason_zh}。",
    "The table of questions cannot be read: {reason_en}.",
    "请连同表头一起粘贴，或另存为 .xlsx、.csv；表头至少要有“问题”一列。可下载模板对照。",
    "Paste it with its headings, or save it as .xlsx or .csv; one column is headed 'question'. The template shows all.",
)
FIELDS = (
    Field("number", Label("图号", "Sheet"), ("图纸编号", "图纸号", "图纸", "sheet number", "sheet no", "drawing no"), 16),
    Field("place", Label("部位", "Place"), ("位置", "轴线", "轴号", "图纸部位", "location", "grid"), 22),
    Field("discipline", Label("专业", "Discipline"), ("专业类别",), 12),
    Field("question", Label("问题", "Question"), ("图纸问题", "会审问题", "问题描述", "提出问题", "提出的问题", "意见"), 60),
    Field("severity", Label("程度", "Severity"), ("重要性", "性质"), 12),
)  # fmt: skip
SEVERITIES = {
    "": ItemSeverity.GENERAL,
    "一般": ItemSeverity.GENERAL,
    "general": ItemSeverity.GENERAL,
    "重要": ItemSeverity.MAJOR,
    "重大": ItemSeverity.MAJOR,
    "严重": ItemSeverity.MAJOR,
    "major": ItemSeverity.MAJOR,
}
PROBLEMS: dict[str, Label] = {
    "no-question": Label("没有问题内容，请补填“问题”一列", "It says nothing: fill in the question"),
    "too-long": Label(f"文字超过 {MOST_TEXT} 字，请拆成几条", f"More than {MOST_TEXT} characters: split it"),
    "no-sheet": Label(
        "您可见的图纸中没有 {told}，请改正图号，或写在“部位”一列",
        "You see no sheet {told}: correct the number, or write it under 'place'",
    ),
    "several-sheets": Label(
        "有几张图对应 {told}，请写完整图号", "Several sheets fit {told}: write the whole number"
    ),
    "unknown-discipline": Label(
        "没有专业“{told}”，请改写为建筑、结构等",
        "No such discipline: {told}. Write architecture, structure and so on",
    ),
    "no-discipline": Label(
        "没有专业也没有图号，请补填其一", "Neither discipline nor sheet: fill in one of them"
    ),
    "unknown-severity": Label(
        "看不懂“{told}”，请写一般或重要", "'{told}' is not understood: write general or major"
    ),
    "twice": Label("与表中前面的一行相同", "The same as an earlier row of the table"),
    "known": Label("已经提出过，不再重复", "Asked before: not brought in again"),
}
"""Why a row does not come in, with its way out."""


@dataclass(frozen=True)
class ItemLine:
    """A row of a table as a question to be; with ``problem`` it cannot come in."""

    row: int
    question: str
    shown_number: str
    """The sheet as typed."""
    discipline: str = ""
    revision_id: str = ""
    place: str = ""
    severity: str = ItemSeverity.GENERAL
    problem: str = ""
    told: str = ""

    @property
    def key(self) -> str:
        """The same for the same row, in whichever table it comes."""
        said = [self.discipline, self.revision_id, clean(self.question), clean(self.place)]
        return hashlib.sha256(canonical_bytes(said)).hexdigest()[:32]

    @property
    def problem_label(self) -> Label:
        """Why it cannot come in, with its way out."""
        return PROBLEMS[self.problem].format(told=self.told)


@dataclass(frozen=True)
class ItemTable:
    """What a table brings."""

    lines: Sequence[ItemLine]
    columns: Sequence[tuple[str, str]]
    unknown: Sequence[str]


def read_items(data: bytes, sheets: Iterable[RegisterRow], known: Iterable[str]) -> ItemTable:
    """The rows of a file, or of cells that were pasted, matched to the sheets that the asker sees.

    Args:
        data: XLSX, CSV or tab-separated text.
        sheets: rows of the register.
        known: keys of rows that came in before.

    Raises:
        Refused: ``jdr-table-unreadable``.
    """
    try:
        rows = read_rows(data, most=MOST_ROWS + 50)
    except TableUnreadable as error:
        raise Refused(TABLE_UNREADABLE, reason_zh=error.zh, reason_en=error.en) from error
    headed = find_headings(rows, FIELDS, (frozenset({"question"}),))
    if headed is None:
        raise Refused(TABLE_UNREADABLE, reason_zh="没有找到表头", reason_en="no headings were found")
    if len(headed.rows) > MOST_ROWS:
        reason = Label(f"超过 {MOST_ROWS} 行", f"more than {MOST_ROWS} rows")
        raise Refused(TABLE_UNREADABLE, reason_zh=reason.zh, reason_en=reason.en)
    return ItemTable(
        _told_once(headed, _Sheets(sheets), set(known)),
        [(headed.headings[n], key) for n, key in headed.columns.items()],
        headed.unknown,
    )


def _told_once(headed: Headed, sheets: "_Sheets", known: set[str]) -> list[ItemLine]:
    lines: list[ItemLine] = []
    seen: set[str] = set()
    for row in headed.rows:
        cells = headed.cells(row)
        if not cells:
            continue
        line = _line(row, cells, sheets)
        if not line.problem and line.key in seen:
            line = replace(line, problem="twice")
        elif not line.problem and line.key in known:
            line = replace(line, problem="known")
        seen.add(line.key)
        lines.append(line)
    return lines


def _line(row: TableRow, cells: Mapping[str, str], sheets: "_Sheets") -> ItemLine:
    question = "\n".join(printable(part) for part in cells.get("question", "").split("\n")).strip()
    number, place = printable(cells.get("number", "")), printable(cells.get("place", ""))[:120]
    line = ItemLine(row.number, question, number, place=place)
    if not question:
        return replace(line, problem="no-question")
    if len(question) > MOST_TEXT:
        return replace(line, question=question[:200], problem="too-long")
    severity = SEVERITIES.get(clean(cells.get("severity", "")).casefold())
    if severity is None:
        return replace(line, problem="unknown-severity", told=printable(cells["severity"])[:40])
    line = replace(line, severity=severity)
    discipline = ""
    if word := printable(cells.get("discipline", "")):
        discipline = discipline_from_word(word) or ""
        if not discipline:
            return replace(line, problem="unknown-discipline", told=word[:40])
    if number:
        found = sheets.find(number)
        if len(found) != 1:
            return replace(line, problem="several-sheets" if found else "no-sheet", told=number[:60])
        line = replace(line, revision_id=found[0].revision_id)
        discipline = discipline or found[0].discipline
    if not discipline:
        return replace(line, problem="no-discipline")
    return replace(line, discipline=discipline)


class _Sheets:
    """Sheets by number, exactly first, then without dashes and dots."""

    def __init__(self, rows: Iterable[RegisterRow]) -> None:
        self._exact: dict[str, list[RegisterRow]] = {}
        self._loose: dict[str, list[RegisterRow]] = {}
        for row in rows:
            self._exact.setdefault(code_key(row.number), []).append(row)
            self._loose.setdefault(loose_key(row.number), []).append(row)

    def find(self, number: str) -> Sequence[RegisterRow]:
        """Those that a number may mean."""
        return self._exact.get(code_key(number)) or self._loose.get(loose_key(number), [])
