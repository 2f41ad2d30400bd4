"""Carrying marks to a newer revision: a person confirms or drops each (DOMAIN 8, 15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused, RowReport, invalid
from app.kernel.ids import new_id
from app.kernel.policy import Rights
from app.markups.actions.marks import content_of, drawing_seat, new_mark, record, record_drawn, standing
from app.markups.actions.photos import copy_photo
from app.markups.actions.refusals import CARRIED, NOT_OLDER
from app.markups.actions.threads import mark_target
from app.markups.carrying import moved, place_of
from app.markups.models import Markup, MarkupCarry
from app.markups.rules import Decision
from app.markups.visibility import mark_seen, revision_seen
from viewers.render.compare.values import Comparison


@dataclass(frozen=True)
class CarryMarks:
    """A decision about marks of older revisions."""

    revision_id: str
    """The newer revision."""
    mark_ids: Sequence[str]
    decision: str


def carry_marks(tx: Tx, command: CarryMarks, compared: Mapping[str, Comparison] | None = None) -> RowReport:
    """Confirm or drop marks for a newer revision (沿用 / 不沿用); reports per mark. For the party that made it.

    Args:
        tx: the transaction.
        command: what is decided.
        compared: by older revision, what differs between it and the newer.

    Raises:
        Refused: ``not-found`` for a revision one does not see; ``forbidden``; ``invalid-input``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    revision = revision_seen(tx.session, rights, command.revision_id)
    drawing_seat(rights, revision)
    if command.decision not in set(Decision):
        known = ", ".join(Decision)
        raise invalid("decision", f"应为 {known} 之一", f"is one of {known}")
    report = RowReport()
    for mark_id in dict.fromkeys(command.mark_ids):
        try:
            _carry(tx, rights, command, mark_id, compared or {})
            report.done.append(mark_id)
        except Refused as refusal:
            report.refused[mark_id] = refusal
    return report


def _carry(
    tx: Tx, rights: Rights, command: CarryMarks, mark_id: str, comparisons: Mapping[str, Comparison]
) -> None:
    mark, older = mark_seen(tx.session, rights, mark_id)
    compared = comparisons.get(older.id)
    revision = revision_seen(tx.session, rights, command.revision_id)
    seat = rights.require(Permission.MARK_RESOLVE, mark_target(mark, revision))
    if older.sheet_id != revision.sheet_id or older.rev_seq >= revision.rev_seq:
        raise Refused(NOT_OLDER)
    standing(mark)
    known = sa.select(MarkupCarry.id).where(
        MarkupCarry.markup_id == mark.id, MarkupCarry.revision_id == revision.id
    )
    if tx.session.execute(known).first() is not None:
        raise Refused(CARRIED)
    carried: Markup | None = None
    if command.decision == Decision.CONFIRMED:
        carried = new_mark(tx, revision, seat, new_id(), moved(content_of(mark), compared))
        record_drawn(tx, carried, seat, copy_photo(tx, mark, carried))
    row = MarkupCarry(
        id=new_id(),
        markup_id=mark.id,
        revision_id=revision.id,
        decision=Decision(command.decision),
        standing=place_of(mark.anchor, mark.shape, compared).standing,
        carried_id=carried.id if carried else None,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        decided_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    data: dict[str, Any] = {"to": revision.id, "decision": str(row.decision), "standing": str(row.standing)}
    data["carried"] = row.carried_id
    record(tx, mark, "carry-decided", seat, data, carry=row.id)
