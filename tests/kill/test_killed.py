"""Processes are killed (SIGKILL) at any moment while clients upload, sign, issue and release; all must be there once."""

import os
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.kill.installation import afterwards, environment, prepare
from tests.kill.judging import fsck_says_everything_agrees, judge, settle
from tests.kill.judging_lives import judge_lives
from tests.kill.processes import Forked, Processes, Served
from tests.kill.toll import Toll
from tests.kill.under_fire import UnderFire
from tests.peers import postgres
from tests.peers.s3 import S3Server

FORKED_KILLS = 24
"""In each of the two shapes; ten thousand in tests/soak."""
SERVED_KILLS = 12
"""Of processes as an operator starts them, in each of the two shapes: they start more slowly."""

Start = Callable[[Mapping[str, str]], Processes]


def fire(settings: Mapping[str, str], start: Start, kills: int, seed: int) -> Toll:
    """Run, let it settle, judge; the figures are printed."""
    toll, began = Toll(), time.monotonic()
    target = prepare(settings, toll)
    ready = time.monotonic()
    UnderFire(target, start(settings), random.Random(seed), toll).run(kills)
    over = time.monotonic()
    print(f"{toll.report()}; {ready - began:.1f} s to prepare, {over - ready:.1f} s of fire")
    services = afterwards(settings)
    try:
        revived = settle(services)
        figures = judge(services, toll) | judge_lives(services, target, toll)
    finally:
        services.close()
    print(
        f"{revived} jobs given back by hand, {figures}; {time.monotonic() - over:.1f} s to settle and to judge"
    )
    fsck_says_everything_agrees(settings)
    assert toll.progress > kills, "too little happened for the kills to meet anything"
    assert toll.done("release"), "no drawing came as far as its release"
    return toll


def desk(folder: Path, **more: str) -> dict[str, str]:
    """SQLite, local files, Whoosh."""
    return environment(folder, **more)


def office(folder: Path, s3_server: S3Server, **more: str) -> dict[str, str]:
    """PostgreSQL, S3, the database's own search."""
    return environment(
        folder,
        database_url=postgres.new_database(),
        store_url=s3_server.url("killed", f"{folder.name}-{os.getpid()}"),
        store_access_key=s3_server.access_key,
        store_secret_key=s3_server.secret_key,
        search_url="postgresql:",
        **more,
    )


@pytest.mark.slow
def test_killed_servers_and_workers_lose_nothing_on_local_files_and_sqlite(tmp_path: Path) -> None:
    toll = fire(desk(tmp_path), Forked, FORKED_KILLS, seed=11)
    assert toll.kills == {"serve": FORKED_KILLS / 2, "work": FORKED_KILLS / 2}


@pytest.mark.slow
@pytest.mark.peers
def test_killed_servers_and_workers_lose_nothing_on_postgresql_and_s3(
    tmp_path: Path, s3_server: S3Server
) -> None:
    settings = office(tmp_path, s3_server)
    toll = fire(settings, Forked, FORKED_KILLS, seed=12)
    assert toll.kills == {"serve": FORKED_KILLS / 2, "work": FORKED_KILLS / 2}
    postgres.drop_database(settings["ONESET_DATABASE_URL"])


@pytest.mark.slow
def test_killed_gunicorn_with_its_inline_worker_loses_nothing(tmp_path: Path) -> None:
    toll = fire(desk(tmp_path, inline_worker="1"), Served, SERVED_KILLS, seed=13)
    assert toll.kills == {"web process": 10, "master": 2}


@pytest.mark.slow
@pytest.mark.peers
def test_killed_gunicorn_and_job_workers_of_an_office_lose_nothing(
    tmp_path: Path, s3_server: S3Server
) -> None:
    settings = office(tmp_path, s3_server, web_processes="2")
    toll = fire(settings, Served, SERVED_KILLS, seed=14)
    assert toll.kills == {"web process": 6, "job worker": 4, "master": 2}
    postgres.drop_database(settings["ONESET_DATABASE_URL"])
