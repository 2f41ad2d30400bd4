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
}


def mark_setup(revision_id: str, me: str, *, may_draw: bool) -> dict[str, Any]:
    """The values for ``marks.js``."""
    words: dict[str, Any] = {
        name: {str(k): say(v) for k, v in labels.items()} for name, labels in CATALOGUES.items()
    }
    words |= {name: say(label) for name, label in SENTENCES.items()}
    inks = {str(k): v for k, v in INKS.items()}
    return {"revision": revision_id, "me": me, "may_draw": may_draw, "inks": inks, "words": words}
