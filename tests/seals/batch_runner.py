"""A process that works at one batch, to be killed: ``python -m tests.seals.batch_runner DATABASE FOLDER BATCH``."""

import sys
from pathlib import Path

from app.kernel.actor import SYSTEM
from app.kernel.clock import SystemClock
from app.kernel.db.transactions import Database
from app.seals.batches.run import run_batch
from tests.seals.seal_house import room_of


def main(url: str, folder: str, batch_id: str) -> None:
    """Run the job from its beginning to its end, as a worker would."""
    database = Database(url, SystemClock())
    commit = run_batch(room_of(database, Path(folder)), batch_id)
    with database.write(SYSTEM) as tx:
        commit(tx)


if __name__ == "__main__":
    main(*sys.argv[1:])
