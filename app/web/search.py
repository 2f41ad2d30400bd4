"""Search everywhere (``/``): numbers, titles, text in drawings, codes; only what the person may see."""

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from app.copies.versions import versions_of
from app.projects.queries import projects_of
from app.search.contract import Hit, Kind, SearchResult
from app.search.queries import search
from app.web.request import now, reading, require_sign_in, rights, services

pages = Blueprint("search", __name__)

PAGE = 50


@pages.get("/search")
def results() -> str:
    """The answer to a question, over all projects of the person or one."""
    require_sign_in()
    text = request.args.get("q", "").strip()
    project_id = request.args.get("project") or None
    offset = max(0, request.args.get("from", 0, int))
    found = SearchResult()
    if text:
        found = search(
            reading(),
            services().index,
            rights(),
            text,
            now=now(),
            project_id=project_id,
            limit=PAGE,
            offset=offset,
        )
    sheets = [hit.revision_id for hit in found.hits if hit.kind == Kind.SHEET]
    projects = {p.id: p for p in projects_of(reading(), rights())}
    return render_template(
        "search.html",
        text=text,
        found=found,
        versions=versions_of(reading(), sheets, now()),
        projects=projects,
        chosen=project_id,
        offset=offset,
        size=PAGE,
        path_of=_path,
        quote=_quote,
    )


def _path(hit: Hit) -> str:
    """Where a hit leads."""
    return f"/sheets/{hit.id}" if hit.kind == Kind.SHEET else f"/projects/{hit.project_id}/settings"


def _quote(hit: Hit) -> Markup:
    """The snippet with its words marked; everything escaped."""
    parts, last = [], 0
    for start, stop in hit.marks:
        parts += [escape(hit.snippet[last:start]), Markup("<mark>{}</mark>").format(hit.snippet[start:stop])]
        last = stop
    return Markup("").join([*parts, escape(hit.snippet[last:])])
