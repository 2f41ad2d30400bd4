"""Receipts: bound to exact bytes and exact words, by who stands for the party, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.access.actions import EndSeat, GiveSeat, JoinParty, end_seat, give_seat, join_party
from app.access.models import Seat
from app.access.rules import PartyRole, SeatRole
from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import (
    Confirmation,
    NoteOpened,
    ObjectTo,
    note_delivered,
    note_opened,
    object_to,
)
from app.distribution.contents import items_of_sheet
from app.distribution.models import ReceiptFact
from app.distribution.queries.building import may_build
from app.drawings.models import SheetRevision
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.kernel.policy import Scope
from app.projects.rules import Policy
from app.record.models import EffectKind
from tests.distribution.house import (
    act,
    confirm,
    confirm_sent,
    items,
    matrix,
    newcomer,
    set_policy,
    shown,
    slip,
    states,
)
from tests.drawings.sheets import Upload, advance, page_fields, released_sheet, take_in
from tests.world import World, make_world

TWO = {"contractor": "pending", "supervisor": "pending"}


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def sheet_of(world: World, revision_id: str) -> str:
    with world.database.read() as session:
        return session.get_one(SheetRevision, revision_id).sheet_id


def facts(world: World, *kinds: str) -> list[ReceiptFact]:
    with world.database.read() as session:
        query = sa.select(ReceiptFact).order_by(ReceiptFact.at, ReceiptFact.id)
        return [f for f in session.scalars(query) if not kinds or f.kind in kinds]


def test_release_asks_whom_the_policy_names_and_nobody_else(world: World) -> None:
    released_sheet(world, "建施-01")
    assert states(world, "建施-01") == TWO


def test_a_confirmation_is_bound_to_the_hash_and_the_words_and_kept(world: World) -> None:
    released_sheet(world, "建施-01")
    [seen] = shown(world, "建施-01")
    wrong_hash = Confirmation(seen.key, "0" * 64, seen.statement_sha256)
    assert confirm_sent(world, "contractor", [wrong_hash]).refused[seen.key].code == "receipt-hash-differs"
    wrong_words = Confirmation(seen.key, seen.sha256, "0" * 64)
    refused = confirm_sent(world, "contractor", [wrong_words]).refused
    assert refused[seen.key].code == "receipt-statement-differs"
    assert states(world, "建施-01") == TWO
    assert confirm_sent(world, "contractor", [seen]).done == [seen.key]
    assert states(world, "建施-01") == {**TWO, "contractor": "confirmed"}
    [fact] = facts(world)
    assert fact.sha256 == seen.sha256
    assert fact.statement_sha256 == seen.statement_sha256
    assert seen.sha256 in fact.statement
    assert "建施-01" in fact.statement
    assert "此前没有有效版本" in fact.statement


def test_confirming_again_is_no_second_fact(world: World) -> None:
    released_sheet(world, "建施-01")
    for _ in range(3):
        assert confirm(world, "contractor", "建施-01").is_clean
    assert len(facts(world)) == 1


def test_a_newer_revision_reopens_the_cells_of_its_own_sheet_only(world: World, clock: SteppedClock) -> None:
    released_sheet(world, "建施-01")
    released_sheet(world, "建施-02")
    [old] = shown(world, "建施-01")
    assert confirm(world, "contractor").is_clean
    assert confirm(world, "supervisor").is_clean
    clock.advance(timedelta(days=1))
    released_sheet(world, "建施-01")
    assert states(world, "建施-01") == TWO
    assert set(states(world, "建施-02").values()) == {"confirmed"}
    # What was seen before says nothing of what is in force now.
    assert confirm_sent(world, "contractor", [old]).refused[old.key].code == "receipt-not-in-force"
    assert states(world, "建施-01") == TWO
    [new] = shown(world, "建施-01")
    mixed = Confirmation(new.key, old.sha256, new.statement_sha256)
    assert confirm_sent(world, "contractor", [mixed]).refused[new.key].code == "receipt-hash-differs"
    assert confirm(world, "contractor", "建施-01").is_clean
    assert "替代 " in facts(world)[-1].statement
    assert "旧版不再用于施工" in facts(world)[-1].statement


def test_a_slip_is_one_cell_a_party_and_absorbing_it_on_one_sheet_keeps_it_confirmed(
    world: World, clock: SteppedClock
) -> None:
    first, second = (sheet_of(world, released_sheet(world, n)) for n in ("建施-01", "建施-02"))
    change = new_id()
    slip(world, first, change)
    slip(world, second, change)
    assert [i.number for i in items(world)].count("设变-001") == 1
    assert confirm(world, "contractor", "设变-001").is_clean
    assert states(world, "设变-001") == {**TWO, "contractor": "confirmed"}
    clock.advance(timedelta(days=1))
    newer = released_sheet(world, "建施-01")
    slip(world, first, change, kind=EffectKind.ABSORBED, absorbed_by=newer)
    assert states(world, "设变-001") == {**TWO, "contractor": "confirmed"}
    # On a further sheet, or elsewhere on one, it says something else.
    slip(world, second, change, regions={"boxes": [[0, 0, 1000, 1000]]})
    assert states(world, "设变-001") == TWO
    slip(world, second, change, kind=EffectKind.CANCELLED)
    assert [i.number for i in items(world)] == ["建施-01", "建施-02"]


def test_delivered_and_opened_are_facts_of_their_own_once(world: World) -> None:
    released_sheet(world, "建施-01")
    [item] = items(world)
    assert act(world, "contractor", lambda tx: note_delivered(tx, world.project_id, [item.key])) == 1
    assert act(world, "contractor", lambda tx: note_delivered(tx, world.project_id, [item.key])) == 0
    assert states(world, "建施-01") == {**TWO, "contractor": "delivered"}
    opened = NoteOpened(world.project_id, item.key, item.sha256)
    assert act(world, "contractor", lambda tx: note_opened(tx, opened))
    assert not act(world, "contractor", lambda tx: note_opened(tx, opened))
    assert states(world, "建施-01") == {**TWO, "contractor": "opened"}
    assert [(f.kind, f.file_sha256) for f in facts(world)] == [("delivered", ""), ("opened", item.sha256)]


def test_an_objection_is_answered_and_then_confirmed(world: World) -> None:
    released_sheet(world, "建施-01")
    [item] = items(world)
    said = ObjectTo(world.project_id, item.key, item.sha256, "梁底标高与结施-03 不一致")
    with pytest.raises(Refused, match="receipt-reason-needed"):
        act(
            world,
            "contractor",
            lambda tx: object_to(tx, ObjectTo(world.project_id, item.key, item.sha256, " ")),
        )
    first = act(world, "contractor", lambda tx: object_to(tx, said))
    assert act(world, "contractor", lambda tx: object_to(tx, said)) == first
    assert states(world, "建施-01")["contractor"] == "objected"
    refused = confirm(world, "contractor", "建施-01").refused[item.key]
    assert refused.code == "state-conflict"
    with pytest.raises(Refused, match="forbidden"):
        act(world, "contractor", lambda tx: resolve_objection(tx, ResolveObjection(first, "按结施")))
    answer = ResolveObjection(first, "以结施-03 为准，下版更正")
    second = act(world, "lead", lambda tx: resolve_objection(tx, answer))
    assert act(world, "lead", lambda tx: resolve_objection(tx, answer)) == second
    assert states(world, "建施-01")["contractor"] == "resolved"
    assert confirm(world, "contractor", "建施-01").is_clean
    assert [f.turn for f in facts(world)] == [1, 2, 3]
    # What was confirmed may turn out to be wrong.
    act(world, "contractor", lambda tx: object_to(tx, said))
    assert states(world, "建施-01")["contractor"] == "objected"


def test_who_has_no_authority_confirms_nothing_and_strangers_learn_nothing(world: World) -> None:
    released_sheet(world, "建施-01")
    sent = shown(world)
    for who in ("authority", "reviewer", "investigator", "checker"):
        with pytest.raises(Refused, match="receipt-no-party"):
            confirm_sent(world, who, sent)
    with pytest.raises(Refused, match="not-found"):
        confirm_sent(world, "stranger", sent)
    # Another party's name does not help: the right is for one's own.
    refused = confirm_sent(world, "contractor", sent, party=world.parties["supervisor"]).refused
    assert refused[sent[0].key].code == "forbidden"
    assert states(world, "建施-01") == TWO


def test_scopes_of_seats_decide_what_a_party_must_confirm(world: World) -> None:
    """A subcontractor for structure alone, and one that nobody was seated for."""
    released_sheet(world, "建施-01")
    policy = Policy(confirm_roles=("contractor", "subcontractor"))
    set_policy(world, policy)
    firm = world.organisations["testing" if "testing" in world.organisations else "authority"]
    party = act(
        world,
        "owner",
        lambda tx: join_party(tx, JoinParty(world.project_id, firm, PartyRole.SUBCONTRACTOR, "机电")),
    )
    # Nobody is seated: its scope is not known, so it counts, and the page says that nobody can confirm.
    assert states(world, "建施-01") == {"contractor": "pending", "subcontractor": "pending"}
    assert confirm(world, "contractor").is_clean
    with world.database.read() as session:
        answer = may_build(session, items(world)[0].places[0].sheet_id, world.database.clock.now())
    assert not answer.is_complete
    assert ["未设席位" in r.zh for r in answer.reasons] == [True]
    scope = Scope(
        all_buildings=True, buildings=frozenset(), all_disciplines=False, disciplines=frozenset({"struct"})
    )
    give = GiveSeat(party, world.people["authority"], SeatRole.DOCUMENT_CLERK, scope)
    seat = act(world, "owner", lambda tx: give_seat(tx, give))
    assert states(world, "建施-01") == {"contractor": "confirmed"}
    with world.database.read() as session:
        version = session.get_one(Seat, seat).version
    act(world, "owner", lambda tx: end_seat(tx, EndSeat(seat, version)))
    assert states(world, "建施-01")["subcontractor"] == "pending"


def test_a_slip_is_confirmed_by_a_seat_that_covers_all_its_sheets(world: World) -> None:
    change = new_id()
    for number, discipline in (("建施-01", "arch"), ("结施-01", "struct")):
        slip(world, sheet_of(world, _released(world, number, discipline)), change)
    narrow = Scope(
        all_buildings=True, buildings=frozenset(), all_disciplines=False, disciplines=frozenset({"arch"})
    )
    newcomer(world, "arch_clerk", "contractor", SeatRole.DOCUMENT_CLERK, narrow)
    [sent] = shown(world, "设变-001")
    refused = confirm_sent(world, "arch_clerk", [sent]).refused[sent.key]
    assert refused.code == "receipt-scope-short"
    assert confirm_sent(world, "contractor", [sent]).is_clean
    [arch] = shown(world, "建施-01")
    assert confirm_sent(world, "arch_clerk", [arch]).is_clean
    [struct] = shown(world, "结施-01")
    assert confirm_sent(world, "arch_clerk", [struct]).refused[struct.key].code == "not-found"


def test_the_term_runs_in_working_days_and_starts_anew_after_an_answer(
    world: World, clock: SteppedClock
) -> None:
    released_sheet(world, "建施-01")
    due = matrix(world).rows[0].cells[0].due
    assert due is not None
    while clock.now().date() < due:
        clock.advance(timedelta(days=1))
    assert states(world, "建施-01")["contractor"] == "pending"
    clock.advance(timedelta(days=1))
    assert states(world, "建施-01") == {"contractor": "overdue", "supervisor": "overdue"}
    [item] = items(world)
    said = act(
        world,
        "contractor",
        lambda tx: object_to(tx, ObjectTo(world.project_id, item.key, item.sha256, "缺剖面")),
    )
    assert states(world, "建施-01")["contractor"] == "objected"
    act(world, "lead", lambda tx: resolve_objection(tx, ResolveObjection(said, "见详图")))
    assert states(world, "建施-01")["contractor"] == "resolved"
    assert confirm(world, "supervisor").is_clean
    assert states(world, "建施-01")["supervisor"] == "confirmed"


@pytest.mark.parametrize("confirm_first", [True, False])
def test_for_construction_only_when_confirmed_where_the_policy_says_so(
    world: World, *, confirm_first: bool
) -> None:
    sheet = sheet_of(world, released_sheet(world, "建施-01"))
    slip(world, sheet, new_id())
    set_policy(world, Policy(confirm_first=confirm_first))

    def answer() -> tuple[int, int, bool]:
        with world.database.read() as session:
            found = may_build(session, sheet, world.database.clock.now())
        return found.confirmed, found.needed, found.is_for_construction

    assert answer() == (0, 4, not confirm_first)
    assert confirm(world, "contractor").is_clean
    assert answer() == (2, 4, not confirm_first)
    assert confirm(world, "supervisor").is_clean
    assert answer() == (4, 4, True)
    slip(world, sheet, new_id(), "设变-002")
    assert answer() == (4, 6, not confirm_first)


def test_items_of_a_sheet_are_those_of_the_whole_set(world: World) -> None:
    first, second = (sheet_of(world, released_sheet(world, n)) for n in ("建施-01", "建施-02"))
    one, other = new_id(), new_id()
    slip(world, first, one)
    slip(world, second, one)
    slip(world, second, other, "设变-002")
    whole = {item.key: item for item in items(world)}
    with world.database.read() as session:
        for sheet in (first, second):
            for item in items_of_sheet(session, sheet, world.database.clock.now()):
                assert item == whole[item.key]
        now = world.database.clock.now()
        assert len(items_of_sheet(session, first, now)) == 2
        assert len(items_of_sheet(session, second, now)) == 3


def _released(world: World, number: str, discipline: str) -> str:
    revision = take_in(world, Upload([page_fields(number, discipline=discipline)])).revision()
    advance(world, [revision], "released")
    return revision
