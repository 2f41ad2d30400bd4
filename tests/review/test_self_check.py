"""A design institute's self-check: the same rules over its own sheets, seen by it alone."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.files.derived import DerivedFiles
from app.jobs.handlers import HANDLERS, SLOW
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.outbox import Job, JobState
from app.review.actions.self_check import (
    SELF_CHECK,
    DropSelfFindings,
    ask_self_check,
    drop_self_findings,
    restore_self_findings,
)
from app.review.assist.flow import run_self_check
from app.review.library_models import ReviewFinding, SelfCheck
from app.review.models import ReviewOpinion
from app.review.queries.assist import AssistView
from app.review.queries.self_check import may_self_check, self_check_of
from storage.local import LocalStore
from tests.drawings.sheets import Upload, page_fields, take_in
from tests.review.assisted import POINTING, have_read
from tests.review.cases import act, in_first_review, issued, reviewed_world
from tests.world import World


@pytest.fixture
def derived(tmp_path: Path) -> DerivedFiles:
    """Where readings of files lie."""
    return DerivedFiles(LocalStore(tmp_path / "kept"))


def draft(world: World, number: str) -> str:
    """A draft of the designer's."""
    return take_in(world, Upload([page_fields(number)])).revision()


def run(world: World, derived: DerivedFiles, who: str = "designer") -> str:
    run_id = act(world, who, lambda tx: ask_self_check(tx, world.project_id))
    commit = run_self_check(world.database, derived, run_id)
    with world.database.write(SYSTEM) as tx:
        commit(tx)
        tx.session.execute(sa.update(Job).where(Job.kind == SELF_CHECK).values(state=JobState.DONE))
    return run_id


def look(world: World, who: str = "designer") -> AssistView:
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return self_check_of(session, rights, world.project_id)


def dangling(view: AssistView) -> list[tuple[str, str, str]]:
    """The finding that the text of :data:`POINTING` causes, on each sheet that has it."""
    rule = next(r for r in view.rules if r.rule.id == "callouts")
    return [(f.number, f.decision, f.id) for f in rule.findings]


def test_drafts_are_checked_and_each_finding_leads_to_its_sheet(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    assert look(world).newest is None
    with pytest.raises(Refused) as refused:
        act(world, "designer", lambda tx: ask_self_check(tx, world.project_id))
    assert refused.value.code == "nothing-to-self-check"
    revision = draft(world, "建施-01")
    have_read(world, derived, tmp_path, {revision: "A1"})
    run(world, derived)
    view = look(world, "checker")
    assert [(number, state) for number, state, _ in dangling(view)] == [("建施-01", "open")]
    (found,) = next(r for r in view.rules if r.rule.id == "callouts").findings
    assert (found.revision_id, found.region[1]) == (revision, POINTING.y0)
    assert not view.is_stale
    draft(world, "建施-02")
    assert look(world).is_stale  # the new sheet was not looked at
    assert SELF_CHECK in SLOW
    assert SELF_CHECK in HANDLERS


def test_what_is_with_the_agency_is_not_checked_again(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    submitted, own = issued(world, "建施-01", "建施-02")
    in_first_review(world, [submitted])
    have_read(world, derived, tmp_path, {submitted: "A1", own: "A1"})
    run(world, derived)
    assert [number for number, _, _ in dangling(look(world))] == ["建施-02"]


def test_nobody_else_sees_it_and_nothing_of_it_reaches_a_case(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    submitted, own = issued(world, "建施-01", "建施-02")
    have_read(world, derived, tmp_path, {own: "A1"})
    in_first_review(world, [submitted])
    run(world, derived)
    for who, code in (("owner", "forbidden"), ("reviewer", "forbidden"), ("stranger", "not-found")):
        with pytest.raises(Refused) as refused:
            look(world, who)
        assert refused.value.code == code
        with pytest.raises(Refused):
            act(world, who, lambda tx: ask_self_check(tx, world.project_id))
    with database.read() as session:
        assert session.scalars(sa.select(ReviewFinding.id)).all() == []
        assert session.scalars(sa.select(ReviewOpinion.id)).all() == []
        for who, may in (("approver", True), ("owner", False), ("reviewer", False)):
            rights = rights_of(session, world.actor(who), database.clock.now())
            assert may_self_check(rights, world.project_id) is may


def test_what_was_dropped_stays_dropped_in_later_runs_until_it_is_restored(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    have_read(world, derived, tmp_path, {draft(world, "建施-01"): "A1"})
    run(world, derived)
    ((_, _, key),) = dangling(look(world))
    command = DropSelfFindings(world.project_id, [key, "0" * 64])
    assert act(world, "lead", lambda tx: drop_self_findings(tx, command)) == [key]
    assert act(world, "lead", lambda tx: drop_self_findings(tx, command)) == []
    run(world, derived)
    assert [state for _, state, _ in dangling(look(world))] == ["dropped"]
    with database.read() as session:
        assert len(session.scalars(sa.select(SelfCheck.id)).all()) == 1  # the run before is forgotten
    assert act(world, "lead", lambda tx: restore_self_findings(tx, command)) == [key]
    assert [state for _, state, _ in dangling(look(world))] == ["open"]


def test_asking_twice_is_one_run(database: Database):
    world = reviewed_world(database)
    draft(world, "建施-01")
    first = act(world, "designer", lambda tx: ask_self_check(tx, world.project_id))
    assert act(world, "lead", lambda tx: ask_self_check(tx, world.project_id)) == first
    assert look(world).is_running
