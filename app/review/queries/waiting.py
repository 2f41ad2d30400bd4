"""What of the review waits for a person, case by case: the truth behind worklists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.review.opinion_rules import TO_JUDGE, UNANSWERED, OpinionState
from app.review.queries.cases import CaseView, case_for, cases_of
from app.review.queries.opinions import OpinionView, opinions_of
from app.review.rules import ENDED, JOINT_LABELS, WRITING, CaseState

NOT_WAITED_FOR = frozenset({"withdraw", "fail", "send_back", "need_documents"})
"""Steps that somebody may take, but that nobody waits for."""


@dataclass(frozen=True)
class WaitingCase:
    """One thing in one case that waits for the actor."""

    case: CaseView
    label: Label
    tab: str
    """Where on the case's page it is done."""


def review_waiting(session: Session, rights: Rights, project_id: str, now: datetime) -> list[WaitingCase]:
    """What waits for the actor in the cases of a project; what is due first comes first."""
    found: list[WaitingCase] = []
    for row in cases_of(session, rights, project_id, now):
        if row.state in ENDED and row.state != CaseState.CERTIFIED:
            continue
        case = case_for(session, rights, row.id, now)
        opinions = opinions_of(session, rights, row.id)
        found += _of_case(case, opinions, rights.actor.person_id or "")
    return sorted(found, key=lambda w: (w.case.clock.due is None, w.case.clock.due or now.date()))


def _of_case(case: CaseView, opinions: list[OpinionView], person: str) -> Iterator[WaitingCase]:
    for move in case.moves:
        if move.is_open and move.event not in NOT_WAITED_FOR:
            tab = {
                "submit": "sheets",
                "assign": "people",
                "certify": "certificate",
                "supplement": "documents",
            }
            yield WaitingCase(case, move.label, tab.get(move.event, "opinions"))
        elif move.event == "assign":
            yield WaitingCase(case, Label("分派审查人员", "Assign reviewers"), "people")
    for joint in case.joint:
        if joint.may_conclude and not joint.conclusions:
            word = JOINT_LABELS[joint.domain]
            label = Label(f"出具{word.zh}审查结论", f"Conclude on: {word.en.lower()}")
            yield WaitingCase(case, label, "people")
    yield from _of_opinions(case, opinions, person)


def _of_opinions(case: CaseView, opinions: list[OpinionView], person: str) -> Iterator[WaitingCase]:
    answers = sum(o.state in UNANSWERED and "reply_explain" in o.events for o in opinions)
    if answers:
        yield WaitingCase(case, Label(f"回复 {answers} 条意见", f"Answer {answers} opinions"), "opinions")
    judged = sum(o.state in TO_JUDGE and "recheck_ok" in o.events for o in opinions)
    if judged:
        yield WaitingCase(case, Label(f"复核 {judged} 条回复", f"Recheck {judged} answers"), "opinions")
    disputes = sum(o.state == OpinionState.DISPUTED and "uphold" in o.events for o in opinions)
    if disputes:
        yield WaitingCase(case, Label(f"裁定 {disputes} 条争议", f"Rule on {disputes} disputes"), "opinions")
    if case.state in WRITING:
        for d in case.disciplines:
            if d.reviewer_id == person and not d.is_done:
                yield WaitingCase(
                    case, Label(f"审查 {d.sheets} 张图纸", f"Review {d.sheets} sheets"), "opinions"
                )
