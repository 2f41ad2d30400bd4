"""Contact notes: every state x step x person against the second telling, numbers, files, and what a note never does."""

from typing import Any

import pytest

from app.changes.models import ChangeDocument, ChangeSheet
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.questions.actions.note_files import StoredFile, add_note_file
from app.questions.models import ContactNote
from app.questions.queries.notes import note_for, notes_of
from app.questions.rules import NOTE_EVENTS as EVENT_LABELS
from app.questions.rules import NOTE_LABELS, NOTE_PAST, NOTES, NoteState
from app.record.queries import in_force, settle_instants
from tests.drawings.sheets import digests
from tests.questions.houses import REGION, asked, note_of, released, sheet_of, site_world, stepped
from tests.questions.model import EVERYBODY, NOTE_EVENTS, NOTE_STEPS, note_answer
from tests.review.cases import act
from tests.review.test_machine import _undone
from tests.world import World


@pytest.fixture
def world(database: Database) -> World:
    return site_world(database)


def rights(world: World, who: str) -> Any:
    from app.access.queries import rights_of  # noqa: PLC0415  only here

    with world.database.read() as session:
        return rights_of(session, world.actor(who), world.database.clock.now())


def test_the_table_is_sound_and_the_model_s() -> None:
    NOTES.check(())
    assert {(s.source, s.event): s.target for s in NOTES.steps if s.source} == NOTE_STEPS
    assert set(EVENT_LABELS) == set(NOTE_PAST) == {s.event for s in NOTES.steps}
    assert set(NOTE_LABELS) == set(NoteState) == {s.target for s in NOTES.steps}


@pytest.mark.parametrize("event", NOTE_EVENTS)
def test_every_state_and_person(world: World, event: str) -> None:
    from app.questions.actions.notes import MoveNote, move_note  # noqa: PLC0415  only here

    (revision,) = released(world, "建施-01")
    note = asked(world, revision)
    wrong = []
    for state in NoteState:
        with world.database.plumbing() as session:
            session.get_one(ContactNote, note).state = state
        for who in EVERYBODY:
            told = "ok"
            try:
                with _undone(world.database, world.actor(who)) as tx:
                    move_note(tx, MoveNote(note, event, "话"))
            except Refused as refusal:
                told = refusal.code
            if told not in note_answer(state, event, who):
                wrong.append(f"{state} {event} {who}: {told}")
    assert wrong == []


def test_numbers_count_per_project_and_the_same_key_is_the_same_note(world: World) -> None:
    first = asked(world, client_key="k1")
    again = asked(world, client_key="k1", question="别的话")
    second = asked(world, client_key="k2")
    assert first == again != second
    assert [note_of(world, n).serial for n in (first, second)] == [1, 2]
    assert note_of(world, first).question.startswith("隔墙")


def test_a_note_touches_nothing_in_force_and_becomes_a_proposal_only(world: World) -> None:
    (revision,) = released(world, "建施-01")
    sheet = sheet_of(world, revision)

    def force() -> Any:
        with world.database.read() as session:
            at = settle_instants(session, now=world.database.clock.now(), as_of=None, known_at=None)
            return in_force(session, sheet, at)

    before = force()
    note = asked(world, revision)
    stepped(world, "lead", note, "answer", "以建筑图为准")
    change = stepped(world, "contractor", note, "turn")
    after = force()
    assert before is not None
    assert after is not None
    assert (after.revision_id, after.slips) == (before.revision_id, before.slips)
    with world.database.read() as session:
        made = session.get_one(ChangeDocument, change)
        assert (made.state, made.kind, made.origin) == ("proposed", "liaison", f"note:{note}")
        assert "以建筑图为准" in made.description
        place = session.query(ChangeSheet).filter_by(change_id=change).one()
    assert (place.revision_id, place.boxes) == (revision, [list(REGION)])
    assert (note_of(world, note).state, note_of(world, note).change_id) == ("turned", change)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"to": "contractor"}, "note-to-yourself"),
        ({"to": "reviewer"}, "note-party-unknown"),
        ({"question": "  "}, "invalid-input"),
        ({"question": "长" * 4_001}, "invalid-input"),
        ({"wanted_on": "明天"}, "invalid-input"),
        ({"discipline": ""}, "invalid-input"),
        ({"revision": "0" * 20}, "question-sheet-unknown"),
        ({"who": "reviewer"}, "forbidden"),
        ({"who": "stranger"}, "not-found"),
    ],
)
def test_bad_notes_are_refused(world: World, more: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(world, **more)
    assert refused.value.code == code


def test_a_draft_cannot_be_asked_about_by_who_does_not_see_it(world: World) -> None:
    from tests.drawings.sheets import Upload, page_fields, take_in  # noqa: PLC0415  only here

    draft = take_in(world, Upload([page_fields("建施-09")])).revision()
    with pytest.raises(Refused, match="question-sheet-unknown"):
        asked(world, draft)
    note = asked(world, draft, who="designer", to="owner")
    with world.database.read() as session:
        now = world.database.clock.now()
        seen = note_for(session, rights(world, "lead"), note, now).row
        hidden = note_for(session, rights(world, "contractor"), note, now).row
    assert seen.place is not None
    assert seen.place.number == "建施-09"
    assert (hidden.place, hidden.has_hidden_sheet) == (None, True)


def test_overdue_begins_the_day_after_and_ends_with_the_answer(world: World) -> None:
    today = world.database.clock.now().date().isoformat()
    late = asked(world, wanted_on="2020-01-01")
    due = asked(world, wanted_on=today)

    def overdue() -> set[str]:
        with world.database.read() as session:
            rows = notes_of(session, rights(world, "owner"), world.project_id, world.database.clock.now())
        return {r.id for r in rows if r.is_overdue}

    assert overdue() == {late}
    stepped(world, "lead", late, "answer")
    assert overdue() == set()
    assert note_of(world, due).state == "open"


def test_files_are_of_the_two_parties_while_the_note_is_at_work(world: World) -> None:
    note = asked(world)
    photo = StoredFile(digests("photo"), "image/jpeg", "现场.jpg", is_photo=True)

    def add(who: str) -> str:
        return act(world, who, lambda tx: add_note_file(tx, note, photo))

    first = add("contractor")
    assert add("contractor") == first
    assert add("lead") != first
    with pytest.raises(Refused, match="forbidden"):
        add("supervisor")
    stepped(world, "contractor", note, "withdraw")
    with pytest.raises(Refused, match="note-ended"):
        add("contractor")
