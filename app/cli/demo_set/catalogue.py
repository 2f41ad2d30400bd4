"""The register of the demo set: what each sheet is, in which issue it changes, and what is wrong on purpose."""

from dataclasses import dataclass, field

PROJECT = "滨河小学教学楼工程（演示）"
OWNER = "滨河市教育建设中心（演示）"
SCHOOL, GATE, WHOLE = "1#教学楼", "门卫室", "总图"


@dataclass(frozen=True)
class Institute:
    """A fictional design institute: its name, certificate line and the layout of its title block."""

    name: str
    qualification: str
    style: str
    signers: tuple[str, ...]


MAIN = Institute(
    "青岚建筑设计研究院（演示）",
    "建筑行业（建筑工程）甲级 证书编号：DEMO-A-0001",
    "A",
    ("顾远山", "林书禾", "沈望舒", "", "", "", ""),
)
FACADE = Institute(
    "恒曜幕墙工程设计有限公司（演示）",
    "建筑幕墙工程设计专项甲级 证书编号：DEMO-M-0002",
    "B",
    ("范承宇", "汪若川", "唐一鸣", "唐一鸣", "贺子昂", "严可心", "严可心"),
)
SMALL = Institute(
    "滨河市规划建筑设计所（演示）",
    "建筑行业（建筑工程）乙级 证书编号：DEMO-B-0003",
    "C",
    ("卢启明", "卢启明", "方知远", "方知远", "白小满", "程立雪", "程立雪"),
)

TEAMS = {
    "arch": ("沈望舒", "周亦安", "许清和", "许清和"),
    "site": ("沈望舒", "周亦安", "许清和", "许清和"),
    "struct": ("韩既明", "曹砚秋", "罗景行", "罗景行"),
    "plumb": ("苏怀瑾", "邓长庚", "傅青禾", "傅青禾"),
    "elec": ("高行之", "叶知微", "孟星河", "孟星河"),
    "hvac": ("陶然", "魏临川", "姜予白", "姜予白"),
}
"""专业负责, 校对, 设计, 制图 of the main institute by discipline."""

DISCIPLINES = {
    "site": ("总施", "总图"),
    "arch": ("建施", "建筑"),
    "struct": ("结施", "结构"),
    "plumb": ("水施", "给水排水"),
    "elec": ("电施", "电气"),
    "hvac": ("暖施", "暖通空调"),
    "facade": ("幕施", "幕墙"),
}
"""图别 and 专业 by discipline id."""

DATES = {1: "2026.03.10", 2: "2026.05.18"}


@dataclass(frozen=True)
class SheetSpec:
    """One sheet as it is planned.

    `group` is the list it is on; `change` is what revision B says of it in issue 2 (empty: not reissued); `issues`
    are the issues in which its file is delivered at all; `listed_as` differs from the title where they disagree.
    """

    number: str
    title: str
    discipline: str
    paper: str
    scale: str
    drawing: str
    group: str = ""
    building: str = SCHOOL
    institute: Institute = MAIN
    change: str = ""
    first: int = 1
    delivered: tuple[int, ...] = (1, 2)
    cancelled: str = ""
    listed_as: str = ""
    dxf: str = ""
    extra: dict[str, str] = field(default_factory=dict, compare=False)

    def revision(self, issue: int) -> str:
        """A as first issued, B when issue 2 changes it."""
        return "B" if issue > 1 and self.change else "A"

    def date(self, issue: int) -> str:
        """The date of the issue that last changed it."""
        late = self.change or self.first == 2 or self.delivered == (2,)
        return DATES[2] if issue > 1 and late else DATES[1]

    def in_issue(self, issue: int) -> bool:
        """Whether its file is part of that delivery."""
        if issue not in self.delivered or self.first > issue or (self.cancelled and issue > 1):
            return False
        return issue == 1 or bool(self.change) or self.first == 2 or self.delivered == (2,)


def _s(number: str, title: str, paper: str, scale: str, drawing: str, **more: object) -> SheetSpec:
    prefix = number.split("-", maxsplit=1)[0]
    discipline = next(key for key, (short, _) in DISCIPLINES.items() if short == prefix)
    group = str(more.pop("group", prefix))
    return SheetSpec(number, title, discipline, paper, scale, drawing, group, **more)  # type: ignore[arg-type]


def _g(number: str, title: str, paper: str, scale: str, drawing: str, discipline: str) -> SheetSpec:
    return SheetSpec(number, title, discipline, paper, scale, drawing, "门卫", GATE, SMALL)


MOVED = "②~③轴北侧隔墙西移1500"
SHEETS: tuple[SheetSpec, ...] = (
    _s("建施-00", "建筑专业图纸目录", "A4", "-", "list", change="目录更新"),
    _s("总施-01", "总平面图", "A1", "1:500", "site_plan", group="建施", building=WHOLE),
    _s("建施-01", "建筑设计总说明", "A1", "-", "arch_notes", change="防火门窗条文修改"),
    _s("建施-02", "工程做法表", "A2", "-", "finishes"),
    _s("建施-03", "一层平面图", "A1", "1:100", "plan_1", dxf="R2018+block"),
    _s("建施-04", "二层平面图", "A1", "1:100", "plan_2", change=MOVED, dxf="R2000"),
    _s("建施-05", "三层平面图", "A1", "1:100", "plan_3", change=MOVED, dxf="R2010"),
    _s("建施-06", "屋顶平面图", "A1", "1:100", "roof_plan", dxf="R2010"),
    _s("建施-07", "①~⑧轴立面图、⑧~①轴立面图", "A1", "1:100", "fronts"),
    _s("建施-08", "A~F轴立面图、1-1剖面图、2-2剖面图", "A1", "1:100", "gable_sections"),
    _s("建施-09", "1#楼梯详图", "A1", "1:50", "stair_details", dxf="pair"),
    _s("建施-10", "卫生间详图", "A2", "1:50", "toilet_details", cancelled="作废，并入建施-13"),
    _s("建施-11", "墙身大样图", "A2", "1:20", "wall_details", dxf="pair"),
    _s("建施-12", "门窗表及门窗详图", "A2", "1:50", "door_schedule", change="一层FM乙1521改为常开，增注"),
    _s("建施-13", "卫生间及无障碍坡道详图", "A2", "1:50", "ramp_details", first=2),
    _s("结施-00", "结构专业图纸目录", "A4", "-", "list", change="目录更新"),
    _s("结施-01", "结构设计总说明", "A1", "-", "struct_notes"),
    _s("结施-02", "基础平面布置图", "A1", "1:100", "foundation_plan"),
    _s("结施-03", "独立基础详图", "A2", "1:30", "footing_details"),
    _s("结施-04", "基础顶~11.650柱平法施工图", "A1", "1:100", "column_plan"),
    _s(
        "结施-05",
        "二层梁平法施工图",
        "A1",
        "1:100",
        "beam_plan",
        change="②~③轴增设L3，KL7配筋修改",
        listed_as="二层梁配筋图",
        dxf="R2010",
    ),
    _s("结施-06", "二层板配筋图", "A1", "1:100", "slab_plan", change="②~③轴板筋随L3调整"),
    _s("结施-07", "屋面梁平法施工图", "A1", "1:100", "roof_beams"),
    _s("结施-08", "楼梯配筋详图", "A2", "1:30", "stair_bars", delivered=(2,)),
    _s("水施-00", "给排水专业图纸目录", "A4", "-", "list", change="目录更新"),
    _s("水施-01", "给排水设计总说明", "A2", "-", "water_notes"),
    _s("水施-02", "一层给排水及消防平面图", "A1", "1:100", "water_1"),
    _s("水施-03", "二层给排水及消防平面图", "A1", "1:100", "water_2", change="消火栓XL-2移位"),
    _s("水施-04", "给排水及消火栓系统图", "A2", "-", "water_risers"),
    _s("电施-00", "电气专业图纸目录", "A4", "-", "list", change="目录更新"),
    _s("电施-01", "电气设计总说明", "A2", "-", "elec_notes"),
    _s("电施-02", "一层照明平面图", "A1", "1:100", "light_1"),
    _s("电施-03", "二层照明平面图", "A1", "1:100", "light_2", change="教师办公室灯具调整"),
    _s("电施-04", "配电干线系统图", "A2", "-", "power_risers"),
    _s("暖施-00", "暖通专业图纸目录", "A4", "-", "list"),
    _s("暖施-01", "暖通空调设计总说明", "A2", "-", "air_notes"),
    _s("暖施-02", "一层空调通风平面图", "A1", "1:100", "air_1"),
    _s("暖施-03", "多联机空调系统图", "A2", "-", "air_risers"),
    _s("幕施-01", "幕墙设计说明", "A2", "-", "facade_notes", institute=FACADE),
    _s("幕施-02", "门厅及走廊幕墙立面分格图", "A1+1/4", "1:50", "facade_grid", institute=FACADE, dxf="R2018"),
    _s("幕施-03", "幕墙标准节点详图", "A2", "1:5", "facade_nodes", institute=FACADE),
    _g("门卫-建施-01", "平面图、立面图、剖面图", "A2", "1:50", "gate_arch", "arch"),
    _g("门卫-结施-01", "基础及屋面结构图", "A2", "1:50", "gate_struct", "struct"),
    _g("门卫-电施-01", "照明插座平面图", "A3", "1:50", "gate_light", "elec"),
)

NOTES = {
    1: (
        "结施-08 楼梯配筋详图 is on the list 结施-00 but its file is missing from issue 1.",
        "结施-05 is 「二层梁配筋图」 on the list 结施-00 and 「二层梁平法施工图」 on the sheet.",
        "幕施 and 门卫 sheets come from other institutes and are on no drawing list.",
    ),
    2: (
        "结施-08 楼梯配筋详图, missing from issue 1, is delivered late as revision A.",
        "建施-10 卫生间详图 is cancelled: the list 建施-00 says 作废, no file is delivered.",
        "建施-13 卫生间及无障碍坡道详图 is new in issue 2, revision A.",
        "结施-05 is still 「二层梁配筋图」 on the list 结施-00.",
    ),
}


def listed(group: str, issue: int) -> list[SheetSpec]:
    """The sheets of a list in that issue, cancelled ones included, future ones not."""
    return [s for s in SHEETS if s.group == group and s.first <= issue]


def position(spec: SheetSpec, issue: int) -> tuple[int, int]:
    """第 x 张 共 y 张 of the sheet in its list."""
    group = listed(spec.group, issue)
    return group.index(spec) + 1, len(group)
