"""Self-check before submission: a design institute's own page of the assisted rules."""

import json
from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from app.kernel.db.transactions import Tx
from app.kernel.errors import invalid
from app.review.actions.self_check import (
    DropSelfFindings,
    ask_self_check,
    drop_self_findings,
    restore_self_findings,
)
from app.review.queries.self_check import self_check_of
from app.web.bodies import body, texts
from app.web.layout import use_project
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services
from app.web.review_words import page_words

pages = Blueprint("self_check", __name__)

DECISIONS: Mapping[str, Callable[[Tx, DropSelfFindings], list[str]]] = {
    "drop": drop_self_findings,
    "restore": restore_self_findings,
}


@pages.before_request
def only_signed_in() -> None:
    """Drafts are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/self-check")
def self_check_page(project_id: str) -> str:
    """What the rules say of the institute's own sheets."""
    use_project(project_id, section="drawings")
    found = self_check_of(reading(), rights(), project_id)
    base = f"/projects/{project_id}/self-check"
    return render_template(
        "review/self_check.html",
        assist=found,
        base=base,
        setup={"base": base, "state": "self_check", "words": page_words()},
    )


@pages.get("/projects/<project_id>/self-check/assist.json")
def standing(project_id: str) -> Response:
    """Whether a run is under way: what the page asks while it waits."""
    found = self_check_of(reading(), rights(), project_id)
    answer = {"running": found.is_running, "run": found.newest.id if found.newest else None}
    response = Response(json.dumps(answer), content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.post("/projects/<project_id>/self-check")
def run(project_id: str) -> Response:
    """Have the rules run."""
    close_reading()
    with services().database.write(actor()) as tx:
        ask_self_check(tx, project_id)
    return redirect(f"/projects/{project_id}/self-check")


@pages.post("/projects/<project_id>/self-check/findings/<decision>")
def decide(project_id: str, decision: str) -> dict[str, object]:
    """Drop or restore findings, by their keys."""
    act = DECISIONS.get(decision)
    if act is None:
        known = ", ".join(DECISIONS)
        raise invalid("decision", f"应为 {known} 之一", f"is one of {known}")
    command = DropSelfFindings(project_id, texts(body().get("findings"), "findings"))
    close_reading()
    with services().database.write(actor()) as tx:
        return {"done": act(tx, command), "refused": {}}
