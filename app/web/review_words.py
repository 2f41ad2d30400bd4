"""What the scripts of a review are told, in the language of the page."""

from collections.abc import Mapping
from typing import Any

from app.kernel.labels import Label
from app.projects.rules import DISCIPLINE_LABELS
from app.review.draws.rules import DRAW_LABELS, ITEM_LABELS, UNREVEALED_LABELS
from app.review.opinion_rules import (
    BASIS_LABELS,
    DOMAIN_LABELS,
    OPINION_EVENTS,
    OPINION_LABELS,
    REPLY_LABELS,
    SEVERITY_LABELS,
)
from app.review.rules import (
    CASE_EVENTS,
    CASE_GUARD_LABELS,
    CASE_LABELS,
    CONCLUSION_LABELS,
    DOCUMENT_LABELS,
    JOINT_LABELS,
    JOINT_PARTY_LABELS,
    TURN_LABELS,
    WHY_LABELS,
)
from app.web.request import say

SIGNATORY_LABELS: Mapping[str, Label] = {
    "reviewer": Label("审查人员", "Reviewer"),
    "technical_lead": Label("技术负责人", "Technical lead"),
    "legal_representative": Label("法定代表人", "Legal representative"),
}
CONSEQUENCES: Mapping[str, Label] = {
    "submit": Label(
        "提交后，所选图纸冻结为送审基线，进入“已送审”，不能再撤换文件。",
        "The chosen sheets become a frozen baseline and are submitted; their bytes cannot be exchanged.",
    ),
    "start_intake": Label("开始核对送审资料是否齐全。", "The completeness of what was submitted is checked."),
    "need_documents": Label(
        "案卷退给建设单位补正，审查期限暂停。", "The case goes back to the owner; the term is paused."
    ),
    "supplement": Label("补正资料交回审查机构。", "The correction goes to the agency."),
    "accept": Label("受理后次日起计算审查期限。", "The review term runs from the next day."),
    "assign": Label("各专业审查人员可以开始写意见。", "The reviewers of all disciplines can write opinions."),
    "consolidate": Label("停止写意见，由主持人合议。", "Writing ends; the lead consolidates."),
    "send_back": Label("退回各专业继续审查。", "Back to the disciplines."),
    "issue_opinions": Label(
        "已提出的意见全部出具；有“必须修改”意见的图纸退回设计单位，审查期限暂停。",
        "All proposed opinions go out; sheets with a must-fix opinion are returned, and the term is paused.",
    ),
    "open_reply": Label("设计单位开始逐条回复。", "The designer answers opinion by opinion."),
    "resubmit": Label(
        "修改后的图纸与未修改的退回图纸一并送复审；回复不能再改。",
        "Changed sheets go to recheck, with returned ones that were not changed; replies cannot be changed any more.",
    ),
    "pass": Label("审查通过，等待签发合格书。", "The case has passed; the certificate is next."),
    "certify": Label(
        "合格书列明每张图纸、版次和 SHA-256；建设单位只能发布这些文件。",
        "The certificate lists every sheet, revision and SHA-256; only these bytes can be released.",
    ),
    "file": Label("记录已向主管部门备案。", "Recorded as reported to the authority."),
    "fail": Label("案卷以不合格结束，图纸全部退回。", "The case ends as failed; all sheets are returned."),
    "withdraw": Label(
        "案卷撤回，已送审图纸恢复为“已出图”。", "The case is withdrawn; submitted sheets are issued again."
    ),
}
"""What becomes true by a step (UI rule 5)."""
TEXTS: Mapping[str, Label] = {
    "cancel": Label("取消", "Cancel"),
    "send": Label("确定", "Confirm"),
    "note": Label("说明", "Note"),
    "reason": Label("理由（必填）", "Reason (needed)"),
    "number": Label("备案编号或说明", "Filing number or note"),
    "noFindings": Label("没有发现问题。", "Nothing was found."),
    "stops": Label("须先解决", "Must be solved first"),
    "needsReason": Label("须说明理由", "Needs a reason"),
    "sheetsChosen": Label("已选 {n} 张", "{n} chosen"),
    "proposed": Label("已提出 {n} 条草稿。", "{n} drafts were proposed."),
    "whole": Label("整张图", "The whole sheet"),
    "noFix": Label(
        "还没有更新的版次。请先上传修改后的图纸，再回来回复。",
        "There is no newer revision yet. Upload the changed sheet, then come back.",
    ),
    "done": Label("已办理。", "Done."),
    "nothingChosen": Label("请先选择意见。", "Choose opinions first."),
    "carriedFrom": Label("第 {n} 轮提出，未关闭", "open since round {n}"),
    "raisesAgain": Label("再次提出：原第 {n} 号", "raised again: no. {n}"),
    "nothingMarked": Label("请先选择批注。", "Choose marks first."),
    "ownMarks": Label("本机构在此图上的批注", "Your agency's marks on this sheet"),
    "makeOpinion": Label("转为意见草稿", "Make a draft opinion"),
    "mergeInto": Label("合并到第几号意见", "Merge into opinion no."),
    "uploading": Label("正在上传…", "Uploading…"),
    "writeHere": Label("在本图写意见", "Write an opinion on this sheet"),
    "noneHere": Label("本图没有意见。", "No opinion on this sheet."),
    "lookAt": Label("看位置", "Show the place"),
    "placeRegion": Label("位置：图上选区", "Place: the region chosen on the drawing"),
    "placeWhole": Label(
        "位置：整张图。用图面工具“选区”框选后，意见落在该处。",
        "Place: the whole sheet. Choose a region with the drawing's tool and the opinion lies there.",
    ),
    "not-compared": Label(
        "两版尚未比对，无法判断是否修改。",
        "The revisions were not compared yet: it cannot be judged whether anything changed.",
    ),
    "nothing-changed": Label(
        "答复为已修改，但两版图面没有变化。", "Answered as fixed, but the sheet did not change."
    ),
    "nothing-changed-there": Label(
        "答复为已修改，但意见所在位置没有变化。",
        "Answered as fixed, but nothing changed at the opinion's place.",
    ),
    "changed-unasked": Label(
        "另有 {n} 处改动没有意见要求。", "{n} more places changed that no opinion asked for."
    ),
    "changedThere": Label("意见所在位置有改动。", "The opinion's place has changed."),
    "compareBoth": Label("对比两版", "Compare both"),
    "findingsChosen": Label("已选 {n} 项", "{n} chosen"),
    "accepted": Label("已采纳 {n} 项，生成意见草稿。", "{n} accepted: drafts were written."),
    "dropped": Label("已排除 {n} 项。", "{n} dropped."),
    "undo": Label("撤销", "Undo"),
    "confirmAgain": Label("已核对，仍然提出", "I have looked: raise it all the same"),
}
CATALOGUES: Mapping[str, Mapping[Any, Label]] = {
    "caseStates": CASE_LABELS,
    "domains": DOMAIN_LABELS,
    "bases": BASIS_LABELS,
    "severities": SEVERITY_LABELS,
    "opinionStates": OPINION_LABELS,
    "opinionEvents": OPINION_EVENTS,
    "replies": REPLY_LABELS,
    "disciplines": DISCIPLINE_LABELS,
    "events": CASE_EVENTS,
    "consequences": CONSEQUENCES,
    "texts": TEXTS,
}
VERDICT_LABELS: Mapping[str, Label] = {
    "pass": Label("通过", "Passed"),
    "finding": Label("有问题", "Findings"),
    "cannot_judge": Label("无法判断", "Cannot be judged"),
    "off": Label("项目已关闭", "Switched off"),
    "not_run": Label("尚未运行", "Not run"),
}
FOR_TEMPLATES: Mapping[str, Mapping[Any, Label]] = {
    "assist_verdict": VERDICT_LABELS,
    "case_state": CASE_LABELS,
    "case_event": CASE_EVENTS,
    "case_guard": CASE_GUARD_LABELS,
    "conclusion": CONCLUSION_LABELS,
    "joint_domain": JOINT_LABELS,
    "joint_party": JOINT_PARTY_LABELS,
    "turn": TURN_LABELS,
    "document_kind": DOCUMENT_LABELS,
    "why_in": WHY_LABELS,
    "opinion_state": OPINION_LABELS,
    "opinion_event": OPINION_EVENTS,
    "opinion_domain": DOMAIN_LABELS,
    "opinion_basis": BASIS_LABELS,
    "opinion_severity": SEVERITY_LABELS,
    "reply_kind": REPLY_LABELS,
    "draw_state": DRAW_LABELS,
    "draw_item": ITEM_LABELS,
    "draw_unrevealed": UNREVEALED_LABELS,
    "signatory": SIGNATORY_LABELS,
    "consequence": CONSEQUENCES,
}


def page_words() -> dict[str, dict[str, str]]:
    """Catalogues for scripts."""
    return {name: {str(k): say(v) for k, v in found.items()} for name, found in CATALOGUES.items()}
