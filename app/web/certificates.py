"""Behind the code of a certificate, for everybody: does it stand, what is its number, and does it list this file?"""

import json
import logging
import re
from datetime import datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.kernel.clock import LEGAL_ZONE
from app.kernel.errors import Refused, invalid
from app.kernel.labels import Label
from app.review.queries.public import (
    IN_FORCE,
    SUPERSEDED,
    VOIDED,
    PublicCertificate,
    listed_by,
    public_certificate,
)
from app.web.public import CACHE, TOO_MANY_CODES, json_answer, page_answer, unknown_codes
from app.web.request import close_reading, now, reading

pages = Blueprint("certificates", __name__)
LOG = logging.getLogger("oneset.scan")

LABELS = {
    IN_FORCE: Label("有效", "In force"),
    SUPERSEDED: Label("已被替代", "Superseded"),
    VOIDED: Label("已作废", "Voided"),
}
MEANINGS = {IN_FORCE: "force", SUPERSEDED: "stop", VOIDED: "history"}
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@pages.get("/c/<short_code>")
def certificate(short_code: str) -> Response:
    """One glance: does this certificate stand? ``sha256`` asks whether it lists a file."""
    digest = _digest()
    found = _look_up(short_code)
    if found is None:
        return page_answer(render_template("public/unknown_certificate.html", code=short_code[:20]), 404)
    listed = listed_by(reading(), found, digest) if digest else []
    close_reading()
    page = render_template(
        "public/certificate.html",
        found=found,
        label=LABELS[found.status],
        meaning=MEANINGS[found.status],
        digest=digest,
        listed=listed,
        issued_on=_day(found.issued_at),
        ended_on=_day(found.ended_at) if found.ended_at else "",
        asked_at=found.as_of.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M"),
    )
    return page_answer(page, 200)


@pages.get("/c/<short_code>.json")
def certificate_json(short_code: str) -> Response:
    """The same for programs; with ``sha256`` also whether it lists that file, and as which sheet."""
    digest = _digest()
    found = _look_up(short_code)
    if found is None:
        return json_answer({"code": "not-found"}, 404, CACHE)
    listed = listed_by(reading(), found, digest) if digest and not found.is_restricted else []
    close_reading()
    label = LABELS[found.status]
    view = found.certificate
    body: dict[str, object] = {
        "code": found.short_code,
        "status": found.status,
        "label": {"zh": label.zh, "en": label.en},
        "issued_at": found.issued_at.isoformat(),
        "ended_at": found.ended_at.isoformat() if found.ended_at else None,
        "as_of": found.as_of.isoformat(),
        "project": found.project,
        "agency": view.agency if view else "",
        "numbers": _numbers(found),
        "sheets": view.items if view else None,
        "list_digest": view.digest if view else "",
        "superseded_by": found.superseded_by,
    }
    if digest:
        body["sha256"] = digest
        body["is_listed"] = bool(listed) if view else None
        body["listed_as"] = [{"number": one.number, "revision": one.rev_label} for one in listed]
    return json_answer(body, 200, CACHE)


def _numbers(found: PublicCertificate) -> dict[str, str]:
    view = found.certificate
    if view is None:
        return {}
    return {
        "internal": view.number_internal,
        "national": view.number_national,
        "provincial": view.number_provincial,
        "fire": view.number_fire,
        "civil_defence": view.number_civil_defence,
    }


def _look_up(short_code: str) -> PublicCertificate | None:
    """A certificate by its code.

    Raises:
        Refused: ``too-many-unknown-codes``; guessing is slowed down before the database is asked.
    """
    buckets = unknown_codes()
    address = request.remote_addr or ""
    if not buckets.has_token(address):
        raise Refused(TOO_MANY_CODES)
    found = public_certificate(reading(), short_code, now())
    if found is None:
        close_reading()
        buckets.take(address)
        return None
    # Time and code only: who asks is nobody's business (DOMAIN 3.10).
    LOG.info(json.dumps({"event": "certificate", "code": found.short_code, "status": found.status}))
    return found


def _digest() -> str:
    """The digest asked for; empty when none is.

    Raises:
        Refused: ``invalid-input`` when it is none.
    """
    given = "".join(request.args.get("sha256", "").split()).lower().removeprefix("sha256:")
    if given and not _DIGEST.fullmatch(given):
        raise invalid("SHA-256", "应为 64 位十六进制数字", "is 64 hexadecimal digits")
    return given


def _day(at: datetime) -> str:
    return at.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d")
