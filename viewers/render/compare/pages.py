"""Two pages of files -> a comparison: by entities, by vectors, or by pictures, whichever both can give."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from viewers.render.compare.drawn import Drawn
from viewers.render.compare.engine import Known, compare_drawn
from viewers.render.compare.pdf_reading import read_drawn
from viewers.render.compare.values import Comparison, Fields, Method
from viewers.render.compare.visible import Picture
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
        Known(fields[0], partial(draw_page, *before)),
        Known(fields[1], partial(draw_page, *after)),
    )
    return compare_drawn(one, other, known=known)


def draw_page(source: Path, index: int, pixel_um: float) -> Picture:
    """Draw a page on white, its rows from the bottom."""
    document = open_pdf(source)
    try:
        page = load_page(document, index)
        try:
            bitmap = page.render(scale=25_400 / 72 / pixel_um, rev_byteorder=True)
            pixels = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
            return np.ascontiguousarray(pixels[::-1, :, :3])
        finally:
            page.close()
    finally:
        document.close()


def _is_scan(drawn: Drawn) -> bool:
    """A page that is a picture, with hardly a line of its own; text alone, as OCR lays it over scans, is no drawing."""
    if len(drawn.segments) > _FEW_SEGMENTS:
        return False
    whole = drawn.width_um * drawn.height_um
    return any((x1 - x0) * (y1 - y0) > _LARGE_SHARE * whole for x0, y0, x1, y1 in drawn.pictures)
