"""Tables of the record: append-only facts from which every answer is computed."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, Serial, Sha256, one_of


class FactKind(StrEnum):
    """What a base fact says of a sheet from an instant on."""

    RELEASED = "released"
    VOIDED = "voided"


class RecordFact(Base):
    """From ``effective_at`` on, this revision is the sheet's base (or the sheet is void). Append-only; latest wins.

    Two clocks (law 4): ``effective_at`` is business time, ``recorded_at`` the server's.
    """

    __tablename__ = "record_facts"

    id: Mapped[Serial]
    project_id: Mapped[Ref]
    sheet_id: Mapped[str] = mapped_column(sa.ForeignKey("sheets.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    revision_id: Mapped[Ref | None]
    effective_at: Mapped[Instant]
    recorded_at: Mapped[Instant]
    is_backdated: Mapped[bool]
    """Effective before it was recorded; needs a reason, and investigators see it first."""
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    act_id: Mapped[Ref]

    __table_args__ = (
        one_of("kind", FactKind),
        sa.Index("ix_record_facts_sheet", "sheet_id", "effective_at", "recorded_at", "id"),
        sa.Index("ix_record_facts_project", "project_id", "recorded_at"),
    )


class EffectKind(StrEnum):
    """What happens to a change slip's effect on a sheet."""

    EFFECTIVE = "effective"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    ABSORBED = "absorbed"
    """A reissue has taken it in: it ends while that revision is in force."""


class SlipEffect(Base):
    """The place where change slips stand (law 3): facts about a slip's effect on one sheet. Append-only."""

    __tablename__ = "slip_effects"

    id: Mapped[Serial]
    project_id: Mapped[Ref]
    sheet_id: Mapped[str] = mapped_column(sa.ForeignKey("sheets.id"))
    change_id: Mapped[Ref]
    """The change document (:mod:`app.changes`)."""
    number: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(12))
    absorbed_by: Mapped[Ref | None]
    """For ABSORBED: the revision that took it in."""
    regions: Mapped[dict[str, Any]]
    """Of an EFFECTIVE one: ``boxes`` in um of sheet space (``[x0, y0, x1, y1]`` each; none: the whole sheet), ``action``,
    ``title`` and ``kind`` of the change."""
    effective_at: Mapped[Instant]
    recorded_at: Mapped[Instant]
    is_backdated: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    act_id: Mapped[Ref]

    __table_args__ = (
        one_of("kind", EffectKind),
        sa.Index("ix_slip_effects_sheet", "sheet_id", "effective_at", "recorded_at"),
        sa.Index("ix_slip_effects_project", "project_id", "effective_at"),
    )


class BaselineKind(StrEnum):
    """Why a set was frozen (基线)."""

    SUBMISSION = "submission"
    APPROVED = "approved"
    RELEASE = "release"
    ACCEPTANCE = "acceptance"
    AS_BUILT = "as_built"
    ARCHIVE = "archive"
    INSPECTION = "inspection"
    HOLD = "hold"


class Baseline(Base):
    """A set frozen at an act, with the digest of its lines. Append-only."""

    __tablename__ = "baselines"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str] = mapped_column(sa.String(200))
    as_of: Mapped[Instant]
    known_at: Mapped[Instant]
    digest: Mapped[Sha256]
    items: Mapped[int] = mapped_column(sa.Integer)
    person_id: Mapped[Ref]
    recorded_at: Mapped[Instant]

    __table_args__ = (one_of("kind", BaselineKind),)


class BaselineItem(Base):
    """One line of a frozen set."""

    __tablename__ = "baseline_items"

    baseline_id: Mapped[str] = mapped_column(sa.ForeignKey("baselines.id"), primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    sheet_id: Mapped[Ref]
    revision_id: Mapped[Ref] = mapped_column(index=True)
    sha256: Mapped[Sha256]
    line: Mapped[str] = mapped_column(sa.Text)
    """The canonical line that the digest covers."""


APPEND_ONLY = ("record_facts", "slip_effects", "baselines", "baseline_items")
"""Tables on which UPDATE and DELETE are stopped by trigger; ``renditions`` too."""
