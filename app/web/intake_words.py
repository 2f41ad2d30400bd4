"""What the script of the intake table says, in both languages."""

from typing import Any

from app.kernel.labels import Label
from app.web.request import say

TEXTS: dict[str, Label] = {
    "building": Label("单体", "Building"),
    "whole": Label("总图", "Whole site"),
    "paper": Label("图幅", "Size"),
    "file": Label("文件", "File"),
    "all": Label("全选", "Select all"),
    "needed": Label("待填", "needed"),
    "emptyCell": Label("（空）", "(empty)"),
    "pageOf": Label("第 {n} 页", "page {n}"),
    "pages": Label("{n} 页", "{n} pages"),
    "seals": Label("含 {n} 个电子签名，收图后核验", "{n} signatures, judged once taken in"),
    "wasRead": Label("识别为：{value}", "was read: {value}"),
    "noBlock": Label("这一页无法局部放大。", "This page cannot be enlarged."),
    "conflict": Label("“{field}”已被他人修改，请选择：", "Somebody changed '{field}' meanwhile. Choose:"),
    "mine": Label("我填的：", "Mine:"),
    "theirs": Label("现在的：", "Theirs:"),
    "saved": Label("已全部保存", "All saved"),
    "saving": Label("正在保存…", "Saving…"),
    "unsaved": Label(
        "{n} 处未保存，连接恢复后自动保存", "{n} cells not saved; saved when the connection is back"
    ),
    "conflicts": Label("{n} 行与他人修改冲突", "{n} rows in conflict"),
    "refusedCells": Label(
        "{n} 处未被接受，未保存（F 键前往）", "{n} cells refused, not saved (F goes there)"
    ),
    "saveFirst": Label(
        "请等待修改保存完毕，并处理冲突和未被接受的单元格后再收图。",
        "Wait until all is saved; settle conflicts and refused cells first.",
    ),
    "unfit": Label("{n} 个单元格的内容不适用，未填入。", "{n} cells could not take what was entered."),
    "noDoubt": Label("没有需要核对的字段了。", "Nothing doubtful is left."),
    "selected": Label("已选 {n} 行", "{n} selected"),
    "acceptAll": Label("收图（{n} 行）", "Accept all ({n})"),
    "acceptSelected": Label("收图（已选 {n} 行）", "Accept selected ({n})"),
    "acceptN": Label("收图 {n} 行", "Accept {n} rows"),
    "nothingToAccept": Label("没有待收的行。", "There is nothing to accept."),
    "becomes": Label("收图后将成为：", "This will become:"),
    "none": Label("目前没有可以收的行：", "No row can be accepted now:"),
    "becomesHistory": Label(
        "收图后将成为已出图的版次，文件冻结；原审查合格书与签章按申报记载，不作已验证显示：",
        "This will become issued revisions, their files frozen; former certificates and seals are kept as claimed:",
    ),
    "unsettled": Label("收图前请核对", "Check before accepting"),
    "lookAt": Label("去核对", "Look at them"),
    "doubtfulRows": Label("{n} 行有存疑或空缺的字段", "{n} rows with doubtful or empty fields"),
    "undated": Label(
        "{n} 行没有原生效日期，发布时须另填",
        "{n} rows without a former date; it will be asked for at release",
    ),
    "rowsWarned": Label("{n} 行：{text}", "{n} rows: {text}"),
    "missingN": Label("图纸目录中还有 {n} 张没有到", "Missing of the drawing list: {n}"),
    "newSheets": Label("新增 {n} 张图", "{n} new sheets"),
    "newRevisions": Label("{n} 张已有图的新版次", "{n} new revisions of existing sheets"),
    "filled": Label("{n} 个编制中版次补入文件", "{n} drafts get their file"),
    "lacking": Label("{n} 行不能收，原因如下", "{n} rows cannot be accepted, for these reasons"),
    "accepted": Label("已收 {n} 行。", "{n} rows accepted."),
    "leftOut": Label("已移出 {n} 行，可在“已移出”中取回。", "{n} rows left out; find them under 'Left out'."),
    "tookBack": Label("已取回 {n} 行。", "{n} rows taken back."),
    "closeSentence": Label(
        "关闭后，本批次不能再上传、修改和收图；已收到的文件永久留存。确定关闭？",
        "Closed, this batch takes no uploads, corrections or acceptance; what was received is kept. Close it?",
    ),
    "uploading": Label("已传 {done} / {all} 个文件", "{done} of {all} files sent"),
    "offline": Label(
        "连接中断，{n} 个文件等待自动续传…", "No connection; {n} files will go on by themselves…"
    ),
    "readingN": Label("正在读取 {n} 个文件…", "Reading {n} files…"),
    "queued": Label("排队", "Queued"),
    "sending": Label("上传中", "Sending"),
    "waiting": Label("等待续传", "Waiting to go on"),
    "notSent": Label("未上传", "Not sent"),
    "cancel": Label("取消", "Cancel"),
    "interrupted": Label(
        "上次有 {n} 个文件没有传完。再次拖入同一文件或文件夹，即从断点继续。",
        "{n} uploads were interrupted. Drop the same files or folder again and they go on where they stopped.",
    ),
    "forget": Label("不再续传", "Forget them"),
    "sendingNote": Label(
        "正在上传。传完的文件随即读取图签，读出的图纸会逐张出现在这里；传完之前请不要关闭本页。",
        "Uploading. Each file is read once it has arrived and its sheets appear here; keep this page open until then.",
    ),
    "readingNote": Label(
        "文件已安全保存，正在读取图签。读出的图纸会逐张出现在这里，可以离开本页。",
        "The files are safely stored and being read. Sheets appear here one by one; you may leave this page.",
    ),
    "nothingRead": Label(
        "没有读出图纸。每个文件未被接收的原因和办法，见“文件”。",
        "No sheet was found. Under 'Files' each file has its reason and the way out.",
    ),
    "nothingSent": Label("还没有收到文件。", "No file has arrived yet."),
    "noFiles": Label(
        "还没有文件。把文件或文件夹拖到页面任意处。",
        "No files yet. Drop files or folders anywhere on this page.",
    ),
    "nothingDropped": Label("没有可上传的文件。", "There is no file to upload in it."),
    "tooLarge": Label("文件超过单个上传上限。", "The file is larger than one upload may be."),
    "tooLargeWay": Label("请拆分文件，或请管理员调高上限。", "Split it, or have the limit raised."),
    "reread": Label(
        "已按新位置重新识别 {n} 行的“{field}”。", "'{field}' was read again at the new place in {n} rows."
    ),
    "rereading": Label(
        "正在按新位置重新识别，剩余 {n} 行…", "Reading again at the new place, {n} rows left…"
    ),
    "untaught": Label(
        "已撤销：{n} 行的“{field}”恢复为原来的识别结果。",
        "Undone: '{field}' of {n} rows is as it was read before.",
    ),
    "undone": Label("已撤销 {n} 处修改。", "{n} changes undone."),
    "nothingToUndo": Label("没有可以撤销的修改。", "There is nothing to undo."),
    "undo": Label("撤销", "Undo"),
    "fine": Label("知道了", "Fine"),
    "noList": Label(
        "本批中没有找到图纸目录。把图纸目录（PDF 或 DXF）一并上传，即可核对缺图、多图和图名。",
        "No drawing list was found in this batch. Upload it (PDF or DXF) to find missing and extra sheets and other titles.",
    ),
    "agrees": Label("与图纸目录一致，共 {n} 张。", "All {n} sheets of the drawing list are here and agree."),
    "listed": Label("图纸目录共列 {n} 张。", "The drawing list names {n} sheets."),
    "missing": Label("缺图", "Missing"),
    "extra": Label("目录中没有", "Not in the list"),
    "duplicates": Label("图号重复", "Duplicate numbers"),
    "titles": Label("图名不一致", "Titles differ"),
    "titlePair": Label("图签：{sheet}；目录：{list}", "Sheet: {sheet}; list: {list}"),
    "line": Label("行", "Line"),
    "change": Label("将修改", "Changes"),
    "tableMatched": Label("{n} 行与本批图纸对应", "{n} lines fit a row"),
    "tableChanges": Label("{n} 行有内容要填入", "{n} rows will change"),
    "tableLost": Label("{n} 行没有对应", "{n} lines fit nothing"),
    "tableNothing": Label(
        "表中没有与本批不同的内容，无需填入", "The table says nothing new; nothing to apply"
    ),
    "tableFaulty": Label(
        "{n} 行有内容不能识别，该项不填入",
        "{n} lines say something that is not understood; that part is left",
    ),
    "selectFirst": Label("请先选中要设置的行（空格键或勾选）。", "Select rows first (space bar or tick)."),
    "saveFirstBulk": Label(
        "请等待修改保存完毕，并处理冲突后再批量设置。",
        "Wait until all is saved and settle the conflicts first.",
    ),
    "bulkRows": Label(
        "已选 {n} 行。只改填写了的项，其余不动。", "{n} rows selected. Only what you fill in is changed."
    ),
    "bulkNothing": Label(
        "选择要设置的项，这里会列出将改动的内容。", "Choose what to set; the changes are listed here."
    ),
    "bulkLine": Label("{field} 设为“{value}”：改 {n} 行", "{field} becomes '{value}': {n} rows change"),
    "bulkSame": Label("，{n} 行已是此值", ", {n} have it already"),
    "bulkByHand": Label(
        "其中 {n} 行的{field}是人工填写的，将被替换",
        "{n} of them were filled in by hand ({field}) and are replaced",
    ),
    "bulkGo": Label("设置 {n} 行", "Set {n} rows"),
    "bulkDone": Label("已设置 {n} 行。", "{n} rows set."),
    "bulkRefused": Label("{n} 行未办理，原因如下。", "{n} rows were not done, for these reasons."),
    "applyN": Label("填入 {n} 行", "Apply to {n} rows"),
    "applied": Label("已填入 {n} 行", "{n} rows filled in"),
}

SURE_WORDS: dict[str, Label] = {
    "corrected": Label("人工填写", "entered by a person"),
    "sure": Label("识别可靠", "read with confidence"),
    "likely": Label("识别较可靠", "read, probably right"),
    "doubtful": Label("识别存疑，请核对", "doubtful, please check"),
    "missing": Label("必填，未识别到", "needed and not found"),
    "conflict": Label("与他人的修改冲突", "in conflict with another's change"),
    "error": Label("未被接受", "not accepted"),
}

ROW_STATES: dict[str, Label] = {
    "proposed": Label("待收", "to accept"),
    "accepted": Label("已收", "accepted"),
    "left_out": Label("已移出", "left out"),
}


def intake_texts() -> dict[str, Any]:
    """All sentences of the script in the language of this request."""
    return {name: say(label) for name, label in TEXTS.items()} | {
        "sureWords": {name: say(label) for name, label in SURE_WORDS.items()},
        "states": {name: say(label) for name, label in ROW_STATES.items()},
    }
