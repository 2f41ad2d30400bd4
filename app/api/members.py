"""Parties and seats."""

from app.access.actions import (
    EndSeat,
    GiveSeat,
    HandOverSeat,
    JoinParty,
    end_seat,
    give_seat,
    hand_over_seat,
    join_party,
)
from app.access.queries import parties_of, seats_of
from app.access.rules import Permission
from app.api.lookups import require_inside
from app.api.request import act, expected_version, reading, rights
from app.api.shapes.common import Changed, Created, Page, PageQuery, page_of
from app.api.shapes.projects import HandOverBody, PartyBody, PartyOut, SeatBody, SeatOut
from app.api.table import Answer, Table
from app.kernel.db.transactions import Tx
from app.kernel.policy import Scope, Target

table = Table("parties and seats")


@table.add("GET", "/projects/{project_id}/parties", answer=Page[PartyOut], query=PageQuery)
def list_parties(project_id: str, query: PageQuery) -> Answer:
    """Parties (参建方), past ones too, in the order of their roles."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    found = parties_of(reading(), project_id)
    return page_of(PartyOut, found, query, PartyOut.model_validate, lambda p: p.id)


@table.add("POST", "/projects/{project_id}/parties", body=PartyBody, answer=Created, status=201, repeats=True)
def join(project_id: str, body: PartyBody) -> Answer:
    """Make an organisation a party."""
    command = JoinParty(project_id, body.organisation_id, body.role, body.lot)
    return act(lambda tx: Answer(Created(id=join_party(tx, command)), 201))


@table.add("GET", "/projects/{project_id}/seats", answer=Page[SeatOut], query=PageQuery)
def list_seats(project_id: str, query: PageQuery) -> Answer:
    """Seats (席位), ended ones too."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    return page_of(SeatOut, seats_of(reading(), project_id), query, SeatOut.model_validate, lambda s: s.id)


@table.add("POST", "/projects/{project_id}/seats", body=SeatBody, answer=Created, status=201, repeats=True)
def give(project_id: str, body: SeatBody) -> Answer:
    """Give a person a seat in a party; a party's lead seats his own people, the owner's lead anybody."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    require_inside(reading(), project_id, party=body.party_id)
    scope = Scope(
        body.scope.all_buildings,
        frozenset(body.scope.buildings),
        body.scope.all_disciplines,
        frozenset(body.scope.disciplines),
    )
    command = GiveSeat(body.party_id, body.person_id, body.role, scope, body.valid_to, body.basis)
    return act(lambda tx: Answer(Created(id=give_seat(tx, command)), 201))


@table.add(
    "POST",
    "/projects/{project_id}/seats/{seat_id}/hand-over",
    body=HandOverBody,
    answer=Created,
    status=201,
    is_versioned=True,
    repeats=True,
)
def hand_over(project_id: str, seat_id: str, body: HandOverBody) -> Answer:
    """Pass a seat to another person (席位交接): one ends, one begins, in one act."""
    require_inside(reading(), project_id, seat=seat_id)
    command = HandOverSeat(seat_id, expected_version(), body.to_person_id, body.basis)
    return act(lambda tx: Answer(Created(id=hand_over_seat(tx, command)), 201))


@table.add(
    "POST",
    "/projects/{project_id}/seats/{seat_id}/end",
    answer=Changed,
    is_versioned=True,
    repeats=True,
)
def end(project_id: str, seat_id: str) -> Answer:
    """End a seat now; what its holder did stays his."""
    require_inside(reading(), project_id, seat=seat_id)
    command = EndSeat(seat_id, expected_version())

    def work(tx: Tx) -> Answer:
        end_seat(tx, command)
        return Answer(Changed(id=seat_id))

    return act(work)
