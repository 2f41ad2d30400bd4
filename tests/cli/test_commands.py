"""The command as people use it: a real installation in a folder, a real server, a real client."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from app.access.rules import Permission
from app.accounts.actions import CreateToken, create_token
from app.bootstrap import build_services
from app.cli.main import main
from app.config import Settings, settings_from
from app.kernel.actor import SYSTEM
from app.kernel.outbox import Job
from tests.api.lives import drawing
from tests.world import World, make_world

ROOT = Path(__file__).resolve().parents[2]
SCOPES = frozenset(map(str, Permission))


def run(environment: dict[str, str], *words: str, code: int = 0) -> str:
    """Run a command in this process."""
    result = CliRunner().invoke(main, list(words), env=environment)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh installation, brought up."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "ONESET_DATA_DIR": str(tmp_path / "data"),
        "ONESET_PORT": str(port),
        "ONESET_WEB_PROCESSES": "2",
        "ONESET_WEB_THREADS": "4",
    }
    first = run(environment, "up")
    assert re.search(r"^  admin\n  \S{16}$", first, re.MULTILINE)
    assert "管理员已存在" in run(environment, "up")
    return environment


def settled(environment: dict[str, str]) -> tuple[World, str]:
    """A small world in the installation, and the designer's token."""
    services = build_services(settings_from(environment))
    world = make_world_beside_admin(services.database)
    with services.database.write(world.actor("designer")) as tx:
        token = create_token(tx, CreateToken("t", SCOPES, 9), known_scopes=SCOPES)
    services.close()
    return world, token


def make_world_beside_admin(database: object) -> World:
    """The world brings an administrator of its own: the one that ``up`` made steps aside."""
    import sqlalchemy as sa  # noqa: PLC0415

    with database.plumbing() as session:  # type: ignore[attr-defined]
        session.execute(sa.text("update people set login_key = 'first', login = 'first'"))
    return make_world(database)  # type: ignore[arg-type]


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """``oneset serve`` as a process of its own."""
    command = [sys.executable, "-c", "from app.cli.main import main; main()", "serve"]
    url = f"http://127.0.0.1:{environment['ONESET_PORT']}"
    log = Path(environment["ONESET_DATA_DIR"]) / "serve.log"
    with log.open("ab") as told:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=told, stderr=told
        )
    try:
        for _ in range(150):
            assert process.poll() is None, log.read_text()
            try:
                urllib.request.urlopen(f"{url}/api/v1/openapi.json", timeout=2).read()  # noqa: S310
                break
            except OSError:
                time.sleep(0.2)
        yield url, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


@pytest.mark.slow
def test_a_folder_goes_up_over_http_and_through_a_killed_server(
    installation: dict[str, str], tmp_path: Path
) -> None:
    world, token = settled(installation)
    folder = tmp_path / "图纸"
    (folder / "建筑").mkdir(parents=True)
    for n in range(3):
        (folder / "建筑" / f"{n}.pdf").write_bytes(drawing(f"sheet {n}"))
    (folder / ".hidden").write_bytes(b"x")
    environment = {**installation, "XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path)}
    words = ("upload", str(folder), "--project", world.project_id, "--token", token)
    refused = run(environment, *words, "--url", f"http://127.0.0.1:{installation['ONESET_PORT']}", code=1)
    assert "Error" in refused
    with serving(installation) as (url, process):
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serving(installation) as (url, _):
        output = run(environment, *words, "--url", url)
        assert output.count("ok   建筑/") == 3
        assert "3 / 3" in output
        foreign = ("upload", str(folder), "--project", world.other_project_id, "--token", token, "--url", url)
        assert "没有找到" in run(environment, *foreign, code=1)
        rows = _wait_for_rows(url, token, re.search(r"intake (\w{20})", output)[1])  # type: ignore[index]
    assert len(rows) == 3
    assert "everything agrees" in run(installation, "fsck")


def _wait_for_rows(url: str, token: str, intake: str) -> list[object]:
    """Rows appear because exactly one of the two web processes runs the inline worker."""
    for _ in range(150):
        request = urllib.request.Request(  # noqa: S310  http on this machine
            f"{url}/api/v1/intakes/{intake}", headers={"Authorization": f"Bearer {token}"}
        )
        table = json.load(urllib.request.urlopen(request, timeout=10))  # noqa: S310
        if table["intake"]["waiting"] == 0:
            return list(table["rows"])
        time.sleep(0.3)
    raise AssertionError("nothing was read")


def test_local_upload_work_export_and_reindex(installation: dict[str, str], tmp_path: Path) -> None:
    world, _ = settled(installation)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(drawing("a"))
    run(installation, "upload", str(folder), "--local", "--as", "designer", "--project", world.project_id)
    run(
        installation,
        "upload",
        str(folder),
        "--local",
        "--as",
        "contractor",
        "--project",
        world.project_id,
        code=1,
    )
    run(installation, "work", "--once")
    common = ("--project", world.project_id, "--as", "owner")
    run(installation, "export", "zip", str(tmp_path / "set.zip"), *common)
    assert zipfile.ZipFile(tmp_path / "set.zip").namelist() == ["manifest.json", "SHA256SUMS"]
    run(installation, "export", "csv", str(tmp_path / "register.csv"), *common)
    run(installation, "export", "xlsx", str(tmp_path / "register.xlsx"), *common)
    run(
        installation,
        "export",
        "zip",
        str(tmp_path / "no.zip"),
        "--project",
        world.project_id,
        "--as",
        "stranger",
        code=1,
    )
    assert not (tmp_path / "no.zip").exists()
    run(installation, "reindex")
    run(installation, "doctor")


def test_fsck_ends_with_1_when_a_file_is_gone(installation: dict[str, str], tmp_path: Path) -> None:
    world, _ = settled(installation)
    (tmp_path / "a.pdf").write_bytes(drawing("a"))
    run(
        installation,
        "upload",
        str(tmp_path / "a.pdf"),
        "--local",
        "--as",
        "designer",
        "--project",
        world.project_id,
    )
    assert "everything agrees" in run(installation, "fsck")
    store = Path(installation["ONESET_DATA_DIR"]) / "store"
    (found,) = [p for p in store.rglob("*") if p.is_file() and len(p.name) == 64]
    found.unlink()
    assert "object-missing" in run(installation, "fsck", code=1)


def test_every_setting_is_listed(installation: dict[str, str]) -> None:
    output = run(installation, "help", "settings")
    for item in fields(Settings):
        assert f"ONESET_{item.name.upper()}" in output


def test_every_command_explains_itself_in_both_languages() -> None:
    for name, command in main.commands.items():
        text = command.help or ""
        assert re.search(r"[\u4e00-\u9fff]", text.split("\n\n")[0]), name
        assert re.search(r"[A-Za-z]{3}", text), name


def test_an_old_database_is_not_touched(tmp_path: Path) -> None:
    environment = {"ONESET_DATA_DIR": str(tmp_path / "data")}
    assert "oneset up" in run(environment, "fsck", code=1)
    assert "unknown settings" in run({**environment, "ONESET_NONSENSE": "1"}, "fsck", code=1)


def test_work_that_was_given_up_is_listed_with_its_reason_and_tried_again(
    installation: dict[str, str],
) -> None:
    services = build_services(settings_from(installation))
    with services.database.write(SYSTEM) as tx:
        job = tx.enqueue("read_file", {"file_id": "0" * 20})
        given_up = {"state": "dead", "attempts": 5, "error": "Traceback\nBroken: boom", "finished_at": tx.now}
        tx.session.execute(sa.update(Job).values(given_up))
    listed = run(installation, "jobs")
    assert re.search(rf"read_file +{job}  Broken: boom$", listed, re.MULTILINE)
    assert "given up: 1" in listed
    assert "to be tried again: 1" in run(installation, "jobs", "--again")
    run(installation, "work", "--once")
    assert "given up: 0" in run(installation, "jobs")
    with services.database.read() as session:
        assert session.get_one(Job, job).state == "done"
    services.close()
