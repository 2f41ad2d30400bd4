"""A small PDF 1.7 writer: indirect objects, streams, a cross-reference table; equal input gives equal bytes."""

from __future__ import annotations

import zlib
from pathlib import Path


class PdfFile:
    """Collects the objects of a PDF and writes them in order of their numbers (ISO 32000-1, 7.5)."""

    def __init__(self) -> None:
        self._objects: list[bytes | None] = []

    def reserve(self) -> int:
        """The number of an object that is filled later."""
        self._objects.append(None)
        return len(self._objects)

    def add(self, body: bytes) -> int:
        """Add an object; its number is returned."""
        self._objects.append(body)
        return len(self._objects)

    def fill(self, number: int, body: bytes) -> None:
        """Give a reserved object its body."""
        self._objects[number - 1] = body

    def add_stream(self, data: bytes, entries: bytes = b"") -> int:
        """Add a compressed stream with further dictionary entries."""
        packed = zlib.compress(data, 6)
        head = b"<</Length %d/Filter/FlateDecode%s>>" % (len(packed), entries)
        return self.add(head + b"\nstream\n" + packed + b"\nendstream")

    def write(self, path: Path, root: int, info: int) -> None:
        """Write the file.

        Raises:
            ValueError: a reserved object was never filled.
        """
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        offsets: list[int] = []
        for number, body in enumerate(self._objects, start=1):
            if body is None:
                raise ValueError(f"object {number} is empty")
            offsets.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\n" % (len(offsets) + 1, root, info)
        out += b"startxref\n%d\n%%%%EOF\n" % start
        path.write_bytes(out)


def text_string(text: str) -> bytes:
    """A PDF text string (7.9.2.2): UTF-16BE in hexadecimal."""
    return b"<feff" + text.encode("utf-16-be", "replace").hex().encode("ascii") + b">"


def ref_list(numbers: list[int]) -> bytes:
    """``[1 0 R 2 0 R]``"""
    return b"[" + b" ".join(b"%d 0 R" % n for n in numbers) + b"]"


def number(value: float) -> bytes:
    """A real number as short as five decimals allow."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return (text if text not in {"", "-0"} else "0").encode("ascii")
