"""Why a file or a page is not what the clerk hoped for: every code of the renderers in words, with a way out.

The codes come from ``viewers/render`` (refusals, crashes, problems of a page) and from the reading of uploads. A test
collects them from the source and fails for one without words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.kernel.labels import Label


@dataclass(frozen=True)
class Reason:
    """One code in words."""

    sentence: Label
    way_out: Label


def _reason(zh: str, en: str, way_zh: str = "", way_en: str = "") -> Reason:
    return Reason(Label(zh, en), Label(way_zh, way_en))


_DAMAGED = (
    "请在原软件中打开检查，重新导出后再传。",
    "Open it in the program it comes from, export it anew and upload again.",
)
_SPLIT = ("请拆分成较小的文件后再传。", "Split it into smaller files and upload those.")
_PLOT = ("请在原软件中打印成 PDF 后再传。", "Plot it to PDF in the program it comes from and upload that.")
_RETRY = (
    "文件已安全保存。请联系管理员重新识别。",
    "The file is safely stored. Ask the administrator to have it read again.",
)
_COPY_AGAIN = (
    "请从原处重新拷贝或导出，确认能打开后再传。",
    "Copy or export it anew, see that it opens, and upload that.",
)
_BROKEN_COPIES = frozenset({"empty", "zeros"})
"""Forms of a file that was a drawing before its copy broke."""
_PURGE = (
    "请用 PURGE、AUDIT 清理图形后再传，或打印成 PDF。",
    "Clean it with PURGE and AUDIT, or plot it to PDF.",
)

FILE_REASONS: Mapping[str, Reason] = {
    "unknown-format": _reason(
        "内容不是图纸（{is}）。",
        "Its content is not a drawing ({is}).",
        "可接收 PDF、DWG、DXF、PNG、JPEG、TIFF、OFD。",
        "PDF, DWG, DXF, PNG, JPEG, TIFF and OFD are taken.",
    ),
    "pdf-encrypted": _reason(
        "PDF 设有打开密码，无法读取。",
        "The PDF needs a password to open.",
        "请去掉打开密码后再传。",
        "Remove the password and upload again.",
    ),
    "pdf-unreadable": _reason("PDF 已损坏，无法读取。", "The PDF is damaged and cannot be read.", *_DAMAGED),
    "pdf-signed": _reason(
        "PDF 带电子签章，不能拆成单页。",
        "The PDF is signed and cannot be cut into pages.",
        "整份保存，签章不受影响。",
        "It is kept whole; its seals are untouched.",
    ),
    "page-unreadable": _reason("有一页无法读取。", "One page cannot be read.", *_DAMAGED),
    "image-unreadable": _reason(
        "图片已损坏，无法读取。", "The picture is damaged and cannot be read.", *_DAMAGED
    ),
    "image-too-large": _reason(
        "图片像素过多。",
        "The picture has too many pixels.",
        "请以 300 dpi 重新扫描或导出后再传。",
        "Scan or export it again with 300 dpi.",
    ),
    "too-many-pages": _reason("页数过多。", "It has too many pages.", *_SPLIT),
    "too-large": _reason("CAD 文件过大。", "The CAD file is too large.", *_PURGE),
    "too-many-pixels": _reason("图面过大，无法绘制。", "The page is too large to draw.", *_PLOT),
    "over-cpu": _reason(
        "图面过于复杂，在限定时间内没有读完。", "Too complex: reading took more than its time.", *_PLOT
    ),
    "over-memory": _reason(
        "图面过于复杂，超出可用内存。", "Too complex: reading needs more memory than allowed.", *_PLOT
    ),
    "over-output": _reason(
        "图面过于复杂，生成的预览超出限额。", "Too complex: its preview grows beyond the limit.", *_SPLIT
    ),
    "over-expansion": _reason(
        "文件解压后异常膨胀，为安全起见未读取。",
        "It unfolds to an abnormal size and was not read, for safety.",
        *_DAMAGED,
    ),
    "too-deep": _reason(
        "文件结构嵌套过深，为安全起见未读取。",
        "Its structure is nested too deeply; not read, for safety.",
        *_DAMAGED,
    ),
    "dxf-unreadable": _reason("DXF 已损坏或不完整。", "The DXF is damaged or incomplete.", *_DAMAGED),
    "dwg-unreadable": _reason(
        "DWG 无法读取。",
        "The DWG cannot be read.",
        "请另存为 DWG 2018 或 DXF 后再传。",
        "Save it as DWG 2018 or DXF and upload that.",
    ),
    "dwg-too-old": _reason(
        "DWG 版本过旧（{version}）。",
        "The DWG version is too old ({version}).",
        "请另存为 AutoCAD 2000 或更新的版本后再传。",
        "Save it as AutoCAD 2000 or newer.",
    ),
    "too-many-primitives": _reason("图形对象过多。", "It holds too many objects.", *_PURGE),
    "block-cycle": _reason("图块“{block}”引用了自身。", "Block '{block}' contains itself.", *_PURGE),
    "block-depth": _reason("图块“{block}”嵌套过深。", "Block '{block}' is nested too deeply.", *_PURGE),
    "text-too-long": _reason("含有异常长的文字对象。", "It holds an abnormally long text.", *_PURGE),
    "spline-too-long": _reason(
        "含有控制点过多的样条曲线。", "It holds a spline of too many points.", *_PURGE
    ),
    "nothing-to-draw": _reason(
        "没有可以绘制的内容。",
        "There is nothing in it that can be drawn.",
        "请确认图形不在冻结图层或外部参照中，并与外部参照一起上传。",
        "Check for frozen layers and external references, and upload the references too.",
    ),
    "no-pages": _reason("没有可以显示的页面。", "It has no page to show.", *_DAMAGED),
    "stored-not-drawn": _reason(
        "OFD 已原样存档，本系统不显示其图面。",
        "The OFD is stored as it is; its pages are not drawn here.",
        "如需核对图面，请同时上传 PDF。",
        "Upload a PDF beside it if its pages shall be seen.",
    ),
    "render-timeout": _reason(
        "读取超时，文件已原样存档。", "Reading took too long; the file is stored as it is.", *_PLOT
    ),
    "render-crashed": _reason(
        "读取中断，文件已原样存档。", "Reading broke off; the file is stored as it is.", *_PLOT
    ),
    "render-failed": _reason(
        "读取出错，文件已原样存档。", "Reading failed; the file is stored as it is.", *_PLOT
    ),
    "manifest-malformed": _reason(
        "读取结果不完整，文件已原样存档。", "What was read is not whole; the file is stored.", *_RETRY
    ),
    "manifest-missing": _reason(
        "没有得到读取结果，文件已原样存档。", "Reading gave no result; the file is stored.", *_RETRY
    ),
    "split-malformed": _reason(
        "拆页没有完成，文件已原样存档。", "Cutting into pages did not finish; the file is stored.", *_RETRY
    ),
    "pool-closed": _reason(
        "读取时系统正在停机，文件已原样存档。", "The system was shutting down; the file is stored.", *_RETRY
    ),
    "copy-missing": _reason(
        "识别时取不到存档文件。", "The stored file could not be fetched for reading.", *_RETRY
    ),
    "comparison-malformed": _reason(
        "图纸比对的结果不可用。", "The answer of a comparison could not be used.", *_RETRY
    ),
    "no-such-page": _reason("没有这一页。", "There is no such page.", *_RETRY),
    "no-such-document": _reason("没有这份文件。", "There is no such document.", *_RETRY),
    "tile-out-of-range": _reason("所要的图块不在图面内。", "That tile lies outside of the page.", *_RETRY),
    "box-out-of-range": _reason("所要的区域不在图面内。", "That region lies outside of the page.", *_RETRY),
    "no-such-layer": _reason("图中没有这个图层。", "The page has no such layer.", *_RETRY),
    "annotations-malformed": _reason(
        "没有得到文件中的批注。", "The annotations of the file were not given.", *_RETRY
    ),
    "photo-malformed": _reason("没有得到照片的缩略图。", "The picture of the photo was not given.", *_RETRY),
    "photo-kind": _reason(
        "这不是 JPEG 或 PNG 照片。",
        "This is not a JPEG or PNG photo.",
        "请将照片另存为 JPEG 或 PNG 后再选。",
        "Save the photo as JPEG or PNG and choose it again.",
    ),
    "segments-malformed": _reason("没有得到图中线条。", "The lines of the page were not given.", *_RETRY),
    "crop-out-of-range": _reason("所要的局部不在图面内。", "That part lies outside of the page.", *_RETRY),
}
"""Why a file takes no part or is stored only."""

FORMATS: Mapping[str, Label] = {
    "empty": Label("空文件", "an empty file"),
    "zeros": Label("内容全为零，多为下载或拷贝中断", "nothing but zeros: a broken copy or download"),
    "zip": Label("ZIP 压缩包，请解压后直接拖入文件夹", "a ZIP archive: unpack it and drop the folder"),
    "rar": Label("RAR 压缩包，请解压后直接拖入文件夹", "a RAR archive: unpack it and drop the folder"),
    "7z": Label("7z 压缩包，请解压后直接拖入文件夹", "a 7z archive: unpack it and drop the folder"),
    "gzip": Label("gzip 压缩包，请先解压", "a gzip archive: unpack it first"),
    "office": Label("Office 文档，请导出为 PDF", "an Office document: export it to PDF"),
    "exe": Label("可执行程序", "a program"),
    "script": Label("脚本", "a script"),
    "gif": Label("GIF 图片，请转为 PNG", "a GIF picture: convert it to PNG"),
    "bmp": Label("BMP 图片，请转为 PNG", "a BMP picture: convert it to PNG"),
    "webp": Label("WebP 图片，请转为 PNG", "a WebP picture: convert it to PNG"),
    "psd": Label("Photoshop 文件，请导出为 PDF", "a Photoshop file: export it to PDF"),
    "postscript": Label("PostScript 文件，请转为 PDF", "a PostScript file: convert it to PDF"),
    "dwf": Label("DWF 文件，请打印成 PDF", "a DWF file: plot it to PDF"),
    "step": Label("STEP/IFC 模型", "a STEP or IFC model"),
    "sqlite": Label("数据库文件", "a database"),
    "video-or-heic": Label("视频或 HEIC 照片，请转为 JPEG", "a video or a HEIC photo: convert it to JPEG"),
    "html": Label("网页", "a web page"),
    "svg": Label("SVG 图形，请导出为 PDF", "an SVG: export it to PDF"),
    "xml": Label("XML 文件", "an XML file"),
    "json": Label("JSON 文件", "a JSON file"),
    "text": Label("文本文件", "a text file"),
    "binary": Label("未知的二进制文件", "a binary file of unknown kind"),
}
"""What a refused file is instead: codes of ``viewers.render.sniff.explain``."""

PROBLEMS: Mapping[str, Label] = {
    "missing-font": Label("缺少字体 {names}，以替代字体显示", "Fonts missing ({names}); another is shown"),
    "font-not-embedded": Label(
        "字体未嵌入 {fonts}，显示可能不同", "Fonts not embedded ({fonts}); they may look different"
    ),
    "missing-xref": Label("缺少外部参照 {names}", "External references missing: {names}"),
    "missing-image": Label("缺少图片 {names}", "Pictures missing: {names}"),
    "tarch-objects": Label(
        "含天正自定义对象，未完整显示，须以 PDF 为准", "TArch objects are not fully shown; a PDF must decide"
    ),
    "proxy-objects": Label("含代理对象，仅显示其代理图形", "Proxy objects are shown by their stand-ins"),
    "unsupported-entities": Label("部分对象未显示", "Some objects are not shown"),
    "unsupported-viewports": Label("含三维视口，未显示", "Viewports from the side are not shown"),
    "hatch-cut": Label("部分填充过密，未完整显示", "Some hatches are too dense and not fully shown"),
    "linetype-symbols": Label(
        "线型 {names} 中的形或文字未显示", "Shapes or letters of line types are not shown: {names}"
    ),
    "converter-looks": Label(
        "由 DWG 转换，部分对象的外观可能与原图不同", "Converted from DWG: some objects may look different"
    ),
    "linetypes-solid": Label("线型过密，以实线显示", "Dashes are too dense and drawn solid"),
    "layers-not-drawn": Label(
        "有 {count} 个图层关闭、冻结或不打印", "{count} layers are off, frozen or not plotted"
    ),
    "converter-notes": Label("转换 DWG 时有提示", "The conversion of the DWG left notes"),
    "recovered": Label("CAD 文件有损坏，已修复读取", "The CAD file was damaged and has been recovered"),
    "encoding-guessed": Label(
        "文字编码由系统推断，请核对文字", "The text encoding was guessed; check the texts"
    ),
    "invalid-coordinates": Label(
        "部分对象坐标无效，未显示", "Objects with invalid coordinates are not shown"
    ),
    "outside-frames": Label(
        "图框之外有内容，未收入任何一张图", "Something lies outside of all frames and is on no sheet"
    ),
    "outside-viewports": Label("模型空间有内容不在任何视口中", "Parts of model space are in no viewport"),
    "paper-size-unknown": Label("图幅无法确定", "The paper size is not known"),
    "page-size-odd": Label("纸张尺寸不是标准图幅", "The page is of no standard size"),
    "user-unit": Label(
        "页面带放大系数，尺寸不可直接量取", "The page has a scaling unit; do not measure on it"
    ),
    "scan-only": Label("扫描图，无文字可读，请手工填写", "A scan without text: fill in the fields by hand"),
    "text-unusable": Label(
        "图中文字无法提取，请手工填写", "The text cannot be extracted: fill in the fields by hand"
    ),
    "text-not-usable": Label(
        "图中文字无法提取，请手工填写", "The text cannot be extracted: fill in the fields by hand"
    ),
    "text-truncated": Label("文字过多，只读取了一部分", "So much text that only a part was read"),
    "rules-truncated": Label("线条过多，只读取了一部分", "So many lines that only a part was read"),
    "pdf-javascript": Label("PDF 带脚本，此处不执行", "The PDF carries scripts; none is run here"),
    "pdf-embedded-files": Label("PDF 带附件，此处不打开", "The PDF carries attachments; none is opened here"),
    "pdf-multimedia": Label(
        "PDF 带多媒体或三维内容，未显示", "The PDF carries media or 3D content, not shown"
    ),
    "pdf-launch": Label("PDF 会启动程序，此处不执行", "The PDF wants to start programs; not done here"),
    "pdf-form-sending": Label("PDF 会向外发送表单，此处不执行", "The PDF wants to send forms; not done here"),
    "pdf-xfa-form": Label("PDF 带 XFA 表单，未显示", "The PDF carries an XFA form, not shown"),
    "page-unreadable": Label("此页无法读取", "This page cannot be read"),
    "pdf-restricted": Label("PDF 设有权限限制", "The PDF restricts its use"),
    "pdf-structure-unread": Label(
        "PDF 结构无法检查，请核对图面", "The PDF's structure could not be checked; look at the page"
    ),
    "pdf-structure-partly-read": Label(
        "PDF 结构只检查了一部分", "The PDF's structure was checked in part only"
    ),
    "image-mirrored": Label("图片为镜像，请核对方向", "The picture is mirrored; check it"),
    "dpi-assumed": Label(
        "图片未说明分辨率，按 {dpi} dpi 计算图幅", "No resolution given; {dpi} dpi is assumed"
    ),
    "ofd-not-drawn": Label("OFD 只存档不显示", "OFD is stored, not drawn"),
    "cad-view": Label("CAD 预览仅供核对，出图须有 PDF", "The CAD view is an aid; a PDF is needed to issue"),
    "drawing-list": Label("识别为图纸目录", "Taken for a drawing list"),
}
"""What a person must know about a page or a file that is drawn."""

WARNINGS: Mapping[str, Label] = {
    "duplicate": Label("图号与本批另一张重复", "Another row of this batch has the same number"),
    "look-alike": Label(
        "图号与已有图纸极其相似（如 O 与 0）", "Easily mistaken for a sheet that exists (O and 0, l and 1)"
    ),
    "not-in-list": Label("图纸目录中没有这张图", "The drawing list does not name it"),
    "title-differs": Label("图名与图纸目录不一致", "The drawing list has another title"),
    "other-place": Label(
        "别的单体（或总图）已有此图号，请核对单体", "The number exists for another place: check the building"
    ),
    "new-revision": Label("该图号已存在，将作为新版次", "The sheet exists; this becomes a new revision"),
}
"""What a clerk should look at before accepting a row."""


class _Plain(dict[str, Any]):
    """Fills places of a sentence; an absent one reads ``…``."""

    def __missing__(self, key: str) -> str:
        return "…"


_NAMES_SHOWN = 4


def file_reason(code: str, data: Mapping[str, Any]) -> Reason:
    """Why a file takes no part, filled; an unknown code keeps its name, so that support can search it."""
    found = FILE_REASONS.get(code)
    if found is None:
        return _reason(f"文件未能读取（{code}）。", f"The file was not read ({code}).", *_RETRY)
    form = str(data.get("is", ""))
    kind = FORMATS.get(form, FORMATS["binary"])
    return Reason(
        Label(
            _fill(found.sentence.zh, {**data, "is": kind.zh}),
            _fill(found.sentence.en, {**data, "is": kind.en}),
        ),
        Label(*_COPY_AGAIN) if form in _BROKEN_COPIES else found.way_out,
    )


def problem_label(code: str, detail: Mapping[str, Any]) -> Label:
    """What a person must know about a page, filled; an unknown code is its own name."""
    found = PROBLEMS.get(code, Label(code, code))
    return Label(_fill(found.zh, detail), _fill(found.en, detail))


def warning_label(code: str) -> Label:
    """A warning of the intake table; an unknown code is its own name."""
    return WARNINGS.get(code, Label(code, code))


def _fill(sentence: str, data: Mapping[str, Any]) -> str:
    return sentence.format_map(_Plain({k: _plain(v) for k, v in data.items()}))


def _plain(value: object) -> str:
    if not isinstance(value, (list, tuple)):
        return str(value)[:80]
    more = f" +{len(value) - _NAMES_SHOWN}" if len(value) > _NAMES_SHOWN else ""
    return "、".join(str(v)[:40] for v in value[:_NAMES_SHOWN]) + more
