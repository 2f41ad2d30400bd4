"""Objects in memory, for tests and trials: real semantics, nothing durable."""

import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.contract import CHUNK, Capabilities, Capability, Condition, StoredObject, Verdict
from storage.digests import StreamDigest, digested, expect, total_of, verified
from storage.errors import AlreadyWritten, BadRange, InvalidKey, NotFound
from storage.keys import checked_digest, checked_key, checked_prefix, deletable, lies_in, overwritable


class MemoryStore:
    """An ``ObjectStore`` that ends with its process."""

    def __init__(self) -> None:
        self.url = "memory://"
        self._objects: dict[str, bytes] = {}
        self._named: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(
        self, chunks: Iterable[bytes], *, expect_sha256: str | None = None, size_limit: int | None = None
    ) -> StoredObject:
        """See ``ObjectStore.put``."""
        digest = StreamDigest()
        content = b"".join(digested(chunks, digest, size_limit))
        stored = expect(digest.result(), expect_sha256)
        with self._lock:
            self._objects[stored.sha256] = content
        return stored

    def put_file(self, path: Path, *, expect_sha256: str | None = None) -> StoredObject:
        """See ``ObjectStore.put_file``."""
        try:
            with path.open("rb") as file:
                return self.put(iter(lambda: file.read(CHUNK), b""), expect_sha256=expect_sha256)
        except FileNotFoundError:
            raise NotFound(str(path)) from None

    def read(
        self, sha256: str, *, start: int = 0, stop: int | None = None, chunk: int = CHUNK
    ) -> Iterator[bytes]:
        """See ``ObjectStore.read``."""
        content = self._content(sha256)
        if not 0 <= start <= len(content) or (stop is not None and stop < start):
            raise BadRange(start, stop, len(content))
        end = len(content) if stop is None else min(stop, len(content))
        parts = (content[at : min(at + chunk, end)] for at in range(start, end, chunk))
        return verified(parts, sha256) if (start, end) == (0, len(content)) else parts

    def size(self, sha256: str) -> int:
        """See ``ObjectStore.size``."""
        return len(self._content(sha256))

    def has(self, sha256: str) -> bool:
        """See ``ObjectStore.has``."""
        return checked_digest(sha256) in self._objects

    @contextmanager
    def local_copy(self, sha256: str) -> Iterator[Path]:
        """A temporary file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / sha256
            path.write_bytes(b"".join(self.read(sha256)))
            path.chmod(0o444)
            yield path

    def verify(self, sha256: str) -> Verdict:
        """See ``ObjectStore.verify``."""
        try:
            content = self._content(sha256)
        except NotFound:
            return Verdict(sha256, Condition.MISSING)
        found, size = total_of([content])
        return Verdict(sha256, Condition.OK if found == sha256 else Condition.CORRUPT, found, size)

    def objects(self) -> Iterator[str]:
        """See ``ObjectStore.objects``."""
        with self._lock:
            return iter(list(self._objects))

    def write_named(self, key: str, data: bytes) -> None:
        """See ``ObjectStore.write_named``."""
        with self._lock:
            self._named[self._free(overwritable(key))] = bytes(data)

    def write_once(self, key: str, data: bytes) -> None:
        """See ``ObjectStore.write_once``."""
        with self._lock:
            if self._named.setdefault(self._free(checked_key(key)), bytes(data)) != data:
                raise AlreadyWritten(key)

    def read_named(self, key: str) -> bytes:
        """See ``ObjectStore.read_named``."""
        with self._lock:
            try:
                return self._named[checked_key(key)]
            except KeyError:
                raise NotFound(key) from None

    def named_path(self, key: str) -> Path | None:
        """None: nothing here has a path."""
        checked_key(key)
        return None

    def names(self, prefix: str = "") -> Iterator[str]:
        """See ``ObjectStore.names``."""
        checked_prefix(prefix)
        with self._lock:
            return iter([key for key in self._named if key.startswith(prefix)])

    def delete_named(self, prefix: str) -> int:
        """See ``ObjectStore.delete_named``."""
        folder = deletable(prefix)
        with self._lock:
            keys = [key for key in self._named if lies_in(key, folder)]
            for key in keys:
                del self._named[key]
        return len(keys)

    def capabilities(self) -> Capabilities:
        """What a dictionary guarantees."""
        return Capabilities(
            durable_fsync=Capability(False, "Memory ends with its process."),
            conditional_put=Capability(True, "One lock guards every write."),
            versioning=Capability(False, "An overwritten side file is gone."),
            object_lock=Capability(False, "Anything in the process can delete it."),
            checksum_enforced=Capability(False, "A dictionary takes any bytes; this driver hashes them."),
        )

    def check(self) -> None:
        """Memory that runs is available."""

    def _content(self, sha256: str) -> bytes:
        with self._lock:
            try:
                return self._objects[checked_digest(sha256)]
            except KeyError:
                raise NotFound(sha256) from None

    def _free(self, key: str) -> str:
        for other in self._named:
            if other != key and (lies_in(other, key) or lies_in(key, other)):
                raise InvalidKey(key, f"{other} is a file and cannot be a folder too")
        return key
