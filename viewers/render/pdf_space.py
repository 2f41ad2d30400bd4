"""From PDF user space to sheet space: the rotation-normalised page in um from its lower left corner."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from viewers.render.manifest import UM_PER_POINT

_FAR_UM = 2_000_000_000
"""Coordinates are clamped here (2 km), so that a lying number stays an integer of ordinary size."""


@dataclass(frozen=True)
class SheetSpace:
    """The visible box of a page in user space (points) and the clockwise turn that was applied to it."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int
    """0, 90, 180 or 270."""

    @classmethod
    def of_page(cls, page: Any) -> SheetSpace:
        """Read box and rotation of a loaded pypdfium2 page, as the renderer itself takes them."""
        box = pdfium_c.FS_RECTF()
        pdfium_c.FPDF_GetPageBoundingBox(page, box)
        return cls(box.left, box.bottom, box.right, box.top, page.get_rotation() % 360)

    @property
    def width_um(self) -> int:
        """Width after rotation."""
        return _um(self.top - self.bottom if self.rotation in (90, 270) else self.right - self.left)

    @property
    def height_um(self) -> int:
        """Height after rotation."""
        return _um(self.right - self.left if self.rotation in (90, 270) else self.top - self.bottom)

    def point(self, x: float, y: float) -> tuple[int, int]:
        """Where a point of user space lies on the sheet, in um."""
        if self.rotation == 90:
            x, y = y - self.bottom, self.right - x
        elif self.rotation == 180:
            x, y = self.right - x, self.top - y
        elif self.rotation == 270:
            x, y = self.top - y, x - self.left
        else:
            x, y = x - self.left, y - self.bottom
        return _um(x), _um(y)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, int, int]:
        """A box of user space on the sheet, as (x0, y0, x1, y1) with x0 <= x1 and y0 <= y1, in um."""
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def angle(self, degrees: float) -> int:
        """A counter-clockwise reading direction of user space, as seen on the sheet (0 to 359)."""
        return round(degrees - self.rotation) % 360


def _um(points: float) -> int:
    value = points * UM_PER_POINT
    if math.isnan(value):  # a hostile number
        return 0
    return round(min(max(value, -_FAR_UM), _FAR_UM))
