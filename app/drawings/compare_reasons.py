"""What a comparison says of itself, in words: every problem code with what it means and what to do."""

from collections.abc import Mapping

from app.drawings.reasons import Reason, file_reason
from app.kernel.labels import Label


def _reason(zh: str, en: str, way_zh: str, way_en: str) -> Reason:
    return Reason(Label(zh, en), Label(way_zh, way_en))


_BY_EYE = ("请用并排或叠加模式目视核对。", "Check by eye: side by side, or overlaid.")
_AGAIN = (
    "可再次比对；若仍失败，请告知管理员，两张图仍可并排查看。",
    "Compare again; if it persists, tell the administrator. The two can still be looked at side by side.",
)

COMPARE_REASONS: Mapping[str, Reason] = {
    "registration-failed": _reason(
        "两张图没有足够的共同内容，无法自动对齐，因此没有比对结果。",
        "The two sheets have too little in common to be aligned; there is no answer.",
        "请确认选的是同一张图的两个版次；确需对比时请并排查看。",
        "See that both are revisions of one sheet; if so, look at them side by side.",
    ),
    "nothing-drawn": _reason(
        "其中一张图上没有可比对的线条和文字。",
        "One of the sheets holds no lines and no text to compare.",
        *_BY_EYE,
    ),
    "compare-timeout": _reason(
        "比对超过了时限，没有结果。", "Comparing took longer than it may; there is no answer.", *_AGAIN
    ),
    "compare-crashed": _reason("比对中断，没有结果。", "Comparing broke off; there is no answer.", *_AGAIN),
    "bytes-missing": _reason(
        "比对时取不到存档文件。", "The stored files could not be fetched for comparing.", *_AGAIN
    ),
    "compare-kinds": _reason(
        "这两种文件不能互相比对（{kinds}）。",
        "Files of these kinds cannot be compared ({kinds}).",
        "请上传两张图的 PDF，再对比 PDF。",
        "Upload PDFs of both and compare those.",
    ),
    "over-segments": _reason(
        "图上的线条过多（上限 {most}），没有比对。",
        "The sheet holds too many lines (most: {most}) and was not compared.",
        *_BY_EYE,
    ),
    "over-pixels": _reason("扫描图过大，没有比对。", "The scan is too large and was not compared.", *_BY_EYE),
    "registration-unsure": _reason(
        "两张图共同的线条不多，对齐可能有误，结果仅供参考。",
        "The sheets have few lines in common: they may be wrongly aligned.",
        "请先在叠加模式下确认图框和轴线重合，再看差异。",
        "Overlay them first and see that frames and grid lines meet; then read the differences.",
    ),
    "sheet-redrawn": _reason(
        "大部分图面都有变化，像是整张重新绘制。",
        "Most of the sheet has changed: it looks redrawn.",
        "请逐处核对，不要只看差异清单。",
        "Go through the whole sheet; the list alone is not enough.",
    ),
    "beyond-the-paper": _reason(
        "有线条落在另一张图的图幅之外，这部分没有比对。",
        "Some lines lie where the other sheet has no paper; those were not compared.",
        "请并排查看图幅之外的部分。",
        "Look at that part side by side.",
    ),
    "text-unusable": _reason(
        "其中一张图的文字无法读取，文字只按线条比对。",
        "The text of one sheet cannot be read: words were compared as lines only.",
        "文字的修改请目视核对。",
        "Check changes of words by eye.",
    ),
    "compared-as-pictures": _reason(
        "其中有扫描图，按图像比对：细小变化和文字内容看不出来。",
        "A scan is among them, so pictures were compared: small changes and words are not seen.",
        "重要部位请目视核对。",
        "Check what matters by eye.",
    ),
}


def compare_reason(code: str, detail: Mapping[str, object]) -> Reason:
    """A problem of a comparison in words; what the renderers refuse is told as for files."""
    known = COMPARE_REASONS.get(code)
    if known is None:
        return file_reason(code, dict(detail))
    kinds = detail.get("kinds")
    shown = {
        "kinds": " / ".join(map(str, kinds)) if isinstance(kinds, list) else "—",
        "most": detail.get("most", detail.get("objects", "—")),
    }
    return Reason(known.sentence.format(**shown), known.way_out)
