"""What the script of marks is told: words in the language of the page, inks, and who asks."""

from collections.abc import Mapping
from typing import Any

from app.kernel.labels import Label
from app.markups.rules import (
    AUDIENCE_LABELS,
    BASIS_FIELDS,
    COLOUR_LABELS,
    EVENT_LABELS,
    INKS,
    KIND_LABELS,
    MEASURE_LABELS,
    STAMP_LABELS,
    STANDING_LABELS,
    STATUS_LABELS,
)
from app.web.request import say

CHANGES: Mapping[str, Label] = {
    "added": Label("新增", "Added"),
    "removed": Label("删除", "Removed"),
    "changed": Label("改动", "Changed"),
    "moved": Label("移动", "Moved"),
    "text": Label("文字", "Text"),
}
"""Kinds of regions of a comparison."""
CATALOGUES: Mapping[str, Mapping[Any, Label]] = {
    "kinds": KIND_LABELS,
    "colours": COLOUR_LABELS,
    "stamps": STAMP_LABELS,
    "measures": MEASURE_LABELS,
    "audiences": AUDIENCE_LABELS,
    "basis": BASIS_FIELDS,
    "statuses": STATUS_LABELS,
    "events": EVENT_LABELS,
    "standings": STANDING_LABELS,
    "changes": CHANGES,
}
SENTENCES: Mapping[str, Label] = {
    "unsaved": Label("未保存", "Unsaved"),
    "unsavedLong": Label("尚未保存，保留在本机。", "Not saved yet; kept on this computer."),
    "saving": Label("正在保存…", "Saving…"),
    "retry": Label("重试", "Retry"),
    "discard": Label("放弃", "Discard"),
    "takenBack": Label("已撤回", "Taken back"),
    "takeBack": Label("撤回批注", "Take back"),
    "putBack": Label("恢复批注", "Put back"),
    "edit": Label("修改", "Edit"),
    "reply": Label("回复", "Reply"),
    "send": Label("发送", "Send"),
    "mention": Label("提及…", "Mention…"),
    "assignee": Label("指派给", "Assigned to"),
    "nobody": Label("未指派", "Nobody"),
    "comments": Label("回复", "Replies"),
    "carry": Label("沿用", "Carry"),
    "drop": Label("不沿用", "Drop"),
    "carryUnchanged": Label("沿用全部未变的", "Carry all unchanged"),
    "carriedSome": Label("已沿用 %d 个批注。", "%d marks carried."),
    "droppedSome": Label("%d 个批注不再沿用。", "%d marks dropped."),
    "comparing": Label("正在与 %s 版比对，完成后自动更新…", "Comparing with %s; this updates by itself…"),
    "comparingShort": Label("比对中", "Comparing"),
    "notComparable": Label(
        "与 %s 版无法比对：请逐个对照图面确认。", "Could not be compared with %s: check each place by eye."
    ),
    "unsure": Label(
        "两版图面相同之处很少，比对结果须仔细核对。", "The two sheets have little in common: check with care."
    ),
    "placeOld": Label("原位置 · %s 版", "Old place · %s"),
    "placeNew": Label("新位置 · 本版", "New place · this revision"),
    "seeHere": Label("在图上看", "See on the sheet"),
    "minor": Label("（仅样式）", " (looks only)"),
    "close": Label("关闭", "Close"),
}


def mark_setup(revision_id: str, me: str, *, may_draw: bool) -> dict[str, Any]:
    """The values for ``marks.js``."""
    words: dict[str, Any] = {
        name: {str(k): say(v) for k, v in labels.items()} for name, labels in CATALOGUES.items()
    }
    words |= {name: say(label) for name, label in SENTENCES.items()}
    inks = {str(k): v for k, v in INKS.items()}
    return {"revision": revision_id, "me": me, "may_draw": may_draw, "inks": inks, "words": words}
