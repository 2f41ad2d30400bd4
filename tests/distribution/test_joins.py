"""Where distribution meets changes and questions: real slips are confirmed by their content; an objection is asked about."""

import pytest
import sqlalchemy as sa

from app.changes.rules import Flag
from app.distribution.actions.receipts import ObjectTo, object_to
from app.distribution.models import ReceiptFact
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.questions.models import ContactNote
from tests.changes import papers
from tests.changes.test_life import released
from tests.distribution.house import act, confirm, items, states
from tests.world import World, make_world


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def test_a_change_in_effect_is_confirmed_by_what_it_says(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = papers.effective(world, sheet)
    number = papers.change_of(world, change).number
    assert states(world, number) == {"contractor": "pending", "supervisor": "pending"}
    assert not confirm(world, "contractor", number).refused
    assert states(world, number) == {"contractor": "confirmed", "supervisor": "pending"}
    assert states(world, "建施-01") == {"contractor": "pending", "supervisor": "pending"}


def test_what_a_restated_emergency_says_is_confirmed_anew(world: World) -> None:
    """Its class is part of what was issued: another content, another confirmation."""
    (sheet,) = released(world, "建施-01")
    change = papers.proposed(world, sheet)
    for who in ("supervisor", "lead", "owner"):
        papers.consent(world, change, who)
    number = papers.change_of(world, change).number
    confirm(world, "contractor", number)
    assert states(world, number)["contractor"] == "confirmed"
    papers.classed(world, change, Flag.GENERAL, who="lead")
    assert states(world, number)["contractor"] == "pending"


def test_a_superseded_slip_waits_for_nobody_and_its_successor_does(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    old = papers.effective(world, sheet)
    new = papers.effective(world, sheet, ends=(papers.Ending(old),))
    assert [i.number for i in items(world) if i.kind == "slip"] == [papers.change_of(world, new).number]


@pytest.mark.parametrize("of", ["revision", "slip"])
def test_an_objection_becomes_a_contact_note_to_who_drew_it(world: World, of: str) -> None:
    (sheet,) = released(world, "建施-01")
    papers.effective(world, sheet)
    (item,) = [i for i in items(world) if i.kind == of]
    command = ObjectTo(world.project_id, item.key, item.sha256, "轴线与上一版不一致", asks=True)
    objection = act(world, "contractor", lambda tx: object_to(tx, command))
    with world.database.read() as session:
        fact = session.get_one(ReceiptFact, objection)
        note = session.get_one(ContactNote, fact.note_id)
    assert note.to_party_id == world.parties["designer"]
    assert note.question == "轴线与上一版不一致"
    assert note.revision_id == sheet
    again = act(world, "contractor", lambda tx: object_to(tx, command))
    with world.database.read() as session:
        assert again == objection, "sent twice it is one"
        assert session.scalar(sa.select(sa.func.count()).select_from(ContactNote)) == 1


def test_an_objection_that_is_refused_leaves_no_note(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    (item,) = [i for i in items(world) if i.id == sheet]
    command = ObjectTo(world.project_id, item.key, "0" * 64, "不对", asks=True)
    with pytest.raises(Refused, match="receipt-hash-differs"):
        act(world, "contractor", lambda tx: object_to(tx, command))
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ContactNote)) == 0
