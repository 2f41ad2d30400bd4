"""What the transaction runner promises, on both databases."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.access.models import Seat
from app.accounts.models import Organisation, Person
from app.drawings.models import RevisionSignature
from app.files.models import Rendition
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import BUSY, INVALID, STALE, Refused
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.ledger.merkle import leaf_hash
from app.kernel.ledger.models import APPEND_ONLY as LEDGER
from app.kernel.ledger.models import LedgerEntry, LedgerSheetHead, LedgerSheetLink
from app.kernel.ledger.queries import chain_of_sheet
from app.kernel.ledger.sequence import sequence
from app.kernel.outbox import Job, JobState
from app.markups.actions.carries import CarryMarks, carry_marks
from app.markups.actions.threads import CommentMark, comment_mark
from app.markups.models import APPEND_ONLY as MARKS
from app.questions.models import APPEND_ONLY as QUESTIONS
from app.record.actions import FreezeBaseline, freeze_baseline
from app.record.flows import fresh_knowledge
from app.record.models import APPEND_ONLY as RECORD
from app.record.models import SlipEffect
from app.review.models import APPEND_ONLY as REVIEW
from app.review.paper_models import APPEND_ONLY as PAPERS
from app.tables import METADATA
from tests.drawings.sheets import Upload, advance, insert_many, page_fields, released_sheet, take_in
from tests.markups.drawn import drawn
from tests.record.questions_life import questions_life
from tests.record.review_life import review_life
from tests.world import make_world

PROTECTED = (*LEDGER, *RECORD, *MARKS, *REVIEW, *PAPERS, *QUESTIONS, "renditions", "revision_signatures")


@pytest.fixture
def full(database: Database) -> Database:
    """A database in which every append-only table has a row."""
    world = make_world(database)
    revision = released_sheet(world)
    mark = drawn(world, "owner", revision)
    drawn(world, "owner", revision, "photo")
    newer = released_sheet(world)
    with database.write(world.actor("owner")) as tx:
        comment_mark(tx, CommentMark(mark, "请看"))
        assert carry_marks(tx, CarryMarks(newer, [mark], "dropped")).is_clean
    review_life(world)
    questions_life(world, newer)
    known_at = fresh_knowledge(database)
    with database.write(world.actor("owner")) as tx:
        freeze_baseline(tx, FreezeBaseline(world.project_id, "基线", known_at=known_at))
    sequence(database, database.clock)
    sequence(database, database.clock)
    with database.plumbing() as session:
        sheet = session.execute(
            sa.text("select sheet_id from sheet_revisions where id = :i"), {"i": revision}
        )
        now = database.clock.now()
        values = {
            "project_id": world.project_id,
            "sheet_id": sheet.scalar_one(),
            "change_id": "c",
            "number": "1",
        }
        more = {
            "kind": "effective",
            "regions": {},
            "effective_at": now,
            "recorded_at": now,
            "is_backdated": False,
        }
        insert_many(session, SlipEffect, [{**values, **more, "reason": "", "act_id": "a"}])
    return database


def test_append_only_tables_stop_every_update_and_delete(full: Database):
    assert {Rendition.__tablename__, RevisionSignature.__tablename__} <= set(PROTECTED)
    for name in PROTECTED:
        table = METADATA.tables[name]
        with full.read() as session:
            before = session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        assert before > 0, name
        column = next(c for c in table.columns if c.name != "id")
        statements = [sa.delete(table), sa.update(table).values({column: column})]
        for statement in statements:
            with pytest.raises((DBAPIError, Refused), match=r"append-only"), full.plumbing() as session:
                session.execute(statement)
        if not full.is_sqlite:
            with pytest.raises(DBAPIError), full.plumbing() as session:
                session.execute(sa.text(f"truncate {name} cascade"))
        with full.read() as session:
            assert session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == before


def test_a_write_over_somebody_elses_is_refused_as_stale(database: Database):
    with database.write(SYSTEM) as tx:
        row = Organisation(id=new_id(), name="甲", created_at=tx.now)
        tx.session.add(row)
    with database.read() as session:
        mine = session.get_one(Organisation, row.id)
    with database.write(SYSTEM) as tx:
        tx.session.get_one(Organisation, row.id).name = "乙"
    with pytest.raises(Refused) as refused, database.write(SYSTEM) as tx:
        tx.session.add(mine)
        mine.name = "丙"
    assert refused.value.code == STALE
    with database.read() as session:
        assert session.get_one(Organisation, row.id).name == "乙"


def test_the_same_thing_made_twice_is_refused_and_other_broken_constraints_are_faults(database: Database):
    def enter(**more: object) -> None:
        with database.write(SYSTEM) as tx:
            tx.session.add(Organisation(id=new_id(), created_at=tx.now, **more))

    enter(name="甲")
    with pytest.raises(Refused) as refused:
        enter(name="甲")
    assert refused.value.code == STALE
    with pytest.raises(IntegrityError):
        enter(name=None)
    with pytest.raises(IntegrityError), database.write(SYSTEM) as tx:
        tx.session.add(
            Job(id=new_id(), kind="x", payload={}, state="no such", run_at=tx.now, created_at=tx.now)
        )


def test_a_fault_of_ours_is_not_called_busy(database: Database):
    with pytest.raises(DBAPIError), database.plumbing() as session:
        session.execute(sa.text("select * from no_such_table"))


def test_a_value_that_the_database_cannot_hold_is_refused(database: Database):
    if database.is_sqlite:
        pytest.skip("SQLite holds any text; lengths are checked by the acts")
    for name in ("长" * 201, "a\0b"):
        with pytest.raises(Refused) as refused, database.write(SYSTEM) as tx:
            tx.session.add(Organisation(id=new_id(), name=name, created_at=tx.now))
        assert refused.value.code == INVALID


def test_a_reading_session_cannot_write(database: Database):
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(sa.text("delete from jobs"))
    with database.write(SYSTEM) as tx:  # the connection goes back to the pool as it was
        tx.enqueue("x", {})


def test_a_lock_that_is_not_given_in_time_is_busy(database: Database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL waits for the row, not for the database")
    other = Database(database.url, database.clock)
    with other.write(SYSTEM) as holding, pytest.raises(Refused) as refused:
        holding.enqueue("x", {})
        engine = database.engine

        @sa.event.listens_for(engine, "checkout")
        def _soon(connection: object, *_: object) -> None:
            connection.execute("pragma busy_timeout=50")  # type: ignore[attr-defined]

        with database.write(SYSTEM):
            pass
    other.dispose()
    assert refused.value.code == BUSY


def test_instants_of_acts_only_grow_when_the_clock_falls_back_ten_years(database: Database):
    world = make_world(database)
    seen = []
    for step in range(6):
        if step == 3:
            database.clock.set(database.clock.now().replace(year=2014))
        with database.write(SYSTEM) as tx:
            tx.record(Fact("organisation.entered"))
            seen.append(tx.now)
        sequence(database, database.clock)
        sequence(database, database.clock)
    assert seen == sorted(set(seen))
    assert world.project_id


def _chain_is_unbroken(database: Database, sheets: list[str], acts: int) -> None:
    with database.read() as session:
        for sheet in sheets:
            entries = list(reversed(chain_of_sheet(session, sheet)))
            previous = None
            for entry in entries:
                assert entry.content["prev"] == [[sheet, previous]]
                previous = entry.leaf
            assert session.get_one(LedgerSheetHead, sheet).leaf == previous
        links = sa.select(sa.func.count()).select_from(LedgerSheetLink)
        assert session.execute(links).scalar_one() == acts
        for leaf, body in session.execute(sa.select(LedgerEntry.leaf, LedgerEntry.body)):
            assert leaf_hash(body).hex() == leaf


def _at_once(work: Callable[[int], None], threads: int) -> None:
    gate = threading.Barrier(threads)

    def run(number: int) -> None:
        gate.wait()
        work(number)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(run, n) for n in range(threads)]:
            done.result()


def test_eight_writers_over_the_same_sheets_neither_fail_nor_break_a_chain(database: Database):
    sheets = [f"{n:020d}" for n in range(3)]
    stop = threading.Event()

    def keep_sequencing() -> None:
        while not stop.is_set():
            sequence(database, database.clock)

    beside = threading.Thread(target=keep_sequencing)
    beside.start()

    def work(number: int) -> None:
        for act in range(25):
            with database.write(SYSTEM) as tx:
                touched = sheets if act % 5 == 0 else [sheets[(number + act) % 3]]
                for sheet in reversed(touched):
                    tx.record(Fact("revision.drafted", sheet_id=sheet, data={"n": number, "act": act}))

    try:
        _at_once(work, 8)
    finally:
        stop.set()
        beside.join()
    _chain_is_unbroken(database, sheets, 8 * (20 + 5 * 3))


def test_eight_clerks_who_bring_the_same_number_make_one_sheet(database: Database):
    world = make_world(database)
    outcomes: list[str] = []

    def work(number: int) -> None:
        try:
            taken = take_in(world, Upload([page_fields("建施-01")], content=f"file {number}"))
            outcomes.append(
                "done" if taken.report.is_clean else next(iter(taken.report.refused.values())).code
            )
        except Refused as refusal:
            outcomes.append(refusal.code)

    _at_once(work, 8)
    assert set(outcomes) <= {"done", STALE, BUSY}
    assert "done" in outcomes
    with database.read() as session:
        assert session.execute(sa.text("select count(*) from sheets")).scalar_one() == 1
        states = session.execute(sa.text("select state from sheet_revisions")).scalars().all()
        assert states == ["draft"]


def test_a_job_that_serves_an_act_does_not_begin_before_the_act_is_there(database: Database):
    """A worker that took the waiting job now would not see what this act leaves for it."""
    from app.jobs.queue import claim  # noqa: PLC0415  the floor above, for this test alone

    with database.write(SYSTEM) as tx:
        first = tx.enqueue("x", {}, dedupe_key="k")
    with database.write(SYSTEM) as tx:
        assert tx.enqueue("x", {}, dedupe_key="k") == first
        if not database.is_sqlite:  # SQLite: the worker could not even begin to write
            assert claim(database, "w") is None
    job = claim(database, "w")
    assert job is not None
    assert job.id == first
    with database.write(SYSTEM) as tx:
        assert tx.enqueue("x", {}, dedupe_key="k") != first
    with database.read() as session:
        states = session.execute(sa.select(Job.state).order_by(Job.created_at)).scalars().all()
    assert states == [JobState.RUNNING, JobState.READY]


def test_the_world_holds_what_later_tests_count_on(database: Database):
    world = make_world(database)
    with database.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Person)).scalar_one() == len(
            world.people
        )
        assert (
            session.execute(sa.select(sa.func.count()).select_from(Seat)).scalar_one() == len(world.seats) + 2
        )
    advance(world, [take_in(world, Upload([page_fields("A-1")])).revision()], "issued")
