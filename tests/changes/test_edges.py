"""What the second telling of the machine found, each kept as a test of its own."""

from datetime import timedelta

import pytest

from app.access.actions import GiveSeat, give_seat
from app.access.queries import rights_of
from app.access.rules import PartyRole, SeatRole
from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.proposals import EditChange, Ending, edit_change
from app.changes.actions.words import GiveWord, give_word
from app.changes.queries.closure import Closure, closure_of
from app.changes.rules import ChangeState, Flag, WordKind
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.policy import Scope
from tests.changes import papers as p
from tests.changes.sites import placed_world, released
from tests.drawings.sheets import Upload, advance, page_fields, take_in
from tests.review.cases import act
from tests.world import World


@pytest.fixture
def world(database: Database) -> World:
    return placed_world(database)


def test_what_takes_effect_later_is_not_built_before_its_day(world: World) -> None:
    sheet = released(world, "建施-01")
    clock = world.database.clock
    assert isinstance(clock, SteppedClock)
    change = p.approved(world, sheet)
    p.step(world, change, "countersign", effective_at=clock.now() + timedelta(days=3))
    assert p.standing(world, sheet) == ()
    with pytest.raises(Refused, match="change-guard-failed") as refused:
        p.step(world, change, "implement")
    assert "生效时间" in refused.value.message.zh
    clock.advance(timedelta(days=4))
    assert p.standing(world, sheet) == ("设变-建筑-001",)
    p.step(world, change, "implement")


def test_what_ends_another_takes_effect_at_once(world: World) -> None:
    """Else the other would be called ended on every page while its slip still stands."""
    sheet = released(world, "建施-01")
    old = p.effective(world, sheet)
    new = p.approved(world, sheet, ends=(Ending(old),))
    later = world.database.clock.now() + timedelta(days=3)
    with pytest.raises(Refused, match="change-guard-failed") as refused:
        p.step(world, new, "countersign", effective_at=later)
    assert "不能定在以后" in refused.value.message.zh
    p.step(world, new, "countersign")
    assert p.state_of(world, old) == ChangeState.SUPERSEDED
    assert p.standing(world, sheet) == ("设变-建筑-002",)


def test_what_is_ended_before_its_day_never_stands(world: World) -> None:
    sheet = released(world, "建施-01")
    clock = world.database.clock
    assert isinstance(clock, SteppedClock)
    old = p.approved(world, sheet)
    day = clock.now() + timedelta(days=3)
    p.step(world, old, "countersign", effective_at=day)
    p.effective(world, sheet, ends=(Ending(old, "cancelled", "不再需要"),))
    clock.advance(timedelta(days=4))
    for at in (day - timedelta(hours=1), day, day + timedelta(hours=1), None):
        assert p.standing(world, sheet, at) == ("设变-建筑-002",)


def test_an_emergency_that_is_superseded_stays_red_until_it_is_regular(world: World) -> None:
    """What was built on it was built without its formalities, whatever came after."""
    sheet = released(world, "建施-01")
    change = p.proposed(world, sheet)
    for who in ("lead", "supervisor", "owner"):
        p.consent(world, change, who)
    p.effective(world, sheet, ends=(Ending(change),))
    assert p.state_of(world, change) == ChangeState.SUPERSEDED
    closure = _closure(world)
    assert closure.open[0].fact.id == change
    assert closure.total.irregular == 1
    p.classed(world, change, Flag.GENERAL, who="lead")
    p.step(world, change, "regularise")
    assert p.state_of(world, change) == ChangeState.SUPERSEDED
    assert _closure(world).total.irregular == 0
    assert change not in [o.fact.id for o in _closure(world).open]


def _closure(world: World) -> Closure:
    now = world.database.clock.now()
    with world.database.read() as session:
        rights = rights_of(session, world.actor("owner"), now)
        return closure_of(session, rights, world.project_id, now)


def test_a_revision_cannot_absorb_what_was_written_for_it(world: World) -> None:
    """It was issued before the change existed: a tick would make the slip vanish from a sheet that does not say it."""
    sheet = released(world, "建施-01")
    change = p.effective(world, sheet)
    with pytest.raises(Refused, match="change-not-absorbable"):
        act(world, "designer", lambda tx: tick_absorbed(tx, TickAbsorbed(sheet, {change: True})))
    assert p.standing(world, sheet) == ("设变-建筑-001",)


def test_an_edit_leaves_no_change_without_a_sheet(world: World) -> None:
    """Nobody would see it any more."""
    sheet = released(world, "建施-01")
    change = p.proposed(world, sheet)
    edit = EditChange(change, p.version_of(world, change), p.text(world))
    with pytest.raises(Refused, match="change-guard-failed"):
        act(world, "contractor", lambda tx: edit_change(tx, edit))
    assert p.state_of(world, change) == ChangeState.PROPOSED


def test_an_edit_reaches_no_further_than_its_seat(world: World) -> None:
    """Who may propose for the structure alone does not turn his proposal into one for the architecture."""
    struct = take_in(world, Upload([page_fields("结施-01", discipline="struct")])).revision()
    advance(world, [struct], "released")
    arch = released(world, "建施-01")
    only_struct = Scope(
        all_buildings=True, buildings=frozenset(), all_disciplines=False, disciplines=frozenset({"struct"})
    )
    party = p.join(world, PartyRole.SUBCONTRACTOR, {})
    world.people["steelwork"] = world.people["archivist"]
    give = GiveSeat(party, world.people["steelwork"], SeatRole.DOCUMENT_CLERK, only_struct, basis="借调")
    act(world, "owner", lambda tx: give_seat(tx, give))
    with pytest.raises(Refused):
        p.proposed(world, arch, who="steelwork")
    change = p.proposed(world, struct, who="steelwork", discipline="struct")
    wider = EditChange(change, p.version_of(world, change), p.text(world, struct, discipline="arch"))
    with pytest.raises(Refused, match="forbidden"):
        act(world, "steelwork", lambda tx: edit_change(tx, wider))


def test_a_specialists_emergency_can_be_regularised(world: World) -> None:
    """The class is stated first; then the lead designer confirms what it says now."""
    sheet = released(world, "建施-01")
    change = p.proposed(world, sheet)
    for who in ("special", "supervisor", "owner"):
        p.consent(world, change, who)
    assert p.state_of(world, change) == ChangeState.EFFECTIVE
    p.classed(world, change, Flag.GENERAL, Flag.DEEPENING, who="special")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "regularise")
    word = GiveWord(change, WordKind.LEAD_DESIGNER, is_yes=True)
    act(world, "lead", lambda tx: give_word(tx, word))
    p.step(world, change, "regularise")
    assert p.change_of(world, change).regularised_at is not None


def test_it_is_the_designer_who_has_it_that_agrees_to_an_emergency(world: World) -> None:
    sheet = released(world, "建施-01")
    change = p.designing(world, sheet)
    for who in ("special", "supervisor", "owner"):
        p.consent(world, change, who)
    assert p.state_of(world, change) == ChangeState.DESIGNING, "it is with the other designer"
    p.consent(world, change, "lead")
    assert p.state_of(world, change) == ChangeState.EFFECTIVE


def test_who_refused_an_emergency_is_not_made_its_designer(world: World) -> None:
    sheet = released(world, "建施-01")
    change = p.proposed(world, sheet)
    p.consent(world, change, "special", is_yes=False)
    for who in ("lead", "supervisor", "owner"):
        p.consent(world, change, who)
    assert p.change_of(world, change).designer_id == world.parties["designer"]


def test_of_two_designers_the_newest_word_counts_however_often_they_spoke(world: World) -> None:
    sheet = released(world, "建施-01")
    change = p.proposed(world, sheet)
    for who, is_yes in (("lead", True), ("special", False), ("lead", True)):
        p.consent(world, change, who, is_yes=is_yes)
    for who in ("supervisor", "owner"):
        p.consent(world, change, who)
    assert p.state_of(world, change) == ChangeState.EFFECTIVE
