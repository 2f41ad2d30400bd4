"""The jailed child: ``python -m viewers.render.child ROLE FD LIMITS``, started only by :mod:`viewers.render.worker`.

Two roles, because one jail cannot serve both needs (a third, ``stem``, opens nothing: :mod:`viewers.render.stem`):

- ``once``: inspects, splits or composes a copy of **one** file, or compares two, and ends. The request names source,
  companions and output folder, and only then Landlock closes over exactly these paths. What a hostile file makes of
  this process dies with it.
- ``tiles``: lives long and keeps documents open. It has no path at all: each request carries the open descriptor of
  its source (SCM_RIGHTS), so a document that takes the process over can read only documents it was handed.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import importlib
import itertools
import json
import mmap
import os
import socket
import struct
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from viewers.render import sandbox, stem
from viewers.render.errors import RenderRefused
from viewers.render.once import Task, work
from viewers.render.wire import Channel, WireError

_WARM = {
    "once": ("numpy", "PIL.WebPImagePlugin", "pikepdf", "viewers.render.pdf", "viewers.render.inspect"),
    "tiles": (
        "PIL.WebPImagePlugin",
        "viewers.render.tiles",
        "viewers.render.pdf",
        "viewers.render.pdf_layers",
    ),
}
_STEM = (
    *_WARM["tiles"],
    *_WARM["once"],
    "viewers.render.cad",
    "viewers.render.cad_warm",
    "viewers.render.pdf_split",
    "viewers.render.compose",
    "viewers.render.compose_region",
)
"""What children of the stem find loaded; comparing is rare and brings its own."""
_PATIENT_OPS = {"inspect", "split", "compare"}
"""Work that nobody watches: it leaves the processor to tiles and to the server when they want it."""
_NICENESS = 10
_PAGES_PER_DOCUMENT = 4


def main(arguments: list[str]) -> None:
    """Be the stem, or enter the jail, load libraries, then serve requests until the parent goes away."""
    role, fd, limits_json = arguments
    if role == "stem":
        stem.serve(Channel(socket.socket(fileno=int(fd))), _STEM, main)
        return
    limits = sandbox.Limits(**json.loads(limits_json))
    jail = sandbox.enter(limits)
    channel = Channel(socket.socket(fileno=int(fd)))
    if stem.IS_SUPPORTED:
        _take_stderr(channel)
    for name in _WARM[role]:
        importlib.import_module(name)
    try:
        if role == "once":
            _serve_once(channel, jail, limits)
        else:
            shelf = _Shelf(limits)
            sandbox.lock(jail)
            _serve_tiles(channel, shelf, limits)
    except WireError:
        return  # the parent is gone, and with it the reason to live


def _take_stderr(channel: Channel) -> None:
    """A fork has the standard error of its stem: its own comes first over the wire."""
    _, _, fd = channel.receive()
    if fd is not None:
        os.dup2(fd, 2)
        os.close(fd)


def _serve_once(channel: Channel, jail: sandbox.Jail, limits: sandbox.Limits) -> None:
    request, _, _ = channel.receive()
    if request["op"] in _PATIENT_OPS:
        os.nice(_NICENESS)
        # A drawing is millions of objects that live until the process ends: looking through them again and again for
        # what could be freed costs a tenth of the time, and half as many passes cost 3 % of memory.
        gc.set_threshold(50_000, 20, 100)
    source, out = request.get("source"), request.get("out")
    companions = {name: Path(path) for name, path in request.get("companions", {}).items()}
    readable = [Path(source)] if source else []
    if request["op"] == "compare":
        readable.append(Path(request["after"]))
    sandbox.cap_cpu(limits.total_cpu)
    sandbox.lock(jail, [*readable, *companions.values()], [Path(out)] if out else [])
    tempfile.tempdir = out  # the only place a library could write to

    reading_cpu = limits.reading_cpu(readable[0].stat().st_size if readable else 0)

    def on_page(page: int) -> None:
        sandbox.allow_cpu(reading_cpu)
        channel.send({"page": page})

    def answer() -> dict[str, Any]:
        sandbox.allow_cpu(reading_cpu)
        if request["op"] == "capabilities":
            return {"jail": jail.as_dict()}
        return work(Task(request, Path(source or ""), Path(out or ""), companions, limits, on_page))

    channel.send(_guarded(answer))


def _guarded(work: Any) -> dict[str, Any]:
    """The answer, or the refusal it ended in; what nobody foresaw is named by its class and place."""
    try:
        return {"ok": True, **work()}
    except RenderRefused as refusal:
        return {"refused": refusal.code, "detail": refusal.detail}
    except MemoryError:
        return {"refused": "over-memory", "detail": {}}
    except RecursionError:
        return {"refused": "too-deep", "detail": {}}
    except OSError as error:
        if _is_over_memory(error):
            return {"refused": "over-memory", "detail": {}}
        if error.errno in (errno.EFBIG, errno.ENOSPC, errno.EDQUOT):
            return {"refused": "over-output", "detail": {"errno": error.errno}}
        return _failure(error)
    except WireError:
        raise
    except Exception as error:  # noqa: BLE001 - anything a parser throws becomes an answer, not a dead process
        return {"refused": "over-memory", "detail": {}} if _is_over_memory(error) else _failure(error)


def _is_over_memory(error: BaseException) -> bool:
    """Whether memory ran out, or this broke while that was being cleared up, as removing a folder does."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError) or (isinstance(seen, OSError) and seen.errno == errno.ENOMEM):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _failure(error: BaseException) -> dict[str, Any]:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return {"failed": type(error).__name__, "detail": {"reason": str(error)[:300], "at": place}}


# -- tiles ------------------------------------------------------------------------------------------------------


@dataclass
class _Open:
    """A document held open, with the bytes it lives on and its last pages."""

    document: Any
    buffer: Any
    pages: OrderedDict[int, Any] = field(default_factory=OrderedDict)
    segments: dict[int, Any] = field(default_factory=dict)
    """By page number: what its lines are found with; lives no longer than the page."""
    switches: Any = None
    """Of a page made to be switched (:mod:`viewers.render.pdf_layers`), its :class:`LayerSwitches`."""

    def page(self, index: int) -> Any:
        """The loaded page, most recently used last."""
        from viewers.render.pdf import load_page  # noqa: PLC0415

        if index in self.pages:
            self.pages.move_to_end(index)
        else:
            while len(self.pages) >= _PAGES_PER_DOCUMENT:
                gone, page = self.pages.popitem(last=False)
                self.segments.pop(gone, None)
                page.close()
            self.pages[index] = load_page(self.document, index)
        return self.pages[index]

    def segments_of(self, index: int) -> Any:
        """The :class:`SegmentIndex` of a page."""
        from viewers.render.pdf_segments import SegmentIndex  # noqa: PLC0415

        page = self.page(index)
        if index not in self.segments:
            self.segments[index] = SegmentIndex(page)
        return self.segments[index]

    def close(self) -> None:
        """Give the memory back."""
        self.segments.clear()
        for page in self.pages.values():
            page.close()
        self.document.close()


class _Shelf:
    """Open documents, least recently used first, bounded by number and by the memory of the process."""

    def __init__(self, limits: sandbox.Limits) -> None:
        self.limits = limits
        self.held: OrderedDict[str, _Open] = OrderedDict()
        # Opened before the lock; the lock forbids /proc afterwards.
        self.statm = os.open("/proc/self/statm", os.O_RDONLY) if sandbox.IS_LINUX else -1

    def get(self, key: str, fd: int | None, opener: Callable[[int], _Open]) -> _Open:
        """The document of this key, opened from the descriptor when it is not held."""
        if key in self.held:
            self.held.move_to_end(key)
        else:
            if fd is None:
                raise RenderRefused("no-such-document")
            while len(self.held) >= self.limits.documents:
                self.held.popitem(last=False)[1].close()
            self.held[key] = opener(fd)
        return self.held[key]

    def page(self, request: dict[str, Any], fd: int | None) -> Any:
        """The loaded page that a request is about, its layers as the request wants them."""
        wanted, index = request.get("layers"), request["page"]
        if wanted is None:
            return self.get(request["key"], fd, _open_descriptor).page(index)
        opened = self.get(request["key"], fd, lambda source: _open_switchable(source, index))
        page = opened.page(0)
        opened.switches.set(page, [(str(name), bool(is_on)) for name, is_on in wanted])
        return page

    def trim(self) -> bool:
        """Forget documents while memory is over its mark; False when that did not help and we should be replaced."""
        while self.resident() > self.limits.tile_memory and self.held:
            self.held.popitem(last=False)[1].close()
        return self.resident() <= self.limits.tile_memory

    def resident(self) -> int:
        """Resident memory of this process in bytes (0 where unknown)."""
        if self.statm < 0:
            return 0
        return int(os.pread(self.statm, 200, 0).split()[1]) * mmap.PAGESIZE


def _open_descriptor(fd: int) -> _Open:
    from viewers.render.pdf import open_pdf  # noqa: PLC0415

    if os.fstat(fd).st_size == 0:
        raise RenderRefused("pdf-unreadable", {"reason": "empty"})
    # A private mapping: pdfium reads pages of it as it needs them, a 500 MB set costs no 500 MB.
    mapped = mmap.mmap(fd, 0, access=mmap.ACCESS_COPY)
    buffer = (ctypes.c_ubyte * len(mapped)).from_buffer(mapped)
    return _Open(open_pdf(buffer), buffer)


def _open_switchable(fd: int, page: int) -> _Open:
    from viewers.render.pdf import open_pdf  # noqa: PLC0415
    from viewers.render.pdf_layers import LayerSwitches, switchable_page  # noqa: PLC0415

    with os.fdopen(os.dup(fd), "rb") as source:
        source.seek(0)
        made, layers, first = switchable_page(source, page)
    return _Open(open_pdf(made), made, switches=LayerSwitches(layers, first))


def _serve_tiles(channel: Channel, shelf: _Shelf, limits: sandbox.Limits) -> None:
    from viewers.render.tiles import crop, render_tile  # noqa: PLC0415

    while True:
        request, _, fd = channel.receive()
        sandbox.allow_cpu(limits.page_cpu)
        picture = b""

        def draw(request: dict[str, Any] = request, fd: int | None = fd) -> dict[str, Any]:
            nonlocal picture
            if request["op"] == "segments":
                opened = shelf.get(request["key"], fd, _open_descriptor)
                found, is_cut = opened.segments_of(request["page"]).within(tuple(request["box_um"]))
                picture = struct.pack(f"!{4 * len(found)}i", *itertools.chain.from_iterable(found))
                return {"is_cut": is_cut}
            page = shelf.page(request, fd)
            if request["op"] == "crop":
                picture = crop(page, tuple(request["box_um"]), request["max_px"])
            else:
                picture = render_tile(page, request["level"], request["x"], request["y"])
            return {}

        try:
            answer = _guarded(draw)
        finally:
            if fd is not None:
                os.close(fd)
        is_fit = shelf.trim()
        channel.send({**answer, "held": list(shelf.held), "leaving": not is_fit}, picture)
        if not is_fit:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
