"""Who keeps which seal: officers, seals, keepers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Person
from app.seals.models import Seal, SealKeeper, SealOfficer


@dataclass(frozen=True)
class KeeperView:
    """A keeper as pages show him."""

    id: str
    person_id: str
    name: str
    login: str
    since: datetime


@dataclass(frozen=True)
class SealView:
    """A seal as pages show it."""

    seal: Seal
    organisation: str
    holder: str
    keepers: tuple[KeeperView, ...]


@dataclass(frozen=True)
class OfficerView:
    """An officer as pages show him."""

    id: str
    organisation_id: str
    organisation: str
    person_id: str
    name: str
    login: str
    basis: str
    since: datetime


def officer_of(session: Session, organisation_id: str, person_id: str, now: datetime) -> SealOfficer | None:
    """A person's appointment for an organisation that holds now."""
    query = sa.select(SealOfficer).where(
        SealOfficer.organisation_id == organisation_id,
        SealOfficer.person_id == person_id,
        SealOfficer.since <= now,
        sa.or_(SealOfficer.until.is_(None), SealOfficer.until > now),
    )
    return session.scalars(query.limit(1)).one_or_none()


def officers(session: Session, now: datetime) -> Sequence[OfficerView]:
    """Every appointment that holds now."""
    query = (
        sa.select(SealOfficer, Organisation.name, Person.name, Person.login)
        .join(Organisation, Organisation.id == SealOfficer.organisation_id)
        .join(Person, Person.id == SealOfficer.person_id)
        .where(sa.or_(SealOfficer.until.is_(None), SealOfficer.until > now))
        .order_by(Organisation.name, Person.name)
    )
    return [
        OfficerView(row.id, row.organisation_id, firm, row.person_id, name, login, row.basis, row.since)
        for row, firm, name, login in session.execute(query)
    ]


def offices_of(session: Session, person_id: str, now: datetime) -> Sequence[str]:
    """Organisations whose seals a person administers."""
    query = sa.select(SealOfficer.organisation_id).where(
        SealOfficer.person_id == person_id, sa.or_(SealOfficer.until.is_(None), SealOfficer.until > now)
    )
    return session.scalars(query).all()


def is_keeper(session: Session, seal_id: str, person_id: str, now: datetime) -> bool:
    """Whether a person may use a seal now."""
    query = sa.select(SealKeeper.id).where(
        SealKeeper.seal_id == seal_id,
        SealKeeper.person_id == person_id,
        sa.or_(SealKeeper.until.is_(None), SealKeeper.until > now),
    )
    return session.execute(query.limit(1)).first() is not None


def seals_of(session: Session, organisation_id: str, now: datetime) -> list[SealView]:
    """All seals of an organisation, with their keepers; two statements."""
    return _views(session, sa.select(Seal).where(Seal.organisation_id == organisation_id), now)


def seals_kept_by(session: Session, person_id: str, now: datetime) -> list[SealView]:
    """Seals that a person may use."""
    mine = sa.select(SealKeeper.seal_id).where(
        SealKeeper.person_id == person_id, sa.or_(SealKeeper.until.is_(None), SealKeeper.until > now)
    )
    return _views(session, sa.select(Seal).where(Seal.id.in_(mine)), now)


def _views(session: Session, query: sa.Select[Seal], now: datetime) -> list[SealView]:
    rows = session.execute(
        query.add_columns(Organisation.name, Person.name)
        .join(Organisation, Organisation.id == Seal.organisation_id)
        .outerjoin(Person, Person.id == Seal.holder_id)
        .order_by(Seal.kind, Seal.name, Seal.id)
    ).all()
    kept: dict[str, list[KeeperView]] = {}
    keepers = (
        sa.select(SealKeeper, Person.name, Person.login)
        .join(Person, Person.id == SealKeeper.person_id)
        .where(
            SealKeeper.seal_id.in_([seal.id for seal, _, _ in rows]),
            sa.or_(SealKeeper.until.is_(None), SealKeeper.until > now),
        )
        .order_by(SealKeeper.since, SealKeeper.id)
    )
    for row, name, login in session.execute(keepers):
        kept.setdefault(row.seal_id, []).append(KeeperView(row.id, row.person_id, name, login, row.since))
    return [SealView(seal, firm, holder or "", tuple(kept.get(seal.id, ()))) for seal, firm, holder in rows]


def certificates_of(session: Session, seal_ids: Sequence[str]) -> dict[str, str]:
    """Certificates (DER, base64) of seals by their SHA-256."""
    query = sa.select(Seal.certificate_sha256, Seal.certificate).where(Seal.id.in_(list(seal_ids)))
    return {row.certificate_sha256: row.certificate for row in session.execute(query)}
