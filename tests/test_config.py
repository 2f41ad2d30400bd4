from pathlib import Path

import pytest

from app.bootstrap import build_services
from app.config import BadSetting, Settings, readers_of, settings_from
from app.kernel.db.engine import UnknownDatabase, open_engine
from app.search.contract import UnknownIndex
from storage.errors import UnknownStore


def test_settings_come_from_the_environment_and_defaults_live_in_the_data_folder(tmp_path: Path):
    settings = settings_from({"ONESET_DATA_DIR": str(tmp_path), "ONESET_PORT": "9000", "ONESET_IS_DEMO": "1"})
    assert (settings.port, settings.is_demo) == (9000, True)
    assert settings.database == f"sqlite:///{tmp_path}/oneset.db"
    assert settings.store == f"file://{tmp_path}/store"


@pytest.mark.parametrize(
    "environment",
    [{"ONESET_PROT": "9000"}, {"ONESET_PORT": "nine"}, {"ONESET_IS_DEMO": "perhaps"}],
)
def test_an_unknown_or_malformed_setting_is_an_error_never_a_default(environment: dict[str, str]):
    with pytest.raises(BadSetting):
        settings_from(environment)


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "postgresql://localhost/x", "sqlite://", "sqlite:///:memory:"]
)
def test_an_unknown_database_is_an_error(url: str):
    with pytest.raises(UnknownDatabase):
        open_engine(url)


@pytest.mark.parametrize("field", ["store_url", "search_url"])
def test_an_unknown_store_or_index_is_an_error(field: str, tmp_path: Path):
    with pytest.raises((UnknownIndex, UnknownStore), match="ftp"):
        build_services(Settings(data_dir=tmp_path, **{field: "ftp://somewhere"}))


def test_a_machine_reads_as_many_files_at_once_as_it_has_processors_and_memory():
    gib = 1 << 30
    assert readers_of(2, 24 * gib) == 2
    assert readers_of(16, 4 * gib) == 2
    assert readers_of(2, gib) == 1
    assert readers_of(64, 512 * gib) == 8
    assert Settings(render_workers=3).readers == 3
    assert Settings().readers >= 1
