"""Random walks of changes on one sheet, act by act against a plain model: every answer and every state is the same."""

import itertools
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

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
from tests.changes.model import DONE, MOVES, PEOPLE, STEPS, WHO, WORD_WHO, Change, Content, Site
from tests.changes.sites import placed_world, release, released
from tests.drawings.sheets import digests
from tests.review.cases import act, issued
from tests.world import World

IS_SOAK = os.environ.get("ONESET_SOAK") == "1"
WALKS, STEPS_EACH = (260, 60) if IS_SOAK else (20, 40)
"""Soak: 15,600 acts on each database and policy; in CI 800."""
MOST_CHANGES, MOST_REISSUES = 4, 2
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
    state: event
    for (state, event) in STEPS
    if event in MOVES and event not in ("withdraw", "reopen", "refuse")
}
RIGHT_PEOPLE: dict[str, list[str]] = {k: sorted(v) for k, v in WHO.items()}


class Walk(RuleBasedStateMachine):
    """Changes on one sheet, in a world that all walks share."""

    world: World
    policy: Policy
    acts = 0

    @initialize()
    def begin(self) -> None:
        self.number = f"建施-{next(NUMBERS):05d}"
        self.revisions = [released(self.world, self.number)]
        self.sheet = p.text(self.world, self.revisions[0]).sheets[0].sheet_id
        self.ids: list[str] = []
        self.model = Site(self.policy.change_assessed, self.policy.change_fire_minor_reviewed)
        self.propose()

    def _told(self, who: str, work: Callable[[Tx], Any]) -> str:
        type(self).acts += 1
        try:
            act(self.world, who, work)
        except Refused as refusal:
            return refusal.code
        return DONE

    def _pick(self, pick: int) -> tuple[int, str]:
        """Mostly the newest: else no change of a walk gets far."""
        n = len(self.ids) - 1 if pick % 3 else pick % len(self.ids)
        return n, self.ids[n]

    @rule()
    def propose(self) -> None:
        """The contractor asks for another change, on the revision in force."""
        if len(self.ids) < MOST_CHANGES:
            newest = self.revisions[self.model.base - 1]
            self.ids.append(p.proposed(self.world, newest, title="A"))
            self.model.changes.append(Change(Content("A", base=self.model.base)))

    @rule(
        pick=st.integers(0, 30),
        event=st.sampled_from(MOVES),
        who=st.sampled_from(PEOPLE),
        note=st.sampled_from(["", "理由"]),
    )
    def any_step(self, pick: int, event: str, who: str, note: str) -> None:
        self._step(pick, event, who, note)

    @rule(pick=st.integers(0, 30), right=st.integers(0, 9), is_later=st.booleans())
    def onward(self, pick: int, right: int, is_later: bool) -> None:
        """The way that leads to the as-built, by somebody who may."""
        n, _ = self._pick(pick)
        change = self.model.changes[n]
        event = ONWARD.get(change.state, "regularise")
        if event == "send_review" and right % 2:
            event = "approve"
        who = {"issue": "special" if change.designer == "special" else "lead"}.get(event, "")
        people = RIGHT_PEOPLE.get(event, ["lead"])
        self._step(pick, event, who or people[right % len(people)], "理由", is_later=is_later and right > 6)

    def _step(self, pick: int, event: str, who: str, note: str, *, is_later: bool = False) -> None:
        n, change = self._pick(pick)
        is_later = is_later and event == "countersign"
        expected = self.model.move(n, event, who, note, is_later=is_later)
        more: dict[str, Any] = {"designer_id": self.world.parties["designer"]} if who == "owner" else {}
        command = MoveChange(change, event, note, FAR if is_later else None, **more)
        assert self._told(who, lambda tx: move(tx, command)) == expected, (self.model, n, event, who)

    @rule(
        pick=st.integers(0, 30),
        kind=st.sampled_from(["emergency", "emergency", "lead_designer", "authority"]),
        right=st.integers(0, 30),
        domain=st.sampled_from(["fire", "planning", "preliminary"]),
        is_yes=st.sampled_from([True, True, True, False]),
        note=st.sampled_from(["理由", "理由", "理由", ""]),
    )
    def word(self, pick: int, kind: str, right: int, domain: str, is_yes: bool, note: str) -> None:
        n, change = self._pick(pick)
        allowed = sorted(WORD_WHO[kind])
        who = allowed[right % len(allowed)] if right % 7 else PEOPLE[right % len(PEOPLE)]
        domain = domain if kind == "authority" else ""
        expected = self.model.word(n, kind, who, domain, note, is_yes=is_yes)
        command = GiveWord(change, kind, is_yes, note, domain)
        assert self._told(who, lambda tx: give_word(tx, command)) == expected, (self.model, n, kind, who)

    @rule(
        pick=st.integers(0, 30),
        flags=st.sampled_from(CLASSES),
        planning=st.booleans(),
        who=st.sampled_from(["designer", "lead", "lead", "special", "approver", "contractor"]),
    )
    def classify(self, pick: int, flags: frozenset[str], planning: bool, who: str) -> None:
        n, change = self._pick(pick)
        externals = frozenset({"planning"}) if planning and len(flags) > 1 else frozenset[str]()
        expected = self.model.classify(n, who, flags, externals)
        version = p.version_of(self.world, change)
        command = StateClass(change, version, sorted(flags), "不涉及审查内容", sorted(externals))
        assert self._told(who, lambda tx: state_class(tx, command)) == expected, (self.model, n, who)

    @rule(
        pick=st.integers(0, 30),
        who=st.sampled_from(["contractor", "designer", "lead", "special", "owner", "review_lead"]),
        title=st.sampled_from("AB"),
        is_placed=st.sampled_from([True, True, True, False]),
        ends=st.sampled_from([None, None, "superseded", "cancelled"]),
    )
    def edit(self, pick: int, who: str, title: str, is_placed: bool, ends: str | None) -> None:
        n, change = self._pick(pick)
        before = self.model.changes[n].content
        ended = tuple((e, ends) for e in range(n)) if ends else ()
        said = before._replace(title=title, base=self.model.base, is_placed=is_placed, ends=ended)
        expected = self.model.edit(n, who, said)
        revision = self.revisions[said.base - 1]
        sheet = AffectedSheet(self.sheet, revision, (p.BOX,) if is_placed else ())
        ending = [Ending(self.ids[e], how) for e, how in ended]
        text = p.text(self.world, revision, title=title, sheets=(sheet,), ends=ending)
        command = EditChange(change, p.version_of(self.world, change), text)
        assert self._told(who, lambda tx: edit_change(tx, command)) == expected, (self.model, n, who)

    @rule(
        pick=st.integers(0, 30),
        kind=st.sampled_from(["approval", "approval", "paper", "photo", "confirmation"]),
        domain=st.sampled_from(["fire", "planning", "preliminary"]),
        who=st.sampled_from(
            ["owner_clerk", "owner", "lead", "contractor", "fire", "review_lead", "inspector"]
        ),
    )
    def file(self, pick: int, kind: str, domain: str, who: str) -> None:
        n, change = self._pick(pick)
        name = f"{kind}-{next(NUMBERS)}"
        expected = self.model.file(n, who, kind, domain, name)
        stored = StoredFile(kind, "附件", "", digests(name), "application/pdf", "x.pdf", domain)
        assert self._told(who, lambda tx: add_file(tx, change, stored)) == expected, (self.model, n, who)

    @rule(
        pick=st.integers(0, 30),
        who=st.sampled_from(["contractor", "contractor", "designer", "owner"]),
        place=st.sampled_from(["建竣-01，C3", "建竣-01，C3", ""]),
    )
    def place(self, pick: int, who: str, place: str) -> None:
        n, change = self._pick(pick)
        expected = self.model.incorporate(n, who, has_place=bool(place))
        command = IncorporateChange(change, {self.sheet: place})
        assert self._told(who, lambda tx: state_incorporation(tx, command)) == expected, (self.model, n, who)

    @rule(ticks=st.integers(0, 15))
    def reissue(self, ticks: int) -> None:
        """A newer revision that takes in some of what stands; few, for each costs a dozen acts."""
        if len(self.revisions) > MOST_REISSUES or not self.model.standing():
            return
        (revision,) = issued(self.world, self.number)
        taken = [n for n in self.model.standing() if ticks >> n & 1]
        command = TickAbsorbed(revision, {self.ids[n]: True for n in taken})
        if taken:
            assert self._told("designer", lambda tx: tick_absorbed(tx, command)) == DONE
        release(self.world, [revision])
        self.revisions.append(revision)
        self.model.base += 1
        self.model.absorbed.update(taken)

    @invariant()
    def the_rows_say_the_same(self) -> None:
        if not hasattr(self, "ids"):
            return
        now = self.world.database.clock.now()
        with self.world.database.read() as session:
            for change, expected in zip(self.ids, self.model.changes, strict=True):
                row = session.get_one(ChangeDocument, change)
                is_regular = not row.is_emergency or row.regularised_at is not None
                told = (row.state, row.is_emergency, is_regular)
                assert told == (expected.state, expected.is_emergency, expected.is_regular), self.model
                designer = {"lead": "designer", "special": "specialist_designer"}.get(expected.designer, "")
                assert row.designer_id == (self.world.parties[designer] if designer else None)
            force = in_force(session, self.sheet, Instants(now, now, is_now=True))
            assert force is not None
            assert force.revision_id == self.revisions[self.model.base - 1]
            assert [s.change_id for s in force.slips] == [self.ids[n] for n in self.model.standing()], (
                self.model
            )


POLICIES = {
    "strict": Policy(change_assessed=True, change_fire_minor_reviewed=True),
    "lenient": Policy(change_assessed=False, change_fire_minor_reviewed=False),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_random_walks_agree_with_the_model(database: Database, name: str) -> None:
    class InThisWorld(Walk):
        policy = POLICIES[name]
        world = placed_world(database, POLICIES[name])

    wanted = settings(
        max_examples=WALKS,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        derandomize=not IS_SOAK,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(InThisWorld, settings=wanted)
    print(f"{InThisWorld.acts} acts")
    with database.read() as session:
        assert list(audit_register(session, CHAPTERS)) == []
