"""Marks of an agency's own people on the sheets of a case, from which its reviewers may make draft opinions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.flows import ReadingRoom
from app.drawings.models import SheetRevision
from app.kernel.errors import Refused
from app.kernel.policy import Rights
from app.markups.fields import MarkFields
from app.markups.geometry import box_of, measured
from app.markups.models import Markup
from app.markups.queries.marks import mark_for
from app.markups.rules import STAMP_LABELS, Stamp
from app.markups.visibility import visible_marks
from app.review.facts import CaseSheet, reviewers_of, sheets_of_case
from app.review.models import ReviewCase, ReviewOpinion
from app.review.opinion_rules import OpinionState
from app.review.queries.cases import case_row, names_of
from app.review.rules import WRITING

FROM_MARK = "mark:"
"""Origin of an opinion that was made of a mark, before the mark's id."""
LEAST_UM = 4_000
"""A mark at a point still has a place that can be seen."""


@dataclass(frozen=True)
class MarkOffer:
    """A mark that may become an opinion."""

    id: str
    sheet_id: str
    revision_id: str
    number: str
    discipline: str
    text: str
    author: str
    region: tuple[int, ...]


def mark_offers(session: Session, rights: Rights, case_id: str, *, sheet_id: str = "") -> list[MarkOffer]:
    """Marks of the case's agency on its present sheets, of the disciplines that the actor reviews, in register order.

    Those that say nothing, were taken back, or are an opinion already are not among them. Empty while nothing is written.

    Raises:
        Refused: ``not-found``.
    """
    case = case_row(session, rights, case_id)
    if case.state not in WRITING:
        return []
    own = {d for d, person in reviewers_of(session, case.id).items() if person == rights.actor.person_id}
    sheets = {
        s.revision_id: s
        for s in sheets_of_case(session, case.id)
        if s.discipline in own and sheet_id in ("", s.sheet_id)
    }
    used = set(used_marks(session, case.id))
    query = (
        sa.select(Markup)
        .join(SheetRevision, SheetRevision.id == Markup.revision_id)
        .where(
            Markup.revision_id.in_(list(sheets)),
            Markup.party_id == case.agency_id,
            Markup.taken_back_at.is_(None),
            visible_marks(rights),
        )
        .order_by(Markup.created_at, Markup.id)
    )
    rows = [m for m in session.scalars(query) if m.id not in used and said_by(m)]
    names = names_of(session, {m.author_id for m in rows})
    place = {key: n for n, key in enumerate(sheets)}
    return [_offer(m, sheets[m.revision_id], names) for m in sorted(rows, key=lambda m: place[m.revision_id])]


def used_marks(session: Session, case_id: str) -> Mapping[str, int]:
    """Serial number of the opinion that was made of a mark; what was not adopted may be made again."""
    query = sa.select(ReviewOpinion.origin, ReviewOpinion.serial).where(
        ReviewOpinion.case_id == case_id,
        ReviewOpinion.state != OpinionState.REJECTED,
        ReviewOpinion.origin.startswith(FROM_MARK, autoescape=True),
    )
    return {origin.removeprefix(FROM_MARK): serial for origin, serial in session.execute(query)}


def said_by(mark: Markup) -> str:
    """What a mark says in words: its text, what its stamp reads, what was measured."""
    stamp: Any = mark.shape.get("stamp")
    words = [mark.text.strip(), STAMP_LABELS[Stamp(stamp)].zh if stamp and not mark.text.strip() else ""]
    if any(words):
        words.append(measured(mark.shape) if "measure" in mark.shape else "")
    return " ".join(filter(None, words))


def place_of_mark(mark: Markup) -> tuple[int, ...]:
    """The box around a mark, never thinner than can be seen; empty for one about the whole sheet."""
    if mark.anchor.get("type") == "sheet":
        return ()
    x0, y0, x1, y1 = box_of(mark.anchor, mark.shape)
    dx, dy = max(0, LEAST_UM - (x1 - x0)) // 2, max(0, LEAST_UM - (y1 - y0)) // 2
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy


def grids_of(room: ReadingRoom, session: Session, rights: Rights, marks: Collection[str]) -> dict[str, str]:
    """Fields of the sheets' grids in which marks lie; what the actor does not see is left out."""
    fields, found = MarkFields(room, session, rights), {}
    for mark_id in marks:
        try:
            found[mark_id] = fields.of(mark_for(session, rights, mark_id))
        except Refused:
            continue  # the act says why, row by row
    return found


def in_this_case(case: ReviewCase, mark: Markup, sheets: Sequence[CaseSheet]) -> CaseSheet | None:
    """The sheet of a case on whose present revision a mark of its agency lies."""
    if mark.party_id != case.agency_id:
        return None
    return next((s for s in sheets if s.revision_id == mark.revision_id), None)


def _offer(mark: Markup, sheet: CaseSheet, names: Mapping[str, str]) -> MarkOffer:
    return MarkOffer(
        id=mark.id,
        sheet_id=mark.sheet_id,
        revision_id=mark.revision_id,
        number=sheet.number,
        discipline=sheet.discipline,
        text=said_by(mark),
        author=names.get(mark.author_id, ""),
        region=place_of_mark(mark),
    )
