"""Straight segments drawn in a region of a page: what measuring snaps to."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from viewers.render.errors import RenderRefused
from viewers.render.pdf_lines import IDENTITY, Matrix, matrix_of, times
from viewers.render.pdf_space import SheetSpace

MAX_SEGMENTS = 5_000
"""Segments given for one region; of more, the longest."""
MAX_OBJECTS = 400_000
"""Page objects known to the index; what is drawn after them is not snapped to."""

_MOST_READ = 200_000
_MAX_DEPTH = 8
_LETTER_UM = 8_000
_LETTER_SEGMENTS = 6
"""A filled shape smaller and with more corners than this is taken for a letter drawn as an outline."""

Box = tuple[int, int, int, int]
Segment = tuple[int, int, int, int]


class SegmentIndex:
    """The painted paths of a loaded page by their boxes; valid while the page is open."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._space = SheetSpace.of_page(page)
        self._items: list[tuple[Any, Matrix]] = []
        boxes: list[Box] = []
        self.is_truncated = False
        self._collect(page, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, IDENTITY, 0, boxes)
        self._boxes: npt.NDArray[np.int64] = np.array(boxes, np.int64).reshape(-1, 4)

    def within(self, box: Box) -> tuple[list[Segment], bool]:
        """Segments that touch a box (um, sheet space), and whether some were left out.

        The ends of a curve come as segments without length.

        Raises:
            RenderRefused: ``box-out-of-range``; the box is empty.
        """
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            raise RenderRefused("box-out-of-range", {"box_um": list(box)})
        b = self._boxes
        hits = np.flatnonzero((b[:, 0] <= x1) & (b[:, 2] >= x0) & (b[:, 1] <= y1) & (b[:, 3] >= y0))
        found: set[Segment] = set()
        read = 0
        for at in hits:
            item, ctm = self._items[at]
            total = pdfium_c.FPDFPath_CountSegments(item)
            read += total
            if read > _MOST_READ:
                break
            if not self._is_letter(item, total, b[at]):
                found.update(s for s in self._segments(item, total, ctm) if _touches(s, box))
        ordered = sorted(found, key=lambda s: (-abs(s[0] - s[2]) - abs(s[1] - s[3]), s))
        is_cut = self.is_truncated or read > _MOST_READ or len(ordered) > MAX_SEGMENTS
        return ordered[:MAX_SEGMENTS], is_cut

    def _collect(self, owner: Any, count: Any, get: Any, ctm: Matrix, depth: int, boxes: list[Box]) -> None:
        x0, y0, x1, y1 = (ctypes.c_float() for _ in range(4))
        refs = [ctypes.byref(v) for v in (x0, y0, x1, y1)]
        for i in range(count(owner)):
            if len(boxes) >= MAX_OBJECTS:
                self.is_truncated = True
                return
            item = get(owner, i)
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                if pdfium_c.FPDFPageObj_GetBounds(item, *refs):
                    corners = [
                        self._point(x, y, ctm) for x in (x0.value, x1.value) for y in (y0.value, y1.value)
                    ]
                    xs, ys = zip(*corners, strict=True)
                    boxes.append((min(xs), min(ys), max(xs), max(ys)))
                    self._items.append((item, ctm))
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                counter, getter = pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject
                self._collect(item, counter, getter, times(matrix_of(item), ctm), depth + 1, boxes)

    def _is_letter(self, item: Any, total: int, box: npt.NDArray[np.int64]) -> bool:
        if total <= _LETTER_SEGMENTS or max(box[2] - box[0], box[3] - box[1]) > _LETTER_UM:
            return False
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        return not stroke.value

    def _segments(self, item: Any, total: int, ctm: Matrix) -> list[Segment]:
        m = times(matrix_of(item), ctm)
        px, py = ctypes.c_float(), ctypes.c_float()
        out: list[Segment] = []
        start = last = (0, 0)
        controls = 0
        for i in range(total):
            segment = pdfium_c.FPDFPath_GetPathSegment(item, i)
            pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(px), ctypes.byref(py))
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            point = self._point(px.value, py.value, m)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                start = last = point
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
                out.append((*last, *point))
                last = point
            else:
                controls += 1
                if controls % 3 == 0:  # two control points, then the end
                    out += [(*last, *last), (*point, *point)]
                    last = point
            if pdfium_c.FPDFPathSegment_GetClose(segment) and last != start:
                out.append((*last, *start))
                last = start
        return out

    def _point(self, x: float, y: float, m: Matrix) -> tuple[int, int]:
        return self._space.point(x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])


def _touches(segment: Segment, box: Box) -> bool:
    ax, ay, bx, by = segment
    x0, y0, x1, y1 = box
    return min(ax, bx) <= x1 and max(ax, bx) >= x0 and min(ay, by) <= y1 and max(ay, by) >= y0
