"""A comparison in words: how the sheets were aligned, what was compared and what is not seen; and every word of its page."""

from collections.abc import Mapping
from typing import Any

from app.drawings.compare_reasons import compare_reason
from app.drawings.comparing import broke_off
from app.kernel.labels import Label
from app.web.request import say
from viewers.render.compare.values import Comparison, Method, Registration

KIND_LABELS: Mapping[str, Label] = {
    "added": Label("新增", "Added"),
    "removed": Label("删除", "Removed"),
    "changed": Label("修改", "Changed"),
    "moved": Label("移动", "Moved"),
    "text": Label("文字", "Text"),
}
SEVERITY_LABELS: Mapping[str, Label] = {
    "major": Label("内容", "Content"),
    "minor": Label("样式", "Style"),
    "routine": Label("图签例行", "Title block"),
}
FIELD_LABELS: Mapping[str, Label] = {
    "revision": Label("版次", "Revision"),
    "date": Label("日期", "Date"),
    "sheet_index": Label("页码", "Sheet"),
    "sheet_total": Label("总张数", "Sheets in all"),
    "project_lead": Label("项目负责人", "Project leader"),
    "discipline_lead": Label("专业负责人", "Discipline leader"),
    "approver": Label("审定", "Approved"),
    "verifier": Label("审核", "Verified"),
    "checker": Label("校对", "Checked"),
    "designer_person": Label("设计", "Designed"),
    "drafter": Label("制图", "Drawn"),
    "table": Label("修订表", "Revision table"),
}
"""Fields of the title block, for what every new revision must change."""
WHY_LABELS: Mapping[str, Label] = {
    "lines": Label("线条", "lines"),
    "text": Label("文字", "words"),
    "style": Label("颜色、线宽或图层", "colour, pen or layer"),
    "hatch": Label("填充重新绘制，范围和图案未变", "hatch drawn anew, same area and pattern"),
    "picture": Label("图像", "picture"),
    "moved-away": Label("移走", "moved away"),
    "moved-here": Label("移到此处", "moved here"),
    "block": Label("图块", "block"),
    "title-block": Label("图签", "title block"),
}
METHODS: Mapping[Method, Label] = {
    Method.ENTITIES: Label("按 CAD 对象比对", "compared by CAD entity"),
    Method.VECTORS: Label("按矢量线条和文字比对", "compared by vector lines and words"),
    Method.RASTER: Label("按图像比对", "compared as pictures"),
    Method.NONE: Label("没有比对", "not compared"),
}
NOT_SEEN: Mapping[Method, Label] = {
    Method.ENTITIES: Label(
        "看不出：小于 0.1 mm 的移动；被填充遮住的内容；透明度；图中嵌入的图片。",
        "Not seen: movements below 0.1 mm; what a fill covers; transparency; embedded pictures.",
    ),
    Method.VECTORS: Label(
        "看不出：小于约 0.2 mm 的移动；离其他线条不到 0.3 mm 的线条变化。",
        "Not seen: movements below about 0.2 mm; changes of lines less than 0.3 mm from others.",
    ),
    Method.RASTER: Label(
        "看不出：约 1.2 mm 以内的孤立小变化、浅色线条的变化；不识别文字。",
        "Not seen: lone changes smaller than 1.2 mm, and of pale lines; words are not read.",
    ),
    Method.NONE: Label("", ""),
}
HOW: Mapping[str, Label] = {
    "same-place": Label("按原位置", "as they lie"),
    "text": Label("按共同的文字", "by words in common"),
    "lines": Label("按共同的线条", "by lines in common"),
    "picture": Label("按图像", "by their pictures"),
}
SURE, FAIR = 0.8, 0.5
"""Confidence from which an alignment is called sure, or fair."""
STILL_UM = 100
"""A smaller shift is none: it lies below what is told apart."""

PAGE_WORDS: Mapping[str, Label] = {
    "side": Label("并排", "Side by side"),
    "overlay": Label("叠加", "Overlay"),
    "swipe": Label("卷帘", "Swipe"),
    "blink": Label("闪烁", "Blink"),
    "declared": Label("已声明", "declared"),
    "undeclared": Label("未声明", "undeclared"),
    "size": Label("约 {width} × {height} mm", "about {width} × {height} mm"),
    "distance": Label("移动 {mm} mm", "moved by {mm} mm"),
    "cause": Label("因图块“{block}”修改", "because block '{block}' changed"),
    "unsure": Label("把握不大", "not sure"),
    "field": Label("{field} 区", "field {field}"),
    "emptyText": Label("（空）", "(nothing)"),
    "cloud": Label("修订云线", "Revision cloud"),
    "cloudEmpty": Label("圈内没有发现差异", "no difference found inside"),
    "found": Label("共 {major} 处差异，其中 {undeclared} 处未声明", "{major} differences, {undeclared} of them undeclared"),
    "foundMinor": Label("另有 {minor} 处仅样式不同", "{minor} more in looks only"),
    "foundRoutine": Label("图签例行更改 {routine} 处（版次、日期、签名等）", "{routine} routine changes of the title block"),
    "none": Label("没有发现差异", "No differences found"),
    "onlyMinor": Label("内容没有差异", "No differences in content"),
    "computing": Label("正在比对……", "Comparing…"),
    "waiting": Label("排队中，前面还有 {ahead} 项比对", "Waiting; {ahead} comparisons come first"),
    "mayLeave": Label("可先看图或离开本页，完成后结果会保留。", "You may look at the sheets or leave; the answer is kept."),
    "again": Label("再次比对", "Compare again"),
    "notComparable": Label("没有比对结果", "No answer"),
    "sameFile": Label("两边是同一个文件的同一页。", "Both are the same page of one file."),
    "sameFileWay": Label("请选择要对比的另一版次或另一张图。", "Choose another revision or another sheet."),
    "noneMatch": Label("没有符合筛选条件的差异。", "No difference passes the filters."),
    "noSheets": Label("没有找到图纸。", "No sheet found."),
    "noRevisions": Label("这张图没有可对比的文件。", "This sheet has no file to compare."),
    "shownBefore": Label("正在显示：旧图", "Shown: old"),
    "shownAfter": Label("正在显示：新图", "Shown: new"),
    "position": Label("第 {at} / {of} 处", "{at} of {of}"),
    "notAligned": Label(
        "未能对齐：两张图只是居中叠放，不可据此判断差异。", "Not aligned: the two merely lie upon each other."
    ),
    "onlyUndeclared": Label("只看未声明", "Only undeclared"),
    "copied": Label("链接已复制", "Link copied"),
    "newRow": Label("修订表新增", "New in the revision table"),
}  # fmt: skip
"""Every word that the scripts of the page show, by their own name for it."""

VIEW_WORDS: Mapping[str, Label] = {
    "sheet": Label("图面", "Drawing"),
    "tools": Label("图面工具", "Drawing tools"),
    "zoomIn": Label("放大", "Zoom in"),
    "zoomOut": Label("缩小", "Zoom out"),
    "trueSize": Label("实际大小", "True size"),
    "fit": Label("全图", "Fit sheet"),
    "handle": Label("卷帘分界，左为旧图，右为新图", "Divider: old at the left, new at the right"),
}


def said(found: Comparison) -> dict[str, Any]:
    """What a comparison says of itself, in the language of the page."""
    placed = found.registration
    return {
        "registration": say(registration_words(placed)) if placed else "",
        "confidence": say(confidence_words(placed)) if placed else "",
        "is_sure": placed is not None and placed.confidence >= FAIR,
        "method": say(METHODS[found.method]),
        "not_seen": say(NOT_SEEN[found.method]),
        "may_ask_again": broke_off(found),
        "problems": [
            {"code": p.code, "severity": p.severity, "sentence": say(r.sentence), "way_out": say(r.way_out)}
            for p in found.problems
            for r in [compare_reason(p.code, p.detail)]
        ],
    }


def registration_words(placed: Registration) -> Label:
    """How the first sheet was laid onto the second: ``图纸平移了 12.0 mm，旋转 90°，已自动对齐``."""
    zh, en = [], []
    turn = round(placed.rotation_deg, 2) % 360
    x, y = placed.shift_um
    if turn in (0, 360):
        turn = 0
        if max(abs(x), abs(y)) >= STILL_UM:
            far = f"{(x * x + y * y) ** 0.5 / 1000:.1f} mm"
            sides = [
                (abs(way) / 1000, *(names[:2] if way > 0 else names[2:]))
                for way, names in ((x, ("右", "right", "左", "left")), (y, ("上", "up", "下", "down")))
                if abs(way) >= STILL_UM
            ]
            zh.append(f"整体平移了 {far}（{'，'.join(f'{zh_name} {mm:.1f}' for mm, zh_name, _ in sides)}）")
            en.append(f"was shifted by {far} ({', '.join(f'{mm:.1f} {name}' for mm, _, name in sides)})")
    else:
        clockwise = turn > 180
        angle = f"{360 - turn if clockwise else turn:g}°"
        zh.append(f"{'顺' if clockwise else '逆'}时针旋转了 {angle}")
        en.append(f"was turned by {angle} {'clockwise' if clockwise else 'counter-clockwise'}")
    if abs(placed.scale - 1) > 0.0005:
        zh.append(f"缩放为 {placed.scale * 100:.1f}%")
        en.append(f"was scaled to {placed.scale * 100:.1f}%")
    if not zh:
        return Label(
            "两张图位置一致，无需对齐。", "Both sheets lie in the same place; nothing had to be aligned."
        )
    return Label(
        f"图纸{'，'.join(zh)}，已自动对齐。", f"The sheet {', '.join(en)}; this was undone by aligning."
    )


def confidence_words(placed: Registration) -> Label:
    """How far the alignment is to be trusted, and what it rests on."""
    part = f"{placed.confidence * 100:.0f}%"
    how = HOW.get(placed.how, Label(placed.how, placed.how))
    if placed.confidence >= SURE:
        zh, en = "可靠", "sure"
    elif placed.confidence >= FAIR:
        zh, en = "较可靠", "fairly sure"
    else:
        zh, en = "不可靠，请先核对图框和轴线", "unsure: check frames and grid lines first"
    return Label(f"对齐{zh}（{part}，{how.zh}）", f"Alignment {en} ({part}, {how.en})")


def page_words() -> dict[str, Any]:
    """For the scripts of the page."""
    told: dict[str, Any] = {name: say(label) for name, label in PAGE_WORDS.items()}
    told["kinds"] = {name: say(label) for name, label in KIND_LABELS.items()}
    told["fields"] = {name: say(label) for name, label in FIELD_LABELS.items()}
    told["why"] = {name: say(label) for name, label in WHY_LABELS.items()}
    told["view"] = {name: say(label) for name, label in VIEW_WORDS.items()}
    return told
