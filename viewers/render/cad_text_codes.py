r"""Codes within texts of a drawing: ``%%c``, ``%%176``, ``%%u``, ``\U+00B2``, ``\M+5B2CE``.

The add-on knows the first kind only, and drops underlines. Facts: Autodesk's help on control codes and special
characters, and the DXF reference on characters that the code page of a file lacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ezdxf.lldxf.encoding import decode_dxf_unicode, decode_mif_to_unicode

_CODE = re.compile(r"%%(\d{3}|[cdpuok%])", re.IGNORECASE)
_LETTERS = {"c": "Ø", "d": "°", "p": "±", "%": "%"}
_OF_FONTS = {127: "°", 128: "±", 129: "Ø"}
"""Where the fonts of CAD programs have them. Above them are signs of reinforcement, each font its own: left as they are."""
_LINES = {"u": -0.2, "o": 1.2, "k": 0.5}
"""Underline, overline, line through: height over the baseline in heights of capitals."""


@dataclass(frozen=True)
class Stroke:
    """A line along some letters of a text."""

    start: int
    end: int
    height: float
    """Over the baseline, in heights of capitals."""


def decode_escapes(text: str) -> str:
    r"""Put the characters where ``\U+XXXX`` and ``\M+nXXXX`` stand."""
    if "\\U+" in text or "\\u+" in text:
        text = decode_dxf_unicode(text.replace("\\u+", "\\U+"))
    return decode_mif_to_unicode(text) if "\\M+" in text else text


def numbered_characters(text: str) -> str:
    """Put the characters where ``%%nnn`` stands, for formatted text, which has lines of its own."""
    return _CODE.sub(lambda code: _character(code.group(1)) or code.group(), text) if "%%" in text else text


def read_codes(text: str) -> tuple[str, list[Stroke]]:
    """The characters of a text in one line, and the lines along them."""
    if "%%" not in text:
        return text, []
    plain, at = "", 0
    strokes: list[Stroke] = []
    begun: dict[str, int] = {}
    for code in _CODE.finditer(text):
        plain += text[at : code.start()]
        at = code.end()
        kind = code.group(1).lower()
        if kind not in _LINES:
            plain += _LETTERS.get(kind) or _character(kind) or code.group()
        elif kind in begun:
            strokes.append(Stroke(begun.pop(kind), len(plain), _LINES[kind]))
        else:
            begun[kind] = len(plain)
    plain += text[at:]
    strokes += [Stroke(start, len(plain), _LINES[kind]) for kind, start in begun.items()]
    return plain, [stroke for stroke in strokes if stroke.end > stroke.start]


def _character(number: str) -> str:
    """The character of a number that means the same in every font; empty for others."""
    if not number.isdigit():
        return ""
    value = int(number)
    if 32 <= value < 127 or 160 <= value < 256:
        return chr(value)
    return _OF_FONTS.get(value, "")
