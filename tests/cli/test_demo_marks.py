"""The marks of the demonstration are drawn through the acts people use, by parties that may."""

from app.access.queries import rights_of
from app.cli.demo_marks import DemoMarks
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.markups.queries.carries import offers_for
from app.markups.queries.marks import marks_of
from tests.drawings.sheets import released_sheet
from tests.world import make_world


def test_there_is_something_to_see_to_answer_and_to_carry(database: Database, clock: SteppedClock) -> None:
    world = make_world(database)
    first, newer, other = released_sheet(world), released_sheet(world), released_sheet(world, "建施-02")
    people = {name: world.actor(name) for name in world.people}
    marks = DemoMarks(database, clock, people)
    marks.on_first_issue([first])
    marks.on_second_issue([newer, other])
    with database.read() as session:
        rights = rights_of(session, world.actor("supervisor"), clock.now())
        seen = marks_of(session, rights, newer)
        assert {m.kind for m in seen} == {"cloud", "arrow", "text", "stamp", "measurement"}
        assert {m.status for m in seen} == {"open", "answered"}
        assert [m.status for m in marks_of(session, rights, other)] == ["resolved"]
        assert [o.mark.kind for o in offers_for(session, rights, newer)] == ["cloud", "cloud", "rectangle"]
