"""Assisted review: asking for a run, noting what it found, and what people decide about findings.

A run and its findings are tools, not record (:mod:`app.review.library_models`): the ledger hears of them when a finding
becomes a draft opinion.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, declare
from app.kernel.ids import new_id
from app.kernel.labels import Label, Language
from app.kernel.outbox import Job, JobState
from app.kernel.policy import Rights
from app.review.actions.cases import case_target, case_to_change
from app.review.actions.opinions import DraftOpinion, OpinionText, Place, draft_opinion
from app.review.assist.found import Found, told_of
from app.review.assist.rule import Rule, Verdict
from app.review.assist.rulebook import BY_ID, Judged
from app.review.assist.words import action_of, fact_of
from app.review.facts import CaseSheet, reviewers_of, sheets_of_case
from app.review.library_models import ReviewFinding, ReviewRun
from app.review.models import ReviewCase
from app.review.opinion_rules import Basis
from app.review.refusals import NOT_YOUR_DISCIPLINE
from app.review.rules import CASE_LABELS, ENDED, CaseState

ASSIST = "assist"
"""Kind of the job."""
THE_SET = Label("整套图", "the whole set")
MOST_DECIDED = 1_000
"""Findings of one act."""
NO_SHEETS_TO_ASSIST = declare(
    "no-sheets-to-assist",
    409,
    "案卷当前为“{state}”，没有可供辅助审查的送审图纸。",
    "The case is in state '{state}': there are no submitted sheets for the rules to look at.",
    "辅助审查在图纸送审之后、案卷办结之前进行。",
    "Run the rules after sheets are submitted and before the case ends.",
)
FINDING_DECIDED = declare(
    "finding-decided",
    409,
    "该问题已处理。",
    "This finding was decided already.",
    "请刷新页面查看；排除的问题可以恢复。",
    "Look at the page again; what was dropped can be restored.",
)
FINDING_OLD = declare(
    "finding-of-older-revision",
    409,
    "该问题针对的是图纸的旧版次。",
    "This finding is about an older revision of the sheet.",
    "请重新运行辅助审查。",
    "Run the rules again.",
)


def ask_run(tx: Tx, case_id: str) -> str:
    """Have the rules run over the sheets of a case (辅助审查); returns the run, which may be under way already.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``no-sheets-to-assist``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, case_id)
    _require_reviewer(rights, case)
    if case.state in ENDED or case.state == CaseState.PREPARING:
        raise Refused(NO_SHEETS_TO_ASSIST, state=CASE_LABELS[case.state])
    if (under_way := _under_way(tx, case.id)) is not None:
        return under_way
    run = ReviewRun(
        id=new_id(),
        case_id=case.id,
        round=case.round,
        rules={},
        person_id=tx.actor.person_id or "",
        asked_at=tx.now,
        finished_at=None,
    )
    tx.session.add(run)
    tx.session.flush()
    tx.enqueue(ASSIST, {"run": run.id}, project_id=case.project_id, dedupe_key=job_key(run.id))
    return run.id


def job_key(run_id: str) -> str:
    """The key of a run's job."""
    return f"{ASSIST}:{run_id}"


def _under_way(tx: Tx, case_id: str) -> str | None:
    query = sa.select(ReviewRun.id).where(ReviewRun.case_id == case_id, ReviewRun.finished_at.is_(None))
    for run_id in tx.session.scalars(query.order_by(ReviewRun.id.desc())).all():
        alive = sa.select(Job.id).where(
            Job.dedupe_key == job_key(run_id), Job.state.in_((JobState.READY, JobState.RUNNING))
        )
        if tx.session.execute(alive.limit(1)).first() is not None:
            return run_id
    return None


def _require_reviewer(rights: Rights, case: ReviewCase, discipline: str | None = None) -> None:
    """A seat of the agency that writes opinions, of the discipline where one is named, or its lead.

    Raises:
        Refused: ``forbidden``.
    """
    if rights.seat_for(Permission.REVIEW_LEAD, case_target(case)) is None:
        rights.require(
            Permission.REVIEW_WRITE, case_target(case, discipline), visible_by=Permission.REVIEW_VIEW
        )


@dataclass(frozen=True)
class NoteRun:
    """What a run found."""

    run_id: str
    judged: Sequence[Judged]


def note_run(tx: Tx, command: NoteRun) -> None:
    """Write a run's answers, once. What was decided about the same finding before stays decided."""
    query = sa.select(ReviewRun).where(ReviewRun.id == command.run_id).with_for_update()
    run = tx.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    if run.finished_at is not None:
        return
    # Locked like any act on the case: a decision that is being made is seen, or waits for this.
    tx.session.execute(sa.select(ReviewCase.id).where(ReviewCase.id == run.case_id).with_for_update())
    decided = _decided(tx, run.case_id)
    for judged in command.judged:
        tx.session.add_all(_rows(run, judged, decided))
    run.rules = {j.rule: {"verdict": str(j.verdict), **j.counts} for j in command.judged}
    run.finished_at = tx.now


def _decided(tx: Tx, case_id: str) -> dict[str, ReviewFinding]:
    """The newest word about each finding of earlier runs, by key. ULIDs sort by time."""
    query = (
        sa.select(ReviewFinding)
        .join(ReviewRun, ReviewRun.id == ReviewFinding.run_id)
        .where(ReviewFinding.case_id == case_id, ReviewRun.finished_at.is_not(None))
        .order_by(ReviewRun.finished_at, ReviewFinding.id)
    )
    return {f.key: f for f in tx.session.scalars(query)}


def _rows(run: ReviewRun, judged: Judged, decided: dict[str, ReviewFinding]) -> Iterable[ReviewFinding]:
    for found in told_of(judged):
        before = decided.get(found.key) if found.verdict is Verdict.FINDING else None
        yield _row(run, found, before)


def _row(run: ReviewRun, found: Found, before: ReviewFinding | None) -> ReviewFinding:
    return ReviewFinding(
        id=new_id(),
        run_id=run.id,
        case_id=run.case_id,
        rule=found.rule,
        verdict=found.verdict,
        sheet_id=found.sheet_id,
        revision_id=found.revision_id,
        region=list(found.region),
        reason=found.reason,
        data=dict(found.data),
        key=found.key,
        decision=before.decision if before else "open",
        opinion_id=before.opinion_id if before else None,
        decided_by=before.decided_by if before else None,
        decided_at=before.decided_at if before else None,
    )


@dataclass(frozen=True)
class DecideFindings:
    """Findings of one case that are decided together."""

    case_id: str
    finding_ids: Sequence[str]
    language: Language = "zh"
    """In which the opinions are written."""
    is_together: bool = False
    """Equal findings on several sheets become one opinion with many places."""


def accept_findings(tx: Tx, command: DecideFindings) -> RowReport:
    """Make draft opinions of findings (采纳); each by the reviewer of its sheet's discipline.

    Raises:
        Refused: ``not-found``; ``forbidden``. Rows report their own refusals.
    """
    _, case, found = _findings(tx, command)
    sheets = {s.sheet_id: s for s in sheets_of_case(tx.session, case.id)}
    own = [d for d, person in reviewers_of(tx.session, case.id).items() if person == tx.actor.person_id]
    report = RowReport()
    groups: dict[tuple[str, ...], list[ReviewFinding]] = {}
    for finding_id in dict.fromkeys(command.finding_ids):
        try:
            finding = _in_state(found, finding_id, "open")
            discipline = _discipline(finding, sheets, own)
            groups.setdefault(_group(finding, discipline, is_together=command.is_together), []).append(
                finding
            )
        except Refused as refusal:
            report.refused[finding_id] = refusal
    for (discipline, *_), group in groups.items():
        try:
            text = _opinion_of(group, discipline, sheets, command.language)
            draft = DraftOpinion(case.id, text, origin=f"rule:{group[0].rule}")
            opinion_id = draft_opinion(tx, draft)
        except Refused as refusal:
            report.refused |= dict.fromkeys((f.id for f in group), refusal)
            continue
        for finding in group:
            _decide(tx, finding, "accepted")
            finding.opinion_id = opinion_id
            report.done.append(finding.id)
    return report


def _group(finding: ReviewFinding, discipline: str, *, is_together: bool) -> tuple[str, ...]:
    return (discipline, finding.rule, finding.reason) if is_together else (discipline, finding.id)


def _discipline(finding: ReviewFinding, sheets: dict[str, CaseSheet], own: Sequence[str]) -> str:
    """The discipline whose reviewer decides: the sheet's, of a finding about the set the actor's own.

    Raises:
        Refused: ``finding-of-older-revision``; ``not-your-discipline``.
    """
    if finding.sheet_id is None:
        if not own:
            raise Refused(NOT_YOUR_DISCIPLINE, discipline=THE_SET)
        return own[0]
    sheet = sheets.get(finding.sheet_id)
    if sheet is None or sheet.revision_id != finding.revision_id:
        raise Refused(FINDING_OLD)
    return sheet.discipline


def _opinion_of(
    group: Sequence[ReviewFinding], discipline: str, sheets: dict[str, CaseSheet], language: Language
) -> OpinionText:
    rule = BY_ID[group[0].rule]
    facts = dict.fromkeys(fact_of(f.reason, f.data).in_(language) for f in group)
    fact = "\n".join(facts) if len(facts) == 1 else "\n".join(_by_sheet(group, sheets, language))
    has_clause = bool(rule.standard_no and rule.clause_no)
    return OpinionText(
        discipline=discipline,
        fact=fact[:4_000],
        action=action_of(group[0].reason).in_(language),
        basis=Basis.GENERAL_CLAUSE if has_clause else Basis.DESIGN_DEPTH,
        severity=rule.severity,
        standard_no=rule.standard_no if has_clause else "",
        clause_no=rule.clause_no,
        basis_reason="" if has_clause else _reason(rule, language),
        places=[Place(f.sheet_id, tuple(f.region)) for f in group if f.sheet_id],
    )


def _by_sheet(
    group: Sequence[ReviewFinding], sheets: dict[str, CaseSheet], language: Language
) -> Iterable[str]:
    for finding in group:
        sheet = sheets.get(finding.sheet_id or "")
        number = f"{sheet.number}: " if sheet else ""
        yield f"{number}{fact_of(finding.reason, finding.data).in_(language)}"


def _reason(rule: Rule, language: Language) -> str:
    looks_at = rule.looks_at.in_(language)
    return f"{rule.standard_no}: {looks_at}" if rule.standard_no else looks_at


def drop_findings(tx: Tx, command: DecideFindings) -> RowReport:
    """Drop findings (排除): they stay dropped in later runs.

    Raises:
        Refused: ``not-found``; ``forbidden``. Rows report their own refusals.
    """
    return _move(tx, command, "open", "dropped")


def restore_findings(tx: Tx, command: DecideFindings) -> RowReport:
    """Take back that findings were dropped (恢复).

    Raises:
        Refused: ``not-found``; ``forbidden``. Rows report their own refusals.
    """
    return _move(tx, command, "dropped", "open")


def _move(tx: Tx, command: DecideFindings, before: str, after: str) -> RowReport:
    rights, case, found = _findings(tx, command)
    sheets = {s.sheet_id: s for s in sheets_of_case(tx.session, case.id)}
    report = RowReport()
    for finding_id in dict.fromkeys(command.finding_ids):
        try:
            finding = _in_state(found, finding_id, before)
            sheet = sheets.get(finding.sheet_id or "")
            _require_reviewer(rights, case, sheet.discipline if sheet else None)
            _decide(tx, finding, after)
            report.done.append(finding_id)
        except Refused as refusal:
            report.refused[finding_id] = refusal
    return report


def _findings(tx: Tx, command: DecideFindings) -> tuple[Rights, ReviewCase, dict[str, ReviewFinding]]:
    """The findings of a case's newest run, locked with their case."""
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    _require_reviewer(rights, case)
    query = (
        sa.select(ReviewFinding)
        .where(
            ReviewFinding.case_id == case.id,
            ReviewFinding.verdict == Verdict.FINDING,
            ReviewFinding.id.in_(list(command.finding_ids)[:MOST_DECIDED]),
        )
        .with_for_update()
    )
    rows = tx.session.scalars(query.execution_options(populate_existing=True))
    return rights, case, {f.id: f for f in rows}


def _in_state(found: Mapping[str, ReviewFinding], finding_id: str, decision: str) -> ReviewFinding:
    finding = found.get(finding_id)
    if finding is None:
        raise Refused(NOT_FOUND)
    if finding.decision != decision:
        raise Refused(FINDING_DECIDED)
    return finding


def _decide(tx: Tx, finding: ReviewFinding, decision: str) -> None:
    finding.decision = decision
    finding.decided_by = None if decision == "open" else tx.actor.person_id
    finding.decided_at = None if decision == "open" else tx.now
