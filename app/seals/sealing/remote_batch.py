"""Many files, one seal elsewhere: prepare all, have all signed, embed all. It can be killed anywhere and go on.

Beside the files a folder keeps what was done, one step a file, each written whole or not at all::

    <key>.ready      the prepared file          <key>.json    its state: what is to be signed
    <key>.signature  what came back, checked    <key>.sealed  the sealed file before it gets its place
    <key>.done       what came of it: written before the sealed file gets its place

A file is sealed once: what was prepared is kept and signed as prepared, and a result that stands is never made again.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from app.kernel.errors import Refused
from app.seals.rules import Level
from app.seals.sealing.deferred import Prepared, embed, prepare
from app.seals.sealing.evidence import Evidence
from app.seals.sealing.keys_csc import ManySealer
from app.seals.sealing.pades import Act, Desk, Sealed

_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")


@dataclass(frozen=True)
class RemoteItem:
    """One file of the batch."""

    key: str
    """Its name within the batch: letters, digits, ``-`` and ``_``."""
    source: Path
    target: Path
    act: Act


Results = dict[str, Sealed | Refused]


class RemoteBatch:
    """One batch, one seal. For one process at a time; a second one is turned away.

    Args:
        folder: where the steps are kept; of this batch alone.
        sealer: the seal (:class:`app.seals.sealing.keys_csc.CscSealer`).
        level: of every seal.
        evidence: for levels that carry it.

    Raises:
        Refused: ``seal-no-evidence``.
    """

    def __init__(
        self, folder: Path, sealer: ManySealer, level: Level, evidence: Evidence | None = None
    ) -> None:
        self._folder, self._sealer, self._level, self._evidence = folder, sealer, level, evidence
        self._desk = Desk(sealer, level, evidence)

    def run(self, items: Sequence[RemoteItem]) -> Results:
        """Seal what is not sealed yet; one result per file.

        Raises:
            Refused: the provider cannot or will not sign now; what was done stays, and ``run`` goes on from there.
            ValueError: keys or targets are not each others' own.
            BlockingIOError: another process works on this batch.
        """
        _check(items)
        results: Results = {}
        with self._locked():
            waiting = []
            for item in items:
                done = self._finished(item)
                if done is not None:
                    results[item.key] = done
                    continue
                try:
                    waiting.append((item, self._prepared(item)))
                except Refused as refused:
                    results[item.key] = refused
            self._have_signed(waiting)
            for item, state in waiting:
                try:
                    results[item.key] = self._embedded(item, state)
                except Refused as refused:
                    self._forget(item)
                    results[item.key] = refused
        return {item.key: results[item.key] for item in items}

    def _place(self, item: RemoteItem, step: str) -> Path:
        return self._folder / f"{item.key}.{step}"

    def _finished(self, item: RemoteItem) -> Sealed | None:
        """A result that stands; a sealed file that waits for its place gets it.

        One that had its place and was taken on from there stays a result: it is not sealed again.
        """
        done, ready = self._place(item, "done"), self._place(item, "sealed")
        if not done.exists():
            return None
        raw = json.loads(done.read_text())
        result = Sealed(**raw | {"level": Level(raw["level"])})
        if ready.exists() and _sha256(ready) == result.sha256:
            ready.replace(item.target)
        elif self._place(item, "signature").exists() and not _is(item.target, result.sha256):
            done.unlink()  # the disk lost the sealed file before it had its place: it is put together again
            return None
        for step in ("signature", "ready", "json", "sealed"):
            self._place(item, step).unlink(missing_ok=True)
        return result

    def _prepared(self, item: RemoteItem) -> Prepared:
        """The kept state, as long as it is of this very file and seal; else the file is prepared now."""
        ready, kept = self._place(item, "ready"), self._place(item, "json")
        source = _sha256(item.source)
        certificate = hashlib.sha256(self._sealer.certificate.dump()).hexdigest()
        if kept.exists():
            try:
                raw = json.loads(kept.read_text())
                state, was = Prepared.from_json(raw["prepared"]), str(raw["source"])
            except (ValueError, KeyError, TypeError):
                state, was = None, ""
            is_same = state is not None and was == source and state.certificate == certificate
            is_meant = state is not None and (state.field, state.level) == (item.act.field, self._level.value)
            if (
                state is not None
                and is_same
                and is_meant
                and ready.exists()
                and _sha256(ready) == state.sha256
            ):
                return state
        self._forget(item)
        state = prepare(
            item.source, ready, self._sealer, self._level, item.act, self._evidence, desk=self._desk
        )
        _write(kept, json.dumps({"prepared": state.to_json(), "source": source}).encode())
        return state

    def _have_signed(self, waiting: Sequence[tuple[RemoteItem, Prepared]]) -> None:
        missing = [pair for pair in waiting if not self._place(pair[0], "signature").exists()]
        size = self._sealer.at_once
        for start in range(0, len(missing), size):
            some = missing[start : start + size]
            signatures = self._sealer.sign_many([bytes.fromhex(state.to_sign) for _, state in some])
            for (item, _), signature in zip(some, signatures, strict=True):
                _write(self._place(item, "signature"), signature)

    def _embedded(self, item: RemoteItem, state: Prepared) -> Sealed:
        ready, made = self._place(item, "ready"), self._place(item, "sealed")
        signature = self._place(item, "signature").read_bytes()
        result = embed(ready, made, state, signature, self._sealer, self._evidence, desk=self._desk)
        _sync(made)
        _write(self._place(item, "done"), json.dumps(asdict(result)).encode())
        made.replace(item.target)
        for step in ("signature", "ready", "json"):
            self._place(item, step).unlink(missing_ok=True)
        return result

    def _forget(self, item: RemoteItem) -> None:
        for step in ("json", "signature", "ready", "sealed"):
            self._place(item, step).unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield


def _check(items: Sequence[RemoteItem]) -> None:
    for item in items:
        if not _KEY.match(item.key):
            raise ValueError(f"not a key: {item.key!r}")
    for kind in ("key", "target"):
        if len({getattr(item, kind) for item in items}) != len(items):
            raise ValueError(f"a {kind} is there twice")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is(path: Path, sha256: str) -> bool:
    return path.exists() and _sha256(path) == sha256


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, on the disk before anything is built upon it."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
