"""What the scripts of the sheet page are told: addresses, facts and every word they show."""

from collections.abc import Mapping
from typing import Any

from app.drawings.queries.sheets import RenditionView, RevisionView, SheetView
from app.drawings.scales import scales_of
from app.kernel.labels import Label
from app.web.request import say

VIEWER_LABELS: Mapping[str, Label] = {
    "tools": Label("图面工具", "Drawing tools"),
    "zoomIn": Label("放大", "Zoom in"),
    "zoomOut": Label("缩小", "Zoom out"),
    "trueSize": Label("实际大小", "True size"),
    "fit": Label("全图", "Fit sheet"),
    "fitWidth": Label("适合宽度", "Fit width"),
    "search": Label("在图中查找", "Find in sheet"),
    "searchNext": Label("下一处", "Next"),
    "searchPrevious": Label("上一处", "Previous"),
    "searchClose": Label("关闭查找", "Close"),
    "searchNone": Label("没有找到", "No matches"),
    "searchHidden": Label("在未显示的图层“%s”上", "On layer “%s”, which is hidden"),
    "searchShow": Label("显示该图层", "Show the layer"),
    "selectText": Label("选取文字", "Select text"),
    "overview": Label("导航图", "Overview"),
    "rail": Label("看图工具", "Viewing tools"),
    "panelClose": Label("关闭", "Close"),
    "layers": Label("图层", "Layers"),
    "layersFind": Label("查找图层", "Find a layer"),
    "layersAll": Label("全开", "All on"),
    "layersNone": Label("全关", "All off"),
    "layersReset": Label("恢复原样", "As in the file"),
    "layersOnly": Label("只看此层", "Only this layer"),
    "measure": Label("测量", "Measure"),
    "length": Label("长度", "Length"),
    "area": Label("面积", "Area"),
    "angle": Label("角度", "Angle"),
    "lengthHint": Label("点选各点；双击或“完成”结束。", "Point by point; double-click or Finish to end."),
    "areaHint": Label("点选各角；双击或“完成”结束。", "Corner by corner; double-click or Finish to end."),
    "angleHint": Label("依次点：一边、顶点、另一边。", "One arm, the vertex, the other arm."),
    "measureUndo": Label("退一点", "Undo point"),
    "measureFinish": Label("完成", "Finish"),
    "measureClear": Label("清除", "Clear"),
    "scale": Label("比例", "Scale"),
    "scaleChoose": Label("请选比例…", "Choose a scale…"),
    "scaleAsk": Label(
        "此图有多个比例：先选所量部分的比例。", "This sheet has several scales: choose the one of this part."
    ),
    "scaleUnknown": Label(
        "未读到此图的比例：请按已知尺寸校准，或只量图上尺寸。",
        "No scale was read from this sheet: calibrate by a known distance, or measure on paper.",
    ),
    "notToScale": Label(
        "图签注明不按比例，量得的尺寸不可用于施工；可按已知尺寸校准作参考。",
        "The title block says not to scale: nothing measured may be built from; calibrate for reference only.",
    ),
    "onPaper": Label("图上尺寸 1:1", "On paper 1:1"),
    "calibrate": Label("按已知尺寸校准…", "Calibrate by a known distance…"),
    "calibrated": Label("（自己校准）", "(own calibration)"),
    "calibratedNote": Label(
        "此比例由您自己校准，只存在本设备。",
        "You calibrated this scale yourself; it is kept on this device only.",
    ),
    "calibrateHint": Label("点选已知距离的两端。", "Point at both ends of a known distance."),
    "calibrateAsk": Label("输入这两点的实际距离。", "Enter how far apart they are in truth."),
    "calibrateLength": Label("实际距离 (mm)", "True distance (mm)"),
    "region": Label("区域：链接与打印", "Region: link and print"),
    "regionHint": Label(
        "在图上拖出一个区域，或取当前画面。", "Drag a region on the drawing, or take what is in view."
    ),
    "regionChosen": Label(
        "区域已圈出；链接打开后即到此处。", "The region is ringed; the link opens right here."
    ),
    "regionView": Label("取当前画面", "Take the view"),
    "regionClear": Label("取消区域", "No region"),
    "regionLink": Label("区域链接", "Link to the region"),
    "regionCopy": Label("复制链接", "Copy link"),
    "regionCopied": Label("已复制", "Copied"),
    "regionPrint": Label("打印", "Print"),
    "gridComputed": Label(
        "图框上未见分区标记：按图幅等分推算（ISO 5457、GB/T 14689）。",
        "No zone marks in the frame: computed as equal fields of the sheet (ISO 5457, GB/T 14689).",
    ),
    "gridComputedShort": Label("推算", "computed"),
    "calibrateTake": Label("采用", "Use"),
}
"""Every word of the viewer, by its own name for it (viewers/browser/README.md)."""


def setup_of(sheet: SheetView, revision: RevisionView, shown: RenditionView) -> dict[str, Any]:
    """The setup of the page for a rendition of a revision."""
    scales = scales_of(revision.scales, "", ())
    title = f"{sheet.number} {revision.title}"
    return {
        "rendition": shown.id,
        "sheet": sheet.id,
        "project": sheet.project_id,
        "title": title,
        "scales": {"stated": scales.stated, "isNotToScale": scales.is_not_to_scale},
        "calloutPlace": say(Label("看引用处", "See the place")),
        "setLabel": say(Label("同套图纸", "The set")),
        "labels": {**{name: say(label) for name, label in VIEWER_LABELS.items()}, "sheet": title},
    }
