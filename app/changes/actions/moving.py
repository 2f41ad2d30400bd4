"""How a change document is found, by which seat one acts on it, and the one way in which it moves."""

from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.facts import ChangeFacts, change_facts, sheet_rows
from app.changes.guards import judge_change
from app.changes.models import ChangeDocument, ChangeStep
from app.changes.queries.visibility import sees_change
from app.changes.refusals import CHANGE_GUARD
from app.changes.rules import CHANGES, MOST_TEXT, PAST
from app.changes.seats import buildings_of, change_target, seat_over
from app.kernel.db.transactions import Tx
from app.kernel.db.types import Base
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.kernel.workflow import GuardResult, Step


def change_to_move(tx: Tx, rights: Rights, change_id: str) -> ChangeDocument:
    """A change that the actor may see, locked: two acts on it come one after the other.

    Raises:
        Refused: ``not-found``.
    """
    query = sa.select(ChangeDocument).where(ChangeDocument.id == change_id).with_for_update()
    change = tx.session.execute(query).scalar_one_or_none()
    if change is None or not sees_change(tx.session, rights, change):
        raise Refused(NOT_FOUND)
    return change


def acting_seat(session: Session, rights: Rights, change: ChangeDocument, permission: str) -> SeatFact:
    """The seat by which the actor may: one that covers the change's discipline and every building it touches.

    Raises:
        Refused: ``forbidden``.
    """
    buildings = buildings_of(session, [change.id]).get(change.id, ())
    return seat_over(rights, permission, change_target(change, permission), buildings)


def may_take(tx: Tx, rights: Rights, change: ChangeDocument, event: str) -> tuple[Step, SeatFact]:
    """The step that an event takes from here, and the seat by which the actor may; guards are not asked.

    Raises:
        Refused: ``state-conflict``; ``forbidden``.
    """
    step = CHANGES.step(change.state, event)
    return step, acting_seat(tx.session, rights, change, step.permission)


def move_change(
    tx: Tx,
    rights: Rights,
    change: ChangeDocument,
    event: str,
    *,
    note: str = "",
    facts: ChangeFacts | None = None,
) -> SeatFact:
    """One step of the machine: find it, ask the right, ask the guards, move, note, tell. In that order, every time.

    Raises:
        Refused: ``state-conflict``, ``forbidden``, ``change-guard-failed``, ``invalid-input``.
    """
    step, seat = may_take(tx, rights, change, event)
    checked_note(note)
    if step.guards:
        known = facts or change_facts(tx.session, change, now=tx.now, note=note)
        stop_on_failure(judge_change(step.guards, replace(known, party_id=seat.party_id)))
    advance(tx, change, event, seat, note)
    return seat


def advance(
    tx: Tx, change: ChangeDocument, event: str, seat: SeatFact, note: str, *more: Base, is_first: bool = False
) -> None:
    """Move along a step that was allowed: state, row, entry. ``more`` rows of the act are told with it."""
    target = CHANGES.step(None if is_first else change.state, event).target
    if target != change.state:
        change.state, change.state_at = target, tx.now
    row = ChangeStep(
        id=new_id(),
        change_id=change.id,
        event=event,
        target=target,
        note=note.strip(),
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        at=tx.now,
    )
    tx.session.add(row)
    for sheet in sheet_rows(tx.session, change.id):
        tx.changed(change.project_id, "sheet", sheet.sheet_id)
    tell(tx, f"change.{PAST[event]}", change.project_id, seat, change, row, *more, change=change.id)


def stop_on_failure(results: Iterable[GuardResult]) -> None:
    """Refuse with the first guard that failed.

    Raises:
        Refused: ``change-guard-failed``.
    """
    for result in results:
        if result.stops:
            raise Refused(CHANGE_GUARD, reason=result.reason, guard=result.guard)


def checked_note(note: str) -> str:
    """Words of an act, if they are not too long.

    Raises:
        Refused: ``invalid-input``.
    """
    if len(note) > MOST_TEXT:
        raise invalid("说明 / note", f"不超过 {MOST_TEXT} 字", f"has at most {MOST_TEXT} characters")
    return note.strip()
