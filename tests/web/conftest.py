"""Sites for the tests of pages: one is built for each kind of database, every test gets a copy or a shared copy."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.kernel.db.engine import open_engine
from app.kernel.db.migrating import migrate
from tests.peers import postgres
from tests.web.intake_house import House, KeptHouse, copied_house, kept_house
from tests.web.site import Built, Site, Sites, build, opened

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)]


@pytest.fixture(scope="session")
def built_sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """Builds a site of a kind at its first use."""

    @cache
    def of(kind: str) -> Built:
        folder = tmp_path_factory.mktemp(f"built-{kind}") / "data"
        folder.mkdir()
        if kind == "postgresql":
            return build(folder, postgres.new_database())
        engine = open_engine(f"sqlite:///{folder / 'oneset.db'}")
        migrate(engine)
        engine.dispose()
        return build(folder, "")

    return of


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, built_sites: Sites, tmp_path: Path) -> Iterator[Site]:
    """A site of one's own on each database: change it as you like."""
    with opened(built_sites(request.param), tmp_path / "data") as running:
        yield running


@pytest.fixture
def desk_site(built_sites: Sites, tmp_path: Path) -> Iterator[Site]:
    """A site of one's own on SQLite, for what does not touch the database."""
    with opened(built_sites("sqlite"), tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="session", params=KINDS)
def kept(
    request: pytest.FixtureRequest, built_sites: Sites, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site that all tests share: only look at it."""
    with opened(built_sites(request.param), tmp_path_factory.mktemp("kept") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> KeptHouse:
    """A house of the intake without a batch."""
    return kept_house(tmp_path_factory.mktemp("empty") / "data", sqlite_template)


@pytest.fixture(scope="module")
def read_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> KeptHouse:
    """A house with the batch of a module (its ``prepare_batch``), read once."""
    return kept_house(tmp_path_factory.mktemp("read") / "data", sqlite_template, request.module.prepare_batch)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A copy of a house of one's own; with the batch for who asks for it."""
    kept = request.getfixturevalue("read_house" if "batch" in request.fixturenames else "empty_house")
    with copied_house(kept, tmp_path / "data") as running:
        yield running


@pytest.fixture
def batch(read_house: KeptHouse) -> str:
    """The batch of the module."""
    return read_house.batch
