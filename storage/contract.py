"""What every object store promises. Drivers implement it without a shared base class; one suite tests them all."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

CHUNK = 256 * 1024
"""Bytes per chunk when the caller does not say."""


@dataclass(frozen=True)
class StoredObject:
    """What a store answers once bytes are durable."""

    sha256: str
    """64 lower-case hex digits: the object's address."""
    sm3: str
    """64 lower-case hex digits, GB/T 32905."""
    size: int
    """Bytes."""


class Condition(StrEnum):
    """How an object was found."""

    OK = "ok"
    MISSING = "missing"
    CORRUPT = "corrupt"


@dataclass(frozen=True)
class Verdict:
    """The outcome of hashing one stored object again."""

    sha256: str
    condition: Condition
    found: str | None = None
    """What the bytes hash to now; None when there are none."""
    size: int = 0
    """Bytes that were read."""

    @property
    def ok(self) -> bool:
        """Whether the bytes are those their address promises."""
        return self.condition is Condition.OK


@dataclass(frozen=True)
class Capability:
    """One guarantee of a medium: True or False as probed, None when it cannot be or was not probed."""

    holds: bool | None
    sentence: str
    """How we know, or why we do not."""


@dataclass(frozen=True)
class Capabilities:
    """What the medium really guarantees, as found by trying it."""

    durable_fsync: Capability
    """An acknowledged write survives a power cut."""
    conditional_put: Capability
    """Of two writers of one new key, exactly one wins."""
    versioning: Capability
    """Overwritten or deleted bytes stay retrievable."""
    object_lock: Capability
    """A retained version cannot be deleted, not even with the store's own keys."""
    checksum_enforced: Capability
    """The medium itself refuses bytes that do not match the digest sent with them."""


class ObjectStore(Protocol):
    """Bytes under their SHA-256, and named side files.

    Content objects cannot be deleted or changed: there is no such method. All methods raise ``InvalidKey`` for a
    malformed digest or key and ``StoreUnavailable`` (``StoreFull``) when the medium fails. Instances may be used from
    many threads.
    """

    @property
    def url(self) -> str:
        """Where the store is, without secrets."""
        ...

    def put(
        self, chunks: Iterable[bytes], *, expect_sha256: str | None = None, size_limit: int | None = None
    ) -> StoredObject:
        """Store a stream; return only when it is durable. The same bytes again are harmless and heal a damaged object.

        Raises:
            DigestMismatch: the stream is not ``expect_sha256``; nothing was kept.
            TooLarge: the stream has more than ``size_limit`` bytes; nothing was kept.
        """
        ...

    def put_file(self, path: Path, *, expect_sha256: str | None = None) -> StoredObject:
        """Store a finished file, which stays where it is; the caller removes it when its own work is committed.

        A sealed file (this process's own, without any write permission, as ``Staging.finish`` returns) may be linked
        instead of copied: never write to it afterwards. Raises as ``put``, and ``NotFound`` for a missing file.
        """
        ...

    def read(
        self, sha256: str, *, start: int = 0, stop: int | None = None, chunk: int = CHUNK
    ) -> Iterator[bytes]:
        """The bytes ``start`` up to (not including) ``stop``; a ``stop`` beyond the end means the end.

        A read of the whole object is hashed on the way and raises before its last chunk is handed out; a range is
        not verified.

        Raises:
            NotFound: at the call, not at the first chunk.
            BadRange: at the call; ``start`` is negative, beyond the end, or beyond ``stop``.
            Corrupt: while iterating over a whole object.
        """
        ...

    def size(self, sha256: str) -> int:
        """The object's length in bytes. Raises ``NotFound``."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether an object is there; says nothing about its condition."""
        ...

    def local_copy(self, sha256: str) -> AbstractContextManager[Path]:
        """A verified, read-only file for tools that need a path, valid inside the ``with`` block.

        Raises ``NotFound`` or ``Corrupt`` on entry.
        """
        ...

    def verify(self, sha256: str) -> Verdict:
        """Hash the stored bytes again, now, from the first to the last."""
        ...

    def objects(self) -> Iterator[str]:
        """The SHA-256 of every object, in no promised order."""
        ...

    def write_named(self, key: str, data: bytes) -> None:
        """Write a derived side file durably, replacing an earlier one in one step.

        Raises ``Protected`` under ``records/``, which is written once.
        """
        ...

    def write_once(self, key: str, data: bytes) -> None:
        """Write a side file that never changes. The same bytes again are fine; others raise ``AlreadyWritten``."""
        ...

    def read_named(self, key: str) -> bytes:
        """The bytes of a side file. Raises ``NotFound``."""
        ...

    def named_path(self, key: str) -> Path | None:
        """A path to serve an existing side file from, where the store is a local folder; otherwise None."""
        ...

    def names(self, prefix: str = "") -> Iterator[str]:
        """All side file keys that start with these characters, in no promised order."""
        ...

    def delete_named(self, prefix: str) -> int:
        """Delete the derived side file of this key and all below ``prefix/``; the number of files deleted.

        Raises ``Protected`` for ``records`` and for an empty prefix.
        """
        ...

    def capabilities(self) -> Capabilities:
        """Try what the medium guarantees. May write scratch files and take seconds; ask once, keep the answer."""
        ...

    def check(self) -> None:
        """Write, read back and remove a scratch file. Raises ``StoreUnavailable`` when any of it fails."""
        ...
