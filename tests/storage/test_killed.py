"""Processes that are killed (SIGKILL) at any moment while they store and upload."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from storage import Staging, open_store, scrub
from storage.local import INCOMING_KEPT_S, LocalStore
from tests.storage.made import chance, made

KILLS = 40


def acknowledgements_until_killed(work: Callable[[], Iterator[str]], after_s: float) -> list[str]:
    """Run ``work`` in a child that tells each acknowledgement through a pipe; kill it some time after the first."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            for line in work():
                os.write(writing, line.encode() + b"\n")
        finally:
            os._exit(1)  # only a kill may end it
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        first = pipe.readline()
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
        told = first + pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the child ended by itself: it failed"
    return told.decode().split("\n")[:-1]


def test_killed_writers_lose_no_acknowledged_object(tmp_path: Path) -> None:
    delay = chance(9)
    url = (tmp_path / "store").as_uri()
    open_store(url)

    def store_on_and_on(seed: int) -> Iterator[str]:
        store, mine = open_store(url), chance(seed)
        while True:
            # Small and large, new and seen before: every path of `put`.
            content = made(mine.choice([10, 5_000, 300_000]), mine.randrange(seed + 1))
            yield store.put([content[:4000], content[4000:]]).sha256

    acknowledged: set[str] = set()
    for seed in range(KILLS):
        acknowledged |= set(
            acknowledgements_until_killed(lambda seed=seed: store_on_and_on(seed), delay.uniform(0, 0.04))  # type: ignore[misc]
        )

    store = LocalStore(tmp_path / "store", clock=lambda: time.time() + INCOMING_KEPT_S + 60)
    present = set(store.objects())
    print(f"{KILLS} kills, {len(acknowledged)} objects acknowledged, {len(present)} present")
    assert len(acknowledged) > KILLS / 4  # many are the same bytes again
    assert acknowledged <= present
    assert [verdict for verdict in scrub(store, present) if not verdict.ok] == []
    assert list((tmp_path / "store" / "incoming").iterdir()) == []


def test_a_killed_upload_loses_no_acknowledged_byte(tmp_path: Path) -> None:
    delay = chance(7)
    content = made(16_000_000, 1)
    upload_id = "a" * 16
    Staging(tmp_path).create(upload_id, length=len(content), meta={})

    def go_on() -> Iterator[str]:
        staging = Staging(tmp_path)
        while True:
            at = staging.offset(upload_id)
            chunk = content[at : at + 1 + at % 3_000]
            wanted = ("sha256", hashlib.sha256(chunk).digest()) if at % 2 else None
            pieces = (chunk[start : start + 700] for start in range(0, len(chunk), 700))
            yield str(staging.append(upload_id, at, pieces, checksum=wanted))

    offset, acknowledged = 0, 0
    for _ in range(KILLS):
        told = acknowledgements_until_killed(go_on, delay.uniform(0, 0.04))
        found = Staging(tmp_path).offset(upload_id)
        assert found >= max([offset, *map(int, told)])
        offset, acknowledged = found, acknowledged + len(told)

    print(f"{KILLS} kills, {acknowledged} chunks acknowledged, {offset} bytes")
    assert acknowledged >= KILLS
    assert 0 < offset < len(content)
    Staging(tmp_path).append(upload_id, offset, [content[offset:]])
    assert Staging(tmp_path).finish(upload_id).read_bytes() == content
