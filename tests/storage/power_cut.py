"""A disk that remembers every call, and the states a power cut could have left behind.

The model. Bytes written to a file may be lost, kept, kept in part or torn until the file is synced. A name given to,
moved in or taken from a folder may be lost until that folder is synced; names of one folder reach the disk in their order
(journalling file systems keep at least that), those of different folders independently of each other. It is more
pessimistic than ext4 or xfs, where syncing any folder commits the names of all.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from storage.disk import Disk

T = TypeVar("T")


@dataclass
class _File:
    """One inode: its synced bytes and the writes since."""

    durable: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(offset, bytes), or (length, None) for a truncation."""
    mode: int = 0o600


@dataclass
class _Folder:
    """One folder: its synced names and the changes since."""

    durable: dict[str, "_File | _Folder"] = field(default_factory=dict)
    pending: list[tuple[str, "_File | _Folder | None"]] = field(default_factory=list)
    """(name, what it names now), or (name, None) when it was taken away."""

    def now(self) -> dict[str, "_File | _Folder"]:
        return self.after(len(self.pending))

    def after(self, count: int) -> dict[str, "_File | _Folder"]:
        names = dict(self.durable)
        for name, node in self.pending[:count]:
            if node is None:
                names.pop(name, None)
            else:
                names[name] = node
        return names


class RecordingDisk(Disk):
    """Does every call and keeps a picture of what is durable. ``forgets`` names calls that it only pretends to do."""

    def __init__(self, root: Path, *, forgets: frozenset[str] = frozenset()) -> None:
        self.root, self.forgets = root, forgets
        self.tree = _Folder()
        self.open_files: dict[int, _File] = {}
        self.on_step: Callable[[], None] = lambda: None

    def _call(self, name: str, call: Callable[..., T], *args: object) -> T:
        if name == "open_folder":
            self._opened = Path(str(args[0]))
        # The picture says what is synced; really syncing would only take time.
        answer = None if name in {"fsync", "fsync_folder"} else call(*args)
        record = getattr(self, f"_saw_{name}", None)
        if record is not None and name not in self.forgets:
            record(answer, *args)
            self.on_step()
        return answer  # type: ignore[return-value]

    def _folder(self, path: Path) -> _Folder:
        node: _File | _Folder = self.tree
        for part in path.relative_to(self.root).parts:
            assert isinstance(node, _Folder)
            node = node.now()[part]
        assert isinstance(node, _Folder)
        return node

    def _node(self, path: Path) -> _File | _Folder:
        return self._folder(path.parent).now()[path.name]

    def _saw_create(self, fd: int, path: Path, *_: object) -> None:
        made = _File()
        self.open_files[fd] = made
        self._folder(path.parent).pending.append((path.name, made))

    def _saw_open_read(self, fd: int, path: Path, *_: object) -> None:
        node = self._node(path)
        assert isinstance(node, _File)
        self.open_files[fd] = node

    _saw_open_write = _saw_open_read

    def _saw_write(self, done: int, fd: int, chunk: bytes, offset: int) -> None:
        self.open_files[fd].pending.append((offset, bytes(chunk[:done])))

    def _saw_truncate(self, _: object, fd: int, length: int) -> None:
        self.open_files[fd].pending.append((length, None))

    def _saw_fsync(self, _: object, fd: int) -> None:
        file = self.open_files[fd]
        file.durable = _applied(file.durable, file.pending)
        file.pending = []

    def _saw_link(self, _: object, path: Path, target: Path) -> None:
        self._folder(target.parent).pending.append((target.name, self._node(path)))

    def _saw_rename(self, _: object, path: Path, target: Path) -> None:
        node = self._node(path)
        self._folder(target.parent).pending.append((target.name, node))
        self._folder(path.parent).pending.append((path.name, None))

    def _saw_unlink(self, _: object, path: Path) -> None:
        self._folder(path.parent).pending.append((path.name, None))

    _saw_rmdir = _saw_unlink

    def _saw_mkdir(self, _: object, path: Path, *__: object) -> None:
        self._folder(path.parent).pending.append((path.name, _Folder()))

    def _saw_fsync_folder(self, _: object, __: int) -> None:
        if self._opened == self.root.parent:
            return
        folder = self._folder(self._opened)
        folder.durable, folder.pending = folder.now(), []


def _applied(content: bytes, writes: list[tuple[int, bytes | None]]) -> bytes:
    for offset, chunk in writes:
        if chunk is None:
            content = content[:offset].ljust(offset, b"\0")
        else:
            content = content[:offset].ljust(offset, b"\0") + chunk + content[offset + len(chunk) :]
    return content


def states_after_a_cut(disk: RecordingDisk, into: Path, chance: random.Random) -> Iterator[Path]:
    """Folders as a cut at this instant may leave them: nothing unsynced kept, all kept, and mixtures."""
    for number, kind in enumerate(("none", "all", *["mixed"] * 4, *["torn"] * 2)):
        target = into / f"{chance.getrandbits(64):016x}-{number}-{kind}"
        target.mkdir()
        _write_out(disk.tree, target, kind, chance, {})
        yield target


def _write_out(
    folder: _Folder, target: Path, kind: str, chance: random.Random, written: dict[int, Path]
) -> None:
    for name, node in folder.after(_kept(len(folder.pending), kind, chance)).items():
        path = target / name
        if isinstance(node, _Folder):
            path.mkdir()
            _write_out(node, path, kind, chance, written)
        elif id(node) in written:
            os.link(written[id(node)], path)  # one inode has one state
        else:
            path.write_bytes(_survived(node, kind, chance))
            written[id(node)] = path


def _kept(pending: int, kind: str, chance: random.Random) -> int:
    if kind == "none":
        return 0
    return chance.randint(0, pending) if kind == "mixed" else pending


def _survived(file: _File, kind: str, chance: random.Random) -> bytes:
    if kind == "none":
        return file.durable
    if kind == "all":
        return _applied(file.durable, file.pending)
    writes = [write for write in file.pending if kind == "torn" or chance.random() < 0.5]
    if kind == "torn" and writes and writes[-1][1]:
        offset, chunk = writes.pop()
        assert chunk is not None
        writes.append((offset, chunk[: chance.randint(0, len(chunk) - 1)]))
        if chance.random() < 0.5:  # the new length came to the disk, the bytes did not
            writes.append((offset + len(chunk), None))
    return _applied(file.durable, writes)
