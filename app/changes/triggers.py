"""The checklist that helps a designer to state the class of a change. It reminds; it decides nothing.

Electrical, HVAC and gas, survey and secondary design after the city rules seen (DOMAIN 2.4 [V:S14]); architecture and
structure are recalled from practice [R], since the seen text begins after them. A city's own list replaces this one.
"""

from dataclasses import dataclass

from app.kernel.labels import Label


@dataclass(frozen=True)
class Trigger:
    """One question of the checklist: if it is so, the change is probably not a general one."""

    discipline: str
    """Empty: asked of every discipline."""
    label: Label
    is_seen: bool
    """Whether a public rule was seen that says so; else it is recalled from practice."""


def _seen(discipline: str, zh: str, en: str) -> Trigger:
    return Trigger(discipline, Label(zh, en), is_seen=True)


def _recalled(discipline: str, zh: str, en: str) -> Trigger:
    return Trigger(discipline, Label(zh, en), is_seen=False)


TRIGGERS: dict[str, Trigger] = {
    "mandatory": _recalled("", "涉及工程建设强制性标准条文", "Touches mandatory clauses"),
    "arch-size": _recalled("arch", "改变层数、高度、面积或使用功能", "Storeys, height, area or use"),
    "arch-plan": _recalled("arch", "改变平面布局或防火分区", "Plan layout or fire compartments"),
    "arch-exits": _recalled("arch", "改变疏散楼梯、安全出口或疏散宽度", "Stairs, exits or their widths"),
    "arch-facade": _recalled("arch", "改变外立面或围护保温体系", "Façade or insulation system"),
    "struct-system": _recalled("struct", "改变结构体系或抗震措施", "Structural system or seismic measures"),
    "struct-foundation": _recalled(
        "struct", "改变基础形式或地基处理", "Kind of foundation or ground treatment"
    ),
    "struct-members": _recalled(
        "struct", "改变主要构件截面、强度等级或配筋", "Sections, strength or bars of main members"
    ),
    "struct-loads": _recalled("struct", "改变荷载取值", "Loads"),
    "elec-load": _seen("elec", "改变负荷等级", "Load class"),
    "elec-supply": _seen("elec", "改变供电电压或主接线", "Supply voltage or main wiring"),
    "elec-capacity": _seen("elec", "改变变配电容量", "Transformer capacity"),
    "elec-earthing": _seen("elec", "改变接地形式或位置", "Kind or place of earthing"),
    "elec-lightning": _seen("elec", "改变防雷类别", "Lightning class"),
    "elec-alarm": _seen("elec", "改变火灾自动报警系统或联动", "Fire alarm system or its linkage"),
    "elec-fire-power": _seen("elec", "改变消防电源", "Fire power supply"),
    "elec-rooms": _seen(
        "elec", "改变变电所、发电机房或消防控制室位置", "Place of substation, generator or fire control room"
    ),
    "elec-routing": _seen("elec", "改变主要管线路由", "Main routing"),
    "hvac-fuel": _seen("hvac", "改变燃料种类或燃料系统及管道", "Fuel, its system or pipes"),
    "gas-system": _seen("gas", "改变燃气系统或管道", "Gas system or pipes"),
    "survey-report": _seen("survey", "勘察报告重大变更", "Major change of the survey report"),
    "secondary": _seen(
        "", "二次设计涉及强制性标准或主体结构", "Secondary design touching mandatory standards or structure"
    ),
    "external": _seen("", "涉及规划、消防、人防、节能等审批内容", "Touches what another department approved"),
}
"""By identifier; a tick is kept with the change."""


def triggers_for(discipline: str) -> dict[str, Trigger]:
    """What is asked of a change of a discipline."""
    return {key: t for key, t in TRIGGERS.items() if t.discipline in ("", discipline)}
