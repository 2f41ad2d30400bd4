"""门卫室: plan, elevation, section, structure and lighting of the small building, by the third institute."""

from app.cli.demo_set.building import outline
from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import (
    axis_bubble,
    chain,
    dimension,
    drawing_title,
    leader,
    level_mark,
    section_mark,
)
from app.cli.demo_set.tables import table

W, INNER, H = 7200.0, 4500.0, 4200.0
"""Length between axes 1 and 3, the partition on axis 2, depth between axes A and B."""
XS = ((0.0, "1"), (INNER, "2"), (W, "3"))
YS = ((0.0, "A"), (H, "B"))


def _axes(v: View, *, dims: bool = True) -> None:
    for x, name in XS:
        v.line(x, -v.mm(30), x, H + v.mm(12), "轴线")
        axis_bubble(v, x, -v.mm(34.5), name)
    for y, name in YS:
        v.line(-v.mm(30), y, W + v.mm(8), y, "轴线")
        axis_bubble(v, -v.mm(34.5), y, name)
    if dims:
        chain(v, [x for x, _ in XS], -v.mm(18))
        dimension(v, -100, W + 100, -v.mm(26))
        chain(v, [0, H], -v.mm(18), vertical=True)
        dimension(v, -100, H + 100, -v.mm(26), vertical=True)


def _walls(v: View) -> None:
    rects = [
        (-100.0, -100.0, 900.0, 100.0),
        (1900.0, -100.0, 2600.0, 100.0),
        (4100.0, -100.0, 7300.0, 100.0),
        (-100.0, H - 100, 1350.0, H + 100),
        (3150.0, H - 100, 5400.0, H + 100),
        (6300.0, H - 100, 7300.0, H + 100),
        (-100.0, -100.0, 100.0, 1200.0),
        (-100.0, 3000.0, 100.0, H + 100),
        (7100.0, -100.0, 7300.0, H + 100),
        (4400.0, -100.0, 4600.0, 2900.0),
        (4400.0, 3700.0, 4600.0, H + 100),
    ]
    for segment in outline(rects):
        v.line(*segment, "墙体", 0.7)
    for x0, y0, x1, y1 in rects:
        v.hatch(box(x0, y0, x1 - x0, y1 - y0), "ANSI31", 1.6)
    for x in (0.0, INNER, W):
        for y in (0.0, H):
            v.rect(x - 120, y - 120, 240, 240, "柱", fill=True)
    for offset in (-100, -33, 33, 100):
        v.line(2600, offset, 4100, offset, "门窗")
        v.line(1350, H + offset, 3150, H + offset, "门窗")
        v.line(5400, H + offset, 6300, H + offset, "门窗")
        v.line(offset, 1200, offset, 3000, "门窗")
    v.insert("门-单-1000", 900, 0, 0)
    v.insert("门-单-800", INNER, 2900, 90)


def arch(board: Board) -> None:
    """Plan, elevation and section of the gatehouse at 1:50."""
    area = board.area
    p = board.v.at(area.x + 62, area.y + 240, 50)
    _walls(p)
    _axes(p)
    chain(p, [-100, 0, 900, 1900, 2600, 4100, INNER, W, W + 100], -p.mm(10))
    chain(p, [-100, 0, 1200, 3000, H, H + 100], -p.mm(10), vertical=True)
    for x, y, value in (
        (2900.0, 2500.0, "值班室"),
        (2900.0, 1950.0, "17.20m²"),
        (5850.0, 2500.0, "休息间"),
        (5850.0, 1950.0, "10.00m²"),
    ):
        p.text(x, y, value, 3.5, "cm")
    for x, y, value in (
        (1400.0, -420.0, "M1021"),
        (3350.0, 330.0, "C1515"),
        (2250.0, H - 330, "C1815"),
        (5850.0, H - 330, "C0909"),
    ):
        p.text(x, y, value, 2.8, "cm", layer="门窗")
    level_mark(p, 1700, 3000, "±0.000")
    level_mark(p, 6100, -900, "-0.150")
    section_mark(p, 3500, -p.mm(6), "1")
    section_mark(p, 3500, H + p.mm(6), "1")
    drawing_title(p, W / 2, -p.mm(52), "平面图", "1:50")
    e = board.v.at(area.x + 310, area.y + 262, 50)
    _elevation(e)
    drawing_title(e, W / 2, -e.mm(34), "①~③轴立面图", "1:50")
    s = board.v.at(area.x + 310, area.y + 110, 50)
    _section(s)
    drawing_title(s, H / 2, -s.mm(38), "1-1剖面图", "1:50")
    board.remarks(
        area.x + 24,
        area.y + 150,
        (
            "墙体为200厚加气混凝土砌块，构造柱见结构图。",
            "外墙真石漆，颜色同1#教学楼。",
            "屋面做法同屋2，挑檐外口做滴水。",
            "门窗为断桥铝合金，玻璃6+12A+6。",
            "室外设600宽散水，坡度4%。",
        ),
    )
    rows = (
        ("编号", "洞口尺寸", "数量", "备注"),
        ("M1021", "1000×2100", "1", "防盗门"),
        ("M0821", "800×2100", "1", "木门"),
        ("C1515", "1500×1500", "1", "推拉窗"),
        ("C1815", "1800×1500", "2", "推拉窗"),
        ("C0909", "900×900", "1", "高窗"),
    )
    table(board.v, area.x + 24, area.y + 90, (30, 44, 24, 40), rows, row=8)


def _elevation(v: View) -> None:
    v.line(-1200, -150, W + 1200, -150, "轮廓线", 1.0)
    v.rect(-100, -150, W + 200, 3150, "轮廓线", 0.7)
    v.rect(-700, 3000, W + 1400, 400, "轮廓线", 0.7)
    v.line(-700, 3300, W + 700, 3300, "看线", 0.18)
    v.hatch(box(-100, -150, 1000, 750), "BRICK", 1.5)
    v.hatch(box(1900, -150, W - 1800, 750), "BRICK", 1.5)
    v.rect(900, -0.0, 1000, 2100, "门窗", 0.5)
    v.rect(980, 80, 840, 1900, "门窗", 0.25)
    v.rect(2600, 900, 1500, 1500, "门窗", 0.5)
    v.line(3350, 900, 3350, 2400, "门窗", 0.35)
    v.rect(2520, 820, 1660, 80, "看线", 0.25)
    for x, name in ((0.0, "1"), (W, "3")):
        v.line(x, -v.mm(6), x, -v.mm(14), "轴线")
        axis_bubble(v, x, -v.mm(18.5), name)
    for metres in (-0.15, 0.9, 2.4, 3.0, 3.4):
        level_mark(v, W + 700 + v.mm(8), metres * 1000, metres, tail=13, below=metres == -0.15)
    leader(v, 5600, 1500, ["米白色真石漆"], dx=6, dy=10)


def _section(v: View) -> None:
    v.line(-1200, -150, H + 1200, -150, "轮廓线", 1.0)
    v.hatch(box(-1200, -260, H + 2400, 110), "EARTH", 1.5)
    v.path(((-700, 3400), (-700, 2980), (H + 700, 2980), (H + 700, 3400)), "轮廓线", weight=0.5)
    v.rect(-700, 2880, H + 1400, 120, "轮廓线", 0.5, fill=True)
    for x in (0.0, H):
        v.rect(x - 100, 2500, 200, 380, "轮廓线", 0.5, fill=True)
        for a, b in ((-150.0, 900.0), (2400.0, 2500.0)):
            v.rect(x - 100, a, 200, b - a, "轮廓线", 0.5)
            v.hatch(box(x - 100, a, 200, b - a), "ANSI31", 1.6)
        for dx in (-30, 30):
            v.line(x + dx, 900, x + dx, 2400, "门窗")
    v.line(100, 0, H - 100, 0, "轮廓线", 0.5)
    v.hatch(box(100, -110, H - 200, 110), "CONC", 1.5)
    chain(v, [-150, 900, 2400, 3000, 3400], -700 - v.mm(8), vertical=True)
    for metres in (0.0, 3.0, 3.4):
        level_mark(v, H + 700 + v.mm(8), metres * 1000, metres, tail=13)
    for x, name in YS:
        v.line(x, -v.mm(8), x, -v.mm(16), "轴线")
        axis_bubble(v, x, -v.mm(20.5), name)
    v.text(H / 2, 1500, "值班室", 3.5, "cm")


def structure(board: Board) -> None:
    """Strip foundations and the roof slab of the gatehouse at 1:50."""
    area = board.area
    f = board.v.at(area.x + 62, area.y + 210, 50)
    _axes(f)
    for half, weight in ((450.0, 0.35), (120.0, 0.25)):
        for x0, y0, x1, y1 in (
            (-half, -half, W + half, H + half),
            (half, half, INNER - half, H - half),
            (INNER + half, half, W - half, H - half),
        ):
            f.rect(x0, y0, x1 - x0, y1 - y0, "基础", weight)
    for x in (0.0, INNER, W):
        for y in (0.0, H):
            f.rect(x - 120, y - 120, 240, 240, "柱", fill=True)
            f.text(x + f.mm(3), y + f.mm(3), "GZ1", 3.0, narrow=0.75)
    leader(f, 3200, -450, ["条形基础 宽900 底标高-1.200"], dx=6, dy=28)
    drawing_title(f, W / 2, -f.mm(52), "基础平面图", "1:50")
    r = board.v.at(area.x + 310, area.y + 210, 50)
    _axes(r)
    r.rect(-700, -700, W + 1400, H + 1400, "轮廓线", 0.5)
    for x, _ in XS:
        for dx in (-100, 100):
            r.line(x + dx, -700, x + dx, H + 700, "梁")
    for y, _ in YS:
        for dy in (-100, 100):
            r.line(-700, y + dy, W + 700, y + dy, "梁")
    for x0, x1 in ((100.0, INNER - 100), (INNER + 100, W - 100)):
        y = H * 0.45
        r.path(((x0, y + 60), (x0, y), (x1, y), (x1, y + 60)), "钢筋")
        r.text((x0 + x1) / 2, y + r.mm(0.8), "C8@200", 3.0, "cb", narrow=0.75)
        x = (x0 + x1) / 2 - 500
        r.path(((x - 60, 100), (x, 100), (x, H - 100), (x - 60, H - 100)), "钢筋")
        r.text(x - r.mm(1), H * 0.7, "C8@150", 3.0, "cb", angle=90, narrow=0.75)
    leader(r, 6000, H, ["WL1(2) 200×400 C8@150(2)", "2C16;3C16"], dx=6, dy=26)
    level_mark(r, 500, 700, "2.980")
    drawing_title(r, W / 2, -r.mm(52), "屋面结构平面图", "1:50")
    s = board.v.at(area.x + 90, area.y + 60, 25)
    s.rect(-450, 0, 900, 300, "轮廓线", 0.7)
    s.hatch(box(-450, 0, 900, 300), "CONC", 2)
    s.rect(-120, 300, 240, 700, "轮廓线", 0.5)
    s.hatch(box(-120, 300, 240, 700), "ANSI31", 2)
    s.rect(-550, -100, 1100, 100, "轮廓线", 0.35)
    chain(s, [-550, -450, -120, 120, 450, 550], -100 - s.mm(6))
    leader(s, 300, 40, ["C12@150", "C8@200分布筋"], dx=18, dy=12)
    drawing_title(s, 0, -100 - s.mm(18), "条基剖面", "1:25")
    board.remarks(
        area.x + 220,
        area.y + 90,
        (
            "混凝土：基础C30，其余C25；钢筋HRB400。",
            "板厚120，挑檐上部钢筋C10@150拉通。",
            "GZ1 240×240，4C14，A8@100/200。",
            "地基承载力特征值fak≥150kPa。",
        ),
    )


def light(board: Board) -> None:
    """Lighting and sockets of the gatehouse at 1:50 on A3."""
    area = board.area
    v = board.v.at(area.x + 66, area.y + 88, 50)
    _walls(v.faded())
    _axes(v, dims=False)
    for x in (1500.0, 3200.0, 5850.0):
        v.rect(x - 500, H / 2 - 60, 1000, 120, "设备", 0.35)
        v.line(x - 500, H / 2, x + 500, H / 2, "设备", 0.25)
    v.path(((1500, H / 2), (5850, H / 2)), "导线")
    v.path(((1500, H / 2), (1500, 300), (2050, 300)), "导线")
    v.rect(300, 3500, 500, 200, "设备", 0.5, fill=True)
    v.path(((550, 3500), (550, H / 2), (1000, H / 2)), "导线")
    leader(v, 550, 3700, ["AL-M 配电箱 PZ30"], dx=8, dy=22)
    for x, y in ((2300.0, 250.0), (3900.0, H - 250), (6900.0, 2000.0), (250.0, 900.0)):
        v.arc(x, y, 130, "设备", 0, 180, weight=0.35)
        v.line(x - 130, y, x + 130, y, "设备", 0.35)
    v.path(((800, 3600), (3900, 3600), (3900, H - 250)), "导线", dash="DASHED")
    v.path(((3900, 3600), (6700, 3600), (6700, 2000), (6900, 2000)), "导线", dash="DASHED")
    v.arc(2050, 300, 60, "设备", fill=True)
    v.line(2050, 300, 2200, 520, "设备", 0.3)
    drawing_title(v, W / 2, -v.mm(46), "照明插座平面图", "1:50")
    board.remarks(
        area.x + 246,
        area.top - 30,
        (
            "照明WL1：WDZ-BYJ-3×2.5 JDG20。",
            "插座WL2：WDZ-BYJ-3×4 JDG20。",
            "进线WDZ-YJY-5×10 SC40 FC。",
            "灯具吸顶安装，开关距地1.3m。",
            "插座距地0.3m，设漏电保护30mA。",
        ),
    )


DRAWINGS = {"gate_arch": arch, "gate_struct": structure, "gate_light": light}
