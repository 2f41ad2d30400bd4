"""Random draws for spot checks: announcing, contributing, entering the value; and the public page that checks one."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.files.names import content_disposition
from app.kernel.clock import LEGAL_ZONE
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, Refused, invalid
from app.review.draws import check_draw_path
from app.review.draws.actions import (
    AnnounceDraw,
    CancelDraw,
    CommitShare,
    EnterValue,
    RevealShare,
    announce_draw,
    cancel_draw,
    commit_share,
    complete_draw,
    enter_value,
    reveal_share,
)
from app.review.draws.evidence import evidence_of
from app.review.draws.pool import candidates, inspectors
from app.review.draws.queries import DrawView, draw_for, draws_of, public_draw
from app.review.draws.rules import DRAW_LABELS, UNREVEALED_LABELS, ItemKind, Unrevealed
from app.review.reach import ReachKind, reach_for
from app.web.bodies import instant, whole
from app.web.draw_words import NOT_PROVEN, PROVEN
from app.web.public import CACHE, TOO_MANY_CODES, page_answer, unknown_codes
from app.web.request import (
    actor,
    close_reading,
    now,
    reading,
    require_sign_in,
    rights,
    services,
    zone,
)
from app.web.review_work import frame

pages = Blueprint("draws", __name__)
public_pages = Blueprint("public_draws", __name__)
LIST = "/reviews/authority/<organisation_id>/draws"


@pages.before_request
def only_signed_in() -> None:
    """Acts are not for strangers; the public page is below."""
    require_sign_in()
    g.section = "reviews"


@pages.get(LIST)
def of_authority(organisation_id: str) -> str:
    """The draws of an authority."""
    reach = reach_for(reading(), rights(), ReachKind.AUTHORITY, organisation_id)
    found = draws_of(reading(), organisation_id, now())
    return render_template("review/across/draws.html", reach=reach, tab="draws", draws=found, **frame(reach))


@pages.get(f"{LIST}/new")
def new(organisation_id: str) -> str:
    """The form of an announcement, with everything that may be put into its pool."""
    reach = reach_for(reading(), rights(), ReachKind.AUTHORITY, organisation_id)
    if not reach.drawing_seats():
        raise Refused(FORBIDDEN, action="review:draw")
    kind = request.args.get("kind") or ItemKind.CASE
    if kind not in set(ItemKind):
        raise invalid("kind", f"应为 {'、'.join(ItemKind)} 之一", f"is one of {', '.join(ItemKind)}")
    evening = now().astimezone(zone()).replace(hour=22, minute=0, second=0, microsecond=0)
    return render_template(
        "review/across/draw_new.html",
        reach=reach,
        tab="draws",
        kind=kind,
        kinds=list(ItemKind),
        rules=list(Unrevealed),
        candidates=candidates(reading(), reach, ItemKind(kind)),
        people=inspectors(reading(), reach, now()),
        known_at=evening + timedelta(days=1),
        reveal_until=evening + timedelta(days=2),
        **frame(reach),
    )


@pages.post(LIST)
def announce(organisation_id: str) -> Response:
    """Announce a draw."""
    form = request.form
    known_at = instant(form.get("known_at"), "known_at")
    if known_at is None:
        raise invalid("公布时间 / known from", "需要填写", "is needed")
    reveal_until = instant(form.get("reveal_until"), "reveal_until") if "contributions" in form else None
    if "contributions" in form and reveal_until is None:
        raise invalid("揭示截止 / reveal until", "需要填写", "is needed")
    command = AnnounceDraw(
        organisation_id,
        form.get("title", ""),
        form.get("kind", ""),
        form.getlist("item"),
        whole(form.get("take"), "take"),
        form.getlist("inspector"),
        whole(form.get("per_item") or 0, "per_item"),
        form.get("pool", ""),
        form.get("source", ""),
        form.get("example", ""),
        known_at,
        reveal_until,
        form.get("unrevealed", Unrevealed.LEAVE_OUT),
    )
    close_reading()
    with services().database.write(actor()) as tx:
        draw_id = announce_draw(tx, command)
    return redirect(f"/draws/{draw_id}")


@pages.get("/draws/<draw_id>")
def page(draw_id: str) -> str:
    """One draw, with what can be done with it now."""
    view = draw_for(reading(), rights(), draw_id, now())
    row = view.standing.row
    setup = {"digest": row.digest, "person": actor().person_id, "code": row.short_code}
    return render_template("review/across/draw.html", draw=view, setup=setup, **_shown(view))


def _act(draw_id: str, work: Callable[[Tx], object]) -> Response:
    close_reading()
    with services().database.write(actor()) as tx:
        work(tx)
    return redirect(f"/draws/{draw_id}")


@pages.post("/draws/<draw_id>/shares")
def commit(draw_id: str) -> Response:
    """Commit to a number: only its digest is sent."""
    command = CommitShare(draw_id, request.form.get("commitment", ""))
    return _act(draw_id, lambda tx: commit_share(tx, command))


@pages.post("/draws/<draw_id>/reveal")
def reveal(draw_id: str) -> Response:
    """Reveal the number."""
    command = RevealShare(draw_id, request.form.get("secret", ""))
    return _act(draw_id, lambda tx: reveal_share(tx, command))


@pages.post("/draws/<draw_id>/value")
def value(draw_id: str) -> Response:
    """Enter the public value."""
    command = EnterValue(draw_id, request.form.get("value", ""), request.form.get("again", ""))
    return _act(draw_id, lambda tx: enter_value(tx, command))


@pages.post("/draws/<draw_id>/complete")
def complete(draw_id: str) -> Response:
    """Draw without what was not revealed in time."""
    return _act(draw_id, lambda tx: complete_draw(tx, draw_id))


@pages.post("/draws/<draw_id>/cancel")
def cancel(draw_id: str) -> Response:
    """Cancel it."""
    command = CancelDraw(draw_id, request.form.get("reason", ""))
    return _act(draw_id, lambda tx: cancel_draw(tx, command))


def _shown(view: DrawView) -> Mapping[str, Any]:
    """What both pages of a draw show."""
    told = view.standing.announced
    return {
        "announced": told,
        "known_at": datetime.fromisoformat(told.known_at),
        "reveal_until": view.standing.reveal_until,
        "proven": PROVEN,
        "not_proven": NOT_PROVEN,
        "script": check_draw_path().read_text("utf-8"),
    }


# -- for everybody ---------------------------------------------------------------------------------------------


@public_pages.get("/d/<short_code>")
def public(short_code: str) -> Response:
    """What was announced, what came of it, and the check, in the browser of whoever asks."""
    view = _look_up(short_code)
    if view is None:
        return page_answer(render_template("public/unknown_draw.html", code=short_code[:20]), 404)
    close_reading()
    told = view.standing
    page_of = render_template(
        "public/draw.html",
        draw=view,
        label=DRAW_LABELS[view.state],
        rule=UNREVEALED_LABELS[told.announced.unrevealed],
        announced_at=_minute(told.row.announced_at),
        known_on=_minute(told.known_at),
        **_shown(view),
    )
    return page_answer(page_of, 200)


@public_pages.get("/d/<short_code>/announcement.txt")
def announcement(short_code: str) -> Response:
    """The canonical lines whose SHA-256 is the announcement's digest."""
    view = _look_up(short_code)
    if view is None:
        return page_answer(render_template("public/unknown_draw.html", code=short_code[:20]), 404)
    close_reading()
    name = f"draw-{view.standing.row.short_code}.txt"
    return _file(view.standing.row.announcement, "text/plain; charset=utf-8", name)


@public_pages.get("/d/<short_code>/evidence.json")
def evidence(short_code: str) -> Response:
    """Everything by which the draw is checked."""
    view = _look_up(short_code)
    if view is None:
        return page_answer(render_template("public/unknown_draw.html", code=short_code[:20]), 404)
    told = evidence_of(reading(), view.standing)
    close_reading()
    name = f"draw-{view.standing.row.short_code}.json"
    return _file(json.dumps(told, ensure_ascii=False, indent=1), "application/json", name)


@public_pages.get("/d/check_draw.py")
def script() -> Response:
    """The stand-alone script."""
    return _file(check_draw_path().read_text("utf-8"), "text/x-python; charset=utf-8", "check_draw.py")


def _minute(at: datetime) -> str:
    return at.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M")


def _file(text: str, kind: str, name: str) -> Response:
    response = Response(text, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Cache-Control"] = CACHE
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _look_up(short_code: str) -> DrawView | None:
    """A draw by its code.

    Raises:
        Refused: ``too-many-unknown-codes``; guessing is slowed down before the database is asked.
    """
    buckets = unknown_codes()
    address = request.remote_addr or ""
    if not buckets.has_token(address):
        raise Refused(TOO_MANY_CODES)
    found = public_draw(reading(), short_code, now())
    if found is None:
        close_reading()
        buckets.take(address)
    return found
