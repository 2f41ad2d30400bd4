"""Uploads that may stop and go on: what a tus 1.0 endpoint (tus.io) sits on.

    <root>/<upload id>/upload.json    length and meta, written once at creation
    <root>/<upload id>/content        the bytes; those beyond the last acknowledged offset count for nothing
    <root>/<upload id>/acknowledged   one line per acknowledged offset, with a check sum; the last whole line counts

An offset is acknowledged when the content is synced and then its line is synced. One writer per upload holds an ``flock``
on ``content``, which the system releases when the writer dies.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from storage.contract import CHUNK
from storage.digests import RunningDigest, new_sm3
from storage.disk import Disk
from storage.errors import (
    ChecksumMismatch,
    Incomplete,
    InvalidKey,
    NotFound,
    OffsetConflict,
    StoreUnavailable,
    TooLarge,
    UnsupportedChecksum,
    UploadBusy,
    UploadExists,
)

CHECKSUMS = ("md5", "sha1", "sha256", "sm3")
"""What a chunk may be checked with; tus requires sha1. They guard transport, never identity."""

ACKNOWLEDGE_EVERY = 16 * 1024 * 1024
"""Bytes after which a long chunk without a checksum is acknowledged on the way."""

_UPLOAD_ID = re.compile(r"[a-z0-9]{16,40}")
_LINE = re.compile(rb"(\d{20}) ([0-9a-f]{8})\n")
_LINE_BYTES = 30
_UNFINISHED = "."
"""First character of folders that are being made or removed; no upload id starts with it."""


@dataclass(frozen=True)
class Upload:
    """One upload as it stands."""

    upload_id: str
    length: int
    """Bytes announced."""
    offset: int
    """Bytes acknowledged."""
    meta: Mapping[str, Any]
    """What the caller gave at creation."""
    active_at: float
    """When the last byte was acknowledged, or the creation (seconds since 1970)."""

    @property
    def complete(self) -> bool:
        """Whether all bytes have come."""
        return self.offset == self.length


@dataclass
class _Writing:
    """An upload while its writer holds the lock."""

    upload: Upload
    fd: int
    acknowledged_fd: int
    offset: int = field(default=0)


class Staging:
    """Resumable uploads in one folder, best on the file system of the local store, which then links instead of copying.

    All methods raise ``InvalidKey`` for a malformed id, ``NotFound`` for an unknown one, ``StoreUnavailable`` when the
    disk fails. Several processes may share the folder.
    """

    def __init__(
        self, root: Path, *, disk: Disk | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.root = root
        self._disk = disk or Disk()
        self._clock = clock
        anchor = next(parent for parent in (root, *root.parents) if parent.is_dir())
        self._disk.make_folders(anchor, root)
        if root != root.parent:
            self._disk.fsync_folder(root.parent)

    def create(self, upload_id: str, *, length: int, meta: Mapping[str, Any]) -> Upload:
        """Begin an upload of ``length`` bytes; durable on return. ``meta`` is JSON.

        Raises:
            UploadExists: the id is taken.
        """
        folder = self._folder(upload_id)
        if length < 0:
            raise ValueError(length)
        described = json.dumps(
            {"length": length, "meta": dict(meta)}, ensure_ascii=False, sort_keys=True
        ).encode()
        if folder.exists():
            raise UploadExists(upload_id)
        making = self.root / f"{_UNFINISHED}{secrets.token_hex(16)}"
        self._disk.mkdir(making)
        try:
            for name, content in (("upload.json", described), ("content", b""), ("acknowledged", b"")):
                self._write_new(making / name, content)
            self._disk.fsync_folder(making)
            self._rename_new(making, upload_id)
            self._disk.fsync_folder(self.root)
        except BaseException:
            self._remove(making)
            raise
        return self.info(upload_id)

    def info(self, upload_id: str) -> Upload:
        """The upload as it stands; may be asked while a writer is at work."""
        folder = self._folder(upload_id)
        described = json.loads(self._content(folder / "upload.json", upload_id))
        lines = self._content(folder / "acknowledged", upload_id)
        try:
            active_at = self._disk.stat(folder / "acknowledged").st_mtime
        except FileNotFoundError:
            raise NotFound(upload_id) from None
        return Upload(upload_id, described["length"], _last_offset(lines), described["meta"], active_at)

    def offset(self, upload_id: str) -> int:
        """The byte at which the upload continues: everything before it is durable."""
        return self.info(upload_id).offset

    def append(
        self,
        upload_id: str,
        offset: int,
        chunks: Iterable[bytes],
        *,
        checksum: tuple[str, bytes] | None = None,
    ) -> int:
        """Add a chunk that begins at ``offset``; the new offset, once its bytes are durable.

        When the stream breaks (``chunks`` raises), what came before is kept and acknowledged and the error passes on.
        A chunk with a checksum (algorithm, raw digest) is kept whole or not at all.

        Raises:
            OffsetConflict: the upload continues elsewhere.
            TooLarge: more bytes came than were announced; the surplus chunk was not kept.
            ChecksumMismatch, UnsupportedChecksum: nothing was kept.
            UploadBusy: another writer is at work.
        """
        running = _checksum(checksum[0]) if checksum else None
        with self._writing(upload_id) as writing:
            if offset != writing.offset:
                raise OffsetConflict(writing.offset)
            at = offset
            try:
                for chunk in _bounded(chunks, offset, writing.upload.length):
                    self._disk.write(writing.fd, chunk, at)
                    at += len(chunk)
                    if running is not None:
                        running.update(chunk)
                    elif at - writing.offset >= ACKNOWLEDGE_EVERY:
                        self._acknowledge(writing, at)
            except StoreUnavailable:
                raise  # the disk failed: nothing more can be promised
            except Exception:
                if running is None:
                    self._acknowledge(writing, at)
                raise
            if checksum and running and not hmac.compare_digest(running.digest(), checksum[1]):
                raise ChecksumMismatch(checksum[0])
            self._acknowledge(writing, at)
        return at

    def finish(self, upload_id: str) -> Path:
        """Seal a complete upload and return its file, for ``ObjectStore.put_file``. May be asked again.

        The upload stays until ``discard``, so that a caller who dies before its own commit can repeat both steps.

        Raises:
            Incomplete: bytes are missing.
            UploadBusy: a writer is at work.
        """
        with self._writing(upload_id) as writing:
            if writing.offset != writing.upload.length:
                raise Incomplete(writing.offset, writing.upload.length)
            self._disk.seal(writing.fd)
            self._disk.fsync(writing.fd)
        return self._folder(upload_id) / "content"

    def discard(self, upload_id: str) -> None:
        """Remove an upload; nothing happens when there is none. Raises ``UploadBusy``."""
        folder = self._folder(upload_id)
        with suppress(NotFound), self._locked(upload_id):
            removing = self.root / f"{_UNFINISHED}{secrets.token_hex(16)}"
            self._disk.rename(folder, removing)
            self._disk.fsync_folder(self.root)
            self._remove(removing)

    def sweep(self, older_than: timedelta) -> list[str]:
        """Remove uploads without a new byte for so long, and the remains of dead processes; the ids removed."""
        limit = self._clock() - older_than.total_seconds()
        swept: list[str] = []
        for name in self._disk.listing(self.root):
            with suppress(FileNotFoundError, NotFound, UploadBusy):
                if name.startswith(_UNFINISHED):
                    if self._disk.stat(self.root / name).st_mtime < limit:
                        self._remove(self.root / name)
                elif _UPLOAD_ID.fullmatch(name) and self.info(name).active_at < limit:
                    self.discard(name)
                    swept.append(name)
        return swept

    @contextmanager
    def _locked(self, upload_id: str) -> Iterator[int]:
        folder = self._folder(upload_id)
        try:
            # Readable is enough for flock, and a sealed file opens for reading only.
            fd = self._disk.open_read(folder / "content")
        except FileNotFoundError:
            raise NotFound(upload_id) from None
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy(upload_id) from None
            if not (folder / "content").exists():  # discarded while we opened it
                raise NotFound(upload_id)
            yield fd
        finally:
            self._disk.close(fd)

    @contextmanager
    def _writing(self, upload_id: str) -> Iterator[_Writing]:
        """The upload, locked, its torn tail cut. Bytes not acknowledged at the end of the block count for nothing."""
        folder = self._folder(upload_id)
        with self._locked(upload_id) as reading_fd:
            upload = self.info(upload_id)
            size = os.fstat(reading_fd).st_size
            if size < upload.offset:
                raise StoreUnavailable(
                    f"upload {upload_id} lost bytes: {size} of {upload.offset} acknowledged"
                )
            if upload.complete and size == upload.length:
                yield _Writing(upload, reading_fd, reading_fd, upload.offset)
                return
            fd = self._disk.open_write(folder / "content")
            try:
                acknowledged_fd = self._disk.open_write(folder / "acknowledged")
                try:
                    self._disk.truncate(fd, upload.offset)
                    yield _Writing(upload, fd, acknowledged_fd, upload.offset)
                finally:
                    self._disk.close(acknowledged_fd)
            finally:
                self._disk.close(fd)

    def _acknowledge(self, writing: _Writing, offset: int) -> None:
        if offset == writing.offset:
            return
        self._disk.fsync(writing.fd)
        lines = os.fstat(writing.acknowledged_fd).st_size // _LINE_BYTES
        self._disk.write(writing.acknowledged_fd, _line(offset), lines * _LINE_BYTES)
        self._disk.fsync(writing.acknowledged_fd)
        writing.offset = offset

    def _folder(self, upload_id: str) -> Path:
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise InvalidKey(upload_id, "an upload id is 16 to 40 of a-z and 0-9")
        return self.root / upload_id

    def _write_new(self, path: Path, content: bytes) -> None:
        fd = self._disk.create(path)
        try:
            self._disk.write(fd, content, 0)
            self._disk.fsync(fd)
        finally:
            self._disk.close(fd)

    def _rename_new(self, making: Path, upload_id: str) -> None:
        try:
            self._disk.rename(making, self.root / upload_id)
        except StoreUnavailable:
            # A folder never replaces one that holds files, so of two creators one comes here.
            if (self.root / upload_id).exists():
                raise UploadExists(upload_id) from None
            raise

    def _remove(self, folder: Path) -> None:
        for name in self._disk.listing(folder):
            with suppress(FileNotFoundError):
                self._disk.unlink(folder / name)
        with suppress(FileNotFoundError, StoreUnavailable):
            self._disk.rmdir(folder)

    def _content(self, path: Path, upload_id: str) -> bytes:
        try:
            fd = self._disk.open_read(path)
        except FileNotFoundError:
            raise NotFound(upload_id) from None
        return b"".join(self._disk.chunks(fd, 0, None, CHUNK))


def _bounded(chunks: Iterable[bytes], offset: int, length: int) -> Iterator[bytes]:
    for chunk in chunks:
        offset += len(chunk)
        if offset > length:
            raise TooLarge(length)
        yield chunk


def _line(offset: int) -> bytes:
    number = b"%020d" % offset
    return b"%s %08x\n" % (number, zlib.crc32(number))


def _last_offset(lines: bytes) -> int:
    """The offset of the last whole line; a line torn by a crash was never acknowledged."""
    for start in range((len(lines) // _LINE_BYTES - 1) * _LINE_BYTES, -1, -_LINE_BYTES):
        line = _LINE.fullmatch(lines[start : start + _LINE_BYTES])
        if line and _line(int(line[1])) == line[0]:
            return int(line[1])
    return 0


def _checksum(algorithm: str) -> RunningDigest:
    if algorithm not in CHECKSUMS:
        raise UnsupportedChecksum(algorithm)
    return new_sm3() if algorithm == "sm3" else hashlib.new(algorithm, usedforsecurity=False)
