"""What a comparison says of a mark's place, and where the mark lies on the newer revision.

Comparing is somebody else's work. It hands in :class:`Comparison`; until it does, a place is *not compared yet*, which is
never shown as unchanged (law 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.markups.geometry import Box, box_of
from app.markups.rules import Standing

NEAR_UM = 2_000
"""A change this near to a mark concerns it."""


@dataclass(frozen=True)
class Region:
    """A place that changed: in the older sheet, in the newer, or in both; um of each sheet's own space."""

    older: Box | None
    newer: Box | None
    """None: what stood in the older place is gone."""


@dataclass(frozen=True)
class Comparison:
    """What changed between two revisions of a sheet, and how far the newer is shifted against the older."""

    regions: tuple[Region, ...]
    shift: tuple[int, int] = (0, 0)
    """Added to a point of the older sheet it gives the same point of the newer, um."""


def standing_of(anchor: Mapping[str, Any], shape: Mapping[str, Any], compared: Comparison | None) -> Standing:
    """How a mark's place stands: changed, unchanged, gone, or not compared yet.

    The whole sheet has changed if anything did.
    """
    if compared is None:
        return Standing.NOT_COMPARED
    if anchor.get("type") == "sheet":
        return Standing.CHANGED if compared.regions else Standing.UNCHANGED
    place = box_of(anchor, shape)
    there = _moved_box(place, compared)
    touched = [r for r in compared.regions if _touches(place, r.older) or _touches(there, r.newer)]
    if not touched:
        return Standing.UNCHANGED
    is_gone = any(r.newer is None and r.older is not None and _inside(place, r.older) for r in touched)
    return Standing.GONE if is_gone else Standing.CHANGED


def moved(content: Mapping[str, Any], compared: Comparison | None) -> dict[str, Any]:
    """A mark's content as it lies on the newer sheet."""
    dx, dy = compared.shift if compared else (0, 0)
    anchor, shape = dict(content["anchor"]), dict(content["shape"])
    for name in ("x", "x0", "x1"):
        if name in anchor:
            anchor[name] += dx
    for name in ("y", "y0", "y1"):
        if name in anchor:
            anchor[name] += dy
    shape["paths"] = [[[x + dx, y + dy] for x, y in path] for path in shape["paths"]]
    return {**content, "anchor": anchor, "shape": shape}


def _moved_box(box: Box, compared: Comparison) -> Box:
    dx, dy = compared.shift
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def _touches(box: Box, other: Box | None) -> bool:
    if other is None:
        return False
    across = box[0] - NEAR_UM <= other[2] and other[0] <= box[2] + NEAR_UM
    return across and box[1] - NEAR_UM <= other[3] and other[1] <= box[3] + NEAR_UM


def _inside(box: Box, other: Box) -> bool:
    across = other[0] - NEAR_UM <= box[0] and box[2] <= other[2] + NEAR_UM
    return across and other[1] - NEAR_UM <= box[1] and box[3] <= other[3] + NEAR_UM
