"""Random histories of receipts, told by the product and by the model in :mod:`tests.distribution.model`."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import NoteOpened, ObjectTo, note_delivered, note_opened, object_to
from app.distribution.cells import Terms, Told, reached, state_of
from app.distribution.contents import Item, Place
from app.distribution.coverage import Receiver
from app.distribution.guards import ReceiptAttempt, refusal_of
from app.distribution.rules import COPIES, RECEIPTS, CellState, CopyState, ReceiptGuard, copy_state
from app.kernel.clock import SteppedClock, to_micros
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.policy import Scope
from app.projects.workdays import WorkCalendar
from tests.distribution.house import act, confirm, items, states
from tests.distribution.model import Story
from tests.drawings.sheets import released_sheet
from tests.world import make_world

WORDS = ("deliver", "open", "confirm", "object", "resolve")
KINDS = {"confirm": "confirmed", "object": "objected", "resolve": "resolved"}
EVERYWHERE = Scope(True, frozenset(), True, frozenset())
ZONE = ZoneInfo("Asia/Shanghai")


def test_the_tables_hold_together() -> None:
    RECEIPTS.check(ReceiptGuard)
    COPIES.check(ReceiptGuard)


def test_every_guard_answers_and_none_passes_an_empty_attempt() -> None:
    empty = ReceiptAttempt("建施-01", stands=False)
    assert {guard for guard in ReceiptGuard if refusal_of(guard, empty) is not None} == set(ReceiptGuard)
    with pytest.raises(KeyError):
        refusal_of("unknown", empty)


@pytest.mark.parametrize("seed", range(40))
def test_ten_thousand_cells_in_memory_are_as_the_model_tells_them(seed: int) -> None:
    """250 histories each: facts, days, terms."""
    chance = random.Random(seed)
    for _ in range(250):
        began = date(2026, 3, 2) + timedelta(days=chance.randrange(30))
        story, days, now = Story(began), chance.choice([0, 1, 3, 10]), _noon(began)
        told, turn = Told(), 0
        for _ in range(chance.randrange(8)):
            now += timedelta(days=chance.choice([0, 0, 1, 4]))
            word = chance.choice(WORDS)
            if not story.may(word):
                continue
            story.say(word, now.astimezone(ZONE).date())
            if word in KINDS:
                turn += 1
                at = now if word == "resolve" else told.answered_at
                told = told._replace(last=KINDS[word], turn=turn, answered_at=at)
            told = told._replace(
                was_opened=told.was_opened or word == "open",
                was_delivered=told.was_delivered or word == "deliver",
            )
        now += timedelta(days=chance.randrange(12))
        item = Item(
            "revision", "r", "0" * 64, "建施-01", "A", "", (Place("s", None, "arch", "建施-01"),), _noon(began), _noon(began)
        )  # fmt: skip
        receiver = Receiver("p", "contractor", "", "", _noon(began) - timedelta(days=90), (EVERYWHERE,))
        terms = Terms(days, ZONE, WorkCalendar(), now)
        cell = terms.cell(item, receiver, told)
        assert (cell.state, cell.reached) == (story.state(terms.today, days), story.at()), story
        # Once it is superseded only a confirmation stays what it was.
        gone = state_of(told, stands=False, due=cell.due, today=terms.today)
        assert gone == ("confirmed" if story.at() == "confirmed" else "moot")


def test_the_table_of_steps_says_what_the_model_says() -> None:
    made = {"pending": [], "delivered": ["deliver"], "opened": ["open"], **{v: [k] for k, v in KINDS.items()}}
    for (state, words), event in product(made.items(), KINDS):
        story = Story(date(2026, 3, 2), [(w, date(2026, 3, 2)) for w in words])
        has_step = any(s.event == event for s in RECEIPTS.steps_from(state))
        assert has_step == story.may(event), (state, event)


@pytest.mark.parametrize("seed", range(2))
def test_histories_through_the_acts_are_as_the_model_tells_them(
    database: Database, clock: SteppedClock, seed: int
) -> None:
    """Three sheets, forty acts; what the model forbids is refused, and nothing else is."""
    world, chance = make_world(database), random.Random(seed)
    stories: dict[str, Story] = {}
    for number in ("建施-01", "建施-02", "建施-03"):
        released_sheet(world, number)
        stories[number] = Story(clock.now().astimezone(ZONE).date())
    objections: dict[str, str] = {}
    for _ in range(40):
        number, word = chance.choice(sorted(stories)), chance.choice(WORDS)
        clock.advance(timedelta(hours=chance.choice([1, 3])))
        [item] = items(world, number)
        story, allowed, refused = stories[number], stories[number].may(word), ""
        try:
            if word == "deliver":
                act(world, "contractor", lambda tx, i=item: note_delivered(tx, world.project_id, [i.key]))
            elif word == "open":
                opened = NoteOpened(world.project_id, item.key, item.sha256)
                act(world, "contractor", lambda tx, o=opened: note_opened(tx, o))
            elif word == "confirm":
                for refusal in confirm(world, "contractor", number).refused.values():
                    raise refusal
                allowed = allowed or story.at() == "confirmed"  # saying it again is saying nothing
            elif word == "object":
                said = ObjectTo(world.project_id, item.key, item.sha256, f"问题 {chance.random()}")
                objections[number] = act(world, "contractor", lambda tx, s=said: object_to(tx, s))
            elif number in objections:
                answer = ResolveObjection(objections[number], f"处理 {chance.random()}")
                act(world, "lead", lambda tx, a=answer: resolve_objection(tx, a))
            else:
                continue
        except Refused as refusal:
            refused = refusal.code
        assert refused == ("" if allowed else "state-conflict"), (word, story)
        if not refused and story.may(word):
            story.say(word, clock.now().astimezone(ZONE).date())
        assert states(world, number)["contractor"] in (story.at(), "overdue")


def test_states_of_paper() -> None:
    assert [copy_state(set(e)) for e in ((), ("recalled",), ("destroyed",), ("recalled", "destroyed"))] == [
        CopyState.OUT, CopyState.RECALLED, CopyState.DESTROYED, CopyState.DESTROYED,
    ]  # fmt: skip


def test_reached_without_facts_is_pending() -> None:
    assert reached(Told()) is CellState.PENDING


def _noon(day: date) -> datetime:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    assert to_micros(at) > 0
    return at
