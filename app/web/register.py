"""The register page: one row per sheet, facets, bulk acts; and the worklist that every seat opens to."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.changes.queries.changes import changes_of
from app.distribution.queries.waiting import objections_waiting, receipts_waiting
from app.drawings.actions.revisions import (
    MoveRevisions,
    SignRevisions,
    issue_revisions,
    send_to_checking,
    sign_revisions,
    withdraw_revisions,
)
from app.drawings.queries.sealing import seals_waiting
from app.drawings.queries.waiting import next_steps
from app.drawings.rules import SIGNATURE_LABELS, RevisionState, SignatureRole
from app.files.names import content_disposition
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, RowReport, invalid
from app.kernel.labels import Label
from app.kernel.policy import Target
from app.projects.queries import buildings_of
from app.projects.rules import DISCIPLINE_ORDER, ReviewMode
from app.questions.queries.waiting import questions_waiting
from app.record.exports import CSV_TYPE, XLSX_TYPE, Wording, register_csv, register_xlsx
from app.record.register import StandingRow, register_with_standing, with_seals
from app.release.actions import CancelSheets, ReleaseRevisions, cancel_sheets, release_revisions
from app.review.draws.waiting import draws_waiting
from app.review.queries.self_check import may_self_check
from app.review.queries.waiting import review_waiting
from app.seals.queries.batches import waiting_for_second
from app.seals.saying import MEANINGS
from app.web.bodies import body, instant, text, texts
from app.web.change_words import STATE_MEANINGS
from app.web.errors import report_json
from app.web.layout import use_project
from app.web.request import (
    actor,
    close_reading,
    language,
    now,
    reading,
    require_sign_in,
    rights,
    say,
    services,
)
from app.web.sealing import may_seal_here
from app.web.words import day, day_each, word, words

pages = Blueprint("register", __name__)


@dataclass(frozen=True)
class Act:
    """A bulk act of the register, with the right that shows its button."""

    key: str
    label: Label
    permission: Permission
    states: tuple[str, ...]


ACTS = (
    Act(
        "send-check", Label("提交校审", "Send to checking"), Permission.REVISION_EDIT, (RevisionState.DRAFT,)
    ),
    Act("sign-checker", SIGNATURE_LABELS["checker"], Permission.REVISION_CHECK, (RevisionState.CHECKING,)),
    Act("sign-verifier", SIGNATURE_LABELS["verifier"], Permission.REVISION_VERIFY, (RevisionState.CHECKING,)),
    Act(
        "sign-approver", SIGNATURE_LABELS["approver"], Permission.REVISION_APPROVE, (RevisionState.CHECKING,)
    ),
    Act("sign-cosigner", SIGNATURE_LABELS["cosigner"], Permission.REVISION_COSIGN, (RevisionState.CHECKING,)),
    Act("issue", Label("出图", "Issue"), Permission.REVISION_ISSUE, (RevisionState.CHECKING,)),
    Act(
        "release",
        Label("发布", "Release"),
        Permission.REVISION_RELEASE,
        (RevisionState.ISSUED, RevisionState.APPROVED),
    ),
    Act("cancel", Label("作废", "Cancel"), Permission.REVISION_VOID, (RevisionState.RELEASED,)),
    Act(
        "withdraw",
        Label("撤回", "Withdraw"),
        Permission.REVISION_WITHDRAW,
        (RevisionState.CHECKING, RevisionState.ISSUED, RevisionState.RETURNED),
    ),
)


def acts_here(project_id: str) -> list[Act]:
    """Acts that some seat of the person may do in this project."""
    allowed = rights()
    parties = dict.fromkeys(s.party_id for s in allowed.in_project(project_id))
    return [
        a for a in ACTS if any(allowed.may(a.permission, Target(project_id, party_id=p)) for p in parties)
    ]


def _waits(item: StandingRow, act: Act, steps: Mapping[str, frozenset[str]], *, is_reviewed: bool) -> bool:
    """Whether a sheet waits for this person to do this act; before a review, what is issued is not released."""
    if item.row.state not in act.states:
        return False
    if act.key == "release" and is_reviewed and item.row.state == RevisionState.ISSUED:
        return False
    due = steps.get(item.row.revision_id)
    return due is None or act.key.removeprefix("sign-") in due


@pages.get("/projects/<project_id>")
def worklist(project_id: str) -> str:
    """What waits for this person, by act (待办)."""
    require_sign_in()
    project = use_project(project_id, section="worklist")
    is_reviewed = project.policy.review_mode in (ReviewMode.AGENCY, ReviewMode.JOINT)
    rows = register_with_standing(reading(), rights(), project_id, now())
    steps = next_steps(reading(), rights(), project_id)
    waiting = [
        (act, [r for r in rows if _waits(r, act, steps, is_reviewed=is_reviewed)])
        for act in acts_here(project_id)
    ]
    return render_template(
        "register/worklist.html",
        waiting=[(a, r) for a, r in waiting if r and a.key not in ("cancel", "withdraw")],
        to_submit=_to_submit(project_id, rows) if is_reviewed else 0,
        reviews=review_waiting(reading(), rights(), project_id, now()),
        questions=questions_waiting(reading(), rights(), project_id, now()),
        seals=seals_waiting(reading(), rights(), project_id, now()),
        seconds=waiting_for_second(reading(), project_id, actor().person_id or "", now()),
        draws=draws_waiting(reading(), rights(), project_id, now()),
        changes=[c for c in changes_of(reading(), rights(), project_id, now()) if c.waits_for_me],
        change_meanings=STATE_MEANINGS,
        receipts=receipts_waiting(reading(), rights(), project_id, now()),
        objections=objections_waiting(reading(), rights(), project_id, now()),
        counts=_counts(rows),
        total=len(rows),
    )


def _to_submit(project_id: str, rows: Sequence[StandingRow]) -> int:
    """Issued sheets that wait for a submission, for who may submit."""
    if not rights().may(Permission.REVIEW_SUBMIT, Target(project_id)):
        return 0
    return sum(r.row.state == RevisionState.ISSUED for r in rows)


@pages.get("/projects/<project_id>/register")
def register_page(project_id: str) -> Response | str:
    """The register: the page, or its rows for the script (``Accept: application/json``)."""
    require_sign_in()
    project = use_project(project_id, section="drawings")
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return _rows(project_id)
    buildings = {b.id: b.number for b in buildings_of(reading(), project_id)}
    setup = {
        "project": project_id,
        "projectName": project.short_name or project.name,
        "buildings": buildings,
        "disciplines": words("discipline"),
        "disciplineOrder": DISCIPLINE_ORDER,
        "states": words("state"),
        "standings": words("standing"),
        "seals": words("seal_mark"),
        "sealMeanings": MEANINGS,
        "stages": words("stage"),
        "acts": [{"key": a.key, "label": say(a.label), "states": a.states} for a in acts_here(project_id)],
    }
    return render_template(
        "register/register.html",
        setup=setup,
        may_self_check=may_self_check(rights(), project_id),
        may_seal=may_seal_here(project_id),
    )


@pages.get("/projects/<project_id>/register.<kind>")
def register_file(project_id: str, kind: str) -> Response:
    """The register as a table file (XLSX or CSV)."""
    require_sign_in()
    project = use_project(project_id, section="drawings")
    rows = with_seals(reading(), project_id, register_with_standing(reading(), rights(), project_id, now()))
    buildings = {b.id: b.number for b in buildings_of(reading(), project_id)}
    wording = Wording(language(), ZoneInfo(project.timezone), buildings)
    if kind == "xlsx":
        response = Response(register_xlsx(rows, wording, title=project.name), content_type=XLSX_TYPE)
    elif kind == "csv":
        response = Response(b"".join(register_csv(rows, wording)), content_type=CSV_TYPE)
    else:
        raise Refused(NOT_FOUND)
    name = f"{project.short_name or 'register'}-{day(now())}.{kind}"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@pages.post("/projects/<project_id>/revisions/<act>")
def bulk_act(project_id: str, act: str) -> dict[str, object]:
    """Do one act for many revisions; reports per row."""
    require_sign_in()
    use_project(project_id, section="drawings")
    sent = body()
    ids = texts(sent.get("revisions"), "revisions")
    comment = text(sent.get("comment"), "comment")
    effective = instant(sent.get("effective_at"), "effective_at")
    close_reading()
    with services().database.write(actor()) as tx:
        if act.startswith(("sign-", "reject-")):
            report = _sign(tx, project_id, ids, act, comment, text(sent.get("discipline"), "discipline"))
        elif act == "release":
            report = release_revisions(tx, ReleaseRevisions(project_id, ids, effective, comment))
        elif act == "cancel":
            report = cancel_sheets(tx, CancelSheets(project_id, ids, comment, effective))
        else:
            report = _move(tx, MoveRevisions(project_id, ids, act, comment))
    return report_json(report)


def _move(tx: Tx, command: MoveRevisions) -> RowReport:
    movers = {"send-check": send_to_checking, "issue": issue_revisions, "withdraw": withdraw_revisions}
    if command.event not in movers:
        raise invalid("act", "没有这个操作", "no such act")
    return movers[command.event](tx, command)


def _sign(tx: Tx, project_id: str, ids: Sequence[str], act: str, comment: str, discipline: str) -> RowReport:
    verb, _, role = act.partition("-")
    if role not in set(SignatureRole):
        raise invalid("act", "没有这个签署", "no such signature")
    command = SignRevisions(project_id, ids, SignatureRole(role), verb == "reject", comment, discipline)
    return sign_revisions(tx, command)


COLUMNS = (
    "sheet", "revision", "number", "title", "discipline", "building", "label", "state", "standing", "forceLabel",
    "forceSince", "slips", "paper", "scales", "date", "stage", "at", "thumb", "sort", "partial", "seq",
    "seal",
)  # fmt: skip


def _rows(project_id: str) -> Response:
    rows = with_seals(reading(), project_id, register_with_standing(reading(), rights(), project_id, now()))
    write = day_each()
    data = {"columns": COLUMNS, "rows": [_row(r, write) for r in rows]}
    response = Response(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), content_type="application/json"
    )
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request.environ)


def _row(item: StandingRow, write: Callable[[datetime | None], str]) -> list[object]:
    row, force = item.row, item.in_force
    return [
        row.sheet_id,
        row.revision_id,
        row.number,
        row.title,
        row.discipline,
        row.building_id or "",
        row.rev_label,
        row.state,
        str(item.standing),
        force.rev_label if force else "",
        write(force.effective_at) if force else "",
        len(force.slips) if force else 0,
        row.paper,
        row.scales,
        row.issue_date,
        row.stage,
        write(row.state_at),
        f"/renditions/{row.rendition_id}/thumb.webp",
        row.sort_key,
        row.completeness != "complete",
        row.rev_seq,
        str(item.seal),
    ]


def _counts(rows: list[StandingRow]) -> list[tuple[str, str, int]]:
    found: dict[str, int] = {}
    for item in rows:
        found[item.standing] = found.get(item.standing, 0) + 1
    return [(key, word("standing", key), count) for key, count in found.items()]
