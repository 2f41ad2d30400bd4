"""What may be drawn, and by whom it may be inspected: what an authority's seats reach, now."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party, Seat
from app.access.rules import AUTHORITIES, SeatRole
from app.accounts.models import Organisation, Person
from app.projects.models import Project
from app.review.draws.protocol import Item
from app.review.draws.rules import ItemKind
from app.review.models import CertificateEnd, ReviewCase, ReviewCertificate
from app.review.reach import Reach
from app.review.rules import CaseState


@dataclass(frozen=True)
class Candidate:
    """Something that may be put into a pool, with the words by which people know it."""

    item: Item
    name: str
    project: str
    agency: str
    state: str
    """Of a case; empty for other things."""
    at: datetime


@dataclass(frozen=True)
class Inspector:
    """Somebody who may be put into the pool of inspectors."""

    person_id: str
    name: str


def candidates(session: Session, reach: Reach, kind: ItemKind) -> list[Candidate]:
    """What of a kind is within the reach of an authority's drawing seats; the newest first. One statement."""
    projects = sorted({s.project_id for s in reach.drawing_seats()})
    if kind is ItemKind.PROJECT:
        query = sa.select(Project).where(Project.id.in_(projects)).order_by(Project.created_at.desc())
        return [
            Candidate(Item(kind, p.id, p.id), p.name, p.name, "", "", p.created_at)
            for p in session.scalars(query)
        ]
    if kind is ItemKind.CASE:
        return list(_cases(session, projects))
    return list(_certificates(session, projects))


def _cases(session: Session, projects: Sequence[str]) -> Iterable[Candidate]:
    """Cases that were handed in: a preparation is the owner's own affair, what was withdrawn is nobody's."""
    query = (
        sa.select(ReviewCase, Project.name, Organisation.name)
        .join(Project, Project.id == ReviewCase.project_id)
        .join(Party, Party.id == ReviewCase.agency_id)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(
            ReviewCase.project_id.in_(projects),
            ReviewCase.state.not_in([CaseState.PREPARING, CaseState.WITHDRAWN]),
        )
        .order_by(ReviewCase.created_at.desc(), ReviewCase.id)
    )
    for case, project, agency in session.execute(query):
        item = Item(ItemKind.CASE, case.id, case.project_id)
        yield Candidate(item, case.title, project, agency, case.state, case.created_at)


def _certificates(session: Session, projects: Sequence[str]) -> Iterable[Candidate]:
    """Certificates that stand."""
    query = (
        sa.select(ReviewCertificate, Project.name, Organisation.name)
        .join(Project, Project.id == ReviewCertificate.project_id)
        .join(Party, Party.id == ReviewCertificate.party_id)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(
            ReviewCertificate.project_id.in_(projects),
            ReviewCertificate.id.not_in(sa.select(CertificateEnd.certificate_id)),
        )
        .order_by(ReviewCertificate.issued_at.desc(), ReviewCertificate.id)
    )
    for row, project, agency in session.execute(query):
        item = Item(ItemKind.CERTIFICATE, row.id, row.project_id)
        yield Candidate(item, row.number_internal, project, agency, "", row.issued_at)


def inspectors(session: Session, reach: Reach, now: datetime) -> list[Inspector]:
    """People with a seat in force of this authority, in the projects that the actor's seats reach; readers only read."""
    query = (
        sa.select(Person.id, Person.name)
        .join(Seat, Seat.person_id == Person.id)
        .join(Party, Party.id == Seat.party_id)
        .where(
            Party.organisation_id == reach.organisation_id,
            Party.role.in_(sorted(AUTHORITIES)),
            Seat.project_id.in_(sorted(reach.project_ids)),
            Seat.role != SeatRole.READER,
            Seat.valid_from <= now,
            sa.or_(Seat.valid_to.is_(None), Seat.valid_to > now),
            Person.is_active,
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return [Inspector(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class ItemName:
    """What an item is called, and whose it is."""

    name: str
    state: str
    """Of a case."""
    project: Project
    agency_id: str | None
    """Reviewing party of a case or a certificate."""


def names_of_items(session: Session, items: Collection[Item]) -> dict[str, ItemName]:
    """By identifier: what items are called. Three statements at most."""
    found: dict[str, ItemName] = {}
    wanted = sa.select(Project).where(Project.id.in_({i.project_id for i in items}))
    projects = {p.id: p for p in session.scalars(wanted)}
    by_kind: dict[str, list[str]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item.id)
    for key in by_kind.get(ItemKind.PROJECT, ()):
        found[key] = ItemName(projects[key].name, "", projects[key], None)
    if cases := by_kind.get(ItemKind.CASE):
        for case in session.scalars(sa.select(ReviewCase).where(ReviewCase.id.in_(cases))):
            found[case.id] = ItemName(case.title, case.state, projects[case.project_id], case.agency_id)
    if certificates := by_kind.get(ItemKind.CERTIFICATE):
        for row in session.scalars(
            sa.select(ReviewCertificate).where(ReviewCertificate.id.in_(certificates))
        ):
            found[row.id] = ItemName(row.number_internal, "", projects[row.project_id], row.party_id)
    return found
