"""Who sees which marks: those who see the revision, and of a party's own marks only that party."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target, visible_revisions
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights
from app.markups.models import Markup
from app.markups.rules import Audience


def visible_marks(rights: Rights) -> sa.ColumnElement[bool]:
    """Condition on :class:`Markup` joined with :class:`SheetRevision`."""
    return sa.and_(visible_revisions(rights), shared_marks(rights))


def shared_marks(rights: Rights) -> sa.ColumnElement[bool]:
    """Condition on :class:`Markup` alone, for revisions that the actor sees."""
    own = sorted({seat.party_id for seat in rights.seats})
    return sa.or_(Markup.audience == Audience.PROJECT, Markup.party_id.in_(own))


def revision_seen(session: Session, rights: Rights, revision_id: str) -> SheetRevision:
    """A revision that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    found = session.get(SheetRevision, revision_id)
    if found is None or not rights.may(Permission.REVISION_VIEW, revision_target(found)):
        raise Refused(NOT_FOUND)
    return found


def mark_seen(session: Session, rights: Rights, mark_id: str) -> tuple[Markup, SheetRevision]:
    """A mark that the actor may see, with its revision. Acts lock the row: two of them come one after the other.

    Raises:
        Refused: ``not-found``.
    """
    query = (
        sa.select(Markup, SheetRevision)
        .join(SheetRevision, SheetRevision.id == Markup.revision_id)
        .where(Markup.id == mark_id, visible_marks(rights))
        .with_for_update(of=Markup)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Refused(NOT_FOUND)
    return found[0], found[1]


def may_read_entry(session: Session, rights: Rights, entry: Mapping[str, str]) -> bool:
    """Whether the actor may read a ledger entry with these subjects: of a mark, whoever sees the mark."""
    mark_id = entry.get("markup")
    return mark_id is None or mark_id in marks_seen(session, rights, [mark_id])


def marks_seen(session: Session, rights: Rights, mark_ids: Collection[str]) -> set[str]:
    """Those of these marks that the actor may see."""
    query = (
        sa.select(Markup.id)
        .join(SheetRevision, SheetRevision.id == Markup.revision_id)
        .where(Markup.id.in_(mark_ids), visible_marks(rights))
    )
    return set(session.scalars(query)) if mark_ids else set()
