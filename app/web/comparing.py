"""Two revisions, or any two sheets, compared: asking for the comparison, its answer, and the page that shows it."""

import json

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.drawings.comparing import (
    COMPARE_FAILED,
    COMPARE_NOT_ASKED,
    Standing,
    Standpoint,
    have_compared,
    standpoint,
)
from app.drawings.queries.sheets import ByteSource, byte_source
from app.kernel.errors import Refused
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services

pages = Blueprint("comparing", __name__)

POLL_AFTER = 1
"""Seconds after which a page may look again."""


@pages.get("/renditions/<before_id>/compare/<after_id>.json")
def comparison(before_id: str, after_id: str) -> Response:
    """What differs between two renditions (viewers/render/compare/README.md says what the answer holds); 202 while
    it is being found out. Asking for it is an act of its own.

    Raises:
        Refused: ``compare-not-asked``; ``compare-failed``.
    """
    before, after = _both(before_id, after_id)
    return _answer(standpoint(services().reading_room, reading(), before.rendition, after.rendition))


@pages.post("/renditions/<before_id>/compare/<after_id>.json")
def ask(before_id: str, after_id: str) -> Response:
    """Have two renditions compared, unless they were; ``again=1`` after comparing broke off."""
    before, after = _both(before_id, after_id)
    is_again = request.args.get("again") == "1"
    close_reading()
    return _answer(have_compared(services().reading_room, actor(), before, after, is_again=is_again))


def _both(before_id: str, after_id: str) -> tuple[ByteSource, ByteSource]:
    """Both renditions: who may not read one of them learns nothing of the other."""
    require_sign_in()
    return byte_source(reading(), rights(), before_id), byte_source(reading(), rights(), after_id)


def _answer(stands: Standpoint) -> Response:
    close_reading()
    if stands.standing is Standing.NOT_ASKED:
        raise Refused(COMPARE_NOT_ASKED)
    if stands.standing is Standing.FAILED:
        raise Refused(COMPARE_FAILED)
    if stands.found is None:
        waits = {"state": str(stands.standing), "ahead": stands.ahead}
        response = Response(json.dumps(waits), 202, content_type="application/json")
        response.headers["Retry-After"] = str(POLL_AFTER)
        response.headers["Cache-Control"] = "no-store"
        return response
    response = Response(stands.found.to_json().encode(), content_type="application/json")
    # The answer is of these bytes and this engine; a newer engine may know better tomorrow.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.add_etag()
    return response.make_conditional(request.environ)
