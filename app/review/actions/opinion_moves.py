"""Moving opinions among reviewers and their lead: proposing, merging, taking back, and their order in lists."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base
from app.kernel.errors import NOT_FOUND, Refused, RowReport, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.review.actions.cases import case_target, case_to_change
from app.review.actions.seats import reviewing_seat
from app.review.models import OpinionJudgement, OpinionPlace, ReviewCase, ReviewOpinion
from app.review.opinion_rules import OPINION_PAST, OPINIONS, OpinionState
from app.review.refusals import NOT_WRITING, REASON_NEEDED
from app.review.rules import CASE_LABELS, OPEN_ROUNDS, WRITING, CaseState


@dataclass(frozen=True)
class MoveOpinions:
    """An event for many opinions of one case (UI rule 4)."""

    case_id: str
    opinion_ids: Sequence[str]
    event: str
    note: str = ""
    merge_into: str = ""


INSIDE_EVENTS = frozenset({"propose", "take_up", "reject", "merge", "retract"})
"""What reviewers and their lead do among themselves; replies and rechecks have acts of their own."""


def move_opinions(tx: Tx, command: MoveOpinions) -> RowReport:
    """Propose, take up again, reject, merge or retract opinions (提出 退回草稿 不采用 合并 收回).

    Raises:
        Refused: the case is not the actor's to see; an unknown event. Rows report their own refusals.
    """
    if command.event not in INSIDE_EVENTS:
        known = ", ".join(sorted(INSIDE_EVENTS))
        raise invalid("event", f"应为 {known} 之一", f"is one of {known}")
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    report = RowReport()
    query = (
        sa.select(ReviewOpinion)
        .where(ReviewOpinion.case_id == case.id, ReviewOpinion.id.in_(list(command.opinion_ids)))
        .order_by(ReviewOpinion.serial)
        .with_for_update()
    )
    known_opinions = {o.id: o for o in tx.session.scalars(query)}
    for opinion_id in dict.fromkeys(command.opinion_ids):
        try:
            _move_inside(tx, rights, case, known_opinions.get(opinion_id), command)
            report.done.append(opinion_id)
        except Refused as refusal:
            report.refused[opinion_id] = refusal
    return report


def propose_all(tx: Tx, case: ReviewCase, discipline: str, seat: SeatFact) -> int:
    """Propose the drafts of a discipline inside an act that was authorised; returns how many there were."""
    query = (
        sa.select(ReviewOpinion)
        .where(
            ReviewOpinion.case_id == case.id,
            ReviewOpinion.discipline == discipline,
            ReviewOpinion.state == OpinionState.DRAFT,
        )
        .order_by(ReviewOpinion.serial)
        .with_for_update()
    )
    drafts = tx.session.scalars(query).all()
    for opinion in drafts:
        opinion.state, opinion.changed_at = OPINIONS.step(opinion.state, "propose").target, tx.now
        tell(tx, "opinion.proposed", case.project_id, seat, opinion, opinion=opinion.id, case=case.id)
    return len(drafts)


@dataclass(frozen=True)
class OrderOpinions:
    """Opinions of a case in the order in which lists shall show them."""

    case_id: str
    opinion_ids: Sequence[str]


def order_opinions(tx: Tx, command: OrderOpinions) -> None:
    """Set the display order. Identity does not follow it: serial numbers stay.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    seat = rights.require(Permission.REVIEW_LEAD, case_target(case), visible_by=Permission.REVIEW_VIEW)
    rows = {
        o.id: o for o in tx.session.scalars(sa.select(ReviewOpinion).where(ReviewOpinion.case_id == case.id))
    }
    wanted = list(dict.fromkeys(command.opinion_ids))
    if set(wanted) - set(rows):
        raise Refused(NOT_FOUND)
    rest = sorted((o for key, o in rows.items() if key not in set(wanted)), key=lambda o: o.position)
    moved = []
    for position, opinion in enumerate([*(rows[key] for key in wanted), *rest], start=1):
        if opinion.position != position:
            opinion.position = position
            moved.append(opinion)
    if moved:
        tell(tx, "opinion.ordered", case.project_id, seat, *moved, case=case.id)


def add_judgement(
    tx: Tx,
    opinion: ReviewOpinion,
    event: str,
    seat: SeatFact,
    *,
    round_: int,
    text: str = "",
    warnings: Sequence[str] = (),
) -> OpinionJudgement:
    """A decision's row inside an act that was authorised; the caller tells it."""
    row = OpinionJudgement(
        id=new_id(),
        opinion_id=opinion.id,
        round=round_,
        event=event,
        text=text.strip(),
        warnings=list(warnings),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    return row


def _move_inside(
    tx: Tx, rights: Rights, case: ReviewCase, opinion: ReviewOpinion | None, command: MoveOpinions
) -> None:
    if opinion is None:
        raise Refused(NOT_FOUND)
    step = OPINIONS.step(opinion.state, command.event)
    if step.permission == Permission.REVIEW_LEAD:
        seat = rights.require(step.permission, case_target(case), visible_by=Permission.REVIEW_VIEW)
        is_time = (
            case.state in WRITING
            or case.state == CaseState.CONSOLIDATING
            or (command.event == "retract" and case.state in OPEN_ROUNDS)
        )
    else:
        seat = reviewing_seat(tx, rights, case, opinion.discipline, or_lead=True)
        is_time = case.state in WRITING or case.state == CaseState.CONSOLIDATING
    if not is_time:
        raise Refused(NOT_WRITING, state=CASE_LABELS[case.state])
    rows: list[Base] = [opinion]
    if command.event in ("reject", "retract", "take_up"):
        if command.event != "take_up" and not command.note.strip() and opinion.state != OpinionState.DRAFT:
            raise Refused(REASON_NEEDED)
        rows.append(add_judgement(tx, opinion, command.event, seat, round_=case.round, text=command.note))
    if command.event == "merge":
        target = tx.session.get(ReviewOpinion, command.merge_into)
        is_fit = target is not None and target.case_id == case.id and target.id != opinion.id
        if target is None or not is_fit or target.state != OpinionState.PROPOSED:
            raise invalid(
                "合并到 / merge into",
                "须为本案卷另一条已提出的意见",
                "is another proposed opinion of the case",
            )
        opinion.merged_into = target.id
        rows.append(add_judgement(tx, opinion, command.event, seat, round_=case.round, text=command.note))
        rows += _take_places_over(tx, opinion, target)
    opinion.state, opinion.changed_at = step.target, tx.now
    if command.event == "retract":
        opinion.settled_at = tx.now
    tell(
        tx,
        f"opinion.{OPINION_PAST[command.event]}",
        case.project_id,
        seat,
        *rows,
        opinion=opinion.id,
        case=case.id,
    )


def _take_places_over(tx: Tx, opinion: ReviewOpinion, target: ReviewOpinion) -> list[OpinionPlace]:
    """What is merged lends its places to what it is merged into."""

    def standing(of: ReviewOpinion) -> list[OpinionPlace]:
        query = sa.select(OpinionPlace).where(
            OpinionPlace.opinion_id == of.id, OpinionPlace.is_dropped.is_(False)
        )
        return list(tx.session.scalars(query.order_by(OpinionPlace.id)))

    known = {(p.sheet_id, tuple(p.region)) for p in standing(target)}
    added = []
    for place in standing(opinion):
        if (place.sheet_id, tuple(place.region)) in known:
            continue
        row = OpinionPlace(
            id=new_id(),
            opinion_id=target.id,
            sheet_id=place.sheet_id,
            revision_id=place.revision_id,
            region=place.region,
            grid=place.grid,
            is_dropped=False,
        )
        tx.session.add(row)
        added.append(row)
    return added
