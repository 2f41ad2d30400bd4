"""Everything that the review can write a row for, through its own acts: part of the life that audits and rebuilds tell."""

from datetime import timedelta

from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Tx
from app.projects.actions import EditProject, edit_project
from app.projects.models import Project
from app.projects.rules import Policy, ReviewMode
from app.review.actions.answers import (
    JudgeReply,
    ReplyOpinion,
    RuleDispute,
    judge_reply,
    reply_opinion,
    rule_dispute,
)
from app.review.actions.assignments import DeclareTie, FinishDiscipline, declare_tie, finish_discipline
from app.review.actions.cases import EditCase, edit_case
from app.review.actions.certificates import (
    CertifyCase,
    VoidCertificate,
    certify_case,
    void_certificate,
)
from app.review.actions.decisions import DecideCase, fail_case, issue_opinions, pass_case
from app.review.actions.documents import StoredDocument, add_document
from app.review.actions.opinion_moves import MoveOpinions, OrderOpinions, move_opinions, order_opinions
from app.review.actions.opinions import EditOpinion, edit_opinion
from app.review.actions.submissions import ResubmitCase, WithdrawCase, resubmit_case, withdraw_case
from app.review.draws.actions import CancelDraw, cancel_draw, complete_draw
from app.review.models import ReviewCase, ReviewOpinion
from app.review.papers.keeping import keep_certificate
from storage.memory import MemoryStore
from tests.drawings.sheets import clean, digests
from tests.review.cases import (
    act,
    concluded,
    drafted,
    in_first_review,
    issued,
    plainly,
    seat_joint_authorities,
    sheet_of,
    submitted,
    text_of,
)
from tests.review.draws import VALUE, announced, committed, pass_time, revealed, valued
from tests.world import World


def review_life(world: World) -> None:
    """A project comes under review: one case is certified twice over, one withdrawn, one fails."""
    _set_policy(world, Policy(review_mode=ReviewMode.AGENCY))
    first, second = issued(world, "建施-31", "建施-32")
    certificate = _two_rounds(world, first, second)
    kept_on_paper(world, certificate)
    _replaced(world, certificate)
    withdrawn = submitted(world, issued(world, "建施-35"))
    act(world, "owner", lambda tx: withdraw_case(tx, WithdrawCase(withdrawn, "分批调整")))
    seat_joint_authorities(world)
    failed = in_first_review(world, issued(world, "建施-36"), joint=("fire", "civil_defence"))
    concluded(world, failed, "defence", "civil_defence")
    concluded(world, failed, "fire", "fire", "failed", "结构耐火极限不足")
    act(world, "review_lead", lambda tx: fail_case(tx, DecideCase(failed, "结构体系不成立")))
    _set_policy(world, Policy())
    _draws(world, [failed])


def _draws(world: World, cases: list[str]) -> None:
    """One draw that is drawn by a value and two numbers, one that is cancelled, one that is announced."""
    hours = {"known_at": timedelta(hours=1), "reveal_until": timedelta(hours=3)}

    def soon(title: str) -> str:
        now = world.database.clock.now()
        return announced(world, cases, now, title=title, **{k: now + v for k, v in hours.items()})

    drawn, cancelled = soon("一季度"), soon("二季度")
    for draw in (drawn, cancelled):
        committed(world, draw, "owner", "legal")
    pass_time(world, timedelta(hours=2))
    valued(world, drawn)
    valued(world, cancelled, VALUE.replace("03", "04"))
    revealed(world, drawn, "owner", "legal")
    revealed(world, cancelled, "owner")
    for draw, reason in ((cancelled, "名单有误"), (soon("三季度"), "改期")):
        command = CancelDraw(draw, reason)
        act(world, "authority", lambda tx, c=command: cancel_draw(tx, c))
    last = soon("四季度")
    committed(world, last, "owner")
    pass_time(world, timedelta(hours=2))
    valued(world, last)
    pass_time(world, timedelta(hours=3))
    act(world, "authority", lambda tx: complete_draw(tx, last))
    soon("下一年")


def kept_on_paper(world: World, certificate: str) -> None:
    """What the job after a certificate does; its bytes go into a store that is forgotten."""
    now = world.database.clock.now()
    note = keep_certificate(
        world.database, MemoryStore(), certificate, base_url="https://oneset.example", now=now
    )
    with world.database.write(SYSTEM) as tx:
        note(tx)


def _set_policy(world: World, policy: Policy) -> None:
    def edit(tx: Tx) -> None:
        row = tx.session.get_one(Project, world.project_id)
        command = EditProject(
            row.id, row.version, row.name, row.name_en, row.short_name, row.region_code, row.address,
            row.timezone, is_name_public=True, is_restricted=False, policy=policy,
        )  # fmt: skip
        edit_project(tx, command)

    act(world, "owner", edit)


def _two_rounds(world: World, first: str, second: str) -> str:
    case_id = in_first_review(world, [first, second])
    paper = StoredDocument("survey", "勘察报告", "KC-1", digests("survey"), "application/pdf", "勘察.pdf")
    act(world, "owner", lambda tx: add_document(tx, case_id, paper))

    def rename(tx: Tx) -> None:
        version = tx.session.get_one(ReviewCase, case_id).version
        edit_case(tx, EditCase(case_id, version, "教学楼（一期）", "SJ-2024-7"))

    act(world, "owner", rename)
    one, other = sheet_of(world, first), sheet_of(world, second)
    fixed, disputed, merged, rejected, retracted = (
        drafted(world, case_id, sheet, clause_no=f"{n}.1")
        for n, sheet in enumerate((one, one, other, other, one), start=1)
    )
    _edit_and_move(world, case_id, fixed, merged, rejected, one)
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    plainly(world, case_id, "consolidate")
    act(world, "review_lead", lambda tx: issue_opinions(tx, DecideCase(case_id, "第一轮")))
    take_back = MoveOpinions(case_id, [retracted], "retract", "重复")
    act(world, "review_lead", lambda tx: clean(move_opinions(tx, take_back)))
    (changed,) = issued(world, "建施-31")
    plainly(world, case_id, "open_reply")
    for reply in (
        ReplyOpinion(fixed, "reply_fixed", "已改", [changed]),
        ReplyOpinion(disputed, "dispute", "条文不适用"),
    ):
        act(world, "lead", lambda tx, reply=reply: reply_opinion(tx, reply))
    act(world, "authority", lambda tx: rule_dispute(tx, RuleDispute(disputed, False, "申辩成立")))
    act(world, "owner", lambda tx: resubmit_case(tx, ResubmitCase(case_id, note="第二轮")))
    back = JudgeReply(fixed, is_settled=True, text="复核通过", warnings=("nothing-changed-there",))
    act(world, "reviewer", lambda tx: judge_reply(tx, back))
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(case_id, "arch")))
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(case_id)))
    certify = CertifyCase(case_id, "N-1", "QG-1", "SJ-1", "XF-1", "RF-1", "符合")
    certificate = act(world, "legal", lambda tx: certify_case(tx, certify))
    plainly(world, case_id, "file")
    tie = DeclareTie(case_id, world.organisations["stranger"], "同一集团")
    act(world, "review_lead", lambda tx: declare_tie(tx, tie))
    return certificate


def _edit_and_move(world: World, case_id: str, fixed: str, merged: str, rejected: str, sheet: str) -> None:
    def edit(tx: Tx) -> None:
        version = tx.session.get_one(ReviewOpinion, fixed).version
        edit_opinion(tx, EditOpinion(fixed, version, text_of(sheet, clause_no="1.1", fact="门净宽 0.85 m")))

    act(world, "reviewer", edit)
    propose = MoveOpinions(case_id, [fixed, merged, rejected], "propose")
    act(world, "reviewer", lambda tx: clean(move_opinions(tx, propose)))
    act(world, "reviewer", lambda tx: clean(move_opinions(tx, MoveOpinions(case_id, [fixed], "take_up"))))
    act(world, "reviewer", lambda tx: clean(move_opinions(tx, MoveOpinions(case_id, [fixed], "propose"))))
    merge = MoveOpinions(case_id, [merged], "merge", "同一问题", fixed)
    act(world, "review_lead", lambda tx: clean(move_opinions(tx, merge)))
    reject = MoveOpinions(case_id, [rejected], "reject", "不成立")
    act(world, "review_lead", lambda tx: clean(move_opinions(tx, reject)))
    act(world, "review_lead", lambda tx: order_opinions(tx, OrderOpinions(case_id, [rejected, fixed])))


def _replaced(world: World, certificate: str) -> None:
    """A certificate that a later case replaces, and one that is voided."""
    for number, sheet, extends in (("N-2", "建施-33", certificate), ("N-3", "建施-34", "")):
        case_id = in_first_review(world, issued(world, sheet))
        act(world, "reviewer", lambda tx, c=case_id: finish_discipline(tx, FinishDiscipline(c, "arch")))
        plainly(world, case_id, "consolidate")
        act(world, "review_lead", lambda tx, c=case_id: pass_case(tx, DecideCase(c)))
        command = CertifyCase(case_id, number, extends_id=extends, is_replacement=bool(extends))
        issued_now = act(world, "legal", lambda tx, c=command: certify_case(tx, c))
        if not extends:
            void = VoidCertificate(issued_now, "重大变更")
            act(world, "legal", lambda tx, v=void: void_certificate(tx, v))
