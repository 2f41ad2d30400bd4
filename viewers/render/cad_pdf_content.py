"""The content stream of one page, and what is measured while it is written."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from ezdxf.addons.drawing.properties import BackendProperties
from ezdxf.addons.drawing.recorder import (
    DataRecord,
    FilledPathsRecord,
    ImageRecord,
    PathRecord,
    PointsRecord,
    SolidLinesRecord,
    crop_records_rect,
)
from ezdxf.math import BoundingBox2d
from ezdxf.npshapes import NumpyPath2d
from ezdxf.path import Command
from PIL import Image

from viewers.render.cad_pages import SheetPlan
from viewers.render.cad_recording import Recording, TextRecord
from viewers.render.cad_text import PlacedText
from viewers.render.manifest import UM_PER_POINT

_UNITS_PER_UM = 100 / UM_PER_POINT
"""Hundredths of a point in a micrometre."""
_HAIRLINE_MM = 0.05
_MAX_IMAGE_SIDE = 4096
_PIECES = 20_000
_WRITTEN = TextRecord("", (), 0)
"""Stands where a record was that nobody needs any more."""
_LINE, _CURVE3, _CURVE4, _MOVE = (
    int(Command.LINE_TO), int(Command.CURVE3_TO), int(Command.CURVE4_TO), int(Command.MOVE_TO),
)  # fmt: skip


@dataclass
class PageContent:
    """A content stream and what it needs and holds."""

    stream: bytes = b""
    layers: list[str] = field(default_factory=list)
    alphas: list[int] = field(default_factory=list)
    images: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    """RGBA."""
    paths: int = 0
    handles: dict[str, list[float]] = field(default_factory=dict)
    """Handle of each drawn top-level entity -> its box in drawing units."""
    texts: list[PlacedText] = field(default_factory=list)
    """In um of the page, as drawn (not joined)."""
    segments: list[tuple[float, float, float, float]] = field(default_factory=list)
    """Straight lines in um of the page, at least 4 mm long."""


class ContentWriter:
    """Writes the records of a layout that fall on a page."""

    def __init__(
        self, recording: Recording, plan: SheetPlan, layer_names: dict[str, str], *, is_last: bool = False
    ) -> None:
        """Write nothing yet.

        Args:
            recording: what the layout draws.
            plan: the page.
            layer_names: names of layers as the drawing writes them, by their small letters.
            is_last: no other page needs the records: each is forgotten once written.
        """
        self._recording = recording
        self._is_last = is_last
        self._written = bytearray()
        self._names = layer_names
        self._um = plan.mm_per_unit * 1000
        self._origin = np.array(plan.box[:2])
        self._box = plan.box
        self._limit = np.array([plan.width_um, plan.height_um], dtype=float)
        self._out: list[str] = []
        self._open = ""
        self._layer = self._color = ""
        self._weight = -1.0
        self.content = PageContent()

    def write(self) -> PageContent:
        """Write all records in drawing order."""
        boxes = self._recording.boxes
        x0, y0, x1, y1 = self._box
        with np.errstate(invalid="ignore"):
            on_page = (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)
        width, height = (self._limit * _UNITS_PER_UM).round().astype(int)
        self._out.append(f".01 0 0 .01 0 0 cm 0 0 {width} {height} re W n 1 J 1 j")
        records = self._recording.records
        for i in np.flatnonzero(on_page):
            self._write_record(records[i], boxes[i])
            if self._is_last:
                records[i] = _WRITTEN
            if len(self._out) > _PIECES:
                self._flush()
        self._paint("")
        if self._layer:
            self._out.append("EMC")
        self._out.append("Q")
        self._flush()
        self.content.stream = b"q " + bytes(self._written)
        return self.content

    def _flush(self) -> None:
        """Pieces of text need ten times the memory of the bytes they say."""
        self._written += "\n".join(self._out).encode("ascii") + b"\n"
        self._out.clear()

    def _write_record(self, record: DataRecord, box: npt.NDArray[np.float64]) -> None:
        properties = self._recording.properties[record.property_hash]
        self._note_handle(record.handle, box)
        if isinstance(record, TextRecord):
            start, end, top = (self._place(record.corners.np_vertices())).tolist()
            layer = self._names.get(properties.layer.lower(), properties.layer)
            text = PlacedText(record.text, tuple(start), tuple(end), tuple(top), record.group, layer)
            self.content.texts.append(text)
            return
        self.content.paths += 1
        for part in self._tamed(record, box):
            self._write_shape(part, properties)

    def _tamed(self, record: DataRecord, box: npt.NDArray[np.float64]) -> list[DataRecord]:
        """Cut what reaches far beyond the page: rays, and coordinates that no viewer could hold."""
        x0, y0, x1, y1 = self._box
        reach = 3 * max(x1 - x0, y1 - y0)
        if x0 - box[0] < reach and box[2] - x1 < reach and y0 - box[1] < reach and box[3] - y1 < reach:
            return [record]
        margin = reach / 20
        window = BoundingBox2d([(x0 - margin, y0 - margin), (x1 + margin, y1 + margin)])
        return crop_records_rect([copy.copy(record)], window, 20 / self._um)

    def _write_shape(self, record: DataRecord, properties: BackendProperties) -> None:
        if isinstance(record, ImageRecord):
            self._write_image(record, properties)
        elif isinstance(record, FilledPathsRecord):
            pieces = [piece for path in record.paths for piece in self._path(path, close=True)]
            self._fill(pieces, properties)
        elif isinstance(record, PathRecord):
            self._stroke(self._path(record.path, close=False), properties)
        elif isinstance(record, SolidLinesRecord):
            points = self._place(record.lines.np_vertices())
            if len(points):
                self._note_segments(points.reshape(-1, 4))
                self._stroke(_pairs(points), properties)
        elif isinstance(record, PointsRecord):
            points = self._place(record.points.np_vertices())
            if len(points) > 2:
                self._note_bar(points)
                self._fill([_polyline(points) + " h"], properties)
            elif len(points):
                points = points if len(points) == 2 else np.repeat(points, 2, axis=0)
                self._note_segments(points.reshape(-1, 4))
                self._stroke(_pairs(points), properties)

    def _place(self, vertices: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Drawing units -> um of the page."""
        if not len(vertices):
            return np.empty((0, 2))
        placed: npt.NDArray[np.float64] = (vertices - self._origin) * self._um
        return placed

    def _path(self, path: NumpyPath2d, *, close: bool) -> list[str]:
        vertices = self._place(path.np_vertices())
        codes = [int(code) for code in path.command_codes()]
        if not codes or not len(vertices):
            return []
        if all(code == _LINE for code in codes):
            if not close:
                self._note_segments(np.hstack([vertices[:-1], vertices[1:]]))
            return [_polyline(vertices) + (" h" if close else "")]
        points = _units(vertices)
        out = [f"{points[0][0]} {points[0][1]} m"]
        at = 1
        for code in codes:
            if code == _LINE:
                out.append(f"{points[at][0]} {points[at][1]} l")
                at += 1
            elif code == _CURVE4:
                (a, b), (c, d), (e, f) = points[at : at + 3]
                out.append(f"{a} {b} {c} {d} {e} {f} c")
                at += 3
            elif code == _CURVE3:
                out.append(_cubic(points[at - 1], points[at], points[at + 1]))
                at += 2
            elif code == _MOVE:
                out.append(("h " if close else "") + f"{points[at][0]} {points[at][1]} m")
                at += 1
        if close:
            out.append("h")
        return [" ".join(out)]

    def _stroke(self, pieces: list[str], properties: BackendProperties) -> None:
        if pieces:
            self._set_state(properties, stroke=True)
            self._out.extend(pieces)
            self._open = "S"

    def _fill(self, pieces: list[str], properties: BackendProperties) -> None:
        if pieces:
            self._set_state(properties, stroke=False)
            self._out.extend(pieces)
            self._out.append("f*")

    def _set_state(self, properties: BackendProperties, *, stroke: bool) -> None:
        weight = max(properties.lineweight, _HAIRLINE_MM)
        same_layer = properties.layer == self._layer
        same = same_layer and properties.color == self._color and (not stroke or weight == self._weight)
        if not same or not stroke:
            self._paint("")
        if not same_layer:
            if self._layer:
                self._out.append("EMC")
            self._layer = properties.layer
            name = self._names.get(properties.layer.lower(), properties.layer)
            if name not in self.content.layers:
                self.content.layers.append(name)
            self._out.append(f"/OC /L{self.content.layers.index(name)} BDC")
        if properties.color != self._color:
            self._set_color(properties.color)
        if stroke and weight != self._weight:
            self._weight = weight
            self._out.append(f"{round(weight * 1000 * _UNITS_PER_UM)} w")

    def _set_color(self, color: str) -> None:
        before = int(self._color[7:9] or "ff", 16) if self._color else 255
        alpha = int(color[7:9] or "ff", 16)
        self._color = color
        rgb = " ".join(f"{int(color[i : i + 2], 16) / 255:.3g}" for i in (1, 3, 5))
        self._out.append(f"{rgb} rg {rgb} RG")
        if alpha != before:
            if alpha not in self.content.alphas:
                self.content.alphas.append(alpha)
            self._out.append(f"/G{alpha} gs")

    def _paint(self, following: str) -> None:
        """Close the run of strokes that shares one state."""
        if self._open:
            self._out.append(self._open)
        self._open = following

    def _write_image(self, record: ImageRecord, properties: BackendProperties) -> None:
        pixels = np.asarray(record.image_data.image, dtype=np.uint8)
        if pixels.ndim != 3 or pixels.shape[2] != 4 or not pixels.size:
            return
        height, width = pixels.shape[:2]
        m = record.image_data.transform
        # Pixels count from the upper left; the unit square of PDF from the lower left.
        corners = np.array(
            [v.vec2 for v in m.transform_vertices([(0, height, 0), (width, height, 0), (0, 0, 0)])]
        )
        (ox, oy), (ux, uy), (vx, vy) = _units(self._place(corners))
        self._set_state(properties, stroke=False)
        outline = _polyline(self._place(record.boundary.np_vertices()))
        matrix = f"{ux - ox} {uy - oy} {vx - ox} {vy - oy} {ox} {oy} cm"
        self._out.append(f"q {outline} h W n {matrix} /I{len(self.content.images)} Do Q")
        self.content.images.append(_reduced(pixels))

    def _note_handle(self, handle: str, box: npt.NDArray[np.float64]) -> None:
        known = self.content.handles.get(handle)
        if known is None:
            self.content.handles[handle] = box.tolist()
        else:
            known[:2] = np.minimum(known[:2], box[:2]).tolist()
            known[2:] = np.maximum(known[2:], box[2:]).tolist()

    def _note_segments(self, segments: npt.NDArray[np.float64]) -> None:
        """Keep axis-parallel segments of at least 4 mm, cut to the page."""
        steps = np.abs(segments[:, 2:] - segments[:, :2])
        wanted = segments[(steps.max(axis=1) >= 4000) & (steps.min(axis=1) <= 50)]
        if len(wanted):
            inside = np.clip(wanted.reshape(-1, 2, 2), 0, self._limit).reshape(-1, 4)
            self.content.segments.extend(tuple(row) for row in inside.tolist())

    def _note_bar(self, points: npt.NDArray[np.float64]) -> None:
        """A thin filled quadrangle is a line with a width, as borders are often drawn."""
        low, high = points.min(axis=0), points.max(axis=0)
        size = high - low
        if len(points) in (4, 5) and size.max() >= 4000 and size.min() <= 2000:
            middle = (low + high) / 2
            along = int(size[1] > size[0])
            a, b = middle.copy(), middle.copy()
            a[along], b[along] = low[along], high[along]
            self._note_segments(np.hstack([a, b]).reshape(1, 4))


def _units(vertices: npt.NDArray[np.float64]) -> list[list[int]]:
    points: list[list[int]] = np.rint(vertices * _UNITS_PER_UM).astype(np.int64).tolist()
    return points


def _polyline(vertices: npt.NDArray[np.float64]) -> str:
    points = _units(vertices)
    first = points[0]
    out = [f"{first[0]} {first[1]} m"]
    last = first
    for point in points[1:]:
        if point != last or len(points) == 2:
            out.append(f"{point[0]} {point[1]} l")
            last = point
    return " ".join(out) if len(out) > 1 else f"{out[0]} {first[0]} {first[1]} l"


def _pairs(vertices: npt.NDArray[np.float64]) -> list[str]:
    points = _units(vertices)
    return [f"{a[0]} {a[1]} m {b[0]} {b[1]} l" for a, b in zip(points[::2], points[1::2], strict=False)]


def _cubic(start: list[int], control: list[int], end: list[int]) -> str:
    """A quadratic curve as a cubic one."""
    c = [f"{round((p + 2 * q) / 3)}" for p, q in zip(start, control, strict=True)]
    d = [f"{round((p + 2 * q) / 3)}" for p, q in zip(end, control, strict=True)]
    return f"{c[0]} {c[1]} {d[0]} {d[1]} {end[0]} {end[1]} c"


def _reduced(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    longest = max(pixels.shape[:2])
    if longest <= _MAX_IMAGE_SIDE:
        return pixels
    height, width = (max(1, side * _MAX_IMAGE_SIDE // longest) for side in pixels.shape[:2])
    image = Image.fromarray(pixels, "RGBA").resize((width, height), Image.Resampling.BOX)
    return np.asarray(image, dtype=np.uint8)
