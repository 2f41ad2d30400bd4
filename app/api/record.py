"""The drawing of record as of any instant, by any knowledge; packages; frozen sets."""

import json
from collections.abc import Sequence

from flask import Response

from app.access.rules import Permission
from app.api.answers import BYTES_DAMAGED
from app.api.lookups import project_of_recorded_sheet
from app.api.request import act, close_reading, now, reading, rights, services
from app.api.shapes.common import Created, Page, PageQuery, page_of
from app.api.shapes.drawings import InForceOut
from app.api.shapes.record import (
    AtQuery,
    BaselineDetailOut,
    BaselineOut,
    FreezeBody,
    MomentOut,
    MomentsOut,
    OneOut,
    SetOut,
    SetQuery,
)
from app.api.table import PREFIX, Answer, Table
from app.drawings.queries.visibility import recorded_sheets
from app.files.names import content_disposition
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused
from app.kernel.policy import Target
from app.projects.queries import buildings_of, project_for
from app.record.actions import FreezeBaseline, baseline_line, freeze_baseline
from app.record.flows import fresh_knowledge
from app.record.package import base_files, package_items, stream_package
from app.record.package_seals import seals_of_set
from app.record.queries import (
    BaselineView,
    InForce,
    Instants,
    baseline_by_id,
    baselines_of,
    in_force,
    moments,
    set_in_force,
    settle_instants,
    sheets_within,
)
from app.record.rules import digest_of

table = Table("record")
ZIP = "application/zip"


@table.add("GET", "/projects/{project_id}/record", answer=SetOut, query=SetQuery)
def get_set(project_id: str, query: SetQuery) -> Answer:
    """The whole set in force at an instant, as known at an instant; always answered with both clocks."""
    at, rows = _set(project_id, query, with_void=query.with_void)
    digest = digest_of(baseline_line(r) for r in rows if not r.is_void)
    items = [InForceOut.model_validate(r) for r in rows]
    return Answer(SetOut(as_of=at.as_of, known_at=at.known_at, is_now=at.is_now, digest=digest, items=items))


@table.add("GET", "/projects/{project_id}/record.zip", query=AtQuery, media=ZIP)
def get_package(project_id: str, query: AtQuery) -> Response:
    """The set in force as a ZIP: exact bytes (base and sealed), reports on the seals, `manifest.json`, `SHA256SUMS`."""
    at, rows = _set(project_id, query, with_void=False)
    project = project_for(reading(), rights(), project_id)
    buildings = {b.id: b.number for b in buildings_of(reading(), project_id)}
    try:
        seals = seals_of_set(reading(), [row.revision_id for row in rows if row.revision_id], at.known_at)
        items = package_items(rows, base_files(reading(), rows), buildings, seals)
    except KeyError as error:
        raise Refused(BYTES_DAMAGED) from error
    close_reading()
    chunks = stream_package(services().store, title=project.name, items=items, at=at, seals=seals)
    response = Response(chunks, mimetype=ZIP)
    name = f"{project.name} {at.as_of.strftime('%Y%m%dT%H%M%SZ')}.zip"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@table.add("GET", "/sheets/{sheet_id}/record", answer=OneOut, query=AtQuery)
def get_one(sheet_id: str, query: AtQuery) -> Answer:
    """The drawing of record of one sheet."""
    project_of_recorded_sheet(reading(), rights(), sheet_id)
    at = settle_instants(reading(), now=now(), as_of=query.as_of, known_at=query.known_at)
    found = in_force(reading(), sheet_id, at)
    value = InForceOut.model_validate(found) if found else None
    return Answer(OneOut(as_of=at.as_of, known_at=at.known_at, is_now=at.is_now, in_force=value))


@table.add("GET", "/projects/{project_id}/record/moments", answer=MomentsOut)
def list_moments(project_id: str) -> Answer:
    """Instants at which the set changed."""
    _may_ask(project_id)
    found = [
        MomentOut.model_validate(m) for m in moments(reading(), project_id, visible=recorded_sheets(rights()))
    ]
    return Answer(MomentsOut(items=found))


@table.add("GET", "/projects/{project_id}/baselines", answer=Page[BaselineOut], query=PageQuery)
def list_baselines(project_id: str, query: PageQuery) -> Answer:
    """Frozen sets (基线), newest first."""
    _may_ask(project_id)
    found = baselines_of(reading(), project_id)
    return page_of(BaselineOut, found, query, BaselineOut.model_validate, lambda b: b.id)


@table.add(
    "POST", "/projects/{project_id}/baselines", body=FreezeBody, answer=Created, status=201, repeats=True
)
def freeze(project_id: str, body: FreezeBody) -> Answer:
    """Freeze the set of an instant, with a digest over its lines."""
    close_reading()
    known_at = body.known_at or fresh_knowledge(services().database)
    command = FreezeBaseline(project_id, body.title, body.kind, body.as_of, known_at)

    def work(tx: Tx) -> Answer:
        baseline_id = freeze_baseline(tx, command)
        return Answer(Created(id=baseline_id), 201, {"Location": f"{PREFIX}/baselines/{baseline_id}"})

    return act(work)


@table.add("GET", "/baselines/{baseline_id}", answer=BaselineDetailOut)
def get_baseline(baseline_id: str) -> Answer:
    """A frozen set with its canonical lines; all of them, or none: a part would not give the digest."""
    found = baseline_by_id(reading(), baseline_id)
    if found is None or not rights().may(Permission.RECORD_VIEW, Target(found[0].project_id)):
        raise Refused(NOT_FOUND)
    view: BaselineView = found[0]
    seen = sheets_within(reading(), view.project_id, recorded_sheets(rights()))
    if any(json.loads(line)["sheet"] not in seen for line in found[1]):
        raise Refused(FORBIDDEN, action=Permission.RECORD_VIEW)
    return Answer(BaselineDetailOut(baseline=BaselineOut.model_validate(view), lines=found[1]))


def _may_ask(project_id: str) -> None:
    rights().require(Permission.RECORD_VIEW, Target(project_id))


def _set(project_id: str, query: AtQuery, *, with_void: bool) -> tuple[Instants, Sequence[InForce]]:
    _may_ask(project_id)
    at = settle_instants(reading(), now=now(), as_of=query.as_of, known_at=query.known_at)
    visible = recorded_sheets(rights())
    return at, set_in_force(reading(), project_id, at, visible=visible, with_void=with_void)
