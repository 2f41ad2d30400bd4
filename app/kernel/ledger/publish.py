"""The ledger beside the bytes (law 10): its entries in the order of the tree, as side files of the object store.

    records/ledger/<first>                 256 entries, one canonical line each; written once, never again
    ledger/tail/<first>-<size>-<root>      the entries after the last full file; its name says size and root of the tree

Whoever has the store has every entry but those of the last seconds, and can tell that none is missing: the root of the
tree over all lines is in the name of the newest tail.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from app.kernel.db.transactions import Database
from app.kernel.ledger.merkle import EMPTY_ROOT
from app.kernel.ledger.models import LedgerEntry, LedgerLeaf
from app.kernel.ledger.sequence import tree_root, tree_state
from storage import ObjectStore
from storage.errors import NotFound

BUNDLE = 256
"""Entries in a full file, as in a tile of C2SP tlog-tiles."""
FULL, TAIL = "records/ledger/", "ledger/tail/"
_DIGITS = 15


@dataclass(frozen=True)
class PublishedHead:
    """What the newest tail says of the whole."""

    first: int
    """Index of its first entry: everything before stands in full files."""
    size: int
    root: str

    @property
    def key(self) -> str:
        """Where it stands."""
        return f"{TAIL}{self.first:0{_DIGITS}d}-{self.size:0{_DIGITS}d}-{self.root}"


NOTHING = PublishedHead(0, 0, EMPTY_ROOT.hex())


class LedgerPublisher:
    """Publishes what the sequencer has taken. Several may run: files of one size are equal, to the byte."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store
        self._head: PublishedHead | None = None

    def publish(self) -> int:
        """Write what is not there yet; the number of entries that are new beside the bytes."""
        before = self._head or published_head(self._store)
        with self._database.read() as session:
            size = tree_state(session).size
        while before.size < size:
            before = self._step(before, min(size, before.first + 64 * BUNDLE))
        added = size - self._head.size if self._head else size
        self._head = before
        return max(added, 0)

    def _step(self, before: PublishedHead, size: int) -> PublishedHead:
        """From one head to a later one: full files first, then the tail that says they are there."""
        with self._database.read() as session:
            query = (
                sa.select(LedgerEntry.body)
                .join(LedgerLeaf, LedgerLeaf.entry_id == LedgerEntry.id)
                .where(LedgerLeaf.leaf_index >= before.first, LedgerLeaf.leaf_index < size)
                .order_by(LedgerLeaf.leaf_index)
            )
            bodies = list(session.scalars(query))
            root = tree_root(session, size).hex()
        first = before.first
        while size - first >= BUNDLE:
            self._store.write_once(full_key(first), _lines(bodies[:BUNDLE]))
            bodies, first = bodies[BUNDLE:], first + BUNDLE
        head = PublishedHead(first, size, root)
        self._store.write_named(head.key, _lines(bodies))
        for key in list(self._store.names(TAIL)):
            if _head_of(key).size < size:
                self._store.delete_named(key)
        return head


def published_head(store: ObjectStore) -> PublishedHead:
    """How far the ledger stands beside the bytes."""
    heads = (_head_of(key) for key in store.names(TAIL))
    return max(heads, key=lambda h: h.size, default=NOTHING)


def published_entries(store: ObjectStore, head: PublishedHead) -> Iterator[bytes]:
    """The canonical bytes of every published entry, in the order of the tree.

    Raises:
        LookupError: a full file is missing, or a file does not hold as many entries as its name says.
    """
    places = [(full_key(first), BUNDLE) for first in range(0, head.first, BUNDLE)]
    if head.size > head.first:
        places.append((head.key, head.size - head.first))
    for key, count in places:
        try:
            bodies = store.read_named(key).split(b"\n")[:-1]
        except NotFound as error:
            raise LookupError(f"{key} is missing") from error
        if len(bodies) != count:
            raise LookupError(f"{key} holds {len(bodies)} entries, not {count}")
        yield from bodies


def full_key(first: int) -> str:
    """Where the full file stands that begins with an entry."""
    return f"{FULL}{first:0{_DIGITS}d}"


def _head_of(key: str) -> PublishedHead:
    first, size, root = key.removeprefix(TAIL).split("-")
    return PublishedHead(int(first), int(size), root)


def _lines(bodies: list[bytes]) -> bytes:
    """Canonical JSON holds no line feed of its own: inside a text it is written as an escape."""
    return b"".join(body + b"\n" for body in bodies)
