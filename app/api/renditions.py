"""Bytes of revisions: what they are, and the bytes themselves."""

from pathlib import PurePosixPath

from flask import Response

from app.api.delivery import send_bytes
from app.api.request import close_reading, reading, rights, services
from app.api.shapes.comparing import ComparisonOut
from app.api.shapes.drawings import RenditionDetailOut
from app.api.table import Answer, Table
from app.drawings.comparing import compare_renditions
from app.drawings.queries.sheets import byte_source
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
    name = f"{source.number} {source.rev_label} {source.title}{suffix}"
    return send_bytes(rendition.sha256, rendition.size, rendition.media_type, name)


@table.add("GET", "/renditions/{rendition_id}/compare/{after_id}", answer=ComparisonOut)
def compare(rendition_id: str, after_id: str) -> Answer:
    """What differs between two renditions, the first taken as the older one; may take a minute the first time."""
    before = byte_source(reading(), rights(), rendition_id).rendition
    after = byte_source(reading(), rights(), after_id).rendition
    close_reading()
    found = compare_renditions(services().reading_room, before, after)
    return Answer(ComparisonOut.model_validate(found))
