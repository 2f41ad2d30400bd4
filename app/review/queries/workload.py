"""What lies on whose desk now, across projects: open cases by their clocks, and the load of reviewers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import Sheet
from app.projects.workdays import DAY, china
from app.review.models import ReviewAssignment, ReviewCase, ReviewDone, ReviewOpinion, ReviewSheet
from app.review.opinion_rules import TO_JUDGE, OpinionState
from app.review.queries.cases import names_of
from app.review.queries.statistics import TimedCase, is_open
from app.review.rules import WRITING, CaseState, Turn

SOON = 3
"""Working days left, or fewer: due soon."""


@dataclass(frozen=True)
class OpenCase:
    """A case that somebody has in hand."""

    timed: TimedCase
    left: int | None
    """Working days until the term ends, negative after it; None where no term runs."""
    disputes: int
    """Opinions that wait for a ruling."""
    unassigned: tuple[str, ...]
    """Disciplines without a reviewer."""

    @property
    def is_soon(self) -> bool:
        """Due within :data:`SOON` working days and not late."""
        return self.left is not None and 0 <= self.left <= SOON and not self.timed.clock.is_overdue


@dataclass(frozen=True)
class Load:
    """What one reviewer has in one discipline."""

    reviewer_id: str
    reviewer: str
    discipline: str
    cases: int
    to_review: int
    """Cases of this round in which the discipline is not done."""
    sheets: int
    """Sheets of those."""
    to_recheck: int
    """Answers that wait for a decision."""
    late: int
    """Of the cases, those overdue by the agency."""


@dataclass(frozen=True)
class Workload:
    """Everything that is open."""

    cases: tuple[OpenCase, ...]
    """What is due first comes first."""
    loads: tuple[Load, ...]

    def count(self, turn: Turn) -> int:
        """Cases in the hands of a side."""
        return sum(c.timed.clock.turn == turn for c in self.cases)

    @property
    def states(self) -> Mapping[str, int]:
        """Cases by state."""
        return Counter(c.timed.row.state for c in self.cases)

    @property
    def late(self) -> Sequence[OpenCase]:
        """Overdue ones."""
        return [c for c in self.cases if c.timed.clock.is_overdue]

    @property
    def soon(self) -> Sequence[OpenCase]:
        """Due soon."""
        return [c for c in self.cases if c.is_soon]

    @property
    def disputes(self) -> int:
        """Opinions that wait for a ruling."""
        return sum(c.disputes for c in self.cases)


def workload(session: Session, every: Sequence[TimedCase], now: datetime) -> Workload:
    """Of cases (:func:`timed_cases`) those that are open. Five statements."""
    found = [c for c in every if is_open(c)]
    ids = [c.row.id for c in found]
    disputes, waiting = _opinions(session, ids)
    sheets = _sheets(session, ids)
    reviewers = _reviewers(session, ids)
    done = _done(session, {c.row.id: c for c in found}, ids)
    cases = [_open(c, now, disputes[c.row.id], sheets, reviewers) for c in found]
    cases.sort(key=lambda c: (c.left is None, c.left or 0, c.timed.row.state_at, c.timed.row.id))
    grouped: dict[tuple[str, str], list[TimedCase]] = {}
    for case in found:
        for discipline, person in reviewers.get(case.row.id, {}).items():
            grouped.setdefault((person, discipline), []).append(case)
    names = names_of(session, {person for person, _ in grouped})
    loads = []
    for (person, discipline), own in grouped.items():
        to_do = [c for c in own if c.row.state in WRITING and (c.row.id, discipline) not in done]
        loads.append(
            Load(
                person,
                names.get(person, ""),
                discipline,
                cases=len(own),
                to_review=len(to_do),
                sheets=sum(sheets[c.row.id, discipline] for c in to_do),
                to_recheck=sum(waiting[c.row.id, discipline] for c in own),
                late=sum(c.clock.is_overdue and c.clock.turn is Turn.AGENCY for c in own),
            )
        )
    loads.sort(key=lambda one: (-one.to_review, -one.sheets, one.reviewer, one.discipline))
    return Workload(tuple(cases), tuple(loads))


def _open(
    case: TimedCase,
    now: datetime,
    disputes: int,
    sheets: Mapping[tuple[str, str], int],
    reviewers: Mapping[str, Mapping[str, str]],
) -> OpenCase:
    face, left = case.clock, None
    if face.due is not None:
        today = now.astimezone(case.zone).date()
        calendar = china()
        left = calendar.count(today + DAY, face.due)
        if face.is_overdue:
            left = min(-1, -calendar.count(face.due + DAY, today))
    has_begun = case.row.state not in (CaseState.SUBMITTED, CaseState.INTAKE, CaseState.CORRECTION)
    mine = reviewers.get(case.row.id, {})
    missing = sorted(d for key, d in sheets if key == case.row.id and d not in mine) if has_begun else ()
    return OpenCase(case, left, disputes, tuple(missing))


def _opinions(session: Session, ids: Sequence[str]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Disputes by case, and answers to judge by case and discipline."""
    query = (
        sa.select(ReviewOpinion.case_id, ReviewOpinion.discipline, ReviewOpinion.state, sa.func.count())
        .join(ReviewCase, ReviewCase.id == ReviewOpinion.case_id)
        .where(
            ReviewOpinion.case_id.in_(ids),
            sa.or_(
                ReviewOpinion.state == OpinionState.DISPUTED,
                sa.and_(ReviewOpinion.state.in_(sorted(TO_JUDGE)), ReviewCase.state == CaseState.RECHECK),
            ),
        )
        .group_by(ReviewOpinion.case_id, ReviewOpinion.discipline, ReviewOpinion.state)
    )
    disputes, waiting = Counter[str](), Counter[tuple[str, str]]()
    for case, discipline, state, count in session.execute(query):
        if state == OpinionState.DISPUTED:
            disputes[case] += count
        else:
            waiting[case, discipline] += count
    return disputes, waiting


def _sheets(session: Session, ids: Sequence[str]) -> Counter[tuple[str, str]]:
    query = (
        sa.select(ReviewSheet.case_id, Sheet.discipline, sa.func.count(sa.distinct(ReviewSheet.sheet_id)))
        .join(Sheet, Sheet.id == ReviewSheet.sheet_id)
        .where(ReviewSheet.case_id.in_(ids))
        .group_by(ReviewSheet.case_id, Sheet.discipline)
    )
    return Counter({(case, discipline): count for case, discipline, count in session.execute(query)})


def _reviewers(session: Session, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """By case and discipline; the newest assignment counts."""
    query = (
        sa.select(ReviewAssignment.case_id, ReviewAssignment.discipline, ReviewAssignment.reviewer_id)
        .where(ReviewAssignment.case_id.in_(ids))
        .order_by(ReviewAssignment.at, ReviewAssignment.id)
    )
    found: dict[str, dict[str, str]] = {}
    for case, discipline, person in session.execute(query):
        found.setdefault(case, {})[discipline] = person
    return found


def _done(session: Session, cases: Mapping[str, TimedCase], ids: Sequence[str]) -> set[tuple[str, str]]:
    """Disciplines that are done in the round that is being written."""
    began = {
        key: max((s.at for s in case.steps if s.target in WRITING), default=case.row.created_at)
        for key, case in cases.items()
    }
    query = sa.select(ReviewDone).where(ReviewDone.case_id.in_(ids))
    return {
        (row.case_id, row.discipline)
        for row in session.scalars(query)
        if row.round == cases[row.case_id].row.round and row.at >= began[row.case_id]
    }
