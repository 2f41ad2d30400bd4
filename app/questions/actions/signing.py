"""Signing the record of a joint drawing review: a signature names the digest; the fourth party's makes it effective."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import SeatFact, Target
from app.questions.actions.joint_reviews import joint_to_change, note_joint_step
from app.questions.facts import joint_facts
from app.questions.guards import judge_joint
from app.questions.models import JointItem, JointReview, JointSignature
from app.questions.record import record_digest
from app.questions.refusals import NOT_SIGNING, RECORD_CHANGED, SIGNED_ALREADY
from app.questions.rules import JOINT_LABELS, JOINTS, JointState, Outcome
from app.questions.turning import change_from_item


@dataclass(frozen=True)
class SignJoint:
    """A party's signature under the record that it saw."""

    review_id: str
    digest: str
    """Of the record as the signer saw it."""


def sign_joint(tx: Tx, command: SignJoint) -> bool:
    """Sign a record for one's party (签认会审记录); True when this was the fourth and the record took effect.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-signing``; ``jdr-record-changed``; ``jdr-signed-already``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review = joint_to_change(tx, rights, command.review_id)
    seat = rights.require(Permission.JDR_SIGN, Target(review.project_id), visible_by=Permission.JDR_VIEW)
    if review.state != JointState.SIGNING:
        raise Refused(NOT_SIGNING, state=JOINT_LABELS[review.state])
    facts = joint_facts(tx.session, review)
    if command.digest != review.digest or record_digest(review, facts.items) != review.digest:
        raise Refused(RECORD_CHANGED)
    known = sa.select(JointSignature.id).where(
        JointSignature.review_id == review.id,
        JointSignature.digest == review.digest,
        JointSignature.party_id == seat.party_id,
    )
    if tx.session.scalar(known) is not None:
        raise Refused(SIGNED_ALREADY)
    row = JointSignature(
        id=new_id(),
        review_id=review.id,
        digest=review.digest,
        party_role=seat.party_role,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "jdr.signed", review.project_id, seat, row, review=review.id)
    return _take_effect(tx, review, seat)


def _take_effect(tx: Tx, review: JointReview, seat: SeatFact) -> bool:
    """Once the four have signed: the record stands, and each item with an effect becomes a change document."""
    step = JOINTS.step(review.state, "take_effect")
    facts = joint_facts(tx.session, review)
    if any(result.stops for result in judge_joint(step.guards, facts)):
        return False
    review.state, review.state_at = step.target, tx.now
    changed: list[JointItem] = []
    for item in facts.items:
        if item.outcome == Outcome.CHANGE:
            item.change_id = change_from_item(tx, review, item, seat)
            changed.append(item)
    note_joint_step(tx, review, "take_effect", seat, "", *changed)
    return True
