"""What the converter of DWG drops and its model has not either, from the records of the file.

``ezdwg`` finds the records. Arrowheads of leaders are handles at the end of a dimension style; the drawing order is a
table of pairs of handles; what cuts a block reference is known by its owners. Facts: Open Design Specification for
.dwg files 5.4.1, 2.13 (handles), 20.1 (objects), 20.4.64 (DIMSTYLE), 20.4.91 (SORTENTSTABLE).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ezdwg import raw
from ezdxf.math import Matrix44, Vec2, Vec3

_FAR = 1e12
_OLDEST = "AC1015"
"""R2000: records of older files are built otherwise."""
_BLOCKS = 4
"""DIMLDRBLK, DIMBLK, DIMBLK1 and DIMBLK2, in this order."""
_LINETYPES = 3
"""After them, since 2007: DIMLTYPE, DIMLTEX1 and DIMLTEX2."""
_SPLIT_VERSIONS = frozenset({"AC1024", "AC1027", "AC1032"})
"""Say the size of the handles, not of what is before them."""
_WITH_LINETYPES = frozenset({"AC1021", *_SPLIT_VERSIONS})


@dataclass(frozen=True)
class Arrow:
    """Size and block of the arrowheads of leaders in a dimension style."""

    size: float
    scale: float
    block: str | None
    """Empty: the arrow that is built in. None: not known."""


def read_arrows(source: Path, version: str) -> dict[str, Arrow]:
    """The arrowheads by the name of the style in small letters; empty when they cannot be read."""
    path = str(source)
    try:
        styles = raw.decode_dimstyles(path)
        names = {handle: name for handle, name, *_ in raw.decode_block_header_names(path)}
        records = raw.read_object_records_by_handle(path, [style[0] for style in styles])
        blocks = {record[0]: _leader_block(bytes(record[4]), record[0], version) for record in records}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - leaders then say that their arrowheads may differ
        return {}
    arrows: dict[str, Arrow] = {}
    for handle, name, scale, size, *_ in styles:
        block = blocks.get(handle)
        if 0 < size < 1e9 and 0 <= scale < 1e9:
            found = "" if block == 0 else names.get(block) if block is not None else None
            arrows[str(name).lower()] = Arrow(size, scale or 1.0, found)
    return arrows


@dataclass(frozen=True)
class Records:
    """What the records of a DWG tell."""

    arrows: Mapping[str, Arrow] = field(default_factory=dict)
    """By the name of the dimension style in small letters."""
    order: Mapping[int, int] = field(default_factory=dict)
    """By the handle of an entity the handle whose place it has in the drawing order."""
    annotated: frozenset[int] = frozenset()
    """Handles of leaders with a text, under which a CAD program draws the leader on, by its style."""
    clips: Mapping[int, tuple[Vec2, ...]] = field(default_factory=dict)
    """By the handle of a block reference that is cut (XCLIP) the outline, in units of the block; empty: not known."""


def read_records(source: Path, version: str) -> Records:
    """All of it."""
    return Records(
        read_arrows(source, version),
        read_draw_order(source, version),
        read_annotated_leaders(source),
        read_clips(source, version),
    )


def read_annotated_leaders(source: Path) -> frozenset[int]:
    """Handles of the leaders that point at a formatted text."""
    try:
        return frozenset(handle for handle, kind, *_ in raw.decode_leader_entities(str(source)) if kind == 0)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the lines of leaders are drawn all the same
        return frozenset()


def read_draw_order(source: Path, version: str) -> dict[int, int]:
    """By the handle of an entity the handle whose place it has in the drawing order; empty when nothing was moved."""
    order: dict[int, int] = {}
    try:
        headers = raw.list_object_headers_with_type(str(source))
        tables = [header[0] for header in headers if header[4] == "SORTENTSTABLE"]
        for record in raw.read_object_records_by_handle(str(source), tables) if tables else ():
            order.update(_draw_order(bytes(record[4]), record[0], version))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the order of the file is then kept, which is nearly always the same
        return {}
    return order


def read_clips(source: Path, version: str) -> dict[int, tuple[Vec2, ...]]:
    """By the handle of a block reference that is cut (XCLIP) the outline, in units of the block; empty: not known.

    A negative handle stands for a reference that is not known.
    """
    path = str(source)
    try:
        headers = raw.list_object_headers_with_type(path)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged table of objects: the drawing itself was read by another reader
        return {}
    clips: dict[int, tuple[Vec2, ...]] = {}
    for handle in (header[0] for header in headers if header[4] == "SPATIAL_FILTER"):
        try:
            owner, outline = handle, _outline(_record(path, handle), handle, version)
            # A clip belongs to a dictionary, that to the dictionary of the reference, and that to the reference.
            for _ in range(3):
                owner = next(_handles(_record(path, owner), owner, version))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a record that is not understood, as those of R14
            owner, outline = -handle, ()
        if outline is not None:
            clips[owner] = outline
    return clips


def _record(path: str, handle: int) -> bytes:
    return bytes(raw.read_object_records_by_handle(path, [handle])[0][4])


def _outline(record: bytes, own: int, version: str) -> tuple[Vec2, ...] | None:
    """The outline of a clip; None when it is switched off."""
    cursor = _opened(record, own, version)
    vertices = [Vec3(cursor.raw_double(), cursor.raw_double(), 0) for _ in range(cursor.short())]
    for _ in range(6):  # extrusion and origin
        cursor.double()
    is_on = cursor.short()
    for _ in range(2):  # clipping planes in front and behind
        if cursor.short():
            cursor.double()
    m = [cursor.double() for _ in range(12)]
    rows = [(*m[n::4], float(n == 3)) for n in range(4)]
    to_block = Matrix44([value for row in rows for value in row])
    if not is_on:
        return None
    placed = tuple(Vec2(vertex) for vertex in to_block.transform_vertices(vertices))
    is_sound = len(placed) > 1 and all(abs(v.x) < _FAR and abs(v.y) < _FAR for v in placed)
    return placed if is_sound else ()


def _draw_order(record: bytes, own: int, version: str) -> dict[int, int]:
    cursor = _opened(record, own, version)
    count = cursor.long()
    if not 0 < count <= len(record):
        return {}
    places = [cursor.handle(own) for _ in range(count)]
    moved = list(_handles(record, own, version))[-count:]
    return dict(zip(moved, places, strict=True))


def _opened(record: bytes, own: int, version: str) -> _Cursor:
    """At what an object has of its own, behind what all have: handle, extended data, reactors, flags."""
    cursor = _Cursor(*_body(record, version)[:2])
    cursor.handle(own)
    while size := cursor.short():
        cursor.handle(own)
        cursor.at += size * 8
    cursor.long()
    cursor.at += (version >= "AC1018") + (version >= "AC1027")
    return cursor


class _Cursor:
    """Reads values of variable lengths one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def _take(self, count: int, *, is_little: bool = False) -> int:
        self.at += count
        return _bits(self._data, self.at - count, count, is_little=is_little)

    def short(self) -> int:
        """A number of two bytes at most."""
        kind = self._take(2)
        return (
            self._take(16, is_little=True)
            if kind == 0
            else self._take(8)
            if kind == 1
            else (0, 256)[kind - 2]
        )

    def long(self) -> int:
        """A number of four bytes at most."""
        kind = self._take(2)
        return self._take(32, is_little=True) if kind == 0 else self._take(8) if kind == 1 else 0

    def double(self) -> float:
        """A number with a point; 1 and 0 are written short."""
        kind = self._take(2)
        return self.raw_double() if kind == 0 else (0.0, 1.0, 0.0, 0.0)[kind]

    def raw_double(self) -> float:
        """A number with a point, written in full."""
        return float(struct.unpack("<d", self._take(64).to_bytes(8, "big"))[0])

    def handle(self, own: int) -> int:
        """A reference to an object."""
        code, count = self._take(4), self._take(4)
        value = self._take(count * 8) if count else 0
        return _absolute(code, value, own)


def _leader_block(record: bytes, own: int, version: str) -> int | None:
    """The handle of the block of DIMLDRBLK, 0 for none, None when the record is not understood."""
    after = _BLOCKS + (_LINETYPES if version in _WITH_LINETYPES else 0)
    handles = list(_handles(record, own, version))
    return handles[-after] if len(handles) >= after else None


def _body(record: bytes, version: str) -> tuple[bytes, int, int]:
    """The bytes of an object; where what follows its type begins, and where its handles, in bits."""
    if version < _OLDEST:
        raise ValueError(version)
    size, at = _modular_short(record)
    if version in _SPLIT_VERSIONS:
        bits, skipped = _modular_char(record, at)
        body = record[at + skipped : at + skipped + size]
        return body, 10 if body[0] >> 6 < 2 else 18, size * 8 - bits
    body = record[at : at + size]
    # The type is a short of a variable length: two bits say which.
    after_type = {0: 18, 1: 10}.get(body[0] >> 6, 2)
    return body, after_type + 32, _bits(body, after_type, 32, is_little=True)


def _handles(record: bytes, own: int, version: str) -> Iterator[int]:
    body, _, start = _body(record, version)
    while start + 8 <= len(body) * 8:
        code, count = _bits(body, start, 4), _bits(body, start + 4, 4)
        if start + 8 + count * 8 > len(body) * 8:
            return
        value = _bits(body, start + 8, count * 8) if count else 0
        start += 8 + count * 8
        yield _absolute(code, value, own)


def _absolute(code: int, value: int, own: int) -> int:
    """The handle that a reference means: some count from the object that refers."""
    return {6: own + 1, 8: own - 1, 10: own + value, 12: own - value}.get(code, value)


def _bits(data: bytes, start: int, count: int, *, is_little: bool = False) -> int:
    end = start + count
    whole = int.from_bytes(data[start // 8 : -(-end // 8)], "big") >> (-end % 8)
    value = whole & ((1 << count) - 1)
    return int.from_bytes(value.to_bytes(count // 8, "big"), "little") if is_little else value


def _modular_short(data: bytes) -> tuple[int, int]:
    value = shift = at = 0
    while True:
        word = int.from_bytes(data[at : at + 2], "little")
        value |= (word & 0x7FFF) << shift
        at += 2
        if not word & 0x8000 or at >= len(data):
            return value, at
        shift += 15


def _modular_char(data: bytes, at: int) -> tuple[int, int]:
    value = shift = count = 0
    while at + count < len(data):
        byte = data[at + count]
        value |= (byte & 0x7F) << shift
        count += 1
        shift += 7
        if not byte & 0x80:
            break
    return value, count
