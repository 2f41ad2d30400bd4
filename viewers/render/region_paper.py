"""How a region of a sheet lies on a page of A4 or A3: at a scale that stays orderly, with a foot that says what it is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PAPERS_MM = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
MARGIN_MM = 10.0
FOOT_MM = 42.0
"""Kept free at the foot for the code and the words."""
FACTORS = tuple(
    Fraction(n)
    for n in (
        "10",
        "5",
        "4",
        "2",
        "1",
        "1/2",
        "2/5",
        "1/4",
        "1/5",
        "1/10",
        "1/20",
        "1/25",
        "1/50",
        "1/100",
        "1/1000",
    )
)
"""Size on the print per size on the sheet; a scale of 1:100 stays one that a scale rule has."""


@dataclass(frozen=True)
class RegionPage:
    """The page of a region, mm from its lower left corner."""

    width_mm: float
    height_mm: float
    factor: Fraction
    x_mm: float
    """Lower left corner of the region."""
    y_mm: float
    region_width_mm: float
    """As printed."""
    region_height_mm: float


def lay_out(width_mm: float, height_mm: float, paper: str) -> RegionPage:
    """The way round and the largest orderly factor at which a region fits.

    Args:
        width_mm: of the region on the sheet.
        height_mm: of the region on the sheet.
        paper: ``A4`` or ``A3``.

    Raises:
        ValueError: no such paper, an empty region, or one larger than any sheet.
    """
    short, long = PAPERS_MM.get(paper, (0.0, 0.0))
    if not short or width_mm <= 0 or height_mm <= 0:
        raise ValueError("no such paper or region")
    best: tuple[Fraction, bool] | None = None
    for is_wide in (False, True):
        across, up = (long, short) if is_wide else (short, long)
        fits = (f for f in FACTORS if _fits(width_mm, height_mm, f, across, up))
        factor = next(fits, None)
        if factor is None:
            continue
        is_alike = is_wide == (width_mm > height_mm)
        if best is None or factor > best[0] or (factor == best[0] and is_alike):
            best = factor, is_wide
    if best is None:
        raise ValueError("larger than any sheet")
    factor, is_wide = best
    page_width, page_height = (long, short) if is_wide else (short, long)
    width, height = width_mm * float(factor), height_mm * float(factor)
    x = (page_width - width) / 2
    y = page_height - MARGIN_MM - height  # at the top, where reading begins
    return RegionPage(page_width, page_height, factor, x, y, width, height)


def _fits(width_mm: float, height_mm: float, factor: Fraction, across: float, up: float) -> bool:
    room = across - 2 * MARGIN_MM, up - 2 * MARGIN_MM - FOOT_MM
    return width_mm * float(factor) <= room[0] + 0.01 and height_mm * float(factor) <= room[1] + 0.01
