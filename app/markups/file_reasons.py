"""Why a file sent to marks cannot be read, in words, with a way out: annotated PDFs and photos.

Nothing of such a file was stored, so the words of :mod:`app.drawings.reasons` do not fit. A test collects the codes
from the renderers and fails for one without words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.drawings.reasons import FORMATS
from app.kernel.errors import BUSY, Refused, declare
from app.kernel.labels import Label
from viewers.render.errors import RenderError


@dataclass(frozen=True)
class FileReason:
    """One code in words."""

    sentence: Label
    way_out: Label


NOT_ANNOTATED = declare(
    "annotated-file-unreadable",
    422,
    "无法读取该文件中的批注：{reason_zh}。",
    "The annotations of this file cannot be read: {reason_en}.",
    "可以这样处理：{way_zh}",
    "What helps: {way_en}",
)
PHOTO_REFUSED = declare(
    "photo-refused",
    422,
    "此文件不是可用的照片：{reason_zh}。",
    "This file is no photo that can be taken: {reason_en}.",
    "可以这样处理：{way_zh}",
    "What helps: {way_en}",
)
_SAVE_AGAIN = Label(
    "请在原软件中打开检查，另存为 PDF 后再导入。",
    "Open it in the program it comes from, save it as a PDF anew, and import that.",
)
_ONE_PAGE = Label("请只保存这一张图纸的页面后再导入。", "Save the page of this sheet alone, and import that.")
_HEAVY = FileReason(
    Label("读取所需的时间或内存超出限度", "reading it needs more time or memory than is allowed"), _ONE_PAGE
)
_BROKE_OFF = FileReason(Label("读取时中断", "reading it broke off"), _SAVE_AGAIN)
ANNOTATED: Mapping[str, FileReason] = {
    "pdf-encrypted": FileReason(
        Label("PDF 设有打开密码", "it needs a password to open"),
        Label("请去掉打开密码后再导入。", "Remove the password and import it again."),
    ),
    "pdf-unreadable": FileReason(
        Label("文件不是 PDF，或已损坏", "it is no PDF, or a damaged one"), _SAVE_AGAIN
    ),
    "page-unreadable": FileReason(Label("有一页已损坏", "one of its pages is damaged"), _SAVE_AGAIN),
    "no-such-page": FileReason(Label("有一页已损坏", "one of its pages is damaged"), _SAVE_AGAIN),
    "too-many-pages": FileReason(Label("页数过多", "it has too many pages"), _ONE_PAGE),
    "over-cpu": _HEAVY,
    "over-memory": _HEAVY,
    "over-output": _HEAVY,
    "too-deep": FileReason(Label("文件结构嵌套过深", "it is nested too deeply"), _SAVE_AGAIN),
    "render-timeout": _HEAVY,
    "render-crashed": _BROKE_OFF,
    "render-failed": _BROKE_OFF,
    "annotations-malformed": _BROKE_OFF,
}
_AS_JPEG = Label(
    "请另存为 JPEG 或 PNG；iPhone 可在“设置 › 相机 › 格式”中选“兼容性最佳”。",
    "Save it as JPEG or PNG; on an iPhone choose Settings › Camera › Formats › Most Compatible.",
)
_SMALLER = Label("请降低分辨率后重试。", "Send it at a lower resolution.")
_LOST = FileReason(Label("读取时中断", "reading it broke off"), _AS_JPEG)
PHOTOS: Mapping[str, FileReason] = {
    "photo-kind": FileReason(Label("{is_zh}", "{is_en}"), _AS_JPEG),
    "image-too-large": FileReason(Label("像素超过 1.2 亿", "it has more than 120 million pixels"), _SMALLER),
    "image-unreadable": FileReason(
        Label("图片已损坏", "the picture is damaged"),
        Label("请重新拍摄，或从原处重新拷贝。", "Take it again, or copy it anew from where it is whole."),
    ),
    "over-cpu": FileReason(Label("读取超时", "reading it takes too long"), _SMALLER),
    "over-memory": FileReason(Label("读取所需内存过多", "reading it needs too much memory"), _SMALLER),
    "over-output": FileReason(Label("读取所需空间过多", "reading it needs too much room"), _SMALLER),
    "render-timeout": FileReason(Label("读取超时", "reading it takes too long"), _SMALLER),
    "too-deep": _LOST,
    "render-crashed": _LOST,
    "render-failed": _LOST,
    "photo-malformed": _LOST,
}
STOPPING = "pool-closed"
"""The file is not the reason."""
_UNKNOWN = FileReason(Label("原因不明（{code}）", "for a reason without words ({code})"), _SAVE_AGAIN)
_SOMETHING = Label("不是 JPEG 或 PNG", "neither JPEG nor PNG")


def unreadable(kind: str, reasons: Mapping[str, FileReason], failure: RenderError) -> Refused:
    """The refusal of a file that a renderer did not take: what it is, and what to do, in both languages."""
    if failure.code == STOPPING:
        return Refused(BUSY)
    reason = reasons.get(failure.code, _UNKNOWN)
    what = FORMATS.get(str(failure.detail.get("is", "")), _SOMETHING)
    facts = {"code": failure.code, "is_zh": what.zh, "is_en": what.en}
    sentence, way = reason.sentence.format(**facts), reason.way_out
    return Refused(
        kind,
        reason=failure.code,
        reason_zh=sentence.zh,
        reason_en=sentence.en,
        way_zh=way.zh,
        way_en=way.en,
    )
