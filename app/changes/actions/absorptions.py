"""Which changes a new revision takes in: ticked by its designer, made true by its release (DOMAIN 2.4, 9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.access.rules import Permission
from app.changes.facts import name_of
from app.changes.models import ChangeAbsorption, ChangeDocument, ChangeSheet
from app.changes.refusals import NOT_ABSORBABLE
from app.drawings.models import SheetRevision
from app.drawings.queries.visibility import revision_target
from app.drawings.rules import RevisionState
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import SeatFact
from app.record.actions import Effect, SlipEntry, append_slip_effect
from app.record.models import EffectKind
from app.record.queries import Instants, in_force

ENDED = frozenset({RevisionState.VOID, RevisionState.WITHDRAWN})


@dataclass(frozen=True)
class TickAbsorbed:
    """Which of the changes that stand on a sheet its revision takes in."""

    revision_id: str
    ticks: Mapping[str, bool]
    """By change."""


def tick_absorbed(tx: Tx, command: TickAbsorbed) -> None:
    """Tick what a revision absorbs (纳入). Of a released revision a tick takes effect at once and is not taken back.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``change-not-absorbable``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    query = sa.select(SheetRevision).where(SheetRevision.id == command.revision_id).with_for_update()
    revision = tx.session.execute(query).scalar_one_or_none()
    if revision is None or not rights.may(Permission.REVISION_VIEW, revision_target(revision)):
        raise Refused(NOT_FOUND)
    seat = rights.require(
        Permission.REVISION_EDIT, revision_target(revision), visible_by=Permission.REVISION_VIEW
    )
    force = in_force(tx.session, revision.sheet_id, Instants(tx.now, tx.now, is_now=True))
    standing = {slip.change_id: slip.number for slip in force.slips} if force else {}
    written_for = orders_written_for(tx.session, revision.sheet_id, standing)
    is_released = revision.state == RevisionState.RELEASED
    for change_id, is_absorbed in command.ticks.items():
        known = tx.session.get(ChangeDocument, change_id)
        name = name_of(known) if known is not None else change_id
        if change_id not in standing or revision.state in ENDED or (is_released and not is_absorbed):
            raise Refused(NOT_ABSORBABLE, number=name)
        if revision.rev_seq <= written_for.get(change_id, 0):
            raise Refused(NOT_ABSORBABLE, number=name)
    rows = [
        ChangeAbsorption(
            id=new_id(),
            project_id=revision.project_id,
            revision_id=revision.id,
            change_id=change_id,
            is_absorbed=is_absorbed,
            person_id=seat.person_id,
            seat_id=seat.seat_id,
            at=tx.now,
        )
        for change_id, is_absorbed in sorted(command.ticks.items())
    ]
    tx.session.add_all(rows)
    tell(tx, "change.absorption-ticked", revision.project_id, seat, *rows, revision=revision.id)
    if is_released:
        now = Effect(tx.now, is_backdated=False, reason="")
        write_absorbed(tx, revision, command.ticks, now, seat)


def orders_written_for(session: Session, sheet_id: str, changes: Iterable[str]) -> dict[str, int]:
    """By change: the order of the revision it was written for. That one, or an older one, cannot have it drawn in."""
    query = (
        sa.select(ChangeSheet.change_id, SheetRevision.rev_seq)
        .join(SheetRevision, SheetRevision.id == ChangeSheet.revision_id)
        .where(ChangeSheet.sheet_id == sheet_id, ChangeSheet.change_id.in_(list(changes)))
    )
    return dict(session.execute(query).all())


def absorbed_by(session: Session, revision_ids: Iterable[str]) -> dict[str, dict[str, bool]]:
    """By revision and change: the newest tick."""
    query = (
        sa.select(ChangeAbsorption)
        .where(ChangeAbsorption.revision_id.in_(list(revision_ids)))
        .order_by(ChangeAbsorption.at, ChangeAbsorption.id)
    )
    found: dict[str, dict[str, bool]] = {}
    for tick in session.scalars(query):
        found.setdefault(tick.revision_id, {})[tick.change_id] = tick.is_absorbed
    return found


def write_absorbed(
    tx: Tx, revision: SheetRevision, ticks: Mapping[str, bool], effect: Effect, seat: SeatFact
) -> list[str]:
    """Append that a released revision absorbs what was ticked; returns the changes' numbers. In the act of release."""
    numbers = []
    for change_id in sorted(key for key, is_absorbed in ticks.items() if is_absorbed):
        change = tx.session.get_one(ChangeDocument, change_id)
        entry = SlipEntry(
            project_id=revision.project_id,
            sheet_id=revision.sheet_id,
            change_id=change.id,
            number=change.number,
            kind=EffectKind.ABSORBED,
            effect=effect,
            absorbed_by=revision.id,
        )
        append_slip_effect(tx, entry, seat)
        numbers.append(change.number)
    return numbers
