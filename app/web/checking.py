"""Checking a printed code without a network: the page, the public keys, and the list of what ended. Open to everybody."""

import json
import threading
import time
from dataclasses import dataclass, field

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from app.copies.copies import KEYS_UNUSABLE, LOG
from app.copies.ended import ended_codes, signed_list
from app.copies.keys import BadKeys
from app.kernel.clock import LEGAL_ZONE
from app.kernel.errors import Refused
from app.web.public import page_answer
from app.web.request import close_reading, now, reading, services

pages = Blueprint("checking", __name__)

LIST_KEPT = 60.0
"""Seconds for which a list stands, however many devices ask."""


@dataclass
class _Kept:
    """The list as last made by this process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    at: float = 0.0
    data: bytes = b""


@pages.get("/check")
def check() -> Response:
    """The page itself; a worker keeps it, with nothing of anybody's on it."""
    return page_answer(render_template("public/check.html", zone=str(LEGAL_ZONE)), 200)


@pages.get("/check/keys.json")
def keys() -> Response:
    """Every public key that ever signed codes of this installation, newest first, with its dates.

    Raises:
        Refused: ``keys-unusable``.
    """
    try:
        services().press.keys.signer(now())  # a new installation makes its key when it is first asked for it
        told = [
            {
                "id": key.key_id,
                "fingerprint": key.fingerprint,
                "public": key.public,
                "made_at": key.made_at,
                "retired_at": key.retired_at,
                "withdrawn_at": key.withdrawn_at,
            }
            for key in services().press.keys.public_keys()
        ]
    except BadKeys as error:
        raise _unusable(error) from error
    return _answer(json.dumps({"algorithm": "Ed25519", "keys": told}).encode(), "application/json")


@pages.get("/check/list")
def ended() -> Response:
    """What is no longer to be built from, signed, as of now (:mod:`app.copies.ended`).

    Raises:
        Refused: ``keys-unusable``.
    """
    kept: _Kept = current_app.extensions.setdefault("oneset.ended-codes", _Kept())
    with kept.lock:
        if not kept.data or time.monotonic() - kept.at > LIST_KEPT:
            try:
                signer = services().press.keys.signer(now())
            except BadKeys as error:
                raise _unusable(error) from error
            kept.data = signed_list(ended_codes(reading(), now()), now(), signer)
            kept.at = time.monotonic()
        data = kept.data
    close_reading()
    return _answer(data, "application/octet-stream")


def _unusable(error: BadKeys) -> Refused:
    LOG.critical("keys of printed codes cannot be used: %s", error)
    return Refused(KEYS_UNUSABLE)


def _answer(data: bytes, media_type: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.add_etag()
    return response.make_conditional(request.environ)
