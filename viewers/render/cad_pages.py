"""Which sheets a CAD file holds: frames, else layouts, else model space whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ezdxf.document import Drawing
from ezdxf.entities.viewport import Viewport
from ezdxf.layouts.layout import Layout, Paperspace

from viewers.render.cad_frames import Frame, find_frames, is_usual_scale, scale_hint
from viewers.render.cad_frontend import content_viewports
from viewers.render.cad_recording import Recording
from viewers.render.cad_text import Box
from viewers.render.manifest import PageKind, Problem

MAX_PAGES = 500
_UNIT_MM = {1: 25.4, 2: 304.8, 4: 1.0, 5: 10.0, 6: 1000.0, 14: 100.0}
"""$INSUNITS -> millimetres."""
_MARGIN_MM = 10.0
_FIT_LONG_MM, _FIT_SHORT_MM = 1189.0 - 2 * _MARGIN_MM, 841.0 - 2 * _MARGIN_MM
_LADDER = (1.0, 2.0, 2.5, 5.0)


@dataclass(frozen=True)
class SheetPlan:
    """One page: a window of a layout and the size it is plotted at."""

    layout: str
    kind: PageKind
    name: str
    box: Box
    """Drawing units of the layout."""
    mm_per_unit: float
    """Millimetres of paper in one drawing unit."""
    scale_hint: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def width_um(self) -> int:
        """Width of the page."""
        return max(1, round((self.box[2] - self.box[0]) * self.mm_per_unit * 1000))

    @property
    def height_um(self) -> int:
        """Height of the page."""
        return max(1, round((self.box[3] - self.box[1]) * self.mm_per_unit * 1000))


@dataclass(frozen=True)
class LayoutPlan:
    """A layout that is drawn: its frames, or none when it is one page."""

    name: str
    is_model: bool
    frames: tuple[Frame, ...]
    unit_mm: float

    @property
    def mm_per_unit(self) -> float:
        """Millimetres of paper in one drawing unit, as far as known before drawing."""
        return 1 / self.frames[0].units_per_mm if self.frames else self.unit_mm


def plan_layouts(doc: Drawing) -> list[LayoutPlan]:
    """The layouts that may hold sheets: model space first when it holds frames, else last; paper layouts by tab.

    A layout with nothing but viewports adds nothing where model space has its frames. Model space without frames is
    a page of its own only when the layouts show little of it: see :func:`share_shown`.
    """
    unit_mm = _UNIT_MM.get(int(doc.header.get("$INSUNITS", 0) or 0), 1.0)
    space = doc.modelspace()
    model = LayoutPlan(space.name, is_model=True, frames=_frames(space, unit_mm), unit_mm=unit_mm)
    papers: list[LayoutPlan] = []
    for name in doc.layout_names_in_taborder():
        layout = doc.layouts.get(name)
        if not isinstance(layout, Paperspace):
            continue
        viewports = content_viewports([e for e in layout if isinstance(e, Viewport)])
        has_own = any(not isinstance(e, Viewport) for e in layout)
        if not has_own and (model.frames or not viewports or not len(space)):
            continue
        paper_unit = 25.4 if layout.dxf.get("plot_paper_units", 1) == 0 else 1.0
        frames = _frames(layout, paper_unit) if has_own else ()
        papers.append(LayoutPlan(name, is_model=False, frames=frames, unit_mm=paper_unit))
    return [model, *papers] if model.frames else [*papers, model]


def share_shown(doc: Drawing, handles: set[str]) -> float:
    """Which part of the visible entities of model space is among those drawn on pages; 1 for an empty one."""
    hidden = {
        layer.dxf.name.lower()
        for layer in doc.layers
        if layer.is_off() or layer.is_frozen() or not layer.dxf.plot
    }
    layers = {e.dxf.handle: e.dxf.layer if e.dxf.hasattr("layer") else "0" for e in doc.modelspace()}
    wanted = {handle for handle, layer in layers.items() if str(layer).lower() not in hidden}
    return len(wanted & handles) / len(wanted) if wanted else 1.0


def plan_sheets(doc: Drawing, plan: LayoutPlan, recording: Recording) -> list[SheetPlan]:
    """The pages of a layout, once it is known what it draws; none when it draws nothing."""
    if not recording.finite().any():
        return []
    if plan.frames:
        return [_frame_sheet(plan, frame, n) for n, frame in enumerate(plan.frames[:MAX_PAGES])]
    if plan.is_model:
        return [_model_sheet(plan, recording)]
    return [_layout_sheet(doc.layouts.get(plan.name), plan, recording)]


def outside_frames(plan: LayoutPlan, sheets: list[SheetPlan], recording: Recording) -> Problem | None:
    """What a layout draws outside all of its pages, so that nothing is lost in silence."""
    finite = recording.finite()
    boxes = recording.boxes
    covered = np.zeros(len(boxes), dtype=bool)
    for sheet in sheets:
        x0, y0, x1, y1 = sheet.box
        covered |= (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)
    lost = np.flatnonzero(finite & ~covered)
    if not len(lost):
        return None
    handles = {recording.records[i].handle for i in lost}
    box = [float(f"{v:.6g}") for v in (*boxes[lost, :2].min(axis=0), *boxes[lost, 2:].max(axis=0))]
    detail = {"layout": plan.name, "entities": len(handles), "shapes": len(lost), "box": box}
    return Problem("outside-frames", "warning", detail)


def _frames(layout: Layout, unit_mm: float) -> tuple[Frame, ...]:
    # Millimetres first whatever the file says: acad.dwt says inches, and most Chinese files were begun from it.
    units = (1000.0,) if unit_mm == 1000.0 else (1.0, unit_mm) if unit_mm != 1.0 else (1.0,)
    for unit in units:
        frames = find_frames(layout, unit)
        if frames:
            return tuple(frames)
    return ()


def _frame_sheet(plan: LayoutPlan, frame: Frame, index: int) -> SheetPlan:
    hint = ""
    if plan.is_model or abs(frame.units_per_mm - 1) > 0.01:
        hint = scale_hint(frame.units_per_mm, 1000.0 if plan.unit_mm == 1000.0 else 1.0)
    name = plan.name if not plan.is_model else ""
    if name and len(plan.frames) > 1:
        name = f"{name} {index + 1}"
    # The drawn rectangle is snapped to the size of the standard: 840.9 is 841.
    x0, y0, x1, y1 = frame.box
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    half_w, half_h = (side * frame.units_per_mm / 2 for side in frame.paper_mm)
    box = (cx - half_w, cy - half_h, cx + half_w, cy + half_h)
    return SheetPlan(plan.name, PageKind.FRAME, name, box, 1 / frame.units_per_mm, hint)


def _layout_sheet(layout: Layout, plan: LayoutPlan, recording: Recording) -> SheetPlan:
    extents = _extents(recording)
    paper = _paper_box(layout, plan.unit_mm)
    unknown: tuple[Problem, ...] = ()
    mm_per_unit = paper[1] if paper is not None else plan.unit_mm
    box = _hold(paper[0], extents, recording) if paper is not None else None
    if box is None:
        stated = [round(layout.dxf.get("paper_width", 0.0)), round(layout.dxf.get("paper_height", 0.0))]
        unknown = (Problem("paper-size-unknown", "warning", {"layout": plan.name, "stated_mm": stated}),)
        box, mm_per_unit = _fitted(extents, mm_per_unit)
    hint = _viewport_hint(layout, plan.unit_mm)
    return SheetPlan(plan.name, PageKind.LAYOUT, plan.name, box, mm_per_unit, hint, unknown)


def _viewport_hint(layout: Layout, paper_unit_mm: float) -> str:
    """The scale of the largest viewport, when it is a usual one."""
    viewports = content_viewports([e for e in layout if isinstance(e, Viewport)])
    if not viewports or layout.doc is None:
        return ""
    largest = max(viewports, key=lambda vp: vp.dxf.width * vp.dxf.height)
    scale = largest.get_scale()
    model_unit_mm = _UNIT_MM.get(int(layout.doc.header.get("$INSUNITS", 0) or 0), 1.0)
    if scale <= 0:
        return ""
    ratio = model_unit_mm / (scale * paper_unit_mm)
    return scale_hint(ratio, 1000.0 if ratio < 0.5 else 1.0) if is_usual_scale(ratio) else ""


def _paper_box(layout: Layout, unit_mm: float) -> tuple[Box, float] | None:
    """The edge of the paper in drawing units of the layout, and millimetres in one unit."""
    dxf = layout.dxf
    width, height = dxf.get("paper_width", 0.0), dxf.get("paper_height", 0.0)
    if not (10 < width < 5_000 and 10 < height < 5_000):
        return None
    left, bottom = dxf.get("left_margin", 0.0), dxf.get("bottom_margin", 0.0)
    if dxf.get("plot_rotation", 0) in (1, 3):
        width, height, left, bottom = height, width, bottom, left
    numerator, denominator = dxf.get("scale_numerator", 1.0), dxf.get("scale_denominator", 1.0)
    mm = unit_mm * (numerator / denominator if numerator > 0 and denominator > 0 else 1.0)
    (x0, y0), (x1, y1) = (tuple(dxf.get(name, (0.0, 0.0)))[:2] for name in ("limmin", "limmax"))
    if abs((x1 - x0) * mm - width) < 0.01 * width and abs((y1 - y0) * mm - height) < 0.01 * height:
        return (x0, y0, x0 + width / mm, y0 + height / mm), mm  # the limits are the edge of the paper
    return (-left / mm, -bottom / mm, (width - left) / mm, (height - bottom) / mm), mm


def _hold(box: Box, extents: Box, recording: Recording) -> Box | None:
    """The paper moved so that it holds what is drawn; None when what is drawn is larger than the paper."""
    slack = 0.01 * (box[2] - box[0])
    inside = (
        (recording.boxes[:, 0] >= box[0] - slack)
        & (recording.boxes[:, 1] >= box[1] - slack)
        & (recording.boxes[:, 2] <= box[2] + slack)
        & (recording.boxes[:, 3] <= box[3] + slack)
    )
    if inside.sum() >= 0.9 * recording.finite().sum():
        return box
    width, height = box[2] - box[0], box[3] - box[1]
    if extents[2] - extents[0] <= width * 1.01 and extents[3] - extents[1] <= height * 1.01:
        cx, cy = (extents[0] + extents[2]) / 2, (extents[1] + extents[3]) / 2
        return (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
    return None


def _model_sheet(plan: LayoutPlan, recording: Recording) -> SheetPlan:
    box, mm_per_unit = _fitted(_extents(recording), 0.0)
    problem = Problem("paper-size-unknown", "info", {"layout": plan.name})
    return SheetPlan(plan.name, PageKind.MODEL, "", box, mm_per_unit, problems=(problem,))


def _fitted(extents: Box, mm_per_unit: float) -> tuple[Box, float]:
    """A page around the extents with a margin: at true size when that fits A0, else at the next round scale."""
    width, height = extents[2] - extents[0], extents[3] - extents[1]
    long_side, short_side = max(width, height, 1e-9), min(width, height)
    needed = max(long_side / _FIT_LONG_MM, short_side / _FIT_SHORT_MM)
    if not (mm_per_unit and long_side * mm_per_unit <= 5_000 and long_side * mm_per_unit >= 20):
        power = 10.0 ** np.floor(np.log10(needed))
        units_per_mm = next((power * n for n in (*_LADDER, 10.0) if power * n >= needed * (1 - 1e-9)), needed)
        mm_per_unit = float(1 / units_per_mm)
    margin = _MARGIN_MM / mm_per_unit
    return (extents[0] - margin, extents[1] - margin, extents[2] + margin, extents[3] + margin), mm_per_unit


def _extents(recording: Recording) -> Box:
    """The box of all that is drawn, without the few strays that would turn the drawing into a dot.

    What is left out is then reported by :func:`outside_frames`.
    """
    boxes = recording.boxes[recording.finite()]
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    if len(boxes) >= 200:
        core_low, core_high = np.percentile(centres, 1, axis=0), np.percentile(centres, 99, axis=0)
        reach = max(float((core_high - core_low).max()), 1e-9) * 2
        core = ((boxes[:, :2] >= core_low - reach) & (boxes[:, 2:] <= core_high + reach)).all(axis=1)
        size, core_size = (high - low).max(), 0.0
        if core.any():
            new_low, new_high = boxes[core, :2].min(axis=0), boxes[core, 2:].max(axis=0)
            core_size = float((new_high - new_low).max())
            if core.mean() > 0.97 and 0 < core_size < size / 10:
                low, high = new_low, new_high
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
