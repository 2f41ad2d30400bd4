"""The review of one sheet: cases in which it stands, and the opinions on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.kernel.policy import Rights, Target
from app.review.facts import reviewers_of, sheets_of_case
from app.review.models import ReviewCase, ReviewSheet
from app.review.queries.mark_offers import MarkOffer, mark_offers
from app.review.queries.opinions import OpinionView, opinions_of
from app.review.rules import WRITING


@dataclass(frozen=True)
class SheetCase:
    """A case in which a sheet stands."""

    id: str
    title: str
    state: str
    round: int
    revision_id: str
    """What of the sheet was handed in last."""
    may_write: tuple[str, ...]
    """Disciplines in which the actor may write an opinion on it now."""
    opinions: tuple[OpinionView, ...]
    marks: tuple[MarkOffer, ...]
    """Own marks on this sheet from which the actor may make opinions."""


def has_cases(session: Session, rights: Rights, sheet_id: str) -> bool:
    """Whether there is a case of the sheet that the actor may see."""
    return bool(_cases(session, rights, sheet_id))


def cases_of_sheet(session: Session, rights: Rights, sheet_id: str) -> list[SheetCase]:
    """The cases of a sheet that the actor may see, the newest first, each with the opinions on this sheet."""
    found = []
    for case in _cases(session, rights, sheet_id):
        current = next(s for s in sheets_of_case(session, case.id) if s.sheet_id == sheet_id)
        found.append(
            SheetCase(
                case.id,
                case.title,
                case.state,
                case.round,
                current.revision_id,
                _writes(session, rights, case),
                tuple(opinions_of(session, rights, case.id, sheet_id=sheet_id)),
                tuple(mark_offers(session, rights, case.id, sheet_id=sheet_id)),
            )
        )
    return found


def _writes(session: Session, rights: Rights, case: ReviewCase) -> tuple[str, ...]:
    if case.state not in WRITING:
        return ()
    return tuple(
        discipline
        for discipline, person in reviewers_of(session, case.id).items()
        if person == rights.actor.person_id
        and rights.may(
            Permission.REVIEW_WRITE,
            Target(case.project_id, party_id=case.agency_id, discipline=discipline),
        )
    )


def _cases(session: Session, rights: Rights, sheet_id: str) -> Sequence[ReviewCase]:
    query = (
        sa.select(ReviewCase)
        .where(ReviewCase.id.in_(sa.select(ReviewSheet.case_id).where(ReviewSheet.sheet_id == sheet_id)))
        .order_by(ReviewCase.created_at.desc(), ReviewCase.id)
    )
    return [
        case
        for case in session.scalars(query)
        if rights.may(Permission.REVIEW_VIEW, Target(case.project_id, party_id=case.agency_id))
    ]
