"""The long run before a release: ten thousand kills (SECURITY section 6, R2). ``ONESET_SOAK=1`` starts it."""

import os
from pathlib import Path

import pytest

from tests.kill.judging import fsck_says_everything_agrees
from tests.kill.test_killed import fire
from tests.kill.under_fire import environment

ROUNDS = 100
KILLS_A_ROUND = 100

IS_ASKED_FOR = os.environ.get("ONESET_SOAK") == "1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_ASKED_FOR, reason="the soak of 10,000 kills takes hours: set ONESET_SOAK=1"),
]


@pytest.mark.parametrize("seed", range(ROUNDS if IS_ASKED_FOR else 1))
def test_ten_thousand_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    settings = environment(tmp_path)
    fire(settings, KILLS_A_ROUND, seed=1_000 + seed)
    plain = {k: v for k, v in os.environ.items() if not k.startswith("ONESET_")}
    fsck_says_everything_agrees(settings, plain)
