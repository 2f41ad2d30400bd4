"""Bytes of revisions: what they are, and the bytes themselves."""

from pathlib import PurePosixPath

from flask import Response, request

from app.api.delivery import send_bytes
from app.api.request import actor, close_reading, now, reading, rights, services
from app.api.shapes.comparing import AgainQuery, ComparingOut, ComparisonOut
from app.api.shapes.drawings import RenditionDetailOut
from app.api.table import Answer, Table
from app.copies.versions import versions_of
from app.drawings.comparing import (
    Standpoint,
    found_so_far,
    have_compared,
    standpoint,
)
from app.drawings.queries.sheets import byte_source
from app.files.names import role_in_name
from app.record.package import SUFFIXES

table = Table("renditions")
RANGE = {"Range": "optional: one range of bytes"}


@table.add("GET", "/renditions/{rendition_id}", answer=RenditionDetailOut)
def get_rendition(rendition_id: str) -> Answer:
    """What stored bytes are: digests, size, role, the revision they belong to."""
    return Answer(RenditionDetailOut.model_validate(byte_source(reading(), rights(), rendition_id)))


@table.add(
    "GET",
    "/renditions/{rendition_id}/bytes",
    media="*/*",
    headers=RANGE,
    also=(206, 304, 416),
)
def get_bytes(rendition_id: str) -> Response:
    """The exact bytes, hashed while they are sent."""
    source = byte_source(reading(), rights(), rendition_id)
    rendition = source.rendition
    suffix = SUFFIXES.get(rendition.media_type) or PurePosixPath(rendition.file_name).suffix
    name = f"{source.number} {source.rev_label} {source.title}{role_in_name(rendition.role)}{suffix}"
    version = versions_of(reading(), [source.revision_id], now())[source.revision_id]
    response = send_bytes(rendition.sha256, rendition.size, rendition.media_type, name)
    response.headers.update(version.headers)
    return response


COMPARE = "/renditions/{rendition_id}/compare/{after_id}"


@table.add("GET", COMPARE, answer=ComparisonOut, pending=ComparingOut, also=(409,))
def compare(rendition_id: str, after_id: str) -> Answer:
    """What differs between two renditions, the first taken as the older one; 202 while it is being found out."""
    before = byte_source(reading(), rights(), rendition_id).rendition
    after = byte_source(reading(), rights(), after_id).rendition
    return _told(standpoint(services().reading_room, reading(), before, after))


@table.add("POST", COMPARE, answer=ComparisonOut, pending=ComparingOut, query=AgainQuery)
def ask_to_compare(rendition_id: str, after_id: str, query: AgainQuery) -> Answer:
    """Have two renditions compared: 202, then read the address in Location; 200 when it is known already.

    Asking twice is one job, so no Idempotency-Key is needed.
    """
    before = byte_source(reading(), rights(), rendition_id)
    after = byte_source(reading(), rights(), after_id)
    close_reading()
    return _told(have_compared(services().reading_room, actor(), before, after, is_again=query.again))


def _told(stands: Standpoint) -> Answer:
    close_reading()
    found = found_so_far(stands)
    if found is None:
        headers = {"Location": request.path, "Retry-After": "2"}
        return Answer(
            ComparingOut.model_validate({"state": stands.standing, "ahead": stands.ahead}), 202, headers
        )
    return Answer(ComparisonOut.model_validate(found))
