"""Tables of intake: what arrived, what was read from it, and what the clerk made of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.drawings.rules import FileState, IntakeState, ProposalState
from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, Sm3, UtcMicros, Versioned, one_of


class Intake(Versioned, Base):
    """A batch of uploads on its way into the register (收图批次)."""

    __tablename__ = "intakes"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    party_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    person_id: Mapped[Ref]
    title: Mapped[str] = mapped_column(sa.String(200))
    purpose: Mapped[str] = mapped_column(sa.String(10), default="design")
    """``design``: new work, becomes drafts. ``history``: a half-built project's past, becomes issued revisions."""
    state: Mapped[str] = mapped_column(sa.String(10))
    building_id: Mapped[Ref | None]
    """Default building of the batch; None: not one building (see ``place``)."""
    created_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (one_of("state", IntakeState), one_of("purpose", ("design", "history")))


class IntakeFile(Base):
    """One acknowledged upload."""

    __tablename__ = "intake_files"

    id: Mapped[Id]
    intake_id: Mapped[str] = mapped_column(sa.ForeignKey("intakes.id"), index=True)
    project_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(sa.String(300))
    """As the uploader's machine called it, with the folders he dropped; text only, never a path of ours."""
    sha256: Mapped[Sha256] = mapped_column(index=True)
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.String(10), default="")
    state: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str | None] = mapped_column(sa.String(60))
    """Code of the refusal or limitation."""
    reason_data: Mapped[dict[str, Any]]
    signatures: Mapped[list[Any]] = mapped_column(Json)
    problems: Mapped[list[Any]] = mapped_column(Json)
    pages: Mapped[int] = mapped_column(sa.Integer, default=0)
    received_at: Mapped[Instant]
    read_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (one_of("state", FileState),)


class IntakeSheet(Versioned, Base):
    """One page of an uploaded file as a proposed sheet: a row of the clerk's table."""

    __tablename__ = "intake_sheets"

    id: Mapped[Id]
    intake_id: Mapped[str] = mapped_column(sa.ForeignKey("intakes.id"), index=True)
    file_id: Mapped[str] = mapped_column(sa.ForeignKey("intake_files.id"), index=True)
    project_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(sa.String(10))
    """Of its file: a PDF and a CAD file of one number are one sheet, two PDFs are a duplicate."""
    page: Mapped[int] = mapped_column(sa.Integer)
    position: Mapped[int] = mapped_column(sa.Integer)
    """Order in the table: file by file, page by page."""
    state: Mapped[str] = mapped_column(sa.String(10))
    read: Mapped[dict[str, Any]]
    """field -> {value, source, confidence, box}: what was read, from where, how sure."""
    values: Mapped[dict[str, Any]]
    """field -> text: what will be accepted; starts as what was read, corrected by people."""
    corrected: Mapped[list[Any]] = mapped_column(Json)
    """Fields a person changed."""
    building_id: Mapped[Ref | None]
    width_um: Mapped[int] = mapped_column(sa.BigInteger)
    height_um: Mapped[int] = mapped_column(sa.BigInteger)
    paper: Mapped[str] = mapped_column(sa.String(20))
    block_box: Mapped[list[Any] | None] = mapped_column(Json)
    """Title block on the page: [x0, y0, x1, y1] um; what the crop shows."""
    completeness: Mapped[str] = mapped_column(sa.String(12))
    problems: Mapped[list[Any]] = mapped_column(Json)
    pdf_sha256: Mapped[Sha256 | None]
    """Single-page PDF cut from a set; None when the file itself is the sheet or it was signed."""
    pdf_sm3: Mapped[Sm3 | None]
    pdf_size: Mapped[int | None] = mapped_column(sa.BigInteger)
    revision_id: Mapped[Ref | None]
    """What it became."""

    __table_args__ = (
        one_of("state", ProposalState),
        sa.Index("ix_intake_sheets_order", "intake_id", "position"),
    )


class LearnedBlock(Base):
    """Where a set's title blocks hold which field, learned from corrections; for the rest of that set."""

    __tablename__ = "learned_blocks"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    party_id: Mapped[Ref]
    intake_id: Mapped[Ref]
    field: Mapped[str] = mapped_column(sa.String(20))
    corner: Mapped[str] = mapped_column(sa.String(10))
    box: Mapped[list[Any]] = mapped_column(Json)
    """[x0, y0, x1, y1] um from the lower right corner of the page, where blocks sit."""
    learned_at: Mapped[Instant]


class DrawingListEntry(Base):
    """One row of a drawing list (图纸目录) as read from an intake."""

    __tablename__ = "drawing_list_entries"

    id: Mapped[Id]
    intake_id: Mapped[str] = mapped_column(sa.ForeignKey("intakes.id"), index=True)
    intake_sheet_id: Mapped[Ref]
    project_id: Mapped[Ref] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(sa.Integer)
    number: Mapped[str] = mapped_column(sa.String(80))
    number_key: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str] = mapped_column(sa.String(300))
    paper: Mapped[str] = mapped_column(sa.String(20), default="")
    revision: Mapped[str] = mapped_column(sa.String(30), default="")
    note: Mapped[str] = mapped_column(sa.String(200), default="")
