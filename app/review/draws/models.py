"""Tables of draws. All appended: what was announced, committed, revealed, entered, drawn or cancelled stays."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256


class ReviewDraw(Base):
    """An announced draw; everything it fixes stands in ``announcement``, the lines of :mod:`.protocol`. Appended."""

    __tablename__ = "review_draws"

    id: Mapped[Id]
    organisation_id: Mapped[Ref] = mapped_column(index=True)
    """The authority."""
    short_code: Mapped[str] = mapped_column(sa.String(10), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    announcement: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[Sha256]
    project_ids: Mapped[list[Any]] = mapped_column(Json)
    """Projects of its items: whose owners and agencies may contribute."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    act_id: Mapped[Ref]
    """The act that announced it, by which its ledger entry is found."""
    announced_at: Mapped[Instant]


class DrawShare(Base):
    """A commitment to a secret number. Appended, one for each person."""

    __tablename__ = "review_draw_shares"

    id: Mapped[Id]
    draw_id: Mapped[str] = mapped_column(sa.ForeignKey("review_draws.id"))
    number: Mapped[int]
    """Its place among the contributions."""
    commitment: Mapped[Sha256]
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("draw_id", "number"), sa.UniqueConstraint("draw_id", "person_id"))


class DrawReveal(Base):
    """The number behind a commitment. Appended, once."""

    __tablename__ = "review_draw_reveals"

    id: Mapped[Id]
    share_id: Mapped[str] = mapped_column(sa.ForeignKey("review_draw_shares.id"), unique=True)
    secret: Mapped[str] = mapped_column(sa.String(200))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


class DrawValue(Base):
    """The public value, entered once. Appended."""

    __tablename__ = "review_draw_values"

    id: Mapped[Id]
    draw_id: Mapped[str] = mapped_column(sa.ForeignKey("review_draws.id"), unique=True)
    value: Mapped[str] = mapped_column(sa.String(300))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


class DrawResult(Base):
    """The result, as lines of :mod:`.protocol`. Appended, once: a draw is not drawn twice."""

    __tablename__ = "review_draw_results"

    id: Mapped[Id]
    draw_id: Mapped[str] = mapped_column(sa.ForeignKey("review_draws.id"), unique=True)
    seed: Mapped[Sha256]
    result: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[Sha256]
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


class DrawEnd(Base):
    """That a draw was cancelled, and why. Appended, once."""

    __tablename__ = "review_draw_ends"

    id: Mapped[Id]
    draw_id: Mapped[str] = mapped_column(sa.ForeignKey("review_draws.id"), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    was_known: Mapped[bool]
    """Whether the public value could be known by then, and with it the result."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


APPEND_ONLY = (
    "review_draws",
    "review_draw_shares",
    "review_draw_reveals",
    "review_draw_values",
    "review_draw_results",
    "review_draw_ends",
)
"""Tables on which UPDATE and DELETE are stopped by trigger."""
