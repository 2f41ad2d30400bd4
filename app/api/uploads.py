"""Resumable uploads: the tus core under API tokens."""

from collections.abc import Iterator, Mapping
from functools import partial

from flask import Response, request

from app.api.answers import send_refusal
from app.api.intakes import CHUNK
from app.api.request import actor, close_reading, person, reading, rights, services
from app.api.table import PREFIX, Table
from app.drawings.flows import acknowledge, authorise_upload
from app.drawings.queries.intake_rows import arrived_file
from app.files.tus import CHUNK_TYPE, Receipt, TusDesk
from storage import StoredObject

table = Table("uploads")
RESUMABLE: Mapping[str, str] = {"Tus-Resumable": "1.0.0"}
ABOUT: Mapping[str, str] = {
    **RESUMABLE,
    "Upload-Length": "bytes of the whole file",
    "Upload-Metadata": "`intake` and `filename`, values in Base64",
}
CHUNKED: Mapping[str, str] = {
    **RESUMABLE,
    "Upload-Offset": "byte at which the chunk begins",
    "Upload-Checksum": "optional: algorithm and Base64 digest",
}
PROBLEMS = (400, 409, 412, 413, 423, 460)


@table.add("OPTIONS", "/uploads", status=204, is_public=True)
def upload_abilities() -> Response:
    """What this server can do (tus 1.0: creation, creation-with-upload, checksum, termination)."""
    return _answer(None)


@table.add("POST", "/uploads", status=201, headers=ABOUT, also=PROBLEMS, takes=CHUNK_TYPE)
def begin_upload() -> Response:
    """Begin an upload into a batch; the right is asked for before a byte is stored."""
    return _answer(None)


@table.add("HEAD", "/uploads/{upload_id}", status=200, headers=RESUMABLE, also=PROBLEMS)
def look_at_upload(upload_id: str) -> Response:
    """The byte at which an upload continues; once acknowledged, the file's id and digest."""
    return _answer(upload_id)


@table.add("PATCH", "/uploads/{upload_id}", status=204, headers=CHUNKED, also=PROBLEMS, takes=CHUNK_TYPE)
def continue_upload(upload_id: str) -> Response:
    """Add a chunk; with the last byte the file is stored, hashed and acknowledged."""
    return _answer(upload_id)


@table.add("DELETE", "/uploads/{upload_id}", status=204, headers=RESUMABLE, also=PROBLEMS)
def drop_upload(upload_id: str) -> Response:
    """Drop an upload that is not finished."""
    return _answer(upload_id)


def _answer(upload_id: str | None) -> Response:
    method = request.method
    limit = services().settings.max_upload_mib << 20
    request.max_content_length = limit
    desk = TusDesk(
        staging=services().staging,
        store=services().store,
        person_id="" if method == "OPTIONS" else person().id,
        max_bytes=limit,
        location=f"{PREFIX}/uploads",
        authorise=partial(authorise_upload, services().database, actor()),
        acknowledge=_acknowledge,
        receipt=_receipt,
    )
    close_reading()
    answer = desk.handle(method, upload_id, dict(request.headers), _chunks())
    response = Response(status=answer.status) if answer.refusal is None else send_refusal(answer.refusal)
    if answer.refusal is None:
        response.headers.pop("Content-Type", None)
    response.headers.update(answer.headers)
    return response


def _acknowledge(intake_id: str, name: str, stored: StoredObject, upload_id: str) -> str:
    return acknowledge(
        services().database, actor(), intake_id=intake_id, name=name, stored=stored, receipt_key=upload_id
    )


def _receipt(upload_id: str) -> Receipt | None:
    return arrived_file(reading(), rights(), upload_id)


def _chunks() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK):
        yield chunk
