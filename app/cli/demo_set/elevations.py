"""Elevations and sections of 1#教学楼, from the same openings and levels as the plans."""

from itertools import pairwise

from app.cli.demo_set.building import (
    HALL,
    LEVELS,
    OUTSIDE,
    PARAPET,
    THICK,
    X_AXES,
    Y_AXES,
    B,
    C,
    D,
    F,
    Opening,
    storey,
)
from app.cli.demo_set.canvas import View, box
from app.cli.demo_set.symbols import axis_bubble, chain, dimension, index_callout, leader, level_mark

TOP = LEVELS[3] * 1000 + PARAPET * 1000
GROUND = OUTSIDE * 1000


def _openings(index: int, issue: int, side: str) -> list[tuple[float, Opening]]:
    """Openings of a front as (centre along the front, opening)."""
    found = []
    for wall in storey(index, issue).walls:
        if side == "south" and wall.along_x and wall.y1 == 0:
            found += [(o.at + o.width / 2, o) for o in wall.openings]
        elif side == "north" and wall.along_x and wall.y1 == D:
            hidden = index == 1
            found += [
                (X_AXES[-1] - o.at - o.width / 2, o)
                for o in wall.openings
                if not (hidden and X_AXES[HALL[0]] < o.at < X_AXES[HALL[1]])
            ]
        elif side == "hall" and wall.along_x and wall.y1 == F:
            found += [(X_AXES[-1] - wall.x1 - o.at - o.width / 2, o) for o in wall.openings]
        elif side == "east" and not wall.along_x and wall.x1 == X_AXES[-1]:
            found += [(o.at + o.width / 2, o) for o in wall.openings]
        elif side == "hall east" and not wall.along_x and wall.y1 == D and wall.x1 == X_AXES[HALL[1]]:
            found += [(D + o.at + o.width / 2, o) for o in wall.openings]
    return found


def _face(v: View, x: float, floor: float, o: Opening) -> None:
    """A door or window as seen: frame, mullions, transom, opening lines."""
    w, h, y = o.width, o.head - o.sill, floor + o.sill
    x0 = x - w / 2
    v.rect(x0, y, w, h, "门窗", 0.25)
    v.rect(x0 + 60, y + 60, w - 120, h - 120, "门窗")
    parts = max(2, round(w / 900))
    for i in range(1, parts):
        v.line(x0 + w * i / parts, y, x0 + w * i / parts, y + h, "门窗")
    if h > 1600:
        v.line(x0, y + h * 0.7, x0 + w, y + h * 0.7, "门窗")
    if not o.is_door:
        v.rect(x0 - 80, y - 100, w + 160, 100, "看线", 0.18)
        v.path(
            ((x0, y), (x0 + w / parts, y + h * 0.35), (x0, y + h * 0.7)), "门窗", weight=0.13, dash="DASHED"
        )


def _storey_levels(v: View, x: float, *, left: bool, top: float = TOP) -> None:
    """Level marks on a line beside the elevation, with the chain of heights."""
    for metres in (OUTSIDE, *LEVELS, top / 1000):
        y = metres * 1000
        reach = v.mm(10) * (-1 if left else 1)
        v.line(x, y, x + reach * 1.6, y, "标高")
        level_mark(v, x + reach, y, metres, left=left, below=metres == OUTSIDE)
    stops = [GROUND, *(m * 1000 for m in LEVELS), top]
    chain(v, stops, x + (v.mm(34) if not left else -v.mm(34)), vertical=True)
    dimension(v, GROUND, top, x + (v.mm(42) if not left else -v.mm(42)), vertical=True)


def _ends(v: View, labels: tuple[str, str], width: float) -> None:
    for x, name in zip((0.0, width), labels, strict=True):
        v.line(x, GROUND - v.mm(3), x, GROUND - v.mm(12), "轴线")
        axis_bubble(v, x, GROUND - v.mm(16.5), name)
    dimension(v, 0, width, GROUND - v.mm(8))


def front(v: View, issue: int, side: str) -> None:
    """The south or north elevation, origin at the first axis on ±0.000."""
    width = X_AXES[-1]
    half = THICK / 2
    v.line(-half - v.mm(25), GROUND, width + half + v.mm(25), GROUND, "轮廓线", 1.0)
    v.rect(-half, GROUND, width + THICK, TOP - GROUND, "轮廓线")
    v.rect(-half - 60, TOP - 200, width + THICK + 120, 200, "看线", 0.35)
    for metres in LEVELS[1:]:
        for dy in (-100, 250):
            v.line(-half, metres * 1000 + dy, width + half, metres * 1000 + dy, "看线", 0.18)
    v.line(-half, 900, width + half, 900, "看线", 0.18)
    xs = X_AXES if side == "south" else tuple(width - x for x in reversed(X_AXES))
    doors = (3,) if side == "south" else (3, 4)
    for bay, (a, b) in enumerate(pairwise(xs)):
        v.rect(a - 250, GROUND, 500, TOP - GROUND - 200, "看线", 0.25)
        for floor in (0.0, 3900.0, 7800.0):
            if floor == 0 and bay in doors:
                continue
            base = floor - (450 if floor == 0 else -250)
            v.hatch(box(a + 250, base, b - a - 500, (900 - base) if floor == 0 else 650), "BRICK", 1.2)
    v.rect(xs[-1] - 250, GROUND, 500, TOP - GROUND - 200, "看线", 0.25)
    for index in (1, 2, 3):
        for x, o in _openings(index, issue, side):
            _face(v, x, LEVELS[index - 1] * 1000, o)
    if side == "south":
        _porch(v)
    else:
        _hall_front(v, issue)
    _storey_levels(v, -v.mm(12), left=True)
    _storey_levels(v, width + v.mm(12), left=False)
    _ends(v, ("1", "8") if side == "south" else ("8", "1"), width)
    leader(v, 7000, 8700, ["米白色真石漆外墙面"], dx=10, dy=32 + 10)
    leader(v, 15900, 400, ["浅红色清水砖勒脚及窗下墙"], dx=10, dy=-24)
    leader(v, 34000, TOP - 100, ["浅灰色铝合金压顶"], dx=12, dy=10)
    index_callout(v, 44000, 4000, "1", "11", dx=16, dy=100)


def _porch(v: View) -> None:
    x0, x1 = X_AXES[3] + 600, X_AXES[4] - 600
    v.rect(x0 - 600, 3150, x1 - x0 + 1200, 450, "轮廓线", 0.5)
    for x in (x0, x1 - 400):
        v.rect(x, GROUND, 400, 3150 - GROUND, "看线", 0.35)
    for i in range(3):
        v.rect(x0 - 900 + i * 300, GROUND + i * 150, x1 - x0 + 1800 - i * 600, 150, "看线", 0.25)
    v.text((x0 + x1) / 2, 4150, "滨 河 小 学", 5, "cm")


def _hall_front(v: View, issue: int) -> None:
    x1, x0 = X_AXES[-1] - X_AXES[HALL[0]], X_AXES[-1] - X_AXES[HALL[1]]
    v.rect(x0 - 100, GROUND, x1 - x0 + 200, 4500 - GROUND, "轮廓线")
    v.rect(x0 - 160, 4300, x1 - x0 + 320, 200, "看线", 0.35)
    v.line(x0 - 100, 900, x1 + 100, 900, "看线", 0.18)
    for x, o in _openings(1, issue, "hall"):
        _face(v, x, 0, o)
        if o.is_door:
            for a, b in ((x0 - 100, x - o.width / 2), (x + o.width / 2, x1 + 100)):
                v.hatch(box(a, GROUND, b - a, 900 - GROUND), "BRICK", 1.2)


def gable(v: View, issue: int) -> None:
    """The east elevation, from axis A on the left to axis F on the right."""
    half = THICK / 2
    v.line(-v.mm(25), GROUND, F + v.mm(25), GROUND, "轮廓线", 1.0)
    v.rect(-half, GROUND, D + THICK, TOP - GROUND, "轮廓线")
    v.rect(-half - 60, TOP - 200, D + THICK + 120, 200, "看线", 0.35)
    v.rect(D + half, GROUND, F - D, 4500 - GROUND, "轮廓线", 0.5)
    v.rect(D + half, 4300, F - D + 60, 200, "看线", 0.25)
    for y in LEVELS[1:]:
        for dy in (-100, 250):
            v.line(-half, y * 1000 + dy, D + half, y * 1000 + dy, "看线", 0.18)
    for y in (0.0, B, C, D):
        v.rect(y - 250, GROUND, 500, TOP - GROUND - 200, "看线", 0.25)
    for a, b in ((0.0, B), (C, D)):
        v.hatch(box(a + 250, GROUND, b - a - 500, 900 - GROUND), "BRICK", 1.2)
        for floor in (3900.0, 7800.0):
            v.hatch(box(a + 250, floor + 250, b - a - 500, 650), "BRICK", 1.2)
    for index in (1, 2, 3):
        for x, o in _openings(index, issue, "east"):
            _face(v, x, LEVELS[index - 1] * 1000, o)
    for x, o in _openings(1, issue, "hall east"):
        _face(v, x, 0, o)
    _storey_levels(v, F + v.mm(12), left=False)
    _ends(v, ("A", "F"), F)
    leader(v, 4000, 6800, ["米白色真石漆"], dx=-4, dy=66)


def section(v: View, *, through_stair: bool) -> None:
    """A cross section from axis A to D, and through the hall to F when it is not taken through the stair."""
    deep = not through_stair
    end = F if deep else D
    v.line(-v.mm(22), GROUND, end + v.mm(22), GROUND, "轮廓线", 1.0)
    v.hatch(box(-v.mm(20), GROUND - v.mm(3), v.mm(20) + end + v.mm(20), v.mm(3)), "EARTH", 1.5)
    for metres in LEVELS:
        y = metres * 1000
        _slab(v, -100, D + 100, y)
        for x in (0.0, B, C, D):
            if metres > 0:
                v.rect(x - 150, y - 700, 300, 580, "轮廓线", 0.5, fill=True)
    if deep:
        _slab(v, D, F + 100, 0)
        _slab(v, D, F + 100, 3900)
        for x in (F - 150,):
            v.rect(x, 3900 - 900, 300, 780, "轮廓线", 0.5, fill=True)
        _cut_wall(v, F, 0, 900, 3000)
        v.rect(F - 100, 3900, 200, 600, "轮廓线", 0.5)
    for floor in (0.0, 3900.0, 7800.0):
        _cut_wall(v, 0, floor, 1300 if through_stair else 900, 3000)
        _cut_wall(v, D, floor, 900, 3000)
        for x in (B, C):
            v.rect(x - 100, floor, 200, 3200, "看线", 0.35)
            v.rect(x + 900, floor, 1000, 2100, "看线", 0.18)
        for a, b, name in ((0.0, B, ""), (B, C, "走廊"), (C, D, "")):
            if name:
                v.text((a + b) / 2, floor + 2500, name, 3.5, "cm")
        if not through_stair:
            v.text(B / 2, floor + 1500, "门厅" if floor == 0 else "合班教室", 3.5, "cm")
            names = {0.0: "休息厅", 3900.0: "音乐教室", 7800.0: "心理辅导室"}
            v.text((C + D) / 2, floor + 1500, names[floor], 3.5, "cm")
    for x in (0.0, D):
        v.rect(x - 100, LEVELS[3] * 1000, 200, PARAPET * 1000, "轮廓线", 0.5)
        v.hatch(box(x - 100, LEVELS[3] * 1000, 200, PARAPET * 1000), "CONC", 1.0)
    if deep:
        v.text((D + F) / 2, 1700, "多功能厅", 5, "cm")
    else:
        _flights(v)
    for x, name in zip(Y_AXES, "ABCDEF", strict=True):
        if x <= end:
            v.line(x, GROUND - v.mm(3), x, GROUND - v.mm(18), "轴线")
            axis_bubble(v, x, GROUND - v.mm(22.5), name)
    chain(v, [y for y in Y_AXES if y <= end], GROUND - v.mm(12))
    _storey_levels(v, end + v.mm(12), left=False)
    index_callout(v, 0, 4800, "1", "11", dx=-16, dy=14)


def _slab(v: View, x0: float, x1: float, y: float) -> None:
    """A cut slab of 120 mm under 50 mm of screed: filled, as concrete is at 1:100."""
    v.rect(x0, y - 170, x1 - x0, 120, "轮廓线", 0.35, fill=True)
    v.line(x0, y, x1, y, "看线", 0.25)


def _cut_wall(v: View, x: float, floor: float, sill: float, head: float) -> None:
    """A cut wall with its window: thick where masonry is cut, thin lines for the glass."""
    for a, b in ((floor - (450 if floor == 0 else 0), floor + sill), (floor + head, floor + 3780)):
        v.rect(x - 100, a, 200, b - a, "轮廓线", 0.5)
        v.hatch(box(x - 100, a, 200, b - a), "ANSI31", 1.2)
    for dx in (-30, 30):
        v.line(x + dx, floor + sill, x + dx, floor + head, "门窗")


def _flights(v: View) -> None:
    """Two flights a storey between the landing at axis A and the floor at axis B; the near one is cut."""
    risers, tread = 12, 280.0
    for floor in (0.0, 3900.0):
        rise = 3900 / (2 * risers + 2)
        start = 1900 + risers * tread
        half = floor + rise * (risers + 1)
        near = [(start, floor)]
        for i in range(risers + 1):
            x, y = start - i * tread, floor + rise * (i + 1)
            near += [(x, y), (max(x - tread, 1900 - tread), y)]
        ring = [*near, (1900 - tread, half - 260), (start + 200, floor - 150)]
        v.path(ring, "轮廓线", weight=0.5, closed=True)
        v.hatch(ring, "ANSI31", 1.2)
        v.rect(100, half - 150, 1900 - tread - 100, 150, "轮廓线", 0.35, fill=True)
        for i in range(risers + 1):
            x, y = 1900 + i * tread, half + rise * i
            v.path(((x, y), (x, y + rise), (x + tread, y + rise)), "楼梯")
        v.line(1900, half + 1050, start, floor + 3900 + 1050, "楼梯", 0.3)
        v.line(start, floor + 1050, 1900, half + 1050, "楼梯", 0.3)
        level_mark(v, 900, half, half / 1000, tail=11)
