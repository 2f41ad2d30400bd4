"""Architecture sheets: notes, site plan, plans, roof, elevations, sections."""

from itertools import pairwise

from app.cli.demo_set.building import HALL, OUTSIDE, X_AXES, C, D, F, moved_wall, storey
from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.elevations import front, gable, section
from app.cli.demo_set.notes_arch import ARCH_NOTES, FINISHES, FIRE_DOORS
from app.cli.demo_set.plans import DEPTH, WIDTH, axes, opening_chains, storey_plan
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import (
    drawing_title,
    index_callout,
    leader,
    level_mark,
    north_arrow,
    revision_cloud,
    section_mark,
    slope_arrow,
)
from app.cli.demo_set.tables import paragraphs, table


def notes(board: Board) -> None:
    """建筑设计总说明: dense text in four columns."""
    area, v = board.area, board.v
    texts = tuple(FIRE_DOORS[board.issue] if t == "{FIRE_DOORS}" else t for t in ARCH_NOTES)
    drawing_title(v, area.x + area.w / 2, area.top - 18, "建筑设计总说明", "")
    places = paragraphs(
        v, area.x + 14, area.top - 32, area.w - 28, area.y + 130, texts, columns=3, height=5, pitch=2.05
    )
    rows = (
        ("名称", "数值", "单位", "备注"),
        ("总建筑面积", "3275.28", "m²", "地上"),
        ("建筑占地面积", "1237.36", "m²", ""),
        ("建筑层数 / 高度", "3 / 12.15", "层 / m", ""),
        ("班级规模", "18", "班", "每班45人"),
        ("普通教室", "12", "间", "净面积67m²"),
        ("专用教室", "9", "间", ""),
        ("耐火等级", "二级", "", ""),
        ("屋面防水等级", "一级", "", ""),
        ("抗震设防烈度", "7度", "", "重点设防类"),
    )
    v.text(area.x + 14, area.y + 118, "主要技术经济指标", 5)
    table(v, area.x + 14, area.y + 114, (48, 30, 20, 36), rows, row=9)
    books = (
        ("序号", "图集号", "图集名称", "采用页码"),
        ("1", "15J403-1", "楼梯 栏杆 栏板（一）", "详图引注"),
        ("2", "12J201", "平屋面建筑构造", "A2、A11"),
        ("3", "16J601", "木门窗", "详门窗表"),
        ("4", "12J926", "无障碍设计", "E1、F3"),
        ("5", "11J934-1", "中小学校设计常用构造做法", "详做法表"),
        ("6", "12J609", "防火门窗", "详门窗表"),
        ("7", "16J908-7", "既有建筑节能改造", "参考"),
        ("8", "17J008", "挡土墙（重力式、衡重式、悬臂式）", "室外"),
        ("9", "12J003", "室外工程", "B1、C3"),
    )
    v.text(area.x + 170, area.y + 118, "选用标准图集", 5)
    table(v, area.x + 170, area.y + 114, (14, 32, 84, 40), books, row=9, left=frozenset({2}))
    _legend(v, area.x + 370, area.y + 118)
    if board.changed:
        left, upper, lower = places[ARCH_NOTES.index("{FIRE_DOORS}")]
        revision_cloud(v, left - 1, lower - 3, (area.w - 52) / 3 - 4, upper - lower - 1, "B")


def _legend(v: View, x: float, top: float) -> None:
    v.text(x, top, "图例", 5)
    items = (
        ("ANSI31", "砌体（加气混凝土砌块）"),
        ("CONC", "钢筋混凝土"),
        ("INSUL", "保温材料"),
        ("BRICK", "清水砖饰面"),
        ("EARTH", "夯实土"),
    )
    for i, (pattern, label) in enumerate(items):
        y = top - 18 - i * 18
        v.hatch(box(x, y, 34, 10), pattern, 2.0)
        v.rect(x, y, 34, 10, "表格", 0.35)
        v.text(x + 40, y + 5, label, 3.5, "lm")


def finishes(board: Board) -> None:
    """工程做法表."""
    area, v = board.area, board.v
    drawing_title(v, area.x + area.w / 2, area.top - 16, "工程做法表", "")
    widths = (18, 36, area.w - 20 - 18 - 36 - 18 - 62 - 22, 18, 62, 22)
    bottom = table(v, area.x + 10, area.top - 26, widths, FINISHES, row=16, left=frozenset({2}))
    board.remarks(
        area.x + 12,
        bottom - 8,
        (
            "本表与总说明不一致时以本表为准。",
            "所有饰面材料的品种、颜色由建设单位与设计单位共同看样确定。",
            "卫生间、走廊吊顶高度分别为2.70m、2.90m。",
        ),
    )


def plan(board: Board) -> None:
    """一层、二层、三层平面图."""
    index = int(board.spec.drawing[-1])
    level = storey(index, board.issue)
    deep = index < 3
    v = board.placed(WIDTH, DEPTH if deep else D + 6000, 100, dy=14)
    storey_plan(v, level)
    axes(v, deep=deep)
    opening_chains(v, level)
    level_mark(v, X_AXES[5] + 2000, C - 1700, level.level)
    level_mark(v, X_AXES[1] + 1100, C - 1700, level.level)
    level_mark(v, 1700, C + 3200, level.level - 0.02, tail=12)
    mid = (X_AXES[3] + X_AXES[4]) / 2
    top = F if index == 1 else D
    section_mark(v, mid + 1900, -v.mm(10), "1", look=1)
    section_mark(v, mid + 1900, top + v.mm(9), "1", look=1)
    section_mark(v, 3400, -v.mm(10), "2", look=1)
    section_mark(v, 3400, D + v.mm(9), "2", look=1)
    index_callout(v, 1300, 6600, "1", "09", dx=4, dy=25)
    index_callout(v, X_AXES[1] - 700, D - 2400, "1", "10" if board.issue == 1 else "13", dx=-12, dy=36)
    if index == 1:
        _entrance(v)
        north_arrow(v, WIDTH + v.mm(22), top + v.mm(20) - 2000, 12)
    else:
        _hall_roof(v, index)
    drawing_title(v, WIDTH / 2, -v.mm(72), f"{level.name}平面图", "1:100")
    lines = [
        f"本层建筑面积：{('1237.36', '1018.96', '1018.96')[index - 1]}m²，未注明墙体均为200厚，轴线居中。",
        "未注明门垛均为100；卫生间降板及地漏位置见详图。",
        "消火栓、配电箱留洞详见各专业图纸。",
    ]
    if board.changed:
        lines.append("B版：②~③轴北侧教师办公室隔墙西移1500，门窗不变。")
        revision_cloud(v, moved_wall(2) - 1100, C - 350, 3700, D - C + 700, "B")
    board.remarks(board.area.x + 12, board.area.y + 48, tuple(lines))


def _entrance(v: View) -> None:
    """Steps, ramp and apron outside the first storey."""
    x0, x1 = X_AXES[3] + 300, X_AXES[4] - 300
    for i in range(4):
        v.rect(x0 + i * 300, -1900 + i * 300, x1 - x0 - i * 600, 1800 - i * 300, "看线", 0.18)
    v.rect(x1 + 100, -1700, 6000, 1200, "看线", 0.25)
    v.line(x1 + 100, -1600, x1 + 6100, -1600, "看线", 0.13)
    slope_arrow(v, x1 + 700, -1100, x1 + 5600, -1100, "1:12 下")
    level_mark(v, (x0 + x1) / 2, -700, -0.015, tail=12)
    level_mark(v, 15000, -1300, OUTSIDE, tail=12)
    apron = 900
    for a, b in ((-apron, x0), (x1 + 6100, WIDTH + apron)):
        v.line(a, -apron, b, -apron, "看线", 0.13)
    for x in (-apron, WIDTH + apron):
        v.line(x, -apron, x, D + apron, "看线", 0.13)
    hall0, hall1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    v.path(
        (
            (-apron, D + apron),
            (hall0 - apron, D + apron),
            (hall0 - apron, F + apron),
            (hall1 + apron, F + apron),
            (hall1 + apron, D + apron),
            (WIDTH + apron, D + apron),
        ),
        "看线",
        weight=0.13,
    )
    leader(v, 12000, D + apron / 2, ["散水 宽900 做法见散1"], dx=8, dy=12)


def _hall_roof(v: View, index: int) -> None:
    """The hall's roof as it is seen from the storey above."""
    x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    if index == 3:
        return
    shown = F - D
    v.path(((x0 - 100, D + 100), (x0 - 100, D + shown), (x1 + 100, D + shown), (x1 + 100, D + 100)), "看线")
    v.path(((x0 + 100, D + 100), (x0 + 100, D + shown), (x1 - 100, D + shown), (x1 - 100, D + 100)), "看线")
    v.text((x0 + x1) / 2, D + 1700, "多功能厅屋面（做法见屋2）", 3.5, "cm")
    slope_arrow(v, (x0 + x1) / 2, D + 6900, x0 + 1500, D + 6900, "2%")
    slope_arrow(v, (x0 + x1) / 2, D + 6900, x1 - 1500, D + 6900, "2%")
    level_mark(v, x0 + 2500, D + 900, "3.870(结构)", tail=22)


def roof_plan(board: Board) -> None:
    """屋顶平面图: parapets, falls, outlets, equipment bases."""
    v = board.placed(WIDTH, DEPTH, 100, dy=14)
    axes(v)
    v.rect(-100, -100, WIDTH + 200, D + 200, "轮廓线", 0.5)
    v.rect(100, 100, WIDTH - 200, D - 200, "看线", 0.35)
    v.rect(500, 500, WIDTH - 1000, D - 1000, "看线", 0.13)
    x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    v.rect(x0 - 100, D + 100, x1 - x0 + 200, F - D, "轮廓线", 0.5)
    v.rect(x0 + 100, D + 100, x1 - x0 - 200, F - D - 200, "看线", 0.35)
    ridge = D / 2
    v.line(100, ridge, WIDTH - 100, ridge, "看线", 0.18)
    for i, (a, b) in enumerate(pairwise(X_AXES)):
        mid = (a + b) / 2
        slope_arrow(v, mid, ridge - 700, mid, 2200, "2%")
        slope_arrow(v, mid, ridge + 700, mid, D - 2200, "2%")
        for y in (300.0, D - 300.0):
            v.line(a, y + (900 if y < ridge else -900), a, y, "看线", 0.13)
            if i > 0:
                v.arc(a, y, 110, "设备")
                v.arc(a, y, 55, "设备", fill=True)
    for x in (X_AXES[1] + 2500, X_AXES[1] + 5500, X_AXES[5] + 2500, X_AXES[5] + 5500):
        v.rect(x, ridge + 1300, 1900, 1000, "设备", 0.3)
        v.path(((x, ridge + 1300), (x + 1900, ridge + 2300)), "设备", weight=0.13)
        v.text(x + 950, ridge + 2900, "多联机基础", 3.0, "cm")
    for y in (D + 3000, D + 9000):
        slope_arrow(v, (x0 + x1) / 2 - 600, y, x0 + 1500, y, "2%")
        slope_arrow(v, (x0 + x1) / 2 + 600, y, x1 - 1500, y, "2%")
    v.line((x0 + x1) / 2, D + 100, (x0 + x1) / 2, F - 100, "看线", 0.18)
    v.text((x0 + x1) / 2, D + 6400, "不上人屋面  屋2", 3.5, "cm")
    v.text(X_AXES[3] + 4500, ridge + 1500, "上人屋面  屋1", 3.5, "cm")
    level_mark(v, X_AXES[4] + 5000, ridge + 1000, "11.670(结构)", tail=22)
    level_mark(v, x0 + 4000, D + 1500, "3.870(结构)", tail=22)
    leader(v, X_AXES[1], 300, ["87型雨水斗 DN110 共12个"], dx=9, dy=-13)
    index_callout(v, X_AXES[6], D, "2", "11", dx=10, dy=14)
    drawing_title(v, WIDTH / 2, -v.mm(72), "屋顶平面图", "1:100")
    board.remarks(
        board.area.x + 12,
        board.area.y + 42,
        (
            "屋面标高为结构面标高，女儿墙顶标高12.600、4.500。",
            "天沟纵坡1%，坡向雨水斗；雨水斗周围直径500范围坡度5%。",
            "出屋面管道泛水做法见12J201-A11。",
        ),
    )


def fronts(board: Board) -> None:
    """The two long elevations, one above the other."""
    area = board.area
    for side, name, y in (("south", "①~⑧轴立面图", 330), ("north", "⑧~①轴立面图", 78)):
        v = board.v.at(area.x + (area.w - WIDTH / 100) / 2, area.y + y, 100)
        front(v, board.issue, side)
        drawing_title(v, WIDTH / 2, -v.mm(44), name, "1:100")


def gable_sections(board: Board) -> None:
    """The east elevation and two cross sections."""
    area = board.area
    v = board.v.at(area.x + 50, area.y + 340, 100)
    gable(v, board.issue)
    drawing_title(v, F / 2, -v.mm(44), "A~F轴立面图", "1:100")
    v = board.v.at(area.x + 50, area.y + 90, 100)
    section(v, through_stair=False)
    drawing_title(v, F / 2, -v.mm(48), "1-1剖面图", "1:100")
    v = board.v.at(area.x + 465, area.y + 90, 100)
    section(v, through_stair=True)
    drawing_title(v, D / 2, -v.mm(48), "2-2剖面图", "1:100")
    board.remarks(
        area.x + 455,
        area.top - 40,
        (
            "外墙分格缝位置与窗边对齐，缝宽15。",
            "立面颜色以现场样板为准。",
            "剖面中钢筋混凝土构件涂黑，",
            "尺寸以结构图为准。",
            "护窗栏杆、楼梯栏杆竖杆净距不大于110。",
        ),
    )


DRAWINGS = {
    "arch_notes": notes,
    "finishes": finishes,
    "plan_1": plan,
    "plan_2": plan,
    "plan_3": plan,
    "roof_plan": roof_plan,
    "fronts": fronts,
    "gable_sections": gable_sections,
}
