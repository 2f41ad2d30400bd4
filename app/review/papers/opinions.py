"""The opinion notice (审查意见告知书) and the reply sheet (审查意见回复) of a round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.access.rules import PARTY_LABELS, PartyRole
from app.kernel.errors import Refused, declare
from app.kernel.labels import Label
from app.papers.typesetting import typeset
from app.projects.rules import DISCIPLINE_LABELS, DISCIPLINE_ORDER, Discipline
from app.review.opinion_rules import (
    BASIS_LABELS,
    DOMAIN_LABELS,
    INSIDE,
    OPINION_EVENTS,
    OPINION_LABELS,
    REPLY_LABELS,
    SEVERITY_LABELS,
    Basis,
    Domain,
    OpinionState,
    Severity,
)
from app.review.papers.parts import count_of, day, fact, foot, minute, sheet_rows, signing_rows, words
from app.review.queries.certificates import Signatory
from app.review.queries.opinions import OpinionView, ReplyView
from app.review.queries.papers import CasePaper

NO_ROUND = declare(
    "no-such-round",
    404,
    "该案卷没有第 {round} 轮。",
    "This case has no round {round}.",
    "请从案卷页选择轮次。",
    "Choose a round on the case page.",
)
CASE_LABEL = Label("审查案卷", "Case")
_SENT_AGAIN = ("recheck_fail", "uphold")
_NOT_TOLD = frozenset({"take_up", "merge"})


@dataclass(frozen=True)
class PaperOrder:
    """Which paper of a case."""

    round: int = 0
    """0: the newest with opinions."""
    discipline: str = ""
    base_url: str = ""


def latest_round(paper: CasePaper) -> int:
    """The newest round in which opinions went out; the one under way when none has."""
    out = [step.round for step in paper.case.steps if step.event == "issue_opinions"]
    return max(out, default=max(1, paper.case.round))


def opinion_notice(paper: CasePaper, order: PaperOrder, now: datetime) -> bytes:
    """The opinions of one round as PDF: what went out, and what was sent again because it was not settled.

    The agency's own people get a draft of a round that has not gone out; it says so on every page.

    Raises:
        Refused: ``no-such-round``; ``paper-too-long``.
    """
    round_ = _round(paper, order)
    is_out = any(step.event == "issue_opinions" and step.round == round_ for step in paper.case.steps)
    chosen = [o for o in paper.opinions if _is_of_round(o, round_, is_out=is_out) and _fits(o, order)]
    number = {o.id: n for n, o in enumerate(chosen, start=1)}
    content = {
        **_frame(paper, order, round_, now, Label("审查意见告知书", "Notice of Review Opinions")),
        "mark": "" if is_out or not chosen else "草稿，尚未出具 Draft, not issued",
        "tally": _tally(chosen),
        "groups": [
            {**group, "opinions": [_opinion(o, number[o.id], round_) for o in rows]}
            for group, rows in _groups(chosen)
        ],
        "notes": _notes(paper),
        "signing": signing_rows(_issuers(paper, round_, order)),
        "sheets": sheet_rows(paper.sheets.get(round_, ())),
        "sheets_count": count_of(len(paper.sheets.get(round_, ())), "张", "sheets"),
    }
    return typeset("opinion-notice", content, made_at=now)


def reply_sheet(paper: CasePaper, order: PaperOrder, now: datetime) -> bytes:
    """The answers to the opinions of one round as PDF, beside the opinions and what the recheck decided.

    Raises:
        Refused: ``no-such-round``; ``paper-too-long``.
    """
    round_ = _round(paper, order)
    chosen = [o for o in paper.opinions if _is_of_round(o, round_, is_out=True) and _fits(o, order)]
    number = {o.id: n for n, o in enumerate(chosen, start=1)}
    answered = sum(bool(_replies(o, round_)) for o in chosen)
    zone = paper.project.zone
    content = {
        **_frame(paper, order, round_, now, Label("审查意见回复", "Answers to Review Opinions")),
        "mark": "",
        "tally": [
            {"zh": f"意见 {len(chosen)} 条", "en": "opinions"},
            {"zh": f"已回复 {answered} 条", "en": "answered"},
        ],
        "groups": [
            {**group, "opinions": [_answered(o, number[o.id], round_, zone) for o in rows]}
            for group, rows in _groups(chosen)
        ],
        "signing": signing_rows([Signatory("designer", "", "")]),
    }
    return typeset("reply-sheet", content, made_at=now)


def _round(paper: CasePaper, order: PaperOrder) -> int:
    round_ = order.round or latest_round(paper)
    if round_ > max(1, paper.case.round):
        raise Refused(NO_ROUND, round=round_)
    return round_


def _fits(opinion: OpinionView, order: PaperOrder) -> bool:
    return not order.discipline or opinion.discipline == order.discipline


def _is_of_round(opinion: OpinionView, round_: int, *, is_out: bool) -> bool:
    if opinion.state in INSIDE:
        return not is_out and opinion.state == OpinionState.PROPOSED and opinion.round == round_
    return opinion.issued_round == round_ or _was_sent_again(opinion, round_)


def _was_sent_again(opinion: OpinionView, round_: int) -> bool:
    is_earlier = opinion.issued_round is not None and opinion.issued_round < round_
    return is_earlier and any(j.round == round_ and j.event in _SENT_AGAIN for j in opinion.judgements)


def _frame(paper: CasePaper, order: PaperOrder, round_: int, now: datetime, head: Label) -> dict[str, Any]:
    """What notice and reply sheet have in common."""
    case, project = paper.case, paper.project
    address = f"{order.base_url}/review/{case.id}"
    issued = next(
        (s.at for s in reversed(case.steps) if s.event == "issue_opinions" and s.round == round_), None
    )
    scope = Label("全部专业", "all disciplines")
    if order.discipline:
        scope = DISCIPLINE_LABELS[Discipline(order.discipline)]
    under = f"{case.title}　第 {round_} 轮 Round {round_}"
    return {
        "title": f"{head.zh} {case.title}",
        "author": case.agency,
        "running": f"{head.zh}　{case.title}　第 {round_} 轮",
        "head": {"zh": head.zh, "en": head.en, "under": under},
        "facts": [
            fact(Label("工程名称", "Project"), project.name, is_wide=True),
            fact(Label("项目代码", "Project code"), project.code),
            fact(Label("审查业务编号", "Business no."), case.business_no),
            fact(PARTY_LABELS[PartyRole.OWNER], project.party("owner"), is_wide=True),
            fact(PARTY_LABELS[PartyRole.DESIGNER], project.party("designer"), is_wide=True),
            fact(PARTY_LABELS[PartyRole.REVIEWER], case.agency, is_wide=True),
            fact(Label("专业", "Discipline"), str(scope)),
            fact(Label("出具日期", "Issued on"), day(issued, project.zone)),
        ],
        "foot": foot(address, paper.checkpoint, minute(now, project.zone), where=CASE_LABEL),
    }


def _tally(opinions: Sequence[OpinionView]) -> list[dict[str, str]]:
    must = sum(o.severity == Severity.MUST_FIX for o in opinions)
    mandatory = sum(o.basis == Basis.MANDATORY_CLAUSE for o in opinions)
    return [
        {"zh": f"共 {len(opinions)} 条", "en": "opinions"},
        {"zh": f"必须修改 {must} 条", "en": "must fix"},
        {"zh": f"建议修改 {len(opinions) - must} 条", "en": "advisory"},
        {"zh": f"涉及强制性条文 {mandatory} 条", "en": "mandatory clauses"},
    ]


def _groups(opinions: Sequence[OpinionView]) -> Iterable[tuple[dict[str, Any], list[OpinionView]]]:
    """By discipline, in the order of the register; inside in display order."""
    found: dict[str, list[OpinionView]] = {}
    for opinion in opinions:
        found.setdefault(opinion.discipline, []).append(opinion)
    for discipline in sorted(found, key=DISCIPLINE_ORDER.__getitem__):
        label = DISCIPLINE_LABELS[Discipline(discipline)]
        count = count_of(len(found[discipline]), "条", "opinions")
        yield {"zh": label.zh, "en": label.en, "count": count}, found[discipline]


def _opinion(o: OpinionView, number: int, round_: int) -> dict[str, Any]:
    severity = words(SEVERITY_LABELS[Severity(o.severity)])
    domain = words(DOMAIN_LABELS[Domain.FIRE]) if o.domain == Domain.FIRE else {"zh": "", "en": ""}
    is_again = o.state not in INSIDE and o.issued_round != round_
    return {
        "number": number,
        "places": [
            {"number": p.number, "label": p.rev_label, "grid": p.grid, "title": p.title} for p in o.places
        ],
        "fact": o.fact,
        "clause": o.citation,
        "clause_text": o.clause_text,
        "reason": o.basis_reason,
        "action": o.action,
        "carried": _carried(o, round_) if is_again else "",
        "severity": {**severity, "must": o.severity == Severity.MUST_FIX},
        "basis": words(BASIS_LABELS[Basis(o.basis)]),
        "domain": domain,
    }


def _carried(o: OpinionView, round_: int) -> str:
    said = next((j.text for j in reversed(o.judgements) if j.round == round_ and j.event in _SENT_AGAIN), "")
    head = f"第 {o.issued_round} 轮第 {o.serial} 号意见，未解决，再次提出 From round {o.issued_round}, not settled"
    return f"{head}：{said}" if said else head


def _notes(paper: CasePaper) -> list[dict[str, str]]:
    notes = [
        Label(
            "必须修改的意见逐条修改并回复后方可复审；建议修改的意见可说明理由不改。",
            "Must-fix opinions are fixed and answered one by one before the recheck; an advisory one may be declined with"
            " reasons.",
        ),
    ]
    clock = paper.case.clock
    if clock.due is not None and paper.case.state in ("opinions_issued", "replying"):
        notes.append(Label(f"请于 {clock.due} 前回复。", f"Please answer by {clock.due}."))
    return [words(note) for note in notes]


def _issuers(paper: CasePaper, round_: int, order: PaperOrder) -> list[Signatory]:
    reviewers = [
        Signatory("reviewer", d.discipline, d.reviewer)
        for d in paper.case.disciplines
        if d.reviewer and order.discipline in ("", d.discipline)
    ]
    leads = [s.person for s in paper.case.steps if s.event == "issue_opinions" and s.round == round_]
    return [*reviewers, Signatory("technical_lead", "", leads[-1] if leads else "")]


def _replies(o: OpinionView, round_: int) -> list[ReplyView]:
    return [r for r in o.replies if r.round == round_]


def _answered(o: OpinionView, number: int, round_: int, zone: ZoneInfo) -> dict[str, Any]:
    judged = [j for j in o.judgements if j.round == round_ + 1 and j.event not in _NOT_TOLD]
    return {
        "number": number,
        "where": "、".join(f"{p.number} {p.rev_label} {p.grid}".strip() for p in o.places),
        "fact": o.fact,
        "clause": o.citation,
        "severity": words(SEVERITY_LABELS[Severity(o.severity)]),
        "replies": [
            {
                "kind": words(REPLY_LABELS[r.kind]),
                "text": r.text,
                "fixed": "、".join(f"{f.number} {f.rev_label}" for f in r.fixes),
                "by": f"{r.person} {day(r.at, zone)}",
            }
            for r in _replies(o, round_)[-1:]
        ],
        "state": words(OPINION_EVENTS[judged[-1].event] if judged else OPINION_LABELS[OpinionState(o.state)]),
        "judgements": [{"text": j.text, "by": f"{j.person} {day(j.at, zone)}"} for j in judged],
    }
