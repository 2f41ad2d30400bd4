"""Edits of the blind part: kinds that the first three parts do not have (canvas and page objects)."""

import ctypes
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pypdfium2.raw as pdfium_c

from app.cli.demo_set.canvas import Canvas, Hatch, Insert, Path, Primitive, Text
from tests.assets.pair_edits import (
    Box,
    Item,
    _bounds,
    _long_side,
    _objects,
    _pick,
    box_of,
    shifted,
)
from viewers.render.pdf_space import SheetSpace

_OTHER_BLOCK = {"门-单-600": "门-单-1000", "门-单-900": "门-单-1500", "门-单-1000": "门-单-600"}
_FRAME = ("图框", "演示", "图签文字")


def text_nudged(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A text two millimetres away."""
    i = _pick(canvas, chance, lambda p: isinstance(p, Text) and p.layer not in _FRAME)
    old = canvas.drawing[i]
    dx, dy = chance.choice([(2, 0), (-2, 0), (0, 2), (0, -2)])
    canvas.drawing[i] = shifted(old, dx, dy)
    return [("major", [box_of(old), box_of(canvas.drawing[i])])]


def hatch_pattern(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Another pattern over the same area: another material."""
    i = _pick(canvas, chance, lambda p: isinstance(p, Hatch) and p.pattern != "SOLID" and _long_side(p) > 6)
    old = canvas.drawing[i]
    other = "BRICK" if old.pattern != "BRICK" else "ANSI31"
    canvas.drawing[i] = replace(old, pattern=other)
    return [("major", [box_of(old)])]


def weight_only(canvas: Canvas, chance: random.Random) -> list[Item]:
    """The pen alone."""
    i = _pick(
        canvas,
        chance,
        lambda p: isinstance(p, Path) and p.layer not in _FRAME and 8 < _long_side(p) < 200 and not p.fill,
    )
    old = canvas.drawing[i]
    canvas.drawing[i] = replace(old, weight=old.weight * 2.5 if old.weight < 0.4 else 0.18)
    return [("minor", [box_of(old)])]


def dimension_overridden(canvas: Canvas, chance: random.Random) -> list[Item]:
    """The figure of a dimension typed over, with words."""
    i = _pick(
        canvas, chance, lambda p: isinstance(p, Text) and p.value.strip().isdigit() and len(p.value) >= 3
    )
    old = canvas.drawing[i]
    new = replace(old, value=f"{old.value}(原{int(old.value) - 50})")
    canvas.drawing[i] = new
    return [("major", [box_of(old), box_of(new)])]


def block_replaced(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Another block at the same place."""
    i = _pick(canvas, chance, lambda p: isinstance(p, Insert) and p.layer != "底图")
    old = canvas.drawing[i]
    name = _OTHER_BLOCK.get(old.block, "洗手盆" if old.block != "洗手盆" else "蹲便器")
    canvas.drawing[i] = replace(old, block=name)
    return [("major", [box_of(old)])]


def table_column(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A column of four rows added, with a figure in each."""
    x, y = chance.uniform(0.3, 0.6) * canvas.width, chance.uniform(0.3, 0.6) * canvas.height
    v = canvas.view()
    for n in range(5):
        v.line(x, y + 7 * n, x + 18, y + 7 * n, "表格")
    v.line(x + 18, y, x + 18, y + 28, "表格")
    for n in range(4):
        v.text(x + 9, y + 7 * n + 3.5, str(chance.randint(100, 999)), 3.0, "cm")
    return [("major", [(x, y, x + 18, y + 28)])]


def detail_moved(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Everything within a window of 60 x 50 mm stands 70 mm elsewhere."""
    inner = [p for p in canvas.drawing if p.layer not in _FRAME and _long_side(p) < 45]
    middle = box_of(chance.choice(inner))
    x, y = (middle[0] + middle[2]) / 2, (middle[1] + middle[3]) / 2
    dx = 70 if x < canvas.width / 2 else -70
    old: list[Box] = []
    new: list[Box] = []
    for i, p in enumerate(canvas.drawing):
        b = box_of(p)
        if p.layer in _FRAME or b[0] < x - 30 or b[2] > x + 30 or b[1] < y - 25 or b[3] > y + 25:
            continue
        canvas.drawing[i] = shifted(p, dx, 0)
        old.append(b)
        new.append(box_of(canvas.drawing[i]))
    return [("major", old), ("major", new)]


def layer_frozen(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A layer of up to a hundred things is not plotted any more."""
    count: dict[str, int] = {}
    for p in canvas.drawing:
        count[p.layer] = count.get(p.layer, 0) + 1
    name = chance.choice(sorted(n for n, c in count.items() if n not in (*_FRAME, "底图") and 3 <= c <= 110))
    gone = [box_of(p) for p in canvas.drawing if p.layer == name]
    canvas.drawing[:] = [p for p in canvas.drawing if p.layer != name]
    return [("major", gone)]


def new_revision(canvas: Canvas, chance: random.Random) -> list[Item]:
    """What every new revision must change: version, date, and a row in the table of revisions."""
    items: list[Item] = []
    letter, day = chance.choice("BCD"), f"2026.0{chance.randint(4, 9)}.1{chance.randint(0, 9)}"
    fresh: list[Primitive] = []
    for i, p in enumerate(canvas.title_block):
        if not isinstance(p, Text):
            continue
        if p.tag in ("版次", "日期"):
            new = replace(p, value=letter if p.tag == "版次" else day)
            canvas.title_block[i] = new
            items.append(("title", [box_of(p), box_of(new)]))
        elif not p.tag and p.value in ("A", "施工图出图", "2026.03.10"):
            value = {"A": letter, "施工图出图": "按审图意见修改"}.get(p.value, day)
            fresh.append(replace(p, y=p.y - 7, value=value))
    if fresh:
        items.append(("title", [box_of(p) for p in fresh]))
    canvas.title_block += fresh
    return items


def revision_with_change(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A new revision, and one change of the drawing."""
    return new_revision(canvas, chance) + text_nudged(canvas, chance)


def small_texts(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Small things: a digit of a level, a comma, a unit."""
    i = _pick(canvas, chance, lambda p: isinstance(p, Text) and "." in p.value and len(p.value) < 9)
    old = canvas.drawing[i]
    canvas.drawing[i] = replace(old, value=old.value.replace(".", "", 1))
    return [("major", [box_of(old)])]


def line_extended(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A line three millimetres longer."""
    i = _pick(
        canvas,
        chance,
        lambda p: (
            isinstance(p, Path) and len(p.points) == 2 and p.layer not in _FRAME and 8 < _long_side(p) < 150
        ),
    )
    old = canvas.drawing[i]
    (ax, ay), (bx, by) = old.points
    far = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    end = (bx + (bx - ax) / far * 3, by + (by - ay) / far * 3)
    canvas.drawing[i] = replace(old, points=((ax, ay), end))
    return [("major", [(min(bx, end[0]), min(by, end[1]), max(bx, end[0]), max(by, end[1]))])]


def dash_changed(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A solid line that is dashed now (hidden): its strokes are gone and come."""
    i = _pick(
        canvas,
        chance,
        lambda p: (
            isinstance(p, Path)
            and not p.dash
            and p.layer not in _FRAME
            and 12 < _long_side(p) < 200
            and not p.fill
        ),
    )
    old = canvas.drawing[i]
    canvas.drawing[i] = replace(old, dash="DASHED")
    return [("any", [box_of(old)])]


def split_everything(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Nothing changed: every polyline exploded into lines, drawn backwards."""
    out: list[Primitive] = []
    for p in canvas.drawing:
        if isinstance(p, Path) and not p.fill and not p.dash:
            points = [*p.points, p.points[0]] if p.closed else list(p.points)
            out += [replace(p, points=(b, a), closed=False) for a, b in pairwise(points)]
        else:
            out.append(p)
    canvas.drawing[:] = out[::-1]
    return []


BLIND_CANVAS: dict[str, Callable[[Canvas, random.Random], list[Item]]] = {
    "text moved 2 mm": text_nudged,
    "hatch pattern": hatch_pattern,
    "pen only": weight_only,
    "dimension overridden": dimension_overridden,
    "block replaced": block_replaced,
    "table column": table_column,
    "detail moved": detail_moved,
    "layer frozen": layer_frozen,
    "new revision": new_revision,
    "new revision; changed": revision_with_change,
    "point removed": small_texts,
    "line extended": line_extended,
    "line dashed": dash_changed,
    "exploded": split_everything,
}


# -- page objects -------------------------------------------------------------------------------------------------


def _text_step(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    item, old = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_TEXT, 2_000, 60_000))
    step = 2 * 72 / 25.4
    dx, dy = chance.choice([(step, 0), (-step, 0), (0, step), (0, -step)])
    pdfium_c.FPDFPageObj_Transform(item, 1, 0, 0, 1, dx, dy)
    return [("major", [old, _bounds(item, space)])]


def _pen_only(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    found = [
        o for o in _objects(page, space, pdfium_c.FPDF_PAGEOBJ_PATH, 10_000, 120_000) if _is_stroked(o[0])
    ]
    item, box = chance.choice(found)
    width = ctypes.c_float()
    pdfium_c.FPDFPageObj_GetStrokeWidth(item, ctypes.byref(width))
    pdfium_c.FPDFPageObj_SetStrokeWidth(item, max(width.value * 3, 2.5))
    return [("minor", [box])]


def _is_stroked(item) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
    return bool(stroke.value)


def _detail(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """All that lies within 50 x 40 mm moved 60 mm."""
    kinds = (pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_TEXT)
    everything = [o for kind in kinds for o in _objects(page, space, kind, 300, 40_000)]
    _, (x0, y0, x1, y1) = chance.choice(everything)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    chosen = [
        (item, b)
        for item, b in everything
        if b[0] > x - 25_000 and b[2] < x + 25_000 and b[1] > y - 20_000 and b[3] < y + 20_000
    ]
    far = 60 * 72 / 25.4 * (1 if x < space.width_um / 2 else -1)
    turn = {90: (0, far), 180: (-far, 0), 270: (0, -far)}.get(space.rotation, (far, 0))
    for item, _ in chosen:
        pdfium_c.FPDFPageObj_Transform(item, 1, 0, 0, 1, *turn)
    return [("major", [b for _, b in chosen]), ("major", [_bounds(i, space) for i, _ in chosen])]


def _delete_small(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    item, box = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_PATH, 2_000, 6_000))
    pdfium_c.FPDFPage_RemoveObject(page, item)
    return [("major", [box])]


def _white_out(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """A text covered by a white mask: gone to a reader, still in the file."""
    _, (x0, y0, x1, y1) = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_TEXT, 3_000, 40_000))
    left, bottom, right, top = space.left, space.bottom, space.right, space.top
    k = 72 / 25_400
    a, b, c, d = x0 * k, y0 * k, x1 * k, y1 * k
    x, y, w, h = {
        90: (right - d, bottom + a, d - b, c - a),
        180: (right - c, top - d, c - a, d - b),
        270: (left + b, top - c, d - b, c - a),
    }.get(space.rotation, (left + a, bottom + b, c - a, d - b))
    item = pdfium_c.FPDFPageObj_CreateNewRect(x, y, w, h)
    pdfium_c.FPDFPageObj_SetFillColor(item, 255, 255, 255, 255)
    pdfium_c.FPDFPath_SetDrawMode(item, pdfium_c.FPDF_FILLMODE_WINDING, False)
    pdfium_c.FPDFPage_InsertObject(page, item)
    return [("any", [(x0, y0, x1, y1)])]


def _invisible(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """White lines are added: a person sees nothing."""
    item = pdfium_c.FPDFPageObj_CreateNewPath(space.left + 100, space.bottom + 100)
    pdfium_c.FPDFPath_LineTo(item, space.left + 220, space.bottom + 100)
    pdfium_c.FPDFPageObj_SetStrokeColor(item, 255, 255, 255, 255)
    pdfium_c.FPDFPageObj_SetStrokeWidth(item, 0.2)
    pdfium_c.FPDFPath_SetDrawMode(item, pdfium_c.FPDF_FILLMODE_NONE, True)
    pdfium_c.FPDFPage_InsertObject(page, item)
    return []


def _turned_thing(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """A thing turned by a right angle about its middle."""
    item, old = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_PATH, 4_000, 60_000))
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetBounds(item, *[ctypes.byref(s) for s in sides])
    x, y = (sides[0].value + sides[2].value) / 2, (sides[1].value + sides[3].value) / 2
    pdfium_c.FPDFPageObj_Transform(item, 0, 1, -1, 0, x + y, y - x)
    return [("major", [old, _bounds(item, space)])]


def _larger_thing(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """A thing a quarter larger."""
    item, old = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_PATH, 6_000, 60_000))
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetBounds(item, *[ctypes.byref(s) for s in sides])
    x, y = sides[0].value, sides[1].value
    pdfium_c.FPDFPageObj_Transform(item, 1.25, 0, 0, 1.25, -0.25 * x, -0.25 * y)
    return [("major", [old, _bounds(item, space)])]


def _circle_added(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """A circle of 6 mm, of a thin black pen."""
    wide, high = space.right - space.left, space.top - space.bottom
    x, y = space.left + chance.uniform(0.2, 0.8) * wide, space.bottom + chance.uniform(0.2, 0.8) * high
    r, k = 8.5, 8.5 * 0.5523
    item = pdfium_c.FPDFPageObj_CreateNewPath(x + r, y)
    for a, b, c in (
        ((r, k), (k, r), (0, r)),
        ((-k, r), (-r, k), (-r, 0)),
        ((-r, -k), (-k, -r), (0, -r)),
        ((k, -r), (r, -k), (r, 0)),
    ):
        pdfium_c.FPDFPath_BezierTo(item, x + a[0], y + a[1], x + b[0], y + b[1], x + c[0], y + c[1])
    pdfium_c.FPDFPageObj_SetStrokeColor(item, 0, 0, 0, 255)
    pdfium_c.FPDFPageObj_SetStrokeWidth(item, 0.4)
    pdfium_c.FPDFPath_SetDrawMode(item, pdfium_c.FPDF_FILLMODE_NONE, True)
    pdfium_c.FPDFPage_InsertObject(page, item)
    return [("major", [space.box(x - r, y - r, x + r, y + r)])]


def _two_things(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """A text gone and a circle come."""
    item, box = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_TEXT, 2_000, 60_000))
    pdfium_c.FPDFPage_RemoveObject(page, item)
    return [("major", [box]), *_circle_added(page, space, chance)]


BLIND_OBJECTS: dict[str, Callable[[object, SheetSpace, random.Random], list[Item]]] = {
    "text moved 2 mm": _text_step,
    "pen only": _pen_only,
    "detail moved": _detail,
    "small thing deleted": _delete_small,
    "text covered": _white_out,
    "invisible lines": _invisible,
    "thing turned": _turned_thing,
    "thing larger": _larger_thing,
    "circle added": _circle_added,
    "text gone, circle come": _two_things,
}
