"""Folders and files that a child writes, looked at as hostile."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from viewers.render.errors import RenderCrashed

MAX_MANIFEST = 256 << 20


def empty_folder(out: Path) -> Path:
    """Make the output folder.

    Raises:
        FileExistsError: it holds something already.
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise FileExistsError("output folder is not empty")
    return out.resolve()


def is_plain(path: Path) -> bool:
    """Whether there is a file of its own, no link and no device."""
    with contextlib.suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def read_plain(path: Path) -> bytes:
    """Bytes of a file that a child wrote: no links, no devices, bounded.

    Raises:
        RenderCrashed: there is no such file.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise RenderCrashed("manifest-missing") from error
    with os.fdopen(fd, "rb") as file:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > MAX_MANIFEST:
            raise RenderCrashed("manifest-malformed", {"bytes": facts.st_size})
        return file.read(MAX_MANIFEST)
