"""Children that read hostile files for the seals, from the product's side: one child for each file, forked from a stem.

The stem (:mod:`viewers.render.stem`) has pyHanko, qpdf and pdfium loaded and never sees a file; a fork costs
milliseconds where a start costs a second of CPU. A child is never used twice: what a file makes of it dies with it.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from viewers.render.sandbox import Limits
from viewers.render.stem import Stems
from viewers.render.worker import Worker

CHILD = "app.seals.child"
JUDGE, READY = "judge", "ready"
"""Roles of a child (:mod:`app.seals.child`)."""
_lock = threading.Lock()
_stems: dict[int, Stems] = {}
"""By process: a server that forks leaves its stem to its parent and starts one of its own."""


def ask_child(
    role: str, request: Mapping[str, Any], source: Path, limits: Limits, wall: float
) -> tuple[dict[str, Any], bytes]:
    """Have a child of its own do one thing with one file; only an open descriptor of it goes there.

    Args:
        role: what the child is for.
        request: JSON-able; the child believes it.
        source: the file.
        limits: what the child may use.
        wall: seconds on the clock until it is killed.

    Raises:
        RenderError: it died, was too slow, used too much, or refused (:mod:`viewers.render.errors`).
        OSError: the file cannot be opened.
    """
    with source.open("rb") as file:
        worker = Worker(role, limits, None, _of_this_process().get(), CHILD)
        try:
            return worker.ask({"work": dict(request)}, timeout=wall, fd=file.fileno())
        finally:
            worker.kill()


def used() -> tuple[float, int]:
    """CPU seconds of all ended children of this process, and the bytes of the largest."""
    return _of_this_process().used


def close() -> None:
    """End the stem of this process, and with it every child; the next question starts another."""
    with _lock:
        stems = _stems.pop(os.getpid(), None)
    if stems is not None:
        stems.close()


def _of_this_process() -> Stems:
    with _lock:
        return _stems.setdefault(os.getpid(), Stems(None, CHILD))


atexit.register(close)
