"""The newest assisted run of a case: what each rule said, findings with decisions, and what could not be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.models import Sheet, SheetRevision
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import Label
from app.kernel.outbox import Job, JobState
from app.kernel.policy import Rights, Target
from app.projects.queries import policy_of
from app.review.actions.assist import job_key
from app.review.assist.rule import Rule, Verdict
from app.review.assist.rulebook import OFF, RULES
from app.review.assist.words import CANNOT, action_of, fact_of
from app.review.facts import sheets_of_case
from app.review.library_models import ReviewFinding, ReviewRun
from app.review.models import ReviewCase, ReviewOpinion, ReviewSubmission
from app.review.queries.cases import case_row, names_of

NOT_RUN = "not_run"
"""A rule that the newest run did not know."""


@dataclass(frozen=True)
class FindingView:
    """One finding."""

    id: str
    rule: str
    reason: str
    fact: Label
    action: Label
    sheet_id: str | None
    revision_id: str | None
    number: str
    rev_label: str
    discipline: str
    region: tuple[int, ...]
    decision: str
    is_old: bool
    """The case has a newer revision of the sheet: run again before deciding."""
    opinion: int | None
    """Serial number of the draft that was made of it."""
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True)
class UnjudgedView:
    """Why a rule could not judge, and which sheets."""

    reason: Label
    sheets: tuple[tuple[str, str, str], ...]
    """(sheet, revision, number); none when it is about the whole set."""


@dataclass(frozen=True)
class RuleView:
    """One rule and what it said."""

    rule: Rule
    verdict: str
    counts: Mapping[str, int]
    """Sheets by verdict."""
    findings: tuple[FindingView, ...]
    unjudged: tuple[UnjudgedView, ...]

    @property
    def open(self) -> int:
        """Findings that nobody has decided about."""
        return sum(f.decision == "open" for f in self.findings)


@dataclass(frozen=True)
class RunView:
    """How a run stands."""

    id: str
    round: int
    person: str
    asked_at: datetime
    finished_at: datetime | None
    is_broken: bool = False
    """No job works on it any more, and it has no answer."""


@dataclass(frozen=True)
class AssistView:
    """The assisted review of a case."""

    newest: RunView | None
    """The newest run, finished or not."""
    shown: RunView | None
    """The newest finished one: the rules below are its."""
    rules: tuple[RuleView, ...]
    is_stale: bool = False
    """Sheets were handed in after the shown run was asked for."""

    @property
    def is_running(self) -> bool:
        """True while an answer is to come."""
        return self.newest is not None and self.newest.finished_at is None and not self.newest.is_broken

    @property
    def open(self) -> int:
        """Findings to decide."""
        return sum(rule.open for rule in self.rules)


def may_assist(rights: Rights, case: ReviewCase) -> bool:
    """Whether the actor has a seat of the agency that writes opinions or leads."""
    target = Target(case.project_id, party_id=case.agency_id)
    return rights.may(Permission.REVIEW_WRITE, target) or rights.may(Permission.REVIEW_LEAD, target)


def assist_of(session: Session, rights: Rights, case_id: str) -> AssistView:
    """The assisted review of a case, for the reviewers of its agency.

    Raises:
        Refused: ``not-found``; also for those who see the case but do not review it.
    """
    case = case_row(session, rights, case_id)
    if not may_assist(rights, case):
        raise Refused(NOT_FOUND)
    query = sa.select(ReviewRun).where(ReviewRun.case_id == case.id)
    runs = session.scalars(query.order_by(ReviewRun.asked_at.desc(), ReviewRun.id.desc())).all()
    newest = runs[0] if runs else None
    shown = next((r for r in runs if r.finished_at is not None), None)
    names = names_of(session, {r.person_id for r in (newest, shown) if r is not None})
    off = policy_of(session, case.project_id).review_rules_off
    return AssistView(
        newest=_run(session, newest, names),
        shown=_run(session, shown, names),
        rules=_rules(session, case, shown, off),
        is_stale=shown is not None and _is_stale(session, case, shown),
    )


def _run(session: Session, run: ReviewRun | None, names: Mapping[str, str]) -> RunView | None:
    if run is None:
        return None
    alive = sa.select(Job.id).where(
        Job.dedupe_key == job_key(run.id), Job.state.in_((JobState.READY, JobState.RUNNING))
    )
    is_broken = run.finished_at is None and session.execute(alive.limit(1)).first() is None
    return RunView(run.id, run.round, names.get(run.person_id, ""), run.asked_at, run.finished_at, is_broken)


def _is_stale(session: Session, case: ReviewCase, run: ReviewRun) -> bool:
    later = sa.select(ReviewSubmission.id).where(
        ReviewSubmission.case_id == case.id, ReviewSubmission.submitted_at > run.asked_at
    )
    return session.execute(later.limit(1)).first() is not None


def _rules(
    session: Session, case: ReviewCase, run: ReviewRun | None, off: Sequence[str]
) -> tuple[RuleView, ...]:
    if run is None:
        return tuple(RuleView(r, OFF if r.id in off else NOT_RUN, {}, (), ()) for r in RULES)
    query = sa.select(ReviewFinding).where(ReviewFinding.run_id == run.id).order_by(ReviewFinding.id)
    rows = list(session.scalars(query))
    context = _context(session, case, rows)
    order = {sheet: n for n, sheet in enumerate(context.current)}
    rows.sort(key=lambda f: (order.get(f.sheet_id or "", -1), f.reason, f.region, f.key))
    views = []
    for rule in RULES:
        kept: Mapping[str, Any] = run.rules.get(rule.id, {})
        mine = [f for f in rows if f.rule == rule.id]
        views.append(
            RuleView(
                rule,
                str(kept.get("verdict", NOT_RUN)),
                {str(v): int(kept.get(v, 0)) for v in Verdict},
                tuple(_finding(f, context) for f in mine if f.verdict == Verdict.FINDING),
                tuple(_unjudged(f) for f in mine if f.verdict == Verdict.CANNOT),  # by reason
            )
        )
    return tuple(views)


@dataclass(frozen=True)
class _Context:
    sheets: Mapping[str, tuple[str, str, str]]
    """By revision: number, its label, discipline."""
    current: Mapping[str, str]
    """Revision by sheet, as the case has it."""
    serials: Mapping[str, int]
    names: Mapping[str, str]


def _context(session: Session, case: ReviewCase, rows: Sequence[ReviewFinding]) -> _Context:
    revisions = {f.revision_id for f in rows if f.revision_id}
    sheets = (
        sa.select(SheetRevision.id, Sheet.number, SheetRevision.rev_label, SheetRevision.discipline)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(SheetRevision.id.in_(revisions))
    )
    opinions = sa.select(ReviewOpinion.id, ReviewOpinion.serial).where(ReviewOpinion.case_id == case.id)
    return _Context(
        sheets={key: (number, label, d) for key, number, label, d in session.execute(sheets)},
        current={s.sheet_id: s.revision_id for s in sheets_of_case(session, case.id)},
        serials=dict(session.execute(opinions).all()),
        names=names_of(session, {f.decided_by for f in rows if f.decided_by}),
    )


def _finding(row: ReviewFinding, context: _Context) -> FindingView:
    number, label, discipline = context.sheets.get(row.revision_id or "", ("", "", ""))
    return FindingView(
        id=row.id,
        rule=row.rule,
        reason=row.reason,
        fact=fact_of(row.reason, row.data),
        action=action_of(row.reason),
        sheet_id=row.sheet_id,
        revision_id=row.revision_id,
        number=number,
        rev_label=label,
        discipline=discipline,
        region=tuple(row.region),
        decision=row.decision,
        is_old=row.sheet_id is not None and context.current.get(row.sheet_id) != row.revision_id,
        opinion=context.serials.get(row.opinion_id or ""),
        decided_by=context.names.get(row.decided_by or "", ""),
        decided_at=row.decided_at,
    )


def _unjudged(row: ReviewFinding) -> UnjudgedView:
    sheets = tuple((s, r, n) for s, r, n in row.data.get("sheets", ()))
    return UnjudgedView(CANNOT[row.reason], sheets)
