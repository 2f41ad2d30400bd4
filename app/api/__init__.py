"""REST API v1. Composes queries, calls one action per act; knows nothing of pages, models or SQLAlchemy."""

from functools import cache
from typing import Any

from apiflask import APIFlask
from flask import jsonify

from app.api import (
    acts,
    changes,
    distribution,
    intakes,
    ledger,
    mark_files,
    markups,
    members,
    notices,
    people,
    projects,
    questions,
    record,
    renditions,
    review_assist,
    review_cases,
    review_opinions,
    review_papers,
    seal_reports,
    seals,
    searching,
    self_checks,
    sheets,
    status,
    uploads,
)
from app.api.document import openapi_document
from app.api.operations import blueprint_of
from app.api.table import Table

TABLES: tuple[Table, ...] = (
    people.table,
    projects.table,
    members.table,
    intakes.table,
    uploads.table,
    sheets.table,
    acts.table,
    markups.table,
    mark_files.table,
    renditions.table,
    seal_reports.table,
    record.table,
    review_cases.table,
    review_opinions.table,
    review_papers.table,
    review_assist.table,
    self_checks.table,
    changes.table,
    questions.table,
    distribution.table,
    searching.table,
    seals.table,
    notices.table,
    ledger.table,
    status.table,
)
"""Every operation of the API, in the order of the document."""


def install(application: APIFlask) -> None:
    """Hang the API under ``/api/v1`` into an application; its document is written from the same tables."""
    operations = [operation for table in TABLES for operation in table.operations]
    application.register_blueprint(blueprint_of(operations))
    # APIFlask's own writer stumbles over plain blueprints, and would know less than our tables do.
    application.view_functions["openapi.spec"] = lambda: jsonify(_document())


@cache
def _document() -> dict[str, Any]:
    """Written when somebody first asks: it takes as long as all the rest of a start."""
    return openapi_document([operation for table in TABLES for operation in table.operations])
