"""The stem: one process with every library loaded, from which the jailed children are forked (Linux).

Starting Python and loading pdfium, numpy and ezdxf costs a second of CPU, more than reading most drawings; a fork costs
ten milliseconds. The stem never sees a file: it receives a socket, forks, and the fork enters the jail as a started
child does. It has one thread, so what runs between fork and jail is safe. Children of one stem share the places of
their libraries in memory; they share no hostile bytes, no descriptors and no way to speak to each other.

When the server is gone, or closes the stem, the stem kills its children, so that none works on for nobody.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from viewers.render.sandbox import CHILD, start_child
from viewers.render.wire import Channel, WireError

IS_SUPPORTED = sys.platform == "linux" and hasattr(os, "pidfd_open")
_PATIENCE = 60.0
"""How long a server waits for its stem, which loads its libraries first."""


class StemGoneError(Exception):
    """The stem is dead or was closed."""


class ForkedChild:
    """A child of the stem, with the part of ``subprocess.Popen`` that its user needs.

    The stem leaves it a zombie until :meth:`poll` has seen its end, so its number is never another process's.
    """

    def __init__(self, stem: Stem, pid: int, pidfd: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._stem = stem
        self._pidfd = pidfd
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Its exit status; negative for a signal, None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it runs still.
        """
        status = self._ended(None if timeout is None else max(0, round(timeout * 1000)))
        if status is None:
            raise subprocess.TimeoutExpired("forked child", timeout or 0.0)
        return status

    def kill(self) -> None:
        """End it now; harmless when it has ended."""
        with self._lock:
            if self.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _ended(self, patience_ms: int | None) -> int | None:
        if self.returncode is not None:
            return self.returncode
        waiter = select.poll()
        waiter.register(self._pidfd, select.POLLIN)
        if not waiter.poll(patience_ms):
            return None
        with self._lock:
            if self.returncode is None:
                self.returncode = self._stem.reap(self.pid)
                os.close(self._pidfd)
        return self.returncode


class Stem:
    """The server's side; safe to use from many threads."""

    def __init__(self, stderr: Any, module: str = CHILD) -> None:
        """Start it; it loads its libraries while we go on. ``module`` is what its children run."""
        self._lock = threading.Lock()
        self.peak_memory = 0
        """Bytes of the largest child that has ended."""
        self.cpu_seconds = 0.0
        """CPU of all children that have ended."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = start_child(
                ["stem", str(theirs.fileno()), "{}"], [theirs.fileno()], stderr, module
            )
        ours.settimeout(_PATIENCE)
        self._channel: Channel | None = Channel(ours)

    @property
    def is_alive(self) -> bool:
        """True while it runs and was not closed."""
        return self._channel is not None and self._process.poll() is None

    def fork(self, arguments: list[str], end: socket.socket) -> ForkedChild:
        """A child that speaks on ``end``.

        Raises:
            StemGoneError: there is no stem any more.
        """
        answer, pidfd = self._ask({"fork": arguments}, end.fileno())
        if pidfd is None:
            raise StemGoneError
        return ForkedChild(self, int(answer["pid"]), pidfd)

    def reap(self, pid: int) -> int:
        """The exit status of an ended child; that of a kill when there is no stem left to ask."""
        try:
            answer, _ = self._ask({"reap": pid}, None)
        except StemGoneError:
            return -signal.SIGKILL
        self.peak_memory = max(self.peak_memory, int(answer["peak"]))
        self.cpu_seconds += float(answer["cpu"])
        return int(answer["status"])

    def close(self) -> None:
        """End it and all its children."""
        with self._lock:
            self._forsake()

    def _ask(self, request: dict[str, Any], fd: int | None) -> tuple[dict[str, Any], int | None]:
        with self._lock:
            if self._channel is None:
                raise StemGoneError
            try:
                self._channel.send(request, fd=fd)
                answer, _, received = self._channel.receive()
            except (WireError, TimeoutError) as error:
                self._forsake()
                raise StemGoneError from error
            return answer, received

    def _forsake(self) -> None:
        if self._channel is None:
            return
        self._channel.close()
        self._channel = None
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Stems:
    """The stem of a pool: started when first needed, replaced when it died."""

    def __init__(self, scratch: Path | None, module: str = CHILD) -> None:
        self._scratch = scratch
        self._module = module
        self._lock = threading.Lock()
        self._stem: Stem | None = None
        self._used = (0.0, 0)
        self._is_closed = False

    def get(self) -> Stem | None:
        """The stem; None where there can be none."""
        if not IS_SUPPORTED:
            return None
        with self._lock:
            if self._stem is None or not self._stem.is_alive:
                self._bury()
                if self._is_closed:
                    return None
                with tempfile.TemporaryFile(dir=self._scratch) as stderr:
                    self._stem = Stem(stderr, self._module)
            return self._stem

    @property
    def used(self) -> tuple[float, int]:
        """CPU seconds and the largest memory of ended children."""
        stem, (cpu, peak) = self._stem, self._used
        return (cpu, peak) if stem is None else (cpu + stem.cpu_seconds, max(peak, stem.peak_memory))

    def close(self) -> None:
        """End the stem, and with it every child."""
        with self._lock:
            self._is_closed = True
            self._bury()

    def _bury(self) -> None:
        if self._stem is not None:
            self._used = self.used
            self._stem.close()
            self._stem = None


# -- in the stem ------------------------------------------------------------------------------------------------


def serve(channel: Channel, libraries: tuple[str, ...], live: Callable[[list[str]], None]) -> None:
    """Load libraries, then fork a child for each request until the server is gone.

    Args:
        channel: to the server.
        libraries: modules that children need.
        live: the life of a child, given ROLE, FD and LIMITS.
    """
    waiting: set[int] = set()
    try:
        for name in libraries:  # a first tile need not wait until all of them are there
            importlib.import_module(name)
            while select.select([channel.end], [], [], 0)[0]:
                _answer(channel, waiting, live)
        gc.collect()
        gc.freeze()  # what is loaded now stays shared with the children and is never looked through again
        while True:
            _answer(channel, waiting, live)
    except WireError:
        for pid in waiting:
            os.kill(pid, signal.SIGKILL)
        for pid in waiting:
            os.waitpid(pid, 0)


def _answer(channel: Channel, waiting: set[int], live: Callable[[list[str]], None]) -> None:
    request, _, fd = channel.receive()
    if "fork" in request and fd is not None:
        _fork(channel, request["fork"], fd, waiting, live)
    else:
        _reap(channel, int(request["reap"]), waiting)


def _fork(
    channel: Channel, arguments: list[str], fd: int, waiting: set[int], live: Callable[[list[str]], None]
) -> None:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            channel.close()
            os.setsid()
            role, _, limits = arguments
            live([role, str(fd), limits])
            status = 0
        except BaseException as error:  # noqa: BLE001 - nothing may return into the stem's own loop
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            os._exit(status)
    os.close(fd)
    waiting.add(pid)
    pidfd = os.pidfd_open(pid)
    try:
        channel.send({"pid": pid}, fd=pidfd)
    finally:
        os.close(pidfd)


def _reap(channel: Channel, pid: int, waiting: set[int]) -> None:
    _, status, usage = os.wait4(pid, 0)
    waiting.discard(pid)
    cpu = usage.ru_utime + usage.ru_stime
    channel.send({"status": os.waitstatus_to_exitcode(status), "peak": usage.ru_maxrss * 1024, "cpu": cpu})
