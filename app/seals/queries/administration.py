"""What the page of an organisation's seals shows, and to whom: its officer all, a keeper or holder his own."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from asn1crypto import x509 as asn1_x509
from sqlalchemy.orm import Session

from app.access.models import Party
from app.accounts.models import Organisation, Person
from app.kernel.errors import NOT_FOUND, Refused
from app.projects.models import Project
from app.seals.models import Seal, SealKeeper, SealOfficer
from app.seals.queries.keeping import SealView, officer_of, seals_of
from app.seals.rules import SEAL_LABELS, SealKind, SealState

SOON = timedelta(days=60)
"""A certificate that ends within this time is told on top of the page."""


_ORDER = [SealKind(kind) for kind in SEAL_LABELS]


@dataclass(frozen=True)
class SealHouseView:
    """An organisation's seals, as far as a person sees them."""

    organisation_id: str
    organisation: str
    is_officer: bool
    seals: tuple[SealView, ...]


@dataclass(frozen=True)
class Member:
    """A person of the organisation who may keep or hold a seal."""

    id: str
    name: str
    login: str


def houses_of(session: Session, person_id: str, now: datetime) -> Sequence[tuple[str, str]]:
    """Organisations (id, name) whose seals a person administers, keeps or holds."""
    officer = sa.select(SealOfficer.organisation_id).where(
        SealOfficer.person_id == person_id, sa.or_(SealOfficer.until.is_(None), SealOfficer.until > now)
    )
    query = (
        sa.select(Organisation.id, Organisation.name)
        .where(
            sa.or_(
                Organisation.id.in_(officer),
                Organisation.id.in_(sa.select(Seal.organisation_id).where(_is_his(person_id, now))),
            )
        )
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in session.execute(query)]


def house_for(session: Session, person_id: str, organisation_id: str, now: datetime) -> SealHouseView:
    """An organisation's seals for a person: in the order of the kinds, revoked ones last.

    Raises:
        Refused: ``not-found`` for whoever has nothing to do with them.
    """
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise Refused(NOT_FOUND)
    is_officer = officer_of(session, organisation_id, person_id, now) is not None
    found = seals_of(session, organisation_id, now)
    if not is_officer:
        found = [s for s in found if person_id in {s.seal.holder_id, *(k.person_id for k in s.keepers)}]
    found.sort(key=lambda s: (s.seal.state == SealState.REVOKED, _ORDER.index(SealKind(s.seal.kind))))
    if not is_officer and not found:
        raise Refused(NOT_FOUND)
    return SealHouseView(organisation.id, organisation.name, is_officer, tuple(found))


def seal_for(session: Session, person_id: str, seal_id: str, now: datetime) -> tuple[SealHouseView, SealView]:
    """One seal, and the house it stands in.

    Raises:
        Refused: ``not-found``.
    """
    organisation_id = session.scalar(sa.select(Seal.organisation_id).where(Seal.id == seal_id))
    house = house_for(session, person_id, organisation_id or "", now)
    for view in house.seals:
        if view.seal.id == seal_id:
            return house, view
    raise Refused(NOT_FOUND)


def members_of(session: Session, organisation_id: str) -> Sequence[Member]:
    """Active accounts of an organisation, by name."""
    query = (
        sa.select(Person.id, Person.name, Person.login)
        .where(Person.organisation_id == organisation_id, Person.is_active.is_(True))
        .order_by(Person.name, Person.id)
    )
    return [Member(*row) for row in session.execute(query)]


def projects_of_organisation(session: Session, organisation_id: str) -> Sequence[tuple[str, str]]:
    """Projects (id, name) in which an organisation is a party."""
    own = sa.select(Party.project_id).where(Party.organisation_id == organisation_id)
    query = sa.select(Project.id, Project.name).where(Project.id.in_(own)).order_by(Project.name, Project.id)
    return [(row.id, row.name) for row in session.execute(query)]


Period = Literal["early", "holds", "soon", "over"]


def period_of(seal: Seal, now: datetime) -> Period:
    """How a seal's certificate stands: ``early``, ``holds``, ``soon`` (ends within 60 days), ``over``."""
    if now < seal.valid_from:
        return "early"
    if now > seal.valid_to:
        return "over"
    return "soon" if now > seal.valid_to - SOON else "holds"


def ending(seals: Sequence[SealView], now: datetime) -> list[SealView]:
    """Seals not revoked whose certificate has ended or is about to."""
    return [
        s for s in seals if s.seal.state != SealState.REVOKED and period_of(s.seal, now) in {"soon", "over"}
    ]


def certified_organisation(seal: Seal) -> str:
    """The organisation that the certificate names; empty: it names none."""
    subject = asn1_x509.Certificate.load(base64.b64decode(seal.certificate)).subject.native
    named = subject.get("organization_name", "")
    return " ".join(named) if isinstance(named, list) else str(named)


def _is_his(person_id: str, now: datetime) -> sa.ColumnElement[bool]:
    kept = sa.select(SealKeeper.seal_id).where(
        SealKeeper.person_id == person_id, sa.or_(SealKeeper.until.is_(None), SealKeeper.until > now)
    )
    return sa.or_(Seal.holder_id == person_id, Seal.id.in_(kept))
