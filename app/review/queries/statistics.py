"""Facts for statistics: cases with their clocks and opinions, in a number of statements that does not grow with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.accounts.models import Organisation
from app.drawings.models import SheetRevision
from app.projects.models import Project
from app.projects.rules import Policy
from app.projects.workdays import china
from app.review.clock import ClockFace, Moved, read_clock
from app.review.models import OpinionPlace, ReviewCase, ReviewOpinion, ReviewSheet, ReviewStep
from app.review.opinion_rules import INSIDE, NO_VIOLATION, Severity
from app.review.periods import Period
from app.review.rules import CaseState, Turn
from app.review.statistics import CaseFigure, OpinionFigure

DECIDING = frozenset({"issue_opinions", "pass", "fail"})
"""Steps that decide a round."""
STILL = frozenset({CaseState.FILED, CaseState.FAILED, CaseState.WITHDRAWN})
"""Nobody's turn any more: the clock stands where it stood."""


class StepFact(NamedTuple):
    """A move of a case, as far as it is counted."""

    event: str
    target: str
    at: datetime


@dataclass(frozen=True)
class TimedCase:
    """A case with its steps and its clock."""

    row: ReviewCase
    project: str
    zone: ZoneInfo
    agency_id: str
    """Organisation."""
    agency: str
    steps: Sequence[StepFact]
    clock: ClockFace
    policy: Policy

    @property
    def decision(self) -> StepFact | None:
        """The step that decided the first round."""
        return next((s for s in self.steps if s.event in DECIDING), None)

    @property
    def decided_on(self) -> date | None:
        """Its day in the project's zone."""
        step = self.decision
        return step.at.astimezone(self.zone).date() if step else None

    def is_late(self) -> bool | None:
        """Whether the first round was decided after its term; None where no term ran."""
        step = self.decision
        if step is None:
            return None
        before = [Moved(s.target, s.at) for s in self.steps[: self.steps.index(step)]]
        face = read_clock(before, step.at, china(), self.zone, self.policy, self.row.term_days)
        return face.is_overdue if face.days else None


@dataclass(frozen=True)
class Figures:
    """The cases of a period, and what is not among them."""

    cases: tuple[CaseFigure, ...]
    undecided: int
    """Handed in, first round not decided yet: in no rate."""
    withdrawn: int
    """Withdrawn before the first round was decided."""
    names: Mapping[str, str]
    """Of organisations."""


def timed_cases(session: Session, clause: sa.ColumnElement[bool], now: datetime) -> list[TimedCase]:
    """Cases with their clocks, the newest first. Two statements."""
    query = (
        sa.select(
            ReviewCase, Project.name, Project.timezone, Project.policy, Organisation.id, Organisation.name
        )
        .join(Project, Project.id == ReviewCase.project_id)
        .join(Party, Party.id == ReviewCase.agency_id)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(clause)
        .order_by(ReviewCase.created_at.desc(), ReviewCase.id)
    )
    found = session.execute(query).all()
    steps: dict[str, list[StepFact]] = {}
    moves = (
        sa.select(ReviewStep.case_id, ReviewStep.event, ReviewStep.target, ReviewStep.at)
        .join(ReviewCase, ReviewCase.id == ReviewStep.case_id)
        .where(clause)
        .order_by(ReviewStep.at, ReviewStep.id)
    )
    for case_id, event, target, at in session.execute(moves):
        steps.setdefault(case_id, []).append(StepFact(event, target, at))
    return [_timed(row, steps.get(row[0].id, []), now) for row in found]


def _timed(found: Any, steps: Sequence[StepFact], now: datetime) -> TimedCase:
    case, project, timezone, policy, agency_id, agency = found
    zone, terms = ZoneInfo(timezone), Policy.from_json(policy)
    until = steps[-1].at if steps and case.state in STILL else now
    moved = [Moved(s.target, s.at) for s in steps]
    face = read_clock(moved, until, china(), zone, terms, case.term_days)
    return TimedCase(case, project, zone, agency_id, agency, steps, face, terms)


def figures(session: Session, every: Sequence[TimedCase], period: Period) -> Figures:
    """Of cases (:func:`timed_cases`) those whose first round was decided in a period. Four statements."""
    chosen = [c for c in every if c.decided_on is not None and c.decided_on in period]
    ids = [c.row.id for c in chosen]
    opinions = _opinions(session, ids)
    institutes = _institutes_of_cases(session, ids)
    firms = {firm for found in institutes.values() for firm in found}
    firms |= {firm for found in opinions.values() for o in found for firm in o.institutes}
    names = {c.agency_id: c.agency for c in chosen}
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(firms)))
    )
    names.update((key, name) for key, name in rows)
    waiting = [c for c in every if c.decided_on is None and c.row.state != CaseState.PREPARING]
    return Figures(
        cases=tuple(_figure(c, institutes, opinions) for c in chosen),
        undecided=sum(c.row.state != CaseState.WITHDRAWN for c in waiting),
        withdrawn=sum(c.row.state == CaseState.WITHDRAWN for c in waiting),
        names=names,
    )


def _figure(
    case: TimedCase,
    institutes: Mapping[str, Sequence[str]],
    opinions: Mapping[str, Sequence[OpinionFigure]],
) -> CaseFigure:
    step = case.decision
    return CaseFigure(
        id=case.row.id,
        project_id=case.row.project_id,
        project=case.project,
        title=case.row.title,
        agency_id=case.agency_id,
        state=case.row.state,
        round=case.row.round,
        decided_on=case.decided_on,
        has_failed_first=step is not None and step.event == "fail",
        is_late=case.is_late(),
        clock=case.clock,
        institutes=tuple(institutes.get(case.row.id, ())),
        opinions=tuple(opinions.get(case.row.id, ())),
    )


def _opinions(session: Session, case_ids: Sequence[str]) -> dict[str, list[OpinionFigure]]:
    named = _institutes_of_opinions(session, case_ids)
    query = sa.select(
        ReviewOpinion.id,
        ReviewOpinion.case_id,
        ReviewOpinion.discipline,
        ReviewOpinion.severity,
        ReviewOpinion.basis,
        ReviewOpinion.issued_round,
        ReviewOpinion.state,
        ReviewOpinion.standard_no,
        ReviewOpinion.standard_name,
        ReviewOpinion.clause_no,
    ).where(ReviewOpinion.case_id.in_(case_ids), ReviewOpinion.state.not_in(sorted(INSIDE)))
    found: dict[str, list[OpinionFigure]] = {}
    for key, case, discipline, severity, basis, issued, state, number, name, clause in session.execute(query):
        figure = OpinionFigure(
            discipline, severity, basis, issued, state not in NO_VIOLATION, number, name, clause,
            tuple(named.get(key, ())),
        )  # fmt: skip
        found.setdefault(case, []).append(figure)
    return found


def _institutes_of_opinions(session: Session, case_ids: Sequence[str]) -> dict[str, list[str]]:
    """Organisations whose sheets must-fix opinions stand on; violations of mandatory clauses are always must-fix."""
    query = (
        sa.select(OpinionPlace.opinion_id, Party.organisation_id)
        .join(ReviewOpinion, ReviewOpinion.id == OpinionPlace.opinion_id)
        .join(SheetRevision, SheetRevision.id == OpinionPlace.revision_id)
        .join(Party, Party.id == SheetRevision.party_id)
        .where(
            ReviewOpinion.case_id.in_(case_ids),
            ReviewOpinion.severity == Severity.MUST_FIX,
            ReviewOpinion.state.not_in(sorted(INSIDE)),
            OpinionPlace.is_dropped.is_(False),
        )
        .distinct()
    )
    return _lists(session.execute(query).all())


def _institutes_of_cases(session: Session, case_ids: Sequence[str]) -> dict[str, list[str]]:
    query = (
        sa.select(ReviewSheet.case_id, Party.organisation_id)
        .join(SheetRevision, SheetRevision.id == ReviewSheet.revision_id)
        .join(Party, Party.id == SheetRevision.party_id)
        .where(ReviewSheet.case_id.in_(case_ids))
        .distinct()
    )
    return _lists(session.execute(query).all())


def _lists(pairs: Iterable[Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in sorted(tuple(p) for p in pairs):
        found.setdefault(key, []).append(value)
    return found


def is_open(case: TimedCase) -> bool:
    """Whether somebody still has it in hand after it was handed in."""
    return case.clock.turn is not Turn.NOBODY and case.row.state != CaseState.PREPARING
