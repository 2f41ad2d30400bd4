"""Where a page is not paper: looked at as it is drawn, for whoever needs an empty place on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from viewers.render.pdf import FOR_PRINT, load_page, open_pdf

_CLEAR = 250
"""A pixel darker than this is ink."""


def page_ink(
    source: Path | bytes,
    index: int,
    size_mm: tuple[float, float],
    *,
    per_mm: float,
    most: int,
    has_forms: bool = True,
) -> npt.NDArray[np.bool_]:
    """True where the page is not paper; row 0 at the top. Drawn as for the screen and as for print.

    Args:
        source: a PDF.
        index: page, from 0.
        size_mm: width and height of the page as it is shown.
        per_mm: pixels per mm, less where the page would have more than ``most`` pixels.
        most: pixels.
        has_forms: fields of forms count too.
    """
    wide, tall = size_mm
    document = open_pdf(source)
    try:
        page = load_page(document, index)
        scale = min(per_mm, (most / (wide * tall)) ** 0.5) * wide / page.get_width()
        found: npt.NDArray[np.bool_] | None = None
        for flags in (0, FOR_PRINT):  # layers may show on one and not on the other
            bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=has_forms, extra_flags=flags)
            dark = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width] < _CLEAR
            found = dark if found is None else found | dark
            bitmap.close()
        page.close()
    finally:
        document.close()
    if found is None:
        raise AssertionError("nothing was drawn")
    return found
