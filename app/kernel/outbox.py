"""What an act causes, written in its transaction (law 6): jobs to do, and subjects whose search entry is stale."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, Serial, Sha256, UtcMicros, one_of


class JobState(StrEnum):
    """Life of a job."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    """Tried as often as allowed; waits for a person, with its error."""


class Job(Base):
    """Work to be done after the commit, by any worker, once."""

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str | None] = mapped_column(sa.String(120))
    """A job of this key that has not begun serves whoever asks for another."""
    project_id: Mapped[Ref | None]
    state: Mapped[str] = mapped_column(sa.String(10), default=JobState.READY)
    priority: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    run_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    max_attempts: Mapped[int] = mapped_column(sa.Integer, default=5)
    worker: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcMicros)
    progress: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    """Percent."""
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Instant]
    finished_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (
        one_of("state", JobState),
        sa.Index(
            "ix_jobs_ready",
            "priority",
            "run_at",
            "id",
            postgresql_where=sa.text("state = 'ready'"),
            sqlite_where=sa.text("state = 'ready'"),
        ),
        sa.Index(
            "ix_jobs_lease",
            "lease_until",
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        ),
        sa.Index("ix_jobs_dedupe", "dedupe_key"),
    )


class SearchOutbox(Base):
    """A subject whose search entry must be written again, or removed when it is gone."""

    __tablename__ = "search_outbox"

    id: Mapped[Serial]
    project_id: Mapped[Ref] = mapped_column(index=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[Ref]


class IdempotencyRecord(Base):
    """What an act answered, kept with the act: a program that lost the answer may ask again with the same key."""

    __tablename__ = "idempotency_records"

    person_id: Mapped[Ref] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    fingerprint: Mapped[Sha256]
    """Digest of the request: the same key with another request is a mistake of the caller."""
    status: Mapped[int] = mapped_column(sa.SmallInteger)
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[Instant] = mapped_column(index=True)


def claim_key(session: Session, person_id: str, key: str, fingerprint: str, now: datetime) -> bool:
    """Take a key for the act that begins; False when an act took it before. Waits for an act under way."""
    values = {
        "person_id": person_id,
        "key": key,
        "fingerprint": fingerprint,
        "status": 0,
        "answer": {},
        "created_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(IdempotencyRecord).values(values).on_conflict_do_nothing()
    taken = session.execute(statement.returning(IdempotencyRecord.key)).first()
    return taken is not None


def kept_answer(session: Session, person_id: str, key: str) -> tuple[str, int, dict[str, Any]]:
    """(fingerprint, status, answer) of the act that took a key."""
    row = session.get_one(IdempotencyRecord, (person_id, key))
    return row.fingerprint, row.status, row.answer


def keep_answer(session: Session, person_id: str, key: str, status: int, answer: dict[str, Any]) -> None:
    """Keep what the act answered, in its own transaction."""
    row = session.get_one(IdempotencyRecord, (person_id, key))
    row.status, row.answer = status, answer


def forget_answers(session: Session, before: datetime) -> None:
    """Drop answers older than anybody will ask for."""
    session.execute(sa.delete(IdempotencyRecord).where(IdempotencyRecord.created_at < before))
