"""The review case's machine (DOMAIN 2.2) as a table, and the documents that a submission rests on."""

from enum import StrEnum

from app.access.rules import PartyRole
from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step


class CaseState(StrEnum):
    """Life of a review case (审查业务)."""

    PREPARING = "preparing"
    SUBMITTED = "submitted"
    INTAKE = "intake"
    CORRECTION = "correction"
    ACCEPTED = "accepted"
    FIRST_REVIEW = "first_review"
    CONSOLIDATING = "consolidating"
    OPINIONS_ISSUED = "opinions_issued"
    REPLYING = "replying"
    RECHECK = "recheck"
    PASSED = "passed"
    CERTIFIED = "certified"
    FILED = "filed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


C = CaseState

CASE_LABELS: dict[str, Label] = {
    C.PREPARING: Label("准备送审", "Preparing"),
    C.SUBMITTED: Label("已提交", "Submitted"),
    C.INTAKE: Label("形式审查", "Intake check"),
    C.CORRECTION: Label("补正", "Correction"),
    C.ACCEPTED: Label("已受理", "Accepted"),
    C.FIRST_REVIEW: Label("初审", "First review"),
    C.CONSOLIDATING: Label("合议", "Consolidation"),
    C.OPINIONS_ISSUED: Label("已出审查意见", "Opinions issued"),
    C.REPLYING: Label("设计回复修改", "Designer replies"),
    C.RECHECK: Label("复审", "Recheck"),
    C.PASSED: Label("审查通过", "Passed"),
    C.CERTIFIED: Label("已出合格书", "Certified"),
    C.FILED: Label("已备案", "Filed"),
    C.FAILED: Label("审查不合格", "Failed"),
    C.WITHDRAWN: Label("已撤回", "Withdrawn"),
}

CASE_EVENTS: dict[str, Label] = {
    "create": Label("新建送审", "Prepare a submission"),
    "submit": Label("提交送审", "Submit for review"),
    "start_intake": Label("开始形式审查", "Start intake check"),
    "need_documents": Label("要求补正", "Ask for correction"),
    "supplement": Label("提交补正", "Send the correction"),
    "accept": Label("受理", "Accept"),
    "assign": Label("分派完毕，开始初审", "Start first review"),
    "consolidate": Label("进入合议", "Consolidate"),
    "send_back": Label("退回初审", "Send back to first review"),
    "issue_opinions": Label("出具审查意见", "Issue opinions"),
    "open_reply": Label("开始回复", "Start replying"),
    "resubmit": Label("提交复审", "Submit for recheck"),
    "pass": Label("审查通过", "Pass"),
    "certify": Label("签发合格书", "Issue the certificate"),
    "file": Label("备案", "File"),
    "fail": Label("判定不合格", "Close as failed"),
    "withdraw": Label("撤回送审", "Withdraw"),
}

PAST: dict[str, str] = {
    "create": "prepared",
    "submit": "submitted",
    "start_intake": "intake-started",
    "need_documents": "sent-back-for-correction",
    "supplement": "supplemented",
    "accept": "accepted",
    "assign": "first-review-started",
    "consolidate": "consolidated",
    "send_back": "sent-back-to-first-review",
    "issue_opinions": "opinions-issued",
    "open_reply": "reply-opened",
    "resubmit": "resubmitted",
    "pass": "passed",
    "certify": "certified",
    "file": "filed",
    "fail": "failed",
    "withdraw": "withdrawn",
}
"""Ledger entry types: ``review-case.past``."""


class CaseGuard(StrEnum):
    """Names of guards; ``review/guards.py`` holds their functions."""

    SHEETS = "sheets"
    GATE = "gate"
    DOCUMENTS = "documents"
    ASSIGNED = "assigned"
    NO_CONFLICT = "no_conflict"
    DISCIPLINES_DONE = "disciplines_done"
    NONE_UNDECIDED = "none_undecided"
    HAS_OPINIONS = "has_opinions"
    ALL_ANSWERED = "all_answered"
    SUCCESSORS = "successors"
    ALL_JUDGED = "all_judged"
    NO_OPEN_MUST_FIX = "no_open_must_fix"
    CONCLUDED = "concluded"
    REASON = "reason"


G = CaseGuard

CASE_GUARD_LABELS: dict[str, Label] = {
    G.SHEETS: Label("送审图纸已选定", "Sheets are chosen"),
    G.GATE: Label("送审前检查通过", "The gate before submission"),
    G.DOCUMENTS: Label("依据性文件齐全", "Basis documents are there"),
    G.ASSIGNED: Label("各专业已分派审查人员", "Each discipline has its reviewer"),
    G.NO_CONFLICT: Label("无回避情形", "No conflict of interest"),
    G.DISCIPLINES_DONE: Label("各专业已完成本轮审查", "All disciplines are done in this round"),
    G.NONE_UNDECIDED: Label("没有未处理的意见草稿", "No draft opinion is left undecided"),
    G.HAS_OPINIONS: Label("有待出具的意见", "There are opinions to issue"),
    G.ALL_ANSWERED: Label("意见均已回复", "All opinions are answered"),
    G.SUCCESSORS: Label("修改图纸已出图", "Changed sheets are issued"),
    G.ALL_JUDGED: Label("回复均已复核", "All replies are judged"),
    G.NO_OPEN_MUST_FIX: Label("没有未关闭的必须修改意见", "No must-fix opinion is open"),
    G.CONCLUDED: Label("联合审查部门已出具合格结论", "The joint authorities have concluded in favour"),
    G.REASON: Label("已写明理由", "A reason is given"),
}

_WRITTEN = (G.DISCIPLINES_DONE, G.NONE_UNDECIDED)
_OPEN_TO_FAIL = (C.FIRST_REVIEW, C.CONSOLIDATING, C.OPINIONS_ISSUED, C.REPLYING, C.RECHECK)
_OPEN_TO_WITHDRAW = (
    C.PREPARING,
    C.SUBMITTED,
    C.INTAKE,
    C.CORRECTION,
    C.ACCEPTED,
    C.OPINIONS_ISSUED,
    C.REPLYING,
)
"""While reviewers are at work the owner does not take the case from under their hands: it is failed or finished."""

CASES = StateTable(
    name="review_case",
    states=CASE_LABELS,
    events=CASE_EVENTS,
    steps=(
        Step("create", None, C.PREPARING, Do.REVIEW_SUBMIT),
        Step("submit", C.PREPARING, C.SUBMITTED, Do.REVIEW_SUBMIT, (G.SHEETS, G.GATE)),
        Step("start_intake", C.SUBMITTED, C.INTAKE, Do.REVIEW_INTAKE),
        Step("need_documents", C.INTAKE, C.CORRECTION, Do.REVIEW_INTAKE, (G.REASON,)),
        Step("supplement", C.CORRECTION, C.INTAKE, Do.REVIEW_SUBMIT),
        Step("accept", C.INTAKE, C.ACCEPTED, Do.REVIEW_INTAKE, (G.DOCUMENTS,)),
        Step("assign", C.ACCEPTED, C.FIRST_REVIEW, Do.REVIEW_LEAD, (G.ASSIGNED, G.NO_CONFLICT)),
        Step("consolidate", C.FIRST_REVIEW, C.CONSOLIDATING, Do.REVIEW_LEAD, (G.DISCIPLINES_DONE,)),
        Step("send_back", C.CONSOLIDATING, C.FIRST_REVIEW, Do.REVIEW_LEAD, (G.REASON,)),
        Step(
            "issue_opinions",
            C.CONSOLIDATING,
            C.OPINIONS_ISSUED,
            Do.REVIEW_LEAD,
            (G.HAS_OPINIONS, G.NONE_UNDECIDED),
        ),
        Step(
            "pass",
            C.CONSOLIDATING,
            C.PASSED,
            Do.REVIEW_LEAD,
            (G.NONE_UNDECIDED, G.NO_OPEN_MUST_FIX, G.CONCLUDED),
        ),
        Step("open_reply", C.OPINIONS_ISSUED, C.REPLYING, Do.REVIEW_REPLY),
        Step("resubmit", C.REPLYING, C.RECHECK, Do.REVIEW_SUBMIT, (G.ALL_ANSWERED, G.SUCCESSORS)),
        Step(
            "issue_opinions",
            C.RECHECK,
            C.OPINIONS_ISSUED,
            Do.REVIEW_LEAD,
            (G.ALL_JUDGED, *_WRITTEN, G.HAS_OPINIONS),
        ),
        Step(
            "pass",
            C.RECHECK,
            C.PASSED,
            Do.REVIEW_LEAD,
            (G.ALL_JUDGED, *_WRITTEN, G.NO_OPEN_MUST_FIX, G.CONCLUDED),
        ),
        Step("certify", C.PASSED, C.CERTIFIED, Do.REVIEW_CERTIFY, (G.NO_OPEN_MUST_FIX,)),
        Step("file", C.CERTIFIED, C.FILED, Do.REVIEW_FILE),
        *(Step("fail", state, C.FAILED, Do.REVIEW_LEAD, (G.REASON,)) for state in _OPEN_TO_FAIL),
        *(Step("withdraw", state, C.WITHDRAWN, Do.REVIEW_SUBMIT, (G.REASON,)) for state in _OPEN_TO_WITHDRAW),
    ),
)

ENDED = frozenset({C.CERTIFIED, C.FILED, C.FAILED, C.WITHDRAWN})
"""The case holds no sheet any more: another may be begun for it."""
WRITING = frozenset({C.FIRST_REVIEW, C.RECHECK})
"""Reviewers write opinions."""
CONCLUDING = frozenset({C.FIRST_REVIEW, C.CONSOLIDATING, C.RECHECK})
"""The agency has the sheets of a round before it: the joint authorities conclude on the same sheets."""
OPEN_ROUNDS = frozenset({C.OPINIONS_ISSUED, C.REPLYING})
"""The agency may still take back what it has issued; once the case has passed or ended, what was issued stands."""


class Turn(StrEnum):
    """Whose move it is: what the clock counts, and who is asked in worklists."""

    OWNER = "owner"
    AGENCY = "agency"
    DESIGNER = "designer"
    NOBODY = "nobody"


TURN_LABELS: dict[str, Label] = {
    Turn.OWNER: Label("建设单位", "Owner"),
    Turn.AGENCY: Label("审查机构", "Review agency"),
    Turn.DESIGNER: Label("设计单位", "Design institute"),
    Turn.NOBODY: Label("—", "—"),
}


class Term(StrEnum):
    """Which of the policy's terms runs in a state."""

    NONE = "none"
    INTAKE = "intake"
    REVIEW = "review"
    REPLY = "reply"
    FILING = "filing"


TURNS: dict[str, Turn] = {
    C.PREPARING: Turn.OWNER,
    C.SUBMITTED: Turn.AGENCY,
    C.INTAKE: Turn.AGENCY,
    C.CORRECTION: Turn.OWNER,
    C.ACCEPTED: Turn.AGENCY,
    C.FIRST_REVIEW: Turn.AGENCY,
    C.CONSOLIDATING: Turn.AGENCY,
    C.OPINIONS_ISSUED: Turn.DESIGNER,
    C.REPLYING: Turn.DESIGNER,
    C.RECHECK: Turn.AGENCY,
    C.PASSED: Turn.AGENCY,
    C.CERTIFIED: Turn.AGENCY,
    C.FILED: Turn.NOBODY,
    C.FAILED: Turn.NOBODY,
    C.WITHDRAWN: Turn.NOBODY,
}
TERMS: dict[str, Term] = {
    C.SUBMITTED: Term.INTAKE,
    C.INTAKE: Term.INTAKE,
    C.ACCEPTED: Term.REVIEW,
    C.FIRST_REVIEW: Term.REVIEW,
    C.CONSOLIDATING: Term.REVIEW,
    C.RECHECK: Term.REVIEW,
    C.PASSED: Term.REVIEW,
    C.OPINIONS_ISSUED: Term.REPLY,
    C.REPLYING: Term.REPLY,
    C.CERTIFIED: Term.FILING,
}
"""Revision and recheck time is excluded from the agency's term by order 13, art. 12 [R]: whether the recheck counts is
the policy's (``review_recheck_counts``)."""


class DocumentKind(StrEnum):
    """Basis documents of a submission (依据性文件). Which ones are needed is the project's policy."""

    APPROVAL = "approval"
    PLANNING = "planning"
    SURVEY = "survey"
    CALCULATION = "calculation"
    CONTRACT = "contract"
    PRELIMINARY = "preliminary"
    FIRE = "fire"
    CIVIL_DEFENCE = "civil_defence"
    ENERGY = "energy"
    COMMITMENT = "commitment"
    OTHER = "other"


DOCUMENT_LABELS: dict[str, Label] = {
    DocumentKind.APPROVAL: Label("立项批准文件", "Project approval"),
    DocumentKind.PLANNING: Label("规划许可文件", "Planning permission"),
    DocumentKind.SURVEY: Label("勘察报告", "Survey report"),
    DocumentKind.CALCULATION: Label("计算书", "Calculations"),
    DocumentKind.CONTRACT: Label("审查合同", "Review contract"),
    DocumentKind.PRELIMINARY: Label("初步设计批复", "Approval of the preliminary design"),
    DocumentKind.FIRE: Label("消防设计文件", "Fire design file"),
    DocumentKind.CIVIL_DEFENCE: Label("人防设计文件", "Civil defence design file"),
    DocumentKind.ENERGY: Label("节能设计文件", "Energy design file"),
    DocumentKind.COMMITMENT: Label("告知承诺书", "Commitment"),
    DocumentKind.OTHER: Label("其他", "Other"),
}


class WhyIn(StrEnum):
    """Why a sheet is in a submission."""

    FIRST = "first"
    CHANGED = "changed"
    AFFECTED = "affected"
    UNCHANGED = "unchanged"
    """Returned, answered without a change, and sent again as it is."""


WHY_LABELS: dict[str, Label] = {
    WhyIn.FIRST: Label("首次送审", "First time"),
    WhyIn.CHANGED: Label("修改后再送", "Changed"),
    WhyIn.AFFECTED: Label("受影响", "Affected"),
    WhyIn.UNCHANGED: Label("未修改，附说明", "Not changed, with reasons"),
}


class JointDomain(StrEnum):
    """On what another authority concludes beside the agency (多审合一)."""

    FIRE = "fire"
    CIVIL_DEFENCE = "civil_defence"


JOINT_LABELS: dict[str, Label] = {
    JointDomain.FIRE: Label("消防", "Fire"),
    JointDomain.CIVIL_DEFENCE: Label("人防", "Civil defence"),
}

JOINT_PARTY_LABELS: dict[str, Label] = {
    JointDomain.FIRE: Label("消防审验部门", "the fire authority"),
    JointDomain.CIVIL_DEFENCE: Label(
        "人防主管部门（参建方类型为“其他主管部门”）",
        "the civil defence authority (a party of the kind 'other authority')",
    ),
}

CONCLUDERS: dict[str, PartyRole] = {
    JointDomain.FIRE: PartyRole.FIRE_AUTHORITY,
    JointDomain.CIVIL_DEFENCE: PartyRole.OTHER_AUTHORITY,
}
"""Whose word counts for which domain. Civil defence has a department of its own (人防主管部门), separate from the fire
authority; it has no party role of its own and joins as one of the other authorities."""


class ConclusionVerdict(StrEnum):
    """What a joint authority says of a round."""

    PASSED = "passed"
    FAILED = "failed"


CONCLUSION_LABELS: dict[str, Label] = {
    ConclusionVerdict.PASSED: Label("合格", "Passed"),
    ConclusionVerdict.FAILED: Label("不合格", "Failed"),
}
