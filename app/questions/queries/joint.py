"""Joint drawing reviews as lists and pages show them: frozen values, filtered by rights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.accounts.models import Person
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.kernel.policy import Columns, Rights, Target
from app.kernel.workflow import GuardResult
from app.questions.facts import JointFacts, items_of, joint_facts, signatures_of
from app.questions.guards import is_done, judge_joint, needs_rereview
from app.questions.models import JointItem, JointReview, JointStep, JointWaiver
from app.questions.queries.notes import SheetPlace, party_names, places_of, sheet_place
from app.questions.rules import (
    ANSWERING,
    ASKING,
    BEFORE_MEETING,
    FOUR,
    JOINTS,
    PREPARING,
    JointState,
    Outcome,
)
from app.questions.turning import change_numbers


@dataclass(frozen=True)
class JointRow:
    """A joint review in a list."""

    id: str
    serial: int
    title: str
    disciplines: tuple[str, ...]
    state: str
    meeting_on: str
    place: str
    items: int
    done: int
    changes: int
    rereviews: int
    signed: int
    """Of the four."""
    state_at: datetime


@dataclass(frozen=True)
class ItemView:
    """A question with its answer."""

    id: str
    review_id: str
    serial: int
    position: int
    discipline: str
    sheet: SheetPlace | None
    has_hidden_sheet: bool
    place: str
    question: str
    party_id: str
    party: str
    person: str
    asked_at: datetime
    is_withdrawn: bool
    answer: str
    answered_by: str
    answering_party: str
    answered_at: datetime | None
    item_class: str
    severity: str
    outcome: str
    touches_mandatory: bool
    needs_rereview: bool
    is_done: bool
    change_id: str
    change_number: str
    """Of its change document; empty while that has none."""
    version: int
    may_edit: bool
    """Of the asking party, while questions are collected."""
    may_answer: bool


@dataclass(frozen=True)
class PartySignature:
    """What of one of the four parties stands under the record."""

    role: str
    party: str
    person: str
    at: datetime | None
    """None: not signed."""


@dataclass(frozen=True)
class PastSignature:
    """A signature under an earlier record: it does not count any more."""

    party: str
    person: str
    digest: str
    at: datetime


@dataclass(frozen=True)
class JointMove:
    """A step that the reader may take, with its conditions."""

    event: str
    label: Label
    guards: tuple[GuardResult, ...]

    @property
    def is_open(self) -> bool:
        """True when no guard stops it."""
        return not any(g.stops for g in self.guards)


@dataclass(frozen=True)
class JointStepView:
    """One step of a review."""

    event: str
    digest: str
    note: str
    person: str
    party: str
    at: datetime


@dataclass(frozen=True)
class JointView:
    """One joint review with all that its page shows."""

    row: JointRow
    project_id: str
    attendees: tuple[tuple[str, str, str], ...]
    """Party id, its name, the person's name."""
    digest: str
    items: tuple[ItemView, ...]
    signatures: tuple[PartySignature, ...]
    """Of the four, then of others that have signed too."""
    past_signatures: tuple[PastSignature, ...]
    steps: tuple[JointStepView, ...]
    moves: tuple[JointMove, ...]
    may_ask: bool
    may_record: bool
    may_sign: bool
    version: int

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.row.id

    @property
    def state(self) -> str:
        """Its state."""
        return self.row.state


@dataclass(frozen=True)
class WaiverView:
    """The owner's word that no joint review is needed."""

    disciplines: tuple[str, ...]
    reason: str
    person: str
    at: datetime


def joints_of(session: Session, rights: Rights, project_id: str) -> list[JointRow]:
    """The joint reviews of a project that the actor may see, the newest first."""
    clause = rights.clause(Permission.JDR_VIEW, Columns(JointReview.project_id))
    query = sa.select(JointReview).where(JointReview.project_id == project_id, clause)
    return [
        _row(review, joint_facts(session, review))
        for review in session.scalars(query.order_by(JointReview.serial.desc()))
    ]


def joint_row(session: Session, rights: Rights, review_id: str) -> JointReview:
    """The row of a review that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(JointReview, review_id)
    if row is None or not rights.may(Permission.JDR_VIEW, Target(row.project_id)):
        raise Refused(NOT_FOUND)
    return row


def joint_for(session: Session, rights: Rights, review_id: str) -> JointView:
    """One joint review.

    Raises:
        Refused: ``not-found``.
    """
    review = joint_row(session, rights, review_id)
    facts = joint_facts(session, review)
    target = Target(review.project_id)
    parties = party_names(session, review.project_id)
    steps = session.scalars(
        sa.select(JointStep).where(JointStep.review_id == review.id).order_by(JointStep.at, JointStep.id)
    ).all()
    people = names_of(session, {s.person_id for s in steps})
    signatures, past = _signatures(session, review, facts, parties)
    own = {s.party_id for s in rights.in_project(review.project_id)}
    has_signed = {s.party_id for s in signatures_of(session, review) if s.digest == review.digest}
    seat = rights.seat_for(Permission.JDR_SIGN, target)
    return JointView(
        row=_row(review, facts),
        project_id=review.project_id,
        attendees=tuple((p, parties.get(p, ""), name) for p, name in review.attendees),
        digest=review.digest,
        items=tuple(_items(session, rights, review, parties, own)),
        signatures=signatures,
        past_signatures=past,
        steps=tuple(
            JointStepView(
                s.event, s.digest, s.note, people.get(s.person_id, ""), parties.get(s.party_id, ""), s.at
            )
            for s in steps
        ),
        moves=tuple(_moves(rights, review, facts)),
        may_ask=review.state in ASKING and rights.may(Permission.JDR_ASK, target),
        may_record=review.state in PREPARING and rights.may(Permission.JDR_RECORD, target),
        may_sign=review.state == JointState.SIGNING and seat is not None and seat.party_id not in has_signed,
        version=review.version,
    )


def waivers_of(session: Session, rights: Rights, project_id: str) -> list[WaiverView]:
    """The owner's waivers, the newest first; nothing to who may not see joint reviews."""
    if not rights.may(Permission.JDR_VIEW, Target(project_id)):
        return []
    query = (
        sa.select(JointWaiver, Person.name)
        .join(Person, Person.id == JointWaiver.person_id)
        .where(JointWaiver.project_id == project_id)
        .order_by(JointWaiver.at.desc(), JointWaiver.id.desc())
    )
    return [WaiverView(tuple(w.disciplines), w.reason, name, w.at) for w, name in session.execute(query)]


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Names of people by identifier."""
    query = sa.select(Person.id, Person.name).where(Person.id.in_(sorted(set(ids))))
    return dict(session.execute(query).all())


def _row(review: JointReview, facts: JointFacts) -> JointRow:
    return JointRow(
        id=review.id,
        serial=review.serial,
        title=review.title,
        disciplines=tuple(review.disciplines),
        state=review.state,
        meeting_on=review.meeting_on,
        place=review.place,
        items=len(facts.items),
        done=sum(is_done(i) for i in facts.items),
        changes=sum(i.outcome == Outcome.CHANGE for i in facts.items),
        rereviews=sum(needs_rereview(i) for i in facts.items),
        signed=sum(role in facts.signed for role in FOUR),
        state_at=review.state_at,
    )


def _moves(rights: Rights, review: JointReview, facts: JointFacts) -> Iterable[JointMove]:
    for step in JOINTS.steps_from(review.state):
        if step.event != "take_effect" and rights.may(step.permission, Target(review.project_id)):
            names = [g for g in step.guards if g != "reason"]
            yield JointMove(step.event, JOINTS.events[step.event], tuple(judge_joint(names, facts)))


def _items(
    session: Session, rights: Rights, review: JointReview, parties: dict[str, str], own: set[str]
) -> Iterable[ItemView]:
    items = items_of(session, review.id)
    places = places_of(session, rights, review.project_id, [i.revision_id for i in items if i.revision_id])
    people = names_of(session, {p for i in items for p in (i.person_id, i.answered_by) if p})
    numbers = change_numbers(session, {i.change_id for i in items if i.change_id})
    may_ask = review.state in ASKING and rights.may(Permission.JDR_ASK, Target(review.project_id))
    for i in items:
        target = Target(review.project_id, discipline=i.discipline)
        yield ItemView(
            id=i.id,
            review_id=review.id,
            serial=i.serial,
            position=i.position,
            discipline=i.discipline,
            sheet=sheet_place(places.get(i.revision_id or ""), i.region, ""),
            has_hidden_sheet=bool(i.revision_id) and i.revision_id not in places,
            place=i.place,
            question=i.question,
            party_id=i.party_id,
            party=parties.get(i.party_id, ""),
            person=people.get(i.person_id, ""),
            asked_at=i.asked_at,
            is_withdrawn=i.is_withdrawn,
            answer=i.answer,
            answered_by=people.get(i.answered_by, ""),
            answering_party=parties.get(i.answering_party, ""),
            answered_at=i.answered_at,
            item_class=i.item_class,
            severity=i.severity,
            outcome=i.outcome,
            touches_mandatory=i.touches_mandatory,
            needs_rereview=needs_rereview(i),
            is_done=is_done(i),
            change_id=i.change_id,
            change_number=numbers.get(i.change_id, ""),
            version=i.version,
            may_edit=may_ask and i.party_id in own and not i.is_withdrawn,
            may_answer=not i.is_withdrawn
            and review.state in ANSWERING
            and may_answer(rights, review, target),
        )


def may_answer(rights: Rights, review: JointReview, target: Target) -> bool:
    """Designers at any time, who keeps the record once the meeting is held."""
    is_meeting = review.state not in BEFORE_MEETING
    return rights.may(Permission.JDR_ANSWER, target) or (
        is_meeting and rights.may(Permission.JDR_RECORD, target)
    )


def _signatures(
    session: Session, review: JointReview, facts: JointFacts, parties: dict[str, str]
) -> tuple[tuple[PartySignature, ...], tuple[PastSignature, ...]]:
    rows = signatures_of(session, review)
    people = names_of(session, {s.person_id for s in rows})
    now = [s for s in rows if s.digest and s.digest == facts.review.digest]
    roles: Sequence[str] = list(dict.fromkeys([*map(str, FOUR), *(s.party_role for s in now)]))
    found: list[PartySignature] = []
    for role in roles:
        signed = [s for s in now if s.party_role == role]
        found += [
            PartySignature(role, parties.get(s.party_id, ""), people.get(s.person_id, ""), s.at)
            for s in signed
        ]
        if not signed:
            found.append(PartySignature(role, "", "", None))
    past = tuple(
        PastSignature(parties.get(s.party_id, ""), people.get(s.person_id, ""), s.digest, s.at)
        for s in rows
        if s not in now
    )
    return tuple(found), past


def record_items(session: Session, review_id: str) -> list[JointItem]:
    """The rows of a record, for its lines."""
    return items_of(session, review_id)
