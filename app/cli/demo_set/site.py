"""总平面图: the school's ground with its roads, buildings and sports field."""

from app.cli.demo_set.building import HALL, X_AXES, D, F
from app.cli.demo_set.canvas import View
from app.cli.demo_set.plans import WIDTH
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import dimension, drawing_title, leader, level_mark, north_arrow
from app.cli.demo_set.tables import table


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
    for x, y, w, h, name in (
        (35000.0, 125000.0, 60000.0, 18000.0, "2#综合楼（已建）4F"),
        (112000.0, 28000.0, 9000.0, 6000.0, "门卫室 1F"),
    ):
        v.rect(x, y, w, h, "轮廓线", 1.0 if "门卫" in name else 0.35)
        v.text(x + w / 2, y + h / 2 if w > 20000 else y + h + 4000, name, 3.5, "cm")
    _playground(v)
    for x, y in ((bx, by), (bx + WIDTH, by), (bx, by + D)):
        leader(
            v,
            x,
            y,
            [f"X={38420 + y / 1000:.3f}", f"Y={52110 + x / 1000:.3f}"],
            dx=-34 if x == bx else 8,
            dy=9,
        )
    dimension(v, by - 56000, by, bx + 10000, vertical=True, label="56.00")
    dimension(v, 0, bx, by + 9000, label="40.00")
    dimension(v, bx + WIDTH, 118000, by + 8000, label=f"{(118000 - bx - WIDTH) / 1000:.2f}")
    north_arrow(v, width - 16000, depth + 14000, 12)
    level_mark(v, 105000, 52000, "32.00", tail=12)
    level_mark(v, 20000, 20000, "31.85", tail=12)
    drawing_title(board.v, area.x + 280, area.y + 14, "总平面图", "1:500")
    rows = (
        ("项目", "数值", "单位"),
        ("用地面积", "44000.0", "m²"),
        ("总建筑面积", "9742.6", "m²"),
        ("本期建筑面积", "3307.8", "m²"),
        ("建筑密度", "8.6", "%"),
        ("容积率", "0.22", ""),
        ("绿地率", "35.2", "%"),
        ("机动车停车位", "36", "个"),
        ("非机动车停车位", "240", "个"),
    )
    board.v.text(area.x + 575, area.top - 60, "经济技术指标", 5)
    table(board.v, area.x + 575, area.top - 64, (40, 30, 18), rows, row=9)
    board.remarks(
        area.x + 575,
        area.top - 175,
        (
            "坐标为2000国家大地坐标系（虚构）。",
            "标高为1985国家高程基准。",
            "尺寸单位为米，建筑以轴线定位。",
            "道路转弯半径未注明者为9m。",
            "室外管线另见综合管线图。",
        ),
    )


def _road(v: View, width: float, depth: float) -> None:
    """The ring road with its centre line and the gate."""
    v.path(
        ((30000, 50000), (112000, 50000), (112000, 115000), (30000, 115000)), "看线", weight=0.25, closed=True
    )
    v.path(
        ((24000, 44000), (118000, 44000), (118000, 121000), (24000, 121000)), "看线", weight=0.25, closed=True
    )
    v.path(
        ((27000, 47000), (115000, 47000), (115000, 118000), (27000, 118000)),
        "看线",
        weight=0.13,
        dash="CENTER",
        closed=True,
    )
    for x in (124000.0, 134000.0):
        v.line(x, -9000, x, 44000, "看线", 0.25)
    v.text(129000, 12000, "主入口广场", 3.5, "cm", angle=90)
    for i in range(18):
        for x, y in (
            (12000 + i * 6000, 10000.0),
            (12000.0, 24000 + i * 9000),
            (140000.0 + i * 4200, 12000.0),
        ):
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
            v.arc(
                x + side,
                31500,
                6200,
                "看线",
                270 if side == 0 else 90,
                450 if side == 0 else 270,
                weight=0.18,
            )
    v.text(176000, 43500, "篮球场", 3.5, "cm")


DRAWINGS = {"site_plan": site_plan}
