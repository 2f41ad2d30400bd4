"""The settlement table of changes, and their closing, as a workbook."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.changes.closure import TURNS, ClosureLine, OpenChange, Share
from app.changes.queries.closure import Closure, SettlementRow
from app.changes.rules import CHANGE_LABELS, FLAG_LABELS, KIND_LABELS
from app.kernel.labels import Label
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.workbook import Page, workbook

Cells = Sequence[str | int | float]

DATES: tuple[tuple[str, Label], ...] = (
    ("propose", Label("提出", "Proposed")),
    ("assess", Label("监理评估", "Assessed")),
    ("accept", Label("受理", "Taken up")),
    ("issue", Label("设计出图", "Issued")),
    ("pass", Label("审查通过", "Review passed")),
    ("approve", Label("建设单位批准", "Approved")),
    ("implement", Label("实施", "Implemented")),
    ("verify", Label("现场核验", "Verified")),
    ("incorporate", Label("落竣工图", "In the as-built")),
)
"""Columns of dates; the day of effect stands between approval and implementation."""
MONEY = Label(
    "费用单位：元，负数为核减；工期单位：日历天，负数为提前。空白：没有填写。",
    "Cost in yuan, negative: it saves; time in calendar days, negative: it gains. Empty: not stated.",
)
SUMMED = Label("合计（已填写的）", "Sum of what is stated")


def settlement_xlsx(rows: Sequence[SettlementRow], closure: Closure, zone: ZoneInfo, *, title: str) -> bytes:
    """Changes that took effect with dates, sheets, cost and time; beside it how far they are closed, and what is open."""
    pages = [
        Page(
            "变更结算 Settlement",
            _COLUMNS,
            [*(_row(r, zone) for r in rows), *_sum(rows)],
            [title, str(MONEY)],
        ),
        Page("销项情况 Closure", _CLOSURE, list(_closure(closure))),
        Page("未销项 Open", _OPEN, [_open(o, zone) for o in closure.open]),
    ]
    return workbook(pages, title=title)


_DATE_COLUMNS = tuple((label, 12) for _, label in DATES)
_COLUMNS: tuple[tuple[Label, int], ...] = (
    (Label("编号", "Number"), 18),
    (Label("名称", "Title"), 30),
    (Label("类型", "Kind"), 18),
    (Label("专业", "Discipline"), 14),
    (Label("变更类别", "Class"), 26),
    (Label("状态", "State"), 16),
    (Label("提出单位", "Proposed by"), 22),
    (Label("设计单位", "Designer"), 22),
    (Label("影响图纸", "Sheets"), 24),
    *_DATE_COLUMNS[:6],
    (Label("生效", "In effect"), 12),
    *_DATE_COLUMNS[6:],
    (Label("估算费用", "Cost, estimated"), 14),
    (Label("确认费用", "Cost, agreed"), 14),
    (Label("估算工期", "Days, estimated"), 12),
    (Label("确认工期", "Days, agreed"), 12),
)
_CLOSURE: tuple[tuple[Label, int], ...] = (
    (Label("分组", "Group"), 18),
    (Label("名称", "Name"), 30),
    (Label("现行变更", "In effect"), 10),
    (Label("已实施并核验", "Verified on site"), 12),
    (Label("核验率 %", "Verified, %"), 12),
    (Label("已落竣工图", "In the as-built"), 12),
    (Label("落图率 %", "In the as-built, %"), 12),
    (Label("未销项", "Open"), 10),
    (Label("紧急未补办", "Irregular emergencies"), 12),
    (Label("已被替代或取消", "Superseded or cancelled"), 12),
)
_OPEN: tuple[tuple[Label, int], ...] = (
    (Label("编号", "Number"), 18),
    (Label("名称", "Title"), 30),
    (Label("状态", "State"), 18),
    (Label("待办单位", "Waits for"), 20),
    (Label("自", "Since"), 12),
    (Label("天数", "Days"), 8),
    (Label("紧急未补办", "Irregular emergency"), 12),
)


def _row(row: SettlementRow, zone: ZoneInfo) -> Cells:
    dates = [_day(row.dates.get(event), zone) for event, _ in DATES]
    return [
        row.number,
        row.title,
        str(KIND_LABELS[row.kind]),
        str(DISCIPLINE_LABELS[Discipline(row.discipline)]),
        _class(row),
        str(CHANGE_LABELS[row.state]),
        row.proposer,
        row.designer,
        "、".join(row.sheets),
        *dates[:6],
        _day(row.effective_at, zone),
        *dates[6:],
        _yuan(row.cost_estimate),
        _yuan(row.cost_agreed),
        _known(row.days_estimate),
        _known(row.days_agreed),
    ]


def _class(row: SettlementRow) -> str:
    flags = "；".join(str(FLAG_LABELS[flag]) for flag in row.flags)
    return f"{flags}；紧急 / emergency" if row.is_emergency else flags


def _sum(rows: Sequence[SettlementRow]) -> Iterable[Cells]:
    """The sums of the last four columns; of a column that nobody filled there is none."""
    if rows:
        width = len(_COLUMNS) - 4
        yield [
            str(SUMMED),
            *("" for _ in range(width - 1)),
            _yuan(_total(r.cost_estimate for r in rows)),
            _yuan(_total(r.cost_agreed for r in rows)),
            _known(_total(r.days_estimate for r in rows)),
            _known(_total(r.days_agreed for r in rows)),
        ]


def _total(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _closure(closure: Closure) -> Iterable[Cells]:
    yield _line("合计 / Total", "", closure.total)
    for line in closure.by_designer:
        yield _line("设计单位 / Designer", line.key or "尚未受理 / not taken up", line)
    for line in closure.by_proposer:
        yield _line("提出单位 / Proposed by", line.key, line)
    for line in closure.by_discipline:
        yield _line("专业 / Discipline", str(DISCIPLINE_LABELS[Discipline(line.key)]), line)
    for line in closure.by_building:
        yield _line("单体 / Building", line.key or "全场 / whole site", line)


def _line(group: str, name: str, line: ClosureLine) -> Cells:
    return [
        group,
        name,
        line.on_site.whole,
        line.on_site.part,
        _percent(line.on_site),
        line.in_as_built.part,
        _percent(line.in_as_built),
        line.open,
        line.irregular,
        line.ended,
    ]


def _open(item: OpenChange, zone: ZoneInfo) -> Cells:
    fact = item.fact
    return [
        fact.name,
        fact.title,
        str(CHANGE_LABELS[fact.state]),
        str(TURNS[item.turn]),
        _day(item.since, zone),
        item.days,
        "是 / yes" if fact.is_irregular else "",
    ]


def _percent(share: Share) -> str | float:
    return round(share.percent, 1) if share.percent is not None else f"无 / none: {share.why}"


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat() if at is not None else ""


def _yuan(fen: int | None) -> str | float:
    return fen / 100 if fen is not None else ""


def _known(value: int | None) -> str | int:
    return value if value is not None else ""
