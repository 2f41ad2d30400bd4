"""Finding an empty rectangle for a stamp: near the title block, in the outer fifth of the sheet, never over ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from viewers.render.compose_stamp import Block

EDGE_MM = 5.0
"""Printers leave this much of the paper empty."""
CLEARANCE_MM = 1.5
"""Between a block and the nearest ink; the code has its quiet zone besides."""
_RING = 0.2
"""A stamp stands in the outer fifth of the sheet: in its middle an empty place belongs to the drawing."""


@dataclass(frozen=True)
class Place:
    """A block with the place of its lower left corner, mm from the sheet's lower left corner."""

    block: Block
    x_mm: float
    y_mm: float
    scale: float = 1.0


def find_place(
    ink: npt.NDArray[np.bool_], blocks: Sequence[Block], width_mm: float, height_mm: float
) -> Place | None:
    """The place nearest to the lower right corner, where title blocks stand (GB/T 50001, 3.2); the largest block that fits.

    Args:
        ink: True where something is drawn; row 0 at the top.
        blocks: ways to set the stamp, best first; of one size, the nearer shape wins.
        width_mm: width of the sheet.
        height_mm: height of the sheet.
    """
    sums = _summed(ink)
    per_mm = ink.shape[1] / width_mm
    best: tuple[float, Place] | None = None
    code_mm = 0.0
    for block in blocks:
        if best is not None and block.code_mm < code_mm:
            break
        code_mm = block.code_mm
        found = _nearest(sums, block, per_mm, (width_mm, height_mm))
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else None


def strip_height(block: Block, width_mm: float) -> float:
    """How many mm the paper grows for a block that found no room."""
    return block.height_mm * _fit(block, width_mm) + 2 * EDGE_MM


def place_in_strip(block: Block, width_mm: float) -> Place:
    """The block in a strip below the sheet, at the right; made smaller only when the sheet is narrower than it."""
    scale = _fit(block, width_mm)
    x = max(width_mm - EDGE_MM - block.width_mm * scale, EDGE_MM)
    return Place(block, x, -EDGE_MM - block.height_mm * scale, scale)


def _fit(block: Block, width_mm: float) -> float:
    return min(1.0, max(width_mm - 2 * EDGE_MM, 1.0) / block.width_mm)


def _summed(ink: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Summed-area table with an empty first row and column."""
    sums = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), np.int32)
    np.cumsum(ink, axis=0, dtype=np.int32, out=sums[1:, 1:])
    np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
    return sums


def _nearest(
    sums: npt.NDArray[np.int32], block: Block, per_mm: float, size_mm: tuple[float, float]
) -> tuple[float, Place] | None:
    """(distance from the lower right corner in mm, place) of the nearest empty rectangle of the ring."""
    wide = round((block.width_mm + 2 * CLEARANCE_MM) * per_mm) + 1
    tall = round((block.height_mm + 2 * CLEARANCE_MM) * per_mm) + 1
    rows, columns = sums.shape[0] - 1, sums.shape[1] - 1
    edge = int((EDGE_MM - CLEARANCE_MM) * per_mm)
    if wide + 2 * edge > columns or tall + 2 * edge > rows:
        return None
    inked = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    top, left = np.arange(inked.shape[0])[:, None], np.arange(inked.shape[1])[None, :]
    inside = (top >= edge) & (top + tall <= rows - edge) & (left >= edge) & (left + wide <= columns - edge)
    ring = (
        (top >= rows * (1 - _RING))
        | (left >= columns * (1 - _RING))
        | (top + tall <= rows * _RING)
        | (left + wide <= columns * _RING)
    )
    free = (inked == 0) & inside & ring
    if not free.any():
        return None
    far = np.hypot((columns - left - wide).astype(np.float32), (rows - top - tall).astype(np.float32))
    far[~free] = np.inf
    at_top, at_left = np.unravel_index(int(np.argmin(far)), far.shape)
    # Rows count from the top: the block's foot is where its pixels end.
    x = at_left / per_mm + CLEARANCE_MM
    y = size_mm[1] - (at_top + tall) / per_mm + CLEARANCE_MM
    return float(far[at_top, at_left]) / per_mm, Place(block, float(x), float(y))
