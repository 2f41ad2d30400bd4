"""The parent's side of one jailed child: start it, ask it, bound the wait, name how it died."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from viewers.render.errors import RenderCrashed, RenderError, RenderRefused, RenderTimeout
from viewers.render.sandbox import CHILD, Limits, folder_bytes, start_child
from viewers.render.stem import IS_SUPPORTED, ForkedChild, Stem, StemGoneError
from viewers.render.wire import Channel, WireError

_TICK = 0.5
_STDERR_TAIL = 2_000


class Worker:
    """One child process. Used by one thread at a time; :meth:`kill` may come from any."""

    def __init__(
        self,
        role: str,
        limits: Limits,
        scratch: Path | None = None,
        stem: Stem | None = None,
        module: str = CHILD,
    ) -> None:
        """Start the child.

        Args:
            role: ``once`` or ``tiles`` (see :mod:`viewers.render.child`).
            limits: what it may use.
            scratch: where its standard error is kept while it lives; the system's temporary folder if None.
            stem: what it is forked from; without one a process is started, which loads its libraries first.
            module: what a child runs; the stem's children run the same.
        """
        self.limits = limits
        self._module = module
        ours, theirs = socket.socketpair()
        self._stderr = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - lives as long as the child
        with theirs:
            arguments = [role, str(theirs.fileno()), json.dumps(dataclasses.asdict(limits))]
            self.process = self._start(arguments, theirs, stem)
        self.channel = Channel(ours)
        if IS_SUPPORTED:
            with contextlib.suppress(WireError):  # of a child that died at once, the first request tells why
                self.channel.send({}, fd=self._stderr.fileno())
        self.held: tuple[str, ...] = ()
        """Keys of the documents it keeps open."""

    def _start(
        self, arguments: list[str], end: socket.socket, stem: Stem | None
    ) -> ForkedChild | subprocess.Popen[bytes]:
        if stem is not None:
            with contextlib.suppress(StemGoneError):
                return stem.fork(arguments, end)
        return start_child(arguments, [end.fileno()], self._stderr, self._module)

    def ask(
        self, request: dict[str, Any], *, timeout: float, fd: int | None = None, out: Path | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Send a request and wait for its answer.

        Args:
            request: a JSON-able request.
            timeout: seconds on the wall clock; then the child is killed.
            fd: a descriptor to hand over.
            out: a folder that the child writes to; it is killed when that grows over the limit.

        Raises:
            RenderRefused, RenderCrashed, RenderTimeout: after which, except for a refusal by a ``tiles`` child, the
                child is dead.
        """
        deadline = time.monotonic() + timeout
        page: int | None = None
        try:
            self.channel.send(request, fd=fd)
            while True:
                answer, payload = self._receive(deadline, out)
                if "page" not in answer:
                    break
                page = answer["page"]
        except TimeoutError:
            self.kill()
            raise RenderTimeout("render-timeout", {"seconds": timeout, "page": page}) from None
        except WireError:
            raise self._death(page) from None
        except RenderRefused:
            self.kill()
            raise
        held = answer.get("held")
        self.held = tuple(map(str, held)) if isinstance(held, list) else ()
        if "refused" in answer:
            raise RenderRefused(str(answer["refused"]), _facts(answer))
        if not answer.get("ok"):
            detail = {"error": str(answer.get("failed")), **_facts(answer), "page": page}
            raise RenderCrashed("render-failed", detail)
        return answer, payload

    def _receive(self, deadline: float, out: Path | None) -> tuple[dict[str, Any], bytes]:
        """One frame; while waiting, look at the output now and then."""
        while out is not None:
            if folder_bytes(out) > self.limits.output:
                raise RenderRefused("over-output", {"most": self.limits.output})
            if self._is_readable(min(_TICK, deadline - time.monotonic())):
                break
        answer, payload, fd = self.channel.receive(deadline)
        if fd is not None:
            os.close(fd)  # no child has anything to hand to us
        return answer, payload

    def _is_readable(self, seconds: float) -> bool:
        if seconds <= 0:
            raise TimeoutError
        self.channel.end.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            return self.channel.end.recv(1, socket.MSG_PEEK) is not None
        return False

    def _death(self, page: int | None) -> RenderError:
        """Why the child is gone, from its exit status and the last words on its standard error."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2.0)
        status = self.process.poll()
        self.process.kill()
        status = self.process.wait() if status is None else status
        words = self._last_words()
        self.kill()
        if status == -signal.SIGXCPU:
            return RenderRefused("over-cpu", {"page": page})
        name = signal.Signals(-status).name if status < 0 else f"exit {status}"
        return RenderCrashed("render-crashed", {"signal": name, "page": page, "words": words})

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            size = self._stderr.seek(0, 2)
            self._stderr.seek(max(0, size - _STDERR_TAIL))
            return self._stderr.read().decode("utf-8", "replace")
        return ""

    def kill(self) -> None:
        """End the child now and give everything back; harmless when it is already gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self.channel.close()
        self._stderr.close()

    @property
    def is_alive(self) -> bool:
        """True while the child runs."""
        return self.process.poll() is None


def _facts(answer: dict[str, Any]) -> dict[str, Any]:
    detail = answer.get("detail")
    return detail if isinstance(detail, dict) else {}


def ask_once(
    worker: Worker, request: dict[str, Any], *, timeout: float, out: Path, on_done: Callable[[], None]
) -> dict[str, Any]:
    """Use a ``once`` child for its one request, then end it.

    Raises:
        RenderRefused, RenderCrashed, RenderTimeout: see :meth:`Worker.ask`.
    """
    try:
        answer, _ = worker.ask(request, timeout=timeout, out=out)
        if folder_bytes(out) > worker.limits.output:
            raise RenderRefused("over-output", {"most": worker.limits.output})
        return answer
    finally:
        worker.kill()
        on_done()
