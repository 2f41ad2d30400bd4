"""Structure details: footings, and the reinforcement of a stair flight."""

from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import chain, dimension, drawing_title, leader, level_mark
from app.cli.demo_set.tables import table


def footing_details(board: Board) -> None:
    """独立基础详图: plan and section of the sloped footing at 1:30."""
    area = board.area
    p = board.v.at(area.x + 90, area.y + 280, 30)
    side = 2400.0
    p.rect(-side / 2 - 100, -side / 2 - 100, side + 200, side + 200, "基础", 0.18, dash="DASHED")
    p.rect(-side / 2, -side / 2, side, side, "基础", 0.5)
    p.rect(-300, -300, 600, 600, "基础", 0.35)
    p.rect(-250, -250, 500, 500, "柱", 0.7, fill=True)
    for sx in (-1, 1):
        for sy in (-1, 1):
            p.line(sx * side / 2, sy * side / 2, sx * 300, sy * 300, "基础", 0.25)
    for i in range(5):
        p.line(-side / 2 + 60, -side / 2 + 150 * (i + 1), -350, -side / 2 + 150 * (i + 1), "钢筋", 0.5)
        p.line(-side / 2 + 150 * (i + 1), -side / 2 + 60, -side / 2 + 150 * (i + 1), -350, "钢筋", 0.5)
    leader(p, -1000, -900, ["X向 C14@150", "Y向 C14@150"], dx=-10, dy=-16)
    chain(p, [-side / 2, -250, 250, side / 2], -side / 2 - p.mm(12))
    chain(p, [-side / 2, -250, 250, side / 2], side / 2 + p.mm(12), vertical=True)
    drawing_title(p, 0, -side / 2 - p.mm(30), "DJp02平面图", "1:30")
    s = board.v.at(area.x + 300, area.y + 240, 30)
    ring = ((-1200, 0), (1200, 0), (1200, 300), (300, 550), (-300, 550), (-1200, 300))
    s.path(ring, "轮廓线", weight=0.7, closed=True)
    s.rect(-1300, -100, 2600, 100, "轮廓线", 0.35)
    s.hatch(box(-1300, -100, 2600, 100), "CONC", 1.5)
    s.hatch(box(-1300, -220, 2600, 120), "EARTH", 2)
    s.path(((-250, 550), (-250, 1700)), "轮廓线", weight=0.7)
    s.path(((250, 550), (250, 1700)), "轮廓线", weight=0.7)
    s.path(((-1150, 120), (-1150, 50), (1150, 50), (1150, 120)), "钢筋", weight=0.8)
    for i in range(15):
        s.arc(-1080 + i * 154, 85, 22, "钢筋", fill=True)
    for x in (-210, 210):
        s.path(((x, 1700), (x, 100), (x * 1.9, 100)), "钢筋", weight=0.8)
    for i in range(11):
        s.line(-210, 620 + i * 100, 210, 620 + i * 100, "钢筋", 0.4)
    for y in (200, 400):
        s.line(-210, y, 210, y, "钢筋", 0.4)
    chain(s, [-1300, -1200, -250, 250, 1200, 1300], -s.mm(12))
    chain(s, [-100, 0, 300, 550], 1300 + s.mm(10), vertical=True)
    level_mark(s, -1000, 1500, "-0.500", left=True)
    level_mark(s, -1500, 0, "-2.000", left=True)
    leader(s, 210, 1100, ["柱插筋及箍筋同KZ", "基础内箍筋2道非复合箍"], dx=16, dy=10)
    drawing_title(s, 0, -s.mm(30), "1-1剖面图", "1:30")
    rows = (
        ("编号", "A", "B", "h1", "h2", "①", "②"),
        ("DJp01", "2000", "2000", "300", "200", "C12@150", "C12@150"),
        ("DJp02", "2400", "2400", "300", "250", "C14@150", "C14@150"),
        ("DJp03", "2600", "2600", "350", "300", "C14@130", "C14@130"),
    )
    table(board.v, area.x + 220, area.y + 120, (32, 26, 26, 22, 22, 34, 34), rows, row=10)
    board.remarks(
        area.x + 20,
        area.y + 110,
        (
            "基础混凝土C30，垫层C15。",
            "基础底板保护层40mm。",
            "边长≥2500时底筋按0.9L交错布置。",
            "柱插筋锚固按22G101-3。",
        ),
    )


def stair_bars(board: Board) -> None:
    """楼梯配筋详图: flight AT1 at 1:30 with its bars and the landing beam."""
    area = board.area
    v = board.v.at(area.x + 80, area.y + 190, 30)
    treads, rise, tread = 12, 150.0, 280.0
    top = [(0.0, 0.0)]
    for i in range(treads + 1):
        top += [(i * tread, (i + 1) * rise), ((i + 1) * tread, (i + 1) * rise)]
    end_x, end_y = top[-1]
    top[-1] = (end_x + 1300, end_y)
    ring = [
        (-900.0, 0.0),
        *top,
        (end_x + 1300, end_y - 120),
        (end_x - 100, end_y - 120 - 60),
        (180, -120),
        (-900, -120),
    ]
    v.path(ring, "轮廓线", weight=0.5, closed=True)
    for x, y in ((-150.0, 0.0), (end_x - 100, end_y)):
        v.rect(x, y - 400, 250, 400, "轮廓线", 0.5)
        _beam_bars(v, x, y)
    slope = rise / tread
    v.path(
        ((-100, -60), (200, -95), (end_x - 50, end_y - 165), (end_x + 300, end_y - 100)), "钢筋", weight=0.8
    )
    v.path(((-100, -40), (100, 60), (1150, 60 + 1050 * slope), (1150, 1050 * slope - 30)), "钢筋", weight=0.8)
    v.path(
        (
            (end_x - 1150, end_y - 1150 * slope - 60),
            (end_x - 1150, end_y - 1150 * slope + 30),
            (end_x, end_y - 40),
            (end_x + 600, end_y - 40),
            (end_x + 600, end_y - 100),
        ),
        "钢筋",
        weight=0.8,
    )
    for i in range(16):
        x = 260 + i * 225
        v.arc(x, x * slope - 75, 18, "钢筋", fill=True)
    leader(v, 1700, 1700 * slope - 110, ["① C12@130 梯板底筋"], dx=8, dy=-20)
    leader(v, 700, 60 + 600 * slope, ["② C12@150 支座负筋"], dx=-20, dy=30)
    leader(v, end_x - 700, end_y - 700 * slope - 20, ["③ C12@150 支座负筋"], dx=-34, dy=24)
    leader(v, 2600, 2600 * slope - 75, ["④ C8@200 分布筋（每踏步1根）"], dx=10, dy=-24)
    chain(v, [-150, 100, end_x - 100, end_x + 150], -v.mm(22))
    dimension(v, 0, end_x, -v.mm(32), label=f"{treads + 1}×280={end_x:.0f}")
    dimension(v, 0, end_y, end_x + 1300 + v.mm(8), vertical=True, label="13×150=1950")
    level_mark(v, -600, 0, "-0.050")
    level_mark(v, end_x + 700, end_y, "1.900")
    drawing_title(v, end_x / 2, -v.mm(48), "AT1梯板配筋图", "1:30")
    b = board.v.at(area.x + 345, area.y + 240, 15)
    b.rect(0, 0, 250, 400, "轮廓线", 0.5)
    _beam_bars(b, 0, 400)
    chain(b, [0, 250], -b.mm(6))
    chain(b, [0, 400], -b.mm(8), vertical=True)
    leader(b, 40, 370, ["2C16", "C8@100/200(2)"], dx=20, dy=10)
    leader(b, 200, 40, ["3C18"], dx=18, dy=-4)
    drawing_title(b, 125, -b.mm(22), "TL1", "1:15")
    rows = (
        ("梯板", "厚度h", "踏步", "底筋①", "上部筋②③", "分布筋"),
        ("AT1", "120", "150×280×13", "C12@130", "C12@150", "C8@200"),
        ("AT2", "120", "150×280×13", "C12@130", "C12@150", "C8@200"),
        ("PTB1", "100", "-", "C8@150", "C8@150", "C8@200"),
    )
    table(board.v, area.x + 20, area.y + 100, (24, 22, 40, 34, 38, 34), rows, row=10)
    board.remarks(
        area.x + 235,
        area.y + 100,
        (
            "混凝土C30，钢筋C为HRB400E级。",
            "梯板负筋锚入梯梁laE。",
            "滑动支座做法见22G101-2第2-18页。",
            "梯柱TZ1 250×300，4C16，C8@100。",
        ),
    )


def _beam_bars(v: View, x: float, y: float) -> None:
    v.rect(x + 25, y - 375, 200, 350, "钢筋", 0.5)
    for dx in (45, 205):
        v.arc(x + dx, y - 45, 12, "钢筋", fill=True)
    for dx in (45, 125, 205):
        v.arc(x + dx, y - 355, 13, "钢筋", fill=True)


DRAWINGS = {"footing_details": footing_details, "stair_bars": stair_bars}
