"""The register: one row per sheet with the newest revision the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.visibility import newest_visible, visible_revisions
from app.files.models import Rendition, RenditionRole
from app.kernel.policy import Rights
from app.projects.rules import DISCIPLINE_ORDER


class RegisterRow(NamedTuple):
    """A sheet in the register. A tuple, because there are thousands at a time."""

    sheet_id: str
    number: str
    sort_key: str
    discipline: str
    building_id: str | None
    title: str
    revision_id: str
    rev_label: str
    rev_seq: int
    state: str
    stage: str
    paper: str
    scales: str
    issue_date: str
    state_at: datetime
    origin: str
    completeness: str
    version: int
    rendition_id: str
    """What a list shows a picture of; empty when there are no bytes."""


def register_of(session: Session, rights: Rights, project_id: str) -> list[RegisterRow]:
    """All rows of a project's register, by discipline, then in natural order of the numbers. One query."""
    newest = newest_visible(rights, project_id)
    is_printable = sa.case((Rendition.role == RenditionRole.PUBLISHED, "1"), else_="0")
    newest_printable = sa.func.max(is_printable.concat(Rendition.id))
    picture = (
        sa.select(Rendition.owner_id, sa.func.substr(newest_printable, 2).label("rendition_id"))
        .join(SheetRevision, SheetRevision.id == Rendition.owner_id)
        .where(
            Rendition.owner_kind == "revision",
            SheetRevision.project_id == project_id,
            Rendition.role.in_((RenditionRole.PUBLISHED, RenditionRole.CAD_SOURCE)),
        )
        .group_by(Rendition.owner_id)
        .subquery("picture")
    )
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(*_COLUMNS)
        .select_from(newest)
        .join(
            SheetRevision,
            sa.and_(SheetRevision.sheet_id == newest.c.sheet_id, SheetRevision.rev_seq == newest.c.rev_seq),
        )
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .outerjoin(picture, picture.c.owner_id == SheetRevision.id)
    )
    rows = [RegisterRow._make(row) for row in session.connection().execute(query).all()]
    return sorted(
        rows,
        key=lambda r: (DISCIPLINE_ORDER.get(r.discipline, 99), r.sort_key, r.building_id or "", r.sheet_id),
    )


def count_sheets(session: Session, project_id: str) -> int:
    """Number of sheets a project has, whoever asks: for progress and limits, never shown to strangers."""
    return session.execute(sa.select(sa.func.count()).where(Sheet.project_id == project_id)).scalar_one()


@dataclass(frozen=True)
class SheetName:
    """A sheet's identity in words, for reports per row."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    state: str


def names_of_revisions(
    session: Session, rights: Rights, project_id: str, revision_ids: Sequence[str]
) -> dict[str, SheetName]:
    """Names by revision id, of those the actor may see."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Sheet.id.label("sheet_id"),
            SheetRevision.id.label("revision_id"),
            Sheet.number,
            SheetRevision.title,
            SheetRevision.rev_label,
            SheetRevision.state,
        )
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(
            SheetRevision.project_id == project_id,
            SheetRevision.id.in_(list(revision_ids)),
            visible_revisions(rights),
        )
    )
    return {row.revision_id: SheetName(*row) for row in session.execute(query)}


_COLUMNS: tuple[Any, ...] = (
    Sheet.id,
    Sheet.number,
    Sheet.sort_key,
    Sheet.discipline,
    Sheet.building_id,
    SheetRevision.title,
    SheetRevision.id,
    SheetRevision.rev_label,
    SheetRevision.rev_seq,
    SheetRevision.state,
    SheetRevision.stage,
    SheetRevision.paper,
    SheetRevision.scales,
    SheetRevision.issue_date,
    SheetRevision.state_at,
    SheetRevision.origin,
    SheetRevision.completeness,
    SheetRevision.version,
    sa.literal_column("coalesce(picture.rendition_id, '')"),
)
