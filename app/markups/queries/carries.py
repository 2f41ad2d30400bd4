"""Marks of older revisions that wait for a decision on a newer one."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import SheetRevision
from app.kernel.policy import Rights
from app.markups.carrying import Comparison, standing_of
from app.markups.models import Markup, MarkupCarry
from app.markups.queries.marks import MarkView, mark_for
from app.markups.rules import MarkStatus, Standing
from app.markups.visibility import revision_seen, visible_marks


@dataclass(frozen=True)
class Offer:
    """A mark that may be carried, and how its place stands."""

    mark: MarkView
    rev_label: str
    standing: Standing


def offers_for(
    session: Session, rights: Rights, revision_id: str, compared: Comparison | None = None
) -> Sequence[Offer]:
    """Marks of one's own party on older revisions that nobody decided about; settled and taken-back ones rest.

    A mark that was carried goes on as its successor, and is not offered again.

    Raises:
        Refused: ``not-found``.
    """
    revision = revision_seen(session, rights, revision_id)
    own = [seat.party_id for seat in rights.in_project(revision.project_id)]
    decided = sa.select(MarkupCarry.markup_id).where(
        sa.or_(MarkupCarry.revision_id == revision_id, MarkupCarry.carried_id.is_not(None))
    )
    query = (
        sa.select(Markup.id, SheetRevision.rev_label)
        .join(SheetRevision, SheetRevision.id == Markup.revision_id)
        .where(
            Markup.sheet_id == revision.sheet_id,
            SheetRevision.rev_seq < revision.rev_seq,
            Markup.taken_back_at.is_(None),
            Markup.status != MarkStatus.RESOLVED,
            Markup.id.not_in(decided),
            Markup.party_id.in_(own),
            visible_marks(rights),
        )
        .order_by(SheetRevision.rev_seq.desc(), Markup.created_at, Markup.id)
        .limit(500)
    )
    found = []
    for mark_id, label in session.execute(query).all():
        mark = mark_for(session, rights, mark_id)
        found.append(Offer(mark, label, standing_of(mark.anchor, mark.shape, compared)))
    return found
