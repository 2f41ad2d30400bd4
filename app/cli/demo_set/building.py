"""1#教学楼 as one model: axes, storeys, walls with openings, rooms, columns. Every sheet is drawn from it.

Millimetres; x runs along axes 1..8, y along axes A..F; the origin is the crossing of axes 1 and A.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

X_AXES: tuple[float, ...] = tuple(accumulate((0, 4500, 9000, 9000, 9000, 9000, 9000, 4500)))
Y_AXES: tuple[float, ...] = tuple(accumulate((0, 7800, 3000, 7800, 6000, 6000)))
X_NAMES = tuple("12345678")
Y_NAMES = tuple("ABCDEF")
LEVELS = (0.0, 3.9, 7.8, 11.7)
"""Finished floor levels in metres; the last is the roof slab."""
OUTSIDE = -0.45
PARAPET = 0.9
COLUMN = 500.0
THICK = 200.0
HALL = (2, 4)
"""The hall stands between these x axes, from axis D to axis F, one storey high."""

A, B, C, D, E, F = Y_AXES


@dataclass(frozen=True)
class Opening:
    """A door or window in a wall: `at` is its start along the wall; sill and head are mm above the floor."""

    tag: str
    at: float
    width: float
    sill: float
    head: float
    swing: int = 1
    flip: bool = False

    @property
    def is_door(self) -> bool:
        """Whether one walks through it."""
        return self.sill == 0


@dataclass(frozen=True)
class Wall:
    """A straight wall by its centre line, along x or along y."""

    x1: float
    y1: float
    x2: float
    y2: float
    openings: tuple[Opening, ...] = ()

    @property
    def along_x(self) -> bool:
        """Whether it runs along the x axis."""
        return self.y1 == self.y2

    @property
    def length(self) -> float:
        """Length of the centre line."""
        return (self.x2 - self.x1) + (self.y2 - self.y1)

    def place(self, t: float) -> tuple[float, float]:
        """The point of the centre line at distance t."""
        return (self.x1 + t, self.y1) if self.along_x else (self.x1, self.y1 + t)

    def solids(self) -> list[tuple[float, float, float, float]]:
        """The pieces of wall between openings as x0, y0, x1, y1; ends run through the corner."""
        half = THICK / 2
        stops = [-half]
        for o in sorted(self.openings, key=lambda each: each.at):
            stops += [o.at, o.at + o.width]
        stops.append(self.length + half)
        pieces = []
        for a, b in zip(stops[::2], stops[1::2], strict=True):
            (ax, ay), (bx, by) = self.place(a), self.place(b)
            pieces.append((ax, ay - half, bx, by + half) if self.along_x else (ax - half, ay, bx + half, by))
        return pieces


@dataclass(frozen=True)
class Room:
    """A room and the rectangle between its walls' centre lines."""

    name: str
    x0: float
    y0: float
    x1: float
    y1: float
    use: str = ""

    @property
    def area(self) -> float:
        """Net area in square metres."""
        return (self.x1 - self.x0 - THICK) * (self.y1 - self.y0 - THICK) / 1e6


@dataclass(frozen=True)
class Storey:
    """One storey: 1, 2 or 3."""

    index: int
    level: float
    walls: tuple[Wall, ...]
    rooms: tuple[Room, ...]

    @property
    def name(self) -> str:
        """一层, 二层, 三层."""
        return "一二三"[self.index - 1] + "层"


def _window(tag: str, at: float, sill: float = 900, head: float = 3000) -> Opening:
    width = int(tag[1:3]) * 100
    return Opening(tag, at - width / 2, width, sill, head)


def _door(tag: str, at: float, width: float, swing: int = 1, *, flip: bool = False) -> Opening:
    return Opening(tag, at, width, 0, 2400 if width > 1400 else 2100, swing, flip)


SOUTH_USES = ("1#楼梯间", "普通教室", "普通教室", "门厅", "普通教室", "普通教室", "2#楼梯间")
NORTH_USES = {
    1: ("男卫生间", "教师办公室", "器材室", "休息厅", "广播室", "科学教室", "女卫生间"),
    2: ("男卫生间", "教师办公室", "美术教室", "音乐教室", "图书阅览室", "科学教室", "女卫生间"),
    3: ("男卫生间", "教师办公室", "计算机教室", "心理辅导室", "会议室", "书法教室", "女卫生间"),
}


def _south_wall(index: int) -> Wall:
    openings: list[Opening] = []
    for i in range(7):
        x0, x1 = X_AXES[i], X_AXES[i + 1]
        mid = (x0 + x1) / 2
        if i in (0, 6):
            openings.append(_window("C1821", mid))
        elif i == 3 and index == 1:
            openings.append(_door("M3627", mid - 1800, 3600, -1))
        else:
            openings += [_window("C3021", x0 + 2500), _window("C3021", x1 - 2500)]
    return Wall(0, A, X_AXES[-1], A, tuple(openings))


def _north_wall(index: int) -> Wall:
    openings: list[Opening] = []
    for i in range(7):
        x0, x1 = X_AXES[i], X_AXES[i + 1]
        if i in (0, 6):
            openings.append(_window("C1515", (x0 + x1) / 2, 1500))
        elif index == 1 and HALL[0] <= i < HALL[1]:
            openings.append(_door("M1824", x0 + 3600, 1800, 1))
        else:
            openings += [_window("C2421", x0 + 2500), _window("C2421", x1 - 2500)]
    return Wall(0, D, X_AXES[-1], D, tuple(openings))


def _corridor_walls(index: int) -> list[Wall]:
    south: list[Opening] = []
    north: list[Opening] = []
    for i in range(7):
        x0, x1 = X_AXES[i], X_AXES[i + 1]
        if i in (0, 6):
            south.append(_door("FM乙1521", (x0 + x1) / 2 - 750, 1500, -1))
            north.append(_door("M1021", x0 + 600 if i == 0 else x1 - 1600, 1000, 1, flip=i == 6))
            continue
        if not (i == 3 and index == 1):
            south += [
                _door("M1024", x0 + 500, 1000, -1),
                _window("C2409", (x0 + x1) / 2, 1800, 2700),
                _door("M1024", x1 - 1500, 1000, -1, flip=True),
            ]
        if not (i == 3 and index == 1):
            north += [
                _door("M1024", x0 + 500, 1000),
                _window("C2409", (x0 + x1) / 2, 1800, 2700),
                _door("M1024", x1 - 1500, 1000, flip=True),
            ]
    x1, x2 = X_AXES[3], X_AXES[4]
    if index > 1:
        return [Wall(0, B, X_AXES[-1], B, tuple(south)), Wall(0, C, X_AXES[-1], C, tuple(north))]
    walls = []
    for y, openings in ((B, south), (C, north)):
        left = tuple(o for o in openings if o.at < x1)
        right = tuple(
            Opening(o.tag, o.at - x2, o.width, o.sill, o.head, o.swing, o.flip) for o in openings if o.at > x2
        )
        walls += [Wall(0, y, x1, y, left), Wall(x2, y, X_AXES[-1], y, right)]
    return walls


def _end_walls(index: int) -> list[Wall]:
    """The two gables and, on the first storey, the hall's walls."""
    mid = (B + C) / 2 - A
    end = (_door("M1824", mid - 900, 1800, 1) if index == 1 else _window("C1821", mid),)
    walls = [Wall(0, A, 0, D, end), Wall(X_AXES[-1], A, X_AXES[-1], D, end)]
    if index == 1:
        x0, x1 = X_AXES[HALL[0]], X_AXES[HALL[1]]
        side = tuple(_window("C2421", t) for t in (1900, 4500, 7700, 10300))
        front = (_window("C3021", 3000), _door("M1824", 8100, 1800, 1), _window("C3021", 15000))
        walls += [Wall(x0, D, x0, F, side), Wall(x1, D, x1, F, side), Wall(x0, F, x1, F, front)]
    return walls


def moved_wall(issue: int) -> float:
    """Where the wall between office and the next room stands on storeys 2 and 3; it moves in issue 2."""
    return X_AXES[2] - (1500 if issue > 1 else 0)


@lru_cache(maxsize=16)
def storey(index: int, issue: int) -> Storey:
    """The storey as it is drawn in that issue; in issue 2 a wall of storeys 2 and 3 stands elsewhere."""
    walls = [_south_wall(index), _north_wall(index), *_corridor_walls(index), *_end_walls(index)]
    rooms: list[Room] = [Room("走廊", X_AXES[0], B, X_AXES[-1], C, "corridor")]
    south_cuts = list(X_AXES)
    north_cuts = list(X_AXES)
    if index > 1:
        north_cuts[2] = moved_wall(issue)
    for i, cut in enumerate(south_cuts[1:-1], start=1):
        walls.append(Wall(cut, A, cut, B))
        walls.append(Wall(north_cuts[i], C, north_cuts[i], D))
    for i in range(7):
        use = SOUTH_USES[i] if index == 1 or i != 3 else "合班教室"
        rooms.append(Room(use, south_cuts[i], A, south_cuts[i + 1], B, _furnish(use)))
        use = NORTH_USES[index][i]
        rooms.append(Room(use, north_cuts[i], C, north_cuts[i + 1], D, _furnish(use)))
    if index == 1:
        rooms.append(Room("多功能厅", X_AXES[HALL[0]], D, X_AXES[HALL[1]], F, "hall"))
    return Storey(index, LEVELS[index - 1], tuple(walls), tuple(rooms))


def _furnish(name: str) -> str:
    if name.endswith("楼梯间"):
        return "stair"
    if name.endswith("卫生间"):
        return "toilet"
    return "classroom" if name.endswith("教室") else "room"


def columns(index: int) -> tuple[tuple[float, float], ...]:
    """Column centres of a storey; the hall has its own on the first only."""
    main = [(x, y) for x in X_AXES for y in (A, B, C, D)]
    hall = [(X_AXES[i], y) for i in (HALL[0], HALL[1]) for y in (E, F)]
    return tuple(main + hall) if index == 1 else tuple(main)


def outline(rects: list[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """The outline of a union of rectangles as segments, found on the grid of their own edges."""
    xs = sorted({x for r in rects for x in (r[0], r[2])})
    ys = sorted({y for r in rects for y in (r[1], r[3])})
    column, row = {x: i for i, x in enumerate(xs)}, {y: i for i, y in enumerate(ys)}
    inside = [[False] * (len(ys) + 1) for _ in range(len(xs) + 1)]
    for x0, y0, x1, y1 in rects:
        for i in range(column[x0], column[x1]):
            for j in range(row[y0], row[y1]):
                inside[i][j] = True
    segments = []
    for i, x in enumerate(xs):
        start = None
        for j in range(len(ys)):
            edge = inside[i][j] != inside[i - 1][j]
            if edge and start is None:
                start = ys[j]
            if not edge and start is not None:
                segments.append((x, start, x, ys[j]))
                start = None
    for j, y in enumerate(ys):
        start = None
        for i in range(len(xs)):
            edge = inside[i][j] != inside[i][j - 1]
            if edge and start is None:
                start = xs[i]
            if not edge and start is not None:
                segments.append((start, y, xs[i], y))
                start = None
    return segments
