"""Two pages of PDF files -> a comparison: by vectors where both have them, else by pictures."""

from __future__ import annotations

from pathlib import Path

from viewers.render.compare.drawn import Drawn
from viewers.render.compare.engine import compare_drawn
from viewers.render.compare.pdf_reading import read_drawn
from viewers.render.compare.raster import compare_pictures
from viewers.render.compare.values import Comparison

_FEW_SEGMENTS = 30


def compare_pdf_pages(before: tuple[Path, int], after: tuple[Path, int]) -> Comparison:
    """Compare two pages, each a PDF file and the number of its page from 0.

    Raises:
        RenderRefused: a file cannot be read, or is over a limit.
    """
    one, other = read_drawn(*before), read_drawn(*after)
    if _is_scan(one) or _is_scan(other):
        return compare_pictures(before, after)
    return compare_drawn(one, other)


def _is_scan(drawn: Drawn) -> bool:
    """A page that is a picture, with hardly a line of its own; text alone, as OCR lays it over scans, is no drawing."""
    if len(drawn.segments) > _FEW_SEGMENTS or not drawn.pictures:
        return False
    whole = drawn.width_um * drawn.height_um
    return any((x1 - x0) * (y1 - y0) > 0.3 * whole for x0, y0, x1, y1 in drawn.pictures)
