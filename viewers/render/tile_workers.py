"""Long-lived children that draw tiles: which of them gets a request."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

from viewers.render.errors import RenderCrashed, RenderRefused
from viewers.render.sandbox import Limits
from viewers.render.stem import Stems
from viewers.render.worker import Worker

_PATIENCE = 0.25
"""How long a tile waits for the busy worker that has its document open, before another one opens it too."""


class TileWorkers:
    """Long-lived tile workers, started when first needed, chosen by the document they have open."""

    def __init__(self, most: int, limits: Limits, scratch: Path, stems: Stems) -> None:
        self._most = most
        self._stems = stems
        self._scratch = scratch
        self._limits = limits
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._busy: dict[Worker, str] = {}
        self._is_closed = False

    def draw(self, request: dict[str, Any], key: str, fd: int) -> tuple[dict[str, Any], bytes]:
        """Ask the fittest worker; give it back, or bury it."""
        worker = self._acquire(key)
        try:
            answer, payload = worker.ask(request, timeout=self._limits.tile_wall, fd=fd)
        except RenderRefused:
            self._release(worker, worker.is_alive)
            raise
        except BaseException:
            self._release(worker, is_fit=False)
            raise
        self._release(worker, not answer.get("leaving"))
        return answer, payload

    def close(self) -> None:
        """Kill all; waiting requests fail."""
        with self._changed:
            self._is_closed = True
            for worker in (*self._idle, *self._busy):
                with contextlib.suppress(ProcessLookupError):
                    worker.process.kill()
            for worker in self._idle:
                worker.kill()
            self._idle.clear()
            self._changed.notify_all()

    def _acquire(self, key: str) -> Worker:
        """An idle worker that holds the document; else, after a short wait for a busy one, any other."""
        patient_until = time.monotonic() + _PATIENCE
        with self._changed:
            while True:
                if self._is_closed:
                    raise RenderCrashed("pool-closed")
                is_patient = time.monotonic() < patient_until and self._is_soon_free(key)
                worker = self._choose(key, is_patient=is_patient)
                if worker is not None:
                    self._busy[worker] = key
                    return worker
                self._changed.wait(0.05 if is_patient else 1.0)

    def _is_soon_free(self, key: str) -> bool:
        return any(key in worker.held or key == at for worker, at in self._busy.items())

    def _choose(self, key: str, *, is_patient: bool) -> Worker | None:
        for worker in self._idle:
            if key in worker.held:
                self._idle.remove(worker)
                return worker
        if is_patient:
            return None
        if len(self._idle) + len(self._busy) < self._most:
            return Worker("tiles", self._limits, self._scratch, self._stems.get())
        if self._idle:
            # The one with the fewest documents has the least to lose.
            worker = min(self._idle, key=lambda w: len(w.held))
            self._idle.remove(worker)
            return worker
        return None

    def _release(self, worker: Worker, is_fit: bool) -> None:
        with self._changed:
            self._busy.pop(worker, None)
            if is_fit and not self._is_closed:
                self._idle.append(worker)
            else:
                worker.kill()
            self._changed.notify_all()
