"""The door to rendering for the rest of the product: a pool of jailed children, safe to use from many threads.

Two kinds of children never wait for each other: tile workers live long and keep documents open; an inspection or a
split gets a child of its own that dies with it (why: :mod:`viewers.render.child`). Children are forked from a stem with
all libraries loaded, so that an inspection does not pay for the start of Python (:mod:`viewers.render.stem`).
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from viewers.render.errors import RenderCrashed, RenderError, RenderRefused, RenderTimeout
from viewers.render.manifest import Manifest
from viewers.render.marks.annotations_wire import AnnotatedFile
from viewers.render.marks.values import MarkSheet
from viewers.render.outputs import empty_folder, is_plain, read_plain
from viewers.render.photo_sizes import PICTURES
from viewers.render.pool_comparing import Comparing
from viewers.render.sandbox import Limits
from viewers.render.stem import Stems
from viewers.render.tile_workers import TileWorkers
from viewers.render.worker import Worker, ask_once

__all__ = ["Limits", "RenderCrashed", "RenderError", "RenderPool", "RenderRefused", "RenderTimeout"]

PHOTO_KINDS = ("image/jpeg", "image/png")
SEGMENT = struct.Struct("!4i")
"""A line as it comes over the wire: x0, y0, x1, y1."""


class RenderPool(Comparing):
    """Children that read hostile files.

    Args:
        workers: most tile workers, and beside them most inspections and comparisons, at once.
        limits: what each child may use.
        read_roots: sources and companions must lie below one of these folders (after resolving links).
        scratch: a folder for what children say on standard error; made if missing. Outputs lie where the caller says.
    """

    def __init__(self, *, workers: int, limits: Limits, read_roots: Sequence[Path], scratch: Path) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        super().__init__(limits)
        self._roots = tuple(Path(root).resolve() for root in read_roots)
        self._scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)
        self._stems = Stems(scratch)
        self._tiles = TileWorkers(workers, limits, scratch, self._stems)
        self._slots = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._busy: set[Worker] = set()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_closed(self) -> bool:
        """True once :meth:`close` was called: whatever fails from then on says nothing of a file."""
        return self._is_closed

    def inspect(
        self,
        source: Path,
        out: Path,
        *,
        name: str = "",
        timeout: float | None = None,
        companions: Mapping[str, Path] | None = None,
        has_tiles: bool = True,
    ) -> Manifest:
        """Read a file of any kind into the manifest folder ``out``.

        Args:
            source: the file, below a read root.
            out: the folder to write; made if missing, must be empty.
            name: the original file name, only for messages.
            timeout: seconds on the wall clock, without waiting for a free slot; ``limits.inspect_wall`` if None.
            companions: other files of the batch by name, which CAD references may resolve to.
            has_tiles: draw the ready levels of tiles too.

        Raises:
            RenderRefused: the file is not taken, bad, hostile or over a limit.
            RenderCrashed: its reader died.
            RenderTimeout: its reader was killed.
        """
        request = {
            "op": "inspect",
            "source": str(self._checked(source)),
            "companions": {key: str(self._checked(path)) for key, path in (companions or {}).items()},
            "has_tiles": has_tiles,
        }
        out = empty_folder(out)
        self._once({**request, "out": str(out)}, out, timeout, name)
        raw = read_plain(out / "manifest.json")
        try:
            return Manifest.from_json(raw.decode("utf-8"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RenderCrashed("manifest-malformed", {"name": name}) from error

    def split(self, source: Path, out: Path, *, timeout: float | None = None) -> list[Path]:
        """Split a PDF into single pages; the files in order, equal bytes for equal sources.

        Raises:
            RenderRefused: also ``pdf-signed``; otherwise as :meth:`inspect`.
            RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        request = {"op": "split", "source": str(self._checked(source))}
        out = empty_folder(out)
        answer = self._once({**request, "out": str(out)}, out, timeout, source.name)
        names = [f"{i:04}.pdf" for i in range(len(answer.get("files", ())))]
        if names != answer.get("files") or not all(is_plain(out / n) for n in names):
            raise RenderCrashed("split-malformed", {"files": len(names)})
        return [out / n for n in names]

    def compose(
        self,
        source: Path,
        page: int,
        stamp: Mapping[str, Any],
        out: Path,
        *,
        region: Mapping[str, Any] | None = None,
        slips: Sequence[Mapping[str, Any]] = (),
        papers: Mapping[str, Path] | None = None,
        timeout: float | None = None,
    ) -> Path:
        """A copy of one page for printing, stamped where it is empty (see :mod:`viewers.render.compose`).

        Args:
            source: a PDF or a ``view.pdf``, below a read root.
            page: page of the source, from 0.
            stamp: ``payload``, ASCII text for the QR code, and ``lines``, a list of texts.
            out: the folder to write; made if missing, must be empty.
            region: only a part of the page: ``box_um``, ``paper`` and ``layers``
                (:class:`viewers.render.compose_region.Region`).
            slips: change slips on the sheet (:class:`viewers.render.compose_slips.PrintedSlip`); not for a region.
            papers: their papers by the names that ``slips`` use, below a read root.
            timeout: seconds on the wall clock; ``limits.inspect_wall`` if None.

        Raises:
            RenderRefused: ``no-such-page``, ``box-out-of-range``; otherwise as :meth:`inspect`.
            RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        request: dict[str, Any] = {
            "op": "compose",
            "source": str(self._checked(source)),
            "page": page,
            "stamp": dict(stamp),
        }
        if region is not None:
            request |= {"op": "compose-region", "region": dict(region)}
        elif slips:
            request["slips"] = [dict(slip) for slip in slips]
            request["companions"] = {key: str(self._checked(path)) for key, path in (papers or {}).items()}
        out = empty_folder(out)
        self._once({**request, "out": str(out)}, out, timeout, source.name)
        if not is_plain(out / "copy.pdf"):
            raise RenderCrashed("copy-missing")
        return out / "copy.pdf"

    def compose_marks(
        self,
        source: Path,
        page: int,
        sheet: MarkSheet,
        out: Path,
        *,
        stamp: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> Path:
        """A copy of one page with marks on it and their list after it (see :mod:`viewers.render.marks.compose`).

        Args:
            source: a PDF or a ``view.pdf``, below a read root.
            page: page of the source, from 0.
            sheet: the marks.
            out: the folder to write, below a read root; made if missing, must be empty.
            stamp: as in :meth:`compose`; without one nothing is set on the sheet but marks.
            timeout: seconds on the wall clock; ``limits.inspect_wall`` if None.

        Raises:
            RenderRefused: ``no-such-page``; otherwise as :meth:`inspect`.
            RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        out = empty_folder(out)
        marks = out.with_name(f"{out.name}.marks.json")
        sheet.write(marks)
        request: dict[str, Any] = {
            "op": "compose-marks",
            "source": str(self._checked(source)),
            "page": page,
            "stamp": dict(stamp) if stamp is not None else None,
            "companions": {"marks": str(self._checked(marks))},
        }
        try:
            self._once({**request, "out": str(out)}, out, timeout, source.name)
        finally:
            marks.unlink(missing_ok=True)
        if not is_plain(out / "copy.pdf"):
            raise RenderCrashed("copy-missing")
        return out / "copy.pdf"

    def annotations(self, source: Path, out: Path, *, timeout: float | None = None) -> AnnotatedFile:
        """What other programs drew on a PDF (see :mod:`viewers.render.marks.annotations`).

        Raises:
            RenderRefused: ``pdf-encrypted``, ``pdf-unreadable``; otherwise as :meth:`inspect`.
            RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        out = empty_folder(out)
        request = {"op": "annotations", "source": str(self._checked(source)), "out": str(out)}
        self._once(request, out, timeout, source.name)
        try:
            return AnnotatedFile.from_json(read_plain(out / "annotations.json").decode("utf-8"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RenderCrashed("annotations-malformed") from error

    def photo(self, source: Path, out: Path, *, timeout: float | None = None) -> tuple[int, int, str]:
        """Write small pictures of a photo into ``out`` (see :mod:`viewers.render.photo`).

        Returns:
            Width and height, upright, and the media type.

        Raises:
            RenderRefused: ``photo-kind``, ``image-too-large``, ``image-unreadable``; otherwise as :meth:`inspect`.
            RenderCrashed, RenderTimeout: as :meth:`inspect`.
        """
        out = empty_folder(out)
        request = {"op": "photo", "source": str(self._checked(source)), "out": str(out)}
        answer = self._once(request, out, timeout, source.name)
        try:
            size = int(answer["width"]), int(answer["height"])
        except (KeyError, TypeError, ValueError) as error:
            raise RenderCrashed("photo-malformed") from error
        if str(answer.get("kind")) not in PHOTO_KINDS or not all(is_plain(out / n) for n in PICTURES):
            raise RenderCrashed("photo-malformed")
        return *size, str(answer["kind"])

    def tile(
        self,
        source: Path,
        page: int,
        level: int,
        x: int,
        y: int,
        *,
        layers: Sequence[tuple[str, bool]] | None = None,
    ) -> bytes:
        """One tile as WebP (see :mod:`viewers.render.tiles`); ``source`` is a PDF or a ``view.pdf``.

        Args:
            source: a PDF below a read root.
            page: page of the source, from 0.
            level: -5 to 6.
            x: column, from the left.
            y: row, from the top.
            layers: names and states of layers, in the order of the manifest; as the file has them if None.

        Raises:
            RenderRefused: ``tile-out-of-range``, ``no-such-page``, ``no-such-layer``, or the file cannot be read.
            RenderCrashed, RenderTimeout: the worker died; another takes its place.
        """
        request: dict[str, Any] = {"op": "tile", "page": page, "level": level, "x": x, "y": y}
        if layers is not None:
            request["layers"] = [list(layer) for layer in layers]
        return self._draw(request, source)[1]

    def segments(
        self, source: Path, page: int, box_um: tuple[int, int, int, int]
    ) -> tuple[list[tuple[int, int, int, int]], bool]:
        """Straight segments drawn in a region, um of sheet space, and whether some were left out.

        Raises:
            RenderRefused: ``box-out-of-range``; otherwise as :meth:`tile`.
            RenderCrashed, RenderTimeout: as :meth:`tile`.
        """
        answer, raw = self._draw({"op": "segments", "page": page, "box_um": list(box_um)}, source)
        if len(raw) % SEGMENT.size:
            raise RenderCrashed("segments-malformed", {"bytes": len(raw)})
        return list(SEGMENT.iter_unpack(raw)), bool(answer.get("is_cut"))

    def crop(self, source: Path, page: int, box_um: tuple[int, int, int, int], max_px: int) -> bytes:
        """A part of a page as PNG; the box in um of sheet space, ``max_px`` on the long side.

        Raises:
            RenderRefused: ``crop-out-of-range``; otherwise as :meth:`tile`.
            RenderCrashed, RenderTimeout: as :meth:`tile`.
        """
        return self._draw({"op": "crop", "page": page, "box_um": list(box_um), "max_px": max_px}, source)[1]

    def close(self) -> None:
        """End all children; requests under way fail with RenderCrashed."""
        with self._lock:
            self._is_closed = True
            workers = list(self._busy)
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                worker.process.kill()
        for worker in workers:
            worker.process.wait()
        self._tiles.close()
        self._stems.close()

    @property
    def used(self) -> tuple[float, int]:
        """CPU seconds of all children that have ended, and bytes of the largest (0 where there is no stem)."""
        return self._stems.used

    # -- inside ---------------------------------------------------------------------------------------------

    def _checked(self, path: Path) -> Path:
        """The real path, if it is a plain file below a read root.

        Raises:
            PermissionError: it is not; a fault of the caller, never of the file.
        """
        real = Path(path).resolve()
        if not any(real.is_relative_to(root) for root in self._roots):
            raise PermissionError("source lies outside the read roots")
        if not is_plain(real):
            raise FileNotFoundError("source is not a plain file")
        return real

    def _draw(self, request: dict[str, Any], source: Path) -> tuple[dict[str, Any], bytes]:
        fd = os.open(self._checked(source), os.O_RDONLY | os.O_CLOEXEC)
        try:
            facts = os.fstat(fd)
            key = f"{facts.st_dev}:{facts.st_ino}:{facts.st_size}:{facts.st_mtime_ns}"
            if "layers" in request:
                key += f":{request['page']}:layers"  # a document of its own, for all sets of this page
            return self._tiles.draw({**request, "key": key}, key, fd)
        finally:
            os.close(fd)

    def _once(self, request: dict[str, Any], out: Path, timeout: float | None, name: str) -> dict[str, Any]:
        with self._slots:
            worker = self._take()
            try:
                return ask_once(
                    worker,
                    request,
                    timeout=self._limits.inspect_wall if timeout is None else timeout,
                    out=out,
                    on_done=lambda: self._give_back(worker),
                )
            except RenderError as error:
                error.detail.setdefault("name", name)
                raise

    def _take(self) -> Worker:
        with self._lock:
            if self._is_closed:
                raise RenderCrashed("pool-closed")
        worker = Worker("once", self._limits, self._scratch, self._stems.get())
        with self._lock:
            self._busy.add(worker)
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            self._busy.discard(worker)
