"""What a file is, from its first bytes and never from its name.

Rules are tried in a fixed order and the first that holds is the answer: magic numbers at offset 0 first, then
``%PDF-`` within the first 1024 bytes (ISO 32000-2, Annex I, note on header position) and last the text form of
DXF. A file that starts as one thing and hides another (a ZIP with a PDF header at offset 200) is therefore what
it starts as, and every reader behind this gate is told so.
"""

from __future__ import annotations

import re

from viewers.render.manifest import SourceKind

HEAD_BYTES = 4096
"""How much of the start :func:`sniff` wants to see."""
TAIL_BYTES = 65_557
"""How much of the end: a ZIP's end record with the longest comment."""

_DXF_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_DWG = re.compile(rb"(?:AC10\d\d|AC1\.\d\d?|AC2\.\d\d|MC0\.0)\x00")
_PDF = re.compile(rb"%PDF-\d")
_MAGIC: tuple[tuple[bytes, SourceKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", SourceKind.PNG),
    (b"\xff\xd8\xff", SourceKind.JPEG),
    (b"II*\x00", SourceKind.TIFF),
    (b"MM\x00*", SourceKind.TIFF),
    (b"II+\x00", SourceKind.TIFF),
    (b"MM\x00+", SourceKind.TIFF),
    (_DXF_BINARY, SourceKind.DXF),
)
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
    (b"\xca\xfe\xba\xbe", "exe"),
    (b"\xcf\xfa\xed\xfe", "exe"),
    (b"#!", "script"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"8BPS", "psd"),
    (b"%!PS", "postscript"),
    (b"(DWF V", "dwf"),
    (b"ISO-10303-21", "step"),
    (b"SQLite format 3\x00", "sqlite"),
)


def sniff(head: bytes, tail: bytes = b"") -> SourceKind | None:
    """Name the kind of a file, or None when it is nothing this product takes.

    Args:
        head: the first :data:`HEAD_BYTES` bytes (fewer only when the file is shorter).
        tail: the last :data:`TAIL_BYTES` bytes; only needed to tell OFD from other ZIP archives whose first
            entry is not ``OFD.xml``.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _DWG.match(head):
        return SourceKind.DWG
    if head.startswith(b"PK\x03\x04"):
        return SourceKind.OFD if _is_ofd(head, tail) else None
    if _foreign(head):
        return None
    if _PDF.search(head[:1024]):
        return SourceKind.PDF
    return SourceKind.DXF if _is_dxf_text(head) else None


def explain(head: bytes) -> str:
    """A stable code for what a refused file is instead: ``empty``, ``zip``, ``office``, ``html``, ``text``, ..."""
    if not head:
        return "empty"
    if not head.strip(b"\x00"):
        return "zeros"
    code = _foreign(head)
    if code == "zip" and re.search(rb"\[Content_Types\]\.xml|word/|xl/|ppt/", head):
        return "office"
    if code:
        return code
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "video-or-heic"
    return _explain_text(head)


def _explain_text(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<script", b"<head")):
        return "html"
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in head[:1024].lower()):
        return "svg"
    if start.startswith(b"<?xml"):
        return "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    return "binary" if b"\x00" in head or _control_share(head) > 0.05 else "text"


def _control_share(head: bytes) -> float:
    return sum(b < 32 and b not in b"\t\r\n\f\x1a" for b in head) / max(1, len(head))


def _foreign(head: bytes) -> str | None:
    """The code of a magic number at offset 0 that is none of ours."""
    return next((code for magic, code in _FOREIGN if head.startswith(magic)), None)


def _is_ofd(head: bytes, tail: bytes) -> bool:
    """GB/T 33190: a ZIP whose root holds ``OFD.xml``; seen as first entry or in the central directory."""
    length = int.from_bytes(head[26:28], "little")
    if head[30 : 30 + length] == b"OFD.xml":
        return True
    at = tail.find(b"PK\x01\x02")
    while at >= 0:
        length = int.from_bytes(tail[at + 28 : at + 30], "little")
        if tail[at + 46 : at + 46 + length] == b"OFD.xml":
            return True
        at = tail.find(b"PK\x01\x02", at + 4)
    return False


def _is_dxf_text(head: bytes) -> bool:
    """Group code 0, value SECTION, after comments (999) and blank lines; any 8-bit encoding, BOM or none."""
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n").split(b"\n")]
    if b"\r\n" in head:
        lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    while lines and not lines[0]:
        lines.pop(0)
    at = 0
    while at + 1 < len(lines) and lines[at] == b"999":
        at += 2
    return lines[at : at + 2] == [b"0", b"SECTION"]
