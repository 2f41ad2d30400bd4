"""How far content streams unfold, counted before anything draws them: deflate bombs are refused, not survived.

Counting costs the CPU of inflating and no memory. A stream that cannot exceed the budget even at deflate's best
ratio (1032 to 1) is not inflated at all, which is so for nearly every sheet.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from viewers.render.errors import RenderRefused

MAX_PAGE_CONTENT = 256 << 20
"""Bytes of drawing operators of one page, unfolded; a sheet with a million paths has about 40 MB."""

_BEST_RATIO = 1032
_PIECE = 1 << 20


_MAX_FORMS = 5_000


def refuse_bombs(page: Any, index: int) -> None:
    """Count what the content of one page (a pikepdf page dictionary) and of the forms it can draw unfold to.

    Filters other than Flate are not counted: their ratio is small or the decoder is bounded by its picture's size.

    Raises:
        RenderRefused: ``over-expansion``.
    """
    contents = page.get("/Contents")
    left = MAX_PAGE_CONTENT
    for item in [*(contents if isinstance(contents, pikepdf.Array) else [contents]), *page_forms(page)]:
        if isinstance(item, pikepdf.Stream):
            left -= _unfolded(item, left)
        if left < 0:
            raise RenderRefused("over-expansion", {"page": index, "most": MAX_PAGE_CONTENT})


def page_forms(page: Any) -> Iterator[Any]:
    """Form XObjects and appearances of annotations within a page's reach, each once."""
    seen: set[tuple[int, int]] = set()
    notes = page.get("/Annots")
    queue = [_forms_named(page)]
    queue += [_looks(note) for note in (notes if isinstance(notes, pikepdf.Array) else [])]
    while queue:
        for item in queue.pop():
            if isinstance(item, pikepdf.Stream) and item.objgen not in seen and len(seen) < _MAX_FORMS:
                seen.add(item.objgen)
                if str(item.get("/Subtype", "/Form")) == "/Form":
                    yield item
                    queue.append(_forms_named(item))


def _forms_named(owner: Any) -> list[Any]:
    resources = owner.get("/Resources")
    named = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    return list(named.values()) if isinstance(named, pikepdf.Dictionary) else []


def _looks(note: Any) -> list[Any]:
    """Appearance streams of an annotation, those of states included."""
    looks = note.get("/AP") if isinstance(note, pikepdf.Dictionary) else None
    values = list(looks.values()) if isinstance(looks, pikepdf.Dictionary) else []
    return values + [v for d in values if isinstance(d, pikepdf.Dictionary) for v in d.values()]


def _unfolded(item: Any, budget: int) -> int:
    """Bytes a stream unfolds to, counted no further than just over the budget; an upper bound when that is small."""
    filters = item.get("/Filter")
    names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    depth = next((i for i, name in enumerate(names) if name not in {"/FlateDecode", "/Fl"}), len(names))
    raw = item.read_raw_bytes()
    if not depth or len(raw) * _BEST_RATIO**depth <= budget // 8:
        return len(raw) * _BEST_RATIO**depth if depth else len(raw)
    return _count(raw, [zlib.decompressobj() for _ in range(depth)], budget)


def _count(raw: bytes, decoders: list[Any], budget: int) -> int:
    """Push bytes through a chain of decoders piece by piece, keeping none."""
    if not decoders:
        return len(raw)
    total = 0
    decoder, waiting = decoders[0], raw
    while waiting and total <= budget:
        try:
            piece = decoder.decompress(waiting, _PIECE)
        except zlib.error:
            break  # readers draw what came before the damage, and so it counts
        waiting = decoder.unconsumed_tail
        total += _count(piece, decoders[1:], budget - total)
        if not piece:
            break
    return total
