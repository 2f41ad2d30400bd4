"""Objects in a folder of a local file system.

    layout                          one line, for whoever finds the folder without the program
    incoming/<random>               being written; swept after a day
    objects/aa/bb/<sha256>          mode 0444
    named/<key>                     side files

The order that survives a power cut: write to ``incoming``, fsync the file, compare digests, link into place, fsync the
folder and every folder above it that may be new, answer. tests/storage/test_power_cut.py leaves each step out in turn.
"""

import errno
import os
import secrets
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.contract import CHUNK, Capabilities, Capability, Condition, StoredObject, Verdict
from storage.digests import StreamDigest, digested, expect, total_of, verified
from storage.disk import Disk
from storage.errors import AlreadyWritten, BadRange, Corrupt, InvalidKey, NotFound, StoreUnavailable
from storage.keys import (
    checked_digest,
    checked_key,
    checked_prefix,
    deletable,
    lies_in,
    overwritable,
    sharded,
)

LAYOUT = b"OneSet object store, layout 1: objects/aa/bb/<sha256 of the bytes>, named/<key>\n"
INCOMING_KEPT_S = 24 * 3600
REMEMBERED = 65_536
"""Objects whose verification is remembered, at about 200 bytes each."""

_CANNOT_LINK = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EACCES}


class LocalStore:
    """An ``ObjectStore`` in one folder. Several processes may share it."""

    def __init__(
        self, root: Path, *, disk: Disk | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.root = root
        self.url = root.as_uri()
        self._disk = disk or Disk()
        self._clock = clock
        self._incoming, self._objects, self._named = root / "incoming", root / "objects", root / "named"
        self._durable_folders: set[Path] = set()
        self._remembered: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._open()

    def _open(self) -> None:
        anchor = next(parent for parent in (self.root, *self.root.parents) if parent.is_dir())
        self._disk.make_folders(anchor, self.root)
        for folder in (self._incoming, self._objects, self._named):
            self._folder(folder)
        self._expect_layout()
        self._sweep_incoming()

    def _expect_layout(self) -> None:
        marker = self.root / "layout"
        try:
            found = self._whole(marker)
        except FileNotFoundError:
            # A process that died may have made the root; only a root with a durable name gets its marker.
            self._disk.fsync_folder(self.root.parent)
            with self._draft([LAYOUT]) as draft, suppress(FileExistsError):
                self._disk.link(draft, marker)
            self._disk.fsync_folder(self.root)
            return
        if found != LAYOUT:
            raise StoreUnavailable(f"{self.root} holds another layout: {found[:80]!r}")

    def _sweep_incoming(self) -> None:
        for name in self._disk.listing(self._incoming):
            with suppress(FileNotFoundError):
                if self._disk.stat(self._incoming / name).st_mtime < self._clock() - INCOMING_KEPT_S:
                    self._disk.unlink(self._incoming / name)

    # Objects

    def put(
        self, chunks: Iterable[bytes], *, expect_sha256: str | None = None, size_limit: int | None = None
    ) -> StoredObject:
        """See ``ObjectStore.put``."""
        digest = StreamDigest()
        with self._draft(digested(chunks, digest, size_limit)) as draft:
            stored = expect(digest.result(), expect_sha256)
            self._place(draft, stored)
        return stored

    def put_file(self, path: Path, *, expect_sha256: str | None = None) -> StoredObject:
        """See ``ObjectStore.put_file``. Links a sealed file of the same file system."""
        try:
            fd = self._disk.open_read(path)
        except FileNotFoundError:
            raise NotFound(str(path)) from None
        status = os.fstat(fd)
        if status.st_mode & 0o222 or status.st_uid != os.geteuid() or not stat.S_ISREG(status.st_mode):
            return self.put(self._disk.chunks(fd, 0, None, CHUNK), expect_sha256=expect_sha256)
        digest = StreamDigest()
        try:
            for _ in digested(self._disk.chunks(os.dup(fd), 0, None, CHUNK), digest):
                pass
            self._disk.fsync(fd)
        finally:
            self._disk.close(fd)
        stored = expect(digest.result(), expect_sha256)
        link = self._incoming / secrets.token_hex(16)
        try:
            self._disk.link(path, link)
        except StoreUnavailable as error:
            if error.errno not in _CANNOT_LINK:
                raise
            again = self._disk.chunks(self._disk.open_read(path), 0, None, CHUNK)
            return self.put(again, expect_sha256=stored.sha256)
        try:
            self._place(link, stored)
        finally:
            self._forget(link)
        return stored

    def read(
        self, sha256: str, *, start: int = 0, stop: int | None = None, chunk: int = CHUNK
    ) -> Iterator[bytes]:
        """See ``ObjectStore.read``."""
        fd = self._open_object(sha256)
        size = os.fstat(fd).st_size
        if not 0 <= start <= size or (stop is not None and stop < start):
            self._disk.close(fd)
            raise BadRange(start, stop, size)
        bytes_read = self._disk.chunks(fd, start, stop, chunk)
        whole = start == 0 and (stop is None or stop >= size)
        return verified(bytes_read, sha256) if whole else bytes_read

    def size(self, sha256: str) -> int:
        """See ``ObjectStore.size``."""
        try:
            return self._disk.stat(self._object(sha256)).st_size
        except FileNotFoundError:
            raise NotFound(sha256) from None

    def has(self, sha256: str) -> bool:
        """See ``ObjectStore.has``."""
        with suppress(NotFound):
            self.size(sha256)
            return True
        return False

    @contextmanager
    def local_copy(self, sha256: str) -> Iterator[Path]:
        """The object itself, hashed once and again whenever inode, time or size have changed."""
        path = self._object(sha256)
        try:
            before = self._identity(path)
        except FileNotFoundError:
            raise NotFound(sha256) from None
        with self._lock:
            known = self._remembered.get(sha256) == before
        if not known:
            verdict = self.verify(sha256)
            if not verdict.ok:
                raise Corrupt(sha256, verdict.found or "nothing")
            with self._lock:
                self._remembered[sha256] = before
                while len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
        yield path

    def verify(self, sha256: str) -> Verdict:
        """See ``ObjectStore.verify``."""
        try:
            fd = self._open_object(sha256)
        except NotFound:
            return Verdict(sha256, Condition.MISSING)
        found, size = total_of(self._disk.chunks(fd, 0, None, CHUNK))
        return Verdict(sha256, Condition.OK if found == sha256 else Condition.CORRUPT, found, size)

    def objects(self) -> Iterator[str]:
        """See ``ObjectStore.objects``."""
        for first in self._disk.listing(self._objects):
            for second in self._disk.listing(self._objects / first):
                yield from self._disk.listing(self._objects / first / second)

    # Side files

    def write_named(self, key: str, data: bytes) -> None:
        """See ``ObjectStore.write_named``."""
        target = self._named_target(overwritable(key))
        with self._draft([data]) as draft:
            self._disk.rename(draft, target)
            self._disk.fsync_folder(target.parent)

    def write_once(self, key: str, data: bytes) -> None:
        """See ``ObjectStore.write_once``."""
        target = self._named_target(checked_key(key))
        with self._draft([data]) as draft:
            try:
                self._disk.link(draft, target)
            except FileExistsError:
                if self._whole(target) != data:
                    raise AlreadyWritten(key) from None
            # Also for bytes found there: whoever wrote them may have died before this line.
            self._disk.fsync_folder(target.parent)

    def read_named(self, key: str) -> bytes:
        """See ``ObjectStore.read_named``."""
        path = self.named_path(key)
        if path is None:
            raise NotFound(key)
        try:
            return self._whole(path)
        except FileNotFoundError:
            raise NotFound(key) from None

    def named_path(self, key: str) -> Path | None:
        """The side file itself, or None when there is none."""
        path = self._named / checked_key(key)
        return path if path.is_file() else None

    def names(self, prefix: str = "") -> Iterator[str]:
        """See ``ObjectStore.names``."""
        checked_prefix(prefix)
        top = prefix.rpartition("/")[0]
        return (key for key in self._walk(top) if key.startswith(prefix))

    def delete_named(self, prefix: str) -> int:
        """See ``ObjectStore.delete_named``."""
        folder = deletable(prefix)
        keys = [key for key in self._walk(folder.rpartition("/")[0]) if lies_in(key, folder)]
        for key in keys:
            with suppress(FileNotFoundError):
                self._disk.unlink(self._named / key)
        for changed in {(self._named / key).parent for key in keys}:
            self._disk.fsync_folder(changed)
        return len(keys)

    # The medium

    def capabilities(self) -> Capabilities:
        """What this file system does, tried with scratch files where trying can show it."""
        scratch = self._incoming / secrets.token_hex(16)
        with self._draft([b"one"]) as one, self._draft([b"two"]) as two:
            self._disk.link(one, scratch)
            try:
                self._disk.link(two, scratch)
                exclusive = False
            except FileExistsError:
                exclusive = True
            finally:
                self._forget(scratch)
        return Capabilities(
            durable_fsync=Capability(
                None,
                "fsync of file and folder succeeds; whether the drive obeys shows only when power fails.",
            ),
            conditional_put=Capability(exclusive, "Linking a second file to a taken name was tried."),
            versioning=Capability(
                False, "A file system keeps one version; content objects are never overwritten."
            ),
            object_lock=Capability(False, "Whoever may write to the folder can delete from it."),
            checksum_enforced=Capability(False, "The file system takes any bytes; this driver hashes them."),
        )

    def check(self) -> None:
        """See ``ObjectStore.check``."""
        sample = secrets.token_bytes(4096)
        with self._draft([sample]) as draft:
            self._disk.fsync_folder(self._incoming)
            if self._whole(draft) != sample:
                raise StoreUnavailable(f"{self.root} returned other bytes than were written")
        if not (self.root / "layout").is_file():
            raise StoreUnavailable(f"{self.root} is no longer the folder that was opened")

    # Files and folders

    @contextmanager
    def _draft(self, chunks: Iterable[bytes]) -> Iterator[Path]:
        """A new durable, sealed file under ``incoming``; gone after the block, unless it was renamed."""
        path = self._incoming / secrets.token_hex(16)
        fd = self._disk.create(path)
        try:
            try:
                offset = 0
                for chunk in chunks:
                    self._disk.write(fd, chunk, offset)
                    offset += len(chunk)
                self._disk.seal(fd)
                self._disk.fsync(fd)
            finally:
                self._disk.close(fd)
            yield path
        finally:
            self._forget(path)

    def _forget(self, path: Path) -> None:
        # A leftover is swept later; failing here would turn a durable write into an error.
        with suppress(FileNotFoundError, StoreUnavailable):
            self._disk.unlink(path)

    def _place(self, draft: Path, stored: StoredObject) -> None:
        target = self._object(stored.sha256)
        self._folder(target.parent)
        try:
            self._disk.link(draft, target)
        except FileExistsError:
            if not self.verify(stored.sha256).ok:
                self._disk.rename(draft, target)
        except StoreUnavailable as error:
            if error.errno not in _CANNOT_LINK:
                raise
            self._disk.rename(draft, target)
        # Also for an object found there: whoever linked it may have died before this line.
        self._disk.fsync_folder(target.parent)

    def _folder(self, folder: Path) -> None:
        """Make a folder whose name is durable. Each process syncs its parents once, even when the folder exists."""
        if folder in self._durable_folders:
            return
        self._disk.make_folders(self.root, folder)
        self._durable_folders.add(folder)

    def _named_target(self, key: str) -> Path:
        target = self._named / key
        try:
            self._folder(target.parent)
        except FileExistsError:
            raise InvalidKey(key, "a part of it is a file") from None
        if target.is_dir():
            raise InvalidKey(key, "it is a folder of other files")
        return target

    def _walk(self, top: str) -> Iterator[str]:
        pending = [top]
        while pending:
            folder = pending.pop()
            for name in self._disk.listing(self._named / folder):
                key = f"{folder}/{name}" if folder else name
                if (self._named / key).is_dir():
                    pending.append(key)
                else:
                    yield key

    def _object(self, sha256: str) -> Path:
        return self._objects / sharded(sha256)

    def _open_object(self, sha256: str) -> int:
        try:
            return self._disk.open_read(self._object(checked_digest(sha256)))
        except FileNotFoundError:
            raise NotFound(sha256) from None

    def _whole(self, path: Path) -> bytes:
        return b"".join(self._disk.chunks(self._disk.open_read(path), 0, None, CHUNK))

    def _identity(self, path: Path) -> tuple[int, int, int]:
        status = self._disk.stat(path)
        return status.st_ino, status.st_mtime_ns, status.st_size
