"""A copy of a sheet with its marks: drawn as PDF annotations with their threads, and listed on pages after it.

Runs inside the jailed child. The sheet is drawn unchanged as in every copy (:mod:`viewers.render.compose`); a mark is an
annotation (ISO 32000-2, 12.5.6) with its own picture, so that every reader shows the same, and its thread hangs on it
as replies. Equal input gives equal bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from viewers.render.compose import COPY_NAME, Stamp, name_it, put_stamp
from viewers.render.compose_upright import POINTS_PER_MM, keep_only, turn_upright, user_unit
from viewers.render.errors import RenderRefused
from viewers.render.marks.drawing import box_of, operators, rgb, shown
from viewers.render.marks.pages import HEIGHT_MM, WIDTH_MM, list_pages
from viewers.render.marks.values import DrawnMark, MarkSheet
from viewers.render.noto_font import embed
from viewers.render.pdf_opening import open_to_copy

NAME_PREFIX = "oneset-"
"""An annotation that we wrote is known again by its name."""
_PRINTED, _REPLY_FLAGS = 4, 30
"""Print; a reply is not drawn on the page (hidden, print, no zoom, no rotation: as readers write them)."""


def compose_marks(source: Path, page: int, sheet: MarkSheet, stamp: Stamp | None, out: Path) -> None:
    """Write ``out/copy.pdf``: one page of ``source`` (counted from 0) with marks, and their list.

    Raises:
        RenderRefused: ``pdf-encrypted``, ``pdf-unreadable``, ``no-such-page``.
    """
    with open_to_copy(source) as pdf:
        if not 0 <= page < len(pdf.pages):
            raise RenderRefused("no-such-page", {"page": page, "pages": len(pdf.pages)})
        keep_only(pdf, page)
        width, height = turn_upright(pdf)
        mm = POINTS_PER_MM / user_unit(pdf)
        if stamp is not None:
            boxes = [tuple(v / 1_000 for v in box_of(mark)) for mark in sheet.marks]
            put_stamp(pdf, width, height, stamp, boxes)  # type: ignore[arg-type]  # four numbers each
            name_it(pdf, stamp)
        font = embed(pdf, _letters(sheet))
        annotations = Array()
        for mark in sheet.marks:
            annotations.extend(_annotations(pdf, mark, mm / 1_000, font))
        if len(annotations):
            pdf.pages[0].obj[Name.Annots] = pdf.make_indirect(annotations)
        if sheet.has_list:
            for content in list_pages(sheet):
                _add_page(pdf, content, font)
        pdf.save(
            out / COPY_NAME,
            deterministic_id=True,
            encryption=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )


def _letters(sheet: MarkSheet) -> frozenset[str]:
    """Every character that may be set, digits among them."""
    texts = [sheet.title, sheet.subtitle, sheet.foot, sheet.page, sheet.none, "0123456789…□ ·"]
    for mark in sheet.marks:
        texts += [mark.kind_label, mark.caption, mark.text, mark.field, mark.status, mark.author, mark.at]
        texts += mark.facts
        texts += [text for said in mark.thread for text in (said.author, said.at, said.text)]
    return frozenset(shown("".join(texts).replace("\n", "")))


def _annotations(pdf: pikepdf.Pdf, mark: DrawnMark, unit: float, font: Any) -> list[Any]:
    rect = [round(v * unit, 3) for v in box_of(mark)]
    picture = pdf.make_stream(operators(mark, unit))
    picture[Name.Type], picture[Name.Subtype] = Name.XObject, Name.Form
    picture[Name.BBox] = Array(rect)
    picture[Name.Resources] = Dictionary(Font=Dictionary(F=font))
    note = Dictionary(
        Type=Name.Annot,
        Rect=Array(rect),
        Contents=String(mark.text or mark.caption),
        T=String(mark.author),
        Subj=String(f"{mark.number} {mark.kind_label}"),
        NM=String(NAME_PREFIX + mark.key),
        M=String(mark.stamp),
        CreationDate=String(mark.stamp),
        F=_PRINTED,
        C=Array([round(v, 4) for v in rgb(mark.ink)]),
        AP=Dictionary(N=pdf.make_indirect(picture)),
        **_geometry(mark, unit),
    )
    whole = pdf.make_indirect(note)
    return [whole, *(pdf.make_indirect(_reply(said, whole, rect)) for said in mark.thread)]


def _reply(said: Any, to: Any, rect: list[float]) -> Dictionary:
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=Array([rect[0], rect[3], rect[0], rect[3]]),
        Contents=String(said.text),
        T=String(said.author),
        NM=String(NAME_PREFIX + said.key),
        M=String(said.stamp),
        CreationDate=String(said.stamp),
        F=_REPLY_FLAGS,
        IRT=to,
        RT=Name.R,
    )


def _geometry(mark: DrawnMark, unit: float) -> dict[str, Any]:
    """Subtype and points of the annotation that comes nearest to a kind."""
    first = _flat(mark.paths[0], unit)
    if mark.kind == "cloud":
        return {"Subtype": Name.Polygon, "Vertices": Array(first), "BE": Dictionary(S=Name.C, I=1)}
    if mark.kind == "markup_ring" or mark.is_closed:
        return {"Subtype": Name.Polygon, "Vertices": Array(first)}
    if mark.kind == "arrow":
        ends = Array([Name("/None"), Name.OpenArrow])
        return {"Subtype": Name.Line, "L": Array(first[:4]), "LE": ends}
    if mark.kind == "rectangle":
        return {"Subtype": Name.Square, "RD": Array(_room(mark, unit))}
    if mark.kind == "stamp":
        return {"Subtype": Name.Stamp, "Name": Name.Draft}
    if mark.kind == "text":
        red, green, blue = rgb(mark.ink)
        look = f"/Helv {mark.size * unit:.2f} Tf {red:.3f} {green:.3f} {blue:.3f} rg"
        return {"Subtype": Name.FreeText, "DA": String(look)}
    if mark.kind in ("measurement", "markup_strike"):
        return {"Subtype": Name.PolyLine, "Vertices": Array(first)}
    if mark.kind == "photo":
        return {"Subtype": Name.Text, "Name": Name.Comment}
    strokes = [Array(_flat(path, unit)) for path in mark.paths]
    if mark.kind == "markup_cross":
        (ax, ay), (bx, by) = mark.paths[0][:2]
        crossed = (((ax, ay), (bx, by)), ((ax, by), (bx, ay)))
        strokes = [Array(_flat(path, unit)) for path in crossed]
    return {"Subtype": Name.Ink, "InkList": Array(strokes)}


def _room(mark: DrawnMark, unit: float) -> list[float]:
    """How far the rectangle lies inside of what is drawn with it: left, top, right, foot."""
    x0, y0, x1, y1 = box_of(mark)
    xs, ys = [x for x, _ in mark.paths[0]], [y for _, y in mark.paths[0]]
    return [round(v * unit, 3) for v in (min(xs) - x0, y1 - max(ys), x1 - max(xs), min(ys) - y0)]


def _flat(path: Any, unit: float) -> list[float]:
    return [round(v * unit, 3) for point in path for v in point]


def _add_page(pdf: pikepdf.Pdf, content: bytes, font: Any) -> None:
    page = pdf.add_blank_page(page_size=(WIDTH_MM * POINTS_PER_MM, HEIGHT_MM * POINTS_PER_MM))
    page.obj[Name.Resources] = Dictionary(Font=Dictionary(F=font))
    start = f"q {POINTS_PER_MM:.6f} 0 0 {POINTS_PER_MM:.6f} 0 0 cm\n".encode()
    page.obj[Name.Contents] = pdf.make_stream(start + content + b"Q\n")
