"""Words of contact notes and joint drawing reviews: for templates, and for their scripts."""

from collections.abc import Mapping
from typing import Any

from app.changes.rules import KIND_LABELS, REASON_LABELS
from app.kernel.labels import Label
from app.questions.rules import (
    CLASS_LABELS,
    ITEM_SEVERITY_LABELS,
    JOINT_EVENTS,
    JOINT_GUARD_LABELS,
    JOINT_LABELS,
    NOTE_EVENTS,
    NOTE_LABELS,
    OUTCOME_LABELS,
)
from app.web.request import say

CONSEQUENCES: Mapping[str, Label] = {
    "answer": Label("答复发给提问单位；可以再次答复。", "The answer goes to who asked; more may follow."),
    "note_close": Label("问题已解决，联系单关闭。", "The question is settled; the note is closed."),
    "note_reopen": Label("联系单重新等待答复。", "The note waits for an answer again."),
    "withdraw": Label("联系单撤回，编号保留。", "The note is withdrawn; its number stays taken."),
    "turn": Label(
        "按此联系单提出一份变更；变更生效前，图纸不变。",
        "A change is proposed from this note; until it takes effect the drawing stays as it is.",
    ),
    "collect": Label(
        "征集结束，通知设计单位准备答复；会上仍可提出问题。",
        "The collection ends and the designers prepare answers; the meeting may still raise questions.",
    ),
    "hold": Label("会议开始，逐条答复并记录。", "The meeting begins: question by question."),
    "joint_answer": Label("答复完毕，可送各方签认。", "All is answered; the record can be sent for signing."),
    "freeze": Label(
        "记录固化，四方按同一摘要签认；此后改动须重新签认。",
        "The record is frozen: four parties sign one digest, and a change needs all signatures anew.",
    ),
    "reopen": Label("已有的签认全部失效。", "All signatures given so far fall."),
    "close": Label("会审工作结束。", "The joint review is over."),
}
TEXTS: Mapping[str, Label] = {
    "text": Label("内容", "Words"),
    "note": Label("说明（可不填）", "Note (optional)"),
    "reason": Label("理由（必填）", "Reason (needed)"),
    "sending": Label("正在发送…", "Sending…"),
    "uploading": Label("正在上传 {name}…", "Uploading {name}…"),
    "fileFailed": Label(
        "联系单已发出，但有文件没有传上：",
        "The note was sent, but a file was not:",
    ),
    "openNote": Label("打开联系单", "Open the note"),
    "photos": Label("已选 {n} 个文件", "Files chosen: {n}"),
    "saved": Label("已保存。", "Saved."),
    "signTitle": Label("签认会审记录", "Sign the record"),
    "signWords": Label(
        "您代表{party}签认摘要为 {digest} 的会审记录，共 {n} 条。",
        "For {party} you sign the record of digest {digest}, with {n} questions.",
    ),
    "signed": Label("已签认。", "Signed."),
    "effective": Label("四方均已签认，会审记录生效。", "All four have signed: the record is in effect."),
    "takesBack": Label(
        "记录正在签认。改动会使已有的签认失效，须重新送签。确定改动？",
        "The record is being signed. A change makes the signatures fall. Change it all the same?",
    ),
    "withdrawItem": Label(
        "撤回这个问题？编号保留，不再使用。", "Withdraw this question? Its number stays taken."
    ),
    "edit": Label("修改问题", "Change the question"),
    "ask": Label("提出问题", "Ask"),
    "reading": Label("正在读取 %s…", "Reading %s…"),
    "pasted": Label("粘贴的表格", "the pasted table"),
    "columns": Label("列的对应", "Columns"),
    "unknown": Label("未用的列：", "Columns left out: "),
    "cancel": Label("取消", "Cancel"),
    "more": Label("其余 %d 行未列出。", "%d more rows are not listed."),
    "unsaved": Label("有未保存的答复，确定离开？", "An answer is not saved. Leave all the same?"),
    "ofAll": Label("第 {n} / {all} 条 · 已完成 {done}", "{n} of {all} · {done} done"),
    "hidden": Label("您无权查看的图纸", "a sheet that is not yours to see"),
    "noSheet": Label("未指定图纸", "no sheet"),
    "openSheet": Label("打开图纸", "Open the sheet"),
}
FOR_TEMPLATES: Mapping[str, Mapping[Any, Label]] = {
    "note_state": NOTE_LABELS,
    "note_event": NOTE_EVENTS,
    "joint_state": JOINT_LABELS,
    "joint_event": JOINT_EVENTS,
    "joint_guard": JOINT_GUARD_LABELS,
    "item_class": CLASS_LABELS,
    "item_severity": ITEM_SEVERITY_LABELS,
    "item_outcome": OUTCOME_LABELS,
    "note_change_kind": KIND_LABELS,
    "note_change_reason": REASON_LABELS,
    "question_consequence": CONSEQUENCES,
}
FOR_SCRIPTS: Mapping[str, Mapping[Any, Label]] = {
    "noteEvents": NOTE_EVENTS,
    "jointEvents": JOINT_EVENTS,
    "classes": CLASS_LABELS,
    "outcomes": OUTCOME_LABELS,
    "consequences": CONSEQUENCES,
    "texts": TEXTS,
}


def script_words() -> dict[str, dict[str, str]]:
    """Catalogues for scripts, in the language of the page."""
    return {name: {str(k): say(v) for k, v in found.items()} for name, found in FOR_SCRIPTS.items()}
