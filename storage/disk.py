"""The operating system's file calls, in one place: every driver that writes files goes through a ``Disk``.

Two reasons. Errors become ``StoreUnavailable`` or ``StoreFull`` here and nowhere else, so that an error of the caller's
own stream is never mistaken for one of the disk. And tests put a recording or failing disk in its place, to replay power
cuts and to fail each call in turn.
"""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from storage.errors import StoreFull, StoreUnavailable

T = TypeVar("T")

_Answers = tuple[type[OSError], ...]
_TAKEN: _Answers = (FileExistsError,)
_ABSENT: _Answers = (FileNotFoundError,)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Disk:
    """POSIX file calls. A taken or absent name is an answer where a method says so; every other error is a failure."""

    def _call(self, name: str, call: Callable[..., T], *args: object) -> T:
        """The one door to the operating system."""
        del name
        return call(*args)

    def _do(self, name: str, call: Callable[..., T], *args: object, answers: _Answers = ()) -> T:
        try:
            return self._call(name, call, *args)
        except answers:
            raise
        except OSError as error:
            kind = StoreFull if error.errno in _FULL else StoreUnavailable
            raise kind(f"{name}: {error.strerror or error}", errno=error.errno) from error

    def create(self, path: Path) -> int:
        """A new file for writing, private until it is placed; its descriptor. Raises ``FileExistsError``."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return self._do("create", os.open, path, flags, 0o600, answers=_TAKEN)

    def open_read(self, path: Path) -> int:
        """A descriptor for reading. Raises ``FileNotFoundError``."""
        return self._do("open_read", os.open, path, os.O_RDONLY | os.O_CLOEXEC, answers=_ABSENT)

    def open_write(self, path: Path) -> int:
        """A descriptor for changing an existing file. Raises ``FileNotFoundError``."""
        return self._do("open_write", os.open, path, os.O_RDWR | os.O_CLOEXEC, answers=_ABSENT)

    def read(self, fd: int, length: int, offset: int) -> bytes:
        """Up to ``length`` bytes; empty at the end."""
        return self._do("read", os.pread, fd, length, offset)

    def write(self, fd: int, chunk: bytes, offset: int) -> None:
        """All of the chunk, however often the system wants to be asked."""
        rest = memoryview(chunk)
        while rest:
            done = self._do("write", os.pwrite, fd, rest, offset)
            offset += done
            rest = rest[done:]

    def truncate(self, fd: int, length: int) -> None:
        """Cut a file."""
        self._do("truncate", os.ftruncate, fd, length)

    def seal(self, fd: int) -> None:
        """Take every write permission away."""
        self._do("seal", os.fchmod, fd, 0o444)

    def fsync(self, fd: int) -> None:
        """Make a file's bytes durable. After an error its pages are lost: never try again on the same descriptor."""
        self._do("fsync", os.fsync, fd)

    def close(self, fd: int) -> None:
        """Give a descriptor back."""
        self._do("close", os.close, fd)

    def link(self, path: Path, target: Path) -> None:
        """A second name for a file. Raises ``FileExistsError``; never replaces."""
        self._do("link", os.link, path, target, answers=_TAKEN)

    def rename(self, path: Path, target: Path) -> None:
        """Move within one file system, replacing a file in one step."""
        self._do("rename", os.rename, path, target)

    def unlink(self, path: Path) -> None:
        """Remove a name. Raises ``FileNotFoundError``."""
        self._do("unlink", os.unlink, path, answers=_ABSENT)

    def mkdir(self, path: Path) -> None:
        """A new folder. Raises ``FileExistsError``."""
        self._do("mkdir", os.mkdir, path, 0o755, answers=_TAKEN)

    def rmdir(self, path: Path) -> None:
        """Remove an empty folder."""
        self._do("rmdir", os.rmdir, path)

    def fsync_folder(self, path: Path) -> None:
        """Make the names in a folder durable: a new file is not, until its folder was synced."""
        fd = self._do("open_folder", os.open, path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._do("fsync_folder", os.fsync, fd)
        finally:
            os.close(fd)

    def stat(self, path: Path) -> os.stat_result:
        """A file's properties. Raises ``FileNotFoundError``."""
        return self._do("stat", os.stat, path, answers=_ABSENT)

    def listing(self, path: Path) -> list[str]:
        """The names in a folder, sorted; none when it is not there."""
        try:
            return sorted(self._do("listing", os.listdir, path, answers=_ABSENT))
        except FileNotFoundError:
            return []

    def chunks(self, fd: int, start: int, stop: int | None, length: int) -> Iterator[bytes]:
        """The bytes of a file from ``start`` to ``stop`` (or its end). Takes the descriptor over and closes it."""
        # A file object closes itself even when the iterator is dropped before its first step.
        return self._chunks(os.fdopen(fd, "rb", buffering=0), start, stop, length)

    def _chunks(self, file: io.FileIO, start: int, stop: int | None, length: int) -> Iterator[bytes]:
        with file:
            while stop is None or start < stop:
                wanted = length if stop is None else min(length, stop - start)
                chunk = self.read(file.fileno(), wanted, start)
                if not chunk:
                    return
                start += len(chunk)
                yield chunk

    def make_folders(self, root: Path, folder: Path) -> None:
        """Make ``folder`` below ``root`` with all between, each name durable, whoever made it."""
        parent = root
        for part in folder.relative_to(root).parts:
            child = parent / part
            try:
                self.mkdir(child)
            except FileExistsError:
                if not stat.S_ISDIR(self.stat(child).st_mode):
                    raise
            self.fsync_folder(parent)
            parent = child
