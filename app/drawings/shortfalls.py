"""What of a drawing is not shown, or not as drawn: each problem of a view in words, with counts and a way out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.drawings.reasons import problem_label
from app.kernel.labels import Label
from viewers.render.manifest import Problem

MOST_ITEMS = 100

_PLOT = Label(
    "请核对加盖印章的 PDF；或在原软件中打印成 PDF 后补传。",
    "Check the sealed PDF; or plot it to PDF in the program it comes from and add that.",
)
_TOGETHER = Label(
    "请把缺少的文件与图一起重新上传，或补传打印的 PDF。",
    "Upload the missing files together with the drawing again, or add a plotted PDF.",
)
_SHAPES = Label(
    "请把形文件（SHX）与图一起重新上传，或核对加盖印章的 PDF。",
    "Upload the shape file (SHX) together with the drawing again, or check the sealed PDF.",
)
_LOOK = Label("请对照原文件核对。", "Compare with the original.")
_FRAMES = Label(
    "请在原文件中确认这些内容是否属于图纸，必要时移入图框或视口。",
    "Check in the original whether they belong to the sheet; move them into its frame or viewport.",
)

WAYS_OUT: Mapping[str, Label] = {
    "missing-font": Label(
        "请把 TrueType 字体文件（TTF、OTF）与图一起上传；SHX 字体不读取，字形和宽度以 PDF 为准。",
        "Upload the TrueType fonts (TTF, OTF) with the drawing; SHX fonts are not read: a PDF shows shapes and widths.",
    ),
    "font-not-embedded": Label(
        "请以嵌入字体的方式重新导出 PDF。", "Export the PDF again with its fonts embedded."
    ),
    "missing-xref": _TOGETHER,
    "missing-image": _TOGETHER,
    "tarch-objects": Label(
        "请用天正“图形导出”为 T3 格式后重传，或补传打印的 PDF；在此之前不得以此视图为准。",
        "Export it as T3 in TArch and upload that, or add a plotted PDF; until then this view decides nothing.",
    ),
    "proxy-objects": _PLOT,
    "unsupported-entities": _PLOT,
    "unsupported-viewports": _PLOT,
    "hatch-cut": _PLOT,
    "linetype-symbols": _SHAPES,
    "converter-looks": _PLOT,
    "linetypes-solid": _LOOK,
    "layers-not-drawn": Label(
        "这些图层在文件中已关闭、冻结或设为不打印；如需要，请打开后重传。",
        "The file has them off, frozen or not plotted; if they are needed, turn them on and upload again.",
    ),
    "invalid-coordinates": Label("请用 AUDIT 修复后重传。", "Repair it with AUDIT and upload it again."),
    "outside-frames": _FRAMES,
    "outside-viewports": _FRAMES,
    "page-unreadable": _PLOT,
    "recovered": _LOOK,
    "encoding-guessed": _LOOK,
    "converter-notes": _LOOK,
    "pdf-structure-unread": _LOOK,
    "pdf-structure-partly-read": _LOOK,
    "image-mirrored": _LOOK,
    "user-unit": Label("请按真实尺寸重新导出后再量取。", "Export it in true size before measuring."),
    "ofd-not-drawn": Label("请补传 PDF 以便看图。", "Add a PDF so that it can be seen."),
}
"""What to do about a problem of a view; others need nothing but to be known."""

NOT_SHOWN = frozenset(
    {
        "missing-xref",
        "missing-image",
        "tarch-objects",
        "proxy-objects",
        "unsupported-entities",
        "unsupported-viewports",
    }
    | {
        "hatch-cut",
        "linetype-symbols",
        "converter-looks",
        "invalid-coordinates",
        "outside-frames",
        "outside-viewports",
        "page-unreadable",
    }
    | {"ofd-not-drawn"}
)
"""Something is missing from the picture."""
CHANGED = frozenset(
    {"missing-font", "font-not-embedded", "linetypes-solid", "image-mirrored", "encoding-guessed"}
)
"""It is there, but may look different."""

TYPES: Mapping[str, Label] = {
    "WIPEOUT": Label("区域覆盖", "wipeout"),
    "MULTILEADER": Label("多重引线", "multileader"),
    "MLEADER": Label("多重引线", "multileader"),
    "3DSOLID": Label("三维实体", "3D solid"),
    "OLE2FRAME": Label("OLE 对象", "OLE object"),
    "ACAD_TABLE": Label("表格", "table"),
    "ACAD_PROXY_ENTITY": Label("代理对象", "proxy object"),
    "UNDERLAY": Label("底图参照", "underlay"),
    "PDFUNDERLAY": Label("PDF 底图", "PDF underlay"),
    "DWGUNDERLAY": Label("DWG 底图", "DWG underlay"),
    "REGION": Label("面域", "region"),
    "BODY": Label("三维体", "body"),
    "SURFACE": Label("曲面", "surface"),
    "TOLERANCE": Label("形位公差", "tolerance"),
    "LEADER": Label("引线的箭头或文字下划线", "arrowhead of a leader, or its line under the text"),
    "HATCH": Label("渐变填充", "gradient hatch"),
    "MTEXT": Label("多栏文字", "text in columns"),
    "XCLIP": Label("被裁剪的块参照，显示未裁剪", "clipped block reference, shown uncut"),
    "TCH_WALL": Label("天正墙", "TArch wall"),
    "TCH_OPENING": Label("天正门窗", "TArch opening"),
    "TCH_COLUMN": Label("天正柱", "TArch column"),
    "TCH_DIMENSION2": Label("天正标注", "TArch dimension"),
    "TCH_TEXT": Label("天正文字", "TArch text"),
}
"""Kinds of CAD objects that people know by a name."""


@dataclass(frozen=True)
class Shortfall:
    """One problem of a view."""

    code: str
    label: Label
    count: int
    """How many objects, files or layers; 0 where it is not counted."""
    items: tuple[Label, ...]
    """Each of them, by kind or name."""
    way_out: Label | None
    meaning: str
    """``stop`` when the view decides nothing, ``attention`` when something is missing or changed, else ``history``."""


def shortfalls(problems: Iterable[Problem]) -> list[Shortfall]:
    """Problems of a page and its file in words, the gravest first; equal ones once."""
    found: dict[tuple[str, str], Shortfall] = {}
    for problem in problems:
        found.setdefault((problem.code, repr(problem.detail)), _shortfall(problem))
    order = {"stop": 0, "attention": 1, "history": 2}
    return sorted(found.values(), key=lambda s: order[s.meaning])


def _shortfall(problem: Problem) -> Shortfall:
    items, count = _items(problem.detail)
    meaning = "attention" if problem.code in NOT_SHOWN | CHANGED else "history"
    if problem.severity == "error":
        meaning = "stop"
    label = problem_label(problem.code, problem.detail)
    return Shortfall(problem.code, label, count, items, WAYS_OUT.get(problem.code), meaning)


def _items(detail: Mapping[str, Any]) -> tuple[tuple[Label, ...], int]:
    """What a problem counts or names."""
    items: list[Label] = []
    total = 0
    for key in ("missing", "shown", "types"):
        counts = detail.get(key)
        if isinstance(counts, dict):
            for name, number in counts.items():
                items.append(_counted(str(name), int(number)))
                total += int(number)
    for key in ("names", "fonts", "notes"):
        names = detail.get(key)
        if isinstance(names, list):
            items += [Label(str(name)[:200], str(name)[:200]) for name in names]
            total += len(names)
    number = detail.get("count", detail.get("entities", 0))
    return tuple(items[:MOST_ITEMS]), max(total, number if isinstance(number, int) else 0)


def _counted(name: str, number: int) -> Label:
    known = TYPES.get(name.upper())
    if known is None:
        return Label(f"{name[:80]} × {number}", f"{name[:80]} × {number}")
    return Label(f"{known.zh}（{name}）× {number}", f"{known.en} ({name}) × {number}")
