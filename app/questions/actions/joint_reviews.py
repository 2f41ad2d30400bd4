"""Planning a joint drawing review, its meeting, and its steps: each goes through :func:`move_joint`."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base
from app.kernel.errors import NOT_FOUND, STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy
from app.projects.models import Project
from app.projects.rules import DISCIPLINE_ORDER
from app.questions.facts import joint_facts
from app.questions.guards import judge_joint
from app.questions.models import JointReview, JointStep, JointWaiver
from app.questions.places import checked_day, checked_text
from app.questions.record import record_digest
from app.questions.refusals import JOINT_GUARD, NOT_ANSWERING
from app.questions.rules import JOINT_LABELS, JOINT_PAST, JOINTS, MOST_PEOPLE, PREPARING, JointState

PLAIN = frozenset({"collect", "hold", "answer", "freeze", "reopen", "close"})
"""Steps that a person takes; ``take_effect`` follows from the fourth signature."""


def joint_to_change(tx: Tx, rights: Rights, review_id: str) -> JointReview:
    """A joint review that the actor may see, locked.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(JointReview).where(JointReview.id == review_id).with_for_update()
    review = tx.session.execute(query).scalar_one_or_none()
    if review is None or not rights.may(Permission.JDR_VIEW, Target(review.project_id)):
        raise Refused(NOT_FOUND)
    return review


@dataclass(frozen=True)
class PlanJoint:
    """A joint review that somebody convenes."""

    project_id: str
    title: str
    disciplines: Sequence[str] = ()
    """Empty: all."""
    meeting_on: str = ""
    place: str = ""


def plan_joint(tx: Tx, command: PlanJoint) -> str:
    """Begin a joint drawing review (发起图纸会审): questions are collected from now on; returns its id.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    seat = rights.require(Permission.JDR_CONVENE, Target(command.project_id))
    title = tidy(command.title)
    if not title or len(title) > 200:
        raise invalid("名称 / title", "需要 1 至 200 个字", "needs 1 to 200 characters")
    tx.session.execute(sa.select(Project.id).where(Project.id == command.project_id).with_for_update())
    newest = sa.select(sa.func.max(JointReview.serial)).where(JointReview.project_id == command.project_id)
    review = JointReview(
        id=new_id(),
        project_id=command.project_id,
        serial=(tx.session.execute(newest).scalar_one() or 0) + 1,
        title=title,
        disciplines=checked_disciplines(command.disciplines),
        state=JOINTS.step(None, "plan").target,
        meeting_on=checked_day("会议日期 / meeting on", command.meeting_on),
        place=tidy(command.place)[:200],
        attendees=[],
        last_item=0,
        edition=0,
        digest="",
        created_by=seat.person_id,
        created_at=tx.now,
        state_at=tx.now,
    )
    tx.session.add(review)
    tx.session.flush()
    note_joint_step(tx, review, "plan", seat, "")
    return review.id


@dataclass(frozen=True)
class SetMeeting:
    """Date, place and people of the meeting."""

    review_id: str
    version: int
    meeting_on: str
    place: str
    attendees: Sequence[tuple[str, str]]
    """Party (or an empty text) and name."""


def set_meeting(tx: Tx, command: SetMeeting) -> int:
    """Write down the meeting (会议记录); in signing this takes the record back. Returns the version.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``stale-version``; ``jdr-not-answering``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review = joint_to_change(tx, rights, command.review_id)
    seat = rights.require(Permission.JDR_RECORD, Target(review.project_id), visible_by=Permission.JDR_VIEW)
    if review.state not in PREPARING:
        raise Refused(NOT_ANSWERING, state=JOINT_LABELS[review.state])
    if review.version != command.version:
        raise Refused(STALE)
    review.meeting_on = checked_day("会议日期 / meeting on", command.meeting_on)
    review.place = tidy(command.place)[:200]
    review.attendees = _attendees(tx, review.project_id, command.attendees)
    take_back(tx, review, seat)
    tell(tx, "jdr.meeting-set", review.project_id, seat, review, review=review.id)
    return review.version


def _attendees(tx: Tx, project_id: str, people: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Who came.

    Raises:
        Refused: ``invalid-input``.
    """
    if len(people) > MOST_PEOPLE:
        raise invalid("参加人员 / attendees", f"最多 {MOST_PEOPLE} 人", f"at most {MOST_PEOPLE} people")
    known = set(tx.session.scalars(sa.select(Party.id).where(Party.project_id == project_id)))
    found = []
    for party, name in people:
        if party and party not in known:
            raise invalid("参加人员 / attendees", "没有这个参建方", "no such party")
        if said := tidy(name)[:80]:
            found.append([party, said])
    return found


@dataclass(frozen=True)
class MoveJoint:
    """A step that brings nothing but words."""

    review_id: str
    event: str
    note: str = ""


def move_joint(tx: Tx, command: MoveJoint) -> None:
    """Take a step (:data:`PLAIN`): find it, ask the right, ask the guards, move, note.

    Raises:
        Refused: ``not-found``; ``state-conflict``; ``forbidden``; ``jdr-guard-failed``; ``invalid-input``.
    """
    if command.event not in PLAIN:
        choices = ", ".join(sorted(PLAIN))
        raise invalid("event", f"应为 {choices} 之一", f"is one of {choices}")
    rights = rights_of(tx.session, tx.actor, tx.now)
    review = joint_to_change(tx, rights, command.review_id)
    step = JOINTS.step(review.state, command.event)
    seat = rights.require(step.permission, Target(review.project_id), visible_by=Permission.JDR_VIEW)
    note = checked_text("说明 / note", command.note)
    facts = joint_facts(tx.session, review, note=note)
    for result in judge_joint(step.guards, facts):
        if result.stops:
            raise Refused(JOINT_GUARD, reason=result.reason, guard=result.guard)
    review.state, review.state_at = step.target, tx.now
    if command.event == "freeze":
        review.edition += 1
    review.digest = record_digest(review, facts.items) if _is_frozen(step.target) else ""
    note_joint_step(tx, review, command.event, seat, note)


def take_back(tx: Tx, review: JointReview, seat: SeatFact) -> None:
    """What every change of a record in signing does: the record is no longer frozen, its signatures fall."""
    if review.state != JointState.SIGNING:
        return
    review.state, review.state_at, review.digest = JointState.ANSWERED, tx.now, ""
    note = "记录有改动，重新送签 / the record was changed"
    row = _step_row(tx, review, "reopen", seat, note)
    tell(tx, "jdr.taken-back", review.project_id, seat, review, row, review=review.id)


def note_joint_step(
    tx: Tx, review: JointReview, event: str, seat: SeatFact, note: str, *rows: Base
) -> JointStep:
    """Note a step and tell it whole."""
    row = _step_row(tx, review, event, seat, note)
    tell(tx, f"jdr.{JOINT_PAST[event]}", review.project_id, seat, review, row, *rows, review=review.id)
    return row


def _step_row(tx: Tx, review: JointReview, event: str, seat: SeatFact, note: str) -> JointStep:
    row = JointStep(
        id=new_id(),
        review_id=review.id,
        event=event,
        target=review.state,
        digest=review.digest,
        note=note,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    return row


@dataclass(frozen=True)
class WaiveJoint:
    """The owner's word that no joint review is needed before release."""

    project_id: str
    reason: str
    disciplines: Sequence[str] = ()
    """Empty: the whole project."""


def waive_joint(tx: Tx, command: WaiveJoint) -> str:
    """Waive the joint review before release (免于会审), with the reason; returns the waiver's id.

    It is the owner's: who releases answers for it.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    seat = rights.require(Permission.REVISION_RELEASE, Target(command.project_id, state="issued"))
    row = JointWaiver(
        id=new_id(),
        project_id=command.project_id,
        disciplines=checked_disciplines(command.disciplines),
        reason=checked_text("理由 / reason", command.reason, is_needed=True),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "jdr.waived", command.project_id, seat, row, waiver=row.id)
    return row.id


def checked_disciplines(codes: Sequence[str]) -> list[str]:
    """Disciplines in the house's order.

    Raises:
        Refused: ``invalid-input``.
    """
    unknown = set(codes) - set(DISCIPLINE_ORDER)
    if unknown:
        raise invalid("专业 / disciplines", "没有这个专业", "no such discipline")
    return [str(d) for d in DISCIPLINE_ORDER if d in set(codes)]


def _is_frozen(state: str) -> bool:
    return state in (JointState.SIGNING, JointState.EFFECTIVE, JointState.CLOSED)
