"""Find drawing frames (图框): rectangles of a standard sheet size around a title block.

In China most files hold several sheets side by side in model space, each with its frame. A frame is an
axis-parallel rectangle with the proportions of GB/T 50001, clause 3.1 (A0 to A4 and the lengthened sizes), at a
usual drawing scale, that also shows evidence of being one: labels of a title block inside, the second rectangle of
the border inside, or a block named like a frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from ezdxf.entities.attrib import AttDef
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.insert import Insert
from ezdxf.entities.line import Line
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.mtext import MText
from ezdxf.entities.polyline import Polyline
from ezdxf.entities.text import Text
from ezdxf.layouts.layout import Layout
from ezdxf.math import Matrix44, UVec, Vec2, Vec3

from viewers.render.cad_text import Box

MAX_VISITED = 400_000
MAX_DEPTH = 4
_TOLERANCE = 0.004
_MANTISSAS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)
_A_SIZES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "A0": (1189, 841, (1486, 1783, 2080, 2378)),
    "A1": (841, 594, (1051, 1261, 1471, 1682, 1892, 2102)),
    "A2": (594, 420, (743, 891, 1041, 1189, 1338, 1486, 1635, 1783, 1932, 2080)),
    "A3": (420, 297, (630, 841, 1051, 1261, 1471, 1682, 1892)),
    "A4": (297, 210, ()),
}
"""Long side, short side, lengthened long sides (GB/T 50001, tables 3.1.1 and 3.1.3), mm."""

_LABELS = re.compile(
    r"图\s*号|图\s*名|图\s*别|比\s*例|设\s*计|审\s*核|审\s*定|校\s*对|校\s*核|制\s*图|绘\s*图|工\s*程|项\s*目|专\s*业|日\s*期|会\s*签|建\s*设|负\s*责|版\s*本|"
    r"\bscale\b|\bsheet\b|\bdrawn\b|\bdate\b|\bchecked\b|\bapproved\b|\bproject\b|\btitle\b|\bdrawing\b|\brev\b|"
    r"\bclient\b|\bdwg|\bdesign|\bjoonis|m[õo][õo]tkava|kuup[äa]ev|\btellija|projekt|arhitekt|\bma[ßs]stab",
    re.IGNORECASE,
)
_FRAME_BLOCK = re.compile(r"图框|图签|标题栏|border|frame|title|^_?tk|\ba[0-4][^a-z]*$|sheet", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """A frame, in drawing units of its layout."""

    box: Box
    paper_mm: tuple[int, int]
    """Width and height of the sheet."""
    size: str
    """``A1`` or the name of its base size with ``+`` when lengthened."""
    units_per_mm: float
    """Drawing units for one millimetre of paper: 100 for a frame 84100 wide that is plotted 841 mm wide."""
    label: str = ""


@dataclass
class _Found:
    rectangles: list[tuple[Box, str]]
    texts: list[tuple[float, float, str]]
    lines_h: list[tuple[float, float, float]]
    lines_v: list[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class _Placed:
    """An entity, the name of the innermost block it stands in, and where that block is placed."""

    entity: DXFEntity
    block: str
    matrix: Matrix44 | None

    def points(self, vertices: Iterable[UVec]) -> list[tuple[float, float]]:
        """Vertices of the entity in the coordinates of the layout."""
        placed = vertices if self.matrix is None else self.matrix.transform_vertices(vertices)
        return [(v.x, v.y) for v in map(Vec2, placed)]


def find_frames(layout: Layout, unit_mm: float = 1.0) -> list[Frame]:
    """The frames of a layout, outermost only, in reading order (rows from the top, then left to right).

    Args:
        layout: model space or a paper layout.
        unit_mm: millimetres in one drawing unit as far as the file says so (25.4 for inches), else 1.
    """
    found = _Found([], [], [], [])
    for placed in _walk(layout):
        _collect(placed, found)
    found.rectangles.extend((box, "") for box in _boxes_of_lines(found))
    candidates: list[Frame] = []
    for box, block in _distinct(found.rectangles):
        frame = match_paper(box, unit_mm)
        if frame is not None and _is_confirmed(frame, block, found):
            candidates.append(frame)
    return _reading_order(_outermost(candidates))


def match_paper(box: Box, unit_mm: float = 1.0) -> Frame | None:
    """The standard sheet whose proportions a rectangle has at a usual scale, or None."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    long_side, short_side = max(width, height), min(width, height)
    if short_side <= 0 or long_side / short_side > 8:
        return None
    best: tuple[float, int, str, int, int, float] | None = None
    for size, (base_long, base_short, lengthened) in _A_SIZES.items():
        for paper_long in (base_long, *lengthened):
            scale = short_side / base_short
            error = abs(long_side / scale / paper_long - 1)
            scale_error = _scale_error(scale * unit_mm)
            if error > _TOLERANCE or scale_error > _TOLERANCE:
                continue
            name = size if paper_long == base_long else f"{size}+"
            entry = (round(error + scale_error, 5), -base_long, name, paper_long, base_short, scale)
            best = min(best, entry) if best else entry
    if best is None:
        return None
    _, _, name, paper_long, paper_short, scale = best
    paper = (paper_long, paper_short) if width >= height else (paper_short, paper_long)
    return Frame(box, paper, name, scale)


def scale_hint(units_per_mm: float, unit_mm: float) -> str:
    """``1:100`` from the drawing units in a millimetre of paper; frames below 0.5 are drawn in metres."""
    ratio = units_per_mm * unit_mm
    if ratio < 0.5 and unit_mm == 1.0:
        ratio *= 1000
    if ratio < 0.99:
        return f"{_short(1 / ratio)}:1"
    return f"1:{_short(ratio)}"


def is_usual_scale(ratio: float) -> bool:
    """Tell whether drawings are made at 1 to this."""
    return _scale_error(ratio) <= _TOLERANCE


def _short(value: float) -> str:
    rounded = round(value, 2) if value < 10 else round(value)
    nice = round(value / 5) * 5
    if value >= 20 and abs(nice / value - 1) < _TOLERANCE:
        rounded = nice
    return f"{rounded:g}" if value < 10 else str(int(rounded))


def _scale_error(scale: float) -> float:
    mantissa = scale
    while mantissa >= 10:
        mantissa /= 10
    while mantissa < 1 - _TOLERANCE:
        mantissa *= 10
    return min(abs(mantissa / nice - 1) for nice in _MANTISSAS)


def _walk(layout: Layout) -> Iterator[_Placed]:
    """Every entity, through blocks; a bounded breadth-first walk that copies nothing."""
    level = [_Placed(entity, "", None) for entity in layout]
    visited = 0
    for _ in range(MAX_DEPTH):
        inserts: list[_Placed] = []
        for placed in level:
            visited += 1
            if visited > MAX_VISITED:
                return
            yield placed
            if isinstance(placed.entity, Insert):
                inserts.append(placed)
        level = []
        for placed in inserts:
            insert = cast(Insert, placed.entity)
            name = insert.dxf.name
            yield from (_Placed(attrib, name, placed.matrix) for attrib in insert.attribs)
            block = insert.block()
            if block is None or len(block) > MAX_VISITED - visited:
                continue
            try:
                matrix = insert.matrix44()
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001, S112 - a block that cannot be placed shows no frame
                continue
            if placed.matrix is not None:
                matrix = matrix @ placed.matrix
            level.extend(_Placed(child, name, matrix) for child in block if not isinstance(child, AttDef))
            if len(level) > MAX_VISITED:
                break


def _collect(placed: _Placed, found: _Found) -> None:
    entity = placed.entity
    if isinstance(entity, Text | MText):
        (at,) = placed.points([entity.dxf.insert])
        found.texts.append((*at, entity.text if isinstance(entity, MText) else entity.dxf.text))
    elif isinstance(entity, Line):
        (xa, ya), (xb, yb) = placed.points([entity.dxf.start, entity.dxf.end])
        length = max(abs(xa - xb), abs(ya - yb))
        if abs(ya - yb) <= length * 1e-4 and length > 0:
            found.lines_h.append((ya, min(xa, xb), max(xa, xb)))
        elif abs(xa - xb) <= length * 1e-4 and length > 0:
            found.lines_v.append((xa, min(ya, yb), max(ya, yb)))
    elif isinstance(entity, LWPolyline | Polyline):
        box = _rectangle(entity, placed)
        if box is not None:
            found.rectangles.append((box, placed.block))


def _rectangle(entity: LWPolyline | Polyline, placed: _Placed) -> Box | None:
    count = len(entity) if isinstance(entity, LWPolyline) else len(entity.vertices)
    if not 4 <= count <= 6:
        return None
    if isinstance(entity, LWPolyline):
        flat = [Vec3(x, y) for x, y, bulge in entity.get_points("xyb") if not bulge]
        closed = entity.closed
    else:
        flat, closed = [v.dxf.location for v in entity.vertices], entity.is_closed
    if count != len(flat):
        return None
    ocs = entity.ocs()
    points = placed.points(ocs.points_to_wcs(flat) if ocs.transform else flat)
    if not closed and (abs(points[0][0] - points[-1][0]) + abs(points[0][1] - points[-1][1])) > 1e-6:
        return None
    xs, ys = sorted(p[0] for p in points), sorted(p[1] for p in points)
    x0, y0, x1, y1 = xs[0], ys[0], xs[-1], ys[-1]
    slack = max(x1 - x0, y1 - y0) * 1e-4
    on_corner = all(min(x - x0, x1 - x) <= slack and min(y - y0, y1 - y) <= slack for x, y in points)
    return (x0, y0, x1, y1) if on_corner and x1 > x0 and y1 > y0 else None


def _boxes_of_lines(found: _Found) -> Iterator[Box]:
    """Rectangles drawn as four single lines: two equal horizontals joined by two verticals."""
    lines = sorted(found.lines_h, key=lambda n: n[1] - n[2])[:400]
    verticals = sorted(found.lines_v, key=lambda n: n[1] - n[2])[:400]
    for i, (ya, xa0, xa1) in enumerate(lines):
        slack = (xa1 - xa0) * 2e-3
        for yb, xb0, xb1 in lines[i + 1 :]:
            if abs(xa0 - xb0) > slack or abs(xa1 - xb1) > slack or abs(ya - yb) <= slack:
                continue
            low, high = min(ya, yb), max(ya, yb)
            ends = [x for x, v0, v1 in verticals if abs(v0 - low) <= slack and abs(v1 - high) <= slack]
            if any(abs(x - xa0) <= slack for x in ends) and any(abs(x - xa1) <= slack for x in ends):
                yield (xa0, low, xa1, high)


def _distinct(rectangles: list[tuple[Box, str]]) -> list[tuple[Box, str]]:
    seen: dict[tuple[int, ...], tuple[Box, str]] = {}
    for box, block in rectangles:
        unit = max(box[2] - box[0], box[3] - box[1]) / 2000
        if unit > 0:
            seen.setdefault(tuple(round(c / unit) for c in box), (box, block))
    return list(seen.values())


def _is_confirmed(frame: Frame, block: str, found: _Found) -> bool:
    if block and _FRAME_BLOCK.search(block):
        return True
    x0, y0, x1, y1 = frame.box
    labels: set[str] = set()
    for x, y, text in found.texts:
        if x0 <= x <= x1 and y0 <= y <= y1:
            labels.update(re.sub(r"\s", "", match).lower() for match in _LABELS.findall(text[:500]))
    if len(labels) >= 2:
        return True
    return any(_is_border_inside(frame, box) for box, _ in found.rectangles)


def _is_border_inside(frame: Frame, box: Box) -> bool:
    """The border line of the sheet: 5 or 10 mm from three edges and 25 mm from the binding edge, or 10 all round."""
    gaps = [
        (box[0] - frame.box[0]) / frame.units_per_mm,
        (box[1] - frame.box[1]) / frame.units_per_mm,
        (frame.box[2] - box[2]) / frame.units_per_mm,
        (frame.box[3] - box[3]) / frame.units_per_mm,
    ]
    return all(3 <= gap <= 30 for gap in gaps) and sum(gap <= 15.5 for gap in gaps) >= 3


def _outermost(frames: list[Frame]) -> list[Frame]:
    """Drop frames inside frames; but a rectangle around two separate frames is no frame itself."""
    ordered = sorted(frames, key=lambda f: -(f.box[2] - f.box[0]) * (f.box[3] - f.box[1]))
    kept: list[Frame] = []
    for i, frame in enumerate(ordered):
        if any(_inside(frame.box, other.box) for other in kept):
            continue
        inner = [
            f for f in ordered[i + 1 :] if _inside(f.box, frame.box) and _area(f.box) > _area(frame.box) / 40
        ]
        if any(not _overlap(a.box, b.box) for n, a in enumerate(inner) for b in inner[n + 1 :]):
            continue
        kept.append(frame)
    return kept


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _inside(inner: Box, outer: Box) -> bool:
    slack = (outer[2] - outer[0]) * 1e-3
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _reading_order(frames: list[Frame]) -> list[Frame]:
    rows: list[list[Frame]] = []
    for frame in sorted(frames, key=lambda f: -f.box[3]):
        height = frame.box[3] - frame.box[1]
        if rows and abs(rows[-1][0].box[3] - frame.box[3]) < height / 2:
            rows[-1].append(frame)
        else:
            rows.append([frame])
    return [frame for row in rows for frame in sorted(row, key=lambda f: f.box[0])]
