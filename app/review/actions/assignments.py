"""Who reviews what, who says that his discipline is done, and who must stand aside."""

from dataclasses import dataclass

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.accounts.models import Organisation, Person
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.projects.rules import Discipline
from app.review.actions.cases import case_target, case_to_change
from app.review.actions.opinion_moves import propose_all
from app.review.actions.seats import may_review, reviewing_seat
from app.review.conflicts import conflicts_of
from app.review.facts import reviewers_of
from app.review.models import ReviewAssignment, ReviewDone, ReviewTie
from app.review.refusals import CONFLICT, NOT_WRITING, REASON_NEEDED
from app.review.rules import CASE_LABELS, ENDED, WRITING, CaseState


@dataclass(frozen=True)
class AssignReviewer:
    """A person for a discipline of a case."""

    case_id: str
    discipline: str
    reviewer_id: str


def assign_reviewer(tx: Tx, command: AssignReviewer) -> None:
    """Assign a discipline (分派). Who is related to owner or designer is refused.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``; ``reviewer-has-conflict``; ``not-writing-now``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    seat = rights.require(Permission.REVIEW_LEAD, case_target(case), visible_by=Permission.REVIEW_VIEW)
    if command.discipline not in set(Discipline):
        raise invalid("专业 / discipline", "没有这个专业", "is not known")
    if case.state in ENDED or case.state == CaseState.PREPARING:
        raise Refused(NOT_WRITING, state=CASE_LABELS[case.state])
    if not may_review(tx, case, command.reviewer_id, command.discipline):
        raise invalid(
            "审查人员 / reviewer",
            "该人员没有本机构在此专业的审查席位",
            "has no seat of this agency for that discipline",
        )
    reason = conflicts_of(tx.session, case, [command.reviewer_id]).get(command.reviewer_id)
    if reason is not None:
        name = tx.session.get_one(Person, command.reviewer_id).name
        raise Refused(CONFLICT, person=name, reason=reason)
    if reviewers_of(tx.session, case.id).get(command.discipline) == command.reviewer_id:
        return
    row = ReviewAssignment(
        id=new_id(),
        case_id=case.id,
        discipline=command.discipline,
        reviewer_id=command.reviewer_id,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "review-case.assigned", case.project_id, seat, row, case=case.id)


@dataclass(frozen=True)
class FinishDiscipline:
    """A reviewer's word that a discipline is done in this round."""

    case_id: str
    discipline: str
    note: str = ""


def finish_discipline(tx: Tx, command: FinishDiscipline) -> int:
    """Say that one's discipline is done (本专业审毕); drafts left in it are proposed. Returns how many were.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-your-discipline``; ``not-writing-now``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    if command.discipline not in set(Discipline):
        raise invalid("专业 / discipline", "没有这个专业", "is not known")
    seat = reviewing_seat(tx, rights, case, command.discipline)
    if case.state not in WRITING:
        raise Refused(NOT_WRITING, state=CASE_LABELS[case.state])
    proposed = propose_all(tx, case, command.discipline, seat)
    row = ReviewDone(
        id=new_id(),
        case_id=case.id,
        round=case.round,
        discipline=command.discipline,
        note=command.note.strip()[:2000],
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "review-case.discipline-done", case.project_id, seat, row, case=case.id)
    return proposed


@dataclass(frozen=True)
class DeclareTie:
    """A relation of the case's agency to another organisation, or that it has ended."""

    case_id: str
    organisation_id: str
    basis: str
    is_ended: bool = False


def declare_tie(tx: Tx, command: DeclareTie) -> None:
    """Declare a relation that keeps the agency from reviewing the other's work (申报利害关系). It holds in all projects.

    The agency's lead declares; only an authority says that a relation has ended.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``reason-needed``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    permission = Permission.REVIEW_RULE if command.is_ended else Permission.REVIEW_LEAD
    seat = rights.require(permission, case_target(case), visible_by=Permission.REVIEW_VIEW)
    if not command.basis.strip():
        raise Refused(REASON_NEEDED)
    if tx.session.get(Organisation, command.organisation_id) is None:
        raise Refused(NOT_FOUND)
    row = ReviewTie(
        id=new_id(),
        project_id=case.project_id,
        one_id=tx.session.get_one(Party, case.agency_id).organisation_id,
        other_id=command.organisation_id,
        basis=command.basis.strip()[:300],
        is_ended=command.is_ended,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "review-case.tie-declared", case.project_id, seat, row, case=case.id)
