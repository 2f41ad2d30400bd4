"""A PDF page as :class:`~viewers.render.compare.drawn.Drawn`, with pdfium's page objects.

Forms are walked with their matrices; curves are cut into 4 to 32 pieces by their length. What is clipped is cut to the
box around its clip paths: what such a path hides inside of its box is compared as if seen, as is what a later fill
covers.
"""

from __future__ import annotations

import ctypes
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2.raw as pdfium_c

from viewers.render.compare.drawn import MAX_SEGMENTS, Drawn, Floats
from viewers.render.errors import RenderRefused
from viewers.render.manifest import UM_PER_POINT
from viewers.render.pdf import load_page, open_pdf
from viewers.render.pdf_budget import refuse_bombs
from viewers.render.pdf_lines import Matrix, matrix_of, times
from viewers.render.pdf_space import SheetSpace
from viewers.render.pdf_text import read_text

Box = tuple[float, float, float, float]

_MAX_DEPTH = 8
_MAX_OBJECTS = 3_000_000
_MAX_STYLES = 10_000
_MAX_CLIPS = 8
_MAX_CLIP_POINTS = 500
_BLEED_UM = 5_000
_CLIP_UM = 30.0
"""A line on the very edge of its clip is seen, whichever way the writer rounded; half of it is, to be exact."""
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_PIECES = ((2_000.0, 4), (10_000.0, 8), (60_000.0, 16), (float("inf"), 32))
"""Curves up to so long (um, along their control points) are cut into so many segments."""


def read_drawn(source: Path, index: int) -> Drawn:
    """Read what one page draws.

    Raises:
        RenderRefused: ``over-segments``, ``over-expansion``, ``no-such-page``, or the file cannot be read.
    """
    _refuse_bombs(source, index)
    document = open_pdf(source)
    try:
        page = load_page(document, index)
        try:
            return page_drawn(page)
        finally:
            page.close()
    finally:
        document.close()


def page_drawn(page: Any) -> Drawn:
    """Read what a loaded page draws."""
    space = SheetSpace.of_page(page)
    walk = _Walk()
    walk.container(page, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject, _IDENTITY, 0)
    text = read_text(page, space, by_word=True)
    return walk.finish(space, text.runs, is_text_usable=text.is_usable)


def _refuse_bombs(source: Path, index: int) -> None:
    try:
        with pikepdf.open(source) as pdf:
            if index < len(pdf.pages):
                refuse_bombs(pdf.pages[index].obj, index)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return  # pdfium, which opens it next, says what is wrong


class _Walk:
    """Collects paths in user space of the page."""

    def __init__(self) -> None:
        self.lines, self.curves = array("d"), array("d")
        self.line_facts, self.curve_facts = array("i"), array("i")
        """Order, chain, owner, style and clip of each line and of each curve."""
        self.clips: dict[Box, int] = {}
        self._clip = -1
        self.styles: list[str] = []
        self.pens: list[float] = []
        self.images: list[tuple[float, float, float, float]] = []
        self.objects = self.chains = self.order = 0
        # Made once: a sheet has up to a million paths.
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._width = ctypes.c_float()
        self._numbers: dict[tuple[Any, ...], int] = {}

    def container(self, owner: Any, count: Any, get: Any, ctm: Matrix, depth: int) -> None:
        """Walk the objects of a page or form; ``ctm`` leads from its space to the page's."""
        for i in range(count(owner)):
            self.objects += 1
            if self.objects > _MAX_OBJECTS:
                raise RenderRefused("over-segments", {"objects": _MAX_OBJECTS})
            item = get(owner, i)
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
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
                self.image(times(matrix_of(item), ctm))

    def path(self, item: Any, ctm: Matrix) -> None:
        """Add the segments of one painted path."""
        fill, stroke = self._fill, self._stroke
        pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        if not fill.value and not stroke.value:
            return
        total = pdfium_c.FPDFPath_CountSegments(item)
        if self.order + total > MAX_SEGMENTS:
            raise RenderRefused("over-segments", {"most": MAX_SEGMENTS})
        matrix = times(matrix_of(item), ctm)
        style = self._style(item, matrix, is_stroked=bool(stroke.value))
        self._clip = self._clip_of(item, ctm)
        self._segments(item, total, matrix, style, is_filled=bool(fill.value))

    def _segments(self, item: Any, total: int, m: Matrix, style: int, *, is_filled: bool) -> None:
        a, b, c, d, e, f = m
        px, py = ctypes.c_float(), ctypes.c_float()
        rx, ry = ctypes.byref(px), ctypes.byref(py)
        get, point, kind_of = (
            pdfium_c.FPDFPath_GetPathSegment,
            pdfium_c.FPDFPathSegment_GetPoint,
            pdfium_c.FPDFPathSegment_GetType,
        )
        start = last = (0.0, 0.0)
        control: list[float] = []
        for i in range(total):
            segment = get(item, i)
            point(segment, rx, ry)
            x, y = px.value, py.value
            here = (x * a + y * c + e, x * b + y * d + f)
            kind = kind_of(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                if is_filled and last != start:
                    self._line(last, start, style)
                self.chains += 1
                start = here
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
                self._line(last, here, style)
            else:
                control += here
                if len(control) == 6:
                    self.curves.extend((*last, *control))
                    self._facts(self.curve_facts, style)
                    control = []
                else:
                    continue
            last = here
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                self._line(last, start, style)
                last = start
        if is_filled and last != start:
            self._line(last, start, style)

    def _line(self, start: tuple[float, float], end: tuple[float, float], style: int) -> None:
        if start != end:
            self.lines.extend((*start, *end))
            self._facts(self.line_facts, style)

    def _facts(self, facts: array[int], style: int) -> None:
        self.order += 1
        facts.extend((self.order, self.chains, self.objects, style, self._clip))

    def _clip_of(self, item: Any, ctm: Matrix) -> int:
        """The number of the box outside of which an object is not seen; -1 when there is none."""
        clip = pdfium_c.FPDFPageObj_GetClipPath(item)
        count = pdfium_c.FPDFClipPath_CountPaths(clip) if clip else 0
        box: Box | None = None
        for path in range(min(count, _MAX_CLIPS)):
            total = pdfium_c.FPDFClipPath_CountPathSegments(clip, path)
            if not 0 < total <= _MAX_CLIP_POINTS:
                continue
            x, y = ctypes.c_float(), ctypes.c_float()
            points = []
            for i in range(total):
                segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, path, i)
                pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
                points.append(
                    (
                        x.value * ctm[0] + y.value * ctm[2] + ctm[4],
                        x.value * ctm[1] + y.value * ctm[3] + ctm[5],
                    )
                )
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            here = (min(xs), min(ys), max(xs), max(ys))
            box = here if box is None else (*map(max, box[:2], here[:2]), *map(min, box[2:], here[2:]))  # type: ignore[assignment]
        if box is None:
            return -1
        return self.clips.setdefault(box, len(self.clips))

    def _style(self, item: Any, m: Matrix, *, is_stroked: bool) -> int:
        places = [ctypes.byref(v) for v in self._colour]
        pen, dashes = 0.0, False
        if is_stroked:
            pdfium_c.FPDFPageObj_GetStrokeColor(item, *places)
            pdfium_c.FPDFPageObj_GetStrokeWidth(item, ctypes.byref(self._width))
            pen = abs(self._width.value) * (abs(m[0] * m[3] - m[1] * m[2]) ** 0.5)
            dashes = pdfium_c.FPDFPageObj_GetDashCount(item) > 0
        else:
            pdfium_c.FPDFPageObj_GetFillColor(item, *places)
        red, green, blue = (int(v.value) for v in self._colour[:3])
        looks = (red, green, blue, is_stroked, round(pen, 4), dashes)
        number = self._numbers.get(looks)
        if number is None:
            number = 0
            if len(self._numbers) < _MAX_STYLES:
                number = self._numbers[looks] = len(self.styles)
                kind = "pen" if is_stroked else "fill"
                self.styles.append(f"{kind} #{red:02x}{green:02x}{blue:02x}{' dashed' if dashes else ''}")
                self.pens.append(pen * UM_PER_POINT)
        return number

    def image(self, m: Matrix) -> None:
        """Note the box of an image, the unit square under its matrix."""
        xs = [m[4], m[4] + m[0], m[4] + m[2], m[4] + m[0] + m[2]]
        ys = [m[5], m[5] + m[1], m[5] + m[3], m[5] + m[1] + m[3]]
        self.images.append((min(xs), min(ys), max(xs), max(ys)))

    def finish(self, space: SheetSpace, texts: Any, *, is_text_usable: bool) -> Drawn:
        """Cut the curves, put all in order and on the sheet."""
        lines = np.frombuffer(self.lines, dtype=np.float64).reshape(-1, 4)
        facts = np.frombuffer(self.line_facts, dtype=np.int32).reshape(-1, 5)
        curves = np.frombuffer(self.curves, dtype=np.float64).reshape(-1, 8)
        curve_facts = np.frombuffer(self.curve_facts, dtype=np.int32).reshape(-1, 5)
        cut, source = cut_curves(curves)
        segments = np.concatenate([lines, cut])
        facts = np.concatenate([facts, curve_facts[source]])
        by_order = np.argsort(facts[:, 0], kind="stable")
        segments, facts = _on_sheet(segments[by_order], space), facts[by_order]
        boxes = [space.box(*box) for box in self.clips]
        # The edge of the paper is a clip too, the last one.
        boxes.append((-_BLEED_UM, -_BLEED_UM, space.width_um + _BLEED_UM, space.height_um + _BLEED_UM))
        segments = clip_segments(segments, np.array(boxes, dtype=np.float64)[facts[:, 4]])
        # A number that no sheet has (NaN, a kilometre) draws nothing that a person could see.
        kept = np.isfinite(segments).all(axis=1) & (
            np.nan_to_num(np.abs(segments), nan=np.inf).max(axis=1, initial=0) < 1e9
        )
        return Drawn(
            width_um=space.width_um,
            height_um=space.height_um,
            segments=segments[kept],
            chain=facts[kept, 1],
            owner=facts[kept, 2],
            style=facts[kept, 3],
            styles=self.styles,
            pens=self.pens,
            texts=texts,
            pictures=[space.box(*box) for box in self.images],
            is_text_usable=is_text_usable,
        )


def cut_curves(curves: Floats, unit_um: float = UM_PER_POINT) -> tuple[Floats, Any]:
    """Cubic curves (n × 8) as segments, and for each segment the number of its curve."""
    if not len(curves):
        return np.empty((0, 4)), np.empty(0, dtype=np.int64)
    points = curves.reshape(-1, 4, 2)
    length = np.hypot(*np.moveaxis(np.diff(points, axis=1), 2, 0)).sum(axis=1) * unit_um
    pieces, sources = [], []
    below = 0.0
    for most, count in _PIECES:
        chosen = np.flatnonzero((length >= below) & (length < most) if below else length < most)
        below = most
        if not len(chosen):
            continue
        t = np.linspace(0, 1, count + 1)[None, :, None]
        p = points[chosen][:, :, None, :]
        at = (
            p[:, 0] * (1 - t) ** 3
            + 3 * p[:, 1] * t * (1 - t) ** 2
            + 3 * p[:, 2] * t**2 * (1 - t)
            + p[:, 3] * t**3
        )
        pieces.append(np.concatenate([at[:, :-1], at[:, 1:]], axis=2).reshape(-1, 4))
        sources.append(np.repeat(chosen, count))
    return np.concatenate(pieces), np.concatenate(sources)


def clip_segments(segments: Floats, boxes: Floats) -> Floats:
    """Each segment cut to its box (Liang and Barsky 1984); NaN for one that lies outside."""
    start, step = segments[:, :2], segments[:, 2:] - segments[:, :2]
    low, high = boxes[:, :2] - _CLIP_UM, boxes[:, 2:] + _CLIP_UM
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - start) / step, (high - start) / step
    is_flat = step == 0
    is_out = (is_flat & ((start < low) | (start > high))).any(axis=1)
    enter = np.where(is_flat, 0.0, np.minimum(one, other)).max(axis=1).clip(0, 1)
    leave = np.where(is_flat, 1.0, np.maximum(one, other)).min(axis=1).clip(0, 1)
    cut = np.hstack([start + step * enter[:, None], start + step * leave[:, None]])
    cut[is_out | (enter >= leave)] = np.nan
    return cut


def _on_sheet(segments: Floats, space: SheetSpace) -> Floats:
    """User space to sheet space, without rounding."""
    x, y = segments[:, ::2].copy(), segments[:, 1::2].copy()
    left, bottom, right, top = space.left, space.bottom, space.right, space.top
    placed = {
        90: (y - bottom, right - x),
        180: (right - x, top - y),
        270: (top - y, x - left),
    }.get(space.rotation, (x - left, y - bottom))
    out: Floats = np.stack(placed, axis=2).reshape(-1, 4) * UM_PER_POINT
    return out
