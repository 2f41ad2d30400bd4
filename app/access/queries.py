"""Who may what: seats in force, and lists of parties and seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.grants import GRANTS
from app.access.models import Party, Seat
from app.access.rules import PARTY_LABELS, SEAT_LABELS, PartyRole, SeatRole
from app.accounts.models import Organisation, Person
from app.kernel.actor import Actor, Via
from app.kernel.labels import Label
from app.kernel.policy import Rights, Scope, SeatFact


@dataclass(frozen=True)
class PartyView:
    """A party as pages show it."""

    id: str
    role: str
    label: Label
    organisation_id: str
    organisation: str
    lot: str
    valid_from: datetime
    valid_to: datetime | None
    version: int


@dataclass(frozen=True)
class SeatView:
    """A seat as pages show it."""

    id: str
    party_id: str
    role: str
    label: Label
    person_id: str
    person: str
    login: str
    scope: Scope
    basis: str
    valid_from: datetime
    valid_to: datetime | None
    handed_over_from: str | None
    version: int


def rights_of(session: Session, actor: Actor, now: datetime) -> Rights:
    """All rights of an actor at an instant: his seats in force, in parties in force."""
    if actor.person_id is None:
        return Rights(actor, (), GRANTS)
    query = (
        sa.select(Seat, Party.role)
        .join(Party, Party.id == Seat.party_id)
        .where(Seat.person_id == actor.person_id, *_in_force(Seat, now), *_in_force(Party, now))
        .order_by(Seat.project_id, Seat.id)
    )
    return Rights(actor, tuple(_fact(seat, role) for seat, role in session.execute(query)), GRANTS)


def project_rights(session: Session, project_id: str, now: datetime) -> dict[str, Rights]:
    """Everybody with a seat in force in a project, with his rights there: who sees a thing is asked of these."""
    query = (
        sa.select(Seat, Party.role)
        .join(Party, Party.id == Seat.party_id)
        .where(Seat.project_id == project_id, *_in_force(Seat, now), *_in_force(Party, now))
        .order_by(Seat.person_id, Seat.id)
    )
    seats: dict[str, list[SeatFact]] = {}
    for seat, role in session.execute(query):
        seats.setdefault(seat.person_id, []).append(_fact(seat, role))
    return {key: Rights(Actor(key, Via.SYSTEM), tuple(facts), GRANTS) for key, facts in seats.items()}


def parties_of(session: Session, project_id: str) -> Sequence[PartyView]:
    """All parties of a project, past ones too, in the order of the roles."""
    query = (
        sa.select(Party, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.project_id == project_id)
    )
    order = {role: n for n, role in enumerate(PartyRole)}
    rows = sorted(session.execute(query), key=lambda r: (order[PartyRole(r[0].role)], r[1], r[0].id))
    return [
        PartyView(
            id=p.id,
            role=p.role,
            label=PARTY_LABELS[PartyRole(p.role)],
            organisation_id=p.organisation_id,
            organisation=name,
            lot=p.lot,
            valid_from=p.valid_from,
            valid_to=p.valid_to,
            version=p.version,
        )
        for p, name in rows
    ]


def seats_of(session: Session, project_id: str) -> Sequence[SeatView]:
    """All seats of a project, ended ones too."""
    query = (
        sa.select(Seat, Person.name, Person.login)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.project_id == project_id)
        .order_by(Seat.party_id, Seat.valid_from, Seat.id)
    )
    return [
        SeatView(
            id=s.id,
            party_id=s.party_id,
            role=s.role,
            label=SEAT_LABELS[SeatRole(s.role)],
            person_id=s.person_id,
            person=name,
            login=login,
            scope=_scope(s),
            basis=s.basis,
            valid_from=s.valid_from,
            valid_to=s.valid_to,
            handed_over_from=s.handed_over_from,
            version=s.version,
        )
        for s, name, login in session.execute(query)
    ]


def _in_force(
    table: type[Seat] | type[Party], now: datetime
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return table.valid_from <= now, sa.or_(table.valid_to.is_(None), table.valid_to > now)


def _scope(seat: Seat) -> Scope:
    return Scope(
        seat.all_buildings, frozenset(seat.buildings), seat.all_disciplines, frozenset(seat.disciplines)
    )


def _fact(seat: Seat, party_role: str) -> SeatFact:
    return SeatFact(
        seat_id=seat.id,
        person_id=seat.person_id,
        project_id=seat.project_id,
        party_id=seat.party_id,
        party_role=party_role,
        seat_role=seat.role,
        scope=_scope(seat),
    )
