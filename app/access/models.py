"""Tables of parties and seats."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.access.rules import PartyRole, SeatRole
from app.kernel.db.types import Base, Id, Instant, Ref, UtcMicros, Versioned, one_of


class Party(Versioned, Base):
    """An organisation in its role in one project (参建方)."""

    __tablename__ = "parties"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(sa.String(30))
    lot: Mapped[str] = mapped_column(sa.String(60), default="")
    """Contract section (标段); empty: the whole project."""
    valid_from: Mapped[Instant]
    valid_to: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (
        one_of("role", PartyRole),
        sa.UniqueConstraint("project_id", "organisation_id", "role", "lot"),
    )


class Seat(Versioned, Base):
    """A person's place in a party in a project, with scope and dates (law 5)."""

    __tablename__ = "seats"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    party_id: Mapped[str] = mapped_column(sa.ForeignKey("parties.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(30))
    all_buildings: Mapped[bool]
    buildings: Mapped[list[Any]]
    all_disciplines: Mapped[bool]
    disciplines: Mapped[list[Any]]
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    """Why: appointment letter, warrant number (SECURITY 3, 39)."""
    valid_from: Mapped[Instant]
    valid_to: Mapped[datetime | None] = mapped_column(UtcMicros)
    handed_over_from: Mapped[Ref | None]
    """The seat this one took over when staff changed."""

    __table_args__ = (one_of("role", SeatRole),)
