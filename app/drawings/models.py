"""Tables of sheets and their revisions. A sheet is not a file (law 2)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.drawings.rules import RevisionState, SignatureRole
from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, UtcMicros, Versioned, one_of

WHOLE = "whole"
"""Place of sheets that belong to no single building."""


class Sheet(Base):
    """A sheet's identity for life: project × building (or whole) × discipline × number (ARCHITECTURE 7, 5)."""

    __tablename__ = "sheets"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    building_id: Mapped[str | None] = mapped_column(sa.ForeignKey("buildings.id"))
    place_key: Mapped[Ref]
    """Building id, or ``whole``."""
    discipline: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(80))
    """Normal form shown everywhere."""
    number_original: Mapped[str] = mapped_column(sa.String(80))
    number_key: Mapped[str] = mapped_column(sa.String(80))
    loose_key: Mapped[str] = mapped_column(sa.String(80))
    look_alike_key: Mapped[str] = mapped_column(sa.String(80))
    sort_key: Mapped[str] = mapped_column(sa.String(200).with_variant(sa.String(200, "C"), "postgresql"))
    """Sorts by its bytes, whatever the language of the database."""
    created_at: Mapped[Instant]
    last_rev_seq: Mapped[int] = mapped_column(sa.Integer, default=0)

    __table_args__ = (
        sa.UniqueConstraint("project_id", "place_key", "discipline", "number_key"),
        sa.Index("ix_sheets_order", "project_id", "sort_key"),
        sa.Index("ix_sheets_loose", "project_id", "loose_key"),
    )


class SheetRevision(Versioned, Base):
    """Engineering content of a sheet, frozen at issue."""

    __tablename__ = "sheet_revisions"

    id: Mapped[Id]
    project_id: Mapped[Ref]
    sheet_id: Mapped[str] = mapped_column(sa.ForeignKey("sheets.id"))
    rev_seq: Mapped[int] = mapped_column(sa.Integer)
    """Internal order, from 1."""
    rev_label: Mapped[str] = mapped_column(sa.String(30))
    """As the institute writes it: 第1版, A, 0, P01."""
    state: Mapped[str] = mapped_column(sa.String(12))
    stage: Mapped[str] = mapped_column(sa.String(20))
    building_id: Mapped[Ref | None]
    discipline: Mapped[str] = mapped_column(sa.String(20))
    party_id: Mapped[Ref]
    """The party whose work it is."""
    title: Mapped[str] = mapped_column(sa.String(300))
    paper: Mapped[str] = mapped_column(sa.String(20), default="")
    scales: Mapped[str] = mapped_column(sa.String(100), default="")
    issue_date: Mapped[str] = mapped_column(sa.String(20), default="")
    """Date in the title block, as read; business text, not an instant."""
    title_block: Mapped[dict[str, Any]]
    """What was read from the block, with source and confidence; beside what people corrected."""
    completeness: Mapped[str] = mapped_column(sa.String(12), default="complete")
    drafted_by: Mapped[Ref]
    """Person; may not check, verify or approve the same revision (DOMAIN 2.11)."""
    also_drafted_by: Mapped[list[Any]] = mapped_column(Json, default=list)
    """Others who put files into the draft; the same holds for them."""
    short_code: Mapped[str] = mapped_column(sa.String(10), unique=True)
    base_sha256: Mapped[Sha256 | None]
    """Digest of the base rendition, frozen at issue (ARCHITECTURE 7, 2)."""
    frozen_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    origin: Mapped[str] = mapped_column(sa.String(12), default="intake")
    external: Mapped[dict[str, Any]]
    """For history: seals and certificates recorded elsewhere, as claimed, marked as not verified here."""
    created_at: Mapped[Instant]
    state_at: Mapped[Instant]

    __table_args__ = (
        one_of("state", RevisionState),
        sa.UniqueConstraint("sheet_id", "rev_seq"),
        sa.Index("ix_sheet_revisions_project", "project_id", "state"),
    )


class RevisionSignature(Base):
    """An internal signature or rejection. Appended; a new round of checking begins with ``round`` + 1."""

    __tablename__ = "revision_signatures"

    id: Mapped[Id]
    revision_id: Mapped[str] = mapped_column(sa.ForeignKey("sheet_revisions.id"), index=True)
    round: Mapped[int] = mapped_column(sa.Integer)
    role: Mapped[str] = mapped_column(sa.String(12))
    discipline: Mapped[str] = mapped_column(sa.String(20), default="")
    """For co-signatures: on behalf of which discipline."""
    decision: Mapped[str] = mapped_column(sa.String(10))
    comment: Mapped[str] = mapped_column(sa.String(1000), default="")
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    signed_at: Mapped[Instant]

    __table_args__ = (one_of("role", SignatureRole), one_of("decision", ("signed", "rejected")))
