"""The clerk's intake: batches, files, the table of proposed sheets, and the comparison with the drawing list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.accounts.models import Person
from app.drawings.intake_models import DrawingListEntry, Intake, IntakeFile, IntakeSheet, LearnedBlock
from app.drawings.models import WHOLE, Sheet
from app.drawings.rules import CAD_KINDS, FileState, ProposalState
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Columns, Rights, Target
from app.kernel.text import code_key, look_alike_key, natural_key


@dataclass(frozen=True)
class IntakeView:
    """A batch in a list."""

    id: str
    project_id: str
    title: str
    purpose: str
    state: str
    person: str
    created_at: datetime
    files: int
    waiting: int
    """Files not read yet."""
    refused: int
    proposed: int
    accepted: int


@dataclass(frozen=True)
class FileView:
    """An uploaded file."""

    id: str
    name: str
    sha256: str
    sm3: str
    size: int
    kind: str
    state: str
    reason: str | None
    reason_data: dict[str, Any]
    problems: tuple[dict[str, Any], ...]
    signatures: tuple[dict[str, Any], ...]
    pages: int
    received_at: datetime


@dataclass(frozen=True)
class ProposalView:
    """A row of the intake table."""

    id: str
    file_id: str
    file_name: str
    file_kind: str
    page: int
    state: str
    version: int
    values: dict[str, str]
    read: dict[str, Any]
    corrected: tuple[str, ...]
    building_id: str | None
    paper: str
    width_um: int
    height_um: int
    block_box: tuple[int, ...] | None
    completeness: str
    problems: tuple[dict[str, Any], ...]
    sha256: str
    revision_id: str | None
    warnings: tuple[str, ...] = ()
    """Codes: ``duplicate``, ``look-alike``, ``not-in-list``, ``title-differs``, ``new-revision``, ``other-place``."""


@dataclass(frozen=True)
class Reconciliation:
    """Rows compared with the drawing lists of the batch (图纸目录核对)."""

    listed: int = 0
    missing: tuple[tuple[str, str], ...] = ()
    """(number, title) in the list without a sheet."""
    extra: tuple[str, ...] = ()
    """Row ids of sheets that no list names."""
    duplicates: tuple[str, ...] = ()
    """Numbers that several rows claim."""
    titles: tuple[tuple[str, str, str], ...] = ()
    """(row id, title on the sheet, title in the list) where they differ."""


@dataclass(frozen=True)
class IntakeTable:
    """Everything the clerk's page shows."""

    intake: IntakeView
    files: tuple[FileView, ...]
    rows: tuple[ProposalView, ...]
    reconciliation: Reconciliation = field(default_factory=Reconciliation)


def intakes_of(session: Session, rights: Rights, project_id: str) -> Sequence[IntakeView]:
    """Batches the actor may see, newest first."""
    columns = Columns(Intake.project_id, party_id=Intake.party_id)
    clause = rights.clause(Permission.INTAKE_VIEW, columns)
    query = (
        sa.select(Intake, Person.name)
        .join(Person, Person.id == Intake.person_id)
        .where(Intake.project_id == project_id, clause)
        .order_by(Intake.created_at.desc(), Intake.id.desc())
    )
    rows = session.execute(query).all()
    counts = _counts(session, [i.id for i, _ in rows])
    return [_intake(i, name, counts) for i, name in rows]


def intake_table(session: Session, rights: Rights, intake_id: str) -> IntakeTable:
    """One batch with its files, rows and reconciliation.

    Raises:
        Refused: ``not-found``.
    """
    intake = session.get(Intake, intake_id)
    if intake is None or not rights.may(
        Permission.INTAKE_VIEW, Target(intake.project_id, party_id=intake.party_id)
    ):
        raise Refused(NOT_FOUND)
    name = session.execute(sa.select(Person.name).where(Person.id == intake.person_id)).scalar_one()
    files = _files(session, intake_id)
    place = {file_id: n for n, file_id in enumerate(files)}
    found = session.scalars(sa.select(IntakeSheet).where(IntakeSheet.intake_id == intake_id))
    rows = sorted(found, key=lambda r: (place[r.file_id], r.page, r.position))
    reconciliation = reconcile(session, intake_id, rows)
    warnings = _warnings(session, intake, rows, reconciliation)
    return IntakeTable(
        _intake(intake, name, _counts(session, [intake_id])),
        tuple(_file(f) for f in files.values()),
        tuple(_row(r, files[r.file_id], warnings.get(r.id, ())) for r in rows),
        reconciliation,
    )


def _files(session: Session, intake_id: str) -> dict[str, IntakeFile]:
    """Files of a batch by id, in the natural order of their names: they arrive side by side, in no order of anybody's."""
    found = session.scalars(sa.select(IntakeFile).where(IntakeFile.intake_id == intake_id))
    ordered = sorted(found, key=lambda f: (natural_key(f.name), f.received_at, f.id))
    return {f.id: f for f in ordered}


def learned_fields(session: Session, intake_id: str) -> dict[str, tuple[int, ...]]:
    """Boxes learned for a batch, by field: um from the lower right corner."""
    query = sa.select(LearnedBlock.field, LearnedBlock.box).where(LearnedBlock.intake_id == intake_id)
    return {name: tuple(box) for name, box in session.execute(query)}


def reconcile(session: Session, intake_id: str, rows: Sequence[IntakeSheet]) -> Reconciliation:
    """Compare the rows of a batch with the drawing lists found in it."""
    taking_part = [r for r in rows if r.state != ProposalState.LEFT_OUT]
    numbers = {r.id: code_key(str(r.values.get("number") or "")) for r in taking_part}
    claimed = Counter(
        (numbers[r.id], r.building_id, r.values.get("discipline"), r.kind in CAD_KINDS)
        for r in taking_part
        if numbers[r.id]
    )
    duplicates = tuple(sorted({key[0] for key, n in claimed.items() if n > 1}))
    query = (
        sa.select(DrawingListEntry)
        .where(DrawingListEntry.intake_id == intake_id)
        .order_by(DrawingListEntry.position)
    )
    left_out = {r.id for r in rows if r.state == ProposalState.LEFT_OUT}
    entries = [e for e in session.scalars(query) if e.intake_sheet_id not in left_out]
    if not entries:
        return Reconciliation(duplicates=duplicates)
    listed = {e.number_key: e for e in entries}
    present = set(numbers.values())
    lists = {e.intake_sheet_id for e in entries}
    missing = tuple((e.number, e.title) for e in entries if e.number_key not in present and not _void(e))
    extra = tuple(r.id for r in taking_part if numbers[r.id] not in listed and r.id not in lists)
    titles = tuple(
        (r.id, str(r.values.get("title") or ""), listed[numbers[r.id]].title)
        for r in taking_part
        if numbers[r.id] in listed
        and code_key(str(r.values.get("title") or "")) != code_key(listed[numbers[r.id]].title)
    )
    return Reconciliation(len(entries), missing, extra, duplicates, titles)


def _void(entry: DrawingListEntry) -> bool:
    """A list may keep the line of a cancelled sheet."""
    return "作废" in entry.note or "取消" in entry.note


def _warnings(
    session: Session, intake: Intake, rows: Sequence[IntakeSheet], reconciliation: Reconciliation
) -> dict[str, tuple[str, ...]]:
    """What a clerk should look at before accepting, by row."""
    query = sa.select(Sheet.number_key, Sheet.look_alike_key, Sheet.place_key, Sheet.discipline).where(
        Sheet.project_id == intake.project_id
    )
    known = session.execute(query).all()
    identities = {(s.number_key, s.place_key, s.discipline) for s in known}
    look_alikes: dict[str, set[str]] = {}
    places: dict[tuple[str, str | None], set[str]] = {}
    for sheet in known:
        places.setdefault((sheet.number_key, sheet.discipline), set()).add(sheet.place_key)
        look_alikes.setdefault(sheet.look_alike_key, set()).add(sheet.number_key)
    titles = {row_id for row_id, _, _ in reconciliation.titles}
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.state != ProposalState.PROPOSED:
            continue
        number = str(row.values.get("number") or "")
        key = code_key(number)
        codes = []
        if key in reconciliation.duplicates:
            codes.append("duplicate")
        if row.id in reconciliation.extra:
            codes.append("not-in-list")
        if row.id in titles:
            codes.append("title-differs")
        if key and look_alikes.get(look_alike_key(number), {key}) - {key}:
            codes.append("look-alike")
        place, discipline = row.building_id or WHOLE, row.values.get("discipline")
        if (key, place, discipline) in identities:
            codes.append("new-revision")
        elif any((place == WHOLE) != (other == WHOLE) for other in places.get((key, discipline), ())):
            # Buildings may repeat a number; a number on both a building and the whole site is a building forgotten.
            codes.append("other-place")
        found[row.id] = tuple(codes)
    return found


Counts = dict[str, Counter[str]]


def _counts(session: Session, ids: Sequence[str]) -> Counts:
    counts: Counts = {i: Counter() for i in ids}
    for table, states in (
        (IntakeFile, (FileState.RECEIVED, FileState.REFUSED)),
        (IntakeSheet, (ProposalState.PROPOSED, ProposalState.ACCEPTED)),
    ):
        query = (
            sa.select(table.intake_id, table.state, sa.func.count())
            .where(table.intake_id.in_(ids))
            .group_by(table.intake_id, table.state)
        )
        for intake_id, state, number in session.execute(query):
            counts[intake_id][state] += number if state in states else 0
            counts[intake_id][table.__tablename__] += number
    return counts


def _intake(row: Intake, person: str, counts: Counts) -> IntakeView:
    count = counts[row.id]
    return IntakeView(
        id=row.id,
        project_id=row.project_id,
        title=row.title,
        purpose=row.purpose,
        state=row.state,
        person=person,
        created_at=row.created_at,
        files=count["intake_files"],
        waiting=count[FileState.RECEIVED],
        refused=count[FileState.REFUSED],
        proposed=count[ProposalState.PROPOSED],
        accepted=count[ProposalState.ACCEPTED],
    )


def _file(row: IntakeFile) -> FileView:
    return FileView(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        sm3=row.sm3,
        size=row.size,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        reason_data=row.reason_data,
        problems=tuple(row.problems),
        signatures=tuple(row.signatures),
        pages=row.pages,
        received_at=row.received_at,
    )


def _row(row: IntakeSheet, file: IntakeFile, warnings: tuple[str, ...]) -> ProposalView:
    return ProposalView(
        id=row.id,
        file_id=file.id,
        file_name=file.name,
        file_kind=file.kind,
        page=row.page,
        state=row.state,
        version=row.version,
        values=row.values,
        read=row.read,
        corrected=tuple(row.corrected),
        building_id=row.building_id,
        paper=row.paper,
        width_um=row.width_um,
        height_um=row.height_um,
        block_box=tuple(row.block_box) if row.block_box else None,
        completeness=row.completeness,
        problems=tuple(row.problems),
        sha256=file.sha256,
        revision_id=row.revision_id,
        warnings=warnings,
    )
