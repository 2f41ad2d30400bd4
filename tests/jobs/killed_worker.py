"""A worker process for the kill test: takes jobs, works a moment, commits one row per job. Run as a module."""

import os
import sys
import time

from app.jobs import queue
from app.kernel.actor import SYSTEM
from app.kernel.clock import SystemClock
from app.kernel.db.transactions import Database
from app.kernel.ledger.append import Fact


def main(url: str) -> None:
    """Work until there is nothing left to wait for."""
    database = Database(url, SystemClock())
    me = str(os.getpid())
    print("ready", flush=True)
    while True:
        queue.reap(database)
        job = queue.claim(database, me)
        if job is None:
            time.sleep(0.02)
            continue
        time.sleep(0.2)
        with database.write(SYSTEM) as tx:
            if queue.finish(tx.session, job.id, me, tx.now):
                tx.record(Fact("test.done", data={"n": job.payload["n"]}))
                tx.session.flush()
                time.sleep(0.01)


if __name__ == "__main__":
    from datetime import timedelta

    queue.LEASE = timedelta(seconds=2)
    main(sys.argv[1])
