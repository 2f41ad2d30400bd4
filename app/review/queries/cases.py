"""Cases: lists, one case with all that its page shows, and what can be done with it now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.queries import project_rights
from app.access.rules import Permission
from app.accounts.models import Organisation, Person
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.kernel.policy import Columns, Rights, Target
from app.kernel.workflow import GuardResult
from app.projects.models import Project
from app.projects.queries import policy_of
from app.projects.workdays import WorkCalendar, china
from app.record.models import Baseline
from app.review.clock import ClockFace, Moved, read_clock
from app.review.conflicts import conflicts_of
from app.review.facts import CaseFacts, CaseSheet, case_facts
from app.review.guards import judge_case
from app.review.models import ReviewCase, ReviewDocument, ReviewStep, ReviewSubmission
from app.review.opinion_rules import INSIDE, OPEN, Severity
from app.review.queries.conclusions import JointView, joint_of
from app.review.rules import CASES


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    id: str
    project_id: str
    title: str
    business_no: str
    state: str
    round: int
    agency: str
    clock: ClockFace
    state_at: datetime
    sheets: int
    opinions: int
    """Issued ones."""
    open_must_fix: int


@dataclass(frozen=True)
class StepView:
    """A move of a case, as its history shows it."""

    event: str
    target: str
    round: int
    note: str
    person: str
    at: datetime


@dataclass(frozen=True)
class DocumentView:
    """A basis document."""

    id: str
    kind: str
    title: str
    number: str
    sha256: str
    size: int
    file_name: str
    person: str
    added_at: datetime


@dataclass(frozen=True)
class SubmissionView:
    """Sheets handed in at one time."""

    id: str
    sequence: int
    round: int
    baseline_id: str
    items: int
    findings: tuple[Mapping[str, object], ...]
    note: str
    person: str
    submitted_at: datetime


@dataclass(frozen=True)
class DisciplineView:
    """A discipline of a case: who reviews it, whether he is done, and who could."""

    discipline: str
    reviewer_id: str
    reviewer: str
    is_done: bool
    sheets: int
    opinions: int
    candidates: tuple[tuple[str, str], ...]
    """(person, name) of those who have a seat for it and need not stand aside."""


@dataclass(frozen=True)
class NextMove:
    """A step that the actor's seats allow, with its guards' answers."""

    event: str
    label: Label
    target: str
    guards: tuple[GuardResult, ...]

    @property
    def is_open(self) -> bool:
        """True when no guard stops it."""
        return not any(g.stops for g in self.guards)


@dataclass(frozen=True)
class CaseView:
    """A case with all that its page shows."""

    id: str
    project_id: str
    agency_id: str
    agency: str
    mode: str
    title: str
    business_no: str
    is_fire_joint: bool
    is_civil_defence_joint: bool
    state: str
    round: int
    is_first_pass: bool | None
    created_at: datetime
    state_at: datetime
    version: int
    clock: ClockFace
    sheets: tuple[CaseSheet, ...]
    disciplines: tuple[DisciplineView, ...]
    documents: tuple[DocumentView, ...]
    submissions: tuple[SubmissionView, ...]
    steps: tuple[StepView, ...]
    moves: tuple[NextMove, ...]
    joint: tuple[JointView, ...]
    opinions_on: Mapping[str, int]
    """Opinions by sheet, as far as the actor may see them."""


def cases_of(session: Session, rights: Rights, project_id: str, now: datetime) -> list[CaseRow]:
    """The cases of a project that the actor may see, the newest first."""
    clause = rights.clause(
        Permission.REVIEW_VIEW, Columns(ReviewCase.project_id, party_id=ReviewCase.agency_id)
    )
    query = (
        sa.select(ReviewCase)
        .where(ReviewCase.project_id == project_id, clause)
        .order_by(ReviewCase.created_at.desc(), ReviewCase.id)
    )
    return [_row(session, case, now) for case in session.scalars(query)]


def case_row(session: Session, rights: Rights, case_id: str) -> ReviewCase:
    """The row of a case that the actor may see.

    Raises:
        Refused: ``not-found``.
    """
    case = session.get(ReviewCase, case_id)
    if case is None or not rights.may(
        Permission.REVIEW_VIEW, Target(case.project_id, party_id=case.agency_id)
    ):
        raise Refused(NOT_FOUND)
    return case


def sees_inside(rights: Rights, case: ReviewCase) -> bool:
    """Whether the actor has a seat of the case's agency: drafts and proposals are the agency's own affair."""
    return any(s.party_id == case.agency_id for s in rights.in_project(case.project_id))


def case_for(session: Session, rights: Rights, case_id: str, now: datetime) -> CaseView:
    """One case.

    Raises:
        Refused: ``not-found``.
    """
    case = case_row(session, rights, case_id)
    facts = case_facts(session, case)
    steps = _steps(session, case.id)
    return CaseView(
        id=case.id,
        project_id=case.project_id,
        agency_id=case.agency_id,
        agency=_agencies(session, [case.agency_id]).get(case.agency_id, ""),
        mode=case.mode,
        title=case.title,
        business_no=case.business_no,
        is_fire_joint=case.is_fire_joint,
        is_civil_defence_joint=case.is_civil_defence_joint,
        state=case.state,
        round=case.round,
        is_first_pass=case.is_first_pass,
        created_at=case.created_at,
        state_at=case.state_at,
        version=case.version,
        clock=_clock(session, case, steps, now),
        sheets=tuple(facts.sheets),
        disciplines=tuple(_disciplines(session, case, facts, now)),
        documents=tuple(_documents(session, case.id)),
        submissions=tuple(_submissions(session, case.id)),
        steps=tuple(_step_views(session, steps)),
        moves=tuple(_moves(rights, case, facts)),
        joint=joint_of(session, rights, case, now),
        opinions_on=Counter(
            sheet
            for o in facts.opinions
            if o.state not in INSIDE or sees_inside(rights, case)
            for sheet in set(o.sheet_ids)
        ),
    )


def _moves(rights: Rights, case: ReviewCase, facts: CaseFacts) -> Iterable[NextMove]:
    target = Target(case.project_id, party_id=case.agency_id)
    for step in CASES.steps_from(case.state):
        if rights.may(step.permission, target):
            names = [g for g in step.guards if g not in ("reason", "sheets", "gate")]
            yield NextMove(step.event, CASES.events[step.event], step.target, tuple(judge_case(names, facts)))


def _row(session: Session, case: ReviewCase, now: datetime) -> CaseRow:
    facts = case_facts(session, case)
    issued = [o for o in facts.opinions if o.state not in INSIDE]
    return CaseRow(
        id=case.id,
        project_id=case.project_id,
        title=case.title,
        business_no=case.business_no,
        state=case.state,
        round=case.round,
        agency=_agencies(session, [case.agency_id]).get(case.agency_id, ""),
        clock=_clock(session, case, _steps(session, case.id), now),
        state_at=case.state_at,
        sheets=len(facts.sheets),
        opinions=len(issued),
        open_must_fix=sum(o.severity == Severity.MUST_FIX and o.state in OPEN for o in issued),
    )


def clock_of(session: Session, case: ReviewCase, now: datetime) -> ClockFace:
    """The clock of one case."""
    return _clock(session, case, _steps(session, case.id), now)


def _clock(
    session: Session,
    case: ReviewCase,
    steps: Sequence[ReviewStep],
    now: datetime,
    calendar: WorkCalendar | None = None,
) -> ClockFace:
    zone = ZoneInfo(session.get_one(Project, case.project_id).timezone)
    policy = policy_of(session, case.project_id)
    moved = [Moved(s.target, s.at) for s in steps]
    return read_clock(moved, now, calendar or china(), zone, policy, case.term_days)


def _steps(session: Session, case_id: str) -> Sequence[ReviewStep]:
    query = sa.select(ReviewStep).where(ReviewStep.case_id == case_id).order_by(ReviewStep.at, ReviewStep.id)
    return session.scalars(query).all()


def _step_views(session: Session, steps: Sequence[ReviewStep]) -> Iterable[StepView]:
    people = names_of(session, {s.person_id for s in steps})
    for s in steps:
        yield StepView(s.event, s.target, s.round, s.note, people.get(s.person_id, ""), s.at)


def names_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Names of people by identifier."""
    return dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(list(ids)))).all())


def _agencies(session: Session, party_ids: Iterable[str]) -> dict[str, str]:
    query = (
        sa.select(Party.id, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_(list(party_ids)))
    )
    return dict(session.execute(query).all())


def _documents(session: Session, case_id: str) -> Iterable[DocumentView]:
    query = (
        sa.select(ReviewDocument, Person.name)
        .join(Person, Person.id == ReviewDocument.person_id)
        .where(ReviewDocument.case_id == case_id)
        .order_by(ReviewDocument.added_at, ReviewDocument.id)
    )
    for d, name in session.execute(query):
        yield DocumentView(d.id, d.kind, d.title, d.number, d.sha256, d.size, d.file_name, name, d.added_at)


def _submissions(session: Session, case_id: str) -> Iterable[SubmissionView]:
    query = (
        sa.select(ReviewSubmission, Person.name, Baseline.items)
        .join(Person, Person.id == ReviewSubmission.person_id)
        .join(Baseline, Baseline.id == ReviewSubmission.baseline_id)
        .where(ReviewSubmission.case_id == case_id)
        .order_by(ReviewSubmission.sequence)
    )
    for s, name, items in session.execute(query):
        yield SubmissionView(
            s.id, s.sequence, s.round, s.baseline_id, items, tuple(s.findings), s.note, name, s.submitted_at
        )


def _disciplines(
    session: Session, case: ReviewCase, facts: CaseFacts, now: datetime
) -> Iterable[DisciplineView]:
    """Disciplines of the sheets, and those that somebody reviews beside."""
    everybody = project_rights(session, case.project_id, now)
    shown = dict.fromkeys([*facts.disciplines, *sorted(facts.reviewers)])
    target = {d: Target(case.project_id, party_id=case.agency_id, discipline=d) for d in shown}
    able = {d: [p for p, r in everybody.items() if r.may(Permission.REVIEW_WRITE, target[d])] for d in shown}
    people = {p for found in able.values() for p in found}
    conflicts = conflicts_of(session, case, people)
    names = names_of(session, {*people, *facts.reviewers.values()})
    for d in shown:
        reviewer = facts.reviewers.get(d, "")
        yield DisciplineView(
            discipline=d,
            reviewer_id=reviewer,
            reviewer=names.get(reviewer, ""),
            is_done=d in facts.done,
            sheets=sum(s.discipline == d for s in facts.sheets),
            opinions=sum(o.discipline == d and o.state not in INSIDE for o in facts.opinions),
            candidates=tuple((p, names[p]) for p in able[d] if p not in conflicts),
        )
