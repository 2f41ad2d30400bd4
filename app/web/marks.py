"""Marks for the script of the sheet page: listed with a digest, drawn, changed, discussed.

The page asks every three seconds with ``If-None-Match``. Events pushed over an open connection would hold a thread of the
web server for every open sheet, all day; the question costs two indexed sums and is mostly answered with 304.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.access.queries import rights_of
from app.kernel.db.transactions import Tx
from app.kernel.errors import invalid
from app.markups.actions.marks import (
    DrawMark,
    EditMark,
    TakeBackMark,
    draw_mark,
    edit_mark,
    put_back_mark,
    take_back_mark,
)
from app.markups.actions.threads import (
    AssignMark,
    CommentMark,
    MoveMark,
    assign_mark,
    comment_mark,
    move_mark,
)
from app.markups.queries.carries import count_offers
from app.markups.queries.marks import mark_for, marks_etag, marks_of, may_draw
from app.markups.queries.people import people_to_ask
from app.markups.visibility import revision_seen
from app.web.bodies import body, text, texts, whole
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services
from app.web.words import when

pages = Blueprint("marks", __name__)


@pages.get("/revisions/<revision_id>/marks")
def marks(revision_id: str) -> Response:
    """Every mark of a revision that the person sees; 304 while nothing changed."""
    require_sign_in()
    etag = marks_etag(reading(), rights(), revision_id)
    response = Response(content_type="application/json")
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    if etag not in request.if_none_match:
        revision = revision_seen(reading(), rights(), revision_id)
        data = {
            "marks": [asdict(view) for view in marks_of(reading(), rights(), revision_id)],
            "offers": count_offers(reading(), rights(), revision_id),
            "people": [asdict(p) for p in people_to_ask(reading(), rights(), revision, now())],
            "mayDraw": may_draw(rights(), revision),
        }
        response.set_data(mark_json(data))
    return response.make_conditional(request.environ)


@pages.post("/revisions/<revision_id>/marks")
def draw(revision_id: str) -> Response:
    """Draw a mark."""
    require_sign_in()
    sent = body()
    command = DrawMark(
        revision_id,
        word(sent, "kind"),
        sent.get("anchor"),
        sent.get("shape"),
        word(sent, "colour"),
        text(sent.get("text"), "text"),
        sent.get("basis", {}),
        word(sent, "audience"),
        text(sent.get("key"), "key", most=40),
    )
    return _answer(lambda tx: draw_mark(tx, command))


@pages.patch("/marks/<mark_id>")
def edit(mark_id: str) -> Response:
    """Change a mark of one's own."""
    require_sign_in()
    sent = body()
    command = EditMark(
        mark_id,
        whole(sent.get("version"), "version"),
        sent.get("anchor"),
        sent.get("shape"),
        word(sent, "colour"),
        text(sent.get("text"), "text"),
        sent.get("basis", {}),
        word(sent, "audience"),
    )
    return _answer(lambda tx: edit_mark(tx, command), mark_id)


@pages.post("/marks/<mark_id>/take-back")
def take_back(mark_id: str) -> Response:
    """Take a mark back."""
    require_sign_in()
    return _answer(lambda tx: take_back_mark(tx, TakeBackMark(mark_id)), mark_id)


@pages.post("/marks/<mark_id>/put-back")
def put_back(mark_id: str) -> Response:
    """Put back what was taken back."""
    require_sign_in()
    return _answer(lambda tx: put_back_mark(tx, TakeBackMark(mark_id)), mark_id)


@pages.post("/marks/<mark_id>/comments")
def comment(mark_id: str) -> Response:
    """Write into a thread."""
    require_sign_in()
    sent = body()
    mentions = texts(sent.get("mentions", []), "mentions", most=100)
    key = text(sent.get("key"), "key", most=40)
    command = CommentMark(mark_id, text(sent.get("text"), "text"), mentions, key)
    return _answer(lambda tx: comment_mark(tx, command), mark_id)


@pages.post("/marks/<mark_id>/status")
def status(mark_id: str) -> Response:
    """Answer, resolve or reopen."""
    require_sign_in()
    sent = body()
    command = MoveMark(mark_id, word(sent, "event"), text(sent.get("comment"), "comment"))
    return _answer(lambda tx: move_mark(tx, command), mark_id)


@pages.post("/marks/<mark_id>/assignee")
def assignee(mark_id: str) -> Response:
    """Say who is to answer."""
    require_sign_in()
    command = AssignMark(mark_id, text(body().get("person"), "person", most=20) or None)
    return _answer(lambda tx: assign_mark(tx, command), mark_id)


def _answer(work: Callable[[Tx], Any], mark_id: str = "") -> Response:
    """Run one act and answer with the mark as it is now, where the person still sees it."""
    close_reading()
    with services().database.write(actor()) as tx:
        done = work(tx)
        shown = mark_id or str(done)
        tx.session.flush()
        view = mark_for(tx.session, rights_of(tx.session, tx.actor, tx.now), shown)
    return Response(mark_json({"mark": asdict(view)}), content_type="application/json")


def word(sent: dict[str, Any], name: str) -> str:
    """A text that must be there.

    Raises:
        Refused: ``invalid-input``.
    """
    found = sent.get(name)
    if not isinstance(found, str):
        raise invalid(name, "需要文本", "a text is needed")
    return found


def mark_json(value: Any) -> bytes:
    """Values for the script; instants as the person reads them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_in_words).encode()


def _in_words(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(type(value).__name__)
    return when(value)
