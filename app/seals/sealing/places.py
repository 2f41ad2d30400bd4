"""Clear space for all seals of a sheet, found by looking at it as it is drawn. Reads a file: meant for a child.

Never over ink. Nearest to the title block, which stands at the lower right (GB/T 50001, 3.2), in the outer part of the
sheet before its middle, in full size before a smaller one. Where nothing is free, that is said.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pikepdf

from app.kernel.labels import Label
from app.seals.rules import SealKind
from app.seals.sealing.appearance.seals import AS_BUILT_MM, ROUND_MM
from app.seals.sealing.fields import Field
from viewers.render.page_ink import page_ink

Size = tuple[float, float]
Box = tuple[float, float, float, float]

_ROUND: tuple[Size, ...] = tuple((side, side) for side in ROUND_MM)
_SIZES: dict[SealKind, tuple[Size, ...]] = {
    SealKind.ISSUE: _ROUND,
    SealKind.REVIEW: _ROUND,
    SealKind.FIRM: _ROUND,
    SealKind.REGISTERED: ((50.0, 33.0), (42.0, 28.0), (36.0, 24.0)),
    SealKind.AS_BUILT: (AS_BUILT_MM,),
    SealKind.PERSON: ((36.0, 14.0), (28.0, 11.0), (22.0, 9.0)),
}
"""Width and height in mm, the best first. The as-built stamp has one size."""
_PIXELS_PER_MM = 3.0
_MOST_PIXELS = 16_000_000
_CLEARANCE_MM = 1.5
"""Between a seal and the nearest ink."""
_EDGE_MM = 5.0
"""Printers leave this much of the paper empty."""
_RINGS = (0.25, 0.5)
"""First the outer quarter on each side, then everywhere."""


@dataclass(frozen=True)
class Wish:
    """A seal that will be put on one day."""

    name: str
    kind: SealKind
    is_last: bool = False
    sizes: tuple[Size, ...] = ()
    """Instead of those of its kind."""


@dataclass(frozen=True)
class Placed:
    """Where it will stand."""

    field: Field
    x_mm: float
    """From the left edge of the sheet as it is shown."""
    y_mm: float
    """From its lower edge."""
    width_mm: float
    height_mm: float
    is_full_size: bool


class Instead(StrEnum):
    """What to do where nothing is free."""

    STRIP = "strip"
    PAGE = "page"


INSTEAD_LABELS: dict[str, Label] = {
    Instead.STRIP: Label(
        "图面没有足够空白。建议在图纸下方加宽 {mm} mm 的签章边。",
        "The sheet has no clear space left. We propose a margin of {mm} mm for seals at its foot.",
    ),
    Instead.PAGE: Label(
        "图面没有足够空白。建议另附一页签章页。",
        "The sheet has no clear space left. We propose a page for seals behind it.",
    ),
}


@dataclass(frozen=True)
class Layout:
    """All seals of one page."""

    placed: tuple[Placed, ...]
    missing: tuple[Wish, ...] = ()
    instead: Instead | None = None
    strip_mm: float = 0.0

    @property
    def words(self) -> Label | None:
        """What is said where something is missing."""
        return INSTEAD_LABELS[self.instead].format(mm=f"{self.strip_mm:g}") if self.instead else None

    @property
    def fields(self) -> list[Field]:
        """For :func:`app.seals.sealing.fields.place_fields`."""
        return [placed.field for placed in self.placed]


@dataclass(frozen=True)
class Sheet:
    """How a page is shown: what of it, turned how, how long its unit is."""

    left: float
    foot: float
    right: float
    top: float
    turn: int
    unit_mm: float

    @classmethod
    def of(cls, page: pikepdf.Page) -> "Sheet":
        """CropBox within MediaBox (ISO 32000-2, 14.11.2), /Rotate, /UserUnit."""
        media, crop = _ordered(page.mediabox), _ordered(page.cropbox)
        box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
        if box[2] - box[0] < 1 or box[3] - box[1] < 1:
            box = media
        unit = float(page.obj.get("/UserUnit", 1))
        turn = int(_inherited(page.obj, "/Rotate") or 0) % 360
        return cls(*box, turn, (unit if 0.001 <= unit <= 10_000 else 1.0) * 25.4 / 72)

    @property
    def shown_mm(self) -> Size:
        """Width and height as a reader sees them."""
        wide, tall = (self.right - self.left) * self.unit_mm, (self.top - self.foot) * self.unit_mm
        return (tall, wide) if self.turn in {90, 270} else (wide, tall)

    def box(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> Box:
        """A rectangle of the sheet as it is shown, in the units of the page."""
        corners = [self._point(x_mm, y_mm), self._point(x_mm + width_mm, y_mm + height_mm)]
        xs, ys = zip(*corners, strict=True)
        return (round(min(xs), 3), round(min(ys), 3), round(max(xs), 3), round(max(ys), 3))

    def _point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        x, y = x_mm / self.unit_mm, y_mm / self.unit_mm
        return {
            0: (self.left + x, self.foot + y),
            90: (self.right - y, self.foot + x),
            180: (self.right - x, self.top - y),
            270: (self.left + y, self.top - x),
        }[self.turn]


def _ordered(raw: object) -> Box:
    x0, y0, x1, y1 = (float(value) for value in raw)  # type: ignore[attr-defined]  # pikepdf carries no types
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    for _ in range(50):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return None


def find_places(source: Path | bytes, wishes: Sequence[Wish], *, page: int = 0) -> Layout:
    """Look at a page of a file and find room for every wish.

    Raises:
        RenderRefused: ``pdf-unreadable``, ``no-such-page`` (:mod:`viewers.render.errors`).
    """
    with pikepdf.open(io.BytesIO(source) if isinstance(source, bytes) else source) as pdf:
        sheet = Sheet.of(pdf.pages[page])
    ink = page_ink(source, page, sheet.shown_mm, per_mm=_PIXELS_PER_MM, most=_MOST_PIXELS)
    wide, tall = sheet.shown_mm
    found: dict[str, Placed] = {}
    per_mm = ink.shape[1] / wide
    for wish in sorted(wishes, key=lambda wish: -_area(_sizes(wish)[0])):
        place = _first_free(ink, _sizes(wish), per_mm)
        if place is None:
            continue
        (width, height), left, top = place
        x, y = left / per_mm + _CLEARANCE_MM, tall - top / per_mm - _CLEARANCE_MM - height
        field = Field(wish.name, wish.kind, sheet.box(x, y, width, height), page, wish.is_last)
        found[wish.name] = Placed(
            field, round(x, 3), round(y, 3), width, height, (width, height) == _sizes(wish)[0]
        )
        rows, columns = _pixels(height, per_mm), _pixels(width, per_mm)
        ink[top : top + rows, left : left + columns] = True
    missing = tuple(wish for wish in wishes if wish.name not in found)
    placed = tuple(found[wish.name] for wish in wishes if wish.name in found)
    return Layout(placed, missing, *_propose(missing, wide))


def _sizes(wish: Wish) -> tuple[Size, ...]:
    return wish.sizes or _SIZES[wish.kind]


def _area(size: Size) -> float:
    return size[0] * size[1]


def _propose(missing: Sequence[Wish], wide: float) -> tuple[Instead | None, float]:
    """A strip at the foot when one row holds them all, else a page."""
    if not missing:
        return None, 0.0
    sizes = [_sizes(wish)[0] for wish in missing]
    row = sum(size[0] + 2 * _CLEARANCE_MM for size in sizes) + 2 * _EDGE_MM
    if row <= wide:
        return Instead.STRIP, max(size[1] for size in sizes) + 2 * _EDGE_MM
    return Instead.PAGE, 0.0


def _pixels(mm: float, per_mm: float) -> int:
    return round((mm + 2 * _CLEARANCE_MM) * per_mm) + 1


def _first_free(
    ink: npt.NDArray[np.bool_], sizes: Sequence[Size], per_mm: float
) -> tuple[Size, int, int] | None:
    """(size, left, top) in pixels, the clearance around it included."""
    sums = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), np.int32)
    np.cumsum(ink, axis=0, dtype=np.int32, out=sums[1:, 1:])
    np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
    for ring in _RINGS:
        for size in sizes:
            place = _nearest(sums, size, per_mm, ring)
            if place is not None:
                return size, *place
    return None


def _nearest(sums: npt.NDArray[np.int32], size: Size, per_mm: float, ring: float) -> tuple[int, int] | None:
    """(left, top) of the empty rectangle nearest to the lower right corner."""
    wide, tall = _pixels(size[0], per_mm), _pixels(size[1], per_mm)
    rows, columns = sums.shape[0] - 1, sums.shape[1] - 1
    edge = int((_EDGE_MM - _CLEARANCE_MM) * per_mm)
    if wide + 2 * edge > columns or tall + 2 * edge > rows:
        return None
    inked = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    left, top = np.arange(inked.shape[1])[None, :], np.arange(inked.shape[0])[:, None]
    inside = (left >= edge) & (top >= edge) & (left + wide <= columns - edge) & (top + tall <= rows - edge)
    centre_x, centre_y = (left + wide / 2) / columns, (top + tall / 2) / rows
    outer = (centre_x <= ring) | (centre_x >= 1 - ring) | (centre_y <= ring) | (centre_y >= 1 - ring)
    free = (inked == 0) & inside & outer
    if not free.any():
        return None
    far = np.hypot((columns - left - wide).astype(np.float32), (rows - top - tall).astype(np.float32))
    far[~free] = np.inf
    at_top, at_left = np.unravel_index(int(np.argmin(far)), far.shape)
    return int(at_left), int(at_top)
