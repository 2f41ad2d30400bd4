"""Tables of notices. They are work, not record: what happened stands in the ledger, and none of this is rebuilt."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, UtcMicros, one_of
from app.notices.rules import HookKind, Rhythm
from app.notices.told import Subject


class NoticeHead(Base):
    """One row: how far the ledger has been read, and when the clocks were last looked at."""

    __tablename__ = "notice_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_leaf: Mapped[int] = mapped_column(sa.BigInteger)
    clocks_at: Mapped[datetime | None] = mapped_column(UtcMicros)


class Notice(Base):
    """One thing told to one person, or to one hook."""

    __tablename__ = "notices"

    id: Mapped[Id]
    person_id: Mapped[str | None] = mapped_column(sa.ForeignKey("people.id"))
    hook_id: Mapped[str | None] = mapped_column(sa.ForeignKey("notice_hooks.id"))
    key: Mapped[str] = mapped_column(sa.String(120))
    """Of the act, or of the end of the term: told once."""
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(10))
    subject_id: Mapped[Ref]
    """Case, sheet (the first of many) or seat: where it leads."""
    title: Mapped[str] = mapped_column(sa.String(200))
    """Name of the subject as it was then."""
    count: Mapped[int]
    """How many sheets, or times."""
    is_urgent: Mapped[bool]
    by_id: Mapped[Ref | None]
    """Who did it."""
    at: Mapped[Instant]
    read_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    letter_id: Mapped[Ref | None]
    """The letter that took it out of the house."""

    __table_args__ = (
        one_of("subject", Subject),
        sa.UniqueConstraint("person_id", "key"),
        sa.UniqueConstraint("hook_id", "key"),
        sa.Index("ix_notices_person", "person_id", "at"),
        sa.Index("ix_notices_unsent", "letter_id", "at"),
    )


class NoticeChoice(Base):
    """How often a person wants letters; without a row: hourly."""

    __tablename__ = "notice_choices"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    rhythm: Mapped[str] = mapped_column(sa.String(10))
    changed_at: Mapped[Instant]

    __table_args__ = (one_of("rhythm", Rhythm),)


class NoticeHook(Base):
    """An address that gets what a party's people are told in a project."""

    __tablename__ = "notice_hooks"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    party_id: Mapped[str] = mapped_column(sa.ForeignKey("parties.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(2))
    url: Mapped[str] = mapped_column(sa.String(500))
    """A secret where the robot's key stands in it: shown by its host alone."""
    secret: Mapped[str] = mapped_column(sa.String(200))
    """For the signature; empty: none."""
    made_by: Mapped[Ref]
    made_at: Mapped[Instant]
    removed_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (one_of("kind", HookKind),)


class NoticeLetter(Base):
    """One e-mail, or one message to a hook, with all that it tells."""

    __tablename__ = "notice_letters"

    id: Mapped[Id]
    person_id: Mapped[Ref | None] = mapped_column(index=True)
    hook_id: Mapped[Ref | None] = mapped_column(index=True)
    made_at: Mapped[Instant]
    tries: Mapped[int]
    sent_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    error: Mapped[str] = mapped_column(sa.String(500))
    """Of the last try."""
