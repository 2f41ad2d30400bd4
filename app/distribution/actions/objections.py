"""Answering objections: the issuer's side. The party then confirms, or objects again."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.access.models import Party
from app.access.queries import rights_of
from app.access.rules import Permission
from app.distribution.actions.receipts import checked_reason
from app.distribution.guards import ReceiptAttempt, step_for
from app.distribution.models import ReceiptFact
from app.distribution.rules import CellState, ReceiptFactKind
from app.drawings.models import Sheet
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.ids import new_id
from app.kernel.ledger.telling import tell
from app.kernel.policy import Target
from app.record.models import SlipEffect


@dataclass(frozen=True)
class ResolveObjection:
    """What was done about an objection."""

    objection_id: str
    answer: str
    note_id: str | None = None
    """The contact note (工程联系单) that it became, where it became one."""


def resolve_objection(tx: Tx, command: ResolveObjection) -> str:
    """Resolve an objection (处理异议); returns the fact's id. The same answer twice is one fact.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``receipt-reason-needed``; ``state-conflict``.
    """
    answer = checked_reason(command.answer)
    rights = rights_of(tx.session, tx.actor, tx.now)
    objection = tx.session.get(ReceiptFact, command.objection_id)
    if objection is None or objection.kind != ReceiptFactKind.OBJECTED:
        raise Refused(NOT_FOUND)
    seat = rights.require(
        Permission.RECEIPT_RESOLVE, _target(tx, objection), visible_by=Permission.DISTRIBUTION_VIEW
    )
    lock = sa.select(Party.id).where(Party.id == objection.party_id).with_for_update(key_share=True)
    tx.session.execute(lock)
    after = _after(tx, objection)
    if after is not None and after.kind == ReceiptFactKind.RESOLVED and after.reason == answer:
        return after.id
    state = CellState.OBJECTED if after is None else CellState.RESOLVED
    step_for(state, "resolve", ReceiptAttempt(objection.item_id, reason=answer))
    fact = ReceiptFact(
        id=new_id(), project_id=objection.project_id, party_id=objection.party_id, item_kind=objection.item_kind,
        item_id=objection.item_id, sheet_id=objection.sheet_id, sha256=objection.sha256,
        kind=ReceiptFactKind.RESOLVED, turn=objection.turn + 1,
        key=":".join([objection.party_id, objection.item_id, objection.sha256[:16], str(objection.turn + 1)]),
        way="", file_sha256="", statement="", statement_sha256="", reason=answer, photo={}, note_id=command.note_id,
        counts={}, person_id=seat.person_id, seat_id=seat.seat_id, at=tx.now,
    )  # fmt: skip
    tx.session.add(fact)
    tell(
        tx, "receipt.resolved", objection.project_id, seat, fact, sheet_id=objection.sheet_id,
        receipt=fact.id, to=objection.party_id,
    )  # fmt: skip
    return fact.id


def _after(tx: Tx, objection: ReceiptFact) -> ReceiptFact | None:
    query = sa.select(ReceiptFact).where(
        ReceiptFact.party_id == objection.party_id,
        ReceiptFact.item_id == objection.item_id,
        ReceiptFact.sha256 == objection.sha256,
        ReceiptFact.turn == objection.turn + 1,
    )
    return tx.session.scalars(query).one_or_none()


def _target(tx: Tx, objection: ReceiptFact) -> Target:
    """The sheet objected to; of a slip, the first sheet on which it took effect."""
    sheet_id = objection.sheet_id
    if sheet_id is None:
        query = (
            sa.select(SlipEffect.sheet_id)
            .where(SlipEffect.change_id == objection.item_id)
            .order_by(SlipEffect.id)
        )
        sheet_id = tx.session.scalars(query.limit(1)).one()
    sheet = tx.session.get_one(Sheet, sheet_id)
    return Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
