"""A sheet of a DXF or DWG as :class:`~viewers.render.compare.drawn.Drawn`: entities in the coordinates of their frame.

The sheet is found as :mod:`viewers.render.cad` finds its pages, so page numbers are those of the manifest. Three kinds
of entities are not compared by the lines they draw:

- dashed lines are read solid, with the linetype as part of their style: dashes move when a line becomes longer;
- a hatch is its boundary, with its pattern as style: its lines depend on where the pattern begins;
- a text is its words (compared as such) and a bar of its height at its start, with its text style as style.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ezdxf import path as ezpath
from ezdxf.addons.drawing.recorder import (
    DataRecord,
    FilledPathsRecord,
    ImageRecord,
    PathRecord,
    PointsRecord,
    SolidLinesRecord,
)
from ezdxf.document import Drawing
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.mtext import MText
from ezdxf.entities.polygon import DXFPolygon
from ezdxf.entities.text import Text
from ezdxf.layouts.layout import Layout
from ezdxf.npshapes import NumpyPath2d

from viewers.render.cad_draw import draw_layout
from viewers.render.cad_dwg import convert_dwg, patch_from_dwg
from viewers.render.cad_load import load_dxf
from viewers.render.cad_pages import SheetPlan, plan_layouts, plan_sheets, share_shown
from viewers.render.cad_preflight import preflight
from viewers.render.cad_recording import Recording, TextRecord
from viewers.render.cad_refused import CadRefused
from viewers.render.cad_text import PlacedText, join_words, text_runs
from viewers.render.cad_xref import embed_xrefs
from viewers.render.compare.drawn import MAX_SEGMENTS, Drawn, Floats, Origin
from viewers.render.errors import RenderRefused
from viewers.render.manifest import SourceKind

_FLAT_UM = 20.0
_LEAST_SHOWN = 0.2


def read_cad_drawn(
    source: Path, page: int, kind: SourceKind, companions: Mapping[str, Path], scratch: Path
) -> Drawn:
    """Read one sheet.

    Args:
        source: the file.
        page: number of the page in its manifest.
        kind: ``DXF`` or ``DWG``.
        companions: files sent along, by the name the drawing may call them.
        scratch: an existing folder to write to.

    Raises:
        RenderRefused: ``no-such-page``, ``over-segments``, or the file is not drawn.
    """
    try:
        doc = _load(source, kind, companions, scratch)
    except CadRefused as refusal:
        raise RenderRefused(refusal.code, refusal.detail) from refusal
    at = 0
    handles: set[str] = set()
    for plan in plan_layouts(doc):
        if plan.is_model and not plan.frames and share_shown(doc, handles) >= _LEAST_SHOWN:
            continue
        layout = doc.layouts.get(plan.name)
        recording = draw_layout(doc, layout, companions, unit_mm=plan.mm_per_unit, draw_dashes=False)
        sheets = plan_sheets(doc, plan, recording)
        if page < at + len(sheets):
            return _Reader(doc, layout, recording, sheets[page - at]).drawn()
        at += len(sheets)
        handles |= _shown(recording, sheets)
    raise RenderRefused("no-such-page", {"page": page, "pages": at})


def _load(source: Path, kind: SourceKind, companions: Mapping[str, Path], scratch: Path) -> Drawing:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        dxf = source
        if kind is SourceKind.DWG:
            dxf = Path(folder) / "converted.dxf"
            convert_dwg(source, dxf)
        doc = load_dxf(dxf).doc
        if kind is SourceKind.DWG:
            patch_from_dwg(doc, source)
        embed_xrefs(doc, companions, Path(folder))
    preflight(doc)
    return doc


def _shown(recording: Recording, sheets: list[SheetPlan]) -> set[str]:
    """Handles of the entities that some page of a layout shows."""
    boxes = recording.boxes
    on_page = np.zeros(len(boxes), dtype=bool)
    for sheet in sheets:
        on_page |= _is_on(boxes, sheet)
    return {recording.records[i].handle for i in np.flatnonzero(on_page)}


def _is_on(boxes: Floats, sheet: SheetPlan) -> Any:
    x0, y0, x1, y1 = sheet.box
    with np.errstate(invalid="ignore"):
        return (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)


class _Reader:
    """Collects what the records of one sheet draw."""

    def __init__(self, doc: Drawing, layout: Layout, recording: Recording, sheet: SheetPlan) -> None:
        self._doc, self._layout = doc, layout
        self._recording, self._sheet = recording, sheet
        self._um = sheet.mm_per_unit * 1000
        self._corner = np.array(sheet.box[:2])
        self._parts: list[Floats] = []
        self._facts: list[tuple[int, int, int]] = []
        """Chain, owner and style of each part."""
        self._styles: dict[str, int] = {}
        self._owners: dict[str, int] = {}
        self._origins: list[Origin] = []
        self._texts: list[PlacedText] = []
        self._pictures: list[tuple[int, int, int, int]] = []
        self._total = 0
        self._hatched: set[str] = set()

    def drawn(self) -> Drawn:
        """Read all records that fall on the sheet."""
        for i in np.flatnonzero(_is_on(self._recording.boxes, self._sheet)):
            self._record(self._recording.records[i])
        count = [len(p) for p in self._parts]
        facts = np.array(self._facts, dtype=np.int32).reshape(-1, 3)
        segments = np.concatenate(self._parts) if self._parts else np.empty((0, 4))
        chain, owner, style = (np.repeat(facts[:, i], count) for i in range(3))
        kept = np.isfinite(segments).all(axis=1) & (np.abs(segments).max(axis=1, initial=0) < 1e9)
        runs = text_runs(join_words(self._texts), self._sheet.width_um, self._sheet.height_um)
        return Drawn(
            self._sheet.width_um,
            self._sheet.height_um,
            segments[kept],
            chain[kept],
            owner[kept],
            style[kept],
            list(self._styles),
            [r for r in runs if r.text],
            self._pictures,
            self._origins,
        )

    def _record(self, record: DataRecord) -> None:
        entity = self._doc.entitydb.get(record.handle) if record.handle else None
        style = self._style(record, entity)
        owner = self._owner(record, entity)
        if isinstance(record, TextRecord):
            start, end, top = self._place(record.corners.np_vertices())
            self._texts.append(PlacedText(record.text, tuple(start), tuple(end), tuple(top), record.group))
            if isinstance(entity, Text | MText):
                self._add([np.array([start, top])], owner, style)
        elif isinstance(entity, Text | MText):
            return  # its letters; the words speak for them
        elif isinstance(entity, DXFPolygon) and entity in self._layout:
            if record.handle not in self._hatched:
                self._hatched.add(record.handle)
                self._add(list(self._outlines(entity)), owner, style)
        elif isinstance(record, ImageRecord):
            points = self._place(record.boundary.np_vertices())
            low, high = points.min(axis=0), points.max(axis=0)
            self._pictures.append((round(low[0]), round(low[1]), round(high[0]), round(high[1])))
            self._add([points], owner, style)
        else:
            self._add(list(self._polylines(record)), owner, style)

    def _style(self, record: DataRecord, entity: DXFEntity | None) -> str:
        looks = self._recording.properties[record.property_hash]
        name = f"{looks.layer} {looks.color} {looks.lineweight:.2f}"
        if entity is None:
            return name
        dxf = entity.dxf
        if isinstance(entity, DXFPolygon):
            pattern = "solid" if dxf.get("solid_fill") else str(dxf.get("pattern_name", ""))
            scale, angle = float(dxf.get("pattern_scale", 1.0)), float(dxf.get("pattern_angle", 0.0))
            return f"{name} {pattern} {scale:.4g} {angle % 360:.1f}"
        if isinstance(entity, Text | MText):
            return f"{name} {str(dxf.get('style', 'standard')).lower()}"
        return f"{name} {str(dxf.get('linetype', 'BYLAYER')).lower()}"

    def _owner(self, record: DataRecord, entity: DXFEntity | None) -> int:
        if record.handle not in self._owners:
            self._owners[record.handle] = len(self._origins)
            kind = entity.dxftype() if entity is not None else ""
            layer = str(entity.dxf.get("layer", "0")) if entity is not None else ""
            block = str(entity.dxf.get("name", "")) if entity is not None and kind == "INSERT" else ""
            self._origins.append(Origin(record.handle, kind, layer, block))
        return self._owners[record.handle]

    def _place(self, vertices: Any) -> Floats:
        placed: Floats = (np.asarray(vertices, dtype=np.float64).reshape(-1, 2) - self._corner) * self._um
        return placed

    def _add(self, polylines: list[Floats], owner: int, style: str) -> None:
        number = self._styles.setdefault(style, len(self._styles))
        for points in polylines:
            segments = np.hstack([points[:-1], points[1:]])
            segments = segments[np.abs(segments[:, 2:] - segments[:, :2]).max(axis=1, initial=0) > 0]
            if not len(segments):
                continue
            self._total += len(segments)
            if self._total > MAX_SEGMENTS:
                raise RenderRefused("over-segments", {"most": MAX_SEGMENTS})
            self._parts.append(segments)
            self._facts.append((len(self._facts), owner, number))

    def _polylines(self, record: DataRecord) -> Iterator[Floats]:
        if isinstance(record, SolidLinesRecord):
            points = self._place(record.lines.np_vertices())
            yield from points.reshape(-1, 2, 2)
        elif isinstance(record, PointsRecord):
            points = self._place(record.points.np_vertices())
            yield np.concatenate([points, points[:1]]) if len(points) > 2 else points
        elif isinstance(record, PathRecord):
            yield from self._flat(record.path, is_closed=False)
        elif isinstance(record, FilledPathsRecord):
            for path in record.paths:
                yield from self._flat(path, is_closed=True)

    def _flat(self, path: NumpyPath2d, *, is_closed: bool) -> Iterator[Floats]:
        if not len(path):
            return
        for piece in path.to_path().sub_paths():
            points = self._place([(v.x, v.y) for v in piece.flattening(_FLAT_UM / self._um, segments=4)])
            yield np.concatenate([points, points[:1]]) if is_closed else points

    def _outlines(self, hatch: DXFPolygon) -> Iterator[Floats]:
        for piece in ezpath.from_hatch(hatch):
            flat = piece.flattening(_FLAT_UM / self._um, segments=4)
            points = self._place([(v.x, v.y) for v in flat if math.isfinite(v.x + v.y)])
            if len(points):
                yield np.concatenate([points, points[:1]])
