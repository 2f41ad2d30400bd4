"""Opinions (审查意见): their three axes, their machine (DOMAIN 2.3), and what a designer may answer."""

from enum import StrEnum

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step

MOST_TEXT = 4_000
"""Characters of any text of an opinion."""
MOST_PLACES = 500
"""Sheets of one opinion."""
MOST_OPINIONS = 5_000
"""Opinions of one case."""


class Domain(StrEnum):
    """First axis."""

    FIRE = "fire"
    OTHER = "other"


class Basis(StrEnum):
    """Second axis: what the opinion rests on."""

    MANDATORY_CLAUSE = "mandatory_clause"
    GENERAL_CLAUSE = "general_clause"
    POLICY = "policy"
    DESIGN_DEPTH = "design_depth"


class Severity(StrEnum):
    """Third axis."""

    MUST_FIX = "must_fix"
    ADVISE = "advise"


DOMAIN_LABELS: dict[str, Label] = {
    Domain.FIRE: Label("消防安全", "Fire safety"),
    Domain.OTHER: Label("其他", "Other"),
}
BASIS_LABELS: dict[str, Label] = {
    Basis.MANDATORY_CLAUSE: Label("强制性条文", "Mandatory clause"),
    Basis.GENERAL_CLAUSE: Label("一般性条文", "General clause"),
    Basis.POLICY: Label("政策规定", "Policy"),
    Basis.DESIGN_DEPTH: Label("设计深度", "Design depth"),
}
SEVERITY_LABELS: dict[str, Label] = {
    Severity.MUST_FIX: Label("必须修改", "Must fix"),
    Severity.ADVISE: Label("建议修改", "Advisory"),
}


class OpinionState(StrEnum):
    """Life of an opinion. Its identifier never changes; its display order may."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    MERGED = "merged"
    REJECTED = "rejected"
    ISSUED = "issued"
    REPLIED = "replied"
    EXPLAINED = "explained"
    DISPUTED = "disputed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    CLOSED = "closed"
    RETRACTED = "retracted"


O = OpinionState  # noqa: E741  short inside the table below

OPINION_LABELS: dict[str, Label] = {
    O.DRAFT: Label("草稿", "Draft"),
    O.PROPOSED: Label("已提出", "Proposed"),
    O.MERGED: Label("已合并", "Merged"),
    O.REJECTED: Label("未采用", "Not adopted"),
    O.ISSUED: Label("待回复", "To be answered"),
    O.REPLIED: Label("已修改待复核", "Fixed, to be rechecked"),
    O.EXPLAINED: Label("已说明待复核", "Explained, to be rechecked"),
    O.DISPUTED: Label("有争议", "Disputed"),
    O.UPHELD: Label("维持原意见", "Upheld"),
    O.DISMISSED: Label("裁定不成立", "Dismissed"),
    O.CLOSED: Label("已关闭", "Closed"),
    O.RETRACTED: Label("审查机构已收回", "Retracted by the agency"),
}

OPINION_EVENTS: dict[str, Label] = {
    "draft": Label("起草", "Draft"),
    "propose": Label("提出", "Propose"),
    "take_up": Label("退回草稿", "Back to draft"),
    "merge": Label("合并", "Merge"),
    "reject": Label("不采用", "Do not adopt"),
    "issue": Label("出具", "Issue"),
    "reply_fixed": Label("已修改", "Fixed"),
    "reply_explain": Label("不修改，说明理由", "Not changed, with reasons"),
    "dispute": Label("申辩", "Dispute"),
    "recheck_ok": Label("复核通过", "Recheck: settled"),
    "recheck_fail": Label("复核不通过", "Recheck: not settled"),
    "uphold": Label("裁定维持", "Uphold"),
    "dismiss": Label("裁定不成立", "Dismiss"),
    "retract": Label("收回", "Retract"),
}

OPINION_PAST: dict[str, str] = {
    "draft": "drafted",
    "propose": "proposed",
    "take_up": "taken-up",
    "merge": "merged",
    "reject": "rejected",
    "issue": "issued",
    "reply_fixed": "replied",
    "reply_explain": "explained",
    "dispute": "disputed",
    "recheck_ok": "closed",
    "recheck_fail": "reopened",
    "uphold": "upheld",
    "dismiss": "dismissed",
    "retract": "retracted",
}
"""Ledger entry types: ``opinion.past``."""

_TO_ANSWER = (O.ISSUED, O.REPLIED, O.EXPLAINED, O.DISPUTED, O.UPHELD)
"""A reply may be given anew until it is sent."""
_ANSWERED = (O.REPLIED, O.EXPLAINED)

OPINIONS = StateTable(
    name="review_opinion",
    states=OPINION_LABELS,
    events=OPINION_EVENTS,
    steps=(
        Step("draft", None, O.DRAFT, Do.REVIEW_WRITE),
        Step("propose", O.DRAFT, O.PROPOSED, Do.REVIEW_WRITE),
        Step("take_up", O.PROPOSED, O.DRAFT, Do.REVIEW_WRITE),
        Step("reject", O.DRAFT, O.REJECTED, Do.REVIEW_WRITE),
        Step("reject", O.PROPOSED, O.REJECTED, Do.REVIEW_LEAD),
        Step("merge", O.PROPOSED, O.MERGED, Do.REVIEW_LEAD),
        Step("issue", O.PROPOSED, O.ISSUED, Do.REVIEW_LEAD),
        *(Step("reply_fixed", state, O.REPLIED, Do.REVIEW_REPLY) for state in _TO_ANSWER),
        *(Step("reply_explain", state, O.EXPLAINED, Do.REVIEW_REPLY) for state in _TO_ANSWER),
        *(
            Step("dispute", state, O.DISPUTED, Do.REVIEW_REPLY)
            for state in _TO_ANSWER
            if state is not O.UPHELD
        ),
        *(Step("recheck_ok", state, O.CLOSED, Do.REVIEW_WRITE) for state in _ANSWERED),
        *(Step("recheck_fail", state, O.ISSUED, Do.REVIEW_WRITE) for state in _ANSWERED),
        Step("uphold", O.DISPUTED, O.UPHELD, Do.REVIEW_RULE),
        Step("dismiss", O.DISPUTED, O.DISMISSED, Do.REVIEW_RULE),
        *(Step("retract", state, O.RETRACTED, Do.REVIEW_LEAD) for state in _TO_ANSWER),
    ),
)

REPLIES: dict[str, str] = {"reply_fixed": "fixed", "reply_explain": "explained", "dispute": "disputed"}
"""Events by which a designer answers, and the kind of reply each writes."""
REPLY_LABELS: dict[str, Label] = {
    "fixed": Label("已修改", "Fixed"),
    "explained": Label("不修改，说明理由", "Not changed, with reasons"),
    "disputed": Label("申辩", "Disputed"),
}

INSIDE = frozenset({O.DRAFT, O.PROPOSED, O.MERGED, O.REJECTED})
"""The agency's own affair: nobody else sees it."""
UNDECIDED = frozenset({O.DRAFT})
TO_ISSUE = frozenset({O.PROPOSED})
UNANSWERED = frozenset({O.ISSUED, O.UPHELD})
TO_JUDGE = frozenset({O.REPLIED, O.EXPLAINED})
OPEN = frozenset({O.ISSUED, O.REPLIED, O.EXPLAINED, O.DISPUTED, O.UPHELD})
"""Issued and not settled."""
NO_VIOLATION = INSIDE | {O.DISMISSED, O.RETRACTED}
"""What is no violation of anything, or is none any more."""
SETTLED = frozenset({O.CLOSED, O.DISMISSED, O.RETRACTED})


def needs_clause(basis: str) -> bool:
    """Whether an opinion on this basis must cite a clause; a matter of design depth gives its reason instead."""
    return basis != Basis.DESIGN_DEPTH


def is_always_must_fix(domain: str, basis: str) -> bool:
    """Fire opinions, and violations of mandatory clauses, are never advisory (DOMAIN 2.3)."""
    return domain == Domain.FIRE or basis == Basis.MANDATORY_CLAUSE
