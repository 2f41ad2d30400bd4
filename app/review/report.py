"""A report over the cases of a period: in all, by agency, institute, project, discipline, clause; as value and XLSX."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.kernel.labels import Label
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.periods import Period
from app.review.queries.statistics import Figures
from app.review.rules import TURN_LABELS, Turn
from app.review.statistics import (
    NO_INSTITUTE,
    PARTIES,
    ClauseLine,
    DisciplineLine,
    Rate,
    Summary,
    by_clause,
    by_discipline,
    grouped,
    summarise,
    violations_by_institute,
)
from app.review.workbook import Page, workbook

MUST_FIX = Label(
    "首轮审查没有必须修改的意见（含首轮判定不合格的案卷，按未通过计）",
    "no must-fix opinion in the first round; a case that failed in it did not pass",
)
MANDATORY = Label(
    "首轮审查没有违反强制性条文的意见（首轮判定不合格的按未通过计）",
    "no opinion on a mandatory clause in the first round; a case that failed in it did not pass",
)
TAKEN_BACK = Label(
    "按首轮出具时计；其中后来收回或裁定不成立的必须修改意见 {count} 条",
    "as issued then; {count} must-fix opinions of first rounds were retracted or dismissed later",
)
COHORT = Label(
    "按首轮审查完成日（出具意见、通过或判定不合格之日）归入统计期；各项数字为该批案卷至今的情况。",
    "Cases are counted in the period in which their first round was decided; figures are theirs as of now.",
)


@dataclass(frozen=True)
class GroupLine:
    """The figures of a group."""

    id: str
    name: str
    summary: Summary
    violations: int
    """Of an institute: those on its own sheets."""


@dataclass(frozen=True)
class Report:
    """A report."""

    period: Period
    total: Summary
    undecided: int
    withdrawn: int
    agencies: tuple[GroupLine, ...]
    institutes: tuple[GroupLine, ...]
    projects: tuple[GroupLine, ...]
    disciplines: tuple[DisciplineLine, ...]
    clauses: tuple[ClauseLine, ...]
    unplaced: int
    """Violations of which it cannot be said whose sheets they stand on."""


def report_of(found: Figures, period: Period) -> Report:
    """Count everything."""
    cases = found.cases
    own, unplaced = violations_by_institute(cases)
    projects = {c.project_id: c.project for c in cases}
    return Report(
        period=period,
        total=summarise(cases),
        undecided=found.undecided,
        withdrawn=found.withdrawn,
        agencies=_lines(grouped(cases, lambda c: [c.agency_id]), found.names),
        institutes=_lines(grouped(cases, lambda c: c.institutes), found.names, own),
        projects=_lines(grouped(cases, lambda c: [c.project_id]), projects),
        disciplines=tuple(by_discipline(cases)),
        clauses=tuple(by_clause(cases)),
        unplaced=unplaced,
    )


def _lines(
    groups: Mapping[str, Summary], names: Mapping[str, str], own: Mapping[str, int] | None = None
) -> tuple[GroupLine, ...]:
    lines = [
        GroupLine(key, names.get(key, ""), s, s.violations if own is None else own.get(key, 0))
        for key, s in groups.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.summary.cases, line.name, line.id)))


# -- as a table ------------------------------------------------------------------------------------------------

_GROUP_COLUMNS = (
    (Label("案卷", "Cases"), 8),
    (Label("一次合格率（无必须修改）%", "First pass, no must-fix, %"), 14),
    (Label("一次合格率（无违反强条）%", "First pass, no mandatory clause, %"), 14),
    (Label("违反强条", "Mandatory violations"), 10),
    *((Label(f"{TURN_LABELS[t].zh}平均工作日", f"{TURN_LABELS[t].en}, mean days"), 12) for t in PARTIES),
    (Label("平均轮次", "Mean rounds"), 10),
    (Label("首轮超期", "First round late"), 10),
)
Cells = Sequence[str | int | float]


def report_xlsx(report: Report, *, title: str) -> bytes:
    """The report as a workbook; every figure that is not known is its reason, in words."""
    notes = [f"{title} · {report.period.label}", str(COHORT), f"① {MUST_FIX}", f"② {MANDATORY}"]
    pages = [
        Page(
            "汇总 Summary",
            [(Label("项目", "Figure"), 44), (Label("数值", "Value"), 60)],
            _summary(report),
            notes,
        )
    ]
    for name, head, lines in (
        ("审查机构 Agencies", Label("审查机构", "Agency"), report.agencies),
        ("设计单位 Institutes", Label("设计单位", "Design institute"), report.institutes),
        ("项目 Projects", Label("项目", "Project"), report.projects),
    ):
        pages.append(Page(name, [(head, 34), *_GROUP_COLUMNS], [_group(line) for line in lines]))
    disciplines: list[Cells] = [
        [str(DISCIPLINE_LABELS[Discipline(d.discipline)]), d.violations, d.must_fix, d.opinions]
        for d in report.disciplines
    ]
    pages.append(
        Page(
            "专业 Disciplines",
            [
                (Label("专业", "Discipline"), 24),
                (Label("违反强条", "Mandatory violations"), 12),
                (Label("必须修改", "Must fix"), 12),
                (Label("意见合计", "Opinions"), 12),
            ],
            disciplines,
        )
    )
    clauses: list[Cells] = [
        [c.standard_no, c.standard_name, c.clause_no, c.violations, c.cases] for c in report.clauses
    ]
    columns = [
        (Label("标准编号", "Standard"), 20),
        (Label("标准名称", "Name"), 36),
        (Label("条款", "Clause"), 14),
        (Label("违反次数", "Violations"), 10),
        (Label("涉及案卷", "Cases"), 10),
    ]
    pages.append(Page("条文 Clauses", columns, clauses))
    return workbook(pages, title=title)


def _summary(report: Report) -> Iterable[Cells]:
    total = report.total
    yield ["完成首轮审查的案卷 / Cases whose first round was decided", total.cases]
    yield ["尚未完成首轮审查 / First round not decided yet", report.undecided]
    yield ["首轮审查前撤回 / Withdrawn before it", report.withdrawn]
    yield ["一次合格率① / First pass ①, %", _percent(total.must_fix)]
    yield ["一次合格率② / First pass ②, %", _percent(total.mandatory)]
    yield ["首轮必须修改意见中后来收回或裁定不成立 / Retracted or dismissed later", total.taken_back]
    yield ["违反强制性条文 / Violations of mandatory clauses", total.violations]
    yield ["其中无法判定设计单位 / Of which the institute cannot be told", _unplaced(report)]
    yield ["意见合计 / Opinions", total.opinions]
    yield ["首轮审查超期 / First round late, %", _percent(total.late)]
    for turn in PARTIES:
        days, name = total.days[turn], TURN_LABELS[turn]
        yield [f"{name.zh}平均工作日 / {name.en}, mean working days", _mean(total, turn)]
        middle = round(days.middle, 1) if days.middle is not None else f"无法判定 / not known: {days.why}"
        yield [f"{name.zh}工作日中位数 / {name.en}, median", middle]
    if total.unknown_years:
        years = "、".join(map(str, total.unknown_years))
        yield ["按周末推算的年份 / Years counted by weekends alone", years]
    for number, count in total.rounds.items():
        yield [f"轮次 {number} / Round {number}", count]


def _unplaced(report: Report) -> str | int:
    return f"{report.unplaced}（{NO_INSTITUTE}）" if report.unplaced else 0


def _group(line: GroupLine) -> Cells:
    s = line.summary
    return [
        line.name,
        s.cases,
        _percent(s.must_fix),
        _percent(s.mandatory),
        line.violations,
        *(_mean(s, turn) for turn in PARTIES),
        round(s.mean_round, 2) if s.mean_round is not None else "—",
        s.late.part if s.late.whole else f"无法判定 / not known: {s.late.why}",
    ]


def _percent(rate: Rate) -> str | float:
    return round(rate.percent, 1) if rate.percent is not None else f"无法判定 / not known: {rate.why}"


def _mean(summary: Summary, turn: Turn) -> str | float:
    days = summary.days[turn]
    return round(days.mean, 1) if days.mean is not None else f"无法判定 / not known: {days.why}"
