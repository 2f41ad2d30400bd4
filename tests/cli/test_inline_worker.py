"""The worker inside the web processes: always in exactly one of them."""

import time
from collections.abc import Callable

from app.cli.serve import InlineWorker
from app.kernel.actor import SYSTEM
from app.kernel.outbox import Job, JobState
from tests.api.conftest import Api


def _until(is_so: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(is_so())


def test_a_web_process_that_began_beside_the_one_with_the_worker_takes_it_over_when_that_ends(asked: Api):
    old, new = InlineWorker(asked.services), InlineWorker(asked.services)
    try:
        assert old.start()
        assert not new.start()
        old.stop()
        assert _until(lambda: new.is_here)
        with asked.services.database.write(SYSTEM) as tx:
            job = tx.enqueue("read_file", {"file_id": "0" * 20})
        assert _until(lambda: _state(asked, job) == JobState.DONE)
    finally:
        old.stop()
        new.stop()


def test_while_one_web_process_has_the_worker_no_other_takes_it(asked: Api):
    one, other = InlineWorker(asked.services), InlineWorker(asked.services)
    try:
        assert one.start()
        assert not other.start()
        assert not other._take()
        assert (one.is_here, other.is_here) == (True, False)
    finally:
        one.stop()
        other.stop()


def _state(asked: Api, job: str) -> str:
    with asked.services.database.read() as session:
        return session.get_one(Job, job).state
