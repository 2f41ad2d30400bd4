"""The signs of the drafting standard: axes, dimensions, levels, callouts, titles (GB/T 50001-2017, chapters 7-11)."""

import math
from collections.abc import Sequence
from itertools import pairwise

from app.cli.demo_set.canvas import Point, View, text_width, turned


def axis_bubble(v: View, x: float, y: float, label: str, radius: float = 4.5) -> None:
    """An axis number in its circle of 8-10 mm, centred at (x, y)."""
    v.arc(x, y, v.mm(radius), "轴号")
    v.text(x, y, label, 4.0 if len(label) < 2 else 3.5, "cm", layer="轴号")


def dimension(v: View, a: float, b: float, at: float, *, vertical: bool = False, label: str = "") -> None:
    """One dimension from a to b along the line at `at`, with 45-degree ticks and the length above."""
    tick = v.mm(1.0)

    def place(t: float, s: float) -> Point:
        return (s, t) if vertical else (t, s)

    v.path((place(a, at), place(b, at)), "尺寸标注")
    for t in (a, b):
        v.path((place(t, at - v.mm(2.0)), place(t, at + v.mm(1.2))), "尺寸标注")
        x, y = place(t, at)
        v.path(((x - tick, y - tick), (x + tick, y + tick)), "尺寸标注", weight=0.5)
    value = label or f"{abs(b - a):.0f}"
    x, y = place((a + b) / 2, at)
    room = abs(b - a) * v.k
    height = 3.0 if text_width(value, 3.0, 0.7) < room - 0.6 else 2.2
    shift = v.mm(0.8)
    if vertical:
        v.text(x - shift, y, value, height, "cb", angle=90, layer="尺寸标注", narrow=0.7)
    else:
        v.text(x, y + shift, value, height, "cb", layer="尺寸标注", narrow=0.7)


def chain(v: View, stops: Sequence[float], at: float, *, vertical: bool = False) -> None:
    """A chain of dimensions through sorted stops; stops closer than 1 mm of the model are one."""
    kept: list[float] = []
    for s in sorted(stops):
        if not kept or s - kept[-1] > 1:
            kept.append(s)
    for a, b in pairwise(kept):
        dimension(v, a, b, at, vertical=vertical)


def level_text(metres: float) -> str:
    """A level as it is written: ±0.000, 3.900, -0.450."""
    return "±0.000" if abs(metres) < 0.0005 else f"{metres:.3f}"


def level_mark(
    v: View,
    x: float,
    y: float,
    metres: float | str,
    *,
    left: bool = False,
    tail: float = 15,
    below: bool = False,
) -> None:
    """The right-angled triangle with its point at (x, y) and the level on the line; `below` hangs it under."""
    side = -1 if left else 1
    s = v.mm(3.0)
    up = -s if below else s
    v.path(((x + s, y + up), (x, y), (x - s, y + up)), "标高")
    v.path(((x - s * side, y + up), (x + side * v.mm(tail), y + up)), "标高")
    value = metres if isinstance(metres, str) else level_text(metres)
    row = y + up + (-v.mm(0.6) if below else v.mm(0.6))
    anchor = ("r" if left else "l") + ("t" if below else "b")
    v.text(x + side * v.mm(1.2), row, value, 3.0, anchor, layer="标高", narrow=0.75)


def section_mark(v: View, x: float, y: float, label: str, *, look: int = 1, vertical: bool = True) -> None:
    """The end of a cutting line: a thick stroke along the cut, a shorter one in the direction of view."""
    long, short = v.mm(8), v.mm(5) * look
    if vertical:
        v.path(((x, y + long), (x, y), (x + short, y)), "符号", weight=0.7)
        v.text(x + short * 1.3, y, label, 5, "cm")
    else:
        v.path(((x - long, y), (x, y), (x, y + short)), "符号", weight=0.7)
        v.text(x, y + short * 1.4, label, 5, "cm")


def index_callout(
    v: View, x: float, y: float, number: str, sheet: str, *, dx: float = 14, dy: float = 12
) -> None:
    """索引符号: a leader from (x, y) to a circle of 10 mm with the detail's number over its sheet's."""
    ex, ey = x + v.mm(dx), y + v.mm(dy)
    side = 1 if dx >= 0 else -1
    v.path(((x, y), (ex, ey), (ex + side * v.mm(5), ey)), "符号", weight=0.18)
    cx = ex + side * v.mm(10)
    v.arc(cx, ey, v.mm(5), "符号", weight=0.18)
    v.line(cx - v.mm(5), ey, cx + v.mm(5), ey, "符号", 0.18)
    v.text(cx, ey + v.mm(2.2), number, 3.0, "cm", layer="符号", narrow=0.7)
    v.text(cx, ey - v.mm(2.3), sheet, 3.0, "cm", layer="符号", narrow=0.7)


def leader(v: View, x: float, y: float, lines: Sequence[str], *, dx: float = 8, dy: float = 10) -> None:
    """A leader from (x, y) with one or more lines of text standing on it, as layered constructions are noted."""
    ex, ey = x + v.mm(dx), y + v.mm(dy)
    longest = max(text_width(line, 3.0, 0.75) for line in lines)
    side = 1 if dx >= 0 else -1
    v.path(((x, y), (ex, ey)), "符号", weight=0.18)
    v.arc(x, y, v.mm(0.5), "符号", fill=True)
    for i, line in enumerate(lines):
        row = ey - v.mm(5.0) * i
        v.line(ex, row, ex + side * v.mm(longest + 2), row, "符号", 0.18)
        v.text(ex + side * v.mm(1), row + v.mm(0.7), line, 3.0, "lb" if dx >= 0 else "rb", narrow=0.75)
    if len(lines) > 1:
        v.line(ex, ey, ex, ey - v.mm(5.0) * (len(lines) - 1), "符号", 0.18)


def drawing_title(v: View, x: float, y: float, name: str, scale: str, number: str = "") -> None:
    """图名 with its thick and thin underline, scale at the right; the centre of the line is (x, y)."""
    if number:
        v.arc(x - v.mm(11), y, v.mm(7), "符号", weight=0.7)
        v.text(x - v.mm(11), y, number, 6, "cm")
        v.text(x - v.mm(1.5), y, scale, 5, "lm")
        v.text(x - v.mm(1.5) + v.mm(text_width(scale, 5) + 4), y, name, 5, "lm")
        return
    width = text_width(name, 7)
    left = x - v.mm(width / 2)
    v.text(x, y, name, 7, "cb")
    v.line(left - v.mm(2), y - v.mm(1.6), left + v.mm(width + 2), y - v.mm(1.6), "符号", 0.8)
    v.line(left - v.mm(2), y - v.mm(2.8), left + v.mm(width + 2), y - v.mm(2.8), "符号", 0.18)
    v.text(left + v.mm(width + 5), y, scale, 5, "lb")


def north_arrow(v: View, x: float, y: float, degrees: float = 0) -> None:
    """指北针: a circle of 24 mm with the arrow's tail 3 mm wide."""
    r = v.mm(12)
    v.arc(x, y, r, "符号", weight=0.25)
    tip, left, right = (turned(px, py, degrees) for px, py in ((0, r), (-r / 8, -r), (r / 8, -r)))
    v.path([(x + p[0], y + p[1]) for p in (tip, left, right)], "符号", closed=True, fill=True)
    nx, ny = turned(0, r + v.mm(4), degrees)
    v.text(x + nx, y + ny, "北", 5, "cm")


def break_line(v: View, x1: float, y1: float, x2: float, y2: float) -> None:
    """折断线: a thin line with the zigzag in its middle."""
    dx, dy = x2 - x1, y2 - y1
    length = math.hypot(dx, dy) or 1
    ux, uy = dx / length, dy / length
    z = v.mm(2.2)
    mx, my = (x1 + x2) / 2, (y1 + y2) / 2
    points = [
        (x1, y1),
        (mx - ux * z, my - uy * z),
        (mx - ux * z / 2 - uy * z, my - uy * z / 2 + ux * z),
        (mx + ux * z / 2 + uy * z, my + uy * z / 2 - ux * z),
        (mx + ux * z, my + uy * z),
        (x2, y2),
    ]
    v.path(points, "符号", weight=0.18)


def slope_arrow(v: View, x1: float, y1: float, x2: float, y2: float, label: str) -> None:
    """An arrow that falls from the first point to the second, with the slope beside it."""
    v.line(x1, y1, x2, y2, "符号", 0.18)
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    arrow_head(v, x2, y2, angle)
    flat = angle if -91 < angle < 89 else angle + 180
    nx, ny = turned(0, v.mm(0.8), flat)
    v.text((x1 + x2) / 2 + nx, (y1 + y2) / 2 + ny, label, 3.0, "cb", angle=flat, narrow=0.75)


def arrow_head(v: View, x: float, y: float, degrees: float, length: float = 3.0) -> None:
    """A filled arrow head with its point at (x, y), flying in the given direction."""
    ends = (turned(-v.mm(length), v.mm(0.5), degrees), turned(-v.mm(length), -v.mm(0.5), degrees))
    v.path(((x, y), *((x + e[0], y + e[1]) for e in ends)), "符号", closed=True, fill=True)


def revision_cloud(v: View, x: float, y: float, w: float, h: float, revision: str) -> None:
    """修订云线 around a rectangle, with the revision's letter in a triangle at its upper right."""
    pitch = v.mm(5)
    corners = ((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y))
    points: list[Point] = []
    for (ax, ay), (bx, by) in pairwise(corners):
        length = math.hypot(bx - ax, by - ay)
        count = max(1, round(length / pitch))
        ux, uy = (bx - ax) / length, (by - ay) / length
        half = length / count / 2
        for i in range(count):
            for step in range(7):
                t = math.pi * step / 6
                along, out = half * (2 * i + 1 - math.cos(t)), half * 0.7 * math.sin(t)
                points.append((ax + ux * along + uy * out, ay + uy * along - ux * out))
    v.path(points, "修订云线", closed=True)
    tx, ty, s = x + w + v.mm(3), y + h + v.mm(2), v.mm(4)
    v.path(((tx - s, ty), (tx + s, ty), (tx, ty + s * 1.73)), "修订云线", closed=True)
    v.text(tx, ty + s * 0.6, revision, 3.5, "cm", layer="修订云线")
