"""Local paths of stored bytes, for tools that need one: the object itself on a local store, a verified copy elsewhere."""

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from app.files.derived import DerivedFiles
from storage import ObjectStore


class LocalCopies:
    """Keeps copies of remote objects in a folder, newest used first, up to a size. Never the only copy of anything."""

    def __init__(
        self, store: ObjectStore, derived: DerivedFiles, folder: Path, *, limit_bytes: int = 4 << 30
    ) -> None:
        self._store = store
        self._derived = derived
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def object(self, sha256: str) -> Iterator[Path]:
        """A verified file with the bytes of an object.

        Raises:
            storage.errors.NotFound, storage.errors.Corrupt: as the store.
        """
        kept = self._folder / sha256
        if kept.exists():
            os.utime(kept)
            yield kept
            return
        with self._store.local_copy(sha256) as path:
            if self._store.url.startswith("file:"):
                yield path
                return
            self._keep(kept, path.read_bytes())
        yield kept

    @contextlib.contextmanager
    def view(self, sha256: str) -> Iterator[Path]:
        """A file with the vector view of a CAD object.

        Raises:
            storage.errors.NotFound: there is none.
        """
        path = self._derived.view_path(sha256)
        if path is None:
            path = self._folder / f"{sha256}.view.pdf"
            if not path.exists():
                self._keep(path, self._derived.view(sha256))
        yield path

    def _keep(self, target: Path, data: bytes) -> None:
        """Write beside and rename: a reader sees all of it or nothing."""
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(target)
        self._evict()

    def _evict(self) -> None:
        with self._lock:
            files = sorted(
                (p for p in self._folder.iterdir() if not p.name.startswith(".")),
                key=lambda p: p.stat().st_mtime,
                reverse=True,
            )
            total = 0
            for path in files:
                total += path.stat().st_size
                if total > self._limit:
                    path.unlink(missing_ok=True)
