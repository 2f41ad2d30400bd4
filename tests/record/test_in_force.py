"""``in_force`` and ``set_in_force`` against the slow model, at every instant and every knowledge."""

import random
import shutil
from pathlib import Path

import pytest

from app.drawings.models import Sheet
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.record.queries import InForce, Instants, in_force, moments, set_in_force
from tests.record.histories import DAYS, Base, History, Slip, day, random_history, store, told
from tests.world import make_world

HISTORIES = {"sqlite": 600, "postgresql": 300}


def _ask(session, stored, as_of: float, known_at: float | None) -> None:
    at = Instants(day(as_of), day(DAYS * 9 if known_at is None else known_at), is_now=known_at is None)
    found = {s.sheet_id: s for s in set_in_force(session, stored.project_id, at, with_void=True)}
    for sheet_id in stored.by_sheet:
        expected = stored.expected(sheet_id, as_of, DAYS * 9 if known_at is None else known_at)
        assert told(found.get(sheet_id)) == expected, (sheet_id, as_of, known_at, stored.by_sheet[sheet_id])
    alive = set_in_force(session, stored.project_id, at)
    assert {s.sheet_id for s in alive} == {i for i, s in found.items() if not s.is_void}
    keys = [(s.sort_key, s.building_id or "", s.sheet_id) for s in alive]
    assert keys == sorted(keys)


def test_random_histories_are_told_as_by_the_slow_model_at_every_instant_and_knowledge(database: Database):
    world = make_world(database)
    chance = random.Random(20240301)
    count = HISTORIES["sqlite" if database.is_sqlite else "postgresql"]
    with database.plumbing() as session:
        stored = store(session, world.project_id, [random_history(chance) for _ in range(count)])
    instants = [(a, k) for a in range(-20, DAYS + 6, 5) for k in (*range(-1, DAYS, 7), None)]
    with database.read() as session:
        for as_of, known_at in instants:
            _ask(session, stored, as_of, known_at)
        sheets = chance.sample(list(stored.by_sheet), 60)
        for sheet_id in sheets:
            for as_of, known_at in [(a - 0.5, k) for a in range(-20, DAYS + 6) for k in range(0, DAYS, 5)][
                ::7
            ]:
                at = Instants(day(as_of), day(known_at), is_now=False)
                assert told(in_force(session, sheet_id, at)) == stored.expected(sheet_id, as_of, known_at)


@pytest.mark.slow
def test_ten_thousand_histories(tmp_path: Path, sqlite_template: Path, clock: SteppedClock):
    """The same comparison of many more histories, at fewer pairs of instants, on the one that needs no server."""
    path = tmp_path / "many.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}", clock)
    world = make_world(database)
    chance = random.Random(10_000)
    with database.plumbing() as session:
        stored = store(session, world.project_id, [random_history(chance) for _ in range(10_000)])
    with database.read() as session:
        for as_of in (-9, 2, 8, 14, 20, 26, DAYS + 4):
            for known_at in (chance.randrange(DAYS), None):
                _ask(session, stored, as_of, known_at)
    database.dispose()


@pytest.fixture
def one(database: Database):
    """Asks about one history: ``ask(history, as_of, known_at)``."""
    world = make_world(database)

    def ask(history: History, as_of: float, known_at: float = 99) -> InForce | None:
        with database.plumbing() as session:
            stored = store(session, world.project_id, [history])
        (sheet_id,) = stored.by_sheet
        with database.read() as session:
            answer = in_force(session, sheet_id, Instants(day(as_of), day(known_at), is_now=False))
        with database.plumbing() as session:
            session.get_one(Sheet, sheet_id).number_key = sheet_id
        assert told(answer) == stored.expected(sheet_id, as_of, known_at)
        return answer

    return ask


def test_before_its_first_release_a_sheet_has_no_drawing_of_record(one):
    assert one(History([Base(1, 5, 5, 0)]), 4.9) is None


def test_a_release_holds_from_its_instant_on(one):
    assert one(History([Base(1, 5, 5, 0)]), 5).rev_seq == 1


def test_a_backdated_release_is_not_known_before_it_was_recorded(one):
    history = History([Base(1, 0, 0, 0), Base(2, 3, 20, 1)])
    assert one(history, 10, known_at=19).rev_seq == 1
    late = one(history, 10, known_at=20)
    assert (late.rev_seq, late.is_backdated) == (2, True)


def test_a_release_for_tomorrow_leaves_today_alone(one):
    history = History([Base(1, 0, 0, 0), Base(2, 9, 1, 1)])
    assert one(history, 8).rev_seq == 1
    assert one(history, 9).rev_seq == 2


def test_a_cancelled_sheet_has_no_slips(one):
    history = History([Base(1, 0, 0, 0), Base(None, 5, 5, 1)], [Slip("A", "effective", 1, 1, 0)])
    assert [s.change_id for s in one(history, 4).slips] == ["A"]
    assert one(history, 6).is_void
    assert one(history, 6).slips == ()


def test_an_absorbed_slip_still_stands_on_the_older_base(one):
    slips = [Slip("A", "effective", 1, 1, 0), Slip("A", "absorbed", 3, 3, 1, by=2)]
    history = History([Base(1, 0, 0, 0), Base(2, 8, 8, 1)], slips)
    assert [s.change_id for s in one(history, 7).slips] == ["A"]
    assert one(history, 8).slips == ()


def test_slips_stand_in_the_order_of_their_effect_even_when_one_is_told_twice(one):
    slips = [
        Slip("A", "effective", 1, 1, 0),
        Slip("B", "effective", 2, 2, 1),
        Slip("A", "effective", 3, 3, 2),
    ]
    assert [s.change_id for s in one(History([Base(1, 0, 0, 0)], slips), 9).slips] == ["B", "A"]


def test_moments_name_every_instant_at_which_the_set_changed_with_its_numbers(database: Database):
    world = make_world(database)
    histories = [History([Base(1, 2, 2, 0), Base(2, 5, 9, 1)]), History([Base(1, 2, 2, 0)])]
    with database.plumbing() as session:
        store(session, world.project_id, histories)
    with database.read() as session:
        assert [(m.effective_at, m.sheets, m.backdated) for m in moments(session, world.project_id)] == [
            (day(2), 2, 0),
            (day(5), 1, 1),
        ]
