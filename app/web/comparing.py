"""Two revisions, or any two sheets, compared: asking for it, the answer, its list as a file, and the page."""

import json
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.drawings.comparing import Standpoint, found_so_far, have_compared, standpoint
from app.drawings.queries.sheets import ByteSource, SheetView, byte_source, sheet_for
from app.kernel.labels import Label
from app.web.compare_words import page_words, said
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, reading, require_sign_in, rights, say, services
from app.web.words import day, word

pages = Blueprint("comparing", __name__)

PAIR = "/renditions/<before_id>/compare/<after_id>"
POLL_AFTER = 1
"""Seconds after which a page may look again."""


@pages.get(PAIR)
def compare_page(before_id: str, after_id: str) -> str:
    """Two renditions beside, over and under each other, with the list of what differs."""
    before, after = _both(before_id, after_id)
    use_project(after.project_id, section="drawings")
    setup = {
        "before": _told(before),
        "after": _told(after),
        "project": after.project_id,
        "isSame": before.rendition.manifest_of == after.rendition.manifest_of
        and before.rendition.manifest_page == after.rendition.manifest_page,
        "words": page_words(),
    }
    return render_template("sheets/compare.html", before=before, after=after, setup=setup)


@pages.get(f"{PAIR}.json")
def comparison(before_id: str, after_id: str) -> Response:
    """What differs between two renditions (viewers/render/compare/README.md says what the answer holds), and ``said``,
    what it says of itself in words; 202 while it is being found out. Asking for it is an act of its own.

    Raises:
        Refused: ``compare-not-asked``; ``compare-failed``.
    """
    before, after = _both(before_id, after_id)
    return _answer(standpoint(services().reading_room, reading(), before.rendition, after.rendition))


@pages.post(f"{PAIR}.json")
def ask(before_id: str, after_id: str) -> Response:
    """Have two renditions compared, unless they were; ``again=1`` after comparing broke off."""
    before, after = _both(before_id, after_id)
    is_again = request.args.get("again") == "1"
    close_reading()
    return _answer(have_compared(services().reading_room, actor(), before, after, is_again=is_again))


@pages.get("/sheets/<sheet_id>/revisions.json")
def revisions(sheet_id: str) -> dict[str, Any]:
    """The revisions of a sheet that can be looked at, newest first: what the page lets one choose from."""
    require_sign_in()
    return {"revisions": choices_of(sheet_for(reading(), rights(), sheet_id))}


FILES = {"published": Label("正式图", "Published"), "cad_source": Label("CAD 源图", "CAD source")}
"""What of a revision can be compared; two CAD files are compared by entity."""


def choices_of(sheet: SheetView) -> list[dict[str, str]]:
    """Files of revisions as something to choose from."""
    return [
        {
            "rendition": rendition.id,
            "label": r.rev_label,
            "title": r.title,
            "file": say(FILES[rendition.role]),
            "state": word("state", r.state),
            "day": day(r.state_at),
        }
        for r in sheet.revisions
        for role in FILES
        for rendition in r.renditions
        if rendition.role == role
    ]


def compare_paths(sheet: SheetView) -> dict[str, str]:
    """By revision: the page that compares it with the one before."""
    shown = [r for r in sheet.revisions if r.shown is not None]
    pairs = zip(shown[1:], shown, strict=False)
    return {
        after.id: f"/renditions/{before.shown.id}/compare/{after.shown.id}"
        for before, after in pairs
        if before.shown is not None and after.shown is not None
    }


def _both(before_id: str, after_id: str) -> tuple[ByteSource, ByteSource]:
    """Both renditions: who may not read one of them learns nothing of the other."""
    require_sign_in()
    return byte_source(reading(), rights(), before_id), byte_source(reading(), rights(), after_id)


def _told(source: ByteSource) -> dict[str, str]:
    return {
        "rendition": source.rendition.id,
        "sheet": source.sheet_id,
        "revision": source.revision_id,
        "number": source.number,
        "title": source.title,
        "label": source.rev_label,
        "name": f"{source.number} {source.rev_label}",
    }


def _answer(stands: Standpoint) -> Response:
    close_reading()
    found = found_so_far(stands)
    if found is None:
        waits = {"state": str(stands.standing), "ahead": stands.ahead}
        response = Response(json.dumps(waits), 202, content_type="application/json")
        response.headers["Retry-After"] = str(POLL_AFTER)
        response.headers["Cache-Control"] = "no-store"
        return response
    told = json.loads(found.to_json()) | {"said": said(found)}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, content_type="application/json")
    # The answer is of these bytes and this engine; a newer engine may know better tomorrow.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.add_etag()
    return response.make_conditional(request.environ)
