"""All samples through the real reading; ``make test`` runs the smaller half (``tests/drawings/test_every_sample.py``)."""

import os
from pathlib import Path

import pytest

from tests.drawings.test_every_sample import take_in_and_judge

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("ONESET_SOAK") != "1", reason="all samples take minutes: set ONESET_SOAK=1"
    ),
]


def test_every_sample_is_read_or_refused_with_its_reason(tmp_path: Path) -> None:
    take_in_and_judge(tmp_path, is_all=True)
