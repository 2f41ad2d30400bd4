"""Server and workers are killed (SIGKILL) at any moment while clients upload; afterwards everything must be there."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.kill.judging import fsck_says_everything_agrees, judge, settle
from tests.kill.under_fire import Toll, afterwards, environment, prepare
from tests.peers import postgres
from tests.peers.s3 import S3Server

KILLS = 55
"""In each of the two shapes; ten thousand in tests/soak."""


def fire(settings: Mapping[str, str], kills: int, seed: int) -> Toll:
    """Run, let it settle, judge; the figures are printed."""
    under_fire = prepare(settings, seed)
    toll = under_fire.run(kills)
    services = afterwards(settings)
    try:
        revived = settle(services)
        figures = judge(services, toll)
    finally:
        services.close()
    print(
        f"{toll.kills} killed, {len(toll.acknowledged)} acknowledged, {toll.repeated} sent again, "
        f"{revived} jobs given back by hand, {figures}"
    )
    assert len(toll.acknowledged) > kills / 2, "too little happened for the kills to meet anything"
    assert min(toll.kills.values()) > kills / 5
    return toll


@pytest.mark.slow
def test_killed_servers_and_workers_lose_nothing_on_local_files_and_sqlite(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    fire(settings, KILLS, seed=11)
    fsck_says_everything_agrees(settings, _plain())


@pytest.mark.slow
@pytest.mark.peers
def test_killed_servers_and_workers_lose_nothing_on_postgresql_and_s3(
    tmp_path: Path, s3_server: S3Server
) -> None:
    url = postgres.new_database()
    settings = environment(
        tmp_path,
        database_url=url,
        store_url=s3_server.url("killed", f"{tmp_path.name}-{os.getpid()}"),
        store_access_key=s3_server.access_key,
        store_secret_key=s3_server.secret_key,
    )
    fire(settings, KILLS, seed=12)
    fsck_says_everything_agrees(settings, _plain())
    postgres.drop_database(url)


def _plain() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("ONESET_")}
