"""Fixtures that every test may use: real databases, and a small world of people and projects."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kernel.clock import SteppedClock
from app.kernel.db.engine import open_engine
from app.kernel.db.migrating import migrate
from app.kernel.db.transactions import Database
from tests.peers import postgres
from tests.peers.chromium import browser as browser  # noqa: PLC0414  a fixture for all

START = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
"""Where the clock of tests begins: 09:00 in Shanghai."""


SLOW = (
    "tests/kill/",
    "tests/cli/test_demo_build.py",
    "tests/web/test_routes.py",
    "tests/api/test_rights_matrix.py",
    "tests/drawings/test_every_sample.py",
    "tests/cli/",
    "tests/browser/",
    "tests/story/",
    "tests/search/",
    "tests/web/test_offline.py",
    "tests/viewers/render/",
    "tests/jobs/",
    "tests/storage/",
    "tests/changes/",
)
"""What takes longest, first: several processes then end at about the same time. A file stays with one process."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files by :data:`SLOW`; within a file nothing moves."""
    items.sort(
        key=lambda item: next((n for n, start in enumerate(SLOW) if item.nodeid.startswith(start)), len(SLOW))
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "oneset.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # the last connection to close folds the log into the file
    return path


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that tests move."""
    return SteppedClock(START)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path, clock: SteppedClock
) -> Iterator[Database]:
    """A fresh, migrated database: the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "oneset.db"
        shutil.copy(sqlite_template, path)
        opened = Database(f"sqlite:///{path}", clock)
        yield opened
        opened.dispose()
        return
    url = postgres.new_database()
    opened = Database(url, clock)
    yield opened
    opened.dispose()
    postgres.drop_database(url)
