"""Pages as pdfium shows them with their seals: boxes, and plain pictures of modest size to compare with each other.

Seals are fields of a form: pdfium draws them only when the form is initialised before a page is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium

Page = tuple[tuple[float, ...], tuple[float, ...], int]


def boxes_of(data: bytes) -> list[Page]:
    """MediaBox, CropBox (cut to it) and rotation of every page."""
    document = pdfium.PdfDocument(data)
    try:
        found: list[Page] = []
        for index in range(len(document)):
            page = document[index]
            outer = _upright(page.get_mediabox())
            inner = _upright(page.get_cropbox())
            cut = (
                max(outer[0], inner[0]), max(outer[1], inner[1]), min(outer[2], inner[2]), min(outer[3], inner[3])
            )  # fmt: skip
            found.append((outer, cut, int(page.get_rotation()) % 360))
            page.close()
        return found
    finally:
        document.close()


def pictures_of(data: bytes, longest: int) -> Iterator[tuple[np.ndarray, PageSpace]]:
    """Every page in colours (rows, columns, blue-green-red), its longer side so many pixels."""
    document = pdfium.PdfDocument(data)
    try:
        document.init_forms()
        for index in range(len(document)):
            page = document[index]
            width, height = page.get_size()
            scale = longest / max(width, height, 1.0)
            bitmap = page.render(scale=scale, no_smoothtext=False, may_draw_forms=True)
            picture = bitmap.to_numpy()[:, :, :3].copy()
            yield picture, PageSpace(page, picture.shape[1], picture.shape[0])
            bitmap.close()
            page.close()
    finally:
        document.close()


class PageSpace:
    """From points of a page to pixels of its picture; lives as long as the page is loaded."""

    def __init__(self, page: pdfium.PdfPage, width: int, height: int) -> None:
        left, bottom, right, top = _upright(page.get_cropbox())
        self._box, self._turn, self._size = (
            (left, bottom, right, top),
            int(page.get_rotation()) % 360,
            (width, height),
        )

    def pixels(self, rect: tuple[float, float, float, float], margin: int = 2) -> tuple[slice, slice]:
        """Rows and columns that a rectangle of the page takes, with a margin."""
        left, bottom, right, top = self._box
        wide, high = max(right - left, 1e-6), max(top - bottom, 1e-6)
        x = [(one - left) / wide for one in (rect[0], rect[2])]
        y = [(top - one) / high for one in (rect[1], rect[3])]
        if self._turn == 90:
            x, y = [1 - one for one in y], x
        elif self._turn == 180:
            x, y = [1 - one for one in x], [1 - one for one in y]
        elif self._turn == 270:
            x, y = y, [1 - one for one in x]
        width, height = self._size
        return (
            slice(max(0, int(min(y) * height) - margin), max(0, int(max(y) * height) + 1 + margin)),
            slice(max(0, int(min(x) * width) - margin), max(0, int(max(x) * width) + 1 + margin)),
        )


def _upright(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)
