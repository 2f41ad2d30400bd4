"""A person's own second factor: set up, recovery codes, the choice at sign-in, removal; in a demonstration the code now."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import segno
from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from app.accounts.factor_codes import RECOVERY_CODES, in_groups
from app.accounts.factor_queries import factor_of, wrong_codes_since
from app.accounts.factors import (
    Enrolment,
    ask_at_sign_in,
    begin_factor,
    confirm_factor,
    remove_factor,
    renew_recovery_codes,
)
from app.accounts.flows import prove_password
from app.kernel.errors import NOT_FOUND, Refused
from app.web.demo_accounts import demo_code_of, demo_secret
from app.web.request import close_reading, now, reading, require_sign_in, services

pages = Blueprint("factor", __name__)

WRONG_SHOWN_FOR = timedelta(days=7)


@pages.get("/me/factor")
def overview() -> str:
    """How it stands, and what can be done."""
    return _page()


@pages.post("/me/factor")
def begin_act() -> Response:
    """After the password: a secret, shown on this answer only."""
    found = require_sign_in()
    try:
        _prove()
        with services().database.write(found.actor) as tx:
            made = begin_factor(tx, services().factors, secret=_known_secret())
    except Refused as refusal:
        return _refused(refusal)
    return make_response(_page(enrolment=made))


@pages.post("/me/factor/confirm")
def confirm_act() -> Response:
    """A first code turns it on; recovery codes are shown on this answer only."""
    found = require_sign_in()
    close_reading()
    try:
        with services().database.write(found.actor) as tx:
            codes = confirm_factor(tx, services().factors, request.form.get("code", ""))
    except Refused as refusal:
        return _refused(refusal)
    return make_response(_page(codes=codes))


@pages.post("/me/factor/recovery")
def recovery_act() -> Response:
    """New recovery codes, shown on this answer only."""
    found = require_sign_in()
    try:
        _prove()
        with services().database.write(found.actor) as tx:
            codes = renew_recovery_codes(tx, services().factors, request.form.get("code", ""))
    except Refused as refusal:
        return _refused(refusal)
    return make_response(_page(codes=codes))


@pages.post("/me/factor/sign-in")
def sign_in_choice_act() -> Response:
    """Whether signing in asks for a code too."""
    found = require_sign_in()
    asks = request.form.get("asks") == "1"
    close_reading()
    try:
        with services().database.write(found.actor) as tx:
            ask_at_sign_in(tx, services().factors, request.form.get("code", ""), asks=asks)
    except Refused as refusal:
        return _refused(refusal)
    return redirect("/me/factor")


@pages.post("/me/factor/remove")
def remove_act() -> Response:
    """Turn it off."""
    found = require_sign_in()
    try:
        _prove()
        with services().database.write(found.actor) as tx:
            remove_factor(tx, services().factors, request.form.get("code", ""))
    except Refused as refusal:
        return _refused(refusal)
    return redirect("/me/factor")


@pages.get("/demo/code")
def demo_code() -> dict[str, Any]:
    """The code now of a demonstration's account, whose secret is public; elsewhere there is no such page.

    Raises:
        Refused: ``not-found``.
    """
    if not services().settings.is_demo:
        raise Refused(NOT_FOUND)
    shown = demo_code_of(reading(), require_sign_in().person, now())
    if shown is None:
        raise Refused(NOT_FOUND)
    return {"code": shown.code, "seconds": shown.seconds}


def _known_secret() -> bytes | None:
    """In a demonstration everybody's phone is public; everywhere else a secret is random."""
    return demo_secret(require_sign_in().person.login) if services().settings.is_demo else None


def _prove() -> None:
    found = require_sign_in()
    close_reading()
    prove_password(
        services().database,
        found.actor,
        login=found.person.login,
        password=request.form.get("password", ""),
        address=request.remote_addr or "",
    )


def _refused(refusal: Refused) -> Response:
    """The page again, which says why; nothing secret is on it a second time."""
    response = make_response(_page(refusal=refusal))
    response.status_code = refusal.kind.status
    return response


def _page(
    *, refusal: Refused | None = None, enrolment: Enrolment | None = None, codes: tuple[str, ...] = ()
) -> str:
    found = require_sign_in()
    close_reading()  # what an act of this request wrote is to be seen
    return render_template(
        "accounts/factor.html",
        refusal=refusal,
        factor=factor_of(reading(), found.person.id, now()),
        wrong=wrong_codes_since(reading(), found.person.id, now() - WRONG_SHOWN_FOR),
        qr=qr_of(enrolment.address) if enrolment else None,
        secret=in_groups(enrolment.secret) if enrolment else "",
        new_codes=[in_groups(code, mark="-") for code in codes],
        how_many=RECOVERY_CODES,
    )


@dataclass(frozen=True)
class QrCode:
    """A QR code as a page draws it: no request leaves for it."""

    side: int
    """In squares, with the quiet zone."""
    squares: str
    """The dark ones, as a path of SVG: numbers and letters of ours alone."""


def qr_of(text: str) -> QrCode:
    """A text as a QR code of medium correction."""
    made = segno.make_qr(text, error="m")
    rows = list(made.matrix_iter(border=4))
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return QrCode(len(rows), "".join(dark))
