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
IMPORT_WHY: Mapping[str, Label] = {
    "kind-not-taken": Label("此类批注无法表示", "This kind cannot be shown"),
    "hidden": Label("在文件中已隐藏", "Hidden in the file"),
    "malformed": Label("数据不完整", "Malformed"),
    "nothing-drawn": Label("没有图形", "Nothing is drawn"),
    "no-text": Label("没有文字", "No text"),
    "off-the-sheet": Label("不在图面上", "Not on the sheet"),
    "reply-to-nothing": Label("所回复的批注不在此页", "A reply to something that is not on this page"),
}
"""Reasons of :mod:`viewers.render.marks.annotations` and :mod:`app.markups.importing`."""
IMPORT_NOTES: Mapping[str, Label] = {
    "points-thinned": Label("点数过多，已抽稀", "It has too many points: thinned"),
    "strokes-left-out": Label("笔画过多，部分未导入", "It has too many strokes: some are left out"),
    "callout-left-out": Label("引线未导入", "The leader line is left out"),
    "stamp-picture-left-out": Label(
        "图章图样未导入，以方框代替", "The stamp's picture is left out: a frame stands for it"
    ),
    "text-cut": Label("文字过长，已截断", "The text is too long: cut"),
}
IMPORT_SUBTYPES: Mapping[str, Label] = {
    "Text": Label("便笺", "Note"),
    "FreeText": Label("文本框", "Text box"),
    "Line": Label("直线", "Line"),
    "Square": Label("矩形", "Rectangle"),
    "Circle": Label("椭圆", "Ellipse"),
    "Polygon": Label("多边形", "Polygon"),
    "PolyLine": Label("折线", "Polyline"),
    "Highlight": Label("高亮", "Highlight"),
    "Underline": Label("下划线", "Underline"),
    "Squiggly": Label("波浪线", "Squiggly underline"),
    "StrikeOut": Label("删除线", "Struck through"),
    "Stamp": Label("图章", "Stamp"),
    "Caret": Label("插入符", "Caret"),
    "Ink": Label("手绘", "Ink"),
    "FileAttachment": Label("附件", "Attached file"),
    "Sound": Label("录音", "Sound"),
    "Movie": Label("影片", "Film"),
    "Screen": Label("多媒体", "Multimedia"),
    "RichMedia": Label("多媒体", "Multimedia"),
    "3D": Label("三维模型", "3D model"),
    "Redact": Label("密文标记", "Redaction"),
    "Watermark": Label("水印", "Watermark"),
    "Projection": Label("投影", "Projection"),
    "PrinterMark": Label("印刷标记", "Printer's mark"),
    "TrapNet": Label("陷印", "Trap network"),
}
"""Kinds of annotations (ISO 32000-2, table 171) but for those that are passed over; any other keeps its own name."""
ENTITY_TYPES: Mapping[str, Label] = {
    "LINE": Label("直线", "Line"),
    "LWPOLYLINE": Label("多段线", "Polyline"),
    "POLYLINE": Label("多段线", "Polyline"),
    "CIRCLE": Label("圆", "Circle"),
    "ARC": Label("圆弧", "Arc"),
    "ELLIPSE": Label("椭圆", "Ellipse"),
    "SPLINE": Label("样条曲线", "Spline"),
    "POINT": Label("点", "Point"),
    "TEXT": Label("单行文字", "Text"),
    "MTEXT": Label("多行文字", "Multiline text"),
    "ATTRIB": Label("块属性", "Attribute"),
    "INSERT": Label("块参照", "Block reference"),
    "HATCH": Label("图案填充", "Hatch"),
    "SOLID": Label("二维填充", "Solid"),
    "DIMENSION": Label("尺寸标注", "Dimension"),
    "LEADER": Label("引线", "Leader"),
    "MULTILEADER": Label("多重引线", "Multileader"),
    "ACAD_TABLE": Label("表格", "Table"),
    "IMAGE": Label("图像", "Picture"),
    "WIPEOUT": Label("区域覆盖", "Wipeout"),
}
"""DXF types as CAD programs name them; any other is shown by its DXF name."""
NUDGE: Mapping[str, Label] = {
    "moved": Label(
        "已移到 %p。停下即保存，Esc 放弃。", "Moved to %p. It is saved when you rest; Esc puts it back."
    ),
    "point": Label("第 %n 点（%p）：方向键移动，] 下一点。", "Point %n (%p): arrows move it, ] is the next."),
    "whole": Label("整个批注：方向键移动。", "The whole mark: arrows move it."),
    "saved": Label("已保存在 %p。", "Saved at %p."),
    "undone": Label("已放回 %p。", "Put back to %p."),
}
"""What keys do to the selected mark."""
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
    "importWhy": IMPORT_WHY,
    "importNote": IMPORT_NOTES,
    "importSubtypes": IMPORT_SUBTYPES,
    "entityTypes": ENTITY_TYPES,
    "nudge": NUDGE,
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
    "wholeSheet": Label("整图", "Whole sheet"),
    "onText": Label("所标文字", "On the text"),
    "onEntity": Label("所标对象：", "On the object:"),
    "entityLayer": Label("图层", "layer"),
    "entityHandle": Label("句柄", "handle"),
    "entityReading": Label("正在读取图中对象…", "Reading the objects of the sheet…"),
    "entityHint": Label(
        "指向一个对象，点击即标注；Esc 取消。", "Point at an object and click to mark it; Esc cancels."
    ),
    "entityNone": Label("此处没有对象：移近一些再试。", "No object here: move closer and try again."),
    "entityFailed": Label(
        "图中对象未能读取。请检查网络后再点一次“点选对象”。",
        "The objects could not be read. Check the network, then choose Object again.",
    ),
    "entityGone": Label("此版图中已无", "not in this revision"),
    "nudgeHint": Label(
        "键盘：先用 Tab 到图面，方向键移动（Shift 快、Alt 慢），[ 与 ] 选点，Esc 放弃",
        "Keyboard: Tab to the drawing; arrows move (Shift fast, Alt slow), [ and ] choose a point, Esc puts back",
    ),
    "seenBy": Label("可见范围", "Seen by"),
    "stated": Label("文件所载作者", "Author as stated"),
    "fromFile": Label("来自文件", "From a file"),
    "broughtBy": Label("导入", "Brought in by"),
    "photoOriginal": Label("下载原图", "Original"),
    "photoOriginalHint": Label(
        "原图含拍摄信息，可能含拍摄位置",
        "The original holds camera data, possibly the place where it was taken",
    ),
    "photoFirst": Label("请先拍照或选择照片。", "Take or choose a photo first."),
    "photoGone": Label(
        "照片只保存在打开过的页面中，已不在本机。", "The photo was kept by the page only, and is gone."
    ),
    "photoAgain": Label("请重新选择照片后再试。", "Choose it again, then retry."),
    "importChoose": Label("选择带批注的 PDF", "Choose an annotated PDF"),
    "importReading": Label("正在读取 %s …", "Reading %s …"),
    "importTally": Label(
        "可导入 %n 个，已有 %k 个，无法表示 %l 个。",
        "%n can be brought in, %k are here already, %l cannot be shown.",
    ),
    "importPage": Label("取自第 %p 页（共 %a 页）。", "From page %p of %a."),
    "importElsewhere": Label("其他页上的 %d 个未读取。", "%d on other pages were not looked at."),
    "importUnsure": Label(
        "图幅相符，但文字不足以确认是同一张图，请核对位置。",
        "The page has the size of this sheet, but its words do not prove that it is this one: check the places.",
    ),
    "importCut": Label(
        "批注过多，只读取了前一部分。", "There are too many annotations: only the first were read."
    ),
    "importStated": Label(
        "作者和时间按文件所载记录，未经核实；批注记在您的名下。",
        "Authors and times are kept as the file states them, unverified; the marks are recorded as brought in by you.",
    ),
    "importGo": Label("导入 %d 个", "Bring in %d"),
    "importKnown": Label("已导入过", "Here already"),
    "importDone": Label("已导入 %d 个批注，补充 %r 条回复。", "%d marks brought in, %r replies added."),
    "importMany": Label("一次最多排除 500 个。", "At most 500 can be left out at once."),
}


def mark_setup(revision_id: str, me: str, *, may_draw: bool) -> dict[str, Any]:
    """The values for ``marks.js``."""
    words: dict[str, Any] = {
        name: {str(k): say(v) for k, v in labels.items()} for name, labels in CATALOGUES.items()
    }
    words |= {name: say(label) for name, label in SENTENCES.items()}
    inks = {str(k): v for k, v in INKS.items()}
    return {"revision": revision_id, "me": me, "may_draw": may_draw, "inks": inks, "words": words}
