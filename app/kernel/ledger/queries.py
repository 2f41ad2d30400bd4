"""What can be asked of the ledger: chains, places in the tree, proofs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.ledger.merkle import inclusion_proof
from app.kernel.ledger.models import LedgerEntry, LedgerLeaf, LedgerSheetLink
from app.kernel.ledger.sequence import node_reader, tree_root


@dataclass(frozen=True)
class EntryView:
    """An entry: *recorded* from the start, *in tree* once it has an index."""

    leaf: str
    type: str
    project_id: str | None
    recorded_at: datetime
    content: dict[str, Any]
    leaf_index: int | None


@dataclass(frozen=True)
class InclusionProof:
    """Shows that an entry is leaf ``index`` of the tree of ``size`` leaves with this root. All hashes hex."""

    leaf: str
    index: int
    size: int
    root: str
    path: tuple[str, ...]


def chain_of_sheet(session: Session, sheet_id: str) -> Sequence[EntryView]:
    """Every entry that speaks of a sheet, newest first."""
    query = (
        sa.select(LedgerEntry, LedgerLeaf.leaf_index)
        .join(LedgerSheetLink, LedgerSheetLink.entry_id == LedgerEntry.id)
        .outerjoin(LedgerLeaf, LedgerLeaf.entry_id == LedgerEntry.id)
        .where(LedgerSheetLink.sheet_id == sheet_id)
        .order_by(
            LedgerEntry.id.desc()
        )  # numbers are given under the lock of the sheet's head: the chain's order
    )
    return [_view(entry, index) for entry, index in session.execute(query)]


def entry_by_leaf(session: Session, leaf: str) -> EntryView | None:
    """One entry by its leaf hash."""
    query = (
        sa.select(LedgerEntry, LedgerLeaf.leaf_index)
        .outerjoin(LedgerLeaf, LedgerLeaf.entry_id == LedgerEntry.id)
        .where(LedgerEntry.leaf == leaf)
    )
    row = session.execute(query).one_or_none()
    return _view(row[0], row[1]) if row else None


def prove_inclusion(session: Session, leaf: str, size: int) -> InclusionProof | None:
    """Proof for an entry in the tree of ``size`` leaves; None while it is not in that tree."""
    found = entry_by_leaf(session, leaf)
    if found is None or found.leaf_index is None or found.leaf_index >= size:
        return None
    path = inclusion_proof(found.leaf_index, size, node_reader(session))
    root = tree_root(session, size).hex()
    return InclusionProof(leaf, found.leaf_index, size, root, tuple(p.hex() for p in path))


def _view(entry: LedgerEntry, index: int | None) -> EntryView:
    return EntryView(
        leaf=entry.leaf,
        type=entry.type,
        project_id=entry.project_id,
        recorded_at=entry.recorded_at,
        content=json.loads(entry.body),
        leaf_index=index,
    )
