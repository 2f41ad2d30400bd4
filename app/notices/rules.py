"""Which entries of the ledger are told to whom, as a table; and how often a person wants to hear.

Notices are read off the ledger, so an act cannot forget to tell: every type of entry stands either in :data:`TOLD` or in
:data:`UNTOLD`, and a test asks for it.
"""

from datetime import timedelta
from enum import StrEnum

from app.access.rules import PartyRole
from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.notices.change_rules import CHANGES_TOLD, CHANGES_UNTOLD
from app.notices.question_rules import (
    NOTE_OVERDUE,
    QUESTIONS_CLOCK,
    QUESTIONS_TOLD,
    QUESTIONS_UNTOLD,
)
from app.notices.seal_rules import SEALS_TOLD, SEALS_UNTOLD
from app.notices.told import Audience, Subject, Told, Who


def _may(permission: Do) -> Audience:
    return Audience(Who.MAY, permission)


def _agency(permission: Do) -> Audience:
    return Audience(Who.AGENCY, permission)


_OWNER, _DESIGNER = _may(Do.REVIEW_SUBMIT), _may(Do.REVIEW_REPLY)
_REVIEWERS, _BUILDERS = Audience(Who.REVIEWERS), Audience(Who.BUILDERS)
_LEAD = _agency(Do.REVIEW_LEAD)
_CASE, _SHEET = Subject.CASE, Subject.SHEET

BUILDERS = frozenset(
    {PartyRole.CONTRACTOR, PartyRole.SUBCONTRACTOR, PartyRole.SUPERVISOR, PartyRole.TESTING, PartyRole.COST}
)
"""Parties that work from what is released."""

TOLD: dict[str, Told] = {
    "review-case.submitted": Told(
        Label("提交送审，待形式审查", "Submitted: intake check waits"),
        (_agency(Do.REVIEW_INTAKE),),
        _CASE,
        waits=True,
    ),
    "review-case.sent-back-for-correction": Told(
        Label("要求补正送审资料", "Sent back for correction"), (_OWNER,), _CASE, waits=True
    ),
    "review-case.supplemented": Told(
        Label("已补正，待形式审查", "Corrected: intake check waits"),
        (_agency(Do.REVIEW_INTAKE),),
        _CASE,
        waits=True,
    ),
    "review-case.accepted": Told(Label("送审已受理", "Accepted for review"), (_OWNER, _LEAD), _CASE),
    "review-case.assigned": Told(
        Label("指派您审查", "You are to review"), (Audience(Who.ASSIGNED),), _CASE, waits=True
    ),
    "review-case.first-review-started": Told(
        Label("初审开始", "First review begins"), (_REVIEWERS,), _CASE, waits=True
    ),
    "review-case.discipline-done": Told(Label("有专业完成本轮审查", "A discipline is done"), (_LEAD,), _CASE),
    "review-case.concluded": Told(
        Label("联合审查部门已出具结论", "A joint authority has concluded"), (_LEAD,), _CASE
    ),
    "review-case.sent-back-to-first-review": Told(
        Label("退回初审", "Sent back to first review"), (_REVIEWERS,), _CASE, waits=True
    ),
    "review-case.opinions-issued": Told(
        Label("审查意见已出具，待回复", "Opinions issued: answers wait"),
        (_DESIGNER, _OWNER),
        _CASE,
        waits=True,
    ),
    "review-case.resubmitted": Told(
        Label("修改后再次送审，待复审", "Handed in again: recheck waits"),
        (_REVIEWERS, _LEAD),
        _CASE,
        waits=True,
    ),
    "review-case.passed": Told(
        Label("审查通过，待签发合格书", "Passed: the certificate waits"),
        (_agency(Do.REVIEW_CERTIFY), _OWNER),
        _CASE,
        waits=True,
    ),
    "review-case.certified": Told(
        Label("审查合格书已签发", "Certificate issued"), (_OWNER, _DESIGNER, _agency(Do.REVIEW_FILE)), _CASE
    ),
    "review-case.filed": Told(Label("审查结果已备案", "Result filed"), (_OWNER,), _CASE),
    "review-case.failed": Told(
        Label("审查不合格", "Review failed"), (_OWNER, _DESIGNER), _CASE, is_urgent=True
    ),
    "review-case.withdrawn": Told(
        Label("送审已撤回", "Submission withdrawn"), (_DESIGNER, _LEAD, _REVIEWERS), _CASE
    ),
    "opinion.disputed": Told(
        Label("设计对意见有争议，待裁定", "An opinion is disputed: a ruling waits"),
        (_may(Do.REVIEW_RULE), _LEAD),
        _CASE,
        waits=True,
    ),
    "opinion.upheld": Told(
        Label("争议裁定：维持意见", "Ruling: the opinion stands"), (_DESIGNER, _LEAD), _CASE
    ),
    "opinion.dismissed": Told(
        Label("争议裁定：撤销意见", "Ruling: the opinion falls"), (_DESIGNER, _LEAD), _CASE
    ),
    "opinion.retracted": Told(Label("审查机构撤回意见", "An opinion was taken back"), (_DESIGNER,), _CASE),
    "certificate.ended": Told(
        Label("审查合格书失效", "A certificate no longer stands"),
        (_OWNER, _DESIGNER, _LEAD),
        _CASE,
        is_urgent=True,
    ),
    "revision.sent-to-checking": Told(
        Label("待签署", "A signature waits"), (Audience(Who.NEXT_SIGNER),), _SHEET, waits=True
    ),
    "revision.signed": Told(
        Label("待签署或出图", "A signature, or issue, waits"),
        (Audience(Who.NEXT_SIGNER),),
        _SHEET,
        waits=True,
    ),
    "revision.rejected-in-checking": Told(
        Label("校审退回", "Sent back in checking"), (_may(Do.REVISION_EDIT),), _SHEET, waits=True
    ),
    "revision.issued": Told(
        Label("设计已出图", "Issued by the designer"),
        (_may(Do.REVISION_RELEASE), _may(Do.REVISION_SUBMIT)),
        _SHEET,
    ),
    "revision.withdrawn": Told(
        Label("设计撤回图纸", "Withdrawn by the designer"), (_may(Do.REVISION_SUBMIT),), _SHEET
    ),
    "revision.approved": Told(
        Label("审查合格，可发布", "Certified: may be released"),
        (_may(Do.REVISION_RELEASE),),
        _SHEET,
        waits=True,
    ),
    "revision.released": Told(Label("新发布图纸", "Released"), (_BUILDERS,), _SHEET, is_urgent=True),
    "revision.voided": Told(
        Label("图纸作废，请勿据此施工", "Void: do not build from it"), (_BUILDERS,), _SHEET, is_urgent=True
    ),
    "markup.commented": Told(
        Label("批注有新回复", "A mark was answered"), (Audience(Who.MENTIONED),), _SHEET
    ),
    "markup.assigned": Told(
        Label("请您答复批注", "You are asked to answer a mark"), (Audience(Who.ASSIGNEE),), _SHEET, waits=True
    ),
    "markup.answered": Told(Label("批注已答复", "A mark was answered"), (Audience(Who.MARK_PEOPLE),), _SHEET),
    "markup.resolved": Told(Label("批注已关闭", "A mark was settled"), (Audience(Who.MARK_PEOPLE),), _SHEET),
    "markup.reopened": Told(
        Label("批注重新打开", "A mark was reopened"), (Audience(Who.MARK_PEOPLE),), _SHEET, waits=True
    ),
    "receipt.objected": Told(
        Label("有单位提出异议，待处理", "A party objects: an answer waits"),
        (_may(Do.RECEIPT_RESOLVE),),
        Subject.RECEIPTS,
        is_urgent=True,
        waits=True,
    ),
    "receipt.resolved": Told(
        Label("异议已处理，待确认接收", "An objection is resolved: confirmation waits"),
        (Audience(Who.RECEIVER, Do.RECEIPT_CONFIRM),),
        Subject.RECEIPTS,
        waits=True,
    ),
    "transmittal.sent": Told(
        Label("图纸已发放，请接收", "Drawings were transmitted to you"),
        (Audience(Who.RECIPIENTS, Do.RECEIPT_CONFIRM),),
        Subject.TRANSMITTAL,
        waits=True,
    ),
    "seal.verdict-worsened": Told(
        Label("签章不再有效，请核对", "Seals are not valid any more: look into it"),
        (_may(Do.SEAL_USE), _may(Do.REVISION_RELEASE), _may(Do.REVISION_SUBMIT)),
        _SHEET,
        is_urgent=True,
    ),
    "seat.given": Told(Label("您有了新的席位", "You have a new seat"), (Audience(Who.HOLDER),), Subject.SEAT),
    "seat.ended": Told(Label("您的席位已结束", "Your seat has ended"), (Audience(Who.HOLDER),), Subject.SEAT),
    **CHANGES_TOLD,
    **QUESTIONS_TOLD,
    **SEALS_TOLD,
}

UNTOLD: dict[str, str] = {
    "copy.destroyed": "the clerk did it",
    "copy.issued": "the clerk did it",
    "copy.recalled": "the clerk did it",
    "receipt.confirmed": "in the matrix; nothing waits for it",
    "receipt.delivered": "follows from looking at a list",
    "receipt.old-recalled": "in the matrix; nothing waits for it",
    "receipt.opened": "follows from opening a file",
    "baseline.frozen": "in the list of baselines; nothing waits for it",
    "building.added": "setting up",
    "building.identified": "setting up",
    "certificate.issued": "told by review-case.certified of the same act",
    "certificate.paper-kept": "follows by itself",
    "draw.announced": "of no single project: it waits in the worklists of who may contribute",
    "draw.cancelled": "of no single project: on the public page",
    "draw.completed": "of no single project: on the public page",
    "draw.share-committed": "of no single project: on the public page",
    "draw.share-revealed": "of no single project: on the public page",
    "draw.value-entered": "of no single project: on the public page",
    "file.read": "the clerk sees the table of his batch fill",
    "file.received": "the sender is told on the spot",
    "factor.codes-renewed": "one did it oneself",
    "factor.enrolled": "one did it oneself",
    "factor.removed": "one did it oneself",
    "factor.reset": "the account page says so, with who and why",
    "factor.sign-in-chosen": "one did it oneself",
    "factor.used": "part of the act that it allowed",
    "intake.closed": "the clerk did it",
    "intake.opened": "the clerk did it",
    "markup.carry-decided": "in the thread",
    "markup.drawn": "seen on the sheet by who is there; who is asked is told by markup.assigned",
    "markup.edited": "in the thread",
    "markup.put-back": "in the thread",
    "markup.taken-back": "in the thread",
    "notice-hook.added": "its managers did it",
    "notice-hook.removed": "its managers did it",
    "opinion.closed": "many at a time; told by the step of the case that follows",
    "opinion.drafted": "inside the agency until it is issued",
    "opinion.edited": "inside the agency",
    "opinion.explained": "many at a time; told by review-case.resubmitted",
    "opinion.issued": "told by review-case.opinions-issued of the same act",
    "opinion.merged": "inside the agency",
    "opinion.ordered": "only the order of a list",
    "opinion.proposed": "inside the agency",
    "opinion.rejected": "inside the agency",
    "opinion.reopened": "many at a time; told by the step of the case that follows",
    "opinion.replied": "many at a time; told by review-case.resubmitted",
    "opinion.taken-up": "inside the agency",
    "organisation.entered": "administration",
    "party.joined": "seats follow, and tell their people",
    "person.entered": "administration",
    "person.password-set": "the page says so at the next sign-in",
    "project.edited": "setting up",
    "project.founded": "setting up",
    "project.identified": "setting up",
    "register.rebuilt": "administration",
    "review-case.consolidated": "the lead did it",
    "review-case.document-added": "seen at intake",
    "review-case.edited": "no step",
    "review-case.intake-started": "no step that others wait for",
    "review-case.prepared": "the owner's own work until it is submitted",
    "review-case.reply-opened": "the designer's own step",
    "review-case.sheets-frozen": "told by the step of the same act",
    "review-case.tie-declared": "shown where reviewers are assigned",
    "revision.drafted": "the designer's own work",
    "revision.file-added": "the designer's own work",
    "revision.returned": "told by review-case.opinions-issued of the same act",
    "revision.submitted": "told by review-case.submitted of the same act",
    "revision.taken-back-from-review": "told by review-case.withdrawn of the same act",
    "seal-batch.asked": "the second keeper finds it in his worklist",
    "seal-batch.broken-off": "on the page of the batch, with the reason",
    "seal-batch.confirmed": "on the page of the batch",
    "seal-batch.done": "on the page of the batch",
    "seal-batch.refused": "on the page of the batch",
    "seal-batch.resumed": "on the page of the batch",
    "seal-officer.appointed": "administration",
    "seal-officer.dismissed": "administration",
    "seal.judged": "on the sheet and in its report; told by seal.verdict-worsened when it is worse",
    "seal.keeper-ended": "the officer did it",
    "seal.keeper-named": "the officer did it",
    "seal.not-put": "on the page of the batch, with the reason",
    "seal.put": "many at a time; on the page of the batch",
    "seal.registered": "the officer did it",
    "seal.state-set": "the officer did it",
    "session.opened": "shown on one's own page",
    "session.revoked": "shown on one's own page",
    "transmittal.listed": "told by transmittal.sent of the same act",
    "token.made": "shown on one's own page",
    "token.revoked": "shown on one's own page",
    **CHANGES_UNTOLD,
    **QUESTIONS_UNTOLD,
    **SEALS_UNTOLD,
}
"""Types that are not told, with the reason."""

DUE_SOON, OVERDUE = "case.due-soon", "case.overdue"
UNCONFIRMED = "receipt.overdue"
CLOCK_TOLD: dict[str, Told] = {
    UNCONFIRMED: Told(
        Label("图纸逾期未确认接收", "Receipts are overdue"),
        (),
        Subject.RECEIPTS,
        is_urgent=True,
        waits=True,
    ),
    DUE_SOON: Told(Label("审查业务即将到期", "A term is about to end"), (), _CASE, waits=True),
    OVERDUE: Told(Label("审查业务已超期", "A term has run out"), (), _CASE, is_urgent=True, waits=True),
    **QUESTIONS_CLOCK,
}
"""What the clock tells, not an act; whose turn it is hears it (``clocks.py``)."""
SOON_DAYS = 2
"""Working days before the end of a term."""

_STEPPING = ("review-case.", "change.", "note.", "jdr.")
_WAITING_STEPS = (k for k, rule in TOLD.items() if rule.waits and k.startswith(_STEPPING))
STEP_KINDS = (*_WAITING_STEPS, DUE_SOON, OVERDUE, NOTE_OVERDUE)
"""What waits in a case, a change, a note or a joint review until somebody takes its next step."""

TEST = "hook.test"
KINDS: dict[str, Told] = {
    **TOLD,
    **CLOCK_TOLD,
    TEST: Told(Label("机器人连通测试", "Test of this robot"), (), Subject.PROJECT),
}
"""Everything that a notice may say."""

TOLD_WITHIN = timedelta(days=7)
"""What is older than this when it is read is not told any more: after a restored or rebuilt database nobody is flooded."""
GATHER_WITHIN = timedelta(minutes=30)
"""What happens again within this time, unread and not yet sent, becomes one notice that counts."""
NOTICES_KEPT = timedelta(days=180)
"""How long a notice that was read lies about; unread ones twice as long. The record is the ledger."""


class Rhythm(StrEnum):
    """How often a person wants letters."""

    SOON = "soon"
    HOURLY = "hourly"
    DAILY = "daily"
    URGENT = "urgent"
    NEVER = "never"


RHYTHM_LABELS: dict[str, Label] = {
    Rhythm.SOON: Label("尽快（合并 5 分钟内的）", "Soon (those of 5 minutes in one)"),
    Rhythm.HOURLY: Label("每小时汇总，紧急的立即发", "Hourly; urgent ones at once"),
    Rhythm.DAILY: Label("每天早上 8 点汇总，紧急的立即发", "Daily at 8 in the morning; urgent ones at once"),
    Rhythm.URGENT: Label("只发紧急的", "Urgent ones only"),
    Rhythm.NEVER: Label("不发邮件", "No e-mail"),
}
DAILY_AT = 8
"""Hour of the person's zone."""
SOON, HOUR, URGENT_AFTER = timedelta(minutes=5), timedelta(hours=1), timedelta(minutes=1)
HOOK_AFTER = timedelta(minutes=2)
"""A robot's group hears of what is that old; robots take at most 20 messages a minute, so one a minute is safe."""
LETTERS_APART = timedelta(minutes=1)
MAILED_WITHIN = timedelta(days=2)
"""What lay longer than this without being sent (no mail server, a person who had switched letters off) is not sent."""


class HookKind(StrEnum):
    """What stands behind an address."""

    GENERIC = "generic"
    WECOM = "wecom"
    DINGTALK = "dingtalk"


HOOK_LABELS: dict[str, Label] = {
    HookKind.WECOM: Label("企业微信群机器人", "WeCom group robot"),
    HookKind.DINGTALK: Label("钉钉群机器人", "DingTalk group robot"),
    HookKind.GENERIC: Label("自有系统（签名 JSON）", "Own system (signed JSON)"),
}

TRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""Waits before a letter that could not be delivered is tried again; after the last it is given up, and says so."""
