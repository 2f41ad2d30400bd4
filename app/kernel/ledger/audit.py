"""Reading the ledger against itself: leaf hashes from bodies, chains of sheets, the tree with its checkpoints.

Everything is computed again from the stored bodies, as a stranger with a copy of the tables would do it; nothing that
the product wrote besides them is believed.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.clock import to_micros
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.ledger.merkle import GrowingTree, leaf_hash
from app.kernel.ledger.models import (
    LedgerCheckpoint,
    LedgerEntry,
    LedgerHead,
    LedgerLeaf,
    LedgerNode,
    LedgerSheetHead,
    LedgerSheetLink,
)

BATCH = 1_000


@dataclass(frozen=True)
class Fault:
    """Something that is not as it must be."""

    check: str
    """kebab-case name of the check."""
    subject: str
    """What it is about: entry number, sheet, digest."""
    detail: str


@dataclass(frozen=True)
class StoredEntry:
    """An entry as stored."""

    leaf: str
    body: bytes
    type: str
    project_id: str | None
    index: int | None
    """Place in the tree; None while it is only recorded."""


def entry_by_leaf(session: Session, leaf: str) -> StoredEntry | None:
    """One entry by its leaf hash."""
    query = (
        sa.select(LedgerEntry, LedgerLeaf.leaf_index)
        .outerjoin(LedgerLeaf, LedgerLeaf.entry_id == LedgerEntry.id)
        .where(LedgerEntry.leaf == leaf)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    entry, index = row
    return StoredEntry(entry.leaf, entry.body, entry.type, entry.project_id, index)


def every_entry(session: Session) -> Iterator[dict[str, Any]]:
    """Contents of all readable entries, oldest first: every entry follows those its act could know."""
    query = sa.select(LedgerEntry.body).order_by(LedgerEntry.id)
    for body in session.scalars(query.execution_options(yield_per=BATCH)):
        try:
            yield json.loads(body)
        except ValueError:
            continue  # the audit of entries reports it


@dataclass
class LedgerAudit:
    """One run over the ledger. Counts are there after :meth:`faults` is exhausted."""

    session: Session
    watch: Callable[[int], object] = int
    """Told the number of entries read so far, batch by batch."""
    entries: int = 0
    sheets: int = 0
    leaves: int = 0
    waiting: int = 0
    """Recorded entries that the sequencer has not taken yet; normal for a second."""
    _chains: dict[str, str] = field(default_factory=dict)

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong, in the order of the tables."""
        yield from self._entries()
        yield from self._heads()
        yield from self._tree()

    def _entries(self) -> Iterator[Fault]:
        """Bodies and chains. Entries of one sheet are numbered in the order of its chain: its head is locked."""
        last = 0
        while True:
            query = sa.select(LedgerEntry).where(LedgerEntry.id > last).order_by(LedgerEntry.id).limit(BATCH)
            rows = self.session.scalars(query).all()
            if not rows:
                return
            links = self._links(rows)
            for row in rows:
                yield from self._entry(row, links.get(row.id, []))
            last = rows[-1].id
            self.entries += len(rows)
            self.session.expunge_all()
            self.watch(self.entries)

    def _links(self, rows: Sequence[LedgerEntry]) -> dict[int, list[str]]:
        query = sa.select(LedgerSheetLink.entry_id, LedgerSheetLink.sheet_id).where(
            LedgerSheetLink.entry_id.between(rows[0].id, rows[-1].id)
        )
        found: dict[int, list[str]] = {}
        for entry_id, sheet_id in self.session.execute(query):
            found.setdefault(entry_id, []).append(sheet_id)
        return found

    def _entry(self, row: LedgerEntry, links: Sequence[str]) -> Iterator[Fault]:
        name = f"entry {row.id}"
        if leaf_hash(row.body).hex() != row.leaf:
            yield Fault("entry-body", name, f"the body no longer hashes to its leaf {row.leaf}")
        try:
            content = json.loads(row.body)
            is_canonical = canonical_bytes(content) == row.body
        except (ValueError, TypeError):
            yield Fault("entry-body", name, "the body is not canonical JSON")
            return
        if not is_canonical:
            yield Fault("entry-body", name, "the body is not in canonical form")
        stored = (row.act_id, row.type, row.project_id, to_micros(row.recorded_at))
        if stored != tuple(content.get(k) for k in ("act", "type", "project", "recorded_at")):
            yield Fault("entry-columns", name, "its columns do not say what its body says")
        yield from self._chain(name, row.leaf, content, links)

    def _chain(self, name: str, leaf: str, content: dict[str, Any], links: Sequence[str]) -> Iterator[Fault]:
        claimed = content.get("prev", [])
        if sorted(s for s, _ in claimed) != sorted(links):
            yield Fault("sheet-links", name, "its links to sheets are not those of its body")
        for sheet_id, prev in claimed:
            if (prev or None) != self._chains.get(sheet_id):
                yield Fault("sheet-chain", f"sheet {sheet_id}", f"{name} does not follow the entry before it")
            self._chains[sheet_id] = leaf

    def _heads(self) -> Iterator[Fault]:
        heads = {
            s: leaf
            for s, leaf in self.session.execute(sa.select(LedgerSheetHead.sheet_id, LedgerSheetHead.leaf))
            if leaf
        }
        self.sheets = len(self._chains)
        for sheet_id in sorted(heads.keys() | self._chains.keys()):
            if heads.get(sheet_id) != self._chains.get(sheet_id):
                yield Fault("sheet-head", f"sheet {sheet_id}", "its newest entry is missing or not its head")

    def _tree(self) -> Iterator[Fault]:
        """The tree grown again, leaf by leaf, beside the stored nodes, with every checkpoint on the way."""
        head = self.session.scalar(sa.select(LedgerHead))
        size = head.size if head else 0
        checkpoints = {
            c.size: c.root for c in self.session.scalars(sa.select(LedgerCheckpoint)) if c.size <= size
        }
        grown = GrowingTree()
        for batch in self._leaves():
            stored = self._nodes(batch)
            for index, body in batch:
                if index != grown.size:
                    yield Fault("tree-leaves", f"leaf {grown.size}", "missing from the tree")
                    return
                if body is None:
                    yield Fault(
                        "tree-leaves",
                        f"leaf {index}",
                        "its entry is gone; the tree cannot be checked further",
                    )
                    return
                for level, place, digest in grown.add(leaf_hash(body)):
                    if stored.get((level, place)) != digest:
                        yield Fault(
                            "tree-nodes", f"node {level}/{place}", "missing, or not what the entries give"
                        )
                if grown.size in checkpoints and grown.root().hex() != checkpoints[grown.size]:
                    yield Fault("checkpoint", f"size {grown.size}", "its root is not that of the entries")
        self.leaves = grown.size
        self.waiting = self.entries - grown.size
        if grown.size != size:
            yield Fault("tree-size", f"{grown.size} leaves", f"the head says {size}")
        if size and size not in checkpoints:
            yield Fault("checkpoint", f"size {size}", "the newest root is missing")

    def _leaves(self) -> Iterator[list[tuple[int, bytes | None]]]:
        """(index, body) in batches; a leaf whose entry is gone has no body."""
        start = -1
        while True:
            query = (
                sa.select(LedgerLeaf.leaf_index, LedgerEntry.body)
                .outerjoin(LedgerEntry, LedgerEntry.id == LedgerLeaf.entry_id)
                .where(LedgerLeaf.leaf_index > start)
                .order_by(LedgerLeaf.leaf_index)
                .limit(BATCH)
            )
            rows: list[tuple[int, bytes | None]] = [(i, body) for i, body in self.session.execute(query)]
            if not rows:
                return
            yield rows
            start = rows[-1][0]

    def _nodes(self, batch: Sequence[tuple[int, bytes | None]]) -> dict[tuple[int, int], bytes]:
        """Stored nodes whose last leaf lies in a batch, and a few around them."""
        first, last = batch[0][0], batch[-1][0]
        parts = [
            sa.and_(
                LedgerNode.level == level,
                LedgerNode.node_index.between(first >> level, last >> level),
            )
            for level in range(last.bit_length() + 1)
        ]
        query = sa.select(LedgerNode.level, LedgerNode.node_index, LedgerNode.digest).where(sa.or_(*parts))
        return {(level, place): digest for level, place, digest in self.session.execute(query)}
