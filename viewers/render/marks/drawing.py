"""Marks as PDF operators, in um of sheet space scaled to the units of a page: the same shapes as on the screen
(``viewers/browser/marks/mark-shapes.js``), with their numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from viewers.render.marks.values import DrawnMark, Path2
from viewers.render.noto_font import advance, cid_of, has

BULGE_UM = 6_000
HEAD_UM = 5_000
LINE_MM = 0.7
THICK_MM = 1.0
NOTE_UM = 3_500
"""Height of words beside a shape."""
NOTE_CHARS = 24
"""So much of a note stands on the sheet; all of it stands in the list."""
LEADING = 1.3
BADGE_UM = 3_000
"""Radius of the disc with the number."""
_ARC = 0.5523
"""Control points of a quarter circle (4/3 · (√2 - 1))."""
Box = tuple[int, int, int, int]
Operators = list[str]


def box_of(mark: DrawnMark) -> Box:
    """Around everything that :func:`operators` draws, um."""
    xs = [x for path in mark.paths for x, _ in path] or [0]
    ys = [y for path in mark.paths for _, y in path] or [0]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    if mark.kind == "text":
        lines = mark.text.split("\n")
        x1 = max(x1, x0 + round(max(width_of(line) for line in lines) * mark.size))
        y0, y1 = y0 - round(LEADING * mark.size * (len(lines) - 1)) - mark.size // 4, y1 + mark.size
    elif caption := _caption(mark):
        x1 = max(x1, x0 + round(width_of(caption) * NOTE_UM))
        y0 -= round(NOTE_UM * (LEADING + 0.4))
    if mark.kind == "measurement":
        x1, y1 = x1 + round(width_of(mark.caption) * NOTE_UM), y1 + NOTE_UM
    room = BULGE_UM if mark.kind == "cloud" else 2_000
    left, top = min(xs) - 2 * BADGE_UM - room, max(ys) + 2 * BADGE_UM + room
    return min(x0 - room, left), y0 - room, x1 + room, max(y1 + room, top)


def operators(mark: DrawnMark, unit: float) -> bytes:
    """The mark and its number; ``unit`` is one um in the units of the page. Text is in the font ``/F``."""
    red, green, blue = rgb(mark.ink)
    colour = f"{red:.3f} {green:.3f} {blue:.3f}"
    is_thick = mark.kind.startswith("markup_") or mark.kind == "stamp"
    width = (THICK_MM if is_thick else LINE_MM) * 1_000
    out = [f"q {unit:.9f} 0 0 {unit:.9f} 0 0 cm {colour} RG {colour} rg {width:g} w 1 J 1 j\n"]
    out += _SHAPES.get(mark.kind, _ink)(mark)
    if mark.kind != "text" and (caption := _caption(mark)):
        x0, y0 = min(x for p in mark.paths for x, _ in p), min(y for p in mark.paths for _, y in p)
        out += words(caption, x0, y0 - NOTE_UM * LEADING, NOTE_UM)
    out += _badge(mark, colour)
    out.append("Q\n")
    return "".join(out).encode("ascii")


def rgb(ink: str) -> tuple[float, float, float]:
    """``#rrggbb`` as PDF counts colours."""
    red, green, blue = (int(ink[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def shown(text: str) -> str:
    """A text with a box for what the font lacks."""
    return "".join(char if has(char) else "□" for char in text)


def width_of(text: str) -> float:
    """Of one line, in em."""
    return advance(shown(text))


def words(text: str, x: float, y: float, size: float) -> Operators:
    """One line of text from its baseline."""
    codes = "".join(f"{cid_of(char):04x}" for char in shown(text))
    return [f"BT /F {size:g} Tf {x:.1f} {y:.1f} Td <{codes}> Tj ET\n"]


def _caption(mark: DrawnMark) -> str:
    first = mark.basis or next(iter(mark.text.splitlines()), "")
    return first if len(first) <= NOTE_CHARS else first[: NOTE_CHARS - 1] + "…"


def _badge(mark: DrawnMark, colour: str) -> Operators:
    """A disc with the number, at the upper left of the shape."""
    aside = 5_000 if mark.kind == "photo" else BADGE_UM
    x = min(x for p in mark.paths for x, _ in p) - aside
    y = max(y for p in mark.paths for _, y in p) + aside
    size = BADGE_UM * (1.3 if mark.number < 100 else 0.95)
    label = str(mark.number)
    left = x - width_of(label) * size / 2
    return [
        f"{colour} rg ",
        *disc(x, y, BADGE_UM),
        "f\n1 g ",
        *words(label, left, y - size * 0.36, size),
    ]


def disc(x: float, y: float, r: float) -> Operators:
    """The path of a circle."""
    k = r * _ARC
    return [
        f"{x + r:.1f} {y:.1f} m {x + r:.1f} {y + k:.1f} {x + k:.1f} {y + r:.1f} {x:.1f} {y + r:.1f} c ",
        f"{x - k:.1f} {y + r:.1f} {x - r:.1f} {y + k:.1f} {x - r:.1f} {y:.1f} c ",
        f"{x - r:.1f} {y - k:.1f} {x - k:.1f} {y - r:.1f} {x:.1f} {y - r:.1f} c ",
        f"{x + k:.1f} {y - r:.1f} {x + r:.1f} {y - k:.1f} {x + r:.1f} {y:.1f} c ",
    ]


def _path(points: Sequence[tuple[float, float]], *, is_closed: bool = False) -> str:
    steps = " ".join(f"{x:.1f} {y:.1f} {'l' if n else 'm'}" for n, (x, y) in enumerate(points))
    return f"{steps}{' h' if is_closed else ''} "


def _corners(mark: DrawnMark) -> Box:
    (ax, ay), (bx, by) = mark.paths[0][:2]
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _ink(mark: DrawnMark) -> Operators:
    strokes = [path if len(path) > 1 else (path[0], path[0]) for path in mark.paths]
    return [*(_path(stroke) for stroke in strokes), "S\n"]


def _line(mark: DrawnMark) -> Operators:
    return [_path(mark.paths[0], is_closed=mark.is_closed), "S\n"]


def _ring(mark: DrawnMark) -> Operators:
    return [_path(mark.paths[0], is_closed=True), "S\n"]


def _rectangle(mark: DrawnMark) -> Operators:
    x0, y0, x1, y1 = _corners(mark)
    return [f"{x0} {y0} {x1 - x0} {y1 - y0} re S\n"]


def _cross(mark: DrawnMark) -> Operators:
    x0, y0, x1, y1 = _corners(mark)
    return [_path([(x0, y0), (x1, y1)]), _path([(x0, y1), (x1, y0)]), "S\n"]


def _arrow(mark: DrawnMark) -> Operators:
    (ax, ay), (bx, by) = mark.paths[0][:2]
    angle = math.atan2(by - ay, bx - ax)
    length = min(HEAD_UM, math.hypot(bx - ax, by - ay) / 2)
    sides = [(bx - length * math.cos(angle + t), by - length * math.sin(angle + t)) for t in (0.45, -0.45)]
    return [_path([(ax, ay), (bx, by)]), _path([sides[0], (bx, by), sides[1]]), "S\n"]


def _text(mark: DrawnMark) -> Operators:
    x, y = mark.paths[0][0]
    out: Operators = []
    for n, line in enumerate(mark.text.split("\n")):
        out += words(line, x, y - n * mark.size * LEADING, mark.size)
    return out


def _stamp(mark: DrawnMark) -> Operators:
    x0, y0, x1, y1 = _corners(mark)
    em = max(width_of(mark.caption), 1.0)
    size = max(500.0, min((y1 - y0) * 0.6, (x1 - x0) / em * 0.9))
    left = (x0 + x1 - width_of(mark.caption) * size) / 2
    return [*_rectangle(mark), *words(mark.caption, left, (y0 + y1) / 2 - size * 0.36, size)]


def _measurement(mark: DrawnMark) -> Operators:
    path = mark.paths[0]
    x, y = path[(len(path) - 1) // 2]
    return [*_line(mark), *words(mark.caption, x, y + 800, NOTE_UM)]


def _photo(mark: DrawnMark) -> Operators:
    """A camera about the point."""
    x, y = mark.paths[0][0]
    body = f"{x - 3_500} {y - 2_500} 7000 5000 re {x - 1_200} {y + 2_500} 2400 1000 re S\n"
    return [body, *disc(x, y, 1_500), "S\n"]


def _cloud(mark: DrawnMark) -> Operators:
    """Bulges outward along a polygon, each a half circle and a little less, as two curves."""
    ring = list(mark.paths[0])
    if _twice_area(mark.paths[0]) < 0:
        ring.reverse()
    out = [_path(ring[:1])]
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
        length = math.hypot(bx - ax, by - ay)
        count = min(400, max(1, round(length / BULGE_UM)))
        steps = (_between((ax, ay), (bx, by), n / count, (n + 1) / count) for n in range(count))
        out += [_bulge(*step) for step in steps]
    return [*out, "h S\n"]


def _between(
    a: tuple[int, int], b: tuple[int, int], start: float, end: float
) -> tuple[float, float, float, float]:
    dx, dy = b[0] - a[0], b[1] - a[1]
    return a[0] + dx * start, a[1] + dy * start, a[0] + dx * end, a[1] + dy * end


def _bulge(ax: float, ay: float, bx: float, by: float) -> str:
    """One curve to the right of a step: outside of a ring that runs counter-clockwise."""
    out_x, out_y = (by - ay) * 0.6, -(bx - ax) * 0.6
    return f"{ax + out_x:.1f} {ay + out_y:.1f} {bx + out_x:.1f} {by + out_y:.1f} {bx:.1f} {by:.1f} c "


def _twice_area(path: Path2) -> int:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*path, path[0]]))


_SHAPES: Mapping[str, Callable[[DrawnMark], Operators]] = {
    "cloud": _cloud,
    "arrow": _arrow,
    "text": _text,
    "ink": _ink,
    "rectangle": _rectangle,
    "stamp": _stamp,
    "measurement": _measurement,
    "photo": _photo,
    "markup_strike": _line,
    "markup_cross": _cross,
    "markup_ring": _ring,
}
