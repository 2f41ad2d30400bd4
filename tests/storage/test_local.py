"""What only the local store promises: its files, and its conduct when the disk fails."""

import ctypes
import errno
import hashlib
import os
import resource
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from storage import Staging, scrub
from storage.disk import Disk
from storage.errors import Corrupt, InvalidKey, StoreFull, StoreUnavailable
from storage.keys import sharded
from storage.local import INCOMING_KEPT_S, LocalStore
from tests.storage.made import made

T = TypeVar("T")


class FailingDisk(Disk):
    """Fails once, at the n-th call that changes something."""

    def __init__(self, at: int, number: int) -> None:
        self.at, self.number, self.calls, self.failed_in = at, number, 0, ""

    def _call(self, name: str, call: Callable[..., T], *args: object) -> T:
        if name not in {"close", "listing", "stat"}:
            self.calls += 1
            if self.calls == self.at:
                self.failed_in = name
                raise OSError(self.number, os.strerror(self.number))
        return super()._call(name, call, *args)


class CountingDisk(Disk):
    def __init__(self) -> None:
        self.calls: list[str] = []

    def _call(self, name: str, call: Callable[..., T], *args: object) -> T:
        self.calls.append(name)
        return super()._call(name, call, *args)


def incoming(store: LocalStore) -> list[Path]:
    return list((store.root / "incoming").iterdir())


def test_objects_lie_where_the_layout_says_and_cannot_be_written(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "new" / "store")
    sha256 = store.put([b"abc"]).sha256
    path = tmp_path / "new" / "store" / "objects" / sha256[:2] / sha256[2:4] / sha256
    assert path.read_bytes() == b"abc"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert incoming(store) == []
    assert store.named_path("absent") is None


def test_a_sealed_staging_file_is_linked_and_any_other_is_copied(tmp_path: Path) -> None:
    store, staging = LocalStore(tmp_path / "store"), Staging(tmp_path / "staging")
    staging.create("a" * 16, length=3, meta={})
    staging.append("a" * 16, 0, [b"abc"])
    finished = staging.finish("a" * 16)
    stored = store.put_file(finished, expect_sha256=hashlib.sha256(b"abc").hexdigest())
    with store.local_copy(stored.sha256) as path:
        assert path.samefile(finished)
    assert store.put_file(finished) == stored
    staging.discard("a" * 16)
    assert store.verify(stored.sha256).ok

    open_file = tmp_path / "open"
    open_file.write_bytes(b"still being edited")
    stored = store.put_file(open_file)
    with store.local_copy(stored.sha256) as path:
        assert not path.samefile(open_file)
    assert incoming(store) == []


def test_a_damaged_object_is_healed_by_a_linked_file(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    sha256 = store.put([b"abc"]).sha256
    path = store.root / "objects" / sharded(sha256)
    path.chmod(0o644)
    path.write_bytes(b"xyz")
    sealed = tmp_path / "sealed"
    sealed.write_bytes(b"abc")
    sealed.chmod(0o444)
    store.put_file(sealed)
    assert store.verify(sha256).ok


def test_a_verified_object_is_hashed_again_only_when_its_file_changed(tmp_path: Path) -> None:
    disk = CountingDisk()
    store = LocalStore(tmp_path, disk=disk)
    sha256 = store.put([b"abc"]).sha256
    with store.local_copy(sha256):
        pass
    disk.calls.clear()
    with store.local_copy(sha256):
        pass
    assert "read" not in disk.calls
    path = store.root / "objects" / sharded(sha256)
    path.chmod(0o644)
    path.write_bytes(b"xyz")
    os.utime(path, ns=(0, 0))
    with pytest.raises(Corrupt), store.local_copy(sha256):
        pass


def test_leftovers_of_dead_processes_go_after_a_day_and_not_before(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    left = tmp_path / "incoming" / "left"
    left.write_bytes(b"half")
    LocalStore(tmp_path)
    assert left.exists()
    os.utime(left, (0, time.time() - INCOMING_KEPT_S - 1))
    LocalStore(tmp_path)
    assert incoming(store) == []


def test_a_key_is_not_both_file_and_folder(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.write_named("a/b", b"")
    for key in ("a", "a/b/c"):
        with pytest.raises(InvalidKey):
            store.write_named(key, b"")
    assert incoming(store) == []


def test_a_folder_with_another_layout_is_refused(tmp_path: Path) -> None:
    LocalStore(tmp_path)
    (tmp_path / "layout").chmod(0o644)
    (tmp_path / "layout").write_bytes(b"OneSet object store, layout 2")
    with pytest.raises(StoreUnavailable):
        LocalStore(tmp_path)


def test_check_notices_that_the_disk_went_away(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    store.check()
    store.root.rename(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable):
        store.check()
    with pytest.raises(StoreUnavailable):
        store.put([b"x"])


def test_a_read_that_is_never_begun_keeps_no_file_open(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    sha256 = store.put([b"abc"]).sha256
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        store.read(sha256)
        store.read(sha256, start=1)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EMFILE])
def test_whatever_call_fails_nothing_acknowledged_is_lost_and_the_next_write_works(
    number: int, tmp_path: Path
) -> None:
    failed_in: set[str] = set()
    said: set[tuple[int | None, bool]] = set()
    for at in range(1, 61):
        root = tmp_path / f"{number}-{at}"
        acknowledged: list[str] = []
        contents = [made(2000, seed) for seed in range(3)]
        disk = FailingDisk(at, number)
        for content in contents:
            try:
                store = LocalStore(root, disk=disk)
                acknowledged.append(store.put([content]).sha256)
                store.write_once("records/note", b"note")
            except StoreUnavailable as error:
                said.add((error.errno, isinstance(error, StoreFull)))
        failed_in.add(disk.failed_in)
        store = LocalStore(root)
        assert all(store.verify(sha256).ok for sha256 in acknowledged)
        assert all(verdict.ok for verdict in scrub(store, store.objects()))
        assert {store.put([content]).size for content in contents} == {2000}
        assert len(acknowledged) >= 2
    assert said == {(number, number == errno.ENOSPC)}
    assert failed_in >= {"create", "write", "seal", "fsync", "link", "unlink", "mkdir", "fsync_folder"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    system = ctypes.CDLL(None, use_errno=True)
    if system.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, b"size=4m"):
        pytest.skip("mounting a small file system needs more rights; the file size limit is tested instead")
    yield folder
    system.umount(str(folder).encode())


def test_a_full_disk_is_said_loses_nothing_and_works_again_with_room(small_disk: Path) -> None:
    store, staging = LocalStore(small_disk / "store"), Staging(small_disk / "staging")
    staging.create("a" * 16, length=10**7, meta={})
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    acknowledged: list[str] = []
    with pytest.raises(StoreFull):
        acknowledged.extend(store.put([made(100_000, seed)]).sha256 for seed in range(100))
    assert 20 < len(acknowledged) < 40
    assert incoming(store) == []
    with pytest.raises(StoreFull):
        store.put([bytes(200_000)] * 20)
    assert incoming(store) == []
    with pytest.raises(StoreFull):
        staging.append("a" * 16, 0, [bytes(50_000)] * 200)
    assert all(verdict.ok for verdict in scrub(store, acknowledged))
    ballast.unlink()
    assert store.verify(store.put([b"room again" * 1000]).sha256).ok


def test_a_file_size_limit_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StoreFull) as refused:
            store.put([bytes(50_000)] * 3)
        assert refused.value.errno == errno.EFBIG
        kept = store.put([b"small enough"]).sha256
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert incoming(store) == []
    assert list(store.objects()) == [kept]
