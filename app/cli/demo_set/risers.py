"""System diagrams without scale: risers of water, power and refrigerant over the floor lines."""

from app.cli.demo_set.building import LEVELS
from app.cli.demo_set.canvas import View
from app.cli.demo_set.sheet import Board
from app.cli.demo_set.symbols import drawing_title, level_mark
from app.cli.demo_set.tables import table

FLOORS = tuple(zip(("一层", "二层", "三层", "屋面"), LEVELS, strict=True))
PITCH = 58.0


def _floors(v: View, width: float) -> None:
    """The floor lines with their names and levels; one storey is 58 mm high."""
    for i, (name, metres) in enumerate(FLOORS):
        y = i * PITCH
        v.line(0, y, width, y, "看线", 0.25)
        level_mark(v, 10, y, metres, tail=13)
        v.text(2, y + 10, name, 3.5)


def _valve(v: View, x: float, y: float) -> None:
    v.path(
        ((x - 2, y - 1.2), (x + 2, y + 1.2), (x + 2, y - 1.2), (x - 2, y + 1.2)),
        "设备",
        closed=True,
        weight=0.25,
    )


def water_risers(board: Board) -> None:
    """给排水及消火栓系统图."""
    area = board.area
    v = board.v.at(area.x + 24, area.y + 120)
    _floors(v, area.w - 60)
    for n, x in ((1, 55.0), (2, 105.0)):
        v.line(x, -14, x, 2 * PITCH + 20, "给水管")
        v.text(x - 1.5, 30, f"JL-{n} DN50", 3.0, "cb", angle=90)
        for i in range(3):
            y = i * PITCH + 20
            v.path(((x, y), (x + 12, y), (x + 20, y + 8), (x + 34, y + 8)), "给水管")
            _valve(v, x + 6, y)
            v.text(x + 21, y + 9, "DN32", 2.5)
            for k in range(4):
                v.line(x + 22 + k * 3.5, y + 8, x + 22 + k * 3.5, y + 3, "给水管", 0.3)
    v.line(30, -14, 105, -14, "给水管")
    v.text(32, -12.5, "J DN100  -1.200", 3.0)
    _valve(v, 42, -14)
    for n, x in ((1, 165.0), (2, 215.0)):
        v.line(x, -18, x, 3 * PITCH + 22, "污水管", dash="")
        v.arc(x, 3 * PITCH + 24, 2, "设备")
        v.text(x - 1.5, 30, f"WL-{n} DN110", 3.0, "cb", angle=90)
        v.path(((x, -18), (x - 22, -20)), "污水管", dash="")
        v.text(x - 24, -27, "DN160 i=0.010", 2.5)
        for i in range(3):
            y = i * PITCH - 5 if i else 6.0
            v.line(x, y, x + 32, y + 3, "污水管", dash="")
            for k in range(4):
                bx = x + 8 + k * 7
                v.path(((bx, y + 1), (bx, y + 7), (bx + 2, y + 9)), "污水管", weight=0.3, dash="")
            v.rect(x - 1.5, i * PITCH + 16, 3, 3, "设备")
    xs = (285.0, 325.0, 365.0, 405.0)
    for y in (-14.0, 2 * PITCH + 46):
        v.line(xs[0] - 20 if y < 0 else xs[0], y, xs[-1], y, "消防管", dash="")
    for n, x in enumerate(xs, start=1):
        v.line(x, -14, x, 2 * PITCH + 46, "消防管", dash="")
        v.text(x - 1.5, 28, f"XL-{n} DN100", 3.0, "cb", angle=90)
        _valve(v, x, 2 * PITCH + 42)
        for i in range(3):
            y = i * PITCH + 18
            v.line(x, y, x + 10, y, "消防管", dash="")
            v.path(((x + 10, y - 3), (x + 18, y - 3), (x + 18, y + 3), (x + 10, y + 3)), "设备", closed=True)
            v.path(((x + 10, y - 3), (x + 18, y + 3), (x + 18, y - 3)), "设备", closed=True, fill=True)
    v.text(xs[0] - 20, -22, "XH DN100 接室外消防环网", 3.0)
    v.text(xs[1], 2 * PITCH + 48, "DN100 接高位消防水箱，设试验消火栓及压力表", 3.0)
    for x, name in ((105.0, "给水系统图"), (200.0, "排水系统图"), (345.0, "消火栓系统图")):
        drawing_title(v, x, -44, name, "")
    board.remarks(
        area.x + 20,
        area.y + 58,
        (
            "图中管径为公称直径，标高以米计。",
            "给水立管每层设截止阀；消火栓立管顶部设DN25自动排气阀。",
            "未注明排水支管坡度0.026。",
        ),
    )


def power_risers(board: Board) -> None:
    """配电干线系统图: from the main board to each floor's boxes, with the schedule of circuits."""
    area = board.area
    v = board.v.at(area.x + 24, area.y + 150)
    _floors(v, 250)
    v.rect(45, 8, 36, 24, "设备", 0.5)
    v.text(63, 23, "ALZ", 4, "cm")
    v.text(63, 14, "Pe=186kW", 2.8, "cm")
    v.line(5, -10, 63, -10, "导线", 0.6)
    v.line(63, -10, 63, 8, "导线", 0.6)
    v.text(6, -8, "WDZ-YJY-4×120+1×70 SC125 FC", 2.8)
    for i in range(3):
        y = i * PITCH + 18
        for k, (name, load) in enumerate(
            ((f"AL{i + 1}", "28kW"), (f"AC{i + 1}", "24kW"), (f"ALE{i + 1}", "3kW"))
        ):
            x = 120 + k * 45.0
            v.rect(x, y, 26, 14, "设备", 0.35)
            v.text(x + 13, y + 9.5, name, 3.5, "cm")
            v.text(x + 13, y + 4, load, 2.5, "cm")
            rise = 92 + k * 6.0
            v.path(
                (
                    (81, 26 - k * 6),
                    (rise, 26 - k * 6),
                    (rise, y - 4 - k * 2.5),
                    (x + 13, y - 4 - k * 2.5),
                    (x + 13, y),
                ),
                "导线",
                weight=0.35,
            )
    v.text(92, 2 * PITCH + 40, "WDZ-YJY-5×16 CT", 2.8, angle=0)
    drawing_title(v, 120, -36, "配电干线系统图", "")
    rows = [("回路", "相序", "断路器", "导线及敷设", "容量", "用途")]
    uses = (
        "教室照明",
        "教室照明",
        "办公照明",
        "走廊照明",
        "卫生间照明",
        "教室插座",
        "教室插座",
        "办公插座",
        "多媒体插座",
        "新风机",
        "换气扇",
        "备用",
    )
    for i, use in enumerate(uses):
        breaker = "C65N-C16/1P" if "照明" in use else "C65LE-C20/2P 30mA"
        wire = "WDZ-BYJ-3×2.5 JDG20" if "照明" in use else "WDZ-BYJ-3×4 JDG25"
        rows.append(
            (
                f"WL{i + 1}",
                f"L{i % 3 + 1}",
                breaker,
                wire if use != "备用" else "",
                f"{0.8 + 0.2 * (i % 4):.1f}kW" if use != "备用" else "",
                use,
            )
        )
    board.v.text(area.x + 290, area.top - 24, "AL1 照明配电箱系统表", 5)
    table(board.v, area.x + 290, area.top - 30, (16, 14, 46, 58, 20, area.w - 290 - 14 - 154), rows, row=10)
    board.remarks(
        area.x + 20,
        area.y + 70,
        (
            "总计算电流204A，进线断路器NSX250N/3P 225A。",
            "配电箱AL2、AL3接线与AL1相同。",
            "SPD选用Up≤2.5kV、Iimp=12.5kA。",
            "竖向电缆沿强电井桥架敷设。",
        ),
    )


def air_risers(board: Board) -> None:
    """多联机空调系统图: one outdoor unit a storey, branches to the indoor units."""
    area = board.area
    v = board.v.at(area.x + 24, area.y + 130)
    width = area.w - 60
    _floors(v, width)
    for i in range(3):
        x = 50 + i * 44.0
        v.rect(x, 3 * PITCH + 6, 30, 18, "设备", 0.5)
        v.arc(x + 9, 3 * PITCH + 15, 6, "设备")
        v.arc(x + 21, 3 * PITCH + 15, 6, "设备")
        v.text(x + 15, 3 * PITCH + 28, f"W-{i + 1} HP-45", 3.0, "cm")
        y = i * PITCH + 36
        v.path(((x + 15, 3 * PITCH + 6), (x + 15, y), (width - 20, y)), "风管", weight=0.6)
        v.text(x + 16, y + 1, "φ41.3/φ19.1", 2.5)
        for k in range(12):
            bx = x + 40 + k * (width - x - 75) / 11
            v.path(((bx, y), (bx + 1.5, y - 2), (bx + 1.5, y - 16)), "风管", weight=0.35)
            v.arc(bx, y, 0.9, "设备", fill=True)
            v.rect(bx - 5, y - 24, 13, 8, "设备", 0.35)
            v.text(bx + 1.5, y - 20, "FC-71", 2.2, "cm", narrow=0.7)
            if k % 3 == 0:
                v.text(bx + 2.5, y - 9, "φ15.9/φ9.5", 2.2, narrow=0.7)
    drawing_title(v, width / 2, -24, "多联机空调系统图", "")
    rows = (
        ("系统", "服务楼层", "制冷量", "制热量", "室内机数", "配管长度"),
        ("W-1", "一层", "126kW", "138kW", "20", "≤120m"),
        ("W-2", "二层", "126kW", "138kW", "20", "≤110m"),
        ("W-3", "三层", "126kW", "138kW", "18", "≤100m"),
    )
    table(board.v, area.x + 200, area.y + 66, (24, 34, 34, 34, 34, 40), rows, row=10)
    board.remarks(
        area.x + 20,
        area.y + 66,
        ("分歧管型号由厂家核定。", "室外机底部设减振台座。", "冷媒管穿屋面做法见12J201。"),
    )


DRAWINGS = {"water_risers": water_risers, "power_risers": power_risers, "air_risers": air_risers}
