"""A region of a sheet on a page of its own, for printing: its vectors cut at the region, at an orderly scale.

Runs inside the jailed child. As in a copy (:mod:`viewers.render.compose`) the page is drawn unchanged as one form; here
it is clipped to the region and placed on A4 or A3, with code and words at the foot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Name

from viewers.render.compose import COPY_NAME, Stamp, name_it
from viewers.render.compose_stamp import block_content, blocks_for
from viewers.render.compose_upright import POINTS_PER_MM, keep_only, turn_upright
from viewers.render.errors import RenderRefused
from viewers.render.manifest import UM_PER_POINT
from viewers.render.pdf_layers import set_layers
from viewers.render.pdf_opening import open_to_copy
from viewers.render.region_paper import FOOT_MM, MARGIN_MM, RegionPage, lay_out


@dataclass(frozen=True)
class Region:
    """What is cut out, and onto what."""

    box_um: tuple[int, int, int, int]
    """x0, y0, x1, y1 in sheet space."""
    paper: str
    layers: Sequence[tuple[str, bool]] | None = None
    """Names and states of layers in the order of the manifest; as the file has them if None."""

    @classmethod
    def of(cls, raw: Any) -> Region:
        """Read a region as it came over the wire."""
        x0, y0, x1, y1 = (int(value) for value in raw["box_um"])
        layers = raw.get("layers")
        states = None if layers is None else [(str(name), bool(is_on)) for name, is_on in layers]
        return cls((x0, y0, x1, y1), str(raw["paper"]), states)


def compose_region(source: Path, page: int, region: Region, stamp: Stamp, out: Path) -> None:
    """Write ``out/copy.pdf``: the region of one page of ``source`` (counted from 0) with the stamp at its foot.

    Raises:
        RenderRefused: ``pdf-encrypted``, ``pdf-unreadable``, ``no-such-page``, ``no-such-layer``, ``box-out-of-range``.
    """
    with open_to_copy(source) as pdf:
        if not 0 <= page < len(pdf.pages):
            raise RenderRefused("no-such-page", {"page": page, "pages": len(pdf.pages)})
        if region.layers is not None:
            set_layers(pdf, page, region.layers)
        keep_only(pdf, page)
        width, height = turn_upright(pdf)
        box = _within(region.box_um, width, height)
        wide, high = (box[2] - box[0]) / POINTS_PER_MM, (box[3] - box[1]) / POINTS_PER_MM
        try:
            plan = lay_out(wide, high, region.paper)
        except ValueError as error:
            raise RenderRefused("box-out-of-range", {"box_um": list(region.box_um)}) from error
        _place(pdf, box, plan)
        _add_foot(pdf, plan, stamp)
        name_it(pdf, stamp)
        pdf.save(
            out / COPY_NAME,
            deterministic_id=True,
            encryption=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )


def _within(
    box_um: tuple[int, int, int, int], width: float, height: float
) -> tuple[float, float, float, float]:
    """The part of a region that lies on the page, in its units.

    Raises:
        RenderRefused: ``box-out-of-range``; none of it does.
    """
    x0, y0, x1, y1 = (value / UM_PER_POINT for value in box_um)
    x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), min(x1, width), min(y1, height)
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise RenderRefused("box-out-of-range", {"box_um": list(box_um)})
    return x0, y0, x1, y1


def _place(pdf: pikepdf.Pdf, box: tuple[float, float, float, float], plan: RegionPage) -> None:
    """Clip the upright page to the region and move it to its place; a thin frame shows where it was cut."""
    page = pdf.pages[0]
    scale = float(plan.factor)
    x, y = plan.x_mm * POINTS_PER_MM, plan.y_mm * POINTS_PER_MM
    wide, high = plan.region_width_mm * POINTS_PER_MM, plan.region_height_mm * POINTS_PER_MM
    frame = f"{x:.4f} {y:.4f} {wide:.4f} {high:.4f} re"
    start = (
        f"q {frame} W n {scale:.8f} 0 0 {scale:.8f} {x - box[0] * scale:.4f} {y - box[1] * scale:.4f} cm\n"
    )
    drawn = page.obj[Name.Contents].read_bytes()
    end = f"Q\nq 0.4 w 0.35 G {frame} S Q\n"
    page.obj[Name.Contents] = pdf.make_stream(start.encode() + drawn + end.encode())
    if "/UserUnit" in page.obj:
        del page.obj[Name.UserUnit]
    page.obj[Name.MediaBox] = Array(
        [0, 0, round(plan.width_mm * POINTS_PER_MM, 4), round(plan.height_mm * POINTS_PER_MM, 4)]
    )


def _add_foot(pdf: pikepdf.Pdf, plan: RegionPage, stamp: Stamp) -> None:
    block = blocks_for(stamp.payload, stamp.lines, short_mm=min(plan.width_mm, plan.height_mm))[0]
    fit = min(1.0, (plan.width_mm - 2 * MARGIN_MM) / block.width_mm, (FOOT_MM - 2) / block.height_mm)
    scale = POINTS_PER_MM * fit
    at = MARGIN_MM * POINTS_PER_MM
    page = pdf.pages[0]
    page.contents_add(
        f"q {scale:.6f} 0 0 {scale:.6f} {at:.4f} {at:.4f} cm\n".encode() + block_content(block) + b"Q\n"
    )
    page.contents_coalesce()
