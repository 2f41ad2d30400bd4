"""Engines by URL: ``sqlite:///path`` and ``postgresql+psycopg://…``; any other scheme is an error (law 8).

SQLite runs in WAL with ``synchronous=FULL`` (NORMAL loses acknowledged rows in a power cut: SECURITY section 5), and
a transaction says at its begin whether it writes: writers take the lock at once (``BEGIN IMMEDIATE``), because a
deferred one that turns into a writer fails with SQLITE_BUSY (TECH, database).
"""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

READ_ONLY = "oneset_read_only"
"""Execution option of a connection whose transaction only reads."""


class UnknownDatabase(ValueError):  # noqa: N818
    """The URL names a database that this product does not run on."""


def open_engine(url: str) -> sa.Engine:
    """An engine for a URL.

    Raises:
        UnknownDatabase: the scheme is neither SQLite nor PostgreSQL with psycopg.
    """
    parsed = sa.engine.make_url(url)
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _sqlite(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return _postgresql(parsed)
    raise UnknownDatabase(
        f"unknown database scheme {parsed.drivername!r}: use sqlite:/// or postgresql+psycopg://"
    )


def is_sqlite(engine: sa.Engine) -> bool:
    """True for SQLite."""
    return engine.dialect.name == "sqlite"


def _sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise UnknownDatabase("SQLite needs a file: the record does not live in memory")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=32, max_overflow=96
    )

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, record: Any) -> None:
        del record
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "cache_size=-65536",
            "temp_store=MEMORY",
            "mmap_size=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=16, max_overflow=64, pool_pre_ping=True)

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(READ_ONLY, False):
            # One snapshot for a whole answer: base and slips, rows and counts agree.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine
