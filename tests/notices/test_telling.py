"""Who is told of what: through real acts, on both databases."""

from datetime import timedelta

import sqlalchemy as sa

from app.access.actions import EndSeat, end_seat
from app.access.models import Seat
from app.access.queries import rights_of
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.notices.actions import mark_read
from app.notices.clocks import look_at_clocks
from app.notices.models import Notice
from app.notices.queries import notices_of, unread_count
from app.notices.rules import DUE_SOON, GATHER_WITHIN, OVERDUE
from tests.drawings.sheets import Upload, advance, page_fields, take_in
from tests.notices.ears import heard_by, listen, told
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    plainly,
    reviewed_world,
    submitted,
    with_opinions_issued,
)
from tests.world import World, make_world


def released(world: World, *numbers: str) -> list[str]:
    """New sheets, released in one act."""
    taken = [take_in(world, Upload([page_fields(number)])).revision() for number in numbers]
    advance(world, taken, "released")
    return taken


def test_a_submission_is_told_to_the_agency_alone(database: Database):
    world = reviewed_world(database)
    submitted(world, issued(world, "建施-01"))
    assert heard_by(world, "review-case.submitted") == {"review_lead", "review_clerk"}


def test_what_the_agency_writes_is_told_to_nobody_until_it_goes_out(database: Database):
    world = reviewed_world(database)
    case = in_first_review(world, issued(world, "建施-01"))
    before = told(world)
    drafted(world, case)
    assert told(world) == before
    assert "review-case.assigned" in before["reviewer"]


def test_issued_opinions_are_told_to_who_answers_and_to_the_owner(database: Database):
    world = reviewed_world(database)
    case = in_first_review(world, issued(world, "建施-01"))
    drafted(world, case)
    with_opinions_issued(world, case)
    heard = heard_by(world, "review-case.opinions-issued")
    assert {"designer", "lead", "owner", "owner_clerk"} == heard
    assert not heard & {"contractor", "supervisor", "reviewer", "authority"}


def test_what_waited_waits_no_more_when_the_case_has_moved(database: Database, clock: SteppedClock):
    world = reviewed_world(database)
    case = submitted(world, issued(world, "建施-01"))
    assert _unread(world, "review_lead", "review-case.submitted") == 1
    plainly(world, case, "start_intake", "accept")
    assert _unread(world, "review_lead", "review-case.submitted") == 0
    assert _unread(world, "owner", "review-case.accepted") == 1


def _unread(world: World, name: str, kind: str) -> int:
    listen(world)
    unread = sa.select(sa.func.count()).where(
        Notice.kind == kind, Notice.person_id == world.people[name], Notice.read_at.is_(None)
    )
    with world.database.read() as session:
        return session.execute(unread).scalar_one()


def test_sheets_released_in_one_act_are_one_notice_to_the_builders(database: Database):
    world = make_world(database)
    released(world, "建施-01", "建施-02", "建施-03")
    heard = told(world)
    assert {n for n, kinds in heard.items() if "revision.released" in kinds} == {"contractor", "supervisor"}
    assert heard["contractor"]["revision.released"] == 3
    with database.read() as session:
        query = sa.select(Notice).where(
            Notice.kind == "revision.released", Notice.person_id == world.people["contractor"]
        )
        notice = session.scalars(query).one()
    assert (notice.count, notice.is_urgent) == (3, True)
    assert notice.title.startswith("建施-0")


def test_a_signature_is_told_to_who_signs_next_and_to_no_other(database: Database):
    world = make_world(database)
    taken = [take_in(world, Upload([page_fields("建施-01")])).revision()]
    advance(world, taken, "issued")
    assert heard_by(world, "revision.sent-to-checking") == {"checker"}
    assert heard_by(world, "revision.signed") == {"verifier", "approver", "lead"}
    assert heard_by(world, "revision.issued") >= {"owner"}


def test_who_did_it_is_not_told(database: Database):
    world = make_world(database)
    released(world, "建施-01")
    assert "revision.released" not in told(world).get("owner", {})


def test_each_entry_is_read_once_whoever_asks(database: Database):
    world = make_world(database)
    released(world, "建施-01", "建施-02")
    first = told(world)
    assert listen(world) == 0
    assert told(world) == first


def test_what_happens_again_is_gathered_until_it_is_read(database: Database, clock: SteppedClock):
    world = make_world(database)
    released(world, "建施-01")
    listen(world)
    clock.advance(timedelta(minutes=5))
    released(world, "建施-02")
    assert _counts(world, "contractor", "revision.released") == [2]
    with database.plumbing() as session:
        assert mark_read(session, world.people["contractor"], None, clock.now()) > 0
    released(world, "建施-03")
    assert _counts(world, "contractor", "revision.released") == [2, 1]
    clock.advance(GATHER_WITHIN + timedelta(minutes=1))
    released(world, "建施-04")
    assert _counts(world, "contractor", "revision.released") == [2, 1, 1]


def _counts(world: World, name: str, kind: str) -> list[int]:
    listen(world)
    query = sa.select(Notice.count).where(Notice.kind == kind, Notice.person_id == world.people[name])
    with world.database.read() as session:
        return list(session.scalars(query.order_by(Notice.at, Notice.id)))


def test_old_entries_are_not_told(database: Database, clock: SteppedClock):
    world = make_world(database)
    released(world, "建施-01")
    clock.advance(timedelta(days=8))
    assert told(world) == {}


def test_a_seat_that_ended_shows_nothing_of_the_project_any_more(database: Database, clock: SteppedClock):
    world = make_world(database)
    released(world, "建施-01")
    listen(world)
    with database.read() as session:
        seat = session.get_one(Seat, world.seats["contractor"])
    clock.advance(timedelta(minutes=1))
    act(world, "owner", lambda tx: end_seat(tx, EndSeat(seat.id, seat.version)))
    listen(world)
    clock.advance(timedelta(minutes=1))
    with database.read() as session:
        rights = rights_of(session, world.actor("contractor"), clock.now())
        assert [n.kind for n in notices_of(session, rights)] == ["seat.ended"]
        assert unread_count(session, rights) == 1


def test_terms_that_run_out_are_told_once_to_whose_turn_it_is(database: Database, clock: SteppedClock):
    world = reviewed_world(database, review_intake_days=3)
    submitted(world, issued(world, "建施-01"))
    assert look_at_clocks(database) == 1
    assert heard_by(world, DUE_SOON) == set()
    clock.advance(timedelta(days=4))  # Friday to Tuesday: two working days of three
    assert look_at_clocks(database) == 1
    assert heard_by(world, DUE_SOON) == {"review_lead"}
    assert look_at_clocks(database) == 0, "not before an hour has passed"
    clock.advance(timedelta(days=3))
    look_at_clocks(database)
    assert heard_by(world, OVERDUE) == {"review_lead"}
    clock.advance(timedelta(hours=2))
    look_at_clocks(database)
    assert told(world)["review_lead"][OVERDUE] == 1
