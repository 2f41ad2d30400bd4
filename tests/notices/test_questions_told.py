"""Who is told of contact notes and joint drawing reviews; what the clock tells, and what a step settles."""

from datetime import timedelta

import sqlalchemy as sa

from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.notices.clocks import LOOK_EVERY, look_at_clocks
from app.notices.models import Notice
from app.notices.question_rules import NOTE_OVERDUE
from tests.notices.ears import heard_by, listen, told
from tests.questions.houses import SIGNERS, asked, in_signing, signed, site_world, stepped
from tests.world import World

DESIGN = {"lead", "designer", "checker", "verifier", "approver"}
SITE = {"owner", "owner_clerk", "contractor", "manager", "supervisor"}


def unread(world: World, kind: str) -> int:
    """How many notices of a kind wait to be read."""
    with world.database.read() as session:
        query = sa.select(sa.func.count()).where(Notice.kind == kind, Notice.read_at.is_(None))
        return session.execute(query).scalar_one()


def test_a_note_is_told_to_who_is_asked_and_to_copies_an_answer_to_who_asked(database: Database) -> None:
    world = site_world(database)
    note = asked(world, copy_party_ids=[world.parties["supervisor"]])
    assert heard_by(world, "note.asked") == DESIGN | {"supervisor"}
    stepped(world, "lead", note, "answer")
    assert heard_by(world, "note.answered") == {"contractor", "supervisor"}
    assert unread(world, "note.asked") == 0


def test_a_note_that_is_not_answered_in_time_is_told_once(database: Database, clock: SteppedClock) -> None:
    world = site_world(database)
    note = asked(world, wanted_on=clock.now().date().isoformat())
    look_at_clocks(database)
    assert NOTE_OVERDUE not in told(world).get("lead", {})
    clock.advance(timedelta(days=2))
    for _ in range(2):
        clock.advance(LOOK_EVERY)
        look_at_clocks(database)
    assert heard_by(world, NOTE_OVERDUE) == DESIGN | {"contractor"}
    assert told(world)["lead"][NOTE_OVERDUE] == 1
    stepped(world, "lead", note, "answer")
    listen(world)
    assert unread(world, NOTE_OVERDUE) == 0


def test_signers_are_asked_and_everybody_concerned_hears_that_the_record_stands(database: Database) -> None:
    world = site_world(database)
    review, _ = in_signing(world)
    # The supervisor sent it for signing himself.
    assert heard_by(world, "jdr.sent-for-signing") == {"owner", "lead", "manager"}
    signed(world, review, *SIGNERS)
    assert heard_by(world, "jdr.effective") == (DESIGN | SITE) - {SIGNERS[-1]}
    assert unread(world, "jdr.sent-for-signing") == 0
