"""Sheets to PDF: vector geometry, real text, the same bytes each time."""

import math
from collections.abc import Sequence
from pathlib import Path as FilePath

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from app.cli.demo_set.blocks import block_primitives
from app.cli.demo_set.canvas import LAYERS, Arc, Canvas, Hatch, Insert, Path, Point, Primitive, Text, turned
from app.cli.demo_set.font import advance, cid_of, embed
from app.cli.demo_set.patterns import pattern_lines

POINTS_PER_MM = 72 / 25.4
DASHES = {"": "[] 0", "DASHED": "[3 1.5] 0", "CENTER": "[9 1.5 1.2 1.5] 0", "DOT": "[0.6 1.2] 0"}
SHIFT = {"b": 0.0, "m": -0.36, "t": -0.8}
EM_PER_HANZI = 1.08
"""A hanzi of Noto fills about nine tenths of its em; drawings state the height of the character itself."""


class _Content:
    """One page's content stream, which remembers the pen so that it is set only when it changes."""

    def __init__(self) -> None:
        self.parts: list[str] = [f"{POINTS_PER_MM:.6f} 0 0 {POINTS_PER_MM:.6f} 0 0 cm 1 J 1 j"]
        self.chars: set[str] = set()
        self._pen: tuple[str, float, str] | None = None

    def pen(self, layer: str, weight: float, dash: str) -> None:
        wanted = (layer, weight, dash)
        if wanted != self._pen:
            r, g, b = LAYERS[layer].rgb
            self.parts.append(f"{weight:g} w {DASHES[dash]} d {r:g} {g:g} {b:g} RG {r:g} {g:g} {b:g} rg")
            self._pen = wanted

    def draw(self, p: Primitive) -> None:
        """Add one primitive."""
        if isinstance(p, Path):
            self.pen(p.layer, p.weight, p.dash)
            self.polyline(p.points, closed=p.closed, fill=p.fill)
        elif isinstance(p, Arc):
            self.pen(p.layer, p.weight, p.dash)
            self.polyline(p.points(), closed=p.end - p.start >= 360, fill=p.fill)
        elif isinstance(p, Text):
            self.text(p)
        elif isinstance(p, Hatch):
            self.hatch(p)
        else:
            self.insert(p)

    def polyline(self, points: Sequence[Point], *, closed: bool, fill: bool) -> None:
        head, *rest = points
        steps = [f"{head[0]:.2f} {head[1]:.2f} m", *(f"{x:.2f} {y:.2f} l" for x, y in rest)]
        paint = ("b" if closed else "B") if fill else ("s" if closed else "S")
        self.parts.append(" ".join(steps) + " " + paint)

    def text(self, t: Text) -> None:
        size = t.height * EM_PER_HANZI
        width = advance(t.value) * size * t.narrow
        back = {"l": 0.0, "c": -width / 2, "r": -width}[t.anchor[0]]
        # Latin figures stand lower than hanzi: both are centred on the height of what the line holds.
        dx, dy = turned(back, SHIFT[t.anchor[1]] * size, t.angle)
        c, s = math.cos(math.radians(t.angle)), math.sin(math.radians(t.angle))
        codes = "".join(f"{cid_of(char):04x}" for char in t.value)
        self.chars.update(t.value)
        self.pen(t.layer, LAYERS[t.layer].weight, LAYERS[t.layer].dash)
        self.parts.append(
            f"BT /F1 {size:.3f} Tf {t.narrow * 100:g} Tz "
            f"{c:.4f} {s:.4f} {-s:.4f} {c:.4f} {t.x + dx:.2f} {t.y + dy:.2f} Tm <{codes}> Tj ET"
        )

    def hatch(self, h: Hatch) -> None:
        self.pen(h.layer, LAYERS[h.layer].weight, "")
        ring = " ".join(f"{x:.2f} {y:.2f} {'l' if i else 'm'}" for i, (x, y) in enumerate(h.ring))
        if h.pattern == "SOLID":
            self.parts.append(f"{ring} h f")
            return
        lines = pattern_lines(h.ring, h.pattern, h.pitch)
        strokes = " ".join(f"{a:.2f} {b:.2f} m {c:.2f} {d:.2f} l" for a, b, c, d in lines)
        self.parts.append(f"q {ring} h W* n {strokes} S Q")

    def insert(self, i: Insert) -> None:
        for p in block_primitives(i.block):
            flat = p.points() if isinstance(p, Arc) else p.points if isinstance(p, Path) else ()
            weight, layer = getattr(p, "weight", 0.18), getattr(p, "layer", i.layer)
            points = []
            for x, y in flat:
                px, py = turned(x * i.size, (-y if i.mirror else y) * i.size, i.angle)
                points.append((i.x + px, i.y + py))
            self.pen(
                "底图" if i.layer == "底图" else layer, min(weight, 0.13) if i.layer == "底图" else weight, ""
            )
            self.polyline(points, closed=isinstance(p, Path) and p.closed, fill=False)
        for t in i.attributes:
            self.text(t)


def write_pdf(path: FilePath, sheets: Sequence[Canvas], title: str) -> None:
    """Write the sheets as one PDF with one subset font.

    Nothing in the file depends on the clock or the machine; its identifier is made from its content.
    """
    pages = []
    for sheet in sheets:
        content = _Content()
        for primitive in (*sheet.drawing, *sheet.title_block):
            content.draw(primitive)
        pages.append(content)
    with pikepdf.new() as pdf:
        font = embed(pdf, frozenset().union(*(page.chars for page in pages)))
        for sheet, page in zip(sheets, pages, strict=True):
            box = Array([0, 0, round(sheet.width * POINTS_PER_MM, 3), round(sheet.height * POINTS_PER_MM, 3)])
            body = Dictionary(
                Type=Name.Page,
                MediaBox=box,
                Resources=Dictionary(Font=Dictionary(F1=font)),
                Contents=pdf.make_indirect(Stream(pdf, "\n".join(page.parts).encode())),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(body)))
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Producer"] = "OneSet demo set"
        pdf.save(path, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
