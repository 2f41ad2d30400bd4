"""Tables of change documents. Rows that people edit carry a version; all others are appended."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.changes.rules import ChangeKind, ChangeState, FileKind, Reason, SheetAction, WordKind
from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, Sm3, UtcMicros, Versioned, one_of


class ChangeDocument(Versioned, Base):
    """One change document (变更文件): what is to be built otherwise than drawn, and how far it is."""

    __tablename__ = "change_documents"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    serial: Mapped[int]
    """Counts the proposals of a project; given once, never reused."""
    number: Mapped[str] = mapped_column(sa.String(80))
    """Its official number, given at issue by the project's pattern; empty before."""
    title: Mapped[str] = mapped_column(sa.String(200))
    reason: Mapped[str] = mapped_column(sa.String(24))
    description: Mapped[str] = mapped_column(sa.Text)
    discipline: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(16))
    flags: Mapped[list[Any]] = mapped_column(Json)
    """Its class as the designer states it (:class:`app.changes.rules.Flag`); empty: not stated."""
    externals: Mapped[list[Any]] = mapped_column(Json)
    """Departments whose approval it needs, as stated; those that follow from a flag are computed."""
    class_basis: Mapped[str] = mapped_column(sa.Text)
    """Why it is of that class."""
    triggers: Mapped[list[Any]] = mapped_column(Json)
    """Ticks of the checklist that helped to state it."""
    ends: Mapped[list[Any]] = mapped_column(Json)
    """What it takes the place of or cancels: ``{"change", "how", "note"}`` each."""
    is_emergency: Mapped[bool]
    regularised_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    effective_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    content_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    """Digest of what was issued (:mod:`app.changes.content`): what receipts name."""
    origin: Mapped[str] = mapped_column(sa.String(60))
    """Empty, ``note:<id>`` of a contact note, ``jdr:<id>`` of a joint review's item."""
    party_id: Mapped[Ref]
    """Who proposed it."""
    designer_id: Mapped[Ref | None]
    """The party that took it up."""
    cost_estimate: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Fen; negative: it saves."""
    cost_agreed: Mapped[int | None] = mapped_column(sa.BigInteger)
    days_estimate: Mapped[int | None]
    """Calendar days of delay; negative: it gains."""
    days_agreed: Mapped[int | None]
    created_by: Mapped[Ref]
    created_at: Mapped[Instant]
    state_at: Mapped[Instant]

    __table_args__ = (
        one_of("kind", ChangeKind),
        one_of("state", ChangeState),
        one_of("reason", Reason),
        sa.UniqueConstraint("project_id", "serial"),
        sa.Index("ix_change_documents_project", "project_id", "state"),
        sa.Index(
            "uq_change_documents_number",
            "project_id",
            "number",
            unique=True,
            sqlite_where=sa.text("number <> ''"),
            postgresql_where=sa.text("number <> ''"),
        ),
    )


class ChangeSheet(Versioned, Base):
    """A sheet that a change affects, with the regions drawn on it. Edited while the document is under work."""

    __tablename__ = "change_sheets"

    id: Mapped[Id]
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"))
    sheet_id: Mapped[str] = mapped_column(sa.ForeignKey("sheets.id"), index=True)
    revision_id: Mapped[Ref]
    """The revision it was written for; of a reissue, the new one."""
    action: Mapped[str] = mapped_column(sa.String(10))
    boxes: Mapped[list[Any]] = mapped_column(Json)
    """``[x0, y0, x1, y1]`` each, um of sheet space; empty: the whole sheet."""
    note: Mapped[str] = mapped_column(sa.Text)
    is_dropped: Mapped[bool]

    __table_args__ = (one_of("action", SheetAction), sa.UniqueConstraint("change_id", "sheet_id"))


class ChangeStep(Base):
    """One move of a change document. Appended."""

    __tablename__ = "change_steps"

    id: Mapped[Id]
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"), index=True)
    event: Mapped[str] = mapped_column(sa.String(20))
    target: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]


class ChangeWord(Base):
    """What somebody says for his party of one exact content: a consent, a confirmation, a refusal. Appended.

    The newest word of a party on a matter counts, and only while the content is the one it names.
    """

    __tablename__ = "change_words"

    id: Mapped[Id]
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    domain: Mapped[str] = mapped_column(sa.String(20))
    """For consents of authorities: on what; else empty."""
    is_yes: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.Text)
    content_sha256: Mapped[Sha256]
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    party_role: Mapped[str] = mapped_column(sa.String(24))
    at: Mapped[Instant]

    __table_args__ = (one_of("kind", WordKind),)


class ChangeFile(Base):
    """A file of a change document: sketch, the paper itself, approvals, confirmations. Appended."""

    __tablename__ = "change_files"

    id: Mapped[Id]
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    domain: Mapped[str] = mapped_column(sa.String(20))
    """Of an approval: whose."""
    title: Mapped[str] = mapped_column(sa.String(200))
    number: Mapped[str] = mapped_column(sa.String(100))
    sha256: Mapped[Sha256]
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(100))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    added_at: Mapped[Instant]

    __table_args__ = (one_of("kind", FileKind),)


class ChangeAbsorption(Base):
    """A designer's tick: this revision takes this change in, or after all does not. Appended; the newest counts."""

    __tablename__ = "change_absorptions"

    id: Mapped[Id]
    project_id: Mapped[Ref]
    revision_id: Mapped[Ref] = mapped_column(index=True)
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"), index=True)
    is_absorbed: Mapped[bool]
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


class ChangeIncorporation(Base):
    """Where a change stands in the as-built sheet, as its compiler says. Appended; the newest of a sheet counts."""

    __tablename__ = "change_incorporations"

    id: Mapped[Id]
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"), index=True)
    sheet_id: Mapped[Ref] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(sa.Text)
    """Name or revision of the as-built sheet, and the place on it."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


KEEP_CHANGE = "keep_change_paper"
"""The job that makes and stores the paper of a change in effect, with ``{"change_id"}``."""


class ChangePaper(Base):
    """A change document as PDF: the bytes that were made once, when it took effect. Appended."""

    __tablename__ = "change_papers"

    id: Mapped[Id]
    change_id: Mapped[str] = mapped_column(sa.ForeignKey("change_documents.id"), unique=True)
    sha256: Mapped[Sha256]
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    made_at: Mapped[Instant]


APPEND_ONLY = (
    "change_papers",
    "change_steps",
    "change_words",
    "change_files",
    "change_absorptions",
    "change_incorporations",
)
"""Tables on which UPDATE and DELETE are stopped by trigger."""
