"""Seats begin, end, expire, pass on; nobody gives more than he has."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.access.actions import (
    OTHER_ORGANISATION,
    PARTY_EXISTS,
    SCOPE_EMPTY,
    SCOPE_WIDER,
    SEAT_OF_AUTHORITY,
    EndSeat,
    GiveSeat,
    HandOverSeat,
    JoinParty,
    end_seat,
    give_seat,
    hand_over_seat,
    join_party,
)
from app.access.queries import parties_of, rights_of, seats_of
from app.access.rules import PartyRole, Permission, SeatRole
from app.drawings.queries.register import register_of
from app.drawings.queries.visibility import recorded_sheets
from app.kernel.actor import Actor, Via
from app.kernel.db.transactions import Database
from app.kernel.errors import FORBIDDEN, NOT_FOUND, STALE, Refused
from app.kernel.policy import Scope, Target
from app.projects.actions import EVERYWHERE
from app.record.queries import Instants, set_in_force
from tests.drawings.sheets import Upload, advance, page_fields, released_sheet, take_in
from tests.world import World, make_world

ONLY_ELEC = replace(EVERYWHERE, all_disciplines=False, disciplines=frozenset({"elec"}))


def _give(world: World, who: str, party: str, person: str, scope: Scope = EVERYWHERE, **more: object) -> str:
    more.setdefault("basis", "借调函 1 号")
    give = GiveSeat(
        world.parties[party], world.people[person], more.pop("role", SeatRole.READER), scope, **more
    )  # type: ignore[arg-type]
    with world.database.write(world.actor(who)) as tx:
        return give_seat(tx, give)


def _may(world: World, name: str, permission: str = "project:view") -> bool:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(name), world.database.clock.now())
        return rights.may(permission, Target(world.project_id))


def test_a_person_of_another_organisation_needs_a_basis(database: Database):
    world = make_world(database)
    with pytest.raises(Refused) as refused:
        _give(world, "owner", "contractor", "supervisor", basis=" ")
    assert refused.value.code == OTHER_ORGANISATION
    assert _give(world, "owner", "contractor", "supervisor", basis="委派函 7 号")
    assert _give(world, "owner", "contractor", "contractor", basis="")


def test_a_seat_ends_by_its_date(database: Database):
    world = make_world(database)
    until = database.clock.now() + timedelta(days=10)
    _give(world, "owner", "cost" if "cost" in world.parties else "contractor", "stranger", valid_to=until)
    assert _may(world, "stranger")
    database.clock.set(until - timedelta(seconds=1))
    assert _may(world, "stranger")
    database.clock.set(until)
    assert not _may(world, "stranger")


def test_a_seat_passes_to_another_person_with_its_role_scope_and_end(database: Database):
    world = make_world(database)
    until = database.clock.now() + timedelta(days=300)
    seat = _give(world, "owner", "designer", "stranger", ONLY_ELEC, role=SeatRole.CHECKER, valid_to=until)
    with database.write(world.actor("lead")) as tx:
        new = hand_over_seat(tx, HandOverSeat(seat, 1, world.people["contractor"]))
    assert not _may(world, "stranger")
    with database.read() as session:
        held = {s.id: s for s in seats_of(session, world.project_id)}[new]
        rights = rights_of(session, world.actor("contractor"), database.clock.now())
    assert (held.role, held.scope, held.valid_to, held.handed_over_from) == (
        "checker",
        ONLY_ELEC,
        until,
        seat,
    )
    assert new in {s.seat_id for s in rights.seats}
    with pytest.raises(Refused) as refused, database.write(world.actor("lead")) as tx:
        end_seat(tx, EndSeat(seat, 2))
    assert refused.value.code == NOT_FOUND


def test_a_seat_without_scope_is_refused_and_a_stale_one_too(database: Database):
    world = make_world(database)
    for scope in (Scope(False, frozenset(), True, frozenset()), Scope(True, frozenset(), False, frozenset())):
        with pytest.raises(Refused) as refused:
            _give(world, "owner", "designer", "stranger", scope)
        assert refused.value.code == SCOPE_EMPTY
    with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
        end_seat(tx, EndSeat(world.seats["checker"], 7))
    assert refused.value.code == STALE
    with pytest.raises(Refused) as refused, database.write(world.actor("stranger")) as tx:
        end_seat(tx, EndSeat(world.seats["checker"], 7))
    assert refused.value.code == NOT_FOUND


def test_nobody_gives_a_seat_that_reaches_beyond_his_own(database: Database):
    world = make_world(database)
    _give(world, "owner", "contractor", "stranger", ONLY_ELEC, role=SeatRole.PROJECT_MANAGER)
    _give(world, "stranger", "contractor", "archivist", ONLY_ELEC)
    seat = _give(world, "owner", "contractor", "cost" if "cost" in world.people else "inspector")
    for attempt in (
        lambda: _give(world, "stranger", "contractor", "stranger"),
        lambda: _hand_over(world, "stranger", seat, "stranger"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == SCOPE_WIDER


def _hand_over(world: World, who: str, seat: str, to: str) -> None:
    with world.database.write(world.actor(who)) as tx:
        hand_over_seat(tx, HandOverSeat(seat, 1, world.people[to]))


def test_a_lead_seats_his_own_people_and_nobody_elses(database: Database):
    world = make_world(database)
    _give(world, "lead", "designer", "stranger")
    for party in ("contractor", "owner"):
        with pytest.raises(Refused) as refused:
            _give(world, "lead", party, "stranger")
        assert refused.value.code == FORBIDDEN


@pytest.mark.parametrize("name", ["investigator", "inspector"])
def test_the_owner_cannot_take_the_seat_of_an_investigator_or_inspector(database: Database, name: str):
    """SECURITY 3, 39."""
    world = make_world(database)
    with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
        end_seat(tx, EndSeat(world.seats[name], 1))
    assert refused.value.code == SEAT_OF_AUTHORITY
    with pytest.raises(Refused):
        _hand_over(world, "owner", world.seats[name], "owner")
    assert _may(world, name)


def test_a_party_joins_once_in_a_role_and_lot(database: Database):
    world = make_world(database)
    with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
        join_party(tx, JoinParty(world.project_id, world.organisations["designer"], PartyRole.DESIGNER))
    assert refused.value.code == PARTY_EXISTS
    with database.write(world.actor("owner")) as tx:
        join_party(
            tx, JoinParty(world.project_id, world.organisations["designer"], PartyRole.DESIGNER, "二标")
        )
    with database.read() as session:
        assert [p.lot for p in parties_of(session, world.project_id) if p.role == "designer"] == ["", "二标"]


def test_the_platform_administrator_and_strangers_see_no_drawing(database: Database):
    world = make_world(database)
    released_sheet(world)
    take_in(world, Upload([page_fields("A-2")]))
    with database.read() as session:
        now = database.clock.now()
        for actor in (
            Actor(world.people["admin"], Via.SESSION, is_platform_admin=True),
            world.actor("stranger"),
        ):
            rights = rights_of(session, actor, now)
            assert register_of(session, rights, world.project_id) == []
            at = Instants(now, now, is_now=True)
            assert set_in_force(session, world.project_id, at, visible=recorded_sheets(rights)) == []


def test_who_finds_what_in_the_register(database: Database):
    world = make_world(database)
    released_sheet(world, "建施-01")
    advance(world, [take_in(world, Upload([page_fields("建施-02")])).revision()], "issued")
    take_in(world, Upload([page_fields("建施-03")]))
    expected = {"designer": 3, "owner": 2, "reviewer": 1, "contractor": 1, "investigator": 1, "archivist": 0}
    with database.read() as session:
        for name, count in expected.items():
            rights = rights_of(session, world.actor(name), database.clock.now())
            assert len(register_of(session, rights, world.project_id)) == count, name


def test_a_scope_of_one_discipline_finds_only_that(database: Database):
    world = make_world(database)
    released_sheet(world, "建施-01")
    _give(world, "owner", "contractor", "stranger", ONLY_ELEC)
    with database.read() as session:
        rights = rights_of(session, world.actor("stranger"), database.clock.now())
        assert register_of(session, rights, world.project_id) == []
        assert not rights.may(Permission.RECORD_VIEW, Target(world.project_id, None, True, "arch"))
