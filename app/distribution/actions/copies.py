"""Controlled paper copies (受控图): issued with a number, recalled, destroyed."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.distribution.actions.transmittals import next_serial
from app.distribution.contents import Item, items_by_key, items_of_sheet
from app.distribution.guards import ReceiptAttempt, refusal_of
from app.distribution.models import ControlledCopy, CopyEvent, ReceiptFact
from app.distribution.refusals import NOT_STANDING, NOTHING_CHOSEN
from app.distribution.rules import (
    COPIES,
    COPY_EVENT_KINDS,
    CopyState,
    ItemKind,
    ReceiptFactKind,
    copy_state,
)
from app.drawings.models import Sheet
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class IssueCopies:
    """Paper of one revision, so many copies for one holder."""

    project_id: str
    key: str
    """``revision:<id>``: paper is of what is in force."""
    holder: str
    place: str = ""
    copies: int = 1
    party_id: str = ""
    """Needed only by who keeps paper for several parties."""
    transmittal_id: str | None = None


def issue_copies(tx: Tx, command: IssueCopies) -> list[str]:
    """Issue controlled copies (发出受控图), each with the next number of the project; returns their ids.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``receipt-not-in-force``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    item = items_by_key(tx.session, command.project_id, [command.key], tx.now).get(command.key)
    if item is None or item.kind != ItemKind.REVISION:
        raise Refused(NOT_STANDING, item=command.key.partition(":")[2] or "—")
    holder = tidy(command.holder)[:100]
    if not holder:
        raise invalid("持有人 / holder", "请填写持有人", "is needed")
    if not 1 <= command.copies <= 99:
        raise invalid("份数 / copies", "应为 1 至 99", "is from 1 to 99")
    seat = _seat(rights, command.project_id, item, command.party_id)
    first = next_serial(tx, command.project_id, ControlledCopy)
    rows = [
        ControlledCopy(
            id=new_id(), project_id=command.project_id, sheet_id=item.places[0].sheet_id, revision_id=item.id,
            sha256=item.sha256, serial=first + n, party_id=seat.party_id, holder=holder,
            place=tidy(command.place)[:100], transmittal_id=command.transmittal_id, person_id=seat.person_id,
            seat_id=seat.seat_id, at=tx.now,
        )
        for n in range(command.copies)
    ]  # fmt: skip
    tx.session.add_all(rows)
    tell(
        tx, "copy.issued", command.project_id, seat, *rows, sheet_id=item.places[0].sheet_id, revision=item.id
    )
    return [row.id for row in rows]


def _seat(rights: Rights, project_id: str, item: Item, party_id: str) -> SeatFact:
    place = item.places[0]
    parties = [party_id] if party_id else dict.fromkeys(s.party_id for s in rights.in_project(project_id))
    targets = [
        Target(project_id, place.building_id, has_place=True, discipline=place.discipline, party_id=party)
        for party in parties
    ]
    for target in targets:
        if (seat := rights.seat_for(Permission.COPY_MANAGE, target)) is not None:
            return seat
    return rights.require(Permission.COPY_MANAGE, targets[0], visible_by=Permission.DISTRIBUTION_VIEW)


@dataclass(frozen=True)
class MoveCopies:
    """Copies that came back, or were destroyed."""

    project_id: str
    copy_ids: Sequence[str]
    event: str
    """``recall`` or ``destroy``."""
    note: str = ""


def move_copies(tx: Tx, command: MoveCopies) -> RowReport:
    """Recall or destroy controlled copies (回收、销毁). Doing it twice is doing it once.

    Raises:
        Refused: ``invalid-input``; ``distribution-nothing-chosen``. Rows report their own refusals.
    """
    if command.event not in COPY_EVENT_KINDS:
        raise invalid("event", "应为 recall 或 destroy", "is recall or destroy")
    ids = list(dict.fromkeys(command.copy_ids))
    if not ids:
        raise Refused(NOTHING_CHOSEN)
    if len(ids) > MOST_AT_ONCE:
        raise invalid("copies", f"一次最多 {MOST_AT_ONCE} 份", f"at most {MOST_AT_ONCE} at once")
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    query = (
        sa.select(ControlledCopy)
        .where(ControlledCopy.project_id == command.project_id, ControlledCopy.id.in_(ids))
        .order_by(ControlledCopy.id)
        .with_for_update(key_share=True)
    )
    copies = {c.id: c for c in tx.session.scalars(query)}
    report, moved = RowReport(), set[tuple[str, str]]()
    for copy_id in ids:
        try:
            if copy_id not in copies:
                raise Refused(NOT_FOUND)  # noqa: TRY301  the row's refusal, reported below
            if _move(tx, rights, copies[copy_id], command):
                moved.add((copies[copy_id].sheet_id, copies[copy_id].party_id))
            report.done.append(copy_id)
        except Refused as refusal:
            report.refused[copy_id] = refusal
    for sheet_id, party_id in sorted(moved):
        _note_recalled(tx, rights, sheet_id, party_id)
    return report


def _move(tx: Tx, rights: Rights, copy: ControlledCopy, command: MoveCopies) -> bool:
    sheet = tx.session.get_one(Sheet, copy.sheet_id)
    target = Target(
        copy.project_id,
        sheet.building_id,
        has_place=True,
        discipline=sheet.discipline,
        party_id=copy.party_id,
    )
    seat = rights.require(Permission.COPY_MANAGE, target, visible_by=Permission.DISTRIBUTION_VIEW)
    events = set(tx.session.scalars(sa.select(CopyEvent.kind).where(CopyEvent.copy_id == copy.id)))
    kind = COPY_EVENT_KINDS[command.event]
    if kind in events:
        return False
    note = command.note.strip()[:500]
    step = COPIES.step(copy_state(events), command.event)
    for guard in step.guards:
        if (refusal := refusal_of(guard, ReceiptAttempt(str(copy.serial), reason=note))) is not None:
            raise refusal
    row = CopyEvent(
        id=new_id(), copy_id=copy.id, kind=kind, note=note, person_id=seat.person_id, seat_id=seat.seat_id, at=tx.now
    )  # fmt: skip
    tx.session.add(row)
    tell(tx, f"copy.{kind}", copy.project_id, seat, row, sheet_id=copy.sheet_id, copy=copy.id)
    return True


def _note_recalled(tx: Tx, rights: Rights, sheet_id: str, party_id: str) -> None:
    """旧图已回收: when the last old copy of a sheet has come back, the party's cell of what is in force says so."""
    current = next(
        (i for i in items_of_sheet(tx.session, sheet_id, tx.now) if i.kind == ItemKind.REVISION), None
    )
    tx.session.flush()
    query = (
        sa.select(ControlledCopy.id, ControlledCopy.revision_id, CopyEvent.kind)
        .outerjoin(CopyEvent, CopyEvent.copy_id == ControlledCopy.id)
        .where(ControlledCopy.sheet_id == sheet_id, ControlledCopy.party_id == party_id)
    )
    events: dict[str, set[str]] = {}
    for copy_id, revision_id, kind in tx.session.execute(query):
        if current is not None and revision_id != current.id:
            events.setdefault(copy_id, set()).update({kind} - {None})
    states = [copy_state(found) for found in events.values()]
    if current is None or not states or CopyState.OUT in states:
        return
    counts = {
        "issued": len(states),
        "recalled": states.count(CopyState.RECALLED),
        "destroyed": states.count(CopyState.DESTROYED),
    }
    key = f"{party_id}:{current.id}:{current.sha256[:16]}:recalled:{counts['recalled']}:{counts['destroyed']}"
    if tx.session.execute(sa.select(ReceiptFact.id).where(ReceiptFact.key == key)).first() is not None:
        return
    seat = next(s for s in rights.in_project(current_project(tx, sheet_id)) if s.party_id == party_id)
    fact = ReceiptFact(
        id=new_id(), project_id=seat.project_id, party_id=party_id, item_kind=ItemKind.REVISION, item_id=current.id,
        sheet_id=sheet_id, sha256=current.sha256, kind=ReceiptFactKind.OLD_RECALLED, turn=0, key=key, way="",
        file_sha256="", statement="", statement_sha256="", reason="", photo={}, note_id=None, counts=counts,
        person_id=seat.person_id, seat_id=seat.seat_id, at=tx.now,
    )  # fmt: skip
    tx.session.add(fact)
    tell(
        tx,
        "receipt.old-recalled",
        seat.project_id,
        seat,
        fact,
        sheet_id=sheet_id,
        revision=current.id,
        to=party_id,
    )


def current_project(tx: Tx, sheet_id: str) -> str:
    """The project of a sheet."""
    return tx.session.get_one(Sheet, sheet_id).project_id
