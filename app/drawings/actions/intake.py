"""The life of a batch: opened, filled with acknowledged files, read, corrected by the clerk, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.intake_models import DrawingListEntry, Intake, IntakeFile, IntakeSheet, LearnedBlock
from app.drawings.reading import parse_day
from app.drawings.rules import FIELD_LABELS, FIELDS, HISTORY_FIELDS, FileState, IntakeState, ProposalState
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, STALE, Refused, declare, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact, FileFact
from app.kernel.policy import SeatFact, Target
from app.kernel.text import UnprintableText, clean, code_key, normalise, storable, tidy
from app.projects.models import Building
from app.projects.rules import Discipline, Stage

INTAKE_CLOSED = declare(
    "intake-closed",
    409,
    "该批次已关闭。",
    "This intake is closed.",
    "请新建批次后再上传。",
    "Open a new one and upload there.",
)


@dataclass(frozen=True)
class OpenIntake:
    """Open a batch."""

    project_id: str
    title: str = ""
    purpose: str = "design"
    building_id: str | None = None


def open_intake(tx: Tx, command: OpenIntake) -> str:
    """Open a batch of uploads (收图批次); returns its id.

    Raises:
        Refused: no right to upload (``intake:upload``), or to enter history (``revision:import``).
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    seats = rights.in_project(command.project_id)
    permission = Permission.REVISION_IMPORT if command.purpose == "history" else Permission.REVISION_EDIT
    seat: SeatFact | None = None
    for own in dict.fromkeys(s.party_id for s in seats):
        seat = seat or rights.seat_for(permission, Target(command.project_id, party_id=own))
    if seat is None:
        seat = rights.require(permission, Target(command.project_id))
    _building(tx, command.project_id, command.building_id)
    intake = Intake(
        id=new_id(),
        project_id=command.project_id,
        party_id=seat.party_id,
        seat_id=seat.seat_id,
        person_id=seat.person_id,
        title=tidy(command.title)[:200],
        purpose=command.purpose,
        state=IntakeState.OPEN,
        building_id=command.building_id,
        created_at=tx.now,
    )
    tx.session.add(intake)
    tx.session.flush()
    tx.record(
        Fact(
            "intake.opened",
            command.project_id,
            subjects={"intake": intake.id},
            data={"purpose": command.purpose},
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    return intake.id


@dataclass(frozen=True)
class ReceiveFile:
    """Bytes that are stored already; now they are acknowledged."""

    intake_id: str
    name: str
    sha256: str
    sm3: str
    size: int
    receipt_key: str | None = None
    """Upload id: the same upload finished twice is one file."""


def receive_file(tx: Tx, command: ReceiveFile) -> str:
    """Acknowledge a stored upload: row, ledger entry and the job to read it, in one transaction; returns the file id.

    Raises:
        Refused: no right; the batch is closed.
    """
    intake, seat = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    file_id = command.receipt_key or new_id()
    known = tx.session.get(IntakeFile, file_id) if command.receipt_key else None
    if known is not None:
        if known.intake_id != intake.id:
            raise Refused(NOT_FOUND)
        return file_id
    if intake.state == IntakeState.CLOSED:
        raise Refused(INTAKE_CLOSED)
    row = IntakeFile(
        id=file_id,
        intake_id=intake.id,
        project_id=intake.project_id,
        name=storable(command.name)[-300:],
        sha256=command.sha256,
        sm3=command.sm3,
        size=command.size,
        state=FileState.RECEIVED,
        reason_data={},
        signatures=[],
        problems=[],
        received_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.record(
        Fact(
            "file.received",
            intake.project_id,
            subjects={"intake": intake.id, "file": row.id},
            files=[FileFact(command.sha256, command.sm3, command.size)],
            seat_id=seat.seat_id,
            party_id=seat.party_id,
        )
    )
    tx.enqueue("read_file", {"file_id": row.id}, project_id=intake.project_id, dedupe_key=f"read:{row.id}")
    return row.id


@dataclass(frozen=True)
class ReadPage:
    """One page as the reader found it."""

    page: int
    read: Mapping[str, Any]
    width_um: int
    height_um: int
    paper: str
    block_box: Sequence[int] | None
    completeness: str
    problems: Sequence[Mapping[str, Any]]
    pdf: FileFact | None = None
    list_rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class NoteReading:
    """What reading a file gave."""

    file_id: str
    state: FileState
    kind: str = ""
    reason: str | None = None
    reason_data: Mapping[str, Any] = field(default_factory=dict)
    signatures: Sequence[Mapping[str, Any]] = ()
    problems: Sequence[Mapping[str, Any]] = ()
    pages: Sequence[ReadPage] = ()


def note_reading(tx: Tx, command: NoteReading) -> None:
    """Store what the reader found; a second reading of the same file changes nothing."""
    file = tx.session.get(IntakeFile, command.file_id, with_for_update=True)
    if file is None or file.state != FileState.RECEIVED:
        return
    intake = tx.session.get_one(Intake, file.intake_id)
    file.state, file.kind, file.read_at = command.state, command.kind, tx.now
    file.reason, file.reason_data = command.reason, storable(command.reason_data)
    file.signatures, file.problems = storable(command.signatures), storable(command.problems)
    file.pages = len(command.pages)
    last = sa.select(sa.func.max(IntakeSheet.position)).where(IntakeSheet.intake_id == intake.id)
    position = (tx.session.execute(last).scalar_one() or 0) + 1
    for offset, page in enumerate(command.pages):
        row = _proposal(intake, file, page, position + offset)
        tx.session.add(row)
        tx.session.flush()
        tx.session.add_all(_list_entry(intake, row, entry) for entry in page.list_rows)
    tx.record(
        Fact(
            "file.read",
            file.project_id,
            subjects={"intake": intake.id, "file": file.id},
            data={"state": str(command.state), "pages": len(command.pages), "reason": command.reason},
        )
    )


def _proposal(intake: Intake, file: IntakeFile, page: ReadPage, position: int) -> IntakeSheet:
    values = {name: clean(reading["value"]) for name, reading in page.read.items() if name in FIELDS}
    is_list = bool(page.list_rows)
    return IntakeSheet(
        id=new_id(),
        intake_id=intake.id,
        file_id=file.id,
        project_id=file.project_id,
        kind=file.kind,
        page=page.page,
        position=position,
        state=ProposalState.PROPOSED,
        read=storable(page.read),
        values={**values, "stage": values.get("stage") or Stage.CONSTRUCTION.value},
        corrected=[],
        building_id=intake.building_id,
        width_um=page.width_um,
        height_um=page.height_um,
        paper=page.paper,
        block_box=list(page.block_box) if page.block_box else None,
        completeness=page.completeness,
        problems=[
            *storable(page.problems),
            *([{"code": "drawing-list", "severity": "info"}] if is_list else []),
        ],
        pdf_sha256=page.pdf.sha256 if page.pdf else None,
        pdf_sm3=page.pdf.sm3 if page.pdf else None,
        pdf_size=page.pdf.size if page.pdf else None,
    )


def _list_entry(intake: Intake, row: IntakeSheet, entry: Mapping[str, Any]) -> DrawingListEntry:
    return DrawingListEntry(
        id=new_id(),
        intake_id=intake.id,
        intake_sheet_id=row.id,
        project_id=intake.project_id,
        position=entry["position"],
        number=clean(entry["number"])[:80],
        number_key=code_key(clean(entry["number"]))[:80],
        title=clean(entry["title"])[:300],
        paper=clean(entry["paper"])[:20],
        revision=clean(entry["revision"])[:30],
        note=clean(entry["note"])[:200],
    )


@dataclass(frozen=True)
class CorrectRow:
    """A clerk's correction of one row."""

    row_id: str
    version: int
    values: Mapping[str, str]
    building_id: str | None = None
    set_building: bool = False


def correct_row(tx: Tx, command: CorrectRow) -> int:
    """Correct fields of a proposed sheet; returns the row's new version.

    Raises:
        Refused: no right; stale version; unknown field, discipline or stage; hidden characters.
    """
    row, intake = row_for(tx, command.row_id)
    if row.version != command.version:
        raise Refused(STALE)
    if row.state != ProposalState.PROPOSED:
        raise Refused(INTAKE_CLOSED)
    values = dict(row.values)
    for name, value in command.values.items():
        values[name] = checked_value(name, value)
    changed = [n for n in command.values if values.get(n) != row.values.get(n)]
    row.values = values
    row.corrected = sorted({*row.corrected, *changed})
    if command.set_building:
        _building(tx, intake.project_id, command.building_id)
        row.building_id = command.building_id
    tx.session.flush()
    return row.version


def checked_value(name: str, value: str) -> str:
    """One field as it may be stored.

    Raises:
        Refused: ``invalid-input``.
    """
    if name not in FIELDS and name not in HISTORY_FIELDS:
        raise invalid(name, "没有这个字段", "no such field")
    field_name = str(FIELD_LABELS.get(name) or HISTORY_FIELDS[name])
    try:
        flat = normalise(value) if name == "number" else tidy(value)
    except UnprintableText as error:
        raise invalid(field_name, "含不可见字符", "has invisible characters") from error
    if len(flat) > 300:
        raise invalid(field_name, "超过 300 个字符", "longer than 300 characters")
    if name == "external_effective_date" and flat:
        flat = parse_day(flat)
        if not flat:
            raise invalid(field_name, "请填写完整日期，如 2024-05-12", "give a whole date such as 2024-05-12")
    if name == "discipline" and flat and flat not in set(Discipline):
        raise invalid(field_name, "没有这个专业", "no such discipline")
    if name == "stage" and flat and flat not in set(Stage):
        raise invalid(field_name, "没有这个阶段", "no such stage")
    return flat


@dataclass(frozen=True)
class LearnBlock:
    """Where a corrected value stands on the page."""

    intake_id: str
    field: str
    box: Sequence[int]


def learn_block(tx: Tx, command: LearnBlock) -> None:
    """Remember where this set's blocks hold a field, for the rows that follow (DOMAIN 8, 7).

    Raises:
        Refused: no right.
    """
    intake, _ = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    old = sa.delete(LearnedBlock).where(
        LearnedBlock.intake_id == intake.id, LearnedBlock.field == command.field
    )
    tx.session.execute(old)
    tx.session.add(
        LearnedBlock(
            id=new_id(),
            project_id=intake.project_id,
            party_id=intake.party_id,
            intake_id=intake.id,
            field=command.field,
            corner="right",
            box=list(command.box),
            learned_at=tx.now,
        )
    )


@dataclass(frozen=True)
class LeaveOut:
    """Rows that shall not become sheets (covers, duplicates)."""

    intake_id: str
    row_ids: Sequence[str]
    is_undo: bool = False


def leave_out_rows(tx: Tx, command: LeaveOut) -> int:
    """Leave rows out, or take them back in; returns how many changed.

    Raises:
        Refused: no right.
    """
    intake, _ = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    source = ProposalState.LEFT_OUT if command.is_undo else ProposalState.PROPOSED
    query = sa.select(IntakeSheet).where(
        IntakeSheet.intake_id == intake.id,
        IntakeSheet.id.in_(list(command.row_ids)),
        IntakeSheet.state == source,
    )
    rows = tx.session.scalars(query).all()
    for row in rows:
        row.state = ProposalState.PROPOSED if command.is_undo else ProposalState.LEFT_OUT
    return len(rows)


def close_intake(tx: Tx, intake_id: str) -> None:
    """Close a batch: nothing more may be added; what was received stays for the record.

    Raises:
        Refused: no right.
    """
    intake, seat = intake_for(tx, intake_id, Permission.INTAKE_UPLOAD)
    if intake.state != IntakeState.CLOSED:
        intake.state, intake.closed_at = IntakeState.CLOSED, tx.now
        tx.record(
            Fact(
                "intake.closed",
                intake.project_id,
                subjects={"intake": intake.id},
                seat_id=seat.seat_id,
                party_id=seat.party_id,
            )
        )


def intake_for(tx: Tx, intake_id: str, permission: Permission) -> tuple[Intake, SeatFact]:
    """A batch and the seat by which the actor may touch it.

    Raises:
        Refused: ``not-found`` for foreign batches, ``forbidden`` without the right.
    """
    intake = tx.session.get(Intake, intake_id, with_for_update=True)
    if intake is None:
        raise Refused(NOT_FOUND)
    rights = rights_of(tx.session, tx.actor, tx.now)
    target = Target(intake.project_id, party_id=intake.party_id)
    return intake, rights.require(permission, target, visible_by=Permission.INTAKE_VIEW)


def row_for(tx: Tx, row_id: str) -> tuple[IntakeSheet, Intake]:
    """A row of the intake table and its batch, if the actor may change it.

    Raises:
        Refused: ``not-found``, ``forbidden``.
    """
    row = tx.session.get(IntakeSheet, row_id)
    if row is None:
        raise Refused(NOT_FOUND)
    intake, _ = intake_for(tx, row.intake_id, Permission.INTAKE_UPLOAD)
    return row, intake


def _building(tx: Tx, project_id: str, building_id: str | None) -> None:
    if building_id is None:
        return
    building = tx.session.get(Building, building_id)
    if building is None or building.project_id != project_id:
        raise invalid("building", "没有这个单体", "no such building")
