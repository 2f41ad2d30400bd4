"""Tables of the ledger. All but the two small heads are append-only, by trigger."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Instant, Ref, Serial, Sha256, UtcMicros

APPEND_ONLY = ("ledger_entries", "ledger_sheet_links", "ledger_leaves", "ledger_nodes")
"""Tables on which UPDATE and DELETE are stopped by trigger."""


class LedgerEntry(Base):
    """One entry: the canonical bytes and what is needed to find it."""

    __tablename__ = "ledger_entries"

    id: Mapped[Serial]
    leaf: Mapped[Sha256] = mapped_column(unique=True)
    """Hex of the RFC 6962 leaf hash of ``body``."""
    body: Mapped[bytes]
    act_id: Mapped[Ref] = mapped_column(index=True)
    type: Mapped[str] = mapped_column(sa.String(60))
    project_id: Mapped[Ref | None] = mapped_column(index=True)
    recorded_at: Mapped[Instant] = mapped_column(index=True)
    xid: Mapped[int] = mapped_column(sa.BigInteger)
    """Transaction number: on PostgreSQL the order-safe scan needs it (TECH, ledger); on SQLite 0."""

    __table_args__ = (sa.Index("ix_ledger_entries_xid_id", "xid", "id"),)


class LedgerSheetLink(Base):
    """The chain of one sheet: which entries speak of it, in order."""

    __tablename__ = "ledger_sheet_links"

    sheet_id: Mapped[Ref] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entries.id"), primary_key=True)


class LedgerSheetHead(Base):
    """The newest leaf of a sheet. A cache that also serialises acts on one sheet."""

    __tablename__ = "ledger_sheet_heads"

    sheet_id: Mapped[Ref] = mapped_column(primary_key=True)
    leaf: Mapped[Sha256]


class LedgerLeaf(Base):
    """Place of an entry in the tree."""

    __tablename__ = "ledger_leaves"

    leaf_index: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entries.id"), unique=True)


class LedgerNode(Base):
    """Hash of a complete subtree: level 0 are the leaves."""

    __tablename__ = "ledger_nodes"

    level: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    node_index: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32))


class LedgerHead(Base):
    """One row: how far the sequencer has come."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    last_xid: Mapped[int] = mapped_column(sa.BigInteger)
    last_entry_id: Mapped[int] = mapped_column(sa.BigInteger)
    watermark: Mapped[datetime] = mapped_column(UtcMicros)
    """Every act recorded up to here has committed: what ``known_at`` may ask for (ARCHITECTURE 7, 4)."""
    pending_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    pending_xid: Mapped[int | None] = mapped_column(sa.BigInteger)
    """PostgreSQL: once all transactions below ``pending_xid`` have ended, the watermark is ``pending_at``."""


class LedgerCheckpoint(Base):
    """A tree head as the sequencer reached it; signatures and witnesses come to stand beside it."""

    __tablename__ = "ledger_checkpoints"

    size: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[Sha256]
    made_at: Mapped[Instant]
