"""The long run before a release: ten thousand kills (SECURITY section 6, R2). ``ONESET_SOAK=1`` starts it.

Of ten rounds seven fire at forked processes on SQLite and local files, two at forked processes on PostgreSQL and S3, and
one at what an operator starts: ``oneset serve`` and ``oneset work``, of a desk and of an office in turn.
"""

import os
from pathlib import Path

import pytest

from tests.kill.processes import Forked, Served
from tests.kill.test_killed import desk, fire, office
from tests.peers import postgres
from tests.peers.s3 import S3Server

ROUNDS = 100
KILLS_A_ROUND = 100

IS_ASKED_FOR = os.environ.get("ONESET_SOAK") == "1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_ASKED_FOR, reason="the soak of 10,000 kills takes hours: set ONESET_SOAK=1"),
]


@pytest.mark.parametrize("seed", range(ROUNDS if IS_ASKED_FOR else 1))
def test_ten_thousand_kills_lose_nothing(tmp_path: Path, seed: int, request: pytest.FixtureRequest) -> None:
    kind = seed % 10
    start = Served if kind == 9 else Forked
    if kind in (3, 7) or (kind == 9 and seed % 20 == 9):
        s3_server: S3Server = request.getfixturevalue("s3_server")
        settings = office(tmp_path, s3_server, web_processes="2")
    else:
        settings = desk(tmp_path, inline_worker="1" if start is Served else "0")
    fire(settings, start, KILLS_A_ROUND, seed=1_000 + seed)
    if "ONESET_DATABASE_URL" in settings:
        postgres.drop_database(settings["ONESET_DATABASE_URL"])
