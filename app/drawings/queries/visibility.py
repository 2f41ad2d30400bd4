"""Which revisions and sheets an actor may see, as conditions for queries."""

from typing import Any

import sqlalchemy as sa

from app.access.rules import Permission
from app.drawings.models import Sheet, SheetRevision
from app.kernel.policy import Columns, Rights, Target


def visible_revisions(rights: Rights) -> sa.ColumnElement[bool]:
    """Condition on :class:`SheetRevision`."""
    columns = Columns(
        SheetRevision.project_id,
        SheetRevision.building_id,
        SheetRevision.discipline,
        SheetRevision.party_id,
        SheetRevision.state,
    )
    return rights.clause(Permission.REVISION_VIEW, columns)


def recorded_sheets(rights: Rights) -> sa.ColumnElement[bool]:
    """Condition on :class:`Sheet` for questions about the record."""
    columns = Columns(Sheet.project_id, Sheet.building_id, Sheet.discipline)
    return rights.clause(Permission.RECORD_VIEW, columns)


def newest_visible(rights: Rights, project_id: str) -> sa.Subquery:
    """(sheet_id, rev_seq) of the newest revision of each sheet that the actor may see."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(SheetRevision.sheet_id, sa.func.max(SheetRevision.rev_seq).label("rev_seq"))
        .where(SheetRevision.project_id == project_id, visible_revisions(rights))
        .group_by(SheetRevision.sheet_id)
    )
    return query.subquery("newest")


def revision_target(revision: SheetRevision) -> Target:
    """A revision as the policy sees it."""
    return Target(
        project_id=revision.project_id,
        building_id=revision.building_id,
        has_place=True,
        discipline=revision.discipline,
        party_id=revision.party_id,
        state=revision.state,
    )
