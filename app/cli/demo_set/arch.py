"""Architecture sheets: notes, site plan, plans, roof, elevations, sections."""

from app.cli.demo_set.building import HALL, LEVELS, OUTSIDE, X_AXES, Y_AXES, C, D, F, moved_wall, storey
from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.elevations import front, gable, section
from app.cli.demo_set.notes_arch import ARCH_NOTES, FINISHES, FIRE_DOORS
from app.cli.demo_set.plans import DEPTH, WIDTH, axes, opening_chains, storey_plan
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import (
    chain,
    dimension,
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
        ("总建筑面积", "3286.40", "m²", "地上"),
        ("建筑占地面积", "1243.80", "m²", ""),
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
        revision_cloud(v, left - 1, lower - 3, (area.w - 52) / 3 - 4, upper - lower + 2, "B")


def _legend(v: View, x: float, top: float) -> None:
    v.text(x, top, "图例", 5)
    items = (("ANSI31", "砌体（加气混凝土砌块）"), ("CONC", "钢筋混凝土"), ("INSUL", "保温材料"), ("BRICK", "清水砖饰面"), ("EARTH", "夯实土"))
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
        ("本表与总说明不一致时以本表为准。", "所有饰面材料的品种、颜色由建设单位与设计单位共同看样确定。", "卫生间、走廊吊顶高度分别为2.70m、2.90m。"),
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
    index_callout(v, 1300, 6600, "1", "09", dx=-2, dy=26)
    index_callout(v, X_AXES[1] - 700, D - 2400, "1", "10" if board.issue == 1 else "13", dx=-12, dy=36)
    if index == 1:
        _entrance(v)
        north_arrow(v, WIDTH + v.mm(22), top + v.mm(20) - 2000, 12)
    else:
        _hall_roof(v, index)
    drawing_title(v, WIDTH / 2, -v.mm(72), f"{level.name}平面图", "1:100")
    lines = [f"本层建筑面积：{('1243.80', '1021.30', '1021.30')[index - 1]}m²，未注明墙体均为200厚，轴线居中。", "未注明门垛均为100；卫生间降板及地漏位置见详图。", "消火栓、配电箱留洞详见各专业图纸。"]
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
    v.path(((-apron, D + apron), (hall0 - apron, D + apron), (hall0 - apron, F + apron), (hall1 + apron, F + apron), (hall1 + apron, D + apron), (WIDTH + apron, D + apron)), "看线", weight=0.13)
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
    for i, (a, b) in enumerate(zip(X_AXES, X_AXES[1:], strict=False)):
        mid = (a + b) / 2
        slope_arrow(v, mid, ridge - 700, mid, 2200, "2%")
        slope_arrow(v, mid, ridge + 700, mid, D - 2200, "2%")
        for y in (300.0, D - 300.0):
            v.line(a, y + (900 if y < ridge else -900), a, y, "看线", 0.13)
            if 0 < i:
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
    board.remarks(board.area.x + 12, board.area.y + 42, ("屋面标高为结构面标高，女儿墙顶标高12.600、4.500。", "天沟纵坡1%，坡向雨水斗；雨水斗周围直径500范围坡度5%。", "出屋面管道泛水做法见12J201-A11。"))


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
        ("外墙分格缝位置与窗边对齐，缝宽15。", "立面颜色以现场样板为准。", "剖面中钢筋混凝土构件涂黑，", "尺寸以结构图为准。", "护窗栏杆、楼梯栏杆竖杆净距不大于110。"),
    )


def site_plan(board: Board) -> None:
    """总平面图: red lines, roads, buildings, playground, trees, coordinates."""
    area = board.area
    v = board.v.at(area.x + 60, area.y + 70, 500)
    width, depth = 220000.0, 200000.0
    v.rect(0, 0, width, depth, "轮廓线", 0.5, dash="CENTER")
    v.rect(6000, 6000, width - 12000, depth - 12000, "看线", 0.25, dash="DASHED")
    v.text(3000, depth - 5000, "用地红线", 3.5, angle=0)
    for y in (-9000.0, -23000.0):
        v.line(-20000, y, width + 20000, y, "看线", 0.35)
    v.line(-20000, -16000, width + 20000, -16000, "看线", 0.18, "CENTER")
    v.text(width / 2, -20000, "学  府  路", 5, "cm")
    for x in (width + 9000, width + 23000):
        v.line(x, -5000, x, depth + 10000, "看线", 0.35)
    v.text(width + 16000, depth / 2, "滨  河  路", 5, "cm", angle=90)
    _road(v, width, depth)
    bx, by = 40000.0, 62000.0
    x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    shape = ((0, 0), (WIDTH, 0), (WIDTH, D), (x1, D), (x1, F), (x0, F), (x0, D), (0, D))
    v.path([(bx + x, by + y) for x, y in shape], "轮廓线", weight=1.0, closed=True)
    v.text(bx + 27000, by + 10500, "1#教学楼", 5, "cm")
    v.text(bx + 27000, by + 5000, "3F  H=12.15m  ±0.000=32.450", 3.5, "cm")
    for x, y, w, h, name in ((35000.0, 125000.0, 60000.0, 18000.0, "2#综合楼（已建）4F"), (112000.0, 28000.0, 9000.0, 6000.0, "门卫室 1F")):
        v.rect(x, y, w, h, "轮廓线", 1.0 if "门卫" in name else 0.35)
        v.text(x + w / 2, y + h / 2 if w > 20000 else y + h + 4000, name, 3.5, "cm")
    _playground(v)
    for x, y in ((bx, by), (bx + WIDTH, by), (bx, by + D)):
        leader(v, x, y, [f"X={38420 + y / 1000:.3f}", f"Y={52110 + x / 1000:.3f}"], dx=-34 if x == bx else 8, dy=9)
    dimension(v, by - 56000, by, bx + 10000, vertical=True, label="56.00")
    dimension(v, 0, bx, by + 9000, label="40.00")
    dimension(v, bx + WIDTH, 118000, by + 8000, label=f"{(118000 - bx - WIDTH) / 1000:.2f}")
    north_arrow(v, width - 16000, depth + 14000, 12)
    level_mark(v, 105000, 52000, "32.00", tail=12)
    level_mark(v, 20000, 20000, "31.85", tail=12)
    drawing_title(board.v, area.x + 280, area.y + 14, "总平面图", "1:500")
    rows = (("项目", "数值", "单位"), ("用地面积", "44000.0", "m²"), ("总建筑面积", "9742.6", "m²"), ("本期建筑面积", "3340.4", "m²"), ("建筑密度", "8.6", "%"), ("容积率", "0.22", ""), ("绿地率", "35.2", "%"), ("机动车停车位", "36", "个"), ("非机动车停车位", "240", "个"))
    board.v.text(area.x + 575, area.top - 60, "经济技术指标", 5)
    table(board.v, area.x + 575, area.top - 64, (40, 30, 18), rows, row=9)
    board.remarks(area.x + 575, area.top - 175, ("坐标为2000国家大地坐标系（虚构）。", "标高为1985国家高程基准。", "尺寸单位为米，建筑以轴线定位。", "道路转弯半径未注明者为9m。", "室外管线另见综合管线图。"))


def _road(v: View, width: float, depth: float) -> None:
    """The ring road with its centre line and the gate."""
    v.path(((30000, 50000), (112000, 50000), (112000, 115000), (30000, 115000)), "看线", weight=0.25, closed=True)
    v.path(((24000, 44000), (118000, 44000), (118000, 121000), (24000, 121000)), "看线", weight=0.25, closed=True)
    v.path(((27000, 47000), (115000, 47000), (115000, 118000), (27000, 118000)), "看线", weight=0.13, dash="CENTER", closed=True)
    for x in (124000.0, 134000.0):
        v.line(x, -9000, x, 44000, "看线", 0.25)
    v.text(129000, 12000, "主入口广场", 3.5, "cm", angle=90)
    for i in range(18):
        for x, y in ((12000 + i * 6000, 10000.0), (12000.0, 24000 + i * 9000), (140000.0 + i * 4200, 12000.0)):
            if x < width - 8000 and y < depth - 8000:
                v.arc(x, y, 1700, "绿化")
                v.line(x - 900, y, x + 900, y, "绿化")
                v.line(x, y - 900, x, y + 900, "绿化")
    for i in range(18):
        v.rect(36000 + i * 2600, 22000, 2600, 5400, "看线", 0.13)
    v.text(60000, 31000, "停车场（18个）", 3.5, "cm")


def _playground(v: View) -> None:
    """A 200 m running track with its straight, and two basketball courts."""
    cx, y0, y1, r = 172000.0, 75000.0, 135000.0, 18000.0
    for i in range(7):
        radius = r + i * 1220
        v.arc(cx, y0, radius, "看线", 180, 360, weight=0.18)
        v.arc(cx, y1, radius, "看线", 0, 180, weight=0.18)
        for side in (-1, 1):
            v.line(cx + side * radius, y0, cx + side * radius, y1, "看线", 0.18)
    v.rect(cx - 13000, y0 - 2000, 26000, y1 - y0 + 4000, "看线", 0.18)
    v.line(cx - 13000, (y0 + y1) / 2, cx + 13000, (y0 + y1) / 2, "看线", 0.18)
    v.arc(cx, (y0 + y1) / 2, 4500, "看线", weight=0.18)
    v.text(cx, (y0 + y1) / 2 + 12000, "200m环形跑道运动场", 3.5, "cm")
    for x in (146000.0, 178000.0):
        v.rect(x, 24000, 28000, 15000, "看线", 0.18)
        v.line(x + 14000, 24000, x + 14000, 39000, "看线", 0.18)
        v.arc(x + 14000, 31500, 1800, "看线", weight=0.18)
        for side in (0, 28000):
            v.arc(x + side, 31500, 6200, "看线", 270 if side == 0 else 90, 450 if side == 0 else 270, weight=0.18)
    v.text(176000, 43500, "篮球场", 3.5, "cm")


DRAWINGS = {
    "arch_notes": notes,
    "finishes": finishes,
    "site_plan": site_plan,
    "plan_1": plan,
    "plan_2": plan,
    "plan_3": plan,
    "roof_plan": roof_plan,
    "fronts": fronts,
    "gable_sections": gable_sections,
}
__all__ = ["DRAWINGS", "LEVELS", "Y_AXES", "chain"]
