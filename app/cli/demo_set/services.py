"""Water, electricity and air on the plans: pipes, lamps and units over the faded architecture."""

from itertools import pairwise

from app.cli.demo_set.building import HALL, X_AXES, B, C, D, F, Room, Storey, storey
from app.cli.demo_set.canvas import View
from app.cli.demo_set.plans import DEPTH, WIDTH, axes, storey_plan
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import drawing_title, leader, revision_cloud
from app.cli.demo_set.tables import table

MID = (B + C) / 2


def _base(board: Board) -> tuple[View, Storey]:
    level = storey(int(board.spec.drawing[-1]), board.issue)
    deep = level.index == 1
    v = board.placed(WIDTH, DEPTH if deep else D, 100, dy=16)
    storey_plan(v.faded(), level, furniture=False, names=False)
    axes(v, deep=deep)
    for room in level.rooms:
        x = room.x0 + v.mm(4) if room.use != "corridor" else X_AXES[2] + 2000
        v.text(
            x, room.y0 + v.mm(5) + (v.mm(8) if room.use == "stair" else 0), room.name, 3.0, "lb", narrow=0.75
        )
    return v, level


def _finish(
    board: Board, v: View, name: str, lines: tuple[str, ...], legend: tuple[tuple[str, str], ...]
) -> None:
    drawing_title(v, WIDTH / 2, -v.mm(72), name, "1:100")
    board.remarks(board.area.x + 12, board.area.y + 44, lines)
    rows = [("图例", "名称"), *legend]
    area = board.area
    table(board.v, area.right - 100, area.y + 10 + 8 * len(rows), (30, 60), rows, row=8)


def _pipe(v: View, layer: str, label: str, *points: tuple[float, float]) -> None:
    """A pipe with its letter set into the longest run."""
    v.path(points, layer)
    runs = list(pairwise(points))
    (ax, ay), (bx, by) = max(runs, key=lambda r: abs(r[1][0] - r[0][0]) + abs(r[1][1] - r[0][1]))
    angle = 90.0 if abs(by - ay) > abs(bx - ax) else 0.0
    off = v.mm(0.8)
    v.text(
        (ax + bx) / 2 - (off if angle else 0),
        (ay + by) / 2 + (0 if angle else off),
        label,
        2.5,
        "cb",
        angle=angle,
        narrow=0.75,
    )


def _riser(v: View, x: float, y: float, name: str, layer: str, dx: float = 7, dy: float = 7) -> None:
    v.arc(x, y, v.mm(1.3), layer, weight=0.35, dash="")
    leader(v, x, y, [name], dx=dx, dy=dy)


def water(board: Board) -> None:
    """Supply, drainage and hydrants of a storey."""
    v, level = _base(board)
    for left in (True, False):
        sign = 1 if left else -1
        x0 = 0.0 if left else WIDTH
        name = "1" if left else "2"
        jx, wx = x0 + sign * 400, x0 + sign * 700
        _pipe(
            v,
            "给水管",
            "J DN32",
            (jx, C + 500),
            (jx, D - 400),
            (x0 + sign * 4000, D - 400),
            (x0 + sign * 4000, C + 1500),
        )
        for i in range(4):
            y = D - 575 - i * 950
            v.line(jx, y, x0 + sign * 600, y, "给水管", 0.35)
            v.arc(x0 + sign * 900, y, v.mm(0.9), "设备")
        for i in range(3):
            v.line(x0 + sign * 4000, C + 1700 + i * 800, x0 + sign * 3600, C + 1700 + i * 800, "给水管", 0.35)
        _pipe(
            v,
            "污水管",
            "W DN110",
            (wx, D - 575),
            (wx, D - 4000),
            (x0 + sign * 2200, D - 4000),
            (x0 + sign * 2200, C + 2400),
        )
        v.arc(x0 + sign * 2200, C + 2400, v.mm(1.2), "设备")
        _riser(v, jx, C + 500, f"JL-{name}", "给水管", 6 * sign, -17)
        _riser(v, wx, D - 4000, f"WL-{name}", "污水管", 9 * sign, -8)
        if level.index == 1:
            _pipe(v, "污水管", "W DN160 i=0.010", (wx, D - 4000), (wx, D + 1000), (wx, D + 3600))
    moved = board.changed
    spots = [X_AXES[1] - 900, X_AXES[2] + (2600 if moved else -600), X_AXES[4] + 700, X_AXES[6] + 900]
    _pipe(v, "消防管", "XH DN100", (600, MID + 900), (WIDTH - 600, MID + 900))
    for i, x in enumerate(spots, start=1):
        y = C - 340
        v.rect(x, y, 700, 240, "设备", 0.35)
        v.path(((x, y), (x + 700, y + 240), (x + 700, y)), "设备", closed=True, fill=True)
        v.line(x - 250, MID + 900, x - 250, y + 100, "消防管", dash="")
        v.line(x - 250, y + 100, x, y + 100, "消防管", dash="")
        _riser(v, x - 250, MID + 900, f"XL-{i}", "消防管", -7, -9)
        for k in (0, 1):
            v.path(
                ((x + 800 + k * 260, y + 60), (x + 1000 + k * 260, y + 60), (x + 900 + k * 260, y + 230)),
                "设备",
                closed=True,
            )
    if level.index == 1:
        _pipe(
            v,
            "给水管",
            "J DN100 接市政管网",
            (-v.mm(14), MID - 500),
            (600, MID - 500),
            (600, MID - 700),
            (400, C + 500),
        )
        _pipe(v, "消防管", "XH DN100 接室外环网", (WIDTH - 600, MID + 900), (WIDTH + v.mm(14), MID + 900))
    lines = [
        "图中给水支管距地0.25m，沿墙敷设；排水支管在本层板下敷设。",
        "消火栓箱为甲型单栓带灭火器组合箱，栓口距地1.10m。",
        "每处设MF/ABC4手提式灭火器2具。",
    ]
    if moved:
        lines.append("B版：XL-2消火栓因隔墙移位东移3200。")
        revision_cloud(v, X_AXES[2] - 1400, MID + 300, 6200, 1600, "B")
    _finish(
        board,
        v,
        board.spec.title,
        tuple(lines),
        (
            ("— J —", "生活给水管"),
            ("- W -", "污水排水管"),
            ("- XH -", "消火栓给水管"),
            ("JL WL XL", "立管编号"),
        ),
    )


def _lamp(v: View, x: float, y: float, *, long: bool = True) -> None:
    if long:
        v.rect(x - 600, y - 75, 1200, 150, "设备", 0.35)
        v.line(x - 600, y, x + 600, y, "设备", 0.25)
        return
    v.arc(x, y, 170, "设备", weight=0.35)
    v.line(x - 120, y - 120, x + 120, y + 120, "设备", 0.25)
    v.line(x - 120, y + 120, x + 120, y - 120, "设备", 0.25)


def _switch(v: View, x: float, y: float, ways: int) -> None:
    v.arc(x, y, v.mm(0.8), "设备", fill=True)
    v.line(x, y, x + v.mm(2.5), y + v.mm(3.5), "设备", 0.3)
    for i in range(ways):
        v.line(
            x + v.mm(2.5 - i * 0.6),
            y + v.mm(3.5 - i * 0.8),
            x + v.mm(4 - i * 0.6),
            y + v.mm(2.8 - i * 0.8),
            "设备",
            0.3,
        )


def _strokes(v: View, x: float, y: float, count: int) -> None:
    """How many wires run here, as short strokes across the line."""
    for i in range(count):
        v.line(
            x - v.mm(1) + i * v.mm(0.9),
            y - v.mm(1.2),
            x + v.mm(0.2) + i * v.mm(0.9),
            y + v.mm(1.2),
            "导线",
            0.18,
        )


def _room_lamps(v: View, room: Room, circuit: str) -> None:
    """A grid of lamps wired row by row to a switch at the corridor side."""
    south = room.y1 <= B
    rows, cols = (3, 3) if room.x1 - room.x0 > 5000 else (2, 1)
    xs = [room.x0 + (room.x1 - room.x0) * (i + 0.5) / cols for i in range(cols)]
    ys = [room.y0 + (room.y1 - room.y0) * (j + 0.5) / rows for j in range(rows)]
    for y in ys:
        v.line(xs[0], y, xs[-1], y, "导线")
        for x in xs:
            _lamp(v, x, y, long=cols > 1)
        if cols > 1:
            _strokes(v, (xs[0] + xs[1]) / 2, y, 3)
    sx, sy = room.x0 + 1900 if cols > 1 else room.x0 + 900, (room.y1 - 250 if south else room.y0 + 250)
    edge = ys[-1] if south else ys[0]
    v.line(xs[0], ys[0], xs[0], ys[-1], "导线")
    v.path(((xs[0], edge), (sx, edge), (sx, sy)), "导线")
    _switch(v, sx, sy, min(3, rows))
    v.path(((xs[0] + 300, edge), (xs[0] + 300, MID)), "导线")
    v.text(
        xs[0] + 300 + v.mm(0.7), MID + (v.mm(9) if not south else -v.mm(9)), circuit, 2.5, "lm", narrow=0.75
    )


def lights(board: Board) -> None:
    """照明平面图: lamps, switches, circuits from the floor's box, emergency signs."""
    v, level = _base(board)
    circuits = 0
    for room in level.rooms:
        if room.use in ("classroom", "room", "toilet"):
            circuits += 1
            _room_lamps(v, room, f"WL{circuits}")
    v.line(1500, MID, WIDTH - 1500, MID, "导线")
    for i in range(18):
        _lamp(v, 1700 + i * (WIDTH - 3400) / 17, MID, long=False)
    for x in (600.0, X_AXES[3] - 600, X_AXES[4] + 600, WIDTH - 900):
        v.rect(x, B + 250, 500, 200, "设备", 0.3)
        v.text(x + 250, B + 350, "E", 2.2, "cm")
    for room in level.rooms:
        if room.use == "stair":
            _lamp(v, (room.x0 + room.x1) / 2, room.y0 + 1200, long=False)
    bx = X_AXES[6] - 1500
    v.rect(bx, C - 330, 700, 230, "设备", 0.5, fill=True)
    leader(
        v,
        bx + 350,
        C - 330,
        [f"AL{level.index}  照明配电箱", "暗装 底边距地1.5m"],
        dx=-10,
        dy=62,
    )
    if level.index == 1:
        _hall_lamps(v)
    lines = [
        "未标注导线为WDZ-BYJ-3×2.5 JDG20 CC/WC。",
        "灯具安装高度：教室链吊2.5m，走廊吸顶，卫生间防水吸顶。",
        "开关距地1.3m，距门边0.15m。",
    ]
    if board.changed:
        room = next(r for r in level.rooms if r.name == "教师办公室")
        revision_cloud(v, room.x0 + 300, room.y0 + 400, room.x1 - room.x0 - 600, room.y1 - room.y0 - 800, "B")
        lines.append("B版：教师办公室缩小，灯具间距相应调整。")
    _finish(
        board,
        v,
        board.spec.title,
        tuple(lines),
        (("═", "LED格栅灯 2×18W"), ("⊙", "LED吸顶灯 12W"), ("E", "疏散指示标志灯"), ("■", "照明配电箱")),
    )


def _hall_lamps(v: View) -> None:
    x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
    for j in range(5):
        y = D + 1300 + j * 2300
        v.line(x0 + 1800, y, x1 - 1800, y, "导线")
        for i in range(6):
            _lamp(v, x0 + 1800 + i * (x1 - x0 - 3600) / 5, y)
    v.line(x0 + 1800, D + 1300, x0 + 1800, F - 1500, "导线")
    v.text(x0 + 2000, D + 500, "WL15~WL17", 2.5)


def air(board: Board) -> None:
    """空调通风平面图: indoor units, refrigerant and condensate pipes, exhaust."""
    v, level = _base(board)
    n = 0
    for room in level.rooms:
        cx, cy = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
        if room.use in ("classroom", "room"):
            south = room.y1 <= B
            for dx in (-2000, 2000):
                n += 1
                v.rect(cx + dx - 450, cy - 450, 900, 900, "设备", 0.4)
                v.rect(cx + dx - 270, cy - 270, 540, 540, "设备")
                v.text(cx + dx, cy, f"{n:02d}", 2.5, "cm")
                v.path(
                    ((cx + dx, cy + (450 if south else -450)), (cx + dx, MID + (300 if not south else -300))),
                    "风管",
                    weight=0.5,
                )
            v.text(cx, cy + v.mm(7), "FC-71 ×2 7.1kW", 2.5, "cb", narrow=0.75)
            v.rect(cx - 500, room.y0 + 250 if south else room.y1 - 550, 1000, 300, "设备", 0.3)
            v.text(cx, (room.y0 + 400) if south else room.y1 - 400, "HRV-500", 2.2, "cm", narrow=0.7)
        elif room.use == "toilet":
            v.rect(cx - 200, cy - 200, 400, 400, "设备", 0.4)
            v.arc(cx, cy, 140, "设备")
            edge = room.x0 + 250 if room.x0 == 0 else room.x1 - 250
            for dy in (-75, 75):
                v.line(cx, cy + dy, edge, cy + dy, "风管")
            v.text((cx + edge) / 2, cy + v.mm(2), "φ150", 2.5, "cb", narrow=0.75)
        elif room.use == "hall":
            for j in range(2):
                y = room.y0 + 3200 + j * 4600
                for dy in (-200, 200):
                    v.line(room.x0 + 1200, y + dy, room.x1 - 1200, y + dy, "风管")
                for i in range(6):
                    x = room.x0 + 2200 + i * 2700
                    v.rect(x - 250, y - 250, 500, 500, "设备", 0.3)
                v.text(
                    (room.x0 + room.x1) / 2 + 400,
                    y + v.mm(3.4),
                    "800×400  底标高3.000",
                    2.5,
                    "cb",
                    narrow=0.75,
                )
    for dy, label in ((-300, "φ28.6/φ15.9"), (300, "n DN32 i=0.01")):
        v.line(3000, MID + dy, WIDTH - 3000, MID + dy, "风管", 0.5, "" if dy < 0 else "DASHED")
        v.text(X_AXES[4] - 1300, MID + dy + v.mm(0.7), label, 2.5, "lb", narrow=0.75)
    leader(v, WIDTH - 3000, MID - 300, ["冷媒立管至屋面室外机", "W-1 HP-45"], dx=30, dy=-14)
    _finish(
        board,
        v,
        board.spec.title,
        (
            "室内机安装高度2.80m，四面出风嵌入式。",
            "冷凝水管坡向卫生间，坡度0.01。",
            "新风换气机接外墙处设防雨百叶。",
        ),
        (("□", "嵌入式室内机"), ("——", "冷媒管"), ("- -", "冷凝水管"), ("HRV", "全热交换新风机")),
    )


DRAWINGS = {
    "water_1": water,
    "water_2": water,
    "light_1": lights,
    "light_2": lights,
    "air_1": air,
}
