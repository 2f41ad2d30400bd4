"""An OFD file (GB/T 33190) as a package of strangers: a ZIP that every program reads alike, and XML without entities.

Nothing is repaired. What two programs could read in two ways is a reason, not a question of taste.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

MAX_ENTRIES = 20_000
MAX_UNPACKED = 512 << 20
MAX_RATIO = 500
"""Of one entry; drawings in XML pack well."""
MAX_XML = 8 << 20
"""Of what is parsed here: lists, signatures, documents; never pages."""
MAX_DEPTH = 60
_LOCAL = struct.Struct("<4s5H3L2H")
_UTF8, _ENCRYPTED, _LATER = 0x800, 0x1, 0x8
_FOOT = 22
"""Bytes of the record that ends a ZIP."""


class Broken(Exception):  # noqa: N818  an answer about a file, not a fault
    """The package cannot be read as the standard says; ``code`` is a reason."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}")
        self.code, self.detail = code, detail


@dataclass
class Package:
    """A package whose sizes and order were looked at."""

    data: bytes
    entries: dict[str, zipfile.ZipInfo]
    starts: dict[str, int]
    """Where the packed bytes of each entry begin."""

    def read(self, name: str) -> bytes:
        """An entry's content; all of its packed bytes are used, and size and checksum are as stated.

        Raises:
            Broken: ``ambiguous-package``.
        """
        entry, start = self.entries[name], self.starts[name]
        packed = self.data[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            content, is_whole = packed, True
        else:
            unpacker = zlib.decompressobj(-15)
            try:
                content = unpacker.decompress(packed, entry.file_size + 1)
                is_whole = unpacker.eof and not unpacker.unused_data
            except zlib.error as error:
                raise Broken("ambiguous-package", f"{name}: {error}") from error
        if not is_whole or len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise Broken("ambiguous-package", f"{name}: size or checksum")
        return content

    def xml(self, name: str) -> Element:
        """An entry as XML.

        Raises:
            Broken: ``unreadable``, ``ambiguous-package``.
        """
        if self.entries[name].file_size > MAX_XML:
            raise Broken("unreadable", f"{name}: too large")
        content = self.read(name)
        if b"\x00" in content:
            raise Broken("unreadable", f"{name}: not UTF-8")
        try:
            root: Element = ElementTree.fromstring(content, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise Broken("unreadable", f"{name}: {type(error).__name__}") from error
        _check_depth(root, name)
        return root

    def find(self, base: str, location: str) -> str:
        """The entry that a location leads to, seen from the entry ``base``.

        Raises:
            Broken: ``unreadable`` for a location that is none, ``ambiguous-package`` where it leads to two.
        """
        text = location.strip()
        if not text or "\\" in text or ":" in text or "\x00" in text:
            raise Broken("unreadable", f"location {text[:100]!r}")
        places = [PurePosixPath(text.lstrip("/"))]
        if not text.startswith("/"):
            places.insert(0, PurePosixPath(base).parent / text)
        if any(".." in place.parts for place in places):
            raise Broken("unreadable", f"location {text[:100]!r}")
        found = list(dict.fromkeys(str(place) for place in places if str(place) in self.entries))
        if len(found) > 1:
            raise Broken("ambiguous-package", text[:100])
        return found[0] if found else str(places[0])

    def __contains__(self, name: object) -> bool:
        return name in self.entries


def open_package(data: bytes) -> Package:
    """Look at a package before anything of it is read.

    Raises:
        Broken: ``unreadable``, ``encrypted``, ``ambiguous-package``, ``over-memory``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed, table = archive.infolist(), archive.start_dir
            is_commented = bool(archive.comment)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise Broken("unreadable", str(error)) from error
    if len(listed) > MAX_ENTRIES or sum(one.file_size for one in listed) > MAX_UNPACKED:
        raise Broken("over-memory", f"{len(listed)} entries")
    if is_commented or data[-_FOOT : 4 - _FOOT] != b"PK\x05\x06":
        raise Broken("ambiguous-package", "something behind the table")
    if b"%PDF-" in data[:1024]:
        raise Broken("ambiguous-package", "also a PDF")
    package = Package(data, {}, {})
    folded = set()
    for entry in listed:
        name = _name(entry)
        if name.casefold() in folded:
            raise Broken("ambiguous-package", f"{name} is there twice")
        folded.add(name.casefold())
        if entry.flag_bits & _ENCRYPTED:
            raise Broken("encrypted", name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Broken("unreadable", f"{name}: method {entry.compress_type}")
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 4_096):
            raise Broken("over-memory", f"{name}: ratio")
        if not name.endswith("/"):
            package.entries[name] = entry
    _check_order(package, listed, table)
    return package


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; where no encoding is stated, Chinese programs write UTF-8 or GB 18030."""
    name = entry.filename
    if not entry.flag_bits & _UTF8 and not name.isascii():
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = name.split("/")
    if name != entry.orig_filename and name.isascii():
        raise Broken("ambiguous-package", "name")
    if (
        "\\" in name
        or name.startswith("/")
        or any(part in ("", ".", "..") for part in parts[:-1])
        or not name
    ):
        raise Broken("ambiguous-package", name[:100])
    return name


def _check_order(package: Package, listed: list[zipfile.ZipInfo], table: int) -> None:
    """One entry behind the other from the first byte to the table, each with the head that the table says."""
    place = 0
    for entry in sorted(listed, key=lambda one: one.header_offset):
        if entry.header_offset != place or place + _LOCAL.size > len(package.data):
            raise Broken("ambiguous-package", "something between the entries")
        head = _LOCAL.unpack_from(package.data, place)
        _, _, flags, method, _, _, crc, packed, size, length, extra = head
        start = place + _LOCAL.size + length + extra
        raw = package.data[place + _LOCAL.size : place + _LOCAL.size + length]
        known = (entry.CRC, entry.compress_size, entry.file_size)
        is_later = bool(flags & _LATER)
        is_same = (crc, packed, size) == known or (is_later and (crc, packed, size) == (0, 0, 0))
        if 0xFFFFFFFF in (packed, size):
            raise Broken("unknown-format", "ZIP64")
        stated = entry.orig_filename.encode("utf-8" if flags & _UTF8 else "cp437")
        if (
            head[0] != b"PK\x03\x04"
            or method != entry.compress_type
            or flags != entry.flag_bits
            or not is_same
        ):
            raise Broken("ambiguous-package", "head and table differ")
        if raw != stated:
            raise Broken("ambiguous-package", "names differ")
        package.starts[_name(entry)] = start
        place = start + entry.compress_size
        if is_later:
            place += _descriptor(package.data, place, known)
    if place != table:
        raise Broken("ambiguous-package", "something before the table")


def _descriptor(data: bytes, place: int, known: tuple[int, int, int]) -> int:
    """How long the note behind an entry is that was written without knowing its size."""
    note = struct.pack("<3L", *known)
    for form in (b"PK\x07\x08" + note, note):
        if data[place : place + len(form)] == form:
            return len(form)
    raise Broken("ambiguous-package", "sizes behind an entry")


def _check_depth(root: Element, name: str) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Broken("unreadable", f"{name}: too deep")
        level = [child for one in level for child in one]


def local(element: Element) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def every(element: Element, name: str) -> Iterator[Element]:
    """Children of a name, in whatever namespace."""
    return (child for child in element if local(child) == name)


def only(element: Element, name: str) -> Element | None:
    """The child of a name, or None.

    Raises:
        Broken: ``malformed-signature``; there are two, so that programs may take either.
    """
    found = list(every(element, name))
    if len(found) > 1:
        raise Broken("malformed-signature", f"{name} is there twice")
    return found[0] if found else None


def text_of(element: Element | None) -> str:
    """Its text, or nothing."""
    return (element.text or "").strip() if element is not None else ""


ACTIVE = re.compile(rb"<(?:[\w.-]+:)?(?:Movie|Sound|Script|JavaScript)[\s/>]")


def shows_more(package: Package) -> Any:
    """The first XML entry in which something moves, sounds or runs; None where there is none."""
    for name in package.entries:
        if name.lower().endswith(".xml") and ACTIVE.search(package.read(name)):
            return name
    return None
