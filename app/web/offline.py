"""What a device may keep of the drawings, and the worker that shows it when there is no network.

The worker (``static/worker``) runs at the root of the site and is told the release: a digest of every file that pages
load. Files of two releases are never mixed. What of a sheet is to be fetched is listed here with its size, for exactly
what the sheet's page shows; the list of a project says of every sheet, by a digest, whether a kept copy still holds.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.access.rules import Permission
from app.accounts.actions import SESSION_LIFE
from app.drawings.queries.sheets import RenditionView, RevisionView, SheetView, sheet_for
from app.kernel.policy import Target
from app.projects.queries import buildings_of
from app.record.queries import InForce, in_force, settle_instants
from app.record.register import project_digests, standing_of, state_digest
from app.web.layout import use_project
from app.web.request import now, reading, require_sign_in, rights, services
from app.web.sheets import chosen_revision, shown_rendition
from app.web.words import when, word
from viewers.render.tiles import TILE_PX

pages = Blueprint("offline", __name__)

STATIC = Path(__file__).parent / "static"
VIEWER = Path(__file__).resolve().parents[2] / "viewers" / "browser"
FINEST = 1
"""Level that is taken along: 144 dpi, so that the smallest lettering of a sheet (2.5 mm) is 14 px high."""
UM_PER_POINT = 25_400 / 72
GROWTH = 2.4
"""Bytes of the level taken along in parts of level 0, measured over the demonstration's sheets."""
RELEASE_HEADER = "X-OneSet-Release"
SHARED = STATIC / "js" / "device-store.js"
"""A module that pages and the worker both use; old browsers run no modules as workers, so its exports are cut off."""


@cache
def files_of_pages() -> dict[str, Path]:
    """Every file that a page may load, by its address."""
    found = {
        f"/static/{p.relative_to(STATIC).as_posix()}": p for p in _files(STATIC) if p.parent.name != "worker"
    }
    found |= {f"/viewer/{p.relative_to(VIEWER).as_posix()}": p for p in _files(VIEWER)}
    return dict(sorted(found.items()))


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in folder.rglob("*") if p.suffix in {".js", ".css", ".svg", ".html", ".png", ".woff2"})


@cache
def release() -> str:
    """Digest of all files of pages and of the worker: what belongs together."""
    digest = hashlib.sha256()
    for name, path in [*files_of_pages().items(), *((p.name, p) for p in _worker())]:
        digest.update(f"{name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _worker() -> list[Path]:
    return sorted((STATIC / "worker").glob("*.js"))


def told_release() -> str:
    """The release of this application, as pages and files tell it."""
    return str(current_app.extensions["oneset.release"]())


def tell_release(response: AnyResponse) -> AnyResponse:
    """Pages say which files they go with, and files with which pages."""
    if response.mimetype == "text/html" or request.endpoint in ("static", "viewer"):
        response.headers.setdefault(RELEASE_HEADER, told_release())
    return response


@pages.get("/service-worker.js")
def worker() -> Response:
    """The worker as one script; another release is another script, which is how browsers notice."""
    told = {
        "release": told_release(),
        "files": list(files_of_pages()),
        "lifeMs": int(SESSION_LIFE.total_seconds() * 1000),
    }
    shared = re.sub(r"^export ", "", SHARED.read_text("utf-8"), flags=re.MULTILINE)
    parts = [f"const TOLD = {json.dumps(told)};", shared, *(p.read_text("utf-8") for p in _worker())]
    response = Response("\n".join(parts), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/on-device")
def on_device() -> str:
    """What this device keeps; without a network also what is shown in place of pages it has not."""
    require_sign_in()
    return render_template("offline/on_device.html")


@pages.get("/sheets/<sheet_id>/offline.json")
def sheet_list(sheet_id: str) -> Response:
    """Addresses to fetch for one sheet as its page shows it now, each with its size in bytes."""
    require_sign_in()
    sheet = sheet_for(reading(), rights(), sheet_id)
    project = use_project(sheet.project_id, section="drawings")
    force = _force(sheet)
    revision = chosen_revision(sheet, force, is_past=False)
    building = next((b for b in buildings_of(reading(), sheet.project_id) if b.id == sheet.building_id), None)
    newest = sheet.revisions[0]
    standing = _standing(revision, force)
    return _json({
        "sheet": sheet.id,
        "project": sheet.project_id,
        "projectName": project.short_name or project.name,
        "number": sheet.number,
        "title": revision.title if revision else "",
        "label": revision.rev_label if revision else "",
        "discipline": word("discipline", sheet.discipline),
        "building": building.number if building else "",
        "standing": standing,
        "standingWord": word("standing", standing),
        "hash": (revision.base_sha256 or "")[:16] if revision else "",
        "slips": [slip.number for slip in force.slips] if force and revision and force.revision_id == revision.id else [],
        "digest": state_digest(newest.id, newest.state, force),
        "at": when(now()),
        **_what(revision),
    })  # fmt: skip


@pages.get("/projects/<project_id>/offline.json")
def project_list(project_id: str) -> AnyResponse:
    """Digest of every sheet that the person may see: kept copies that are not in it are to be removed."""
    require_sign_in()
    use_project(project_id, section="drawings")
    sheets = project_digests(reading(), rights(), project_id, now())
    buildings = {b.id: b.number for b in buildings_of(reading(), project_id)}
    response = _json({"sheets": sheets, "buildings": buildings})
    response.add_etag()
    return response.make_conditional(request.environ)


def _force(sheet: SheetView) -> InForce | None:
    place = Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
    if not rights().may(Permission.RECORD_VIEW, place):
        return None
    at = settle_instants(reading(), now=now(), as_of=None, known_at=None)
    return in_force(reading(), sheet.id, at)


def _standing(revision: RevisionView | None, force: InForce | None) -> str:
    """Of the revision that the page shows; an older one than that in force is superseded."""
    if revision is None:
        return "not_released"
    if force is not None and not force.is_void and force.rev_seq > revision.rev_seq:
        return "superseded"
    return str(standing_of(revision.id, revision.state, force))


def _what(revision: RevisionView | None) -> dict[str, Any]:
    """Addresses and sizes of what a page of a revision asks for; tiles by level, coarse ones first."""
    shown = shown_rendition(revision)
    manifest = services().derived.manifest(shown.manifest_of) if shown else None
    if revision is None or shown is None or manifest is None or shown.manifest_page >= len(manifest.pages):
        return {"rendition": "", "revision": revision.id if revision else "", "parts": [], "tiles": {}}
    page = manifest.pages[shown.manifest_page]
    sizes = services().derived.sizes(shown.manifest_of, shown.manifest_page)
    across, down = (
        max(1, -(-round(um / UM_PER_POINT * 2**FINEST) // TILE_PX)) for um in (page.width_um, page.height_um)
    )
    base = f"/renditions/{shown.id}"
    parts = [[f"{base}/{name}", sizes.get(name, 0)] for name in ("thumb.webp", "text.json") if name in sizes]
    parts += [[f"{base}/page.json", 2_000], [f"{base}/callouts.json", 2_000]]
    ready = _ready(shown, sizes)
    return {
        "rendition": shown.id,
        "revision": revision.id,
        "parts": [*parts, [f"/revisions/{revision.id}/marks", 4_000]],
        "tiles": ready,
        "finer": {
            "level": FINEST,
            "across": across,
            "down": down,
            "about": round(GROWTH * sum(size for _, size in ready.get(0, []))),
        },
    }


def _ready(shown: RenditionView, sizes: dict[str, int]) -> dict[int, list[tuple[str, int]]]:
    """Tiles made at intake, by level; what is missing in a level is blank paper."""
    found: dict[int, list[tuple[str, int]]] = {}
    for name, size in sizes.items():
        if name.startswith("tiles/"):
            level = int(name.split("/")[1])
            found.setdefault(level, []).append((f"/renditions/{shown.id}/{name.replace('_', '/')}", size))
    return dict(sorted(found.items()))


def _json(data: object) -> Response:
    response = Response(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")), content_type="application/json"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response
