"""Confirmation (确认): who builds from what, what waits for one's own party, and the cells of one sheet."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.distribution.actions.objections import ResolveObjection, resolve_objection
from app.distribution.actions.receipts import (
    Confirmation,
    ConfirmReceipts,
    ObjectTo,
    confirm_receipts,
    note_delivered,
    object_to,
)
from app.distribution.contents import Item, items_of_sheet
from app.distribution.coverage import Receiver, receivers_of
from app.distribution.flows import object_with_photo
from app.distribution.queries.building import may_build
from app.distribution.queries.history import (
    fact_place,
    facts_of_items,
    facts_of_sheet,
    objection_photo,
    volunteers,
)
from app.distribution.queries.matrix import MatrixFilter, matrix_of, visible_sheets
from app.distribution.queries.waiting import OwnRow, may_confirm, own_page, own_parties
from app.distribution.rules import CELL_LABELS, WAITING, CellState, ItemKind
from app.distribution.statement import statements
from app.distribution.workbook import matrix_xlsx
from app.drawings.queries.sheets import SheetView, sheet_for
from app.files.names import content_disposition
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused, invalid
from app.kernel.policy import Target
from app.markups.flows import photo_picture
from app.markups.rules import MOST_PHOTO_BYTES
from app.projects.queries import buildings_of
from app.projects.rules import DISCIPLINE_LABELS
from app.record.exports import XLSX_TYPE
from app.web.bodies import body, text
from app.web.errors import report_json
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, now, reading, require_sign_in, rights, say, services
from app.web.words import day, t

pages = Blueprint("confirmation", __name__)

PAGE = 100
PICTURES = {"thumb": "thumb.webp", "view": "view.webp"}
FOREVER = "private, max-age=31536000, immutable"
CHUNK = 1 << 20


@pages.before_request
def only_signed_in() -> None:
    """Who confirmed what is not for strangers."""
    require_sign_in()


@pages.get("/projects/<project_id>/confirmation")
def matrix_page(project_id: str) -> str:
    """One screen for the whole project: who builds from what."""
    use_project(project_id, section="confirmation")
    _must_see(project_id)
    matrix = matrix_of(reading(), project_id, now(), visible=visible_sheets(rights()))
    chosen = _filter()
    rows = [row for row in matrix.rows if chosen.takes(row)]
    page = _page_number(len(rows))
    shown = [r for r in matrix.receivers if chosen.party in ("", r.id)]
    return render_template(
        "distribution/matrix.html",
        matrix=matrix,
        counts=matrix.counts(),
        green=sum(row.is_green for row in matrix.rows),
        rows=rows[(page - 1) * PAGE : page * PAGE],
        found=len(rows),
        page=page,
        pages=max(1, -(-len(rows) // PAGE)),
        query=_query(chosen),
        chosen=chosen,
        shown=shown,
        buildings=buildings_of(reading(), project_id),
        disciplines=sorted({p.discipline for row in matrix.rows for p in row.item.places}, key=_by_order),
        mine=own_parties(reading(), rights(), project_id, now()),
        may_transmit=rights().may(Permission.TRANSMIT, Target(project_id)),
    )


@pages.get("/projects/<project_id>/confirmation.xlsx")
def matrix_file(project_id: str) -> Response:
    """The matrix as filtered, as a workbook."""
    project = use_project(project_id, section="confirmation")
    _must_see(project_id)
    matrix = matrix_of(reading(), project_id, now(), visible=visible_sheets(rights()))
    chosen = _filter()
    buildings = {b.id: b.number for b in buildings_of(reading(), project_id)}
    close_reading()
    rows = [row for row in matrix.rows if chosen.takes(row)]
    data = matrix_xlsx(matrix, rows, buildings, zone=ZoneInfo(project.timezone), title=project.name, at=now())
    response = Response(data, content_type=XLSX_TYPE)
    name = f"{project.short_name or project.name} {t('确认矩阵', 'confirmation')} {day(now())}.xlsx"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@pages.get("/projects/<project_id>/confirmation/mine")
def own(project_id: str) -> str:
    """What one's own party has to confirm. That it was shown is a fact: delivered."""
    project = use_project(project_id, section="confirmation")
    _must_see(project_id)
    mine = own_parties(reading(), rights(), project_id, now())
    if not mine:
        raise Refused(FORBIDDEN, action=t("为本单位签收", "confirm for a receiving party"))
    receiver = next((r for r in mine if r.id == request.args.get("party")), mine[0])
    page = own_page(reading(), rights(), project_id, receiver, now())
    is_all = request.args.get("show") == "all"
    rows = [row for row in page.rows if is_all or row.cell.state in WAITING]
    at = _page_number(len(rows))
    rows = rows[(at - 1) * PAGE : at * PAGE]
    said = statements(reading(), [row.item for row in rows], ZoneInfo(project.timezone))
    template = render_template(
        "distribution/mine.html",
        own=page,
        mine=mine,
        receiver=receiver,
        rows=rows,
        said=said,
        is_all=is_all,
        page=at,
        pages=max(1, -(-(len(page.rows) if is_all else page.waiting) // PAGE)),
        setup=_setup(project_id, receiver),
        may_object=rights().may(Permission.RECEIPT_OBJECT, Target(project_id, party_id=receiver.id)),
        may_sign=rights().may(Permission.RECEIPT_CONFIRM, Target(project_id, party_id=receiver.id)),
    )
    _deliver(project_id, rows)
    return template


@pages.post("/projects/<project_id>/confirmation/confirm")
def confirm(project_id: str) -> dict[str, object]:
    """Confirm many at once: ``{"party", "items": [{"key", "sha256", "statement"}]}``; reported row by row."""
    use_project(project_id, section="confirmation")
    sent = body()
    items = sent.get("items")
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise invalid("items", "需要清单", "a list is needed")
    wanted = [
        Confirmation(
            text(i.get("key"), "key", most=40), text(i.get("sha256"), "sha256", most=64),
            text(i.get("statement"), "statement", most=64),
        )
        for i in items
    ]  # fmt: skip
    party = text(sent.get("party"), "party", most=40)
    close_reading()
    with services().database.write(actor()) as tx:
        report = confirm_receipts(tx, ConfirmReceipts(project_id, wanted, party))
    return report_json(report)


@pages.post("/projects/<project_id>/confirmation/object")
def object_act(project_id: str) -> Response | dict[str, object]:
    """Object to an item, with a photo where there is one (multipart)."""
    request.max_content_length = MOST_PHOTO_BYTES + CHUNK
    use_project(project_id, section="confirmation")
    form = request.form
    command = ObjectTo(
        project_id,
        form.get("key", ""),
        form.get("sha256", ""),
        form.get("reason", ""),
        party_id=form.get("party", ""),
    )
    photo = request.files.get("photo")
    close_reading()
    if photo is not None and photo.filename:
        chunks = iter(lambda: photo.stream.read(CHUNK), b"")
        made = object_with_photo(services().reading_room, actor(), command, photo.filename, chunks)
    else:
        with services().database.write(actor()) as tx:
            made = object_to(tx, command)
    return {"objection": made}


@pages.get("/sheets/<sheet_id>/confirmation")
def sheet_cells(sheet_id: str) -> str:
    """The cells of one sheet: who has confirmed its revision and its slips, and what was said before."""
    sheet = _sheet(sheet_id)
    project = use_project(sheet.project_id, section="confirmation")
    answer = may_build(reading(), sheet_id, now())
    items = items_of_sheet(reading(), sheet_id, now())
    current = facts_of_items(reading(), items)
    before = [f for f in facts_of_sheet(reading(), sheet_id) if f.id not in {c.id for c in current}]
    mine = own_parties(reading(), rights(), sheet.project_id, now())
    return render_template(
        "distribution/sheet.html",
        sheet=sheet,
        answer=answer,
        receivers={r.id: r for r in receivers_of(reading(), sheet.project_id, now())},
        facts=current,
        before=before,
        others={row.item.key: volunteers(current, row) for row in answer.rows},
        said=statements(reading(), items, ZoneInfo(project.timezone)),
        own=[(r, _own_acts(sheet.project_id, r, items)) for r in mine],
        may_resolve=rights().may(Permission.RECEIPT_RESOLVE, _target(sheet)),
        setup=_setup(sheet.project_id, mine[0]) if mine else {},
    )


def _own_acts(project_id: str, receiver: Receiver, items: Sequence[Item]) -> dict[str, tuple[bool, bool]]:
    """Of each item that is the party's: whether one may confirm it, and object to it."""
    return {
        item.key: (
            may_confirm(rights(), project_id, receiver, item),
            may_confirm(rights(), project_id, receiver, item, Permission.RECEIPT_OBJECT),
        )
        for item in items
        if receiver.concerns(item)
    }


@pages.post("/receipts/<fact_id>/resolve")
def resolve(fact_id: str) -> Response:
    """Answer an objection."""
    project_id, sheet_id = fact_place(reading(), fact_id)
    close_reading()
    command = ResolveObjection(fact_id, request.form.get("answer", ""))
    with services().database.write(actor()) as tx:
        resolve_objection(tx, command)
    back = f"/sheets/{sheet_id}/confirmation" if sheet_id else f"/projects/{project_id}/confirmation"
    return redirect(back)


@pages.get("/receipts/<fact_id>/photo/<name>.webp")
def photo_of(fact_id: str, name: str) -> Response:
    """A small picture of an objection's photo, without the metadata of the file."""
    photo = objection_photo(reading(), rights(), fact_id)
    close_reading()
    if name not in PICTURES:
        raise Refused(NOT_FOUND)
    data = photo_picture(services().reading_room, photo["sha256"], PICTURES[name])
    response = Response(data, content_type="image/webp")
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _deliver(project_id: str, rows: Sequence[OwnRow]) -> None:
    """Note what this page showed for the first time. A full database must not hide the list: it is noted next time."""
    new = [row.item.key for row in rows if row.cell.reached == CellState.PENDING]
    if not new:
        return
    close_reading()
    try:
        with services().database.write(actor()) as tx:
            note_delivered(tx, project_id, new)
    except Refused as refusal:
        if refusal.kind.status < 409:
            raise


def _must_see(project_id: str) -> None:
    """Refuse whose seats see nothing of how drawings are distributed.

    Raises:
        Refused: ``forbidden``.
    """
    if project_id not in rights().project_ids(Permission.DISTRIBUTION_VIEW):
        raise Refused(FORBIDDEN, action=Permission.DISTRIBUTION_VIEW)


def _sheet(sheet_id: str) -> SheetView:
    """A sheet whose distribution one may see.

    Raises:
        Refused: ``not-found``; ``forbidden``.
    """
    sheet = sheet_for(reading(), rights(), sheet_id)
    rights().require(Permission.DISTRIBUTION_VIEW, _target(sheet))
    return sheet


def _target(sheet: SheetView) -> Target:
    return Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)


def _filter() -> MatrixFilter:
    asked = request.args
    state = asked.get("state", "")
    if state not in {"", "waiting", *CellState}:
        raise invalid("state", "没有这个状态", "no such state")
    return MatrixFilter(
        asked.get("party", ""),
        asked.get("discipline", ""),
        asked.get("building", ""),
        state,
        asked.get("kind", "") if asked.get("kind", "") in set(ItemKind) else "",
        asked.get("q", "").strip()[:100],
    )


def _query(chosen: MatrixFilter) -> str:
    named = {
        "party": chosen.party, "discipline": chosen.discipline, "building": chosen.building, "state": chosen.state,
        "kind": chosen.kind, "q": chosen.text,
    }  # fmt: skip
    return urlencode({k: v for k, v in named.items() if v})


def _page_number(rows: int) -> int:
    given = request.args.get("page", "1")
    if not given.isdecimal() or len(given) > 6:
        raise invalid("page", "应为正整数", "is a positive whole number")
    return max(1, min(int(given), -(-rows // PAGE) or 1))


def _by_order(discipline: str) -> int:
    order = list(DISCIPLINE_LABELS)
    return order.index(discipline) if discipline in order else len(order)  # type: ignore[arg-type]


def _setup(project_id: str, receiver: Receiver) -> dict[str, Any]:
    """What the scripts of a page know."""
    return {
        "project": project_id,
        "party": receiver.id,
        "words": {
            "chosen": t("确认所选 {n} 份", "Confirm the {n} chosen"),
            "done": t("已确认 {n} 份", "{n} confirmed"),
            "refused": t("{n} 份未能确认：{why}", "{n} were not confirmed: {why}"),
            "objected": t(
                "异议已提交，设计单位和建设单位会收到通知。", "Objected: designer and owner are told."
            ),
            "states": {str(k): say(v) for k, v in CELL_LABELS.items()},
        },
    }
