"""``oneset factor-reset``: the way back for an administrator who lost everything; with a reason, which he sees."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.accounts.actions import CreatePerson, create_person
from app.accounts.factor_queries import factor_of
from app.bootstrap import Services, build_services
from app.cli.main import main
from app.config import Settings
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.db.migrating import migrate
from tests.conftest import START
from tests.peers.authenticator import enrolled


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setenv("ONESET_DATA_DIR", str(tmp_path))
    opened = build_services(Settings(data_dir=tmp_path), clock=SteppedClock(START))
    migrate(opened.database.engine)
    yield opened
    opened.close()


def _run(*options: str) -> Result:
    return CliRunner().invoke(main, ["factor-reset", *options])


def test_it_is_reset_once_with_a_reason(services: Services):
    with services.database.write(SYSTEM) as tx:
        person = create_person(tx, CreatePerson("管理员", "admin", None, is_platform_admin=True))
    enrolled(services.database, services.factors, person)
    assert _run("admin").exit_code == 2, "no reason was given"
    assert "没有用户" in _run("nobody", "--reason", "x").output
    done = _run("admin", "--reason", "手机丢失")
    assert done.exit_code == 0, done.output
    with services.database.read() as session:
        view = factor_of(session, person, services.clock.now())
    assert not view.is_on
    assert view.reset is not None
    assert (view.reset.by, view.reset.reason) == ("", "手机丢失")
    again = _run("admin", "--reason", "手机丢失")
    assert again.exit_code == 1
    assert "没有开启动态口令" in again.output
