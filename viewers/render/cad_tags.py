"""The lines of a text DXF -> typed tags, in one pass.

ezdxf reads in two stages and asks each tag for code and value through properties of Python: that took a fifth of the
time of reading a drawing. Tags of this module are ezdxf's, with both as plain slots; anything that is not as the format
wants it raises, and the recovering reader of ezdxf takes over.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any, TextIO

from ezdxf.lldxf.const import DXFStructureError
from ezdxf.lldxf.types import BINARY_DATA, POINT_CODES, TYPE_TABLE, DXFBinaryTag, DXFTag, DXFVertex

from viewers.render.cad_text_codes import decode_escapes

_COMMENT = 999
_MAX_CODES = 10_000


class PlainTag(DXFTag):
    """A tag whose code and value are read without a call."""

    __slots__ = ()
    code = DXFTag.__dict__["_code"]
    value = DXFTag.__dict__["_value"]

    def __init__(self, code: int, value: Any) -> None:
        self._code = code
        self._value = value


class PlainVertex(DXFVertex):
    """A point whose code is read without a call."""

    __slots__ = ()
    code = DXFTag.__dict__["_code"]

    def __init__(self, code: int, value: tuple[float, ...]) -> None:
        self._code = code
        self._value = array("d", value)


def read_tags(stream: TextIO) -> Iterator[DXFTag]:
    """Typed tags up to ``EOF``.

    Raises:
        DXFStructureError: a code that is no number, a value that is not of its type, a point without y.
    """
    pairs = _pairs(stream)
    types = {code: TYPE_TABLE.get(code, str) for code in range(-10, 1100)}
    for code, value in pairs:
        while code in POINT_CODES:
            point, code, value = _point(code, value, pairs)  # noqa: PLW2901 - the tag after a plane point is the next
            yield point
        if code < -1000:  # the end came right after a point
            return
        kind = types.get(code, str)
        if kind is str:
            if code in BINARY_DATA:
                yield _binary(code, value)
            elif code == 0:
                value = value.strip()  # noqa: PLW2901
                yield PlainTag(0, value)
                if value == "EOF":
                    return
            else:
                yield PlainTag(code, decode_escapes(value) if "\\" in value else value)
            continue
        try:
            yield PlainTag(code, kind(value))
        except ValueError:
            yield PlainTag(code, _integer(code, value, kind))


_END = (-10_000, "")


def _pairs(stream: TextIO) -> Iterator[tuple[int, str]]:
    codes: dict[str, int] = {}
    for line, value in zip(stream, stream, strict=False):
        code = codes.get(line)
        if code is None:
            try:
                code = int(line)
            except ValueError as error:
                raise DXFStructureError(f'Invalid group code "{line.strip()[:40]}".') from error
            if len(codes) < _MAX_CODES:
                codes[line] = code
        if code != _COMMENT:
            yield code, value.removesuffix("\n")


def _point(code: int, x: str, pairs: Iterator[tuple[int, str]]) -> tuple[DXFTag, int, str]:
    """A point, and the tag that follows it."""
    y_code, y = next(pairs, _END)
    if y_code != code + 10:
        raise DXFStructureError(f"Missing y coordinate of group code {code}.")
    z_code, z = next(pairs, _END)
    try:
        if z_code == code + 20:
            return PlainVertex(code, (float(x), float(y), float(z))), *next(pairs, _END)
        return PlainVertex(code, (float(x), float(y))), z_code, z
    except ValueError as error:
        raise DXFStructureError(f"Invalid coordinate of group code {code}.") from error


def _binary(code: int, value: str) -> DXFTag:
    try:
        tag: DXFTag = DXFBinaryTag.from_string(code, value)
    except ValueError as error:
        raise DXFStructureError(f"Invalid binary data of group code {code}.") from error
    return tag


def _integer(code: int, value: str, kind: type) -> int:
    """Some programs write whole numbers with a point."""
    try:
        if kind is int:
            return int(float(value))
    except (ValueError, OverflowError):
        pass
    raise DXFStructureError(f'Invalid value "{value[:40]}" of group code {code}.')
