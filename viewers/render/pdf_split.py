"""A set plotted into one PDF becomes one PDF per sheet; the same bytes in give the same bytes out.

pypdf and not pdfium, although pdfium is six times faster (0.11 s against 0.66 s for 300 sheets, both far below what
reading the pages costs): pdfium's import drops the document's layers (/OCProperties), so that layers switched off
in the set would show on the single sheet. Content, resources, boxes and rotation are taken over as they are. Left
out, because they point at other pages or act: links inside the set, outlines, scripts, metadata and dates.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from viewers.render.errors import RenderRefused
from viewers.render.pdf_structure import read_structure

MAX_PAGES = 5_000

_PAGE_LEFT_OUT = ("/Annots", "/AA", "/B", "/PieceInfo", "/Metadata", "/StructParents", "/Tabs")
_NOTE_LEFT_OUT = ("/P", "/Parent", "/Popup", "/IRT", "/Dest", "/A", "/AA", "/StructParent", "/Kids")
_INHERITED = ("/FT", "/V", "/Ff", "/DA", "/Q", "/MaxLen", "/Opt")
_MAX_DEPTH = 40


def split_pdf(source: Path, out: Path) -> list[Path]:
    """Write ``0000.pdf``, ``0001.pdf``, ... into ``out``, one per page, and return them in order.

    Raises:
        RenderRefused: ``pdf-signed`` (a split would be a copy without its seals), ``pdf-encrypted``,
            ``pdf-unreadable``, ``too-many-pages``.
    """
    _refuse_unless_known_unsigned(source)
    out.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        file.seek(0)
        try:
            return _split(PdfReader(file), digest, out)
        except (PyPdfError, RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise RenderRefused("pdf-unreadable", {"reason": type(error).__name__}) from error


def _refuse_unless_known_unsigned(source: Path) -> None:
    """A file whose structure cannot be read to the end is not split: it might be signed."""
    found = read_structure(source, 0)
    if any(signature.is_signed for signature in found.signatures):
        raise RenderRefused("pdf-signed")
    for problem in found.problems:
        if problem.code in {"pdf-structure-unread", "pdf-structure-partly-read"}:
            is_locked = problem.detail.get("reason") == "PasswordError"
            raise RenderRefused("pdf-encrypted" if is_locked else "pdf-unreadable", problem.detail)


def _split(reader: PdfReader, digest: bytes, out: Path) -> list[Path]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise RenderRefused("pdf-encrypted")
    if len(reader.pages) > MAX_PAGES:
        raise RenderRefused("too-many-pages", {"pages": len(reader.pages), "most": MAX_PAGES})
    paths = []
    for index, page in enumerate(reader.pages):
        path = out / f"{index:04}.pdf"
        _single(reader, page, hashlib.sha256(digest + index.to_bytes(4)).digest()[:16]).write(path)
        paths.append(path)
    return paths


def _single(reader: PdfReader, page: PageObject, identifier: bytes) -> PdfWriter:
    writer = PdfWriter()
    single = writer.add_page(page, excluded_keys=_PAGE_LEFT_OUT)
    _copy_notes(reader, page, single, writer)
    for key in ("/OCProperties", "/OutputIntents"):
        value = reader.root_object.get(key)
        if value is not None:
            writer.root_object[NameObject(key)] = value.get_object().clone(writer)
    writer.metadata = None
    writer._ID = ArrayObject([ByteStringObject(identifier), ByteStringObject(identifier)])  # noqa: SLF001 - no setter
    return writer


def _copy_notes(reader: PdfReader, page: PageObject, single: PageObject, writer: PdfWriter) -> None:
    """Take annotations over for their looks; form widgets get a form of their own, else no reader draws them."""
    notes, widgets = ArrayObject(), ArrayObject()
    for reference in _array(page.get("/Annots")):
        note = reference.get_object()
        if not isinstance(note, DictionaryObject) or note.get("/Subtype") == "/Popup":
            continue
        copy: Any = DictionaryObject()
        for key in note:
            if key not in _NOTE_LEFT_OUT:
                copy[NameObject(key)] = note.raw_get(key).clone(writer, False, _NOTE_LEFT_OUT)
        action = note.get("/A")
        action = action.get_object() if action is not None else None
        if isinstance(action, DictionaryObject) and action.get("/S") == "/URI":
            copy[NameObject("/A")] = action.clone(writer, True, ("/Next",))
        is_inside_link = note.get("/Subtype") == "/Link" and "/A" not in copy
        if is_inside_link:
            continue
        copy[NameObject("/P")] = single.indirect_reference
        added = writer._add_object(copy)  # noqa: SLF001 - pypdf has no public way to add an object
        notes.append(added)
        if note.get("/Subtype") == "/Widget":
            _inherit(note, copy, writer, len(widgets))
            widgets.append(added)
    if notes:
        single[NameObject("/Annots")] = notes
    if widgets:
        form = DictionaryObject({NameObject("/Fields"): widgets})
        source = reader.root_object.get("/AcroForm")
        for key in ("/DR", "/DA"):
            value = source.get_object().get(key) if source is not None else None
            if value is not None:
                form[NameObject(key)] = value.get_object().clone(writer)
        form[NameObject("/NeedAppearances")] = BooleanObject(False)
        writer.root_object[NameObject("/AcroForm")] = form


def _inherit(note: DictionaryObject, copy: DictionaryObject, writer: PdfWriter, number: int) -> None:
    """Give a widget what it had from its parents (ISO 32000-2, 12.7.4.1) and a name of its own."""
    node: Any = note
    for _ in range(_MAX_DEPTH):
        parent = node.get("/Parent")
        if parent is None:
            break
        node = parent.get_object()
        for key in _INHERITED:
            if key in node and key not in copy:
                copy[NameObject(key)] = node.raw_get(key).clone(writer, False, _NOTE_LEFT_OUT)
    copy[NameObject("/T")] = TextStringObject(f"field{number}")


def _array(value: Any) -> list[Any]:
    value = value.get_object() if value is not None else None
    return list(value) if isinstance(value, ArrayObject) else []
