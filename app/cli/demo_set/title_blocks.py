"""Three institutes' title blocks: a strip at the right, a block at the lower right, a strip along the bottom."""

from collections.abc import Callable
from dataclasses import dataclass

from app.cli.demo_set.canvas import View
from app.cli.demo_set.frame import Area
from app.cli.demo_set.tables import fitted

ROLES = ("审定", "审核", "项目负责", "专业负责", "校对", "设计", "制图")


@dataclass(frozen=True)
class TitleData:
    """What a title block says."""

    design_org: str
    qualification: str
    owner: str
    project: str
    building: str
    title: str
    number: str
    kind: str
    discipline: str
    stage: str
    job_number: str
    scale: str
    date: str
    revision: str
    index: int
    total: int
    signers: tuple[str, ...]
    revisions: tuple[tuple[str, str, str], ...]


def _cell(
    v: View,
    x: float,
    y: float,
    w: float,
    h: float,
    label: str,
    value: str,
    *,
    size: float = 3.5,
    label_width: float = 0.0,
) -> None:
    """A cell with its label: in a column of its own at the left, or small in the upper left corner."""
    v.rect(x, y, w, h, "图框", 0.25)
    if label_width:
        v.line(x + label_width, y, x + label_width, y + h, "图框", 0.18)
        fitted(v, x, y, label_width, h, label, 3.0, layer="图签文字")
        fitted(v, x + label_width, y, w - label_width, h, value, size, tag=label, layer="图签文字")
        return
    v.text(x + 1, y + h - 1, label, 2.2, "lt", layer="图签文字")
    fitted(v, x, y, w, h - 3 if h > 9 else h - 1, value, size, tag=label, layer="图签文字")


def _signatures(
    v: View, x: float, top: float, w: float, row: float, data: TitleData, *, columns: int = 1
) -> float:
    """Rows of 职责, printed name, and the empty place where one signs; returns the lower edge."""
    each = w / columns
    per = -(-len(ROLES) // columns)
    for i, (role, name) in enumerate(zip(ROLES, data.signers, strict=True)):
        cx, y = x + each * (i // per), top - row * (i % per + 1)
        v.rect(cx, y, each, row, "图框", 0.18)
        v.line(cx + each * 0.3, y, cx + each * 0.3, y + row, "图框", 0.18)
        v.line(cx + each * 0.64, y, cx + each * 0.64, y + row, "图框", 0.18)
        fitted(v, cx, y, each * 0.3, row, role, 3.0, layer="图签文字")
        fitted(v, cx + each * 0.3, y, each * 0.34, row, name, 3.0, tag=role, layer="图签文字")
    return top - row * per


def _revision_rows(v: View, x: float, top: float, w: float, row: float, data: TitleData, count: int) -> float:
    """修改记录: version, content, date; newest last, empty rows below. Returns the lower edge."""
    widths = (w * 0.16, w * 0.56, w * 0.28)
    rows = [("版次", "修改内容", "日期"), *data.revisions]
    rows += [("", "", "")] * (count + 1 - len(rows))
    for i, values in enumerate(rows):
        cx, y = x, top - row * (i + 1)
        for value, width in zip(values, widths, strict=True):
            v.rect(cx, y, width, row, "图框", 0.18)
            fitted(v, cx, y, width, row, value, 2.6, layer="图签文字")
            cx += width
    return top - row * len(rows)


def _logo(v: View, x: float, y: float, size: float) -> None:
    """A made-up emblem: nested gables over a river."""
    for i in range(3):
        s = size * (1 - i * 0.28)
        v.path(((x - s / 2, y), (x, y + s * 0.6), (x + s / 2, y)), "图框", weight=0.5)
    v.path(
        [(x - size / 2 + size * i / 8, y - size * 0.12 * (1 + i % 2)) for i in range(9)], "图框", weight=0.5
    )


def right_strip(v: View, inner: Area, data: TitleData) -> Area:
    """Style A: a strip 70 mm wide down the right side; the number stands large at its foot."""
    w = 70.0
    x, y = inner.right - w, inner.y
    v.rect(x, y, w, inner.h, "图框", 0.7)
    tall = inner.h > 500
    top = inner.top
    head = 40 if tall else 30
    _logo(v, x + w / 2, top - head * 0.5, 16)
    fitted(v, x, top - head, w, head * 0.4, data.design_org, 4.5, tag="设计单位", layer="图签文字")
    v.line(x, top - head, x + w, top - head, "图框", 0.35)
    top -= head
    fitted(v, x, top - 8, w, 8, data.qualification, 2.6, layer="图签文字")
    top -= 8
    seals = (("注册师签章", 46), ("出图专用章", 40)) if tall else (("注册师签章", 30),)
    for label, height in seals:
        v.rect(x, top - height, w, height, "图框", 0.25)
        v.text(x + 1.5, top - 1.5, label, 2.6, "lt", layer="图签文字")
        top -= height
    v.text(
        x + 1.5, top - 1.5, "备注：未盖出图章无效；尺寸以标注为准，不得量取。", 2.4, "lt", layer="图签文字"
    )
    top -= 6
    if tall:
        v.text(x + 1.5, top - 1.5, "本图属【演示】项目，全部内容均为虚构。", 2.4, "lt", layer="图签文字")
    top -= 6 if tall else 1
    fitted(v, x, top - 6, w, 6, "修 改 记 录", 3.0, layer="图签文字")
    top = _revision_rows(v, x, top - 6, w, 6.5, data, 6 if tall else 3)
    rows = (
        ("建设单位", data.owner, 14, 3.5),
        ("工程名称", data.project, 16, 3.5),
        ("子项名称", data.building, 12, 3.5),
    )
    foot = y
    cells = (
        (("版次", data.revision), ("页码", f"第 {data.index} 张 共 {data.total} 张")),
        (("比例", data.scale), ("日期", data.date)),
        (("设计阶段", data.stage), ("工程编号", data.job_number)),
        (("专业", data.discipline), ("图别", data.kind)),
    )
    row = 9.0 if tall else 8.0
    for left, right in cells:
        _cell(v, x, foot, w * 0.42, row, *left, size=3.0, label_width=13)
        _cell(v, x + w * 0.42, foot, w * 0.58, row, *right, size=3.0, label_width=13)
        foot += row
    number_height, title_height = (18, 26) if tall else (14, 20)
    _cell(v, x, foot, w, number_height, "图号", data.number, size=7, label_width=13)
    foot += number_height
    _cell(v, x, foot, w, title_height, "图名", data.title, size=5, label_width=13)
    foot += title_height
    for label, value, height, size in reversed(rows):
        _cell(v, x, foot, w, height if tall else height - 3, label, value, size=size, label_width=13)
        foot += height if tall else height - 3
    _signatures(v, x, foot + (8.5 if tall else 7) * 7, w, 8.5 if tall else 7, data)
    v.line(x, foot, x + w, foot, "图框", 0.7)
    return Area(inner.x, inner.y, inner.w - w, inner.h)


def corner_block(v: View, inner: Area, data: TitleData) -> Area:
    """Style B: a block 180 mm by 70 mm in the lower right corner, labels small above their values."""
    w, h = 180.0, 70.0
    x, y = inner.right - w, inner.y
    v.rect(x, y, w, h, "图框", 0.7)
    _cell(v, x, y + 56, 110, 14, "", data.design_org, size=5)
    _cell(v, x + 110, y + 56, 70, 14, "资质", data.qualification, size=2.6)
    _signatures(v, x, y + 56, 56, 8, data)
    _cell(v, x + 56, y + 44, 80, 12, "建设单位", data.owner, size=3.2)
    _cell(v, x + 56, y + 30, 80, 14, "项目名称", data.project, size=3.5)
    _cell(v, x + 56, y + 20, 80, 10, "单体名称", data.building, size=3.5)
    _cell(v, x + 56, y, 80, 20, "图纸名称", data.title, size=5)
    right = (
        ("图纸编号", data.number, 12, 4.5),
        ("图别", f"{data.kind}（{data.discipline}）", 8, 3.0),
        ("阶段", data.stage, 7, 2.8),
        ("设计号", data.job_number, 7, 2.8),
        ("比例", data.scale, 7, 2.8),
        ("出图日期", data.date, 8, 2.8),
    )
    top = y + 56
    for label, value, height, size in right:
        _cell(v, x + 136, top - height, 44, height, label, value, size=size, label_width=14)
        top -= height
    _cell(v, x + 136, y, 20, top - y, "版本", data.revision, size=3.0, label_width=9)
    _cell(v, x + 156, y, 24, top - y, "", f"第{data.index}张 共{data.total}张", size=2.6)
    _revision_rows(v, x, y + h + 24, w, 6, data, 3)
    v.rect(x, y + h, w, 24, "图框", 0.35)
    v.rect(x, y + h + 24, 90, 34, "图框", 0.25)
    v.text(x + 1.5, y + h + 56.5, "注册建筑师 / 结构工程师执业章", 2.4, "lt", layer="图签文字")
    v.rect(x + 90, y + h + 24, 90, 34, "图框", 0.25)
    v.text(x + 91.5, y + h + 56.5, "出图章（【演示】图纸，无印章）", 2.4, "lt", layer="图签文字")
    return Area(inner.x, inner.y, inner.w - w - 2, inner.h)


def bottom_strip(v: View, inner: Area, data: TitleData) -> Area:
    """Style C: a strip 36 mm high along the whole lower edge, read from left to right."""
    h = 36.0
    x, y, w = inner.x, inner.y, inner.w
    v.rect(x, y, w, h, "图框", 0.7)
    unit = w / 559.0
    _cell(v, x, y, 92 * unit, h, "", data.design_org, size=4.5)
    v.text(x + 46 * unit, y + 5, data.qualification, 2.2, "cm", layer="图签文字")
    _revision_rows(v, x + 92 * unit, y + h, 84 * unit, 9, data, 3)
    _signatures(v, x + 176 * unit, y + h, 116 * unit, 9, data, columns=2)
    v.text(x + 278 * unit, y + 4.5, "【演示】", 3.5, "cm", layer="图签文字")
    _cell(v, x + 292 * unit, y + 24, 116 * unit, 12, "建设单位", data.owner, size=3.2, label_width=16)
    _cell(v, x + 292 * unit, y + 12, 116 * unit, 12, "工程名称", data.project, size=3.2, label_width=16)
    _cell(v, x + 292 * unit, y, 116 * unit, 12, "子项", data.building, size=3.5, label_width=16)
    _cell(v, x + 408 * unit, y + 14, 92 * unit, 22, "图  名", data.title, size=4.5, label_width=12)
    _cell(v, x + 408 * unit, y + 7, 46 * unit, 7, "专  业", data.discipline, size=2.8, label_width=12)
    _cell(v, x + 454 * unit, y + 7, 46 * unit, 7, "阶  段", data.stage, size=2.8, label_width=12)
    _cell(v, x + 408 * unit, y, 46 * unit, 7, "图  别", data.kind, size=2.8, label_width=12)
    _cell(v, x + 454 * unit, y, 46 * unit, 7, "工程号", data.job_number, size=2.6, label_width=12)
    _cell(v, x + 500 * unit, y + 24, 59 * unit, 12, "图  号", data.number, size=4.5, label_width=12)
    _cell(v, x + 500 * unit, y + 16, 59 * unit, 8, "日  期", data.date, size=3.0, label_width=12)
    _cell(v, x + 500 * unit, y + 8, 30 * unit, 8, "比例", data.scale, size=2.6, label_width=9)
    _cell(v, x + 530 * unit, y + 8, 29 * unit, 8, "版次", data.revision, size=3.0, label_width=9)
    _cell(v, x + 500 * unit, y, 59 * unit, 8, "", f"第 {data.index} 张  共 {data.total} 张", size=3.0)
    return Area(inner.x, inner.y + h, inner.w, inner.h - h)


def list_block(v: View, inner: Area, data: TitleData) -> Area:
    """The plain block at the head of an A4 list, for which every style has the same small form."""
    x, top, w = inner.x, inner.top, inner.w
    v.rect(x, top - 54, w, 54, "图框", 0.7)
    _cell(v, x, top - 14, w, 14, "", data.design_org, size=5)
    _cell(v, x, top - 24, w * 0.62, 10, "工程名称", data.project, size=3.2, label_width=18)
    _cell(v, x + w * 0.62, top - 24, w * 0.38, 10, "工程编号", data.job_number, size=3.2, label_width=18)
    _cell(v, x, top - 34, w * 0.62, 10, "建设单位", data.owner, size=3.2, label_width=18)
    _cell(v, x + w * 0.62, top - 34, w * 0.38, 10, "设计阶段", data.stage, size=3.2, label_width=18)
    _cell(v, x, top - 44, w * 0.62, 10, "子项名称", data.building, size=3.2, label_width=18)
    _cell(v, x + w * 0.62, top - 44, w * 0.38, 10, "日期", data.date, size=3.2, label_width=18)
    _cell(v, x, top - 54, w * 0.4, 10, "图名", data.title, size=3.5, label_width=18)
    _cell(v, x + w * 0.4, top - 54, w * 0.3, 10, "图号", data.number, size=3.5, label_width=12)
    _cell(v, x + w * 0.7, top - 54, w * 0.12, 10, "版次", data.revision, size=3.2, label_width=12)
    _cell(v, x + w * 0.82, top - 54, w * 0.18, 10, "专业", data.discipline, size=3.2, label_width=12)
    per = w / len(ROLES)
    for i, (role, name) in enumerate(zip(ROLES, data.signers, strict=True)):
        _cell(v, x + per * i, inner.y, per, 14, role, name, size=3.0)
    v.text(x + w / 2, inner.y + 18, f"第 {data.index} 张  共 {data.total} 张", 3.0, "cm", layer="图签文字")
    return Area(inner.x, inner.y + 22, inner.w, inner.h - 76)


STYLES: dict[str, Callable[[View, Area, TitleData], Area]] = {
    "A": right_strip,
    "B": corner_block,
    "C": bottom_strip,
    "list": list_block,
}
"""The layouts by letter; each draws the block and returns the area left for the drawing."""
