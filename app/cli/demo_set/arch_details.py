"""Architecture details: stairs, toilets, wall sections, doors and windows, the ramp."""

from app.cli.demo_set.building import B, C, D, outline, storey
from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.elevations import section
from app.cli.demo_set.notes_arch import DOORS
from app.cli.demo_set.plans import stair
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import (
    axis_bubble,
    break_line,
    chain,
    dimension,
    drawing_title,
    leader,
    level_mark,
    revision_cloud,
    slope_arrow,
)
from app.cli.demo_set.tables import table


def _shell(v: View, y0: float, y1: float, openings: tuple[tuple[float, float, float, float], ...]) -> None:
    """Walls around one bay of 4500 between two y axes, with openings (x0, y0, x1, y1) taken out of them."""
    rects = [(-100.0, y0 - 100, 4600.0, y0 + 100), (-100.0, y1 - 100, 4600.0, y1 + 100)]
    rects += [(-100.0, y0 - 100, 100.0, y1 + 100), (4400.0, y0 - 100, 4600.0, y1 + 100)]
    for x0, oy0, x1, oy1 in openings:
        cut = []
        for r in rects:
            if r[1] == oy0 and r[3] == oy1:
                cut += [(r[0], r[1], x0, r[3]), (x1, r[1], r[2], r[3])]
            else:
                cut.append(r)
        rects = cut
    for segment in outline(rects):
        v.line(*segment, "墙体", 0.7)
    for r in rects:
        v.hatch(box(r[0], r[1], r[2] - r[0], r[3] - r[1]), "ANSI31", 1.6)
    for x in (0.0, 4500.0):
        for y in (y0, y1):
            v.rect(x - 250, y - 250, 500, 500, "柱", 0.7, fill=True)


def _bay_axes(v: View, y0: float, y1: float, names: str) -> None:
    for x, name in ((0.0, "1"), (4500.0, "2")):
        v.line(x, y0 - v.mm(8), x, y0 - v.mm(22), "轴线")
        axis_bubble(v, x, y0 - v.mm(26.5), name)
    for y, name in zip((y0, y1), names, strict=True):
        v.line(-v.mm(8), y, -v.mm(26), y, "轴线")
        axis_bubble(v, -v.mm(30.5), y, name)
    dimension(v, 0, 4500, y0 - v.mm(17))


def stair_details(board: Board) -> None:
    """1#楼梯详图: three plans and a section at 1:50."""
    area = board.area
    for i, name in enumerate(("一层", "二层", "三层")):
        v = board.v.at(area.x + 55 + i * 150, area.y + 385, 50)
        room = storey(i + 1, board.issue).rooms[1]
        _shell(v, 0, B, ((1350, -100, 3150, 100), (1500, B - 100, 3000, B + 100)))
        stair(v, room, i + 1)
        for offset in (-100, -33, 33, 100):
            v.line(1350, offset, 3150, offset, "门窗")
        v.insert("门-双-1500", 1500, B, 0, mirror=True)
        _bay_axes(v, 0, B, "AB")
        chain(v, [0, 1900, 1900 + 12 * 280, B], -v.mm(16), vertical=True)
        chain(v, [0, 100, 2170, 2330, 4400, 4500], -v.mm(10))
        level_mark(v, 2600, B - 1500, 3.9 * i)
        if i:
            level_mark(v, 900, 700, 3.9 * i - 1.95)
        v.text(2250, 1350, "12×280=3360" if i == 0 else "楼梯间", 3.5, "cm")
        drawing_title(v, 2250, -v.mm(44), f"1#楼梯{name}平面图", "1:50")
    board_section = board.v.at(area.x + 292, area.y + 66, 50)
    section(board_section, through_stair=True)
    drawing_title(board_section, D / 2, -board_section.mm(42), "A-A剖面图", "1:50")
    _rail(board.v.at(area.x + 40, area.y + 60, 20))
    _steps(board.v.at(area.x + 190, area.y + 90, 10))
    board.remarks(
        area.x + 520,
        area.top - 30,
        (
            "楼梯栏杆选用15J403-1，",
            "栏杆净高自踏步前缘线起0.90m，水平段1.05m。",
            "踏步防滑条做法见节点②。",
            "楼梯间内墙设1.4m高瓷砖墙裙。",
            "每跑踏步高150，踏步宽280。",
            "底层楼梯下部做封闭处理。",
        ),
    )


def _rail(v: View) -> None:
    """Baluster elevation at 1:20."""
    for i in range(5):
        x, y = i * 280.0, i * 150.0
        v.path(((x, y), (x, y + 150), (x + 280, y + 150)), "轮廓线", weight=0.5)
        for dx in (70, 180):
            v.line(x + dx, y + 150, x + dx, y + 1010 + dx * 0.54, "看线", 0.25)
    for dy in (900.0, 955.0, 480.0):
        v.line(0, 150 + dy, 1400, 150 + dy + 750, "看线", 0.35)
    dimension(v, 600, 1500, 1500, vertical=True)
    leader(v, 1200, 1780, ["DN50不锈钢扶手", "DN20不锈钢立杆 净距≤110"], dx=8, dy=14)
    drawing_title(v, 500, -v.mm(22), "栏杆大样", "1:20", "1")


def _steps(v: View) -> None:
    """A tread with its nosing at 1:10."""
    ring = ((0, 0), (0, 150), (280, 150), (280, 300), (560, 300), (560, 60), (150, -140), (0, -140))
    v.path(ring, "轮廓线", weight=0.7, closed=True)
    v.hatch(ring, "CONC", 2.5)
    v.path(((-20, 0), (-20, 170), (260, 170), (260, 320), (560, 320)), "看线", weight=0.25)
    for x, y in ((-20, 170), (260, 320)):
        v.rect(x + 30, y, 40, 6, "符号", 0.25, fill=True)
    dimension(v, -20, 260, 370 + 20)
    leader(v, 300, 325, ["金刚砂防滑条 宽40", "15厚水磨石面层", "20厚1:3水泥砂浆"], dx=18, dy=24)
    drawing_title(v, 250, -v.mm(52), "踏步防滑条", "1:10", "2")


def toilet_details(board: Board) -> None:
    """卫生间详图 at 1:50, both toilets."""
    area = board.area
    level = storey(1, board.issue)
    for i, (name, index) in enumerate((("男卫生间", 2), ("女卫生间", 14))):
        room = level.rooms[index]
        v = board.v.at(area.x + 60 + i * 200, area.y + 120, 50)
        _shell(v, 0, D - C, ((1500, D - C - 100, 3000, D - C + 100), (600, -100, 1600, 100)))
        _fixtures(v, male=name[0] == "男")
        v.insert("门-单-1000", 600, 0, 0)
        for offset in (-100, -33, 33, 100):
            v.line(1500, D - C + offset, 3000, D - C + offset, "门窗")
        _bay_axes(v, 0, D - C, "CD")
        chain(v, [0, 100, 3900, 4850, 5800, 6750, 7700, 7800], -v.mm(14), vertical=True)
        v.arc(2250, 3500, 60, "设备")
        slope_arrow(v, 2250, 1500, 2250, 3300, "i=1%")
        level_mark(v, 2600, 2600, "H-0.020", tail=14)
        v.text(2300, 700, f"{name}  {room.area:.2f}m²", 3.5, "lm")
        drawing_title(v, 2250, -v.mm(46), f"{name}详图", "1:50")
    board.remarks(
        area.x + 20,
        area.y + 52,
        (
            "卫生间楼地面防水层沿墙上翻300，淋水处至1800。",
            "隔断选用成品抗倍特板隔断，高1800。",
            "洗手台高750，儿童用小便器边沿高400。",
        ),
    )


def _fixtures(v: View, *, male: bool) -> None:
    for i in range(4):
        y = 7700 - (i + 1) * 950
        v.rect(100, y, 1250, 950, "看线", 0.25)
        v.insert("蹲便器", 580, y + 475, 90, layer="设备")
        v.insert("门-单-600", 1350, y + 150, 90, mirror=True)
        if male:
            v.insert("小便器", 4400, y + 475, -90, layer="设备")
            v.line(4400, y, 3950, y, "看线", 0.25)
        else:
            v.rect(3150, y, 1250, 950, "看线", 0.25)
            v.insert("蹲便器", 3920, y + 475, -90, layer="设备")
    v.rect(3800, 1000, 600, 2400, "看线", 0.25)
    for i in range(3):
        v.insert("洗手盆", 4100, 1400 + i * 800, -90, layer="设备")


def wall_details(board: Board) -> None:
    """墙身大样图: the outer wall from apron to parapet at 1:20, with breaks."""
    area = board.area
    for i, (name, window) in enumerate((("1", True), ("2", False))):
        v = board.v.at(area.x + 90 + i * 215, area.y + 66, 20)
        _wall_foot(v)
        _wall_floor(v, 2300, "3.900", window=window)
        _wall_top(v, 4700)
        chain(v, [-450, 0, 900, 1500, 2300, 3200, 3900, 4700, 5600], v.mm(-42), vertical=True)
        v.line(0, -700, 0, -1000, "轴线")
        axis_bubble(v, 0, -1000 - v.mm(4.5) + 60, "A" if i == 0 else "D")
        drawing_title(v, 1500, -860, "墙身大样", "1:20", name)
    board.remarks(area.x + 330, area.top - 20, ("保温板用锚栓固定。", "滴水线宽20深10。"))


def _layers(v: View, x: float, y0: float, y1: float) -> None:
    """Masonry, insulation outside, render on both faces."""
    v.rect(x - 100, y0, 200, y1 - y0, "轮廓线", 0.7)
    v.hatch(box(x - 100, y0, 200, y1 - y0), "ANSI31", 2.2)
    v.rect(x - 160, y0, 60, y1 - y0, "看线", 0.18)
    v.hatch(box(x - 160, y0, 60, y1 - y0), "INSUL", 2.5)
    v.line(x - 180, y0, x - 180, y1, "看线", 0.25)
    v.line(x + 120, y0, x + 120, y1, "看线", 0.25)


def _wall_foot(v: View) -> None:
    _layers(v, 0, -600, 900)
    v.rect(-100, -60, 200, 60, "看线", 0.18, fill=True)
    ring = ((-180, -400), (-1080, -450), (-1080, -510), (-180, -460))
    v.path(ring, "轮廓线", weight=0.5, closed=True)
    v.hatch(ring, "CONC", 2)
    v.hatch(box(-1080, -660, 900, 150), "EARTH", 2)
    for y, pattern in ((-50, "SOLID"), (-130, "CONC"), (-280, "EARTH")):
        v.line(120, y + 50, 2600, y + 50, "看线", 0.25)
        if pattern != "SOLID":
            v.hatch(box(120, y, 2480, 80), pattern, 2)
    break_line(v, 2600, -400, 2600, 300)
    level_mark(v, 1900, 0, "±0.000")
    leader(
        v, 900, -60, ["15厚水磨石面层", "20厚1:3水泥砂浆", "60厚C20混凝土垫层", "150厚碎石夯实"], dx=10, dy=32
    )
    leader(v, -700, -440, ["散水 见散1"], dx=-6, dy=16)
    _window(v, 900, 1500)


def _window(v: View, y0: float, y1: float) -> None:
    v.rect(-200, y0 - 40, 360, 40, "看线", 0.35)
    for dx in (-35, 35):
        v.line(dx, y0, dx, y1, "门窗", 0.25)
    for y in (y0, y1 - 60):
        v.rect(-35, y, 70, 60, "门窗", 0.5)
    break_line(v, -300, (y0 + y1) / 2, 400, (y0 + y1) / 2)


def _wall_floor(v: View, y: float, label: str, *, window: bool) -> None:
    ring = ((-100, y - 800), (200, y - 800), (200, y - 170), (2600, y - 170), (2600, y - 50), (-100, y - 50))
    v.path(ring, "轮廓线", weight=0.7, closed=True)
    v.hatch(ring, "CONC", 2.5)
    v.rect(-160, y - 800, 60, 750, "看线", 0.18)
    v.hatch(box(-160, y - 800, 60, 750), "INSUL", 2.5)
    v.line(200, y, 2600, y, "看线", 0.25)
    _layers(v, 0, y - 50, y + 900)
    break_line(v, 2600, y - 400, 2600, y + 300)
    level_mark(v, 1900, y, label)
    leader(v, 900, y - 30, ["2厚PVC卷材（楼3）", "30厚C20细石混凝土", "120厚现浇楼板"], dx=10, dy=28)
    if window:
        _window(v, y + 900, y + 1600)
    leader(v, -130, y + 500, ["60厚岩棉板 A级", "真石漆饰面"], dx=-6, dy=14)


def _wall_top(v: View, y: float) -> None:
    ring = (
        (-100, y - 700),
        (200, y - 700),
        (200, y - 120),
        (2600, y - 120),
        (2600, y),
        (100, y),
        (100, y + 800),
        (-160, y + 900),
        (-160, y + 780),
        (-100, y + 760),
    )
    v.path(ring, "轮廓线", weight=0.7, closed=True)
    v.hatch(ring, "CONC", 2.5)
    v.hatch(box(100, y + 20, 2500, 80), "INSUL", 3)
    for dy in (20, 100, 130, 170):
        v.line(100, y + dy, 2600, y + dy, "看线", 0.25)
    v.path(((2600, y + 140), (350, y + 140), (130, y + 300), (130, y + 500)), "轮廓线", weight=0.9)
    break_line(v, 2600, y - 300, 2600, y + 400)
    level_mark(v, 1900, y + 170, "11.670")
    leader(
        v, 700, y + 150, ["40厚C20细石混凝土", "4+4厚SBS防水卷材", "80厚挤塑聚苯板", "2%找坡层"], dx=10, dy=34
    )


def door_schedule(board: Board) -> None:
    """门窗表 with elevations of each type at 1:50."""
    area, v = board.area, board.v
    rows = [list(r) for r in DOORS]
    if board.changed:
        rows[5][7] = "乙级防火门；一层2樘常开，联动关闭"
    drawing_title(v, area.x + area.w / 2, area.top - 16, "门窗表", "")
    table(
        v,
        area.x + 12,
        area.top - 26,
        (26, 36, 60, 26, 26, 26, 28, area.w - 24 - 228),
        rows,
        row=10,
        left=frozenset({7}),
    )
    if board.changed:
        revision_cloud(v, area.x + 36, area.top - 26 - 61, area.w - 60, 12, "B")
    x = area.x + 22
    for row in DOORS[1:]:
        width, height = (float(n) for n in row[2].split("×"))
        d = board.v.at(x, area.y + 110, 50)
        _leaf(d, width, height, door="M" in row[1])
        dimension(d, 0, width, -d.mm(6))
        dimension(d, 0, height, -d.mm(5), vertical=True)
        board.v.text(x + width / 100, area.y + 92, row[1], 5, "cb")
        x += max(width / 50, 14) + 16
        if x > area.right - 60:
            break
    lines = (
        "门窗尺寸为洞口尺寸，加工前应现场复核。",
        "安全玻璃部位按《建筑安全玻璃管理规定》执行。",
        "所有外窗开启扇设纱扇；二层及以上设限位器。",
    )
    board.remarks(
        area.x + 14,
        area.y + 62,
        (*lines, "B版：一层2樘FM乙1521改为常开式，增加联动要求。") if board.changed else lines,
    )


def _leaf(v: View, w: float, h: float, *, door: bool) -> None:
    v.rect(0, 0, w, h, "轮廓线", 0.5)
    v.rect(60, 0 if door else 60, w - 120, h - (60 if door else 120), "门窗", 0.25)
    parts = max(1, round(w / 950))
    for i in range(parts):
        a, b = 60 + (w - 120) * i / parts, 60 + (w - 120) * (i + 1) / parts
        v.line(b, 0, b, h - 60, "门窗", 0.25)
        if door:
            v.path(
                ((a, 0), (b, h / 2), (a, h - 60)) if i % 2 else ((b, 0), (a, h / 2), (b, h - 60)),
                "门窗",
                weight=0.13,
            )
        elif i % 2 == 0:
            v.path(((a, 60), (b, h * 0.35), (a, h * 0.7)), "门窗", weight=0.13)
    if not door and h > 1600:
        v.line(60, h * 0.7, w - 60, h * 0.7, "门窗", 0.25)


def ramp_details(board: Board) -> None:
    """卫生间及无障碍坡道详图: one toilet and the ramp at 1:50."""
    area = board.area
    v = board.v.at(area.x + 55, area.y + 120, 50)
    _shell(v, 0, D - C, ((1500, D - C - 100, 3000, D - C + 100), (600, -100, 1600, 100)))
    _fixtures(v, male=False)
    v.insert("门-单-1000", 600, 0, 0)
    _bay_axes(v, 0, D - C, "CD")
    drawing_title(v, 2250, -v.mm(46), "女卫生间详图", "1:50")
    r = board.v.at(area.x + 200, area.y + 230, 50)
    r.rect(0, 0, 5400, 1200, "轮廓线", 0.5)
    for y in (60.0, 1140.0):
        r.line(-300, y, 5700, y, "看线", 0.35)
    r.rect(-1500, 0, 1500, 1200, "看线", 0.25)
    r.rect(5400, 0, 1500, 1200, "看线", 0.25)
    slope_arrow(r, 300, 600, 5100, 600, "1:12 下")
    chain(r, [-1500, 0, 5400, 6900], -r.mm(10))
    dimension(r, 0, 1200, -1500 - r.mm(8), vertical=True)
    level_mark(r, -900, 500, -0.015, tail=12)
    level_mark(r, 6000, 500, -0.45, tail=10)
    drawing_title(r, 2700, -r.mm(26), "无障碍坡道平面图", "1:50")
    s = board.v.at(area.x + 200, area.y + 90, 50)
    ring = ((-1500, 435), (0, 435), (5400, 0), (6900, 0), (6900, -150), (-1500, -150))
    s.path(ring, "轮廓线", weight=0.7, closed=True)
    s.hatch(ring, "CONC", 2.5)
    for dy in (650.0, 850.0):
        s.path(((-300, 435 + dy), (0, 435 + dy), (5400, dy), (5700, dy)), "看线", weight=0.35)
    for i in range(7):
        x = 900.0 * i
        s.line(x, 435 * (1 - x / 5400), x, 435 * (1 - x / 5400) + 850, "看线", 0.25)
    leader(s, 3600, 990, ["DN40不锈钢双层扶手 高850、650"], dx=8, dy=12)
    drawing_title(s, 2700, -s.mm(24), "坡道剖面图", "1:50")
    board.remarks(
        area.x + 20,
        area.y + 52,
        (
            "本图替代建施-10，新增于B版发图。",
            "坡道面层采用防滑地砖，两侧设安全挡台高50。",
            "扶手起止端水平延伸300。",
        ),
    )


DRAWINGS = {
    "stair_details": stair_details,
    "toilet_details": toilet_details,
    "wall_details": wall_details,
    "door_schedule": door_schedule,
    "ramp_details": ramp_details,
}
