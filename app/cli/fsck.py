"""``oneset fsck``: is everything that was promised still there, to the bit?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
import sqlalchemy as sa

from app.bootstrap import CHAPTERS
from app.cli.opening import services
from app.drawings.intake_models import IntakeFile, IntakeSheet
from app.drawings.models import SheetRevision
from app.files.models import Rendition
from app.kernel.db.transactions import Database
from app.kernel.ledger.audit import Fault, LedgerAudit
from app.kernel.outbox import Job, JobState
from app.markups.models import MarkupPhoto
from app.record.audit import audit_register
from app.review.models import ReviewDocument
from app.review.paper_models import ReviewPaper
from storage import Condition, ObjectStore, scrub


@dataclass
class Findings:
    """What a run looked at, and what it found."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@click.command()
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=0,
    help="每秒最多读取 MiB，0 不限 / most MiB per second, 0: no limit",
)
@click.option("--no-bytes", is_flag=True, help="不重新计算文件摘要 / do not hash stored files again")
def fsck(rate: float, *, no_bytes: bool) -> None:
    """核验：重算全部文件摘要、重放存证账本、核对版次与账本。

    Verify: hash every stored file again, replay the ledger, compare revisions with it. Exits with 1 on any fault.
    """
    with services() as opened:
        findings = audit_rows(opened.database)
        wanted = referenced_objects(opened.database)
        with click.progressbar(length=len(wanted), label="文件 / files") as bar:
            for fault in audit_objects(
                opened.store, wanted, rate_mib=rate, has_bytes=not no_bytes, watch=lambda: bar.update(1)
            ):
                findings.faults.append(fault)
        findings.counts["objects"] = len(wanted)
    for name, count in findings.counts.items():
        click.echo(f"{name:<12} {count:>10}")
    for fault in findings.faults:
        click.secho(f"FAULT {fault.check:<16} {fault.subject:<40} {fault.detail}", fg="red")
    if findings.faults:
        click.secho(
            f"发现 {len(findings.faults)} 处问题 / {len(findings.faults)} faults", fg="red", bold=True
        )
        raise SystemExit(1)
    click.secho("全部一致 / everything agrees", fg="green", bold=True)


def audit_rows(database: Database) -> Findings:
    """The ledger against itself, the register against the ledger, dead jobs."""
    findings = Findings()
    with database.read() as session:
        audit = LedgerAudit(session)
        findings.faults += audit.faults()
        findings.faults += audit_register(session, CHAPTERS)
        dead = session.scalars(sa.select(Job).where(Job.state == JobState.DEAD)).all()
        findings.faults += [
            Fault("dead-job", j.id, f"{j.kind}: {(j.error or '').strip()[-120:]}") for j in dead
        ]
        findings.counts = {
            "entries": audit.entries,
            "in tree": audit.leaves,
            "waiting": audit.waiting,
            "chains": audit.sheets,
            "revisions": session.execute(sa.select(sa.func.count(SheetRevision.id))).scalar_one(),
        }
    return findings


def referenced_objects(database: Database) -> dict[str, str]:
    """Digest → what needs it, for every stored object that a row speaks of."""
    wanted: dict[str, str] = {}
    queries = (
        ("intake file", sa.select(IntakeFile.sha256, IntakeFile.id)),
        (
            "page",
            sa.select(IntakeSheet.pdf_sha256, IntakeSheet.id).where(IntakeSheet.pdf_sha256.is_not(None)),
        ),
        ("rendition", sa.select(Rendition.sha256, Rendition.id)),
        ("photo", sa.select(MarkupPhoto.sha256, MarkupPhoto.markup_id)),
        ("review document", sa.select(ReviewDocument.sha256, ReviewDocument.id)),
        ("certificate", sa.select(ReviewPaper.sha256, ReviewPaper.certificate_id)),
    )
    with database.read() as session:
        for kind, query in queries:
            rows: Sequence[Any] = session.execute(query).all()
            wanted.update({sha256: f"{kind} {key}" for sha256, key in rows})
    return wanted


def audit_objects(
    store: ObjectStore,
    wanted: Mapping[str, str],
    *,
    rate_mib: float = 0,
    has_bytes: bool = True,
    watch: Any = lambda: None,
) -> Iterator[Fault]:
    """Every wanted object is there; with ``has_bytes`` it is hashed again, at most ``rate_mib`` MiB per second."""
    if not has_bytes:
        for sha256, user in wanted.items():
            if not store.has(sha256):
                yield Fault("object-missing", sha256, f"needed by {user}")
            watch()
        return
    limit = rate_mib * (1 << 20) or None
    for verdict in scrub(store, sorted(wanted), rate_limit_bytes_per_s=limit):
        watch()
        user = wanted[verdict.sha256]
        if verdict.condition is Condition.MISSING:
            yield Fault("object-missing", verdict.sha256, f"needed by {user}")
        elif not verdict.ok:
            yield Fault("object-damaged", verdict.sha256, f"now hashes to {verdict.found}; needed by {user}")
