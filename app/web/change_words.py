"""What pages and scripts of change documents say."""

from collections.abc import Mapping
from typing import Any

from app.changes.rules import (
    ACTION_LABELS,
    CHANGE_EVENTS,
    CHANGE_GUARD_LABELS,
    CHANGE_LABELS,
    CONSEQUENCES,
    END_LABELS,
    EXTERNAL_LABELS,
    FILE_LABELS,
    FLAG_LABELS,
    KIND_LABELS,
    REASON_LABELS,
    WORD_LABELS,
)
from app.kernel.labels import Label
from app.web.request import say

STEP_CONSEQUENCES: Mapping[str, Label] = {
    "assess": Label("写明评估意见：必要性、对造价和工期的影响。", "Say what you think: need, cost and time."),
    "accept": Label("交设计单位编制变更文件。", "It goes to the designer, who writes the document."),
    "refuse": Label("退回提出单位，此提议终止。", "It ends here and goes back to who proposed it."),
    "issue": Label(
        "变更文件取得编号，内容从此固定；按申明的类别送审或报建设单位批准。",
        "The document gets its number and its content is fixed; by its class it is reviewed or approved next.",
    ),
    "send_review": Label(
        "送原审查机构；审查通过前不得生效。", "It goes to the agency and cannot take effect before."
    ),
    "pass": Label(
        "请填写审查确认文号。审查结论与本内容绑定。",
        "Give the number of your confirmation. It holds for this content.",
    ),
    "fail": Label("退回设计单位修改；请写明原因。", "Back to the designer; say why."),
    "approve": Label(
        "建设单位同意此变更，等待总监会签生效。", "The owner agrees; the chief supervisor countersigns next."
    ),
    "countersign": Label(
        "会签后立即生效：相关图纸都将标明此变更，参建方须签收。",
        "It takes effect: every sheet concerned says so, and the parties confirm it.",
    ),
    "confirm_review": Label("请填写补审确认文号。", "Give the number of your confirmation."),
    "regularise": Label("紧急变更手续补办完毕，不再标红。", "The emergency's formalities are complete."),
    "implement": Label("声明现场已按此变更施工。", "You state that it is built as the change says."),
    "verify": Label(
        "声明已在现场核验，与变更一致。", "You state that you have looked, and that it is as the change says."
    ),
    "reopen": Label("退回施工单位整改；请写明不符之处。", "Back to the contractor; say what differs."),
    "incorporate": Label(
        "认可竣工图已反映此变更，变更闭合。", "The as-built sheets say it: the change is closed."
    ),
    "withdraw": Label("撤回后不能恢复。", "It cannot be brought back."),
}
NEEDS_NOTE = frozenset({"assess", "refuse", "pass", "fail", "confirm_review", "reopen", "withdraw"})
TEXTS: Mapping[str, Label] = {
    "note": Label("说明", "Words"),
    "reason": Label("意见或理由", "Opinion or reason"),
    "number": Label("确认文号", "Number of the confirmation"),
    "uploading": Label("正在上传…", "Uploading…"),
    "done": Label("已保存。", "Saved."),
    "remove": Label("移除", "Remove"),
    "region": Label("处部位", "regions"),
    "noRegion": Label("尚未圈出部位", "No region yet"),
    "drawOn": Label("在图上圈出", "Draw on the sheet"),
    "whole": Label("涉及整张图", "The whole sheet"),
    "noSheet": Label("目录中没有这个图号", "The register has no such number"),
    "agree": Label("同意紧急变更", "Agree to the emergency"),
    "agreeConsequence": Label(
        "设计、监理、建设三方都同意后立即生效，并须在期限内补办手续；在此之前醒目标红。",
        "When designer, supervisor and owner all agree it takes effect at once, and is red until it is regularised.",
    ),
    "yes": Label("同意", "Yes"),
    "no": Label("不同意", "No"),
    "regionsSaved": Label("变更部位已保存。", "The regions are saved."),
    "none": Label("没有影响此图的变更。", "No change affects this sheet."),
    "lookAt": Label("定位", "Show"),
    "addRegion": Label("把所选区域加为变更部位", "Add the chosen region"),
    "clearRegions": Label("清除本图部位", "Clear the regions"),
    "chooseFirst": Label(
        "先用工具栏“区域”在图上框选，再加为变更部位。", "Choose a region with the region tool first."
    ),
    "isAbsorbed": Label("本版纳入", "Absorbed by this revision"),
    "standsNow": Label("有效", "In force"),
}
STATE_MEANINGS: Mapping[str, str] = {
    "proposed": "waiting",
    "assessed": "waiting",
    "rejected": "history",
    "designing": "waiting",
    "design_issued": "waiting",
    "in_review": "waiting",
    "review_passed": "waiting",
    "approved": "waiting",
    "effective": "force",
    "implemented": "force",
    "verified": "force",
    "incorporated": "force",
    "superseded": "stop",
    "cancelled": "stop",
    "withdrawn": "history",
}
"""One of the five meanings of the house for every state."""
CONSENT_LABELS: Mapping[str, Label] = {
    "designer": Label("设计单位", "Designer"),
    "supervisor": Label("监理单位", "Supervisor"),
    "owner": Label("建设单位", "Owner"),
}
GROUPS: Mapping[str, Label] = {
    "open": Label("未闭合", "Open"),
    "mine": Label("待我办理", "Waiting for me"),
    "before": Label("办理中", "Not in effect yet"),
    "effective": Label("已生效待实施", "In effect, not built"),
    "as_built": Label("待核验与落图", "To be verified or incorporated"),
    "emergency": Label("紧急待补办", "Emergencies"),
    "closed": Label("已闭合", "Closed"),
    "ended": Label("已终止", "Ended"),
    "all": Label("全部", "All"),
}
CHANGE_CATALOGUES: Mapping[str, Mapping[Any, Label]] = {
    "change_kind": KIND_LABELS,
    "change_state": CHANGE_LABELS,
    "change_event": CHANGE_EVENTS,
    "change_guard": CHANGE_GUARD_LABELS,
    "change_reason": REASON_LABELS,
    "change_flag": FLAG_LABELS,
    "change_flag_means": CONSEQUENCES,
    "change_external": EXTERNAL_LABELS,
    "change_action": ACTION_LABELS,
    "change_file": FILE_LABELS,
    "change_word": WORD_LABELS,
    "change_end": END_LABELS,
    "change_consent": CONSENT_LABELS,
    "change_group": GROUPS,
}


def change_page_words() -> dict[str, dict[str, str]]:
    """Catalogues for scripts."""
    told: Mapping[str, Mapping[Any, Label]] = {
        "texts": TEXTS,
        "events": CHANGE_EVENTS,
        "consequences": STEP_CONSEQUENCES,
        "states": CHANGE_LABELS,
        "actions": ACTION_LABELS,
        "kinds": KIND_LABELS,
    }
    return {name: {str(k): say(v) for k, v in found.items()} for name, found in told.items()}
