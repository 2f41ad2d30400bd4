"""Hashing of streams: SHA-256 as the address and SM3 (GB/T 32905) beside it, in one pass."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from storage.contract import StoredObject
from storage.errors import Corrupt, DigestMismatch, TooLarge


class RunningDigest(Protocol):
    """What ``hashlib`` objects do."""

    def update(self, chunk: bytes, /) -> None:
        """Take the next bytes."""

    def digest(self) -> bytes:
        """The digest so far."""

    def hexdigest(self) -> str:
        """The same in hex digits."""


class _CryptographySm3:
    """SM3 of the OpenSSL inside ``cryptography``, for Pythons whose own OpenSSL was built without it.

    ``gmssl_pyx`` would not do here: it hashes only whole messages, and a drawing set may be larger than memory.
    """

    def __init__(self) -> None:
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 -- slow to import, seldom needed

        self._hash = hashes.Hash(hashes.SM3())

    def update(self, chunk: bytes, /) -> None:
        self._hash.update(chunk)

    def digest(self) -> bytes:
        return self._hash.copy().finalize()

    def hexdigest(self) -> str:
        return self.digest().hex()


def new_sm3() -> RunningDigest:
    """A running SM3 from ``hashlib`` where it has one, else from ``cryptography``."""
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3")
    return _CryptographySm3()


class StreamDigest:
    """SHA-256, SM3 and length of everything seen so far."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._sm3 = new_sm3()
        self.size = 0

    def update(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(chunk)
        self._sm3.update(chunk)
        self.size += len(chunk)

    def result(self) -> StoredObject:
        """The digests and the length."""
        return StoredObject(self._sha256.hexdigest(), self._sm3.hexdigest(), self.size)


def digested(chunks: Iterable[bytes], digest: StreamDigest, size_limit: int | None = None) -> Iterator[bytes]:
    """The same chunks, hashed as they pass. Raises ``TooLarge`` before a chunk that exceeds the limit is passed on."""
    for chunk in chunks:
        digest.update(chunk)
        if size_limit is not None and digest.size > size_limit:
            raise TooLarge(size_limit)
        yield chunk


def expect(stored: StoredObject, sha256: str | None) -> StoredObject:
    """What was received, when it is what was announced. Raises ``DigestMismatch``."""
    if sha256 is not None and stored.sha256 != sha256:
        raise DigestMismatch(sha256, stored.sha256)
    return stored


def verified(chunks: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    """The same chunks; the last is held back until the whole is known to be right. Raises ``Corrupt``."""
    running = hashlib.sha256()
    held: bytes | None = None
    for chunk in chunks:
        running.update(chunk)
        if held is not None:
            yield held
        held = chunk
    if running.hexdigest() != sha256:
        raise Corrupt(sha256, running.hexdigest())
    if held is not None:
        yield held


def total_of(chunks: Iterable[bytes]) -> tuple[str, int]:
    """SHA-256 and length of a stream."""
    running, size = hashlib.sha256(), 0
    for chunk in chunks:
        running.update(chunk)
        size += len(chunk)
    return running.hexdigest(), size
