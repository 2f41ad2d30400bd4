"""Running the assisted rules over a case, and deciding what they found."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.bootstrap import CHAPTERS
from app.files.derived import DerivedFiles
from app.jobs.handlers import HANDLERS, SLOW
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.outbox import Job, JobState
from app.record.audit import audit_register
from app.review.actions.assist import (
    ASSIST,
    DecideFindings,
    accept_findings,
    ask_run,
    drop_findings,
    restore_findings,
)
from app.review.assist.flow import run_assist
from app.review.library_models import ReviewFinding, ReviewRun
from app.review.models import OpinionPlace, ReviewOpinion, ReviewSubmission
from app.review.queries.assist import AssistView, FindingView, assist_of
from storage.local import LocalStore
from tests.review.assisted import POINTING, have_read
from tests.review.cases import (
    act,
    in_first_review,
    issued,
    plainly,
    prepared,
    reviewed_world,
    sheet_of,
    submitted,
)
from tests.world import World


@pytest.fixture
def derived(tmp_path: Path) -> DerivedFiles:
    """Where readings of files lie."""
    return DerivedFiles(LocalStore(tmp_path / "kept"))


def run(world: World, derived: DerivedFiles, case_id: str, who: str = "reviewer") -> str:
    """Ask, work, commit; as the worker does."""
    run_id = act(world, who, lambda tx: ask_run(tx, case_id))
    commit = run_assist(world.database, derived, run_id)
    with world.database.write(SYSTEM) as tx:
        commit(tx)
        tx.session.execute(sa.update(Job).where(Job.kind == ASSIST).values(state=JobState.DONE))
    return run_id


def look(world: World, case_id: str, who: str = "reviewer") -> AssistView:
    """The assisted review as a person sees it."""
    with world.database.read() as session:
        rights = rights_of(session, world.actor(who), world.database.clock.now())
        return assist_of(session, rights, case_id)


def findings(view: AssistView) -> dict[tuple[str, str], FindingView]:
    """By rule and sheet's number."""
    return {(f.rule, f.number): f for rule in view.rules for f in rule.findings}


def test_a_run_judges_what_was_read_and_says_what_was_not(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database, review_rules_off=("scale",))
    first, second = issued(world, "建施-01", "建施-02")
    have_read(world, derived, tmp_path, {first: "A1"})
    case_id = in_first_review(world, [first, second])
    assert look(world, case_id).newest is None
    run(world, derived, case_id)
    view = look(world, case_id)
    by_rule = {r.rule.id: r for r in view.rules}
    assert by_rule["paper-size"].verdict == "cannot_judge"
    assert by_rule["paper-size"].counts == {"pass": 1, "finding": 0, "cannot_judge": 1}
    assert by_rule["scale"].verdict == "off"
    assert by_rule["seals"].verdict == "cannot_judge"
    (dangling,) = by_rule["callouts"].findings
    assert (dangling.number, dangling.decision) == ("建施-01", "open")
    assert dangling.region[1] == POINTING.y0
    assert "建施-09" in dangling.fact.zh
    (unread,) = by_rule["callouts"].unjudged
    assert unread.sheets == ((sheet_of(world, second), second, "建施-02"),)
    assert not view.is_running
    assert not view.is_stale


def test_a_run_is_one_job_and_its_answer_is_written_once(database: Database, derived: DerivedFiles):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    run_id = act(world, "reviewer", lambda tx: ask_run(tx, case_id))
    assert act(world, "review_lead", lambda tx: ask_run(tx, case_id)) == run_id
    assert look(world, case_id).is_running
    commits = [run_assist(database, derived, run_id), run_assist(database, derived, run_id)]
    for commit in commits:  # a worker that was taken for dead comes second
        with database.write(SYSTEM) as tx:
            commit(tx)
    with database.read() as session:
        jobs = session.scalars(sa.select(Job).where(Job.kind == ASSIST)).all()
        keys = session.scalars(sa.select(ReviewFinding.key).where(ReviewFinding.run_id == run_id)).all()
        assert [j.payload for j in jobs] == [{"run": run_id}]
        assert len(keys) == len(set(keys)) > 0
    assert ASSIST in SLOW
    assert ASSIST in HANDLERS


def test_a_run_that_broke_off_says_so_and_may_be_asked_again(database: Database, derived: DerivedFiles):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    run_id = act(world, "reviewer", lambda tx: ask_run(tx, case_id))
    with database.plumbing() as session:
        session.execute(sa.update(Job).where(Job.kind == ASSIST).values(state=JobState.DEAD))
    view = look(world, case_id)
    assert view.newest is not None
    assert view.newest.is_broken
    assert not view.is_running
    assert run(world, derived, case_id) != run_id
    assert look(world, case_id).shown is not None


def test_accepted_findings_become_draft_opinions_with_their_place(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    have_read(world, derived, tmp_path, {revision: ""})
    case_id = in_first_review(world, [revision])
    run(world, derived, case_id)
    dangling = findings(look(world, case_id))["callouts", "建施-01"]
    command = DecideFindings(case_id, [dangling.id])
    report = act(world, "reviewer", lambda tx: accept_findings(tx, command))
    assert report.done == [dangling.id]
    with database.read() as session:
        opinion = session.scalars(sa.select(ReviewOpinion)).one()
        assert (opinion.origin, opinion.state, opinion.discipline) == ("rule:callouts", "draft", "arch")
        assert (opinion.standard_no, opinion.clause_no) == ("GB/T 50001-2017", "7.1")
        assert (opinion.basis, opinion.severity) == ("general_clause", "must_fix")
        assert opinion.fact == dangling.fact.zh
        place = session.scalars(sa.select(OpinionPlace)).one()
        assert (place.sheet_id, tuple(place.region)) == (dangling.sheet_id, dangling.region)
        assert list(audit_register(session, CHAPTERS)) == []
    again = act(world, "reviewer", lambda tx: accept_findings(tx, command))
    assert again.refused[dangling.id].code == "finding-decided"
    accepted = findings(look(world, case_id))["callouts", "建施-01"]
    assert (accepted.decision, accepted.opinion) == ("accepted", 1)


def test_equal_findings_become_one_opinion_on_many_sheets(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    revisions = issued(world, "建施-01", "建施-02")
    have_read(world, derived, tmp_path, dict.fromkeys(revisions, "A1"))
    case_id = in_first_review(world, revisions)
    run(world, derived, case_id)
    both = [f.id for (rule, _), f in findings(look(world, case_id)).items() if rule == "callouts"]
    command = DecideFindings(case_id, both, "en", is_together=True)
    report = act(world, "reviewer", lambda tx: accept_findings(tx, command))
    assert sorted(report.done) == sorted(both)
    with database.read() as session:
        opinion = session.scalars(sa.select(ReviewOpinion)).one()
        assert "points to sheet" in opinion.fact
        assert len(session.scalars(sa.select(OpinionPlace)).all()) == 2


def test_what_was_dropped_stays_dropped_in_later_runs_until_it_is_restored(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    have_read(world, derived, tmp_path, {revision: ""})
    case_id = in_first_review(world, [revision])
    run(world, derived, case_id)
    paper = findings(look(world, case_id))["paper-size", "建施-01"]
    command = DecideFindings(case_id, [paper.id])
    assert act(world, "reviewer", lambda tx: drop_findings(tx, command)).done == [paper.id]
    run(world, derived, case_id)
    later = findings(look(world, case_id))["paper-size", "建施-01"]
    assert later.id != paper.id
    assert (later.decision, later.decided_by) == ("dropped", "reviewer")
    restore = DecideFindings(case_id, [later.id])
    assert act(world, "review_lead", lambda tx: restore_findings(tx, restore)).done == [later.id]
    run(world, derived, case_id)
    assert findings(look(world, case_id))["paper-size", "建施-01"].decision == "open"


def test_who_may_run_and_decide(database: Database, derived: DerivedFiles, tmp_path: Path):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    have_read(world, derived, tmp_path, {revision: ""})
    case_id = in_first_review(world, [revision])
    run(world, derived, case_id, who="review_lead")
    paper = findings(look(world, case_id, "review_lead"))["paper-size", "建施-01"]
    command = DecideFindings(case_id, [paper.id])
    for who, code in (("lead", "forbidden"), ("owner", "forbidden"), ("stranger", "not-found")):
        for work in (ask_run, drop_findings, restore_findings, accept_findings):
            asked = case_id if work is ask_run else command
            with pytest.raises(Refused, match=code):
                act(world, who, lambda tx, work=work, asked=asked: work(tx, asked))
        with pytest.raises(Refused, match="not-found"):
            look(world, case_id, who)
    report = act(world, "review_lead", lambda tx: accept_findings(tx, command))
    assert report.refused[paper.id].code == "not-your-discipline"
    foreign = DecideFindings(case_id, ["0" * 20])
    report = act(world, "reviewer", lambda tx: drop_findings(tx, foreign))
    assert report.refused["0" * 20].code == "not-found"


def test_findings_are_accepted_only_while_opinions_are_written(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    have_read(world, derived, tmp_path, {revision: ""})
    waiting = prepared(world)
    with pytest.raises(Refused, match="no-sheets-to-assist"):
        act(world, "reviewer", lambda tx: ask_run(tx, waiting))
    case_id = submitted(world, [revision])
    run(world, derived, case_id)
    paper = findings(look(world, case_id))["paper-size", "建施-01"]
    plainly(world, case_id, "start_intake")
    command = DecideFindings(case_id, [paper.id])
    report = act(world, "reviewer", lambda tx: accept_findings(tx, command))
    assert report.refused[paper.id].code in ("not-writing-now", "not-your-discipline")
    assert findings(look(world, case_id))["paper-size", "建施-01"].decision == "open"


def test_a_finding_of_an_older_revision_is_shown_as_such_and_cannot_be_accepted(
    database: Database, derived: DerivedFiles, tmp_path: Path
):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    have_read(world, derived, tmp_path, {revision: ""})
    case_id = in_first_review(world, [revision])
    run_id = run(world, derived, case_id)
    with database.plumbing() as session:  # as if the sheet had been handed in anew since
        session.execute(
            sa.update(ReviewFinding).where(ReviewFinding.run_id == run_id).values(revision_id="older")
        )
    with database.plumbing() as session:
        newest = session.scalars(sa.select(ReviewSubmission.submitted_at)).one()
        session.execute(sa.update(ReviewRun).values(asked_at=newest - timedelta(days=1)))
    view = look(world, case_id)
    assert view.is_stale
    old = next(f for rule in view.rules for f in rule.findings)
    assert old.is_old
    report = act(world, "reviewer", lambda tx: accept_findings(tx, DecideFindings(case_id, [old.id])))
    assert report.refused[old.id].code == "finding-of-older-revision"
    with database.read() as session:
        assert session.get_one(ReviewRun, run_id).finished_at is not None
