"""The opinions of a case as an Excel table: one line each, in display order, with answers and decisions beside."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.kernel.labels import Label
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.opinion_rules import (
    BASIS_LABELS,
    DOMAIN_LABELS,
    OPINION_EVENTS,
    OPINION_LABELS,
    REPLY_LABELS,
    SEVERITY_LABELS,
    Basis,
    Domain,
    OpinionState,
    Severity,
)
from app.review.queries.opinions import OpinionView
from app.review.workbook import Page, workbook

Value = Callable[[OpinionView, ZoneInfo], str]


@dataclass(frozen=True)
class Column:
    """One column; its heading is one that the import knows."""

    label: Label
    width: int
    value: Value


def opinions_xlsx(opinions: Iterable[OpinionView], zone: ZoneInfo, *, title: str) -> bytes:
    """A workbook of one sheet, with a column for the round."""
    rows = ([column.value(o, zone) for column in COLUMNS] for o in opinions)
    page = Page("审查意见 Opinions", [(c.label, c.width) for c in COLUMNS], rows)
    return workbook([page], title=title)


def opinion_template() -> bytes:
    """An empty table with the headings that the import knows, and how to fill it in."""
    columns = [(c.label, c.width) for c in COLUMNS if c.label in _TO_FILL_IN]
    guide = [[f"{line.zh}\n{line.en}"] for line in GUIDE]
    pages = [
        Page("审查意见 Opinions", columns, []),
        Page("填写说明 Guide", [(Label("填写说明", "How to fill in"), 110)], guide),
    ]
    return workbook(pages, title="审查意见表 Opinions")


def _both(label: Label) -> str:
    return f"{label.zh} {label.en}"


def _places(value: Callable[[OpinionView, int], str]) -> Value:
    return lambda o, _: "\n".join(value(o, n) for n in range(len(o.places)))


def _replies(o: OpinionView, zone: ZoneInfo) -> str:
    lines = []
    for r in o.replies:
        fixed = "、".join(f"{f.number} {f.rev_label}" for f in r.fixes)
        head = f"第 {r.round} 轮 {REPLY_LABELS[r.kind].zh} {r.person} {_day(r.at, zone)}"
        lines.append(
            "：".join(filter(None, (head, " ".join(filter(None, (r.text, fixed and f"（{fixed}）"))))))
        )
    return "\n".join(lines)


def _judgements(o: OpinionView, zone: ZoneInfo) -> str:
    return "\n".join(
        "：".join(
            filter(
                None, (f"第 {j.round} 轮 {OPINION_EVENTS[j.event].zh} {j.person} {_day(j.at, zone)}", j.text)
            )
        )
        for j in o.judgements
    )


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat() if at else ""


COLUMNS: Sequence[Column] = (
    Column(Label("序号", "No."), 6, lambda o, _: str(o.position)),
    Column(Label("意见编号", "Serial"), 8, lambda o, _: str(o.serial)),
    Column(Label("轮次", "Round"), 6, lambda o, _: str(o.issued_round or o.round)),
    Column(Label("专业", "Discipline"), 10, lambda o, _: DISCIPLINE_LABELS[Discipline(o.discipline)].zh),
    Column(Label("图号", "Sheet"), 14, _places(lambda o, n: o.places[n].number)),
    Column(Label("图名", "Sheet title"), 24, _places(lambda o, n: o.places[n].title)),
    Column(Label("版次", "Revision"), 8, _places(lambda o, n: o.places[n].rev_label)),
    Column(Label("位置", "Place"), 10, _places(lambda o, n: o.places[n].grid)),
    Column(Label("领域", "Domain"), 10, lambda o, _: _both(DOMAIN_LABELS[Domain(o.domain)])),
    Column(Label("依据", "Basis"), 14, lambda o, _: _both(BASIS_LABELS[Basis(o.basis)])),
    Column(Label("程度", "Severity"), 12, lambda o, _: _both(SEVERITY_LABELS[Severity(o.severity)])),
    Column(Label("标准编号", "Standard no."), 18, lambda o, _: o.standard_no),
    Column(Label("标准名称", "Standard name"), 24, lambda o, _: o.standard_name),
    Column(Label("条款号", "Clause no."), 10, lambda o, _: o.clause_no),
    Column(Label("条文内容", "Clause text"), 40, lambda o, _: o.clause_text),
    Column(Label("无条文的理由", "Reason without a clause"), 24, lambda o, _: o.basis_reason),
    Column(Label("图纸事实", "Drawing fact"), 44, lambda o, _: o.fact),
    Column(Label("修改要求", "Action"), 30, lambda o, _: o.action),
    Column(Label("状态", "State"), 16, lambda o, _: _both(OPINION_LABELS[OpinionState(o.state)])),
    Column(Label("审查人员", "Reviewer"), 12, lambda o, _: o.author),
    Column(Label("出具日期", "Issued on"), 12, lambda o, zone: _day(o.issued_at, zone)),
    Column(Label("设计回复", "Replies"), 44, _replies),
    Column(Label("复核意见", "Recheck"), 44, _judgements),
    Column(Label("标识", "Identifier"), 24, lambda o, _: o.id),
)
_TO_FILL_IN = tuple(
    column.label
    for column in COLUMNS
    if column.label.zh
    in {
        "序号", "专业", "图号", "图名", "位置", "领域", "依据", "程度", "标准编号", "标准名称", "条款号", "条文内容",
        "无条文的理由", "图纸事实", "修改要求",
    }
)  # fmt: skip
GUIDE = (
    Label(
        "一行一条意见，“图纸事实”必填；多张图在“图号”中用顿号或换行分开。",
        "One opinion per row; the drawing fact is needed. Several sheets are separated by commas or line breaks.",
    ),
    Label(
        "程度：必须修改、建议修改。依据：强制性条文、一般性条文、政策规定、设计深度。领域：消防安全、其他。",
        "Severity: must fix, advisory. Basis: mandatory clause, general clause, policy, design depth. Domain: fire, other.",
    ),
    Label(
        "引用条文写标准编号和条款号；也可在一格中写成“《名称》GB 00000-2000 第1.2.3条”，列名用“违反条文”。",
        "Cite the standard and the clause; or both in one cell under the heading 违反条文 (citation).",
    ),
    Label(
        "导入后均为草稿，审查人员核对后再提出。",
        "Everything comes in as a draft: reviewers check it and then propose.",
    ),
)
