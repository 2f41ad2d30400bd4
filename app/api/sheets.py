"""The register, sheets and revisions."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from flask import Response

from app.access.rules import Permission
from app.api.request import now, reading, rights
from app.api.shapes.common import LabelOut, Page, page_of
from app.api.shapes.drawings import InForceOut, RegisterRowOut, RevisionOut, SheetOut
from app.api.shapes.record import ExportQuery, RegisterQuery
from app.api.table import Answer, Table
from app.drawings.queries.sheets import revision_for, sheet_for
from app.files.names import content_disposition
from app.kernel.policy import Target
from app.projects.queries import ProjectView, buildings_of, project_for
from app.questions.queries.standing import joint_facts_of
from app.record.exports import CSV_TYPE, XLSX_TYPE, Wording, register_csv, register_xlsx
from app.record.queries import Instants, in_force
from app.record.register import STANDING_LABELS, StandingRow, register_with_standing, with_seals
from app.review.queries.certificates import review_facts
from app.seals.saying import MARK_LABELS, SealMark

table = Table("register and sheets")


@table.add("GET", "/projects/{project_id}/register", answer=Page[RegisterRowOut], query=RegisterQuery)
def list_register(project_id: str, query: RegisterQuery) -> Answer:
    """The register: each sheet with the newest revision one may see, and what is in force now."""
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    rows = [
        r
        for r in with_seals(
            reading(), project_id, register_with_standing(reading(), rights(), project_id, now())
        )
        if query.standing in (None, r.standing)
        and query.discipline in (None, r.row.discipline)
        and query.building_id in (None, r.row.building_id)
    ]
    return page_of(RegisterRowOut, rows, query, _row, lambda r: r.row.sheet_id)


@table.add("GET", "/projects/{project_id}/register.csv", query=ExportQuery, media="text/csv")
def export_csv(project_id: str, query: ExportQuery) -> Response:
    """The register as CSV (UTF-8 with byte order mark)."""
    project, rows, wording = _exported(project_id, query)
    return _file(register_csv(rows, wording), project, "csv", CSV_TYPE)


@table.add("GET", "/projects/{project_id}/register.xlsx", query=ExportQuery, media=XLSX_TYPE)
def export_xlsx(project_id: str, query: ExportQuery) -> Response:
    """The register as an Excel workbook."""
    project, rows, wording = _exported(project_id, query)
    return _file([register_xlsx(rows, wording, title=project.name)], project, "xlsx", XLSX_TYPE)


@table.add("GET", "/sheets/{sheet_id}", answer=SheetOut)
def get_sheet(sheet_id: str) -> Answer:
    """One sheet with its revisions, renditions, signatures, and the steps one's seats allow."""
    sheet = sheet_for(reading(), rights(), sheet_id, reviewed=review_facts, jointly=joint_facts_of)
    place = Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
    may_see = rights().may(Permission.RECORD_VIEW, place)
    force = in_force(reading(), sheet_id, Instants(now(), now(), is_now=True)) if may_see else None
    value = InForceOut.model_validate(force) if force else None
    names = [n for n in SheetOut.model_fields if hasattr(sheet, n)]
    return Answer(SheetOut(**{n: getattr(sheet, n) for n in names}, as_of=now(), in_force=value))


@table.add("GET", "/revisions/{revision_id}", answer=RevisionOut)
def get_revision(revision_id: str) -> Answer:
    """One revision."""
    _, revision = revision_for(
        reading(), rights(), revision_id, reviewed=review_facts, jointly=joint_facts_of
    )
    return Answer(RevisionOut.model_validate(revision))


def _exported(project_id: str, query: ExportQuery) -> tuple[ProjectView, Sequence[StandingRow], Wording]:
    project = project_for(reading(), rights(), project_id)
    rows = with_seals(reading(), project_id, register_with_standing(reading(), rights(), project_id, now()))
    buildings = {b.id: b.number for b in buildings_of(reading(), project_id)}
    return project, rows, Wording(str(query.language), ZoneInfo(project.timezone), buildings)


def _file(chunks: Iterable[bytes], project: ProjectView, suffix: str, media: str) -> Response:
    response = Response(chunks, mimetype=media.split(";", maxsplit=1)[0])
    response.headers["Content-Type"] = media
    day = now().astimezone(ZoneInfo(project.timezone)).strftime("%Y%m%d")
    response.headers["X-OneSet-As-Of"] = now().isoformat(timespec="seconds")
    response.headers["Content-Disposition"] = content_disposition(f"{project.name} 图纸目录 {day}.{suffix}")
    return response


def _row(value: StandingRow) -> RegisterRowOut:
    row = value.row
    names = [n for n in RegisterRowOut.model_fields if hasattr(row, n)]
    return RegisterRowOut(
        **{n: getattr(row, n) for n in names},
        state_label=LabelOut.model_validate(value.state_label),
        standing=str(value.standing),
        standing_label=LabelOut.model_validate(STANDING_LABELS[value.standing]),
        in_force=InForceOut.model_validate(value.in_force) if value.in_force else None,
        seal=str(value.seal),
        seal_label=LabelOut.model_validate(MARK_LABELS[value.seal or SealMark.NONE]),
    )
