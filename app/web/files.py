"""Bytes for eyes and hands: manifest pages, thumbnails, text, tiles, and downloads of the exact bytes."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.copies.versions import versions_of
from app.distribution.rules import Way
from app.drawings.queries.sheets import ByteSource, RenditionView, byte_source
from app.drawings.scales import printed_scales
from app.files.names import content_disposition, role_in_name
from app.kernel.errors import NOT_FOUND, Refused
from app.web.bodies import box_of
from app.web.openings import note_opening
from app.web.protection import FILE_POLICY
from app.web.request import close_reading, now, reading, require_sign_in, rights, services
from storage.errors import NotFound
from viewers.render.errors import RenderError, RenderRefused
from viewers.render.layer_set import decode_layers
from viewers.render.manifest import Page, SourceKind, runs_from_json
from viewers.render.sheet_grid import grid_of
from viewers.render.tiles import BLANK_TILE

pages = Blueprint("files", __name__)

FOREVER = "private, max-age=31536000, immutable"
"""Derived files are addressed by content; only the person's own browser may keep them."""
CROP_PX = 480
"""Long side of a small picture."""


@pages.get("/renditions/<rendition_id>/page.json")
def page_facts(rendition_id: str) -> Response:
    """What the viewer needs of one page: size, layers, problems, and what its text tells of scales and fields."""
    shown = _source(rendition_id).rendition
    page, _ = _page(shown)
    words = services().derived.member(shown.manifest_of, shown.manifest_page, "text.json")
    runs = runs_from_json(words.decode()) if words else []
    facts = {
        **asdict(page),
        "printed_scales": printed_scales([run.text for run in runs]),
        "grid": asdict(grid_of(page.width_um, page.height_um, runs)),
    }
    # Not for ever: the bytes stay, but what is read out of them grows with the program.
    return _answer(json.dumps(facts, ensure_ascii=False).encode(), "application/json", "private, no-cache")


@pages.get("/renditions/<rendition_id>/text.json")
def text(rendition_id: str) -> Response:
    """Text runs of one page with their boxes."""
    return _member(_source(rendition_id).rendition, "text.json", "application/json", FOREVER)


@pages.get("/renditions/<rendition_id>/entities.json")
def entities(rendition_id: str) -> Response:
    """Entities of a page of a CAD file by handle; of other files there are none (404)."""
    return _member(_source(rendition_id).rendition, "entities.json", "application/json", FOREVER)


@pages.get("/renditions/<rendition_id>/thumb.webp")
def thumb(rendition_id: str) -> Response:
    """Thumbnail of one page."""
    return _member(_source(rendition_id).rendition, "thumb.webp", "image/webp", FOREVER)


@pages.get("/renditions/<rendition_id>/tiles/<int(signed=True):level>/<int:x>/<int:y>.webp")
def tile(rendition_id: str, level: int, x: int, y: int) -> Response:
    """One tile: from the pack made at intake, else cut now by a child process."""
    shown = _source(rendition_id).rendition
    close_reading()
    found = services().derived.member(shown.manifest_of, shown.manifest_page, f"tiles/{level}/{x}_{y}.webp")
    if found is None and services().derived.has_ready_level(shown.manifest_of, shown.manifest_page, level):
        return Response(status=204, headers={"Cache-Control": FOREVER})
    if found is None:
        found = _cut(shown, level, x, y)
    return _answer(found, "image/webp", FOREVER)


@pages.get("/renditions/<rendition_id>/layers/<code>/tiles/<int(signed=True):level>/<int:x>/<int:y>.webp")
def tile_of_layers(rendition_id: str, code: str, level: int, x: int, y: int) -> Response:
    """One tile with exactly the layers of a set; the address carries the whole set, so no other answer can be meant.

    What was made at intake knows nothing of other sets: every such tile is drawn.
    """
    shown = _source(rendition_id).rendition
    close_reading()
    page, _ = _page(shown)
    try:
        layers = decode_layers(code, page.layers)
    except ValueError as error:
        raise Refused(NOT_FOUND) from error
    found = _cut(shown, level, x, y, layers)
    if found == BLANK_TILE:
        return Response(status=204, headers={"Cache-Control": FOREVER})
    return _answer(found, "image/webp", FOREVER)


@pages.get("/renditions/<rendition_id>/segments.json")
def segments(rendition_id: str) -> Response:
    """Lines drawn in a region (``box=x0,y0,x1,y1``, um): what measuring snaps to."""
    shown = _source(rendition_id).rendition
    close_reading()
    box = box_of(request.args.get("box", ""))
    _, has_view = _page(shown)
    try:
        with _bytes_of(shown, has_view=has_view) as path:
            found, is_cut = services().renderer.segments(path, shown.manifest_page, box)
    except (RenderRefused, NotFound) as error:
        raise Refused(NOT_FOUND) from error
    except RenderError as error:
        raise Refused("busy") from error
    body = json.dumps({"segments": found, "is_cut": is_cut}, separators=(",", ":"))
    return _answer(body.encode(), "application/json", FOREVER)


@pages.get("/renditions/<rendition_id>/crop.png")
def picture_of_region(rendition_id: str) -> Response:
    """A region (``box=x0,y0,x1,y1``, um) as a small picture, for lists that show a place."""
    shown = _source(rendition_id).rendition
    close_reading()
    page, has_view = _page(shown)
    x0, y0, x1, y1 = box_of(request.args.get("box", ""))
    box = max(x0, 0), max(y0, 0), min(x1, page.width_um), min(y1, page.height_um)
    try:
        with _bytes_of(shown, has_view=has_view) as path:
            data = services().renderer.crop(path, shown.manifest_page, box, CROP_PX)
    except (RenderRefused, NotFound) as error:
        raise Refused(NOT_FOUND) from error
    except RenderError as error:
        raise Refused("busy") from error
    return _answer(data, "image/png", FOREVER)


@pages.get("/renditions/<rendition_id>/download")
def download(rendition_id: str) -> Response:
    """The exact bytes, hashed on their way out: a damaged object breaks off before its last chunk (SECURITY 3, 22)."""
    source = _source(rendition_id)
    shown = source.rendition
    version = versions_of(reading(), [source.revision_id], now())[source.revision_id]
    note_opening(source.project_id, source.revision_id, shown.sha256, Way.DOWNLOAD)
    close_reading()
    chunks: Iterator[bytes] = services().store.read(shown.sha256)
    response = Response(chunks, content_type=shown.media_type)
    suffix = shown.file_name.rsplit(".", 1)[-1].lower() if "." in shown.file_name else "bin"
    name = f"{source.number} {source.title} {source.rev_label}{role_in_name(shown.role)}.{suffix}"
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["Content-Length"] = str(shown.size)
    response.headers["X-OneSet-SHA256"] = shown.sha256
    response.headers.update(version.headers)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, no-cache"  # the bytes stay, what is said of them does not
    return response


def _source(rendition_id: str) -> ByteSource:
    require_sign_in()
    return byte_source(reading(), rights(), rendition_id)


def _page(shown: RenditionView) -> tuple[Page, bool]:
    """The page's facts, and whether tiles come from a vector view."""
    manifest = services().derived.manifest(shown.manifest_of)
    if manifest is None or shown.manifest_page >= len(manifest.pages):
        raise Refused(NOT_FOUND)
    return manifest.pages[shown.manifest_page], manifest.kind is not SourceKind.PDF


def _cut(
    shown: RenditionView, level: int, x: int, y: int, layers: list[tuple[str, bool]] | None = None
) -> bytes:
    _, has_view = _page(shown)
    try:
        with _bytes_of(shown, has_view=has_view) as path:
            return services().renderer.tile(path, shown.manifest_page, level, x, y, layers=layers)
    except (RenderRefused, NotFound) as error:
        raise Refused(NOT_FOUND) from error
    except RenderError as error:
        raise Refused("busy") from error


def _bytes_of(shown: RenditionView, *, has_view: bool) -> AbstractContextManager[Path]:
    """A file that pdfium can draw: the bytes, or the vector view of what is no PDF."""
    copies = services().copies
    return copies.view(shown.manifest_of) if has_view else copies.object(shown.manifest_of)


def _member(shown: RenditionView, name: str, media_type: str, cache: str) -> Response:
    close_reading()
    found = services().derived.member(shown.manifest_of, shown.manifest_page, name)
    if found is None:
        raise Refused(NOT_FOUND)
    return _answer(found, media_type, cache)


def _answer(data: bytes, media_type: str, cache: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = cache
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.add_etag()
    return response.make_conditional(request.environ)
