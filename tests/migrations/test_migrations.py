"""Up, down, up again, with data, on both databases; and the newest schema is that of the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.kernel.clock import SteppedClock
from app.kernel.db.engine import UnknownDatabase, open_engine
from app.kernel.db.migrating import downgrade, is_current, migrate
from app.kernel.db.transactions import Database
from app.tables import METADATA
from tests.drawings.sheets import released_sheet
from tests.markups.drawn import drawn
from tests.peers import postgres
from tests.world import make_world


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    """A database without tables."""
    url = f"sqlite:///{tmp_path / 'e.db'}" if request.param == "sqlite" else postgres.empty_database()
    database = Database(url, clock)
    yield database
    database.dispose()
    if request.param == "postgresql":
        postgres.drop_database(url)


def _schema(engine: sa.Engine) -> dict[str, list[str]]:
    inspector = sa.inspect(engine)
    return {
        t: sorted(c["name"] for c in inspector.get_columns(t)) for t in sorted(inspector.get_table_names())
    }


def test_up_down_and_up_again_with_data(empty: Database):
    assert not is_current(empty.engine)
    migrate(empty.engine)
    assert is_current(empty.engine)
    fresh = _schema(empty.engine)
    assert set(METADATA.tables) <= set(fresh)
    world = make_world(empty)
    drawn(world, "owner", released_sheet(world))
    migrate(empty.engine)
    with empty.read() as session:
        assert session.execute(sa.text("select count(*) from record_facts")).scalar_one() == 1
    downgrade(empty.engine, "20261123_first_tables")
    assert "markups" not in _schema(empty.engine)
    migrate(empty.engine)
    with empty.read() as session:
        assert session.execute(sa.text("select count(*) from record_facts")).scalar_one() == 1
        assert session.execute(sa.text("select count(*) from markups")).scalar_one() == 0
    downgrade(empty.engine, "base")
    assert set(_schema(empty.engine)) == {"alembic_version"}
    migrate(empty.engine)
    assert _schema(empty.engine) == fresh
    released_sheet(make_world(empty))


def test_the_newest_schema_is_that_of_the_models(empty: Database):
    migrate(empty.engine)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    assert [d for d in differences if not _is_search_engines_own(d)] == []


def _is_search_engines_own(difference: object) -> bool:
    """The full-text tables are made and kept by the index, see ``app/search``."""
    return "search_index" in str(difference)


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql://x/y", "oracle://x"]
)
def test_an_unknown_database_is_an_error(url: str):
    with pytest.raises((UnknownDatabase, sa.exc.ArgumentError)):
        open_engine(url)


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        ask = {
            p: connection.exec_driver_sql(f"pragma {p}").scalar()
            for p in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert ask == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    engine.dispose()
