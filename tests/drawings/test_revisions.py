"""Signatures, rounds, freezing, release and cancellation, through the real acts."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.access.actions import GiveSeat, give_seat
from app.access.queries import rights_of
from app.access.rules import SeatRole
from app.accounts.actions import CreatePerson, create_person
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    issue_revisions,
    send_to_checking,
    sign_revisions,
)
from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.sheets import revision_for
from app.drawings.queries.waiting import next_steps
from app.drawings.rules import SignatureRole as Sign
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ledger.models import LedgerEntry
from app.kernel.outbox import Job
from app.kernel.policy import Scope
from app.projects.actions import EVERYWHERE
from app.projects.rules import Policy, ReviewMode
from app.record.queries import Instants, in_force
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from tests.drawings.sheets import Upload, advance, page_fields, released_sheet, take_in
from tests.world import World, make_world


def _draft(world: World, number: str = "建施-01", **more: object) -> str:
    return take_in(world, Upload([page_fields(number)]), **more).revision()  # type: ignore[arg-type]


def _sign(world: World, who: str, revision: str, role: Sign, **more: object) -> str:
    command = SignRevisions(world.project_id, [revision], role, **more)  # type: ignore[arg-type]
    with world.database.write(world.actor(who)) as tx:
        report = sign_revisions(tx, command)
    return "done" if report.is_clean else report.refused[revision].code


def _issue(world: World, revision: str) -> str:
    with world.database.write(world.actor("approver")) as tx:
        report = issue_revisions(tx, MoveRevisions(world.project_id, [revision], ""))
    return "done" if report.is_clean else report.refused[revision].code


def _seat_too(world: World, name: str, *roles: SeatRole) -> None:
    with world.database.write(world.actor("owner")) as tx:
        for role in roles:
            give_seat(tx, GiveSeat(world.parties["designer"], world.people[name], role, EVERYWHERE))


def _row(database: Database, revision: str) -> SheetRevision:
    with database.read() as session:
        return session.get_one(SheetRevision, revision)


def _in_force(database: Database, revision: str, *, later: timedelta = timedelta()) -> Any:
    with database.read() as session:
        now = database.clock.now() + later
        return in_force(session, _row(database, revision).sheet_id, Instants(now, now, is_now=True))


def test_drafter_checker_verifier_and_approver_are_four_people(database: Database):
    world = make_world(database)
    for name in ("designer", "checker", "verifier"):
        _seat_too(world, name, SeatRole.CHECKER, SeatRole.VERIFIER, SeatRole.APPROVER)
    revision = _draft(world)
    advance(world, [revision], "checking")
    for role in (Sign.CHECKER, Sign.VERIFIER, Sign.APPROVER):
        assert _sign(world, "designer", revision, role) == "same-person"
    assert _sign(world, "checker", revision, Sign.CHECKER) == "done"
    for role in (Sign.VERIFIER, Sign.APPROVER):
        assert _sign(world, "checker", revision, role) == "same-person"
    assert _sign(world, "verifier", revision, Sign.VERIFIER) == "done"
    assert _sign(world, "verifier", revision, Sign.APPROVER) == "same-person"
    assert _sign(world, "approver", revision, Sign.APPROVER) == "done"
    assert _issue(world, revision) == "done"


def test_whoever_put_a_file_into_the_draft_is_its_drafter_too(database: Database):
    world = make_world(database)
    _seat_too(world, "lead", SeatRole.CHECKER)
    first = _draft(world)
    second = take_in(world, Upload([page_fields("建施-01")]), who="lead").revision()
    assert first == second
    advance(world, [first], "checking")
    assert _sign(world, "lead", first, Sign.CHECKER) == "same-person"
    assert _sign(world, "checker", first, Sign.CHECKER) == "done"


def test_signatures_come_in_their_order_and_once(database: Database):
    world = make_world(database)
    revision = _draft(world)
    assert _sign(world, "checker", revision, Sign.CHECKER) == "state-conflict"
    advance(world, [revision], "checking")
    assert _sign(world, "verifier", revision, Sign.VERIFIER) == "signing-order"
    assert _sign(world, "approver", revision, Sign.APPROVER) == "signing-order"
    assert _issue(world, revision) == "guard-failed"
    assert _sign(world, "checker", revision, Sign.CHECKER) == "done"
    assert _sign(world, "checker", revision, Sign.CHECKER) == "already-signed"
    assert _sign(world, "verifier", revision, Sign.CHECKER) == "forbidden"


def test_a_rejection_needs_a_reason_and_ends_its_round(database: Database):
    world = make_world(database)
    revision = _draft(world)
    advance(world, [revision], "checking")
    assert _sign(world, "checker", revision, Sign.CHECKER) == "done"
    with pytest.raises(Refused) as refused:
        _sign(world, "verifier", revision, Sign.VERIFIER, is_rejection=True, comment="  ")
    assert refused.value.code == "comment-needed"
    assert _sign(world, "verifier", revision, Sign.VERIFIER, is_rejection=True, comment="轴线有误") == "done"
    assert _row(database, revision).state == "draft"
    advance(world, [revision], "checking")
    assert _sign(world, "verifier", revision, Sign.VERIFIER) == "signing-order"
    for who, role in (("checker", Sign.CHECKER), ("verifier", Sign.VERIFIER), ("approver", Sign.APPROVER)):
        assert _sign(world, who, revision, role) == "done"
    with database.read() as session:
        rights = rights_of(session, world.actor("designer"), database.clock.now())
        _, view = revision_for(session, rights, revision)
    told = [(s.round, s.role, s.decision) for s in view.signatures]
    assert told[:2] == [(1, "checker", "signed"), (1, "verifier", "rejected")]
    assert [r for r, _, _ in told[2:]] == [2, 2, 2]
    assert _issue(world, revision) == "done"


def test_co_signatures_are_asked_of_the_other_disciplines(database: Database):
    world = make_world(database, policy=Policy(cosign_disciplines=("arch", "struct")))
    _seat_too(world, "lead", SeatRole.COSIGNER)
    revision = _draft(world)
    advance(world, [revision], "signed")
    assert _issue(world, revision) == "guard-failed"
    for wrong in ("", "no such", "x" * 40):
        with pytest.raises(Refused):
            _sign(world, "lead", revision, Sign.COSIGNER, discipline=wrong)
    assert _sign(world, "lead", revision, Sign.COSIGNER, discipline="struct") == "done"
    assert _sign(world, "lead", revision, Sign.COSIGNER, discipline="struct") == "already-signed"
    assert _issue(world, revision) == "done"


def test_who_co_signs_for_his_discipline_sees_and_signs_the_sheets_of_the_others(database: Database):
    world = make_world(database, policy=Policy(cosign_disciplines=("struct", "elec")))
    narrow = Scope(
        all_buildings=True, buildings=frozenset(), all_disciplines=False, disciplines=frozenset({"struct"})
    )
    with database.write(SYSTEM) as tx:
        firm = world.organisations["designer"]
        world.people["structural"] = create_person(tx, CreatePerson("结构", "structural", None, firm))
    with database.write(world.actor("owner")) as tx:
        seat = GiveSeat(world.parties["designer"], world.people["structural"], SeatRole.COSIGNER, narrow)
        give_seat(tx, seat)
    revision = _draft(world)
    assert _sign(world, "structural", revision, Sign.COSIGNER, discipline="struct") == "not-found", "a draft"
    advance(world, [revision], "checking")
    assert _sign(world, "structural", revision, Sign.COSIGNER, discipline="elec") == "forbidden"
    assert _waiting(world, "structural") == {revision: {"cosigner"}}
    assert _sign(world, "structural", revision, Sign.COSIGNER, discipline="struct") == "done"
    assert _waiting(world, "structural") == {revision: set()}


def _waiting(world: World, who: str) -> dict[str, set[str]]:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return {k: set(v) for k, v in next_steps(session, rights, world.project_id).items()}


def test_a_revision_in_checking_waits_for_one_signature_after_the_other_then_for_issue(database: Database):
    world = make_world(database)
    _seat_too(world, "checker", SeatRole.VERIFIER)
    revision = _draft(world)
    assert _waiting(world, "checker") == {}
    advance(world, [revision], "checking")
    assert _waiting(world, "checker") == {revision: {"checker"}}
    assert _waiting(world, "designer") == {revision: set()}, "who drafted it is not asked"
    _sign(world, "checker", revision, Sign.CHECKER)
    assert _waiting(world, "checker") == {revision: set()}, "the checker may not verify his own check"
    assert _waiting(world, "verifier") == {revision: {"verifier"}}
    _sign(world, "verifier", revision, Sign.VERIFIER)
    _sign(world, "approver", revision, Sign.APPROVER)
    assert _waiting(world, "approver") == {revision: {"issue"}}
    _issue(world, revision)
    assert _waiting(world, "approver") == {}


def test_the_hash_frozen_at_issue_never_changes_and_its_manifest_is_asked_for_once(database: Database):
    world = make_world(database)
    revision = take_in(world, Upload([page_fields("建施-01")], content="bytes")).revision()
    assert _row(database, revision).base_sha256 is None
    advance(world, [revision], "issued")
    frozen = _row(database, revision)
    with database.read() as session:
        (published,) = session.execute(sa.text("select sha256 from renditions")).scalars()
        jobs = session.scalars(sa.select(Job).where(Job.kind == "write_record_manifest")).all()
    assert frozen.base_sha256 == published
    assert [j.payload for j in jobs] == [{"revision_id": revision}]
    take_in(world, Upload([page_fields("建施-01")], content="other bytes"))
    with database.write(world.actor("owner")) as tx:
        assert release_revisions(tx, ReleaseRevisions(world.project_id, [revision])).is_clean
    after = _row(database, revision)
    assert (after.base_sha256, after.frozen_at) == (frozen.base_sha256, frozen.frozen_at)
    with database.read() as session:
        entries = session.scalars(sa.select(LedgerEntry).where(LedgerEntry.type == "revision.released")).all()
    assert published.encode() in entries[0].body


def test_the_newer_release_takes_over_and_the_older_stays_on_record(database: Database):
    world = make_world(database)
    first = released_sheet(world)
    between = database.clock.now()
    second = released_sheet(world)
    assert first != second
    assert _in_force(database, first).revision_id == second
    with database.read() as session:
        at = Instants(between, database.clock.now(), is_now=True)
        assert in_force(session, _row(database, first).sheet_id, at).revision_id == first


def test_a_release_in_the_past_needs_a_reason_and_is_marked(database: Database):
    world = make_world(database)
    revision = _draft(world)
    advance(world, [revision], "issued")
    past = database.clock.now() - timedelta(days=3)
    with pytest.raises(Refused) as refused:
        advance_release(world, revision, past, "")
    assert refused.value.code == "backdating-reason-needed"
    advance_release(world, revision, past, "系统停电补记")
    answer = _in_force(database, revision)
    assert (answer.is_backdated, answer.effective_at, answer.reason) == (True, past, "系统停电补记")


def advance_release(world: World, revision: str, at, reason: str) -> None:
    with world.database.write(world.actor("owner")) as tx:
        report = release_revisions(tx, ReleaseRevisions(world.project_id, [revision], at, reason))
        for refusal in report.refused.values():
            raise refusal


def test_a_release_for_tomorrow_is_not_yet_in_force(database: Database):
    world = make_world(database)
    revision = _draft(world)
    advance(world, [revision], "released", effective_at=database.clock.now() + timedelta(days=1))
    assert _in_force(database, revision) is None
    assert _in_force(database, revision, later=timedelta(days=2)).revision_id == revision


def test_an_older_revision_cannot_follow_a_newer_one(database: Database):
    world = make_world(database)
    first = _draft(world)
    advance(world, [first], "issued")
    second = released_sheet(world)
    assert _row(database, second).rev_seq == 2
    with pytest.raises(Refused) as refused:
        advance_release(world, first, None, "")
    assert refused.value.code == "guard-failed"


@pytest.mark.parametrize("mode", [ReviewMode.AGENCY, ReviewMode.JOINT])
def test_what_must_be_reviewed_first_cannot_be_released_directly(database: Database, mode: ReviewMode):
    world = make_world(database, policy=Policy(review_mode=mode))
    revision = _draft(world)
    with pytest.raises(Refused) as refused:
        advance(world, [revision], "released")
    assert refused.value.code == "guard-failed"
    assert _row(database, revision).state == "issued"


def test_a_cancelled_sheet_keeps_its_number(database: Database):
    world = make_world(database)
    revision = released_sheet(world)
    with pytest.raises(Refused) as refused:
        _cancel(world, revision, " ")
    assert refused.value.code == "cancel-basis-needed"
    _cancel(world, revision, "变更 7")
    assert _in_force(database, revision).is_void
    assert _row(database, revision).base_sha256 is not None
    taken = take_in(world, Upload([page_fields("建施-01")]))
    assert [r.code for r in taken.report.refused.values()] == ["number-reserved"]


def _cancel(world: World, revision: str, basis: str) -> None:
    with world.database.write(world.actor("owner")) as tx:
        report = cancel_sheets(tx, CancelSheets(world.project_id, [revision, revision], basis))
        for refusal in report.refused.values():
            raise refusal


def test_cancelling_by_an_older_revision_does_not_take_the_newer_one_out_of_force(database: Database):
    world = make_world(database)
    first, second = released_sheet(world), released_sheet(world)
    with pytest.raises(Refused) as refused:
        _cancel(world, first, "变更 7")
    assert refused.value.code == "not-newest-release"
    assert _in_force(database, first).revision_id == second


def test_a_refused_row_leaves_the_others_alone(database: Database):
    world = make_world(database)
    good, bad = (
        _draft(world, "A-1"),
        take_in(world, Upload([page_fields("A-2")], completeness="untrusted")).revision(),
    )
    move = MoveRevisions(world.project_id, [bad, good, "0" * 20], "")
    with database.write(world.actor("designer")) as tx:
        report = send_to_checking(tx, move)
    assert report.done == [good]
    assert {i: r.code for i, r in report.refused.items()} == {bad: "guard-failed", "0" * 20: "not-found"}
    assert (_row(database, good).state, _row(database, bad).state) == ("checking", "draft")


def test_a_withdrawn_revision_makes_room_for_the_next(database: Database):
    from app.drawings.actions.revisions import withdraw_revisions  # noqa: PLC0415

    world = make_world(database)
    first = _draft(world)
    with database.write(world.actor("designer")) as tx:
        assert withdraw_revisions(tx, MoveRevisions(world.project_id, [first], "")).is_clean
    second = _draft(world)
    assert (_row(database, first).state, _row(database, second).rev_seq) == ("withdrawn", 2)
    with database.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Sheet)).scalar_one() == 1
