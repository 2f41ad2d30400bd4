"""Change documents (变更文件): kinds, class flags, triggers' consequences and the machine of DOMAIN 2.4 as tables."""

from enum import StrEnum

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step

MOST_TEXT = 4_000
"""Characters of any text of a change document."""
MOST_SHEETS = 500
"""Sheets of one change document."""
MOST_FILES = 50
"""Attachments of one change document."""
MOST_MONEY = 10**13
"""Fen (分): a hundred billion yuan."""


class ChangeKind(StrEnum):
    """What kind of paper it is (DOMAIN 2.4). Site visas and contact notes are none."""

    DESIGN_CHANGE = "design_change"
    LIAISON = "liaison"
    VERIFICATION = "verification"
    JOINT_REVIEW_ITEM = "joint_review_item"
    SURVEY_CHANGE = "survey_change"
    REISSUE = "reissue"
    """The sheet is issued anew: the document says why; what is in force is the new revision, no slip stands."""


KIND_LABELS: dict[str, Label] = {
    ChangeKind.DESIGN_CHANGE: Label("设计变更通知单", "Design change notice"),
    ChangeKind.LIAISON: Label("工程洽商记录", "Technical liaison record"),
    ChangeKind.VERIFICATION: Label("技术核定单", "Technical verification sheet"),
    ChangeKind.JOINT_REVIEW_ITEM: Label("图纸会审条目", "Joint drawing review item"),
    ChangeKind.SURVEY_CHANGE: Label("勘察变更", "Survey change"),
    ChangeKind.REISSUE: Label("升版换图", "Reissue"),
}

KIND_PREFIX: dict[str, str] = {
    ChangeKind.DESIGN_CHANGE: "设变",
    ChangeKind.LIAISON: "洽商",
    ChangeKind.VERIFICATION: "核定",
    ChangeKind.JOINT_REVIEW_ITEM: "会审",
    ChangeKind.SURVEY_CHANGE: "勘变",
    ChangeKind.REISSUE: "换图",
}
"""What ``{kind}`` is in a number."""

PROPOSED_KINDS = tuple(k for k in ChangeKind if k is not ChangeKind.JOINT_REVIEW_ITEM)
"""Kinds that a person may propose; an item comes from a signed record."""


class Reason(StrEnum):
    """Why a change is proposed."""

    OWNER_NEED = "owner_need"
    DESIGN_FAULT = "design_fault"
    SITE_CONDITION = "site_condition"
    CONTRACTOR_PROPOSAL = "contractor_proposal"
    POLICY = "policy"
    MATERIAL = "material"


REASON_LABELS: dict[str, Label] = {
    Reason.OWNER_NEED: Label("建设单位要求", "Owner's need"),
    Reason.DESIGN_FAULT: Label("设计差错漏项", "Fault of the design"),
    Reason.SITE_CONDITION: Label("现场条件", "Site condition"),
    Reason.CONTRACTOR_PROPOSAL: Label("施工单位建议", "Contractor's proposal"),
    Reason.POLICY: Label("政策规范调整", "Policy or code"),
    Reason.MATERIAL: Label("材料设备", "Material or equipment"),
}


class Flag(StrEnum):
    """The class of a change: flags, not a boolean (DOMAIN 2.4)."""

    GENERAL = "general"
    MAJOR_REVIEW = "major_review"
    FIRE_MAJOR = "fire_major"
    FIRE_MINOR = "fire_minor"
    PRELIM_REVIEW = "prelim_review"
    DEEPENING = "deepening"


FLAG_LABELS: dict[str, Label] = {
    Flag.GENERAL: Label("一般变更", "General change"),
    Flag.MAJOR_REVIEW: Label("重大变更（涉及审查内容）", "Major change (touches what was reviewed)"),
    Flag.FIRE_MAJOR: Label("消防重大变更", "Major fire change"),
    Flag.FIRE_MINOR: Label("消防非重大变更", "Non-major fire change"),
    Flag.PRELIM_REVIEW: Label("涉及初步设计审查内容", "Touches the reviewed preliminary design"),
    Flag.DEEPENING: Label("二次/深化设计", "Deepening design"),
}

CONSEQUENCES: dict[str, Label] = {
    Flag.GENERAL: Label(
        "设计单位签章、建设单位批准后即可生效",
        "Takes effect with the designer's seal and the owner's approval",
    ),
    Flag.MAJOR_REVIEW: Label("须送原审查机构重新审查", "Goes back to the original review agency"),
    Flag.FIRE_MAJOR: Label(
        "须经消防审验部门同意并送原审查机构重新审查",
        "Needs the fire authority's consent and the original agency's review",
    ),
    Flag.FIRE_MINOR: Label(
        "须经原技术审查机构复核确认", "Needs the confirmation of the original technical reviewer"
    ),
    Flag.PRELIM_REVIEW: Label(
        "须重新报批初步设计，并附批复文件",
        "The preliminary design is approved anew; its approval is attached",
    ),
    Flag.DEEPENING: Label("须经主体设计单位确认", "Needs the lead designer's confirmation"),
}

MAJOR = frozenset({Flag.MAJOR_REVIEW, Flag.FIRE_MAJOR, Flag.PRELIM_REVIEW})
"""With one of these a change is not general."""
REVIEWED = frozenset({Flag.MAJOR_REVIEW, Flag.FIRE_MAJOR})
"""The original agency must pass it. Fire-minor ones too, where the policy says so."""


class External(StrEnum):
    """Whose approval a change needs besides (DOMAIN 2.4, ``external[]``)."""

    PLANNING = "planning"
    FIRE = "fire"
    CIVIL_DEFENCE = "civil_defence"
    ENERGY = "energy"
    ENVIRONMENT = "environment"
    LIGHTNING = "lightning"
    LANDSCAPE = "landscape"
    WATER = "water"
    PRELIMINARY = "preliminary"
    OTHER = "other"


EXTERNAL_LABELS: dict[str, Label] = {
    External.PLANNING: Label("规划", "Planning"),
    External.FIRE: Label("消防", "Fire"),
    External.CIVIL_DEFENCE: Label("人防", "Civil defence"),
    External.ENERGY: Label("节能", "Energy"),
    External.ENVIRONMENT: Label("环保", "Environment"),
    External.LIGHTNING: Label("防雷", "Lightning protection"),
    External.LANDSCAPE: Label("园林绿化", "Landscape"),
    External.WATER: Label("水务", "Water"),
    External.PRELIMINARY: Label("初步设计批复", "Preliminary design"),
    External.OTHER: Label("其他", "Other"),
}

IMPLIED: dict[str, str] = {Flag.FIRE_MAJOR: External.FIRE, Flag.PRELIM_REVIEW: External.PRELIMINARY}
"""Approvals that follow from a flag."""


class SheetAction(StrEnum):
    """What a change does to a sheet."""

    MODIFY = "modify"
    DELETE = "delete"
    ADD = "add"
    CLARIFY = "clarify"


ACTION_LABELS: dict[str, Label] = {
    SheetAction.MODIFY: Label("修改", "Modify"),
    SheetAction.DELETE: Label("取消", "Delete"),
    SheetAction.ADD: Label("增加", "Add"),
    SheetAction.CLARIFY: Label("说明", "Clarify"),
}


class FileKind(StrEnum):
    """What a file of a change document is."""

    PAPER = "paper"
    """The document itself, as its designer made it."""
    SKETCH = "sketch"
    ATTACHMENT = "attachment"
    APPROVAL = "approval"
    """Of another department, for one of :class:`External`."""
    CONFIRMATION = "confirmation"
    """Of the review agency."""
    PHOTO = "photo"
    """Of the works, when it is implemented or verified."""


FILE_LABELS: dict[str, Label] = {
    FileKind.PAPER: Label("变更文件", "The document itself"),
    FileKind.SKETCH: Label("附图", "Sketch"),
    FileKind.ATTACHMENT: Label("附件", "Attachment"),
    FileKind.APPROVAL: Label("部门批准文件", "Approval of a department"),
    FileKind.CONFIRMATION: Label("审查确认文件", "Confirmation of the review"),
    FileKind.PHOTO: Label("现场照片", "Photo"),
}

CONTENT_FILES = frozenset({FileKind.PAPER, FileKind.SKETCH, FileKind.ATTACHMENT})
"""Files that are part of what is issued; the others are added to it later."""


class WordKind(StrEnum):
    """What somebody may say of a change besides moving it."""

    LEAD_DESIGNER = "lead_designer"
    EMERGENCY = "emergency"
    AUTHORITY = "authority"
    REVIEWED = "reviewed"
    """The agency passed it, in the round or when an emergency was regularised."""


WORD_LABELS: dict[str, Label] = {
    WordKind.LEAD_DESIGNER: Label("主体设计单位确认", "Confirmed by the lead designer"),
    WordKind.EMERGENCY: Label("同意紧急变更", "Agrees to the emergency"),
    WordKind.AUTHORITY: Label("主管部门意见", "Word of the authority"),
    WordKind.REVIEWED: Label("审查结论", "Result of the review"),
}


class EndKind(StrEnum):
    """How one change ends another."""

    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


END_EVENTS: dict[str, str] = {EndKind.SUPERSEDED: "supersede", EndKind.CANCELLED: "cancel"}
END_LABELS: dict[str, Label] = {
    EndKind.SUPERSEDED: Label("替代", "Supersedes"),
    EndKind.CANCELLED: Label("取消", "Cancels"),
}


class ChangeState(StrEnum):
    """Life of a change document."""

    PROPOSED = "proposed"
    ASSESSED = "assessed"
    REJECTED = "rejected"
    DESIGNING = "designing"
    DESIGN_ISSUED = "design_issued"
    IN_REVIEW = "in_review"
    REVIEW_PASSED = "review_passed"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    IMPLEMENTED = "implemented"
    VERIFIED = "verified"
    INCORPORATED = "incorporated"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


C = ChangeState

CHANGE_LABELS: dict[str, Label] = {
    C.PROPOSED: Label("已提出", "Proposed"),
    C.ASSESSED: Label("已评估", "Assessed"),
    C.REJECTED: Label("已退回", "Refused"),
    C.DESIGNING: Label("设计中", "With the designer"),
    C.DESIGN_ISSUED: Label("设计已出", "Issued by the designer"),
    C.IN_REVIEW: Label("审查中", "In review"),
    C.REVIEW_PASSED: Label("审查通过", "Review passed"),
    C.APPROVED: Label("建设单位已批准", "Approved by the owner"),
    C.EFFECTIVE: Label("已生效", "In effect"),
    C.IMPLEMENTED: Label("已实施", "Implemented"),
    C.VERIFIED: Label("已核验", "Verified on site"),
    C.INCORPORATED: Label("已落竣工图", "In the as-built sheet"),
    C.SUPERSEDED: Label("已被替代", "Superseded"),
    C.CANCELLED: Label("已取消", "Cancelled"),
    C.WITHDRAWN: Label("已撤回", "Withdrawn"),
}

CHANGE_EVENTS: dict[str, Label] = {
    "propose": Label("提出变更", "Propose"),
    "adopt": Label("由图纸会审记录产生", "Adopt from a joint drawing review"),
    "enact": Label("随会审记录生效", "Take effect with the signed record"),
    "assess": Label("监理评估", "Assess"),
    "accept": Label("受理，交设计", "Take up"),
    "refuse": Label("退回", "Refuse"),
    "issue": Label("出变更文件", "Issue"),
    "send_review": Label("送审", "Send to review"),
    "pass": Label("审查通过", "Pass the review"),
    "fail": Label("审查不通过", "Fail the review"),
    "approve": Label("建设单位批准", "Approve"),
    "countersign": Label("会签生效", "Countersign: take effect"),
    "emergency": Label("紧急生效", "Take effect as an emergency"),
    "restate": Label("补办：申明变更类别", "Regularise: state the class"),
    "confirm_review": Label("补办：审查确认", "Regularise: the agency confirms"),
    "regularise": Label("补办完成", "Regularise"),
    "implement": Label("已实施", "Implemented"),
    "verify": Label("现场核验", "Verify on site"),
    "reopen": Label("核验不通过", "Not as the change says"),
    "incorporate": Label("确认已落竣工图", "Accept as incorporated"),
    "supersede": Label("被替代", "Superseded by another change"),
    "cancel": Label("被取消", "Cancelled by another change"),
    "withdraw": Label("撤回", "Withdraw"),
}

PAST: dict[str, str] = {
    "propose": "proposed",
    "adopt": "adopted",
    "enact": "effective-with-record",
    "assess": "assessed",
    "accept": "accepted",
    "refuse": "refused",
    "issue": "issued",
    "send_review": "sent-to-review",
    "pass": "review-passed",
    "fail": "review-failed",
    "approve": "approved",
    "countersign": "effective",
    "emergency": "effective-as-emergency",
    "restate": "class-restated",
    "confirm_review": "review-confirmed",
    "regularise": "regularised",
    "implement": "implemented",
    "verify": "verified",
    "reopen": "not-verified",
    "incorporate": "incorporated",
    "supersede": "superseded",
    "cancel": "cancelled",
    "withdraw": "withdrawn",
}
"""Ledger entry types: ``change.past``."""


class ChangeGuard(StrEnum):
    """Names of guards; ``changes/guards.py`` holds their functions."""

    SHEETS = "sheets"
    PLACES = "places"
    NOT_ASSESSED = "not_assessed"
    CLASS_STATED = "class_stated"
    DESIGN_SEAL = "design_seal"
    LEAD_DESIGNER = "lead_designer"
    NEEDS_REVIEW = "needs_review"
    REVIEW_DONE = "review_done"
    ORIGINAL_AGENCY = "original_agency"
    EXTERNALS = "externals"
    ON_BASE = "on_base"
    ENDS_STAND = "ends_stand"
    REISSUED = "reissued"
    THREE_CONSENTS = "three_consents"
    STARTED = "started"
    IS_EMERGENCY = "is_emergency"
    REGULAR = "regular"
    ALL_INCORPORATED = "all_incorporated"
    REASON = "reason"


G = ChangeGuard

CHANGE_GUARD_LABELS: dict[str, Label] = {
    G.SHEETS: Label("已列明影响图纸", "The affected sheets are named"),
    G.PLACES: Label("每张图已圈出变更部位", "The region is drawn on each sheet"),
    G.NOT_ASSESSED: Label("本项目不要求监理评估", "This project asks for no assessment"),
    G.CLASS_STATED: Label("设计已申明变更类别", "The designer has stated the class"),
    G.DESIGN_SEAL: Label("设计签章", "Seals of the designer"),
    G.LEAD_DESIGNER: Label("主体设计单位已确认", "The lead designer has confirmed"),
    G.NEEDS_REVIEW: Label("本变更须重新审查", "This change must be reviewed"),
    G.REVIEW_DONE: Label("须审查的已审查通过", "What must be reviewed has passed"),
    G.ORIGINAL_AGENCY: Label("由原审查机构审查", "Reviewed by the original agency"),
    G.EXTERNALS: Label("有关部门批准文件齐全", "Approvals of other departments are there"),
    G.ON_BASE: Label(
        "所依据的版次仍为有效版次", "Each sheet still stands on the revision it was written for"
    ),
    G.ENDS_STAND: Label("所替代、取消的变更仍有效", "What it supersedes or cancels is in effect"),
    G.REISSUED: Label("新版图纸已发布", "The new revisions are released"),
    G.THREE_CONSENTS: Label("设计、监理、建设三方已同意", "Designer, supervisor and owner agree"),
    G.STARTED: Label("已到生效时间", "Its time has come"),
    G.IS_EMERGENCY: Label("属紧急变更且尚未补办", "An emergency that is not regular yet"),
    G.REGULAR: Label("紧急变更已补办手续", "The emergency has been regularised"),
    G.ALL_INCORPORATED: Label("各图均已落竣工图", "Each sheet's as-built says it"),
    G.REASON: Label("已写明理由", "A reason is given"),
}

_ISSUE = (G.SHEETS, G.PLACES, G.CLASS_STATED, G.LEAD_DESIGNER, G.DESIGN_SEAL)
_STAND = (G.ON_BASE, G.ENDS_STAND, G.REISSUED)
_BEFORE_EFFECT = (
    C.PROPOSED,
    C.ASSESSED,
    C.DESIGNING,
    C.DESIGN_ISSUED,
    C.IN_REVIEW,
    C.REVIEW_PASSED,
    C.APPROVED,
)
_AFTER_EFFECT = (C.EFFECTIVE, C.IMPLEMENTED, C.VERIFIED)
_ONCE_IN_EFFECT = (*_AFTER_EFFECT, C.SUPERSEDED, C.CANCELLED)

CHANGES = StateTable(
    name="change_document",
    states=CHANGE_LABELS,
    events=CHANGE_EVENTS,
    steps=(
        Step("propose", None, C.PROPOSED, Do.CHANGE_PROPOSE, (G.SHEETS,)),
        Step("adopt", None, C.DESIGNING, Do.JDR_SIGN),
        Step("enact", C.DESIGNING, C.EFFECTIVE, Do.JDR_SIGN),
        Step("assess", C.PROPOSED, C.ASSESSED, Do.CHANGE_ASSESS, (G.REASON,)),
        Step("accept", C.PROPOSED, C.DESIGNING, Do.CHANGE_ACCEPT, (G.NOT_ASSESSED,)),
        Step("accept", C.ASSESSED, C.DESIGNING, Do.CHANGE_ACCEPT),
        *(Step("refuse", s, C.REJECTED, Do.CHANGE_ACCEPT, (G.REASON,)) for s in (C.PROPOSED, C.ASSESSED)),
        Step("issue", C.DESIGNING, C.DESIGN_ISSUED, Do.CHANGE_ISSUE, _ISSUE),
        Step("send_review", C.DESIGN_ISSUED, C.IN_REVIEW, Do.CHANGE_SUBMIT, (G.NEEDS_REVIEW,)),
        Step("pass", C.IN_REVIEW, C.REVIEW_PASSED, Do.CHANGE_REVIEW, (G.ORIGINAL_AGENCY,)),
        Step("fail", C.IN_REVIEW, C.DESIGNING, Do.CHANGE_REVIEW, (G.ORIGINAL_AGENCY, G.REASON)),
        *(
            Step("approve", s, C.APPROVED, Do.CHANGE_APPROVE, (G.REVIEW_DONE, G.EXTERNALS))
            for s in (C.DESIGN_ISSUED, C.REVIEW_PASSED)
        ),
        Step("countersign", C.APPROVED, C.EFFECTIVE, Do.CHANGE_COUNTERSIGN, _STAND),
        *(
            Step(
                "emergency",
                s,
                C.EFFECTIVE,
                Do.CHANGE_EMERGENCY,
                (G.SHEETS, G.PLACES, G.REASON, G.THREE_CONSENTS, *_STAND),
            )
            for s in _BEFORE_EFFECT
        ),
        *(Step("restate", s, s, Do.CHANGE_ISSUE, (G.IS_EMERGENCY, G.CLASS_STATED, G.DESIGN_SEAL))
          for s in _ONCE_IN_EFFECT),
        *(Step("confirm_review", s, s, Do.CHANGE_REVIEW, (G.IS_EMERGENCY, G.NEEDS_REVIEW, G.ORIGINAL_AGENCY))
          for s in _ONCE_IN_EFFECT),
        *(Step("regularise", s, s, Do.CHANGE_APPROVE,
               (G.IS_EMERGENCY, G.CLASS_STATED, G.LEAD_DESIGNER, G.REVIEW_DONE, G.EXTERNALS))
          for s in _ONCE_IN_EFFECT),
        Step("implement", C.EFFECTIVE, C.IMPLEMENTED, Do.CHANGE_IMPLEMENT, (G.STARTED,)),
        Step("verify", C.IMPLEMENTED, C.VERIFIED, Do.CHANGE_VERIFY),
        Step("reopen", C.IMPLEMENTED, C.EFFECTIVE, Do.CHANGE_VERIFY, (G.REASON,)),
        Step("incorporate", C.VERIFIED, C.INCORPORATED, Do.CHANGE_VERIFY, (G.ALL_INCORPORATED, G.REGULAR)),
        *(Step("supersede", s, C.SUPERSEDED, Do.CHANGE_ISSUE) for s in _AFTER_EFFECT),
        *(Step("cancel", s, C.CANCELLED, Do.CHANGE_ISSUE) for s in _AFTER_EFFECT),
        *(Step("withdraw", s, C.WITHDRAWN, Do.CHANGE_PROPOSE, (G.REASON,)) for s in (C.PROPOSED, C.ASSESSED)),
        *(Step("withdraw", s, C.WITHDRAWN, Do.CHANGE_ISSUE, (G.REASON,))
          for s in (C.DESIGNING, C.DESIGN_ISSUED, C.REVIEW_PASSED, C.APPROVED)),
    ),
)  # fmt: skip

STANDING = frozenset({C.EFFECTIVE, C.IMPLEMENTED, C.VERIFIED, C.INCORPORATED})
"""It is in effect: its slips stand, unless absorbed."""
OPEN = frozenset({*_BEFORE_EFFECT, *_AFTER_EFFECT})
"""Something is still to be done: not closed twice yet."""
IRREGULAR = STANDING | {C.SUPERSEDED, C.CANCELLED}
"""States of an emergency whose formalities are asked for: what was built without them stays red after its end."""
UNDER_WORK = frozenset({C.PROPOSED, C.ASSESSED, C.DESIGNING})
"""Its text and its sheets can still be edited."""
FROZEN = frozenset(ChangeState) - UNDER_WORK
FORMAL = frozenset(ChangeState) - {C.PROPOSED, C.ASSESSED, C.DESIGNING, C.REJECTED, C.WITHDRAWN}
"""States that watching parties see; ``access.site_grants`` says the same words."""
