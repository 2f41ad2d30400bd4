"""Everything the guards of a joint drawing review look at, loaded in three queries."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.questions.models import JointItem, JointReview, JointSignature


@dataclass(frozen=True)
class JointFacts:
    """A joint review with all that its guards look at."""

    review: JointReview
    items: Sequence[JointItem]
    """Those that were not withdrawn, in the order of lists."""
    signed: frozenset[str]
    """Roles of the parties that have signed the record as it is frozen now."""
    note: str = ""


def joint_facts(session: Session, review: JointReview, *, note: str = "") -> JointFacts:
    """Load what the guards look at."""
    roles = {s.party_role for s in signatures_of(session, review) if s.digest == review.digest}
    items = [i for i in items_of(session, review.id) if not i.is_withdrawn]
    return JointFacts(review, items, frozenset(roles), note.strip())


def items_of(session: Session, review_id: str) -> list[JointItem]:
    """All questions of a review, withdrawn ones too, in the order of lists."""
    query = sa.select(JointItem).where(JointItem.review_id == review_id)
    return list(session.scalars(query.order_by(JointItem.position, JointItem.serial)))


def signatures_of(session: Session, review: JointReview) -> list[JointSignature]:
    """All signatures of a review, those under earlier records too."""
    query = sa.select(JointSignature).where(JointSignature.review_id == review.id)
    return list(session.scalars(query.order_by(JointSignature.at, JointSignature.id)))
