"""A set being sealed, killed again and again: each sheet is sealed once or not at all, and the set is finished.

12 sheets and 3 kills; the soak has 300 sheets and 20 kills (``ONESET_SOAK=1``).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.files.models import Rendition, RenditionRole
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.record.audit import audit_register
from app.record.seal_chapter import SEALS
from app.seals.batches.run import run_batch
from app.seals.rules import BatchState, UseState
from app.seals.verifying.jail import judge_file
from tests.seals.seal_house import SealHouse, make_seal_house

IS_SOAK = os.environ.get("ONESET_SOAK") == "1"
SHEETS, KILLS = (300, 20) if IS_SOAK else (12, 3)
LONGEST_S = 600


@pytest.fixture
def clock() -> SteppedClock:
    """The runner has the computer's clock, and certificates that were made a year ago would serve it too."""
    return SteppedClock(datetime.now(UTC))


def _begin(house: SealHouse, batch_id: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "tests.seals.batch_runner",
        house.database.url,
        str(house.folder),
        batch_id,
    ]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _sealed(house: SealHouse, batch_id: str) -> int:
    return sum(use.state == UseState.SEALED for use in house.uses(batch_id))


@pytest.mark.slow
def test_killed_anywhere_each_sheet_is_sealed_once(database: Database, tmp_path: Path) -> None:
    house = make_seal_house(database, tmp_path)
    revisions = house.sheets(SHEETS)
    batch_id = house.ask("出图章", revisions, "approver").batch_id or ""
    chance = random.Random("kills")
    moved = []
    for _ in range(KILLS):
        before = _sealed(house, batch_id)
        process = _begin(house, batch_id)
        deadline = time.monotonic() + LONGEST_S
        # Until it has sealed something more, and then a little longer: in the middle of the next one.
        while process.poll() is None and _sealed(house, batch_id) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.2))
        _end(process)
        moved.append(_sealed(house, batch_id) - before)
    assert sum(moved) < SHEETS, "the kills came too late to mean anything"
    assert sum(map(bool, moved)) >= KILLS // 2
    _finish(house, batch_id)
    _is_whole(house, batch_id, revisions)


def _finish(house: SealHouse, batch_id: str) -> None:
    commit = run_batch(house.room, batch_id)
    with house.database.write(SYSTEM) as tx:
        commit(tx)


def _is_whole(house: SealHouse, batch_id: str, revisions: list[str]) -> None:
    uses = house.uses(batch_id)
    assert house.batch(batch_id).state == BatchState.DONE
    assert Counter(use.state for use in uses) == {UseState.SEALED: len(revisions)}
    with house.database.read() as session:
        query = sa.select(Rendition.owner_id).where(Rendition.role == RenditionRole.SEALED)
        assert Counter(session.scalars(query)) == dict.fromkeys(revisions, 1)
        assert list(audit_register(session, [SEALS])) == []
    now = house.room.now()
    trust = house.room.trust.trust_list(now)
    for use in random.Random("look").sample(uses, 4):
        with house.room.copies.object(use.sha256) as path:
            report = judge_file(path, trust, now)
        assert (report.verdict, len(report.seals)) == ("valid", 1)


@pytest.mark.slow
def test_two_workers_at_one_batch_seal_each_sheet_once(database: Database, tmp_path: Path) -> None:
    """A worker that is thought dead, and is not: its lease went to another."""
    house = make_seal_house(database, tmp_path)
    revisions = house.sheets(6)
    batch_id = house.ask("出图章", revisions, "approver").batch_id or ""
    both = [_begin(house, batch_id) for _ in range(2)]
    for process in both:
        process.communicate(timeout=LONGEST_S)
    _finish(house, batch_id)
    _is_whole(house, batch_id, revisions)
