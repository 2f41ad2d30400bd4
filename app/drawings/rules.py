"""The sheet revision's machine (DOMAIN 2.1), internal signatures, and the states of intake, as tables."""

from enum import StrEnum

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step
from app.seals.rules import SealKind


class RevisionState(StrEnum):
    """Content life of a revision. ``superseded`` is not here: time moves it, so it is derived (ARCHITECTURE 7, 3)."""

    DRAFT = "draft"
    CHECKING = "checking"
    ISSUED = "issued"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    VOID = "void"


R = RevisionState

STATE_LABELS: dict[str, Label] = {
    R.DRAFT: Label("编制中", "Draft"),
    R.CHECKING: Label("校审中", "In checking"),
    R.ISSUED: Label("已出图", "Issued"),
    R.SUBMITTED: Label("已送审", "Submitted"),
    R.RETURNED: Label("退回修改", "Returned"),
    R.APPROVED: Label("审查合格", "Approved"),
    R.RELEASED: Label("已发布", "Released"),
    R.WITHDRAWN: Label("已撤回", "Withdrawn"),
    R.VOID: Label("作废", "Void"),
}

EVENT_LABELS: dict[str, Label] = {
    "create": Label("新建", "Create"),
    "import_history": Label("补录", "Enter from history"),
    "send_check": Label("提交校审", "Send to checking"),
    "check_reject": Label("校审退回", "Reject in checking"),
    "issue": Label("出图", "Issue"),
    "submit": Label("送审", "Submit for review"),
    "resubmit": Label("再次送审", "Submit again unchanged"),
    "take_back": Label("撤回送审", "Take back from review"),
    "return": Label("退回", "Return"),
    "approve": Label("审查合格", "Approve"),
    "release_direct": Label("发布", "Release"),
    "release": Label("发布", "Release"),
    "cancel_sheet": Label("图纸作废", "Cancel the sheet"),
    "withdraw": Label("撤回", "Withdraw"),
}


class Guard(StrEnum):
    """Names of guards; ``drawings/guards.py`` holds their functions."""

    BYTES_PRESENT = "bytes_present"
    PDF_PRESENT = "pdf_present"
    TITLE_MATCHES = "title_matches"
    DRAWN_COMPLETELY = "drawn_completely"
    SIGNATURES = "signatures"
    DESIGN_SEAL = "design_seal"
    REVIEW_SEAL = "review_seal"
    IN_SUBMISSION = "in_submission"
    MUST_FIX_OPINION = "must_fix_opinion"
    CERTIFICATE = "certificate"
    REVIEW_WAIVED = "review_waived"
    JOINT_REVIEW = "joint_review"
    OLDER_THAN_RELEASED = "older_than_released"


GUARD_LABELS: dict[str, Label] = {
    Guard.BYTES_PRESENT: Label("图纸文件齐备", "The drawing's bytes are stored"),
    Guard.PDF_PRESENT: Label("有 PDF 版图纸", "A PDF stands beside the CAD file"),
    Guard.TITLE_MATCHES: Label("图签与登记一致", "Title block agrees with the register"),
    Guard.DRAWN_COMPLETELY: Label("图面可完整显示", "All of the drawing can be shown"),
    Guard.SIGNATURES: Label("校对、审核、审定、会签齐全", "Internal signatures complete"),
    Guard.DESIGN_SEAL: Label("出图章与注册章有效", "Design and registered seals valid"),
    Guard.REVIEW_SEAL: Label("审图章有效", "Review seal valid"),
    Guard.IN_SUBMISSION: Label("在送审批次中", "Part of a submission"),
    Guard.MUST_FIX_OPINION: Label("有必须修改的意见", "A must-fix opinion is open"),
    Guard.CERTIFICATE: Label("审查合格书列明该文件", "The certificate lists these bytes"),
    Guard.REVIEW_WAIVED: Label("无需事前审查", "No prior review needed"),
    Guard.JOINT_REVIEW: Label("图纸会审完成", "Joint drawing review held"),
    Guard.OLDER_THAN_RELEASED: Label("版次不早于现行版", "Not older than the revision in force"),
}

G = Guard

REVISIONS = StateTable(
    name="sheet_revision",
    states=STATE_LABELS,
    events=EVENT_LABELS,
    steps=(
        Step("create", None, R.DRAFT, Do.REVISION_EDIT, (G.BYTES_PRESENT,)),
        Step("import_history", None, R.ISSUED, Do.REVISION_IMPORT, (G.BYTES_PRESENT,)),
        Step(
            "send_check",
            R.DRAFT,
            R.CHECKING,
            Do.REVISION_EDIT,
            (G.BYTES_PRESENT, G.PDF_PRESENT, G.TITLE_MATCHES, G.DRAWN_COMPLETELY),
        ),
        Step("check_reject", R.CHECKING, R.DRAFT, Do.REVISION_CHECK),
        Step("issue", R.CHECKING, R.ISSUED, Do.REVISION_ISSUE, (G.SIGNATURES, G.PDF_PRESENT, G.DESIGN_SEAL)),
        Step("submit", R.ISSUED, R.SUBMITTED, Do.REVISION_SUBMIT, (G.IN_SUBMISSION,)),
        Step("resubmit", R.RETURNED, R.SUBMITTED, Do.REVISION_SUBMIT, (G.IN_SUBMISSION,)),
        Step("take_back", R.SUBMITTED, R.ISSUED, Do.REVISION_SUBMIT, (G.IN_SUBMISSION,)),
        Step("return", R.SUBMITTED, R.RETURNED, Do.REVISION_REVIEW, (G.MUST_FIX_OPINION,)),
        Step("approve", R.SUBMITTED, R.APPROVED, Do.REVISION_REVIEW, (G.CERTIFICATE,)),
        Step(
            "release_direct",
            R.ISSUED,
            R.RELEASED,
            Do.REVISION_RELEASE,
            (G.REVIEW_WAIVED, G.DESIGN_SEAL, G.JOINT_REVIEW, G.OLDER_THAN_RELEASED),
        ),
        Step(
            "release",
            R.APPROVED,
            R.RELEASED,
            Do.REVISION_RELEASE,
            (G.CERTIFICATE, G.DESIGN_SEAL, G.REVIEW_SEAL, G.JOINT_REVIEW, G.OLDER_THAN_RELEASED),
        ),
        Step("cancel_sheet", R.RELEASED, R.VOID, Do.REVISION_VOID),
        Step("withdraw", R.DRAFT, R.WITHDRAWN, Do.REVISION_EDIT),
        Step("withdraw", R.CHECKING, R.WITHDRAWN, Do.REVISION_WITHDRAW),
        Step("withdraw", R.ISSUED, R.WITHDRAWN, Do.REVISION_WITHDRAW),
        Step("withdraw", R.RETURNED, R.WITHDRAWN, Do.REVISION_WITHDRAW),
    ),
)

FROZEN_STATES = frozenset({R.ISSUED, R.SUBMITTED, R.RETURNED, R.APPROVED, R.RELEASED, R.VOID})
"""States in which content never changes again."""
SEALED_IN: dict[SealKind, frozenset[RevisionState]] = {
    SealKind.REGISTERED: frozenset({R.CHECKING, R.ISSUED}),
    SealKind.ISSUE: frozenset({R.CHECKING, R.ISSUED}),
    SealKind.PERSON: frozenset({R.CHECKING, R.ISSUED}),
    SealKind.REVIEW: frozenset({R.APPROVED, R.RELEASED}),
    SealKind.AS_BUILT: frozenset({R.RELEASED}),
    SealKind.FIRM: frozenset({R.RELEASED}),
}
"""In which states each kind of seal is put on a sheet (DOMAIN 4.1)."""
OPEN_STATES = frozenset({R.DRAFT, R.CHECKING})


class SignatureRole(StrEnum):
    """Internal signatures (DOMAIN 1.2): 校对, 审核, 审定, 会签."""

    CHECKER = "checker"
    VERIFIER = "verifier"
    APPROVER = "approver"
    COSIGNER = "cosigner"


SIGNATURE_LABELS: dict[str, Label] = {
    SignatureRole.CHECKER: Label("校对", "Checked"),
    SignatureRole.VERIFIER: Label("审核", "Verified"),
    SignatureRole.APPROVER: Label("审定", "Approved"),
    SignatureRole.COSIGNER: Label("会签", "Co-signed"),
}

SIGNATURE_RIGHTS: dict[str, Do] = {
    SignatureRole.CHECKER: Do.REVISION_CHECK,
    SignatureRole.VERIFIER: Do.REVISION_VERIFY,
    SignatureRole.APPROVER: Do.REVISION_APPROVE,
    SignatureRole.COSIGNER: Do.REVISION_COSIGN,
}


class IntakeState(StrEnum):
    """Life of a batch of uploads."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class FileState(StrEnum):
    """Life of one uploaded file."""

    RECEIVED = "received"
    """Stored, hashed and acknowledged; inspection waits."""
    READY = "ready"
    STORED_ONLY = "stored_only"
    """Kept and hashed; cannot be drawn here, with the reason."""
    REFUSED = "refused"
    """Not a drawing, or hostile; kept for the record with the reason, takes no part."""


FILE_STATE_LABELS: dict[str, Label] = {
    FileState.RECEIVED: Label("识别中", "Being read"),
    FileState.READY: Label("已识别", "Read"),
    FileState.STORED_ONLY: Label("仅存档", "Stored only"),
    FileState.REFUSED: Label("未接收", "Refused"),
}


CAD_KINDS = frozenset({"dxf", "dwg"})
"""Files that stand beside a printable one in a revision."""


class ProposalState(StrEnum):
    """Life of one proposed sheet in the intake table."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    LEFT_OUT = "left_out"


FIELDS = ("number", "title", "discipline", "scale", "date", "revision", "stage")
"""Title block fields the intake table shows (图号 图名 专业 比例 日期 版本 阶段)."""

FIELD_LABELS: dict[str, Label] = {
    "number": Label("图号", "Number"),
    "title": Label("图名", "Title"),
    "discipline": Label("专业", "Discipline"),
    "scale": Label("比例", "Scale"),
    "date": Label("日期", "Date"),
    "revision": Label("版次", "Revision"),
    "stage": Label("设计阶段", "Stage"),
}

HISTORY_FIELDS: dict[str, Label] = {
    "external_effective_date": Label("原生效日期", "Was in force from"),
    "external_certificate": Label("原审查合格书编号", "Review certificate elsewhere"),
    "external_seals": Label("原签章情况", "Seals elsewhere"),
    "external_note": Label("补录说明", "Note"),
}
"""What a half-built project's past brings along: recorded as claimed, never shown as verified."""

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "dxf": "image/vnd.dxf",
    "dwg": "image/vnd.dwg",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "ofd": "application/ofd",
}
"""Of what is taken in, by kind."""
