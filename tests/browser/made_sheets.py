"""Sheets made for the tests of the viewer, where every line is known."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.viewers.render.pdf_samples import MM, add_layers, text_at, write_pdf

HOSTILE = '墙<script>window.owned = 1</script><img src=x onerror="window.owned = 1">'
LAYERS = {HOSTILE: True, "轴线 AXIS": True, "文字 TEXT": True, "隐藏 HIDDEN": False}
"""Layers of :func:`layered` and whether the file shows them; each fills one quarter of the sheet."""


def layered(path: Path) -> Path:
    """An A3 sheet whose four quarters are filled, each on a layer of its own: red, green, blue, black."""
    inks = ("1 0 0", "0 1 0", "0 0 1", "0 0 0")
    corners = ((0, 0), (210, 0), (0, 148.5), (210, 148.5))
    content = "".join(
        f"/OC /L{n} BDC {ink} rg {x * MM} {y * MM} {210 * MM} {148.5 * MM} re f EMC\n"
        for n, (ink, (x, y)) in enumerate(zip(inks, corners, strict=True))
    )
    return write_pdf(path, content, size=(420 * MM, 297 * MM), edit=lambda pdf: add_layers(pdf, **LAYERS))


def measured(path: Path) -> Path:
    """An A3 sheet with a rectangle of 100 × 50 mm at (100, 100) and a line that crosses it at (150, 100), free ends."""
    content = (
        f"0.5 w {100 * MM:.4f} {100 * MM:.4f} {100 * MM:.4f} {50 * MM:.4f} re S\n"
        f"{150 * MM:.4f} {60 * MM:.4f} m {150 * MM:.4f} {140 * MM:.4f} l S\n"
    )
    return write_pdf(path, content, size=(420 * MM, 297 * MM))


def zoned(path: Path) -> Path:
    """An A3 sheet with the marks of its fields in the frame: 1 to 8 across, A to F down from the top."""
    figures = "".join(text_at(26.25 + n * 52.5 - 1.2, y, str(n + 1), 9) for n in range(8) for y in (3, 291))
    letters = "".join(
        text_at(x, 297 - 24.75 - n * 49.5 - 1.2, "ABCDEF"[n], 9) for n in range(6) for x in (3, 414)
    )
    return write_pdf(path, figures + letters + text_at(200, 150, "C"), size=(420 * MM, 297 * MM))


def _scales(*ratios: int, is_not_to_scale: bool = False) -> dict[str, Any]:
    choices = [{"text": f"1:{ratio}", "ratio": ratio} for ratio in ratios]
    return {"choices": choices, "isNotToScale": is_not_to_scale}


MADE: dict[str, Callable[[Path], Path]] = {
    "layered": layered,
    "zoned": zoned,
    "measured": measured,
    "several": measured,
    "unscaled": measured,
    "nts": measured,
}
SCALES = {"measured": _scales(100), "several": _scales(100, 20), "nts": _scales(is_not_to_scale=True)}
"""What the page of a sheet is told of its scales."""
