import os
import signal
import socket
import threading

import psutil
import pytest

from tests.viewers.render.pdf_samples import line, text_at, write_pdf
from viewers.render import stem as stems
from viewers.render.pool import Limits, RenderError, RenderPool, RenderRefused

pytestmark = pytest.mark.skipif(
    not stems.IS_SUPPORTED, reason="children are forked from a stem on Linux only"
)

SLOW = "0 0 m 1684 1190 l 1684 0 l f " * 30_000


@pytest.fixture
def pool(tmp_path):
    limits = Limits(page_cpu=2, total_cpu=20, inspect_wall=60)
    with RenderPool(workers=2, limits=limits, read_roots=[tmp_path], scratch=tmp_path / "scratch") as made:
        yield made


def sheet(tmp_path, name="good.pdf"):
    return write_pdf(tmp_path / name, text_at(60, 60, "A-101") + line(0, 9, 99, 9))


def stem_of(pool) -> psutil.Process:
    return psutil.Process(pool._stems.get()._process.pid)


def begin_inspection(pool, source, out):
    """A thread that inspects, and the list it puts the error into."""
    ended = []

    def inspect() -> None:
        try:
            pool.inspect(source, out)
        except RenderError as error:
            ended.append(error)

    thread = threading.Thread(target=inspect)
    thread.start()
    return thread, ended


def test_children_come_from_one_stem_that_outlives_them_and_counts_what_they_used(pool, tmp_path):
    pool.inspect(sheet(tmp_path), tmp_path / "a")
    before = stem_of(pool)
    pool.tile(sheet(tmp_path), 0, 0, 0, 0)
    (worker,) = pool._tiles._idle
    assert psutil.Process(worker.process.pid).ppid() == before.pid
    pool.inspect(sheet(tmp_path), tmp_path / "b")
    assert stem_of(pool).pid == before.pid
    assert [c.pid for c in before.children()] == [worker.process.pid]
    seconds, peak = pool.used
    assert seconds > 0
    assert peak > 10 << 20


def test_a_killed_stem_takes_its_children_along_and_is_replaced(pool, tmp_path):
    pool.inspect(sheet(tmp_path), tmp_path / "a")
    first = stem_of(pool)
    first.kill()
    first.wait()
    assert pool.inspect(sheet(tmp_path), tmp_path / "b").pages[0].text_runs == 1
    assert stem_of(pool).pid != first.pid


def test_a_child_over_its_limits_dies_alone(pool, tmp_path):
    good, slow = sheet(tmp_path), write_pdf(tmp_path / "slow.pdf", SLOW)
    tile = pool.tile(good, 0, 0, 0, 0)
    (worker,) = pool._tiles._idle
    before = (stem_of(pool).pid, worker.process.pid)
    thread, ended = begin_inspection(pool, slow, tmp_path / "slow")
    rounds = 0
    while thread.is_alive():  # beside it, others go on
        assert pool.inspect(good, tmp_path / f"out{rounds}").pages
        assert pool.tile(good, 0, 0, 0, 0) == tile
        rounds += 1
    thread.join()
    assert rounds > 0
    assert [(type(e), e.code) for e in ended] == [(RenderRefused, "over-cpu")]
    assert (stem_of(pool).pid, pool._tiles._idle[0].process.pid) == before


def test_work_that_nobody_watches_is_done_at_low_priority(pool, tmp_path):
    pool.inspect(sheet(tmp_path), tmp_path / "a")
    slow = write_pdf(tmp_path / "slow.pdf", SLOW)
    thread, _ = begin_inspection(pool, slow, tmp_path / "b")
    stem, seen = stem_of(pool), set()
    while thread.is_alive():
        for child in stem.children():
            try:
                seen.add(child.nice())
            except psutil.NoSuchProcess:
                continue
    thread.join()
    assert max(seen, default=0) == 10
    assert stem.nice() == psutil.Process().nice()


def test_children_end_when_their_server_is_gone(tmp_path):
    """As a killed server does: its end of the wire closes, and nobody works on for nobody."""
    with (tmp_path / "stderr").open("wb") as stderr:
        stem = stems.Stem(stderr)
    ours, theirs = socket.socketpair()
    with theirs:
        child = stem.fork(["once", str(theirs.fileno()), "{}"], theirs)
    process = psutil.Process(child.pid)
    assert process.is_running()
    os.kill(child.pid, signal.SIGSTOP)  # it cannot end by itself
    stem.close()
    assert not process.is_running()
    assert child.poll() == -signal.SIGKILL
    ours.close()
