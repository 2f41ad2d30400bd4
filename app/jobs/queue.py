"""The job table as a queue (TECH, jobs): claim with a lease, finish guarded by the worker's name, reap the dead.

A handler's effect is committed in the same transaction as the end of its job, which happens only while the job is still
this worker's: exactly once, however often somebody is killed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.clock import Clock
from app.kernel.db.transactions import Database, database_now
from app.kernel.outbox import Job, JobState

LEASE = timedelta(seconds=30)
EVERY_WORKER_DIED = "the worker died on every attempt"
BACKOFF = (timedelta(seconds=2), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))


@dataclass(frozen=True)
class Claimed:
    """A job that this worker holds."""

    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int
    max_attempts: int


@dataclass(frozen=True)
class Lane:
    """Which kinds of jobs a thread takes."""

    only: Collection[str] = ()
    """Nothing else; empty: everything ..."""
    but: Collection[str] = ()
    """... except these."""

    @property
    def takes(self) -> Sequence[sa.ColumnElement[bool]]:
        """As conditions of a query."""
        only = [Job.kind.in_(sorted(self.only))] if self.only else []
        return only + ([Job.kind.not_in(sorted(self.but))] if self.but else [])


EVERYTHING = Lane()


def claim(database: Database, worker: str, lane: Lane = EVERYTHING) -> Claimed | None:
    """Take the next ready job of a lane, or None. On PostgreSQL others skip the row we look at."""
    with database.plumbing() as session:
        now = database_now(session, database.clock)
        candidate = (
            sa.select(Job.id)
            .where(Job.state == JobState.READY, Job.run_at <= now, *lane.takes)
            .order_by(Job.priority.desc(), Job.run_at, Job.id)
            .limit(1)
        )
        if not database.is_sqlite:
            candidate = candidate.with_for_update(skip_locked=True)
        row = session.execute(
            sa.update(Job)
            .where(Job.id == candidate.scalar_subquery())
            .values(
                state=JobState.RUNNING,
                attempts=Job.attempts + 1,
                worker=worker,
                lease_until=now + LEASE,
                progress=0,
            )
            .returning(Job.id, Job.kind, Job.payload, Job.attempts, Job.max_attempts)
        ).one_or_none()
        return Claimed(*row) if row else None


def has_ready(session: Session, clock: Clock, lane: Lane = EVERYTHING) -> bool:
    """A cheap look, without taking the write lock, whether there is anything to claim."""
    is_ready = (Job.state == JobState.READY, Job.run_at <= clock.now())
    query = sa.select(Job.id).where(*is_ready, *lane.takes).limit(1)
    return session.execute(query).first() is not None


def heartbeat(database: Database, job_id: str, worker: str, progress: int | None = None) -> bool:
    """Extend the lease; False when the job is no longer ours."""
    with database.plumbing() as session:
        values: dict[str, Any] = {"lease_until": database_now(session, database.clock) + LEASE}
        if progress is not None:
            values["progress"] = progress
        result = session.execute(sa.update(Job).where(*_ours(job_id, worker)).values(**values))
        return bool(result.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, job_id: str, worker: str, now: Any) -> bool:
    """End the job inside the transaction of its effect; False when it is no longer ours: then commit nothing."""
    done = sa.update(Job).where(*_ours(job_id, worker))
    result = session.execute(done.values(state=JobState.DONE, progress=100, finished_at=now, error=None))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def fail(database: Database, job: Claimed, worker: str, error: str) -> None:
    """Put a failed job back with growing patience; after the last attempt it is dead and waits for a person."""
    with database.plumbing() as session:
        now = database_now(session, database.clock)
        if job.attempts >= job.max_attempts:
            values: dict[str, Any] = {"state": JobState.DEAD, "finished_at": now}
        else:
            wait = BACKOFF[min(job.attempts, len(BACKOFF)) - 1]
            values = {"state": JobState.READY, "run_at": now + wait}
        session.execute(
            sa.update(Job)
            .where(*_ours(job.id, worker))
            .values(**values, error=error[:4000], lease_until=None)
        )


def reap(database: Database) -> int:
    """Give jobs of dead workers back; returns how many."""
    with database.read() as session:
        late = sa.select(sa.func.count()).where(
            Job.state == JobState.RUNNING, Job.lease_until < database.clock.now()
        )
        if not session.execute(late).scalar_one():
            return 0
    with database.plumbing() as session:
        now = database_now(session, database.clock)
        lost = sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now)
        session.execute(
            sa.update(Job)
            .where(lost, Job.attempts >= Job.max_attempts)
            .values(state=JobState.DEAD, finished_at=now, error=EVERY_WORKER_DIED)
        )
        result = session.execute(sa.update(Job).where(lost).values(state=JobState.READY, worker=None))
        return int(result.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class DeadJob:
    """A job that was tried as often as allowed."""

    id: str
    kind: str
    died_at: datetime
    error: str


def dead_jobs(session: Session) -> list[DeadJob]:
    """What waits for a person, oldest first."""
    died_at = sa.func.coalesce(Job.finished_at, Job.created_at)
    query = (
        sa.select(Job.id, Job.kind, died_at, Job.error)
        .where(Job.state == JobState.DEAD)
        .order_by(died_at, Job.id)
    )
    return [DeadJob(i, kind, at, error or "") for i, kind, at, error in session.execute(query)]


def give_back(database: Database) -> int:
    """Let dead jobs be tried again, as often as a new one; returns how many. Their last error stays until they end."""
    with database.plumbing() as session:
        dead = sa.update(Job).where(Job.state == JobState.DEAD)
        values = {"attempts": 0, "worker": None, "lease_until": None, "finished_at": None}
        now = database_now(session, database.clock)
        result = session.execute(dead.values(state=JobState.READY, run_at=now, **values))
        return int(result.rowcount)  # type: ignore[attr-defined]


def _ours(job_id: str, worker: str) -> tuple[sa.ColumnElement[bool], ...]:
    return Job.id == job_id, Job.worker == worker, Job.state == JobState.RUNNING
