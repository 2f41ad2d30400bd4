"""The check of one object and the condition of a query are the same rights: row by row, on both databases."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.actor import Actor, Via
from app.kernel.db.transactions import Database
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from app.kernel.policy import ANY_SEAT, Columns, Grant, Rights, Scope, SeatFact, Target

ITEMS = sa.Table(
    "items",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(c, sa.String(10)) for c in ("project", "building", "discipline", "party", "state")),
)

PROJECTS, BUILDINGS, DISCIPLINES = ("p1", "p2"), ("b1", "b2"), ("arch", "elec", "plumb")
PARTIES, STATES, ROLES, SEATS = ("x", "y"), ("draft", "released"), ("owner", "designer"), ("lead", "clerk")

ALL_ROWS = [
    {"project": p, "building": b, "discipline": d, "party": q, "state": s}
    for p in PROJECTS
    for b in (None, *BUILDINGS)
    for d in DISCIPLINES
    for q in PARTIES
    for s in STATES
]

scopes = st.builds(
    Scope,
    st.booleans(),
    st.frozensets(st.sampled_from(BUILDINGS)),
    st.booleans(),
    st.frozensets(st.sampled_from(DISCIPLINES)),
)
seats = st.builds(
    SeatFact,
    st.uuids().map(str),
    st.just("me"),
    st.sampled_from(PROJECTS),
    st.sampled_from(PARTIES),
    st.sampled_from(ROLES),
    st.sampled_from(SEATS),
    scopes,
)
grants = st.builds(
    Grant,
    st.sampled_from(ROLES),
    st.just(ANY_SEAT) | st.frozensets(st.sampled_from(SEATS)),
    st.booleans(),
    st.none() | st.frozensets(st.sampled_from(STATES)),
    st.booleans(),
)
actors = st.builds(
    Actor, st.just("me"), st.sampled_from((Via.SESSION, Via.TOKEN)), st.frozensets(st.just("do"))
)
rights_of_anybody = st.builds(
    Rights,
    actors,
    st.lists(seats, max_size=4).map(tuple),
    st.lists(grants, max_size=4).map(lambda g: {"do": tuple(g), "see": ()}),
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rights=rights_of_anybody)
def test_check_and_condition_agree_on_every_row(database: Database, rights: Rights):
    with database.plumbing() as session:
        if not sa.inspect(session.connection()).has_table("items"):
            ITEMS.create(session.connection())
            session.execute(sa.insert(ITEMS), ALL_ROWS)
    columns = Columns(ITEMS.c.project, ITEMS.c.building, ITEMS.c.discipline, ITEMS.c.party, ITEMS.c.state)
    with database.read() as session:
        found = set(session.scalars(sa.select(ITEMS.c.id).where(rights.clause("do", columns))))
        for row in session.execute(sa.select(ITEMS)):
            target = Target(row.project, row.building, True, row.discipline, row.party, row.state)
            assert (row.id in found) == rights.may("do", target), (row, rights)


WHOLE = Scope(True, frozenset(), True, frozenset())


def _rights(scope: Scope = WHOLE, **more: object) -> Rights:
    seat = SeatFact("s", "me", "p1", "x", "owner", "lead", scope)
    table = {"do": (Grant("owner", **more),), "project:view": (Grant("owner"),), "nobody": ()}
    return Rights(Actor("me", Via.SESSION), (seat,), table)


def test_a_permission_that_nobody_declared_is_an_error_and_one_nobody_holds_is_refused():
    rights = _rights()
    for ask in (rights.may, rights.clause):
        with pytest.raises(KeyError):
            ask("no-such", Target("p1"))
    with pytest.raises(Refused) as refused:
        rights.require("nobody", Target("p1"))
    assert refused.value.code == FORBIDDEN


def test_those_who_may_not_see_the_thing_are_told_that_there_is_none():
    with pytest.raises(Refused) as refused:
        _rights().require("do", Target("p2"))
    assert refused.value.code == NOT_FOUND


def test_an_empty_scope_means_nothing_and_all_is_explicit():
    nothing = Scope(False, frozenset(), False, frozenset())
    place = Target("p1", "b1", True, "arch")
    assert not _rights(nothing).may("do", place)
    assert _rights().may("do", place)
    assert not _rights(Scope(False, frozenset({"b1"}), True, frozenset())).may(
        "do", Target("p1", None, True, "arch")
    )
    assert WHOLE.includes(nothing)
    assert not nothing.includes(WHOLE)


@given(scopes, scopes, st.sampled_from(BUILDINGS), st.sampled_from(DISCIPLINES))
def test_a_scope_that_includes_another_covers_all_that_it_covers(one: Scope, other: Scope, b: str, d: str):
    target = Target("p", b, True, d)
    if one.includes(other) and other.covers(target):
        assert one.covers(target)


def test_a_token_without_the_scope_may_nothing():
    seat = _rights().seats[0]
    limited = Rights(Actor("me", Via.TOKEN), (seat,), _rights().grants)
    assert not limited.may("do", Target("p1"))
    assert limited.project_ids() == ()
    allowed = Rights(Actor("me", Via.TOKEN, frozenset({"do"})), (seat,), _rights().grants)
    assert allowed.may("do", Target("p1"))


def test_a_query_that_lacks_a_column_the_grant_needs_is_an_error():
    with pytest.raises(TypeError):
        _rights(own=True).clause("do", Columns(ITEMS.c.project))
    with pytest.raises(TypeError):
        _rights(states=frozenset({"draft"})).clause("do", Columns(ITEMS.c.project))
