"""The job table as a queue."""

from datetime import timedelta

import sqlalchemy as sa

from app.jobs.handlers import HANDLERS, SLOW
from app.jobs.queue import (
    BACKOFF,
    EVERY_WORKER_DIED,
    LEASE,
    Lane,
    claim,
    dead_jobs,
    fail,
    finish,
    give_back,
    has_ready,
    heartbeat,
    reap,
)
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.outbox import Job, JobState


def _enqueue(database: Database, kind: str = "x", **more: object) -> str:
    with database.write(SYSTEM) as tx:
        return tx.enqueue(kind, {}, **more)  # type: ignore[arg-type]


def _job(database: Database, job_id: str) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def test_jobs_are_taken_once_by_priority_and_not_before_their_time(database: Database):
    late = _enqueue(database, run_at=database.clock.now() + timedelta(hours=1), priority=9)
    low, high = _enqueue(database), _enqueue(database, priority=5)
    taken = [claim(database, "w") for _ in range(3)]
    assert [t.id if t else None for t in taken] == [high, low, None]
    with database.read() as session:
        assert not has_ready(session, database.clock)
    database.clock.advance(timedelta(hours=2))
    again = claim(database, "w")
    assert again is not None
    assert again.id == late


def test_what_may_take_minutes_keeps_nobody_else_waiting(database: Database):
    kind = min(SLOW)
    assert set(SLOW) <= set(HANDLERS)
    slow, quick = _enqueue(database, kind, priority=9), _enqueue(database)
    taken = claim(database, "w", Lane(but=SLOW))
    assert (taken and taken.id) == quick
    assert claim(database, "w", Lane(but=SLOW)) is None
    with database.read() as session:
        assert not has_ready(session, database.clock, Lane(but=SLOW))
        assert has_ready(session, database.clock, Lane(only=SLOW))
    taken = claim(database, "w", Lane(only=SLOW))
    assert (taken and taken.id) == slow


def test_a_job_whose_worker_fell_silent_goes_to_another_and_the_first_may_not_finish_it(database: Database):
    job = _enqueue(database)
    assert claim(database, "first") is not None
    assert reap(database) == 0
    database.clock.advance(LEASE / 2)
    assert heartbeat(database, job, "first", 40)
    database.clock.advance(LEASE * 0.7)
    assert reap(database) == 0
    database.clock.advance(LEASE)
    assert reap(database) == 1
    assert not heartbeat(database, job, "first")
    second = claim(database, "second")
    assert second is not None
    assert second.attempts == 2
    with database.write(SYSTEM) as tx:
        assert not finish(tx.session, job, "first", tx.now)
        assert finish(tx.session, job, "second", tx.now)
    with database.write(SYSTEM) as tx:
        assert not finish(tx.session, job, "second", tx.now)
    assert _job(database, job).state == JobState.DONE


def test_a_failing_job_waits_longer_each_time_and_is_dead_in_the_end(database: Database):
    job = _enqueue(database)
    for attempt in range(1, 6):
        taken = claim(database, "w")
        assert taken is not None
        assert taken.attempts == attempt
        fail(database, taken, "w", "boom " * 2_000)
        if attempt < 5:
            assert claim(database, "w") is None
            database.clock.advance(BACKOFF[attempt - 1])
    row = _job(database, job)
    assert (row.state, row.attempts) == (JobState.DEAD, 5)
    assert row.error is not None
    assert row.error.startswith("boom")
    database.clock.advance(timedelta(days=9))
    assert claim(database, "w") is None


def test_a_job_on_which_every_worker_died_is_dead(database: Database):
    job = _enqueue(database)
    for _ in range(5):
        assert claim(database, "w") is not None
        database.clock.advance(LEASE * 2)
        reap(database)
    assert _job(database, job).state == JobState.DEAD
    assert claim(database, "w") is None


def test_a_dead_job_waits_for_a_person_who_gives_it_back_to_be_tried_as_often_as_a_new_one(
    database: Database,
):
    job, other = _enqueue(database), _enqueue(database, priority=-1)
    for _ in range(5):
        taken = claim(database, "w")
        assert taken is not None
        assert taken.id == job
        database.clock.advance(LEASE * 2)
        reap(database)
    with database.read() as session:
        assert [(j.id, j.error) for j in dead_jobs(session)] == [(job, EVERY_WORKER_DIED)]
    assert give_back(database) == 1
    assert give_back(database) == 0
    for attempt in range(1, 6):
        taken = claim(database, "w")
        assert taken is not None
        assert (taken.id, taken.attempts) == (job, attempt)
        database.clock.advance(LEASE * 2)
        reap(database)
    assert _job(database, job).state == JobState.DEAD
    assert _job(database, other).attempts == 0


def test_a_failure_told_by_a_worker_that_lost_the_job_changes_nothing(database: Database):
    job = _enqueue(database)
    first = claim(database, "first")
    assert first is not None
    database.clock.advance(LEASE * 2)
    reap(database)
    claim(database, "second")
    fail(database, first, "first", "late")
    assert (_job(database, job).state, _job(database, job).worker) == (JobState.RUNNING, "second")


def test_one_waiting_job_serves_all_who_ask_for_the_same(database: Database):
    assert _enqueue(database, dedupe_key="a") == _enqueue(database, dedupe_key="a")
    assert _enqueue(database, dedupe_key="b") != _enqueue(database)
    with database.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Job)).scalar_one() == 3


def test_the_kinds_of_jobs_that_acts_enqueue_have_handlers():
    assert {"read_file", "write_record_manifest"} <= set(HANDLERS)
