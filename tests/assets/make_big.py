"""Two drawings as large as they come: ``python -m tests.assets.make_big FOLDER``; the same bytes every time.

- ``big.dxf``: a plan of 60 MB on layers of Chinese standards: some 440,000 entities; columns, doors and fittings as
  blocks, walls as polylines, hatches, room names in Chinese, dimensions drawn as lines and texts.
- ``big.pdf``: an A0 sheet of a million paths, and texts.
"""

import io
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import ezdxf

from viewers.render.cad_pdf_file import PdfFile

MEGABYTE = 1_000_000
PATHS = 1_000_000
_A0 = (3370.39, 2383.94)
_LAYERS = {
    "AXIS": 1,
    "WALL": 7,
    "COLUMN": 2,
    "DOOR_FIRE": 4,
    "PUB_HATCH": 8,
    "PUB_TEXT": 3,
    "PUB_DIM": 5,
    "设备-给水": 6,
}
_ROOMS = (
    "走道",
    "库房",
    "配电间",
    "卫生间",
    "办公室",
    "消防水泵房",
    "楼梯间",
    "弱电机房",
    "新风机房",
    "会议室",
)
_BAY = 8400.0


def make_dxf(path: Path, size: int = 60 * MEGABYTE) -> None:
    """A DXF of at least so many bytes: bays of a building, row by row, until it is long enough."""
    doc = ezdxf.new("R2013", setup=False)
    doc.header["$INSUNITS"] = 4
    for name, color in _LAYERS.items():
        doc.layers.add(name, color=color)
    _add_blocks(doc)
    text = io.StringIO()
    doc.write(text)
    head, mark, tail = text.getvalue().partition("ENTITIES\n")
    with path.open("w", encoding="utf-8", newline="\n") as out:
        written = out.write(head + mark)
        tags = _Tags()
        bay = 0
        while written < size:
            rng = random.Random(bay)
            written += sum(len(piece.encode()) and out.write(piece) for piece in _bay(tags, bay, rng))
            bay += 1
        out.write(tail)


def make_pdf(path: Path, paths: int = PATHS) -> None:
    """An A0 sheet of so many separate strokes, with texts among them."""
    rng = random.Random(1)
    side = int((paths * _A0[1] / _A0[0]) ** 0.5)
    across = -(-paths // side)
    dx, dy = (_A0[0] - 80) / across, (_A0[1] - 80) / side
    out, made = ["0.3 w"], 0
    for row in range(side):
        for column in range(min(across, paths - made)):
            x, y = 40 + column * dx, 40 + row * dy
            u, v = rng.uniform(-dx, dx) * 2, rng.uniform(-dy, dy) * 2
            out.append(f"{x:.1f} {y:.1f} m {x + u:.1f} {y + v:.1f} l S")
            made += 1
        if row % 40 == 0:
            out.append(f"BT /F 9 Tf 1 0 0 1 60 {40 + row * dy:.1f} Tm (GRID {row:04}) Tj ET")
    pdf = PdfFile()
    pages = pdf.reserve()
    font = pdf.add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    stream = pdf.add_stream("\n".join(out).encode("ascii"))
    page = pdf.add(
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %f %f]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>"
        % (pages, *_A0, stream, font)
    )
    pdf.fill(pages, b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % page)
    root = pdf.add(b"<</Type/Catalog/Pages %d 0 R>>" % pages)
    pdf.write(path, root, pdf.add(b"<</Producer(make_big)>>"))


def _add_blocks(doc: ezdxf.document.Drawing) -> None:
    column = doc.blocks.new("柱600")
    column.add_lwpolyline([(-300, -300), (300, -300), (300, 300), (-300, 300)], close=True)
    hatch = column.add_hatch(color=8)
    hatch.paths.add_polyline_path([(-300, -300), (300, -300), (300, 300), (-300, 300)])
    door = doc.blocks.new("门FM1021")
    door.add_line((0, 0), (0, 1000))
    door.add_arc((0, 0), 1000, 0, 90)
    door.add_line((0, 0), (1000, 0))
    pump = doc.blocks.new("水泵")
    pump.add_circle((0, 0), 250)
    for x in range(-200, 201, 50):
        pump.add_line((x, -150), (x, 150))
    pump.add_blockref("门FM1021", (400, 0), dxfattribs={"xscale": 0.3, "yscale": 0.3})


class _Tags:
    """Entities as text, with handles of their own."""

    def __init__(self) -> None:
        self._handle = 0x10000

    def entity(self, kind: str, layer: str, subclass: str, *tags: tuple[int, object]) -> str:
        """One entity."""
        self._handle += 1
        head = ((0, kind), (5, f"{self._handle:X}"), (100, "AcDbEntity"), (8, layer), (100, subclass))
        return "".join(f"{code:3}\n{value}\n" for code, value in (*head, *tags))

    def line(self, layer: str, a: tuple[float, float], b: tuple[float, float]) -> str:
        """A line."""
        ends = ((10, a[0]), (20, a[1]), (30, 0.0), (11, b[0]), (21, b[1]), (31, 0.0))
        return self.entity("LINE", layer, "AcDbLine", *((c, round(v, 3)) for c, v in ends))

    def polyline(self, layer: str, points: list[tuple[float, float]]) -> str:
        """A closed polyline."""
        ends = [tag for x, y in points for tag in ((10, round(x, 3)), (20, round(y, 3)))]
        return self.entity("LWPOLYLINE", layer, "AcDbPolyline", (90, len(points)), (70, 1), *ends)

    def text(self, layer: str, at: tuple[float, float], height: float, text: str) -> str:
        """A single line of text."""
        place = ((10, at[0]), (20, at[1]), (30, 0.0), (40, height), (1, text), (100, "AcDbText"))
        return self.entity("TEXT", layer, "AcDbText", *place)

    def insert(self, layer: str, name: str, at: tuple[float, float], turn: float) -> str:
        """A block reference."""
        place = ((2, name), (10, at[0]), (20, at[1]), (30, 0.0), (50, turn))
        return self.entity("INSERT", layer, "AcDbBlockReference", *place)

    def hatch(self, layer: str, points: list[tuple[float, float]]) -> str:
        """A solid hatch of a polygon."""
        ends = [tag for x, y in points for tag in ((10, round(x, 3)), (20, round(y, 3)))]
        head = (
            (10, 0.0),
            (20, 0.0),
            (30, 0.0),
            (210, 0.0),
            (220, 0.0),
            (230, 1.0),
            (2, "SOLID"),
            (70, 1),
            (71, 0),
        )
        path = ((91, 1), (92, 3), (72, 0), (73, 1), (93, len(points)), *ends, (97, 0))
        return self.entity("HATCH", layer, "AcDbHatch", *head, *path, (75, 1), (76, 1), (98, 0))


def _bay(tags: _Tags, bay: int, rng: random.Random) -> Iterator[str]:
    """One bay of the plan: 8.4 m square, 60 to a row."""
    x, y = (bay % 60) * _BAY, (bay // 60) * _BAY
    yield tags.insert("COLUMN", "柱600", (x, y), 0.0)
    yield tags.line("AXIS", (x, y - 500), (x, y + _BAY + 500))
    yield tags.line("AXIS", (x - 500, y), (x + _BAY + 500, y))
    for room in range(4):
        rx, ry = x + 300 + room % 2 * 4000, y + 300 + room // 2 * 4000
        wide, deep = 3400 + rng.randrange(400), 3400 + rng.randrange(400)
        outer, inner = (
            [
                (rx + a, ry + a),
                (rx + wide - a, ry + a),
                (rx + wide - a, ry + deep - a),
                (rx + a, ry + deep - a),
            ]
            for a in (0, 100)
        )
        yield tags.polyline("WALL", outer)
        yield tags.polyline("WALL", inner)
        yield tags.insert("DOOR_FIRE", "门FM1021", (rx + 800, ry), rng.choice((0.0, 90.0, 180.0)))
        yield tags.insert("设备-给水", "水泵", (rx + wide / 2, ry + deep / 2), rng.uniform(0, 360))
        yield tags.text("PUB_TEXT", (rx + 400, ry + 2400), 300, rng.choice(_ROOMS))
        yield tags.text("PUB_TEXT", (rx + 400, ry + 1900), 250, f"{wide * deep / 1e6:.2f}㎡")
        yield tags.hatch("PUB_HATCH", [(rx, ry), (rx + 100, ry), (rx + 100, ry + deep), (rx, ry + deep)])
        for step in range(30):
            px, py = rx + 200 + rng.random() * (wide - 400), ry + 200 + rng.random() * (deep - 400)
            yield tags.line(
                "设备-给水", (px, py), (px + 120 + step, py) if step % 2 else (px, py + 120 + step)
            )
        for step in range(4):
            yield tags.line("PUB_DIM", (rx + step * 800, ry - 150), (rx + step * 800, ry - 50))
            yield tags.text("PUB_DIM", (rx + step * 800 + 200, ry - 140), 120, "800")


def main() -> None:
    """Write both into a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    make_dxf(folder / "big.dxf")
    make_pdf(folder / "big.pdf")


if __name__ == "__main__":
    main()
