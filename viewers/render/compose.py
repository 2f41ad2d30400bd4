"""A copy for printing: one page of a PDF with a QR code and a line of text, set where the page is empty.

Runs inside the jailed child. The page is drawn unchanged: its annotations are flattened, then the whole of it becomes
one form (ISO 32000-2, 8.10) on a new page that is already turned and cropped as a reader shows it. The stamp stands
beside the form, never in it. Where the page has no empty place, the paper grows at its foot. Equal input gives equal
bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Array, Dictionary, Name

from viewers.render.compose_place import Place, find_place, place_in_strip, strip_height
from viewers.render.compose_slips import PrintedSlip, append_papers, boxes_mm, draw_rings
from viewers.render.compose_stamp import Block, block_content, blocks_for
from viewers.render.compose_upright import POINTS_PER_MM, decimal, keep_only, turn_upright, user_unit
from viewers.render.errors import RenderRefused
from viewers.render.page_ink import page_ink
from viewers.render.pdf_opening import open_to_copy

COPY_NAME = "copy.pdf"

_PIXELS_PER_MM = 4.0
_MOST_PIXELS = 24_000_000
"""A pixel darker than this is ink. A grey scan is all ink: its copy gets a strip."""
_LONGEST_PAYLOAD = 600
_LONGEST_LINE = 200
_MOST_LINES = 8


@dataclass(frozen=True)
class Stamp:
    """What the copy says about itself."""

    payload: str
    """Content of the QR code, ASCII."""
    lines: tuple[str, ...]
    """Text beside the code; the first line is set larger."""

    @classmethod
    def of(cls, raw: Any) -> Stamp:
        """Read a stamp as it came over the wire.

        Raises:
            ValueError: it is not one, or longer than a corner of a sheet can hold.
        """
        payload, lines = raw["payload"], tuple(raw["lines"])
        if not payload.isascii() or not 0 < len(payload) <= _LONGEST_PAYLOAD:
            raise ValueError("payload must be ASCII of ordinary length")
        if not 0 < len(lines) <= _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
            raise ValueError("too many or too long lines")
        return cls(payload, lines)


def compose_copy(
    source: Path,
    page: int,
    stamp: Stamp,
    out: Path,
    *,
    slips: Sequence[PrintedSlip] = (),
    papers: Mapping[str, Path] | None = None,
) -> None:
    """Write ``out/copy.pdf``: one page of ``source`` (counted from 0) with the stamp, its slips ringed and behind it.

    Args:
        source: a PDF.
        page: page of it.
        stamp: what the copy says of itself.
        out: a folder.
        slips: change slips in force on the sheet (:mod:`viewers.render.compose_slips`).
        papers: their papers, by the names that ``slips`` use.

    Raises:
        RenderRefused: ``pdf-encrypted``, ``pdf-unreadable``, ``no-such-page``.
    """
    with open_to_copy(source) as pdf:
        if not 0 <= page < len(pdf.pages):
            raise RenderRefused("no-such-page", {"page": page, "pages": len(pdf.pages)})
        keep_only(pdf, page)
        width, height = turn_upright(pdf)
        put_stamp(pdf, width, height, stamp, boxes_mm(slips))
        draw_rings(pdf.pages[0], slips, POINTS_PER_MM / user_unit(pdf))
        append_papers(pdf, slips, papers or {})
        name_it(pdf, stamp)
        pdf.save(
            out / COPY_NAME,
            deterministic_id=True,
            encryption=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )


def put_stamp(
    pdf: pikepdf.Pdf,
    width: float,
    height: float,
    stamp: Stamp,
    taken_mm: Sequence[tuple[float, float, float, float]] = (),
) -> None:
    """Set the stamp on the first page, already upright, where it is empty.

    Args:
        pdf: a document of one page.
        width: of the page, in its units.
        height: of the page, in its units.
        stamp: what to say.
        taken_mm: boxes that count as drawn, x0, y0, x1, y1 from the lower left.
    """
    mm = POINTS_PER_MM / user_unit(pdf)  # user units of this page per millimetre
    ink = _ink(pdf, width / mm, height / mm)
    per_mm = ink.shape[1] / (width / mm)
    for x0, y0, x1, y1 in taken_mm:
        top, foot = (max(0, int((height / mm - y) * per_mm)) for y in (y1, y0))
        ink[top : foot + 1, max(0, int(x0 * per_mm)) : max(0, int(x1 * per_mm) + 1)] = True
    blocks = blocks_for(stamp.payload, stamp.lines, short_mm=min(width, height) / mm)
    place, strip = _settle(ink, blocks, width / mm, height / mm)
    _set_stamp(pdf, place, mm, strip)


def _ink(pdf: pikepdf.Pdf, width_mm: float, height_mm: float) -> npt.NDArray[np.bool_]:
    buffer = io.BytesIO()
    pdf.save(buffer)
    size = (width_mm, height_mm)
    return page_ink(buffer.getvalue(), 0, size, per_mm=_PIXELS_PER_MM, most=_MOST_PIXELS, has_forms=False)


def _settle(
    ink: npt.NDArray[np.bool_], blocks: list[Block], width_mm: float, height_mm: float
) -> tuple[Place, float]:
    """Where the stamp stands, and by how many mm the paper grows for it (0 when there is room)."""
    found = find_place(ink, blocks, width_mm, height_mm)
    if found is not None:
        return found, 0.0
    return place_in_strip(blocks[0], width_mm), strip_height(blocks[0], width_mm)


def _set_stamp(pdf: pikepdf.Pdf, place: Place, mm: float, strip_mm: float) -> None:
    """Draw the block; the strip lies below the sheet, so the sheet keeps its coordinates."""
    page = pdf.pages[0]
    box = [float(value) for value in page.obj[Name.MediaBox]]
    page.obj[Name.MediaBox] = Array([0, decimal(-strip_mm * mm), decimal(box[2]), decimal(box[3])])
    scale = mm * place.scale
    start = f"q {scale:.6f} 0 0 {scale:.6f} {place.x_mm * mm:.4f} {place.y_mm * mm:.4f} cm\n"
    page.contents_add(start.encode() + block_content(place.block) + b"Q\n")
    page.contents_coalesce()


def name_it(pdf: pikepdf.Pdf, stamp: Stamp) -> None:
    """The file says what it is in its properties, too."""
    pdf.trailer[Name.Info] = pdf.make_indirect(
        Dictionary(Title=pikepdf.String(" · ".join(stamp.lines)), Creator=pikepdf.String("OneSet"))
    )
