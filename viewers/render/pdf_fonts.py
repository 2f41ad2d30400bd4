"""Fonts a PDF names but does not carry: what is drawn with them is the renderer's choice, not the designer's."""

from __future__ import annotations

from typing import Any

import pikepdf

_STANDARD = ("Helvetica", "Times", "Courier", "Symbol", "ZapfDingbats")
"""The fourteen fonts every reader has (ISO 32000-2, 9.6.2.2)."""
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_MAX_FONTS = 2_000


def fonts_not_embedded(owners: list[Any]) -> set[str]:
    """Names of fonts without a font program among the resources of pages and forms (pikepdf objects)."""
    missing: set[str] = set()
    seen = 0
    for owner in owners:
        resources = owner.get("/Resources")
        fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
        for font in fonts.values() if isinstance(fonts, pikepdf.Dictionary) else []:
            seen += 1
            if seen > _MAX_FONTS:
                return missing
            if isinstance(font, pikepdf.Dictionary) and not _is_carried(font):
                missing.add(str(font.get("/BaseFont", "?")).removeprefix("/").split("+")[-1][:100])
    return missing


def _is_carried(font: Any) -> bool:
    if str(font.get("/Subtype")) == "/Type3":
        return True  # its glyphs are drawings in the file itself
    below = font.get("/DescendantFonts")
    if isinstance(below, pikepdf.Array) and len(below):
        font = below[0]
    descriptor = font.get("/FontDescriptor") if isinstance(font, pikepdf.Dictionary) else None
    if isinstance(descriptor, pikepdf.Dictionary):
        return any(key in descriptor for key in _FILES)
    return str(font.get("/BaseFont", "")).removeprefix("/").startswith(_STANDARD)
