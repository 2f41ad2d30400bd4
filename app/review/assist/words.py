"""Every reason of the rules in words: what was found and what is to be done, or why it cannot be judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.drawings.rules import FIELD_LABELS
from app.kernel.labels import Label

MOST_SAID = 8
"""Names that a sentence tells; their count stands beside them."""
ROLE_LABELS: Mapping[str, Label] = {
    "approver": Label("审定", "approved"),
    "verifier": Label("审核", "verified"),
    "checker": Label("校对", "checked"),
    "discipline_lead": Label("专业负责人", "discipline lead"),
    "designer_person": Label("设计", "designed"),
    "drafter": Label("制图", "drawn"),
}


@dataclass(frozen=True)
class Found:
    """A finding in words."""

    fact: Label
    action: Label


def _found(zh: str, en: str, do_zh: str, do_en: str) -> Found:
    return Found(Label(zh, en), Label(do_zh, do_en))


FOUND: Mapping[str, Found] = {
    "field-empty": _found(
        "图签“{field}”栏为空。", "The title block's box '{field}' is empty.", "补填该栏。", "Fill it in."
    ),
    "name-missing": _found(
        "签署栏“{role}”没有姓名，其他栏已署名。",
        "No name in the box '{role}', while others are named.",
        "补签署。",
        "Have it signed.",
    ),
    "listed-missing": _found(
        "目录列有“{number} {title}”，登记册中没有这张图。",
        "The list has '{number} {title}', which the register does not.",
        "补送该图，或更正目录。",
        "Submit the sheet, or correct the list.",
    ),
    "listed-not-submitted": _found(
        "目录列有“{number} {title}”，本次未送审。",
        "The list has '{number} {title}', which is not submitted.",
        "补送该图，或说明分批送审。",
        "Submit it, or say that it follows.",
    ),
    "not-listed": _found(
        "图纸 {number} 不在图纸目录中。",
        "Sheet {number} is not on the drawing list.",
        "更正图纸目录。",
        "Correct the drawing list.",
    ),
    "title-differs": _found(
        "目录图名“{listed}”与图纸图名“{title}”不一致。",
        "The list says '{listed}', the sheet '{title}'.",
        "统一图名。",
        "Make the titles agree.",
    ),
    "number-twice": _found(
        "图号 {number} 在同一单体内重复。",
        "Number {number} occurs twice in one building.",
        "重新编号。",
        "Number anew.",
    ),
    "number-looks-alike": _found(
        "图号 {number} 与 {others} 易混淆（如 0 与 O、1 与 l）。",
        "Number {number} may be mistaken for {others} (0 and O, 1 and l).",
        "更改其中一个图号。",
        "Change one of them.",
    ),
    "number-spelled-alike": _found(
        "图号 {number} 与 {others} 只差分隔符。",
        "Number {number} differs from {others} by separators only.",
        "更改其中一个图号。",
        "Change one of them.",
    ),
    "number-printed-otherwise": _found(
        "图签印有图号“{printed}”，登记为“{number}”。",
        "The sheet prints '{printed}'; it is registered as '{number}'.",
        "更正图签或登记。",
        "Correct the block or the register.",
    ),
    "number-printed-twice": _found(
        "图签所印图号“{printed}”与另一张图相同（本图登记为 {number}）。",
        "Another sheet prints the same number '{printed}' (this one is registered as {number}).",
        "更正图签。",
        "Correct the title block.",
    ),
    "paper-other-series": _found(
        "图幅为 {paper}（{width}×{height} mm），不在国家标准幅面系列内。",
        "The sheet is {paper} ({width}×{height} mm), not of the national series.",
        "改用标准幅面。",
        "Use a standard size.",
    ),
    "paper-odd": _found(
        "图幅为 {width}×{height} mm，不是标准幅面或规定的加长幅面。",
        "The sheet is {width}×{height} mm, neither a standard size nor a lengthened one.",
        "改用标准幅面，或核对打印设置。",
        "Use a standard size, or check how it was plotted.",
    ),
    "scale-unusual": _found(
        "图签比例 {scale} 不是常用比例。",
        "The stated scale {scale} is not a usual one.",
        "核对比例。",
        "Check the scale.",
    ),
    "scale-empty": _found(
        "图签“比例”栏为空，图中也没有注明比例。",
        "The scale box is empty, and no view states a scale.",
        "注明比例；不按比例的注明“不按比例”。",
        "State the scale, or that it is not to scale.",
    ),
    "callout-dangling": _found(
        "索引“{text}”指向图纸 {number}，登记册中没有这张图（共 {places} 处）。",
        "'{text}' points to sheet {number}, which the register does not have ({places} places).",
        "更正索引，或补送该图。",
        "Correct the reference, or submit the sheet.",
    ),
    "fonts-missing": _found(
        "CAD 文件用到 {count} 种未随图提供的字体：{names}。",
        "The CAD file uses {count} fonts that did not come with it: {names}.",
        "随图提供字体，或以 PDF 送审。",
        "Send the fonts, or submit a PDF.",
    ),
    "fonts-not-embedded": _found(
        "PDF 有 {count} 种字体未嵌入：{names}。",
        "{count} fonts are not embedded in the PDF: {names}.",
        "嵌入字体后重新导出。",
        "Export it again with its fonts.",
    ),
    "missing-xref": _found(
        "缺少 {count} 个外部参照：{names}。",
        "{count} external references are missing: {names}.",
        "绑定参照或一并提供后重传。",
        "Bind them, or send them along.",
    ),
    "missing-image": _found(
        "缺少 {count} 个图片：{names}。",
        "{count} images are missing: {names}.",
        "一并提供后重传。",
        "Send them along.",
    ),
    "tarch-objects": _found(
        "含天正对象 {count} 个：{names}。",
        "It holds {count} TArch objects: {names}.",
        "导出为 T3 或打印成 PDF 后送审。",
        "Export it as T3, or plot it to PDF.",
    ),
    "proxy-objects": _found(
        "含代理对象 {count} 个：{names}。",
        "It holds {count} proxy objects: {names}.",
        "分解或打印成 PDF 后送审。",
        "Explode them, or plot it to PDF.",
    ),
    "layers-named-otherwise": _found(
        "{of} 个图层中有 {count} 个未按项目标准命名：{names}。",
        "{count} of {of} layers are not named as the project asks: {names}.",
        "按项目图层标准改名。",
        "Rename them.",
    ),
    "text-garbled": _found(
        "图中文字是乱码，无法检索。",
        "The text is garbled and cannot be searched.",
        "嵌入字符映射后重新导出 PDF。",
        "Export the PDF again with its character maps.",
    ),
    "text-scanned": _found(
        "图纸是扫描图像，没有文字。",
        "The sheet is a scanned picture without text.",
        "送审由设计软件直接导出的 PDF。",
        "Submit a PDF exported by the drawing program.",
    ),
    "text-outlined": _found(
        "文字已转成轮廓线，没有可检索的文字。",
        "Words are drawn as outlines; there is no text.",
        "以文字方式重新导出 PDF。",
        "Export the PDF with its text.",
    ),
}
CANNOT: Mapping[str, Label] = {
    "never-read": Label("文件没有读取结果", "the file was never read"),
    "text-garbled": Label("图中文字是乱码", "its text is garbled"),
    "no-text": Label("图中没有文字", "there is no text on it"),
    "no-block": Label("没有识别出图签", "no title block was recognised"),
    "field-not-found": Label("没有识别出部分栏目", "some boxes were not recognised"),
    "no-signature-boxes": Label("没有识别出签署栏", "no signature boxes were recognised"),
    "names-not-text": Label(
        "签署栏没有印刷姓名，可能为手写签名", "no names are printed; they may be signed by hand"
    ),
    "size-unknown": Label("CAD 模型空间没有确定的图幅", "model space has no paper size"),
    "size-assumed": Label("图片未注明分辨率，图幅为推算", "the picture does not say its resolution"),
    "scale-not-found": Label("没有识别出比例", "no scale was recognised"),
    "no-list": Label("没有读到图纸目录", "no drawing list was read"),
    "no-list-for": Label("没有读到这一专业的图纸目录", "no list of its kind was read"),
    "list-partly-read": Label("图纸目录没有读全", "the drawing list was not read completely"),
    "list-title-unread": Label("目录中的图名没有读出", "its title on the list was not read"),
    "number-not-read": Label("图签中的图号没有读出，未与登记核对", "the printed number was not read"),
    "is-a-list": Label("图纸目录由“图纸目录与图纸一致”核对", "a drawing list: see the rule on lists"),
    "callout-ambiguous": Label(
        "所指图号在多个单体中都有", "several buildings have a sheet of the number it names"
    ),
    "callout-short": Label(
        "疑似索引的简写（如 1/2），所指图纸不存在或不是索引",
        "what may be a short reference (1/2) names no sheet, or is none",
    ),
    "structure-unread": Label("PDF 结构没有读全", "the PDF's structure was not read completely"),
    "only-cad-tells": Label("只有 PDF 或图片，没有 CAD 文件", "there is no CAD file of it"),
    "seals-not-verified": Label(
        "本版本尚不验证签章，请人工核对", "this version verifies no seals; look at them yourself"
    ),
    "no-layer-standard": Label("项目没有选定图层标准", "the project has chosen no layer standard"),
    "no-layers": Label("文件没有图层", "the file has no layers"),
    "pattern-too-slow": Label("图层规则过于复杂", "the pattern for layers is too complex"),
    "page-unreadable": Label("页面无法读取", "the page cannot be read"),
    "encoding-guessed": Label("文字编码为推测", "the encoding of its text was guessed"),
    "text-truncated": Label("文字过多，没有读全", "there was too much text to read all"),
    "text-sparse": Label("文字很少，多数可能已转成轮廓线", "little text; most may be drawn as outlines"),
}


def fact_of(reason: str, data: Mapping[str, Any]) -> Label:
    """A finding's sentence."""
    return _filled(FOUND[reason].fact, data)


def action_of(reason: str) -> Label:
    """What is to be done about a finding."""
    return FOUND[reason].action


def _filled(label: Label, data: Mapping[str, Any]) -> Label:
    return Label(
        label.zh.format(**{k: _said(k, v, "zh") for k, v in data.items()}),
        label.en.format(**{k: _said(k, v, "en") for k, v in data.items()}),
    )


def _said(name: str, value: Any, language: str) -> str:
    if name == "field":
        label = FIELD_LABELS[str(value)]
        return label.zh if language == "zh" else label.en
    if name == "role":
        label = ROLE_LABELS[str(value)]
        return label.zh if language == "zh" else label.en
    if isinstance(value, (list, tuple)):
        shown = [str(v) for v in value[:MOST_SAID]] + ["…"] * (len(value) > MOST_SAID)
        return ("、" if language == "zh" else ", ").join(shown)
    return str(value)
