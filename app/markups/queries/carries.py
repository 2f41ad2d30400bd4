"""Marks of older revisions that wait for a decision on a newer one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import SheetRevision
from app.drawings.queries.sheets import RenditionView, sheet_for
from app.kernel.policy import Rights
from app.markups.carrying import Place, moved, place_of
from app.markups.models import Markup, MarkupCarry
from app.markups.queries.marks import MarkView, mark_for
from app.markups.rules import MarkStatus
from app.markups.visibility import revision_seen, visible_marks
from viewers.render.compare.values import Comparison

MOST_OFFERS = 500
Chosen = TypeVar("Chosen", bound=sa.Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Offer:
    """A mark that may be carried, how its place stands, and where it would lie."""

    mark: MarkView
    rev_label: str
    place: Place
    anchor: dict[str, Any]
    shape: dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """An older revision whose marks wait, and what of both revisions is compared."""

    revision_id: str
    rev_label: str
    before: RenditionView | None
    after: RenditionView | None


def offers_for(
    session: Session, rights: Rights, revision_id: str, compared: Mapping[str, Comparison] | None = None
) -> Sequence[Offer]:
    """Marks of one's own party on older revisions that nobody decided about; settled and taken-back ones rest.

    A mark that was carried goes on as its successor, and is not offered again.

    Raises:
        Refused: ``not-found``.
    """
    revision = revision_seen(session, rights, revision_id)
    query = _waiting(sa.select(Markup.id, SheetRevision.id, SheetRevision.rev_label), rights, revision)
    rows = session.execute(
        query.order_by(SheetRevision.rev_seq.desc(), Markup.created_at, Markup.id).limit(MOST_OFFERS)
    ).all()
    found = []
    for mark_id, older_id, label in rows:
        mark, comparison = mark_for(session, rights, mark_id), (compared or {}).get(older_id)
        there = moved({"anchor": mark.anchor, "shape": mark.shape}, comparison)
        place = place_of(mark.anchor, mark.shape, comparison)
        found.append(Offer(mark, label, place, there["anchor"], there["shape"]))
    return found


def count_offers(session: Session, rights: Rights, revision_id: str) -> int:
    """How many :func:`offers_for` has.

    Raises:
        Refused: ``not-found``.
    """
    revision = revision_seen(session, rights, revision_id)
    query = _waiting(sa.select(sa.func.count(Markup.id)), rights, revision)
    return min(MOST_OFFERS, int(session.execute(query).scalar_one()))


def pairs_for(session: Session, rights: Rights, revision_id: str) -> Sequence[Pair]:
    """What has to be compared to say how the offered marks stand, newest first.

    Raises:
        Refused: ``not-found``.
    """
    revision = revision_seen(session, rights, revision_id)
    older = set(session.scalars(_waiting(sa.select(Markup.revision_id).distinct(), rights, revision)))
    sheet = sheet_for(session, rights, revision.sheet_id)
    shown = {r.id: r.shown for r in sheet.revisions}
    after = shown.get(revision_id)
    return [Pair(r.id, r.rev_label, shown[r.id], after) for r in sheet.revisions if r.id in older]


def _waiting(query: Chosen, rights: Rights, revision: SheetRevision) -> Chosen:
    own = [seat.party_id for seat in rights.in_project(revision.project_id)]
    decided = sa.select(MarkupCarry.markup_id).where(
        sa.or_(MarkupCarry.revision_id == revision.id, MarkupCarry.carried_id.is_not(None))
    )
    return query.join(SheetRevision, SheetRevision.id == Markup.revision_id).where(
        Markup.sheet_id == revision.sheet_id,
        SheetRevision.rev_seq < revision.rev_seq,
        Markup.taken_back_at.is_(None),
        Markup.status != MarkStatus.RESOLVED,
        Markup.id.not_in(decided),
        Markup.party_id.in_(own),
        visible_marks(rights),
    )
