"""Work around the record that waits, and so holds no transaction (law 7)."""

import time
from datetime import datetime

from app.kernel.db.transactions import Database, database_now
from app.kernel.errors import BUSY, Refused
from app.kernel.ledger.sequence import sequence

PATIENCE = 5.0
"""Seconds to wait for acts that are under way; they take milliseconds, a bulk act a second."""


def fresh_knowledge(database: Database, patience: float = PATIENCE) -> datetime | None:
    """The newest knowledge that can no longer change: what a set is frozen with (ARCHITECTURE 7, 4).

    On PostgreSQL acts overlap: one that read the clock earlier may commit later. So this waits until the watermark
    has passed the instant of asking. On SQLite acts follow one another, and None (the act's own instant) is as good.

    Raises:
        Refused: ``busy``; somebody's act has been under way for longer than ``patience`` seconds.
    """
    if database.is_sqlite:
        return None
    with database.read() as session:
        asked = database_now(session, database.clock)
    deadline = time.monotonic() + patience
    while (state := sequence(database, database.clock)).watermark < asked:
        if time.monotonic() > deadline:
            raise Refused(BUSY)
        time.sleep(0.02)
    return state.watermark
