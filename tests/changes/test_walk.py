"""Random walks of changes on one sheet, act by act against a plain model: every answer and every state is the same."""

import itertools
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.bootstrap import CHAPTERS
from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.classes import StateClass, state_class
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.files import StoredFile, add_file
from app.changes.actions.proposals import AffectedSheet, EditChange, Ending, edit_change
from app.changes.actions.steps import MoveChange, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.models import ChangeDocument
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import Refused
from app.projects.rules import Policy
from app.record.audit import audit_register
from app.record.queries import Instants, in_force
from tests.changes import papers as p
from tests.changes.model import AFTER, DONE, ENDED, MOVES, PEOPLE, WHO, WORD_WHO, Change, Content, Site
from tests.changes.sites import placed_world, release, released
from tests.drawings.sheets import digests
from tests.review.cases import act, issued
from tests.world import World

IS_SOAK = os.environ.get("ONESET_SOAK") == "1"
WALKS, ACTS = (600, 60) if IS_SOAK else (8, 60)
"""Soak: 36,000 acts on each database and policy; in CI 480."""
MOST_CHANGES, MOST_REISSUES = 5, 2
NUMBERS = itertools.count(1)
FAR = datetime(2040, 1, 1, tzinfo=UTC)
CLASSES: tuple[frozenset[str], ...] = (
    frozenset({"general"}),
    frozenset({"general"}),
    frozenset({"general", "deepening"}),
    frozenset({"major_review"}),
    frozenset({"fire_major"}),
    frozenset({"fire_minor"}),
    frozenset({"prelim_review"}),
)
ONWARD = {
    "proposed": "assess",
    "assessed": "accept",
    "designing": "issue",
    "design_issued": "approve",
    "in_review": "pass",
    "review_passed": "approve",
    "approved": "countersign",
    "effective": "implement",
    "implemented": "verify",
    "verified": "incorporate",
}
"""What leads on from a state."""
ENDS = ("superseded", "cancelled")


class Walk:
    """Changes on one sheet, in a world that other walks share."""

    def __init__(self, world: World, policy: Policy, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.number = f"建施-{next(NUMBERS):05d}"
        self.revisions = [released(world, self.number)]
        self.sheet = p.text(world, self.revisions[0]).sheets[0].sheet_id
        self.ids: list[str] = []
        self.model = Site(policy.change_assessed, policy.change_fire_minor_reviewed)
        self.done: list[str] = []
        self.propose()

    def go(self) -> None:
        """One act, and everything is compared."""
        act, weight = zip(*self._weights().items(), strict=True)
        self.chance.choices(act, weight)[0]()
        self.compare()

    def _weights(self) -> dict[Callable[[], None], int]:
        return {
            self.onward: 16,
            self.any_step: 8,
            self.any_word: 4,
            self.agree: 2,
            self.any_class: 3,
            self.edit: 3,
            self.file: 2,
            self.place: 2,
            self.propose: 2,
            self.reissue: 1,
        }

    def _told(self, what: str, who: str, work: Callable[[Tx], Any]) -> str:
        try:
            act(self.world, who, work)
            told = DONE
        except Refused as refusal:
            told = refusal.code
        self.done.append(f"{what} by {who}: {told}")
        return told

    def _expect(self, n: int, expected: str, what: str, who: str, work: Callable[[Tx], Any]) -> None:
        told = self._told(f"{what} of {n}", who, work)
        assert told == expected, (expected, self.model, self.done)

    def _pick(self) -> int:
        """Mostly the newest: else no change of a walk gets far."""
        newest = len(self.ids) - 1
        return newest if self.chance.random() < 0.6 else self.chance.randint(0, newest)

    # -- acts ----------------------------------------------------------------------------------------------------------

    def propose(self) -> None:
        """The contractor asks for another change, on the revision in force."""
        if len(self.ids) < MOST_CHANGES:
            newest = self.revisions[self.model.base - 1]
            self.ids.append(p.proposed(self.world, newest, title="A"))
            self.model.changes.append(Change(Content("A", base=self.model.base)))

    def any_step(self) -> None:
        """Any step by anybody."""
        event, who = self.chance.choice(MOVES), self.chance.choice(PEOPLE)
        if event in WHO and self.chance.random() < 0.5:
            who = self.chance.choice(sorted(WHO[event]))
        self._step(self._pick(), event, who, self.chance.choice(["", "理由"]))

    def onward(self) -> None:
        """Towards the as-built, by somebody who may, mostly with what is needed for it."""
        n = self._pick()
        change = self.model.changes[n]
        event = ONWARD.get(change.state)
        if change.state in ENDED and not change.is_regular:
            event = "regularise"
        if event is None:
            return
        designer = change.designer or "lead"
        if self.chance.random() < 0.85:
            event = self._prepared(n, change, designer, event)
        who = self.chance.choice(sorted(WHO.get(event, {designer})))
        self._step(n, event, who, "理由", is_later=self.chance.random() < 0.15)

    def _prepared(self, n: int, change: Change, designer: str, event: str) -> str:
        """What somebody who knows the rules does first; returns the step that he then takes."""
        flags = change.content.flags
        ends = [(e, self.chance.choice(ENDS)) for e, c in enumerate(self.model.changes) if c.state in AFTER]
        if event == "issue" and ends and self.chance.random() < 0.8:
            self._edit(n, designer, [self.chance.choice(ends)])
        if not flags and (event == "issue" or not change.is_regular):
            self._classify(n, designer, self.chance.choice(CLASSES), frozenset())
        if designer == "special" and (event == "issue" or not change.is_regular):
            self._word(n, "lead_designer", "lead", "", "", is_yes=True)
        if not change.is_regular:
            for domain in ("fire", "preliminary"):
                self._file(n, "owner_clerk", "approval", domain)
            major = flags & {"major_review", "fire_major", "fire_minor"}
            return self.chance.choice(["confirm_review", "regularise"] if major else ["regularise", event])
        if event == "approve":
            for domain in ("fire", "preliminary", "planning"):
                self._file(n, "owner_clerk", "approval", domain)
        if event == "approve" and flags & {"major_review", "fire_major", "fire_minor"}:
            return "send_review" if change.state == "design_issued" else event
        if event == "incorporate":
            self._place(n, "contractor", "建竣-01，C3")
        return event

    def any_word(self) -> None:
        """Any word by anybody, mostly by who is asked."""
        kind = self.chance.choice(["emergency", "lead_designer", "authority"])
        who = self.chance.choice(PEOPLE if self.chance.random() < 0.2 else sorted(WORD_WHO[kind]))
        domain = self.chance.choice(["fire", "planning", "preliminary"]) if kind == "authority" else ""
        note = self.chance.choice(["理由", "理由", ""])
        self._word(self._pick(), kind, who, domain, note, is_yes=self.chance.random() < 0.75)

    def agree(self) -> None:
        """The three agree to an emergency, in some order; or two of them."""
        n = self._pick()
        three = ["owner", "supervisor", self.chance.choice(["lead", "special"])]
        for who in self.chance.sample(three, self.chance.choice([2, 3])):
            self._word(n, "emergency", who, "", "理由", is_yes=True)

    def any_class(self) -> None:
        """State a class."""
        flags = self.chance.choice(CLASSES)
        planning = self.chance.random() < 0.2
        who = self.chance.choice(["designer", "lead", "lead", "special", "approver", "contractor"])
        self._classify(self._pick(), who, flags, frozenset({"planning"} if planning else ()))

    def edit(self) -> None:
        """Say something else: title, region, what it ends, and for which revision."""
        people = ["contractor", "designer", "lead", "special", "owner", "review_lead"]
        ends = tuple(
            (e, self.chance.choice(ENDS)) for e in range(len(self.ids)) if self.chance.random() < 0.3
        )
        self._edit(self._pick(), self.chance.choice(people), ends)

    def _edit(self, n: int, who: str, ends: Sequence[tuple[int, str]]) -> None:
        ends = tuple(end for end in ends if end[0] != n)
        before = self.model.changes[n].content
        is_placed, title = self.chance.random() < 0.85, self.chance.choice("AB")
        said = before._replace(title=title, base=self.model.base, is_placed=is_placed, ends=ends)
        expected = self.model.edit(n, who, said)
        revision = self.revisions[said.base - 1]
        sheet = AffectedSheet(self.sheet, revision, (p.BOX,) if is_placed else ())
        ending = [Ending(self.ids[e], how) for e, how in ends]
        text = p.text(self.world, revision, title=title, sheets=(sheet,), ends=ending)
        command = EditChange(self.ids[n], p.version_of(self.world, self.ids[n]), text)
        self._expect(n, expected, "edit", who, lambda tx: edit_change(tx, command))

    def file(self) -> None:
        """Add a file."""
        kind = self.chance.choice(["approval", "paper", "photo", "confirmation"])
        people = ["owner_clerk", "owner", "lead", "contractor", "fire", "review_lead", "inspector"]
        domain = self.chance.choice(["fire", "planning", "preliminary"])
        self._file(self._pick(), self.chance.choice(people), kind, domain)

    def place(self) -> None:
        """Say where it stands in the as-built, or after all not."""
        who = self.chance.choice(["contractor", "contractor", "designer", "owner"])
        self._place(self._pick(), who, self.chance.choice(["建竣-01，C3", ""]))

    def reissue(self) -> None:
        """A newer revision that takes in some of what stands; few, for each costs a dozen acts."""
        standing = self.model.standing()
        if len(self.revisions) > MOST_REISSUES or not standing:
            return
        (revision,) = issued(self.world, self.number)
        taken = [n for n in standing if self.chance.random() < 0.5]
        if taken:
            command = TickAbsorbed(revision, {self.ids[n]: True for n in taken})
            assert self._told(f"tick {taken}", "designer", lambda tx: tick_absorbed(tx, command)) == DONE
        release(self.world, [revision])
        self.done.append("release")
        self.revisions.append(revision)
        self.model.base += 1
        self.model.absorbed.update(taken)

    # -- each asked of both --------------------------------------------------------------------------------------------

    def _step(self, n: int, event: str, who: str, note: str, *, is_later: bool = False) -> None:
        is_later = is_later and event == "countersign"
        expected = self.model.move(n, event, who, note, is_later=is_later)
        designer = self.world.parties["designer"] if who == "owner" else ""
        command = MoveChange(self.ids[n], event, note, FAR if is_later else None, designer)
        self._expect(n, expected, event, who, lambda tx: move(tx, command))

    def _word(self, n: int, kind: str, who: str, domain: str, note: str, *, is_yes: bool) -> None:
        expected = self.model.word(n, kind, who, domain, note, is_yes=is_yes)
        command = GiveWord(self.ids[n], kind, is_yes, note, domain)
        self._expect(n, expected, f"{kind} {is_yes}", who, lambda tx: give_word(tx, command))

    def _classify(self, n: int, who: str, flags: frozenset[str], externals: frozenset[str]) -> None:
        expected = self.model.classify(n, who, flags, externals)
        version = p.version_of(self.world, self.ids[n])
        command = StateClass(self.ids[n], version, sorted(flags), "不涉及审查内容", sorted(externals))
        self._expect(n, expected, f"class {sorted(flags)}", who, lambda tx: state_class(tx, command))

    def _file(self, n: int, who: str, kind: str, domain: str) -> None:
        name = f"{kind}-{next(NUMBERS)}"
        expected = self.model.file(n, who, kind, domain, name)
        stored = StoredFile(kind, "附件", "", digests(name), "application/pdf", "x.pdf", domain)
        self._expect(n, expected, f"{kind} {domain}", who, lambda tx: add_file(tx, self.ids[n], stored))

    def _place(self, n: int, who: str, place: str) -> None:
        expected = self.model.incorporate(n, who, has_place=bool(place))
        command = IncorporateChange(self.ids[n], {self.sheet: place})
        self._expect(n, expected, "place", who, lambda tx: state_incorporation(tx, command))

    def compare(self) -> None:
        """The rows and the record say what the model says."""
        now = self.world.database.clock.now()
        parties = {"lead": "designer", "special": "specialist_designer"}
        with self.world.database.read() as session:
            query = sa.select(ChangeDocument).where(ChangeDocument.id.in_(self.ids))
            rows = {row.id: row for row in session.scalars(query)}
            for change, expected in zip(self.ids, self.model.changes, strict=True):
                row = rows[change]
                is_regular = not row.is_emergency or row.regularised_at is not None
                told = (row.state, row.is_emergency, is_regular, row.designer_id)
                designer = self.world.parties[parties[expected.designer]] if expected.designer else None
                known = (expected.state, expected.is_emergency, expected.is_regular, designer)
                assert told == known, (self.model, self.done)
            force = in_force(session, self.sheet, Instants(now, now, is_now=True))
        assert force is not None
        assert force.revision_id == self.revisions[self.model.base - 1]
        standing = [self.ids[n] for n in self.model.standing()]
        assert [s.change_id for s in force.slips] == standing, (self.model, self.done)


POLICIES = {
    "strict": Policy(change_assessed=True, change_fire_minor_reviewed=True),
    "lenient": Policy(change_assessed=False, change_fire_minor_reviewed=False),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_random_walks_agree_with_the_model(database: Database, name: str) -> None:
    policy = POLICIES[name]
    world = placed_world(database, policy)
    chance = random.Random(os.urandom(8) if IS_SOAK else name)
    states: Counter[str] = Counter()
    acts = 0
    for _ in range(WALKS):
        walk = Walk(world, policy, chance)
        for _ in range(ACTS):
            walk.go()
        acts += len(walk.done)
        states.update(change.state for change in walk.model.changes)
    print(f"{acts} acts, {dict(states)}")
    assert {"effective", "incorporated"} <= set(states), "walks that get nowhere show little"
    with database.read() as session:
        assert list(audit_register(session, CHAPTERS)) == []
