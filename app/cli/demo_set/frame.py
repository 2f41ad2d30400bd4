"""Sheets of paper: sizes, frame lines, binding margin, co-sign column, demo marks (GB/T 50001-2017, chapter 3)."""

from dataclasses import dataclass

from app.cli.demo_set.canvas import Canvas, View

PAPERS: dict[str, tuple[float, float]] = {
    "A0": (1189, 841),
    "A1": (841, 594),
    "A1+1/4": (1051, 594),
    "A2": (594, 420),
    "A3": (420, 297),
    "A4": (210, 297),
}
"""Width and height in mm, edges of the trimmed sheet; A4 stands, the others lie."""

BINDING = 25.0


@dataclass(frozen=True)
class Area:
    """A rectangle on the sheet, in mm."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y + self.h


def frame_of(paper: str) -> Area:
    """The area inside the frame line: 25 mm for binding at the left, c = 10 mm (A0-A2) or 5 mm elsewhere."""
    width, height = PAPERS[paper]
    c = 10.0 if paper[:2] in ("A0", "A1", "A2") else 5.0
    return Area(BINDING, c, width - BINDING - c, height - 2 * c)


def draw_frame(canvas: Canvas, paper: str, cosigners: tuple[tuple[str, str], ...]) -> Area:
    """Draw the edge, the frame line, the centring marks, the co-sign column and the demo marks."""
    v = canvas.view()
    inner = frame_of(paper)
    v.rect(0, 0, canvas.width, canvas.height, "图框", 0.18)
    v.rect(inner.x, inner.y, inner.w, inner.h, "图框", 1.0)
    if paper != "A4":
        _centring_marks(v, canvas, inner)
        if cosigners:
            _cosign_column(v, inner, cosigners)
    _demo_marks(v, canvas, inner)
    return inner


def _centring_marks(v: View, canvas: Canvas, inner: Area) -> None:
    mid_x, mid_y = canvas.width / 2, canvas.height / 2
    v.line(0, mid_y, inner.x + 5, mid_y, "图框", 0.35)
    v.line(canvas.width, mid_y, inner.right - 5, mid_y, "图框", 0.35)
    v.line(mid_x, 0, mid_x, inner.y + 5, "图框", 0.35)
    v.line(mid_x, canvas.height, mid_x, inner.top - 5, "图框", 0.35)


def _cosign_column(v: View, inner: Area, cosigners: tuple[tuple[str, str], ...]) -> None:
    """会签栏: 100 mm by 20 mm in the binding margin, read from the right, so its text is turned."""
    x0, top, length = inner.x - 20, inner.top, 100.0
    rows = (("专  业", "实  名", "签  名", "日  期"), *((a, b, "", "2026.03") for a, b in cosigners[:3]))
    v.rect(x0, top - length, 20, length, "图框", 0.7)
    for i, row in enumerate(rows):
        x = x0 + i * 5
        v.line(x, top - length, x, top, "图框", 0.18)
        for j, value in enumerate(row):
            v.text(x + 2.5, top - length + 12.5 + 25 * j, value, 2.8, "cm", angle=90, layer="图签文字")
    for j in (1, 2, 3):
        v.line(x0, top - length + 25 * j, x0 + 20, top - length + 25 * j, "图框", 0.18)
    v.text(x0 + 10, top - length - 3, "会 签 栏", 2.8, "rm", angle=90, layer="图签文字")


def _demo_marks(v: View, canvas: Canvas, inner: Area) -> None:
    """A light diagonal mark in the frame's corner margins, and a line of plain words below the frame."""
    words = "本图为软件演示用虚构图纸，不得用于施工"
    v.text(inner.x + 2, inner.y / 2, f"【演示】{words}", min(3.0, inner.y * 0.5), "lm", layer="图签文字")
    y = inner.y + 60
    while y < canvas.height - 150:
        v.text(12.5, y, "演  示", 8, "cm", angle=45, layer="演示")
        y += 80
