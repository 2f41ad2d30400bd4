"""Many small derived files as one: thumbnail, text and tiles of a page travel to the store in a single durable write.

Layout: ``ONESETPK`` · 8-byte big-endian length of the index · index as JSON ``{name: [offset, length]}`` · the bytes.
Offsets count from the end of the index. A pack can always be made again from the source.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"ONESETPK"


class BadPack(ValueError):  # noqa: N818
    """The bytes are not a pack."""


def pack(members: Mapping[str, bytes]) -> bytes:
    """Join members; equal members give equal bytes."""
    index: dict[str, list[int]] = {}
    offset = 0
    for name in sorted(members):
        index[name] = [offset, len(members[name])]
        offset += len(members[name])
    head = json.dumps(index, separators=(",", ":")).encode()
    return b"".join([MAGIC, len(head).to_bytes(8, "big"), head, *(members[n] for n in sorted(members))])


@dataclass(frozen=True)
class PackIndex:
    """Where the members of a pack lie, counted from its first byte."""

    places: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, head: bytes) -> "PackIndex":
        """Read an index from the first bytes of a pack.

        Raises:
            BadPack: not a pack, or ``head`` is too short to hold the index.
        """
        start = len(MAGIC) + 8
        if head[: len(MAGIC)] != MAGIC or len(head) < start:
            raise BadPack("no pack")
        end = start + int.from_bytes(head[len(MAGIC) : start], "big")
        if len(head) < end:
            raise BadPack("index cut short")
        raw = json.loads(head[start:end])
        return cls({name: (end + offset, length) for name, (offset, length) in raw.items()})

    @classmethod
    def of_file(cls, path: Path) -> "PackIndex":
        """Read the index of a pack on disk.

        Raises:
            BadPack: not a pack.
        """
        with path.open("rb") as stream:
            start = stream.read(len(MAGIC) + 8)
            if len(start) < len(MAGIC) + 8:
                raise BadPack("no pack")
            return cls.of(start + stream.read(int.from_bytes(start[len(MAGIC) :], "big")))
