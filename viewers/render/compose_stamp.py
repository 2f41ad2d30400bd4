"""The stamp of a copy as drawing operators: QR modules as rectangles, text as the outlines of Noto Sans SC.

A block is measured in mm from its lower left corner. Nothing in it needs a font or an image of the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import segno
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path
from segno import consts

QUIET_MODULES = 4
"""Empty modules around a QR code (ISO/IEC 18004, 6.3.8)."""

_SIZES = ((25.0, 3.0), (22.0, 2.7), (20.0, 2.5), (18.0, 2.3))
"""Side of the code and height of the text, mm, from the largest."""
_SMALLEST_MODULE = 0.42
"""Side of a module, mm: five dots of a printer of 300 dpi. A code with many modules is larger than its size says."""
_LEADING = 1.45
_HEAD = 1.3
"""The first line is this much larger."""
_GAP = 1.0


@dataclass(frozen=True)
class Block:
    """One way to set the stamp."""

    width_mm: float
    height_mm: float
    code_mm: float
    """Side of the code without its quiet zone."""
    code_at: tuple[float, float]
    """Lower left corner of the code, mm."""
    matrix: tuple[tuple[bool, ...], ...]
    lines: tuple[tuple[float, float, float, str], ...]
    """(x, baseline, em, text), mm."""


def blocks_for(payload: str, lines: Sequence[str], *, short_mm: float) -> list[Block]:
    """Ways to set a stamp, best first: large before small, text beside the code before text below it.

    Args:
        payload: content of the code.
        lines: text.
        short_mm: short side of the sheet; small sheets get small stamps.
    """
    matrix = _matrix(payload)
    sizes = [
        size for size in _SIZES if size[0] <= 18 or short_mm >= {25.0: 560, 22.0: 400, 20.0: 280}[size[0]]
    ]
    least = len(matrix) * _SMALLEST_MODULE
    return [shape(matrix, lines, max(code, least), em) for code, em in sizes for shape in (_beside, _below)]


def block_content(block: Block) -> bytes:
    """The block as PDF operators in mm, in black."""
    side = len(block.matrix)
    module = block.code_mm / side
    x0, y0 = block.code_at
    parts = ["0 g\n"]
    for row, cells in enumerate(block.matrix):
        y = y0 + (side - 1 - row) * module
        column = 0
        for is_dark, run in groupby(cells):
            length = len(list(run))
            if is_dark:
                parts.append(f"{x0 + column * module:.4f} {y:.4f} {length * module:.4f} {module:.4f} re\n")
            column += length
    parts.append("f\n")
    for x, baseline, em, text in block.lines:
        parts.append(text_operators(x, baseline, em, text))
    return "".join(parts).encode()


def _matrix(payload: str) -> tuple[tuple[bool, ...], ...]:
    """Digits after a ``#`` are packed as digits: ten bits for three instead of twenty-four."""
    address, hash_sign, digits = payload.partition("#")
    content: Any = payload
    if digits.isdigit():
        content = [(address + hash_sign, consts.MODE_BYTE), (digits, consts.MODE_NUMERIC)]
    code = segno.make_qr(content, error="m", boost_error=False)
    return tuple(tuple(bool(cell) for cell in row) for row in code.matrix)


def _beside(matrix: tuple[tuple[bool, ...], ...], lines: Sequence[str], code_mm: float, em: float) -> Block:
    quiet = code_mm / len(matrix) * QUIET_MODULES
    side = code_mm + 2 * quiet
    text_height = _text_height(lines, em)
    height = max(side, text_height)
    top = (height + text_height) / 2
    placed = _lines_down(lines, side + _GAP, top, em)
    width = side + _GAP + _text_width(lines, em)
    return Block(width, height, code_mm, (quiet, (height - side) / 2 + quiet), matrix, placed)


def _below(matrix: tuple[tuple[bool, ...], ...], lines: Sequence[str], code_mm: float, em: float) -> Block:
    quiet = code_mm / len(matrix) * QUIET_MODULES
    side = code_mm + 2 * quiet
    text_height = _text_height(lines, em)
    placed = _lines_down(lines, quiet, text_height, em)
    width = max(side, quiet + _text_width(lines, em))
    return Block(width, side + text_height, code_mm, (quiet, text_height + quiet), matrix, placed)


def _lines_down(
    lines: Sequence[str], x: float, top: float, em: float
) -> tuple[tuple[float, float, float, str], ...]:
    placed = []
    y = top
    for number, line in enumerate(lines):
        size = em * _HEAD if number == 0 else em
        y -= size * _LEADING
        placed.append((x, y + size * 0.3, size, line))
    return tuple(placed)


def _text_height(lines: Sequence[str], em: float) -> float:
    return (len(lines) - 1 + _HEAD) * em * _LEADING


def _text_width(lines: Sequence[str], em: float) -> float:
    return max(advance(line) * (em * _HEAD if n == 0 else em) for n, line in enumerate(lines))


class _PathPen(BasePen):  # type: ignore[misc]  # fontTools carries no types
    """Writes a glyph's outline as PDF path operators."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.parts: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - names of the base class
        self.parts.append(f"{pt[0]:g} {pt[1]:g} m ")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.parts.append(f"{pt[0]:g} {pt[1]:g} l ")

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.parts.append(" ".join(f"{p[0]:g} {p[1]:g}" for p in (pt1, pt2, pt3)) + " c ")

    def _closePath(self) -> None:  # noqa: N802
        self.parts.append("h ")


@lru_cache(maxsize=1)
def _font() -> tuple[Any, dict[int, str], int]:
    """Glyphs, glyph name by character, units per em."""
    font = TTFont(str(sans_path()), lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), int(font["head"].unitsPerEm)


@lru_cache(maxsize=512)
def _glyph(char: str) -> tuple[str, float]:
    """(outline, advance) in units of the em; a character the font lacks is drawn as its empty box."""
    glyphs, names, per_em = _font()
    glyph = glyphs[names.get(ord(char), ".notdef")]
    pen = _PathPen(glyphs)
    glyph.draw(pen)
    return "".join(pen.parts), glyph.width / per_em


def advance(text: str) -> float:
    """Width of a line, in ems."""
    return sum(_glyph(char)[1] for char in text)


def text_operators(x: float, baseline: float, em: float, text: str) -> str:
    """One line: every glyph under its own matrix, in font units."""
    scale = em / _font()[2]
    parts = []
    for char in text:
        outline, advance = _glyph(char)
        if outline:
            parts.append(f"q {scale:.7f} 0 0 {scale:.7f} {x:.4f} {baseline:.4f} cm {outline}f Q\n")
        x += advance * em
    return "".join(parts)
