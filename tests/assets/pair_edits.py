"""Known edits of drawings: of the made-up Chinese set by its primitives, of any PDF by its page objects.

An edit returns what it changed as boxes in mm (Chinese set, on paper) or um (PDF, sheet space).
"""

import ctypes
import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as FilePath

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from app.cli.demo_set.canvas import Arc, Canvas, Hatch, Insert, Path, Primitive, Text, text_width
from app.cli.demo_set.patterns import pattern_lines
from app.cli.demo_set.symbols import revision_cloud
from viewers.render.compare.pdf_reading import clip_segments
from viewers.render.pdf_space import SheetSpace

Box = tuple[float, float, float, float]
Item = tuple[str, list[Box]]
"""Severity, and the boxes of one change: a moved thing has two."""

WALLS = ("墙体", "柱", "基础", "梁", "轮廓线", "钢筋", "看线", "给水管", "幕墙", "门窗")


def box_of(p: Primitive) -> Box:
    if isinstance(p, Path):
        xs, ys = [x for x, _ in p.points], [y for _, y in p.points]
    elif isinstance(p, Arc):
        xs, ys = [p.x - p.radius, p.x + p.radius], [p.y - p.radius, p.y + p.radius]
    elif isinstance(p, Hatch):
        xs, ys = [x for x, _ in p.ring], [y for _, y in p.ring]
    elif isinstance(p, Text):
        half = max(text_width(p.value, p.height, p.narrow), p.height) if p.angle or p.anchor[0] != "l" else 0
        width = text_width(p.value, p.height, p.narrow)
        return (p.x - half, p.y - max(half, p.height), p.x + max(width, half), p.y + max(half, p.height))
    else:
        return (p.x - 15, p.y - 15, p.x + 15, p.y + 15)
    return (min(xs), min(ys), max(xs), max(ys))


def _pick(canvas: Canvas, chance: random.Random, wanted: Callable[[Primitive], bool]) -> int:
    found = [i for i, p in enumerate(canvas.drawing) if wanted(p)]
    if not found:
        raise LookupError("this sheet has nothing of the kind")
    return chance.choice(found)


def _long_side(p: Primitive) -> float:
    x0, y0, x1, y1 = box_of(p)
    return max(x1 - x0, y1 - y0)


def shifted(p: Primitive, dx: float, dy: float) -> Primitive:
    if isinstance(p, Path):
        return replace(p, points=tuple((x + dx, y + dy) for x, y in p.points))
    if isinstance(p, Hatch):
        return replace(p, ring=tuple((x + dx, y + dy) for x, y in p.ring))
    return replace(p, x=p.x + dx, y=p.y + dy)


def move_wall(canvas: Canvas, chance: random.Random) -> list[Item]:
    """One wall (or beam, column, pipe) two to eight millimetres away, across its length."""
    i = _pick(
        canvas,
        chance,
        lambda p: isinstance(p, Path) and p.layer in WALLS and 4 < _long_side(p) < 150 and not p.fill,
    )
    old = canvas.drawing[i]
    x0, y0, x1, y1 = box_of(old)
    step = chance.uniform(2, 8)
    new = shifted(old, *((0, step) if x1 - x0 > y1 - y0 else (step, 0)))
    canvas.drawing[i] = new
    return [("major", [box_of(old), box_of(new)])]


def change_text(canvas: Canvas, chance: random.Random) -> list[Item]:
    """One character of one text."""
    i = _pick(canvas, chance, lambda p: isinstance(p, Text) and len(p.value.strip()) > 1)
    old = canvas.drawing[i]
    at = chance.choice([n for n, c in enumerate(old.value) if not c.isspace()])
    swap = next(c for c in "改7三" if c != old.value[at])
    if old.value[at].isdigit():
        swap = str((int(old.value[at]) + chance.randint(1, 9)) % 10)
    canvas.drawing[i] = replace(old, value=old.value[:at] + swap + old.value[at + 1 :])
    return [("major", [box_of(old)])]


def delete_door(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A door or window: a block, or on sheets without blocks one thing of the drawing."""
    try:
        i = _pick(canvas, chance, lambda p: isinstance(p, Insert) and p.layer != "底图")
    except LookupError:
        i = _pick(canvas, chance, lambda p: isinstance(p, Path | Arc) and 3 < _long_side(p) < 60)
    gone = canvas.drawing.pop(i)
    return [("major", [box_of(gone)])]


def add_rebar(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Three to five bars and their label."""
    w, h = chance.uniform(15, 40), chance.uniform(6, 12)
    x, y = chance.uniform(0.2, 0.6) * canvas.width, chance.uniform(0.25, 0.75) * canvas.height
    v, bars = canvas.view(), chance.randint(3, 5)
    for n in range(bars):
        at = y + h * n / (bars - 1)
        v.line(x, at, x + w, at, "钢筋")
    v.text(x + w + 2, y, "4C16@150", 3.0)
    return [("major", [(x, y, x + w + 22, y + h)])]


def change_dimension(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A figure of a dimension chain."""
    i = _pick(
        canvas,
        chance,
        lambda p: isinstance(p, Text) and p.value.strip().isdigit() and len(p.value.strip()) >= 3,
    )
    old = canvas.drawing[i]
    canvas.drawing[i] = replace(old, value=str(int(old.value) + chance.choice([50, 100, 150, 300])))
    return [("major", [box_of(old)])]


def redraw_hatch(canvas: Canvas, chance: random.Random) -> list[Item]:
    """The lines of one hatch begun elsewhere; the area is the same."""
    i = _pick(canvas, chance, lambda p: isinstance(p, Hatch) and p.pattern == "ANSI31" and _long_side(p) > 12)
    old = canvas.drawing[i]
    step = old.pitch * 0.5
    moved = tuple((x + step, y) for x, y in old.ring)
    found = np.array(pattern_lines(moved, old.pattern, old.pitch)) - (step, 0, step, 0)
    # As the clip of the hatch cut them: in um, as the reader of clips has them.
    cut = clip_segments(found * 1000, np.tile(np.array(box_of(old)) * 1000, (len(found), 1))) / 1000
    lines = [
        Path(((a, b), (c, d)), old.layer, 0.13) for a, b, c, d in cut[np.isfinite(cut).all(axis=1)].tolist()
    ]
    canvas.drawing[i : i + 1] = lines
    return [("minor", [box_of(old)])]


def restyle(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Another layer, and so another colour and pen, for a thing that stays where it is."""
    i = _pick(
        canvas,
        chance,
        lambda p: isinstance(p, Path) and p.layer in WALLS and 8 < _long_side(p) < 150 and not p.dash,
    )
    old = canvas.drawing[i]
    canvas.drawing[i] = replace(old, layer="修订云线", weight=0.5)
    return [("minor", [box_of(old)])]


def cloud_around(canvas: Canvas, box: Box, revision: str = "B") -> None:
    x0, y0, x1, y1 = box
    revision_cloud(canvas.view(), x0 - 6, y0 - 6, max(x1 - x0, 4) + 12, max(y1 - y0, 4) + 12, revision)


def cloud_with_change(canvas: Canvas, chance: random.Random) -> list[Item]:
    items = change_text(canvas, chance)
    cloud_around(canvas, items[0][1][0])
    return items


def cloud_alone(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A cloud that declares a change that was not made."""
    x, y = chance.uniform(0.2, 0.5) * canvas.width, chance.uniform(0.3, 0.6) * canvas.height
    cloud_around(canvas, (x, y, x + chance.uniform(20, 60), y + chance.uniform(15, 40)))
    return []


def several(canvas: Canvas, chance: random.Random) -> list[Item]:
    """A usual revision: a wall, a text, a figure and some bars."""
    items = move_wall(canvas, chance) + change_text(canvas, chance)
    return items + add_rebar(canvas, chance)


def nothing(canvas: Canvas, chance: random.Random) -> list[Item]:
    return []


def redrawn(canvas: Canvas, chance: random.Random) -> list[Item]:
    """Nothing is changed, all is written otherwise: order, split lines, doubled strokes, rounded coordinates."""
    out: list[Primitive] = []
    for p in canvas.drawing:
        if isinstance(p, Path) and not p.fill and not p.dash and chance.random() < 0.4:
            points = [*p.points, p.points[0]] if p.closed else list(p.points)
            for (ax, ay), (bx, by) in itertools.pairwise(points):
                t = chance.uniform(0.2, 0.8)
                middle = (round(ax + (bx - ax) * t, 2), round(ay + (by - ay) * t, 2))
                out += [
                    replace(p, points=((ax, ay), middle), closed=False),
                    replace(p, points=(middle, (bx, by)), closed=False),
                ]
        else:
            out.append(p)
        if isinstance(p, Path) and chance.random() < 0.1:
            out.append(p)
    chance.shuffle(out)
    canvas.drawing[:] = [_rounded(p) for p in out]
    return []


def _rounded(p: Primitive) -> Primitive:
    """A point to 0.02 mm, as files with three decimals of an inch have them."""
    if isinstance(p, Path):
        return replace(p, points=tuple((round(x * 50) / 50, round(y * 50) / 50) for x, y in p.points))
    return p


CANVAS_EDITS: dict[str, Callable[[Canvas, random.Random], list[Item]]] = {
    "moved wall": move_wall,
    "changed text": change_text,
    "deleted door": delete_door,
    "added rebar": add_rebar,
    "changed dimension": change_dimension,
    "hatch regenerated": redraw_hatch,
    "layer or colour": restyle,
    "cloud with change": cloud_with_change,
    "cloud without change": cloud_alone,
    "several": several,
    "re-exported": redrawn,
    "none": nothing,
}


# -- page objects of any PDF --------------------------------------------------------------------------------------


def edit_objects(
    source: FilePath, page_number: int, target: FilePath, edit: "ObjectEdit", seed: int, *, is_rewritten: bool
) -> list[Item]:
    """Copy one page into a file of its own, with an edit of its page objects, written by pdfium.

    An edit makes pdfium write the whole page anew, which loses some patterns: ``is_rewritten`` has it do so without
    one too, so that the edit is all that differs between two pages.
    """
    document = pdfium.PdfDocument.new()
    document.import_pages(pdfium.PdfDocument(source), [page_number])
    page = document[0]
    space = SheetSpace.of_page(page)
    items = edit(page, space, random.Random(seed))
    if is_rewritten:
        for i in range(pdfium_c.FPDFPage_CountObjects(page)):
            pdfium_c.FPDFPageObj_Transform(pdfium_c.FPDFPage_GetObject(page, i), 1, 0, 0, 1, 0, 0)
    pdfium_c.FPDFPage_GenerateContent(page)
    document.save(str(target))
    return items


def _bounds(item, space: SheetSpace) -> Box:
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetBounds(item, *[ctypes.byref(s) for s in sides])
    return space.box(*(s.value for s in sides))


def _objects(page, space: SheetSpace, kind: int, least: float, most: float) -> list[tuple[object, Box]]:
    """Objects of a kind whose long side lies between two lengths (um), inside the sheet."""
    found = []
    for i in range(pdfium_c.FPDFPage_CountObjects(page)):
        item = pdfium_c.FPDFPage_GetObject(page, i)
        if pdfium_c.FPDFPageObj_GetType(item) == kind and _is_seen(item):
            box = _bounds(item, space)
            inside = box[0] > 0 and box[1] > 0 and box[2] < space.width_um and box[3] < space.height_um
            if inside and least < max(box[2] - box[0], box[3] - box[1]) < most:
                found.append((item, box))
    return found


def _is_seen(item) -> bool:
    """Painted, and not in white."""
    if pdfium_c.FPDFPageObj_GetType(item) != pdfium_c.FPDF_PAGEOBJ_PATH:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
    colour = [ctypes.c_uint() for _ in range(4)]
    ask = pdfium_c.FPDFPageObj_GetStrokeColor if stroke.value else pdfium_c.FPDFPageObj_GetFillColor
    ask(item, *[ctypes.byref(c) for c in colour])
    return bool(fill.value or stroke.value) and any(c.value < 200 for c in colour[:3])


def _moved(
    page, space: SheetSpace, chance: random.Random, kind: int, least: float, most: float
) -> list[Item]:
    item, old = chance.choice(_objects(page, space, kind, least, most))
    step = chance.uniform(2, 6) * 72 / 25.4 * chance.choice([-1, 1])
    pdfium_c.FPDFPageObj_Transform(item, 1, 0, 0, 1, step, step)
    return [("major", [old, _bounds(item, space)])]


def _move_path(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    return _moved(page, space, chance, pdfium_c.FPDF_PAGEOBJ_PATH, 6_000, 80_000)


def _move_text(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    return _moved(page, space, chance, pdfium_c.FPDF_PAGEOBJ_TEXT, 2_000, 60_000)


def _delete_text(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    item, box = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_TEXT, 2_000, 60_000))
    pdfium_c.FPDFPage_RemoveObject(page, item)
    return [("major", [box])]


def _delete_window(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    """All paths that lie in a window of 15 mm around one of them."""
    everything = _objects(page, space, pdfium_c.FPDF_PAGEOBJ_PATH, 500, 60_000)
    _, (x0, y0, x1, y1) = chance.choice([o for o in everything if o[1][2] - o[1][0] > 2_000])
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    reach = max(7_500, (x1 - x0) / 2 + 1, (y1 - y0) / 2 + 1)
    gone = [
        (item, b)
        for item, b in everything
        if abs(b[0] - cx) <= reach and abs(b[2] - cx) <= reach and abs(b[1] - cy) <= reach
        and abs(b[3] - cy) <= reach
    ]  # fmt: skip
    for item, _ in gone:
        pdfium_c.FPDFPage_RemoveObject(page, item)
    boxes = [b for _, b in gone]
    return [("major", [(min(b[0] for b in boxes), min(b[1] for b in boxes),
                        max(b[2] for b in boxes), max(b[3] for b in boxes))])]  # fmt: skip


def _add_lines(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    wide, high = space.right - space.left, space.top - space.bottom
    x, y = space.left + chance.uniform(0.2, 0.7) * wide, space.bottom + chance.uniform(0.3, 0.7) * high
    length, pitch = chance.uniform(40, 100), chance.uniform(6, 12)
    item = pdfium_c.FPDFPageObj_CreateNewPath(x, y)
    for n in range(4):
        pdfium_c.FPDFPath_MoveTo(item, x, y + n * pitch)
        pdfium_c.FPDFPath_LineTo(item, x + length, y + n * pitch)
    pdfium_c.FPDFPageObj_SetStrokeColor(item, 200, 0, 0, 255)
    pdfium_c.FPDFPageObj_SetStrokeWidth(item, 1.0)
    pdfium_c.FPDFPath_SetDrawMode(item, pdfium_c.FPDF_FILLMODE_NONE, True)
    pdfium_c.FPDFPage_InsertObject(page, item)
    return [("major", [space.box(x, y, x + length, y + 3 * pitch)])]


def _recolour(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    item, box = chance.choice(_objects(page, space, pdfium_c.FPDF_PAGEOBJ_PATH, 8_000, 80_000))
    pdfium_c.FPDFPageObj_SetStrokeColor(item, 0, 90, 255, 255)
    pdfium_c.FPDFPageObj_SetFillColor(item, 0, 90, 255, 255)
    return [("minor", [box])]


def _same(page, space: SheetSpace, chance: random.Random) -> list[Item]:
    return []


ObjectEdit = Callable[[object, SheetSpace, random.Random], list[Item]]

OBJECT_EDITS: dict[str, ObjectEdit] = {
    "moved wall": _move_path,
    "moved text": _move_text,
    "deleted text": _delete_text,
    "deleted door": _delete_window,
    "added rebar": _add_lines,
    "layer or colour": _recolour,
    "re-exported": _same,
    "none": _same,
}
