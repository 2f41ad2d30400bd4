"""Two revisions, or any two sheets, compared: asking for it, the answer, its list as a file, and the page."""

import json
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.drawings.comparing import (
    COMPARE_FAILED,
    COMPARE_NOT_ASKED,
    Standing,
    Standpoint,
    have_compared,
    standpoint,
)
from app.drawings.queries.sheets import ByteSource, SheetView, byte_source, sheet_for
from app.files.names import content_disposition
from app.kernel.errors import Refused
from app.kernel.labels import Label
from app.record.exports import XLSX_TYPE, texts_xlsx
from app.web.compare_words import KIND_LABELS, SEVERITY_LABELS, page_words, said
from app.web.layout import use_project
from app.web.protection import FILE_POLICY
from app.web.request import actor, close_reading, reading, require_sign_in, rights, say, services
from app.web.words import day, word
from viewers.render.compare.values import Comparison, Region

pages = Blueprint("comparing", __name__)

PAIR = "/renditions/<before_id>/compare/<after_id>"
POLL_AFTER = 1
"""Seconds after which a page may look again."""


@pages.get(PAIR)
def compare_page(before_id: str, after_id: str) -> str:
    """Two renditions beside, over and under each other, with the list of what differs."""
    before, after = _both(before_id, after_id)
    use_project(after.project_id, section="drawings")
    setup = {
        "before": _told(before),
        "after": _told(after),
        "project": after.project_id,
        "isSame": before.rendition.manifest_of == after.rendition.manifest_of
        and before.rendition.manifest_page == after.rendition.manifest_page,
        "words": page_words(),
    }
    return render_template("sheets/compare.html", before=before, after=after, setup=setup)


@pages.get(f"{PAIR}.json")
def comparison(before_id: str, after_id: str) -> Response:
    """What differs between two renditions (viewers/render/compare/README.md says what the answer holds), and ``said``,
    what it says of itself in words; 202 while it is being found out. Asking for it is an act of its own.

    Raises:
        Refused: ``compare-not-asked``; ``compare-failed``.
    """
    before, after = _both(before_id, after_id)
    return _answer(standpoint(services().reading_room, reading(), before.rendition, after.rendition))


@pages.post(f"{PAIR}.json")
def ask(before_id: str, after_id: str) -> Response:
    """Have two renditions compared, unless they were; ``again=1`` after comparing broke off."""
    before, after = _both(before_id, after_id)
    is_again = request.args.get("again") == "1"
    close_reading()
    return _answer(have_compared(services().reading_room, actor(), before, after, is_again=is_again))


@pages.get(f"{PAIR}.xlsx")
def differences(before_id: str, after_id: str) -> Response:
    """The list of differences as a file for a desk."""
    before, after = _both(before_id, after_id)
    found = _found(standpoint(services().reading_room, reading(), before.rendition, after.rendition))
    head = [(say(label), width) for label, width in _COLUMNS]
    lines = [_line(n, region) for n, region in enumerate(found.regions, start=1)] if found else []
    title = f"{before.number} {before.rev_label} - {after.number} {after.rev_label}"
    data = texts_xlsx(head, lines, name=say(Label("差异清单", "Differences")), title=title)
    response = Response(data, content_type=XLSX_TYPE)
    name = f"{title} {say(Label('差异清单', 'differences'))}.xlsx"
    response.headers["Content-Disposition"] = content_disposition(name)
    return response


@pages.get("/sheets/<sheet_id>/revisions.json")
def revisions(sheet_id: str) -> dict[str, Any]:
    """The revisions of a sheet that can be looked at, newest first: what the page lets one choose from."""
    require_sign_in()
    return {"revisions": choices_of(sheet_for(reading(), rights(), sheet_id))}


FILES = {"published": Label("正式图", "Published"), "cad_source": Label("CAD 源图", "CAD source")}
"""What of a revision can be compared; two CAD files are compared by entity."""


def choices_of(sheet: SheetView) -> list[dict[str, str]]:
    """Files of revisions as something to choose from."""
    return [
        {
            "rendition": rendition.id,
            "label": r.rev_label,
            "title": r.title,
            "file": say(FILES[rendition.role]),
            "state": word("state", r.state),
            "day": day(r.state_at),
        }
        for r in sheet.revisions
        for role in FILES
        for rendition in r.renditions
        if rendition.role == role
    ]


def compare_paths(sheet: SheetView) -> dict[str, str]:
    """By revision: the page that compares it with the one before."""
    shown = [r for r in sheet.revisions if r.shown is not None]
    pairs = zip(shown[1:], shown, strict=False)
    return {
        after.id: f"/renditions/{before.shown.id}/compare/{after.shown.id}"
        for before, after in pairs
        if before.shown is not None and after.shown is not None
    }


def _both(before_id: str, after_id: str) -> tuple[ByteSource, ByteSource]:
    """Both renditions: who may not read one of them learns nothing of the other."""
    require_sign_in()
    return byte_source(reading(), rights(), before_id), byte_source(reading(), rights(), after_id)


def _told(source: ByteSource) -> dict[str, str]:
    return {
        "rendition": source.rendition.id,
        "sheet": source.sheet_id,
        "revision": source.revision_id,
        "number": source.number,
        "title": source.title,
        "label": source.rev_label,
        "name": f"{source.number} {source.rev_label}",
    }


def _found(stands: Standpoint) -> Comparison | None:
    """The answer, if there is one by now.

    Raises:
        Refused: ``compare-not-asked``; ``compare-failed``.
    """
    if stands.standing is Standing.NOT_ASKED:
        raise Refused(COMPARE_NOT_ASKED)
    if stands.standing is Standing.FAILED:
        raise Refused(COMPARE_FAILED)
    return stands.found


def _answer(stands: Standpoint) -> Response:
    close_reading()
    found = _found(stands)
    if found is None:
        waits = {"state": str(stands.standing), "ahead": stands.ahead}
        response = Response(json.dumps(waits), 202, content_type="application/json")
        response.headers["Retry-After"] = str(POLL_AFTER)
        response.headers["Cache-Control"] = "no-store"
        return response
    told = json.loads(found.to_json()) | {"said": said(found)}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, content_type="application/json")
    # The answer is of these bytes and this engine; a newer engine may know better tomorrow.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.add_etag()
    return response.make_conditional(request.environ)


_COLUMNS: tuple[tuple[Label, int], ...] = (
    (Label("序号", "No."), 8),
    (Label("类型", "Kind"), 12),
    (Label("性质", "Of what"), 10),
    (Label("是否声明", "Declared"), 12),
    (Label("原文字", "Words before"), 40),
    (Label("新文字", "Words after"), 40),
    (Label("新图位置 (mm，左下角起)", "Place on the new sheet (mm from lower left)"), 32),
    (Label("旧图位置 (mm，左下角起)", "Place on the old sheet (mm from lower left)"), 32),
    (Label("CAD 对象", "CAD entities"), 24),
    (Label("修改的图块", "Changed block"), 16),
    (Label("把握", "Confidence"), 10),
)


def _line(number: int, region: Region) -> list[str]:
    declared = Label("已声明", "declared") if region.is_declared else Label("未声明", "undeclared")
    return [
        str(number),
        say(KIND_LABELS[str(region.kind)]),
        say(SEVERITY_LABELS[str(region.severity)]),
        say(declared),
        region.text_before,
        region.text_after,
        _place(region.after),
        _place(region.before),
        ", ".join(f"{name} {count}" for name, count in sorted(region.entities.items())),
        region.cause,
        f"{region.confidence * 100:.0f}%",
    ]


def _place(box: tuple[int, int, int, int]) -> str:
    x0, y0, x1, y1 = (v / 1000 for v in box)
    return f"{x0:.1f}, {y0:.1f} – {x1:.1f}, {y1:.1f}"
