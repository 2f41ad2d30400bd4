"""Three programs read the pages; a file that they read differently shows one person this and another that."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic

from app.seals.verifying.case import Case
from viewers.render.sealed_pages import boxes_of

_LETTER = (0.0, 0.0, 612.0, 792.0)
_MOST_PAGES = 5_000
Page = tuple[tuple[float, ...], tuple[float, ...], int]
"""MediaBox, CropBox, rotation."""


def check_parsers(case: Case) -> None:
    """qpdf, pdfium and pyHanko must agree on the number of pages and on the boxes of each."""
    ours = {"pyHanko": _by_pyhanko(case), "pdfium": boxes_of(case.data), "qpdf": _by_qpdf(case.data)}
    counts = {name: len(pages) for name, pages in ours.items()}
    if len(set(counts.values())) != 1:
        case.add("readers-disagree", counts)
        return
    for number, readings in enumerate(zip(*ours.values(), strict=True), start=1):
        if not all(_is_same(readings[0], other) for other in readings[1:]):
            case.add("readers-disagree", f"page {number}: {dict(zip(ours, readings, strict=True))}")
            return


def _is_same(one: Page, other: Page) -> bool:
    boxes = zip((*one[0], *one[1]), (*other[0], *other[1]), strict=True)
    return one[2] == other[2] and all(abs(a - b) < 0.01 for a, b in boxes)


def _page(media: Sequence[float], crop: Sequence[float] | None, rotation: int) -> Page:
    outer = _upright(media)
    inner = _upright(crop) if crop is not None else outer
    inner = (
        max(outer[0], inner[0]), max(outer[1], inner[1]), min(outer[2], inner[2]), min(outer[3], inner[3])
    )  # fmt: skip
    return outer, inner, rotation % 360


def _upright(box: Sequence[float]) -> tuple[float, ...]:
    left, bottom, right, top = (float(one) for one in box)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _by_qpdf(data: bytes) -> list[Page]:
    with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
        found = []
        for page in pdf.pages:
            crop = _inherited(page.obj, "/CropBox")
            rotation = int(_inherited(page.obj, "/Rotate") or 0)
            media = _inherited(page.obj, "/MediaBox") or _LETTER
            found.append(_page([float(one) for one in media], _floats(crop), rotation))
        return found


def _floats(box: Any) -> list[float] | None:
    return [float(one) for one in box] if box is not None else None


def _inherited(node: Any, key: str) -> Any:
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _by_pyhanko(case: Case) -> list[Page]:
    found: list[Page] = []
    root = case.opened.root["/Pages"]
    _walk(root, {}, found, 0)
    return found


def _walk(node: generic.DictionaryObject, passed: dict[str, Any], found: list[Page], depth: int) -> None:
    if depth > 64 or len(found) > _MOST_PAGES:
        raise ValueError("pages without end")
    here = passed | {key: node[key] for key in ("/MediaBox", "/CropBox", "/Rotate") if key in node}
    if "/Kids" not in node:
        rotation = int(here.get("/Rotate", 0))
        found.append(_page(here.get("/MediaBox", _LETTER), here.get("/CropBox"), rotation))
        return
    for child in node["/Kids"]:
        _walk(child.get_object(), here, found, depth + 1)
