"""Power cuts after every file call of local store and staging, and the proof that the replay would notice mistakes.

SECURITY.md R1. A kill cannot show a missing fsync (the system keeps the pages); only a replay or a real cut does.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.disk import Disk
from storage.errors import StorageError
from storage.local import LocalStore
from storage.staging import Staging
from tests.storage.made import chance, made
from tests.storage.power_cut import RecordingDisk, states_after_a_cut

Problems = list[str]


class CarelessDisk(Disk):
    """For looking at states only: they need not survive anything."""

    def fsync(self, fd: int) -> None:
        pass

    def fsync_folder(self, path: Path) -> None:
        pass


class Replay:
    """Runs work on a recording disk and judges every state that a cut after each call may leave."""

    def __init__(self, folder: Path, judge: Callable[[Path], Problems], forgets: frozenset[str]) -> None:
        self.root, self.scratch = folder / "real", folder / "states"
        self.root.mkdir()
        self.scratch.mkdir()
        self.judge = judge
        self.states = 0
        self.problems: Problems = []
        self.chance = chance(20_140_701)
        self.disk = RecordingDisk(self.root, forgets=forgets)
        self.disk.on_step = self._cut

    def _cut(self) -> None:
        for state in states_after_a_cut(self.disk, self.scratch, self.chance):
            self.states += 1
            try:
                self.problems += self.judge(state)
            finally:
                shutil.rmtree(state)


def replay_store(folder: Path, forgets: frozenset[str] = frozenset()) -> Replay:
    acknowledged: dict[str, bytes] = {}
    noted: dict[str, bytes] = {}

    def judge(state: Path) -> Problems:
        try:
            store = LocalStore(state, disk=CarelessDisk())
        except StorageError as error:
            return [f"does not open: {error}"]
        lost = [f"lost {sha256}" for sha256 in acknowledged if not store.verify(sha256).ok]
        bad = [f"bad {sha256}" for sha256 in store.objects() if not store.verify(sha256).ok]
        names = set(store.names(""))
        lost += [
            f"lost {key}"
            for key, data in noted.items()
            if key not in names or (key.startswith("records/") and store.read_named(key) != data)
        ]
        torn = [key for key in names if store.read_named(key) not in {b"one" * 99, b"two" * 99}]
        return lost + bad + [f"torn {key}" for key in torn]

    replay = Replay(folder, judge, forgets)
    store = LocalStore(replay.root, disk=replay.disk)
    for number in range(6):
        content = made(3000, number)
        stored = store.put([content[:1000], content[1000:]])
        acknowledged[stored.sha256] = content
        if number == 2:
            store = LocalStore(
                replay.root, disk=replay.disk
            )  # a second process finds the first one's folders
        store.put([content])
    for key, data in (("records/aa/1", b"one"), ("derived/aa/1", b"one"), ("derived/aa/1", b"two")):
        (store.write_once if key.startswith("records") else store.write_named)(key, data * 99)
        noted[key] = data * 99
    return replay


def replay_staging(folder: Path, forgets: frozenset[str] = frozenset()) -> Replay:
    acknowledged: dict[str, int] = {}
    contents = {f"upload{number:010d}": made(4000, number) for number in range(3)}

    def judge(state: Path) -> Problems:
        staging = Staging(state, disk=CarelessDisk())
        problems: Problems = []
        for upload_id, offset in acknowledged.items():
            try:
                found = staging.offset(upload_id)
                rest = contents[upload_id][found:]
                staging.append(upload_id, found, [rest])
                kept = staging.finish(upload_id).read_bytes()
            except Exception as error:  # noqa: BLE001
                problems.append(f"{upload_id}: {error!r}")
                continue
            if found < offset or kept != contents[upload_id]:
                problems.append(f"{upload_id}: {found} of {offset}")
        return problems

    replay = Replay(folder, judge, forgets)
    staging = Staging(replay.root, disk=replay.disk)
    for upload_id, content in contents.items():
        staging.create(upload_id, length=4000, meta={"name": "总平面图.pdf"})
        acknowledged[upload_id] = 0
        for at in range(0, 4000, 1000):
            chunk = content[at : at + 1000]
            wanted = ("sha1", hashlib.sha1(chunk, usedforsecurity=False).digest()) if at % 2000 else None
            acknowledged[upload_id] = staging.append(
                upload_id, at, [chunk[:400], chunk[400:]], checksum=wanted
            )
    return replay


@pytest.mark.parametrize("work", [replay_store, replay_staging])
def test_no_power_cut_loses_what_was_acknowledged(work: Callable[..., Replay], tmp_path: Path) -> None:
    replay = work(tmp_path)
    print(f"{replay.states} states")
    assert replay.states > 300
    assert replay.problems == []


@pytest.mark.parametrize("work", [replay_store, replay_staging])
@pytest.mark.parametrize("mistake", ["fsync", "fsync_folder"])
def test_the_replay_catches_a_forgotten_sync(
    work: Callable[..., Replay], mistake: str, tmp_path: Path
) -> None:
    replay = work(tmp_path, frozenset({mistake}))
    print(f"{replay.states} states, {len(replay.problems)} problems")
    assert len(replay.problems) > 20


def test_the_replay_catches_names_given_before_the_bytes_are_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third usual mistake: everything is synced, but in the wrong order."""
    late: list[int] = []

    def sync_later(disk: RecordingDisk, fd: int) -> None:
        late.append(fd)

    def close_after_sync(disk: RecordingDisk, fd: int) -> None:
        if fd not in late:
            Disk.close(disk, fd)

    def sync_now(disk: RecordingDisk, path: Path) -> None:
        Disk.fsync_folder(disk, path)
        while late:
            fd = late.pop()
            Disk.fsync(disk, fd)
            Disk.close(disk, fd)

    monkeypatch.setattr(RecordingDisk, "fsync", sync_later, raising=False)
    monkeypatch.setattr(RecordingDisk, "close", close_after_sync, raising=False)
    monkeypatch.setattr(RecordingDisk, "fsync_folder", sync_now, raising=False)
    assert len(replay_store(tmp_path).problems) > 20
