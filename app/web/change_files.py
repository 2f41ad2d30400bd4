"""Files of change documents: sent as bytes, given back as they were sent."""

import json

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.changes.facts import name_of
from app.changes.flows import SentChangeFile, change_file_for, take_change_file
from app.changes.papers.keeping import kept_paper
from app.changes.papers.notice import change_notice_pdf, change_paper_facts
from app.changes.queries.changes import change_row
from app.changes.rules import KIND_LABELS
from app.distribution.actions.receipts import NoteOpened
from app.distribution.rules import ItemKind, Way
from app.files.names import content_disposition
from app.files.sent import MOST_DOCUMENT_BYTES
from app.web.bodies import sent_chunks, text
from app.web.openings import note_openings
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services

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


@pages.get("/changes/<change_id>/notice.pdf")
def notice(change_id: str) -> Response:
    """The document as PDF: the kept bytes once it is in effect, else made now and marked as not in effect."""
    row = change_row(reading(), rights(), change_id)
    kept = kept_paper(reading(), change_id)
    if kept is not None:
        opened = NoteOpened(row.project_id, f"{ItemKind.SLIP}:{change_id}", kept.sha256, Way.DOWNLOAD)
        note_openings([opened])
        close_reading()
        response = Response(services().store.read(kept.sha256), content_type=kept.media_type)
        response.headers["X-OneSet-SHA256"] = kept.sha256
        response.headers["Content-Disposition"] = content_disposition(kept.file_name)
        return response
    name = f"{KIND_LABELS[row.kind].zh} {name_of(row)}.pdf"
    facts = change_paper_facts(reading(), change_id, now())
    close_reading()
    response = Response(
        change_notice_pdf(facts, services().settings.base_url, now()), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = content_disposition(name)
    return response
