"""Which code page a DXF is really written in, when its header is silent or wrong.

Files up to AutoCAD 2004 (AC1018) hold text in the code page named by ``$DWGCODEPAGE``; later ones in UTF-8.
Chinese programs often write GBK under ``ANSI_1252`` or under no name at all, which every reader turns into
mojibake without an error. Level-1 hanzi of GB 2312 (rows 16 to 55, first byte B0 to D7) make up nearly all of
Chinese text, and hardly any pair of bytes of another encoding falls among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HIGH_RUN = re.compile(rb"[\x40-\xfe]*[\x80-\xfe][\x40-\xfe]*")
_VARIABLE = rb"\$%s[ \t]*\r?\n[ \t]*%s[ \t]*\r?\n[ \t]*([^\r\n]*)"
_LEVEL_ONE_SHARE = 0.7
_LEAST_PAIRS = 4
_FIRST_UTF8_VERSION = "AC1021"


@dataclass(frozen=True)
class DxfEncoding:
    """What the header of a DXF says of its text."""

    version: str
    """``AC1015``; empty when the header has none."""
    declared: str
    """``ANSI_936``; empty when the header has none."""
    is_binary: bool
    guessed: str = ""
    """``gbk`` when the bytes say so against the header, else empty."""


def read_encoding(data: bytes) -> DxfEncoding:
    """Read the header of a DXF and compare it with the bytes."""
    if data.startswith(b"AutoCAD Binary DXF"):
        return DxfEncoding("", "", is_binary=True)
    version = _header_value(data, b"ACADVER", b"1")
    declared = _header_value(data, b"DWGCODEPAGE", b"3")
    utf8_expected = version >= _FIRST_UTF8_VERSION
    declared_chinese = declared.upper() in {"ANSI_936", "GBK", "GB2312"}
    if (declared_chinese and not utf8_expected) or _is_utf8(data):
        return DxfEncoding(version, declared, is_binary=False)
    guessed = "gbk" if looks_like_gbk(data) else ""
    return DxfEncoding(version, declared, is_binary=False, guessed=guessed)


def looks_like_gbk(data: bytes) -> bool:
    """Tell whether the non-ASCII bytes are mostly level-1 hanzi of GB 2312."""
    pairs = level_one = 0
    for run in _HIGH_RUN.findall(data):
        i = 0
        while i + 1 < len(run):
            if run[i] < 0x80:
                i += 1
                continue
            pairs += 1
            level_one += 0xB0 <= run[i] <= 0xD7 and 0xA1 <= run[i + 1] <= 0xFE
            i += 2
    return pairs >= _LEAST_PAIRS and level_one / pairs > _LEVEL_ONE_SHARE


def _header_value(data: bytes, name: bytes, code: bytes) -> str:
    found = re.search(_VARIABLE % (name, code), data[:200_000])
    return found.group(1).strip().decode("ascii", "replace") if found else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
