"""What acts have made once in an empty database, put into other empty ones as rows.

Thousands of tests begin with the same people and projects. The first one makes them through the product; the others get
the same rows, with the clock where it stood then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.tables import METADATA


@dataclass(frozen=True)
class Snapshot:
    """All rows of a database, its counters, and the instant at which they were complete."""

    rows: Sequence[tuple[sa.Table, Sequence[Mapping[str, Any]]]]
    counters: Mapping[str, int]
    instant: datetime


def taken(database: Database, clock: SteppedClock) -> Snapshot:
    """What stands in a database."""
    with database.engine.connect() as connection:
        rows = [(table, _rows(connection, table)) for table in METADATA.sorted_tables]
        counters = {}
        if not database.is_sqlite:
            said = connection.execute(sa.text("select sequencename, last_value from pg_sequences"))
            counters = {name: value for name, value in said if value is not None}
    return Snapshot([(table, found) for table, found in rows if found], counters, clock.instant)


def laid(snapshot: Snapshot, database: Database, clock: SteppedClock) -> None:
    """Put it into an empty database."""
    with database.engine.begin() as connection:
        for table, rows in snapshot.rows:
            connection.execute(sa.insert(table), rows)
        for name, value in snapshot.counters.items():
            connection.execute(sa.text("select setval(:name, :value)"), {"name": name, "value": value})
    clock.set(snapshot.instant)


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    key = table.primary_key.columns
    return [dict(row) for row in connection.execute(sa.select(table).order_by(*key)).mappings()]
