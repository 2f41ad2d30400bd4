"""ezdxf's drawing frontend with its faults mended; what is changed, and why, is said at each method.

Nothing here opens a file that a drawing names.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any, cast

import ezdxf.bbox
from ezdxf.addons.drawing import config as drawing_config
from ezdxf.addons.drawing.frontend import UniversalFrontend
from ezdxf.addons.drawing.gfxproxy import DXFGraphicProxy
from ezdxf.addons.drawing.properties import Filling, Properties, RenderContext, rgb_to_hex
from ezdxf.addons.drawing.text import simplified_text_chunks
from ezdxf.entities.acad_proxy_entity import ACADProxyEntity
from ezdxf.entities.acad_table import AcadTableBlockContent
from ezdxf.entities.arc import Arc
from ezdxf.entities.attrib import AttDef
from ezdxf.entities.circle import Circle
from ezdxf.entities.dimension import Dimension
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.image import Image
from ezdxf.entities.insert import Insert
from ezdxf.entities.leader import Leader
from ezdxf.entities.line import Line
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.mtext import MText
from ezdxf.entities.polygon import DXFPolygon
from ezdxf.entities.text import Text
from ezdxf.entities.textstyle import Textstyle
from ezdxf.entities.viewport import Viewport
from ezdxf.explode import virtual_block_reference_entities
from ezdxf.fonts.font_face import FontFace
from ezdxf.lldxf.const import DXFStructureError
from ezdxf.lldxf.validator import make_table_key
from ezdxf.math import Matrix44, Vec3
from ezdxf.path import Path, make_path
from ezdxf.render import hatching
from ezdxf.tools.text_layout import LayoutAlignment
from ezdxf.xclip import XClip

from viewers.render.cad_fonts import base_name
from viewers.render.cad_mtext import SheetMTextRenderer
from viewers.render.cad_recording import Recording, SheetPipeline, ink_on_paper
from viewers.render.cad_text_codes import numbered_characters, read_codes

MAX_HATCH_STEPS = 200_000
"""Lines, or dashes, of one hatch."""


_AREAS = {"INSERT", "SOLID", "TRACE", "3DFACE", "WIPEOUT", "IMAGE", "MPOLYGON"}
"""What white may be meant for: areas that cover what lies below; a block reference hands its colour to such."""


class SheetContext(RenderContext):
    """Resolves styles to names of fonts only: which letters are drawn is :mod:`viewers.render.cad_fonts`."""

    def resolve_color(self, entity: DXFGraphic, *, resolved_layer: str | None = None) -> str:
        """Colour 7 is black on white paper; lines in true white or colour 255 would be drawn and not be seen.

        They were white on the black screen they were drawn on, so they are treated as 7. White areas stay white.
        """
        color: str = super().resolve_color(entity, resolved_layer=resolved_layer)
        kind = entity.dxftype()
        if kind in _AREAS or (kind == "HATCH" and entity.dxf.get("solid_fill", 1)):
            return color
        return ink_on_paper(color)

    def add_text_style(self, text_style: Textstyle) -> None:
        """Keep the name of the font file, or of the family, without looking for it on this machine."""
        name = text_style.dxf.font
        if text_style.dxf.get("bigfont") and "." not in name:
            name += ".shx"
        if not name:
            family, _italic, _bold = text_style.get_extended_font_data()
            name = f"{family}.ttf" if family else ""
        elif "." not in name:
            name += ".shx"
        self.fonts[make_table_key(text_style.dxf.name)] = FontFace(filename=name)


class _OneOf:
    """A block reference to one entity of a block, as far as ezdxf looks at it to copy what a block holds."""

    def __init__(self, entity: DXFGraphic, matrix: Matrix44) -> None:
        self._entity = entity
        self._matrix = matrix

    def dxftype(self) -> str:
        return "INSERT"

    def matrix44(self) -> Matrix44:
        return self._matrix

    def block(self) -> list[DXFGraphic]:
        return [self._entity]


class SheetFrontend(UniversalFrontend):
    """The drawing frontend with the faults measured on real drawings mended."""

    def __init__(
        self,
        ctx: RenderContext,
        pipeline: SheetPipeline,
        config: drawing_config.Configuration,
        companions: Mapping[str, FilePath],
    ) -> None:
        self.recording = Recording()
        self._companions = {base_name(name): path for name, path in companions.items()}
        self._times: Counter[str] = Counter()
        self._paths: dict[int, Path] = {}
        """Of entities of blocks that are drawn more than once, by identity: the document keeps them alive."""
        super().__init__(ctx, pipeline, config, ezdxf.bbox.Cache())

    def draw_entities(self, entities: Iterable[DXFGraphic], *, filter_func: Any = None) -> None:
        """Draw one after the other: what breaks in one entity must not cost the others."""
        self._draw_each(self.ctx, entities, filter_func)

    def draw_entities_callback(self, ctx: RenderContext, entities: Iterable[DXFGraphic]) -> None:
        """As above, for the content of a viewport."""
        outer = self.ctx
        self.ctx = ctx
        try:
            self._draw_each(ctx, entities, None)
        finally:
            self.ctx = outer

    def _draw_each(self, ctx: RenderContext, entities: Iterable[DXFGraphic], wanted: Any) -> None:
        viewports: list[Viewport] = []
        for entity in entities:
            if wanted is not None and not wanted(entity):
                continue
            if isinstance(entity, Viewport):
                viewports.append(entity)
                continue
            self._guard(ctx, entity, partial(self._draw_one, ctx, entity))
        for viewport in content_viewports(viewports):
            self._guard(ctx, viewport, partial(self.draw_viewport, viewport))

    def _guard(self, ctx: RenderContext, entity: DXFEntity, draw: Callable[[], None]) -> None:
        portal = cast(SheetPipeline, self.pipeline).clipping_portal
        depth, saved = portal.stack_depth, len(ctx._saved_states)  # noqa: SLF001 - no public way to look
        try:
            draw()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - damaged entities raise every class of exception
            self.recording.not_shown[entity.dxftype()] += 1
            while portal.stack_depth > depth:
                portal.pop()
            while len(ctx._saved_states) > saved:  # noqa: SLF001
                ctx.pop_state()

    def _draw_one(self, ctx: RenderContext, found: DXFEntity) -> None:
        entity: DXFGraphic
        if isinstance(found, DXFGraphic):
            entity = found
            if isinstance(found, ACADProxyEntity):
                self._count_proxy(found)
        else:
            # A table has a block to draw; any other unknown object only its own picture.
            if not isinstance(found, AcadTableBlockContent) and not self._count_proxy(found):
                return
            entity = DXFGraphicProxy(found)
        properties = ctx.resolve_all(entity)
        self.exec_property_override(entity, properties)
        if properties.is_visible:
            self.draw_entity(entity, properties)

    def _count_proxy(self, entity: DXFEntity) -> bool:
        """Count a custom object as shown or not; True when it has a picture of itself."""
        has_picture = bool(getattr(entity, "proxy_graphic", None))
        counter = self.recording.proxies if has_picture else self.recording.not_shown
        counter[object_name(entity)] += 1
        return has_picture

    def skip_entity(self, entity: DXFEntity, msg: str) -> None:
        """Count what the add-on leaves out instead of logging it."""
        if msg != "invisible":
            self.recording.not_shown[entity.dxftype()] += 1

    def log_message(self, message: str) -> None:
        """Nothing is logged: what matters is in the recording."""

    def draw_viewport(self, vp: Viewport) -> None:
        """Views from the side are counted: the add-on leaves them out."""
        if vp.dxf.status > 0 and not vp.is_top_view:
            self.recording.side_views += 1
            return
        super().draw_viewport(vp)

    def draw_text_entity_2d(self, entity: DXFGraphic, properties: Properties) -> None:
        """Codes of characters the add-on does not know are read, and the lines along letters that it drops are drawn."""
        if not isinstance(entity, Text) or "%%" not in entity.dxf.text:
            super().draw_text_entity_2d(entity, properties)
            return
        raw = entity.dxf.text
        entity.dxf.text, strokes = read_codes(raw)
        face = self.get_font_face(properties)
        engine = cast(SheetPipeline, self.pipeline).text_engine
        try:
            for line, transform, cap_height in simplified_text_chunks(entity, engine, font_face=face):
                self.pipeline.draw_text(line, transform, properties, cap_height, entity.dxftype())
                for stroke in strokes:
                    ends = [
                        Vec3(
                            engine.get_text_line_width(line[:at], face, cap_height),
                            stroke.height * cap_height,
                        )
                        for at in (stroke.start, stroke.end)
                    ]
                    start, end = transform.transform_vertices(ends)
                    self.pipeline.draw_solid_lines([(start, end)], properties)
        finally:
            entity.dxf.text = raw

    def draw_mtext_entity(self, entity: DXFGraphic, properties: Properties) -> None:
        """As above, for formatted text."""
        if isinstance(entity, MText):
            entity.text = numbered_characters(entity.text)
        super().draw_mtext_entity(entity, properties)

    def draw_complex_mtext(self, mtext: MText, properties: Properties) -> None:
        """Formatted text is laid out with the widths of the letters that are drawn."""
        renderer = SheetMTextRenderer(self.ctx, self.pipeline, properties)
        layout = renderer.layout_engine(mtext)
        layout.place(align=LayoutAlignment(mtext.dxf.attachment_point))
        layout.render(mtext.ucs().matrix)

    def draw_composite_entity(self, entity: DXFGraphic, properties: Properties) -> None:
        """BYBLOCK in the block of a dimension or an arrowhead means the dimension or leader, as in a block reference."""
        if isinstance(entity, Insert) and not XClip(entity).has_clipping_path:
            self.ctx.push_state(properties)
            for one in entity.multi_insert() if entity.mcount > 1 else (entity,):
                self._draw_block(one)
                self.draw_entities(one.attribs)
            self.ctx.pop_state()
            return
        if not isinstance(entity, Dimension | Leader):
            super().draw_composite_entity(entity, properties)
            return
        self.ctx.push_state(properties)
        try:
            super().draw_composite_entity(entity, properties)
        finally:
            self.ctx.pop_state()

    def _draw_block(self, insert: Insert) -> None:
        """Simple shapes of a block are drawn where they fall, without a copy of the entity for each reference."""
        block, matrix = insert.block(), insert.matrix44()
        if block is None:
            raise DXFStructureError(insert.dxf.name)
        self._times[insert.dxf.name] += 1
        is_repeated = self._times[insert.dxf.name] > 1
        ctx = self.ctx
        for entity in block:
            if _is_simple(entity, matrix):
                self._guard(ctx, entity, partial(self._draw_placed, ctx, entity, matrix, is_repeated))
            elif not isinstance(entity, AttDef):
                self._guard(ctx, entity, partial(self._draw_copies, insert, entity, matrix))

    def _draw_copies(self, insert: Insert, entity: DXFGraphic, matrix: Matrix44) -> None:
        one = cast(Insert, _OneOf(entity, matrix))
        for copied in virtual_block_reference_entities(one, skipped_entity_callback=self.skip_entity):
            copied.set_source_block_reference(insert)
            self._guard(self.ctx, copied, partial(self._draw_one, self.ctx, copied))

    def _draw_placed(
        self, ctx: RenderContext, entity: DXFGraphic, matrix: Matrix44, is_repeated: bool
    ) -> None:
        properties = ctx.resolve_all(entity)
        if not properties.is_visible:
            return
        self.pipeline.enter_entity(entity, properties)
        if isinstance(entity, Line):
            start, end = matrix.transform_vertices((entity.dxf.start, entity.dxf.end))
            self.pipeline.draw_line(start, end, properties)
        else:
            path = self._paths.get(id(entity)) or make_path(entity)
            if is_repeated:
                self._paths[id(entity)] = path
            if len(path):
                self.pipeline.draw_path(path.transform(matrix), properties)
        self.pipeline.exit_entity(entity)

    def draw_hatch_pattern(self, polygon: DXFPolygon, paths: list[Path], properties: Properties) -> None:
        """As the add-on does it, but cut off by a count of lines, not by a clock: the result is the same everywhere."""
        if polygon.pattern is None or not polygon.pattern.lines:
            return
        ocs, elevation = polygon.ocs(), polygon.dxf.elevation.z
        properties.linetype_pattern = ()
        lines: list[tuple[Vec3, Vec3]] = []
        steps = 0

        def is_over() -> bool:
            nonlocal steps
            steps += 1
            return steps > MAX_HATCH_STEPS or len(lines) > MAX_HATCH_STEPS

        distance = self.config.min_hatch_line_distance
        for base in hatching.pattern_baselines(polygon, min_hatch_line_distance=distance, jiggle_origin=True):
            for line in hatching.hatch_paths(base, paths, is_over):
                dashes = base.pattern_renderer(line.distance).render(line.start, line.end)
                for dash in itertools.islice(dashes, MAX_HATCH_STEPS):
                    start, end = (
                        ocs.to_wcs(Vec3(p.x, p.y, elevation)) if ocs.transform else Vec3(p) for p in dash
                    )
                    lines.append((start, end))
        self.recording.cut_hatches += is_over()
        self.pipeline.draw_solid_lines(lines, properties)

    def draw_hatch_entity(self, entity: DXFGraphic, properties: Properties, **kwargs: Any) -> None:
        """Hatch lines are jittered with random numbers; seeded, equal drawings are equal bytes."""
        random.seed(0)
        self._draw_background(entity, properties)
        super().draw_hatch_entity(entity, properties, **kwargs)

    def _draw_background(self, entity: DXFGraphic, properties: Properties) -> None:
        """The colour behind a pattern, which the add-on leaves out."""
        color = entity.bgcolor if isinstance(entity, DXFPolygon) else None
        if color is None or properties.filling is None or properties.filling.type != Filling.PATTERN:
            return
        behind = copy.copy(properties)
        behind.filling = Filling()
        # As opaque as the pattern.
        behind.color = rgb_to_hex(color) + properties.color[7:9]
        super().draw_hatch_entity(entity, behind)

    def draw_ole2frame_entity(self, entity: DXFGraphic, properties: Properties) -> None:
        """Only the rectangle of an OLE object is drawn: its content is not."""
        self.recording.not_shown["OLE2FRAME"] += 1
        super().draw_ole2frame_entity(entity, properties)

    def draw_image_entity(self, entity: DXFGraphic, properties: Properties) -> None:
        """Pictures come from what was sent along, by name; never from a path that the drawing names."""
        image = cast(Image, entity)
        definition = image.image_def
        name = str(definition.dxf.filename) if definition is not None else ""
        found = self._companions.get(base_name(name))
        if definition is not None and found is not None:
            definition.dxf.filename = str(found.resolve())
            try:
                super().draw_image_entity(entity, properties)
            except (OSError, ValueError):
                self.recording.missing_images.add(base_name(name))
            finally:
                definition.dxf.filename = name
            return
        self.recording.missing_images.add(base_name(name))
        corners = [v.vec2 for v in image.boundary_path_wcs()]
        self.pipeline.draw_solid_lines(list(pairwise(corners)), properties)


def _is_simple(entity: DXFEntity, matrix: Matrix44) -> bool:
    """Whether the shape of an entity, moved, is the shape of the moved entity.

    Curves are excepted when they are turned by other than right angles: the boxes of shapes are those of their
    control points, and a turned circle's would be larger than the circle.
    """
    if isinstance(entity, Line):
        return True
    if isinstance(entity, LWPolyline):
        return not entity.has_width and not entity.has_arc
    return isinstance(entity, Circle | Arc) and (abs(matrix[0, 0]) < 1e-12 or abs(matrix[0, 1]) < 1e-12)


def object_name(entity: DXFEntity) -> str:
    """The DXF type; for a proxy the type of the object it stands for (``TCH_WALL``), found in section CLASSES."""
    if not isinstance(entity, ACADProxyEntity) or entity.acdb_proxy_entity is None or entity.doc is None:
        return entity.dxftype()
    # Class numbers count from 500 in the order of the section (DXF reference, ACAD_PROXY_ENTITY, group 91).
    index = entity.acdb_proxy_entity.get_first_value(91, 0) - 500
    names = [name for name, _ in entity.doc.classes.classes]
    return names[index] if 0 <= index < len(names) else entity.dxftype()


def content_viewports(viewports: list[Viewport]) -> list[Viewport]:
    """The viewports that show model space; the one that shows the paper itself (id 1) is left out."""
    active = sorted((vp for vp in viewports if vp.dxf.status > 0), key=lambda vp: int(vp.dxf.status))
    if any(vp.dxf.get("id", 0) == 1 for vp in active):
        return [vp for vp in active if vp.dxf.get("id", 0) != 1]
    if len(active) > 1 and active[0].dxf.status == 1:
        return active[1:]
    return active
