"""The table of renditions: which bytes play which part for whom."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, Sha256, Sm3, one_of


class RenditionRole(StrEnum):
    """What bytes are for their owner (呈现件)."""

    SOURCE = "source"
    """The file as uploaded, when the sheet is only a part of it."""
    CAD_SOURCE = "cad_source"
    PUBLISHED = "published"
    """The PDF or image that is read and printed; base of the record when present."""
    SEALED = "sealed"
    """With one more seal than what it is derived from, of which it begins with every byte."""
    VIEW = "view"
    """Derived vector view of a CAD file: an aid, never the record."""


class Rendition(Base):
    """Bytes with an owner. Append-only: bytes never change (law 1)."""

    __tablename__ = "renditions"

    id: Mapped[Id]
    owner_kind: Mapped[str] = mapped_column(sa.String(30))
    owner_id: Mapped[Ref]
    role: Mapped[str] = mapped_column(sa.String(20))
    sha256: Mapped[Sha256] = mapped_column(index=True)
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    page: Mapped[int] = mapped_column(sa.Integer, default=0)
    """Which page of the bytes is meant; 0 is the first."""
    manifest_of: Mapped[Sha256]
    """The bytes whose manifest describes this page (a split page is described by its set's manifest)."""
    manifest_page: Mapped[int] = mapped_column(sa.Integer, default=0)
    derived_from: Mapped[Ref | None]
    recorded_at: Mapped[Instant]

    __table_args__ = (
        one_of("role", RenditionRole),
        sa.Index("ix_renditions_owner", "owner_kind", "owner_id"),
        sa.Index(  # seals are a chain: nothing is sealed twice side by side
            "uq_renditions_sealed",
            "derived_from",
            unique=True,
            postgresql_where=sa.text("role = 'sealed'"),
            sqlite_where=sa.text("role = 'sealed'"),
        ),
    )
