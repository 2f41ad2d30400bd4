"""Sheets to DXF: the same primitives in model space at full size, frames enlarged, as Chinese offices draw."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path as FilePath

from ezdxf import const
from ezdxf._options import options
from ezdxf.document import Drawing
from ezdxf.entities.insert import Insert as BlockReference
from ezdxf.enums import TextEntityAlignment
from ezdxf.filemanagement import new
from ezdxf.layouts.blocklayout import BlockLayout
from ezdxf.layouts.layout import Modelspace

from app.cli.demo_set.blocks import block_primitives
from app.cli.demo_set.canvas import LAYERS, Arc, Canvas, Hatch, Insert, Path, Point, Primitive, Text
from app.cli.demo_set.patterns import Segment, pattern_lines

STAMP = "{00000000-0000-4000-8000-0000DE305E70}"
LINETYPES = {"": "BYLAYER", "DASHED": "DASHED", "CENTER": "CENTER", "DOT": "DOT"}
ALIGN = {
    "lb": TextEntityAlignment.LEFT,
    "cb": TextEntityAlignment.CENTER,
    "rb": TextEntityAlignment.RIGHT,
    "lm": TextEntityAlignment.MIDDLE_LEFT,
    "cm": TextEntityAlignment.MIDDLE_CENTER,
    "rm": TextEntityAlignment.MIDDLE_RIGHT,
    "lt": TextEntityAlignment.TOP_LEFT,
    "ct": TextEntityAlignment.TOP_CENTER,
    "rt": TextEntityAlignment.TOP_RIGHT,
}
HATCHES = {"ANSI31": ("ANSI31", 0.6), "SOLID": ("SOLID", 1.0)}
LINEWEIGHTS = (0, 5, 9, 13, 15, 18, 20, 25, 30, 35, 40, 50, 53, 60, 70, 80, 90, 100, 106, 120, 140, 158, 200)


@dataclass(frozen=True)
class Placed:
    """A sheet in model space: drawn `scale` times the paper, its lower left corner at x."""

    sheet: Canvas
    scale: float
    x: float = 0.0
    block: str = ""


def write_dxf(path: FilePath, sheets: Sequence[Placed], version: str) -> None:
    """Write one DXF with all the sheets side by side in model space.

    R2000 files are written in GBK with `$DWGCODEPAGE` ANSI_936, later ones in UTF-8. A sheet with a `block` name has
    its title block as that block with attributes; the others have plain text.
    """
    options.write_fixed_meta_data_for_testing = True  # no marks of the clock: the same sheets, the same bytes
    try:
        _write(_document(sheets, version), path)
    finally:
        options.write_fixed_meta_data_for_testing = False


def _document(sheets: Sequence[Placed], version: str) -> Drawing:
    doc = new(version, setup=["linetypes"])
    _prepare(doc)
    space = doc.modelspace()
    for placed in sheets:
        pen = _Pen(doc, space, placed.scale, placed.x)
        for primitive in placed.sheet.drawing:
            pen.draw(primitive)
        if placed.block:
            _title_as_block(doc, space, placed)
        else:
            for primitive in placed.sheet.title_block:
                pen.draw(primitive)
    return doc


def _prepare(doc: Drawing) -> None:
    doc.header["$DWGCODEPAGE"] = "ANSI_936"
    doc.header["$INSUNITS"] = 4
    doc.header["$MEASUREMENT"] = 1
    doc.header["$LTSCALE"] = 50
    doc.header["$TDCREATE"] = doc.header["$TDUPDATE"] = 2461000.0
    doc.header["$FINGERPRINTGUID"] = doc.header["$VERSIONGUID"] = STAMP
    if doc.dxfversion < const.DXF2007:
        doc.encoding = "gbk"
    for name, font, big in (
        ("HZ", "gbenor.shx", "gbcbig.shx"),
        ("HZTXT", "txt.shx", "hztxt.shx"),
        ("DIM", "gbenor.shx", ""),
    ):
        style = doc.styles.add(name, font=font)
        style.dxf.bigfont = big
        style.dxf.width = 0.8
    for layer in LAYERS.values():
        made = doc.layers.add(
            layer.name, color=layer.aci, linetype=LINETYPES[layer.dash].replace("BYLAYER", "CONTINUOUS")
        )
        made.dxf.lineweight = _lineweight(layer.weight)


def _lineweight(mm: float) -> int:
    return min(LINEWEIGHTS, key=lambda w: abs(w - mm * 100))


class _Pen:
    """Draws primitives into a layout, enlarged by `scale` and moved by `x`."""

    def __init__(self, doc: Drawing, space: Modelspace | BlockLayout, scale: float, x: float) -> None:
        self.doc, self.space, self.scale, self.x = doc, space, scale, x

    def to(self, x: float, y: float) -> tuple[float, float]:
        return (round(x * self.scale + self.x, 4), round(y * self.scale, 4))

    def draw(self, p: Primitive) -> None:
        if isinstance(p, Path):
            self.path(p)
        elif isinstance(p, Arc):
            attribs = self.attribs(p.layer, p.weight, p.dash)
            if p.end - p.start >= 360:
                self.space.add_circle(self.to(p.x, p.y), p.radius * self.scale, dxfattribs=attribs)
            else:
                self.space.add_arc(
                    self.to(p.x, p.y), p.radius * self.scale, p.start, p.end, dxfattribs=attribs
                )
        elif isinstance(p, Text):
            self.text(p)
        elif isinstance(p, Hatch):
            self.hatch(p)
        else:
            self.insert(p)

    def attribs(self, layer: str, weight: float, dash: str) -> dict[str, object]:
        own: dict[str, object] = {"layer": layer}
        if abs(weight - LAYERS[layer].weight) > 0.001:
            own["lineweight"] = _lineweight(weight)
        if dash != LAYERS[layer].dash:
            own["linetype"] = LINETYPES[dash] if dash else "CONTINUOUS"
        return own

    def path(self, p: Path) -> None:
        points = [self.to(*q) for q in p.points]
        attribs = self.attribs(p.layer, p.weight, p.dash)
        if p.fill and p.closed:
            filled = self.space.add_hatch(color=256, dxfattribs={"layer": p.layer})
            filled.paths.add_polyline_path(points, is_closed=True)
        if len(points) == 2 and points[0] != points[1]:
            self.space.add_line(points[0], points[1], dxfattribs=attribs)
        else:
            self.space.add_lwpolyline(points, close=p.closed, dxfattribs=attribs)

    def text(self, t: Text) -> None:
        made = self.space.add_text(
            t.value, height=t.height * self.scale, rotation=t.angle, dxfattribs=self.text_style(t)
        )
        made.set_placement(self.to(t.x, t.y), align=ALIGN[t.anchor])

    def text_style(self, t: Text) -> dict[str, object]:
        style = "DIM" if t.layer in ("尺寸标注", "标高") and t.value.isascii() else "HZ"
        return {"layer": t.layer, "style": "HZTXT" if t.layer == "图签文字" else style, "width": t.narrow}

    def hatch(self, h: Hatch) -> None:
        ring = [self.to(*q) for q in h.ring]
        if h.pattern in HATCHES:
            name, factor = HATCHES[h.pattern]
            made = self.space.add_hatch(color=256, dxfattribs={"layer": h.layer})
            made.paths.add_polyline_path(ring, is_closed=True)
            if name != "SOLID":
                made.set_pattern_fill(name, color=256, scale=factor * h.pitch / 2 * self.scale)
            return
        for line in pattern_lines(h.ring, h.pattern, h.pitch):
            for x1, y1, x2, y2 in _clipped(h.ring, line):
                self.space.add_line(self.to(x1, y1), self.to(x2, y2), dxfattribs={"layer": h.layer})

    def insert(self, i: Insert) -> None:
        if i.block not in self.doc.blocks:
            block = self.doc.blocks.new(i.block)
            inner = _Pen(self.doc, block, 1.0, 0.0)
            for p in block_primitives(i.block):
                inner.draw(p)
            for t in i.attributes:
                block.add_attdef(
                    t.tag, (0, 0), t.value, height=300, dxfattribs={"layer": t.layer, "style": "HZ"}
                )
        size = i.size * self.scale
        made = self.space.add_blockref(
            i.block,
            self.to(i.x, i.y),
            dxfattribs={
                "layer": i.layer,
                "xscale": size,
                "yscale": -size if i.mirror else size,
                "rotation": i.angle,
            },
        )
        for t in i.attributes:
            self.attribute(made, t)

    def attribute(self, made: BlockReference, t: Text) -> None:
        given = made.add_attrib(
            t.tag, t.value, dxfattribs={**self.text_style(t), "height": t.height * self.scale}
        )
        given.dxf.rotation = t.angle
        given.set_placement(self.to(t.x, t.y), align=ALIGN[t.anchor])


def _clipped(ring: Sequence[Point], segment: Segment) -> list[Segment]:
    """The parts of a segment that lie inside the ring: cut at every edge, kept where the middle is inside."""
    x1, y1, x2, y2 = segment
    dx, dy = x2 - x1, y2 - y1
    cuts = [0.0, 1.0]
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        ex, ey = bx - ax, by - ay
        cross = dx * ey - dy * ex
        if abs(cross) > 1e-12:
            t = ((ax - x1) * ey - (ay - y1) * ex) / cross
            u = ((ax - x1) * dy - (ay - y1) * dx) / cross
            if 0 < t < 1 and 0 <= u <= 1:
                cuts.append(t)
    cuts.sort()
    return [
        (x1 + t * dx, y1 + t * dy, x1 + u * dx, y1 + u * dy)
        for t, u in pairwise(cuts)
        if u - t > 1e-9 and _inside(ring, x1 + (t + u) / 2 * dx, y1 + (t + u) / 2 * dy)
    ]


def _inside(ring: Sequence[Point], x: float, y: float) -> bool:
    """Whether the ring holds the point (even-odd rule)."""
    inside = False
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def _title_as_block(doc: Drawing, space: Modelspace, placed: Placed) -> None:
    """The title block's lines and labels as one block, its values as attributes."""
    block = doc.blocks.new(placed.block)
    inner = _Pen(doc, block, 1.0, 0.0)
    values: list[Text] = []
    for p in placed.sheet.title_block:
        if isinstance(p, Text) and p.tag:
            values.append(p)
            made = block.add_attdef(p.tag, text="", height=p.height, dxfattribs=inner.text_style(p))
            made.set_placement((p.x, p.y), align=ALIGN[p.anchor])
        else:
            inner.draw(p)
    ref = space.add_blockref(
        placed.block,
        (placed.x, 0),
        dxfattribs={"layer": "图框", "xscale": placed.scale, "yscale": placed.scale},
    )
    pen = _Pen(doc, space, placed.scale, placed.x)
    for t in values:
        pen.attribute(ref, t)


def _write(doc: Drawing, path: FilePath) -> None:
    r"""Save; what GBK cannot say is written as the CAD escape \\U+XXXX."""
    if doc.dxfversion >= const.DXF2007:
        doc.saveas(path)
        return
    stream = io.StringIO()
    doc.write(stream)
    # ezdxf's own way of it ("dxfreplace") writes characters below 256, as in m², so that no program reads them.
    text = "".join(c if _is_gbk(c) else f"\\U+{ord(c):04X}" for c in stream.getvalue())
    path.write_bytes(text.replace("\n", "\r\n").encode("gbk", errors="surrogateescape"))


@cache
def _is_gbk(char: str) -> bool:
    try:
        char.encode("gbk", errors="surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
