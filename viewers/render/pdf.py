"""A PDF file read page by page into a manifest folder, with pdfium for what is drawn and qpdf for the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from viewers.render.errors import RenderRefused
from viewers.render.manifest import (
    Completeness,
    Manifest,
    Page,
    PageKind,
    Problem,
    SourceKind,
    rules_to_json,
    runs_to_json,
)
from viewers.render.paper import name_paper
from viewers.render.pdf_lines import read_paths
from viewers.render.pdf_space import SheetSpace
from viewers.render.pdf_structure import Structure, read_structure
from viewers.render.pdf_text import read_text
from viewers.render.tiles import render_levels, render_thumb

MAX_PAGES = 5_000
SMALLEST_UM = 10_000
LARGEST_UM = 20_000_000
"""Pages outside 10 mm to 20 m are drawn but reported: no sheet of paper has that size."""

RENDERER = f"pdfium {pdfium.PDFIUM_INFO.build} (pypdfium2 {pdfium.PYPDFIUM_INFO.version})"

FOR_PRINT: int = pdfium_c.FPDF_PRINTING
"""Flag: draw as for a printer, which other layers may be made for."""

_REFUSALS = {
    pdfium_c.FPDF_ERR_PASSWORD: "pdf-encrypted",
    pdfium_c.FPDF_ERR_SECURITY: "pdf-encrypted",
    pdfium_c.FPDF_ERR_FORMAT: "pdf-unreadable",
    pdfium_c.FPDF_ERR_FILE: "pdf-unreadable",
    pdfium_c.FPDF_ERR_PAGE: "pdf-unreadable",
}


def _no_progress(page: int) -> None:
    """Nobody asks how far we are."""


@dataclass(frozen=True)
class PdfReading:
    """How to read a PDF: which pages it stands for and what to write."""

    page_kind: PageKind = PageKind.PDF_PAGE
    has_tiles: bool = True
    """Write the ready levels of tiles."""
    on_page: Callable[[int], None] = field(default=_no_progress)
    """Called with each page number before the page is loaded."""


def open_pdf(source: Any) -> Any:
    """Open with pdfium, forms initialised so that seals are drawn.

    Args:
        source: a path, or a ctypes array over the bytes.

    Raises:
        RenderRefused: ``pdf-encrypted`` (needs a password or an unknown security handler), ``pdf-unreadable``,
            ``too-many-pages``.
    """
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        code = _REFUSALS.get(error.err_code, "pdf-unreadable")
        raise RenderRefused(code, {"reason": str(error)[:200]}) from error
    if len(document) > MAX_PAGES:
        pages = len(document)
        document.close()
        raise RenderRefused("too-many-pages", {"pages": pages, "most": MAX_PAGES})
    if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        document.init_forms()
    return document


def load_page(document: Any, index: int) -> Any:
    """Load one page.

    Raises:
        RenderRefused: ``no-such-page`` or ``page-unreadable``.
    """
    if not 0 <= index < len(document):
        raise RenderRefused("no-such-page", {"page": index, "pages": len(document)})
    try:
        return document[index]
    except pdfium.PdfiumError as error:
        raise RenderRefused("page-unreadable", {"page": index}) from error


def inspect_pdf(source: Path, out: Path, reading: PdfReading | None = None) -> Manifest:
    """Read every page; write text, rules, thumbnails and ready tiles under ``out``; return the manifest.

    A page that cannot be loaded is kept in the manifest with an error, so that page numbers stay true.

    Raises:
        RenderRefused: the file as a whole cannot be read (see :func:`open_pdf`).
    """
    reading = reading or PdfReading()
    document = open_pdf(source)
    try:
        structure = read_structure(source, len(document))
        for folder in ("text", "rules", "thumb"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        pages = tuple(_read_page(document, i, out, structure, reading) for i in range(len(document)))
        if all(page.completeness is Completeness.UNTRUSTED for page in pages):
            raise RenderRefused("pdf-unreadable", {"pages": len(pages)})
        facts = document.get_metadata_dict(skip_empty=True)
        return Manifest(
            kind=SourceKind.PDF,
            format_version=_version(document),
            pages=pages,
            problems=tuple(structure.problems + _encryption(document)),
            signatures=structure.signatures,
            producer=facts.get("Producer", "")[:500],
            title=facts.get("Title", "")[:500],
            renderer=RENDERER,
        )
    finally:
        document.close()


def draw_view(
    view: Path, out: Path, *, has_tiles: bool, on_page: Callable[[int], None] = _no_progress
) -> None:
    """Write ready tiles, and thumbnails not there yet, of a ``view.pdf`` whose manifest is known (CAD files)."""
    document = open_pdf(view)
    try:
        (out / "thumb").mkdir(exist_ok=True)
        for index in range(len(document)):
            on_page(index)
            page = load_page(document, index)
            drawn = render_levels(page, index, out) if has_tiles else None
            thumb = out / "thumb" / f"{index}.webp"
            if not thumb.exists():
                thumb.write_bytes(render_thumb(page, drawn))
            page.close()
    finally:
        document.close()


def _read_page(document: Any, index: int, out: Path, structure: Structure, reading: PdfReading) -> Page:
    reading.on_page(index)
    try:
        page = load_page(document, index)
    except RenderRefused as refusal:
        return _lost_page(index, out, reading.page_kind, refusal)
    try:
        space = SheetSpace.of_page(page)
        text = read_text(page, space, layers=structure.layers[index])
        paths = read_paths(page, space)
        (out / "text" / f"{index}.json").write_text(runs_to_json(text.runs), "utf-8")
        (out / "rules" / f"{index}.json").write_text(rules_to_json(paths.lines), "utf-8")
        drawn = render_levels(page, index, out) if reading.has_tiles else None
        (out / "thumb" / f"{index}.webp").write_bytes(render_thumb(page, drawn))
    finally:
        page.close()
    problems = _size_problems(space, structure.user_units.get(index))
    if not text.is_usable:
        problems.append(Problem("text-unusable", "warning", {"share": round(text.bad_share, 3)}))
    if text.is_truncated:
        problems.append(Problem("text-truncated", "warning"))
    if paths.is_truncated:
        problems.append(Problem("rules-truncated", "info"))
    if not text.runs and not paths.path_count and paths.image_count:
        problems.append(Problem("scan-only", "info", {"images": paths.image_count}))
    return Page(
        index=index,
        kind=reading.page_kind,
        name=(document.get_page_label(index) or "")[:200],
        width_um=space.width_um,
        height_um=space.height_um,
        rotation=space.rotation,
        paper=name_paper(space.width_um, space.height_um),
        text_runs=len(text.runs),
        text_usable=text.is_usable,
        vector_paths=paths.path_count,
        layers=structure.layers[index],
        problems=tuple(problems),
    )


def _lost_page(index: int, out: Path, kind: PageKind, refusal: RenderRefused) -> Page:
    (out / "text" / f"{index}.json").write_text(runs_to_json([]), "utf-8")
    (out / "rules" / f"{index}.json").write_text(rules_to_json([]), "utf-8")
    return Page(
        index=index,
        kind=kind,
        name="",
        width_um=0,
        height_um=0,
        rotation=0,
        paper="",
        completeness=Completeness.UNTRUSTED,
        problems=(Problem(refusal.code, "error", refusal.detail),),
    )


def _size_problems(space: SheetSpace, user_unit: float | None) -> list[Problem]:
    problems = []
    sides = sorted((space.width_um, space.height_um))
    if sides[0] < SMALLEST_UM or sides[1] > LARGEST_UM:
        problems.append(Problem("page-size-odd", "warning", {"short_um": sides[0], "long_um": sides[1]}))
    if user_unit is not None:
        # pdfium draws such a page in its own units, so every length here is too: true sizes are longer by the factor.
        problems.append(Problem("user-unit", "error", {"factor": user_unit}))
    return problems


def _encryption(document: Any) -> list[Problem]:
    """A file that opens without a password can still be encrypted, with rights only an owner may lift."""
    revision = pdfium_c.FPDF_GetSecurityHandlerRevision(document)
    if revision < 0:
        return []
    rights = pdfium_c.FPDF_GetDocPermissions(document) & 0xFFFFFFFF
    return [Problem("pdf-restricted", "warning", {"revision": revision, "permissions": rights})]


def _version(document: Any) -> str:
    number = document.get_version()
    return f"{number // 10}.{number % 10}" if number else ""
