"""Copies of a part of a sheet for printing: what is seen, to scale, saying on its face what it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.copies.copies import RINGS_ARE_DERIVED, CopyOrder, Press, order_copy
from app.copies.slips import PDF
from app.drawings.queries.sheets import byte_source, revision_for
from app.drawings.reading.values import parse_scale
from app.kernel.errors import invalid
from app.kernel.policy import Rights
from viewers.render.manifest import Layer, Page
from viewers.render.region_paper import lay_out
from viewers.render.sheet_grid import Grid, field_of

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class RegionWish:
    """What is to be printed of a page."""

    box_um: Box
    paper: str
    layers: tuple[tuple[str, bool], ...] | None
    """Names and states in the order of the manifest; as the file has them if None."""


def order_region(
    session: Session,
    rights: Rights,
    rendition_id: str,
    wish: RegionWish,
    page: Page,
    grid: Grid,
    *,
    press: Press,
    now: datetime,
) -> CopyOrder:
    """Settle a copy of a region of a rendition that the actor may read, with the status as known now.

    Raises:
        Refused: ``not-found``; ``invalid-input`` for a region off the page, or a paper that is not kept.
    """
    whole = order_copy(session, rights, rendition_id, press=press, now=now)
    source = byte_source(session, rights, rendition_id)
    _, revision = revision_for(session, rights, source.revision_id)
    x0, y0, x1, y1 = wish.box_um
    box = max(x0, 0), max(y0, 0), min(x1, page.width_um), min(y1, page.height_um)
    try:
        factor = lay_out((box[2] - box[0]) / 1000, (box[3] - box[1]) / 1000, wish.paper).factor
    except ValueError as error:
        raise invalid(
            "box", "区域须在图面之内，纸张为 A4 或 A3", "a region of the sheet, on A4 or A3"
        ) from error
    scales = parse_scale(revision.scales)
    # The papers of slips follow whole sheets; a part names their numbers, and has no rings to speak of.
    lines = [
        whole.lines[0].replace("副本 Copy", "局部副本 Part copy", 1),
        *(line for line in whole.lines[1:] if line != RINGS_ARE_DERIVED),
        _place_line(box, grid, float(factor), scales),
    ]
    if _hides(wish.layers, page.layers):
        lines.append("有图层未显示，不是完整图面 · Layers are hidden: not the whole drawing")
    if wish.layers is not None and source.rendition.media_type == PDF:
        # Layers are those of the file as it came, which the viewer shows: made ready for seals it has none.
        shown = source.rendition
        whole = replace(whole, sha256=shown.manifest_of, page=shown.manifest_page)
    return replace(
        whole,
        lines=tuple(lines),
        file_name=whole.file_name.replace("副本 copy", f"局部副本 part {wish.paper}"),
        slips=(),
        region={"box_um": list(box), "paper": wish.paper, "layers": wish.layers},
    )


def _place_line(box: Box, grid: Grid, factor: float, scales: Sequence[str]) -> str:
    """Where on the sheet, and how large: ``C3–D5 · x 100–200 y 50–90 mm · ×0.5 = 1:200``."""
    first, last = field_of(grid, box[0], box[3] - 1), field_of(grid, box[2] - 1, box[1])
    fields = first if first == last else f"{first}–{last}"
    spans = " ".join(
        f"{axis} {low / 1000:.0f}–{high / 1000:.0f}"
        for axis, low, high in (("x", box[0], box[2]), ("y", box[1], box[3]))
    )
    size = f"×{factor:g}"
    if len(scales) == 1:
        paper, real = (float(n) for n in scales[0].split(":"))
        size += f" = 1:{real / paper / factor:g}"
    computed = "" if grid.is_drawn else "（推算 computed）"
    return f"区域 Region {fields}{computed} · {spans} mm · {size}"


def _hides(wanted: Sequence[tuple[str, bool]] | None, layers: Sequence[Layer]) -> bool:
    """True when a layer that the file shows is not shown."""
    if wanted is None:
        return False
    return any(layer.is_on and not is_on for layer, (_, is_on) in zip(layers, wanted, strict=True))
