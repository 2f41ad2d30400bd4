"""An abstract sheet of paper: primitives are recorded once, and written as PDF and as DXF.

Everything recorded is in millimetres on paper, origin at the lower left corner of the trimmed sheet. A `View` maps
real-world millimetres of a drawing at some scale onto the paper; heights of text and widths of pens stay in paper
millimetres whatever the scale (GB/T 50001-2017, chapters 4 and 5).
"""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Rgb: TypeAlias = tuple[float, float, float]

BLACK: Rgb = (0.0, 0.0, 0.0)
GREY: Rgb = (0.55, 0.55, 0.55)


@dataclass(frozen=True, slots=True)
class Layer:
    """A CAD layer: its AutoCAD colour index, pen in mm, linetype, and colour on the plotted sheet."""

    name: str
    aci: int
    weight: float
    dash: str = ""
    rgb: Rgb = BLACK


LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("图框", 7, 0.35),
        Layer("图签文字", 7, 0.18),
        Layer("轴线", 1, 0.13, "CENTER", (0.35, 0.35, 0.35)),
        Layer("轴号", 3, 0.18),
        Layer("墙体", 7, 0.5),
        Layer("柱", 7, 0.5),
        Layer("门窗", 4, 0.18),
        Layer("楼梯", 2, 0.18),
        Layer("家具", 8, 0.13, "", (0.4, 0.4, 0.4)),
        Layer("看线", 2, 0.25),
        Layer("轮廓线", 7, 0.7),
        Layer("尺寸标注", 3, 0.13),
        Layer("标高", 3, 0.18),
        Layer("文字", 7, 0.18),
        Layer("表格", 7, 0.25),
        Layer("符号", 3, 0.25),
        Layer("填充", 8, 0.13, "", (0.3, 0.3, 0.3)),
        Layer("梁", 5, 0.35, "DASHED"),
        Layer("钢筋", 1, 0.6),
        Layer("基础", 6, 0.35),
        Layer("给水管", 3, 0.6),
        Layer("污水管", 30, 0.6, "DASHED"),
        Layer("消防管", 1, 0.6, "CENTER"),
        Layer("设备", 4, 0.3),
        Layer("导线", 1, 0.4),
        Layer("风管", 5, 0.4),
        Layer("幕墙", 4, 0.25),
        Layer("绿化", 3, 0.13, "", (0.35, 0.35, 0.35)),
        Layer("底图", 8, 0.13, "", GREY),
        Layer("修订云线", 1, 0.5, "", (0.85, 0.1, 0.1)),
        Layer("演示", 9, 0.18, "", (0.86, 0.86, 0.86)),
    )
}


@dataclass(frozen=True, slots=True)
class Path:
    """A polyline; `fill` paints its inside with the layer's colour."""

    points: tuple[Point, ...]
    layer: str
    weight: float
    dash: str = ""
    closed: bool = False
    fill: bool = False


@dataclass(frozen=True, slots=True)
class Arc:
    """A circle, or the arc of it that runs counter-clockwise from `start` to `end` (degrees)."""

    x: float
    y: float
    radius: float
    layer: str
    weight: float
    start: float = 0.0
    end: float = 360.0
    dash: str = ""
    fill: bool = False

    def points(self) -> tuple[Point, ...]:
        """The arc as a polyline fine enough to print."""
        count = max(4, int(abs(self.end - self.start) / 7.5))
        turn = [math.radians(self.start + (self.end - self.start) * i / count) for i in range(count + 1)]
        return tuple((self.x + self.radius * math.cos(t), self.y + self.radius * math.sin(t)) for t in turn)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `height` is the height of a Chinese character, `anchor` is one of l c r with b m t."""

    x: float
    y: float
    value: str
    height: float
    layer: str
    anchor: str = "lb"
    angle: float = 0.0
    narrow: float = 0.8
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Hatch:
    """A closed ring filled with a pattern: ANSI31, BRICK, CONC, INSUL, EARTH, TILE or SOLID."""

    ring: tuple[Point, ...]
    pattern: str
    layer: str
    pitch: float = 2.0


@dataclass(frozen=True, slots=True)
class Insert:
    """A block placed on the sheet; `attributes` are texts on the sheet whose tags are the block's attributes."""

    block: str
    x: float
    y: float
    size: float
    angle: float
    mirror: bool
    layer: str
    attributes: tuple[Text, ...] = ()


Primitive: TypeAlias = Path | Arc | Text | Hatch | Insert


@dataclass
class Canvas:
    """What one sheet holds: the drawing, and apart from it the title block (a CAD file may make that a block)."""

    width: float
    height: float
    drawing: list[Primitive] = field(default_factory=list)
    title_block: list[Primitive] = field(default_factory=list)

    def view(self) -> "View":
        """The paper itself as a view: one unit is one millimetre."""
        return View(self.drawing.append)

    def title_view(self) -> "View":
        """As `view`, recording into the title block."""
        return View(self.title_block.append)


@dataclass(frozen=True)
class View:
    """A window onto the paper: model millimetres times `k` plus the origin gives paper millimetres."""

    record: Callable[[Primitive], None]
    ox: float = 0.0
    oy: float = 0.0
    k: float = 1.0
    muted: bool = False

    def at(self, x: float, y: float, scale: float = 1.0) -> "View":
        """A view whose origin lies at (x, y) of this one, drawn at 1:scale of the paper."""
        return View(self.record, self.ox + x * self.k, self.oy + y * self.k, 1.0 / scale, self.muted)

    def faded(self) -> "View":
        """The same view, with everything on the grey background layer."""
        return View(self.record, self.ox, self.oy, self.k, muted=True)

    def mm(self, paper: float) -> float:
        """Paper millimetres expressed in this view's units."""
        return paper / self.k

    def point(self, x: float, y: float) -> Point:
        """The place on paper of a point of this view."""
        return (self.ox + x * self.k, self.oy + y * self.k)

    def _layer(self, name: str, weight: float | None, dash: str | None) -> tuple[str, float, str]:
        layer = LAYERS[name]
        if self.muted:
            return ("底图", 0.13, layer.dash if dash is None else dash)
        return (name, layer.weight if weight is None else weight, layer.dash if dash is None else dash)

    def path(
        self,
        points: Iterable[Point],
        layer: str,
        *,
        weight: float | None = None,
        dash: str | None = None,
        closed: bool = False,
        fill: bool = False,
    ) -> None:
        """A polyline."""
        name, pen, style = self._layer(layer, weight, dash)
        self.record(Path(tuple(self.point(*p) for p in points), name, pen, style, closed, fill))

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        layer: str,
        weight: float | None = None,
        dash: str | None = None,
    ) -> None:
        """One straight line."""
        self.path(((x1, y1), (x2, y2)), layer, weight=weight, dash=dash)

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        layer: str,
        weight: float | None = None,
        *,
        dash: str | None = None,
        fill: bool = False,
    ) -> None:
        """A rectangle by its lower left corner and size."""
        ring = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
        self.path(ring, layer, weight=weight, dash=dash, closed=True, fill=fill)

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        layer: str,
        start: float = 0.0,
        end: float = 360.0,
        *,
        weight: float | None = None,
        dash: str | None = None,
        fill: bool = False,
    ) -> None:
        """A circle or arc."""
        name, pen, style = self._layer(layer, weight, dash)
        px, py = self.point(x, y)
        self.record(Arc(px, py, radius * self.k, name, pen, start, end, style, fill))

    def text(
        self,
        x: float,
        y: float,
        value: str,
        height: float = 3.5,
        anchor: str = "lb",
        *,
        angle: float = 0.0,
        layer: str = "文字",
        narrow: float = 0.8,
        tag: str = "",
    ) -> None:
        """One line of text, `height` in paper millimetres; nothing is recorded for an empty value."""
        if value:
            name = "底图" if self.muted else layer
            px, py = self.point(x, y)
            self.record(Text(px, py, value, height, name, anchor, angle, narrow, tag))

    def hatch(self, ring: Sequence[Point], pattern: str, pitch: float = 2.0, layer: str = "填充") -> None:
        """A filled ring."""
        name = "底图" if self.muted else layer
        self.record(Hatch(tuple(self.point(*p) for p in ring), pattern, name, pitch))

    def insert(
        self,
        block: str,
        x: float,
        y: float,
        angle: float,
        *,
        mirror: bool = False,
        layer: str = "门窗",
        attributes: tuple[Text, ...] = (),
    ) -> None:
        """A block whose own units are millimetres of the real world."""
        px, py = self.point(x, y)
        kept = () if self.muted else attributes
        name = "底图" if self.muted else layer
        self.record(Insert(block, px, py, self.k, angle, mirror, name, kept))


@lru_cache(maxsize=4096)
def text_width(value: str, height: float, narrow: float = 0.8) -> float:
    """About how wide a line prints, in mm: a hanzi is as wide as its em, a Latin letter a good half of it."""
    ems = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.56 for c in value)
    return ems * height * 1.12 * narrow


def box(x: float, y: float, w: float, h: float) -> tuple[Point, ...]:
    """The corners of a rectangle, counter-clockwise from the lower left."""
    return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))


def turned(x: float, y: float, degrees: float) -> Point:
    """The point turned about the origin."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (x * c - y * s, x * s + y * c)
