"""Stating the class of a change: the designer's word, helped by a checklist that never decides (DOMAIN 2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.actions.moving import acting_seat, advance, change_to_move, may_take, stop_on_failure
from app.changes.facts import change_facts
from app.changes.guards import judge_change
from app.changes.models import ChangeDocument
from app.changes.refusals import CHANGE_FROZEN
from app.changes.rules import CHANGE_LABELS, IRREGULAR, MAJOR, MOST_TEXT, ChangeState, External, Flag
from app.changes.triggers import TRIGGERS
from app.kernel.db.transactions import Tx
from app.kernel.errors import STALE, Refused, invalid
from app.kernel.ledger.telling import tell


@dataclass(frozen=True)
class StateClass:
    """The class of a change as its designer states it."""

    change_id: str
    version: int
    flags: Sequence[str]
    basis: str
    externals: Sequence[str] = ()
    triggers: Sequence[str] = ()
    """Ticks of the checklist (:mod:`app.changes.triggers`)."""


def state_class(tx: Tx, command: StateClass) -> int:
    """State the class of a change (申明变更类别); returns its version. Of an emergency in effect: step ``restate``.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``stale-version``; ``change-frozen``; ``invalid-input``;
            ``change-guard-failed``.
    """
    _check(command)
    rights = rights_of(tx.session, tx.actor, tx.now)
    change = change_to_move(tx, rights, command.change_id)
    if change.state == ChangeState.DESIGNING:
        seat = acting_seat(tx.session, rights, change, Permission.CHANGE_DESIGN)
        _write(change, command)
        tell(tx, "change.classed", change.project_id, seat, change, change=change.id)
        return change.version
    if not change.is_emergency or change.state not in IRREGULAR:
        raise Refused(CHANGE_FROZEN, state=CHANGE_LABELS[change.state])
    step, seat = may_take(tx, rights, change, "restate")
    _write(change, command)
    tx.session.flush()
    facts = change_facts(tx.session, change, now=tx.now, party_id=seat.party_id)
    stop_on_failure(judge_change(step.guards, facts))
    change.content_sha256 = facts.digest
    advance(tx, change, "restate", seat, command.basis)
    return change.version


def _write(change: ChangeDocument, command: StateClass) -> None:
    """Write what is stated; who may not state it was told so before.

    Raises:
        Refused: ``stale-version``.
    """
    if change.version != command.version:
        raise Refused(STALE)
    change.flags = sorted(set(command.flags))
    change.externals = sorted(set(command.externals))
    change.triggers = sorted(set(command.triggers))
    change.class_basis = command.basis.strip()


def _check(command: StateClass) -> None:
    flags = set(command.flags)
    if not flags <= set(Flag):
        raise invalid("变更类别 / flags", "没有这个类别", f"is one of {', '.join(Flag)}")
    if not flags:
        raise invalid("变更类别 / flags", "请至少申明一项", "needs one at least")
    if Flag.GENERAL in flags and flags & MAJOR:
        raise invalid(
            "变更类别 / flags", "一般变更与重大变更不能同时申明", "is not general and major at the same time"
        )
    if {Flag.FIRE_MAJOR, Flag.FIRE_MINOR} <= flags:
        raise invalid(
            "变更类别 / flags", "消防重大与非重大只能选一项", "is major or non-major for fire, not both"
        )
    if not set(command.externals) <= set(External):
        raise invalid("涉及部门 / externals", "没有这个部门", f"is one of {', '.join(External)}")
    if not set(command.triggers) <= set(TRIGGERS):
        raise invalid("判定清单 / triggers", "清单中没有这一项", "is not in the checklist")
    if not 0 < len(command.basis.strip()) <= MOST_TEXT:
        raise invalid("判定依据 / basis", f"需要 1 至 {MOST_TEXT} 字", f"needs 1 to {MOST_TEXT} characters")
