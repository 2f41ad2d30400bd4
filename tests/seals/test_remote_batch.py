"""Many files, one seal elsewhere: whatever happens in between, each file is sealed once."""

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.seals.rules import Level
from app.seals.sealing import remote_batch
from app.seals.sealing.keys_csc import CscSealer
from app.seals.sealing.pades import Sealed
from app.seals.sealing.remote_batch import RemoteBatch, RemoteItem
from tests.peers.csc_server import CscProvider, csc_provider
from tests.seals import sealing_set as given
from tests.seals.remote_set import all_valid, place_of, refused_with, serve, sheets


@pytest.fixture
def provider() -> Iterator[CscProvider]:
    with csc_provider() as known:
        yield known


class _Stopped(BaseException):
    """As if killed."""


def test_what_came_back_before_the_provider_broke_down_is_not_asked_again(tmp_path, provider):
    sealer = CscSealer(place_of(serve(provider, limit=3)))
    items = sheets(tmp_path, 8)
    batch = RemoteBatch(tmp_path / "steps", sealer, Level.B)
    calls = []

    def third(handler: Any, body: dict[str, Any]) -> bool:
        calls.append(len(body["hash"]))
        return len(calls) == 3 and (handler.raw(503, b"") or True)

    provider.fails["signatures/signHash"] = third
    assert refused_with(batch.run, items) == "seal-provider-unreachable"
    assert not any(item.target.exists() for item in items)
    found = batch.run(items)
    assert calls == [3, 3, 2, 2]
    all_valid(items, Level.B)
    assert batch.run(items) == found
    assert calls == [3, 3, 2, 2]
    assert {path.suffix for path in (tmp_path / "steps").iterdir()} == {".done", ""}


def test_what_was_taken_on_from_its_place_is_not_sealed_again(tmp_path, provider):
    batch = RemoteBatch(tmp_path / "steps", CscSealer(place_of(serve(provider))), Level.B)
    items = sheets(tmp_path, 2)
    found = batch.run(items)
    asked = len(provider.asked)
    items[0].target.rename(tmp_path / "elsewhere.pdf")
    assert batch.run(items) == found
    assert (len(provider.asked), items[0].target.exists()) == (asked, False)


def test_a_sealed_file_that_the_disk_lost_is_put_together_again(tmp_path, provider, monkeypatch):
    """Power went after the result was written: the sealed file is not whole, what it was made of is."""
    batch = RemoteBatch(tmp_path / "steps", CscSealer(place_of(serve(provider))), Level.B)
    [item] = sheets(tmp_path, 1)
    with monkeypatch.context() as patch:
        patch.setattr(remote_batch, "_write", lambda path, content: (write(path, content), _stop(path))[0])
        with pytest.raises(_Stopped):
            batch.run([item])
    (tmp_path / "steps" / "s0.sealed").write_bytes(b"")
    asked = len(provider.asked)
    batch.run([item])
    all_valid([item], Level.B)
    assert len(provider.asked) == asked


write = remote_batch._write


def _stop(path: Path) -> None:
    if path.suffix == ".done":
        raise _Stopped


def test_one_file_that_cannot_be_sealed_does_not_stop_the_others(tmp_path, provider):
    items = sheets(tmp_path, 3)
    items[1].source.write_bytes(given.sheet(tmp_path / "bare.pdf").read_bytes())
    found = RemoteBatch(
        tmp_path / "steps", CscSealer(place_of(serve(provider))), Level.T, given.evidence()
    ).run(items)
    assert [getattr(one, "code", "sealed") for one in found.values()] == [
        "sealed",
        "seal-field-missing",
        "sealed",
    ]
    all_valid([items[0], items[2]], Level.T)


def test_a_file_that_changed_since_it_was_prepared_is_prepared_anew(tmp_path, provider):
    sealer = CscSealer(place_of(serve(provider, pin="1")))
    [item] = sheets(tmp_path, 1)
    assert refused_with(RemoteBatch(tmp_path / "steps", sealer, Level.B).run, [item]) == "seal-provider-pin"
    other = sheets(tmp_path / "other", 2)[1]
    item.source.write_bytes(other.source.read_bytes())
    again = CscSealer(place_of(provider, pin="1"))
    RemoteBatch(tmp_path / "steps", again, Level.B).run([item])
    all_valid([item], Level.B)


def test_steps_that_somebody_changed_are_not_embedded(tmp_path, provider):
    sealer = CscSealer(place_of(serve(provider, pin="1")))
    items = sheets(tmp_path, 2)
    batch = RemoteBatch(tmp_path / "steps", sealer, Level.B)
    assert refused_with(batch.run, items) == "seal-provider-pin"
    with (tmp_path / "steps" / "s0.ready").open("ab") as file:
        file.write(b"%")
    (tmp_path / "steps" / "s1.signature").write_bytes(b"nonsense")
    found = RemoteBatch(tmp_path / "steps", CscSealer(place_of(provider, pin="1")), Level.B).run(items)
    assert [getattr(one, "code", "sealed") for one in found.values()] == ["sealed", "seal-signature-wrong"]
    found = RemoteBatch(tmp_path / "steps", CscSealer(place_of(provider, pin="1")), Level.B).run(items)
    assert all(isinstance(one, Sealed) for one in found.values())
    all_valid(items, Level.B)


def test_names_of_a_batch_are_its_own(tmp_path, provider):
    batch = RemoteBatch(tmp_path / "steps", CscSealer(place_of(serve(provider))), Level.B)
    one, two = sheets(tmp_path, 2)
    for items in (
        [RemoteItem("../s", one.source, one.target, one.act)],
        [one, RemoteItem(one.key, two.source, two.target, two.act)],
        [one, RemoteItem("s9", two.source, one.target, two.act)],
    ):
        with pytest.raises(ValueError, match=r"key|target"):
            batch.run(items)
    with batch._locked(), pytest.raises(BlockingIOError):
        batch.run([one])


def test_stopped_before_and_after_each_step_every_file_is_sealed_once(tmp_path, provider, monkeypatch):
    sealer = CscSealer(place_of(serve(provider, limit=2)))
    items = sheets(tmp_path, 3)
    batch, write, replace = (
        RemoteBatch(tmp_path / "steps", sealer, Level.B),
        remote_batch._write,
        Path.replace,
    )
    published: dict[str, bytes] = {}
    stops = 0
    left = [0]

    def stopping(act: Any) -> Any:
        def step(*arguments: Any) -> Any:
            for made in (False, True):
                left[0] -= 1
                if left[0] == 0:
                    raise _Stopped
                if not made:
                    done = act(*arguments)
            return done

        return step

    for number in range(1, 200):
        left[0] = number % 7 + 1  # a few steps further each time, and stopped again
        monkeypatch.setattr(remote_batch, "_write", stopping(write))
        monkeypatch.setattr(Path, "replace", stopping(replace))
        try:
            batch.run(items)
            break
        except _Stopped:
            stops += 1
        finally:
            monkeypatch.undo()
            for item in items:
                if item.target.exists():
                    content = item.target.read_bytes()
                    assert published.setdefault(item.key, content) == content
    assert stops > 5
    assert len(published) == 3
    all_valid(items, Level.B)


_CLIENT = """
import sys; from pathlib import Path
from app.seals.rules import Level
from app.seals.sealing.keys_csc import CscSealer, CscPlace
from app.seals.sealing.pades import Act
from app.seals.sealing.remote_batch import RemoteBatch, RemoteItem
folder, url, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
items = [RemoteItem(f"s{n}", folder / f"sheet-{n}.pdf", folder / f"sealed-{n}.pdf", Act("issue-0")) for n in range(count)]
print("ready", flush=True)
RemoteBatch(folder / "steps", CscSealer(CscPlace(url, "token", "seal")), Level.B).run(items)
print("done", flush=True)
"""


def test_killed_at_any_moment_every_file_is_sealed_once(tmp_path):
    count = 40
    items = sheets(tmp_path, count)
    published: dict[str, str] = {}
    with csc_provider() as known:
        serve(known, limit=7)
        command = [sys.executable, "-c", _CLIENT, str(tmp_path), known.url, str(count)]
        for pause in (0.02, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6):
            client = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
            assert client.stdout is not None
            client.stdout.readline()
            time.sleep(pause)
            client.send_signal(signal.SIGKILL)
            client.wait()
            for item in items:
                if item.target.exists():
                    digest = hashlib.sha256(item.target.read_bytes()).hexdigest()
                    assert published.setdefault(item.key, digest) == digest
        subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
        assert not any(path.suffix == ".part" for path in tmp_path.iterdir())
    for item in items:
        digest = hashlib.sha256(item.target.read_bytes()).hexdigest()
        assert published.setdefault(item.key, digest) == digest
    all_valid(items[:6], Level.B)
