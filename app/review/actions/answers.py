"""Answers to opinions, their recheck, and rulings on disputes."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.rules import Permission
from app.drawings.models import SheetRevision
from app.drawings.rules import RevisionState
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.review.actions.cases import case_target
from app.review.actions.opinion_moves import add_judgement
from app.review.actions.opinions import opinion_to_change
from app.review.actions.seats import replying_seat, reviewing_seat
from app.review.facts import sheets_of_case
from app.review.models import OpinionPlace, OpinionReply, ReviewCase, ReviewOpinion
from app.review.opinion_rules import MOST_TEXT, OPINION_PAST, OPINIONS, REPLIES
from app.review.refusals import FIX_NEEDS_REVISION, NOT_JUDGING, NOT_REPLYING, REASON_NEEDED
from app.review.rules import CASE_LABELS, CaseState

RULING_STATES = frozenset({CaseState.REPLYING, CaseState.RECHECK})


@dataclass(frozen=True)
class ReplyOpinion:
    """A designer's answer to one opinion."""

    opinion_id: str
    event: str
    """``reply_fixed``, ``reply_explain`` or ``dispute``."""
    text: str
    fixed_in: Sequence[str] = ()
    """Revisions in which it is fixed."""


def reply_opinion(tx: Tx, command: ReplyOpinion) -> str:
    """Answer an opinion (回复); until the case is handed in again the answer may be given anew. Returns the reply's id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-replying-now``; ``state-conflict``; ``fix-needs-revision``;
            ``reason-needed``; ``invalid-input``.
    """
    if command.event not in REPLIES:
        raise invalid("event", f"应为 {', '.join(REPLIES)} 之一", f"is one of {', '.join(REPLIES)}")
    rights, case, opinion = opinion_to_change(tx, command.opinion_id)
    seat = replying_seat(rights, case, opinion.discipline)
    if case.state != CaseState.REPLYING:
        raise Refused(NOT_REPLYING, state=CASE_LABELS[case.state])
    step = OPINIONS.step(opinion.state, command.event)
    text = command.text.strip()
    if len(text) > MOST_TEXT:
        raise invalid("回复 / reply", f"不超过 {MOST_TEXT} 字", f"has at most {MOST_TEXT} characters")
    fixed_in = _fixes(tx, case, command)
    if command.event != "reply_fixed" and not text:
        raise Refused(REASON_NEEDED)
    reply = OpinionReply(
        id=new_id(),
        opinion_id=opinion.id,
        round=case.round,
        kind=REPLIES[command.event],
        text=text,
        fixed_in=fixed_in,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(reply)
    opinion.state, opinion.changed_at = step.target, tx.now
    past = OPINION_PAST[command.event]
    tell(tx, f"opinion.{past}", case.project_id, seat, opinion, reply, opinion=opinion.id, case=case.id)
    return reply.id


@dataclass(frozen=True)
class JudgeReply:
    """A reviewer's recheck of one answer."""

    opinion_id: str
    is_settled: bool
    text: str = ""
    warnings: Sequence[str] = ()
    """What the reviewer was shown beside the answer (:mod:`app.review.queries.flags`); kept with his decision."""


def judge_reply(tx: Tx, command: JudgeReply) -> None:
    """Recheck an answer (复核): settled, or back to the designer with words. Only the reviewer of the discipline may.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-your-discipline``; ``not-judging-now``; ``state-conflict``;
            ``reason-needed``.
    """
    rights, case, opinion = opinion_to_change(tx, command.opinion_id)
    seat = reviewing_seat(tx, rights, case, opinion.discipline)
    if case.state != CaseState.RECHECK:
        raise Refused(NOT_JUDGING, state=CASE_LABELS[case.state])
    event = "recheck_ok" if command.is_settled else "recheck_fail"
    step = OPINIONS.step(opinion.state, event)
    if not command.text.strip() and (not command.is_settled or command.warnings):
        raise Refused(REASON_NEEDED)
    judgement = add_judgement(
        tx, opinion, event, seat, round_=case.round, text=command.text, warnings=command.warnings
    )
    opinion.state, opinion.changed_at = step.target, tx.now
    opinion.settled_at = tx.now if command.is_settled else None
    past = OPINION_PAST[event]
    sheet_id = _first_sheet(tx, opinion)
    tell(
        tx,
        f"opinion.{past}",
        case.project_id,
        seat,
        opinion,
        judgement,
        sheet_id=sheet_id,
        opinion=opinion.id,
        case=case.id,
    )


@dataclass(frozen=True)
class RuleDispute:
    """A ruling on a disputed opinion."""

    opinion_id: str
    is_upheld: bool
    text: str


def rule_dispute(tx: Tx, command: RuleDispute) -> None:
    """Rule on a dispute (裁定): the opinion stands and must be answered again, or is dismissed.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-judging-now``; ``state-conflict``; ``reason-needed``.
    """
    rights, case, opinion = opinion_to_change(tx, command.opinion_id)
    seat = rights.require(Permission.REVIEW_RULE, case_target(case), visible_by=Permission.REVIEW_VIEW)
    if case.state not in RULING_STATES:
        raise Refused(NOT_JUDGING, state=CASE_LABELS[case.state])
    event = "uphold" if command.is_upheld else "dismiss"
    step = OPINIONS.step(opinion.state, event)
    if not command.text.strip():
        raise Refused(REASON_NEEDED)
    judgement = add_judgement(tx, opinion, event, seat, round_=case.round, text=command.text)
    opinion.state, opinion.changed_at = step.target, tx.now
    opinion.settled_at = None if command.is_upheld else tx.now
    tell(
        tx,
        f"opinion.{OPINION_PAST[event]}",
        case.project_id,
        seat,
        opinion,
        judgement,
        opinion=opinion.id,
        case=case.id,
    )


def _fixes(tx: Tx, case: ReviewCase, command: ReplyOpinion) -> list[str]:
    """The revisions that an answer names: newer ones of sheets of the set, not withdrawn."""
    if command.event != "reply_fixed":
        return []
    wanted = list(dict.fromkeys(command.fixed_in))
    if not wanted:
        raise Refused(FIX_NEEDS_REVISION)
    current = {s.sheet_id: s for s in sheets_of_case(tx.session, case.id)}
    query = sa.select(SheetRevision).where(
        SheetRevision.project_id == case.project_id,
        SheetRevision.id.in_(wanted),
        SheetRevision.state != RevisionState.WITHDRAWN,
    )
    found = {r.id: r for r in tx.session.scalars(query)}
    for key in wanted:
        revision = found.get(key)
        known = current.get(revision.sheet_id) if revision is not None else None
        if revision is None or (known is not None and revision.rev_seq <= known.rev_seq):
            raise Refused(FIX_NEEDS_REVISION)
    return wanted


def _first_sheet(tx: Tx, opinion: ReviewOpinion) -> str | None:
    query = (
        sa.select(OpinionPlace.sheet_id)
        .where(OpinionPlace.opinion_id == opinion.id, OpinionPlace.is_dropped.is_(False))
        .order_by(OpinionPlace.id)
        .limit(1)
    )
    return tx.session.execute(query).scalar_one_or_none()
