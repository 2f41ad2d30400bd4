"""On which layer the text of a PDF page lies: by the marks of optional content around it (ISO 32000-2, 8.11.3.2).

Text in a form whose layer is told by the form itself is on no layer here: it counts as drawn.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pikepdf
import pypdfium2.raw as pdfium_c

from viewers.render.layer_set import MAX_NAME
from viewers.render.manifest import Layer

NONE = -1
"""On no layer that can be told."""


class TextLayers:
    """Index among the page's layers for each character; valid while the page's text is open."""

    def __init__(self, text: Any, layers: Sequence[Layer]) -> None:
        self._text = text
        names = Counter(layer.name for layer in layers)
        # Two groups of one name cannot be told apart by it.
        self._indexes = {layer.name: n for n, layer in enumerate(layers) if names[layer.name] == 1}
        self._known: dict[int, int] = {}

    def of(self, index: int) -> int:
        """The layer of a character."""
        if not self._indexes:
            return NONE
        item = pdfium_c.FPDFText_GetTextObject(self._text, index)
        address = ctypes.cast(item, ctypes.c_void_p).value
        if address is None:
            return NONE
        if address not in self._known:
            self._known[address] = self._find(item)
        return self._known[address]

    def _find(self, item: Any) -> int:
        found = NONE
        for n in range(pdfium_c.FPDFPageObj_CountMarks(item)):
            mark = pdfium_c.FPDFPageObj_GetMark(item, n)
            if _name(mark) == "OC":
                found = self._indexes.get(_layer_name(mark), found)
        return found


def _name(mark: Any) -> str:
    size = ctypes.c_ulong()
    pdfium_c.FPDFPageObjMark_GetName(mark, None, 0, size)
    buffer = (ctypes.c_ushort * (size.value // 2 + 1))()
    pdfium_c.FPDFPageObjMark_GetName(mark, buffer, size.value, size)
    return bytes(buffer)[: size.value].decode("utf-16-le", "replace").rstrip("\0")


def _layer_name(mark: Any) -> str:
    """The name as it stands in the file: pdfium's own reading of it as text takes every string for UTF-8."""
    size = ctypes.c_ulong()
    pdfium_c.FPDFPageObjMark_GetParamBlobValue(mark, b"Name", None, 0, size)
    buffer = (ctypes.c_ubyte * size.value)()
    if not size.value or not pdfium_c.FPDFPageObjMark_GetParamBlobValue(
        mark, b"Name", buffer, size.value, size
    ):
        return ""
    try:
        return str(pikepdf.String(bytes(buffer)))[:MAX_NAME]
    except ValueError:  # half a character
        return ""
