"""Questions of a joint drawing review: asked, put right, withdrawn, ordered, answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy
from app.questions.actions.joint_reviews import joint_to_change, take_back
from app.questions.facts import items_of
from app.questions.models import JointItem, JointReview
from app.questions.places import checked_discipline, checked_region, checked_text, place_of
from app.questions.refusals import (
    ITEM_WITHDRAWN,
    NOT_ANSWERING,
    NOT_ASKING,
    NOT_YOUR_ITEM,
    TOO_MANY_ITEMS,
)
from app.questions.rules import (
    ANSWERING,
    ASKING,
    BEFORE_MEETING,
    JOINT_LABELS,
    MOST_ITEMS,
    ItemClass,
    ItemSeverity,
    Outcome,
)


@dataclass(frozen=True)
class ItemText:
    """What a question says."""

    question: str
    discipline: str = ""
    """Empty: the sheet's."""
    revision_id: str = ""
    region: Sequence[int] = ()
    place: str = ""
    severity: str = ItemSeverity.GENERAL


@dataclass(frozen=True)
class AskItem:
    """A question for the meeting."""

    review_id: str
    text: ItemText
    origin: str = ""


def ask_item(tx: Tx, command: AskItem) -> str:
    """Ask in a joint review (提出会审问题); returns the item's id. Its number never changes.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-asking``; ``jdr-items-many``; ``question-sheet-unknown``;
            ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review = joint_to_change(tx, rights, command.review_id)
    item, seat = new_item(tx, rights, review, command.text, command.origin)
    tell(tx, "jdr.item-asked", review.project_id, seat, review, item, review=review.id, item=item.id)
    return item.id


def new_item(
    tx: Tx, rights: Rights, review: JointReview, text: ItemText, origin: str
) -> tuple[JointItem, SeatFact]:
    """Write one question down; whoever calls tells it."""
    place = place_of(tx, rights, review.project_id, text.revision_id)
    discipline = checked_discipline(text.discipline, place)
    seat = asking_seat(rights, review, discipline)
    if review.last_item >= MOST_ITEMS:
        raise Refused(TOO_MANY_ITEMS, most=MOST_ITEMS)
    question = checked_text("问题 / question", text.question, is_needed=True)
    if text.severity not in set(ItemSeverity):
        raise invalid("程度 / severity", "没有这个程度", "is not known")
    review.last_item += 1
    item = JointItem(
        id=new_id(),
        review_id=review.id,
        serial=review.last_item,
        position=review.last_item,
        origin=origin[:60],
        discipline=discipline,
        sheet_id=place.sheet_id,
        revision_id=place.revision_id,
        base_sha256=place.base_sha256,
        region=checked_region(text.region, place),
        place=tidy(text.place)[:120],
        question=question,
        party_id=seat.party_id,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        asked_at=tx.now,
        is_withdrawn=False,
        answer="",
        answered_by="",
        answering_party="",
        answered_at=None,
        item_class=ItemClass.NONE,
        severity=text.severity,
        outcome=Outcome.UNDECIDED,
        touches_mandatory=False,
        change_id="",
    )
    tx.session.add(item)
    return item, seat


def asking_seat(rights: Rights, review: JointReview, discipline: str | None) -> SeatFact:
    """The seat by which somebody asks now.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``jdr-not-asking``.
    """
    target = Target(review.project_id, discipline=discipline)
    seat = rights.require(Permission.JDR_ASK, target, visible_by=Permission.JDR_VIEW)
    if review.state not in ASKING:
        raise Refused(NOT_ASKING, state=JOINT_LABELS[review.state])
    return seat


@dataclass(frozen=True)
class EditItem:
    """A question put right by the party that asked it."""

    item_id: str
    version: int
    text: ItemText


def edit_item(tx: Tx, command: EditItem) -> int:
    """Put a question right while questions are collected; returns its version.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-asking``; ``jdr-not-your-item``; ``stale-version``;
            ``jdr-item-withdrawn``; ``question-sheet-unknown``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review, item = item_to_change(tx, rights, command.item_id)
    text = command.text
    place = place_of(tx, rights, review.project_id, text.revision_id)
    seat = _own_item(rights, review, item)
    if item.version != command.version:
        raise Refused(STALE)
    if text.severity not in set(ItemSeverity):
        raise invalid("程度 / severity", "没有这个程度", "is not known")
    item.discipline = checked_discipline(text.discipline, place)
    item.sheet_id, item.revision_id = place.sheet_id, place.revision_id
    item.base_sha256, item.region = place.base_sha256, checked_region(text.region, place)
    item.place = tidy(text.place)[:120]
    item.question = checked_text("问题 / question", text.question, is_needed=True)
    item.severity = text.severity
    tell(tx, "jdr.item-edited", review.project_id, seat, item, review=review.id, item=item.id)
    return item.version


def withdraw_item(tx: Tx, item_id: str) -> None:
    """Take a question back (撤回问题) while questions are collected; its number stays taken.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-asking``; ``jdr-not-your-item``; ``jdr-item-withdrawn``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review, item = item_to_change(tx, rights, item_id)
    seat = _own_item(rights, review, item)
    item.is_withdrawn = True
    tell(tx, "jdr.item-withdrawn", review.project_id, seat, item, review=review.id, item=item.id)


@dataclass(frozen=True)
class OrderItems:
    """The order of a list; numbers stay."""

    review_id: str
    item_ids: Sequence[str]


def order_items(tx: Tx, command: OrderItems) -> None:
    """Put questions in the order in which the meeting takes them; those that are not named follow as they were.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-answering``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review = joint_to_change(tx, rights, command.review_id)
    seat = rights.require(Permission.JDR_RECORD, Target(review.project_id), visible_by=Permission.JDR_VIEW)
    if review.state not in ANSWERING:
        raise Refused(NOT_ANSWERING, state=JOINT_LABELS[review.state])
    rows = {i.id: i for i in items_of(tx.session, review.id)}
    if unknown := [i for i in command.item_ids if i not in rows]:
        raise invalid("items", f"没有这个问题：{unknown[0]}", f"no such question: {unknown[0]}")
    moved = []
    for position, item_id in enumerate(dict.fromkeys([*command.item_ids, *rows]), start=1):
        if rows[item_id].position != position:
            rows[item_id].position = position
            moved.append(rows[item_id])
    if moved:
        tell(tx, "jdr.items-ordered", review.project_id, seat, *moved, review=review.id)


@dataclass(frozen=True)
class AnswerItem:
    """The designer's answer, and what the meeting made of it."""

    item_id: str
    version: int
    answer: str
    item_class: str = ItemClass.NONE
    outcome: str = Outcome.UNDECIDED
    severity: str = ItemSeverity.GENERAL
    touches_mandatory: bool = False


def answer_item(tx: Tx, command: AnswerItem) -> int:
    """Answer a question, class it and say what follows (答复); returns its version.

    The designer answers. Who keeps the record may write what was said in the meeting: the answer is then his word, and
    the designer signs for it. In signing, a change takes the record back.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``jdr-not-answering``; ``jdr-item-withdrawn``; ``stale-version``;
            ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    review, item = item_to_change(tx, rights, command.item_id)
    seat = answering_seat(rights, review, item.discipline)
    if review.state not in ANSWERING:
        raise Refused(NOT_ANSWERING, state=JOINT_LABELS[review.state])
    if item.is_withdrawn:
        raise Refused(ITEM_WITHDRAWN)
    if item.version != command.version:
        raise Refused(STALE)
    for name, value, known in (
        ("分类 / class", command.item_class, ItemClass),
        ("处理 / outcome", command.outcome, Outcome),
        ("程度 / severity", command.severity, ItemSeverity),
    ):
        if value not in set(known):
            raise invalid(name, "没有这个选项", "is not known")
    said = checked_text("答复 / answer", command.answer)
    if said != item.answer:
        item.answer = said
        item.answered_by = seat.person_id if said else ""
        item.answering_party = seat.party_id if said else ""
        item.answered_at = tx.now if said else None
    item.item_class, item.outcome, item.severity = command.item_class, command.outcome, command.severity
    item.touches_mandatory = command.touches_mandatory
    take_back(tx, review, seat)
    tell(tx, "jdr.item-answered", review.project_id, seat, item, review=review.id, item=item.id)
    return item.version


def answering_seat(rights: Rights, review: JointReview, discipline: str) -> SeatFact:
    """The seat by which an answer is written: of a designer; once the meeting is held, of who keeps the record.

    Raises:
        Refused: ``forbidden``; ``not-found``.
    """
    target = Target(review.project_id, discipline=discipline)
    seat = rights.seat_for(Permission.JDR_ANSWER, target)
    if seat is None and review.state in BEFORE_MEETING:
        raise Refused(FORBIDDEN, action=Permission.JDR_ANSWER)
    return seat or rights.require(Permission.JDR_RECORD, target, visible_by=Permission.JDR_VIEW)


def item_to_change(tx: Tx, rights: Rights, item_id: str) -> tuple[JointReview, JointItem]:
    """A question with its review, locked.

    Raises:
        Refused: ``not-found``.
    """
    found = tx.session.get(JointItem, item_id)
    if found is None:
        raise Refused(NOT_FOUND)
    review = joint_to_change(tx, rights, found.review_id)
    query = sa.select(JointItem).where(JointItem.id == item_id).with_for_update()
    item = tx.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    return review, item


def _own_item(rights: Rights, review: JointReview, item: JointItem) -> SeatFact:
    """The asking party's seat.

    Raises:
        Refused: ``forbidden``; ``jdr-not-asking``; ``jdr-not-your-item``; ``jdr-item-withdrawn``.
    """
    own = [s for s in rights.in_project(review.project_id) if s.party_id == item.party_id]
    if not own:
        raise Refused(NOT_YOUR_ITEM)
    seat = asking_seat(rights, review, None)
    if item.is_withdrawn:
        raise Refused(ITEM_WITHDRAWN)
    return next((s for s in own if s.seat_id == seat.seat_id), own[0])
