"""Derived files of stored bytes: manifest, thumbnails, text, tiles, vector view. All can be made again.

Keys in the store: ``derived/<sha256>/manifest.json``, ``derived/<sha256>/view.pdf`` and one pack per page,
``derived/<sha256>/pages/<n>.pack`` with the members ``thumb.webp``, ``text.json``, ``rules.json``,
of CAD ``entities.json``, ``tiles/<level>/<x>_<y>.webp``; beside them what else was found out about the bytes under a
name of its own (``compare/...``, see :mod:`app.drawings.comparing`).
"""

import threading
from collections import OrderedDict
from pathlib import Path

from app.files.packs import PackIndex, pack
from storage import ObjectStore
from storage.errors import NotFound
from viewers.render.manifest import Manifest

INDEXES_KEPT = 512
PACKS_KEPT = 64


class DerivedFiles:
    """Reads and writes the derived files of one store. Safe to use from many threads."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._indexes: OrderedDict[str, PackIndex] = OrderedDict()
        self._packs: OrderedDict[str, bytes] = OrderedDict()
        """Whole packs, only where the store has no local path."""

    def publish(self, sha256: str, folder: Path, manifest: Manifest) -> None:
        """Store a renderer's output folder under the bytes it was made from; the manifest last: it says "complete"."""
        for page in manifest.pages:
            members = {
                "thumb.webp": folder / "thumb" / f"{page.index}.webp",
                "text.json": folder / "text" / f"{page.index}.json",
                "rules.json": folder / "rules" / f"{page.index}.json",
                "entities.json": folder / "entities" / f"{page.index}.json",
            }
            tiles = folder / "tiles" / str(page.index)
            members |= {f"tiles/{p.relative_to(tiles).as_posix()}": p for p in tiles.rglob("*.webp")}
            present = {name: path.read_bytes() for name, path in members.items() if path.is_file()}
            self._store.write_named(f"derived/{sha256}/pages/{page.index}.pack", pack(present))
        if manifest.has_view:
            self._store.write_named(f"derived/{sha256}/view.pdf", (folder / "view.pdf").read_bytes())
        self._store.write_named(f"derived/{sha256}/manifest.json", manifest.to_json().encode())

    def manifest(self, sha256: str) -> Manifest | None:
        """The manifest of stored bytes; None when they were never read, or cannot be."""
        try:
            return Manifest.from_json(self._store.read_named(f"derived/{sha256}/manifest.json").decode())
        except NotFound:
            return None

    def view(self, sha256: str) -> bytes:
        """The vector view of a CAD file.

        Raises:
            NotFound: there is none.
        """
        return self._store.read_named(f"derived/{sha256}/view.pdf")

    def view_path(self, sha256: str) -> Path | None:
        """Path of the view where the store is a local folder; None elsewhere.

        Raises:
            NotFound: there is none.
        """
        return self._store.named_path(f"derived/{sha256}/view.pdf")

    def member(self, sha256: str, page: int, name: str) -> bytes | None:
        """One derived file of a page; None when there is none."""
        key = f"derived/{sha256}/pages/{page}.pack"
        try:
            path = self._store.named_path(key)
            index = self._index(key, path)
            place = index.places.get(name)
            if place is None:
                return None
            if path is not None:
                with path.open("rb") as stream:
                    stream.seek(place[0])
                    return stream.read(place[1])
            whole = self._pack(key)
        except NotFound:
            return None
        return whole[place[0] : place[0] + place[1]]

    def named(self, sha256: str, name: str) -> bytes | None:
        """What was kept under a name for stored bytes; None when there is none."""
        try:
            return self._store.read_named(f"derived/{sha256}/{name}")
        except NotFound:
            return None

    def keep(self, sha256: str, name: str, data: bytes) -> None:
        """Keep something found out about stored bytes; it can be found out again."""
        self._store.write_named(f"derived/{sha256}/{name}", data)

    def has_ready_level(self, sha256: str, page: int, level: int) -> bool:
        """True when tiles of this level were made at intake: one that is missing then is blank paper."""
        key = f"derived/{sha256}/pages/{page}.pack"
        try:
            index = self._index(key, self._store.named_path(key))
        except NotFound:
            return False
        return any(name.startswith(f"tiles/{level}/") for name in index.places)

    def sizes(self, sha256: str, page: int) -> dict[str, int]:
        """Names and sizes of what was derived of a page; empty when nothing was."""
        key = f"derived/{sha256}/pages/{page}.pack"
        try:
            index = self._index(key, self._store.named_path(key))
        except NotFound:
            return {}
        return {name: length for name, (_, length) in index.places.items()}

    def _index(self, key: str, path: Path | None) -> PackIndex:
        with self._lock:
            if (known := self._indexes.get(key)) is not None:
                self._indexes.move_to_end(key)
                return known
        index = PackIndex.of_file(path) if path is not None else PackIndex.of(self._pack(key))
        with self._lock:
            self._indexes[key] = index
            while len(self._indexes) > INDEXES_KEPT:
                self._indexes.popitem(last=False)
        return index

    def _pack(self, key: str) -> bytes:
        with self._lock:
            if (known := self._packs.get(key)) is not None:
                self._packs.move_to_end(key)
                return known
        whole = self._store.read_named(key)
        with self._lock:
            self._packs[key] = whole
            while len(self._packs) > PACKS_KEPT:
                self._packs.popitem(last=False)
        return whole
