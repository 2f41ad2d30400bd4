"""Marks as files, and files that come to marks: copies with marks, lists, BCF; photos, annotated PDF copies."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flask import Response, request

from app.api.delivery import send_bytes
from app.api.request import act, actor, close_reading, now, reading, rights, services
from app.api.shapes.common import Created, Query
from app.api.shapes.mark_files import (
    AnnotationOut,
    AnnotationsOut,
    BcfQuery,
    ImportedOut,
    ImportQuery,
    LanguageQuery,
    PhotoQuery,
)
from app.api.table import Answer, Table
from app.copies.mark_copies import bcf_of, compose_mark_copy, in_fields, order_mark_copy
from app.copies.versions import with_versions
from app.files.names import content_disposition, safe_name
from app.markups.actions.imports import ImportMarks, import_marks
from app.markups.exports.bcf import BCF_TYPE, MOST_TOPICS, BcfVersion
from app.markups.exports.sheets import MarkedSheet, marked_sheet, marked_sheets
from app.markups.exports.xlsx import marks_xlsx
from app.markups.flows import (
    MOST_ANNOTATED_BYTES,
    ReadFile,
    SentPhoto,
    photo_picture,
    read_annotated,
    take_photo,
)
from app.markups.queries.imports import known_candidates
from app.markups.queries.marks import photo_for
from app.markups.rules import MOST_PHOTO_BYTES, PHOTO_TYPES
from app.projects.queries import ProjectView, project_for
from app.record.exports import XLSX_TYPE, Wording

table = Table("mark-files")
OF_REVISION, OF_PROJECT = "/revisions/{revision_id}", "/projects/{project_id}"
BYTES = "application/octet-stream"
CHUNK = 1 << 20


@table.add("GET", f"{OF_REVISION}/marks.pdf", query=LanguageQuery, media="application/pdf", also=(409, 503))
def marks_as_pdf(revision_id: str, query: LanguageQuery) -> Response:
    """A copy of the sheet with the marks that one may see as PDF annotations, and their list after it."""
    sheet = marked_sheet(reading(), rights(), revision_id)
    _, wording = _project(sheet.project_id, query)
    order = order_mark_copy(
        reading(),
        rights(),
        revision_id,
        press=services().press,
        now=now(),
        wording=wording,
    )
    close_reading()
    return _file(compose_mark_copy(order, services().reading_room), "application/pdf", order.copy.file_name)


@table.add("GET", f"{OF_REVISION}/marks.xlsx", query=LanguageQuery, media=XLSX_TYPE)
def marks_as_xlsx(revision_id: str, query: LanguageQuery) -> Response:
    """The marks of a revision that one may see, with their threads, as Excel; cells are text, never formulas."""
    sheet = marked_sheet(reading(), rights(), revision_id)
    _, wording = _project(sheet.project_id, query)
    return _list([sheet], wording, f"{sheet.number} {sheet.rev_label}")


@table.add("GET", f"{OF_REVISION}/marks.bcfzip", query=BcfQuery, media=BCF_TYPE, also=(409, 503))
def marks_as_bcf(revision_id: str, query: BcfQuery) -> Response:
    """The marks of a revision that one may see as BCF 2.1 or 3.0, each with a picture."""
    sheet = marked_sheet(reading(), rights(), revision_id)
    project, wording = _project(sheet.project_id, query)
    return _topics([sheet], project, wording, query.version, f"{sheet.number} {sheet.rev_label}")


@table.add("GET", f"{OF_PROJECT}/marks.xlsx", query=LanguageQuery, media=XLSX_TYPE, also=(409,))
def all_marks_as_xlsx(project_id: str, query: LanguageQuery) -> Response:
    """The marks of all sheets that one may see, as Excel."""
    project, wording = _project(project_id, query)
    return _list(marked_sheets(reading(), rights(), project_id), wording, project.name)


@table.add("GET", f"{OF_PROJECT}/marks.bcfzip", query=BcfQuery, media=BCF_TYPE, also=(409, 503))
def all_marks_as_bcf(project_id: str, query: BcfQuery) -> Response:
    """The marks of all sheets that one may see, as BCF."""
    project, wording = _project(project_id, query)
    sheets = marked_sheets(reading(), rights(), project_id, most=MOST_TOPICS)
    return _topics(sheets, project, wording, query.version, project.name)


@table.add(
    "POST",
    f"{OF_REVISION}/photos",
    query=PhotoQuery,
    answer=Created,
    status=201,
    takes=BYTES,
    also=(413, 422, 503),
)
def place_a_photo(revision_id: str, query: PhotoQuery) -> Answer:
    """Place a photo (JPEG or PNG) at a point; the bytes are stored as sent. Under the same ``key`` it is placed once."""
    sent = SentPhoto(
        revision_id,
        query.x,
        query.y,
        query.name,
        _chunks(MOST_PHOTO_BYTES),
        query.text,
        query.colour,
        query.audience,
        query.key,
    )
    close_reading()
    return Answer(Created(id=take_photo(services().reading_room, actor(), sent)), 201)


@table.add("GET", "/marks/{mark_id}/photo", media="*/*", also=(206, 304, 416))
def get_photo(mark_id: str) -> Response:
    """The photo of a mark as it was sent, metadata and all."""
    photo = photo_for(reading(), rights(), mark_id)
    name = f"{photo.file_name.rsplit('.', 1)[0]}.{PHOTO_TYPES[photo.media_type]}"
    return send_bytes(photo.sha256, photo.size, photo.media_type, name)


@table.add("GET", "/marks/{mark_id}/photo.webp", media="image/webp", also=(503,))
def get_photo_picture(mark_id: str) -> Response:
    """The photo of a mark, 1600 px at most, upright, without metadata."""
    photo = photo_for(reading(), rights(), mark_id)
    close_reading()
    return Response(photo_picture(services().reading_room, photo.sha256, "view.webp"), mimetype="image/webp")


@table.add(
    "POST",
    f"{OF_REVISION}/annotations/preview",
    answer=AnnotationsOut,
    takes=BYTES,
    query=Query,
    also=(413, 422, 503),
)
def look_at_annotations(revision_id: str, query: Query) -> Answer:
    """What the annotations of a PDF copy of this sheet would become; nothing is stored."""
    del query
    read = _read(revision_id)
    known = known_candidates(reading(), rights(), revision_id, read.candidates)
    found = [AnnotationOut.model_validate({**vars(c), "mark_id": known.get(c.key)}) for c in read.candidates]
    return Answer(
        AnnotationsOut(
            page=(read.match.page or 0) + 1,
            pages=read.pages,
            elsewhere=read.elsewhere,
            is_unsure=read.match.is_unsure,
            is_cut=read.is_cut,
            found=found,
        )
    )


@table.add(
    "POST",
    f"{OF_REVISION}/annotations",
    query=ImportQuery,
    answer=ImportedOut,
    takes=BYTES,
    also=(409, 413, 422, 503),
)
def bring_in(revision_id: str, query: ImportQuery) -> Answer:
    """Bring the annotations of a PDF copy of this sheet in as marks; the same file again changes nothing."""
    read = _read(revision_id)
    chosen = [c for c in read.candidates if not query.only or c.key in query.only.split(",")]
    name = safe_name(query.name or "annotations.pdf")
    command = ImportMarks(revision_id, read.sha256, name, chosen, query.audience)

    def answer(done: object) -> Answer:
        return Answer(ImportedOut.model_validate(done))

    return act(lambda tx: answer(import_marks(tx, command)))


def _read(revision_id: str) -> ReadFile:
    chunks = _chunks(MOST_ANNOTATED_BYTES)
    close_reading()
    return read_annotated(services().reading_room, actor(), revision_id, chunks)


def _chunks(most: int) -> Iterator[bytes]:
    request.max_content_length = most + CHUNK
    while chunk := request.stream.read(CHUNK):
        yield chunk


def _project(project_id: str, query: LanguageQuery) -> tuple[ProjectView, Wording]:
    project = project_for(reading(), rights(), project_id)
    return project, Wording(str(query.language), ZoneInfo(project.timezone), {})


def _list(sheets: list[MarkedSheet], wording: Wording, name: str) -> Response:
    sheets = with_versions(reading(), sheets, now(), wording)
    close_reading()
    room = services().reading_room
    data = marks_xlsx([in_fields(room, sheet) for sheet in sheets], wording, title=name)
    return _file(data, XLSX_TYPE, f"{name} 批注 marks.xlsx")


def _topics(
    sheets: list[MarkedSheet], project: ProjectView, wording: Wording, version: BcfVersion, name: str
) -> Response:
    sheets = with_versions(reading(), sheets, now(), wording)
    close_reading()
    base = services().settings.base_url
    data = bcf_of(services().reading_room, sheets, project, wording, version=version, base_url=base)
    suffix = "bcfzip" if version is BcfVersion.V2_1 else "bcf"
    return _file(data, BCF_TYPE, f"{name} 批注 marks.{suffix}")


def _file(data: bytes, media: str, name: str) -> Response:
    response = Response(data, mimetype=media)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
