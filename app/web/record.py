"""The drawing of record: the set in force as of any instant, its downloads, frozen sets, and copies for printing."""

import json
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import PartyRole, Permission
from app.copies.copies import compose_copy, order_copy
from app.distribution.rules import Way
from app.drawings.queries.register import register_of
from app.drawings.queries.visibility import recorded_sheets
from app.files.names import content_disposition, safe_name
from app.kernel.errors import BUSY, FORBIDDEN, NOT_FOUND, Refused, declare, invalid
from app.kernel.labels import Label
from app.kernel.policy import Target
from app.projects.queries import ProjectView, buildings_of
from app.projects.rules import DISCIPLINE_ORDER
from app.record.actions import FreezeBaseline, baseline_line, freeze_baseline
from app.record.exports import CSV_TYPE, XLSX_TYPE, Wording, register_csv, register_xlsx
from app.record.flows import fresh_knowledge
from app.record.package import base_files, package_items, stream_package
from app.record.package_seals import seals_of_set
from app.record.queries import (
    BaselineView,
    InForce,
    Instants,
    baseline_by_id,
    baselines_of,
    moments,
    set_in_force,
    settle_instants,
    sheets_within,
)
from app.record.register import with_seals
from app.record.rules import digest_of
from app.web.bodies import instant, text
from app.web.errors import wants_json
from app.web.layout import use_project
from app.web.openings import note_opening
from app.web.record_rows import COLUMNS, FrozenLine, differences, file_rows, read_line, row_values
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
from app.web.words import t, when, when_each, when_exactly, words
from storage.errors import NotFound
from viewers.render.errors import RenderError, RenderRefused

pages = Blueprint("record", __name__)

WATCHERS = frozenset(
    {
        PartyRole.AUTHORITY,
        PartyRole.SUPERVISION_STATION,
        PartyRole.FIRE_AUTHORITY,
        PartyRole.OTHER_AUTHORITY,
        PartyRole.INVESTIGATOR,
        PartyRole.JUDICIAL,
    }
)
"""Parties that see backdated entries first (law 4)."""

BASELINE_KINDS: dict[str, Label] = {
    "submission": Label("送审", "Submission"),
    "approved": Label("审查合格", "Approved"),
    "release": Label("发布", "Release"),
    "acceptance": Label("验收", "Acceptance"),
    "as_built": Label("竣工", "As built"),
    "archive": Label("归档", "Archive"),
    "inspection": Label("查阅", "Inspection"),
    "hold": Label("封存", "Hold"),
}

COPY_IMPOSSIBLE = declare(
    "copy-impossible",
    422,
    "此文件不能生成打印副本（{reason}）。",
    "No copy for printing can be made of this file ({reason}).",
    "请下载原始文件打印；原始文件未受影响。",
    "Download the exact file and print that; it is untouched.",
)


@pages.get("/projects/<project_id>/record")
def record_page(project_id: str) -> str | Response:
    """The set in force at an instant: the page, or its rows as JSON."""
    project, at = _asked(project_id)
    if wants_json():
        return _rows(project_id, at)
    return render_template(
        "record/record.html",
        at=at,
        is_past=_is_past(),
        may_freeze=rights().may(Permission.BASELINE_FREEZE, Target(project_id)),
        setup=_setup(project, at),
    )


@pages.get("/projects/<project_id>/record.<kind>")
def record_file(project_id: str, kind: str) -> Response:
    """The set of an instant as a package of exact bytes (ZIP), its register as a table (XLSX, CSV), or its digest."""
    project, at = _asked(project_id)
    rows = _set(project_id, at)
    if kind == "sha256":
        return Response(digest_of(baseline_line(row) for row in rows), content_type="text/plain")
    names = {b.id: b.number for b in buildings_of(reading(), project_id)}
    if kind == "zip":
        seals = seals_of_set(reading(), [row.revision_id for row in rows if row.revision_id], at.known_at)
        items = package_items(rows, base_files(reading(), rows), names, seals)
        close_reading()
        chunks: Iterable[bytes] = stream_package(
            services().store, title=project.name, items=items, at=at, seals=seals
        )
        return _attachment(Response(chunks, content_type="application/zip"), project, at, "zip")
    scales = {r.revision_id: r.scales for r in register_of(reading(), rights(), project_id)}
    wording = Wording(language(), ZoneInfo(project.timezone), names)
    lines = with_seals(reading(), project_id, file_rows(rows, scales), at.known_at)
    if kind == "xlsx":
        data = register_xlsx(lines, wording, title=f"{project.name} {when_exactly(at.as_of)}")
        return _attachment(Response(data, content_type=XLSX_TYPE), project, at, kind)
    if kind == "csv":
        chunks = register_csv(lines, wording)
        return _attachment(Response(chunks, content_type=CSV_TYPE), project, at, kind)
    raise invalid("kind", "只有 zip、xlsx 与 csv", "only zip, xlsx and csv")


@pages.get("/projects/<project_id>/baselines")
def baseline_list(project_id: str) -> str:
    """A project's frozen sets."""
    _asked(project_id)
    return render_template(
        "record/baselines.html",
        baselines=baselines_of(reading(), project_id),
        kinds=BASELINE_KINDS,
        may_freeze=rights().may(Permission.BASELINE_FREEZE, Target(project_id)),
    )


@pages.post("/projects/<project_id>/baselines")
def freeze(project_id: str) -> Response:
    """Freeze the set of an instant under a title."""
    require_sign_in()
    use_project(project_id, section="record")
    form = request.form
    title = text(form.get("title"), "title", most=200).strip()
    if not title:
        raise invalid("title", "请填写名称", "a title is needed")
    as_of, known_at = instant(form.get("as_of"), "as_of"), instant(form.get("known_at"), "known_at")
    at = settle_instants(reading(), now=now(), as_of=as_of, known_at=known_at)
    close_reading()
    known_at = fresh_knowledge(services().database) if at.is_now else at.known_at
    command = FreezeBaseline(project_id, title, as_of=as_of, known_at=known_at)
    with services().database.write(actor()) as tx:
        baseline_id = freeze_baseline(tx, command)
    return redirect(f"/baselines/{baseline_id}", 303)


@pages.get("/baselines/<baseline_id>")
def baseline_page(baseline_id: str) -> str:
    """One frozen set: its digest and lines, and what changed since, up to now or to another frozen set."""
    view, raw = _baseline(baseline_id)
    seen = _seen_sheets(view.project_id)
    lines = [line for line in map(read_line, raw) if line.sheet_id in seen]
    others = [b for b in baselines_of(reading(), view.project_id) if b.id != view.id]
    against = request.args.get("against", "now")
    return render_template(
        "record/baseline.html",
        baseline=view,
        lines=lines,
        hidden=len(raw) - len(lines),
        kinds=BASELINE_KINDS,
        others=others,
        against=against,
        differences=differences(lines, _later_lines(view.project_id, against, others, seen)),
    )


@pages.get("/baselines/<baseline_id>/list.txt")
def baseline_file(baseline_id: str) -> Response:
    """The canonical lines: ``sha256sum`` of this file is the digest."""
    view, raw = _baseline(baseline_id)
    seen = _seen_sheets(view.project_id)
    if any(read_line(line).sheet_id not in seen for line in raw):
        raise Refused(FORBIDDEN, action=t("下载整份基线清单", "download the whole list"))
    data = "".join(f"{line}\n" for line in raw).encode()
    response = Response(data, content_type="text/plain; charset=utf-8")
    name = f"{safe_name(view.title)} {view.digest[:8]}.txt"
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["X-OneSet-SHA256"] = view.digest
    return response


@pages.get("/renditions/<rendition_id>/copy.pdf")
def copy_for_printing(rendition_id: str) -> Response:
    """A copy with code and status on its face. The stored bytes stay untouched."""
    require_sign_in()
    house = services()
    order = order_copy(reading(), rights(), rendition_id, press=house.press, now=now())
    note_opening(order.project_id, order.revision_id, order.sha256, Way.PRINT)
    close_reading()
    try:
        data = compose_copy(order, house.copies, house.renderer, house.scratch)
    except RenderRefused as error:
        raise Refused(COPY_IMPOSSIBLE, reason=error.code) from error
    except RenderError as error:
        raise Refused(BUSY) from error
    except NotFound as error:
        raise Refused(NOT_FOUND) from error
    response = Response(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition(order.file_name, is_inline=True)
    # No sandbox here: the browser's own PDF reader does not open in one, and the copy carries no scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _asked(project_id: str) -> tuple[ProjectView, Instants]:
    """The project and the two clocks of the question.

    Raises:
        Refused: ``sign-in-needed``; ``not-found`` for foreign projects; ``forbidden`` without the right to ask.
    """
    require_sign_in()
    project = use_project(project_id, section="record")
    rights().require(Permission.RECORD_VIEW, Target(project_id))
    as_of, known_at = _clocks()
    return project, settle_instants(reading(), now=now(), as_of=as_of, known_at=known_at)


def _clocks() -> tuple[datetime | None, datetime | None]:
    return instant(request.args.get("as_of"), "as_of"), instant(request.args.get("known_at"), "known_at")


def _is_past() -> bool:
    return any(clock is not None for clock in _clocks())


def _set(project_id: str, at: Instants) -> list[InForce]:
    return set_in_force(reading(), project_id, at, visible=recorded_sheets(rights()))


def _rows(project_id: str, at: Instants) -> Response:
    visible = recorded_sheets(rights())
    found = set_in_force(reading(), project_id, at, visible=visible, with_void=True)
    holding = [row for row in found if not row.is_void]
    today = Instants(now(), now(), is_now=True)
    holding_now = (
        found if at == today else set_in_force(reading(), project_id, today, visible=visible, with_void=True)
    )
    data = {
        **_clock_values(at),
        "columns": COLUMNS,
        "rows": row_values(holding, {row.sheet_id: row for row in holding_now}),
        "void": len(found) - len(holding),
    }
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    response = Response(packed, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _clock_values(at: Instants) -> dict[str, object]:
    """The clocks for the script: exact for the next question, readable for eyes."""
    as_of, known_at = _clocks()
    return {
        "asOf": at.as_of.isoformat() if as_of else "",
        "asOfText": when(at.as_of),
        "asOfLocal": at.as_of.astimezone(zone()).strftime("%Y-%m-%dT%H:%M:%S"),
        "asOfMs": at.as_of.timestamp() * 1000,
        "knownAt": at.known_at.isoformat() if known_at else "",
        "knownAtText": when_exactly(at.known_at),
        "knownAtLocal": at.known_at.astimezone(zone()).strftime("%Y-%m-%dT%H:%M:%S"),
    }


def _setup(project: ProjectView, at: Instants) -> dict[str, object]:
    """What the script needs once."""
    write = when_each()
    marks = [
        {
            "at": m.effective_at.isoformat(),
            "ms": m.effective_at.timestamp() * 1000,
            "text": write(m.effective_at),
            "sheets": m.sheets,
            "backdated": m.backdated,
        }
        for m in moments(reading(), project.id, visible=recorded_sheets(rights()))
    ]
    roles = {seat.party_role for seat in rights().in_project(project.id)}
    return {
        **_clock_values(at),
        "project": project.id,
        "moments": marks,
        "nowMs": now().timestamp() * 1000,
        "buildings": {b.id: b.number for b in buildings_of(reading(), project.id)},
        "disciplines": words("discipline"),
        "disciplineOrder": DISCIPLINE_ORDER,
        "backdatedFirst": bool(roles & WATCHERS),
        "zone": str(zone()),
    }


def _attachment(response: Response, project: ProjectView, at: Instants, kind: str) -> Response:
    stamp = at.as_of.astimezone(zone()).strftime("%Y-%m-%d %H%M%S")
    known = "" if at.is_now else at.known_at.astimezone(zone()).strftime(" known %Y-%m-%d %H%M%S")
    name = safe_name(f"{project.short_name or project.name} {stamp}{known}")
    response.headers["Content-Disposition"] = content_disposition(f"{name}.{kind}")
    return response


def _baseline(baseline_id: str) -> tuple[BaselineView, list[str]]:
    """A frozen set of a project whose record the actor may ask.

    Raises:
        Refused: ``not-found``, ``forbidden``.
    """
    require_sign_in()
    found = baseline_by_id(reading(), baseline_id)
    if found is None:
        raise Refused(NOT_FOUND)
    use_project(found[0].project_id, section="record")
    rights().require(Permission.RECORD_VIEW, Target(found[0].project_id))
    return found


def _seen_sheets(project_id: str) -> frozenset[str]:
    """Sheets of the record that the actor's scope covers, whenever they were in force."""
    return sheets_within(reading(), project_id, recorded_sheets(rights()))


def _later_lines(
    project_id: str, against: str, others: Iterable[BaselineView], seen: frozenset[str]
) -> list[FrozenLine]:
    """The lines to compare with: of now, or of another frozen set of the same project."""
    if against == "now":
        return [
            read_line(baseline_line(row)) for row in _set(project_id, Instants(now(), now(), is_now=True))
        ]
    if all(other.id != against for other in others):
        raise Refused(NOT_FOUND)
    found = baseline_by_id(reading(), against)
    if found is None:
        raise Refused(NOT_FOUND)
    return [line for line in map(read_line, found[1]) if line.sheet_id in seen]
