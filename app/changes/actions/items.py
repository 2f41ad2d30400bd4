"""Changes that come from a signed joint drawing review (图纸会审条目): no proposal, the four parties have signed."""

from dataclasses import dataclass, replace

from app.changes.actions.effects import hold_sheets_of, settle_start, take_effect
from app.changes.actions.moving import advance
from app.changes.actions.proposals import (
    ChangeText,
    add_sheets,
    check_text,
    checked_boxes,
    new_change,
)
from app.changes.facts import change_facts
from app.changes.models import ChangeDocument
from app.changes.numbering import fix_number
from app.changes.rules import ChangeKind, ChangeState, Flag
from app.kernel.db.transactions import Tx
from app.kernel.policy import SeatFact
from app.record.actions import Effect


@dataclass(frozen=True)
class AdoptItem:
    """An item of a record that its four parties have signed."""

    project_id: str
    text: ChangeText
    origin: str
    """``jdr:<item id>``."""
    designer_id: str
    """The design party that answered it."""
    basis: str
    """The record it stands in: number, date, item."""
    goes_to_designer: bool
    """It must be reviewed or drawn first (class A touching mandatory standards): it begins with the designer."""


def adopt_item(tx: Tx, command: AdoptItem, seat: SeatFact) -> str:
    """Make an item a change document, inside the act that made the record effective; returns the change's id.

    It takes effect at once, as a general change, unless it goes to the designer. Rights were asked by the record's act.

    Raises:
        Refused: ``invalid-input``; ``stale-version``; ``change-guard-failed`` never: what cannot stand goes to the designer.
    """
    text = command.text
    check_text(text)
    for sheet in text.sheets:
        checked_boxes(sheet.boxes)
    change = new_change(tx, command.project_id, ChangeKind.JOINT_REVIEW_ITEM, text, seat)
    change.origin, change.designer_id = command.origin[:60], command.designer_id
    change.class_basis = command.basis
    change.state = ChangeState.DESIGNING
    if not command.goes_to_designer:
        change.flags = [Flag.GENERAL]
    tx.session.add(change)
    tx.session.flush()
    sheets = add_sheets(tx, change, text.sheets)
    advance(tx, change, "adopt", seat, command.basis, *sheets, is_first=True)
    if command.goes_to_designer:
        return change.id
    hold_sheets_of(tx, change)
    if not _can_stand(tx, change):
        return change.id
    start = settle_start(tx, None, "")
    _stand(tx, change, start, seat, command.basis)
    return change.id


def _can_stand(tx: Tx, change: ChangeDocument) -> bool:
    facts = change_facts(tx.session, change, now=tx.now)
    return bool(facts.sheets) and all(s.base_revision_id == s.revision_id for s in facts.sheets)


def _stand(tx: Tx, change: ChangeDocument, start: Effect, seat: SeatFact, basis: str) -> None:
    facts = change_facts(tx.session, change, now=tx.now)
    fix_number(tx, change)
    change.content_sha256 = facts.digest
    take_effect(tx, change, replace(facts, note=basis), start, seat, event="enact", note=basis)
