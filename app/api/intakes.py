"""Batches of uploads: opened, filled, corrected, accepted, closed."""

import hashlib
from collections.abc import Iterator

from flask import request

from app.access.rules import Permission
from app.api.request import (
    KEY_REUSED,
    act,
    actor,
    close_reading,
    etag,
    expected_version,
    person,
    reading,
    repeat_key,
    rights,
    services,
)
from app.api.shapes.common import Changed, Created, Page, PageQuery, Report, page_of
from app.api.shapes.drawings import (
    CountOut,
    IntakeBody,
    IntakeOut,
    IntakeTableOut,
    LeaveOutBody,
    ReceivedOut,
    RowBody,
    RowsBody,
    UploadQuery,
)
from app.api.table import PREFIX, Answer, Table
from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.intake import (
    CorrectRow,
    LeaveOut,
    OpenIntake,
    close_intake,
    correct_row,
    leave_out_rows,
    open_intake,
)
from app.drawings.flows import acknowledge, authorise_upload
from app.drawings.queries.intake_rows import arrived_file
from app.drawings.queries.intakes import intake_table, intakes_of
from app.kernel.db.transactions import Tx
from app.kernel.errors import Refused
from app.kernel.ids import ID_LENGTH
from app.kernel.policy import Target

CHUNK = 256 * 1024
BYTES = "application/octet-stream"
table = Table("intakes")


@table.add("GET", "/projects/{project_id}/intakes", answer=Page[IntakeOut], query=PageQuery)
def list_intakes(project_id: str, query: PageQuery) -> Answer:
    """Batches (收图批次) of one's own party, newest first."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    found = intakes_of(reading(), rights(), project_id)
    return page_of(IntakeOut, found, query, IntakeOut.model_validate, lambda i: i.id)


@table.add(
    "POST", "/projects/{project_id}/intakes", body=IntakeBody, answer=Created, status=201, repeats=True
)
def open_one(project_id: str, body: IntakeBody) -> Answer:
    """Open a batch: for new work, or for the past of a half-built project."""
    command = OpenIntake(project_id, body.title, str(body.purpose), body.building_id)

    def work(tx: Tx) -> Answer:
        intake_id = open_intake(tx, command)
        return Answer(Created(id=intake_id), 201, {"Location": f"{PREFIX}/intakes/{intake_id}"})

    return act(work)


@table.add("GET", "/intakes/{intake_id}", answer=IntakeTableOut)
def get_intake(intake_id: str) -> Answer:
    """One batch: files, rows with what was read and how surely, comparison with its drawing lists."""
    return Answer(IntakeTableOut.model_validate(intake_table(reading(), rights(), intake_id)))


@table.add(
    "POST",
    "/intakes/{intake_id}/files",
    query=UploadQuery,
    answer=ReceivedOut,
    status=201,
    repeats=True,
    takes=BYTES,
)
def upload(intake_id: str, query: UploadQuery) -> Answer:
    """Send a whole file in one request; large files and weak lines are better served by `/uploads` (tus).

    Answered only when the bytes are durable, hashed and acknowledged. With an ``Idempotency-Key`` the same file is
    acknowledged once.
    """
    authorise_upload(services().database, actor(), intake_id)
    key = repeat_key()
    receipt_key = _receipt_key(intake_id, key) if key else None
    close_reading()
    limit = services().settings.max_upload_mib << 20
    request.max_content_length = limit
    stored = services().store.put(_chunks(), size_limit=limit)
    file_id = acknowledge(
        services().database,
        actor(),
        intake_id=intake_id,
        name=query.name,
        stored=stored,
        receipt_key=receipt_key,
    )
    known = arrived_file(reading(), rights(), file_id) if receipt_key else None
    if known is not None and known.sha256 != stored.sha256:
        raise Refused(KEY_REUSED)
    return Answer(ReceivedOut(id=file_id, sha256=stored.sha256, sm3=stored.sm3, size=stored.size), 201)


@table.add("PATCH", "/rows/{row_id}", body=RowBody, answer=Changed, is_versioned=True)
def correct(row_id: str, body: RowBody) -> Answer:
    """Correct fields of a proposed sheet; `building_id: null` puts it into no single building."""
    is_set = "building_id" in body.model_fields_set
    command = CorrectRow(row_id, expected_version(), body.values, body.building_id, set_building=is_set)

    def work(tx: Tx) -> Answer:
        version = correct_row(tx, command)
        return Answer(Changed(id=row_id, version=version), headers=etag(version))

    return act(work)


@table.add("POST", "/intakes/{intake_id}/accept", body=RowsBody, answer=Report, repeats=True)
def accept(intake_id: str, body: RowsBody) -> Answer:
    """Make sheets and revisions of rows (收图); every row reports."""
    command = AcceptRows(intake_id, body.rows)
    return act(lambda tx: Answer(Report.of(accept_rows(tx, command))))


@table.add("POST", "/intakes/{intake_id}/leave-out", body=LeaveOutBody, answer=CountOut, repeats=True)
def leave_out(intake_id: str, body: LeaveOutBody) -> Answer:
    """Leave rows out, or take them back in."""
    command = LeaveOut(intake_id, body.rows, body.is_undo)
    return act(lambda tx: Answer(CountOut(changed=leave_out_rows(tx, command))))


@table.add("POST", "/intakes/{intake_id}/close", answer=Changed, repeats=True)
def close(intake_id: str) -> Answer:
    """Close a batch: nothing more may be added; what was received stays."""

    def work(tx: Tx) -> Answer:
        close_intake(tx, intake_id)
        return Answer(Changed(id=intake_id))

    return act(work)


def _chunks() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK):
        yield chunk


def _receipt_key(intake_id: str, key: str) -> str:
    """A file id that only this person's key for this batch gives: a repeated request finds the same file."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    digest = hashlib.sha256(f"{person().id}\n{intake_id}\n{key}".encode()).digest()
    return "".join(alphabet[byte % 32] for byte in digest[:ID_LENGTH])
