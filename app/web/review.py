"""Review cases (审查): the list, one case with its tabs, and every act on the case itself."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.queries import parties_of
from app.access.rules import PartyRole, Permission
from app.drawings.queries.register import register_of
from app.files.names import content_disposition
from app.files.sent import MOST_DOCUMENT_BYTES
from app.kernel.db.transactions import Tx
from app.kernel.errors import invalid
from app.kernel.policy import Target
from app.projects.rules import ReviewMode
from app.review.actions.assignments import (
    AssignReviewer,
    FinishDiscipline,
    assign_reviewer,
    finish_discipline,
)
from app.review.actions.cases import EditCase, MoveCase, PrepareCase, edit_case, move_plainly, prepare_case
from app.review.actions.certificates import (
    CertifyCase,
    VoidCertificate,
    certify_case,
    void_certificate,
)
from app.review.actions.conclusions import ConcludeCase, conclude
from app.review.actions.decisions import DecideCase, fail_case, issue_opinions, pass_case
from app.review.actions.submissions import (
    ResubmitCase,
    SubmitCase,
    WithdrawCase,
    resubmit_case,
    submit_case,
    withdraw_case,
)
from app.review.draws.queries import draws_about
from app.review.flows import SentDocument, document_for, page_counts, take_document
from app.review.gate import Level, look_through, submittable
from app.review.queries.assist import assist_of, may_assist
from app.review.queries.cases import CaseView, case_for, case_row, cases_of, sees_inside
from app.review.queries.certificates import certificate_for, certificates_of, lines_of
from app.review.queries.mark_offers import mark_offers
from app.review.queries.opinions import opinions_of
from app.review.rules import CaseState, DocumentKind
from app.web.bodies import body, sent_chunks, text, texts, whole
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, say, services
from app.web.review_words import page_words
from app.web.words import word

pages = Blueprint("review", __name__)

TABS = ("opinions", "sheets", "assist", "documents", "people", "history", "certificate")
DECISIONS: Mapping[str, Callable[[Tx, DecideCase], Any]] = {
    "issue_opinions": issue_opinions,
    "pass": pass_case,
    "fail": fail_case,
}


@pages.before_request
def only_signed_in() -> None:
    """Reviews are not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/review")
def cases(project_id: str) -> str:
    """The cases of a project, its certificates, and the form for a new case."""
    project = use_project(project_id, section="review")
    may_submit = rights().may(Permission.REVIEW_SUBMIT, Target(project_id))
    agencies = [
        p
        for p in parties_of(reading(), project_id)
        if p.role == PartyRole.REVIEWER and (p.valid_to is None or p.valid_to > now())
    ]
    found = cases_of(reading(), rights(), project_id, now())
    certificates = certificates_of(reading(), project_id) if found else []
    shown = {case.id for case in found}
    parties = [s.party_id for s in rights().in_project(project_id)]
    sees = any(rights().may(Permission.REVIEW_VIEW, Target(project_id, party_id=p)) for p in parties)
    return render_template(
        "review/cases.html",
        cases=found,
        certificates=[c for c in certificates if c.case_id in shown],
        agencies=agencies,
        may_submit=may_submit and project.policy.review_mode is not ReviewMode.EXEMPT,
        may_count=sees,
        draws=draws_about(reading(), project_id, now()) if sees else [],
        is_exempt=project.policy.review_mode is ReviewMode.EXEMPT,
        has_library=any(
            rights().may(Permission.REVIEW_WRITE, Target(project_id, party_id=s.party_id))
            for s in rights().in_project(project_id)
        ),
    )


@pages.post("/projects/<project_id>/review")
def prepare(project_id: str) -> Response:
    """Begin a case."""
    use_project(project_id, section="review")
    form = request.form
    command = PrepareCase(
        project_id,
        form.get("agency", ""),
        form.get("title", ""),
        form.get("business_no", ""),
        "fire" in form,
        "civil_defence" in form,
    )
    with services().database.write(actor()) as tx:
        case_id = prepare_case(tx, command)
    return redirect(f"/review/{case_id}")


@pages.get("/review/<case_id>")
def case_page(case_id: str) -> str:
    """One case."""
    case = case_for(reading(), rights(), case_id, now())
    use_project(case.project_id, section="review")
    row = case_row(reading(), rights(), case_id)
    certificates = certificates_of(reading(), case.project_id, case_id=case_id)
    tab = request.args.get("tab") or _first_tab(case)
    if tab not in TABS:
        raise invalid("tab", f"应为 {', '.join(TABS)} 之一", f"is one of {', '.join(TABS)}")
    opinions = opinions_of(reading(), rights(), case_id) if tab == "opinions" else []
    is_inside = sees_inside(rights(), row)
    is_assisted = may_assist(rights(), row)
    return render_template(
        "review/case.html",
        case=case,
        tab=tab,
        opinions=opinions,
        certificates=certificates,
        standing=[c for c in certificates_of(reading(), case.project_id) if c.stands],
        document_options=[(str(k), word("document_kind", k)) for k in DocumentKind],
        may_add=rights().may(Permission.REVIEW_SUBMIT, Target(case.project_id)),
        may_assign=rights().may(Permission.REVIEW_LEAD, Target(case.project_id, party_id=case.agency_id)),
        mine=[d.discipline for d in case.disciplines if d.reviewer_id == actor().person_id],
        is_inside=is_inside,
        is_assisted=is_assisted,
        mark_offers=mark_offers(reading(), rights(), case_id) if tab == "opinions" else [],
        assist=assist_of(reading(), rights(), case_id) if tab == "assist" else None,
        choices=_choices(case) if tab == "sheets" and case.state == CaseState.PREPARING else [],
        setup=_setup(case, tab, is_inside=is_inside),
    )


def _first_tab(case: CaseView) -> str:
    if case.state == CaseState.PREPARING:
        return "sheets"
    if case.state in (CaseState.SUBMITTED, CaseState.INTAKE, CaseState.CORRECTION):
        return "documents"
    return "people" if case.state == CaseState.ACCEPTED else "opinions"


def _setup(case: CaseView, tab: str, *, is_inside: bool) -> dict[str, Any]:
    """What the scripts of the page know."""
    return {
        "case": case.id,
        "project": case.project_id,
        "state": case.state,
        "tab": tab,
        "isInside": is_inside,
        "mine": [d.discipline for d in case.disciplines if d.reviewer_id == actor().person_id],
        "sheets": [
            {"id": s.sheet_id, "number": s.number, "title": s.title, "discipline": s.discipline}
            for s in case.sheets
        ],
        "words": page_words(),
    }


def _choices(case: CaseView) -> list[Any]:
    """Revisions that may be handed in: the newest of each sheet that is in the right state."""
    states = submittable(case.mode)
    return [r for r in register_of(reading(), rights(), case.project_id) if r.state in states]


@pages.post("/review/<case_id>/edit")
def edit(case_id: str) -> Response:
    """Correct a case's title or number."""
    form = request.form
    command = EditCase(
        case_id, whole(form.get("version"), "version"), form.get("title", ""), form.get("business_no", "")
    )
    with services().database.write(actor()) as tx:
        edit_case(tx, command)
    return redirect(f"/review/{case_id}")


@pages.post("/review/<case_id>/gate")
def gate(case_id: str) -> Response:
    """What the gate finds about a choice of sheets, before anything is handed in."""
    case = case_row(reading(), rights(), case_id)
    chosen = texts(body().get("revisions"), "revisions")
    findings = look_through(reading(), case, chosen)
    return _json(
        {
            "findings": [
                {
                    "code": f.code,
                    "level": str(f.level),
                    "label": say(f.label),
                    "wayOut": say(f.way_out),
                    "items": list(f.items),
                }
                for f in findings
            ],
            "stops": any(f.level is Level.STOP for f in findings),
            "needsReason": any(f.level is Level.REASON for f in findings),
        }
    )


@pages.post("/review/<case_id>/submit")
def submit(case_id: str) -> Response:
    """Hand sheets in for the first time."""
    sent = body()
    chosen = texts(sent.get("revisions"), "revisions")
    note = text(sent.get("note"), "note", most=4_000)
    counts = _pages_of(case_id, chosen)
    with services().database.write(actor()) as tx:
        submit_case(tx, SubmitCase(case_id, chosen, note, counts))
    return _json({"case": case_id})


@pages.post("/review/<case_id>/resubmit")
def resubmit(case_id: str) -> Response:
    """Hand sheets in again after the replies."""
    sent = body()
    affected = texts(sent.get("affected", []), "affected")
    note = text(sent.get("note"), "note", most=4_000)
    fixes = {
        fix.revision_id
        for o in opinions_of(reading(), rights(), case_id)
        for reply in o.replies[-1:]
        for fix in reply.fixes
    }
    current = [s.revision_id for s in case_for(reading(), rights(), case_id, now()).sheets]
    counts = _pages_of(case_id, [*fixes, *affected, *current])
    with services().database.write(actor()) as tx:
        resubmit_case(tx, ResubmitCase(case_id, affected, note, counts))
    return _json({"case": case_id})


def _pages_of(case_id: str, revisions: list[str] | Any) -> Mapping[str, int]:
    project_id = case_row(reading(), rights(), case_id).project_id
    close_reading()
    return page_counts(services().reading_room, project_id, revisions)


@pages.post("/review/<case_id>/move")
def move(case_id: str) -> Response:
    """Take a step of the case that needs nothing but words."""
    sent = body()
    event, note = text(sent.get("event"), "event", most=40), text(sent.get("note"), "note", most=4_000)
    close_reading()
    with services().database.write(actor()) as tx:
        if event == "withdraw":
            withdraw_case(tx, WithdrawCase(case_id, note))
        elif event in DECISIONS:
            DECISIONS[event](tx, DecideCase(case_id, note))
        else:
            move_plainly(tx, MoveCase(case_id, event, note))
    return _json({"case": case_id})


@pages.post("/review/<case_id>/assign")
def assign(case_id: str) -> Response:
    """Assign disciplines: ``{"discipline": person, …}``, each reported for itself."""
    sent = body().get("reviewers")
    if not isinstance(sent, dict) or not all(isinstance(v, str) for v in sent.values()):
        raise invalid("reviewers", "需要专业与人员的对照", "disciplines with people are needed")
    case_row(reading(), rights(), case_id)
    close_reading()
    with services().database.write(actor()) as tx:
        for discipline, person in sent.items():
            if person:
                assign_reviewer(tx, AssignReviewer(case_id, str(discipline), person))
    return _json({"case": case_id})


@pages.post("/review/<case_id>/done")
def done(case_id: str) -> Response:
    """A reviewer's word that his discipline is done."""
    sent = body()
    command = FinishDiscipline(
        case_id, text(sent.get("discipline"), "discipline", most=40), text(sent.get("note"), "note")
    )
    close_reading()
    with services().database.write(actor()) as tx:
        proposed = finish_discipline(tx, command)
    return _json({"proposed": proposed})


@pages.post("/review/<case_id>/conclude")
def give_conclusion(case_id: str) -> Response:
    """A joint authority's word on its domain in this round."""
    form = request.form
    command = ConcludeCase(
        case_id, form.get("domain", ""), form.get("verdict", ""), form.get("note", "").replace("\r\n", "\n")
    )
    with services().database.write(actor()) as tx:
        conclude(tx, command)
    return redirect(f"/review/{case_id}?tab=people")


@pages.post("/review/<case_id>/certify")
def certify(case_id: str) -> Response:
    """Issue the certificate."""
    sent = body()

    def said(name: str, most: int = 80) -> str:
        return text(sent.get(name), name, most=most)

    command = CertifyCase(
        case_id,
        number_internal=said("number_internal"),
        number_national=said("number_national"),
        number_provincial=said("number_provincial"),
        number_fire=said("number_fire"),
        number_civil_defence=said("number_civil_defence"),
        statement=said("statement", 4_000),
        extends_id=said("extends"),
        is_replacement=sent.get("replaces") is True,
    )
    close_reading()
    with services().database.write(actor()) as tx:
        certificate_id = certify_case(tx, command)
    return _json({"certificate": certificate_id})


@pages.get("/review/certificates/<certificate_id>")
def certificate(certificate_id: str) -> str:
    """One certificate with every sheet it lists."""
    found = certificate_for(reading(), rights(), certificate_id)
    use_project(found.project_id, section="review")
    return render_template(
        "review/certificate.html",
        certificate=found,
        lines=lines_of(reading(), found.baseline_id),
        may_void=rights().may(
            Permission.REVIEW_CERTIFY,
            Target(found.project_id, party_id=case_row(reading(), rights(), found.case_id).agency_id),
        ),
    )


@pages.post("/review/certificates/<certificate_id>/void")
def void(certificate_id: str) -> Response:
    """Void a certificate."""
    reason = request.form.get("reason", "")
    with services().database.write(actor()) as tx:
        void_certificate(tx, VoidCertificate(certificate_id, reason))
    return redirect(f"/review/certificates/{certificate_id}")


@pages.post("/review/<case_id>/documents")
def send_document(case_id: str) -> Response:
    """Add a basis document (the body); what it is stands in the query."""
    sent = SentDocument(
        case_id,
        request.args.get("kind", ""),
        text(request.args.get("title"), "title", most=200),
        text(request.args.get("number"), "number", most=100),
        text(request.args.get("name"), "name", most=300),
        sent_chunks(MOST_DOCUMENT_BYTES),
    )
    close_reading()
    return _json({"document": take_document(services().reading_room, actor(), sent)})


@pages.get("/review/documents/<document_id>")
def document(document_id: str) -> Response:
    """A basis document, as it was sent."""
    row = document_for(reading(), rights(), document_id)
    close_reading()
    response = Response(services().store.read(row.sha256), content_type=row.media_type)
    response.headers["Content-Disposition"] = content_disposition(row.file_name)
    response.headers["Content-Length"] = str(row.size)
    response.headers["X-OneSet-SHA256"] = row.sha256
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")
