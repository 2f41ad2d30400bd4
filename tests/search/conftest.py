from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kernel.db.transactions import Database
from app.search.contract import SearchIndex
from app.search.opening import open_index
from tests.search.shelf import Shelf, open_shelf


@pytest.fixture
def index(database: Database, tmp_path: Path) -> Iterator[SearchIndex]:
    """Whoosh beside SQLite, PostgreSQL's own on PostgreSQL: every test runs on both drivers."""
    url = f"whoosh://{tmp_path / 'search'}" if database.is_sqlite else "postgresql:"
    opened = open_index(url, database)
    yield opened
    opened.close()


@pytest.fixture
def shelf(database: Database, index: SearchIndex, tmp_path: Path) -> Shelf:
    return open_shelf(database, index, tmp_path / "store")
