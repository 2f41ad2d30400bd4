"""What state a draw is in, computed from what happened to it and the instant, and its words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kernel.labels import Label


class ItemKind(StrEnum):
    """What is drawn."""

    CASE = "case"
    PROJECT = "project"
    CERTIFICATE = "certificate"


ITEM_LABELS: dict[str, Label] = {
    ItemKind.CASE: Label("审查案卷", "Review cases"),
    ItemKind.PROJECT: Label("项目", "Projects"),
    ItemKind.CERTIFICATE: Label("审查合格书", "Review certificates"),
}


class Unrevealed(StrEnum):
    """What becomes of a draw in which somebody committed to a number and does not reveal it."""

    LEAVE_OUT = "leave-out"
    VOID = "void"


UNREVEALED_LABELS: dict[str, Label] = {
    Unrevealed.LEAVE_OUT: Label("不计入，并公开其所在单位", "left out, and its organisation named"),
    Unrevealed.VOID: Label("本次抽取作废，须重新公告", "the draw is void and announced anew"),
}


class DrawState(StrEnum):
    """Where a draw stands."""

    ANNOUNCED = "announced"
    VALUE_DUE = "value_due"
    REVEALING = "revealing"
    TO_COMPLETE = "to_complete"
    VOID = "void"
    DRAWN = "drawn"
    CANCELLED = "cancelled"


DRAW_LABELS: dict[str, Label] = {
    DrawState.ANNOUNCED: Label("已公告", "Announced"),
    DrawState.VALUE_DUE: Label("待录入公开数值", "Public value to be entered"),
    DrawState.REVEALING: Label("等待揭示随机数", "Numbers to be revealed"),
    DrawState.TO_COMPLETE: Label("待生成结果", "To be completed"),
    DrawState.VOID: Label("作废，待撤销", "Void, to be cancelled"),
    DrawState.DRAWN: Label("已抽取", "Drawn"),
    DrawState.CANCELLED: Label("已撤销", "Cancelled"),
}


@dataclass(frozen=True)
class DrawFacts:
    """What state a draw is in follows from these."""

    known_at: datetime
    reveal_until: datetime | None
    unrevealed: str
    has_value: bool
    open_shares: int
    """Committed and not revealed."""
    is_drawn: bool
    is_cancelled: bool


def state_of(facts: DrawFacts, now: datetime) -> DrawState:
    """Where a draw stands at an instant."""
    if facts.is_cancelled:
        return DrawState.CANCELLED
    if facts.is_drawn:
        return DrawState.DRAWN
    if now < facts.known_at:
        return DrawState.ANNOUNCED
    if facts.open_shares and facts.reveal_until is not None and now > facts.reveal_until:
        if facts.unrevealed == Unrevealed.VOID:
            return DrawState.VOID
        return DrawState.TO_COMPLETE if facts.has_value else DrawState.VALUE_DUE
    if not facts.has_value:
        return DrawState.VALUE_DUE
    return DrawState.REVEALING if facts.open_shares else DrawState.TO_COMPLETE


MOST_ITEMS = 5_000
MOST_INSPECTORS = 200
MOST_SHARES = 50
MOST_SECRET = 200
MOST_TEXT = 300
