"""The assisted review of a case: running the rules, and what reviewers decide about findings."""

import json
from collections.abc import Callable, Mapping

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from app.kernel.db.transactions import Tx
from app.kernel.errors import RowReport, invalid
from app.review.actions.assist import (
    DecideFindings,
    accept_findings,
    ask_run,
    drop_findings,
    restore_findings,
)
from app.review.queries.assist import assist_of
from app.web.bodies import body, texts
from app.web.errors import report_json
from app.web.request import actor, close_reading, language, reading, require_sign_in, rights, services

pages = Blueprint("review_assist", __name__)

DECISIONS: Mapping[str, Callable[[Tx, DecideFindings], RowReport]] = {
    "accept": accept_findings,
    "drop": drop_findings,
    "restore": restore_findings,
}
MOST = 1_000


@pages.before_request
def only_signed_in() -> None:
    """Reviews are not for strangers."""
    require_sign_in()


@pages.get("/review/<case_id>/assist.json")
def standing(case_id: str) -> Response:
    """Whether a run is under way: what the page asks while it waits."""
    found = assist_of(reading(), rights(), case_id)
    answer = {"running": found.is_running, "run": found.newest.id if found.newest else None}
    response = Response(json.dumps(answer), content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.post("/review/<case_id>/assist")
def run(case_id: str) -> Response:
    """Have the rules run."""
    close_reading()
    with services().database.write(actor()) as tx:
        ask_run(tx, case_id)
    return redirect(f"/review/{case_id}?tab=assist")


@pages.post("/review/<case_id>/findings/<decision>")
def decide(case_id: str, decision: str) -> dict[str, object]:
    """Accept, drop or restore many findings; reports per row."""
    act = DECISIONS.get(decision)
    if act is None:
        known = ", ".join(DECISIONS)
        raise invalid("decision", f"应为 {known} 之一", f"is one of {known}")
    sent = body()
    command = DecideFindings(
        case_id,
        texts(sent.get("findings"), "findings", most=MOST),
        language(),
        sent.get("together") is True,
    )
    close_reading()
    with services().database.write(actor()) as tx:
        return report_json(act(tx, command))
