"""Line types as they are plotted: dashes at the scale of the sheet, and the letters and shapes of complex line types.

The add-on draws a line type with letters or shapes solid, and in viewports its dashes are as long as in model space:
a dashed axis seen at 1:100 becomes a solid line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from ezdxf.addons.drawing import config as drawing_config
from ezdxf.addons.drawing.pipeline import LinetypeStage2d, RenderStage2d
from ezdxf.addons.drawing.properties import Filling, Properties
from ezdxf.document import Drawing
from ezdxf.entities.ltype import Linetype
from ezdxf.entities.textstyle import Textstyle
from ezdxf.fonts import shapefile
from ezdxf.fonts.font_face import FontFace
from ezdxf.layouts.layout import Layout
from ezdxf.math import Matrix44, Vec2
from ezdxf.npshapes import NumpyPath2d

from viewers.render.cad_fonts import SheetTextEngine, base_name

MAX_SYMBOLS = 100_000
"""Symbols of line types on one sheet."""
_MAX_TEXT = 80
_ABSOLUTE, _LETTERS, _SHAPE, _UPRIGHT = 1, 2, 4, 8
"""Bits of group 74; the last is what AutoCAD writes for ``U=`` of a line type file."""

Dash: TypeAlias = tuple[Vec2, Vec2]


@dataclass(frozen=True)
class Symbol:
    """Letters or a shape that stand where an element of a line type ends."""

    flags: int = 0
    text: str = ""
    shape: int = 0
    face: FontFace = field(default_factory=FontFace)
    size: float = 1.0
    """Height of capitals of letters, scale of a shape."""
    angle: float = 0.0
    """Degrees."""
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Element:
    """A dash (positive), a gap (negative) or a point (0), and what stands at its end."""

    length: float
    symbol: Symbol | None = None


@dataclass(frozen=True)
class _Place:
    """Where an element ends, and which way the line goes there."""

    symbol: Symbol
    at: Vec2
    along: Vec2


def complex_linetypes(doc: Drawing) -> dict[str, tuple[Element, ...]]:
    """The line types with letters or shapes, by their names in capitals, as the add-on writes them."""
    found: dict[str, tuple[Element, ...]] = {}
    for linetype in doc.linetypes:
        elements = _elements(doc, linetype)
        if any(element.symbol for element in elements):
            found[linetype.dxf.name.upper()] = elements
    return found


def _elements(doc: Drawing, linetype: Linetype) -> tuple[Element, ...]:
    elements: list[Element] = []
    total = 0.0
    for code, value in ((tag.code, tag.value) for tag in linetype.pattern_tags.tags):
        if code == 40:
            total = _number(value)
        elif code == 49:
            elements.append(Element(_number(value)))
        elif code == 74 and elements and int(value) & (_LETTERS | _SHAPE):
            elements[-1] = replace(elements[-1], symbol=Symbol(int(value)))
        elif elements and elements[-1].symbol is not None:
            elements[-1] = replace(elements[-1], symbol=_told(doc, elements[-1].symbol, code, value))
    rest = total - sum(abs(element.length) for element in elements)
    if rest > 1e-9 * total:
        elements.append(Element(-rest))
    return tuple(elements)


def _told(doc: Drawing, symbol: Symbol, code: int, value: Any) -> Symbol:
    """A symbol with what one more tag says of it."""
    if code == 75:
        return replace(symbol, shape=int(value))
    if code == 340:
        style = doc.entitydb.get(str(value))
        if not isinstance(style, Textstyle):
            return symbol
        height = style.dxf.height if symbol.flags & _LETTERS and style.dxf.height > 0 else 1.0
        return replace(symbol, face=FontFace(filename=_font_name(style)), size=symbol.size * height)
    if code == 46:
        return replace(symbol, size=symbol.size * _number(value))
    if code == 50:
        return replace(symbol, angle=_number(value))
    if code == 44:
        return replace(symbol, x=_number(value))
    if code == 45:
        return replace(symbol, y=_number(value))
    return replace(symbol, text=str(value)[:_MAX_TEXT]) if code == 9 else symbol


def is_dashed_as_paper(doc: Drawing, layout: Layout) -> bool:
    """Whether dashes in viewports are as long as on the paper: ``PSLTSCALE``, which each layout has its own."""
    if doc.dxfversion <= "AC1009":
        return bool(doc.header.get("$PSLTSCALE", 0))
    return bool(int(layout.dxf.get("layout_flags", 1)) & 1)


def _font_name(style: Textstyle) -> str:
    name = style.dxf.font or style.get_extended_font_data()[0]
    return name if "." in name else f"{name}.shx"


def _number(value: Any) -> float:
    number = float(value)
    return number if abs(number) < 1e9 else 0.0


class ShapeFiles:
    """Shapes of the files (.shx) that were sent along."""

    def __init__(self, companions: Mapping[str, Path]) -> None:
        self._paths = {base_name(name): path for name, path in companions.items()}
        self._read: dict[str, shapefile.ShapeFile | None] = {}

    def outline(self, file: str, number: int) -> NumpyPath2d | None:
        """The strokes of a shape, in the units of its file; None when the file does not have it."""
        name = base_name(file)
        if name not in self._read:
            self._read[name] = self._open(name)
        shapes = self._read[name]
        if shapes is None or number not in shapes.shapes:
            return None
        try:
            return shapes.render_shape(number)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a broken shape is a missing shape
            return None

    def _open(self, name: str) -> shapefile.ShapeFile | None:
        path = self._paths.get(name)
        if path is None:
            return None
        try:
            return shapefile.shx_load(path.read_bytes())
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a broken file is a missing file
            return None


class SheetLinetypeStage(LinetypeStage2d):
    """Cuts lines into dashes in the units of the sheet, and draws the symbols of complex line types."""

    def __init__(
        self,
        config: drawing_config.Configuration,
        get_ltype_scale: Callable[[], float],
        next_stage: RenderStage2d,
        engine: SheetTextEngine,
        shapes: ShapeFiles,
    ) -> None:
        super().__init__(config, get_ltype_scale, next_stage)
        self.linetypes: dict[str, tuple[Element, ...]] = {}
        self.undrawn: set[str] = set()
        """Line types on this sheet whose symbols are not all drawn."""
        self._engine = engine
        self._shapes = shapes
        self._drawn = 0

    def _create_pattern(self, properties: Properties, scale: float) -> Sequence[float]:
        """As the add-on does it, but the shortest dash is one of the paper: lines come here in units of the sheet."""
        pattern = [max(e * scale, self.config.min_dash_length) for e in properties.linetype_pattern]
        return pattern[: len(pattern) // 2 * 2]

    def draw_line(self, start: Vec2, end: Vec2, properties: Properties) -> None:
        """Draw a straight line."""
        elements = self._complex(properties)
        if elements:
            self._draw_complex((start, end), elements, properties)
        else:
            super().draw_line(start, end, properties)

    def draw_path(self, path: NumpyPath2d, properties: Properties) -> None:
        """Draw a line of many pieces."""
        elements = self._complex(properties)
        if elements:
            points = path.flattening(self.config.max_flattening_distance, segments=16)
            self._draw_complex(points, elements, properties)
        else:
            super().draw_path(path, properties)

    def _complex(self, properties: Properties) -> tuple[Element, ...]:
        return () if self.solid_lines_only else self.linetypes.get(properties.linetype_name, ())

    def _draw_complex(
        self, points: Iterable[Vec2], elements: tuple[Element, ...], properties: Properties
    ) -> None:
        scale = properties.linetype_scale * self.get_ltype_scale()
        dashes: list[Dash] = []
        places: list[_Place] = []
        for piece in _walk(points, elements, scale, self.config.min_dash_length):
            if isinstance(piece, _Place):
                places.append(piece)
            else:
                dashes.append(piece)
        if dashes:
            self.next_stage.draw_solid_lines(dashes, properties)
        for place in places:
            self._drawn += 1
            if self._drawn > MAX_SYMBOLS or not self._draw_symbol(place, scale, properties):
                self.undrawn.add(properties.linetype_name)

    def _draw_symbol(self, place: _Place, scale: float, properties: Properties) -> bool:
        symbol = place.symbol
        size = symbol.size * scale
        if not symbol.flags & _LETTERS:
            outline = self._shapes.outline(symbol.face.filename, symbol.shape)
            if outline is None:
                return False
            outline.transform_inplace(Matrix44.scale(size, size, 1) @ _matrix(place, scale, 0.0, 0.0))
            self.next_stage.draw_path(outline, properties)
            return True
        if not symbol.text.strip() or size <= 0:
            return True
        self._engine.note_used(symbol.face)
        width = self._engine.get_text_line_width(symbol.text, symbol.face, size)
        matrix = _matrix(place, scale, width, size)
        glyphs = self._engine.get_text_glyph_paths(symbol.text, symbol.face, size)
        for glyph in glyphs:
            glyph.transform_inplace(matrix)
        if properties.filling is None:
            properties.filling = Filling()
        self.next_stage.draw_filled_paths(glyphs, properties)
        return True


def _matrix(place: _Place, scale: float, width: float, height: float) -> Matrix44:
    """From the lower left of a symbol to its place on the sheet."""
    symbol, along = place.symbol, place.along
    across = Vec2(-along.y, along.x)
    origin = place.at + along * (symbol.x * scale) + across * (symbol.y * scale)
    angle = math.radians(symbol.angle) + (0.0 if symbol.flags & _ABSOLUTE else along.angle)
    turned = Matrix44.z_rotate(angle) @ Matrix44.translate(origin.x, origin.y, 0)
    if symbol.flags & _UPRIGHT and math.cos(angle) < -1e-6:
        # Upside down: turned about its middle, so that it stays in its gap.
        return Matrix44.z_rotate(math.pi) @ Matrix44.translate(width, height, 0) @ turned
    return turned


def _walk(
    points: Iterable[Vec2], elements: tuple[Element, ...], scale: float, least: float
) -> Iterator[Dash | _Place]:
    """Dashes and places of symbols along a line of many pieces."""
    lengths = [max(abs(element.length) * scale, least) for element in elements]
    at, left = 0, lengths[0]
    last: Vec2 | None = None
    for point in map(Vec2, points):
        start, last = last, point
        if start is None or start.isclose(point):
            continue
        along, rest = (point - start).normalize(), start.distance(point)
        while left <= rest:
            end = start + along * left
            if elements[at].length >= 0:
                yield start, end
            symbol = elements[at].symbol
            if symbol is not None:
                yield _Place(symbol, end, along)
            rest -= left
            start = end
            at = (at + 1) % len(elements)
            left = lengths[at]
        if rest > 0:
            if elements[at].length >= 0:
                yield start, point
            left -= rest
