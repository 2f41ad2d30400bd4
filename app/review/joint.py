"""The joint review (多审合一): on what other authorities conclude, what they said in this round, who may say it."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.kernel.policy import Rights, SeatFact, Target
from app.review.models import ReviewCase, ReviewConclusion
from app.review.rules import CONCLUDERS, JointDomain


def joint_domains(case: ReviewCase) -> tuple[str, ...]:
    """The domains on which another authority concludes in this case."""
    flags = {JointDomain.FIRE: case.is_fire_joint, JointDomain.CIVIL_DEFENCE: case.is_civil_defence_joint}
    return tuple(domain for domain, is_joint in flags.items() if is_joint)


def conclusions_of(session: Session, case: ReviewCase) -> list[ReviewConclusion]:
    """The conclusions of all rounds, the oldest first; for a case that is not joint the database is not asked."""
    if not joint_domains(case):
        return []
    query = (
        sa.select(ReviewConclusion)
        .where(ReviewConclusion.case_id == case.id)
        .order_by(ReviewConclusion.at, ReviewConclusion.id)
    )
    return list(session.scalars(query))


def concluding_seat(rights: Rights, case: ReviewCase, domain: str) -> SeatFact | None:
    """The seat by which the actor concludes on a domain: of the party whose word counts for it, and of no other."""
    own = tuple(s for s in rights.seats if s.party_role == CONCLUDERS[domain])
    target = Target(case.project_id, party_id=case.agency_id)
    return replace(rights, seats=own).seat_for(Permission.REVIEW_CONCLUDE, target)
