"""The storey plan that architecture, water, electricity and air sheets share, drawn from the building model."""

from app.cli.demo_set.building import (
    COLUMN,
    THICK,
    X_AXES,
    X_NAMES,
    Y_AXES,
    Y_NAMES,
    B,
    C,
    D,
    F,
    Opening,
    Room,
    Storey,
    Wall,
    columns,
    outline,
)
from app.cli.demo_set.canvas import Text, View
from app.cli.demo_set.symbols import arrow_head, axis_bubble, break_line, chain, dimension

WIDTH, DEPTH = X_AXES[-1], Y_AXES[-1]


def axes(v: View, *, deep: bool = True, dims: bool = True) -> None:
    """Axis lines, their bubbles on all four sides, and the two outer chains of dimensions."""
    top = F if deep else D
    names = list(zip(Y_AXES, Y_NAMES, strict=True))[: None if deep else 4]
    out = v.mm(42)
    for x, name in zip(X_AXES, X_NAMES, strict=True):
        v.line(x, -out - v.mm(6), x, top + out, "轴线")
        axis_bubble(v, x, -out - v.mm(10.5), name)
        axis_bubble(v, x, top + out + v.mm(4.5), name)
    for y, name in names:
        v.line(-out, y, WIDTH + out, y, "轴线")
        axis_bubble(v, -out - v.mm(4.5), y, name)
        axis_bubble(v, WIDTH + out + v.mm(4.5), y, name)
    if not dims:
        return
    half = THICK / 2
    ys = [y for y, _ in names]
    for at in (-v.mm(34), top + v.mm(26)):
        chain(v, X_AXES, at)
    for at in (-v.mm(43), top + v.mm(36)):
        dimension(v, -half, WIDTH + half, at)
    for at in (-v.mm(26), WIDTH + v.mm(26)):
        chain(v, ys, at, vertical=True)
    for at in (-v.mm(36), WIDTH + v.mm(36)):
        dimension(v, -half, top + half, at, vertical=True)


def opening_chains(v: View, storey: Storey) -> None:
    """The innermost chains: openings of the south and north fronts and of the two gables."""
    half = THICK / 2
    top = F if storey.index < 3 else D
    for wall in storey.walls:
        stops = [s for o in wall.openings for s in (o.at, o.at + o.width)]
        if wall.along_x and wall.y1 == 0:
            chain(v, [-half, *X_AXES, *stops, WIDTH + half], -v.mm(25))
        elif wall.along_x and wall.y1 == top:
            moved = [s + wall.x1 for s in stops]
            edge = [wall.x1, wall.x2] if top == F else [-half, *X_AXES, WIDTH + half]
            chain(v, [*edge, *moved], top + v.mm(16))
        elif not wall.along_x and wall.x1 in (0, WIDTH) and wall.y1 == 0:
            at = -v.mm(16) if wall.x1 == 0 else WIDTH + v.mm(16)
            chain(v, [-half, 0, B, C, D, D + half, *stops], at, vertical=True)


def storey_plan(v: View, storey: Storey, *, furniture: bool = True, names: bool = True) -> None:
    """Walls as double lines, filled columns, doors, windows, stairs, furniture and room names."""
    rects = [piece for wall in storey.walls for piece in wall.solids()]
    for x1, y1, x2, y2 in outline(rects):
        v.line(x1, y1, x2, y2, "墙体")
    half = COLUMN / 2
    for x, y in columns(storey.index):
        v.rect(x - half, y - half, COLUMN, COLUMN, "柱", fill=True)
    for wall in storey.walls:
        for opening in wall.openings:
            _opening(v, wall, opening)
    for room in storey.rooms:
        _room(v, room, storey, furniture=furniture, names=names)


def _opening(v: View, wall: Wall, o: Opening) -> None:
    mid_x, mid_y = wall.place(o.at + o.width / 2)
    turn = 0.0 if wall.along_x else 90.0
    if o.is_door:
        start = o.at + (o.width if o.flip else 0)
        x, y = wall.place(start)
        angle = turn + (180 if o.flip else 0)
        mirror = (o.swing < 0) != o.flip
        kind = "双" if o.width > 1400 else "单"
        side = v.mm(3) if o.swing < 0 else -v.mm(3)
        lx, ly = (mid_x, mid_y + side) if wall.along_x else (mid_x + side, mid_y)
        px, py = v.point(lx, ly)
        label = Text(px, py, o.tag, 2.5, "门窗", "cm", turn, 0.75, "编号")
        v.insert(f"门-{kind}-{o.width:.0f}", x, y, angle, mirror=mirror, attributes=(label,))
        return
    dash = "DASHED" if o.sill > 1600 else None
    for offset in (-THICK / 2, -THICK / 6, THICK / 6, THICK / 2):
        if wall.along_x:
            v.line(
                mid_x - o.width / 2, mid_y + offset, mid_x + o.width / 2, mid_y + offset, "门窗", dash=dash
            )
        else:
            v.line(
                mid_x + offset, mid_y - o.width / 2, mid_x + offset, mid_y + o.width / 2, "门窗", dash=dash
            )
    side = v.mm(3.2) if wall.along_x and mid_y in (0.0, C) else -v.mm(3.2)
    x, y = (
        (mid_x, mid_y + side) if wall.along_x else (mid_x + (v.mm(3.2) if mid_x == 0 else -v.mm(3.2)), mid_y)
    )
    v.text(x, y, o.tag, 2.5, "cm", angle=turn, layer="门窗", narrow=0.75)


def _room(v: View, room: Room, storey: Storey, *, furniture: bool, names: bool) -> None:
    if room.use == "stair":
        stair(v, room, storey.index)
    elif furniture and room.use == "classroom":
        _desks(v, room)
    elif room.use == "toilet":
        _sanitary(v, room)
    elif furniture and room.use == "hall":
        _seats(v, room)
    if not names:
        return
    x, y = (room.x0 + room.x1) / 2, (room.y0 + room.y1) / 2
    if room.use == "stair":
        y = room.y0 + v.mm(11)
    if room.use == "toilet":
        y = room.y0 + v.mm(11)
    if room.use == "corridor":
        x = X_AXES[2] + 2600
    w = v.mm(13)
    if room.use in ("classroom", "hall"):
        for dy, value in ((v.mm(3.4), room.name), (-v.mm(3.4), f"{room.area:.2f}m²")):
            v.text(x, y + dy, value, 3.5 if dy > 0 else 3.0, "cm", narrow=0.8)
        v.line(x - w, y, x + w, y, "家具")
        return
    v.text(x, y + v.mm(2.8), room.name, 3.5, "cm")
    v.text(x, y - v.mm(2.8), f"{room.area:.2f}m²", 3.0, "cm")


def _desks(v: View, room: Room) -> None:
    """Rows that face the platform; the place of the room's name stays free."""
    mid_y = (room.y0 + room.y1) / 2
    v.rect(room.x0 + 350, mid_y - 1800, 80, 3600, "家具", 0.3)
    v.rect(room.x0 + 500, mid_y - 2200, 1000, 4400, "家具")
    v.rect(room.x0 + 1000, mid_y - 450, 420, 900, "家具")
    x = room.x0 + 2700
    while x < room.x1 - 900:
        for row in range(6):
            y = room.y0 + 1150 + row * (room.y1 - room.y0 - 2300) / 5
            near = abs(y - mid_y) < 900 and abs(x - (room.x0 + room.x1) / 2) < 1700
            if not near:
                v.insert("课桌", x, y, 90, layer="家具")
        x += 950


def _seats(v: View, room: Room) -> None:
    v.rect(room.x0 + 3000, room.y1 - 3200, room.x1 - room.x0 - 6000, 2600, "家具", 0.25)
    v.text((room.x0 + room.x1) / 2, room.y1 - 1900, "舞  台  0.600", 3.5, "cm")
    for row in range(8):
        y = room.y0 + 1600 + row * 850
        for bank in (-1, 1):
            x = (room.x0 + room.x1) / 2 + bank * 4300
            if row in (3, 4):
                x += bank * 900
            v.rect(x - 3000, y, 6000, 420, "家具")
            for seat in range(1, 11):
                v.line(x - 3000 + seat * 545, y, x - 3000 + seat * 545, y + 420, "家具")


def _sanitary(v: View, room: Room) -> None:
    x0, x1, y1 = room.x0 + 100, room.x1 - 100, room.y1 - 100
    stall = 950.0
    for i in range(4):
        y = y1 - i * stall
        v.rect(x0, y - stall, 1250, stall, "家具", 0.25)
        v.insert("蹲便器", x0 + 480, y - stall / 2, 90, layer="设备")
        if room.name.startswith("男"):
            v.insert("小便器", x1, y - 600, -90, layer="设备")
        else:
            v.rect(x1 - 1250, y - stall, 1250, stall, "家具", 0.25)
            v.insert("蹲便器", x1 - 480, y - stall / 2, -90, layer="设备")
    for i in range(3):
        v.insert(
            "洗手盆",
            x1 - 330 if room.x0 == 0 else x0 + 330,
            room.y0 + 1700 + i * 800,
            -90 if room.x0 == 0 else 90,
            layer="设备",
        )


def stair(v: View, room: Room, index: int) -> None:
    """A two-flight stair: treads of 280 mm, landing at the outer wall, cut by a break line on the first storey."""
    x0, x1 = room.x0 + 100, room.x1 - 100
    mid = (x0 + x1) / 2
    first, treads = room.y0 + 1900, 12
    last = first + treads * 280
    for i in range(treads + 1):
        y = first + i * 280
        for a, b in ((x0, mid - 80), (mid + 80, x1)):
            if index == 1 and a == x0 and i < 6:
                continue
            v.line(a, y, b, y, "楼梯")
    v.rect(mid - 80, first - 60, 160, last - first + 120, "楼梯", 0.25)
    v.rect(mid - 40, first - 20, 80, last - first + 40, "楼梯")
    up, down = (mid + x1) / 2, (x0 + mid) / 2
    v.line(up, last + 700, up, first + 300, "楼梯")
    arrow_head(v, up, first + 300, -90)
    v.text(up + v.mm(2), last + 500, "上", 3.0, "lm")
    if index == 1:
        break_line(v, mid + 80, first + 900, x1, first + 1700)
        return
    v.path(((down, last + 700), (down, first + 300)), "楼梯")
    arrow_head(v, down, first + 300, -90)
    v.text(down + v.mm(2), last + 500, "下", 3.0, "lm")
    break_line(v, mid + 80, first + 900, x1, first + 1700)
