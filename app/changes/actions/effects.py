"""How a change stands on its sheets: effects of the record, appended in the act that makes them true (laws 3, 6)."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from app.changes.actions.moving import advance
from app.changes.facts import ChangeFacts, makes_slips, name_of, sheet_rows
from app.changes.models import KEEP_CHANGE, ChangeDocument, ChangeSheet
from app.changes.rules import END_EVENTS, EndKind
from app.kernel.db.transactions import Tx
from app.kernel.policy import SeatFact
from app.record.actions import Effect, SlipEntry, append_slip_effect, hold_sheets, settle_effect
from app.record.models import EffectKind

_FACTS = {EndKind.SUPERSEDED: EffectKind.SUPERSEDED, EndKind.CANCELLED: EffectKind.CANCELLED}


def settle_start(tx: Tx, effective_at: datetime | None, note: str) -> Effect:
    """When a change takes effect.

    Raises:
        Refused: ``backdating-reason-needed``.
    """
    return settle_effect(tx, effective_at, note)


def hold_sheets_of(tx: Tx, change: ChangeDocument) -> None:
    """Lock the sheets of a change before its guards look at what is in force: no release comes in between."""
    hold_sheets(tx, [row.sheet_id for row in sheet_rows(tx.session, change.id)])


def take_effect(
    tx: Tx,
    change: ChangeDocument,
    facts: ChangeFacts,
    start: Effect,
    seat: SeatFact,
    *,
    event: str,
    note: str,
) -> None:
    """Put a change into effect: its slips, the ends of what it takes the place of, its own step."""
    change.effective_at = start.effective_at
    if makes_slips(change.kind):
        for sheet in sheet_rows(tx.session, change.id):
            append_slip_effect(tx, _entry(change, sheet, EffectKind.EFFECTIVE, start), seat)
    for end in sorted(facts.ends, key=lambda e: e.change_id):
        _end(tx, change, end.change_id, EndKind(end.how), start, seat)
    advance(tx, change, event, seat, note)
    tx.enqueue(KEEP_CHANGE, {"change_id": change.id}, project_id=change.project_id)


def _end(tx: Tx, by: ChangeDocument, ended_id: str, how: EndKind, start: Effect, seat: SeatFact) -> None:
    """End another change: it follows from one that was allowed, so no right is asked again."""
    query = sa.select(ChangeDocument).where(ChangeDocument.id == ended_id).with_for_update()
    ended = tx.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    if makes_slips(ended.kind):
        end = _not_before(ended.effective_at, start)
        for sheet in sheet_rows(tx.session, ended.id):
            append_slip_effect(tx, _entry(ended, sheet, _FACTS[how], end), seat)
    advance(tx, ended, END_EVENTS[how], seat, name_of(by))


def _not_before(began: datetime | None, start: Effect) -> Effect:
    """The end of a slip: one that was to stand from a later instant ends in that instant, and never stands."""
    if began is None or began <= start.effective_at:
        return start
    return replace(start, effective_at=began, is_backdated=False)


def _entry(change: ChangeDocument, sheet: ChangeSheet, kind: EffectKind, start: Effect) -> SlipEntry:
    stands = kind is EffectKind.EFFECTIVE
    about = {"action": str(sheet.action), "title": change.title, "kind": str(change.kind)}
    return SlipEntry(
        project_id=change.project_id,
        sheet_id=sheet.sheet_id,
        change_id=change.id,
        number=change.number,
        kind=kind,
        effect=start,
        regions={"boxes": [list(box) for box in sheet.boxes], **about} if stands else {},
    )
