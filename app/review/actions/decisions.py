"""What the lead decides over a whole case: opinions go out, it passes, or it fails. Sheets follow their opinions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from app.access.queries import rights_of
from app.drawings.actions.revisions import move
from app.drawings.guards import GuardContext, ReviewFact, load_contexts
from app.drawings.models import SheetRevision
from app.drawings.rules import RevisionState
from app.kernel.db.transactions import Tx
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.projects.queries import policy_of
from app.projects.rules import ReviewMode
from app.review.actions.cases import case_to_change, move_case
from app.review.facts import CaseFacts, case_facts
from app.review.models import ReviewCase, ReviewOpinion
from app.review.opinion_rules import OPEN, OPINIONS, OpinionState, Severity


@dataclass(frozen=True)
class DecideCase:
    """A decision with its words."""

    case_id: str
    note: str = ""


def issue_opinions(tx: Tx, command: DecideCase) -> int:
    """Issue what was proposed (出具审查意见); sheets with a must-fix opinion are returned. Returns how many went out.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    seat = move_case(tx, rights, case, "issue_opinions", note=command.note)
    issued = _issue_proposed(tx, case, seat)
    facts = case_facts(tx.session, case)
    if case.is_first_pass is None:
        _settle_first_pass(tx, case, seat, facts)
    _return_sheets(tx, rights, case, facts, _must_fix(facts))
    return issued


def pass_case(tx: Tx, command: DecideCase) -> None:
    """Pass a case (审查通过); advisory opinions that were proposed go out with it.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    seat = move_case(tx, rights, case, "pass", note=command.note)
    _issue_proposed(tx, case, seat)
    if case.is_first_pass is None:
        _settle_first_pass(tx, case, seat, case_facts(tx.session, case))


def fail_case(tx: Tx, command: DecideCase) -> None:
    """Close a case as failed (审查不合格), with written reasons; its sheets are returned.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed`` without reasons.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    move_case(tx, rights, case, "fail", note=command.note)
    facts = case_facts(tx.session, case)
    every = {sheet.sheet_id: 0 for sheet in facts.sheets}
    _return_sheets(tx, rights, case, facts, every, is_failed=True)


def _issue_proposed(tx: Tx, case: ReviewCase, seat: SeatFact) -> int:
    query = (
        sa.select(ReviewOpinion)
        .where(ReviewOpinion.case_id == case.id, ReviewOpinion.state == OpinionState.PROPOSED)
        .order_by(ReviewOpinion.position, ReviewOpinion.serial)
        .with_for_update()
    )
    opinions = tx.session.scalars(query).all()
    sheets = {o.id: o.sheet_ids for o in case_facts(tx.session, case).opinions}
    for opinion in opinions:
        opinion.state = OPINIONS.step(opinion.state, "issue").target
        opinion.changed_at = opinion.issued_at = tx.now
        opinion.issued_round = case.round
        for n, sheet_id in enumerate(sheets[opinion.id] or (None,)):
            # One entry per sheet touched (law 6); the row stands in the first.
            rows = (opinion,) if n == 0 else ()
            tell(
                tx,
                "opinion.issued",
                case.project_id,
                seat,
                *rows,
                sheet_id=sheet_id,
                opinion=opinion.id,
                case=case.id,
            )
    return len(opinions)


def _settle_first_pass(tx: Tx, case: ReviewCase, seat: SeatFact, facts: CaseFacts) -> None:
    """First pass (一次通过): the first round ends without a must-fix opinion."""
    case.is_first_pass = not any(o.severity == Severity.MUST_FIX and o.state in OPEN for o in facts.opinions)
    tell(tx, "review-case.edited", case.project_id, seat, case, case=case.id)


def _must_fix(facts: CaseFacts) -> dict[str, int]:
    """Open must-fix opinions by sheet."""
    counts: Counter[str] = Counter()
    for opinion in facts.opinions:
        if opinion.severity == Severity.MUST_FIX and opinion.state in OPEN:
            counts.update(set(opinion.sheet_ids))
    return dict(counts)


def _return_sheets(
    tx: Tx,
    rights: Rights,
    case: ReviewCase,
    facts: CaseFacts,
    counts: Mapping[str, int],
    *,
    is_failed: bool = False,
) -> None:
    if case.mode == ReviewMode.COMMIT_THEN_CHECK:
        return  # released sheets stay in force until a change says otherwise
    held = [s for s in facts.sheets if s.sheet_id in counts and s.state == RevisionState.SUBMITTED]
    contexts = _contexts(tx, case, [s.revision_id for s in held])
    for sheet in held:
        fact = ReviewFact(must_fix=counts[sheet.sheet_id], is_failed=is_failed)
        context = replace(contexts[sheet.revision_id], review=fact)
        move(tx, rights, context, "return", data={"case": case.id})


def _contexts(tx: Tx, case: ReviewCase, ids: Sequence[str]) -> dict[str, GuardContext]:
    query = sa.select(SheetRevision).where(SheetRevision.id.in_(ids)).order_by(SheetRevision.id)
    rows = tx.session.scalars(query.with_for_update()).all()
    return load_contexts(tx.session, rows, policy_of(tx.session, case.project_id))
