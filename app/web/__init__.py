"""Pages. Compose queries, call one action per act; never import models or SQLAlchemy."""

import re
from functools import cache

from flask import Blueprint, Flask, send_from_directory
from werkzeug.wrappers import Response

from app.web import (
    accounts,
    admin,
    callouts,
    certificates,
    change_closure,
    change_files,
    changes,
    checking,
    comparing,
    confirmation,
    difference_lists,
    distribution,
    draws,
    errors,
    factor,
    files,
    helping,
    intake,
    joint,
    joint_papers,
    layout,
    mark_carries,
    mark_exports,
    mark_files,
    marks,
    notes,
    notices,
    offline,
    projects,
    public,
    record,
    region_copies,
    register,
    review,
    review_assist,
    review_library,
    review_opinions,
    review_papers,
    review_work,
    seal_reports,
    sealing,
    seals,
    search,
    self_check,
    set_differences,
    sheets,
    uploads,
    words,
)
from app.web.compression import compress
from app.web.offline import VIEWER
from app.web.protection import harden, insist_on_own_password, refuse_forgery
from app.web.request import close_reading, note_last_seen

IMPORT = re.compile(r'^(?:import|export)\b[^"]*?from "(\.[^"]+)";', re.MULTILINE)

BLUEPRINTS: tuple[Blueprint, ...] = (
    public.pages,
    checking.pages,
    helping.pages,
    accounts.pages,
    factor.pages,
    admin.pages,
    projects.pages,
    register.pages,
    sealing.pages,
    sheets.pages,
    comparing.pages,
    seal_reports.pages,
    change_closure.pages,
    change_files.pages,
    changes.pages,
    set_differences.pages,
    difference_lists.pages,
    marks.pages,
    mark_carries.pages,
    mark_exports.pages,
    mark_files.pages,
    offline.pages,
    intake.pages,
    uploads.pages,
    record.pages,
    confirmation.pages,
    distribution.pages,
    region_copies.pages,
    review.pages,
    review_assist.pages,
    self_check.pages,
    review_opinions.pages,
    review_library.pages,
    review_papers.pages,
    review_work.pages,
    draws.pages,
    draws.public_pages,
    certificates.pages,
    notes.pages,
    joint.pages,
    joint_papers.pages,
    callouts.pages,
    notices.pages,
    seals.pages,
    search.pages,
    files.pages,
)
for _blueprint in BLUEPRINTS:  # here, not in install: one process may hold several applications
    _blueprint.before_request(refuse_forgery)
    _blueprint.before_request(insist_on_own_password)


def install(application: Flask) -> None:
    """Hang all pages into an application."""
    words.install(application)
    layout.install(application)
    errors.install(application)
    for blueprint in BLUEPRINTS:
        application.register_blueprint(blueprint)
    application.after_request(note_last_seen)
    application.after_request(harden)
    application.after_request(offline.tell_release)
    application.after_request(compress)
    application.teardown_request(close_reading)
    application.extensions["oneset.release"] = offline.release
    application.add_template_global(offline.told_release, "release")
    application.add_url_rule("/viewer/<path:name>", "viewer", _viewer)
    application.add_template_global(viewer_modules, "viewer_modules")


@cache
def viewer_modules(*entries: str) -> list[str]:
    """The modules of the viewer that a page needs, from those it names: fetched at once, not level by level."""
    found: dict[str, None] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        path = VIEWER / name
        imported = IMPORT.findall(path.read_text("utf-8"))
        waiting += [(path.parent / other).resolve().relative_to(VIEWER).as_posix() for other in imported]
    return sorted(found)


def _viewer(name: str) -> Response:
    """The viewer's modules: a library of its own, served as it is."""
    return send_from_directory(VIEWER, name, max_age=300)
