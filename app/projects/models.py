"""Tables of projects and buildings."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, UtcMicros, Versioned


class Project(Versioned, Base):
    """A construction project (工程建设项目): has exactly one drawing set."""

    __tablename__ = "projects"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    short_name: Mapped[str] = mapped_column(sa.String(60), default="")
    region_code: Mapped[str] = mapped_column(sa.String(12), default="")
    address: Mapped[str] = mapped_column(sa.String(300), default="")
    timezone: Mapped[str] = mapped_column(sa.String(60), default="Asia/Shanghai")
    """Legal zone for due dates and documents."""
    is_name_public: Mapped[bool] = mapped_column(default=True)
    """Whether the public QR page may say the project's name."""
    is_restricted: Mapped[bool] = mapped_column(default=False)
    """Sensitive site: the public QR page says nothing but the status (DOMAIN 5.1)."""
    policy: Mapped[dict[str, Any]]
    created_at: Mapped[Instant]


class ProjectIdentifier(Base):
    """A typed, dated code of a project. Ended, never edited."""

    __tablename__ = "project_identifiers"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    scheme: Mapped[str] = mapped_column(sa.String(30))
    value: Mapped[str] = mapped_column(sa.String(100), index=True)
    original: Mapped[str] = mapped_column(sa.String(100))
    verdict: Mapped[str] = mapped_column(sa.String(20))
    override_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    valid_from: Mapped[Instant]
    valid_to: Mapped[datetime | None] = mapped_column(UtcMicros)


class Building(Versioned, Base):
    """A single building (建筑单体)."""

    __tablename__ = "buildings"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(30))
    """As on the drawings: ``1#``."""
    number_key: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str] = mapped_column(sa.String(200))
    footprint: Mapped[dict[str, Any] | None]
    """GeoJSON polygon, CGCS2000 (落图)."""
    created_at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("project_id", "number_key"),)


class BuildingIdentifier(Base):
    """A building's code, issued by others and opaque to us (DOMAIN 3.3)."""

    __tablename__ = "building_identifiers"

    id: Mapped[Id]
    building_id: Mapped[str] = mapped_column(sa.ForeignKey("buildings.id"), index=True)
    scheme: Mapped[str] = mapped_column(sa.String(30))
    value: Mapped[str] = mapped_column(sa.String(100))
    original: Mapped[str] = mapped_column(sa.String(100))
    verdict: Mapped[str] = mapped_column(sa.String(20))
    issuer: Mapped[str] = mapped_column(sa.String(100), default="")
    valid_from: Mapped[Instant]
    valid_to: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (
        sa.Index(
            "uq_building_identifiers_global",
            "scheme",
            "value",
            unique=True,
            postgresql_where=sa.text("scheme in ('jgj496', 'real_estate_unit')"),
            sqlite_where=sa.text("scheme in ('jgj496', 'real_estate_unit')"),
        ),
    )
    """Lifelong codes are unique in the country; a platform's serial only counts inside its project."""
