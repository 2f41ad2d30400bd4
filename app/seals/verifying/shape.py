"""The bytes themselves: what a signature covers must have exactly one shape, and the file must end where it ends."""

from __future__ import annotations

import re

from pyhanko.pdf_utils import generic

from app.seals.verifying.case import Case, Sealed, byte_range

_EOF = re.compile(rb"%%EOF[\r\n]{0,2}\Z")
_OBJECT = re.compile(rb"(?:^|[\r\n])\s*(\d{1,10})\s+(\d{1,5})\s+obj\b")
_STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_HEX = re.compile(rb"[0-9A-Fa-f]+\Z")
_CONTENTS = re.compile(rb"/Contents[\s]*\Z")


def check_shape(case: Case) -> None:
    """Two ranges from the first byte to the end of a revision, and the gap is exactly the value of Contents."""
    for seal in case.seals:
        _check_one(case, seal)
    ends = sorted(seal.end for seal in case.seals)
    if len(set(ends)) != len(ends):
        case.add("byte-range", "two signatures over the same bytes")
    if not _EOF.search(case.data[-8:]):
        case.add("bytes-after-end")
    _check_written_once(case)


def _check_one(case: Case, seal: Sealed) -> None:
    data, numbers = case.data, byte_range(seal.embedded.byte_range)
    if numbers is None:
        seal.add("byte-range", seal.embedded.byte_range)
        return
    start, first, second, rest = numbers
    end = second + rest
    if start != 0 or not 0 < first < second < end <= len(data):
        seal.add("byte-range", numbers)
        return
    gap = data[first:second]
    contents = seal.embedded.sig_object.raw_get("/Contents")
    is_hex = isinstance(contents, generic.ByteStringObject | generic.TextStringObject)
    inside = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or len(inside) % 2 or not _HEX.match(inside) or not is_hex:
        seal.add("byte-range", "the gap is not one hexadecimal value")
        return
    value = bytes.fromhex(inside.decode("ascii"))
    if value != seal.embedded.pkcs7_content:
        seal.add("contents-moved", "the gap is not the value that is read")
    length = _der_length(value)
    if length is None or any(value[length:]):
        seal.add("contents-moved", "something lies behind the signature in the gap")
    if not _EOF.search(data[max(0, end - 8) : end]):
        seal.add("revision-end", end)
    _check_place(case, seal, first, second)
    infos = seal.embedded.signed_data["signer_infos"]
    if len(infos) != 1:
        seal.add("several-signers", len(infos))


def _check_place(case: Case, seal: Sealed, first: int, second: int) -> None:
    """The gap lies inside the very object that the file's table names as this signature, after ``/Contents``."""
    reference = seal.embedded.sig_object.container_ref
    place = None
    if isinstance(reference, generic.Reference) and reference.idnum:
        place = case.opened.xrefs.get_historical_ref(reference, seal.revision)
    if not isinstance(place, int) or not place < first:
        seal.add("contents-moved", "not an object of its own before the gap")
        return
    head, close = case.data[place:first], case.data.find(b"endobj", second)
    tail = case.data[second:close] if close >= 0 else b""
    if len(re.findall(rb"\bobj\b", head)) != 1 or b"endobj" in head or not _CONTENTS.search(head):
        seal.add("contents-moved", "the gap is not the Contents of this object")
    both = head + tail
    if both.count(b"/ByteRange") != 1 or len(re.findall(rb"/Contents\b", both)) != 1:
        seal.add("contents-moved", "a key is there twice")


def _der_length(value: bytes) -> int | None:
    """How long the first DER value is; None for the indefinite form and for what is cut off."""
    if len(value) < 2 or value[0] != 0x30:
        return None
    if value[1] < 0x80:
        length = 2 + value[1]
    else:
        size = value[1] & 0x7F
        if not 1 <= size <= 4:
            return None
        length = 2 + size + int.from_bytes(value[2 : 2 + size], "big")
    return length if length <= len(value) else None


def _check_written_once(case: Case) -> None:
    """No revision may define an object twice: a program that repairs takes another one than a program that reads."""
    start = 0
    for end in [*sorted(seal.end for seal in case.seals if seal.end), len(case.data)]:
        part = _STREAM.sub(b"", case.data[start:end])
        seen: set[tuple[bytes, bytes]] = set()
        for piece in re.split(rb"%%EOF", part):
            seen.clear()
            for found in _OBJECT.finditer(piece):
                if found.groups() in seen:
                    case.add("twice-written", found.group(1).decode("ascii"))
                    return
                seen.add((found.group(1), found.group(2)))
        start = max(start, end)
