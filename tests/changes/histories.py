"""Random histories of sheets through the real acts: released, changed, reissued, absorbed, ended, cancelled.

Revisions and approved changes are inserted in bulk, for only their effects matter here; everything that has an effect
goes through its own act. Beside it the slow model (:mod:`tests.record.histories`) is told what was done, from the
commands alone. Its numbers are microseconds here.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.steps import MoveChange, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.models import ChangeDocument, ChangeSheet
from app.changes.rules import ChangeKind, Flag, Reason, WordKind
from app.drawings.models import Sheet, SheetRevision
from app.kernel.clock import SteppedClock, to_micros
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from tests.drawings.sheets import bulk_sheets, clean, insert_many
from tests.record.histories import Base, History, Slip
from tests.world import World

REVISIONS, DAYS = 4, 30
SHIFTS = (0, 0, 0, 0, 0, -1, -3, -9, 2, 6)
"""Days from the act to its effect: mostly now, sometimes told too late, sometimes for later."""
CLEAN_REFUSALS = {
    "state-conflict",
    "guard-failed",
    "change-guard-failed",
    "change-not-absorbable",
    "number-reserved",
    "change-word-not-now",
}
"""What an act may answer that comes at the wrong time."""


@dataclass
class Lane:
    """One sheet: what may happen to it, and what did, for the slow model."""

    sheet_id: str
    revisions: list[str]
    history: History = field(default_factory=History)
    ticks: dict[int, dict[str, bool]] = field(default_factory=dict)
    """By order of the revision: the newest tick of each change."""
    released: set[int] = field(default_factory=set)


@dataclass
class Paper:
    """A change document that waits to take effect."""

    id: str
    sheets: dict[int, int]
    """By position of the lane: order of the revision that it was written for."""
    ends: dict[str, str]
    is_urgent: bool
    is_in_effect: bool = False
    began: int = 0
    """When it took effect."""


@dataclass
class Site:
    """Sheets on which things happen."""

    world: World
    chance: random.Random
    origin: datetime
    lanes: list[Lane]
    papers: list[Paper]
    told: Counter[str] = field(default_factory=Counter)
    order: int = 0

    def live(self) -> None:
        """A month of acts."""
        clock = self.world.database.clock
        assert isinstance(clock, SteppedClock)
        for day in range(DAYS):
            clock.set(max(clock.now(), self.origin + timedelta(days=day)))
            for n in self.chance.sample(range(len(self.lanes)), max(1, len(self.lanes) // 3)):
                self._some_act(n)

    def _some_act(self, n: int) -> None:
        lane = self.lanes[n]
        if not lane.released and self.chance.random() < 0.9:
            self._release(n)
            return
        acts = (self._release, self._take_effect, self._tick, self._cancel)
        self.chance.choices(acts, (2, 7, 2, 0.1))[0](n)

    # -- acts ----------------------------------------------------------------------------------------------------------

    def _when(self) -> datetime:
        shift = self.chance.choice(SHIFTS)
        return self.world.database.clock.now() + timedelta(days=shift)

    def _act(self, what: str, who: str, work: Callable[[Tx], Any]) -> int | None:
        """One act; its instant, or None when it was refused."""
        try:
            with self.world.database.write(self.world.actor(who)) as tx:
                work(tx)
                now = tx.now
        except Refused as refusal:
            if refusal.code not in CLEAN_REFUSALS:
                raise
            self.told[f"{what}: {refusal.code}"] += 1
            return None
        self.told[what] += 1
        self.order += 1
        return to_micros(now)

    def _release(self, n: int) -> None:
        """Mostly the next revision; its ticks, mostly made just before, come true."""
        lane = self.lanes[n]
        waiting = [s for s in range(1, REVISIONS + 1) if s not in lane.released]
        if not waiting:
            return
        seq = waiting[0] if self.chance.random() < 0.8 else self.chance.choice(waiting)
        if lane.released and self.chance.random() < 0.7:
            self._ticked(lane, seq)
        when = self._when() if lane.released else self.world.database.clock.now()
        command = ReleaseRevisions(self.world.project_id, [lane.revisions[seq - 1]], when, "补登")
        at = self._act("release", "owner", lambda tx: clean(release_revisions(tx, command)))
        if at is None:
            return
        lane.released.add(seq)
        effective = to_micros(when)
        lane.history.bases.append(Base(seq, effective, at, self.order))
        for change, is_absorbed in sorted(lane.ticks.get(seq, {}).items()):
            if is_absorbed:
                lane.history.slips.append(Slip(change, "absorbed", effective, at, self.order, seq))

    def _tick(self, n: int) -> None:
        lane = self.lanes[n]
        newest = max(lane.released, default=1)
        self._ticked(lane, self.chance.choice((newest, newest, min(newest + 1, REVISIONS), 1)))

    def _ticked(self, lane: Lane, seq: int) -> None:
        """Tick some of what stands; of a released revision that comes true at once."""
        written = {p.id: s for p in self.papers for m, s in p.sheets.items() if self.lanes[m] is lane}
        now = to_micros(self.world.database.clock.now())
        told = lane.history.answer(now, now)
        standing = told[2] if told else ()
        some = [c for c in written if self.chance.random() < (0.6 if c in standing else 0.1)]
        for change in some:
            is_absorbed = self.chance.random() < 0.85
            command = TickAbsorbed(lane.revisions[seq - 1], {change: is_absorbed})
            at = self._act("tick", "designer", lambda tx, c=command: tick_absorbed(tx, c))
            if at is None:
                continue
            assert seq > written[change], "what was written for a revision is not drawn in it"
            lane.ticks.setdefault(seq, {})[change] = is_absorbed
            if seq in lane.released:
                lane.history.slips.append(Slip(change, "absorbed", at, at, self.order, seq))

    def _take_effect(self, n: int) -> None:
        """A change of this sheet, countersigned or as an emergency; its slips stand on all of its sheets."""
        paper = self._written_now(n) if self.chance.random() < 0.85 else None
        mine = [p for p in self.papers if n in p.sheets]
        if paper is None and not mine:
            return
        paper = paper or self.chance.choice(mine)
        if paper.is_urgent:
            at = None
            for who in ("supervisor", "lead", "owner"):
                word = GiveWord(paper.id, WordKind.EMERGENCY, is_yes=True, note="塌方")
                at = self._act(f"consent of {who}", who, lambda tx, w=word: give_word(tx, w))
            effective = at
        else:
            when = self._when()
            command = MoveChange(paper.id, "countersign", "补签", when)
            at = self._act("countersign", "supervisor", lambda tx: move(tx, command))
            effective = to_micros(when)
        if at is None or effective is None:
            return
        self._stands(paper, effective, at)

    def _written_now(self, n: int) -> Paper | None:
        """A change for what is in force now, as the model knows; it may end others that are in effect there."""
        now = to_micros(self.world.database.clock.now())
        told = self.lanes[n].history.answer(now, now)
        if told is None or told[1] is None:
            return None
        other = self.chance.randrange(len(self.lanes))
        too = self.lanes[other].history.answer(now, now)
        sheets = {n: told[1]}
        if too is not None and too[1] is not None and self.chance.random() < 0.3:
            sheets.setdefault(other, too[1])
        standing = [p.id for p in self.papers if n in p.sheets and p.is_in_effect]
        ended = self.chance.sample(standing, min(len(standing), self.chance.choice((0, 0, 0, 1, 1, 2))))
        ends = {change: self.chance.choice(("superseded", "cancelled")) for change in ended}
        paper = Paper(new_id(), sheets, ends, is_urgent=self.chance.random() < 0.2)
        self.papers.append(paper)
        insert_papers(self.world, [paper], self.lanes, self.origin)
        return paper

    def _stands(self, paper: Paper, effective: int, at: int) -> None:
        paper.is_in_effect, paper.began = True, effective
        for lane in (self.lanes[m] for m in paper.sheets):
            lane.history.slips.append(Slip(paper.id, "effective", effective, at, self.order))
        for ended, how in sorted(paper.ends.items()):
            other = next(p for p in self.papers if p.id == ended)
            other.is_in_effect = False
            end = max(effective, other.began)  # one whose day has not come never stands
            for lane in (self.lanes[m] for m in other.sheets):
                lane.history.slips.append(Slip(ended, how, end, at, self.order))

    def _cancel(self, n: int) -> None:
        """The sheet goes; nothing of it comes back."""
        lane = self.lanes[n]
        if not lane.released:
            return
        when = self._when()
        command = CancelSheets(self.world.project_id, [lane.revisions[max(lane.released) - 1]], "取消", when)
        at = self._act("cancel", "owner", lambda tx: clean(cancel_sheets(tx, command)))
        if at is not None:
            lane.history.bases.append(Base(None, to_micros(when), at, self.order))

    # -- questions -----------------------------------------------------------------------------------------------------

    def instants(self, lane: Lane) -> Iterator[tuple[int, int]]:
        """Pairs (as of, known at): every edge of its history against every knowledge."""
        facts: list[Base | Slip] = [*lane.history.bases, *lane.history.slips]
        edges = sorted({f.effective + d for f in facts for d in (-1, 0)})
        known = sorted({f.recorded + d for f in facts for d in (-1, 0)})
        for as_of in edges:
            for known_at in known:
                yield as_of, known_at

    def expected(
        self, lane: Lane, as_of: int, known_at: int
    ) -> tuple[str, str | None, tuple[str, ...]] | None:
        """The slow answer, with the revision's id."""
        told = lane.history.answer(as_of, known_at)
        if told is None:
            return None
        kind, seq, slips = told
        return kind, lane.revisions[seq - 1] if seq else None, slips


def prepared(world: World, chance: random.Random, count: int, origin: datetime) -> Site:
    """Sheets with issued revisions, and approved changes that were written for some of them too early or too late."""
    with world.database.plumbing() as session:
        made = bulk_sheets(session, world.project_id, count, REVISIONS, origin, world.parties["designer"])
        lanes = [Lane(sheet, revisions) for sheet, revisions in made]
        _issue(session, lanes, chance)
        papers = _papers(chance, lanes)
        _insert(session, world, papers, lanes, origin)
    return Site(world, chance, origin, lanes, papers)


def _issue(session: Session, lanes: list[Lane], chance: random.Random) -> None:
    """Issued, not released; some of history, whose order of effect is free. Numbers are made theirs alone."""
    for lane in lanes:
        rows = sa.update(SheetRevision).where(SheetRevision.id.in_(lane.revisions))
        origin = "history" if chance.random() < 0.3 else "intake"
        session.execute(rows.values(state="issued", origin=origin))
        session.execute(sa.update(Sheet).where(Sheet.id == lane.sheet_id).values(number_key=lane.sheet_id))


def _papers(chance: random.Random, lanes: list[Lane]) -> list[Paper]:
    return [
        Paper(new_id(), {n: chance.randint(1, REVISIONS)}, {}, is_urgent=chance.random() < 0.2)
        for n in range(len(lanes))
        for _ in range(2)
    ]


def insert_papers(world: World, papers: list[Paper], lanes: list[Lane], origin: datetime) -> None:
    """Approved changes as rows: urgent ones are still with the designer."""
    with world.database.plumbing() as session:
        _insert(session, world, papers, lanes, origin)


def _insert(session: Session, world: World, papers: list[Paper], lanes: list[Lane], origin: datetime) -> None:
    query = sa.select(sa.func.max(ChangeDocument.serial)).where(ChangeDocument.project_id == world.project_id)
    first = (session.scalar(query) or 0) + 1
    said = {
        "project_id": world.project_id, "kind": ChangeKind.DESIGN_CHANGE, "title": "改", "description": "",
        "reason": Reason.SITE_CONDITION, "discipline": "arch", "flags": [Flag.GENERAL], "externals": [],
        "class_basis": "不涉及", "triggers": [], "is_emergency": False, "origin": "",
        "party_id": world.parties["contractor"], "designer_id": world.parties["designer"],
        "created_by": world.people["contractor"], "created_at": origin, "state_at": origin, "version": 1,
    }  # fmt: skip
    changes: list[dict[str, Any]] = []
    sheets: list[dict[str, Any]] = []
    for serial, paper in enumerate(papers, first):
        ends = [{"change": other, "how": how, "note": ""} for other, how in paper.ends.items()]
        state = "designing" if paper.is_urgent else "approved"
        changes.append(
            {**said, "id": paper.id, "serial": serial, "number": f"变-{serial}", "state": state, "ends": ends}
        )
        for n, seq in paper.sheets.items():
            sheets.append(
                {"id": new_id(), "change_id": paper.id, "sheet_id": lanes[n].sheet_id,
                 "revision_id": lanes[n].revisions[seq - 1], "action": "modify", "boxes": [[0, 0, 9, 9]], "note": "",
                 "is_dropped": False, "version": 1}
            )  # fmt: skip
    insert_many(session, ChangeDocument, changes)
    insert_many(session, ChangeSheet, sheets)
