"""Whether an installation is whole after the killing: nothing acknowledged lost, nothing twice, nothing dangling."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from app.bootstrap import Services
from app.drawings.intake_models import IntakeFile, IntakeSheet
from app.drawings.rules import FileState
from app.jobs.queue import reap
from app.jobs.worker import Worker
from app.kernel.ledger.audit import LedgerAudit
from app.kernel.ledger.models import LedgerEntry
from app.kernel.outbox import Job, JobState
from storage import scrub
from tests.kill.under_fire import Toll
from tests.samples import ROOT

FROM_COMMAND_LINE = "import sys; from app.cli.main import main; sys.argv[1:] = ['fsck']; main()"


def settle(services: Services) -> int:
    """Let one healthy worker finish everything; returns how many jobs had lost five workers and were given back."""
    reap(services.database)
    with services.database.plumbing() as session:
        dead = sa.update(Job).where(Job.state == JobState.DEAD)
        revived = session.execute(dead.values(state=JobState.READY, attempts=0, finished_at=None))
        with_backoff = sa.update(Job).where(Job.state == JobState.READY)
        session.execute(with_backoff.values(run_at=services.clock.now()))
    deadline = time.monotonic() + 240
    while _waiting(services) and time.monotonic() < deadline:
        Worker(services).run_until_idle(patience=240, threads=2)
    return int(revived.rowcount)  # type: ignore[attr-defined]


def _waiting(services: Services) -> int:
    with services.database.read() as session:
        query = sa.select(sa.func.count()).where(Job.state.in_((JobState.READY, JobState.RUNNING)))
        return int(session.execute(query).scalar_one())


def judge(services: Services, toll: Toll) -> dict[str, int]:
    """Assert everything that was promised; returns figures for the report."""
    assert toll.wrong == []
    with services.database.read() as session:
        files = {f.id: f for f in session.scalars(sa.select(IntakeFile))}
        rows = Counter(session.scalars(sa.select(IntakeSheet.file_id)))
        jobs = Counter((kind, state) for kind, state in session.execute(sa.select(Job.kind, Job.state)))
        entries = Counter(session.scalars(sa.select(LedgerEntry.type)))
        audit = LedgerAudit(session)
        faults = list(audit.faults())
    lost = [sent for sent in toll.acknowledged if sent.file_id not in files]
    assert lost == [], f"{len(lost)} acknowledged uploads are gone"
    differing = [
        s for s in toll.acknowledged if (files[s.file_id].sha256, files[s.file_id].name) != (s.sha256, s.name)
    ]
    assert differing == []
    names = Counter(f.name for f in files.values())
    assert [name for name, count in names.items() if count > 1] == [], "an upload exists twice"
    assert len({s.file_id for s in toll.acknowledged}) == len(toll.acknowledged)
    unread = [
        (f.name, f.state, f.reason, f.reason_data) for f in files.values() if f.state != FileState.READY
    ]
    assert unread == []
    assert rows == dict.fromkeys(files, 1), "a reading took effect twice, or not at all"
    assert (entries["file.received"], entries["file.read"]) == (len(files), len(files))
    assert jobs == {("read_file", JobState.DONE): len(files)}
    assert faults == []
    assert audit.waiting == 0, "entries that the sequencer forgot"
    wanted = {f.sha256 for f in files.values()}
    assert [v for v in scrub(services.store, wanted) if not v.ok] == []
    assert services.derived.manifest(next(iter(wanted))) is not None
    return {"files": len(files), "entries": audit.entries, "leaves": audit.leaves, "objects": len(wanted)}


def fsck_says_everything_agrees(settings: Mapping[str, str], environ: Mapping[str, str]) -> None:
    """The product's own check, as an operator runs it."""
    done = subprocess.run(
        [sys.executable, "-c", FROM_COMMAND_LINE],
        cwd=ROOT,
        env={**environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
