"""Moving a change from its assessment to its verification on site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.actions.effects import hold_sheets_of, settle_start, take_effect
from app.changes.actions.moving import (
    acting_seat,
    advance,
    change_to_move,
    checked_note,
    may_take,
    move_change,
    stop_on_failure,
)
from app.changes.actions.words import say
from app.changes.facts import change_facts
from app.changes.guards import DESIGNERS, judge_change
from app.changes.models import ChangeDocument, ChangeSheet
from app.changes.numbering import fix_number
from app.changes.refusals import CHANGE_FROZEN, NOT_YOUR_CHANGE, REASON_NEEDED
from app.changes.rules import CHANGE_LABELS, MOST_MONEY, ChangeState, WordKind
from app.drawings.models import SheetRevision
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.labels import Label
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact


@dataclass(frozen=True)
class MoveChange:
    """A step of a change."""

    change_id: str
    event: str
    note: str = ""
    effective_at: datetime | None = None
    """For ``countersign``: when it takes effect; None: now."""
    designer_id: str = ""
    """For ``accept`` by the owner: the design party that takes it up; empty: that of its first sheet."""


Act = Callable[[Tx, Rights, ChangeDocument, MoveChange], None]


def move(tx: Tx, command: MoveChange) -> None:
    """Take a step of a change (DOMAIN 2.4).

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``change-guard-failed``; ``invalid-input``;
            ``backdating-reason-needed``.
    """
    act = _ACTS.get(command.event)
    if act is None:
        known = ", ".join(sorted(_ACTS))
        raise invalid("event", f"应为 {known} 之一", f"is one of {known}")
    rights = rights_of(tx.session, tx.actor, tx.now)
    act(tx, rights, change_to_move(tx, rights, command.change_id), command)


def _plain(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
    move_change(tx, rights, change, command.event, note=command.note)


def _accept(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
    """Taken up: from now on it is with one design party."""
    _, seat = may_take(tx, rights, change, "accept")
    facts = change_facts(tx.session, change, now=tx.now, note=command.note)
    change.designer_id = _designer(tx, change, seat, command.designer_id)
    tx.session.flush()
    move_change(tx, rights, change, "accept", note=command.note, facts=facts)


def _designer(tx: Tx, change: ChangeDocument, seat: SeatFact, wished: str) -> str:
    """The design party that takes a change up.

    Raises:
        Refused: ``invalid-input``.
    """
    if seat.party_role in DESIGNERS:
        return seat.party_id
    first = (
        sa.select(SheetRevision.party_id)
        .join(ChangeSheet, ChangeSheet.revision_id == SheetRevision.id)
        .where(ChangeSheet.change_id == change.id, ChangeSheet.is_dropped.is_(False))
        .order_by(ChangeSheet.sheet_id)
    )
    party = tx.session.get(Party, wished or tx.session.scalars(first).first() or "")
    is_here = party is not None and party.project_id == change.project_id and party.role in DESIGNERS
    if party is None or not is_here:
        raise invalid("设计单位 / designer", "请选择本项目的设计单位", "is a design party of this project")
    return party.id


def _issue(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
    """Issued: numbered, and what it says is fixed by its digest."""
    may_take(tx, rights, change, "issue")
    facts = change_facts(tx.session, change, now=tx.now, note=command.note)
    fix_number(tx, change)
    change.content_sha256 = facts.digest
    move_change(tx, rights, change, "issue", note=command.note, facts=facts)


def _reviewed(event: str, *, is_yes: bool) -> Act:
    """The agency's result is a word on this content, and a step."""

    def act(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
        step, seat = may_take(tx, rights, change, event)
        note = checked_note(command.note)
        if not note:
            raise Refused(REASON_NEEDED)
        facts = change_facts(tx.session, change, now=tx.now, note=note, party_id=seat.party_id)
        stop_on_failure(judge_change(step.guards, facts))
        word = say(tx, change, WordKind.REVIEWED, seat, facts.digest, is_yes=is_yes, note=note)
        advance(tx, change, event, seat, note, word)

    return act


def _countersign(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
    """In effect: its slips stand on its sheets from ``effective_at`` on, and what it ends has ended."""
    step, seat = may_take(tx, rights, change, "countersign")
    note = checked_note(command.note)
    start = settle_start(tx, command.effective_at, note)
    hold_sheets_of(tx, change)
    facts = change_facts(tx.session, change, now=tx.now, effective_at=start.effective_at, note=note)
    stop_on_failure(judge_change(step.guards, replace(facts, party_id=seat.party_id)))
    take_effect(tx, change, facts, start, seat, event="countersign", note=note)


def _regularise(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
    step, seat = may_take(tx, rights, change, "regularise")
    facts = change_facts(tx.session, change, now=tx.now, note=command.note, party_id=seat.party_id)
    stop_on_failure(judge_change(step.guards, facts))
    change.regularised_at = tx.now
    advance(tx, change, "regularise", seat, checked_note(command.note))


def _withdraw(tx: Tx, rights: Rights, change: ChangeDocument, command: MoveChange) -> None:
    """Taken back by who proposed it; once the designer has it, by the designer."""
    step, seat = may_take(tx, rights, change, "withdraw")
    if step.permission == Permission.CHANGE_PROPOSE and seat.party_id != change.party_id:
        raise Refused(NOT_YOUR_CHANGE, party=Label("提出单位", "who proposed it"))
    move_change(tx, rights, change, "withdraw", note=command.note)


_ACTS: Mapping[str, Act] = {
    "assess": _plain,
    "accept": _accept,
    "refuse": _plain,
    "issue": _issue,
    "send_review": _plain,
    "pass": _reviewed("pass", is_yes=True),
    "fail": _reviewed("fail", is_yes=False),
    "approve": _plain,
    "countersign": _countersign,
    "confirm_review": _reviewed("confirm_review", is_yes=True),
    "regularise": _regularise,
    "implement": _plain,
    "verify": _plain,
    "reopen": _plain,
    "incorporate": _plain,
    "withdraw": _withdraw,
}
"""Events that a person takes here; ``emergency`` follows from the third consent, ``restate`` from stating the class."""


@dataclass(frozen=True)
class AgreeCosts:
    """What a change costs and how long it takes, as agreed."""

    change_id: str
    cost_agreed: int | None
    days_agreed: int | None


def agree_costs(tx: Tx, command: AgreeCosts) -> None:
    """Note the agreed cost and time of a change (for the settlement); the owner says them.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``invalid-input``; ``change-frozen`` of one that came to nothing.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, command.change_id)
    seat = acting_seat(tx.session, rights, change, Permission.CHANGE_APPROVE)
    if change.state in (ChangeState.REJECTED, ChangeState.WITHDRAWN):
        raise Refused(CHANGE_FROZEN, state=CHANGE_LABELS[change.state])
    for name, amount in (("造价 / cost", command.cost_agreed), ("工期 / days", command.days_agreed)):
        if amount is not None and abs(amount) > (MOST_MONEY if name.startswith("造价") else 10_000):
            raise invalid(name, "数值过大", "is too large")
    change.cost_agreed, change.days_agreed = command.cost_agreed, command.days_agreed
    tell(tx, "change.costed", change.project_id, seat, change, change=change.id)
