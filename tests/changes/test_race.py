"""Thirty-two at once on one sheet: releases, changes, ticks, proposals. One revision is in force, and nothing breaks.

The writers have four databases between them, as four processes of a server would: on SQLite they meet at the file's own
lock, on PostgreSQL at its rows.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.proposals import ProposeChange, propose_change
from app.changes.actions.steps import MoveChange, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.models import ChangeDocument, ChangeSheet, ChangeStep
from app.changes.rules import ChangeKind, WordKind
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.kernel.ledger.audit import LedgerAudit
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.sequence import sequence
from app.record.models import RecordFact, SlipEffect
from app.record.queries import Instants, in_force
from app.release.actions import ReleaseRevisions, release_revisions
from tests.changes import papers as p
from tests.changes.histories import Lane, Paper, insert_papers
from tests.drawings.sheets import bulk_sheets, clean
from tests.record.histories import ORIGIN
from tests.world import World, make_world

IS_SOAK = os.environ.get("ONESET_SOAK") == "1"
WRITERS, SERVERS = 32, 4
ROUNDS = 1000 if IS_SOAK else 20
CHANGES = 6
CLEAN = {
    "state-conflict",
    "guard-failed",
    "change-guard-failed",
    "change-not-absorbable",
}
"""What an act may answer that came too late."""
AGAIN, TRIES = {"stale-version", "busy"}, 200
"""Answers after which one tries again."""
Act = tuple[str, Callable[[Tx], object]]


@contextmanager
def servers(database: Database) -> Iterator[list[Database]]:
    """Other doors to the same database, with the same clock."""
    opened = [Database(database.url, database.clock) for _ in range(SERVERS)]
    yield opened
    for door in opened:
        door.dispose()


def at_once(doors: list[Database], world: World, acts: list[Act]) -> Counter[str]:
    """All acts in threads of their own that begin together; what they answered. Anything but a refusal is raised."""
    told: Counter[str] = Counter()
    broken: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(door: Database, who: str, work: Callable[[Tx], object]) -> None:
        start.wait(60)
        try:
            told[_answer(door, world, who, work)] += 1
        except BaseException as error:  # noqa: BLE001  it is raised below, in the thread of the test
            broken.append(error)

    threads = [threading.Thread(target=run, args=(doors[n % len(doors)], *act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in broken:
        raise error
    return told


def _answer(door: Database, world: World, who: str, work: Callable[[Tx], object]) -> str:
    """What one writer is told; like anybody he comes again when somebody else was quicker."""
    for _ in range(TRIES):
        try:
            with door.write(world.actor(who)) as tx:
                work(tx)
        except Refused as refusal:
            if refusal.code not in AGAIN:
                return refusal.code
        else:
            return "done"
    return "gave up"


class _Round:
    """One sheet whose next revision waits, with changes that were written for the one in force."""

    def __init__(self, world: World, lane: Lane, seq: int, chance: random.Random) -> None:
        self.world, self.lane, self.seq, self.chance = world, lane, seq, chance
        self.papers = [Paper(new_id(), {0: seq}, {}, is_urgent=False) for _ in range(CHANGES)]
        self.papers[-1].ends = {self.papers[0].id: "superseded"}
        insert_papers(world, self.papers, [lane], ORIGIN)

    def acts(self) -> list[Act]:
        """Two for each change; the same release four times; ticks; work on site; proposals."""
        found: list[Act] = []
        for paper in self.papers:
            found += [self._move("supervisor", paper.id, "countersign")] * 2
        found += [self._release(self.lane.revisions[self.seq])] * 4
        found += [self._tick(paper.id) for paper in self.papers]
        found += [self._move("contractor", paper.id, "implement") for paper in self.papers]
        found += [self._propose()] * (WRITERS - len(found))
        self.chance.shuffle(found)
        return found

    def _move(self, who: str, change: str, event: str) -> Act:
        return who, lambda tx: move(tx, MoveChange(change, event, "理由"))

    def _release(self, revision: str) -> Act:
        command = ReleaseRevisions(self.world.project_id, [revision])
        return "owner", lambda tx: clean(release_revisions(tx, command))

    def _tick(self, change: str) -> Act:
        command = TickAbsorbed(self.lane.revisions[self.seq], {change: True})
        return "designer", lambda tx: tick_absorbed(tx, command)

    def _propose(self) -> Act:
        said = p.text(self.world, self.lane.revisions[self.seq - 1])
        command = ProposeChange(self.world.project_id, ChangeKind.LIAISON, said)
        return "contractor", lambda tx: propose_change(tx, command)


@pytest.mark.slow
def test_thirty_two_writers_on_one_sheet(database: Database) -> None:
    world = make_world(database)
    chance = random.Random("race")
    with database.plumbing() as session:
        ((sheet, revisions),) = bulk_sheets(
            session, world.project_id, 1, ROUNDS + 1, ORIGIN, world.parties["designer"]
        )
        session.execute(sa.text("update sheet_revisions set state = 'issued'"))
    lane = Lane(sheet, revisions)
    first = ReleaseRevisions(world.project_id, revisions[:1])
    with database.write(world.actor("owner")) as tx:
        clean(release_revisions(tx, first))
    told: Counter[str] = Counter()
    with servers(database) as doors:
        for seq in range(1, ROUNDS + 1):
            once = _Round(world, lane, seq, chance)
            told += at_once(doors, world, once.acts())
            _holds(database, world, once)
    print(dict(told))
    assert set(told) <= {*CLEAN, "done"}, told
    assert told["done"] >= ROUNDS * 8
    _ledger_is_whole(database)


def _holds(database: Database, world: World, once: _Round) -> None:
    """One revision in force, the new one; what took effect did so once, for the revision then in force."""
    now = database.clock.now()
    with database.read() as session:
        force = in_force(session, once.lane.sheet_id, Instants(now, now, is_now=True))
        assert force is not None
        assert force.revision_id == once.lane.revisions[once.seq]
        facts = session.scalars(
            sa.select(RecordFact.revision_id).where(RecordFact.sheet_id == once.lane.sheet_id)
        ).all()
        assert len(facts) == len(set(facts)) == once.seq + 1
        for paper in once.papers:
            began = sa.select(ChangeStep.event).where(ChangeStep.change_id == paper.id)
            assert Counter(session.scalars(began))["countersign"] <= 1
        written = (
            sa.select(SlipEffect.effective_at, ChangeSheet.revision_id)
            .join(ChangeSheet, ChangeSheet.change_id == SlipEffect.change_id)
            .where(SlipEffect.kind == "effective", SlipEffect.change_id.in_([q.id for q in once.papers]))
        )
        for effective, revision in session.execute(written).all():
            then = in_force(session, once.lane.sheet_id, Instants(effective, now, is_now=True))
            assert then is not None
            assert then.revision_id == revision, "in effect on a revision that it was not written for"
        serials = session.scalars(
            sa.select(ChangeDocument.serial).where(ChangeDocument.project_id == world.project_id)
        ).all()
        assert sorted(serials) == list(range(1, len(serials) + 1)), "no serial twice, none left out"


def _ledger_is_whole(database: Database) -> None:
    for _ in range(3):
        sequence(database, database.clock)
    with database.read() as session:
        audit = LedgerAudit(session)
        assert list(audit.faults()) == []
        assert audit.entries == audit.leaves > ROUNDS
        assert audit.waiting == 0


@pytest.mark.slow
@pytest.mark.parametrize("event", ["countersign", "consent"])
def test_the_same_act_twice_at_once_is_one_event(database: Database, event: str) -> None:
    """Two doors, one button: one step, one slip, one entry, and a clean answer to the other."""
    world = make_world(database)
    pairs = 500 if IS_SOAK else 12
    with database.plumbing() as session:
        ((sheet, revisions),) = bulk_sheets(
            session, world.project_id, 1, 1, ORIGIN, world.parties["designer"]
        )
        session.execute(sa.text("update sheet_revisions set state = 'issued'"))
    lane = Lane(sheet, revisions)
    with database.write(world.actor("owner")) as tx:
        clean(release_revisions(tx, ReleaseRevisions(world.project_id, revisions)))
    papers = [Paper(new_id(), {0: 1}, {}, is_urgent=event == "consent") for _ in range(pairs)]
    insert_papers(world, papers, [lane], ORIGIN)
    if event == "consent":
        for paper in papers:
            for who in ("supervisor", "lead"):
                p.consent(world, paper.id, who)
    with servers(database) as doors:
        for paper in papers:
            told = at_once(doors, world, [_twice(event, paper.id)] * 2)
            assert told["done"] == 1, told
            assert set(told) <= {"done", "state-conflict", "change-word-not-now"}, told
    with database.read() as session:
        slips = Counter(session.scalars(sa.select(SlipEffect.change_id)))
        assert slips == Counter({paper.id: 1 for paper in papers})
        entries = Counter(session.scalars(sa.select(LedgerEntry.type)))
    assert entries["slip.effective"] == pairs


def _twice(event: str, change: str) -> Act:
    if event == "countersign":
        return "supervisor", lambda tx: move(tx, MoveChange(change, "countersign"))
    word = GiveWord(change, WordKind.EMERGENCY, is_yes=True, note="塌方")
    return "owner", lambda tx: give_word(tx, word)
