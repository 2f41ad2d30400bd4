"""Vector paths of a PDF page: how many, and the long axis-parallel lines among them (for cells of title blocks)."""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium_c

from viewers.render.manifest import UM_PER_POINT, RuledLine
from viewers.render.pdf_space import SheetSpace

MIN_LINE_UM = 4_000
MAX_LINES = 20_000
MAX_OBJECTS = 3_000_000
"""Page objects walked; beyond, counts and lines are those of the first ones."""

_SKEW_UM = 60
_JOIN_UM = 100
_THIN_UM = 1_500
"""A filled rectangle no thicker than this is a line drawn as an area."""
_MAX_DEPTH = 8
_MAX_SEGMENTS = 500_000
_MAX_RAW = 400_000

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class PagePaths:
    """What :func:`read_paths` found."""

    lines: list[RuledLine]
    """Longest first, at most :data:`MAX_LINES`."""
    path_count: int
    image_count: int
    is_truncated: bool


def read_paths(page: Any, space: SheetSpace) -> PagePaths:
    """Count vector paths and images of a loaded page (forms included) and collect its ruled lines."""
    walk = _Walk(space)
    walk.container(page, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, IDENTITY, 0)
    lines = merge_lines(walk.found)
    return PagePaths(lines[:MAX_LINES], walk.paths, walk.images, walk.is_truncated or len(lines) > MAX_LINES)


@dataclass
class _Walk:
    space: SheetSpace
    found: list[RuledLine] = field(default_factory=list)
    paths: int = 0
    images: int = 0
    objects: int = 0
    segments: int = 0
    is_truncated: bool = False

    def container(self, owner: Any, count: Any, get: Any, ctm: Matrix, depth: int) -> None:
        """Walk the objects of a page or form; ``ctm`` leads from its space to the page's user space."""
        kind_of, bounds = pdfium_c.FPDFPageObj_GetType, pdfium_c.FPDFPageObj_GetBounds
        x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
        refs = [ctypes.byref(v) for v in (x0, y0, x1, y1)]
        scale = max(abs(ctm[0]) + abs(ctm[2]), abs(ctm[1]) + abs(ctm[3]))
        shortest = MIN_LINE_UM / UM_PER_POINT / scale if scale else float("inf")
        for i in range(count(owner)):
            self.objects += 1
            if self.objects > MAX_OBJECTS:
                self.is_truncated = True
                return
            item = get(owner, i)
            kind = kind_of(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                # Most paths of a drawing are shorter than any ruled line: asking for the bounds once spares
                # asking for every point.
                if bounds(item, *refs) and max(x1.value - x0.value, y1.value - y0.value) >= shortest * 0.99:
                    self.path(item, ctm)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                self.container(
                    item,
                    pdfium_c.FPDFFormObj_CountObjects,
                    pdfium_c.FPDFFormObj_GetObject,
                    times(matrix_of(item), ctm),
                    depth + 1,
                )
            elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                self.images += 1

    def path(self, item: Any, ctm: Matrix) -> None:
        """Add the lines of one painted path."""
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        if not fill.value and not stroke.value:
            return
        total = pdfium_c.FPDFPath_CountSegments(item)
        self.segments += total
        if self.segments > _MAX_SEGMENTS or len(self.found) > _MAX_RAW:
            self.is_truncated = True
            return
        for points in self._subpaths(item, total, times(matrix_of(item), ctm)):
            thin = None if stroke.value else _thin_rectangle(points)
            if thin is not None:
                self.found.append(thin)
            else:
                for a, b in itertools.pairwise(points):
                    if a is not None and b is not None and (line := _ruled(a, b)) is not None:
                        self.found.append(line)

    def _subpaths(self, item: Any, total: int, m: Matrix) -> list[list[tuple[int, int] | None]]:
        """Subpaths as sheet points; None breaks the chain where a curve lies."""
        px, py = ctypes.c_float(), ctypes.c_float()
        rx, ry = ctypes.byref(px), ctypes.byref(py)
        paths: list[list[tuple[int, int] | None]] = []
        for i in range(total):
            segment = pdfium_c.FPDFPath_GetPathSegment(item, i)
            pdfium_c.FPDFPathSegment_GetPoint(segment, rx, ry)
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            x, y = px.value, py.value
            point = self.space.point(x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO or not paths:
                paths.append([point])
            elif kind == pdfium_c.FPDF_SEGMENT_BEZIERTO:
                paths[-1] += [None, point]
            else:
                paths[-1].append(point)
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                paths[-1].append(paths[-1][0])
        return paths


def merge_lines(lines: list[RuledLine]) -> list[RuledLine]:
    """Join pieces that lie on one another or end to end (within 0.1 mm); longest first."""
    out: list[RuledLine] = []
    level = sorted(
        (n for n in lines if n.x1 - n.x0 >= n.y1 - n.y0), key=lambda n: (round(n.y0 / _JOIN_UM), n.x0)
    )
    plumb = sorted(
        (n for n in lines if n.x1 - n.x0 < n.y1 - n.y0), key=lambda n: (round(n.x0 / _JOIN_UM), n.y0)
    )
    for n in level:
        last = out[-1] if out else None
        if last and round(last.y0 / _JOIN_UM) == round(n.y0 / _JOIN_UM) and n.x0 <= last.x1 + _JOIN_UM:
            out[-1] = RuledLine(last.x0, last.y0, max(last.x1, n.x1), last.y1)
        else:
            out.append(n)
    first = len(out)
    for n in plumb:
        last = out[-1] if len(out) > first else None
        if last and round(last.x0 / _JOIN_UM) == round(n.x0 / _JOIN_UM) and n.y0 <= last.y1 + _JOIN_UM:
            out[-1] = RuledLine(last.x0, last.y0, last.x1, max(last.y1, n.y1))
        else:
            out.append(n)
    return sorted(out, key=lambda n: (n.x0 - n.x1 + n.y0 - n.y1, n.x0, n.y0))


def _ruled(a: tuple[int, int], b: tuple[int, int]) -> RuledLine | None:
    (ax, ay), (bx, by) = a, b
    wide, high = abs(ax - bx), abs(ay - by)
    if max(wide, high) < MIN_LINE_UM or min(wide, high) > _SKEW_UM:
        return None
    if wide >= high:
        return RuledLine(min(ax, bx), ay, max(ax, bx), ay)
    return RuledLine(ax, min(ay, by), ax, max(ay, by))


def _thin_rectangle(points: list[tuple[int, int] | None]) -> RuledLine | None:
    """The centre line of a filled rectangle that is thin enough to be a line."""
    corners = {p for p in points if p is not None}
    if len(corners) != 4 or None in points or len(points) not in (4, 5, 6):
        return None
    xs, ys = sorted({x for x, _ in corners}), sorted({y for _, y in corners})
    wide, high = xs[-1] - xs[0], ys[-1] - ys[0]
    is_upright = all(
        min(x - xs[0], xs[-1] - x) <= _SKEW_UM and min(y - ys[0], ys[-1] - y) <= _SKEW_UM for x, y in corners
    )
    if not is_upright or min(wide, high) > _THIN_UM or max(wide, high) < MIN_LINE_UM:
        return None
    x, y = (xs[0] + xs[-1]) // 2, (ys[0] + ys[-1]) // 2
    return RuledLine(xs[0], y, xs[-1], y) if wide >= high else RuledLine(x, ys[0], x, ys[-1])


def matrix_of(item: Any) -> Matrix:
    """The matrix of a page object."""
    m = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, ctypes.byref(m)):
        return IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First m, then n (PDF row vectors)."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )
