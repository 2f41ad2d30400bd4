"""Files that come to marks: photos, and PDF copies that other programs annotated."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.files.names import content_disposition, safe_name
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.markups.actions.imports import ImportMarks, import_marks
from app.markups.flows import (
    MOST_ANNOTATED_BYTES,
    ReadFile,
    SentPhoto,
    photo_picture,
    read_annotated,
    take_photo,
)
from app.markups.importing import Candidate
from app.markups.queries.imports import known_candidates
from app.markups.queries.marks import mark_for, photo_for
from app.markups.rules import MOST_PHOTO_BYTES, PHOTO_TYPES, Audience, Colour
from app.web.bodies import sent_chunks, text, whole
from app.web.marks import mark_json
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services

pages = Blueprint("mark_files", __name__)

PICTURES = {"thumb": "thumb.webp", "view": "view.webp"}
FOREVER = "private, max-age=31536000, immutable"
MOST_LEFT_OUT = 500


@pages.post("/revisions/<revision_id>/photos")
def send_photo(revision_id: str) -> Response:
    """Place a photo (the body) at a point; what it says stands in the query."""
    require_sign_in()
    sent = SentPhoto(
        revision_id,
        whole(request.args.get("x"), "x"),
        whole(request.args.get("y"), "y"),
        text(request.args.get("name"), "name", most=300),
        sent_chunks(MOST_PHOTO_BYTES),
        text(request.args.get("text"), "text"),
        request.args.get("colour", Colour.RED),
        request.args.get("audience", Audience.PROJECT),
        text(request.args.get("key"), "key", most=40),
    )
    close_reading()
    mark_id = take_photo(services().reading_room, actor(), sent)
    view = mark_for(reading(), rights(), mark_id)
    return Response(mark_json({"mark": asdict(view)}), content_type="application/json")


@pages.get("/marks/<mark_id>/photo/<name>.webp")
def picture(mark_id: str, name: str) -> Response:
    """A small picture of a photo, without the metadata of the file."""
    require_sign_in()
    photo = photo_for(reading(), rights(), mark_id)
    close_reading()
    if name not in PICTURES:
        raise Refused(NOT_FOUND)
    data = photo_picture(services().reading_room, photo.sha256, PICTURES[name])
    response = Response(data, content_type="image/webp")
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@pages.get("/marks/<mark_id>/photo")
def original(mark_id: str) -> Response:
    """The photo as it was sent, metadata and all."""
    require_sign_in()
    photo = photo_for(reading(), rights(), mark_id)
    close_reading()
    response = Response(services().store.read(photo.sha256), content_type=photo.media_type)
    stem = photo.file_name.rsplit(".", 1)[0]
    response.headers["Content-Disposition"] = content_disposition(f"{stem}.{PHOTO_TYPES[photo.media_type]}")
    response.headers["Content-Length"] = str(photo.size)
    response.headers["X-OneSet-SHA256"] = photo.sha256
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@pages.post("/revisions/<revision_id>/annotations")
def look_at_annotations(revision_id: str) -> Response:
    """What a PDF (the body) would bring in; nothing is stored."""
    require_sign_in()
    read = _read(revision_id)
    known = known_candidates(reading(), rights(), revision_id, read.candidates)
    data = {
        "page": (read.match.page or 0) + 1,
        "pages": read.pages,
        "elsewhere": read.elsewhere,
        "isUnsure": read.match.is_unsure,
        "isCut": read.is_cut,
        "found": [_candidate(c, known) for c in read.candidates],
    }
    return Response(mark_json(data), content_type="application/json")


@pages.post("/revisions/<revision_id>/annotations/import")
def bring_in(revision_id: str) -> dict[str, Any]:
    """Bring annotations of a PDF (the body) in, but for those named in ``except``; the same file again changes nothing."""
    require_sign_in()
    left_out = set(filter(None, request.args.get("except", "").split(",")))
    if len(left_out) > MOST_LEFT_OUT:
        raise invalid("except", f"最多 {MOST_LEFT_OUT} 项", f"has at most {MOST_LEFT_OUT}")
    audience = request.args.get("audience", Audience.PROJECT)
    name = safe_name(text(request.args.get("name"), "name", most=300) or "annotations.pdf")
    read = _read(revision_id)
    chosen = [c for c in read.candidates if c.key not in left_out]
    with services().database.write(actor()) as tx:
        done = import_marks(tx, ImportMarks(revision_id, read.sha256, name, chosen, audience))
    return {"made": list(done.made), "known": len(done.known), "replies": done.replies}


def _read(revision_id: str) -> ReadFile:
    chunks = sent_chunks(MOST_ANNOTATED_BYTES)
    close_reading()
    return read_annotated(services().reading_room, actor(), revision_id, chunks)


def _candidate(candidate: Candidate, known: dict[str, str]) -> dict[str, Any]:
    state = "impossible" if candidate.why else "known" if candidate.key in known else "new"
    return {**asdict(candidate), "state": state}
