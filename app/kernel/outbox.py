"""What an act causes, written in its transaction (law 6): jobs to do, and subjects whose search entry is stale."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, Serial, UtcMicros, one_of


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
        sa.Index(
            "ix_jobs_dedupe",
            "dedupe_key",
            postgresql_where=sa.text("state = 'ready'"),
            sqlite_where=sa.text("state = 'ready'"),
        ),
    )


class SearchOutbox(Base):
    """A subject whose search entry must be written again, or removed when it is gone."""

    __tablename__ = "search_outbox"

    id: Mapped[Serial]
    project_id: Mapped[Ref] = mapped_column(index=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[Ref]
