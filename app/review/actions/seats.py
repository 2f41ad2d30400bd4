"""By which seat somebody acts in a case: the assigned reviewer of a discipline, its lead, or the designer of a sheet."""

from app.access.queries import project_rights
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.policy import Rights, SeatFact
from app.projects.rules import DISCIPLINE_LABELS, Discipline
from app.review.actions.cases import case_target
from app.review.facts import reviewers_of
from app.review.models import ReviewCase
from app.review.refusals import NOT_YOUR_DISCIPLINE


def reviewing_seat(
    tx: Tx, rights: Rights, case: ReviewCase, discipline: str, *, or_lead: bool = False
) -> SeatFact:
    """The seat of the reviewer to whom the discipline is assigned; with ``or_lead`` also that of the lead.

    Raises:
        Refused: ``forbidden``; ``not-your-discipline``.
    """
    if or_lead and (lead := rights.seat_for(Permission.REVIEW_LEAD, case_target(case))) is not None:
        return lead
    seat = rights.require(
        Permission.REVIEW_WRITE, case_target(case, discipline), visible_by=Permission.REVIEW_VIEW
    )
    if reviewers_of(tx.session, case.id).get(discipline) != seat.person_id:
        word = DISCIPLINE_LABELS[Discipline(discipline)]
        raise Refused(NOT_YOUR_DISCIPLINE, discipline=word)
    return seat


def replying_seat(rights: Rights, case: ReviewCase, discipline: str) -> SeatFact:
    """The seat by which a designer answers opinions of a discipline.

    Raises:
        Refused: ``forbidden``.
    """
    return rights.require(
        Permission.REVIEW_REPLY,
        case_target(case, discipline),
        visible_by=Permission.REVIEW_VIEW,
    )


def may_review(tx: Tx, case: ReviewCase, person_id: str, discipline: str) -> bool:
    """Whether a person has a seat of the case's agency that covers the discipline."""
    rights = project_rights(tx.session, case.project_id, tx.now).get(person_id)
    return rights is not None and rights.may(Permission.REVIEW_WRITE, case_target(case, discipline))
