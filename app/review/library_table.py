"""A library of clauses as a table: read from an agency's file, checked row by row, and written out again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from app.drawings.history_table import discipline_from_word
from app.files.tables import TableUnreadable, read_rows
from app.kernel.errors import Refused, declare
from app.kernel.labels import Label
from app.kernel.text import code_key, loose_key
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.headings import Field, find_headings, is_yes
from app.review.opinion_rules import MOST_TEXT
from app.review.workbook import Page, workbook

MOST_ROWS = 30_000
"""Clauses of one file."""
MOST_CLAUSES = 60_000
"""Clauses of one library."""
MOST_NUMBER, MOST_NAME = 60, 200
ANY_DISCIPLINE = frozenset({"", "通用", "全部", "各专业", "all", "any"})

LIBRARY_UNREADABLE = declare(
    "clause-table-unreadable",
    422,
    "条款表无法读取：{reason_zh}。",
    "The table of clauses cannot be read: {reason_en}.",
    "请下载模板，按表头填写后另存为 .xlsx 或 .csv 再上传。",
    "Download the template, fill it in under its headings, save it as .xlsx or .csv and upload that.",
)

FIELDS = (
    Field("standard_no", Label("标准编号", "Standard no."), ("标准号", "规范编号", "规范号", "standard"), 18),
    Field("standard_name", Label("标准名称", "Standard name"), ("规范名称", "名称", "name"), 30),
    Field("clause_no", Label("条款号", "Clause no."), ("条文号", "条号", "条文编号", "条款编号", "clause"), 12),
    Field("text", Label("条文内容", "Text"), ("条文", "内容", "条款内容", "条文正文", "clause text"), 70),
    Field("mandatory", Label("是否强制", "Mandatory"), ("强制性", "强条", "是否强条", "强制性条文", "条文性质"), 10),
    Field("discipline", Label("专业", "Discipline"), ("适用专业",), 12),
)  # fmt: skip
NEEDED = (frozenset({"standard_no"}), frozenset({"clause_no"}), frozenset({"text"}))

PROBLEMS: dict[str, Label] = {
    "no-standard": Label("缺少标准编号，请补填", "No standard number: fill it in"),
    "no-clause": Label("缺少条款号，请补填", "No clause number: fill it in"),
    "no-text": Label("缺少条文内容，请补填", "No text: fill it in"),
    "too-long": Label(
        f"过长：编号不超过 {MOST_NUMBER} 字，名称 {MOST_NAME} 字，条文 {MOST_TEXT} 字，请缩短或分条",
        f"Too long: numbers have at most {MOST_NUMBER} characters, names {MOST_NAME}, texts {MOST_TEXT}",
    ),
    "twice": Label(
        "与表中前面的一行是同一条款，请合并", "The same clause as an earlier row of the table: merge them"
    ),
    "unknown-discipline": Label(
        "没有这个专业，请写建筑、结构等，或留空表示通用",
        "No such discipline: write architecture, structure and so on, or leave it empty for all",
    ),
    "unknown-mandatory": Label(
        "“是否强制”须填是或否，请改写", "Whether it is mandatory is yes or no: write one of them"
    ),
}


@dataclass(frozen=True)
class ClauseLine:
    """A clause of a table, in order."""

    row: int
    standard_no: str
    standard_name: str
    clause_no: str
    text: str
    is_mandatory: bool
    discipline: str

    @cached_property
    def key(self) -> str:
        """The same clause has the same key, however it is spaced."""
        return clause_key(self.standard_no, self.clause_no)


@dataclass(frozen=True)
class RefusedLine:
    """A row that is no clause, and why."""

    row: int
    problem: str
    shown: str
    """What it says, to find it again."""


@dataclass(frozen=True)
class ClauseTable:
    """What a file brings."""

    lines: Sequence[ClauseLine]
    refused: Sequence[RefusedLine]
    columns: Sequence[tuple[str, str]]
    """(heading as typed, key of the field), in the order of the file."""
    unknown: Sequence[str] = field(default=())
    """Headings that nobody knows: their columns are left out."""


def clause_key(standard_no: str, clause_no: str) -> str:
    """Standard and clause in normal form."""
    return f"{code_key(standard_no)}#{code_key(clause_no)}"


def search_key(line: ClauseLine) -> str:
    """Everything that is searched: the clause between spaces, the rest without spaces, dashes and points."""
    parts = (
        loose_key(line.standard_no),
        code_key(line.clause_no),
        loose_key(line.standard_name),
        loose_key(line.text),
    )
    return " ".join(parts)


def read_clauses(data: bytes) -> ClauseTable:
    """The clauses of a file.

    Raises:
        Refused: ``clause-table-unreadable``.
    """
    try:
        rows = read_rows(data, most=MOST_ROWS + 50)
    except TableUnreadable as error:
        raise Refused(LIBRARY_UNREADABLE, reason_zh=error.zh, reason_en=error.en) from error
    headed = find_headings(rows, FIELDS, NEEDED)
    if headed is None:
        raise Refused(
            LIBRARY_UNREADABLE,
            reason_zh="没有找到表头（需要标准编号、条款号、条文内容）",
            reason_en="no headings were found (standard no., clause no. and text are needed)",
        )
    lines: list[ClauseLine] = []
    refused: list[RefusedLine] = []
    seen: set[str] = set()
    for row in headed.rows:
        cells = headed.cells(row)
        if not cells:
            continue
        line, problem = _line(row.number, cells)
        if line is not None and line.key in seen:
            problem = "twice"
        if line is None or problem:
            shown = " ".join(cells.get(k, "") for k in ("standard_no", "clause_no", "text"))
            refused.append(RefusedLine(row.number, problem, shown.strip()[:80]))
            continue
        seen.add(line.key)
        lines.append(line)
    columns = [(headed.headings[n], key) for n, key in sorted(headed.columns.items())]
    return ClauseTable(lines, refused, columns, headed.unknown)


def _line(row: int, cells: dict[str, str]) -> tuple[ClauseLine | None, str]:
    standard, clause, name, word = (
        cells.get(key, "").replace("\n", " ")
        for key in ("standard_no", "clause_no", "standard_name", "discipline")
    )
    text = cells.get("text", "").strip()
    for value, problem in ((standard, "no-standard"), (clause, "no-clause"), (text, "no-text")):
        if not value:
            return None, problem
    if max(len(standard), len(clause)) > MOST_NUMBER or len(name) > MOST_NAME or len(text) > MOST_TEXT:
        return None, "too-long"
    is_mandatory = is_yes(cells.get("mandatory", ""))
    if is_mandatory is None:
        return None, "unknown-mandatory"
    discipline = "" if word.casefold() in ANY_DISCIPLINE else _discipline(word)
    if word.casefold() not in ANY_DISCIPLINE and not discipline:
        return None, "unknown-discipline"
    return ClauseLine(row, standard, name, clause, text, is_mandatory, discipline), ""


@lru_cache(maxsize=256)
def _discipline(word: str) -> str:
    """Thousands of rows say the same few words."""
    return discipline_from_word(word)


EXAMPLES: tuple[tuple[str, ...], ...] = (
    ("GB 00000-2000", "示例标准（非真实标准）", "1.2.3", "示例：此处填写条文内容。", "是", "建筑"),
    ("DB00/T 000-2000", "示例地方标准（非真实标准）", "4.5", "示例：适用于各专业的条文，专业留空。", "否", ""),
    ("T/EXAMPLE 1-2000", "示例团体标准（非真实标准）", "6.7.8", "示例：导入前请删除这三行示例。", "否", "结构"),
)  # fmt: skip
"""Rows that show how to fill in the template; no standard has these numbers."""
GUIDE = (
    Label(
        "第一张表填写条款，一行一条；表头请保留。标准编号、条款号、条文内容必填。",
        "Clauses stand in the first sheet, one per row; keep the headings. Standard no., clause no. and text are needed.",
    ),
    Label(
        "“是否强制”填是或否；“专业”留空表示各专业通用。",
        "Mandatory is yes or no (是 / 否); an empty discipline means all of them.",
    ),
    Label(
        "再次导入时，同一标准同一条款以新内容替换，其余不变。",
        "Imported again, the same clause of the same standard is replaced; the others stay.",
    ),
    Label(
        "请使用本机构有权使用的条文文本。本产品不附带任何标准的条文。",
        "Use texts that your organisation may use. This product brings no text of any standard.",
    ),
)


def template() -> bytes:
    """An XLSX to fill in: headings, invented examples marked as such, and how to fill it in."""
    return _book(EXAMPLES, guide=GUIDE)


def clauses_xlsx(lines: Iterable[ClauseLine]) -> bytes:
    """A library as it can be imported again."""
    return _book(
        (
            line.standard_no,
            line.standard_name,
            line.clause_no,
            line.text,
            "是" if line.is_mandatory else "否",
            DISCIPLINE_LABELS[Discipline(line.discipline)].zh if line.discipline else "",
        )
        for line in lines
    )


def _book(rows: Iterable[Sequence[str]], *, guide: Sequence[Label] = ()) -> bytes:
    pages = [Page("条款 Clauses", [(f.label, f.width) for f in FIELDS], rows)]
    if guide:
        told = [[f"{label.zh}\n{label.en}"] for label in guide]
        pages.append(Page("填写说明 Guide", [(Label("填写说明", "How to fill in"), 110)], told))
    return workbook(pages, title="条款库 Clauses")
