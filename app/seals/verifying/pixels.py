"""Does the file still look as it was sealed? Each sealed revision is drawn again and held against the whole file.

The places of later seals are left out where the sealed revision is empty there; where it is not, a later seal has
painted on what others had sealed. The library allows that; we do not.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import enumerate_sig_fields

from app.seals.verifying.case import Case, Sealed
from viewers.render.sealed_pages import pictures_of

LONGEST = 1600
"""Pixels of a page's longer side: 48 dpi on A1, enough for every line that a person can see."""
_STEP = 40
"""How much one colour of a pixel must differ to count; the drawing of the same content differs by nothing."""
_INK = 24
"""How much lighter the ground must be than a pixel for it to count as ink."""
_LARGEST = 0.15
"""Share of the page that the picture of a later seal may take if its place was not reserved before."""
Rect = tuple[float, float, float, float]


def check_pixels(case: Case) -> None:
    """Compare the revision of each seal with the end of the file, page by page."""
    final: list[np.ndarray] = []
    for seal in case.signers or case.seals:
        if 0 < seal.end < len(case.data):
            final = final or [picture for picture, _ in pictures_of(case.data, LONGEST)]
            _compare(case, seal, final)


def _compare(case: Case, seal: Sealed, final: list[np.ndarray]) -> None:
    places = _later_places(case, seal)
    was = list(pictures_of(case.data[: seal.end], LONGEST))
    if len(was) != len(final):
        seal.add("looks-different", f"{len(was)} / {len(final)} pages")
        return
    for number, ((before, space), now) in enumerate(zip(was, final, strict=True)):
        if before.shape != now.shape:
            seal.add("looks-different", f"page {number + 1}: size")
            continue
        differs = _far(before, now, _STEP)
        for rect, is_reserved in places[number]:
            rows, columns = space.pixels(rect)
            _look_below(seal, before[rows, columns], now[rows, columns], differs[rows, columns])
            if not is_reserved and before[rows, columns].size > _LARGEST * before.size:
                seal.add("seal-too-large", f"page {number + 1}")
            differs[rows, columns] = False
        if differs.any():
            seal.add("looks-different", f"page {number + 1}: {int(differs.sum())} pixels")


def _far(one: np.ndarray, other: np.ndarray, step: int) -> np.ndarray:
    """Where two pictures differ by more than a step in any colour."""
    differs: np.ndarray = ((np.maximum(one, other) - np.minimum(one, other)) > step).any(axis=2)
    return differs


def _look_below(seal: Sealed, before: np.ndarray, now: np.ndarray, differs: np.ndarray) -> None:
    """Below a later seal there must be clear ground: not one pixel of ink may have changed.

    Ink that is gone was covered; ink that has another colour now was crossed, and a person has to look.
    """
    if not before.size:
        return
    ground = np.broadcast_to(np.median(before.reshape(-1, 3), axis=0).astype(np.uint8), before.shape)
    touched = _far(before, ground, _INK) & differs
    hidden = touched & ~_far(now, ground, _INK)
    if hidden.any():
        seal.add("painted-over", f"{int(hidden.sum())} pixels")
    elif touched.any():
        seal.add("seal-crosses", f"{int(touched.sum())} pixels")


def _later_places(case: Case, seal: Sealed) -> dict[int, list[tuple[Rect, bool]]]:
    """By page: where later seals stand, and whether the place was reserved when this one was made."""
    reader = case.opened
    reserved = {
        (str(name), _rect(place.get_object()))
        for name, _, place in enumerate_sig_fields(reader.get_historical_resolver(seal.revision))
    }
    pages = _page_numbers(reader)
    found: dict[int, list[tuple[Rect, bool]]] = defaultdict(list)
    for other in case.seals:
        rect = _rect(other.embedded.sig_field)
        if (
            other.revision <= seal.revision
            or rect is None
            or rect[2] - rect[0] <= 0
            or rect[3] - rect[1] <= 0
        ):
            continue
        is_reserved = (other.field, rect) in reserved
        for number in _pages_of(other, pages):
            found[number].append((rect, is_reserved))
    return found


def _pages_of(seal: Sealed, pages: dict[generic.Reference, int]) -> list[int]:
    """The page that shows the field, looked up in the pages' own lists of annotations."""
    page = seal.embedded.sig_field.raw_get("/P") if "/P" in seal.embedded.sig_field else None
    if isinstance(page, generic.IndirectObject) and page.reference in pages:
        return [pages[page.reference]]
    return sorted(pages.values())[:1]


def _rect(field: Any) -> Rect | None:
    box = field.get("/Rect")
    if not isinstance(box, generic.ArrayObject) or len(box) != 4:
        return None
    left, bottom, right, top = (float(one) for one in box)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _page_numbers(reader: Any) -> dict[generic.Reference, int]:
    found: dict[generic.Reference, int] = {}
    queue = [reader.root.raw_get("/Pages")]
    seen: set[generic.Reference] = set()
    while queue:
        reference = queue.pop(0)
        if isinstance(reference, generic.IndirectObject):
            if reference.reference in seen:
                raise ValueError("a page is there twice")
            seen.add(reference.reference)
        node = reference.get_object()
        if "/Kids" in node:
            queue = [*[node["/Kids"].raw_get(i) for i in range(len(node["/Kids"]))], *queue]
        elif isinstance(reference, generic.IndirectObject):
            found[reference.reference] = len(found)
    return found
