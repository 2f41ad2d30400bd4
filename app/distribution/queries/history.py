"""Everything that was said about what is in force on one sheet, and about what was, by party."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import Permission
from app.accounts.models import Organisation, Person
from app.distribution.cells import Told, reached
from app.distribution.contents import Item
from app.distribution.models import ReceiptFact
from app.distribution.queries.matrix import MatrixRow
from app.distribution.rules import DECISIVE
from app.drawings.models import Sheet, SheetRevision
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target


@dataclass(frozen=True)
class FactView:
    """One fact as pages show it."""

    id: str
    party_id: str
    party: str
    item_kind: str
    item_id: str
    sha256: str
    kind: str
    turn: int
    way: str
    file_sha256: str
    statement: str
    statement_sha256: str
    reason: str
    photo: Mapping[str, Any]
    note_id: str | None
    counts: Mapping[str, Any]
    person: str
    at: datetime
    label: str
    """Of the revision it is about."""


def facts_of_items(session: Session, items: Sequence[Item]) -> list[FactView]:
    """Facts about the exact contents that are in force, oldest first."""
    wanted = {item.id: item.sha256 for item in items}
    found = _facts(session, ReceiptFact.item_id.in_(sorted(wanted)))
    return [fact for fact in found if wanted[fact.item_id] == fact.sha256]


def facts_of_sheet(session: Session, sheet_id: str) -> list[FactView]:
    """Facts about all revisions of a sheet, oldest first: superseded ones stay on record."""
    return _facts(session, ReceiptFact.sheet_id == sheet_id)


@dataclass(frozen=True)
class Volunteer:
    """A party that said something of an item without being asked by the policy."""

    party_id: str
    party: str
    state: str
    facts: Sequence[FactView]


def volunteers(facts: Sequence[FactView], row: MatrixRow) -> list[Volunteer]:
    """Parties beside the required ones whose word about an item stands; an objection counts whoever makes it."""
    said: dict[str, list[FactView]] = {}
    for fact in facts:
        if fact.item_id == row.item.id and row.of(fact.party_id) is None:
            said.setdefault(fact.party_id, []).append(fact)
    found = []
    for party_id, own in said.items():
        decisive = [f for f in own if f.kind in DECISIVE]
        if decisive:
            last = max(decisive, key=lambda f: f.turn)
            found.append(Volunteer(party_id, last.party, str(reached(Told(last.kind))), own))
    return found


def objection_photo(session: Session, rights: Rights, fact_id: str) -> Mapping[str, Any]:
    """The photo of an objection that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    fact = session.get(ReceiptFact, fact_id)
    if fact is None or not fact.photo:
        raise Refused(NOT_FOUND)
    if fact.sheet_id is None:
        target = Target(fact.project_id)
    else:
        sheet = session.get_one(Sheet, fact.sheet_id)
        target = Target(fact.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
    if not rights.may(Permission.DISTRIBUTION_VIEW, target):
        raise Refused(NOT_FOUND)
    return fact.photo


def fact_place(session: Session, fact_id: str) -> tuple[str, str | None]:
    """Project and sheet of a fact.

    Raises:
        Refused: ``not-found``.
    """
    fact = session.get(ReceiptFact, fact_id)
    if fact is None:
        raise Refused(NOT_FOUND)
    return fact.project_id, fact.sheet_id


def _facts(session: Session, where: sa.ColumnElement[bool]) -> list[FactView]:
    query = (
        sa.select(ReceiptFact, Organisation.name, Person.name, SheetRevision.rev_label)
        .join(Party, Party.id == ReceiptFact.party_id)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .join(Person, Person.id == ReceiptFact.person_id)
        .outerjoin(SheetRevision, SheetRevision.id == ReceiptFact.item_id)
        .where(where)
        .order_by(ReceiptFact.at, ReceiptFact.turn, ReceiptFact.id)
    )
    return [
        FactView(
            id=f.id, party_id=f.party_id, party=party, item_kind=f.item_kind, item_id=f.item_id, sha256=f.sha256,
            kind=f.kind, turn=f.turn, way=f.way, file_sha256=f.file_sha256, statement=f.statement,
            statement_sha256=f.statement_sha256, reason=f.reason, photo=f.photo, note_id=f.note_id, counts=f.counts,
            person=person, at=f.at, label=label or "",
        )
        for f, party, person, label in session.execute(query)
    ]  # fmt: skip
