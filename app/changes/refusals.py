"""Refusals of change documents that more than one act uses."""

from app.kernel.errors import declare

CHANGE_GUARD = declare(
    "change-guard-failed",
    409,
    "不满足条件：{reason}",
    "A condition is not met: {reason}",
    "请先处理所列事项；变更页列出了每一项及办理入口。",
    "Deal with what is listed; the page of the change lists each item.",
)
CHANGE_FROZEN = declare(
    "change-frozen",
    409,
    "变更文件已为“{state}”，内容不能再改。",
    "The change is '{state}': its content is fixed.",
    "如需修改，请另出变更替代它；尚未生效的可先撤回。",
    "Issue another change that supersedes it; one that is not in effect can be withdrawn.",
)
NOT_YOUR_CHANGE = declare(
    "not-your-change",
    403,
    "只有{party}可以办理这一步。",
    "Only {party} can do this.",
    "请由该单位的人员办理。",
    "Ask somebody of that party.",
)
SHEET_NOT_HERE = declare(
    "change-sheet-unknown",
    422,
    "所选图纸或版次不在本项目中，或您看不到它。",
    "A chosen sheet or revision is not in this project, or not yours to see.",
    "请从图纸目录中重新选择。",
    "Choose it again from the register.",
)
NOT_A_CHANGE = declare(
    "change-unknown",
    422,
    "所选的变更不在本项目中。",
    "A chosen change is not of this project.",
    "请刷新后重新选择。",
    "Reload and choose again.",
)
REASON_NEEDED = declare(
    "change-reason-needed",
    422,
    "请写明理由或依据。",
    "A reason is needed.",
    "请填写后再提交。",
    "Write it and send again.",
)
NO_WORD_NOW = declare(
    "change-word-not-now",
    409,
    "变更处于“{state}”，此时不需要这项意见。",
    "The change is '{state}': this word is not asked for now.",
    "请刷新页面查看当前进展。",
    "Reload the page to see where it stands.",
)
NOT_ABSORBABLE = declare(
    "change-not-absorbable",
    409,
    "变更 {number} 不在此图的现行变更之列，不能由本版纳入。",
    "Change {number} does not stand on this sheet: the revision cannot absorb it.",
    "请刷新后按页面所列的有效变更勾选。",
    "Reload and tick what the page lists.",
)
"""Also for revisions that no longer wait: what is absorbed is settled by the release."""
