"""What joint drawing reviews say before a release: values for the guards of a revision, by discipline."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.guards import JointFact
from app.questions.models import JointReview, JointWaiver
from app.questions.rules import STANDING


def joint_facts_of(session: Session, project_id: str) -> Callable[[str], JointFact]:
    """For each discipline of a project: the newest record that stands and covers it, and the owner's newest waiver."""
    records = session.execute(
        sa.select(JointReview.disciplines, JointReview.serial, JointReview.title)
        .where(JointReview.project_id == project_id, JointReview.state.in_(sorted(STANDING)))
        .order_by(JointReview.serial.desc())
    ).all()
    waivers = session.execute(
        sa.select(JointWaiver.disciplines, JointWaiver.reason)
        .where(JointWaiver.project_id == project_id)
        .order_by(JointWaiver.at.desc(), JointWaiver.id.desc())
    ).all()

    def fact(discipline: str) -> JointFact:
        record = next(
            (f"#{serial} {title}" for of, serial, title in records if not of or discipline in of), ""
        )
        waived = next((reason for of, reason in waivers if not of or discipline in of), "")
        return JointFact(record, waived)

    return fact
