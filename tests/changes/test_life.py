"""Change documents through their life: guards, effects on what is in force, ends, absorption, emergencies."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.access.rules import PartyRole, SeatRole
from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.files import StoredFile, add_file
from app.changes.actions.items import AdoptItem, adopt_item
from app.changes.actions.proposals import EditChange, Ending, edit_change
from app.changes.actions.steps import AgreeCosts, agree_costs
from app.changes.actions.words import GiveWord, give_word
from app.changes.models import ChangeStep
from app.changes.rules import ChangeKind, ChangeState, External, FileKind, Flag, WordKind
from app.drawings.models import SheetRevision
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import Refused
from app.kernel.policy import Scope
from app.projects.rules import Policy
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from tests.changes import papers as p
from tests.drawings.sheets import Upload, advance, digests, page_fields, take_in
from tests.review.cases import act, issued
from tests.world import World, make_world

C = ChangeState


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


def released(world: World, *numbers: str) -> list[str]:
    """Released revisions of new sheets, or newer ones of known sheets."""
    found = issued(world, *numbers)
    release(world, *found)
    return found


def release(world: World, *revisions: str, **more: object) -> None:
    command = ReleaseRevisions(world.project_id, revisions, **more)  # type: ignore[arg-type]
    report = act(world, "owner", lambda tx: release_revisions(tx, command))
    assert not report.refused, {k: str(r) for k, r in report.refused.items()}


def test_a_general_change_goes_from_proposal_to_the_as_built(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.effective(world, sheet)
    row = p.change_of(world, change)
    assert (row.number, row.state) == ("设变-建筑-001", C.EFFECTIVE)
    assert row.content_sha256 is not None
    assert p.standing(world, sheet) == ("设变-建筑-001",)
    force = p.force_of(world, sheet)
    assert force is not None
    assert force.slips[0].regions == {
        "boxes": [list(p.BOX)], "action": "modify", "title": "窗洞移位 300", "kind": "design_change"
    }  # fmt: skip
    p.step(world, change, "implement")
    p.step(world, change, "verify")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "incorporate")
    place = IncorporateChange(change, {force.sheet_id: "竣工图 建竣-01，C3 区"})
    act(world, "contractor", lambda tx: state_incorporation(tx, place))
    p.step(world, change, "incorporate")
    assert p.state_of(world, change) == C.INCORPORATED
    assert p.standing(world, sheet) == ("设变-建筑-001",), "closed, and still what the sheet says"


def test_nothing_is_built_before_it_is_effective(world: World) -> None:
    """DOMAIN 2.4, hard guard: the contractor cannot mark implemented before effective."""
    (sheet,) = released(world, "建施-01")
    change = p.approved(world, sheet)
    with pytest.raises(Refused, match="state-conflict"):
        p.step(world, change, "implement")
    assert p.standing(world, sheet) == ()


def test_a_major_change_takes_effect_only_after_its_review(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.designing(world, sheet)
    p.classed(world, change, Flag.MAJOR_REVIEW)
    p.step(world, change, "issue")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "approve")
    p.step(world, change, "send_review")
    p.step(world, change, "fail", "疏散宽度不足")
    p.classed(world, change, Flag.MAJOR_REVIEW)
    p.step(world, change, "issue")
    p.step(world, change, "send_review")
    p.step(world, change, "pass", "审变〔2026〕12 号")
    p.step(world, change, "approve")
    p.step(world, change, "countersign")
    assert p.standing(world, sheet) == ("设变-建筑-001",), "the number it got at its first issue stays"


def test_a_pass_is_for_what_was_reviewed(world: World) -> None:
    """What an agency passed counts for that content alone; the same holds for the three consents."""
    (sheet,) = released(world, "建施-01")
    change = p.designing(world, sheet)
    p.consent(world, change, "lead")
    p.consent(world, change, "owner")
    edit = EditChange(change, p.version_of(world, change), p.text(world, sheet, title="窗洞移位 600"))
    act(world, "designer", lambda tx: edit_change(tx, edit))
    p.consent(world, change, "supervisor")
    assert p.state_of(world, change) == C.DESIGNING, "two of the three agreed to something else"
    p.consent(world, change, "lead")
    p.consent(world, change, "owner")
    assert p.state_of(world, change) == C.EFFECTIVE


@pytest.mark.parametrize("asked", [True, False])
def test_a_fire_minor_change_needs_the_technical_reviewer_where_the_city_says_so(
    database: Database, asked: bool
) -> None:
    world = make_world(database, policy=Policy(change_fire_minor_reviewed=asked))
    (sheet,) = released(world, "建施-01")
    change = p.designing(world, sheet)
    p.classed(world, change, Flag.FIRE_MINOR)
    p.step(world, change, "issue")
    if not asked:
        with pytest.raises(Refused, match="change-guard-failed"):
            p.step(world, change, "send_review")
        p.step(world, change, "approve")
        return
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "approve")
    p.step(world, change, "send_review")
    p.step(world, change, "pass", "原审查人员复核确认")
    p.step(world, change, "approve")


def test_a_fire_major_change_waits_for_the_authority_too(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    p.join(world, PartyRole.FIRE_AUTHORITY, {"fire": SeatRole.INSPECTOR})
    change = p.designing(world, sheet)
    p.classed(world, change, Flag.FIRE_MAJOR)
    p.step(world, change, "issue")
    p.step(world, change, "send_review")
    p.step(world, change, "pass", "审变 13 号")
    with pytest.raises(Refused, match="change-guard-failed") as refused:
        p.step(world, change, "approve")
    assert "消防" in str(refused.value.message.zh)
    no = GiveWord(change, WordKind.AUTHORITY, is_yes=False, note="疏散距离超限", domain=External.FIRE)
    act(world, "fire", lambda tx: give_word(tx, no))
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "approve")
    yes = GiveWord(change, WordKind.AUTHORITY, is_yes=True, domain=External.FIRE)
    act(world, "fire", lambda tx: give_word(tx, yes))
    p.step(world, change, "approve")


def test_other_departments_approve_by_their_documents(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.designing(world, sheet)
    p.classed(world, change, Flag.GENERAL, externals=[External.PLANNING])
    p.step(world, change, "issue")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "approve")
    paper = StoredFile(
        FileKind.APPROVAL,
        "规划局复函",
        "规函 7 号",
        digests("letter"),
        "application/pdf",
        "a.pdf",
        External.PLANNING,
    )
    act(world, "owner_clerk", lambda tx: add_file(tx, change, paper))
    p.step(world, change, "approve")


def test_deepening_by_a_specialist_needs_the_lead_designer(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    party = p.join(world, PartyRole.SPECIALIST_DESIGNER, {"special": SeatRole.PROJECT_LEAD})
    change = p.proposed(world, sheet)
    p.step(world, change, "assess")
    p.step(world, change, "accept", who="owner", designer_id=party)
    p.classed(world, change, Flag.GENERAL, Flag.DEEPENING, who="special")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "issue", who="special")
    with pytest.raises(Refused, match="forbidden"):
        p.step(world, change, "issue", who="lead")
    word = GiveWord(change, WordKind.LEAD_DESIGNER, is_yes=True)
    act(world, "lead", lambda tx: give_word(tx, word))
    p.step(world, change, "issue", who="special")


def test_two_slips_and_a_reissue_that_absorbs_one(world: World) -> None:
    """DOMAIN 9, story 1: as-of before and after."""
    clock = world.database.clock
    (first,) = released(world, "建施-01")
    one, two = p.effective(world, first), p.effective(world, first)
    numbers = tuple(p.change_of(world, c).number for c in (one, two))
    before = clock.now()
    assert p.standing(world, first) == numbers
    (second,) = issued(world, "建施-01")
    act(world, "designer", lambda tx: tick_absorbed(tx, TickAbsorbed(second, {one: True})))
    assert p.standing(world, first) == numbers, "a tick alone changes nothing on site"
    release(world, second)
    force = p.force_of(world, second)
    assert force is not None
    assert force.revision_id == second
    assert p.standing(world, second) == numbers[1:]
    assert p.standing(world, second, as_of=before) == numbers
    act(world, "designer", lambda tx: tick_absorbed(tx, TickAbsorbed(second, {two: True})))
    assert p.standing(world, second) == ()
    with pytest.raises(Refused, match="change-not-absorbable"):
        act(world, "designer", lambda tx: tick_absorbed(tx, TickAbsorbed(second, {two: False})))


def test_a_change_is_written_for_a_revision_and_must_be_looked_at_when_another_is_in_force(
    world: World,
) -> None:
    (first,) = released(world, "建施-01")
    change = p.approved(world, first)
    (second,) = released(world, "建施-01")
    with pytest.raises(Refused, match="change-guard-failed") as refused:
        p.step(world, change, "countersign")
    assert "建施-01" in refused.value.message.zh
    assert p.standing(world, second) == ()


def test_superseding_and_cancelling(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    old, gone = p.effective(world, sheet), p.effective(world, sheet)
    ends = (Ending(old), Ending(gone, "cancelled", "已砌部分拆除"))
    new = p.effective(world, sheet, ends=ends)
    assert (p.state_of(world, old), p.state_of(world, gone)) == (C.SUPERSEDED, C.CANCELLED)
    assert p.standing(world, sheet) == (p.change_of(world, new).number,)
    with world.database.read() as session:
        notes = session.scalars(sa.select(ChangeStep.note).where(ChangeStep.change_id == old)).all()
    assert p.change_of(world, new).number in notes, "the ended one says by what"
    with pytest.raises(Refused, match="state-conflict"):
        p.step(world, old, "implement")
    again = p.approved(world, sheet, ends=(Ending(old),))
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, again, "countersign")


def test_an_emergency_is_in_effect_at_once_and_must_be_regularised(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.proposed(world, sheet)
    for who in ("supervisor", "lead"):
        p.consent(world, change, who)
        assert p.state_of(world, change) == C.PROPOSED
    p.consent(world, change, "owner")
    row = p.change_of(world, change)
    assert (row.state, row.is_emergency, row.regularised_at) == (C.EFFECTIVE, True, None)
    assert p.standing(world, sheet) == (row.number,)
    p.step(world, change, "implement")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "regularise")
    p.classed(world, change, Flag.GENERAL, who="lead")
    p.step(world, change, "regularise")
    assert p.change_of(world, change).regularised_at is not None


def test_an_emergency_of_a_change_with_the_designer_is_regularised_with_its_review(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.designing(world, sheet)
    for who in ("supervisor", "lead", "owner"):
        p.consent(world, change, who)
    p.step(world, change, "implement")
    p.step(world, change, "verify")
    p.classed(world, change, Flag.MAJOR_REVIEW, who="lead")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "regularise")
    p.step(world, change, "confirm_review", "补审 5 号")
    p.step(world, change, "regularise")
    assert p.change_of(world, change).regularised_at is not None
    force = p.force_of(world, sheet)
    assert force is not None
    place = IncorporateChange(change, {force.sheet_id: "建竣-01"})
    act(world, "contractor", lambda tx: state_incorporation(tx, place))
    p.step(world, change, "incorporate")


def test_backdating_needs_a_reason_and_stays_visible(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.approved(world, sheet)
    force = p.force_of(world, sheet)
    assert force is not None
    clock = world.database.clock
    assert isinstance(clock, SteppedClock)
    clock.advance(timedelta(hours=2))
    when = force.effective_at + timedelta(minutes=1)
    with pytest.raises(Refused, match="backdating-reason-needed"):
        p.step(world, change, "countersign", "", effective_at=when)
    p.step(world, change, "countersign", "当日口头同意，今日补记", effective_at=when)
    force = p.force_of(world, sheet, as_of=when)
    assert force is not None
    assert [s.is_backdated for s in force.slips] == [True]
    assert p.standing(world, sheet, as_of=when - timedelta(microseconds=1)) == ()


def test_a_reissue_stands_as_a_revision_not_as_a_slip(world: World) -> None:
    (first,) = released(world, "建施-01")
    (second,) = issued(world, "建施-01")
    change = p.approved(world, second, kind=ChangeKind.REISSUE, who="lead")
    with pytest.raises(Refused, match="change-guard-failed"):
        p.step(world, change, "countersign")
    release(world, second)
    p.step(world, change, "countersign")
    assert p.state_of(world, change) == C.EFFECTIVE
    assert p.standing(world, first) == ()
    assert p.change_of(world, change).number == "换图-建筑-001"


def test_slips_go_with_a_cancelled_sheet(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    p.effective(world, sheet)
    command = CancelSheets(world.project_id, [sheet], "图纸取消")
    act(world, "owner", lambda tx: cancel_sheets(tx, command))
    assert p.standing(world, sheet) == ()


def test_an_item_of_a_signed_record_is_in_effect_unless_it_must_be_drawn(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    designer = world.parties["designer"]

    def adopt(*, goes: bool) -> str:
        command = AdoptItem(
            world.project_id, p.text(world, sheet), "jdr:1", designer, "图纸会审记录 建筑 第 3 条", goes
        )

        def work(tx: Tx) -> str:
            from app.access.queries import rights_of  # noqa: PLC0415

            seat = rights_of(tx.session, tx.actor, tx.now).in_project(world.project_id)[0]
            return adopt_item(tx, command, seat)

        return act(world, "supervisor", work)

    at_once, later = adopt(goes=False), adopt(goes=True)
    assert (p.state_of(world, at_once), p.state_of(world, later)) == (C.EFFECTIVE, C.DESIGNING)
    assert p.standing(world, sheet) == ("会审-建筑-001",)
    p.classed(world, later, Flag.MAJOR_REVIEW)
    p.step(world, later, "issue")


def test_costs_are_the_owners_word(world: World) -> None:
    (sheet,) = released(world, "建施-01")
    change = p.effective(world, sheet)
    with pytest.raises(Refused, match="forbidden"):
        act(world, "contractor", lambda tx: agree_costs(tx, AgreeCosts(change, 120_000, 3)))
    act(world, "owner", lambda tx: agree_costs(tx, AgreeCosts(change, -120_000, 3)))
    assert p.change_of(world, change).cost_agreed == -120_000


def test_numbers_count_by_kind_and_discipline(world: World) -> None:
    arch, struct = released(world, "建施-01", "结施-01")
    found = [
        p.effective(world, arch),
        p.effective(world, arch),
        p.effective(world, struct, discipline="struct"),
        p.effective(world, arch, kind=ChangeKind.LIAISON),
    ]
    numbers = [p.change_of(world, c).number for c in found]
    assert numbers == ["设变-建筑-001", "设变-建筑-002", "设变-结构-001", "洽商-建筑-001"]


def test_a_sheet_that_is_not_ones_to_see_cannot_be_named(world: World) -> None:
    draft = take_in(world, Upload([page_fields("建施-09")])).revision()
    with pytest.raises(Refused, match="change-sheet-unknown"):
        p.proposed(world, draft)
    advance(world, [draft], "issued")
    with world.database.read() as session:
        assert session.get_one(SheetRevision, draft).state == "issued"
    with pytest.raises(Refused, match="change-sheet-unknown"):
        p.proposed(world, draft)


def test_a_change_that_one_does_not_see_cannot_be_ended(world: World) -> None:
    (arch,) = released(world, "建施-01")
    struct = take_in(world, Upload([page_fields("结施-01", discipline="struct")])).revision()
    advance(world, [struct], "issued")
    release(world, struct)
    hidden = p.effective(world, arch)
    narrow = Scope(True, frozenset(), False, frozenset({"struct"}))
    p.join(world, PartyRole.SUBCONTRACTOR, {"sub": SeatRole.SITE_TECH_LEAD}, scope=narrow)
    with pytest.raises(Refused, match="change-unknown"):
        p.proposed(world, struct, who="sub", discipline="struct", ends=(Ending(hidden),))
    p.proposed(world, struct, who="sub", discipline="struct")
