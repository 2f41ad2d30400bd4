"""Tables of distribution. All are appended; what stands is computed from them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.distribution.rules import CopyEventKind, ItemKind, ReceiptFactKind
from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, one_of


class ReceiptFact(Base):
    """One fact about one party and one exact content (签收). Appended."""

    __tablename__ = "receipt_facts"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    party_id: Mapped[str] = mapped_column(sa.ForeignKey("parties.id"))
    """For whom: the receiving party, whoever acts."""
    item_kind: Mapped[str] = mapped_column(sa.String(10))
    item_id: Mapped[Ref]
    """Revision, or change document."""
    sheet_id: Mapped[Ref | None]
    """Of a revision."""
    sha256: Mapped[Sha256]
    """The exact content: base digest of the revision, digest of the slip. A fact about another one says nothing here."""
    kind: Mapped[str] = mapped_column(sa.String(14))
    turn: Mapped[int]
    """Of decisive facts the place in their cell, from 1; 0 for the others."""
    key: Mapped[str] = mapped_column(sa.String(140), unique=True)
    """What may exist once: two that are sent at the same time become one."""
    way: Mapped[str] = mapped_column(sa.String(10))
    """How it was opened or delivered."""
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the rendition that was opened."""
    statement: Mapped[str] = mapped_column(sa.Text)
    """Of a confirmation: the words that were confirmed."""
    statement_sha256: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text)
    """Of an objection, and of what resolved it."""
    photo: Mapped[dict[str, Any]] = mapped_column(Json)
    """``sha256``, ``sm3``, ``size``, ``media_type``, ``file_name``, ``width``, ``height``; empty without one."""
    note_id: Mapped[Ref | None]
    """The contact note that an objection became."""
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    """Of recalled paper: ``issued``, ``recalled``, ``destroyed``, ``out``."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (
        one_of("item_kind", ItemKind),
        one_of("kind", ReceiptFactKind),
        # All that adding facts up needs, in the order of its groups: the wide rows themselves are not read.
        sa.Index("ix_receipt_facts_item", "item_id", "party_id", "sha256", "kind", "turn", "at"),
        sa.Index("ix_receipt_facts_sheet", "sheet_id"),
    )


class Transmittal(Base):
    """A transmittal (发放单): what one party handed to others at one time. Appended."""

    __tablename__ = "transmittals"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.Text)
    party_id: Mapped[Ref]
    """Who hands out."""
    recipients: Mapped[list[Any]] = mapped_column(Json)
    """``{"party", "place", "copies"}`` each; copies of paper."""
    items: Mapped[list[Any]] = mapped_column(Json)
    """``{"kind", "id", "sheet", "number", "label", "title", "sha256", "effective_at"}`` each, as they were then."""
    tree_size: Mapped[int] = mapped_column(sa.BigInteger)
    tree_root: Mapped[str] = mapped_column(sa.String(64))
    """Where the ledger stood."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("project_id", "serial"),)


class ControlledCopy(Base):
    """One numbered sheet of paper (受控图). Appended."""

    __tablename__ = "controlled_copies"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    sheet_id: Mapped[str] = mapped_column(sa.ForeignKey("sheets.id"), index=True)
    revision_id: Mapped[Ref]
    sha256: Mapped[Sha256]
    serial: Mapped[int]
    """The copy number, counted in the project."""
    party_id: Mapped[Ref]
    """Whose office issued it and answers for it."""
    holder: Mapped[str] = mapped_column(sa.String(100))
    place: Mapped[str] = mapped_column(sa.String(100))
    transmittal_id: Mapped[Ref | None]
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("project_id", "serial"),)


class CopyEvent(Base):
    """What happened to a controlled copy; each kind once, as its row is locked while one is added. Appended."""

    __tablename__ = "copy_events"

    id: Mapped[Id]
    copy_id: Mapped[str] = mapped_column(sa.ForeignKey("controlled_copies.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    note: Mapped[str] = mapped_column(sa.String(500))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (one_of("kind", CopyEventKind),)


APPEND_ONLY = ("receipt_facts", "transmittals", "controlled_copies", "copy_events")
"""Tables on which UPDATE and DELETE are stopped by trigger."""
