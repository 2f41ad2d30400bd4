"""Papers of a case and of a certificate: what they say, to whom, and that kept bytes are kept once."""

from io import BytesIO

import pypdf
import pytest
import sqlalchemy as sa

from app.access.queries import rights_of
from app.bootstrap import CHAPTERS
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.queries import entry_by_leaf
from app.kernel.outbox import Job
from app.record.audit import audit_register
from app.review.actions.answers import JudgeReply, ReplyOpinion, judge_reply, reply_opinion
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.certificates import (
    CertifyCase,
    VoidCertificate,
    certify_case,
    void_certificate,
)
from app.review.actions.decisions import DecideCase, issue_opinions, pass_case
from app.review.actions.submissions import ResubmitCase, resubmit_case
from app.review.paper_models import KEEP, ReviewPaper
from app.review.papers.certificate import certificate_pdf
from app.review.papers.keeping import keep_certificate
from app.review.papers.opinions import PaperOrder, opinion_notice, reply_sheet
from app.review.queries.papers import case_paper, certificate_paper
from storage.memory import MemoryStore
from tests.review.cases import (
    act,
    drafted,
    in_first_review,
    issued,
    plainly,
    reviewed_world,
    sheet_of,
    with_opinions_issued,
)
from tests.review.test_case import certified_case
from tests.world import World

BASE = "https://oneset.example"


def words(data: bytes) -> str:
    """The text of a PDF without spaces: lines break where they must."""
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return "".join("".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def notice(world: World, case_id: str, who: str, round_: int = 0, discipline: str = "") -> str:
    now = world.database.clock.now()
    with world.database.read() as session:
        paper = case_paper(session, rights_of(session, world.actor(who), now), case_id, now)
    return words(opinion_notice(paper, PaperOrder(round_, discipline, BASE), now))


def answers(world: World, case_id: str, who: str, round_: int = 0) -> str:
    now = world.database.clock.now()
    with world.database.read() as session:
        paper = case_paper(session, rights_of(session, world.actor(who), now), case_id, now)
    return words(reply_sheet(paper, PaperOrder(round_, "", BASE), now))


def test_a_notice_holds_its_round_and_what_was_sent_again(database: Database):
    world = reviewed_world(database)
    first, second = issued(world, "建施-01", "建施-02")
    case_id = in_first_review(world, [first, second])
    one = drafted(world, case_id, sheet_of(world, first), fact="疏散门净宽不足甲", clause_text="条文快照")
    two = drafted(world, case_id, sheet_of(world, second), fact="走道净宽不足乙", clause_no="8.1")
    with_opinions_issued(world, case_id)
    said = notice(world, case_id, "designer")
    for part in (
        "审查意见告知书", "第1轮", "建施-01", "疏散门净宽不足甲", "走道净宽不足乙", "条文快照", "共2条", "必须修改2条",
        "电子签章待施加", "e-sealnotyetapplied", f"{BASE}/review/{case_id}",
    ):  # fmt: skip
        assert part in said, part
    assert "草稿" not in said

    plainly(world, case_id, "open_reply")
    for opinion in (one, two):
        reply = ReplyOpinion(opinion, "reply_explain", f"说明理由{opinion[-4:]}")
        act(world, "lead", lambda tx, reply=reply: reply_opinion(tx, reply))
    assert f"说明理由{one[-4:]}" in answers(world, case_id, "designer")
    act(world, "owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id)))
    act(world, "reviewer", lambda tx: judge_reply(tx, JudgeReply(one, is_settled=True)))
    no = JudgeReply(two, is_settled=False, text="理由不成立丙")
    act(world, "reviewer", lambda tx: judge_reply(tx, no))
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    act(world, "review_lead", lambda tx: issue_opinions(tx, DecideCase(case_id)))
    again = notice(world, case_id, "designer")
    assert "走道净宽不足乙" in again
    assert "理由不成立丙" in again
    assert "再次提出" in again
    assert "疏散门净宽不足甲" not in again
    assert "疏散门净宽不足甲" in notice(world, case_id, "designer", 1), "the first notice can be made again"
    first_answers = answers(world, case_id, "owner", 1)
    assert "理由不成立丙" in first_answers
    assert "复核通过" in first_answers


def test_a_notice_that_is_not_out_is_the_agency_s_draft_alone(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    drafted(world, case_id, sheet_of(world, revision), fact="尚未出具的意见")
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    inside = notice(world, case_id, "review_lead")
    assert "尚未出具的意见" in inside
    assert "草稿，尚未出具" in inside
    assert "尚未出具的意见" not in notice(world, case_id, "designer")


def test_a_notice_of_one_discipline_and_a_round_that_is_none(database: Database):
    world = reviewed_world(database)
    (revision,) = issued(world, "建施-01")
    case_id = in_first_review(world, [revision])
    drafted(world, case_id, sheet_of(world, revision), fact="建筑的意见")
    with_opinions_issued(world, case_id)
    assert "建筑的意见" in notice(world, case_id, "owner", 1, "arch")
    assert "建筑的意见" not in notice(world, case_id, "owner", 1, "struct")
    with pytest.raises(Refused, match="no-such-round"):
        notice(world, case_id, "owner", 7)
    with pytest.raises(Refused, match="not-found"):
        notice(world, case_id, "contractor")


def kept(world: World, store: MemoryStore, certificate: str) -> None:
    note = keep_certificate(world.database, store, certificate, base_url=BASE, now=world.database.clock.now())
    with world.database.write(SYSTEM) as tx:
        note(tx)


def test_a_certificate_is_kept_once_and_the_ledger_knows_its_bytes(database: Database):
    world = reviewed_world(database)
    _, certificate, _ = certified_case(world, "建施-01", "建施-02")
    with database.read() as session:
        job = session.scalars(sa.select(Job).where(Job.kind == KEEP)).one()
        assert job.payload == {"certificate_id": certificate}
    store = MemoryStore()
    kept(world, store, certificate)
    kept(world, store, certificate)
    with database.read() as session:
        paper = session.scalars(sa.select(ReviewPaper)).one()
        entry = session.scalars(
            sa.select(LedgerEntry).where(LedgerEntry.type == "certificate.paper-kept")
        ).one()
        told = entry_by_leaf(session, entry.leaf)
        assert told is not None
        assert told.content["files"] == [{"sha256": paper.sha256, "sm3": paper.sm3, "size": paper.size}]
        assert list(audit_register(session, CHAPTERS)) == []
        listed = certificate_paper(session, certificate)
    data = b"".join(store.read(paper.sha256))
    assert len(data) == paper.size
    said = words(data)
    for line in listed.lines:
        assert line.number in said
        assert line.sha256 in said
    for part in ("施工图设计文件审查合格书", "ZH-2024-001", "审查人员（建筑）", "技术负责人", "法定代表人", "电子签章待施加",
                 listed.certificate.short_code, listed.certificate.digest):  # fmt: skip
        assert part in said, part
    assert list(store.objects()) == [paper.sha256], "the second run made nothing"


def test_the_kept_bytes_do_not_change_when_the_certificate_ends_and_the_extract_says_so(database: Database):
    world = reviewed_world(database)
    _, certificate, _ = certified_case(world, "建施-01")
    store = MemoryStore()
    kept(world, store, certificate)
    void = VoidCertificate(certificate, "重大变更须重审")
    act(world, "legal", lambda tx: void_certificate(tx, void))
    kept(world, store, certificate)
    assert len(list(store.objects())) == 1
    with database.read() as session:
        paper = certificate_paper(session, certificate)
    now = database.clock.now()
    extract = words(certificate_pdf(paper, BASE, now, is_extract=True))
    for part in ("状态副本，非原件", "已作废", "重大变更须重审"):
        assert part in extract
    assert "已作废" not in words(certificate_pdf(paper, BASE, now))


def test_the_chain_of_certificates_is_on_paper(database: Database):
    world = reviewed_world(database)
    _, first, _ = certified_case(world, "建施-01")
    (other,) = issued(world, "建施-05")
    case_id = in_first_review(world, [other])
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    plainly(world, case_id, "consolidate")
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(case_id)))
    command = CertifyCase(case_id, "ZH-2024-002", extends_id=first, is_replacement=True)
    second = act(world, "legal", lambda tx: certify_case(tx, command))
    now = database.clock.now()
    with database.read() as session:
        old, new = certificate_paper(session, first), certificate_paper(session, second)
    assert "延续或替代" in words(certificate_pdf(new, BASE, now))
    assert "ZH-2024-001" in words(certificate_pdf(new, BASE, now))
    replaced = words(certificate_pdf(old, BASE, now, is_extract=True))
    assert "被替代" in replaced
    assert "ZH-2024-002" in replaced
