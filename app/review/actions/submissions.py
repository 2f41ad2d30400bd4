"""Handing sheets in: the first time, again after replies, and taking them back. Each freezes exact bytes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.actions.revisions import move
from app.drawings.guards import ReviewFact, load_contexts
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import RevisionState
from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.ids import new_id
from app.kernel.labels import Label
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.projects.queries import policy_of
from app.projects.rules import ReviewMode
from app.record.actions import KeptSet, SetLine, keep_set
from app.record.models import BaselineKind
from app.record.queries import Instants
from app.review.actions.cases import case_to_change, may_take, move_case
from app.review.facts import CaseFacts, case_facts
from app.review.gate import GateFinding, Level, look_through
from app.review.models import ReviewCase, ReviewSheet, ReviewSubmission
from app.review.opinion_rules import OpinionState
from app.review.rules import WhyIn


@dataclass(frozen=True)
class SubmitCase:
    """The sheets of a case, for the first time."""

    case_id: str
    revision_ids: Sequence[str]
    note: str = ""
    """Why what the gate found is no obstacle."""
    pages: Mapping[str, int] = field(default_factory=dict)
    """Pages of the bytes, by digest: what was counted when they were read."""


def submit_case(tx: Tx, command: SubmitCase) -> str:
    """Submit for review (送审): freezes the baseline, and its sheets are submitted; returns the submission's id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed`` with what the gate found.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    may_take(rights, case, "submit")
    chosen = _chosen(tx, rights, case, command.revision_ids)
    findings = look_through(tx.session, case, [r.id for r in chosen])
    facts = case_facts(
        tx.session, case, note=command.note, stops=_stops(findings, command.note), chosen=len(chosen)
    )
    case.round = 1
    seat = move_case(tx, rights, case, "submit", note=command.note, facts=facts)
    handed = [_Handed(revision, WhyIn.FIRST) for revision in chosen]
    submission_id = _freeze(tx, case, seat, handed, findings, command.note, command.pages)
    if case.mode != ReviewMode.COMMIT_THEN_CHECK:
        _move_all(tx, rights, case, {r.id: "submit" for r in chosen})
    return submission_id


@dataclass(frozen=True)
class ResubmitCase:
    """A case whose opinions are answered, handed in again."""

    case_id: str
    affected: Sequence[str] = ()
    """Revisions that changed with it, or must be looked at again, beside those that the replies name."""
    note: str = ""
    pages: Mapping[str, int] = field(default_factory=dict)


def resubmit_case(tx: Tx, command: ResubmitCase) -> str:
    """Submit for recheck (提交复审): only changed sheets and those affected; returns the submission's id.

    What is handed in follows from the replies: the revision that fixes an opinion; a returned sheet whose opinions were
    all answered without a change goes in as it is.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    facts = case_facts(tx.session, case, note=command.note)
    case.round += 1
    seat = move_case(tx, rights, case, "resubmit", note=command.note, facts=facts)
    handed, events = _handed_again(tx, rights, case, facts, command.affected)
    submission_id = _freeze(tx, case, seat, handed, (), command.note, command.pages)
    if case.mode != ReviewMode.COMMIT_THEN_CHECK:
        _move_all(tx, rights, case, events)
    return submission_id


@dataclass(frozen=True)
class WithdrawCase:
    """A case that the owner takes back."""

    case_id: str
    note: str


def withdraw_case(tx: Tx, command: WithdrawCase) -> None:
    """Take a case back (撤回送审): its sheets are issued again, as before.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed`` without a reason.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    facts = case_facts(tx.session, case, note=command.note)
    move_case(tx, rights, case, "withdraw", note=command.note, facts=facts)
    held = [s.revision_id for s in facts.sheets if s.state == RevisionState.SUBMITTED]
    _move_all(tx, rights, case, dict.fromkeys(held, "take_back"))


@dataclass(frozen=True)
class _Handed:
    revision: SheetRevision
    why: WhyIn


def _chosen(tx: Tx, rights: Rights, case: ReviewCase, ids: Iterable[str]) -> list[SheetRevision]:
    """Revisions by identifier, locked, in the order of the register.

    Raises:
        Refused: ``not-found`` when one of them is not the actor's to see.
    """
    wanted = list(dict.fromkeys(ids))
    query = (
        sa.select(SheetRevision, Sheet.sort_key)
        .join(Sheet, Sheet.id == SheetRevision.sheet_id)
        .where(SheetRevision.project_id == case.project_id, SheetRevision.id.in_(wanted))
        .order_by(SheetRevision.id)
        .with_for_update(of=SheetRevision)
    )
    rows = [
        (key, r)
        for r, key in tx.session.execute(query)
        if rights.may(Permission.REVISION_VIEW, revision_target(r))
    ]
    if len(rows) != len(wanted):
        raise Refused(NOT_FOUND)
    return [r for _, r in sorted(rows, key=lambda found: (found[0], found[1].id))]


def _stops(findings: Sequence[GateFinding], note: str) -> list[Label]:
    is_explained = bool(note.strip())
    return [f.label for f in findings if f.level is Level.STOP or not is_explained]


def _handed_again(
    tx: Tx, rights: Rights, case: ReviewCase, facts: CaseFacts, affected: Sequence[str]
) -> tuple[list[_Handed], dict[str, str]]:
    """What goes in, and the event that each revision takes."""
    fixes = {key for o in facts.opinions if o.state == OpinionState.REPLIED for key in o.fixed_in}
    wanted = _chosen(tx, rights, case, [*fixes, *affected])
    newest: dict[str, SheetRevision] = {}
    for revision in sorted(wanted, key=lambda r: r.rev_seq):
        newest[revision.sheet_id] = revision
    current = {sheet.sheet_id: sheet for sheet in facts.sheets}
    handed: list[_Handed] = []
    events: dict[str, str] = {}
    for sheet_id, revision in newest.items():
        before = current.get(sheet_id)
        if before is not None and before.revision_id == revision.id:
            handed.append(_Handed(revision, WhyIn.AFFECTED))
            continue
        handed.append(_Handed(revision, WhyIn.CHANGED if revision.id in fixes else WhyIn.AFFECTED))
        events[revision.id] = "submit"
        if before is not None and before.state == RevisionState.SUBMITTED:
            events[before.revision_id] = "take_back"
    again = [s for s in facts.sheets if s.state == RevisionState.RETURNED and s.sheet_id not in newest]
    for revision in _chosen(tx, rights, case, [s.revision_id for s in again]):
        handed.append(_Handed(revision, WhyIn.UNCHANGED))
        events[revision.id] = "resubmit"
    return handed, events


def _freeze(
    tx: Tx,
    case: ReviewCase,
    seat: SeatFact,
    handed: Sequence[_Handed],
    findings: Sequence[GateFinding],
    note: str,
    pages: Mapping[str, int],
) -> str:
    """The baseline, the submission and its sheets."""
    numbers = _numbers(tx, handed)
    lines = [_line(one, numbers[one.revision.sheet_id], pages) for one in handed]
    title = f"{case.title} · {case.round}"
    at = Instants(as_of=tx.now, known_at=tx.now, is_now=True)
    baseline_id = keep_set(tx, KeptSet(case.project_id, BaselineKind.SUBMISSION, title, at, lines), seat)
    sequence = _next_sequence(tx, case)
    submission = ReviewSubmission(
        id=new_id(),
        case_id=case.id,
        sequence=sequence,
        round=case.round,
        baseline_id=baseline_id,
        findings=[f.kept() for f in findings],
        note=note.strip(),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        submitted_at=tx.now,
    )
    tx.session.add(submission)
    tx.session.flush()
    rows: list[Base] = [submission]
    for one in handed:
        digest = one.revision.base_sha256 or ""
        sheet = ReviewSheet(
            id=new_id(),
            case_id=case.id,
            submission_id=submission.id,
            sequence=sequence,
            sheet_id=one.revision.sheet_id,
            revision_id=one.revision.id,
            sha256=digest,
            pages=pages.get(digest, 0),
            why=one.why,
        )
        tx.session.add(sheet)
        rows.append(sheet)
    tell(
        tx,
        "review-case.sheets-frozen",
        case.project_id,
        seat,
        *rows,
        case=case.id,
        submission=submission.id,
        baseline=baseline_id,
    )
    return submission.id


def _numbers(tx: Tx, handed: Sequence[_Handed]) -> dict[str, str]:
    query = sa.select(Sheet.id, Sheet.number).where(Sheet.id.in_([h.revision.sheet_id for h in handed]))
    return dict(tx.session.execute(query).all())


def _line(one: _Handed, number: str, pages: Mapping[str, int]) -> SetLine:
    """The canonical line of a sheet in a submission."""
    revision, digest = one.revision, one.revision.base_sha256 or ""
    said = {
        "sheet": revision.sheet_id,
        "number": number,
        "title": revision.title,
        "revision": revision.id,
        "label": revision.rev_label,
        "sha256": digest,
        "pages": pages.get(digest, 0),
        "why": str(one.why),
    }
    return SetLine(revision.sheet_id, revision.id, digest, canonical_bytes(said).decode())


def _next_sequence(tx: Tx, case: ReviewCase) -> int:
    query = sa.select(sa.func.max(ReviewSubmission.sequence)).where(ReviewSubmission.case_id == case.id)
    return (tx.session.execute(query).scalar_one() or 0) + 1


def _move_all(tx: Tx, rights: Rights, case: ReviewCase, events: Mapping[str, str]) -> None:
    """Move revisions through their own machine; what it refuses, refuses the whole act."""
    rows = tx.session.scalars(
        sa.select(SheetRevision).where(SheetRevision.id.in_(list(events))).order_by(SheetRevision.id)
    ).all()
    contexts = load_contexts(tx.session, rows, policy_of(tx.session, case.project_id))
    for revision_id, event in events.items():
        context = replace(contexts[revision_id], review=ReviewFact(is_submitted=True))
        move(tx, rights, context, event, data={"case": case.id})
