"""Change documents (变更): proposed, written, classed, moved, built and closed by the same acts as on the pages."""

from zoneinfo import ZoneInfo

from flask import Response

from app.access.rules import Permission
from app.api.delivery import send_bytes
from app.api.request import (
    act,
    actor,
    close_reading,
    etag,
    expected_version,
    now,
    reading,
    rights,
    services,
)
from app.api.review_cases import BYTES, chunks
from app.api.shapes.changes import (
    ChangeFileQuery,
    ChangeMoveBody,
    ChangeOut,
    ChangeRowOut,
    ChangesQuery,
    ChangeTextBody,
    ClassBody,
    ClosureOut,
    CostsBody,
    OpenChangeOut,
    PlacesBody,
    ProposeBody,
    TicksBody,
    WordBody,
)
from app.api.shapes.common import Changed, Created, Page, page_of
from app.api.table import PREFIX, Answer, Table
from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.classes import StateClass, state_class
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.files import add_file
from app.changes.actions.proposals import (
    AffectedSheet,
    ChangeText,
    EditChange,
    Ending,
    ProposeChange,
    edit_change,
    propose_change,
)
from app.changes.actions.steps import AgreeCosts, MoveChange, agree_costs, move
from app.changes.actions.words import GiveWord, give_word
from app.changes.flows import SentChangeFile, change_file_for, store_change_file
from app.changes.queries.changes import change_for, changes_of
from app.changes.queries.closure import closure_of, settlement_of
from app.changes.queries.views import ChangeRow
from app.changes.rules import OPEN, ChangeState
from app.changes.settlement import settlement_xlsx
from app.files.names import content_disposition
from app.files.sent import MOST_DOCUMENT_BYTES
from app.kernel.db.transactions import Tx
from app.kernel.policy import Target
from app.projects.queries import project_for
from app.record.exports import XLSX_TYPE

table = Table("changes")
OF_PROJECT = "/projects/{project_id}/changes"
ONE = "/changes/{change_id}"


@table.add("GET", OF_PROJECT, answer=Page[ChangeRowOut], query=ChangesQuery)
def list_changes(project_id: str, query: ChangesQuery) -> Answer:
    """The changes of a project that one may see, the newest first."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    found = [c for c in changes_of(reading(), rights(), project_id, now()) if _is_asked(c, query)]
    return page_of(ChangeRowOut, found, query, ChangeRowOut.model_validate, lambda c: c.id)


def _is_asked(change: ChangeRow, query: ChangesQuery) -> bool:
    return (
        query.state in (None, change.state)
        and query.kind in (None, change.kind)
        and query.discipline in (None, change.discipline)
        and (query.sheet_id is None or query.sheet_id in change.sheet_ids)
        and query.is_open in (None, change.state in OPEN)
        and query.waits_for_me in (None, bool(change.waits_for_me))
    )


@table.add("POST", OF_PROJECT, body=ProposeBody, answer=Created, status=201, repeats=True)
def propose_one_change(project_id: str, body: ProposeBody) -> Answer:
    """Propose a change (提出变更)."""
    command = ProposeChange(project_id, body.kind, _text(body))

    def work(tx: Tx) -> Answer:
        made = propose_change(tx, command)
        return Answer(Created(id=made), 201, {"Location": f"{PREFIX}/changes/{made}"})

    return act(work)


@table.add("GET", ONE, answer=ChangeOut)
def get_change(change_id: str) -> Answer:
    """One change: sheets, history, words, files, and what may be done now with each condition."""
    found = change_for(reading(), rights(), change_id, now())
    values = {**vars(found.row), **{k: v for k, v in vars(found).items() if k in ChangeOut.model_fields}}
    known = {k: v for k, v in values.items() if k in ChangeOut.model_fields}
    return Answer(ChangeOut.model_validate(known), headers=etag(found.version))


@table.add("PUT", ONE, body=ChangeTextBody, answer=Changed, is_versioned=True, repeats=True)
def write_one_change(change_id: str, body: ChangeTextBody) -> Answer:
    """Say what a change says anew, all of it, while it is under work."""
    command = EditChange(change_id, expected_version(), _text(body))

    def work(tx: Tx) -> Answer:
        version = edit_change(tx, command)
        return Answer(Changed(id=change_id, version=version), headers=etag(version))

    return act(work)


@table.add("PUT", f"{ONE}/class", body=ClassBody, answer=Changed, is_versioned=True, repeats=True)
def state_class_of_change(change_id: str, body: ClassBody) -> Answer:
    """State the class of a change (申明变更类别): the designer's word; of an emergency in effect, the first step back."""
    command = StateClass(change_id, expected_version(), body.flags, body.basis, body.externals, body.triggers)

    def work(tx: Tx) -> Answer:
        version = state_class(tx, command)
        return Answer(Changed(id=change_id, version=version), headers=etag(version))

    return act(work)


@table.add("POST", f"{ONE}/move", body=ChangeMoveBody, answer=Changed, repeats=True)
def move_one_change(change_id: str, body: ChangeMoveBody) -> Answer:
    """Take a step of a change; the change lists those that are open."""
    command = MoveChange(change_id, body.event, body.note, body.effective_at, body.designer_id or "")

    def work(tx: Tx) -> Answer:
        move(tx, command)
        return Answer(Changed(id=change_id))

    return act(work)


@table.add("POST", f"{ONE}/words", body=WordBody, answer=Created, status=201, repeats=True)
def say_of_change(change_id: str, body: WordBody) -> Answer:
    """Say a word of a change as it reads now (意见); the third consent puts an emergency into effect."""
    command = GiveWord(change_id, body.kind, body.is_yes, body.note, body.domain)
    return act(lambda tx: Answer(Created(id=give_word(tx, command)), 201))


@table.add(
    "POST",
    f"{ONE}/files",
    query=ChangeFileQuery,
    answer=Created,
    status=201,
    takes=BYTES,
    repeats=True,
    also=(413, 422, 503),
)
def add_change_file(change_id: str, query: ChangeFileQuery) -> Answer:
    """Add a file to a change: the body is its bytes, kept as sent."""
    sent = SentChangeFile(
        change_id,
        query.kind,
        query.title,
        query.number,
        query.domain,
        query.name,
        chunks(MOST_DOCUMENT_BYTES),
    )
    close_reading()
    stored = store_change_file(services().reading_room, actor(), sent)
    return act(lambda tx: Answer(Created(id=add_file(tx, change_id, stored)), 201), about=stored.file.sha256)


@table.add("GET", "/changes/files/{file_id}/bytes", media="*/*", also=(206, 304, 416))
def get_change_file(file_id: str) -> Response:
    """A file of a change as it was sent."""
    row = change_file_for(reading(), rights(), file_id)
    return send_bytes(row.sha256, row.size, row.media_type, row.file_name)


@table.add("POST", "/revisions/{revision_id}/absorptions", body=TicksBody, answer=Changed, repeats=True)
def tick_absorbed_changes(revision_id: str, body: TicksBody) -> Answer:
    """Tick which changes a revision takes in (纳入); its release makes it true."""
    command = TickAbsorbed(revision_id, body.ticks)

    def work(tx: Tx) -> Answer:
        tick_absorbed(tx, command)
        return Answer(Changed(id=revision_id))

    return act(work)


@table.add("POST", f"{ONE}/incorporations", body=PlacesBody, answer=Changed, repeats=True)
def say_where_it_stands(change_id: str, body: PlacesBody) -> Answer:
    """Say in which as-built sheets a change stands (落竣工图); the supervisor's step `incorporate` accepts it."""
    command = IncorporateChange(change_id, body.places)

    def work(tx: Tx) -> Answer:
        state_incorporation(tx, command)
        return Answer(Changed(id=change_id))

    return act(work)


@table.add("PUT", f"{ONE}/costs", body=CostsBody, answer=Changed, repeats=True)
def agree_on_costs(change_id: str, body: CostsBody) -> Answer:
    """Note the agreed cost and time of a change, for its settlement: the owner's word."""
    command = AgreeCosts(change_id, body.cost_agreed, body.days_agreed)

    def work(tx: Tx) -> Answer:
        agree_costs(tx, command)
        return Answer(Changed(id=change_id))

    return act(work)


@table.add("GET", f"{OF_PROJECT}/closure", answer=ClosureOut)
def get_closure(project_id: str) -> Answer:
    """How far changes are closed (销项): built and verified, in the as-built; what is open, since when, at whom."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    found = closure_of(reading(), rights(), project_id, now())
    still = [
        OpenChangeOut(
            id=o.fact.id,
            name=o.fact.name,
            title=o.fact.title,
            state=ChangeState(o.fact.state),
            turn=o.turn,
            since=o.since,
            days=o.days,
            is_irregular=o.fact.is_irregular,
        )
        for o in found.open
    ]
    return Answer(ClosureOut.model_validate({**vars(found), "open": still}))


@table.add("GET", f"{OF_PROJECT}/settlement.xlsx", media=XLSX_TYPE)
def settlement_as_xlsx(project_id: str) -> Response:
    """The settlement table of the changes that took effect, their closing, and what is open, as a workbook."""
    project = project_for(reading(), rights(), project_id)
    rows = settlement_of(reading(), rights(), project_id)
    closure = closure_of(reading(), rights(), project_id, now())
    close_reading()
    book = settlement_xlsx(rows, closure, ZoneInfo(project.timezone), title=project.name)
    response = Response(book, mimetype=XLSX_TYPE)
    response.headers["Content-Disposition"] = content_disposition(f"变更结算 {project.name}.xlsx")
    return response


def _text(body: ChangeTextBody) -> ChangeText:
    return ChangeText(
        title=body.title,
        description=body.description,
        discipline=body.discipline,
        reason=body.reason,
        sheets=[AffectedSheet(s.sheet_id, s.revision_id, s.boxes, s.action, s.note) for s in body.sheets],
        ends=[Ending(e.change_id, e.how, e.note) for e in body.ends],
        cost_estimate=body.cost_estimate,
        days_estimate=body.days_estimate,
    )
