"""Refusals of questions that more than one act uses."""

from app.kernel.errors import declare

PARTY_NOT_HERE = declare(
    "note-party-unknown",
    422,
    "所选单位不能接收本项目的工程联系单。",
    "The chosen party cannot get contact notes of this project.",
    "请从名单中选择参建方；不在名单中的，请先在项目设置中加入。",
    "Choose a party of the list; who is missing is added in the project's settings first.",
)
TO_YOURSELF = declare(
    "note-to-yourself",
    422,
    "联系单不能发给本单位。",
    "A note does not go to one's own party.",
    "请选择其他参建方；本单位内部的提醒请用批注。",
    "Choose another party; for reminders within yours use marks.",
)
NOT_YOUR_NOTE = declare(
    "not-your-note",
    403,
    "“{event}”须由{party}办理。",
    "'{event}' is done by another party: {party}.",
    "请由该单位办理；您可以另发一份联系单。",
    "Have that party do it; you may write a note of your own.",
)
NOTE_ENDED = declare(
    "note-ended",
    409,
    "联系单“{state}”，不能再添加文件。",
    "The note is in state '{state}': no file can be added.",
    "请先重新打开，或另发一份联系单。",
    "Reopen it first, or write another one.",
)
TOO_MANY_FILES = declare(
    "note-files-many",
    409,
    "一份联系单最多 {most} 个文件。",
    "A note holds at most {most} files.",
    "请合并文件，或另发一份联系单。",
    "Put files together, or write another note.",
)
SHEET_NEEDED = declare(
    "note-needs-sheet",
    409,
    "联系单没有对应的图纸，不能转为变更。",
    "The note stands on no sheet: it cannot become a change.",
    "请在变更中直接选择受影响的图纸。",
    "Propose the change itself and choose its sheets there.",
)
JOINT_GUARD = declare(
    "jdr-guard-failed",
    409,
    "不满足条件：{reason}",
    "A condition is not met: {reason}",
    "请先处理所列事项；会审页面列出了每一项。",
    "Deal with what is listed; the page of the joint review lists each item.",
)
NOT_ASKING = declare(
    "jdr-not-asking",
    409,
    "图纸会审当前为“{state}”，不能再提出或修改问题。",
    "The joint review is in state '{state}': questions are not added or changed any more.",
    "会议结束前可以提出；之后的问题请发工程联系单。",
    "They are until the meeting ends; later questions go as contact notes.",
)
NOT_ANSWERING = declare(
    "jdr-not-answering",
    409,
    "图纸会审当前为“{state}”，答复不能再改。",
    "The joint review is in state '{state}': answers cannot be changed any more.",
    "已生效的记录不再修改；需要更正的，请发起设计变更。",
    "A record that has taken effect stays; corrections go as change documents.",
)
NOT_YOUR_ITEM = declare(
    "jdr-not-your-item",
    403,
    "只有提出问题的单位可以修改或撤回该问题。",
    "Only the party that asked may change or withdraw the question.",
    "请由提出单位办理，或由记录人调整顺序。",
    "Have that party do it.",
)
ITEM_WITHDRAWN = declare(
    "jdr-item-withdrawn",
    409,
    "该问题已撤回。",
    "This question was withdrawn.",
    "需要时请重新提出。",
    "Ask it anew if it is needed.",
)
TOO_MANY_ITEMS = declare(
    "jdr-items-many",
    409,
    "一次图纸会审最多 {most} 条问题。",
    "A joint review holds at most {most} questions.",
    "请按专业分次会审。",
    "Hold one per discipline.",
)
RECORD_CHANGED = declare(
    "jdr-record-changed",
    409,
    "会审记录已有改动，您看到的不是现在送签的内容。",
    "The record has changed: what you saw is not what is to be signed now.",
    "请刷新页面，核对后再签认。",
    "Reload, read it and sign then.",
)
NOT_SIGNING = declare(
    "jdr-not-signing",
    409,
    "图纸会审当前为“{state}”，不在签认阶段。",
    "The joint review is in state '{state}': it is not being signed.",
    "答复完毕、由记录人送签后再签认。",
    "It is signed once all is answered and the record was sent for signing.",
)
SIGNED_ALREADY = declare(
    "jdr-signed-already",
    409,
    "您的单位已签认该记录。",
    "Your party has signed this record already.",
    "无需重复签认。",
    "Nothing more is needed.",
)
SHEET_NOT_VISIBLE = declare(
    "question-sheet-unknown",
    422,
    "没有找到所选图纸，或您无权查看。",
    "The chosen sheet was not found, or is not yours to see.",
    "请从图纸目录中选择；也可以不选图纸，在文字中写明。",
    "Choose one of the register; or choose none and name it in the text.",
)
