"""kill -9 of real worker processes: every job's effect exists exactly once."""

import json
import random
import subprocess
import sys
import time
from collections import Counter

import sqlalchemy as sa

from app.kernel.actor import SYSTEM
from app.kernel.clock import SystemClock
from app.kernel.db.transactions import Database
from app.kernel.ledger.models import LedgerEntry
from app.kernel.outbox import Job, JobState
from tests.samples import ROOT

JOBS, WORKERS, KILLS = 60, 8, 6


def _start(url: str) -> list[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.jobs.killed_worker", url]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    return workers


def test_workers_killed_at_random_do_every_job_exactly_once(database: Database):
    database.clock = SystemClock()
    chance = random.Random(5)
    workers = _start(database.url)
    kills = 0
    with database.write(SYSTEM) as tx:
        for n in range(JOBS):
            tx.enqueue("test", {"n": n})
        tx.session.execute(sa.update(Job).values(max_attempts=50))
    try:
        deadline = time.monotonic() + 120
        while _left(database) and time.monotonic() < deadline:
            time.sleep(chance.uniform(0, 0.2))
            busy = [w for w in workers if w.pid in _at_work(database)]
            if busy and kills < KILLS:
                victim = chance.choice(busy)
                victim.kill()
                victim.wait()
                workers.remove(victim)
                kills += 1
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    with database.read() as session:
        bodies = session.scalars(sa.select(LedgerEntry.body).where(LedgerEntry.type == "test.done")).all()
        attempts = session.execute(sa.select(sa.func.sum(Job.attempts))).scalar_one()
    assert Counter(json.loads(b)["data"]["n"] for b in bodies) == Counter(range(JOBS))
    assert kills == KILLS
    assert attempts > JOBS, "no worker died at work: the test has shown nothing"


def _at_work(database: Database) -> set[int]:
    with database.read() as session:
        query = sa.select(Job.worker).where(Job.state == JobState.RUNNING)
        return {int(worker) for worker in session.scalars(query) if worker}


def _left(database: Database) -> int:
    with database.read() as session:
        query = sa.select(sa.func.count()).select_from(Job).where(Job.state != JobState.DONE)
        return session.execute(query).scalar_one()
