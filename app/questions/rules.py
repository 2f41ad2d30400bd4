"""Questions on drawings as tables: the machine of contact notes, that of joint drawing reviews, and their words."""

from enum import StrEnum

from app.access.rules import PartyRole
from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step

MOST_TEXT = 4_000
"""Characters of any text of a question or an answer."""
MOST_FILES = 20
"""Attachments of one contact note."""
MOST_ITEMS = 2_000
"""Questions of one joint drawing review."""
MOST_PEOPLE = 60
"""Attendees of one meeting."""


class NoteState(StrEnum):
    """Life of a contact note (工程联系单)."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    TURNED = "turned"
    WITHDRAWN = "withdrawn"


N = NoteState

NOTE_LABELS: dict[str, Label] = {
    N.OPEN: Label("待答复", "Waits for an answer"),
    N.ANSWERED: Label("已答复", "Answered"),
    N.CLOSED: Label("已关闭", "Closed"),
    N.TURNED: Label("已转变更", "Turned into a change"),
    N.WITHDRAWN: Label("已撤回", "Withdrawn"),
}

NOTE_EVENTS: dict[str, Label] = {
    "ask": Label("发出联系单", "Send the note"),
    "answer": Label("答复", "Answer"),
    "close": Label("关闭", "Close"),
    "reopen": Label("重新打开", "Reopen"),
    "turn": Label("转为变更", "Turn into a change"),
    "withdraw": Label("撤回", "Withdraw"),
}

NOTE_PAST: dict[str, str] = {
    "ask": "asked",
    "answer": "answered",
    "close": "closed",
    "reopen": "reopened",
    "turn": "turned-into-change",
    "withdraw": "withdrawn",
}
"""Ledger entry types: ``note.past``."""

NOTES = StateTable(
    name="contact_note",
    states=NOTE_LABELS,
    events=NOTE_EVENTS,
    steps=(
        Step("ask", None, N.OPEN, Do.NOTE_ASK),
        Step("answer", N.OPEN, N.ANSWERED, Do.NOTE_ANSWER),
        Step("answer", N.ANSWERED, N.ANSWERED, Do.NOTE_ANSWER),
        Step("close", N.ANSWERED, N.CLOSED, Do.NOTE_ASK),
        Step("reopen", N.ANSWERED, N.OPEN, Do.NOTE_ASK),
        Step("reopen", N.CLOSED, N.OPEN, Do.NOTE_ASK),
        Step("turn", N.OPEN, N.TURNED, Do.CHANGE_PROPOSE),
        Step("turn", N.ANSWERED, N.TURNED, Do.CHANGE_PROPOSE),
        Step("withdraw", N.OPEN, N.WITHDRAWN, Do.NOTE_ASK),
    ),
)
"""An answer is of the asked party; closing, reopening and withdrawing are of the asking one; either may turn the note
into a change. That is said here because grants know no "the party that asked" (``actions/notes.py: seat_of_note``)."""

NEEDS_WORDS = frozenset({"ask", "answer", "reopen", "withdraw"})
"""Events that say something."""


class JointState(StrEnum):
    """Life of a joint drawing review (图纸会审)."""

    PLANNED = "planned"
    COLLECTED = "questions_collected"
    HELD = "held"
    ANSWERED = "answered"
    SIGNING = "signing"
    EFFECTIVE = "effective"
    CLOSED = "closed"


J = JointState

JOINT_LABELS: dict[str, Label] = {
    J.PLANNED: Label("征集问题", "Collecting questions"),
    J.COLLECTED: Label("问题已汇总", "Questions collected"),
    J.HELD: Label("会议进行", "Meeting held"),
    J.ANSWERED: Label("已答复", "Answered"),
    J.SIGNING: Label("会签中", "Being signed"),
    J.EFFECTIVE: Label("已生效", "Effective"),
    J.CLOSED: Label("已关闭", "Closed"),
}

JOINT_EVENTS: dict[str, Label] = {
    "plan": Label("发起图纸会审", "Plan a joint drawing review"),
    "collect": Label("汇总问题", "Close the collection"),
    "hold": Label("会议召开", "Hold the meeting"),
    "answer": Label("答复完毕", "All is answered"),
    "freeze": Label("送各方签认", "Send for signing"),
    "reopen": Label("退回修改", "Take back for changes"),
    "take_effect": Label("生效", "Take effect"),
    "close": Label("关闭", "Close"),
}

JOINT_PAST: dict[str, str] = {
    "plan": "planned",
    "collect": "questions-collected",
    "hold": "held",
    "answer": "answered",
    "freeze": "sent-for-signing",
    "reopen": "taken-back",
    "take_effect": "effective",
    "close": "closed",
}
"""Ledger entry types: ``jdr.past``."""


class JointGuard(StrEnum):
    """Names of guards; ``questions/guards.py`` holds their functions."""

    ITEMS = "items"
    MEETING = "meeting"
    ALL_ANSWERED = "all_answered"
    SIGNED = "signed"
    CHANGES = "changes"
    REASON = "reason"


G = JointGuard

JOINT_GUARD_LABELS: dict[str, Label] = {
    G.ITEMS: Label("已有问题", "There are questions"),
    G.MEETING: Label("已记录会议时间、地点和参加人员", "Date, place and attendees are recorded"),
    G.ALL_ANSWERED: Label("每条问题均已答复并分类", "Every question is answered and classed"),
    G.SIGNED: Label("四方均已签认", "The four parties have signed"),
    G.CHANGES: Label("需变更的条目均已立变更文件", "Items that need a change have their change document"),
    G.REASON: Label("已写明理由", "A reason is given"),
}

JOINTS = StateTable(
    name="joint_drawing_review",
    states=JOINT_LABELS,
    events=JOINT_EVENTS,
    steps=(
        Step("plan", None, J.PLANNED, Do.JDR_CONVENE),
        Step("collect", J.PLANNED, J.COLLECTED, Do.JDR_CONVENE, (G.ITEMS,)),
        Step("hold", J.COLLECTED, J.HELD, Do.JDR_RECORD, (G.MEETING,)),
        Step("answer", J.HELD, J.ANSWERED, Do.JDR_RECORD, (G.ALL_ANSWERED,)),
        Step("freeze", J.ANSWERED, J.SIGNING, Do.JDR_RECORD, (G.MEETING, G.ALL_ANSWERED)),
        Step("reopen", J.SIGNING, J.ANSWERED, Do.JDR_RECORD, (G.REASON,)),
        Step("take_effect", J.SIGNING, J.EFFECTIVE, Do.JDR_SIGN, (G.SIGNED,)),
        Step("close", J.EFFECTIVE, J.CLOSED, Do.JDR_RECORD, (G.CHANGES,)),
    ),
)
"""``take_effect`` is nobody's own step: it follows from the fourth signature, in its act."""

ASKING = frozenset({J.PLANNED, J.COLLECTED, J.HELD})
"""Questions come in, those that the meeting raises too."""
ANSWERING = frozenset({J.PLANNED, J.COLLECTED, J.HELD, J.ANSWERED, J.SIGNING})
"""Answers are written, prepared ones before the meeting too; in signing a change takes the record back."""
BEFORE_MEETING = frozenset({J.PLANNED, J.COLLECTED})
"""Only designers prepare answers."""
PREPARING = frozenset({J.PLANNED, J.COLLECTED, J.HELD, J.ANSWERED, J.SIGNING})
"""Date, place and attendees may be put right."""
STANDING = frozenset({J.EFFECTIVE, J.CLOSED})
"""Signed by the four parties: the drawings were jointly reviewed."""

FOUR: tuple[PartyRole, ...] = (
    PartyRole.OWNER,
    PartyRole.DESIGNER,
    PartyRole.CONTRACTOR,
    PartyRole.SUPERVISOR,
)
"""The parties without whose signatures a record has no effect (DOMAIN 2.6)."""


class ItemClass(StrEnum):
    """What a question shows (practice taxonomy, DOMAIN 2.6)."""

    NONE = ""
    DESIGN_ERROR = "A"
    CONTRADICTION = "B"
    DEPTH = "C"
    PROPOSAL = "D"


CLASS_LABELS: dict[str, Label] = {
    ItemClass.NONE: Label("未分类", "Not classed"),
    ItemClass.DESIGN_ERROR: Label("A 设计错误", "A Design error"),
    ItemClass.CONTRADICTION: Label("B 图纸矛盾", "B Contradiction"),
    ItemClass.DEPTH: Label("C 深度不足", "C Insufficient depth"),
    ItemClass.PROPOSAL: Label("D 施工建议", "D Construction proposal"),
}


class ItemSeverity(StrEnum):
    """How much depends on it."""

    GENERAL = "general"
    MAJOR = "major"


ITEM_SEVERITY_LABELS: dict[str, Label] = {
    ItemSeverity.GENERAL: Label("一般", "General"),
    ItemSeverity.MAJOR: Label("重要", "Major"),
}


class Outcome(StrEnum):
    """What follows from an answer."""

    UNDECIDED = ""
    NONE = "none"
    CLARIFIED = "clarified"
    CHANGE = "change_required"


OUTCOME_LABELS: dict[str, Label] = {
    Outcome.UNDECIDED: Label("未定", "Not decided"),
    Outcome.NONE: Label("按图施工", "As drawn"),
    Outcome.CLARIFIED: Label("说明澄清", "Clarified"),
    Outcome.CHANGE: Label("需变更", "Change required"),
}
