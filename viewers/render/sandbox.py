"""The jail of every child that touches a hostile file: limits, locks, and the report of what holds.

Order inside a child: :func:`enter` at once (limits, empty network, no new privileges), imports, then
:func:`lock` (Landlock and seccomp) before the first byte of a file is read. The parent adds the wall clock.
Works on Linux; elsewhere on POSIX only the resource limits hold, and :func:`capabilities` says so.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

IS_LINUX = sys.platform == "linux"

_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one child may use. Sizes in bytes, times in seconds."""

    memory: int = 2048 * _MIB
    """Address space (RLIMIT_AS), libraries included (about 400 MiB)."""
    page_cpu: int = 30
    """CPU for opening a file and for each of its pages, and for each tile."""
    mib_cpu: int = 10
    """More of it for each MiB of a file that is read: a DXF needs about 0.5, a DWG 4 (it is packed)."""
    large_cpu: int = 600
    """The most that grows to."""
    total_cpu: int = 900
    """CPU for one inspection or split."""
    compare_cpu: int = 240
    """CPU for one comparison of two pages."""
    compare_wall: float = 300.0
    file_size: int = 1024 * _MIB
    """Largest file a child may write (RLIMIT_FSIZE)."""
    output: int = 2048 * _MIB
    """All files of one inspection or split together; watched by the parent."""
    open_files: int = 64
    inspect_wall: float = 1200.0
    tile_wall: float = 30.0
    documents: int = 8
    """Documents a tile worker keeps open."""
    tile_memory: int = 1024 * _MIB
    """Resident memory above which a tile worker forgets documents, and in the end is replaced."""

    def reading_cpu(self, size: int) -> int:
        """CPU for opening a file of so many bytes and for each of its pages."""
        return max(self.page_cpu, min(self.large_cpu, self.page_cpu + size // _MIB * self.mib_cpu))


def scrubbed_environment() -> dict[str, str]:
    """The whole environment of a child: no secrets, no proxies, one thread per library, fixed hashing."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


CHILD = "viewers.render.child"


def start_child(
    arguments: Sequence[str], pass_fds: Iterable[int], stderr: Any, module: str = CHILD
) -> subprocess.Popen[bytes]:
    """Start ``python -m`` with a child's module, a scrubbed environment and only the given descriptors.

    The child jails itself: code between fork and exec is not safe in a server with threads.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        pass_fds=tuple(pass_fds),
        env=scrubbed_environment(),
        cwd="/",
        start_new_session=True,
    )


@dataclass
class Jail:
    """What holds for this process so far; ``as_dict`` goes to :func:`capabilities`."""

    limits: tuple[str, ...] = ()
    network_namespace: bool = False
    no_new_privileges: bool = False
    landlock_abi: int = 0
    landlock: bool = False
    seccomp: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with the two questions a person asks answered in words."""
        return asdict(self) | {
            "files": "landlock" if self.landlock else "open",
            "network": "seccomp" if self.seccomp else "namespace" if self.network_namespace else "open",
        }


def enter(limits: Limits) -> Jail:
    """First step, while the process has one thread: limits, an empty network, no new privileges."""
    jail = Jail(limits=tuple(_set_limits(limits)))
    if IS_LINUX:
        from viewers.render import sandbox_linux as linux  # noqa: PLC0415 - its system calls exist only there

        jail.network_namespace = linux.leave_network()
        jail.no_new_privileges = linux.renounce_privileges()
        jail.landlock_abi = linux.landlock_abi()
    return jail


def lock(jail: Jail, readable: Sequence[Path] = (), writable: Sequence[Path] = ()) -> None:
    """Last step before hostile bytes: from here only these paths (and Python's own) can be opened.

    Locks are for good. What the kernel lacks is left open and recorded in ``jail``.
    """
    if IS_LINUX:
        from viewers.render import sandbox_linux as linux  # noqa: PLC0415

        jail.landlock = linux.restrict_files(linux.python_roots(readable), writable)
        jail.seccomp = linux.restrict_calls()


def _set_limits(limits: Limits) -> Iterable[str]:
    wanted = {
        "RLIMIT_AS": limits.memory,
        "RLIMIT_FSIZE": limits.file_size,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
    }
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (value, value))
            yield name
    allow_cpu(limits.page_cpu)
    yield "RLIMIT_CPU"


def allow_cpu(seconds: int) -> None:
    """Let this process use so much more CPU from now on, then die of SIGXCPU.

    The soft limit moves with each page or tile, because CPU time counts over the life of a process. Code that has
    taken the process over could move it too; the parent's wall clock is the limit for that.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(time.process_time()) + seconds + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard - 1)  # so that the signal is SIGXCPU and tells the cause
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def cap_cpu(seconds: int) -> None:
    """Fix the most CPU this process may ever use, from now on."""
    soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
    hard = int(time.process_time()) + seconds + 2
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard - 1), hard))


def folder_bytes(folder: Path) -> int:
    """Bytes of all plain files below a folder; what a hostile child wrote is never followed."""
    total = 0
    queue = [str(folder)]
    while queue:
        with contextlib.suppress(OSError), os.scandir(queue.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    queue.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def capabilities(limits: Limits | None = None) -> Mapping[str, Any]:
    """What the jail really holds on this machine, found by starting one child and asking it.

    Keys: ``limits`` (names that took), ``network_namespace``, ``no_new_privileges``, ``landlock_abi``, ``landlock``,
    ``seccomp``, and in words ``files`` and ``network``.
    """
    from viewers.render.worker import Worker  # noqa: PLC0415 - the worker is built upon this module

    worker = Worker("once", limits or Limits())
    try:
        answer, _ = worker.ask({"op": "capabilities"}, timeout=30.0)
        return dict(answer["jail"])
    finally:
        worker.kill()
