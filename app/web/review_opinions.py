"""Opinions for the scripts of a case and of a sheet: listed, drafted, moved, answered, rechecked."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from app.access.queries import rights_of
from app.drawings.queries.sheets import sheet_for
from app.kernel.db.transactions import Tx
from app.kernel.errors import invalid
from app.review.actions.answers import (
    JudgeReply,
    ReplyOpinion,
    RuleDispute,
    judge_reply,
    reply_opinion,
    rule_dispute,
)
from app.review.actions.mark_opinions import OpinionsFromMarks, opinions_from_marks
from app.review.actions.opinion_moves import MoveOpinions, OrderOpinions, move_opinions, order_opinions
from app.review.actions.opinions import (
    DraftOpinion,
    EditOpinion,
    OpinionText,
    Place,
    draft_opinion,
    edit_opinion,
)
from app.review.flows import fixed_places
from app.review.queries.cases import case_row
from app.review.queries.fixes import fixes_for
from app.review.queries.mark_offers import grids_of
from app.review.queries.opinions import OpinionView, opinion_for, opinions_of
from app.review.queries.sheet_opinions import cases_of_sheet
from app.web.bodies import body, text, texts, whole
from app.web.errors import report_json
from app.web.request import actor, close_reading, reading, require_sign_in, rights, services
from app.web.words import when

pages = Blueprint("review_opinions", __name__)

LONG = 4_000


@pages.before_request
def only_signed_in() -> None:
    """Reviews are not for strangers."""
    require_sign_in()


@pages.get("/review/<case_id>/opinions.json")
def listed(case_id: str) -> Response:
    """The opinions of a case that the person may see, in display order."""
    return _json({"opinions": [asdict(o) for o in opinions_of(reading(), rights(), case_id)]})


@pages.get("/review/opinions/<opinion_id>")
def one(opinion_id: str) -> Response:
    """One opinion."""
    return _json({"opinion": asdict(opinion_for(reading(), rights(), opinion_id))})


@pages.get("/review/opinions/<opinion_id>/fixes.json")
def fixes(opinion_id: str) -> Response:
    """Revisions in which the opinion could be fixed: newer ones of the sheets it speaks of."""
    found = [
        {"revision": f.revision_id, "number": f.number, "label": f.rev_label, "state": f.state}
        for f in fixes_for(reading(), rights(), opinion_id)
    ]
    return _json({"fixes": found})


@pages.get("/review/opinions/<opinion_id>/flags.json")
def flags(opinion_id: str) -> Response:
    """What the comparison says beside an answer: changed there, changed at all, changed unasked."""
    found = fixed_places(services().reading_room, reading(), rights(), opinion_id)
    return _json({"places": [asdict(place) for place in found]})


@pages.get("/sheets/<sheet_id>/opinions.json")
def on_sheet(sheet_id: str) -> Response:
    """The cases of a sheet that the person may see, with the opinions on it."""
    sheet_for(reading(), rights(), sheet_id)
    return _json({"cases": [asdict(case) for case in cases_of_sheet(reading(), rights(), sheet_id)]})


@pages.post("/review/<case_id>/opinions")
def draft(case_id: str) -> Response:
    """Draft an opinion."""
    sent = body()
    command = DraftOpinion(case_id, _text_of(sent), is_confirmed=sent.get("confirmed") is True)
    return _answer(lambda tx: draft_opinion(tx, command))


@pages.patch("/review/opinions/<opinion_id>")
def edit(opinion_id: str) -> Response:
    """Change a draft."""
    sent = body()
    command = EditOpinion(
        opinion_id, whole(sent.get("version"), "version"), _text_of(sent), sent.get("confirmed") is True
    )
    return _answer(lambda tx: edit_opinion(tx, command), opinion_id)


@pages.post("/review/<case_id>/opinions/<event>")
def move(case_id: str, event: str) -> dict[str, object]:
    """Propose, take up, reject, merge or retract many opinions; reports per row."""
    sent = body()
    command = MoveOpinions(
        case_id,
        texts(sent.get("opinions"), "opinions"),
        event,
        text(sent.get("note"), "note", most=LONG),
        text(sent.get("into"), "into", most=20),
    )
    close_reading()
    with services().database.write(actor()) as tx:
        return report_json(move_opinions(tx, command))


@pages.post("/review/<case_id>/opinions/from-marks")
def from_marks(case_id: str) -> dict[str, object]:
    """Make draft opinions of marks; reports per row."""
    marks = texts(body().get("marks"), "marks", most=500)
    case_row(reading(), rights(), case_id)
    grids = grids_of(services().reading_room, reading(), rights(), marks)
    close_reading()
    with services().database.write(actor()) as tx:
        return report_json(opinions_from_marks(tx, OpinionsFromMarks(case_id, marks, grids)))


@pages.post("/review/<case_id>/opinion-order")
def order(case_id: str) -> Response:
    """Set the display order."""
    command = OrderOpinions(case_id, texts(body().get("opinions"), "opinions"))
    close_reading()
    with services().database.write(actor()) as tx:
        order_opinions(tx, command)
    return _json({"case": case_id})


@pages.post("/review/opinions/<opinion_id>/reply")
def reply(opinion_id: str) -> Response:
    """Answer an opinion."""
    sent = body()
    command = ReplyOpinion(
        opinion_id,
        text(sent.get("event"), "event", most=20),
        text(sent.get("text"), "text", most=LONG),
        texts(sent.get("fixed_in", []), "fixed_in", most=500),
    )
    return _answer(lambda tx: reply_opinion(tx, command), opinion_id)


@pages.post("/review/opinions/<opinion_id>/judgement")
def judge(opinion_id: str) -> Response:
    """Recheck an answer."""
    sent = body()
    command = JudgeReply(
        opinion_id,
        sent.get("settled") is True,
        text(sent.get("text"), "text", most=LONG),
        texts(sent.get("warnings", []), "warnings", most=20),
    )
    return _answer(lambda tx: judge_reply(tx, command), opinion_id)


@pages.post("/review/opinions/<opinion_id>/ruling")
def rule(opinion_id: str) -> Response:
    """Rule on a disputed opinion."""
    sent = body()
    command = RuleDispute(opinion_id, sent.get("upheld") is True, text(sent.get("text"), "text", most=LONG))
    return _answer(lambda tx: rule_dispute(tx, command), opinion_id)


def _text_of(sent: dict[str, Any]) -> OpinionText:
    """An opinion as the form sends it."""

    def said(name: str, most: int = LONG) -> str:
        return text(sent.get(name), name, most=most)

    return OpinionText(
        discipline=said("discipline", 40),
        fact=said("fact"),
        action=said("action"),
        domain=said("domain", 40),
        basis=said("basis", 40),
        severity=said("severity", 40),
        standard_no=said("standard_no", 60),
        standard_name=said("standard_name", 200),
        clause_no=said("clause_no", 60),
        clause_text=said("clause_text"),
        basis_reason=said("basis_reason"),
        places=[_place(raw) for raw in _list(sent.get("places", []))],
    )


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise invalid("places", "需要列表", "a list is needed")
    return raw


def _place(raw: Any) -> Place:
    sent = raw if isinstance(raw, dict) else {}
    region, sheet = sent.get("region", []), sent.get("sheet")
    is_right = isinstance(region, list) and isinstance(sheet, str)
    if not is_right or not all(isinstance(v, int) and not isinstance(v, bool) for v in region):
        raise invalid("places", "需要图纸和区域", "a sheet and a region are needed")
    return Place(str(sheet), region, text(sent.get("grid"), "grid", most=20))


def _answer(work: Callable[[Tx], Any], opinion_id: str = "") -> Response:
    """Run one act and answer with the opinion as it is now."""
    close_reading()
    with services().database.write(actor()) as tx:
        done = work(tx)
        tx.session.flush()
        rights_now = rights_of(tx.session, tx.actor, tx.now)
        view: OpinionView = opinion_for(tx.session, rights_now, opinion_id or str(done))
    return _json({"opinion": asdict(view)})


def _json(value: Any) -> Response:
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_in_words)
    return Response(raw, content_type="application/json")


def _in_words(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(type(value).__name__)
    return when(value)
