"""Annotations that other programs drew on a PDF (ISO 32000-2, 12.5.6), as shapes in sheet space.

Runs inside the jailed child: the file is hostile. Every annotation is read on its own; what cannot be shown as one of
our shapes is listed with a stable reason, never dropped silently. Authors and times are what the file states.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf

from viewers.render.manifest import UM_PER_POINT
from viewers.render.marks.annotation_shapes import SHAPES, Drawn, NotShown
from viewers.render.marks.annotations_wire import AnnotatedFile, AnnotatedPage, Annotation, Reply
from viewers.render.pdf import load_page, open_pdf
from viewers.render.pdf_opening import open_to_copy
from viewers.render.pdf_space import SheetSpace
from viewers.render.pdf_text import read_text

MOST_PAGES = 60
MOST_ANNOTATIONS = 3_000
"""Of one page."""
MOST_TEXT = 20_000
MOST_WORDS = 4_000
OURS = "OneSet"
"""Creator of our own copies, whose sheet may stand above a strip with the code."""
_SILENT = {"/Popup", "/Link", "/Widget"}
"""No comments: windows of other annotations, jumps, fields of forms."""
_HIDDEN = 2
_DEEPEST = 50


def read_annotations(source: Path) -> AnnotatedFile:
    """Every annotation of a PDF.

    Raises:
        RenderRefused: ``pdf-encrypted``, ``pdf-unreadable``.
    """
    with open_to_copy(source) as pdf:
        is_ours = str(pdf.docinfo.get("/Creator", "")) == OURS
        document = open_pdf(source.read_bytes())
        try:
            count = len(pdf.pages)
            pages = [_page(pdf, document, n, is_ours=is_ours) for n in range(min(count, MOST_PAGES))]
        finally:
            document.close()
    return AnnotatedFile(pages, max(0, count - MOST_PAGES))


def _page(pdf: pikepdf.Pdf, document: Any, index: int, *, is_ours: bool) -> AnnotatedPage:
    loaded = load_page(document, index)
    try:
        space = SheetSpace.of_page(loaded)
        if is_ours and space.bottom < 0 and space.rotation == 0:
            space = replace(space, bottom=0.0)
        words = [run.text for run in read_text(loaded, space, by_word=True).runs[:MOST_WORDS]]
    finally:
        loaded.close()
    page = pdf.pages[index].obj
    unit = _user_unit(page)
    raw = page.get("/Annots")
    items = list(raw)[: MOST_ANNOTATIONS + 1] if isinstance(raw, pikepdf.Array) else []
    taken = [a for a in items[:MOST_ANNOTATIONS] if isinstance(a, pikepdf.Dictionary)]
    found = _threads(taken, space, unit)
    return AnnotatedPage(space.width_um, space.height_um, words, found, len(items) > MOST_ANNOTATIONS)


def _threads(items: list[Any], space: SheetSpace, unit: float) -> list[Annotation]:
    """Annotations with the replies that point to them, however deep."""
    roots: dict[tuple[int, int], list[Reply]] = {}
    heads: list[Any] = []
    replies: list[Any] = []
    for item in items:
        if _text(item.get("/Subtype")) in _SILENT:
            continue
        (replies if _is_reply(item) else heads).append(item)
    for item in replies:
        root = _root(item)
        if root is not None:
            roots.setdefault(root.objgen, []).append(_reply(item))
    known = {item.objgen for item in heads}
    orphans = [item for item in replies if (root := _root(item)) is None or root.objgen not in known]
    read = [_annotation(item, space, unit) for item in heads]
    threads = [roots.get(item.objgen, []) if item.objgen != (0, 0) else [] for item in heads]
    shown = [replace(a, replies=sorted(t, key=lambda r: r.at)) for a, t in zip(read, threads, strict=True)]
    return [*shown, *(_lost(item, "reply-to-nothing") for item in orphans)]


def _is_reply(item: Any) -> bool:
    return isinstance(item.get("/IRT"), pikepdf.Dictionary) and _text(item.get("/RT")) != "/Group"


def _root(item: Any) -> Any:
    seen = 0
    while _is_reply(item):
        item, seen = item["/IRT"], seen + 1
        if seen > _DEEPEST:
            return None
    return item if item.objgen != (0, 0) else None


def _reply(item: Any) -> Reply:
    text = _text(item.get("/Contents"))[:MOST_TEXT] or _text(item.get("/State"))
    return Reply(_author(item), _date(item), text, _text(item.get("/NM"))[:200])


def _annotation(item: Any, space: SheetSpace, unit: float) -> Annotation:
    subtype = _text(item.get("/Subtype"))
    if _flags(item) & _HIDDEN:
        return _lost(item, "hidden")
    draw = SHAPES.get(subtype)
    if draw is None:
        return _lost(item, "kind-not-taken")
    try:
        drawn = draw(item, _to_um(space), UM_PER_POINT * unit)
    except NotShown as why:
        return _lost(item, str(why))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, pikepdf.PdfError):
        return _lost(item, "malformed")
    return _as(item, drawn)


def _to_um(space: SheetSpace) -> Callable[[float, float], list[int]]:
    def point(x: float, y: float) -> list[int]:
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError("not a number")
        return list(space.point(x, y))

    return point


def _as(item: Any, drawn: Drawn) -> Annotation:
    return Annotation(
        name=_text(item.get("/NM"))[:200],
        subtype=_text(item.get("/Subtype")).removeprefix("/")[:40],
        kind=drawn.kind,
        paths=drawn.paths,
        size=drawn.size,
        text=(_text(item.get("/Contents")) or drawn.text)[:MOST_TEXT],
        author=_author(item),
        at=_date(item),
        colour=_colour(item.get("/C")),
        why="",
        note=drawn.note,
    )


def _lost(item: Any, why: str) -> Annotation:
    return replace(_as(item, Drawn("", [])), why=why)


def _author(item: Any) -> str:
    return _text(item.get("/T"))[:200]


def _date(item: Any) -> str:
    return (_text(item.get("/CreationDate")) or _text(item.get("/M")))[:40]


def _flags(item: Any) -> int:
    try:
        return int(item.get("/F", 0))
    except (TypeError, ValueError):
        return 0


def _text(raw: Any) -> str:
    """A text string or a name; anything else is none."""
    if not isinstance(raw, (pikepdf.String, pikepdf.Name, str)):
        return ""
    return str(raw).encode("utf-8", "replace").decode()  # halves of surrogate pairs have no UTF-8


def _colour(raw: Any) -> str:
    """Grey, RGB or CMYK by the number of parts (12.5.2)."""
    try:
        parts = [min(1.0, max(0.0, float(v))) for v in raw] if isinstance(raw, pikepdf.Array) else []
    except (TypeError, ValueError):
        return ""
    if len(parts) == 1:
        parts *= 3
    elif len(parts) == 4:
        key = 1 - parts[3]
        parts = [(1 - v) * key for v in parts[:3]]
    return "#" + "".join(f"{round(v * 255):02x}" for v in parts) if len(parts) == 3 else ""


def _user_unit(page: Mapping[str, Any] | Any) -> float:
    try:
        value = float(page.get("/UserUnit", 1))
    except (TypeError, ValueError):
        return 1.0
    return value if 0.001 <= value <= 10_000 else 1.0
