"""Receipts: delivered, opened, confirmed, objected, resolved. Facts are appended, each bound to the exact content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.distribution.asking import ask_about
from app.distribution.cells import NOTHING, Told, reached
from app.distribution.contents import Item, items_by_key
from app.distribution.coverage import Receiver, receivers_of
from app.distribution.guards import ReceiptAttempt, step_for
from app.distribution.models import ReceiptFact
from app.distribution.queries.facts import CHUNK, told_of
from app.distribution.refusals import (
    NO_RECEIVER,
    NOT_STANDING,
    NOTHING_CHOSEN,
    SCOPE_SHORT,
)
from app.distribution.rules import CellState, ItemKind, ReceiptFactKind, Way
from app.distribution.statement import Statement, statements
from app.drawings.models import SheetRevision
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused, RowReport, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import FileFact
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.projects.models import Project
from app.record.models import SlipEffect

MOST_REASON = 4_000
MOST_AT_ONCE = 5_000


@dataclass(frozen=True)
class Confirmation:
    """One item as somebody saw it: which one, by which hash, and the words that were shown."""

    key: str
    """``revision:<id>`` or ``slip:<change id>``."""
    sha256: str
    statement_sha256: str


@dataclass(frozen=True)
class ConfirmReceipts:
    """Items that a party has received."""

    project_id: str
    items: Sequence[Confirmation]
    party_id: str = ""
    """Needed only by who may confirm for several."""


@dataclass
class Desk:
    """What the acts on receipts of one party share."""

    tx: Tx
    rights: Rights
    project_id: str
    receiver: Receiver
    items: Mapping[str, Item]
    told: dict[tuple[str, str, str], Told] = field(default_factory=dict)

    def told_of(self, item: Item) -> Told:
        """What is known of the party's cell."""
        return self.told.get((self.receiver.id, item.id, item.sha256), NOTHING)

    def item(self, key: str) -> Item:
        """An item in force.

        Raises:
            Refused: ``receipt-not-in-force`` for what was; ``not-found``.
        """
        found = self.items.get(key)
        if found is not None and self.receiver.concerns(found):
            return found
        name = known_name(self.tx, self.project_id, key) if found is None else ""
        raise Refused(NOT_STANDING, item=name) if name else Refused(NOT_FOUND)

    def seat(self, item: Item, permission: Permission) -> SeatFact:
        """The seat by which the actor acts on an item: it covers all of its sheets that are the party's.

        Raises:
            Refused: ``not-found``; ``forbidden``; ``receipt-scope-short``.
        """
        seats = []
        places = self.receiver.places(item)
        for place in places:
            target = Target(
                self.project_id, place.building_id, has_place=True, discipline=place.discipline,
                party_id=self.receiver.id,
            )  # fmt: skip
            seats.append(self.rights.seat_for(permission, target))
            is_seen = self.rights.may(Permission.DISTRIBUTION_VIEW, target)
            if seats[-1] is None and len(places) == 1:
                raise Refused(FORBIDDEN, action=permission) if is_seen else Refused(NOT_FOUND)
        known = [seat for seat in seats if seat is not None]
        if not known:
            raise Refused(FORBIDDEN, action=permission)
        if len(known) < len(seats):
            raise Refused(SCOPE_SHORT, item=item.name)
        return known[0]


def open_desk(tx: Tx, project_id: str, party_id: str, keys: Sequence[str], permission: Permission) -> Desk:
    """Begin acts for a party: its cells are one writer's until this act ends, so that each fact sees the ones before.

    Raises:
        Refused: ``not-found``; ``receipt-no-party``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(project_id))
    party_id = party_id or own_party(rights, project_id, permission)
    # Not "for update": who gives a seat of the party meanwhile need not wait.
    lock = sa.select(Party.id).where(Party.id == party_id).with_for_update(key_share=True)
    tx.session.execute(lock)
    receivers = {r.id: r for r in receivers_of(tx.session, project_id, tx.now)}
    if party_id not in receivers:
        raise Refused(NOT_FOUND)
    items = items_by_key(tx.session, project_id, keys, tx.now)
    told = told_of(tx.session, [item.id for item in items.values()])
    return Desk(tx, rights, project_id, receivers[party_id], items, told)


def own_party(rights: Rights, project_id: str, permission: Permission) -> str:
    """The party for which the actor has a right on its own things: the first of his seats that fits.

    Raises:
        Refused: ``receipt-no-party``.
    """
    for seat in rights.in_project(project_id):
        target = Target(project_id, party_id=seat.party_id)
        if (found := rights.seat_for(permission, target)) is not None:
            return found.party_id
    raise Refused(NO_RECEIVER)


def confirm_receipts(tx: Tx, command: ConfirmReceipts) -> RowReport:
    """Confirm what a party has received (确认接收). What is confirmed already stays as it is, without a second fact.

    Raises:
        Refused: ``not-found``; ``receipt-no-party``; ``distribution-nothing-chosen``. Rows report their own refusals.
    """
    given = {item.key: item for item in command.items}
    if not given:
        raise Refused(NOTHING_CHOSEN)
    if len(given) > MOST_AT_ONCE:
        raise invalid("items", f"一次最多 {MOST_AT_ONCE} 项", f"at most {MOST_AT_ONCE} at once")
    desk = open_desk(tx, command.project_id, command.party_id, list(given), Permission.RECEIPT_CONFIRM)
    zone = ZoneInfo(tx.session.get_one(Project, command.project_id).timezone)
    said = statements(tx.session, list(desk.items.values()), zone)
    report = RowReport()
    for key, confirmation in given.items():
        try:
            _confirm(desk, confirmation, said.get(key))
            report.done.append(key)
        except Refused as refusal:
            report.refused[key] = refusal
    return report


def _confirm(desk: Desk, given: Confirmation, said: Statement | None) -> None:
    item = desk.item(given.key)
    seat = desk.seat(item, Permission.RECEIPT_CONFIRM)
    told = desk.told_of(item)
    words = said or Statement("", "")
    attempt = ReceiptAttempt(
        item.name, sha256=item.sha256, given_sha256=given.sha256, statement_sha256=words.sha256,
        given_statement=given.statement_sha256,
    )  # fmt: skip
    if reached(told) is CellState.CONFIRMED and given.sha256 == item.sha256:
        return
    step_for(reached(told), "confirm", attempt)
    _append(
        desk, item, seat, ReceiptFactKind.CONFIRMED,
        statement=words.text, statement_sha256=words.sha256, turn=told.turn + 1,
    )  # fmt: skip


@dataclass(frozen=True)
class ObjectTo:
    """Something is wrong with what a party received."""

    project_id: str
    key: str
    sha256: str
    reason: str
    photo: Mapping[str, Any] = field(default_factory=dict)
    """Of a stored file, see :class:`ReceiptFact`."""
    party_id: str = ""
    asks: bool = False
    """It becomes a contact note to who drew it, in the same act."""


def object_to(tx: Tx, command: ObjectTo) -> str:
    """Object to a revision or a slip (提出异议); returns the fact's id. The same objection twice is one fact.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``receipt-no-party``; ``receipt-not-in-force``; ``receipt-hash-differs``;
            ``receipt-reason-needed``; ``state-conflict``.
    """
    reason = checked_reason(command.reason)
    desk = open_desk(tx, command.project_id, command.party_id, [command.key], Permission.RECEIPT_OBJECT)
    item = desk.item(command.key)
    seat = desk.seat(item, Permission.RECEIPT_OBJECT)
    told = desk.told_of(item)
    if reached(told) is CellState.OBJECTED and (known := _same_objection(desk, item, told, reason)):
        return known
    attempt = ReceiptAttempt(item.name, sha256=item.sha256, given_sha256=command.sha256, reason=reason)
    step_for(reached(told), "object", attempt)
    note_id = ask_about(tx, command.project_id, item, reason) if command.asks else None
    return _append(
        desk, item, seat, ReceiptFactKind.OBJECTED,
        reason=reason, photo=dict(command.photo), note_id=note_id, turn=told.turn + 1,
    )  # fmt: skip


def _same_objection(desk: Desk, item: Item, told: Told, reason: str) -> str | None:
    """The objection that stands, when it says the same and comes from the same person: it was sent twice."""
    query = sa.select(ReceiptFact.id).where(
        ReceiptFact.party_id == desk.receiver.id,
        ReceiptFact.item_id == item.id,
        ReceiptFact.sha256 == item.sha256,
        ReceiptFact.turn == told.turn,
        ReceiptFact.reason == reason,
        ReceiptFact.person_id == (desk.tx.actor.person_id or ""),
    )
    return desk.tx.session.execute(query).scalar_one_or_none()


def checked_reason(text: str) -> str:
    """A reason as it is kept.

    Raises:
        Refused: ``invalid-input``.
    """
    reason = text.replace("\r\n", "\n").strip()
    if len(reason) > MOST_REASON:
        raise invalid("理由 / reason", f"不超过 {MOST_REASON} 字", f"has at most {MOST_REASON} characters")
    return reason


@dataclass(frozen=True)
class NoteOpened:
    """A file in force that somebody opened."""

    project_id: str
    key: str
    file_sha256: str
    """Of the rendition that he saw; of a slip, its digest."""
    way: Way = Way.VIEWER


def note_opened(tx: Tx, command: NoteOpened) -> bool:
    """Note that a party's person has opened a file in force (已查阅), once for each person, content and file.

    Who has no seat of a receiving party leaves no fact: False.
    """
    return bool(note_all_opened(tx, command.project_id, [command]))


def note_all_opened(tx: Tx, project_id: str, opened: Sequence[NoteOpened]) -> int:
    """The same for many of one project, as of a package; returns how many facts are new."""
    by_key = {one.key: one for one in opened}
    return _noted(tx, project_id, list(by_key), ReceiptFactKind.OPENED, by_key)


def note_delivered(tx: Tx, project_id: str, keys: Sequence[str]) -> int:
    """Note that a party was shown that it has to confirm (已送达), once for each content; returns how many are new."""
    return _noted(tx, project_id, keys, ReceiptFactKind.DELIVERED, {})


def _noted(
    tx: Tx, project_id: str, keys: Sequence[str], kind: ReceiptFactKind, opened: Mapping[str, NoteOpened]
) -> int:
    rights = rights_of(tx.session, tx.actor, tx.now)
    noted, items = 0, None
    for receiver in receivers_of(tx.session, project_id, tx.now):
        seats = [s for s in rights.in_project(project_id) if s.party_id == receiver.id]
        if not seats:
            continue
        lock = sa.select(Party.id).where(Party.id == receiver.id).with_for_update(key_share=True)
        tx.session.execute(lock)
        items = items if items is not None else items_by_key(tx.session, project_id, keys, tx.now)
        told = told_of(tx.session, [item.id for item in items.values()])
        desk = Desk(tx, rights, project_id, receiver, items, told)
        facts = []
        for item in items.values():
            seat = _seeing(seats, item)
            if seat is None or (kind is ReceiptFactKind.DELIVERED and desk.told_of(item).was_delivered):
                continue
            one = opened.get(item.key)
            more = {"way": one.way, "file_sha256": one.file_sha256} if one else {"way": Way.LIST}
            facts.append((item, seat, _fact(desk, item, seat, kind, **more)))
        known = _known_keys(tx, [fact.key for _, _, fact in facts])
        facts = [entry for entry in facts if entry[2].key not in known]
        _keep_noted(desk, kind, facts)
        noted += len(facts)
    return noted


def _keep_noted(
    desk: Desk, kind: ReceiptFactKind, facts: Sequence[tuple[Item, SeatFact, ReceiptFact]]
) -> None:
    """What was shown in one list is one entry; what was opened is told on the sheet's chain."""
    if not facts:
        return
    for _, _, fact in facts:
        desk.tx.session.add(fact)
    if kind is ReceiptFactKind.DELIVERED:
        rows = [fact for _, _, fact in facts]
        tell(desk.tx, f"receipt.{kind}", desk.project_id, facts[0][1], *rows, to=desk.receiver.id)
        return
    for item, seat, fact in facts:
        _tell(desk, item, seat, fact)


def _seeing(seats: Sequence[SeatFact], item: Item) -> SeatFact | None:
    for seat in seats:
        for place in item.places:
            target = Target(seat.project_id, place.building_id, has_place=True, discipline=place.discipline)
            if seat.scope.covers(target):
                return seat
    return None


def _append(desk: Desk, item: Item, seat: SeatFact, kind: ReceiptFactKind, **more: Any) -> str:
    fact = _fact(desk, item, seat, kind, **more)
    desk.tx.session.add(fact)
    _tell(desk, item, seat, fact)
    return fact.id


def _fact(desk: Desk, item: Item, seat: SeatFact, kind: ReceiptFactKind, **more: Any) -> ReceiptFact:
    place = [desk.receiver.id, item.id, item.sha256[:16]]
    if kind is ReceiptFactKind.OPENED:
        mark = ["opened", seat.person_id, str(more["file_sha256"])[:16]]
    else:
        mark = [str(kind)] if kind is ReceiptFactKind.DELIVERED else [str(more["turn"])]
    empty = {
        "turn": 0, "way": "", "file_sha256": "", "statement": "", "statement_sha256": "", "reason": "", "photo": {},
        "note_id": None, "counts": {},
    }  # fmt: skip
    return ReceiptFact(
        id=new_id(), project_id=desk.project_id, party_id=desk.receiver.id, item_kind=item.kind, item_id=item.id,
        sheet_id=item.places[0].sheet_id if item.kind == ItemKind.REVISION else None, sha256=item.sha256,
        kind=kind, key=":".join([*place, *mark]), person_id=seat.person_id, seat_id=seat.seat_id, at=desk.tx.now,
        **{**empty, **more},
    )  # fmt: skip


def _tell(desk: Desk, item: Item, seat: SeatFact, fact: ReceiptFact) -> None:
    """On the chain of the revision's sheet; a slip's receipt touches no sheet by itself."""
    is_revision = item.kind == ItemKind.REVISION
    subjects = {"revision" if is_revision else "change": item.id, "receipt": fact.id, "to": desk.receiver.id}
    tell(
        desk.tx, f"receipt.{fact.kind}".replace("_", "-"), desk.project_id, seat, fact,
        sheet_id=fact.sheet_id, files=photo_files(fact.photo), **subjects,
    )  # fmt: skip


def photo_files(photo: Mapping[str, Any]) -> tuple[FileFact, ...]:
    """A stored photo as an entry names it."""
    return (FileFact(photo["sha256"], photo["sm3"], photo["size"]),) if photo else ()


def _known_keys(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of some keys under which there is a fact already."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        query = sa.select(ReceiptFact.key).where(ReceiptFact.key.in_(keys[start : start + CHUNK]))
        found.update(tx.session.scalars(query))
    return found


def known_name(tx: Tx, project_id: str, key: str) -> str:
    """The name of an item that is not in force (any more); empty when the project has none of that key."""
    kind, _, item_id = key.partition(":")
    if kind == ItemKind.REVISION:
        revision = tx.session.get(SheetRevision, item_id)
        return revision.rev_label if revision is not None and revision.project_id == project_id else ""
    query = sa.select(SlipEffect.number).where(
        SlipEffect.change_id == item_id, SlipEffect.project_id == project_id
    )
    return tx.session.execute(query.limit(1)).scalar_one_or_none() or ""
