"""Joint drawing reviews (图纸会审): the list, one review with its questions, the meeting, signing, and the steps."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.queries import parties_of
from app.access.rules import Permission
from app.access.site_grants import WORKING
from app.drawings.queries.register import register_of
from app.kernel.errors import invalid
from app.kernel.policy import Target
from app.projects.rules import DISCIPLINE_ORDER
from app.questions.actions.joint_items import (
    AnswerItem,
    AskItem,
    EditItem,
    ItemText,
    OrderItems,
    answer_item,
    ask_item,
    edit_item,
    order_items,
    withdraw_item,
)
from app.questions.actions.joint_reviews import (
    MoveJoint,
    PlanJoint,
    SetMeeting,
    WaiveJoint,
    move_joint,
    plan_joint,
    set_meeting,
    waive_joint,
)
from app.questions.actions.signing import SignJoint, sign_joint
from app.questions.queries.joint import ItemView, JointView, joint_for, joints_of, waivers_of
from app.questions.rules import CLASS_LABELS, OUTCOME_LABELS, ItemSeverity, JointState
from app.web.bodies import body, text, texts, whole
from app.web.layout import use_project
from app.web.notes import answer, require_notes
from app.web.question_words import script_words
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services

pages = Blueprint("joint", __name__)


@pages.before_request
def only_signed_in() -> None:
    """Joint reviews are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/joint-reviews")
def joints(project_id: str) -> str:
    """The joint reviews of a project, the form for a new one, and the owner's waivers."""
    use_project(project_id, section="questions")
    require_notes(project_id)
    return render_template(
        "questions/joints.html",
        joints=joints_of(reading(), rights(), project_id),
        waivers=waivers_of(reading(), rights(), project_id),
        disciplines=list(DISCIPLINE_ORDER),
        may_convene=rights().may(Permission.JDR_CONVENE, Target(project_id)),
        may_waive=rights().may(Permission.REVISION_RELEASE, Target(project_id, state="issued")),
    )


@pages.post("/projects/<project_id>/joint-reviews")
def plan(project_id: str) -> Response:
    """Convene a joint review."""
    form = request.form
    command = PlanJoint(
        project_id,
        form.get("title", ""),
        form.getlist("discipline"),
        form.get("meeting_on", ""),
        form.get("place", ""),
    )
    with services().database.write(actor()) as tx:
        review_id = plan_joint(tx, command)
    return redirect(f"/joint-reviews/{review_id}")


@pages.post("/projects/<project_id>/joint-waivers")
def waive(project_id: str) -> Response:
    """The owner does without a joint review, with the reason."""
    command = WaiveJoint(project_id, request.form.get("reason", ""), request.form.getlist("discipline"))
    with services().database.write(actor()) as tx:
        waive_joint(tx, command)
    return redirect(f"/projects/{project_id}/joint-reviews")


@pages.get("/joint-reviews/<review_id>")
def joint(review_id: str) -> str:
    """One joint review: its questions, signatures and steps."""
    view = joint_for(reading(), rights(), review_id)
    use_project(view.project_id, section="questions")
    discipline = request.args.get("discipline", "")
    shown = [i for i in view.items if not i.is_withdrawn and discipline in ("", i.discipline)]
    return render_template(
        "questions/joint.html",
        joint=view,
        items=shown,
        withdrawn=[i for i in view.items if i.is_withdrawn],
        discipline=discipline,
        in_use=[d for d in DISCIPLINE_ORDER if any(i.discipline == d for i in view.items)],
        disciplines=list(view.row.disciplines) or list(DISCIPLINE_ORDER),
        severities=list(ItemSeverity),
        parties=_parties(view.project_id),
        sheets=register_of(reading(), rights(), view.project_id) if view.may_ask else [],
        is_signing=view.state == JointState.SIGNING,
        setup=_setup(view),
    )


@pages.get("/joint-reviews/<review_id>/meeting")
def meeting(review_id: str) -> str:
    """The meeting on a projector: one question at a time, answered and classed by keyboard."""
    view = joint_for(reading(), rights(), review_id)
    use_project(view.project_id, section="questions")
    return render_template(
        "questions/meeting.html",
        joint=view,
        classes=[c for c in CLASS_LABELS if c],
        outcomes=[o for o in OUTCOME_LABELS if o],
        setup={**_setup(view), "items": [_item_json(i) for i in view.items if not i.is_withdrawn]},
    )


@pages.post("/joint-reviews/<review_id>/move")
def move(review_id: str) -> Response:
    """Take a step."""
    sent = body()
    command = MoveJoint(
        review_id, text(sent.get("event"), "event", most=20), text(sent.get("note"), "note", most=8_000)
    )
    close_reading()
    with services().database.write(actor()) as tx:
        move_joint(tx, command)
    return answer({"review": review_id})


@pages.post("/joint-reviews/<review_id>/meeting-facts")
def meeting_facts(review_id: str) -> Response:
    """Write down date, place and attendees: ``"attendees": [[party, name], …]``."""
    sent = body()
    people = sent.get("attendees", [])
    is_right = isinstance(people, list) and all(
        isinstance(p, list) and len(p) == 2 and all(isinstance(v, str) for v in p) for p in people
    )
    if not is_right:
        raise invalid("attendees", "需要单位与姓名", "parties with names are needed")
    command = SetMeeting(
        review_id,
        whole(sent.get("version"), "version"),
        text(sent.get("meeting_on"), "meeting_on", most=20),
        text(sent.get("place"), "place", most=400),
        [(p[0], p[1]) for p in people],
    )
    close_reading()
    with services().database.write(actor()) as tx:
        version = set_meeting(tx, command)
    return answer({"version": version})


@pages.post("/joint-reviews/<review_id>/items")
def ask(review_id: str) -> Response:
    """Ask a question."""
    sent = body()
    command = AskItem(review_id, _item_text(sent))
    close_reading()
    with services().database.write(actor()) as tx:
        item_id = ask_item(tx, command)
    return answer({"item": item_id})


@pages.post("/joint-reviews/<review_id>/order")
def order(review_id: str) -> Response:
    """Put questions in another order; numbers stay."""
    items = texts(body().get("items"), "items")
    close_reading()
    with services().database.write(actor()) as tx:
        order_items(tx, OrderItems(review_id, items))
    return answer({"review": review_id})


@pages.post("/joint-reviews/<review_id>/sign")
def sign(review_id: str) -> Response:
    """Sign the record of this digest."""
    digest = text(body().get("digest"), "digest", most=64)
    close_reading()
    with services().database.write(actor()) as tx:
        is_effective = sign_joint(tx, SignJoint(review_id, digest))
    return answer({"effective": is_effective})


@pages.route("/joint-items/<item_id>", methods=["PATCH"])
def edit(item_id: str) -> Response:
    """Put a question right."""
    sent = body()
    command = EditItem(item_id, whole(sent.get("version"), "version"), _item_text(sent))
    close_reading()
    with services().database.write(actor()) as tx:
        version = edit_item(tx, command)
    return answer({"version": version})


@pages.post("/joint-items/<item_id>/withdraw")
def withdraw(item_id: str) -> Response:
    """Take a question back."""
    with services().database.write(actor()) as tx:
        withdraw_item(tx, item_id)
    return answer({"item": item_id})


@pages.post("/joint-items/<item_id>/answer")
def answer_question(item_id: str) -> Response:
    """Answer a question, class it and say what follows."""
    sent = body()
    command = AnswerItem(
        item_id,
        whole(sent.get("version"), "version"),
        text(sent.get("answer"), "answer", most=8_000),
        text(sent.get("class"), "class", most=4),
        text(sent.get("outcome"), "outcome", most=20),
        text(sent.get("severity") or ItemSeverity.GENERAL, "severity", most=10),
        sent.get("mandatory") is True,
    )
    close_reading()
    with services().database.write(actor()) as tx:
        version = answer_item(tx, command)
    return answer({"version": version})


def _item_text(sent: dict[str, Any]) -> ItemText:
    region = sent.get("region", [])
    if not isinstance(region, list):
        raise invalid("region", "需要四个整数", "four whole numbers are needed")
    return ItemText(
        question=text(sent.get("question"), "question", most=8_000),
        discipline=text(sent.get("discipline"), "discipline", most=40),
        revision_id=text(sent.get("revision"), "revision", most=20),
        region=region,
        place=text(sent.get("place"), "place", most=240),
        severity=text(sent.get("severity") or ItemSeverity.GENERAL, "severity", most=10),
    )


def _parties(project_id: str) -> list[tuple[str, str]]:
    return [
        (p.id, p.organisation)
        for p in parties_of(reading(), project_id)
        if p.role in WORKING and (p.valid_to is None or p.valid_to > now())
    ]


def _setup(view: JointView) -> dict[str, Any]:
    """What the scripts of the page know."""
    mine = rights().seat_for(Permission.JDR_SIGN, Target(view.project_id))
    return {
        "review": view.id,
        "state": view.state,
        "version": view.version,
        "digest": view.digest,
        "count": view.row.items,
        "party": dict(_parties(view.project_id)).get(mine.party_id, "") if mine else "",
        "words": script_words(),
    }


def _item_json(item: ItemView) -> dict[str, Any]:
    sheet = item.sheet
    return {
        "id": item.id,
        "serial": item.serial,
        "discipline": item.discipline,
        "place": item.place,
        "question": item.question,
        "party": item.party,
        "answer": item.answer,
        "class": item.item_class,
        "severity": item.severity,
        "outcome": item.outcome,
        "mandatory": item.touches_mandatory,
        "isDone": item.is_done,
        "mayAnswer": item.may_answer,
        "version": item.version,
        "isHidden": item.has_hidden_sheet,
        "sheet": {
            "path": f"/sheets/{sheet.sheet_id}?rev={sheet.revision_id}"
            + (f"#region={sheet.box}" if sheet.region else ""),
            "name": f"{sheet.number} {sheet.title}",
            "rev": sheet.rev_label,
            "picture": f"/renditions/{sheet.rendition_id}/crop.png?box={sheet.box}"
            if sheet.region
            else f"/renditions/{sheet.rendition_id}/thumb.webp",
        }
        if sheet and sheet.rendition_id
        else None,
    }
