"""A worker: takes jobs one by one, keeps their lease alive, and looks after sequencer, indexer and dead leases."""

import contextlib
import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.accounts.actions import forget_attempts
from app.accounts.directory import DirectoryWriter
from app.accounts.factors import forget_guesses
from app.bootstrap import Services
from app.files.scratch import sweep_scratch
from app.jobs.handlers import HANDLERS, JUDGING, LETTERS, SEALING, SLOW, Commit
from app.jobs.queue import EVERYTHING, LEASE, Claimed, Lane, claim, fail, finish, has_ready, heartbeat, reap
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.ids import new_short_code
from app.kernel.ledger.publish import LedgerPublisher
from app.kernel.ledger.sequence import sequence
from app.kernel.outbox import forget_answers
from app.notices.clocks import look_at_clocks
from app.notices.making import make_letters
from app.notices.sweeping import forget_notices
from app.notices.taking import take_in
from app.seals.judging import ask_due
from app.search.indexer import drain

LOG = logging.getLogger("oneset.worker")
IDLE = 0.3
"""Seconds between looks at an empty queue."""
SEQUENCE_EVERY = 0.5
PUBLISH_EVERY = 5.0
"""The newest entries stand in the database alone for this long: a file of the store for each would cost more."""
NOTIFY_EVERY = 1.0
REAP_EVERY = 5.0
SWEEP_EVERY = 3600.0
ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated Idempotency-Key is answered from memory."""
ATTEMPTS_KEPT = timedelta(days=30)
UPLOADS_KEPT = timedelta(days=7)
"""How long an unfinished upload waits for its sender."""
SCRATCH_KEPT = timedelta(days=1)
"""How long the folder of a reader that was killed lies about; a living reader takes minutes."""


class Worker:
    """Threads that do what acts have caused. One process may hold several; many processes may run."""

    def __init__(self, services: Services, *, threads: int = 1) -> None:
        self._services = services
        self._name = f"{socket.gethostname()[:30]}:{os.getpid()}:{new_short_code()}"
        self._stop = threading.Event()
        self._publisher = LedgerPublisher(services.database, services.store)
        self._directory = DirectoryWriter(services.database, services.store)
        jobs = [self._job_loop] * threads + [
            self._slow_loop,
            self._seal_loop,
            self._judge_loop,
            self._letter_loop,
        ]
        loops = [*jobs, self._ledger_loop, self._index_loop, self._notice_loop, self._sweep_loop]
        self._threads = [
            threading.Thread(target=loop, name=f"oneset-{n}-{loop.__name__}", daemon=True)
            for n, loop in enumerate(loops)
        ]

    def start(self) -> None:
        """Start all threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Ask all threads to end after what they do now; a job that is cut off comes back by its lease."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)

    def run_until_idle(self, patience: float = 60.0, threads: int = 1, lane: Lane = EVERYTHING) -> None:
        """Do everything of a lane that is ready, here and now: for tests, the command line and the demo.

        Raises:
            TimeoutError: still busy after ``patience`` seconds.
        """
        deadline = time.monotonic() + patience
        with ThreadPoolExecutor(threads) as pool:
            for finished in [pool.submit(self._run_all, deadline, lane) for _ in range(threads)]:
                finished.result()
        sequence(self._services.database, self._services.clock)
        self._publish()
        take_in(self._services.database)
        drain(self._services.database, self._services.index, self._services.derived)

    def _run_all(self, deadline: float, lane: Lane) -> None:
        while self._run_one(lane):
            if time.monotonic() > deadline:
                raise TimeoutError("jobs are still running")

    def _job_loop(self) -> None:
        self._take_jobs(Lane(but=SLOW | LETTERS | SEALING | JUDGING))

    def _slow_loop(self) -> None:
        self._take_jobs(Lane(only=SLOW))

    def _seal_loop(self) -> None:
        self._take_jobs(Lane(only=SEALING))

    def _judge_loop(self) -> None:
        self._take_jobs(Lane(only=JUDGING))

    def _letter_loop(self) -> None:
        self._take_jobs(Lane(only=LETTERS))

    def _notice_loop(self) -> None:
        """Tell people what the ledger has gained, and make the letters that are due."""
        while not self._stop.is_set():
            with _survive("notices"):
                self._notify()
            self._stop.wait(NOTIFY_EVERY)

    def _notify(self) -> None:
        house = self._services
        take_in(house.database)
        look_at_clocks(house.database)
        make_letters(house.database, has_mail=house.outgoing.has_mail)

    def _take_jobs(self, lane: Lane) -> None:
        reaped = 0.0
        while not self._stop.is_set():
            with _survive("jobs"):
                if time.monotonic() - reaped > REAP_EVERY:
                    reap(self._services.database)
                    reaped = time.monotonic()
                if self._run_one(lane):
                    continue
            self._stop.wait(IDLE)

    def _ledger_loop(self) -> None:
        published = 0.0
        while not self._stop.is_set():
            with _survive("sequencer"):
                sequence(self._services.database, self._services.clock)
                if time.monotonic() - published > PUBLISH_EVERY:
                    published = time.monotonic()
                    self._publish()
            self._stop.wait(SEQUENCE_EVERY)

    def _publish(self) -> None:
        """Bring beside the bytes what the register is rebuilt from (law 10)."""
        if self._publisher.publish():
            self._directory.write()

    def _index_loop(self) -> None:
        while not self._stop.is_set():
            busy = False
            with _survive("indexer"):
                busy = drain(self._services.database, self._services.index, self._services.derived) > 0
            self._stop.wait(0.05 if busy else SEQUENCE_EVERY)

    def _sweep_loop(self) -> None:
        """Housekeeping: what may be forgotten is forgotten. Nothing of the record ever is."""
        while not self._stop.is_set():
            with _survive("sweep"):
                house = self._services
                with house.database.plumbing() as session:
                    now = house.clock.now()
                    forget_answers(session, now - ANSWERS_KEPT)
                    forget_attempts(session, now - ATTEMPTS_KEPT)
                    forget_guesses(session, now - ATTEMPTS_KEPT)
                    forget_notices(session, now)
                with house.database.write(SYSTEM) as tx:
                    ask_due(tx)
                house.staging.sweep(UPLOADS_KEPT)
                sweep_scratch(house.scratch, SCRATCH_KEPT)
            self._stop.wait(SWEEP_EVERY)

    def _run_one(self, lane: Lane = EVERYTHING) -> bool:
        """Claim and run one job; False when there was none."""
        database = self._services.database
        with database.read() as session:
            if not has_ready(session, database.clock, lane):
                return False
        job = claim(database, self._name, lane)
        if job is None:
            return False
        alive = threading.Event()
        beat = threading.Thread(target=self._beat, args=(job, alive), daemon=True)
        beat.start()
        try:
            commit = HANDLERS[job.kind](self._services, job.payload)
            with database.write(SYSTEM) as tx:
                self._finish(tx, job, commit)
        except Exception:
            LOG.exception("job %s (%s) failed, attempt %d", job.id, job.kind, job.attempts)
            fail(database, job, self._name, traceback.format_exc(limit=5))
        finally:
            alive.set()
            beat.join()
        return True

    def _finish(self, tx: Tx, job: Claimed, commit: Commit) -> None:
        if finish(tx.session, job.id, self._name, tx.now):
            commit(tx)

    def _beat(self, job: Claimed, done: threading.Event) -> None:
        while not done.wait(LEASE.total_seconds() / 3):
            with _survive("heartbeat"):
                heartbeat(self._services.database, job.id, self._name)


@contextlib.contextmanager
def _survive(what: str) -> Iterator[None]:
    """Loops outlive a passing fault (database restarted, disk full): logged, never swallowed silently."""
    try:
        yield
    except Refused as refusal:
        LOG.warning("%s: %s", what, refusal)
    except Exception:
        LOG.exception("%s failed; it goes on", what)
        time.sleep(0.5)
