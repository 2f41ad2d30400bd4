"""Two pages of files -> a comparison: by entities, by vectors, or by pictures, whichever both can give."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from viewers.render.compare.drawn import Drawn
from viewers.render.compare.engine import Known, compare_drawn
from viewers.render.compare.pdf_reading import read_drawn
from viewers.render.compare.placing import Map, then
from viewers.render.compare.values import Comparison, Fields, Method
from viewers.render.compare.visible import Picture, Size
from viewers.render.errors import RenderRefused
from viewers.render.inspect import sniff_file
from viewers.render.manifest import SourceKind
from viewers.render.pdf import load_page, open_pdf

Place = tuple[Path, int]
"""A file and the number of its page from 0."""

_CAD = (SourceKind.DXF, SourceKind.DWG)
_FEW_SEGMENTS = 30
_LARGE_SHARE = 0.3


def compare_files(before: Place, after: Place, scratch: Path, fields: Fields = ((), ())) -> Comparison:
    """Compare two pages: PDF with PDF (a ``view.pdf`` is one), or CAD file with CAD file.

    Args:
        before: the first page.
        after: the second.
        scratch: an existing folder to write to while working.
        fields: where the title block of each says what a new revision must change.

    Raises:
        RenderRefused: ``compare-kinds`` for a pair of other kinds; a file cannot be read, or is over a limit.
    """
    kinds = (sniff_file(before[0]), sniff_file(after[0]))
    if kinds == (SourceKind.PDF, SourceKind.PDF):
        return compare_pdf_pages(before, after, fields)
    if kinds[0] not in _CAD or kinds[1] not in _CAD:
        raise RenderRefused("compare-kinds", {"kinds": [str(kind) for kind in kinds]})
    from viewers.render.compare.cad_reading import read_cad_drawn  # noqa: PLC0415 - loads the CAD libraries

    one, other = (
        read_cad_drawn(path, page, kind, {}, scratch)
        for (path, page), kind in zip((before, after), kinds, strict=True)
    )
    return compare_drawn(one, other, Method.ENTITIES, (Known(fields[0]), Known(fields[1])))


def compare_pdf_pages(before: Place, after: Place, fields: Fields = ((), ())) -> Comparison:
    """Compare two pages of PDF files.

    Raises:
        RenderRefused: a file cannot be read, or is over a limit.
    """
    one, other = read_drawn(*before), read_drawn(*after)
    if _is_scan(one) or _is_scan(other):
        from viewers.render.compare.raster import compare_pictures  # noqa: PLC0415 - only scans need it

        return compare_pictures(before, after)
    known = (
        Known(fields[0], partial(draw_page, before, one.size), _writer(before[0])),
        Known(fields[1], partial(draw_page, after, other.size), _writer(after[0])),
    )
    return compare_drawn(one, other, known=known)


def _writer(source: Path) -> str:
    """The program that wrote a file, as it says itself; empty when it says nothing."""
    document = open_pdf(source)
    try:
        return str(document.get_metadata_dict().get("Producer", ""))
    finally:
        document.close()


def draw_page(place: Place, own: Size, m: Map, size: Size, pixel_um: float) -> Picture:
    """Draw a page on white paper of another sheet, its rows from the bottom.

    The page is drawn where it lies, not turned afterwards, so that strokes keep their edges.

    Args:
        place: of the page.
        own: size of the page (um).
        m: where the page lies on that paper (um).
        size: of the paper (um).
        pixel_um: side of a pixel.
    """
    source, index = place
    document = open_pdf(source)
    try:
        page = load_page(document, index)
        try:
            return _drawn_page(page, own, m, size, pixel_um)
        finally:
            page.close()
    finally:
        document.close()


def _drawn_page(page: pdfium.PdfPage, own: Size, m: Map, size: Size, pixel_um: float) -> Picture:
    columns, rows = (max(1, math.ceil(side / pixel_um)) for side in size)
    # PDFium lays the page on a rectangle of whole points, from the top, before it takes the matrix.
    across, down = (max(1, int(side)) for side in page.get_size())
    to_um = np.array([[own[0] / across, 0.0, 0.0], [0.0, -own[1] / down, own[1]]])
    to_pixels = np.array([[1 / pixel_um, 0.0, 0.0], [0.0, -1 / pixel_um, rows]])
    whole = then(then(to_um, m), to_pixels)
    matrix = pdfium_c.FS_MATRIX(*whole[:, 0], *whole[:, 1], *whole[:, 2])
    bitmap = pdfium.PdfBitmap.new_native(columns, rows, pdfium_c.FPDFBitmap_BGR, rev_byteorder=True)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, columns, rows)
        pdfium_c.FPDF_RenderPageBitmapWithMatrix(
            bitmap,
            page,
            matrix,
            pdfium_c.FS_RECTF(0, 0, columns, rows),
            pdfium_c.FPDF_ANNOT | pdfium_c.FPDF_REVERSE_BYTE_ORDER,
        )
        pixels = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
        return np.ascontiguousarray(pixels[::-1, :, :3])
    finally:
        bitmap.close()


def _is_scan(drawn: Drawn) -> bool:
    """A page that is a picture, with hardly a line of its own; text alone, as OCR lays it over scans, is no drawing."""
    if len(drawn.segments) > _FEW_SEGMENTS:
        return False
    whole = drawn.width_um * drawn.height_um
    return any((x1 - x0) * (y1 - y0) > _LARGE_SHARE * whole for x0, y0, x1, y1 in drawn.pictures)
