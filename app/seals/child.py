"""The jailed child of the seals: ``python -m app.seals.child ROLE FD LIMITS``, started only by :mod:`app.seals.jailing`.

Roles: ``judge`` (:mod:`app.seals.verifying.child`), ``ready`` (:mod:`app.seals.sealing.child`), and ``stem``, which opens
nothing and forks the others. A child gets its file as an open descriptor and no path at all; the locks are on before the
first byte is read; it answers once and ends.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
import sys
from typing import Any

from viewers.render import sandbox, stem
from viewers.render.wire import MAX_PAYLOAD, Channel, WireError

_WORKS = {"judge": "app.seals.verifying.child", "ready": "app.seals.sealing.child"}
"""Modules with ``prepare()``, for the time before the lock, and ``work(request, content)``: an answer and its bytes."""
_STEM = (*_WORKS.values(), "PIL.WebPImagePlugin")


def main(arguments: list[str]) -> None:
    """Be the stem, or enter the jail, load the libraries, lock, work, answer, end."""
    role, fd, limits_json = arguments
    if role == "stem":
        stem.serve(Channel(socket.socket(fileno=int(fd))), _STEM, main)
        return
    limits = sandbox.Limits(**json.loads(limits_json))
    jail = sandbox.enter(limits)
    channel = Channel(socket.socket(fileno=int(fd)))
    try:
        if stem.IS_SUPPORTED:
            _take_stderr(channel)
        module: Any = importlib.import_module(_WORKS[role])
        module.prepare()
        logging.disable(logging.CRITICAL)
        request, _, source = channel.receive()
        sandbox.cap_cpu(limits.total_cpu)
        sandbox.lock(jail)
        if source is None:
            channel.send({"ok": True, "jail": jail.as_dict()})
            return
        sandbox.allow_cpu(limits.reading_cpu(os.fstat(source).st_size))
        channel.send(*_answer(module, request["work"], source))
    except WireError:
        return  # the parent is gone


def _take_stderr(channel: Channel) -> None:
    """A fork has the standard error of its stem: its own comes first over the wire."""
    _, _, fd = channel.receive()
    if fd is not None:
        os.dup2(fd, 2)
        os.close(fd)


def _answer(module: Any, request: dict[str, Any], source: int) -> tuple[dict[str, Any], bytes]:
    try:
        with os.fdopen(source, "rb") as file:
            file.seek(0)
            content = file.read()
        answer, made = module.work(request, content)
    except MemoryError:
        return {"refused": "over-memory"}, b""
    if len(made) > MAX_PAYLOAD:
        return {"refused": "over-memory"}, b""
    return {"ok": True, **answer}, made


if __name__ == "__main__":
    main(sys.argv[1:])
