"""What can be asked about projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target
from app.kernel.text import natural_key
from app.projects.models import Building, BuildingIdentifier, Project, ProjectIdentifier
from app.projects.rules import Policy


@dataclass(frozen=True)
class IdentifierView:
    """A code of a project or a building."""

    id: str
    scheme: str
    value: str
    verdict: str
    override_reason: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True)
class BuildingView:
    """A building with its codes in force."""

    id: str
    number: str
    name: str
    codes: tuple[IdentifierView, ...]
    version: int


@dataclass(frozen=True)
class ProjectView:
    """A project as pages show it."""

    id: str
    name: str
    name_en: str
    short_name: str
    region_code: str
    address: str
    timezone: str
    is_name_public: bool
    is_restricted: bool
    policy: Policy
    created_at: datetime
    version: int
    codes: tuple[IdentifierView, ...] = ()

    @property
    def code(self) -> str:
        """The national project code in force, or an empty text."""
        return next((c.value for c in self.codes if c.scheme == "project_code" and c.valid_to is None), "")


def projects_of(session: Session, rights: Rights) -> Sequence[ProjectView]:
    """The projects an actor has a seat in, by name."""
    ids = rights.project_ids()
    if not ids:
        return []
    query = sa.select(Project).where(Project.id.in_(ids)).order_by(Project.name)
    codes = _codes(session, ids)
    return [_view(p, codes.get(p.id, ())) for p in session.scalars(query)]


def project_for(session: Session, rights: Rights, project_id: str) -> ProjectView:
    """One project.

    Raises:
        Refused: ``not-found`` when absent or foreign.
    """
    if not rights.may("project:view", Target(project_id)):
        raise Refused(NOT_FOUND)
    project = session.get(Project, project_id)
    if project is None:
        raise Refused(NOT_FOUND)
    return _view(project, _codes(session, (project_id,)).get(project_id, ()))


def policy_of(session: Session, project_id: str) -> Policy:
    """What a project asks for.

    Raises:
        Refused: ``not-found``.
    """
    project = session.get(Project, project_id)
    if project is None:
        raise Refused(NOT_FOUND)
    return Policy.from_json(project.policy)


def buildings_of(session: Session, project_id: str) -> Sequence[BuildingView]:
    """The buildings of a project in natural order."""
    rows = session.scalars(sa.select(Building).where(Building.project_id == project_id)).all()
    codes: dict[str, list[IdentifierView]] = {}
    query = sa.select(BuildingIdentifier).where(BuildingIdentifier.building_id.in_([b.id for b in rows]))
    for row in session.scalars(query):
        view = IdentifierView(row.id, row.scheme, row.value, row.verdict, "", row.valid_from, row.valid_to)
        codes.setdefault(row.building_id, []).append(view)
    views = [BuildingView(b.id, b.number, b.name, tuple(codes.get(b.id, ())), b.version) for b in rows]
    return sorted(views, key=lambda b: natural_key(b.number))


def _codes(session: Session, ids: Sequence[str]) -> dict[str, tuple[IdentifierView, ...]]:
    query = (
        sa.select(ProjectIdentifier)
        .where(ProjectIdentifier.project_id.in_(ids))
        .order_by(ProjectIdentifier.valid_from, ProjectIdentifier.id)
    )
    found: dict[str, tuple[IdentifierView, ...]] = {}
    for row in session.scalars(query):
        view = IdentifierView(
            row.id, row.scheme, row.value, row.verdict, row.override_reason, row.valid_from, row.valid_to
        )
        found[row.project_id] = (*found.get(row.project_id, ()), view)
    return found


def _view(project: Project, codes: tuple[IdentifierView, ...]) -> ProjectView:
    return ProjectView(
        id=project.id,
        name=project.name,
        name_en=project.name_en,
        short_name=project.short_name,
        region_code=project.region_code,
        address=project.address,
        timezone=project.timezone,
        is_name_public=project.is_name_public,
        is_restricted=project.is_restricted,
        policy=Policy.from_json(project.policy),
        created_at=project.created_at,
        version=project.version,
        codes=codes,
    )
