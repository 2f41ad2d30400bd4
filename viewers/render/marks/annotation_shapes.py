"""How each kind of PDF annotation is shown as one of our shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf

MOST_POINTS = 2_000
MOST_PATHS = 200
_RING = 32
_PIN_UM = 3_000
"""Radius of what stands for a note without a shape."""
_USUAL_PT = 12.0
_FONT_SIZE = re.compile(r"([\d.]{1,12})\s+Tf")
_ARROWS = {"/OpenArrow", "/ClosedArrow", "/ROpenArrow", "/RClosedArrow", "/Slash"}
Place = Callable[[float, float], list[int]]
"""From user space to um of the sheet."""
Points = list[list[int]]


class NotShown(Exception):  # noqa: N818  an answer: the stable word says why
    """This annotation has no shape of ours."""


@dataclass(frozen=True)
class Drawn:
    """What stands for an annotation."""

    kind: str
    paths: list[Points]
    size: int = 0
    text: str = ""
    note: str = ""


def _numbers(raw: Any) -> list[float]:
    if not isinstance(raw, pikepdf.Array) or len(raw) > 200_000:
        raise ValueError("no numbers")
    return [float(v) for v in raw]


def _pairs(raw: Any, place: Place) -> Points:
    numbers = _numbers(raw)
    return [place(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]


def _rect(item: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = _numbers(item["/Rect"])
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _inner(item: Any) -> tuple[float, float, float, float]:
    """Rect without the differences that make room for a border (RD)."""
    x0, y0, x1, y1 = _rect(item)
    if isinstance(item.get("/RD"), pikepdf.Array):
        left, top, right, foot = (max(0.0, v) for v in _numbers(item["/RD"]))
        if left + right < x1 - x0 and top + foot < y1 - y0:
            return x0 + left, y0 + foot, x1 - right, y1 - top
    return x0, y0, x1, y1


def _box(place: Place, rect: Sequence[float]) -> Points:
    """Lower left and upper right on the sheet, whichever way the page is turned."""
    a, b = place(rect[0], rect[1]), place(rect[2], rect[3])
    return [[min(a[0], b[0]), min(a[1], b[1])], [max(a[0], b[0]), max(a[1], b[1])]]


def _corners(box: Points) -> Points:
    (x0, y0), (x1, y1) = box
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]


def _is_cloudy(item: Any) -> bool:
    effect = item.get("/BE")
    return isinstance(effect, pikepdf.Dictionary) and str(effect.get("/S", "")) == "/C"


def _thinned(paths: list[Points]) -> tuple[list[Points], str]:
    """Not more points and strokes than a mark may have; says when some were left out."""
    kept = [path for path in paths if path]
    if not kept:
        raise NotShown("nothing-drawn")
    note = "strokes-left-out" if len(kept) > MOST_PATHS else ""
    kept = kept[:MOST_PATHS]
    count = sum(map(len, kept))
    if count > MOST_POINTS:
        step = math.ceil(count / (MOST_POINTS - 2 * len(kept)))
        kept = [[*path[::step], path[-1]] if len(path) > 2 else path for path in kept]
        note = note or "points-thinned"
    return kept, note


def _ink_of(paths: list[Points]) -> Drawn:
    kept, note = _thinned(paths)
    return Drawn("ink", kept, note=note)


def _square(item: Any, place: Place, _unit: float) -> Drawn:
    box = _box(place, _inner(item))
    return Drawn("cloud", [_corners(box)]) if _is_cloudy(item) else Drawn("rectangle", [box])


def _circle(item: Any, place: Place, _unit: float) -> Drawn:
    (x0, y0), (x1, y1) = _box(place, _inner(item))
    ring = _ellipse((x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2)
    return Drawn("cloud", [ring]) if _is_cloudy(item) else _ink_of([[*ring, ring[0]]])


def _ellipse(x: float, y: float, wide: float, high: float) -> Points:
    turns = [2 * math.pi * n / _RING for n in range(_RING)]
    return [[round(x + wide * math.cos(t)), round(y + high * math.sin(t))] for t in turns]


def _line(item: Any, place: Place, _unit: float) -> Drawn:
    path = _pairs(item["/L"], place)[:2]
    if len(path) < 2:
        raise NotShown("nothing-drawn")
    raw = item.get("/LE")
    ends = [str(end) for end in raw] if isinstance(raw, pikepdf.Array) else []
    if any(end in _ARROWS for end in ends[1:2]):
        return Drawn("arrow", [path])
    if any(end in _ARROWS for end in ends[:1]):
        return Drawn("arrow", [path[::-1]])
    return _ink_of([path])


def _poly_line(item: Any, place: Place, _unit: float) -> Drawn:
    return _ink_of([_pairs(item["/Vertices"], place)])


def _polygon(item: Any, place: Place, _unit: float) -> Drawn:
    path = _pairs(item["/Vertices"], place)
    if len(path) < 3:
        raise NotShown("nothing-drawn")
    if _is_cloudy(item):
        kept, note = _thinned([path])
        return Drawn("cloud", kept, note=note)
    return _ink_of([[*path, path[0]]])


def _ink(item: Any, place: Place, _unit: float) -> Drawn:
    raw = item["/InkList"]
    if not isinstance(raw, pikepdf.Array):
        raise NotShown("nothing-drawn")
    return _ink_of([_pairs(stroke, place) for stroke in list(raw)[: MOST_PATHS + 1]])


def _quads(item: Any, place: Place) -> list[Points]:
    numbers = _numbers(item["/QuadPoints"])
    quads = [numbers[n : n + 8] for n in range(0, len(numbers) - 7, 8)][:MOST_PATHS]
    return [[place(x, y) for x, y in zip(q[::2], q[1::2], strict=True)] for q in quads]


def _highlight(item: Any, place: Place, _unit: float) -> Drawn:
    """The order of the four points differs between programs: their box is what all mean."""
    boxes = [_around(quad) for quad in _quads(item, place)]
    if len(boxes) == 1:
        return Drawn("rectangle", boxes)
    return _ink_of([[*_corners(box), _corners(box)[0]] for box in boxes])


def _through(item: Any, place: Place, share: float) -> Drawn:
    paths = []
    for quad in _quads(item, place):
        (x0, y0), (x1, y1) = _around(quad)
        if x1 - x0 >= y1 - y0:
            y = round(y0 + (y1 - y0) * share)
            paths.append([[x0, y], [x1, y]])
        else:  # text that runs up the sheet
            x = round(x1 - (x1 - x0) * share)
            paths.append([[x, y0], [x, y1]])
    return _ink_of(paths)


def _around(points: Points) -> Points:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return [[min(xs), min(ys)], [max(xs), max(ys)]]


def _strike_out(item: Any, place: Place, _unit: float) -> Drawn:
    return _through(item, place, 0.5)


def _underline(item: Any, place: Place, _unit: float) -> Drawn:
    return _through(item, place, 0.05)


def _free_text(item: Any, place: Place, unit: float) -> Drawn:
    if not str(item.get("/Contents", "")).strip():
        raise NotShown("no-text")
    found = _FONT_SIZE.search(str(item.get("/DA", "")))
    points = float(found.group(1)) if found else _USUAL_PT
    size = min(100_000, max(1_000, round((points or _USUAL_PT) * unit)))
    (x0, _), (_, y1) = _box(place, _inner(item))
    note = "callout-left-out" if "/CL" in item else ""
    return Drawn("text", [[[x0, y1 - size]]], size=size, note=note)


def _note(item: Any, place: Place, _unit: float) -> Drawn:
    """A note, a caret: a small ring where it stands."""
    (x0, y0), (x1, y1) = _box(place, _rect(item))
    ring = _ellipse((x0 + x1) / 2, (y0 + y1) / 2, _PIN_UM, _PIN_UM)
    return Drawn("ink", [[*ring, ring[0]]])


def _stamp(item: Any, place: Place, _unit: float) -> Drawn:
    """Whatever a stamp of another program says, it is no stamp of ours: a frame with its name."""
    name = str(item.get("/Name", "")).removeprefix("/").removeprefix("#")[:60]
    return Drawn("rectangle", [_box(place, _rect(item))], text=name, note="stamp-picture-left-out")


SHAPES: Mapping[str, Callable[[Any, Place, float], Drawn]] = {
    "/Square": _square,
    "/Circle": _circle,
    "/Line": _line,
    "/PolyLine": _poly_line,
    "/Polygon": _polygon,
    "/Ink": _ink,
    "/Highlight": _highlight,
    "/Underline": _underline,
    "/Squiggly": _underline,
    "/StrikeOut": _strike_out,
    "/FreeText": _free_text,
    "/Text": _note,
    "/Caret": _note,
    "/Stamp": _stamp,
}
