"""What the fire and civil defence authorities say of a case, each for itself (多审合一)."""

from dataclasses import dataclass

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.review.actions.cases import MOST_NOTE, case_target, case_to_change
from app.review.joint import concluding_seat, joint_domains
from app.review.models import ReviewConclusion
from app.review.refusals import NOT_CONCLUDING, NOT_JOINT, NOT_YOUR_DOMAIN, REASON_NEEDED
from app.review.rules import (
    CASE_LABELS,
    CONCLUDING,
    JOINT_LABELS,
    JOINT_PARTY_LABELS,
    ConclusionVerdict,
    JointDomain,
)


@dataclass(frozen=True)
class ConcludeCase:
    """A conclusion on one domain of the round that the case is in."""

    case_id: str
    domain: str
    verdict: str
    note: str = ""


def conclude(tx: Tx, command: ConcludeCase) -> str:
    """Conclude on a domain in this round (出具联合审查结论); returns the conclusion's id.

    A later word of the same round takes the place of an earlier one; both stay on record.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-your-domain``; ``domain-not-joint``; ``not-concluding-now``;
            ``reason-needed``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    rights.require(Permission.REVIEW_CONCLUDE, case_target(case), visible_by=Permission.REVIEW_VIEW)
    note = _checked(command)
    seat = concluding_seat(rights, case, command.domain)
    if seat is None:
        party = JOINT_PARTY_LABELS[command.domain]
        raise Refused(NOT_YOUR_DOMAIN, domain=JOINT_LABELS[command.domain], party=party)
    if command.domain not in joint_domains(case):
        raise Refused(NOT_JOINT, domain=JOINT_LABELS[command.domain])
    if case.state not in CONCLUDING:
        raise Refused(NOT_CONCLUDING, state=CASE_LABELS[case.state])
    if command.verdict == ConclusionVerdict.FAILED and not note:
        raise Refused(REASON_NEEDED)
    row = ReviewConclusion(
        id=new_id(),
        case_id=case.id,
        round=case.round,
        domain=command.domain,
        verdict=command.verdict,
        note=note,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "review-case.concluded", case.project_id, seat, row, case=case.id)
    return row.id


def _checked(command: ConcludeCase) -> str:
    """The words of a conclusion whose domain and verdict there are.

    Raises:
        Refused: ``invalid-input``.
    """
    for name, value, known in (
        ("联合审查事项 / domain", command.domain, JointDomain),
        ("结论 / verdict", command.verdict, ConclusionVerdict),
    ):
        if value not in set(known):
            choices = ", ".join(known)
            raise invalid(name, f"应为 {choices} 之一", f"is one of {choices}")
    note = command.note.strip()
    if len(note) > MOST_NOTE:
        raise invalid("说明 / note", f"不超过 {MOST_NOTE} 字", f"has at most {MOST_NOTE} characters")
    return note
