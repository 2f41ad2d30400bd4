"""What is open to everybody: the start page, the health check, and the page behind the QR code of a printed sheet."""

import json
import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from app.copies.copies import HASH_ON_FACE, PrintedIdentity, printed_identity
from app.copies.queries import CopyStatus, PublicStatus, public_status
from app.kernel.clock import LEGAL_ZONE
from app.kernel.errors import Refused, declare
from app.kernel.ledger.sequence import tree_state
from app.projects.queries import ProjectView, projects_of
from app.record.register import STANDING_LABELS, register_with_standing
from app.web.request import close_reading, now, reading, require_sign_in, rights, services, signed_in

pages = Blueprint("public", __name__)
LOG = logging.getLogger("oneset.scan")

CACHE = "public, max-age=60"
UNKNOWN_CODES = 20
"""Unknown codes that one address may ask for at once; one more is allowed every three seconds."""
UNKNOWN_CODE_EVERY = 3.0
ADDRESSES_KEPT = 10_000
HEALTH_KEPT = 5.0
"""Seconds for which a health answer stands, so that asking cannot wear out the disk."""

TOO_MANY_CODES = declare(
    "too-many-unknown-codes",
    429,
    "此地址查询了过多不存在的编码。",
    "This address has asked for too many codes that do not exist.",
    "请一分钟后再扫码；若图上二维码残缺，请登录后按图号查找。",
    "Wait a minute and scan again; if the code is damaged, sign in and look for the sheet number.",
)

MEANINGS = {
    CopyStatus.CURRENT: "force",
    CopyStatus.SUPERSEDED: "stop",
    CopyStatus.VOID: "history",
    CopyStatus.COMING: "waiting",
    CopyStatus.NOT_RELEASED: "waiting",
}
"""The five meanings (UI rule 1)."""


@dataclass(frozen=True)
class ProjectCard:
    """A project on the start page."""

    project: ProjectView
    counts: tuple[tuple[str, int], ...]
    """(standing, number of sheets), in the order of the standings."""

    @property
    def total(self) -> int:
        """All sheets that the person may see."""
        return sum(count for _, count in self.counts)


@pages.get("/")
def home() -> str | Response:
    """The person's projects; strangers are sent to sign in."""
    if signed_in() is None:
        return redirect("/sign-in")
    cards = [_card(project) for project in projects_of(reading(), rights())]
    return render_template("public/home.html", cards=cards)


@pages.get("/healthz")
def health() -> Response:
    """Whether this process can do its work: reads the database, writes and reads the store. No secrets."""
    state = current_app.extensions.setdefault("oneset.health", {"at": 0.0, "checks": {}})
    if time.monotonic() - state["at"] > HEALTH_KEPT or not state["checks"]:
        state["checks"] = {"database": _try_database(), "store": _try_store()}
        state["at"] = time.monotonic()
    is_well = all(answer == "ok" for answer in state["checks"].values())
    body = {"status": "ok" if is_well else "failing", "checks": state["checks"]}
    return json_answer(body, 200 if is_well else 503, "no-store")


@pages.get("/v/<short_code>")
def scanned(short_code: str) -> Response:
    """One glance: may this print be built from? ``h`` is the beginning of the hash that is printed beside the code."""
    found = _look_up(short_code)
    if found is None:
        return page_answer(render_template("public/unknown.html", code=short_code[:20]), 404)
    status, identity = found
    matches = _matches(identity)
    page = render_template(
        "public/status.html",
        status=status,
        identity=identity,
        meaning=_meaning(status, matches=matches),
        is_mismatch=matches is False,
        hash_shown=identity.hash_prefix[:HASH_ON_FACE],
        since=status.since.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d") if status.since else "",
        judged_at=_to_the_minute(status.seals.judged_at),
        asked_at=_to_the_minute(status.as_of),
    )
    return page_answer(page, 200)


@pages.get("/v/<short_code>.json")
def scanned_json(short_code: str) -> Response:
    """The same for programs."""
    found = _look_up(short_code)
    if found is None:
        return json_answer({"code": "not-found"}, 404, CACHE)
    status, identity = found
    body = {
        "code": status.short_code,
        "status": str(status.status),
        "label": {"zh": status.label.zh, "en": status.label.en},
        "since": status.since.isoformat() if status.since else None,
        "as_of": status.as_of.isoformat(),
        "number": status.number,
        "title": identity.title,
        "revision": status.rev_label,
        "issue_date": identity.issue_date,
        "superseded_by": status.superseded_by,
        "successor_code": status.successor_code,
        "change_slips": status.change_slips,
        "slips": list(status.slips),
        "for_construction": status.status is CopyStatus.CURRENT and status.is_for_construction,
        "confirmed": status.confirmed,
        "confirmations_needed": status.needed,
        "seals": {
            "mark": str(status.seals.mark),
            "count": status.seals.count,
            "label": {"zh": status.seals.short.zh, "en": status.seals.short.en},
            "judged_at": status.seals.judged_at.isoformat() if status.seals.judged_at else None,
            "seals": [
                {
                    "kind": {"zh": s.kind.zh, "en": s.kind.en},
                    "name": s.name,
                    "organisation": s.organisation,
                }
                for s in status.seal_names
            ],
        },
        "project": status.project,
        "hash_prefix": identity.hash_prefix,
        "hash_matches": _matches(identity),
    }
    return json_answer(body, 200, CACHE)


@pages.get("/v/<short_code>/sheet")
def scanned_sheet(short_code: str) -> Response:
    """From the print to the sheet, for people with a seat; the public page itself names no inner address."""
    require_sign_in()
    identity = printed_identity(reading(), short_code)
    if identity is None:
        return page_answer(render_template("public/unknown.html", code=short_code[:20]), 404)
    return redirect(f"/sheets/{identity.sheet_id}?rev={identity.revision_id}")


@pages.get("/v/<short_code>/confirm")
def confirm_scanned(short_code: str) -> Response:
    """From the print to its receipts: confirm or object, for people with a seat. Three taps from the scan."""
    require_sign_in()
    identity = printed_identity(reading(), short_code)
    if identity is None:
        return page_answer(render_template("public/unknown.html", code=short_code[:20]), 404)
    return redirect(f"/sheets/{identity.sheet_id}/confirmation")


def _to_the_minute(at: datetime | None) -> str:
    return at.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M") if at else ""


def _card(project: ProjectView) -> ProjectCard:
    rows = register_with_standing(reading(), rights(), project.id, now())
    counts = Counter(str(row.standing) for row in rows)
    return ProjectCard(project, tuple((key, counts[key]) for key in STANDING_LABELS if counts[key]))


def _look_up(short_code: str) -> tuple[PublicStatus, PrintedIdentity] | None:
    """Status and identity of a code.

    Raises:
        Refused: ``too-many-unknown-codes``; guessing is slowed down before the database is asked.
    """
    buckets = unknown_codes()
    address = request.remote_addr or ""
    if not buckets.has_token(address):
        raise Refused(TOO_MANY_CODES)
    status = public_status(reading(), short_code, now())
    identity = printed_identity(reading(), short_code) if status else None
    close_reading()
    if status is None or identity is None:
        buckets.take(address)
        return None
    # Time and code only: who scans is nobody's business (DOMAIN 3.10).
    LOG.info(json.dumps({"event": "scan", "code": status.short_code, "status": str(status.status)}))
    return status, identity


def _meaning(status: PublicStatus, *, matches: bool | None) -> str:
    """Green only for what may be built from."""
    if matches is False:
        return "stop"
    return MEANINGS[status.status] if status.is_for_construction else "waiting"


def _matches(identity: PrintedIdentity) -> bool | None:
    """Whether the hash on the print is the record's; None when the address carries none."""
    given = request.args.get("h", "").strip().lower()
    if not given:
        return None
    is_known = identity.base_sha256 is not None and len(given) >= HASH_ON_FACE
    return is_known and cast(str, identity.base_sha256).startswith(given)


def _try_database() -> str:
    try:
        with services().database.read() as session:
            tree_state(session)
    except Exception as error:  # noqa: BLE001  whatever breaks is the answer
        return _broken("database", error)
    return "ok"


def _try_store() -> str:
    try:
        services().store.check()
    except Exception as error:  # noqa: BLE001  whatever breaks is the answer
        return _broken("store", error)
    return "ok"


def _broken(name: str, error: Exception) -> str:
    """The class of the error goes out, its text, which may name hosts, to the log."""
    logging.getLogger("oneset.web").error("health: %s fails", name, exc_info=error)
    return f"failing: {type(error).__name__}"


def page_answer(page: str, status: int) -> Response:
    """A page for everybody: kept for a minute, in no search engine, and it tells no other site where one was."""
    response = Response(page, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = CACHE
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def json_answer(body: Mapping[str, object], status: int, cache: str) -> Response:
    """The same for programs."""
    text = json.dumps(body, ensure_ascii=False)
    response = Response(text, status, content_type="application/json")
    response.headers["Cache-Control"] = cache
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


class TokenBuckets:
    """One bucket of tokens per address; buckets fill again with time, the longest unused are forgotten."""

    def __init__(self, size: int, every: float, kept: int = ADDRESSES_KEPT) -> None:
        """Make empty shelves.

        Args:
            size: tokens in a full bucket.
            every: seconds until one token comes back.
            kept: addresses remembered.
        """
        self._size, self._every, self._kept = size, every, kept
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def has_token(self, address: str) -> bool:
        """True while the address has at least one token."""
        with self._lock:
            return self._tokens(address) >= 1

    def take(self, address: str) -> None:
        """Take one token away."""
        with self._lock:
            self._buckets[address] = (max(0.0, self._tokens(address) - 1), time.monotonic())
            self._buckets.move_to_end(address)
            while len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)

    def _tokens(self, address: str) -> float:
        tokens, at = self._buckets.get(address, (float(self._size), 0.0))
        return min(float(self._size), tokens + (time.monotonic() - at) / self._every)


def unknown_codes() -> TokenBuckets:
    """What slows guessing down, for all kinds of codes together."""
    made = TokenBuckets(UNKNOWN_CODES, UNKNOWN_CODE_EVERY)
    return cast(TokenBuckets, current_app.extensions.setdefault("oneset.unknown-codes", made))
