"""Text of a PDF page: characters joined to runs on a line, and whether they mean anything.

pdfium gives single characters with boxes. A run ends where the direction turns, the baseline moves, a gap of more
than one character height opens or pdfium itself ends the line.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium_c

from viewers.render.manifest import Layer, TextRun
from viewers.render.pdf_space import SheetSpace
from viewers.render.pdf_text_layers import NONE, TextLayers

MAX_CHARACTERS = 400_000
"""Characters read per page; a page of a drawing set has a few thousand."""
UNUSABLE_SHARE = 0.10
"""More unreadable characters than this and the text of the page is not to be trusted."""

_GAP = 0.8
_BASELINE = 0.4
_ROW_UM = 1_000
_LATIN_RUN = re.compile(r"[\u00a1-\u00ff]{4,}")
_DOUBLE_UTF8 = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf]")


@dataclass
class PageText:
    """What :func:`read_text` found."""

    runs: list[TextRun]
    bad_share: float
    """Share of visible characters that cannot be read, 0 to 1."""
    is_truncated: bool = False

    @property
    def is_usable(self) -> bool:
        """False when text is there but cannot be read."""
        return self.bad_share <= UNUSABLE_SHARE


@dataclass
class _Open:
    """A run that is still growing; ``end`` and ``base`` are measured along and across the reading direction."""

    angle: float
    base: float
    end: float
    size: float
    sheet_base: int
    """Height of the first character's baseline on the sheet (um)."""
    layer: int = NONE
    """Of all its characters; none when they lie on several."""
    codes: list[int] = field(default_factory=list)
    box: list[float] = field(default_factory=lambda: [math.inf, math.inf, -math.inf, -math.inf])


def read_text(
    page: Any, space: SheetSpace, *, by_word: bool = False, layers: Sequence[Layer] = ()
) -> PageText:
    """All text runs of a loaded page, in reading order (top to bottom, left to right on the sheet).

    Args:
        page: a loaded pypdfium2 page.
        space: where it lies on the sheet.
        by_word: end a run at each space too: which words stand together in a run depends on the writer of the file.
        layers: those of the page, to tell on which the text lies.
    """
    text = pdfium_c.FPDFText_LoadPage(page)
    if not text:
        return PageText([], 0.0)
    try:
        count = pdfium_c.FPDFText_CountChars(text)
        runs, bad, seen = _join(
            text, min(count, MAX_CHARACTERS), space, TextLayers(text, layers), by_word=by_word
        )
    finally:
        pdfium_c.FPDFText_ClosePage(text)
    bad += sum(_mojibake(run.text) for _, run in runs)
    return PageText(_in_reading_order(runs), min(1.0, bad / seen) if seen else 0.0, count > MAX_CHARACTERS)


def _join(
    text: Any, count: int, space: SheetSpace, layers: TextLayers, *, by_word: bool
) -> tuple[list[tuple[int, TextRun]], int, int]:
    left, right, bottom, top, ox, oy = (ctypes.c_double() for _ in range(6))
    loose = pdfium_c.FS_RECTF()
    runs: list[tuple[int, TextRun]] = []
    run: _Open | None = None
    bad = seen = 0
    pending_space = False
    for i in range(count):
        code = pdfium_c.FPDFText_GetUnicode(text, i)
        if code in (13, 10):
            _close(run, runs, space)
            run, pending_space = None, False
            continue
        if code in (32, 160, 0x3000, 9):
            pending_space = run is not None
            continue
        seen += 1
        bad += _is_bad(code) or pdfium_c.FPDFText_HasUnicodeMapError(text, i) == 1
        pdfium_c.FPDFText_GetCharBox(text, i, left, right, bottom, top)
        pdfium_c.FPDFText_GetCharOrigin(text, i, ox, oy)
        # pdfium counts this angle clockwise (seen on a rotated sheet: 78 for text that climbs at 282).
        angle = -max(0.0, pdfium_c.FPDFText_GetCharAngle(text, i)) % math.tau
        pdfium_c.FPDFText_GetLooseCharBox(text, i, loose)
        box = (left.value, bottom.value, right.value, top.value)
        along, across, advance, size = _measure(box, loose, ox.value, oy.value, angle)
        is_word_over = by_word and pending_space
        if run is not None and (is_word_over or not _continues(run, angle, along, across, size)):
            _close(run, runs, space)
            run, pending_space = None, False
        layer = layers.of(i)
        if run is None:
            run = _Open(angle, across, along, size, space.point(ox.value, oy.value)[1], layer)
        elif layer != run.layer:
            run.layer = NONE
        if pending_space:
            run.codes.append(32)
        _append(run, code, box, along + advance)
        pending_space = False
    _close(run, runs, space)
    return runs, bad, seen


def _measure(
    box: tuple[float, float, float, float], loose: Any, ox: float, oy: float, angle: float
) -> tuple[float, float, float, float]:
    """Origin along and across the reading direction, advance along it, and the height of the font (points).

    The font size of the text state is no measure (CAD exports set 1 or 1000 and scale by the matrix); the loose
    box is the font's height as drawn.
    """
    c, s = math.cos(angle), math.sin(angle)
    advance = abs((box[2] - box[0]) * c) + abs((box[3] - box[1]) * s)
    wide, high = loose.right - loose.left, loose.top - loose.bottom
    size = abs(high * c) if abs(c) >= abs(s) else abs(wide * s)
    return ox * c + oy * s, oy * c - ox * s, advance, max(size, 0.5)


def _continues(run: _Open, angle: float, along: float, across: float, size: float) -> bool:
    size = max(run.size, size)
    turn = abs((angle - run.angle + math.pi) % math.tau - math.pi)
    return turn < 0.05 and abs(across - run.base) < _BASELINE * size and -size < along - run.end < _GAP * size


def _append(run: _Open, code: int, box: tuple[float, float, float, float], end: float) -> None:
    run.codes.append(code)
    run.end = max(run.end, end)
    run.box[0] = min(run.box[0], box[0])
    run.box[1] = min(run.box[1], box[1])
    run.box[2] = max(run.box[2], box[2])
    run.box[3] = max(run.box[3], box[3])


def _close(run: _Open | None, runs: list[tuple[int, TextRun]], space: SheetSpace) -> None:
    if run is not None:
        box, angle = space.box(*run.box), space.angle(math.degrees(run.angle))
        runs.append((run.sheet_base, TextRun(_decode(run.codes), *box, angle, run.layer)))


def _in_reading_order(runs: list[tuple[int, TextRun]]) -> list[TextRun]:
    """Rows from the top, each from the left; baselines within a millimetre of the one above are one row."""
    ordered: list[tuple[int, int, TextRun]] = []
    row, last = 0, None
    for base, run in sorted(runs, key=lambda item: -item[0]):
        row += last is not None and last - base > _ROW_UM
        last = base
        ordered.append((row, run.x0, run))
    return [run for _, _, run in sorted(ordered, key=lambda item: item[:2])]


def _decode(codes: list[int]) -> str:
    """Code units to text; half a surrogate pair becomes U+FFFD so that the text can be stored."""
    raw = "".join(map(chr, codes)).encode("utf-16-le", "surrogatepass")
    return raw.decode("utf-16-le", "replace")


def _is_bad(code: int) -> bool:
    """Private use, replacement, control and not-a-character code points: nothing a person can read."""
    return (
        code < 32
        or 0x7F <= code < 0xA0
        or 0xE000 <= code <= 0xF8FF
        or code in {0xFFFD, 0xFFFE, 0xFFFF}
        or code >= 0xF0000
    )


def _mojibake(text: str) -> int:
    """How many characters of a run are another encoding shown as Latin-1: GBK (ÊÒÄÚ) or UTF-8 (Ã¤)."""
    gbk = sum(len(m.group()) for m in _LATIN_RUN.finditer(text) if _reads_as_gbk(m.group()))
    return gbk or 2 * len(_DOUBLE_UTF8.findall(text))


def _reads_as_gbk(text: str) -> bool:
    try:
        text.encode("latin-1").decode("gbk")
    except UnicodeDecodeError:
        return False
    return True
