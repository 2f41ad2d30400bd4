"""A page of a PDF as one form on a new page, upright and cropped as a reader shows it, and nothing else of its file."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from viewers.render.errors import RenderRefused

POINTS_PER_MM = 72 / 25.4

_CATALOGUE_KEPT = {"/Type", "/Pages", "/OCProperties", "/OutputIntents", "/Version", "/Extensions"}
_PAGE_KEPT = {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents", "/UserUnit"}


def keep_only(pdf: pikepdf.Pdf, page: int) -> None:
    """Drop the other pages and everything that is not drawn: scripts, forms, outlines, metadata, attachments."""
    last = len(pdf.pages)
    del pdf.pages[page + 1 : last]
    del pdf.pages[0:page]
    pdf.flatten_annotations("all")  # seals and marks become part of the picture: a copy carries no signatures
    for key in set(pdf.Root.keys()) - _CATALOGUE_KEPT:
        del pdf.Root[key]
    for key in ("/Info", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]


def turn_upright(pdf: pikepdf.Pdf) -> tuple[float, float]:
    """Make the page one form on a new page without rotation or crop; returns its size in user units."""
    page = pdf.pages[0]
    left, bottom, right, top = _visible_box(page)
    turn = int(page.get("/Rotate", 0)) % 360
    form = pdf.make_stream(_content(page))
    form[Name.Type], form[Name.Subtype] = Name.XObject, Name.Form
    form[Name.BBox] = Array([left, bottom, right, top])
    form[Name.Resources] = page.obj.get("/Resources", Dictionary())
    if "/Group" in page.obj:
        form[Name.Group] = page.obj[Name.Group]
    wide, tall = right - left, top - bottom
    matrix, width, height = {
        0: ((1, 0, 0, 1, -left, -bottom), wide, tall),
        90: ((0, -1, 1, 0, -bottom, right), tall, wide),
        180: ((-1, 0, 0, -1, right, top), wide, tall),
        270: ((0, 1, -1, 0, top, -left), tall, wide),
    }[turn]
    for key in set(page.obj.keys()) - _PAGE_KEPT:
        del page.obj[key]
    page.obj[Name.MediaBox] = Array([0, 0, decimal(width), decimal(height)])
    page.obj[Name.Resources] = Dictionary(XObject=Dictionary(Sheet=form))
    numbers = " ".join(f"{value:.6f}" for value in matrix)
    page.obj[Name.Contents] = pdf.make_stream(f"q {numbers} cm /Sheet Do Q\n".encode())
    return width, height


def _content(page: pikepdf.Page) -> bytes:
    """The operators of a page; its content streams are one after another (ISO 32000-2, 7.8.2)."""
    contents = page.obj.get("/Contents")
    streams = contents if isinstance(contents, Array) else [contents]
    return b"\n".join(s.read_bytes() for s in streams if isinstance(s, pikepdf.Stream))


def _visible_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """CropBox within MediaBox, as numbers in order (ISO 32000-2, 14.11.2).

    Raises:
        RenderRefused: ``pdf-unreadable``; the page has no area.
    """
    media, crop = _box(page.mediabox), _box(page.cropbox)
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right - left < 1 or top - bottom < 1:
        left, bottom, right, top = media
    if not (1 <= right - left < 1e6 and 1 <= top - bottom < 1e6):
        raise RenderRefused("pdf-unreadable", {"reason": "page without area"})
    return left, bottom, right, top


def _box(raw: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in raw)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def user_unit(pdf: pikepdf.Pdf) -> float:
    """Of the first page: its unit in 1/72 inch (14.8.1)."""
    value = float(pdf.pages[0].get("/UserUnit", 1))
    return value if 0.001 <= value <= 10_000 else 1.0


def decimal(value: float) -> float:
    """As written in a file: fewer digits, equal bytes."""
    return round(value, 4)
