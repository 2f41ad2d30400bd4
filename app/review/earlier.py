"""What earlier rounds said at the same place or under the same clause, so that nobody contradicts them unawares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.text import code_key
from app.review.models import OpinionPlace, ReviewCase, ReviewOpinion
from app.review.opinion_rules import SETTLED

HALF = 2
"""Two regions are the same place when they share at least half of the smaller one."""

Spot = tuple[str, Sequence[int]]
"""A sheet, and ``x0, y0, x1, y1`` on it in um; empty: the whole sheet."""


@dataclass(frozen=True)
class Spoken:
    """An opinion, as far as it can be held against another."""

    id: str
    serial: int
    round: int
    """In which it went out."""
    clause: tuple[str, str]
    """Standard and clause in normal form; empty where none is cited."""
    spots: tuple[Spot, ...]


def clause_of(standard_no: str, clause_no: str) -> tuple[str, str]:
    """A clause in normal form; two empty texts unless both are named."""
    found = (code_key(standard_no), code_key(clause_no))
    return found if all(found) else ("", "")


def same_matter(one: Spoken, others: Iterable[Spoken]) -> list[Spoken]:
    """Those of the others that speak of the same sheet under the same clause, or of the same place on it."""
    return [other for other in others if other.id != one.id and _meets(one, other)]


def settled_before(session: Session, case: ReviewCase) -> list[Spoken]:
    """The opinions of a case that went out in an earlier round and are settled, by serial number."""
    query = (
        sa.select(ReviewOpinion)
        .where(
            ReviewOpinion.case_id == case.id,
            ReviewOpinion.state.in_(sorted(SETTLED)),
            ReviewOpinion.issued_round < case.round,
        )
        .order_by(ReviewOpinion.serial)
    )
    rows = session.scalars(query).all()
    spots: dict[str, list[Spot]] = {}
    places = sa.select(OpinionPlace).where(
        OpinionPlace.opinion_id.in_([o.id for o in rows]), OpinionPlace.is_dropped.is_(False)
    )
    for place in session.scalars(places.order_by(OpinionPlace.id)):
        spots.setdefault(place.opinion_id, []).append((place.sheet_id, tuple(place.region)))
    return [
        Spoken(
            o.id,
            o.serial,
            o.issued_round or o.round,
            clause_of(o.standard_no, o.clause_no),
            tuple(spots.get(o.id, ())),
        )
        for o in rows
    ]


def _meets(one: Spoken, other: Spoken) -> bool:
    shared = {sheet for sheet, _ in one.spots} & {sheet for sheet, _ in other.spots}
    if not shared:
        return False
    if any(one.clause) and one.clause == other.clause:
        return True
    return any(
        sheet == where and _same_place(box, its) for sheet, box in one.spots for where, its in other.spots
    )


def _same_place(one: Sequence[int], other: Sequence[int]) -> bool:
    """Regions that mostly cover each other; the whole sheet is no place."""
    if len(one) != len(other) or len(one) != 4:
        return False
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return False
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return width * height * HALF >= smaller
