"""Review cases (审查): prepared, handed in, moved, assigned and finished by the same acts as on the pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Response, request

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
from app.api.shapes.common import Changed, Created, LabelOut, Page, page_of
from app.api.shapes.joint import ConcludeBody
from app.api.shapes.review import (
    CaseBody,
    CaseMoveBody,
    CaseOut,
    CaseRowOut,
    CasesQuery,
    ChoiceBody,
    DocumentQuery,
    DoneBody,
    DoneOut,
    EditCaseBody,
    GateFindingOut,
    GateOut,
    ResubmitBody,
    ReviewersBody,
    SubmitBody,
)
from app.api.table import PREFIX, Answer, Table
from app.files.sent import MOST_DOCUMENT_BYTES
from app.kernel.db.transactions import Tx
from app.kernel.policy import Target
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.cases import EditCase, MoveCase, PrepareCase, edit_case, move_plainly, prepare_case
from app.review.actions.conclusions import ConcludeCase, conclude
from app.review.actions.decisions import DecideCase, fail_case, issue_opinions, pass_case
from app.review.actions.documents import add_document
from app.review.actions.submissions import (
    ResubmitCase,
    SubmitCase,
    WithdrawCase,
    resubmit_case,
    submit_case,
    withdraw_case,
)
from app.review.flows import SentDocument, document_for, page_counts, store_document
from app.review.gate import Level, look_through
from app.review.queries.cases import case_for, case_row, cases_of
from app.review.queries.opinions import opinions_of

table = Table("review cases")
OF_PROJECT = "/projects/{project_id}/review/cases"
ONE = "/review/cases/{case_id}"
BYTES = "application/octet-stream"
CHUNK = 1 << 20
DECISIONS: Mapping[str, Callable[[Tx, DecideCase], Any]] = {
    "issue_opinions": issue_opinions,
    "pass": pass_case,
    "fail": fail_case,
}


@table.add("GET", OF_PROJECT, answer=Page[CaseRowOut], query=CasesQuery)
def list_cases(project_id: str, query: CasesQuery) -> Answer:
    """The review cases of a project that one may see, the newest first, each with its clock."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    found = cases_of(reading(), rights(), project_id, now())
    chosen = [c for c in found if query.state in (None, c.state)]
    return page_of(CaseRowOut, chosen, query, CaseRowOut.model_validate, lambda c: c.id)


@table.add("POST", OF_PROJECT, body=CaseBody, answer=Created, status=201, repeats=True)
def prepare_one_case(project_id: str, body: CaseBody) -> Answer:
    """Begin a case (准备送审); the project's policy of this day stays with it."""
    command = PrepareCase(
        project_id,
        body.agency_id,
        body.title,
        body.business_no,
        body.is_fire_joint,
        body.is_civil_defence_joint,
    )

    def work(tx: Tx) -> Answer:
        case_id = prepare_case(tx, command)
        return Answer(Created(id=case_id), 201, {"Location": f"{PREFIX}/review/cases/{case_id}"})

    return act(work)


@table.add("GET", ONE, answer=CaseOut)
def get_case(case_id: str) -> Answer:
    """One case: sheets, people, documents, history, and what may be done now with each condition."""
    found = case_for(reading(), rights(), case_id, now())
    return Answer(CaseOut.model_validate(found), headers=etag(found.version))


@table.add("PATCH", ONE, body=EditCaseBody, answer=Changed, is_versioned=True, repeats=True)
def edit_one_case(case_id: str, body: EditCaseBody) -> Answer:
    """Correct a case's title, or its number in the authority's system."""
    command = EditCase(case_id, expected_version(), body.title, body.business_no)

    def work(tx: Tx) -> Answer:
        version = edit_case(tx, command)
        return Answer(Changed(id=case_id, version=version), headers=etag(version))

    return act(work)


@table.add("POST", f"{ONE}/gate", body=ChoiceBody, answer=GateOut)
def ask_the_gate(case_id: str, body: ChoiceBody) -> Answer:
    """What stands against handing in these sheets (送审前检查); nothing is written."""
    case = case_row(reading(), rights(), case_id)
    found = look_through(reading(), case, body.revisions)
    told = [
        GateFindingOut(
            code=f.code,
            level=str(f.level),
            label=LabelOut.model_validate(f.label),
            way_out=LabelOut.model_validate(f.way_out),
            items=list(f.items),
        )
        for f in found
    ]
    return Answer(
        GateOut(
            findings=told,
            stops=any(f.level is Level.STOP for f in found),
            needs_reason=any(f.level is Level.REASON for f in found),
        )
    )


@table.add("POST", f"{ONE}/submit", body=SubmitBody, answer=Created, status=201, repeats=True)
def hand_in(case_id: str, body: SubmitBody) -> Answer:
    """Submit for review (送审): the exact bytes are frozen; answers the submission."""
    command = SubmitCase(case_id, body.revisions, body.note, _pages_of(case_id, body.revisions))
    return act(lambda tx: Answer(Created(id=submit_case(tx, command)), 201))


@table.add("POST", f"{ONE}/resubmit", body=ResubmitBody, answer=Created, status=201, repeats=True)
def hand_in_again(case_id: str, body: ResubmitBody) -> Answer:
    """Submit for recheck (提交复审): what the answers name, and what is affected; answers the submission."""
    fixes = {
        fix.revision_id
        for o in opinions_of(reading(), rights(), case_id)
        for reply in o.replies[-1:]
        for fix in reply.fixes
    }
    current = [s.revision_id for s in case_for(reading(), rights(), case_id, now()).sheets]
    counts = _pages_of(case_id, [*fixes, *body.affected, *current])
    command = ResubmitCase(case_id, body.affected, body.note, counts)
    return act(lambda tx: Answer(Created(id=resubmit_case(tx, command)), 201))


@table.add("POST", f"{ONE}/move", body=CaseMoveBody, answer=Changed, repeats=True)
def move_case(case_id: str, body: CaseMoveBody) -> Answer:
    """Take a step of the case that brings nothing but words; the case lists those that are open."""

    def work(tx: Tx) -> Answer:
        if body.event == "withdraw":
            withdraw_case(tx, WithdrawCase(case_id, body.note))
        elif body.event in DECISIONS:
            DECISIONS[body.event](tx, DecideCase(case_id, body.note))
        else:
            move_plainly(tx, MoveCase(case_id, body.event, body.note))
        return Answer(Changed(id=case_id))

    return act(work)


@table.add("POST", f"{ONE}/reviewers", body=ReviewersBody, answer=Changed, repeats=True)
def assign_reviewers(case_id: str, body: ReviewersBody) -> Answer:
    """Assign disciplines (分派), all in one act; who is related to owner or designer is refused."""

    def work(tx: Tx) -> Answer:
        for discipline, person in body.reviewers.items():
            assign_reviewer(tx, AssignReviewer(case_id, discipline, person))
        return Answer(Changed(id=case_id))

    return act(work)


@table.add("POST", f"{ONE}/done", body=DoneBody, answer=DoneOut, repeats=True)
def finish_one_discipline(case_id: str, body: DoneBody) -> Answer:
    """Say that one's discipline is done in this round (本专业审毕); drafts left in it are proposed."""
    command = FinishDiscipline(case_id, body.discipline, body.note)
    return act(lambda tx: Answer(DoneOut(proposed=finish_discipline(tx, command))))


@table.add("POST", f"{ONE}/conclusions", body=ConcludeBody, answer=Created, status=201, repeats=True)
def conclude_on_domain(case_id: str, body: ConcludeBody) -> Answer:
    """Conclude on a domain of a joint review in this round (联合审查结论); answers the conclusion."""
    command = ConcludeCase(case_id, body.domain, body.verdict, body.note)
    return act(lambda tx: Answer(Created(id=conclude(tx, command)), 201))


@table.add(
    "POST",
    f"{ONE}/documents",
    query=DocumentQuery,
    answer=Created,
    status=201,
    takes=BYTES,
    repeats=True,
    also=(413, 422, 503),
)
def add_basis_document(case_id: str, query: DocumentQuery) -> Answer:
    """Add a basis document (依据性文件): the body is its bytes, kept as sent."""
    sent = SentDocument(
        case_id, query.kind, query.title, query.number, query.name, chunks(MOST_DOCUMENT_BYTES)
    )
    close_reading()
    document = store_document(services().reading_room, actor(), sent)
    return act(
        lambda tx: Answer(Created(id=add_document(tx, case_id, document)), 201), about=document.file.sha256
    )


@table.add("GET", "/review/documents/{document_id}/bytes", media="*/*", also=(206, 304, 416))
def get_basis_document(document_id: str) -> Response:
    """A basis document as it was sent."""
    row = document_for(reading(), rights(), document_id)
    return send_bytes(row.sha256, row.size, row.media_type, row.file_name)


def chunks(most: int) -> Iterator[bytes]:
    """The body of this request in pieces, up to a limit."""
    request.max_content_length = most + CHUNK
    while chunk := request.stream.read(CHUNK):
        yield chunk


def _pages_of(case_id: str, revisions: Iterable[str]) -> Mapping[str, int]:
    project_id = case_row(reading(), rights(), case_id).project_id
    close_reading()
    return page_counts(services().reading_room, project_id, revisions)
