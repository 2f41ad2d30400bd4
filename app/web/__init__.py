"""Pages. Compose queries, call one action per act; never import models or SQLAlchemy."""

from flask import Blueprint, Flask, send_from_directory
from werkzeug.wrappers import Response

from app.web import (
    accounts,
    admin,
    callouts,
    errors,
    files,
    intake,
    layout,
    marks,
    offline,
    projects,
    public,
    record,
    region_copies,
    register,
    search,
    sheets,
    uploads,
    words,
)
from app.web.compression import compress
from app.web.offline import VIEWER
from app.web.protection import harden, insist_on_own_password, refuse_forgery
from app.web.request import close_reading, note_last_seen

BLUEPRINTS: tuple[Blueprint, ...] = (
    public.pages,
    accounts.pages,
    admin.pages,
    projects.pages,
    register.pages,
    sheets.pages,
    marks.pages,
    offline.pages,
    intake.pages,
    uploads.pages,
    record.pages,
    region_copies.pages,
    callouts.pages,
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
    modules = sorted(path.relative_to(VIEWER).as_posix() for path in VIEWER.rglob("*.js"))
    application.add_template_global(lambda: modules, "viewer_modules")


def _viewer(name: str) -> Response:
    """The viewer's modules: a library of its own, served as it is."""
    return send_from_directory(VIEWER, name, max_age=300)
