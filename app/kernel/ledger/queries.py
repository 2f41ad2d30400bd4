"""What can be asked of the ledger: chains, places in the tree, proofs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.ledger.merkle import NodeReader, inclusion_proof, root
from app.kernel.ledger.models import LedgerEntry, LedgerLeaf, LedgerNode, LedgerSheetLink


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
    index = found.leaf_index
    nodes = _nodes(session, lambda read: (inclusion_proof(index, size, read), root(size, read)))

    def read(level: int, place: int) -> bytes:
        return nodes[level, place]

    path = tuple(p.hex() for p in inclusion_proof(index, size, read))
    return InclusionProof(leaf, index, size, root(size, read).hex(), path)


def _nodes(session: Session, walk: Callable[[NodeReader], object]) -> dict[tuple[int, int], bytes]:
    """The stored nodes that a walk over the tree asks for, in one query: which they are does not depend on their hashes."""
    asked: set[tuple[int, int]] = set()

    def note(level: int, place: int) -> bytes:
        asked.add((level, place))
        return b""

    walk(note)
    query = sa.select(LedgerNode.level, LedgerNode.node_index, LedgerNode.digest).where(
        sa.tuple_(LedgerNode.level, LedgerNode.node_index).in_(sorted(asked))
    )
    return {(row.level, row.node_index): row.digest for row in session.execute(query)}


def _view(entry: LedgerEntry, index: int | None) -> EntryView:
    return EntryView(
        leaf=entry.leaf,
        type=entry.type,
        project_id=entry.project_id,
        recorded_at=entry.recorded_at,
        content=json.loads(entry.body),
        leaf_index=index,
    )
