"""Marks for paper and for other programs, with pictures: what a renderer is needed for. Nothing is stored."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.copies.copies import RINGS_ARE_DERIVED, CopyOrder, Press, order_copy
from app.drawings.flows import ReadingRoom
from app.drawings.queries.sheets import RenditionView
from app.kernel.errors import BUSY, NOT_FOUND, Refused, declare
from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.markups.exports.bcf import MOST_TOPICS, BcfFile, BcfVersion, Snapshot, marks_bcf
from app.markups.exports.sheets import (
    TOO_MANY_TO_EXPORT,
    MarkedSheet,
    NumberedMark,
    marked_sheet,
    with_fields,
)
from app.markups.exports.wording import basis_of, caption_of, facts_of, kind_of, said_by, status_of
from app.markups.fields import grid_for
from app.markups.geometry import Box, box_of
from app.markups.queries.marks import MarkView
from app.markups.rules import INKS, Colour, MarkKind, Measure
from app.projects.queries import ProjectView
from app.record.exports import Wording
from storage.errors import NotFound
from viewers.render.errors import RenderError, RenderRefused
from viewers.render.manifest import Page, SourceKind
from viewers.render.marks.values import DrawnMark, MarkSheet, Said

SNAPSHOT_PX = 900
ROOM_UM = 25_000
"""Around a mark on its picture."""
NOTHING_TO_DRAW_ON = declare(
    "no-sheet-to-draw-on",
    409,
    "该版次没有可绘制的图面，或图面无法绘制（{reason}）。",
    "This revision has no sheet that can be drawn ({reason}).",
    "可导出 Excel 批注清单；原文件可直接下载。",
    "Export the list as Excel; the original can be downloaded.",
)


@dataclass(frozen=True)
class MarkCopyOrder:
    """Everything a copy with marks needs, settled while the session was open."""

    copy: CopyOrder
    sheet: MarkedSheet
    wording: Wording


def order_mark_copy(
    session: Session, rights: Rights, revision_id: str, *, press: Press, now: datetime, wording: Wording
) -> MarkCopyOrder:
    """Settle a copy of a revision with the marks that the actor sees.

    Raises:
        Refused: ``not-found``; ``no-sheet-to-draw-on``.
    """
    sheet = marked_sheet(session, rights, revision_id)
    if sheet.rendition is None:
        raise Refused(NOTHING_TO_DRAW_ON, reason="—")
    copy = order_copy(session, rights, sheet.rendition.id, press=press, now=now)
    lines = (
        copy.lines[0].replace("副本 Copy", "带批注副本 Copy with marks", 1),
        *(line for line in copy.lines[1:] if line != RINGS_ARE_DERIVED),
    )
    name = copy.file_name.replace("副本 copy", "带批注副本 with marks")
    return MarkCopyOrder(replace(copy, lines=lines, file_name=name), sheet, wording)


def compose_mark_copy(order: MarkCopyOrder, room: ReadingRoom) -> bytes:
    """Draw the copy; no session may be open meanwhile.

    Raises:
        Refused: ``no-sheet-to-draw-on``; ``busy``; ``not-found``.
    """
    sheet = in_fields(room, order.sheet)
    drawn = _mark_sheet(sheet, order.wording, foot=" · ".join(order.copy.lines[:2]), has_list=True)
    stamp = {"payload": order.copy.payload, "lines": list(order.copy.lines)}
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="marks-") as folder:
        return _composed(room, sheet, drawn, Path(folder) / "out", stamp).read_bytes()


def bcf_of(
    room: ReadingRoom,
    sheets: Sequence[MarkedSheet],
    project: ProjectView,
    wording: Wording,
    *,
    version: BcfVersion,
    base_url: str,
) -> bytes:
    """Marks as a BCF file, each with a picture; no session may be open meanwhile.

    Raises:
        Refused: ``too-many-marks-to-export``; ``no-sheet-to-draw-on``; ``busy``; ``not-found``.
    """
    count = sum(len(sheet.marks) for sheet in sheets)
    if count > MOST_TOPICS:
        raise Refused(TOO_MANY_TO_EXPORT, count=count, most=MOST_TOPICS)
    placed = [in_fields(room, sheet) for sheet in sheets]
    snapshots: dict[str, Snapshot] = {}
    for sheet in placed:
        if sheet.marks and sheet.rendition is not None:
            snapshots |= _snapshots(room, sheet, wording)
    name = project.name_en if wording.language == "en" and project.name_en else project.name
    return marks_bcf(BcfFile(version, project.id, name, placed, snapshots, base_url, wording))


def in_fields(room: ReadingRoom, sheet: MarkedSheet) -> MarkedSheet:
    """The sheet's marks with their fields, where the sheet was read."""
    return with_fields(sheet, grid_for(room, sheet.rendition))


def _snapshots(room: ReadingRoom, sheet: MarkedSheet, wording: Wording) -> dict[str, Snapshot]:
    page = _page(room, sheet.rendition)
    if page is None:
        return {}
    drawn = _mark_sheet(sheet, wording, foot="", has_list=False)
    found = {}
    with tempfile.TemporaryDirectory(dir=room.scratch, prefix="marks-") as folder:
        path = _composed(room, sheet, drawn, Path(folder) / "out", None)
        for mark in sheet.marks:
            box = _around(mark.view, page)
            try:
                found[mark.view.id] = Snapshot(room.renderer.crop(path, 0, box, SNAPSHOT_PX), box)
            except RenderRefused:  # nothing of it lies on the page: the topic stands without a picture
                continue
            except RenderError as error:
                raise Refused(BUSY) from error
    return found


def _around(view: MarkView, page: Page) -> Box:
    whole = (0, 0, page.width_um, page.height_um)
    x0, y0, x1, y1 = whole if view.anchor.get("type") == "sheet" else box_of(view.anchor, view.shape)
    room = max(ROOM_UM, (x1 - x0) // 3, (y1 - y0) // 3)
    box = max(0, x0 - room), max(0, y0 - room), min(page.width_um, x1 + room), min(page.height_um, y1 + room)
    return box if box[0] < box[2] and box[1] < box[3] else whole


def _composed(
    room: ReadingRoom, sheet: MarkedSheet, drawn: MarkSheet, out: Path, stamp: Mapping[str, object] | None
) -> Path:
    shown = sheet.rendition
    manifest = room.derived.manifest(shown.manifest_of) if shown else None
    if shown is None or manifest is None:
        raise Refused(NOTHING_TO_DRAW_ON, reason="—")
    try:
        with _file(room, shown, is_pdf=manifest.kind is SourceKind.PDF) as path:
            page = shown.manifest_page
            return room.renderer.compose_marks(path, page, drawn, out, stamp=stamp)
    except RenderRefused as error:
        raise Refused(NOTHING_TO_DRAW_ON, reason=error.code) from error
    except RenderError as error:
        raise Refused(BUSY) from error
    except NotFound as error:
        raise Refused(NOT_FOUND) from error


def _file(room: ReadingRoom, shown: RenditionView, *, is_pdf: bool) -> AbstractContextManager[Path]:
    return room.copies.object(shown.manifest_of) if is_pdf else room.copies.view(shown.manifest_of)


def _page(room: ReadingRoom, shown: RenditionView | None) -> Page | None:
    manifest = room.derived.manifest(shown.manifest_of) if shown else None
    if shown is None or manifest is None or shown.manifest_page >= len(manifest.pages):
        return None
    return manifest.pages[shown.manifest_page]


def _mark_sheet(sheet: MarkedSheet, wording: Wording, *, foot: str, has_list: bool) -> MarkSheet:
    name = " ".join(filter(None, (sheet.number, sheet.title, sheet.rev_label)))
    count = wording.say(Label(f"{len(sheet.marks)} 个批注", f"{len(sheet.marks)} marks"))
    note = wording.say(
        Label(
            "编号与图面一致；批注画在副本上，存档文件未改动。",
            "Numbers as on the sheet; marks are drawn on the copy, the stored file is untouched.",
        )
    )
    return MarkSheet(
        title=f"{wording.say(Label('批注清单', 'Marks'))} · {name}",
        subtitle=f"{count} · {note}",
        foot=foot,
        page=wording.say(Label("第 {n} 页 共 {all} 页", "Page {n} of {all}")),
        none=wording.say(Label("没有批注。", "No marks.")),
        has_list=has_list,
        marks=tuple(_drawn(mark, wording) for mark in sheet.marks),
    )


def _drawn(mark: NumberedMark, wording: Wording) -> DrawnMark:
    view = mark.view
    paths = tuple(tuple((int(x), int(y)) for x, y in path) for path in view.shape["paths"])
    return DrawnMark(
        number=mark.number,
        key=view.id,
        kind=view.kind,
        kind_label=kind_of(view, wording),
        paths=paths,
        ink=INKS[Colour(view.colour)],
        size=view.shape.get("size", 0),
        is_closed=view.shape.get("measure") == Measure.AREA,
        caption=caption_of(view, wording),
        text=view.text if view.kind != MarkKind.TEXT or view.text else "…",
        basis=basis_of(view),
        facts=facts_of(view, wording),
        field=mark.field,
        status=status_of(view, wording),
        author=said_by(view.author, view.origin, wording),
        at=view.origin.get("at", "") if view.origin else _printed(view.created_at, wording.zone),
        stamp=_pdf_date(view.created_at, wording.zone),
        thread=tuple(
            Said(
                said_by(said.author, said.origin, wording),
                said.origin.get("at") or _printed(said.written_at, wording.zone),
                _pdf_date(said.written_at, wording.zone),
                said.text,
                said.id,
            )
            for said in view.comments
        ),
    )


def _printed(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _pdf_date(at: datetime, zone: ZoneInfo) -> str:
    """ISO 32000-2, 7.9.4."""
    there = at.astimezone(zone)
    offset = there.strftime("%z")
    return f"D:{there:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
