"""The ledger beside the bytes: whole, in order, and provably so, whoever writes it and whenever he is stopped."""

from typing import Any

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.ledger.append import Fact
from app.kernel.ledger.merkle import GrowingTree, leaf_hash
from app.kernel.ledger.publish import (
    BUNDLE,
    FULL,
    TAIL,
    LedgerPublisher,
    full_key,
    published_entries,
    published_head,
)
from app.kernel.ledger.sequence import sequence, tree_root, tree_state
from storage.errors import AlreadyWritten, StoreUnavailable
from storage.memory import MemoryStore


def act(database: Database, count: int, clock: SteppedClock) -> None:
    """Entries, one act, in the tree."""
    with database.write(SYSTEM) as tx:
        for n in range(count):
            tx.record(Fact("trial.made", data={"n": n, "text": "一行\n两行\u2028三行"}))
    for _ in range(3):
        sequence(database, clock)


def told(store: MemoryStore) -> tuple[int, str]:
    """Size and root, computed from the lines alone."""
    tree = GrowingTree()
    for body in published_entries(store, published_head(store)):
        tree.add(leaf_hash(body))
    return tree.size, tree.root().hex()


def kept(database: Database) -> tuple[int, str]:
    """Size and root, as the database has them."""
    with database.read() as session:
        size = tree_state(session).size
        return size, tree_root(session, size).hex()


@pytest.mark.parametrize("counts", [[1], [BUNDLE], [BUNDLE + 1], [3, BUNDLE - 3, 5], [BUNDLE * 70 + 9]])
def test_what_is_published_has_the_root_of_the_tree(
    database: Database, clock: SteppedClock, counts: list[int]
) -> None:
    if sum(counts) > 10 * BUNDLE and not database.is_sqlite:
        counts = [BUNDLE * 3 + 9]
    store = MemoryStore()
    publisher = LedgerPublisher(database, store)
    for count in counts:
        act(database, count, clock)
        assert publisher.publish() == count
        head = published_head(store)
        assert told(store) == kept(database) == (head.size, head.root)
        assert publisher.publish() == 0
    assert len(list(store.names(TAIL))) == 1
    assert len(list(store.names(FULL))) == sum(counts) // BUNDLE


def test_a_second_publisher_and_a_new_process_go_on_where_the_first_stopped(
    database: Database, clock: SteppedClock
) -> None:
    store = MemoryStore()
    first, second = LedgerPublisher(database, store), LedgerPublisher(database, store)
    for count in (5, BUNDLE, 7):
        act(database, count, clock)
        first.publish()
        second.publish()
        assert told(store) == kept(database)
    assert LedgerPublisher(database, store).publish() == kept(database)[0]
    assert told(store) == kept(database)


class Failing(MemoryStore):
    """A store whose n-th write fails, before or after it took effect."""

    def __init__(self) -> None:
        super().__init__()
        self.fails_at = -1
        self.is_late = False
        self.writes = 0

    def _write(self, write: Any, key: str, data: bytes) -> None:
        self.writes += 1
        if self.writes == self.fails_at and not self.is_late:
            raise StoreUnavailable("out of order")
        write(key, data)
        if self.writes == self.fails_at:
            raise StoreUnavailable("out of order")

    def write_named(self, key: str, data: bytes) -> None:
        self._write(super().write_named, key, data)

    def write_once(self, key: str, data: bytes) -> None:
        self._write(super().write_once, key, data)


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("fails_at", [1, 2, 3, 4, 5])
def test_a_write_that_fails_anywhere_is_made_good_the_next_time(
    database: Database, clock: SteppedClock, fails_at: int, is_late: bool
) -> None:
    store = Failing()
    store.fails_at, store.is_late = fails_at, is_late
    publisher = LedgerPublisher(database, store)
    failures = 0
    for count in (9, 2 * BUNDLE, 1):
        act(database, count, clock)
        try:
            publisher.publish()
        except StoreUnavailable:
            failures += 1
            size, root = told(store)
            head = published_head(store)
            assert (size, root) == (head.size, head.root), "what stands there is whole at every moment"
            publisher.publish()
        assert told(store) == kept(database)
    assert failures == 1


def test_a_full_file_cannot_be_written_differently(database: Database, clock: SteppedClock) -> None:
    store = MemoryStore()
    act(database, BUNDLE, clock)
    LedgerPublisher(database, store).publish()
    with pytest.raises(AlreadyWritten):
        store.write_once(full_key(0), b"something else\n")


def test_a_missing_or_short_file_is_an_error_not_an_end(database: Database, clock: SteppedClock) -> None:
    store = MemoryStore()
    act(database, 2 * BUNDLE + 3, clock)
    LedgerPublisher(database, store).publish()
    whole = store._named.pop(full_key(BUNDLE))
    with pytest.raises(LookupError):
        told(store)
    store._named[full_key(BUNDLE)] = whole[: whole.rindex(b"\n", 0, -1) + 1]
    with pytest.raises(LookupError):
        told(store)
