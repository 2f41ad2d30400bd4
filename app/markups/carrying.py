"""What a comparison says of a mark's place, and where the mark lies on the newer revision.

Comparing is somebody else's work (:mod:`app.drawings.comparing`); until it is done, and where it has no answer, a place
is *not compared*, which is never shown as unchanged (law 8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from app.markups.geometry import SCALES, TEXT_SIZE_UM, Box, box_of
from app.markups.rules import FARTHEST_UM, Standing
from viewers.render.compare.values import Comparison, Kind, Region, Registration, Severity

NEAR_UM = 2_000
"""A change this near to a mark concerns it."""
UNSURE = "registration-unsure"
"""The problem that says: look with care."""


@dataclass(frozen=True)
class Place:
    """A mark's place on the newer sheet."""

    standing: Standing
    regions: tuple[Region, ...] = ()
    """What changed there, looks included."""
    why: str = ""
    """The code of the problem, when two sheets could not be compared."""
    is_unsure: bool = False
    """The two sheets have little in common: the answer may be wrong."""


def place_of(anchor: Mapping[str, Any], shape: Mapping[str, Any], compared: Comparison | None) -> Place:
    """How a mark's place stands.

    *Changed*: content was added, removed, moved or rewritten within 2 mm of the mark; where only looks changed (pen,
    colour, layer) it is *unchanged*, and the change is listed. *Gone*: all of the place lies in what was removed, and
    nothing else happened there. The whole sheet has changed if anything did.
    """
    if compared is None:
        return Place(Standing.NOT_COMPARED)
    if compared.registration is None:
        return Place(Standing.NOT_COMPARED, why=compared.problems[0].code if compared.problems else "none")
    is_unsure = any(p.code == UNSURE for p in compared.problems)
    if anchor.get("type") == "sheet":
        touched: Sequence[Region] = compared.regions
    else:
        place = box_of(anchor, shape)
        there = _box_through(compared.registration, place)
        touched = [r for r in compared.regions if _touches(place, r.before) or _touches(there, r.after)]
    major = [r for r in touched if r.severity is Severity.MAJOR]
    standing = Standing.CHANGED if major else Standing.UNCHANGED
    if anchor.get("type") != "sheet" and major and all(r.kind is Kind.REMOVED for r in major):
        standing = Standing.GONE if _covers([r.before for r in major], place) else standing
    return Place(standing, tuple(touched), is_unsure=is_unsure)


def moved(content: Mapping[str, Any], compared: Comparison | None) -> dict[str, Any]:
    """A mark's content as it lies on the newer sheet: through the registration, sizes and scales with it."""
    placed = compared.registration if compared else None
    if placed is None:
        return dict(content)
    anchor, shape = dict(content["anchor"]), dict(content["shape"])
    if "x0" in anchor:
        box = _box_through(placed, (anchor["x0"], anchor["y0"], anchor["x1"], anchor["y1"]))
        anchor |= dict(zip(("x0", "y0", "x1", "y1"), box, strict=True))
    elif "x" in anchor:
        anchor["x"], anchor["y"] = _through(placed, anchor["x"], anchor["y"])
    shape["paths"] = [[list(_through(placed, x, y)) for x, y in path] for path in shape["paths"]]
    if "size" in shape:
        shape["size"] = _within(round(shape["size"] * placed.scale), *TEXT_SIZE_UM)
    if "scale" in shape and placed.scale > 0:  # what is drawn larger stands at a smaller scale
        shape["scale"] = _within(round(shape["scale"] / placed.scale), *SCALES)
    return {**content, "anchor": anchor, "shape": shape}


def _through(placed: Registration, x: int, y: int) -> tuple[int, int]:
    a, b, c, d, e, f = placed.affine
    there = a * x + c * y + e, b * x + d * y + f
    return _within(round(there[0]), -FARTHEST_UM, FARTHEST_UM), _within(
        round(there[1]), -FARTHEST_UM, FARTHEST_UM
    )


def _box_through(placed: Registration, box: Box) -> Box:
    corners = [_through(placed, x, y) for x, y in product((box[0], box[2]), (box[1], box[3]))]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _within(value: int, least: int, most: int) -> int:
    return min(max(value, least), most)


def _touches(box: Box, other: Box) -> bool:
    across = box[0] - NEAR_UM <= other[2] and other[0] <= box[2] + NEAR_UM
    return across and box[1] - NEAR_UM <= other[3] and other[1] <= box[3] + NEAR_UM


def _covers(boxes: Sequence[Box], place: Box) -> bool:
    """True when the boxes, each 2 mm larger, cover all of a place together."""
    grown = [(x0 - NEAR_UM, y0 - NEAR_UM, x1 + NEAR_UM, y1 + NEAR_UM) for x0, y0, x1, y1 in boxes]
    xs = _cuts(place[0], place[2], [v for b in grown for v in (b[0], b[2])])
    ys = _cuts(place[1], place[3], [v for b in grown for v in (b[1], b[3])])
    return all(
        any(b[0] <= x0 and x1 <= b[2] and b[1] <= y0 and y1 <= b[3] for b in grown)
        for (x0, x1), (y0, y1) in product(xs, ys)
    )


def _cuts(low: int, high: int, edges: Sequence[int]) -> list[tuple[int, int]]:
    """Spans between edges, from low to high; one of no length where they are the same."""
    inner = sorted({low, high, *(e for e in edges if low < e < high)})
    return list(pairwise(inner)) or [(low, high)]
