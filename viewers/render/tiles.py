"""Pictures of PDF pages: tiles, thumbnails and crops.

The scheme: a tile is 512 × 512 px; at level L a PostScript point is 2**L px, L from -5 to 6 (2.25 to 4608 dpi); tile
(x, y) counts from the upper left corner of the rotation-normalised page. What lies outside the page is white. Levels
up to 0 (72 dpi) are drawn once at intake, all from one rendering of the page; deeper ones are cut on demand.

Format, measured on dense and sparse sheets (CPU ms and KiB per tile at level 0): WebP lossless as drawn 5–29 ms,
22–140 KiB; PNG with 64 colours 4–18 ms, 11–87 KiB; **WebP lossless of colours rounded to 16 steps per channel
4–18 ms, 9–76 KiB**, also exact for black, white and pure colours. Tiles with more than 4,096 colours, or where no
colour covers a quarter (photographs, shading), would show the steps and are stored as WebP of quality 85 instead.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from viewers.render.errors import RenderRefused
from viewers.render.manifest import UM_PER_POINT

TILE_PX = 512
MIN_LEVEL = -5
MAX_LEVEL = 6
READY_LEVEL = 0
"""The deepest level drawn at intake; 72 dpi, an A1 sheet is 2384 × 1684 px or 20 tiles."""
MAX_PAGE_PIXELS = 40_000_000
"""Largest single rendering: 160 MB of memory. Pages that are larger at level 0 get only the coarser levels."""
MAX_CROP_PX = 8_192
THUMB_PX = 512

_MAX_SIDE_PX = 2**30
_PHOTO_COLOURS = 4_096
_STEPS = [round(v / 17) * 17 for v in range(256)] * 3


def encode_tile(image: Image.Image) -> bytes:
    """An RGB picture as the bytes of a tile (WebP)."""
    out = io.BytesIO()
    if _is_photograph(image):
        image.save(out, "WEBP", quality=85, method=2)
    else:
        image.point(_STEPS).save(out, "WEBP", lossless=True, quality=0, method=1)
    return out.getvalue()


def _is_photograph(image: Image.Image) -> bool:
    """Many colours, or no paper: not one colour that covers a quarter of the tile."""
    colours = image.getcolors(_PHOTO_COLOURS)
    return colours is None or max(n for n, _ in colours) * 4 < image.width * image.height


BLANK_TILE = encode_tile(Image.new("RGB", (TILE_PX, TILE_PX), "white"))
"""The one answer for a tile with nothing on it."""


def is_blank(image: Image.Image) -> bool:
    """True when every pixel is white."""
    return image.getextrema() == ((255, 255),) * 3


def page_pixels(page: Any, level: int) -> tuple[int, int]:
    """Width and height of a page at a level, in px."""
    width, height = page.get_size()
    scale = 2.0**level
    return max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))


def tile_count(page: Any, level: int) -> tuple[int, int]:
    """How many tiles a page has across and down at a level."""
    width, height = page_pixels(page, level)
    return -(-width // TILE_PX), -(-height // TILE_PX)


def render_tile(page: Any, level: int, x: int, y: int) -> bytes:
    """One tile of a loaded page.

    Args:
        page: a pypdfium2 page, loaded after ``init_forms()`` (else seals are invisible).
        level: -5 to 6.
        x: column, from the left.
        y: row, from the top.

    Raises:
        RenderRefused: ``tile-out-of-range``.
    """
    if not MIN_LEVEL <= level <= MAX_LEVEL:
        raise RenderRefused("tile-out-of-range", {"level": level})
    across, down = tile_count(page, level)
    if not (0 <= x < across and 0 <= y < down):
        raise RenderRefused("tile-out-of-range", {"level": level, "x": x, "y": y})
    image = render_area(page, 2.0**level, x * TILE_PX, y * TILE_PX, TILE_PX, TILE_PX)
    return BLANK_TILE if is_blank(image) else encode_tile(image)


def render_area(page: Any, scale: float, left: int, top: int, width: int, height: int) -> Image.Image:
    """A window of a page as RGB: ``scale`` px per point, window in px from the upper left corner of the page."""
    page_width, page_height = (max(1, round(side * scale)) for side in page.get_size())
    if max(page_width, page_height, left + width, top + height) > _MAX_SIDE_PX:
        raise RenderRefused("tile-out-of-range", {"page_px": [page_width, page_height]})
    if width * height > MAX_PAGE_PIXELS:
        raise RenderRefused("too-many-pixels", {"px": [width, height]})
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_BGRx)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    place = (-left, -top, page_width, page_height, 0, pdfium_c.FPDF_ANNOT)
    pdfium_c.FPDF_RenderPageBitmap(bitmap, page, *place)
    if page.formenv:
        # Form fields, and so the appearance of every seal, are only drawn by this second call.
        pdfium_c.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
    size = (width, height)
    return Image.frombuffer("RGB", size, bytes(bitmap.buffer), "raw", "BGRX", bitmap.stride, 1)


def ready_level(page: Any) -> int | None:
    """The deepest level drawn at intake for this page; None when even level -5 has too many pixels."""
    for level in range(READY_LEVEL, MIN_LEVEL - 1, -1):
        width, height = page_pixels(page, level)
        if width * height <= MAX_PAGE_PIXELS:
            return level
    return None


def render_levels(page: Any, index: int, out: Path) -> Image.Image | None:
    """Draw a page once and write ``tiles/<page>/<level>/<x>_<y>.webp`` for every level up to :data:`READY_LEVEL`.

    Coarser levels are averaged from the finest. Blank tiles are not written: a missing file of a ready level is
    :data:`BLANK_TILE`. The coarsest level written is the first that fits into one tile.

    Returns:
        the rendering (for the thumbnail), or None when the page is too large to be drawn whole.
    """
    level = ready_level(page)
    if level is None:
        return None
    full = render_area(page, 2.0**level, 0, 0, *page_pixels(page, level))
    image = full
    while True:
        _cut(image, out / "tiles" / str(index) / str(level))
        if level == MIN_LEVEL or max(image.size) <= TILE_PX:
            return full
        level -= 1
        image = image.resize(page_pixels(page, level), Image.Resampling.BOX)


def _cut(image: Image.Image, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for y in range(-(-image.height // TILE_PX)):
        for x in range(-(-image.width // TILE_PX)):
            left, top = x * TILE_PX, y * TILE_PX
            part = image.crop((left, top, min(left + TILE_PX, image.width), min(top + TILE_PX, image.height)))
            if is_blank(part):
                continue
            if part.size != (TILE_PX, TILE_PX):
                whole = Image.new("RGB", (TILE_PX, TILE_PX), "white")
                whole.paste(part)
                part = whole
            (folder / f"{x}_{y}.webp").write_bytes(encode_tile(part))


def render_thumb(page: Any, drawn: Image.Image | None = None) -> bytes:
    """A picture of at most 512 px on its long side (WebP), from an earlier rendering when there is one."""
    if drawn is None:
        scale = THUMB_PX / max(page.get_size())
        drawn = render_area(
            page, scale, 0, 0, *(max(1, min(THUMB_PX, round(n * scale))) for n in page.get_size())
        )
    else:
        drawn = drawn.copy()
        drawn.thumbnail((THUMB_PX, THUMB_PX), Image.Resampling.BOX, reducing_gap=None)
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def crop(page: Any, box_um: tuple[int, int, int, int], max_px: int) -> bytes:
    """A part of a page as PNG whose long side has ``max_px`` px (at most 4608 dpi), e.g. a title block.

    Args:
        page: a loaded page.
        box_um: (x0, y0, x1, y1) in sheet space: um from the lower left, y up.
        max_px: long side of the picture, 1 to 8192.

    Raises:
        RenderRefused: ``crop-out-of-range`` for an empty box or a wrong size.
    """
    x0, y0, x1, y1 = (value / UM_PER_POINT for value in box_um)
    if not (x1 > x0 and y1 > y0 and 1 <= max_px <= MAX_CROP_PX):
        raise RenderRefused("crop-out-of-range", {"box_um": list(box_um), "max_px": max_px})
    scale = min(max_px / max(x1 - x0, y1 - y0), 2.0**MAX_LEVEL)
    width, height = (max(1, min(max_px, round(side * scale))) for side in (x1 - x0, y1 - y0))
    left, top = math.floor(x0 * scale), math.floor((page.get_height() - y1) * scale)
    out = io.BytesIO()
    render_area(page, scale, left, top, width, height).save(out, "PNG", compress_level=6)
    return out.getvalue()
