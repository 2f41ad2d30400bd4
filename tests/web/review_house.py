"""A review in the site of page tests: the project asks for a commitment and checks afterwards, so that sheets keep their
states; one case is in first review, another is certified. The stranger's project has the same."""

from typing import Any

import sqlalchemy as sa

from app.access.actions import JoinParty, join_party
from app.access.rules import PartyRole
from app.kernel.db.transactions import Tx
from app.kernel.ids import new_id, new_short_code
from app.projects.actions import EditProject, edit_project
from app.projects.models import Project
from app.projects.rules import Policy, ReviewMode
from app.record.models import Baseline
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.assist import NoteRun, ask_run, note_run
from app.review.actions.cases import PrepareCase, prepare_case
from app.review.actions.certificates import CertifyCase, certify_case
from app.review.actions.decisions import DecideCase, pass_case
from app.review.actions.documents import StoredDocument, add_document
from app.review.actions.opinions import DraftOpinion, draft_opinion
from app.review.actions.submissions import SubmitCase, submit_case
from app.review.assist.rule import Said, Verdict
from app.review.assist.rulebook import Judged
from app.review.draws.models import ReviewDraw
from app.review.library_models import ReviewFinding, ReviewRun
from app.review.models import ReviewCase, ReviewCertificate, ReviewOpinion
from tests.review.cases import act, plainly, text_of
from tests.review.draws import announced
from tests.world import World


def review(world: World, things: dict[str, str], foreign: dict[str, str], paper: Any) -> None:
    """Cases, a draft opinion, a document and a certificate, by name; ``paper`` is a stored file."""
    for owner, project in (("owner", things["project"]), ("stranger", foreign["project"])):
        act(world, owner, lambda tx, p=project: ask_for_checks(tx, p))
    agency = world.parties["reviewer"]
    document = StoredDocument("survey", "勘察报告", "KC-1", paper, "application/pdf", "勘察.pdf")
    passed = case_in_first_review(world, things["project"], agency, things["revision:released"])
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(passed, "arch")))
    plainly(world, passed, "consolidate")
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(passed)))
    certificate = act(world, "legal", lambda tx: certify_case(tx, CertifyCase(passed, "N-1")))
    case = case_in_first_review(world, things["project"], agency, things["revision:issued"])
    things |= {
        "agency": agency,
        "case": case,
        "certificate": certificate,
        "document": act(world, "owner", lambda tx: add_document(tx, case, document)),
        "opinion": act(world, "reviewer", lambda tx: draft_opinion(tx, DraftOpinion(case, text_of()))),
        "finding": act(world, "reviewer", lambda tx: found_by_rules(tx, case)),
    }
    _foreign(world, foreign, document)
    _draws(world, things, foreign)
    with world.database.read() as session:
        for known in (things, foreign):
            known["code:certificate"] = session.get_one(ReviewCertificate, known["certificate"]).short_code


def _draws(world: World, things: dict[str, str], foreign: dict[str, str]) -> None:
    """A draw that the authority announced over the case; beside it one of somebody else over the stranger's project."""
    draw = announced(world, [things["case"]], world.database.clock.now())
    things |= {
        "draw": draw,
        "agency organisation": world.organisations["reviewer"],
        "authority organisation": world.organisations["authority"],
    }
    with world.database.plumbing() as session:
        own = session.get_one(ReviewDraw, draw)
        theirs = ReviewDraw(
            id=new_id(), organisation_id=world.organisations["stranger"], short_code=new_short_code(),
            title="别人的抽取", announcement=own.announcement, digest=own.digest, project_ids=[foreign["project"]],
            person_id=own.person_id, seat_id=own.seat_id, party_id=own.party_id, act_id=own.act_id,
            announced_at=own.announced_at,
        )  # fmt: skip
        session.add(theirs)
        session.flush()
        firm = world.organisations["stranger"]
        foreign |= {"draw": theirs.id, "code:draw": theirs.short_code}
        foreign |= {"agency organisation": firm, "authority organisation": firm}
        things["code:draw"] = own.short_code


def found_by_rules(tx: Tx, case: str) -> str:
    """A finished run of the assisted review with one finding about the whole set."""
    run = ask_run(tx, case)
    said = Said(Verdict.FINDING, None, "number-twice", {"number": "建施-01"})
    note_run(tx, NoteRun(run, [Judged("numbers", [said], counts={"finding": 1})]))
    tx.session.flush()
    return tx.session.scalars(sa.select(ReviewFinding.id).where(ReviewFinding.run_id == run)).one()


def case_in_first_review(world: World, project_id: str, agency: str, revision: str) -> str:
    prepare = PrepareCase(project_id, agency, "抽查")
    case = act(world, "owner", lambda tx: prepare_case(tx, prepare))
    submit = SubmitCase(case, [revision], "抽查样本")
    act(world, "owner", lambda tx: submit_case(tx, submit))
    plainly(world, case, "start_intake", "accept")
    assign = AssignReviewer(case, "arch", world.people["reviewer"])
    act(world, "review_lead", lambda tx: assign_reviewer(tx, assign))
    plainly(world, case, "assign")
    return case


def ask_for_checks(tx: Any, project_id: str) -> None:
    row = tx.session.get_one(Project, project_id)
    policy = Policy(review_mode=ReviewMode.COMMIT_THEN_CHECK)
    command = EditProject(
        row.id, row.version, row.name, row.name_en, row.short_name, row.region_code, row.address,
        row.timezone, is_name_public=row.is_name_public, is_restricted=row.is_restricted, policy=policy,
    )  # fmt: skip
    edit_project(tx, command)


def _foreign(world: World, foreign: dict[str, str], document: StoredDocument) -> None:
    """The stranger has no reviewers: what they would have written is put there as rows."""
    join = JoinParty(foreign["project"], world.organisations["reviewer"], PartyRole.REVIEWER)
    agency = act(world, "stranger", lambda tx: join_party(tx, join))
    prepare = PrepareCase(foreign["project"], agency, "别人的案卷")
    case = act(world, "stranger", lambda tx: prepare_case(tx, prepare))
    foreign |= {
        "agency": agency,
        "case": case,
        "document": act(world, "stranger", lambda tx: add_document(tx, case, document)),
    }
    with world.database.plumbing() as session:
        row = session.get_one(ReviewCase, case)
        row.state = "first_review"
        opinion = _copy(session, ReviewOpinion, case_id=case, project_id=foreign["project"], serial=1)
        baseline = session.scalars(
            sa.select(Baseline.id).where(Baseline.project_id == foreign["project"])
        ).first()
        certificate = _copy(
            session, ReviewCertificate, case_id=case, project_id=foreign["project"], baseline_id=baseline,
            short_code=new_short_code(), party_id=agency,
        )  # fmt: skip
        run = _copy(session, ReviewRun, case_id=case)
        finding = _copy(session, ReviewFinding, case_id=case, run_id=run)
        foreign |= {"opinion": opinion, "certificate": certificate, "finding": finding}


def _copy(session: Any, model: Any, **more: Any) -> str:
    """One more row like the first, with other values."""
    row = session.scalars(sa.select(model)).first()
    columns = {c.key: getattr(row, c.key) for c in sa.inspect(model).columns if c.key != "version"}
    made = model(**{**columns, "id": new_id(), **more})
    session.add(made)
    session.flush()
    return str(made.id)
