"""Transmittals (发放单) and controlled copies (受控图)."""

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.queries import parties_of
from app.access.rules import Permission
from app.distribution.actions.copies import IssueCopies, MoveCopies, issue_copies, move_copies
from app.distribution.actions.receipts import NoteOpened
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.distribution.contents import items_of_project
from app.distribution.flows import packed_lines, stream_transmittal
from app.distribution.papers.transmittal import transmittal_pdf
from app.distribution.queries.copies import copies_of, counts_of
from app.distribution.queries.matrix import visible_sheets
from app.distribution.queries.transmittals import TransmittalView, transmittal_for, transmittals_of
from app.distribution.queries.waiting import own_parties
from app.distribution.rules import Way
from app.files.names import content_disposition
from app.kernel.errors import FORBIDDEN, Refused
from app.kernel.policy import Target
from app.projects.queries import ProjectView, project_for
from app.web.bodies import body, text, texts, whole
from app.web.errors import report_json
from app.web.layout import use_project
from app.web.openings import note_openings
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, services

pages = Blueprint("distribution", __name__)
P = "/projects/<project_id>"


@pages.before_request
def only_signed_in() -> None:
    """What was handed out is not for strangers."""
    require_sign_in()


@pages.get(f"{P}/transmittals")
def transmittals(project_id: str) -> str:
    """The transmittals of a project."""
    _project(project_id)
    return render_template(
        "distribution/transmittals.html",
        transmittals=transmittals_of(reading(), rights(), project_id, now()),
        mine=own_parties(reading(), rights(), project_id, now()),
        may_transmit=rights().may(Permission.TRANSMIT, Target(project_id)),
    )


@pages.get(f"{P}/transmittals/new")
def new_transmittal(project_id: str) -> str:
    """Choose what goes to whom."""
    _project(project_id)
    rights().require(Permission.TRANSMIT, Target(project_id))
    return render_template(
        "distribution/new_transmittal.html",
        items=items_of_project(reading(), project_id, now(), visible=visible_sheets(rights())),
        parties=[p for p in parties_of(reading(), project_id) if p.valid_to is None or p.valid_to > now()],
    )


@pages.post(f"{P}/transmittals")
def send(project_id: str) -> Response:
    """Hand out."""
    use_project(project_id, section="confirmation")
    form = request.form
    recipients = [
        Recipient(
            party, form.get(f"place-{party}", ""), whole(form.get(f"copies-{party}") or "0", "份数 / copies")
        )
        for party in form.getlist("party")
    ]
    command = SendTransmittal(
        project_id, form.getlist("item"), recipients, form.get("title", ""), form.get("note", "")
    )
    close_reading()
    with services().database.write(actor()) as tx:
        made = send_transmittal(tx, command)
    return redirect(f"/transmittals/{made}")


@pages.get("/transmittals/<transmittal_id>")
def transmittal_page(transmittal_id: str) -> str:
    """One transmittal, with what is in force of it now."""
    found = transmittal_for(reading(), rights(), transmittal_id, now())
    use_project(found.project_id, section="confirmation")
    address = f"{services().settings.base_url}/transmittals/{found.id}"
    return render_template(
        "distribution/transmittal.html",
        found=found,
        address=address,
        mine=own_parties(reading(), rights(), found.project_id, now()),
    )


@pages.get("/transmittals/<transmittal_id>.<kind>")
def transmittal_file(transmittal_id: str, kind: str) -> Response:
    """The cover sheet (pdf), or everything with the exact bytes (zip)."""
    found = transmittal_for(reading(), rights(), transmittal_id, now())
    project = project_for(reading(), rights(), found.project_id)
    if kind == "pdf":
        close_reading()
        response = Response(_cover(found, project), content_type="application/pdf")
    elif kind == "zip":
        packed = packed_lines(reading(), found)
        cover = _cover(found, project)
        close_reading()
        opened = [
            NoteOpened(found.project_id, line.key, line.sha256, Way.PACKAGE)
            for line in found.lines
            if line.is_in_force
        ]
        note_openings(opened)
        chunks = stream_transmittal(services().store, found, packed, cover, now())
        response = Response(chunks, content_type="application/zip")
    else:
        raise Refused("not-found")
    name = f"{project.short_name or project.name} {found.number}.{kind}"
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get(f"{P}/copies")
def copies(project_id: str) -> str:
    """Controlled copies: what is to be recalled, the counts, and each copy."""
    _project(project_id)
    found = copies_of(reading(), rights(), project_id, now())
    mine = _keepers(project_id)
    return render_template(
        "distribution/copies.html",
        copies=found,
        counts=counts_of(found),
        to_recall=[c for c in found if c.is_to_recall],
        items=[
            i
            for i in items_of_project(reading(), project_id, now(), visible=visible_sheets(rights()))
            if i.kind == "revision"
        ]
        if mine
        else [],
        keepers=mine,
        mine=own_parties(reading(), rights(), project_id, now()),
        setup={"project": project_id},
    )


@pages.post(f"{P}/copies")
def issue(project_id: str) -> Response:
    """Issue paper."""
    use_project(project_id, section="confirmation")
    form = request.form
    command = IssueCopies(
        project_id, form.get("item", ""), form.get("holder", ""), form.get("place", ""),
        whole(form.get("copies") or "1", "份数 / copies"), form.get("party", ""),
    )  # fmt: skip
    close_reading()
    with services().database.write(actor()) as tx:
        issue_copies(tx, command)
    return redirect(f"/projects/{project_id}/copies")


@pages.post(f"{P}/copies/move")
def move(project_id: str) -> dict[str, object]:
    """Recall or destroy copies: ``{"copies", "event", "note"}``; reported row by row."""
    use_project(project_id, section="confirmation")
    sent = body()
    command = MoveCopies(
        project_id,
        texts(sent.get("copies"), "copies"),
        text(sent.get("event"), "event", most=20),
        text(sent.get("note"), "note", most=500),
    )
    close_reading()
    with services().database.write(actor()) as tx:
        report = move_copies(tx, command)
    return report_json(report)


def _project(project_id: str) -> ProjectView:
    project = use_project(project_id, section="confirmation")
    if project_id not in rights().project_ids(Permission.DISTRIBUTION_VIEW):
        raise Refused(FORBIDDEN, action=Permission.DISTRIBUTION_VIEW)
    return project


def _keepers(project_id: str) -> list[tuple[str, str]]:
    """Parties for which one keeps controlled paper: (id, name)."""
    mine = {
        s.party_id
        for s in rights().in_project(project_id)
        if rights().may(Permission.COPY_MANAGE, Target(project_id, party_id=s.party_id))
    }
    return [(p.id, p.organisation) for p in parties_of(reading(), project_id) if p.id in mine]


def _cover(found: TransmittalView, project: ProjectView) -> bytes:
    return transmittal_pdf(
        found,
        project=project.name,
        zone=ZoneInfo(project.timezone),
        base_url=services().settings.base_url,
        made_at=now(),
    )
