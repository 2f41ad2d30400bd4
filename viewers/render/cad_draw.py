"""Draw a layout of a document into a recording, as it would be plotted."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ezdxf.addons import acadctb
from ezdxf.addons.drawing import config as drawing_config
from ezdxf.addons.drawing.properties import LayoutProperties
from ezdxf.addons.drawing.recorder import DataRecord
from ezdxf.document import Drawing
from ezdxf.entities.dimension import Dimension
from ezdxf.layouts.layout import Layout

from viewers.render.cad_extents import Extents
from viewers.render.cad_fonts import SheetTextEngine, base_name
from viewers.render.cad_frontend import SheetContext, SheetFrontend
from viewers.render.cad_linetypes import ShapeFiles, complex_linetypes, is_dashed_as_paper
from viewers.render.cad_recording import Recording, SheetBackend, SheetPipeline


def draw_layout(
    doc: Drawing,
    layout: Layout,
    companions: Mapping[str, Path],
    *,
    unit_mm: float,
    draw_dashes: bool,
    extents: Extents | None = None,
) -> Recording:
    """Record what a layout draws as it would be plotted: white paper, black for colour 7, layers off not drawn.

    Args:
        doc: the document; dimensions without a picture get one.
        layout: model space or a paper layout.
        companions: files that were sent along, by name: pictures, fonts, plot style tables.
        unit_mm: millimetres of paper in one drawing unit; sets how finely curves are cut for dashes.
        draw_dashes: False draws dashed lines solid.
        extents: boxes of the entities of the document, shared by its layouts; measured anew if None.
    """
    _picture_dimensions(layout)
    # 2, as drawings have it at first: the frame of a clip is seen on the screen, not on the plot.
    doc.header["$XCLIPFRAME"] = int(doc.header.get("$XCLIPFRAME", 2) == 1)
    engine = SheetTextEngine(companions)
    backend = SheetBackend()
    pipeline = SheetPipeline(backend, engine, extents or Extents(), ShapeFiles(companions))
    pipeline.linetypes.linetypes = complex_linetypes(doc)
    pipeline.is_dashed_as_paper = is_dashed_as_paper(doc, layout)
    ctx = SheetContext(doc, ctb=_plot_styles(layout, companions), export_mode=True)
    ctx.set_current_layout(layout)
    settings = drawing_config.Configuration(
        background_policy=drawing_config.BackgroundPolicy.WHITE,
        color_policy=drawing_config.ColorPolicy.COLOR,
        image_policy=drawing_config.ImagePolicy.DISPLAY,
        min_hatch_line_distance=max(0.02 / unit_mm, 1e-6),
        max_flattening_distance=max(0.02 / unit_mm, 1e-6),
        min_dash_length=max(0.05 / unit_mm, 1e-6),
        line_policy=drawing_config.LinePolicy.ACCURATE if draw_dashes else drawing_config.LinePolicy.SOLID,
    )
    frontend = SheetFrontend(ctx, pipeline, settings, companions)
    properties = LayoutProperties.from_layout(layout)
    properties.set_colors("#ffffff", "#000000")
    # The add-on prints what it thinks of a broken object; the output of this process is not for that.
    with contextlib.redirect_stdout(io.StringIO()):
        frontend.draw_layout(layout, layout_properties=properties)
    recording = frontend.recording
    recording.records = backend.records
    recording.properties = backend.properties
    recording.boxes = _boxes(backend.records)
    recording.replaced_fonts = engine.replaced
    names = {linetype.dxf.name.upper(): linetype.dxf.name for linetype in doc.linetypes}
    recording.undrawn_linetypes = {names[name] for name in pipeline.linetypes.undrawn}
    return recording


def _picture_dimensions(layout: Layout) -> None:
    """A dimension whose block is missing is skipped by the add-on; it can be drawn from its values."""
    for dimension in layout.query("DIMENSION"):
        try:
            if isinstance(dimension, Dimension) and dimension.get_geometry_block() is None:
                dimension.render()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - it stays undrawn and is counted as such
            continue


def _plot_styles(layout: Layout, companions: Mapping[str, Path]) -> Any:
    """The plot style table the layout names: as sent along, or ``monochrome`` by its name, or one that changes nothing.

    The add-on would open the file that the drawing names: an object instead of a name prevents that.
    """
    wanted = base_name(layout.get_plot_style_filename() or "")
    for name, path in companions.items():
        if wanted.endswith(".ctb") and base_name(name) == wanted:
            try:
                return acadctb.load(str(path))
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - a broken table is a missing table
                break
    table = acadctb.ColorDependentPlotStyles()
    if wanted == "monochrome.ctb":  # comes with every CAD program: all 255 colours are plotted black
        for aci in range(1, 256):
            table[aci].color = (0, 0, 0)
    return table


def _boxes(records: list[DataRecord]) -> npt.NDArray[np.float64]:
    boxes = np.full((len(records), 4), np.nan)
    for i, record in enumerate(records):
        box = record.bbox()
        if box.has_data:
            boxes[i] = (box.extmin.x, box.extmin.y, box.extmax.x, box.extmax.y)
    return boxes
