"""Sheets and revisions for tests: through the real acts, or in bulk where only the facts matter."""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.intake import (
    CorrectRow,
    NoteReading,
    OpenIntake,
    ReadPage,
    ReceiveFile,
    correct_row,
    note_reading,
    open_intake,
    receive_file,
)
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    issue_revisions,
    send_to_checking,
    sign_revisions,
)
from app.drawings.intake_models import IntakeSheet
from app.drawings.models import WHOLE, Sheet, SheetRevision
from app.drawings.rules import FileState, SignatureRole
from app.kernel.actor import SYSTEM
from app.kernel.clock import to_micros
from app.kernel.errors import RowReport
from app.kernel.ids import new_id, new_short_code
from app.kernel.ledger.append import FileFact
from app.kernel.text import code_key, look_alike_key, loose_key, natural_key
from app.record.models import RecordFact
from app.release.actions import ReleaseRevisions, release_revisions
from tests.world import World


@dataclass(frozen=True)
class Upload:
    """A file with one or more pages, as the reader of title blocks would report it."""

    pages: Sequence[Mapping[str, str]]
    kind: str = "pdf"
    content: str = ""
    """What the digests are of; empty: something new each time."""
    name: str = "一张图.pdf"
    cut: bool = False
    completeness: str = "complete"


@dataclass
class Taken:
    """What came of taking in files."""

    intake_id: str
    rows: list[str]
    report: RowReport
    revisions: dict[str, str] = field(default_factory=dict)
    """By row id."""

    def revision(self, position: int = 0) -> str:
        """The revision of the n-th row."""
        return self.revisions[self.rows[position]]


def digests(content: str) -> FileFact:
    """Stand-ins for stored bytes; SM3 is as long as SHA-256."""
    raw = content.encode()
    return FileFact(hashlib.sha256(raw).hexdigest(), hashlib.sha3_256(raw).hexdigest(), len(raw))


def page_fields(
    number: str, title: str = "一层平面图", discipline: str = "arch", **more: str
) -> dict[str, str]:
    """Fields of a title block."""
    return {"number": number, "title": title, "discipline": discipline, **more}


def upload(world: World, intake_id: str, who: str, file: Upload) -> str:
    """receive_file by a person, note_reading by the worker; returns the file id."""
    fact = digests(file.content or new_id())
    with world.database.write(world.actor(who)) as tx:
        file_id = receive_file(tx, ReceiveFile(intake_id, file.name, fact.sha256, fact.sm3, fact.size))
    pages = [
        ReadPage(
            page=n,
            read={k: {"value": v, "source": "block", "confidence": 0.9, "box": None} for k, v in f.items()},
            width_um=841_000,
            height_um=594_000,
            paper="A1",
            block_box=None,
            completeness=file.completeness,
            problems=(),
            pdf=digests(f"{fact.sha256}/{n}") if file.cut else None,
        )
        for n, f in enumerate(file.pages)
    ]
    with world.database.write(SYSTEM) as tx:
        note_reading(tx, NoteReading(file_id, FileState.READY, file.kind, pages=pages))
    return file_id


def take_in(
    world: World,
    *files: Upload,
    who: str = "designer",
    purpose: str = "design",
    building_id: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Taken:
    """Open a batch, upload, read, correct with ``more`` and accept every row."""
    with world.database.write(world.actor(who)) as tx:
        intake_id = open_intake(tx, OpenIntake(world.project_id, "一批图", purpose, building_id))
    for file in files:
        upload(world, intake_id, who, file)
    return accept_all(world, intake_id, who, more)


def accept_all(world: World, intake_id: str, who: str, more: Mapping[str, str] | None = None) -> Taken:
    """Accept every proposed row of a batch."""
    with world.database.write(world.actor(who)) as tx:
        query = (
            sa.select(IntakeSheet).where(IntakeSheet.intake_id == intake_id).order_by(IntakeSheet.position)
        )
        rows = tx.session.scalars(query).all()
        for row in rows:
            if more:
                correct_row(tx, CorrectRow(row.id, row.version, more))
        report = accept_rows(tx, AcceptRows(intake_id, [r.id for r in rows]))
        return Taken(
            intake_id, [r.id for r in rows], report, {r.id: r.revision_id for r in rows if r.revision_id}
        )


SIGNERS = (
    ("checker", SignatureRole.CHECKER),
    ("verifier", SignatureRole.VERIFIER),
    ("approver", SignatureRole.APPROVER),
)


def advance(
    world: World,
    revision_ids: Sequence[str],
    to: str,
    *,
    effective_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Move drafts along the usual way: ``checking``, ``signed``, ``issued`` or ``released``."""
    steps = ["checking", "signed", "issued", "released"]
    move = MoveRevisions(world.project_id, revision_ids, "")
    for step in steps[: steps.index(to) + 1]:
        if step == "checking":
            with world.database.write(world.actor("designer")) as tx:
                clean(send_to_checking(tx, move))
        elif step == "signed":
            for who, role in SIGNERS:
                with world.database.write(world.actor(who)) as tx:
                    clean(sign_revisions(tx, SignRevisions(world.project_id, revision_ids, role)))
        elif step == "issued":
            with world.database.write(world.actor("approver")) as tx:
                clean(issue_revisions(tx, move))
        else:
            with world.database.write(world.actor("owner")) as tx:
                release = ReleaseRevisions(world.project_id, revision_ids, effective_at, reason)
                clean(release_revisions(tx, release))


def clean(report: RowReport) -> None:
    """Fail with the first refusal of a report."""
    for refusal in report.refused.values():
        raise refusal


def released_sheet(world: World, number: str = "建施-01", **more: Any) -> str:
    """A released revision of a new file, or of a new revision of a known sheet; returns the revision id."""
    revision = take_in(world, Upload([page_fields(number)])).revision()
    advance(world, [revision], "released", **more)
    return revision


# -- in bulk -----------------------------------------------------------------------------------------------------------


def bulk_sheets(
    session: Session, project_id: str, count: int, revisions: int, at: datetime, party_id: str = "p"
) -> list[tuple[str, list[str]]]:
    """Insert sheets with revisions and no acts; returns (sheet id, revision ids in order)."""
    chance = random.Random(7)
    sheets: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    made: list[tuple[str, list[str]]] = []
    for n in range(count):
        number = f"{chance.choice('建结水电暖')}施-{n + 1}"
        sheet_id, revision_ids = new_id(), [new_id() for _ in range(revisions)]
        made.append((sheet_id, revision_ids))
        sheets.append(
            {
                "id": sheet_id,
                "project_id": project_id,
                "building_id": None,
                "place_key": WHOLE,
                "discipline": "arch",
                "number": number,
                "number_original": number,
                "number_key": code_key(number),
                "loose_key": loose_key(number),
                "look_alike_key": look_alike_key(number),
                "sort_key": natural_key(number),
                "created_at": at,
                "last_rev_seq": revisions,
            }
        )
        rows += [
            {
                "id": revision_id,
                "project_id": project_id,
                "sheet_id": sheet_id,
                "rev_seq": seq,
                "rev_label": str(seq),
                "state": "released",
                "stage": "construction",
                "building_id": None,
                "discipline": "arch",
                "party_id": party_id,
                "title": f"平面图 {n}",
                "title_block": {},
                "drafted_by": "x",
                "also_drafted_by": [],
                "short_code": new_short_code(),
                "base_sha256": hashlib.sha256(revision_id.encode()).hexdigest(),
                "external": {},
                "created_at": at,
                "state_at": at,
                "version": 1,
            }
            for seq, revision_id in enumerate(revision_ids, 1)
        ]
    insert_many(session, Sheet, sheets)
    insert_many(session, SheetRevision, rows)
    return made


def insert_many(session: Session, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """executemany in one go, without the unit of work."""
    rows = list(rows)
    if rows:
        session.connection().execute(sa.insert(table.__table__), rows)


def insert_facts(
    session: Session, facts: Iterable[tuple[str, str, str, str | None, datetime, datetime]]
) -> None:
    """Facts as (project, sheet, kind, revision, effective, recorded)."""
    insert_many(
        session,
        RecordFact,
        (
            {
                "project_id": project,
                "sheet_id": sheet,
                "kind": kind,
                "revision_id": revision,
                "effective_at": effective,
                "recorded_at": recorded,
                "is_backdated": to_micros(effective) < to_micros(recorded),
                "reason": "",
                "act_id": "bulk",
            }
            for project, sheet, kind, revision, effective, recorded in facts
        ),
    )
