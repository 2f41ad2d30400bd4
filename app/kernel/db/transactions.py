"""The transaction runner: the only place that commits (ARCHITECTURE section 3).

One act = one transaction = the rows, their ledger entries, the jobs and the search marks it causes (law 6). No
transaction waits for a disk, a renderer or a network (law 7): actions get a :class:`Tx` and nothing else.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.kernel.actor import Actor
from app.kernel.clock import EPOCH, MICROSECOND, Clock, SystemClock, from_micros
from app.kernel.db.engine import READ_ONLY, is_sqlite, open_engine
from app.kernel.errors import BUSY, STALE, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact, write_entries
from app.kernel.ledger.models import LedgerEntry, LedgerHead
from app.kernel.outbox import Job, JobState, SearchOutbox


@dataclass
class Tx:
    """One act under way: its actor, its instant, and what it leaves behind."""

    session: Session
    actor: Actor
    now: datetime
    """``recorded_at`` of everything in this act."""
    act_id: str
    xid: int
    _facts: list[Fact] = field(default_factory=list)
    kept: list[Callable[[Session], None]] = field(default_factory=list)

    def keep(self, write: Callable[[Session], None]) -> None:
        """Write something that stays although the act is refused, such as that somebody guessed.

        It is written now, and once more by itself when the act is undone. It may touch only rows of its own: on
        PostgreSQL it is written while the act still holds its locks.
        """
        write(self.session)
        self.kept.append(write)

    def record(self, fact: Fact) -> None:
        """Note a fact for the ledger; entries are written in one go at the end of the act."""
        self._facts.append(fact)

    def enqueue(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        project_id: str | None = None,
        dedupe_key: str | None = None,
        run_at: datetime | None = None,
        priority: int = 0,
    ) -> str:
        """Add a job that starts to exist with this act; returns its id.

        With ``dedupe_key``, a job of that key which has not begun serves both, and its id is returned.
        """
        if dedupe_key is not None:
            query = (
                sa.select(Job.id).where(Job.dedupe_key == dedupe_key, Job.state == JobState.READY).limit(1)
            )
            # Locked until this act commits: begun earlier, it would not see what the act leaves for it.
            if (known := self.session.execute(query.with_for_update()).scalar_one_or_none()) is not None:
                return known
        job = Job(
            id=new_id(),
            kind=kind,
            payload=payload,
            dedupe_key=dedupe_key,
            project_id=project_id,
            run_at=run_at or self.now,
            created_at=self.now,
            priority=priority,
        )
        self.session.add(job)
        self.session.flush()
        return job.id

    def changed(self, project_id: str, subject_kind: str, subject_id: str) -> None:
        """Mark a subject for search."""
        self.session.add(
            SearchOutbox(project_id=project_id, subject_kind=subject_kind, subject_id=subject_id)
        )

    def close(self) -> None:
        """Write the ledger entries. Called by the runner, last thing before the commit."""
        self.session.flush()
        if self._facts:
            write_entries(
                self.session,
                self._facts,
                actor=self.actor,
                act_id=self.act_id,
                recorded_at=self.now,
                xid=self.xid,
            )
            self._facts.clear()


class Database:
    """An engine with its runner."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.engine = open_engine(url)
        self._write_lock = threading.Lock()
        """SQLite's own lock is unfair under load (TECH, database); a queue in the process is fair."""

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite."""
        return is_sqlite(self.engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that can only read, and sees one snapshot from its first question to its last."""
        connection = self.engine.connect().execution_options(**{READ_ONLY: True})
        try:
            with Session(bind=connection, expire_on_commit=False, autoflush=False) as session:
                yield session
        finally:
            connection.close()

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Tx]:
        """Run one act: commit when the block ends, roll everything back when it raises.

        Raises:
            Refused: ``busy`` when the database could not take the write in time; ``stale-version`` when somebody
                changed the same row, or made the same thing, meanwhile; ``invalid-input`` for a value that the
                database cannot hold.
        """
        try:
            with self._writing() as session:
                xid = _transaction_number(session)
                now = _recorded_at(session, self.clock)
                tx = Tx(session, actor, now, new_id(), xid)
                try:
                    yield tx
                    tx.close()
                except BaseException:
                    self._keep(session, tx.kept)
                    raise
        except DataError as error:
            raise invalid(
                "输入 / input", "过长或含有无法保存的字符", "too long, or cannot be stored"
            ) from error

    @contextmanager
    def plumbing(self) -> Iterator[Session]:
        """A writing session for the machinery itself (jobs, sequencer, index marks): no act, no entry."""
        with self._writing() as session:
            yield session

    def _keep(self, undone: Session, kept: list[Callable[[Session], None]]) -> None:
        """Write what stays of an act that is undone, before anybody who waits for its locks goes on.

        SQLite has one writer: the act ends first, and the lock of this process is held meanwhile.
        """
        if not kept:
            return
        if self.is_sqlite:
            undone.rollback()
        try:
            self._write_kept(kept)
        except NoConnection:  # all are held by those who wait for the act: it gives its own
            undone.rollback()
            self._write_kept(kept)

    def _write_kept(self, kept: list[Callable[[Session], None]]) -> None:
        with Session(self.engine, expire_on_commit=False) as session:
            for write in kept:
                write(session)
            session.commit()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        lock = self._write_lock if self.is_sqlite else _NoLock()
        with lock:
            try:
                with Session(self.engine, expire_on_commit=False) as session:
                    session.connection()
                    yield session
                    session.commit()
            except StaleDataError as error:
                raise Refused(STALE) from error
            except NoConnection as error:
                raise Refused(BUSY) from error
            except IntegrityError as error:
                if not _is_duplicate(error):
                    raise
                raise Refused(STALE) from error
            except OperationalError as error:
                if not _is_passing(error):
                    raise
                raise Refused(BUSY) from error

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


_SQLITE_PASSING = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
)
_SQLITE_DUPLICATE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


def _is_duplicate(error: IntegrityError) -> bool:
    """True when two acts made the same thing at the same time; any other broken constraint is a fault of ours."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode in _SQLITE_DUPLICATE
    return getattr(error.orig, "sqlstate", None) == "23505"


def _is_passing(error: OperationalError) -> bool:
    """True for what a second try may cure. SQLite also calls a missing table operational: that is a fault."""
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode & 0xFF in _SQLITE_PASSING
    return True


class _NoLock:
    """PostgreSQL needs no queue of ours."""

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def database_now(session: Session, clock: Clock) -> datetime:
    """The instant by the one clock all nodes share: the database server's, unless somebody steers the clock."""
    if session.get_bind().dialect.name == "sqlite" or not isinstance(clock, SystemClock):
        return clock.now()
    return from_micros(
        session.execute(
            sa.text("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
        ).scalar_one()
    )


def last_recorded(session: Session) -> datetime:
    """The newest ``recorded_at`` in the ledger."""
    newest = session.execute(sa.select(LedgerEntry.recorded_at).order_by(LedgerEntry.id.desc()).limit(1))
    return newest.scalar_one_or_none() or EPOCH


def _transaction_number(session: Session) -> int:
    """Taken before the clock is read: the sequencer's watermark depends on this order."""
    if session.get_bind().dialect.name == "sqlite":
        return 0
    return int(session.execute(sa.text("select pg_current_xact_id()::text::bigint")).scalar_one())


def _recorded_at(session: Session, clock: Clock) -> datetime:
    """The server's instant for this act, whatever its clock does (SECURITY 3, 15).

    On SQLite it is later than the act before; on PostgreSQL, where acts overlap, later than the watermark and the
    one that is about to become it.
    """
    now = database_now(session, clock)
    if session.get_bind().dialect.name == "sqlite":
        return max(now, last_recorded(session) + MICROSECOND)
    row = session.execute(sa.select(LedgerHead.watermark, LedgerHead.pending_at)).one_or_none()
    bounds: list[datetime] = [at + MICROSECOND for at in row if at is not None] if row else []
    return max([now, *bounds])
