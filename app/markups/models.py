"""Tables of marks, their threads and photos, and what was decided about carrying them to a newer revision."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, Sm3, UtcMicros, Versioned, one_of
from app.markups.rules import Audience, Colour, Decision, MarkKind, MarkStatus, Standing


class Markup(Versioned, Base):
    """A mark on one revision. Taken back it stays, and says so."""

    __tablename__ = "markups"

    id: Mapped[Id]
    project_id: Mapped[Ref]
    sheet_id: Mapped[str] = mapped_column(sa.ForeignKey("sheets.id"))
    revision_id: Mapped[str] = mapped_column(sa.ForeignKey("sheet_revisions.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    anchor: Mapped[dict[str, Any]]
    """Typed union, see :func:`app.markups.geometry.read_anchor`."""
    shape: Mapped[dict[str, Any]]
    """Paths in sheet space, um, see :func:`app.markups.geometry.read_shape`."""
    colour: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.String(2000))
    basis: Mapped[dict[str, Any]]
    audience: Mapped[str] = mapped_column(sa.String(10))
    about: Mapped[str] = mapped_column(sa.String(60))
    """Opaque reference for subjects above (opinions, changes); empty: about nothing but itself."""
    status: Mapped[str] = mapped_column(sa.String(10))
    assignee_id: Mapped[Ref | None]
    """Person who is to answer."""
    author_id: Mapped[Ref]
    party_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    client_key: Mapped[str] = mapped_column(sa.String(40))
    """The author's own name for it: sent twice, it exists once."""
    origin: Mapped[dict[str, Any]]
    """Of an imported mark, as its file states it: author, at, file, file_name, subtype; else empty."""
    origin_key: Mapped[str | None] = mapped_column(sa.String(64))
    """Of an imported mark: imported again, it exists once on its revision."""
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    taken_back_by: Mapped[Ref | None]

    __table_args__ = (
        one_of("kind", MarkKind),
        one_of("colour", Colour),
        one_of("audience", Audience),
        one_of("status", MarkStatus),
        sa.UniqueConstraint("author_id", "client_key"),
        sa.UniqueConstraint("revision_id", "origin_key"),
    )


class MarkupComment(Base):
    """One line of a thread. Appended, never changed."""

    __tablename__ = "markup_comments"

    id: Mapped[Id]
    markup_id: Mapped[str] = mapped_column(sa.ForeignKey("markups.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(2000))
    mentions: Mapped[list[Any]] = mapped_column(Json)
    """People who are asked to look."""
    author_id: Mapped[Ref]
    party_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    client_key: Mapped[str] = mapped_column(sa.String(40))
    origin: Mapped[dict[str, Any]]
    """Of an imported reply, as its file states it: author, at; else empty."""
    written_at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("author_id", "client_key"),)


class MarkupPhoto(Base):
    """The photo of a photo mark: the bytes as they were sent. Appended, never changed."""

    __tablename__ = "markup_photos"

    id: Mapped[Id]
    markup_id: Mapped[str] = mapped_column(sa.ForeignKey("markups.id"), unique=True)
    sha256: Mapped[Sha256]
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    width: Mapped[int]
    """Pixels, upright."""
    height: Mapped[int]


class MarkupCarry(Base):
    """What a person decided about a mark when a newer revision came. Appended; one decision for each."""

    __tablename__ = "markup_carries"

    id: Mapped[Id]
    markup_id: Mapped[str] = mapped_column(sa.ForeignKey("markups.id"))
    """The mark on the older revision."""
    revision_id: Mapped[str] = mapped_column(sa.ForeignKey("sheet_revisions.id"), index=True)
    """The newer revision."""
    decision: Mapped[str] = mapped_column(sa.String(10))
    standing: Mapped[str] = mapped_column(sa.String(14))
    """What was known of the place when it was decided."""
    carried_id: Mapped[Ref | None]
    """The mark that stands on the newer revision."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    decided_at: Mapped[Instant]

    __table_args__ = (
        one_of("decision", Decision),
        one_of("standing", Standing),
        sa.UniqueConstraint("markup_id", "revision_id"),
    )


APPEND_ONLY = ("markup_comments", "markup_photos", "markup_carries")
"""Tables on which UPDATE and DELETE are stopped by trigger."""
