"""Receipts, transmittals and controlled copies: the same acts as the pages."""

from zoneinfo import ZoneInfo

from flask import Response

from app.access.rules import Permission
from app.api.request import act, close_reading, now, reading, rights, services
from app.api.shapes.common import Created, LabelOut, Page, PageQuery, Report, page_of
from app.api.shapes.distribution import (
    CellOut,
    ConfirmBody,
    CopyOut,
    MayBuildOut,
    ObjectBody,
    ReceiptQuery,
    ReceiptRowOut,
    ResolveBody,
    TransmitBody,
    TransmittalOut,
)
from app.api.table import PREFIX, Answer, Table
from app.copies.versions import current_versions
from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import (
    Confirmation,
    ConfirmReceipts,
    ObjectTo,
    confirm_receipts,
    object_to,
)
from app.distribution.actions.transmittals import Recipient, SendTransmittal, send_transmittal
from app.distribution.flows import packed_lines, stream_transmittal
from app.distribution.papers.transmittal import transmittal_pdf
from app.distribution.queries.building import may_build
from app.distribution.queries.copies import copies_of
from app.distribution.queries.matrix import MatrixFilter, MatrixRow, matrix_of, visible_sheets
from app.distribution.queries.transmittals import transmittal_for, transmittals_of
from app.distribution.rules import CellState
from app.distribution.statement import Statement, statements
from app.drawings.queries.sheets import sheet_for
from app.files.names import content_disposition
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, Refused
from app.kernel.policy import Target
from app.projects.queries import project_for

table = Table("distribution")
ZIP = "application/zip"
P = "/projects/{project_id}"


@table.add("GET", f"{P}/receipts", answer=Page[ReceiptRowOut], query=ReceiptQuery)
def list_receipts(project_id: str, query: ReceiptQuery) -> Answer:
    """Everything in force with the confirmations (确认接收) that it needs, and the words that are confirmed."""
    _seen(project_id)
    zone = ZoneInfo(project_for(reading(), rights(), project_id).timezone)
    matrix = matrix_of(reading(), project_id, now(), visible=visible_sheets(rights()))
    wanted = MatrixFilter(party=query.party or "", state=query.state or "")
    rows = [row for row in matrix.rows if wanted.takes(row)]
    known = {row.item.id: n for n, row in enumerate(rows)}
    first = known.get(query.cursor or "", -1) + 1
    said = statements(reading(), [r.item for r in rows[first : first + query.limit]], zone)
    return page_of(
        ReceiptRowOut, rows, query, lambda row: _row(row, said[row.item.key]), lambda row: row.item.id
    )


@table.add("POST", f"{P}/receipts/confirm", body=ConfirmBody, answer=Report, repeats=True)
def confirm_many_receipts(project_id: str, body: ConfirmBody) -> Answer:
    """Confirm for one's party: bound to the exact hash and to the statement that was shown; reported row by row."""
    items = [Confirmation(i.key, i.sha256, i.statement_sha256) for i in body.items]
    command = ConfirmReceipts(project_id, items, body.party_id or "")
    return act(lambda tx: Answer(Report.of(confirm_receipts(tx, command))))


@table.add("POST", f"{P}/receipts/object", body=ObjectBody, answer=Created, status=201, repeats=True)
def object_to_item(project_id: str, body: ObjectBody) -> Answer:
    """Object (提出异议) to a revision or a slip, with the reason."""
    command = ObjectTo(project_id, body.key, body.sha256, body.reason, party_id=body.party_id or "")
    return act(lambda tx: Answer(Created(id=object_to(tx, command)), 201))


@table.add(
    "POST", "/receipts/{objection_id}/resolve", body=ResolveBody, answer=Created, status=201, repeats=True
)
def resolve_one_objection(objection_id: str, body: ResolveBody) -> Answer:
    """Resolve an objection (处理异议): the party then confirms, or objects again."""
    command = ResolveObjection(objection_id, body.answer, body.note_id)
    return act(lambda tx: Answer(Created(id=resolve_objection(tx, command)), 201))


@table.add("GET", "/sheets/{sheet_id}/may-build", answer=MayBuildOut)
def may_build_sheet(sheet_id: str) -> Answer:
    """Whether a sheet may be built from now, and if not, why not."""
    sheet = sheet_for(reading(), rights(), sheet_id)
    place = Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
    rights().require(Permission.DISTRIBUTION_VIEW, place)
    found = may_build(reading(), sheet_id, now())
    version = current_versions(reading(), [sheet_id], now()).get(sheet_id)
    return Answer(
        MayBuildOut(
            sheet_id=sheet_id,
            as_of=now(),
            rev_label=version.rev_label if version else "",
            base_sha256=version.base_sha256 if version else "",
            slips=list(version.slips) if version else [],
            is_in_force=found.is_in_force,
            is_for_construction=found.is_for_construction,
            confirm_first=found.confirm_first,
            confirmed=found.confirmed,
            required=found.needed,
            reasons=[LabelOut.model_validate(r) for r in found.reasons],
        )
    )


@table.add("GET", f"{P}/transmittals", answer=Page[TransmittalOut], query=PageQuery)
def list_transmittals(project_id: str, query: PageQuery) -> Answer:
    """Transmittals (发放单), the newest first, with what is in force of each now."""
    _seen(project_id)
    found = transmittals_of(reading(), rights(), project_id, now())
    return page_of(TransmittalOut, found, query, TransmittalOut.model_validate, lambda t: t.id)


@table.add("POST", f"{P}/transmittals", body=TransmitBody, answer=Created, status=201, repeats=True)
def send_one_transmittal(project_id: str, body: TransmitBody) -> Answer:
    """Hand out what is in force to parties; its number is given by itself."""
    to = [Recipient(r.party_id, r.place, r.copies) for r in body.recipients]
    command = SendTransmittal(project_id, body.items, to, body.title, body.note)

    def work(tx: Tx) -> Answer:
        made = send_transmittal(tx, command)
        return Answer(Created(id=made), 201, {"Location": f"{PREFIX}/transmittals/{made}"})

    return act(work)


@table.add("GET", "/transmittals/{transmittal_id}", answer=TransmittalOut)
def get_transmittal(transmittal_id: str) -> Answer:
    """One transmittal, with what is in force of it now."""
    return Answer(TransmittalOut.model_validate(transmittal_for(reading(), rights(), transmittal_id, now())))


@table.add("GET", "/transmittals/{transmittal_id}/package.zip", media=ZIP)
def transmittal_package(transmittal_id: str) -> Response:
    """A transmittal as ZIP: cover sheet, manifest, ``SHA256SUMS``, and the exact bytes."""
    found = transmittal_for(reading(), rights(), transmittal_id, now())
    project = project_for(reading(), rights(), found.project_id)
    packed = packed_lines(reading(), found)
    close_reading()
    cover = transmittal_pdf(
        found,
        project=project.name,
        zone=ZoneInfo(project.timezone),
        base_url=services().settings.base_url,
        made_at=now(),
    )
    chunks = stream_transmittal(services().store, found, packed, cover, now())
    response = Response(chunks, content_type=ZIP)
    response.headers["Content-Disposition"] = content_disposition(f"{found.number}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@table.add("GET", f"{P}/copies", answer=Page[CopyOut], query=PageQuery)
def list_copies(project_id: str, query: PageQuery) -> Answer:
    """Controlled paper copies (受控图): what is to be recalled first."""
    _seen(project_id)
    found = copies_of(reading(), rights(), project_id, now())
    return page_of(CopyOut, found, query, CopyOut.model_validate, lambda c: c.id)


def _seen(project_id: str) -> None:
    rights().require(Permission.PROJECT_VIEW, Target(project_id))
    if project_id not in rights().project_ids(Permission.DISTRIBUTION_VIEW):
        raise Refused(FORBIDDEN, action=Permission.DISTRIBUTION_VIEW)


def _row(row: MatrixRow, said: Statement) -> ReceiptRowOut:
    item = row.item
    return ReceiptRowOut.model_validate(
        {
            "key": item.key,
            "kind": item.kind,
            "id": item.id,
            "number": item.number,
            "revision": item.label,
            "title": item.title,
            "sha256": item.sha256,
            "sheets": [place.sheet_id for place in item.places],
            "effective_at": item.effective_at,
            "confirmed": row.confirmed,
            "required": len(row.cells),
            "statement": said.text,
            "statement_sha256": said.sha256,
            "cells": [
                CellOut(
                    party_id=c.party_id, state=CellState(c.state), reached=CellState(c.reached), due=c.due,
                    was_opened=c.told.was_opened,
                )
                for c in row.cells
            ],
        }
    )  # fmt: skip
