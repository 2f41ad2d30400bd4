"""The sequencer and the watermark: no late commit is passed over, no answer once given changes."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.ledger.append import Fact
from app.kernel.ledger.merkle import inclusion_proof, leaf_hash, node_hash, verify_inclusion
from app.kernel.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf
from app.kernel.ledger.queries import prove_inclusion
from app.kernel.ledger.sequence import node_reader, sequence, tree_root, tree_state
from app.record.models import FactKind, RecordFact
from app.record.queries import set_in_force, settle_instants
from tests.drawings.sheets import bulk_sheets
from tests.world import World, make_world


def _plain_root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(_plain_root(leaves[:k]), _plain_root(leaves[k:]))


def _note(database: Database, name: str) -> datetime:
    with database.write(SYSTEM) as tx:
        tx.record(Fact("organisation.entered", data={"name": name}))
        return tx.now


def test_the_root_is_that_of_all_entries_in_the_order_of_the_tree(database: Database):
    for n in range(37):
        _note(database, str(n))
        if n % 5 == 0:
            sequence(database, database.clock)
    sequence(database, database.clock)
    with database.read() as session:
        query = sa.select(LedgerEntry.body, LedgerEntry.leaf).join(
            LedgerLeaf, LedgerLeaf.entry_id == LedgerEntry.id
        )
        rows = session.execute(query.order_by(LedgerLeaf.leaf_index)).all()
        leaves = [leaf_hash(r.body) for r in rows]
        assert [leaf.hex() for leaf in leaves] == [r.leaf for r in rows]
        state = tree_state(session)
        assert state.size == len(leaves) == 37
        assert tree_root(session, 37) == _plain_root(leaves)
        for point in session.scalars(sa.select(LedgerCheckpoint)):
            assert point.root == _plain_root(leaves[: point.size]).hex()
        for index, leaf in enumerate(leaves):
            verify_inclusion(
                leaf, index, 37, inclusion_proof(index, 37, node_reader(session)), _plain_root(leaves)
            )
        proof = prove_inclusion(session, leaves[5].hex(), 37)
        assert proof is not None
        assert proof.index == 5
        assert prove_inclusion(session, leaves[36].hex(), 36) is None
        assert prove_inclusion(session, "0" * 64, 37) is None


def test_sequencing_again_changes_nothing(database: Database):
    _note(database, "a")
    sequence(database, database.clock)
    with database.read() as session:
        before = tree_state(session).size, tree_root(session, 1)
    sequence(database, database.clock)
    with database.read() as session:
        assert (tree_state(session).size, tree_root(session, 1)) == before


class Slow:
    """An act in a thread of its own that begins, waits to be told, and commits."""

    def __init__(
        self, database: Database, world: World | None = None, sheet: tuple[str, str] | None = None
    ) -> None:
        self.database, self.world, self.sheet = database, world, sheet
        self.now: datetime | None = None
        self._begun, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._begun.wait(10)

    def _run(self) -> None:
        with self.database.write(SYSTEM) as tx:
            self.now = tx.now
            if self.world and self.sheet:
                _release(tx.session, self.world, self.sheet, tx.now)
            tx.record(Fact("organisation.entered", data={"slow": True}))
            self._begun.set()
            assert self._go.wait(30)

    def commit(self) -> None:
        self._go.set()
        self._thread.join()


@contextmanager
def slow(database: Database, *more: object) -> Iterator[Slow]:
    act = Slow(database, *more)  # type: ignore[arg-type]
    try:
        yield act
    finally:
        act.commit()


def _only_postgresql(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time: nothing can commit late")


def test_an_act_that_commits_late_is_not_passed_over_and_the_watermark_waits_for_it(database: Database):
    _only_postgresql(database)
    _note(database, "before")
    with slow(database) as act:
        for n in range(5):
            last = _note(database, f"while {n}")
            state = sequence(database, database.clock)
            assert act.now is not None
            assert state.watermark < act.now < last
            assert state.size <= 1
    for _ in range(3):
        state = sequence(database, database.clock)
    assert state.size == 7
    assert state.watermark >= last


def test_the_watermark_waits_even_when_the_slow_act_is_the_youngest_transaction(database: Database):
    """Nothing has ended after it: the ``xmax`` of a snapshot is then its own number, not one beyond."""
    _only_postgresql(database)
    _note(database, "before")
    for _ in range(3):
        sequence(database, database.clock)
    with slow(database) as act:
        for _ in range(6):
            watermark = sequence(database, database.clock).watermark
            assert act.now is not None
            assert watermark < act.now
    for _ in range(3):
        watermark = sequence(database, database.clock).watermark
    assert watermark >= act.now


def test_the_watermark_reaches_the_newest_act_soon(database: Database):
    newest = _note(database, "a")
    for _ in range(3):
        state = sequence(database, database.clock)
    assert state.watermark >= newest


def _release(session, world: World, sheet: tuple[str, str], now: datetime) -> None:
    session.add(
        RecordFact(
            project_id=world.project_id,
            sheet_id=sheet[0],
            kind=FactKind.RELEASED,
            revision_id=sheet[1],
            effective_at=now - timedelta(days=1),
            recorded_at=now,
            is_backdated=True,
            act_id="bulk",
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_was_known_at_an_instant_never_changes_once_answered(database: Database, seed: int):
    """Acts begin and commit in any order, the sequencer runs in between; every answer is asked for again at the end."""
    world = make_world(database)
    chance = random.Random(seed)
    with database.plumbing() as session:
        sheets = bulk_sheets(session, world.project_id, 6, 4, database.clock.now())
    given: dict[tuple[datetime, datetime], list[tuple[str, str | None]]] = {}
    running: list[Slow] = []
    for _ in range(60):
        what = chance.random()
        if what < 0.35 and len(running) < (0 if database.is_sqlite else 4):
            sheet, revisions = chance.choice(sheets)
            running.append(Slow(database, world, (sheet, chance.choice(revisions))))
        elif what < 0.5 and running:
            running.pop(chance.randrange(len(running))).commit()
        elif what < 0.65:
            sheet, revisions = chance.choice(sheets)
            with database.write(SYSTEM) as tx:
                _release(tx.session, world, (sheet, chance.choice(revisions)), tx.now)
                tx.record(Fact("revision.released"))
        elif what < 0.85:
            sequence(database, database.clock)
        else:
            _ask(database, world, given, chance)
    for act in running:
        act.commit()
    for _ in range(3):
        sequence(database, database.clock)
    for (as_of, known_at), answer in list(given.items()):
        with database.read() as session:
            at = settle_instants(session, now=database.clock.now(), as_of=as_of, known_at=known_at)
            assert at.known_at == known_at
            assert _answer(session, world, at) == answer
    assert given


def _answer(session, world: World, at) -> list[tuple[str, str | None]]:
    return [(s.sheet_id, s.revision_id) for s in set_in_force(session, world.project_id, at)]


def _ask(database: Database, world: World, given: dict, chance: random.Random) -> None:
    with database.read() as session:
        now = database.clock.now()
        known = now - timedelta(microseconds=chance.choice((0, 3, 50, 400)))
        at = settle_instants(
            session, now=now, as_of=now - timedelta(hours=chance.choice((0, 23, 25))), known_at=known
        )
        assert at.known_at <= tree_state(session).watermark
        given[at.as_of, at.known_at] = _answer(session, world, at)
