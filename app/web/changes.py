"""Change documents (变更): the list of a project, one document, proposing, editing and moving it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.queries import parties_of
from app.access.rules import Permission
from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.classes import StateClass, state_class
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.proposals import (
    AffectedSheet,
    ChangeText,
    EditChange,
    Ending,
    MarkPlaces,
    ProposeChange,
    edit_change,
    editing_seat,
    mark_places,
    propose_change,
)
from app.changes.actions.steps import AgreeCosts, MoveChange, agree_costs, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.guards import DESIGNERS
from app.changes.queries.changes import change_for, change_row, changes_of, changes_on
from app.changes.queries.views import ChangeRow
from app.changes.rules import OPEN, PROPOSED_KINDS, STANDING, ChangeState, External, Flag, Reason
from app.changes.triggers import triggers_for
from app.drawings.queries.register import register_of
from app.drawings.queries.sheets import sheet_for
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, Refused, invalid
from app.kernel.policy import Target
from app.projects.rules import Discipline
from app.record.queries import set_in_force, settle_instants
from app.web.bodies import body, instant, text, texts, whole
from app.web.change_words import GROUPS, NEEDS_NOTE, STATE_MEANINGS, change_page_words
from app.web.layout import use_project
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services

pages = Blueprint("changes", __name__)

LONG = 4_000
C = ChangeState
GROUP_OF: Mapping[str, Callable[[ChangeRow], bool]] = {
    "open": lambda c: c.state in OPEN or c.is_irregular,
    "mine": lambda c: bool(c.waits_for_me),
    "before": lambda c: c.state in OPEN - STANDING,
    "effective": lambda c: c.state == C.EFFECTIVE,
    "as_built": lambda c: c.state in (C.IMPLEMENTED, C.VERIFIED),
    "emergency": lambda c: c.is_irregular,
    "closed": lambda c: c.state == C.INCORPORATED,
    "ended": lambda c: c.state in (C.REJECTED, C.WITHDRAWN, C.SUPERSEDED, C.CANCELLED),
    "all": lambda _: True,
}


@pages.before_request
def only_signed_in() -> None:
    """Changes are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/changes")
def listed(project_id: str) -> str:
    """The changes of a project: by what is still to be done, discipline, kind, and words."""
    use_project(project_id, section="changes")
    found = changes_of(reading(), rights(), project_id, now())
    group = request.args.get("group") or ("mine" if any(c.waits_for_me for c in found) else "open")
    if group not in GROUPS:
        raise invalid("group", f"应为 {', '.join(GROUPS)} 之一", f"is one of {', '.join(GROUPS)}")
    wanted = {name: request.args.get(name, "").strip() for name in ("discipline", "kind", "q")}
    matching = [c for c in found if _matches(c, wanted)]
    return render_template(
        "changes/list.html",
        changes=[c for c in matching if GROUP_OF[group](c)],
        group=group,
        groups=[(key, sum(map(test, matching))) for key, test in GROUP_OF.items()],
        wanted=wanted,
        disciplines=sorted({c.discipline for c in found}),
        kinds=sorted({c.kind for c in found}),
        total=len(found),
        may_propose=_may_propose(project_id),
        meanings=STATE_MEANINGS,
    )


def _matches(change: ChangeRow, wanted: Mapping[str, str]) -> bool:
    words = wanted["q"].lower()
    said = f"{change.name} {change.title} {' '.join(change.sheets)} {change.party}".lower()
    return (
        wanted["discipline"] in ("", change.discipline)
        and wanted["kind"] in ("", change.kind)
        and all(word in said for word in words.split())
    )


def _may_propose(project_id: str) -> bool:
    seats = rights().in_project(project_id)
    return any(
        rights().may(Permission.CHANGE_PROPOSE, Target(project_id, party_id=s.party_id)) for s in seats
    )


@pages.get("/projects/<project_id>/changes/new")
def new(project_id: str) -> str:
    """The form for a proposal; ``sheet`` and ``region`` bring the place on which one stood."""
    use_project(project_id, section="changes")
    if not _may_propose(project_id):
        raise Refused(FORBIDDEN, action=Permission.CHANGE_PROPOSE)
    return render_template(
        "changes/edit.html",
        change=None,
        setup=_form_setup(project_id, request.args.get("sheet", ""), request.args.get("region", "")),
        kinds=list(PROPOSED_KINDS),
        reasons=list(Reason),
        disciplines=list(Discipline),
        others=[c for c in changes_of(reading(), rights(), project_id, now()) if c.state in STANDING],
    )


@pages.get("/changes/<change_id>/edit")
def edit_page(change_id: str) -> str:
    """The form with what a change says."""
    change = change_for(reading(), rights(), change_id, now())
    use_project(change.row.project_id, section="changes")
    editing_seat(reading(), rights(), change_row(reading(), rights(), change_id))
    others = changes_of(reading(), rights(), change.row.project_id, now())
    return render_template(
        "changes/edit.html",
        change=change,
        setup=_form_setup(change.row.project_id, "", "")
        | {
            "change": change_id,
            "version": change.version,
            "sheets": [
                {
                    "sheet": s.sheet_id,
                    "revision": s.revision_id,
                    "boxes": [list(b) for b in s.boxes],
                    "action": s.action,
                    "note": s.note,
                }
                for s in change.sheets
            ],
        },
        kinds=[change.row.kind],
        reasons=list(Reason),
        disciplines=list(Discipline),
        others=[c for c in others if c.state in STANDING and c.id != change_id],
    )


def _form_setup(project_id: str, sheet: str, region: str) -> dict[str, Any]:
    """What the script of the form knows: the sheets one may name, by number."""
    rows = register_of(reading(), rights(), project_id)
    at = settle_instants(reading(), now=now(), as_of=None, known_at=None)
    force = {f.sheet_id: f for f in set_in_force(reading(), project_id, at)}
    register = [
        {
            "sheet": r.sheet_id,
            "revision": (force[r.sheet_id].revision_id if r.sheet_id in force else r.revision_id),
            "newest": r.revision_id,
            "number": r.number,
            "title": r.title,
            "label": force[r.sheet_id].rev_label if r.sheet_id in force else r.rev_label,
            "newestLabel": r.rev_label,
            "discipline": r.discipline,
        }
        for r in rows
    ]
    box = [int(v) for v in region.split(",")] if region.replace(",", "").isdigit() else []
    return {
        "project": project_id,
        "change": "",
        "version": 0,
        "register": register,
        "sheets": [{"sheet": sheet, "boxes": [box] if len(box) == 4 else []}] if sheet else [],
        "words": change_page_words(),
    }


@pages.post("/projects/<project_id>/changes")
def propose(project_id: str) -> Response:
    """Propose a change."""
    sent = body()
    command = ProposeChange(project_id, text(sent.get("kind"), "kind", most=40), _text_of(sent))
    return _acted(lambda tx: propose_change(tx, command), name="change")


@pages.patch("/changes/<change_id>")
def edit(change_id: str) -> Response:
    """Edit what a change says."""
    sent = body()
    command = EditChange(change_id, whole(sent.get("version"), "version"), _text_of(sent))
    return _acted(lambda tx: edit_change(tx, command), name="version")


@pages.post("/changes/<change_id>/places")
def places(change_id: str) -> Response:
    """Draw the regions of a change on one sheet."""
    sent = body()
    boxes = sent.get("boxes")
    if not isinstance(boxes, list) or not all(isinstance(b, list) for b in boxes):
        raise invalid("boxes", "应为坐标的列表", "is a list of boxes")
    command = MarkPlaces(
        change_id, text(sent.get("sheet"), "sheet", most=20), boxes, text(sent.get("note"), "note", most=LONG)
    )
    return _acted(lambda tx: mark_places(tx, command))


@pages.get("/changes/<change_id>")
def page(change_id: str) -> str:
    """One change."""
    change = change_for(reading(), rights(), change_id, now())
    use_project(change.row.project_id, section="changes")
    designers = [
        p
        for p in parties_of(reading(), change.row.project_id)
        if p.role in DESIGNERS and (p.valid_to is None or p.valid_to > now())
    ]
    return render_template(
        "changes/change.html",
        change=change,
        row=change.row,
        flags=list(Flag),
        externals=list(External),
        triggers=triggers_for(change.row.discipline),
        designers=designers,
        meanings=STATE_MEANINGS,
        setup={
            "change": change_id,
            "version": change.version,
            "needsNote": sorted(NEEDS_NOTE),
            "words": change_page_words(),
        },
    )


@pages.post("/changes/<change_id>/move")
def take_step(change_id: str) -> Response:
    """Take a step."""
    sent = body()
    command = MoveChange(
        change_id,
        text(sent.get("event"), "event", most=40),
        text(sent.get("note"), "note", most=LONG),
        instant(sent.get("effective_at"), "effective_at"),
        text(sent.get("designer"), "designer", most=20),
    )
    return _acted(lambda tx: move(tx, command))


@pages.post("/changes/<change_id>/class")
def classify(change_id: str) -> Response:
    """State the class."""
    sent = body()
    command = StateClass(
        change_id,
        whole(sent.get("version"), "version"),
        texts(sent.get("flags"), "flags"),
        text(sent.get("basis"), "basis", most=LONG),
        texts(sent.get("externals"), "externals"),
        texts(sent.get("triggers"), "triggers"),
    )
    return _acted(lambda tx: state_class(tx, command), name="version")


@pages.post("/changes/<change_id>/words")
def speak(change_id: str) -> Response:
    """Say a word for one's party: lead designer, authority, consent to an emergency."""
    sent = body()
    command = GiveWord(
        change_id,
        text(sent.get("kind"), "kind", most=40),
        sent.get("yes") is True,
        text(sent.get("note"), "note", most=LONG),
        text(sent.get("domain"), "domain", most=40),
    )
    return _acted(lambda tx: give_word(tx, command), name="word")


@pages.post("/changes/<change_id>/incorporated")
def incorporated(change_id: str) -> Response:
    """Say where it stands in the as-built sheets."""
    sent = body().get("places")
    if not isinstance(sent, dict):
        raise invalid("places", "应为按图纸填写的位置", "says a place for each sheet")
    told = {str(k): text(v, "place", most=LONG) for k, v in sent.items()}
    return _acted(lambda tx: state_incorporation(tx, IncorporateChange(change_id, told)))


@pages.post("/changes/<change_id>/costs")
def costs(change_id: str) -> Response:
    """Note agreed cost (yuan with two decimals) and time."""
    form = request.form
    command = AgreeCosts(change_id, fen(form.get("cost", "")), days(form.get("days", "")))
    with services().database.write(actor()) as tx:
        agree_costs(tx, command)
    return redirect(f"/changes/{change_id}#costs")


@pages.get("/sheets/<sheet_id>/changes.json")
def on_sheet(sheet_id: str) -> Response:
    """The changes of a sheet, with their regions on it."""
    sheet_for(reading(), rights(), sheet_id)
    found = []
    for row in changes_on(reading(), rights(), sheet_id, now()):
        view = change_for(reading(), rights(), row.id, now())
        here = next((s for s in view.sheets if s.sheet_id == sheet_id), None)
        found.append(
            {
                "id": row.id,
                "name": row.name,
                "title": row.title,
                "state": row.state,
                "meaning": STATE_MEANINGS[row.state],
                "stands": row.state in STANDING,
                "mayDraw": view.may_edit,
                "effectiveAt": row.effective_at.isoformat() if row.effective_at else None,
                "sheet": asdict(here) if here else None,
            }
        )
    return _json({"changes": found})


@pages.post("/revisions/<revision_id>/absorbed")
def absorbed(revision_id: str) -> Response:
    """Tick which changes a revision takes in."""
    sent = body().get("ticks")
    if not isinstance(sent, dict) or not all(isinstance(v, bool) for v in sent.values()):
        raise invalid("ticks", "应为按变更填写的是或否", "says yes or no for each change")
    return _acted(lambda tx: tick_absorbed(tx, TickAbsorbed(revision_id, sent)))


def _text_of(sent: Mapping[str, Any]) -> ChangeText:
    sheets, ends = sent.get("sheets"), sent.get("ends")
    for name, value in (("sheets", sheets), ("ends", ends)):
        if value is not None and not (isinstance(value, list) and all(isinstance(v, dict) for v in value)):
            raise invalid(name, "应为列表", "is a list")
    return ChangeText(
        title=text(sent.get("title"), "title", most=400),
        description=text(sent.get("description"), "description", most=LONG),
        discipline=text(sent.get("discipline"), "discipline", most=40),
        reason=text(sent.get("reason"), "reason", most=40),
        sheets=tuple(_sheet_of(s) for s in sheets or ()),
        ends=tuple(
            Ending(
                text(e.get("change"), "change", most=20),
                text(e.get("how"), "how", most=20),
                text(e.get("note"), "note", most=500),
            )
            for e in ends or ()
        ),
        cost_estimate=fen(str(sent.get("cost") or "")),
        days_estimate=days(str(sent.get("days") or "")),
    )


def _sheet_of(sent: Mapping[str, Any]) -> AffectedSheet:
    boxes = sent.get("boxes") or []
    if not isinstance(boxes, list) or not all(isinstance(b, list) for b in boxes):
        raise invalid("boxes", "应为坐标的列表", "is a list of boxes")
    return AffectedSheet(
        text(sent.get("sheet"), "sheet", most=20),
        text(sent.get("revision"), "revision", most=20),
        tuple(tuple(b) for b in boxes),
        text(sent.get("action"), "action", most=20) or "modify",
        text(sent.get("note"), "note", most=LONG),
    )


def fen(said: str) -> int | None:
    """Fen of a sum in yuan as typed; None for nothing.

    Raises:
        Refused: ``invalid-input``.
    """
    flat = said.replace(",", "").replace("，", "").replace("元", "").strip()
    if not flat:
        return None
    sign, digits = (-1, flat[1:]) if flat.startswith("-") else (1, flat)
    yuan, _, cents = digits.partition(".")
    if not (yuan.isdigit() and len(yuan) <= 12 and (cents == "" or (cents.isdigit() and len(cents) <= 2))):
        raise invalid("造价（元） / cost", "应为金额，如 12000.00", "is a sum such as 12000.00")
    return sign * (int(yuan) * 100 + int(cents.ljust(2, "0") or 0))


def days(said: str) -> int | None:
    """Days as typed; None for nothing.

    Raises:
        Refused: ``invalid-input``.
    """
    return whole(said.strip(), "工期（天） / days") if said.strip() else None


def _acted(work: Callable[[Tx], Any], *, name: str = "") -> Response:
    close_reading()
    with services().database.write(actor()) as tx:
        made = work(tx)
    return _json({name: made} if name else {"done": True})


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False, default=str), content_type="application/json")
