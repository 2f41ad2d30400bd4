"""Transmittals (发放单): numbered, from one party to others, of exact contents as they are in force now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.distribution.contents import Item, items_by_key
from app.distribution.models import Transmittal
from app.distribution.refusals import NO_RECIPIENT, NOT_STANDING, NOTHING_CHOSEN
from app.distribution.rules import ItemKind
from app.kernel.clock import to_micros
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.merkle import root
from app.kernel.ledger.sequence import node_reader, tree_state
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import tidy
from app.projects.models import Project

MOST_COPIES = 99
MOST_NOTE = 2_000


@dataclass(frozen=True)
class Recipient:
    """Where something goes: a party, a place, and how many copies of paper."""

    party_id: str
    place: str = ""
    copies: int = 0


@dataclass(frozen=True)
class SendTransmittal:
    """Contents to be handed out."""

    project_id: str
    keys: Sequence[str]
    recipients: Sequence[Recipient]
    title: str = ""
    note: str = ""


def send_transmittal(tx: Tx, command: SendTransmittal) -> str:
    """Hand out revisions and slips (发放); returns the transmittal's id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``receipt-not-in-force``; ``distribution-nothing-chosen``;
            ``transmittal-no-recipient``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    rights.require(Permission.PROJECT_VIEW, Target(command.project_id))
    seat = rights.require(Permission.TRANSMIT, Target(command.project_id))
    keys = list(dict.fromkeys(command.keys))
    if not keys:
        raise Refused(NOTHING_CHOSEN)
    recipients = _recipients(tx, command)
    found = items_by_key(tx.session, command.project_id, keys, tx.now)
    if len(found) < len(keys):
        raise Refused(NOT_STANDING, item=f"{len(keys) - len(found)} 项 items")
    chosen = [found[key] for key in keys]
    for item in chosen:
        _may_hand_out(rights, command.project_id, item)
    serial = next_serial(tx, command.project_id, Transmittal)
    size = tree_state(tx.session).size
    row = Transmittal(
        id=new_id(), project_id=command.project_id, serial=serial, number=f"FF-{serial:04d}",
        title=tidy(command.title)[:200], note=_note(command.note), party_id=seat.party_id, recipients=recipients,
        items=[_line(item) for item in chosen], tree_size=size,
        tree_root=root(size, node_reader(tx.session)).hex() if size else "",
        person_id=seat.person_id, seat_id=seat.seat_id, at=tx.now,
    )  # fmt: skip
    tx.session.add(row)
    tell(tx, "transmittal.sent", command.project_id, seat, row, transmittal=row.id)
    _tell_sheets(tx, seat, row, chosen)
    return row.id


def _tell_sheets(tx: Tx, seat: SeatFact, row: Transmittal, chosen: Sequence[Item]) -> None:
    """On the chain of each sheet that goes out (law 6)."""
    for item in chosen:
        if item.kind == ItemKind.REVISION:
            tell(
                tx, "transmittal.listed", row.project_id, seat, sheet_id=item.places[0].sheet_id,
                transmittal=row.id, revision=item.id,
            )  # fmt: skip


def next_serial(tx: Tx, project_id: str, model: type[Any]) -> int:
    """The next number of a project's things; who else would take it waits until this act ends."""
    tx.session.execute(sa.select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    query = sa.select(sa.func.max(model.serial)).where(model.project_id == project_id)
    return (tx.session.execute(query).scalar_one() or 0) + 1


def _may_hand_out(rights: Rights, project_id: str, item: Item) -> None:
    for place in item.places:
        target = Target(project_id, place.building_id, has_place=True, discipline=place.discipline)
        rights.require(Permission.TRANSMIT, target, visible_by=Permission.DISTRIBUTION_VIEW)


def _recipients(tx: Tx, command: SendTransmittal) -> list[dict[str, Any]]:
    if not command.recipients:
        raise Refused(NO_RECIPIENT)
    query = sa.select(Party.id).where(
        Party.project_id == command.project_id,
        Party.valid_from <= tx.now,
        sa.or_(Party.valid_to.is_(None), Party.valid_to > tx.now),
    )
    known = set(tx.session.scalars(query))
    rows = []
    for recipient in command.recipients:
        if recipient.party_id not in known:
            raise Refused(NOT_FOUND)
        if not 0 <= recipient.copies <= MOST_COPIES:
            raise invalid("份数 / copies", f"应为 0 至 {MOST_COPIES}", f"is from 0 to {MOST_COPIES}")
        place = tidy(recipient.place)[:100]
        rows.append({"party": recipient.party_id, "place": place, "copies": recipient.copies})
    return rows


def _note(text: str) -> str:
    note = text.replace("\r\n", "\n").strip()
    if len(note) > MOST_NOTE:
        raise invalid("说明 / note", f"不超过 {MOST_NOTE} 字", f"has at most {MOST_NOTE} characters")
    return note


def _line(item: Item) -> dict[str, Any]:
    return {
        "kind": str(item.kind),
        "id": item.id,
        "sheet": item.places[0].sheet_id if item.kind == ItemKind.REVISION else "",
        "number": item.number,
        "label": item.label,
        "title": item.title,
        "sha256": item.sha256,
        "effective_at": to_micros(item.effective_at),
    }
