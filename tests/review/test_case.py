"""A whole case: handed in, reviewed twice, certified; and what the release asks of the certificate."""

import pytest
import sqlalchemy as sa

from app.bootstrap import CHAPTERS
from app.drawings.models import SheetRevision
from app.files.models import Rendition
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.record.audit import audit_register
from app.record.models import Baseline, BaselineItem
from app.release.actions import ReleaseRevisions, release_revisions
from app.review.actions.answers import JudgeReply, ReplyOpinion, judge_reply, reply_opinion
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.certificates import (
    CertifyCase,
    VoidCertificate,
    certify_case,
    void_certificate,
)
from app.review.actions.decisions import DecideCase, pass_case
from app.review.actions.submissions import ResubmitCase, WithdrawCase, resubmit_case, withdraw_case
from app.review.models import ReviewCase, ReviewCertificate, ReviewOpinion, ReviewSheet
from tests.drawings.sheets import clean
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    plainly,
    reviewed_world,
    sheet_of,
    submitted,
    with_opinions_issued,
)
from tests.world import World


def state_of(world: World, *revisions: str) -> list[str]:
    with world.database.read() as session:
        rows = dict(
            session.execute(
                sa.select(SheetRevision.id, SheetRevision.state).where(SheetRevision.id.in_(revisions))
            ).all()
        )
    return [rows[key] for key in revisions]


def certified_case(world: World, *numbers: str) -> tuple[str, str, list[str]]:
    """(case, certificate, revisions) of a case that passed at first."""
    revisions = issued(world, *numbers)
    case_id = in_first_review(world, revisions)
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    plainly(world, case_id, "consolidate")
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(case_id)))
    certificate = act(world, "legal", lambda tx: certify_case(tx, CertifyCase(case_id, "ZH-2024-001")))
    return case_id, certificate, revisions


def test_two_rounds_end_in_a_certificate_of_the_changed_bytes(database: Database):
    world = reviewed_world(database)
    first, second = issued(world, "建施-01", "建施-02")
    case_id = in_first_review(world, [first, second])
    opinion = drafted(world, case_id, sheet_of(world, first))
    with_opinions_issued(world, case_id)
    assert state_of(world, first, second) == ["returned", "submitted"]

    (changed,) = issued(world, "建施-01")
    plainly(world, case_id, "open_reply")
    reply = ReplyOpinion(opinion, "reply_fixed", "已改为 0.95 m", [changed])
    act(world, "designer", lambda tx: reply_opinion(tx, reply))
    act(world, "owner_clerk", lambda tx: resubmit_case(tx, ResubmitCase(case_id)))
    assert state_of(world, first, second, changed) == ["returned", "submitted", "submitted"]

    act(world, "reviewer", lambda tx: judge_reply(tx, JudgeReply(opinion, is_settled=True)))
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(case_id)))
    act(world, "legal", lambda tx: certify_case(tx, CertifyCase(case_id, "ZH-2024-001")))
    plainly(world, case_id, "file")

    with database.read() as session:
        case = session.get_one(ReviewCase, case_id)
        assert (case.state, case.round, case.is_first_pass) == ("filed", 2, False)
        certificate = session.scalars(sa.select(ReviewCertificate)).one()
        lines = session.scalars(
            sa.select(BaselineItem.revision_id)
            .where(BaselineItem.baseline_id == certificate.baseline_id)
            .order_by(BaselineItem.position)
        ).all()
        assert list(lines) == [changed, second]
        assert [s["role"] for s in certificate.signatories] == [
            "reviewer",
            "technical_lead",
            "legal_representative",
        ]
        assert list(audit_register(session, CHAPTERS)) == []
    assert state_of(world, second, changed) == ["approved", "approved"]
    release = ReleaseRevisions(world.project_id, [second, changed])
    act(world, "owner", lambda tx: clean(release_revisions(tx, release)))
    assert state_of(world, second, changed) == ["released", "released"]


def test_release_refuses_bytes_that_the_certificate_does_not_list(database: Database):
    """ARCHITECTURE 7, 2: the base that is released is the one that was certified, to the byte."""
    world = reviewed_world(database)
    _, _, (revision,) = certified_case(world, "建施-01")
    with database.plumbing() as session:  # somebody changes the row behind everybody's back
        session.execute(
            sa.update(SheetRevision).where(SheetRevision.id == revision).values(base_sha256="0" * 64)
        )
    release = ReleaseRevisions(world.project_id, [revision])
    report = act(world, "owner", lambda tx: release_revisions(tx, release))
    assert report.refused[revision].code == "guard-failed"
    assert "SHA-256" in str(report.refused[revision].message)
    assert state_of(world, revision) == ["approved"]


def test_release_refuses_after_the_certificate_was_voided(database: Database):
    world = reviewed_world(database)
    _, certificate, (revision,) = certified_case(world, "建施-01")
    void = VoidCertificate(certificate, "重大变更，须重新审查")
    act(world, "legal", lambda tx: void_certificate(tx, void))
    release = ReleaseRevisions(world.project_id, [revision])
    report = act(world, "owner", lambda tx: release_revisions(tx, release))
    assert report.refused[revision].data["guard"] == "certificate"
    with pytest.raises(Refused, match="certificate-ended"):
        act(world, "legal", lambda tx: void_certificate(tx, void))


def test_release_without_review_is_refused(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    release = ReleaseRevisions(world.project_id, [revision])
    report = act(world, "owner", lambda tx: release_revisions(tx, release))
    assert report.refused[revision].data["guard"] == "review_waived"


def test_a_submission_freezes_bytes_and_pages(database: Database):
    world = reviewed_world(database)
    revisions = issued(world, "建施-01", "建施-02")
    case_id = submitted(world, revisions)
    with database.read() as session:
        rows = session.scalars(sa.select(ReviewSheet).where(ReviewSheet.case_id == case_id)).all()
        bases = {r.owner_id: r.sha256 for r in session.scalars(sa.select(Rendition))}
        assert {r.revision_id: r.sha256 for r in rows} == {key: bases[key] for key in revisions}
        baseline = session.scalars(sa.select(Baseline).where(Baseline.kind == "submission")).one()
        assert baseline.items == 2


def test_a_sheet_is_in_one_open_case_at_a_time(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = submitted(world, [revision])
    with pytest.raises(Refused, match="review-guard-failed"):
        submitted(world, [revision])
    withdraw = WithdrawCase(case_id, "分批调整")
    act(world, "owner", lambda tx: withdraw_case(tx, withdraw))
    assert state_of(world, revision) == ["issued"]
    submitted(world, [revision])
    assert state_of(world, revision) == ["submitted"]


def test_a_returned_sheet_answered_without_a_change_goes_in_again_as_it_is(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    opinion = drafted(world, case_id, sheet_of(world, revision))
    with_opinions_issued(world, case_id)
    plainly(world, case_id, "open_reply")
    with pytest.raises(Refused, match="review-guard-failed"):
        act(world, "owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id)))
    reply = ReplyOpinion(opinion, "reply_explain", "该门不是疏散门，见门窗表 M1")
    act(world, "lead", lambda tx: reply_opinion(tx, reply))
    act(world, "owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id)))
    assert state_of(world, revision) == ["submitted"]
    fail = JudgeReply(opinion, is_settled=False, text="门窗表与平面图不一致")
    act(world, "reviewer", lambda tx: judge_reply(tx, fail))
    with database.read() as session:
        assert session.get_one(ReviewOpinion, opinion).state == "issued"
