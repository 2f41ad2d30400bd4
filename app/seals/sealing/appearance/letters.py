"""Letters as paths: outlines of Noto Serif SC and Noto Sans SC, in a line that fits its box, or on an arc."""

import math
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

from app.kernel.errors import Refused
from app.seals.sealing.appearance.paths import Ink, Path, Step
from app.seals.sealing.refusals import PICTURE_TEXT

SERIF, SANS = "serif", "sans"
MIDDLE = 0.38
"""Height of the middle of a Chinese letter above its baseline, in ems."""
_NARROWEST = 0.5
"""A letter keeps at least this share of its width."""
_SMALLEST_MM = 1.4
"""Below this em nobody reads a printed letter."""


class _Pen(BasePen):  # type: ignore[misc]  # fontTools carries no types
    """Collects the outline of a glyph."""

    def __init__(self, glyphs: Any, per_em: int) -> None:
        super().__init__(glyphs)
        self.steps: list[Step] = []
        self._per_em = per_em

    def _add(self, name: str, *points: tuple[float, float]) -> None:
        self.steps.append((name, tuple(n / self._per_em for point in points for n in point)))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - names of the base class
        self._add("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", pt)

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._add("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802
        self._add("h")


@dataclass(frozen=True)
class Glyph:
    """A letter at an em of 1."""

    path: Path
    advance: float


_ONE_AT_A_TIME = threading.Lock()
"""A font reads its file and unpacks outlines as they are asked for, which two threads must not do at once."""


@lru_cache(maxsize=2)
def _font(face: str) -> tuple[Any, dict[int, str], int]:
    font = TTFont(str(serif_path() if face == SERIF else sans_path()), lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), int(font["head"].unitsPerEm)


@lru_cache(maxsize=2048)
def glyph(char: str, face: str) -> Glyph:
    """The outline of a letter.

    Raises:
        Refused: ``seal-picture-text``; the font lacks it. A box in a seal would be a wrong seal.
    """
    with _ONE_AT_A_TIME:
        glyphs, names, per_em = _font(face)
        name = names.get(ord(char))
        if name is None:
            raise Refused(PICTURE_TEXT, text=char)
        found = glyphs[name]
        pen = _Pen(glyphs, per_em)
        found.draw(pen)
        return Glyph(Path(tuple(pen.steps)), found.width / per_em)


def width_of(text: str, face: str) -> float:
    """Width of a line at an em of 1."""
    return sum(glyph(char, face).advance for char in text)


@dataclass(frozen=True)
class Setting:
    """How letters are set."""

    em: float
    """Height, mm; less where the box is too small."""
    face: str = SERIF
    bold_mm: float = 0.0
    """So much line around each letter. For large ones only: pdfium draws no line thinner than a pixel, which would
    smudge small ones on the screen."""
    ink: Ink = Ink.SEAL
    spread: float = 0.0
    """Between letters, in ems, where there is room."""


def set_line(
    text: str, box: tuple[float, float, float, float], setting: Setting, align: str = "middle"
) -> list[Path]:
    """One line in a box (x, y, width, height): first made narrower, then smaller, until it fits.

    Raises:
        Refused: ``seal-picture-text``.
    """
    x, y, wide, tall = box
    text = text.strip()
    if not text:
        return []
    em = min(setting.em, tall * 0.95)
    natural = width_of(text, setting.face)
    squeeze = min(1.0, wide / (natural * em))
    if squeeze < _NARROWEST:
        em *= squeeze / _NARROWEST
        squeeze = _NARROWEST
    if em < _SMALLEST_MM:
        raise Refused(PICTURE_TEXT, text=text)
    gaps = max(0, len(text) - 1)
    gap = min(setting.spread * em, max(0.0, wide - natural * em) / gaps) if gaps else 0.0
    length = natural * em * squeeze + gap * gaps
    at = x + (0.0 if align == "left" else (wide - length) / 2)
    base = y + tall / 2 - MIDDLE * em
    paths = []
    for char in text:
        letter = glyph(char, setting.face)
        if letter.path.steps:
            paths.append(_inked(letter.path.moved((em * squeeze, 0, 0, em, at, base)), setting))
        at += letter.advance * em * squeeze + gap
    return paths


@dataclass(frozen=True)
class Arc:
    """Where letters on an arc stand."""

    x: float
    y: float
    radius: float
    """Of the middle of the letters."""
    span: float
    """Degrees from the first letter's middle to the last's, at most."""
    step: float
    """Degrees from letter to letter, at most."""
    at_foot: bool = False
    """Along the lower half, heads to the centre; else along the upper half, feet to the centre."""


def set_arc(text: str, arc: Arc, setting: Setting) -> list[Path]:
    """Letters on an arc, read from left to right; narrower when many.

    Raises:
        Refused: ``seal-picture-text``; the font lacks a letter.
    """
    count = len(text)
    if not count:
        return []
    step = min(arc.step, arc.span / (count - 1)) if count > 1 else 0.0
    inner = arc.radius - (0 if arc.at_foot else setting.em / 2)
    room = math.radians(step) * inner * 0.94 if count > 1 else setting.em
    paths = []
    for number, char in enumerate(text):
        turn = (number - (count - 1) / 2) * step
        angle = math.radians(turn - 90 if arc.at_foot else 90 - turn)
        letter = glyph(char, setting.face)
        wide = setting.em * min(1.0, room / (setting.em * max(letter.advance, 0.5)))
        upright = math.radians(turn if arc.at_foot else -turn)
        cos, sin = math.cos(upright), math.sin(upright)
        x, y = arc.x + arc.radius * math.cos(angle), arc.y + arc.radius * math.sin(angle)
        centred = letter.path.moved(
            (wide, 0, 0, setting.em, -letter.advance * wide / 2, -MIDDLE * setting.em)
        )
        paths.append(_inked(centred.moved((cos, sin, -sin, cos, x, y)), setting))
    return paths


def _inked(path: Path, setting: Setting) -> Path:
    return replace(path, line_mm=setting.bold_mm, ink=setting.ink)
