"""Resumable uploads of the browser: tus 1.0 (tus.io) below ``/uploads``, for whoever is signed in."""

import json
from collections.abc import Iterator

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.drawings.flows import acknowledge, authorise_upload
from app.drawings.queries.intake_rows import arrived_file
from app.files.tus import Receipt, TusDesk
from app.kernel.actor import Actor
from app.web.errors import refusal_json
from app.web.request import close_reading, reading, require_sign_in, rights, services
from storage import StoredObject

pages = Blueprint("uploads", __name__)

BLOCK = 1 << 18
"""Bytes taken from the connection at a time."""


@pages.route("/uploads", methods=["OPTIONS", "POST"])
def uploads() -> Response:
    """Ask what is possible, or begin an upload (metadata: ``intake``, ``filename``)."""
    return _handle(None)


@pages.route("/uploads/<upload_id>", methods=["OPTIONS", "HEAD", "PATCH", "DELETE"])
def upload(upload_id: str) -> Response:
    """Ask for the offset, go on, or give up."""
    return _handle(upload_id)


def _handle(upload_id: str | None) -> Response:
    actor = require_sign_in().actor
    close_reading()
    answer = _desk(actor).handle(request.method, upload_id, dict(request.headers), _blocks())
    body = json.dumps(refusal_json(answer.refusal), ensure_ascii=False) if answer.refusal else None
    response = Response(body, answer.status, content_type="application/json" if body else None)
    response.headers.extend(answer.headers)
    return response


def _desk(actor: Actor) -> TusDesk:
    house = services()

    def receive(intake_id: str, name: str, stored: StoredObject, upload_id: str) -> str:
        return acknowledge(
            house.database, actor, intake_id=intake_id, name=name, stored=stored, receipt_key=upload_id
        )

    return TusDesk(
        staging=house.staging,
        store=house.store,
        person_id=actor.person_id or "",
        max_bytes=house.settings.max_upload_mib << 20,
        location="/uploads",
        authorise=lambda intake_id: authorise_upload(house.database, actor, intake_id),
        acknowledge=receive,
        receipt=_receipt,
    )


def _receipt(upload_id: str) -> Receipt | None:
    found = arrived_file(reading(), rights(), upload_id)
    close_reading()
    return found


def _blocks() -> Iterator[bytes]:
    while block := request.stream.read(BLOCK):
        yield block
