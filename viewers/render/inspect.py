"""What any file is and holds: the one entry for all kinds, run inside the jailed child only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from viewers.render.errors import RenderRefused
from viewers.render.manifest import Completeness, Manifest, Problem, SourceKind
from viewers.render.sniff import HEAD_BYTES, TAIL_BYTES, explain, sniff


def sniff_file(source: Path) -> SourceKind:
    """Name the kind of a file on disk.

    Raises:
        RenderRefused: ``unknown-format``, with what it is instead.
    """
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read(TAIL_BYTES)
    kind = sniff(head, tail)
    if kind is None:
        raise RenderRefused("unknown-format", {"is": explain(head)})
    return kind


def inspect_file(
    source: Path,
    out: Path,
    *,
    companions: Mapping[str, Path] | None = None,
    has_tiles: bool = True,
    on_page: Callable[[int], None] | None = None,
) -> Manifest:
    """Read a file of any kind into the manifest folder ``out``, ``manifest.json`` last.

    Args:
        source: the file.
        out: an existing, empty folder.
        companions: other files of the batch by name, for references of CAD files.
        has_tiles: write the ready levels of tiles.
        on_page: called with each page number as work on it begins.

    Raises:
        RenderRefused: the file is not taken or cannot be read.
    """
    manifest = _inspect(source, out, companions or {}, has_tiles, on_page or (lambda _: None))
    (out / "manifest.json").write_text(manifest.to_json(), "utf-8")
    return manifest


def _inspect(
    source: Path, out: Path, companions: Mapping[str, Path], has_tiles: bool, on_page: Callable[[int], None]
) -> Manifest:
    # Each reader is imported when it is needed: a PDF is read without loading the CAD libraries.
    kind = sniff_file(source)
    if kind is SourceKind.OFD:
        problem = Problem("ofd-not-drawn", "warning", {"completeness": Completeness.UNTRUSTED.value})
        return Manifest(kind=kind, format_version="", pages=(), problems=(problem,))
    if kind in (SourceKind.DXF, SourceKind.DWG):
        return _inspect_cad(source, out, kind, companions, has_tiles, on_page)
    from viewers.render.pdf import PdfReading, inspect_pdf  # noqa: PLC0415

    reading = PdfReading(has_tiles=has_tiles, on_page=on_page)
    if kind is SourceKind.PDF:
        return inspect_pdf(source, out, reading)
    from viewers.render.images import inspect_image  # noqa: PLC0415

    return inspect_image(source, out, kind, reading)


def _inspect_cad(
    source: Path,
    out: Path,
    kind: SourceKind,
    companions: Mapping[str, Path],
    has_tiles: bool,
    on_page: Callable[[int], None],
) -> Manifest:
    from viewers.render.cad import inspect_cad  # noqa: PLC0415
    from viewers.render.cad_refused import CadRefused  # noqa: PLC0415

    try:
        manifest = inspect_cad(source, out, kind, companions)
    except CadRefused as refusal:
        raise RenderRefused(refusal.code, refusal.detail) from refusal
    view = out / "view.pdf"
    if manifest.has_view and view.exists():
        from viewers.render.pdf import draw_view  # noqa: PLC0415

        draw_view(view, out, has_tiles=has_tiles, on_page=on_page)
    return manifest
