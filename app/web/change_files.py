"""Files of change documents: sent as bytes, given back as they were sent."""

import json

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.changes.flows import SentChangeFile, change_file_for, take_change_file
from app.files.names import content_disposition
from app.files.sent import MOST_DOCUMENT_BYTES
from app.web.bodies import sent_chunks, text
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services

pages = Blueprint("change_files", __name__)


@pages.before_request
def only_signed_in() -> None:
    """Changes are not for strangers."""
    require_sign_in()


@pages.post("/changes/<change_id>/files")
def send(change_id: str) -> Response:
    """Add a file (the body); what it is stands in the query."""
    asked = request.args
    sent = SentChangeFile(
        change_id,
        text(asked.get("kind"), "kind", most=40),
        text(asked.get("title"), "title", most=200),
        text(asked.get("number"), "number", most=100),
        text(asked.get("domain"), "domain", most=40),
        text(asked.get("name"), "name", most=300),
        sent_chunks(MOST_DOCUMENT_BYTES),
    )
    close_reading()
    made = {"file": take_change_file(services().reading_room, actor(), sent)}
    return Response(json.dumps(made), content_type="application/json")


@pages.get("/changes/files/<file_id>")
def give(file_id: str) -> Response:
    """A file, as it was sent."""
    row = change_file_for(reading(), rights(), file_id)
    close_reading()
    response = Response(services().store.read(row.sha256), content_type=row.media_type)
    response.headers["Content-Disposition"] = content_disposition(row.file_name)
    response.headers["Content-Length"] = str(row.size)
    response.headers["X-OneSet-SHA256"] = row.sha256
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
