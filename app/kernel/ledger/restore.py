"""Writing published entries into an empty ledger: the first half of a rebuild (law 10)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.clock import from_micros
from app.kernel.ledger.merkle import GrowingTree, leaf_hash
from app.kernel.ledger.models import LedgerEntry, LedgerSheetHead, LedgerSheetLink

BATCH = 1_000


def restore_entries(session: Session, bodies: Iterable[bytes]) -> bytes:
    """Write entries, links and heads; returns the root of the tree over the entries, computed from their bytes.

    The sequencer grows the stored tree afterwards, by itself. Entries get numbers of this database; transaction number
    0 keeps them before everything that comes later.
    """
    tree, heads = GrowingTree(), {}
    for batch in _batches(bodies):
        rows, links = [], []
        for body in batch:
            content, leaf = json.loads(body), leaf_hash(body)
            tree.add(leaf)
            rows.append(_row(body, leaf.hex(), content))
            sheets = [sheet for sheet, _ in content["prev"]]
            links.append(sheets)
            heads.update(dict.fromkeys(sheets, leaf.hex()))
        insert = sa.insert(LedgerEntry).returning(LedgerEntry.id, sort_by_parameter_order=True)
        ids = session.scalars(insert, rows).all()
        linked = [
            {"sheet_id": sheet, "entry_id": entry_id}
            for entry_id, sheets in zip(ids, links, strict=True)
            for sheet in sheets
        ]
        if linked:
            session.execute(sa.insert(LedgerSheetLink), linked)
    if heads:
        session.execute(sa.insert(LedgerSheetHead), [{"sheet_id": s, "leaf": h} for s, h in heads.items()])
    return tree.root()


def _row(body: bytes, leaf: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "leaf": leaf,
        "body": body,
        "act_id": content["act"],
        "type": content["type"],
        "project_id": content["project"],
        "recorded_at": from_micros(content["recorded_at"]),
        "xid": 0,
    }


def _batches(bodies: Iterable[bytes]) -> Iterator[Sequence[bytes]]:
    waiting = iter(bodies)
    while batch := list(islice(waiting, BATCH)):
        yield batch
