"""A small world for tests: organisations, people and a project with every party seated."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from app.access.actions import GiveSeat, JoinParty, give_seat, join_party
from app.access.rules import PartyRole, SeatRole
from app.accounts.actions import CreateOrganisation, CreatePerson, create_organisation, create_person
from app.accounts.models import Person
from app.kernel.actor import SYSTEM, Actor, Via
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.policy import Scope
from app.projects.actions import EVERYWHERE, AddBuilding, FoundProject, add_building, found_project
from app.projects.rules import Policy
from tests.snapshots import Snapshot, laid, taken

PASSWORD = "correct horse battery"


@dataclass
class World:
    """Identifiers of what was made; actors by a short name such as ``designer`` or ``checker``."""

    database: Database
    project_id: str = ""
    other_project_id: str = ""
    building_id: str = ""
    organisations: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """A person of this world at work."""
        return Actor(self.people[name], Via.SESSION)


PEOPLE: dict[str, tuple[PartyRole, SeatRole]] = {
    "owner": (PartyRole.OWNER, SeatRole.PROJECT_LEAD),
    "owner_clerk": (PartyRole.OWNER, SeatRole.DOCUMENT_CLERK),
    "lead": (PartyRole.DESIGNER, SeatRole.PROJECT_LEAD),
    "designer": (PartyRole.DESIGNER, SeatRole.DRAFTER),
    "checker": (PartyRole.DESIGNER, SeatRole.CHECKER),
    "verifier": (PartyRole.DESIGNER, SeatRole.VERIFIER),
    "approver": (PartyRole.DESIGNER, SeatRole.APPROVER),
    "reviewer": (PartyRole.REVIEWER, SeatRole.REVIEW_ENGINEER),
    "review_lead": (PartyRole.REVIEWER, SeatRole.TECHNICAL_LEAD),
    "review_clerk": (PartyRole.REVIEWER, SeatRole.DOCUMENT_CLERK),
    "legal": (PartyRole.REVIEWER, SeatRole.LEGAL_REPRESENTATIVE),
    "authority": (PartyRole.AUTHORITY, SeatRole.INSPECTOR),
    "contractor": (PartyRole.CONTRACTOR, SeatRole.DOCUMENT_CLERK),
    "supervisor": (PartyRole.SUPERVISOR, SeatRole.CHIEF_SUPERVISOR),
    "inspector": (PartyRole.SUPERVISION_STATION, SeatRole.INSPECTOR),
    "investigator": (PartyRole.INVESTIGATOR, SeatRole.INSPECTOR),
    "archivist": (PartyRole.ARCHIVE, SeatRole.ARCHIVIST),
}


_MADE: dict[tuple[bool, datetime, str], tuple[World, Snapshot]] = {}
"""Worlds that were made, by kind of database, instant of the clock, and policy."""


def make_world(database: Database, *, policy: Policy | None = None) -> World:
    """Found a project with every party, and a second project whose owner is a stranger to the first.

    In empty databases, under a clock of tests at the same instant, it is the same world to the last identifier.
    """
    clock = database.clock
    if not isinstance(clock, SteppedClock) or not _is_empty(database):
        return _founded(database, policy)
    key = (database.is_sqlite, clock.instant, repr(policy))
    if key not in _MADE:
        world = _founded(database, policy)
        _MADE[key] = (_copied(world, database), taken(database, clock))
        return world
    world, snapshot = _MADE[key]
    laid(snapshot, database, clock)
    return _copied(world, database)


def _is_empty(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def _copied(world: World, database: Database) -> World:
    named = {name: dict(getattr(world, name)) for name in ("organisations", "people", "parties", "seats")}
    return replace(world, database=database, **named)


def _founded(database: Database, policy: Policy | None) -> World:
    world = World(database)
    with database.write(SYSTEM) as tx:
        for name, (party, _) in {**PEOPLE, "stranger": (PartyRole.OWNER, SeatRole.PROJECT_LEAD)}.items():
            firm = "stranger" if name == "stranger" else str(party)
            if firm not in world.organisations:
                world.organisations[firm] = create_organisation(tx, CreateOrganisation(f"{firm} 单位"))
            person = CreatePerson(
                name, name, PASSWORD if name == "owner" else None, world.organisations[firm]
            )
            world.people[name] = create_person(tx, person)
        admin = CreatePerson("admin", "admin", None, is_platform_admin=True)
        world.people["admin"] = create_person(tx, admin)
    with database.write(world.actor("owner")) as tx:
        world.project_id = found_project(tx, FoundProject("滨河小学", policy=policy or Policy()))
        world.building_id = add_building(tx, AddBuilding(world.project_id, "1#", "教学楼"))
    with database.write(world.actor("stranger")) as tx:
        world.other_project_id = found_project(tx, FoundProject("别的项目"))
    seat_everybody(world)
    return world


def seat_everybody(world: World, scope: Scope = EVERYWHERE) -> None:
    """Join all parties and seat all people but the founder, who has a seat already."""
    with world.database.write(world.actor("owner")) as tx:
        from app.access.queries import parties_of  # noqa: PLC0415  only here

        world.parties["owner"] = parties_of(tx.session, world.project_id)[0].id
        for name, (role, seat) in PEOPLE.items():
            if name == "owner":
                continue
            if role not in world.parties:
                join = JoinParty(world.project_id, world.organisations[str(role)], role)
                world.parties[role] = join_party(tx, join)
            give = GiveSeat(world.parties[role], world.people[name], seat, scope)
            world.seats[name] = give_seat(tx, give)
