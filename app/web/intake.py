"""The clerk's intake: batches, the table of proposed sheets, corrections, acceptance, and tables of past drawings."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.actions.corrections import CorrectionReport, CorrectRows, correct_rows
from app.drawings.actions.intake import (
    CorrectRow,
    LeaveOut,
    OpenIntake,
    close_intake,
    leave_out_rows,
    open_intake,
)
from app.drawings.flows import authorise_upload
from app.drawings.history_table import (
    PROBLEM_CELLS,
    PROBLEM_LABELS,
    Match,
    match_lines,
    read_table,
    template,
)
from app.drawings.queries.intake_rows import intake_of_row
from app.drawings.queries.intakes import IntakeTable, intake_table, intakes_of
from app.drawings.reasons import WARNINGS
from app.drawings.rehearsing import rehearse_acceptance
from app.drawings.relearning import Relearned, RelearningDesk
from app.drawings.rules import FIELDS, HISTORY_FIELDS
from app.files.names import content_disposition
from app.files.tables import MAX_BYTES
from app.kernel.errors import Refused, RowReport, invalid
from app.kernel.labels import Label
from app.kernel.policy import Target
from app.projects.queries import buildings_of
from app.projects.rules import DISCIPLINE_ORDER, Stage
from app.web.bodies import body, text, texts, whole
from app.web.errors import report_json
from app.web.intake_data import BATCH_STATES, SOURCE_LABELS, check_json, row_json, table_json, warnings_json
from app.web.intake_pictures import row_block, row_thumb
from app.web.intake_words import intake_texts
from app.web.layout import use_project
from app.web.request import actor, close_reading, language, reading, require_sign_in, rights, say, services
from app.web.words import words

pages = Blueprint("intake", __name__)
pages.add_url_rule("/intake-rows/<row_id>/thumb.webp", view_func=row_thumb)
pages.add_url_rule("/intake-rows/<row_id>/block.png", view_func=row_block)

MOST_CELLS = 20_000
"""Corrections of one request: 5,000 rows pasted into four columns."""


@pages.get("/projects/<project_id>/intakes")
def batches(project_id: str) -> str:
    """Batches of the project, and the form for a new one."""
    require_sign_in()
    use_project(project_id, section="intake")
    rights().require(Permission.INTAKE_VIEW, _any_party(project_id, Permission.INTAKE_VIEW))
    return render_template(
        "intake/batches.html",
        batches=intakes_of(reading(), rights(), project_id),
        building_options=_building_options(project_id),
        purposes=_purposes(project_id),
        states={k: say(v) for k, v in BATCH_STATES.items()},
    )


@pages.post("/projects/<project_id>/intakes")
def open_batch(project_id: str) -> Response:
    """Open a batch and go to its table."""
    require_sign_in()
    purpose = request.form.get("purpose", "design")
    if purpose not in ("design", "history"):
        raise invalid("purpose", "没有这种批次", "no such purpose")
    command = OpenIntake(
        project_id, request.form.get("title", ""), purpose, request.form.get("building_id") or None
    )
    close_reading()
    with services().database.write(actor()) as tx:
        intake_id = open_intake(tx, command)
    return redirect(f"/intakes/{intake_id}", 303)


@pages.get("/intakes/<intake_id>")
def batch(intake_id: str) -> str:
    """The table of one batch; its rows come as JSON."""
    require_sign_in()
    table = intake_table(reading(), rights(), intake_id)
    project = use_project(table.intake.project_id, section="intake")
    buildings = buildings_of(reading(), project.id)
    setup = {
        "intake": intake_id,
        "project": project.id,
        "purpose": table.intake.purpose,
        "mayEdit": _may_edit(intake_id),
        "fields": words("field"),
        "historyFields": list(HISTORY_FIELDS),
        "disciplines": words("discipline"),
        "stages": words("stage"),
        "buildings": {b.id: b.number for b in buildings},
        "order": {
            "disciplines": list(DISCIPLINE_ORDER),
            "stages": [str(s) for s in Stage],
            "buildings": [b.id for b in buildings],
        },
        "buildingNames": {b.id: b.name for b in buildings},
        "sources": {k: say(v) for k, v in SOURCE_LABELS.items()},
        "warnings": {k: say(v) for k, v in WARNINGS.items()},
        "maxBytes": services().settings.max_upload_mib << 20,
    }
    return render_template("intake/batch.html", intake=table.intake, setup=setup, texts=intake_texts())


@pages.get("/intakes/<intake_id>.json")
def batch_data(intake_id: str) -> Response:
    """Rows, files and reconciliation; unchanged data answers 304."""
    require_sign_in()
    table = intake_table(reading(), rights(), intake_id)
    data = table_json(table, may_edit=_may_edit(intake_id))
    response = _json(data)
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request.environ)


@pages.patch("/intake-rows/<row_id>")
def correct_one(row_id: str) -> Response:
    """Correct one row: ``{version, values?, building_id?}``.

    A stale version answers 409 with the row as it is now, so that the clerk can compare and choose.
    """
    require_sign_in()
    intake_id = intake_of_row(reading(), rights(), row_id)
    close_reading()
    correction = _correction(row_id, body())
    with services().database.write(actor()) as tx:
        report = correct_rows(tx, CorrectRows(intake_id, [correction]))
    answer = _corrected(intake_id, report)
    if row_id in report.refused:
        answer.status_code = report.refused[row_id].kind.status
    return answer


@pages.patch("/intakes/<intake_id>/rows")
def correct_many(intake_id: str) -> Response:
    """Correct many cells in one act: ``{rows: [{id, version, values?, building_id?}]}``; each row reports."""
    require_sign_in()
    close_reading()
    command = CorrectRows(intake_id, _corrections(body()))
    with services().database.write(actor()) as tx:
        report = correct_rows(tx, command)
    return _corrected(intake_id, report)


@pages.post("/intakes/<intake_id>/accept")
def accept(intake_id: str) -> Response:
    """Accept rows, or with ``rehearse`` tell what accepting them would do."""
    require_sign_in()
    sent = body()
    command = AcceptRows(intake_id, texts(sent.get("rows"), "rows"))
    close_reading()
    if sent.get("rehearse") is True:
        told = rehearse_acceptance(services().database, actor(), command)
        return _json(
            report_json(told.report)
            | {"newSheets": told.new_sheets, "newRevisions": told.new_revisions, "filled": told.filled_drafts}
        )
    with services().database.write(actor()) as tx:
        report = accept_rows(tx, command)
    return _json(report_json(report))


@pages.post("/intakes/<intake_id>/leave-out")
def leave_out(intake_id: str) -> Response:
    """Leave rows out (covers, duplicates)."""
    return _move(intake_id, is_undo=False)


@pages.post("/intakes/<intake_id>/take-back")
def take_back(intake_id: str) -> Response:
    """Take rows back in."""
    return _move(intake_id, is_undo=True)


@pages.post("/intakes/<intake_id>/close")
def close(intake_id: str) -> Response:
    """Close the batch."""
    require_sign_in()
    close_reading()
    with services().database.write(actor()) as tx:
        close_intake(tx, intake_id)
    return _json({"closed": True})


@pages.post("/intakes/<intake_id>/learn")
def learn(intake_id: str) -> Response:
    """Teach a field's place (``{row, field}``), undo it (``{forget: field}``), or read rows again (``{rows}``)."""
    require_sign_in()
    sent = body()
    close_reading()
    desk = RelearningDesk(services().database, services().derived, actor())
    found: Relearned
    if "forget" in sent:
        found = desk.forget(intake_id, text(sent["forget"], "forget"))
    elif "rows" in sent:
        authorise_upload(services().database, actor(), intake_id)
        found = desk.read_again(intake_id, texts(sent["rows"], "rows"))
    else:
        authorise_upload(services().database, actor(), intake_id)
        found = desk.teach(intake_id, text(sent.get("row"), "row"), text(sent.get("field"), "field"))
    return _json({"taught": found.is_taught, "changed": found.changed, "remaining": found.remaining})


@pages.get("/intakes/<intake_id>/history-table.xlsx")
def history_template(intake_id: str) -> Response:
    """The table of past drawings to fill in, with the batch's rows in it."""
    require_sign_in()
    table = intake_table(reading(), rights(), intake_id)
    data = template(table.rows, buildings_of(reading(), table.intake.project_id), language())
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(data, content_type=media)
    name = "补录表.xlsx" if language() == "zh" else "history.xlsx"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@pages.post("/intakes/<intake_id>/history-table")
def history_table(intake_id: str) -> Response:
    """Preview an uploaded table (multipart ``table``): what fits which row, what would change. Nothing is written."""
    require_sign_in()
    authorise_upload(services().database, actor(), intake_id)
    file = request.files.get("table")
    if file is None:
        raise invalid("table", "请选择表格文件", "choose a table")
    lines = read_table(file.stream.read(MAX_BYTES + 1))
    table = intake_table(reading(), rights(), intake_id)
    matches = match_lines(lines, table.rows, buildings_of(reading(), table.intake.project_id))
    return _json({"lines": [_match(m, table) for m in matches]})


def _move(intake_id: str, *, is_undo: bool) -> Response:
    require_sign_in()
    command = LeaveOut(intake_id, texts(body().get("rows"), "rows"), is_undo)
    close_reading()
    with services().database.write(actor()) as tx:
        changed = leave_out_rows(tx, command)
    return _json({"changed": changed})


def _corrections(sent: Mapping[str, Any]) -> list[CorrectRow]:
    rows = sent.get("rows")
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise invalid("rows", "需要行的列表", "a list of rows is needed")
    if sum(1 + len(r.get("values") or {}) for r in rows) > MOST_CELLS:
        raise invalid("rows", "一次修改的单元格过多", "too many cells at once")
    return [_correction(text(r.get("id"), "id"), r) for r in rows]


def _correction(row_id: str, sent: Mapping[str, Any]) -> CorrectRow:
    values = sent.get("values") or {}
    if not isinstance(values, dict) or not set(values) <= {*FIELDS, *HISTORY_FIELDS}:
        raise invalid("values", "没有这个字段", "no such field")
    return CorrectRow(
        row_id,
        whole(sent.get("version"), "version"),
        {name: text(value, name) for name, value in values.items()},
        text(sent.get("building_id"), "building_id") or None,
        "building_id" in sent,
    )


def _corrected(intake_id: str, report: CorrectionReport) -> Response:
    """The report, the touched rows as they are now, and what changed around them (warnings, reconciliation)."""
    table = intake_table(reading(), rights(), intake_id)
    touched = {*report.done, *report.refused}
    return _json(
        report_json(_plain_report(report))
        | {
            "rows": [row_json(r) for r in table.rows if r.id in touched],
            "warnings": {r.id: warnings_json(r.warnings) for r in table.rows},
            "check": check_json(table.reconciliation),
        }
    )


def _plain_report(report: CorrectionReport) -> RowReport:
    return RowReport(report.done, report.refused)


def _match(match: Match, table: IntakeTable) -> dict[str, Any]:
    row = next((r for r in table.rows if r.id == match.row_id), None)
    return {
        "line": match.line.row,
        "number": match.line.cells.get("number", ""),
        "title": match.line.cells.get("title", ""),
        "file": match.line.cells.get("file", ""),
        "row": match.row_id,
        "version": match.version,
        "values": match.values,
        "before": {name: row.values.get(name, "") for name in match.values} if row else {},
        "building": match.building_id,
        "setsBuilding": match.sets_building,
        "problems": [
            {
                "code": p,
                "text": say(PROBLEM_LABELS[p]),
                "told": match.line.cells.get(PROBLEM_CELLS.get(p, ""), ""),
            }
            for p in match.problems
        ],
    }


def _may_edit(intake_id: str) -> bool:
    try:
        authorise_upload(services().database, actor(), intake_id)
    except Refused:
        return False
    return True


def _any_party(project_id: str, permission: Permission) -> Target:
    """The target of the first own party that has the right; else of the project, which then refuses."""
    allowed = rights()
    for seat in allowed.in_project(project_id):
        target = Target(project_id, party_id=seat.party_id)
        if allowed.may(permission, target):
            return target
    return Target(project_id)


def _building_options(project_id: str) -> list[tuple[str, str]]:
    none = say(Label("不指定（总图或多个单体）", "None (site or several)"))
    found = buildings_of(reading(), project_id)
    return [("", none), *((b.id, f"{b.number} {b.name}".strip()) for b in found)]


def _purposes(project_id: str) -> list[str]:
    """What this person may open: design work, a half-built project's past, both or neither."""
    wanted = (("design", Permission.REVISION_EDIT), ("history", Permission.REVISION_IMPORT))
    return [name for name, right in wanted if rights().may(right, _any_party(project_id, right))]


def _json(data: object) -> Response:
    return Response(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), content_type="application/json"
    )
