"""The machine of a receipt (DOMAIN 2.5), what can happen to a controlled copy, and their words."""

from enum import StrEnum

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.kernel.workflow import StateTable, Step


class ItemKind(StrEnum):
    """What is confirmed: a revision in force, or a change slip that stands."""

    REVISION = "revision"
    SLIP = "slip"


ITEM_LABELS: dict[str, Label] = {
    ItemKind.REVISION: Label("图纸", "Sheet"),
    ItemKind.SLIP: Label("变更", "Change"),
}


class ReceiptFactKind(StrEnum):
    """What is written down; every state is computed from these."""

    DELIVERED = "delivered"
    OPENED = "opened"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    RESOLVED = "resolved"
    OLD_RECALLED = "old_recalled"


FACT_LABELS: dict[str, Label] = {
    ReceiptFactKind.DELIVERED: Label("已送达", "Delivered"),
    ReceiptFactKind.OPENED: Label("已查阅", "Opened"),
    ReceiptFactKind.CONFIRMED: Label("确认接收", "Confirmed"),
    ReceiptFactKind.OBJECTED: Label("提出异议", "Objected"),
    ReceiptFactKind.RESOLVED: Label("异议已处理", "Resolved"),
    ReceiptFactKind.OLD_RECALLED: Label("旧图已回收", "Old copies recalled"),
}

DECISIVE = (ReceiptFactKind.CONFIRMED, ReceiptFactKind.OBJECTED, ReceiptFactKind.RESOLVED)
"""Facts of which the last one of a cell counts; each takes the next turn of its cell."""


class CellState(StrEnum):
    """Where a party stands with one item."""

    PENDING = "pending"
    DELIVERED = "delivered"
    OPENED = "opened"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    RESOLVED = "resolved"
    OVERDUE = "overdue"
    """Of the clock: one of the states before, and the term has run out."""
    MOOT = "moot"
    """Superseded before it was confirmed; stays on record."""


S = CellState

CELL_LABELS: dict[str, Label] = {
    S.PENDING: Label("待接收", "Pending"),
    S.DELIVERED: Label("已送达", "Delivered"),
    S.OPENED: Label("已查阅", "Opened"),
    S.CONFIRMED: Label("已确认接收", "Confirmed"),
    S.OBJECTED: Label("提出异议", "Objected"),
    S.RESOLVED: Label("异议已处理", "Objection resolved"),
    S.OVERDUE: Label("逾期未确认", "Overdue"),
    S.MOOT: Label("失效免确认", "Moot"),
}
CELL_MEANINGS: dict[str, str] = {
    S.PENDING: "waiting",
    S.DELIVERED: "waiting",
    S.OPENED: "waiting",
    S.CONFIRMED: "force",
    S.OBJECTED: "stop",
    S.RESOLVED: "attention",
    S.OVERDUE: "attention",
    S.MOOT: "history",
}
"""The five meanings of marks (UI rule 1)."""
WAITING = frozenset({S.PENDING, S.DELIVERED, S.OPENED, S.RESOLVED, S.OVERDUE})
"""The party still has to confirm."""

RECEIPT_EVENTS: dict[str, Label] = {
    "deliver": Label("送达", "Deliver"),
    "open": Label("查阅", "Open"),
    "confirm": Label("确认接收", "Confirm receipt"),
    "object": Label("提出异议", "Object"),
    "resolve": Label("处理异议", "Resolve the objection"),
}


class ReceiptGuard(StrEnum):
    """What an act on a receipt needs; ``guards.py`` answers."""

    STANDS = "stands"
    EXACT = "exact"
    SAID = "said"
    REASON = "reason"


G = ReceiptGuard

RECEIPT_GUARD_LABELS: dict[str, Label] = {
    G.STANDS: Label("图纸或变更现行有效", "The sheet or change is in force"),
    G.EXACT: Label("文件指纹一致", "The hash is that of what is in force"),
    G.SAID: Label("确认的文字与显示的一致", "The statement is the one that was shown"),
    G.REASON: Label("已写明理由", "A reason is given"),
}

_BEFORE = (S.PENDING, S.DELIVERED, S.OPENED, S.RESOLVED)

RECEIPTS = StateTable(
    name="receipt",
    states=CELL_LABELS,
    events=RECEIPT_EVENTS,
    steps=(
        Step("deliver", S.PENDING, S.DELIVERED, Do.RECORD_VIEW, (G.STANDS,)),
        Step("open", S.PENDING, S.OPENED, Do.RECORD_VIEW, (G.STANDS,)),
        Step("open", S.DELIVERED, S.OPENED, Do.RECORD_VIEW, (G.STANDS,)),
        *(Step("confirm", s, S.CONFIRMED, Do.RECEIPT_CONFIRM, (G.STANDS, G.EXACT, G.SAID)) for s in _BEFORE),
        *(
            Step("object", s, S.OBJECTED, Do.RECEIPT_OBJECT, (G.STANDS, G.EXACT, G.REASON))
            for s in (*_BEFORE, S.CONFIRMED)
        ),
        Step("resolve", S.OBJECTED, S.RESOLVED, Do.RECEIPT_RESOLVE, (G.REASON,)),
    ),
)
"""States as facts reach them; *overdue* and *moot* lie over these and are of the clock and the record."""


class Way(StrEnum):
    """How a file was opened, or a notification shown."""

    VIEWER = "viewer"
    DOWNLOAD = "download"
    PRINT = "print"
    PACKAGE = "package"
    API = "api"
    LIST = "list"


WAY_LABELS: dict[str, Label] = {
    Way.VIEWER: Label("看图", "Viewer"),
    Way.DOWNLOAD: Label("下载", "Download"),
    Way.PRINT: Label("打印副本", "Print copy"),
    Way.PACKAGE: Label("发放包", "Transmittal package"),
    Way.API: Label("接口", "API"),
    Way.LIST: Label("待确认清单", "List of receipts"),
}


class CopyEventKind(StrEnum):
    """What happens to a controlled paper copy."""

    RECALLED = "recalled"
    DESTROYED = "destroyed"


class CopyState(StrEnum):
    """Where a controlled paper copy is."""

    OUT = "out"
    RECALLED = "recalled"
    DESTROYED = "destroyed"


COPY_LABELS: dict[str, Label] = {
    CopyState.OUT: Label("在外", "Out"),
    CopyState.RECALLED: Label("已回收", "Recalled"),
    CopyState.DESTROYED: Label("已销毁", "Destroyed"),
}
COPY_EVENTS: dict[str, Label] = {
    "issue": Label("发出", "Issue"),
    "recall": Label("回收", "Recall"),
    "destroy": Label("销毁", "Destroy"),
}
COPIES = StateTable(
    name="controlled_copy",
    states=COPY_LABELS,
    events=COPY_EVENTS,
    steps=(
        Step("issue", None, CopyState.OUT, Do.COPY_MANAGE),
        Step("recall", CopyState.OUT, CopyState.RECALLED, Do.COPY_MANAGE),
        Step("destroy", CopyState.RECALLED, CopyState.DESTROYED, Do.COPY_MANAGE),
        Step("destroy", CopyState.OUT, CopyState.DESTROYED, Do.COPY_MANAGE, (G.REASON,)),
    ),
)
"""A copy that is destroyed where it lies, without having come back, needs a word of why."""
COPY_EVENT_KINDS = {"recall": CopyEventKind.RECALLED, "destroy": CopyEventKind.DESTROYED}


def copy_state(events: set[str]) -> CopyState:
    """Where a copy is by what happened to it."""
    if CopyEventKind.DESTROYED in events:
        return CopyState.DESTROYED
    return CopyState.RECALLED if CopyEventKind.RECALLED in events else CopyState.OUT


ESCALATE_AFTER = 2
"""Working days after the end of the term from which the owner hears of it too; the supervisor hears at once."""
