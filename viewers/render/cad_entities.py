"""What a person may point at on a page of a CAD file: its entities by handle, with the lines they draw.

``entities/<page>.json`` is a file beside the text, fetched when somebody wants to point at an entity, and not before:

    unit      um in one step of the coordinates
    names     [DXF type, layer, index among the layers of the page or -1] of each look that entities share
    entities  [handle, index of its look, lines...] or [handle, index of its look, x0, y0, x1, y1]
    is_cut    entities were left out, because there are too many

A line is ``[x, y, dx, dy, dx, dy, ...]``: its first point, then the way to each next. Entities that draw areas,
letters or very many lines are boxes. The same handle is one entity, whatever it draws: a block reference with
all its content.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from ezdxf.addons.drawing.recorder import DataRecord, PathRecord, PointsRecord, SolidLinesRecord
from ezdxf.document import Drawing
from ezdxf.npshapes import NumpyPath2d
from ezdxf.path import Command

from viewers.render.cad_frontend import object_name
from viewers.render.cad_pages import SheetPlan
from viewers.render.cad_recording import Recording
from viewers.render.layer_set import MAX_NAME

UNIT_UM = 50
MOST_ENTITIES = 40_000
"""Of one page."""
MOST_POINTS = 96
"""Of the lines of one entity; with more it is a box."""
_CURVE_STEPS = np.linspace(0.25, 1.0, 4).reshape(-1, 1)
"""Where a curve is cut: good enough to point at."""
_LINE, _CURVE3, _CURVE4 = int(Command.LINE_TO), int(Command.CURVE3_TO), int(Command.CURVE4_TO)

Vertices = npt.NDArray[np.float64]


@dataclass
class _Drawn:
    layer: str
    """Of the first thing it draws."""
    box: list[float]
    lines: list[Vertices] = field(default_factory=list)
    points: int = 0
    is_box: bool = False

    def add(self, lines: list[Vertices] | None) -> None:
        """One thing more that it draws; None: what has no lines to point at."""
        if lines is not None:
            self.points += sum(map(len, lines))
            self.lines.extend(lines)
        if lines is None or self.points > MOST_POINTS:
            self.is_box, self.lines = True, []


class EntityList:
    """Collects what the records of a page draw, by handle."""

    def __init__(self, recording: Recording, plan: SheetPlan) -> None:
        """Look at every record of the recording that touches the page."""
        self._plan = plan
        self._found: dict[str, _Drawn] = {}
        self._is_cut = False
        x0, y0, x1, y1 = plan.box
        boxes = recording.boxes
        with np.errstate(invalid="ignore"):
            on_page = (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)
        hits = np.flatnonzero(on_page)
        for at, box in zip(hits.tolist(), boxes[hits].tolist(), strict=True):
            record = recording.records[at]
            self._note(record, box, recording.properties[record.property_hash].layer)

    def to_json(self, doc: Drawing, layers: list[str]) -> str:
        """As it is written; ``layers`` are those of the page."""
        named = {layer.dxf.name.lower(): layer.dxf.name for layer in doc.layers}
        indexes = {name.lower(): n for n, name in enumerate(layers)}
        names: dict[tuple[str, str, int], int] = {}
        rows = []
        for handle, drawn in self._found.items():
            entity = doc.entitydb.get(handle)
            if entity is None:
                continue
            own = str(entity.dxf.layer) if entity.dxf.hasattr("layer") else drawn.layer
            name = named.get(own.lower(), own).encode("utf-16-le", "replace").decode("utf-16-le")[:MAX_NAME]
            look = object_name(entity)[:40], name, indexes.get(drawn.layer.lower(), -1)
            place = names.setdefault(look, len(names))
            rows.append([handle, place, *self._shape(drawn)])
        told = {
            "unit": UNIT_UM,
            "names": [list(look) for look in names],
            "entities": rows,
            "is_cut": self._is_cut,
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    def _note(self, record: DataRecord, box: list[float], layer: str) -> None:
        if not record.handle:
            return
        drawn = self._found.get(record.handle)
        if drawn is None:
            if len(self._found) >= MOST_ENTITIES:
                self._is_cut = True
                return
            drawn = self._found[record.handle] = _Drawn(layer, box)
        else:
            drawn.box[:2] = map(min, drawn.box[:2], box[:2])
            drawn.box[2:] = map(max, drawn.box[2:], box[2:])
        if not drawn.is_box:
            drawn.add(_lines_of(record))

    def _shape(self, drawn: _Drawn) -> list[object]:
        if drawn.is_box or not drawn.lines or not self._is_near(drawn.box):
            corners = self._placed(np.array(drawn.box).reshape(2, 2))
            limit = self._placed(np.array(self._plan.box).reshape(2, 2))[1]
            return list(map(int, np.clip(corners, 0, limit).ravel()))
        return [_steps(self._placed(line)) for line in drawn.lines]

    def _is_near(self, box: list[float]) -> bool:
        """Not a ray, nor anything else that reaches far beyond the page."""
        x0, y0, x1, y1 = self._plan.box
        reach = max(x1 - x0, y1 - y0)
        return x0 - box[0] < reach and y0 - box[1] < reach and box[2] - x1 < reach and box[3] - y1 < reach

    def _placed(self, vertices: Vertices) -> npt.NDArray[np.int64]:
        scale = self._plan.mm_per_unit * 1000 / UNIT_UM
        steps: npt.NDArray[np.int64] = np.rint((vertices - np.array(self._plan.box[:2])) * scale).astype(
            np.int64
        )
        return steps


def _steps(points: npt.NDArray[np.int64]) -> list[int]:
    ways = np.diff(points, axis=0)
    moved = ways[ways.any(axis=1)]
    flat: list[int] = [*points[0].tolist(), *moved.ravel().tolist()]
    return flat


def _lines_of(record: DataRecord) -> list[Vertices] | None:
    """What a record draws as lines; None where it is an area, a text or a picture."""
    if isinstance(record, PathRecord):
        return _flat(record.path)
    if isinstance(record, SolidLinesRecord):
        return _joined(record.lines.np_vertices())
    if isinstance(record, PointsRecord):
        points = record.points.np_vertices()
        return [np.vstack([points, points[:1]]) if len(points) > 2 else points] if len(points) else []
    return None


def _flat(path: NumpyPath2d) -> list[Vertices]:
    vertices, codes = path.np_vertices(), [int(code) for code in path.command_codes()]
    if not codes or not len(vertices):
        return []
    if all(code == _LINE for code in codes):
        return [vertices]
    lines: list[list[Vertices]] = [[vertices[:1]]]
    at = 1
    for code in codes:
        last = lines[-1][-1][-1:]
        if code == _LINE:
            lines[-1].append(vertices[at : at + 1])
            at += 1
        elif code == _CURVE4:
            lines[-1].append(_cubic(last, *(vertices[n : n + 1] for n in range(at, at + 3))))
            at += 3
        elif code == _CURVE3:
            control, end = vertices[at : at + 1], vertices[at + 1 : at + 2]
            lines[-1].append(_cubic(last, (last + 2 * control) / 3, (end + 2 * control) / 3, end))
            at += 2
        else:
            lines.append([vertices[at : at + 1]])
            at += 1
    return [np.vstack(line) for line in lines]


def _cubic(a: Vertices, b: Vertices, c: Vertices, d: Vertices) -> Vertices:
    t = _CURVE_STEPS
    curve: Vertices = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return curve


def _joined(pairs: Vertices) -> list[Vertices]:
    """Dashes that lie on one line are one line."""
    lines: list[Vertices] = []
    for a, b in zip(pairs[::2], pairs[1::2], strict=False):
        last = lines[-1] if lines else None
        if last is not None and _is_on(last[0], last[1], a, b):
            last[1] = b
        else:
            lines.append(np.array([a, b]))
            if len(lines) * 2 > MOST_POINTS:
                break
    return lines


def _is_on(start: Vertices, end: Vertices, a: Vertices, b: Vertices) -> bool:
    way, far = end - start, b - start
    length = float(np.hypot(*far))
    off = max(abs(way[0] * v[1] - way[1] * v[0]) for v in (a - start, far))
    return bool(off <= 1e-3 * length * max(float(np.hypot(*way)), 1e-12) and np.dot(way, far) >= 0)
