"""What parties say of a change: the lead designer's confirmation, authorities, the three who agree to an emergency."""

from dataclasses import dataclass, replace

from app.access.queries import rights_of
from app.access.rules import PartyRole, Permission
from app.changes.actions.effects import hold_sheets_of, settle_start, take_effect
from app.changes.actions.moving import acting_seat, change_to_move, checked_note, stop_on_failure
from app.changes.facts import ChangeFacts, change_facts, is_irregular
from app.changes.guards import DESIGNERS, consents, judge_change
from app.changes.models import ChangeDocument, ChangeWord
from app.changes.numbering import fix_number
from app.changes.refusals import NO_WORD_NOW, NOT_YOUR_CHANGE, REASON_NEEDED
from app.changes.rules import (
    CHANGE_LABELS,
    CHANGES,
    EXTERNAL_LABELS,
    OPEN,
    STANDING,
    ChangeState,
    External,
    WordKind,
)
from app.changes.seats import SILENT_ON
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, invalid
from app.kernel.ids import new_id
from app.kernel.labels import Label
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact, Target

_RIGHT: dict[str, str] = {
    WordKind.LEAD_DESIGNER: Permission.CHANGE_DESIGN,
    WordKind.EMERGENCY: Permission.CHANGE_EMERGENCY,
    WordKind.AUTHORITY: Permission.CHANGE_CONSENT,
}


@dataclass(frozen=True)
class GiveWord:
    """What somebody says of a change for his party."""

    change_id: str
    kind: str
    is_yes: bool
    note: str = ""
    domain: str = ""
    """For an authority: on what (:class:`app.changes.rules.External`)."""


def give_word(tx: Tx, command: GiveWord) -> str:
    """Say a word of a change as it reads now; returns the word's id. The third consent puts an emergency into effect.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``change-word-not-now``; ``change-reason-needed``; ``invalid-input``;
            ``change-guard-failed`` when the emergency cannot take effect.
    """
    if command.kind not in _RIGHT:
        known = ", ".join(sorted(_RIGHT))
        raise invalid("意见类别 / kind", "没有这个类别", f"is one of {known}")
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, command.change_id)
    seat = _seat(tx, rights, change, command)
    note = checked_note(command.note)
    if not note and (not command.is_yes or command.kind == WordKind.EMERGENCY):
        raise Refused(REASON_NEEDED)
    if command.kind == WordKind.EMERGENCY:
        hold_sheets_of(tx, change)
    facts = change_facts(tx.session, change, now=tx.now, note=note, party_id=seat.party_id)
    word = say(
        tx,
        change,
        WordKind(command.kind),
        seat,
        facts.digest,
        is_yes=command.is_yes,
        note=note,
        domain=command.domain,
    )
    tell(tx, "change.word-given", change.project_id, seat, word, change=change.id)
    if command.kind == WordKind.EMERGENCY and command.is_yes:
        _agreed(tx, change, seat, note)
    return word.id


def say(
    tx: Tx,
    change: ChangeDocument,
    kind: WordKind,
    seat: SeatFact,
    digest: str,
    *,
    is_yes: bool,
    note: str,
    domain: str = "",
) -> ChangeWord:
    """The row of a word on one exact content."""
    word = ChangeWord(
        id=new_id(),
        change_id=change.id,
        kind=kind,
        domain=domain,
        is_yes=is_yes,
        note=note,
        content_sha256=digest,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        party_role=seat.party_role,
        at=tx.now,
    )
    tx.session.add(word)
    tx.session.flush()
    return word


def _seat(tx: Tx, rights: Rights, change: ChangeDocument, command: GiveWord) -> SeatFact:
    """The seat by which the actor may say it, if it is asked for now.

    Raises:
        Refused: ``forbidden``; ``not-your-change``; ``change-word-not-now``; ``invalid-input``.
    """
    if command.kind == WordKind.LEAD_DESIGNER:
        seat = _lead_designer(rights, change)
        allowed = change.state == ChangeState.DESIGNING or is_irregular(change)
    else:
        seat = acting_seat(tx.session, rights, change, _RIGHT[command.kind])
        allowed = change.state in OPEN or is_irregular(change)
        if command.kind == WordKind.EMERGENCY:
            allowed = change.state in OPEN - STANDING
    if command.kind == WordKind.AUTHORITY and command.domain not in set(External):
        raise invalid("事项 / domain", "请选择所涉事项", f"is one of {', '.join(External)}")
    silent = SILENT_ON.get(seat.party_role, frozenset())
    if command.kind == WordKind.AUTHORITY and command.domain in silent:
        word = EXTERNAL_LABELS[command.domain]
        raise Refused(
            NOT_YOUR_CHANGE, party=Label(f"管{word.zh}的部门", f"the department for {word.en.lower()}")
        )
    if not allowed:
        raise Refused(NO_WORD_NOW, state=CHANGE_LABELS[change.state])
    return seat


def _lead_designer(rights: Rights, change: ChangeDocument) -> SeatFact:
    """A seat of the lead design party that may issue documents.

    Raises:
        Refused: ``not-your-change``.
    """
    for seat in rights.in_project(change.project_id):
        mine = replace(rights, seats=(seat,))
        target = Target(change.project_id, discipline=change.discipline, party_id=seat.party_id)
        if seat.party_role == PartyRole.DESIGNER and mine.may(Permission.CHANGE_ISSUE, target):
            return seat
    raise Refused(NOT_YOUR_CHANGE, party=Label("主体设计单位", "the lead designer"))


def _agreed(tx: Tx, change: ChangeDocument, seat: SeatFact, note: str) -> None:
    """Put an emergency into effect when the three have agreed to what it says now."""
    facts = change_facts(tx.session, change, now=tx.now, note=note, party_id=seat.party_id)
    if not all(consents(facts).values()):
        return
    step = CHANGES.step(change.state, "emergency")
    stop_on_failure(judge_change(step.guards, facts))
    _enter(tx, change, facts, seat, note)


def _enter(tx: Tx, change: ChangeDocument, facts: ChangeFacts, seat: SeatFact, note: str) -> None:
    change.is_emergency = True
    change.designer_id = change.designer_id or next(
        w.party_id
        for w in facts.words
        if w.kind == WordKind.EMERGENCY and w.is_yes and w.party_role in DESIGNERS
    )
    fix_number(tx, change)
    change.content_sha256 = facts.digest
    take_effect(tx, change, facts, settle_start(tx, None, note), seat, event="emergency", note=note)
