"""Notices: what one was told, how often letters come, and the robots of a party."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.labels import LANGUAGES
from app.notices.actions import AddHook, ChooseRhythm, RemoveHook, choose_rhythm, mark_read, remove_hook
from app.notices.flows import add_checked_hook
from app.notices.queries import hooks_of, managed_parties, notice_for, notices_of, unread_count
from app.notices.rules import HOOK_LABELS
from app.notices.testing import send_test
from app.notices.wording import NoticeView
from app.web.bodies import body, instant, texts
from app.web.layout import use_project
from app.web.request import (
    actor,
    close_reading,
    language,
    now,
    reading,
    require_sign_in,
    rights,
    services,
    zone,
)

pages = Blueprint("notices", __name__)
PAGE = 100


@pages.before_request
def only_signed_in() -> None:
    """What one was told is one's own."""
    require_sign_in()


@pages.get("/notices")
def list_notices() -> str:
    """What the person was told, by day; unread ones first asked for."""
    only_unread = request.args.get("show") != "all"
    before = instant(request.args.get("before"), "before")
    found = notices_of(reading(), rights(), only_unread=only_unread, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return render_template(
        "notices/list.html",
        days=_by_day(shown),
        only_unread=only_unread,
        unread=unread_count(reading(), rights()),
        older=shown[-1].at if len(found) > PAGE else None,
    )


@pages.get("/notices/count")
def count_unread() -> dict[str, int]:
    """How many wait to be read, for the frame of a page that stays open."""
    return {"unread": unread_count(reading(), rights())}


@pages.post("/notices/read")
def read_act() -> Response | dict[str, int]:
    """Note that some notices, or all, have been read."""
    person = require_sign_in().person.id
    is_script = request.is_json
    ids = texts(body().get("notices"), "notices") if is_script else None
    close_reading()
    with services().database.plumbing() as session:
        count = mark_read(session, person, ids, now())
    return {"read": count} if is_script else redirect("/notices")


@pages.get("/notices/<notice_id>/open")
def open_notice(notice_id: str) -> Response:
    """Go where a notice leads; it has been read then."""
    found = notice_for(reading(), rights(), notice_id)
    if found is None:
        raise Refused(NOT_FOUND)
    if not found.is_read:
        person = require_sign_in().person.id
        close_reading()
        with services().database.plumbing() as session:
            mark_read(session, person, [notice_id], now())
    return redirect(found.path)


@pages.post("/me/notices")
def rhythm_act() -> Response:
    """Choose how often letters come, and where to."""
    command = ChooseRhythm(request.form.get("rhythm", ""), request.form.get("email", ""))
    with services().database.write(actor()) as tx:
        choose_rhythm(tx, command)
    return redirect("/me#notices")


@pages.get("/projects/<project_id>/robots")
def robots(project_id: str) -> str:
    """The robots of the parties whose seats the person manages."""
    use_project(project_id, section="project")
    return _robots(project_id)


@pages.post("/projects/<project_id>/robots")
def add_robot(project_id: str) -> Response | tuple[str, int]:
    """Add a robot; a refusal comes back to the form with everything typed still there."""
    use_project(project_id, section="project")
    form = request.form
    command = AddHook(
        project_id,
        form.get("party", ""),
        form.get("kind", ""),
        form.get("name", ""),
        form.get("url", ""),
        form.get("secret", ""),
        form.get("language", LANGUAGES[0]),
    )
    close_reading()
    try:
        add_checked_hook(services().database, services().outgoing, actor(), command)
    except Refused as refusal:
        if refusal.code == NOT_FOUND:
            raise
        use_project(project_id, section="project")
        return _robots(project_id, refusal), refusal.kind.status
    return redirect(f"/projects/{project_id}/robots")


@pages.post("/projects/<project_id>/robots/<hook_id>/remove")
def remove_robot(project_id: str, hook_id: str) -> Response:
    """Remove a robot; its address is forgotten."""
    use_project(project_id, section="project")
    close_reading()
    with services().database.write(actor()) as tx:
        remove_hook(tx, RemoveHook(hook_id))
    return redirect(f"/projects/{project_id}/robots")


@pages.post("/projects/<project_id>/robots/<hook_id>/test")
def test_robot(project_id: str, hook_id: str) -> str:
    """Send one line to a robot now, and say what it answered."""
    use_project(project_id, section="project")
    known = {h.id: h for h in hooks_of(reading(), rights(), project_id)}
    if hook_id not in known:
        raise Refused(NOT_FOUND)
    close_reading()
    error = send_test(services().database, services().outgoing, hook_id, services().settings.base_url)
    use_project(project_id, section="project")
    return _robots(project_id, tested=known[hook_id].name, error=error)


def _robots(
    project_id: str, refusal: Refused | None = None, *, tested: str = "", error: str | None = None
) -> str:
    return render_template(
        "notices/robots.html",
        hooks=hooks_of(reading(), rights(), project_id),
        parties=managed_parties(reading(), rights(), project_id),
        kinds=HOOK_LABELS,
        refusal=refusal,
        form=request.form if refusal else {"language": language()},
        tested=tested,
        error=error,
    )


def _by_day(notices: list[NoticeView]) -> list[tuple[datetime, list[NoticeView]]]:
    """The notices of each day of the person's zone, the newest day first."""
    days: list[tuple[datetime, list[NoticeView]]] = []
    for notice in notices:
        day = notice.at.astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0)
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(notice)
    return days
