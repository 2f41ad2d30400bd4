"""Tables of seals: who keeps them, which sets they were put on, and how sealed bytes were judged.

Seals know documents by ``owner_kind`` and ``owner_id`` and their bytes by renditions: what a revision or a certificate
is, the subjects above know.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, UtcMicros, Versioned, one_of
from app.seals.rules import BatchState, Cause, Level, Provider, SealKind, SealState, UseState, Verdict


class SealOfficer(Base):
    """A person who administers an organisation's seals (印章管理员). Appointed by the platform, ends by a date."""

    __tablename__ = "seal_officers"

    id: Mapped[Id]
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    basis: Mapped[str] = mapped_column(sa.String(200))
    """The letter of appointment."""
    appointed_by: Mapped[Ref]
    since: Mapped[Instant]
    until: Mapped[datetime | None] = mapped_column(UtcMicros)


class Seal(Versioned, Base):
    """A seal (印章): a kind, a certificate, a picture, and where its key is. The key itself is never in the database."""

    __tablename__ = "seals"

    id: Mapped[Id]
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(100))
    holder_id: Mapped[Ref | None]
    """The person whose seal it is; None: the firm's."""
    provider: Mapped[str] = mapped_column(sa.String(10))
    key_ref: Mapped[str] = mapped_column(sa.String(200))
    """Name of the key at its provider."""
    certificate: Mapped[str] = mapped_column(sa.Text)
    """DER, base64."""
    certificate_sha256: Mapped[Sha256]
    subject: Mapped[str] = mapped_column(sa.String(400))
    issuer: Mapped[str] = mapped_column(sa.String(400))
    serial: Mapped[str] = mapped_column(sa.String(80))
    valid_from: Mapped[Instant]
    valid_to: Mapped[Instant]
    """Of the certificate."""
    picture: Mapped[dict[str, Any]]
    """What it looks like: the texts of its form (:mod:`app.seals.pictures`)."""
    projects: Mapped[list[Any] | None] = mapped_column(Json)
    """Where it may be used; None: in all of the organisation's projects."""
    disciplines: Mapped[list[Any] | None] = mapped_column(Json)
    needs_two: Mapped[bool]
    """A second keeper confirms each use."""
    state: Mapped[str] = mapped_column(sa.String(10))
    state_reason: Mapped[str] = mapped_column(sa.String(400))
    state_at: Mapped[Instant]
    created_by: Mapped[Ref]
    created_at: Mapped[Instant]

    __table_args__ = (
        one_of("kind", SealKind),
        one_of("provider", Provider),
        one_of("state", SealState),
        sa.UniqueConstraint("certificate_sha256", "kind", "organisation_id"),
    )


class SealKeeper(Base):
    """A person who may use a seal (用印人)."""

    __tablename__ = "seal_keepers"

    id: Mapped[Id]
    seal_id: Mapped[str] = mapped_column(sa.ForeignKey("seals.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    named_by: Mapped[Ref]
    since: Mapped[Instant]
    until: Mapped[datetime | None] = mapped_column(UtcMicros)


class SealBatch(Versioned, Base):
    """One decision to seal a set (批量用印): one seal, many documents, one second factor."""

    __tablename__ = "seal_batches"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    seal_id: Mapped[str] = mapped_column(sa.ForeignKey("seals.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    level: Mapped[str] = mapped_column(sa.String(6))
    state: Mapped[str] = mapped_column(sa.String(10))
    words: Mapped[str] = mapped_column(sa.String(400))
    """What for, as stated by whoever decided; stands in each seal."""
    asked_by: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    second_by: Mapped[Ref | None]
    second_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    count: Mapped[int]
    root: Mapped[str] = mapped_column(sa.String(64))
    """Merkle root over the sealed set; empty until it is known."""
    manifest_sha256: Mapped[str] = mapped_column(sa.String(64))
    """The sealed manifest (PDF); empty until it is made."""
    rows_sha256: Mapped[str] = mapped_column(sa.String(64))
    """Its rows as JSON."""
    broken: Mapped[dict[str, Any]]
    """Why it broke off last: code and values of the sentence; empty when it did not."""
    created_at: Mapped[Instant]
    state_at: Mapped[Instant]

    __table_args__ = (one_of("kind", SealKind), one_of("level", Level), one_of("state", BatchState))


class SealUse(Versioned, Base):
    """One document of a batch: sealed once, or refused with a reason."""

    __tablename__ = "seal_uses"

    id: Mapped[Id]
    batch_id: Mapped[str] = mapped_column(sa.ForeignKey("seal_batches.id"), index=True)
    place: Mapped[int]
    """Order in the set, from 0."""
    owner_kind: Mapped[str] = mapped_column(sa.String(30))
    owner_id: Mapped[Ref]
    sheet_id: Mapped[Ref | None]
    label: Mapped[str] = mapped_column(sa.String(400))
    """What people call it: number, title, revision."""
    about: Mapped[dict[str, Any]]
    """The same apart, as the manifest lists it: ``document``, ``number``, ``title``, ``revision``."""
    state: Mapped[str] = mapped_column(sa.String(10))
    refusal: Mapped[dict[str, Any]]
    """Code and values of the sentence, when it was refused."""
    checks: Mapped[list[Any]]
    """Business checks at the time of the decision: what, result, source (DOMAIN 4.3)."""
    rendition_id: Mapped[Ref | None]
    before_sha256: Mapped[str] = mapped_column(sa.String(64))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    field: Mapped[str] = mapped_column(sa.String(40))
    sealed_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (
        one_of("state", UseState),
        sa.UniqueConstraint("batch_id", "owner_kind", "owner_id"),
        sa.Index("ix_seal_uses_owner", "owner_kind", "owner_id"),
        sa.Index(
            "uq_seal_uses_waiting",
            "owner_kind",
            "owner_id",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        ),
    )


class SealJudgement(Base):
    """What the gate said of some bytes at some time (验签). Appended: judging again adds, never overwrites."""

    __tablename__ = "seal_judgements"

    id: Mapped[Id]
    sha256: Mapped[Sha256] = mapped_column(index=True)
    project_id: Mapped[Ref | None]
    verdict: Mapped[str] = mapped_column(sa.String(16))
    cause: Mapped[str] = mapped_column(sa.String(10))
    report_sha256: Mapped[Sha256]
    """The whole report, JSON, in the store."""
    summary: Mapped[dict[str, Any]]
    """What pages show without the report: the first reason, and each seal in a line."""
    engine: Mapped[str] = mapped_column(sa.String(200))
    trust_name: Mapped[str] = mapped_column(sa.String(200))
    trust_version: Mapped[str] = mapped_column(sa.String(80))
    judged_at: Mapped[Instant]
    """The instant it was judged for."""
    recorded_at: Mapped[Instant]
    """When it was noted: from then on it belongs to what is known (law 4)."""
    due_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    """When it is to be judged again."""

    __table_args__ = (
        one_of("verdict", Verdict),
        one_of("cause", Cause),
        sa.Index("ix_seal_judgements_newest", "sha256", "judged_at"),
        sa.Index("ix_seal_judgements_due", "due_at"),
    )
