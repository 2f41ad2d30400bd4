"""Judge a document before it is drawn: how much it would draw, and what in it cannot be drawn.

A 15 KB file of nested blocks asks for 10^8 lines; a 26 KB one never ends. Everything is counted here first, with
each block counted once and without recursion, so that a hostile file costs a millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from ezdxf.document import Drawing
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.hatch import Hatch
from ezdxf.entities.insert import Insert
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.mtext import MText
from ezdxf.entities.polyline import Polyline
from ezdxf.entities.spline import Spline
from ezdxf.entities.text import Text
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.layouts.layout import Layout, Paperspace

from viewers.render.cad_frontend import content_viewports
from viewers.render.cad_linetypes import is_dashed_as_paper
from viewers.render.cad_refused import CadRefused

MAX_PRIMITIVES = 3_000_000
MAX_BLOCK_DEPTH = 64
MAX_TEXT = 100_000
MAX_TEXT_GROUPS = 2_000
MAX_SPLINE_POINTS = 100_000
MAX_DASHES = 2_000_000
MAX_COORDINATE = 1e12
_SYMBOL_DASHES = 10

_POINT_ATTRIBUTES = frozenset(
    [
        "start",
        "end",
        "insert",
        "align_point",
        "center",
        "location",
        "defpoint",
        "major_axis",
        "vtx0",
        "vtx1",
        "vtx2",
        "vtx3",
    ]
)
_NUMBER_ATTRIBUTES = frozenset(
    ["radius", "height", "char_height", "xscale", "yscale", "zscale", "rotation", "width"]
)


@dataclass
class Preflight:
    """What was found before drawing."""

    primitives: int = 0
    dashes: float = 0.0
    invalid: dict[str, int] = field(default_factory=dict)
    """Entities that were removed because a coordinate is not a finite number below 1e12."""

    @property
    def draw_dashes(self) -> bool:
        """False when dashed lines would be cut into too many pieces."""
        return self.dashes <= MAX_DASHES


@dataclass(frozen=True)
class _Cost:
    primitives: int
    dashed: float
    """Number of dashes."""


def preflight(doc: Drawing) -> Preflight:
    """Count and clean; entities with impossible coordinates are removed from the document.

    Raises:
        CadRefused: ``too-many-primitives``, ``block-cycle``, ``block-depth``, ``text-too-long``,
            ``spline-too-long``.
    """
    result = Preflight()
    for space in (*doc.blocks, *doc.layouts):
        _remove_invalid(space, result.invalid)
    dash_lengths = _dash_lengths(doc)
    costs = {block.name.lower(): _own_cost(block, dash_lengths) for block in doc.blocks}
    references = {block.name.lower(): _references(block) for block in doc.blocks}
    totals = _expand(costs, references)
    for layout in doc.layouts:
        name = layout.block_record_name.lower()
        viewports = content_viewports(layout.viewports()) if isinstance(layout, Paperspace) else []
        model = totals[doc.modelspace().block_record_name.lower()]
        cost = totals.get(name, _Cost(0, 0.0))
        result.primitives += cost.primitives + len(viewports) * model.primitives // 4
        shown = float(len(viewports))
        if is_dashed_as_paper(doc, layout):
            shown = sum(min(1.0, viewport.get_scale()) for viewport in viewports)
        result.dashes += cost.dashed + shown * model.dashed / 4
    if result.primitives > MAX_PRIMITIVES:
        raise CadRefused("too-many-primitives", {"primitives": result.primitives, "limit": MAX_PRIMITIVES})
    return result


def _references(block: Iterable[DXFEntity]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entity in block:
        name, times = "", 1
        if isinstance(entity, Insert):
            name = str(entity.dxf.get("name", "")).lower()
            times = max(1, entity.dxf.row_count) * max(1, entity.dxf.column_count)
        elif entity.dxf.hasattr("geometry"):  # DIMENSION, ACAD_TABLE
            name = str(entity.dxf.get("geometry", "")).lower()
        if name:
            counts[name] = counts.get(name, 0) + times
    return counts


def _expand(costs: dict[str, _Cost], references: dict[str, dict[str, int]]) -> dict[str, _Cost]:
    """Total cost of every block, each computed once, children before parents, on an explicit stack."""
    totals: dict[str, _Cost] = {}
    depths: dict[str, int] = {}
    for root in costs:
        stack, open_blocks = [root], set[str]()
        while stack:
            name = stack[-1]
            if name in totals:
                stack.pop()
                continue
            children = [child for child in references[name] if child in costs]
            waiting = [child for child in children if child not in totals]
            if waiting:
                open_blocks.add(name)
                if any(child in open_blocks for child in waiting):
                    raise CadRefused("block-cycle", {"block": name[:80]})
                stack.extend(waiting)
                continue
            primitives, dashed = costs[name].primitives, costs[name].dashed
            for child in children:
                primitives += totals[child].primitives * references[name][child]
                dashed += totals[child].dashed * references[name][child]
            totals[name] = _Cost(primitives, dashed)
            depths[name] = 1 + max((depths[child] for child in children), default=0)
            if depths[name] > MAX_BLOCK_DEPTH:
                raise CadRefused("block-depth", {"block": name[:80], "limit": MAX_BLOCK_DEPTH})
            open_blocks.discard(name)
            stack.pop()
    return totals


def _own_cost(block: Iterable[DXFEntity], dash_lengths: dict[str, float]) -> _Cost:
    primitives, dashed = 0, 0.0
    for entity in block:
        primitives += _primitives(entity)
        pattern = dash_lengths.get(_linetype(entity), 0.0)
        if pattern:
            dashed += _length(entity) / (pattern * max(1e-9, abs(_own(entity, "ltscale", 1.0))))
    return _Cost(primitives, dashed)


def _primitives(entity: DXFEntity) -> int:
    if isinstance(entity, MText):
        _check_text(entity.text)
        return 1 + len(entity.text) // 4
    if isinstance(entity, Text):
        _check_text(entity.dxf.text)
        return 1 + len(entity.dxf.text) // 4
    if isinstance(entity, Spline):
        points = max(len(entity.control_points), len(entity.fit_points))
        if points > MAX_SPLINE_POINTS:
            raise CadRefused("spline-too-long", {"points": points, "limit": MAX_SPLINE_POINTS})
        return 1 + points
    if isinstance(entity, LWPolyline):
        return 1 + len(entity) // 4
    if isinstance(entity, Polyline):
        return 1 + len(entity.vertices) // 4
    if isinstance(entity, Hatch):
        return 10 + 2 * len(entity.paths.paths)
    return 1


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT or text.count("{") > MAX_TEXT_GROUPS:
        detail = {"characters": len(text), "groups": text.count("{"), "limit": MAX_TEXT}
        raise CadRefused("text-too-long", detail)


def _dash_lengths(doc: Drawing) -> dict[str, float]:
    """Mean length in drawing units of one dash of each linetype; 0 for a solid one."""
    scale = abs(float(doc.header.get("$LTSCALE", 1.0))) or 1.0
    lengths: dict[str, float] = {}
    for linetype in doc.linetypes:
        # Letters and shapes are drawn as well, each as costly as some dashes.
        pattern = [abs(float(tag.value)) for tag in linetype.pattern_tags.tags if tag.code == 49]
        pattern += [0.0] * _SYMBOL_DASHES * sum(tag.code == 340 for tag in linetype.pattern_tags.tags)
        if len(pattern) > 1:
            lengths[linetype.dxf.name.lower()] = max(sum(pattern) / len(pattern), 1e-9) * scale * 2
    by_layer = {layer.dxf.name.lower(): layer.dxf.linetype.lower() for layer in doc.layers}
    lengths.update({f"\n{name}": lengths.get(linetype, 0.0) for name, linetype in by_layer.items()})
    return lengths


def _linetype(entity: DXFEntity) -> str:
    name = str(_own(entity, "linetype", "bylayer")).lower()
    return f"\n{str(_own(entity, 'layer', '0')).lower()}" if name == "bylayer" else name


def _own(entity: DXFEntity, name: str, default: Any) -> Any:
    """An attribute that not every type of entity knows."""
    return entity.dxf.get(name) if entity.dxf.hasattr(name) else default


def _length(entity: DXFEntity) -> float:
    kind, dxf = entity.dxftype(), entity.dxf
    if kind == "LINE":
        return float(dxf.start.distance(dxf.end))
    if kind in {"CIRCLE", "ARC"}:
        return float(2 * math.pi * abs(dxf.radius))
    if isinstance(entity, LWPolyline):
        points = np.frombuffer(entity.lwpoints.values, dtype=float).reshape(-1, 5)[:, :2]
        return float(np.abs(np.diff(points, axis=0)).sum()) if len(points) > 1 else 0.0
    return 0.0


def _remove_invalid(space: BlockLayout | Layout, removed: dict[str, int]) -> None:
    for entity in list(space):
        if _is_drawable(entity):
            continue
        removed[entity.dxftype()] = removed.get(entity.dxftype(), 0) + 1
        space.delete_entity(entity)


def _is_drawable(entity: DXFEntity) -> bool:
    if isinstance(entity, LWPolyline):
        return _are_small(np.frombuffer(entity.lwpoints.values, dtype=float))
    if isinstance(entity, Spline):
        return _are_small(
            np.array([p.xyz if hasattr(p, "xyz") else p for p in entity.control_points], dtype=float)
        )
    for name, value in vars(entity.dxf).items():
        if name in _POINT_ATTRIBUTES:
            if not all(abs(c) < MAX_COORDINATE for c in (value if isinstance(value, tuple) else value.xyz)):
                return False
        elif name in _NUMBER_ATTRIBUTES and isinstance(value, float) and not abs(value) < MAX_COORDINATE:
            return False
    return True


def _are_small(numbers: npt.NDArray[np.float64]) -> bool:
    """False also for what is not a number."""
    return not numbers.size or bool(np.abs(numbers).max() < MAX_COORDINATE)
