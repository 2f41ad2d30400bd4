"""Which changes somebody sees: by state, and by one sheet at least that his seat covers."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.changes.models import ChangeDocument, ChangeSheet
from app.drawings.models import Sheet
from app.kernel.policy import Columns, Rights


def seen_changes(rights: Rights) -> sa.ColumnElement[bool]:
    """Condition on :class:`ChangeDocument`: a seat in whose scope one of its sheets lies, by either discipline."""
    on_sheet = rights.clause(
        Permission.CHANGE_VIEW,
        Columns(Sheet.project_id, Sheet.building_id, Sheet.discipline, state=ChangeDocument.state),
    )
    of_change = rights.clause(
        Permission.CHANGE_VIEW,
        Columns(Sheet.project_id, Sheet.building_id, ChangeDocument.discipline, state=ChangeDocument.state),
    )
    return (
        sa.exists()
        .where(
            ChangeSheet.change_id == ChangeDocument.id,
            ChangeSheet.is_dropped.is_(False),
            Sheet.id == ChangeSheet.sheet_id,
            sa.or_(on_sheet, of_change),
        )
        .correlate(ChangeDocument)
    )


def sees_change(session: Session, rights: Rights, change: ChangeDocument) -> bool:
    """Whether the actor sees this one."""
    query = sa.select(ChangeDocument.id).where(ChangeDocument.id == change.id, seen_changes(rights))
    return session.execute(query).first() is not None
