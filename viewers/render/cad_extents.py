"""Where an entity lies, told cheaply: to leave out what a viewport does not see.

A box may be larger than what is drawn, never smaller: what is drawn in vain is clipped away. Lines, arcs and
polylines are boxed from their numbers, a block reference from the box of its block, measured once for all references;
the rest is measured by ezdxf.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import ezdxf.bbox
import numpy as np
from ezdxf.entities.arc import Arc
from ezdxf.entities.circle import Circle
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.insert import Insert
from ezdxf.entities.line import Line
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.math import UVec, Vec2

from viewers.render.cad_text import Box

_NOWHERE: Box = (np.inf, np.inf, -np.inf, -np.inf)
"""The box of nothing."""


class Extents:
    """Boxes of entities of one document, each block measured once."""

    def __init__(self) -> None:
        self._blocks: dict[str, Box | None] = {}
        self._cache = ezdxf.bbox.Cache()

    def box_of(self, entity: DXFGraphic) -> Box | None:
        """The box in the coordinates the entity stands in; None when it cannot be told."""
        try:
            if isinstance(entity, Line):
                return _around((entity.dxf.start, entity.dxf.end), 0.0)
            if isinstance(entity, Circle | Arc):
                return _around((entity.ocs().to_wcs(entity.dxf.center),), abs(entity.dxf.radius))
            if isinstance(entity, LWPolyline) and not entity.ocs().transform:
                return _polyline_box(entity)
            if isinstance(entity, Insert) and entity.mcount == 1 and not entity.attribs:
                return self._insert_box(entity)
            box = ezdxf.bbox.extents((entity,), fast=True, cache=self._cache)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a damaged entity fails again, and is counted, when it is drawn
            return None
        return (box.extmin.x, box.extmin.y, box.extmax.x, box.extmax.y) if box.has_data else None

    def meets(self, entity: DXFGraphic, window: Box) -> bool:
        """Whether an entity may be seen in a window."""
        box = self.box_of(entity)
        return box is None or (
            box[0] < window[2] and box[2] > window[0] and box[1] < window[3] and box[3] > window[1]
        )

    def _insert_box(self, insert: Insert) -> Box | None:
        block = insert.block()
        if block is None:
            return None
        box = self._block_box(block)
        if box is None or box == _NOWHERE:
            return box
        x0, y0, x1, y1 = box
        corners = [(x0, y0, 0), (x1, y0, 0), (x0, y1, 0), (x1, y1, 0)]
        return _around(insert.matrix44().transform_vertices(corners), 0.0)

    def _block_box(self, block: BlockLayout) -> Box | None:
        name = block.name.lower()
        if name not in self._blocks:
            self._blocks[name] = None  # of a block within itself nothing can be told
            boxes = [self.box_of(entity) for entity in block]
            known = [box for box in boxes if box is not None]
            self._blocks[name] = reduce(_union, known, _NOWHERE) if len(known) == len(boxes) else None
        return self._blocks[name]


def _around(points: Iterable[UVec], pad: float) -> Box:
    flat = [Vec2(point) for point in points]
    xs, ys = [p.x for p in flat], [p.y for p in flat]
    return (min(xs) - pad, min(ys) - pad, max(xs) + pad, max(ys) + pad)


def _polyline_box(entity: LWPolyline) -> Box | None:
    points = np.array(entity.lwpoints.values, dtype=float).reshape(-1, 5)  # x, y, widths at both ends, bulge
    if not len(points):
        return _NOWHERE
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    # An arc stands out of its chord by at most bulge times half the chord.
    pad = float(np.abs(points[:, 4]).max() * (high - low).sum() + np.abs(points[:, 2:4]).max())
    pad += abs(entity.dxf.get("const_width", 0.0))
    return (float(low[0]) - pad, float(low[1]) - pad, float(high[0]) + pad, float(high[1]) + pad)


def _union(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
