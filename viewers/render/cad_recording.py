"""What a layout draws, recorded: shapes in drawing order, and texts beside their outlines for search."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

import ezdxf.bbox
import numpy as np
import numpy.typing as npt
from ezdxf.addons.drawing.backend import BackendInterface
from ezdxf.addons.drawing.pipeline import BackendStage2d, ClippingStage2d, RenderPipeline2d, RenderStage2d
from ezdxf.addons.drawing.properties import BackendProperties, Properties, RenderContext
from ezdxf.addons.drawing.recorder import DataRecord, Recorder
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.viewport import Viewport
from ezdxf.fonts.font_face import FontFace
from ezdxf.math import BoundingBox2d, Matrix44, Vec2
from ezdxf.npshapes import NumpyPoints2d

from viewers.render.cad_extents import Extents
from viewers.render.cad_fonts import SheetTextEngine
from viewers.render.cad_linetypes import ShapeFiles, SheetLinetypeStage
from viewers.render.cad_text import without_surrogates


def ink_on_paper(color: str) -> str:
    """White ink as it is seen on white paper: black, as transparent as before."""
    return f"#000000{color[7:]}" if color[:7].lower() == "#ffffff" else color


class TextRecord(DataRecord):
    """Text as it was drawn: start and end of the baseline and top of the first capital, for search."""

    def __init__(self, text: str, corners: Iterable[Vec2], group: int) -> None:
        super().__init__()
        self.text = without_surrogates(text)
        self.corners = NumpyPoints2d(list(corners))
        self.group = group

    def bbox(self) -> BoundingBox2d:
        """The box of the three points."""
        return self.corners.bbox()

    def transform_inplace(self, m: Matrix44) -> None:
        """Move with the drawing."""
        self.corners.transform_inplace(m)


@dataclass
class Recording:
    """What one layout draws, in drawing units, in drawing order."""

    records: list[DataRecord] = field(default_factory=list)
    properties: dict[int, BackendProperties] = field(default_factory=dict)
    boxes: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))
    """x0, y0, x1, y1 of each record; not finite where a record has no place."""
    not_shown: Counter[str] = field(default_factory=Counter)
    """Entities that could not be drawn, by DXF type."""
    proxies: Counter[str] = field(default_factory=Counter)
    """Custom objects drawn from their proxy graphic, by DXF type."""
    missing_images: set[str] = field(default_factory=set)
    replaced_fonts: set[str] = field(default_factory=set)
    cut_hatches: int = 0
    """Hatches with too many lines, of which only a part is drawn."""
    undrawn_linetypes: set[str] = field(default_factory=set)
    """Line types whose symbols are not all drawn."""
    side_views: int = 0
    """Viewports that do not look from above and are not drawn."""

    def finite(self) -> npt.NDArray[np.bool_]:
        """Which records have a place."""
        return cast("npt.NDArray[np.bool_]", np.isfinite(self.boxes).all(axis=1))


class SheetBackend(Recorder):
    """Records shapes, and texts beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.group = 0

    def enter_entity(self, entity: DXFGraphic, properties: Properties) -> None:  # noqa: ARG002
        """Each entity begins a group of texts."""
        self.group += 1

    def draw_text_run(self, text: str, corners: list[Vec2], properties: BackendProperties) -> None:
        """Record a text beside its outlines."""
        self.store(TextRecord(text, corners, self.group), properties)


class SheetPipeline(RenderPipeline2d):
    """Notes every text with the place where it ends up, after blocks and viewports."""

    linetypes: SheetLinetypeStage
    is_dashed_as_paper = True
    """Dashes in viewports are as long as on the paper (``PSLTSCALE`` 1), not as long as in model space."""

    def __init__(
        self, backend: SheetBackend, engine: SheetTextEngine, extents: Extents, shapes: ShapeFiles
    ) -> None:
        self._shapes = shapes
        self._engine = engine
        super().__init__(cast(BackendInterface, backend))
        self.sheet_backend = backend
        self.extents = extents
        self.text_engine = engine  # type: ignore[assignment]
        self.default_font_face = FontFace()

    def build_render_pipeline(self) -> RenderStage2d:
        """As the add-on does it, with our stage for line types."""
        last = BackendStage2d(self.backend, converter=self.get_backend_properties)
        self.linetypes = SheetLinetypeStage(
            self.config, self.get_vp_ltype_scale, last, self._engine, self._shapes
        )
        return ClippingStage2d(self.config, self.clipping_portal, next_stage=self.linetypes)

    def get_vp_ltype_scale(self) -> float:
        """Lines are cut into dashes after they came through the viewport: in units of the sheet."""
        return 1.0 if self.is_dashed_as_paper else max(self.current_vp_scale, 1e-9)

    def draw_viewport(
        self,
        vp: Viewport,
        layout_ctx: RenderContext,
        bbox_cache: ezdxf.bbox.Cache | None = None,  # noqa: ARG002
    ) -> None:
        """Draw the entities of model space that a viewport sees; one whose place cannot be told is drawn too."""
        limits = vp.get_modelspace_limits() if vp.doc is not None else None
        if vp.doc is None or limits is None or not self.enter_viewport(vp):
            return
        window = (limits[0], limits[1], limits[2], limits[3])
        seen = (entity for entity in vp.doc.modelspace() if self.extents.meets(entity, window))
        self.draw_entities(layout_ctx.from_viewport(vp), seen)
        self.exit_viewport()  # type: ignore[no-untyped-call]

    def draw_text(
        self,
        text: str,
        transform: Matrix44,
        properties: Properties,
        cap_height: float,
        dxftype: str = "TEXT",
    ) -> None:
        """Draw outlines and record the text for search; a text whose middle is clipped away is not recorded."""
        if properties.color != ink_on_paper(properties.color):  # white inside formatted text
            properties = copy.copy(properties)
            properties.color = ink_on_paper(properties.color)
        super().draw_text(text, transform, properties, cap_height, dxftype)
        if not text.strip():
            return
        face = properties.font or self.default_font_face
        engine = cast(SheetTextEngine, self.text_engine)
        engine.note_used(properties.font)
        width = engine.get_text_line_width(text, face, cap_height)
        corners = list(transform.transform_vertices([(0, 0, 0), (width, 0, 0), (0, cap_height, 0)]))
        if self.clipping_portal.is_active:
            middle = corners[1].lerp(corners[2])
            if self.clipping_portal.clip_point(Vec2(middle)) is None:
                return
            corners = list(self.clipping_portal.transform_matrix(Matrix44()).transform_vertices(corners))
        flat = [Vec2(corner) for corner in corners]
        self.sheet_backend.draw_text_run(text, flat, self.get_backend_properties(properties))
