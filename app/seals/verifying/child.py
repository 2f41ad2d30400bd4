"""The jailed child that judges one file: ``python -m app.seals.verifying.child ROLE FD LIMITS``, started by ``jail``.

It gets the file as an open descriptor and no path at all; the locks are on before the first byte is read.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from datetime import datetime
from typing import Any

from viewers.render import sandbox
from viewers.render.wire import Channel, WireError


def main(arguments: list[str]) -> None:
    """Enter the jail, load the libraries, lock, judge, answer, end."""
    _, fd, limits_json = arguments
    limits = sandbox.Limits(**json.loads(limits_json))
    jail = sandbox.enter(limits)
    channel = Channel(socket.socket(fileno=int(fd)))
    from app.seals.verifying import routing  # noqa: PLC0415 - its libraries load inside the limits
    from app.seals.verifying.trust import TrustList  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    try:
        request, _, source = _request(channel)
        sandbox.cap_cpu(limits.total_cpu)
        sandbox.lock(jail)
        sandbox.allow_cpu(limits.reading_cpu(os.fstat(source).st_size))
        trust, at = TrustList.from_dict(request["trust"]), datetime.fromisoformat(request["at"])
        channel.send(_answer(lambda: routing.judge(_read(source), trust, at).to_dict()))
    except WireError:
        return


def _request(channel: Channel) -> tuple[dict[str, Any], bytes, int]:
    """The first frame that carries a file; the parent sends its standard error before."""
    while True:
        request, payload, fd = channel.receive()
        if "trust" in request and fd is not None:
            return request, payload, fd
        if fd is not None:
            os.close(fd)


def _read(source: int) -> bytes:
    with os.fdopen(os.dup(source), "rb") as file:
        file.seek(0)
        return file.read()


def _answer(work: Any) -> dict[str, Any]:
    try:
        return {"ok": True, "report": work()}
    except MemoryError:
        return {"refused": "over-memory"}


if __name__ == "__main__":
    main(sys.argv[1:])
