"""Marks as files: a copy of the sheet with them (PDF), a list (Excel), topics for other programs (BCF)."""

from zoneinfo import ZoneInfo

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.copies.mark_copies import bcf_of, compose_mark_copy, in_fields, order_mark_copy
from app.copies.versions import with_versions
from app.files.names import content_disposition
from app.kernel.errors import invalid
from app.markups.exports.bcf import BCF_TYPE, MOST_TOPICS, BcfVersion
from app.markups.exports.sheets import MarkedSheet, marked_sheet, marked_sheets
from app.markups.exports.xlsx import marks_xlsx
from app.projects.queries import ProjectView, project_for
from app.record.exports import XLSX_TYPE, Wording
from app.web.request import (
    close_reading,
    language,
    now,
    reading,
    require_sign_in,
    rights,
    services,
)

pages = Blueprint("mark_exports", __name__)


@pages.get("/revisions/<revision_id>/marks.pdf")
def sheet_as_pdf(revision_id: str) -> Response:
    """A copy of the sheet with its marks, and their list after it."""
    require_sign_in()
    sheet = marked_sheet(reading(), rights(), revision_id)
    _, wording = _project(sheet.project_id)
    press = services().press
    order = order_mark_copy(reading(), rights(), revision_id, press=press, now=now(), wording=wording)
    close_reading()
    data = compose_mark_copy(order, services().reading_room)
    response = _file(data, "application/pdf", order.copy.file_name, is_inline=True)
    # No sandbox here: the browser's own PDF reader does not open in one, and the copy carries no scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@pages.get("/revisions/<revision_id>/marks.xlsx")
def sheet_as_list(revision_id: str) -> Response:
    """The marks of a revision as a list."""
    require_sign_in()
    sheet = marked_sheet(reading(), rights(), revision_id)
    _, wording = _project(sheet.project_id)
    return _list([sheet], wording, f"{sheet.number} {sheet.rev_label}")


@pages.get("/revisions/<revision_id>/marks.bcfzip")
def sheet_as_bcf(revision_id: str) -> Response:
    """The marks of a revision as BCF; ``version`` 2.1 or 3.0."""
    require_sign_in()
    sheet = marked_sheet(reading(), rights(), revision_id)
    project, wording = _project(sheet.project_id)
    return _topics([sheet], project, wording, f"{sheet.number} {sheet.rev_label}")


@pages.get("/projects/<project_id>/marks.xlsx")
def project_as_list(project_id: str) -> Response:
    """The marks of all sheets as a list."""
    require_sign_in()
    project, wording = _project(project_id)
    sheets = marked_sheets(reading(), rights(), project_id)
    return _list(sheets, wording, project.short_name or project.name)


@pages.get("/projects/<project_id>/marks.bcfzip")
def project_as_bcf(project_id: str) -> Response:
    """The marks of all sheets as BCF; ``version`` 2.1 or 3.0."""
    require_sign_in()
    project, wording = _project(project_id)
    sheets = marked_sheets(reading(), rights(), project_id, most=MOST_TOPICS)
    return _topics(sheets, project, wording, project.short_name or project.name)


def _project(project_id: str) -> tuple[ProjectView, Wording]:
    project = project_for(reading(), rights(), project_id)
    return project, Wording(language(), ZoneInfo(project.timezone), {})


def _list(sheets: list[MarkedSheet], wording: Wording, name: str) -> Response:
    sheets = with_versions(reading(), sheets, now(), wording)
    close_reading()
    room = services().reading_room
    data = marks_xlsx([in_fields(room, sheet) for sheet in sheets], wording, title=name)
    return _file(data, XLSX_TYPE, f"{name} 批注 marks.xlsx")


def _topics(sheets: list[MarkedSheet], project: ProjectView, wording: Wording, name: str) -> Response:
    raw = request.args.get("version", BcfVersion.V2_1)
    if raw not in set(BcfVersion):
        known = ", ".join(BcfVersion)
        raise invalid("version", f"应为 {known} 之一", f"is one of {known}")
    sheets = with_versions(reading(), sheets, now(), wording)
    close_reading()
    data = bcf_of(
        services().reading_room,
        sheets,
        project,
        wording,
        version=BcfVersion(raw),
        base_url=services().settings.base_url,
    )
    suffix = "bcfzip" if raw == BcfVersion.V2_1 else "bcf"
    return _file(data, BCF_TYPE, f"{name} 批注 marks.{suffix}")


def _file(data: bytes, media: str, name: str, *, is_inline: bool = False) -> Response:
    response = Response(data, content_type=media)
    response.headers["Content-Disposition"] = content_disposition(name, is_inline=is_inline)
    response.headers["Cache-Control"] = "private, no-store"
    return response
