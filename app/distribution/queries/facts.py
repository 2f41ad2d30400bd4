"""Facts of receipts added up by the database: one row per party and exact content, however many facts there are."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.distribution.cells import Told, told_from
from app.distribution.models import ReceiptFact
from app.distribution.rules import DECISIVE, ReceiptFactKind
from app.kernel.db.types import BigId

CellKey = tuple[str, str, str]
"""Party, item, digest."""
CHUNK = 1_500


def told_of(session: Session, item_ids: Iterable[str]) -> dict[CellKey, Told]:
    """What the facts about some items add up to; what was said of superseded ones costs nothing."""
    ids, found = sorted(set(item_ids)), dict[CellKey, Told]()
    for start in range(0, len(ids), CHUNK):
        found |= _added_up(session, ReceiptFact.item_id.in_(ids[start : start + CHUNK]))
    return found


def _added_up(session: Session, where: sa.ColumnElement[bool]) -> dict[CellKey, Told]:
    code = sa.case({kind: n for n, kind in enumerate(DECISIVE, start=1)}, value=ReceiptFact.kind, else_=0)
    query = (
        sa.select(
            ReceiptFact.party_id,
            ReceiptFact.item_id,
            ReceiptFact.sha256,
            sa.func.max(ReceiptFact.turn * 4 + code),
            sa.func.max(
                sa.case((ReceiptFact.kind == ReceiptFactKind.RESOLVED, sa.type_coerce(ReceiptFact.at, BigId)))
            ),
            _any(ReceiptFactKind.OPENED),
            _any(ReceiptFactKind.DELIVERED),
        )
        .where(where)
        .group_by(ReceiptFact.item_id, ReceiptFact.party_id, ReceiptFact.sha256)
    )
    session.flush()
    return {
        (party, item, digest): told_from(rank, answered, opened, delivered)
        for party, item, digest, rank, answered, opened, delivered in session.connection()
        .execute(query)
        .all()
    }


def _any(kind: str) -> sa.ColumnElement[int]:
    return sa.func.max(sa.case((ReceiptFact.kind == kind, 1), else_=0))
