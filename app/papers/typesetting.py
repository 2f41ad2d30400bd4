"""From a template and plain values to a PDF (ARCHITECTURE 7, 13). Typst sets the type: no system library, no network.

A template is a file beside this module; values reach it as JSON and are text there, never markup, so that what strangers
wrote cannot become a command. The same values give the same bytes. What comes out is PDF/A-2b: a paper is kept for long.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import segno
import typst
from fontTools.ttLib import TTFont

from app.kernel.errors import Refused, declare

TEMPLATES = Path(__file__).with_name("templates")
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
MOST_TEXT = 6_000_000
"""Characters of the values of one paper; a thousand pages."""
NO_GLYPH = "〓"
"""Stands for a character that the fonts lack, as printers have always done."""
STANDARD: Final = "a-2b"
TOO_LONG = declare(
    "paper-too-long",
    409,
    "内容过多，无法排成一份文件。",
    "This is too much for one paper.",
    "请分专业或分轮次导出，或改用 Excel。",
    "Take one discipline or one round at a time, or the Excel table.",
)
_UNBROKEN = re.compile(r"[!-~]{25,}")
"""Longer than any word: a digest, an address."""
_PIECE = re.compile(r".{1,12}")


def typeset(template: str, content: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Set a paper.

    Args:
        template: name of a file in ``templates``, without its ending.
        content: JSON values; what the template asks for.
        made_at: the instant that the PDF names as its own.

    Raises:
        Refused: ``paper-too-long``.
    """
    told = json.dumps(showable(content), ensure_ascii=False)
    if len(told) > MOST_TEXT:
        raise Refused(TOO_LONG)
    compiler = typst.Compiler(
        input=str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"content": told},
    )
    made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=made_at.replace(microsecond=0))
    if not isinstance(made, bytes):
        raise TypeError("one PDF was expected")
    return made


def qr_squares(payload: str) -> dict[str, Any]:
    """A QR code, level M, no quiet zone: modules along a side, and runs of dark ones as ``[row, first, length]``."""
    matrix = segno.make(payload, error="m", micro=False).matrix
    runs = []
    for row, modules in enumerate(matrix):
        column = 0
        for is_dark, run in groupby(modules):
            length = len(list(run))
            if is_dark:
                runs.append([row, column, length])
            column += length
    return {"size": len(matrix), "runs": runs}


def showable(value: Any) -> Any:
    """Values with every text made fit to print, at any depth: no glyph is missing, long words may break."""
    if isinstance(value, str):
        return _fit(value)
    if isinstance(value, Mapping):
        return {key: showable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [showable(inner) for inner in value]
    return value


def _fit(text: str) -> str:
    known = _characters()
    shown = "".join(c if c == "\n" or ord(c) in known else NO_GLYPH for c in text)
    return _UNBROKEN.sub(lambda m: "\u200b".join(_PIECE.findall(m.group())), shown)


@cache
def _fonts() -> typst.Fonts:
    """The fonts that the house ships, and no others: a paper looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _characters() -> frozenset[int]:
    """What both fonts together can show."""
    found: set[int] = set()
    for path in sorted(FONTS.glob("*.otf")):
        with TTFont(path, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)
