"""An agency's own table of opinions: read, its columns known by their headings, its rows matched to the case's sheets."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.drawings.history_table import discipline_from_word
from app.files.tables import TableUnreadable, read_rows
from app.kernel.errors import Refused, declare
from app.kernel.labels import Label
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.text import clean, code_key, loose_key, printable
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.citations import Citation, read_citation
from app.review.facts import CaseSheet
from app.review.headings import Field, find_headings
from app.review.opinion_rules import MOST_TEXT, Basis, Domain, Severity

MOST_ROWS = 2_000
IMPORTED = "import:"
"""Origin of what came from a table, before the key of its row: it exists once."""
OPINIONS_UNREADABLE = declare(
    "opinion-table-unreadable",
    422,
    "意见表无法读取：{reason_zh}。",
    "The table of opinions cannot be read: {reason_en}.",
    "请另存为 .xlsx 或 .csv；表头至少要有“审查意见”或“图纸事实”一列。可下载模板对照。",
    "Save it as .xlsx or .csv; one column is headed 'opinion' or 'drawing fact'. The template shows all headings.",
)

FIELDS = (
    Field("number", Label("图号", "Sheet"), ("图纸编号", "图纸号", "图纸", "sheet number", "sheet no", "drawing no")),
    Field("title", Label("图名", "Sheet title"), ("图纸名称", "title")),
    Field("grid", Label("位置", "Place"), ("部位", "轴线", "轴号", "图面位置", "图幅分区", "location", "grid")),
    Field("discipline", Label("专业", "Discipline"), ("审查专业",)),
    Field("domain", Label("领域", "Domain"), ("意见领域",)),
    Field("basis", Label("依据", "Basis"), ("依据类别", "条文性质", "意见类型", "意见类别", "类别", "类型", "type")),
    Field("severity", Label("程度", "Severity"), ("意见性质", "性质", "修改程度", "意见等级", "是否强条", "强条")),
    Field("standard_no", Label("标准编号", "Standard no."), ("规范编号", "标准号", "规范号", "standard")),
    Field("standard_name", Label("标准名称", "Standard name"), ("规范名称",)),
    Field("clause_no", Label("条款号", "Clause no."), ("条文号", "条号", "条文编号", "条款编号", "clause")),
    Field("clause_text", Label("条文内容", "Clause text"), ("条文", "规范条文内容", "规定内容")),
    Field("citation", Label("违反条文", "Citation"), ("规范条文", "违反规范条文", "依据条文", "审查依据", "规范依据")),
    Field("reason", Label("无条文的理由", "Reason without a clause"), ("理由",)),
    Field("fact", Label("图纸事实", "Drawing fact"), ("审查意见", "意见内容", "问题描述", "存在问题", "问题", "意见")),
    Field("action", Label("修改要求", "Action"), ("修改建议", "整改要求", "处理意见", "修改意见", "action required")),
    Field("id", Label("标识", "Identifier")),
)  # fmt: skip
_SPLIT = re.compile(r"[、，,;；\n]+")
_NO_CITATION = "原意见表未引条文 / no clause was cited in the table"

PROBLEMS: dict[str, Label] = {
    "no-fact": Label("没有意见内容，请补填“审查意见”一列", "It says nothing: fill in the opinion"),
    "too-long": Label(
        f"文字超过 {MOST_TEXT} 字，请缩短或拆成几条",
        f"A text has more than {MOST_TEXT} characters: shorten or split it",
    ),
    "no-sheet": Label(
        "本案卷没有图纸 {told}，请改正图号，或留空并在意见中写明",
        "The case has no sheet {told}: correct the number, or leave it empty and name it in the text",
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
    "not-yours": Label(
        "{told}专业未分派给您，请由该专业审查人员或项目负责人导入",
        "{told} is not assigned to you: have its reviewer or the lead import it",
    ),
    "unknown-kind": Label(
        "看不懂“{told}”，请写必须修改、建议修改或强条等",
        "'{told}' is not understood: write must fix, advisory or mandatory",
    ),
    "clause-needed": Label(
        "写为强条但没有写明标准和条款，请补填",
        "Called mandatory, but no standard and clause are cited: fill them in",
    ),
    "twice": Label("与表中前面的一行相同", "The same as an earlier row of the table"),
    "known": Label("已经导入过，不再重复", "Imported before: not brought in again"),
    "here-already": Label(
        "就是本案卷中的一条意见，不再导入", "This is an opinion of the case itself: not brought in again"
    ),
    "contradicts": Label(
        "同一图纸同一条款的意见曾在前一轮关闭（第 {told} 号），如需再次提出请手工起草并写明理由",
        "An opinion on the same sheet and clause was settled earlier (no. {told}); to raise it again draft it"
        " by hand with the reason",
    ),
}
"""Why a row does not come in, with its way out. What it says of itself stands beside it."""
NOTES: dict[str, Label] = {
    "no-citation": Label(
        "未引条文，按“设计深度”导入，请核对", "No clause cited: comes in as design depth, to be checked"
    ),
    "assumed": Label(
        "未写程度，按“必须修改”导入，请核对", "No severity given: comes in as must fix, to be checked"
    ),
    "from-library": Label("条文内容取自条款库", "The clause's text comes from the library"),
    "no-place": Label("未写图号，不对应具体图纸", "No sheet given: stands on none"),
}
"""What was assumed about a row that comes in."""


@dataclass(frozen=True)
class OpinionLine:
    """A row of a table as an opinion to be; with ``problem`` it cannot come in."""

    row: int
    fact: str
    shown_number: str
    """The sheets as typed."""
    discipline: str = ""
    sheet_ids: tuple[str, ...] = ()
    grid: str = ""
    domain: str = Domain.OTHER
    basis: str = Basis.GENERAL_CLAUSE
    severity: str = Severity.MUST_FIX
    citation: Citation = field(default_factory=Citation)
    clause_text: str = ""
    reason: str = ""
    action: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    told: str = ""
    """What fills the problem's sentence."""
    own_id: str = ""
    """Identifier of an opinion that the row says it is."""

    @property
    def key(self) -> str:
        """The same for the same row, in whichever file it comes."""
        said = {
            "discipline": self.discipline,
            "sheets": sorted(self.sheet_ids),
            "fact": clean(self.fact),
            "action": clean(self.action),
            "clause": [code_key(self.citation.standard_no), code_key(self.citation.clause_no)],
        }
        return hashlib.sha256(canonical_bytes(said)).hexdigest()[:32]

    @property
    def problem_label(self) -> Label:
        """Why it cannot come in, with its way out."""
        sentence = PROBLEMS[self.problem]
        if self.told in set(Discipline):
            word = DISCIPLINE_LABELS[Discipline(self.told)]
            return Label(sentence.zh.format(told=word.zh), sentence.en.format(told=word.en))
        return sentence.format(told=self.told)


@dataclass(frozen=True)
class OpinionTable:
    """What a file brings."""

    lines: Sequence[OpinionLine]
    columns: Sequence[tuple[str, str]]
    """(heading as typed, key of the field)."""
    unknown: Sequence[str]


def read_opinions(data: bytes, sheets: Sequence[CaseSheet], *, discipline: str = "") -> OpinionTable:
    """The rows of a file, matched to the sheets of a case.

    Args:
        data: XLSX or CSV.
        sheets: of the case.
        discipline: for rows that name none and stand on no sheet.

    Raises:
        Refused: ``opinion-table-unreadable``.
    """
    try:
        rows = read_rows(data, most=MOST_ROWS + 50)
    except TableUnreadable as error:
        raise Refused(OPINIONS_UNREADABLE, reason_zh=error.zh, reason_en=error.en) from error
    headed = find_headings(rows, FIELDS, (frozenset({"fact"}),))
    if headed is None:
        raise Refused(OPINIONS_UNREADABLE, reason_zh="没有找到表头", reason_en="no headings were found")
    finder = SheetFinder(sheets)
    lines: list[OpinionLine] = []
    seen: set[str] = set()
    for row in headed.rows:
        cells = headed.cells(row)
        if not cells or set(cells) <= {"discipline"}:
            continue
        line = _line(row.number, cells, finder, discipline)
        if not line.problem and line.key in seen:
            line = _with(line, "twice")
        seen.add(line.key)
        lines.append(line)
    columns = [(headed.headings[n], key) for n, key in sorted(headed.columns.items())]
    return OpinionTable(lines, columns, headed.unknown)


class SheetFinder:
    """Sheets of a case by number, however it is spaced, and by title."""

    def __init__(self, sheets: Iterable[CaseSheet]) -> None:
        self.by_id = {s.sheet_id: s for s in sheets}
        self._exact: dict[str, list[CaseSheet]] = {}
        self._loose: dict[str, list[CaseSheet]] = {}
        self._titles: dict[str, list[CaseSheet]] = {}
        for sheet in self.by_id.values():
            self._exact.setdefault(code_key(sheet.number), []).append(sheet)
            self._loose.setdefault(loose_key(sheet.number), []).append(sheet)
            self._titles.setdefault(loose_key(clean(sheet.title)), []).append(sheet)

    def find(self, text: str, title: str) -> tuple[list[CaseSheet], str, str]:
        """(sheets, problem, what it is about) for the numbers of a cell, or for a title where there are none."""
        found: list[CaseSheet] = []
        if not text:
            named = self._titles.get(loose_key(clean(title)), []) if title else []
            return (named, "", "") if len(named) == 1 else ([], "", "")
        whole = self._one(text)
        for part in [text] if whole else [p.strip() for p in _SPLIT.split(text) if p.strip()]:
            fitting = self._one(part)
            if len(fitting) != 1:
                return [], "several-sheets" if fitting else "no-sheet", printable(part)[:40]
            if fitting[0] not in found:
                found.append(fitting[0])
        return found, "", ""

    def _one(self, text: str) -> list[CaseSheet]:
        flat = clean(text)
        return self._exact.get(code_key(flat), []) or self._loose.get(loose_key(flat), [])


def _line(row: int, cells: Mapping[str, str], finder: SheetFinder, discipline: str) -> OpinionLine:
    sheets, problem, told = finder.find(cells.get("number", ""), cells.get("title", ""))
    shown = cells.get("number", "") or cells.get("title", "")
    line = OpinionLine(
        row, cells.get("fact", ""), printable(shown.replace("\n", "、")), own_id=cells.get("id", "")
    )
    if not line.fact:
        return _with(line, "no-fact")
    if any(
        len(cells.get(k, "")) > MOST_TEXT for k in ("fact", "action", "clause_text", "reason", "citation")
    ):
        return _with(line, "too-long")
    if problem:
        return _with(line, problem, told)
    word = printable(cells.get("discipline", ""))
    chosen = discipline_from_word(word) if word else (sheets[0].discipline if sheets else discipline)
    if not chosen:
        return _with(line, "unknown-discipline" if word else "no-discipline", word[:40])
    kind = read_kind(cells.get("basis", ""), cells.get("severity", ""), cells.get("domain", ""))
    if kind.unknown:
        return _with(line, "unknown-kind", kind.unknown)
    return _settled(line, cells, sheets, chosen, kind)


def _settled(
    line: OpinionLine, cells: Mapping[str, str], sheets: Sequence[CaseSheet], discipline: str, kind: "Kind"
) -> OpinionLine:
    citation = _citation(cells)
    notes = [] if sheets else ["no-place"]
    basis, reason = kind.basis, cells.get("reason", "")
    if not kind.has_severity:
        notes.append("assumed")
    if not citation.is_whole and basis == Basis.MANDATORY_CLAUSE:
        return _with(line, "clause-needed")
    if not citation.is_whole and basis != Basis.DESIGN_DEPTH:
        basis = Basis.DESIGN_DEPTH
        notes.append("no-citation")
    if not citation.is_whole and not reason:
        reason = "\n".join(filter(None, (cells.get("citation", ""), _NO_CITATION)))
    grids = [g.strip() for g in cells.get("grid", "").split("\n") if g.strip()]
    return OpinionLine(
        row=line.row,
        fact=line.fact,
        shown_number=line.shown_number,
        discipline=discipline,
        sheet_ids=tuple(s.sheet_id for s in sheets),
        grid=grids[0][:20] if len(set(grids)) == 1 else "",
        domain=kind.domain,
        basis=basis,
        severity=kind.severity,
        citation=citation,
        clause_text=cells.get("clause_text", ""),
        reason=reason,
        action=cells.get("action", ""),
        notes=tuple(notes),
        own_id=line.own_id,
    )


def _citation(cells: Mapping[str, str]) -> Citation:
    """From the columns of their own, what is missing from the cell that has it all."""
    whole = read_citation(cells.get("citation", ""))
    return Citation(
        (printable(cells.get("standard_no", "")) or whole.standard_no)[:60],
        (printable(cells.get("standard_name", "")).strip("《》") or whole.standard_name)[:200],
        (printable(cells.get("clause_no", "")).removeprefix("第").removesuffix("条") or whole.clause_no)[:60],
    )


@dataclass(frozen=True)
class Kind:
    """The three axes of an opinion, as its words say."""

    basis: str = Basis.GENERAL_CLAUSE
    severity: str = Severity.MUST_FIX
    domain: str = Domain.OTHER
    has_severity: bool = False
    unknown: str = ""
    """A word that says nothing."""


def read_kind(basis: str, severity: str, domain: str) -> Kind:
    """The axes from the words of three cells; a cell may hold the word of another axis (强条 under 程度)."""
    found: dict[str, str] = {}
    for text in (basis, severity, domain):
        flat = clean(text).casefold().replace(" ", "")
        if not flat:
            continue
        hits = [(axis, value) for pattern, axis, value in _WORDS if re.search(pattern, flat)]
        if not hits and flat not in _SAYS_NOTHING:
            return Kind(unknown=printable(text)[:40])
        for axis, value in hits:
            found.setdefault(axis, value)
    is_mandatory = found.get("basis") == Basis.MANDATORY_CLAUSE or found.get("domain") == Domain.FIRE
    return Kind(
        basis=found.get("basis", Basis.GENERAL_CLAUSE),
        severity=found.get("severity", Severity.MUST_FIX),
        domain=found.get("domain", Domain.OTHER),
        has_severity="severity" in found or is_mandatory,
    )


_SAYS_NOTHING = frozenset({"否", "no", "无", "/", "-"})
_WORDS: Sequence[tuple[str, str, str]] = (
    (r"非强|一般性?条?|general", "basis", Basis.GENERAL_CLAUSE),
    (r"(?<!非)强条|(?<!非)强制|mandatory|^是$|^√$|^yes$", "basis", Basis.MANDATORY_CLAUSE),
    (r"政策|policy", "basis", Basis.POLICY),
    (r"深度|depth", "basis", Basis.DESIGN_DEPTH),
    (r"建议|advis|宜改|优化", "severity", Severity.ADVISE),
    (r"必须|必改|应改|应修改|必修|must", "severity", Severity.MUST_FIX),
    (r"消防|防火|fire", "domain", Domain.FIRE),
    (r"其他|其它|other", "domain", Domain.OTHER),
)
"""Pattern, axis, value; of an axis the first that is found counts."""


def _with(line: OpinionLine, problem: str, told: str = "") -> OpinionLine:
    return replace(line, problem=problem, told=told)
