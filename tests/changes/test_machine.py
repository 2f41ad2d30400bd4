"""The machine of a change document: sound, that of the domain, and every state x act x person enumerated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from app.changes.actions.classes import StateClass, state_class
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.files import StoredFile, add_file
from app.changes.actions.proposals import EditChange, edit_change
from app.changes.actions.steps import AgreeCosts, MoveChange, agree_costs, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.guards import CHANGE_GUARDS
from app.changes.models import ChangeDocument
from app.changes.rules import (
    CHANGE_EVENTS,
    CHANGE_GUARD_LABELS,
    CHANGES,
    PAST,
    ChangeGuard,
    ChangeState,
    External,
    FileKind,
    Flag,
    WordKind,
)
from app.kernel.actor import Actor
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import Refused
from app.kernel.labels import LANGUAGES
from tests.changes import papers as p
from tests.changes.model import (
    AFTER,
    DONE,
    ENDED,
    MOVES,
    PEOPLE,
    STATES,
    STEPS,
    WORD_WHO,
    Change,
    Content,
    Site,
)
from tests.changes.sites import placed_world, released
from tests.drawings.sheets import digests
from tests.world import World

ASKED_ON_POSTGRESQL = ["owner", "lead", "contractor", "review_lead"]
"""The rest is asked on SQLite only: the same table answers, and time is short."""
FLAGS = frozenset({"general"})
BEGUN = {"effective", "implemented", "verified", "incorporated"}


def test_the_table_is_sound_and_that_of_the_domain() -> None:
    CHANGES.check(ChangeGuard)
    assert {(s.source, s.event): s.target for s in CHANGES.steps if s.source} == STEPS
    assert {(s.event, s.target) for s in CHANGES.steps if not s.source} == {
        ("propose", "proposed"),
        ("adopt", "designing"),
    }
    assert set(CHANGE_GUARDS) == set(ChangeGuard) == set(CHANGE_GUARD_LABELS)
    assert {s.event for s in CHANGES.steps} == set(CHANGE_EVENTS) == set(PAST)
    assert set(STATES) == set(ChangeState)
    labels = [*CHANGE_EVENTS.values(), *CHANGE_GUARD_LABELS.values(), *CHANGES.states.values()]
    assert all(label.in_(language) for label in labels for language in LANGUAGES)


def test_no_way_leads_round_the_owner_or_the_review() -> None:
    """Every path into effect is an approval with its countersigning, a signed record, or three consents."""
    into = {(s.source, s.event) for s in CHANGES.steps if s.target == "effective" and s.source != "effective"}
    assert {event for _, event in into} == {"countersign", "enact", "emergency", "reopen"}
    for step in CHANGES.steps:
        if step.event == "approve":
            assert {"review_done", "externals"} <= set(step.guards)
        if step.event == "emergency":
            assert "three_consents" in step.guards
        if step.event == "implement":
            assert step.source == "effective"


class _Undo(Exception):  # noqa: N818  the way out of an act that shall leave no trace
    pass


@contextmanager
def _undone(database: Database, actor: Actor) -> Iterator[Tx]:
    with suppress(_Undo), database.write(actor) as tx:
        yield tx
        tx.close()
        raise _Undo


Ask = Callable[[Tx], object]
Tell = Callable[[Site, str], str]


class _Asked:
    """One change with the designer, put into every state in turn, and all that people may do to it."""

    def __init__(self, world: World, *, is_emergency: bool) -> None:
        self.world, self.is_emergency = world, is_emergency
        self.revision = released(world, "建施-01")
        self.change = p.designing(world, self.revision)
        p.classed(world, self.change, Flag.GENERAL)
        self.sheet = p.text(world, self.revision).sheets[0].sheet_id
        self.version = p.version_of(world, self.change)

    def put(self, state: str) -> None:
        """Into a state."""
        with self.world.database.plumbing() as session:
            row = session.get_one(ChangeDocument, self.change)
            row.state = state
            row.is_emergency = self.is_emergency and state in BEGUN
            row.effective_at = row.created_at if state in BEGUN else None
        self.version = p.version_of(self.world, self.change)

    def model(self, state: str) -> Site:
        """The same in the model."""
        known = Change(Content("A", flags=FLAGS), state=state, designer="lead")
        known.is_emergency = self.is_emergency and state in BEGUN
        known.is_regular = not known.is_emergency
        return Site(changes=[known])

    def answer(self, who: str, ask: Ask) -> str:
        """What the product says; nothing stays of it."""
        try:
            with _undone(self.world.database, self.world.actor(who)) as tx:
                ask(tx)
        except Refused as refusal:
            return refusal.code
        return DONE

    def acts(self) -> Iterator[tuple[str, Ask, Tell]]:
        """Name, the act, and what the model says of it."""
        change = self.change
        for event in MOVES:
            yield event, _move(change, event), lambda m, who, e=event: m.move(0, e, who, "理由")
        for kind in sorted(WORD_WHO):
            domain = External.FIRE if kind == WordKind.AUTHORITY else ""
            said = GiveWord(change, kind, is_yes=True, note="理由", domain=domain)
            yield (
                kind,
                lambda tx, s=said: give_word(tx, s),
                lambda m, who, k=kind, d=domain: m.word(0, k, who, d, "理由", is_yes=True),
            )
        for file in FileKind:
            stored = StoredFile(file, "附件", "", digests("x"), "application/pdf", "x.pdf", External.FIRE)
            yield (
                f"add {file}",
                lambda tx, s=stored: add_file(tx, change, s),
                lambda m, who, f=file: m.file(0, who, f, "fire", "x"),
            )
        yield "class", self._class, lambda m, who: m.classify(0, who, FLAGS, frozenset())
        yield "edit", self._edit, lambda m, who: m.edit(0, who, Content("B"))
        yield "costs", self._costs, lambda m, who: m.costs(0, who)
        yield "place", self._place, lambda m, who: m.incorporate(0, who, has_place=True)

    def _class(self, tx: Tx) -> None:
        state_class(tx, StateClass(self.change, self.version, [Flag.GENERAL], "不涉及审查内容"))

    def _edit(self, tx: Tx) -> None:
        edit_change(tx, EditChange(self.change, self.version, p.text(self.world, self.revision)))

    def _costs(self, tx: Tx) -> None:
        agree_costs(tx, AgreeCosts(self.change, 1, 1))

    def _place(self, tx: Tx) -> None:
        state_incorporation(tx, IncorporateChange(self.change, {self.sheet: "建竣-01"}))


def _move(change: str, event: str) -> Ask:
    return lambda tx: move(tx, MoveChange(change, event, "理由"))


@pytest.mark.parametrize("is_emergency", [False, True])
def test_every_state_act_and_person(database: Database, is_emergency: bool) -> None:
    asked = _Asked(placed_world(database), is_emergency=is_emergency)
    people = PEOPLE if database.is_sqlite else ASKED_ON_POSTGRESQL
    wrong, count = [], 0
    states = (*AFTER, *ENDED) if is_emergency else STATES
    for state in states:
        asked.put(state)
        for name, ask, tell in asked.acts():
            for who in people:
                count += 1
                told, expected = asked.answer(who, ask), tell(asked.model(state), who)
                if told != expected:
                    wrong.append(f"{state}, {name}, {who}: {told}, not {expected}")
    assert wrong == []
    assert count == len(people) * len(states) * (len(MOVES) + len(WORD_WHO) + len(FileKind) + 4)
