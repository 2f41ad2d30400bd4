"""Whether an installation is whole after the killing: nothing acknowledged lost, nothing twice, nothing dangling."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from app.bootstrap import Services
from app.drawings.actions.comparisons import COMPARE
from app.drawings.intake_models import IntakeFile, IntakeSheet
from app.drawings.models import SheetRevision
from app.drawings.pairs import Pair
from app.drawings.rules import FileState
from app.jobs.queue import EVERY_WORKER_DIED, dead_jobs, give_back, reap
from app.jobs.worker import Worker
from app.kernel.ledger.audit import LedgerAudit
from app.kernel.ledger.merkle import GrowingTree, leaf_hash
from app.kernel.ledger.models import LedgerEntry
from app.kernel.ledger.publish import published_entries, published_head
from app.kernel.outbox import Job, JobState, SearchOutbox
from storage import scrub
from tests.kill.installation import plain_environment
from tests.kill.processes import FROM_COMMAND_LINE
from tests.kill.toll import Toll
from tests.samples import ROOT


def settle(services: Services) -> int:
    """Let one healthy worker finish everything; returns how many jobs had lost five workers and were given back."""
    reap(services.database)
    with services.database.read() as session:
        reasons = {job.error for job in dead_jobs(session)}
    assert reasons <= {EVERY_WORKER_DIED}, "a job died of something else than its workers' deaths"
    given_back = give_back(services.database)
    with services.database.plumbing() as session:
        with_backoff = sa.update(Job).where(Job.state == JobState.READY)
        session.execute(with_backoff.values(run_at=services.clock.now()))
    deadline = time.monotonic() + 240
    while _waiting(services) and time.monotonic() < deadline:
        Worker(services).run_until_idle(patience=240, threads=2)
    Worker(services).run_until_idle()
    return given_back


def _waiting(services: Services) -> int:
    with services.database.read() as session:
        query = sa.select(sa.func.count()).where(Job.state.in_((JobState.READY, JobState.RUNNING)))
        return int(session.execute(query).scalar_one())


def judge(services: Services, toll: Toll) -> dict[str, int]:
    """Assert everything that was promised of uploads, jobs and ledger; returns figures for the report."""
    assert toll.wrong == []
    with services.database.read() as session:
        files = {f.id: f for f in session.scalars(sa.select(IntakeFile))}
        rows = Counter(session.execute(sa.select(IntakeSheet.file_id, IntakeSheet.page)).all())
        jobs = Counter((kind, state) for kind, state in session.execute(sa.select(Job.kind, Job.state)))
        compared = [
            Pair.from_payload(payload)
            for payload in session.scalars(sa.select(Job.payload).where(Job.kind == COMPARE))
        ]
        later = session.execute(
            sa.select(sa.func.count()).select_from(SheetRevision).where(SheetRevision.rev_seq > 1)
        ).scalar_one()
        entries = Counter(session.scalars(sa.select(LedgerEntry.type)))
        cut = set(
            session.scalars(sa.select(IntakeSheet.pdf_sha256).where(IntakeSheet.pdf_sha256.is_not(None)))
        )
        unindexed = session.execute(sa.select(sa.func.count(SearchOutbox.id))).scalar_one()
        audit = LedgerAudit(session)
        faults = list(audit.faults())
    lost = [sent for sent in toll.acknowledged if sent.file_id not in files]
    assert lost == [], f"{len(lost)} acknowledged uploads are gone"
    differing = [
        s for s in toll.acknowledged if (files[s.file_id].sha256, files[s.file_id].name) != (s.sha256, s.name)
    ]
    assert differing == []
    # Every client hears its last answer, so nothing is there that was not acknowledged either.
    assert Counter(f.name for f in files.values()) == Counter(s.name for s in toll.acknowledged)
    assert Counter(s.file_id for s in toll.acknowledged) == dict.fromkeys(files, 1), "an upload exists twice"
    unread = [
        (f.name, f.state, f.reason, f.reason_data) for f in files.values() if f.state != FileState.READY
    ]
    assert unread == []
    pages = [(f.id, page) for f in files.values() for page in range(f.pages)]
    assert rows == dict.fromkeys(pages, 1), "a reading took effect twice, or not at all"
    assert (entries["file.received"], entries["file.read"]) == (len(files), len(files))
    issued = len(toll.done("issue"))
    wanted_jobs = Counter(
        {
            ("read_file", "done"): len(files),
            ("write_record_manifest", "done"): issued,
            (COMPARE, "done"): later,
        }
    )
    assert jobs == +wanted_jobs
    unanswered = [p for p in compared if services.derived.named(p.before.sha256, p.name) is None]
    assert unanswered == [], "a comparison is done and its answer is not there"
    assert faults == []
    assert audit.waiting == 0, "entries that the sequencer forgot"
    assert _published(services) == (audit.leaves, published_head(services.store).root)
    assert unindexed == 0
    wanted = {f.sha256 for f in files.values()} | cut
    assert [v for v in scrub(services.store, wanted) if not v.ok] == []
    assert all(services.derived.manifest(f.sha256) is not None for f in files.values())
    return {"files": len(files), "entries": audit.entries, "leaves": audit.leaves, "objects": len(wanted)}


def _published(services: Services) -> tuple[int, str]:
    """Size and root of the ledger as it stands beside the bytes, computed from its lines."""
    tree = GrowingTree()
    for body in published_entries(services.store, published_head(services.store)):
        tree.add(leaf_hash(body))
    return tree.size, tree.root().hex()


def fsck_says_everything_agrees(settings: Mapping[str, str]) -> None:
    """The product's own check, as an operator runs it."""
    done = subprocess.run(
        [sys.executable, "-c", FROM_COMMAND_LINE, "fsck"],
        cwd=ROOT,
        env={**plain_environment(), **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
