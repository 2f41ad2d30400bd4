"""Signing in and out, and a person's own page: language, password, sessions, tokens."""

from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from app.access.rules import Permission
from app.accounts.actions import (
    SESSION_LIFE,
    ChangeProfile,
    CreateToken,
    change_profile,
    create_token,
    revoke_session,
    revoke_token,
    set_password,
)
from app.accounts.factor_queries import factor_of
from app.accounts.flows import prove_password, sign_in
from app.accounts.queries import email_of, is_revoked, sessions_of, tokens_of
from app.kernel.errors import Refused, invalid
from app.notices.queries import rhythm_of
from app.notices.rules import RHYTHM_LABELS
from app.web.bodies import whole
from app.web.demo_accounts import demo_accounts, demo_code_of
from app.web.request import close_reading, cookie_name, now, reading, require_sign_in, services, signed_in

pages = Blueprint("accounts", __name__)


@pages.get("/sign-in")
def sign_in_page() -> Response | str:
    """The sign-in form; those already inside go on."""
    if signed_in() is not None:
        return redirect(_inside(request.args.get("next")))
    response = make_response(_form())
    secret = request.cookies.get(cookie_name())
    if secret and is_revoked(reading(), secret):
        response.headers["X-OneSet-Session"] = "revoked"  # what the device keeps of that person goes
    return response


@pages.post("/sign-in")
def sign_in_act() -> Response | tuple[str, int]:
    """Check the password and set the cookie; the session id is new each time (no fixation)."""
    try:
        secret = sign_in(
            services().database,
            services().factors,
            login=request.form.get("login", ""),
            password=request.form.get("password", ""),
            address=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", ""),
            code=request.form.get("code", ""),
        )
    except Refused as refusal:
        return _form(refusal), refusal.kind.status
    response = redirect(_inside(request.args.get("next")))
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        secure=services().settings.cookie_secure,
        samesite="Lax",
        path="/",
    )
    return response


@pages.post("/sign-out")
def sign_out_act() -> Response:
    """End this session."""
    found = require_sign_in()
    if found.session_id:
        with services().database.write(found.actor) as tx:
            revoke_session(tx, found.session_id)
    response = redirect("/sign-in")
    response.delete_cookie(cookie_name(), path="/")
    return response


@pages.post("/language")
def choose_language() -> Response:
    """Change language: of the person when signed in, else of this browser."""
    chosen = "en" if request.form.get("language") == "en" else "zh"
    found = signed_in()
    if found is not None:
        with services().database.write(found.actor) as tx:
            change_profile(tx, ChangeProfile(chosen, found.person.timezone, found.person.version))
    response = redirect(_inside(request.form.get("next")))
    response.set_cookie("language", chosen, max_age=31_536_000, samesite="Lax", path="/")
    return response


@pages.get("/me")
def me() -> str:
    """One's own page."""
    return _me()


@pages.post("/me/profile")
def profile_act() -> Response:
    """Change language and zone."""
    found = require_sign_in()
    zone = request.form.get("timezone", "")
    if zone not in available_timezones():
        raise invalid("timezone", "没有这个时区", "no such time zone")
    chosen = "en" if request.form.get("language") == "en" else "zh"
    version = whole(request.form.get("version"), "version")
    with services().database.write(found.actor) as tx:
        change_profile(tx, ChangeProfile(chosen, zone, version))
    return redirect("/me")


@pages.post("/me/password")
def password_act() -> Response:
    """Change one's password; all sessions end, also this one. Guesses count as at the door: no oracle for a thief."""
    found = require_sign_in()
    close_reading()
    prove_password(
        services().database,
        found.actor,
        login=found.person.login,
        password=request.form.get("current", ""),
        address=request.remote_addr or "",
    )
    with services().database.write(found.actor) as tx:
        set_password(tx, found.person.id, request.form.get("password", ""))
    return redirect("/sign-in")


@pages.post("/me/sessions/<session_id>/revoke")
def session_act(session_id: str) -> Response:
    """End one of one's sessions."""
    found = require_sign_in()
    with services().database.write(found.actor) as tx:
        revoke_session(tx, session_id)
    return redirect("/me")


@pages.post("/me/tokens")
def token_act() -> Response:
    """Make a token; its secret is shown once, on this answer only."""
    found = require_sign_in()
    scopes = frozenset(request.form.getlist("scopes"))
    days = whole(request.form.get("days", "90"), "days")
    command = CreateToken(request.form.get("name", ""), scopes, days)
    with services().database.write(found.actor) as tx:
        secret = create_token(tx, command, known_scopes=frozenset(Permission))
    return make_response(_me(secret))


@pages.post("/me/tokens/<token_id>/revoke")
def token_revoke_act(token_id: str) -> Response:
    """End one of one's tokens."""
    found = require_sign_in()
    with services().database.write(found.actor) as tx:
        revoke_token(tx, token_id)
    return redirect("/me")


def _me(secret: str = "") -> str:
    found = require_sign_in()
    return render_template(
        "accounts/me.html",
        sessions=sessions_of(reading(), found.person.id, now()),
        tokens=tokens_of(reading(), found.person.id, now()),
        this_session=found.session_id,
        zones=sorted(available_timezones()),
        permissions=list(Permission),
        new_secret=secret,
        email=email_of(reading(), found.person.id),
        rhythm=rhythm_of(reading(), found.person.id),
        rhythms=RHYTHM_LABELS,
        factor=factor_of(reading(), found.person.id, now()),
        has_mail=services().outgoing.has_mail,
    )


def _form(refusal: Refused | None = None) -> str:
    login = request.form.get("login", "")
    asks_code = refusal is not None and refusal.code.startswith("factor-")
    demo = demo_accounts(reading()) if services().settings.is_demo else ()
    known = next((p for p in demo if p.login == login), None) if asks_code else None
    return render_template(
        "accounts/sign_in.html",
        refusal=refusal,
        login=login,
        asks_code=asks_code,
        door=demo_code_of(reading(), known, now()) if known else None,
        next=request.args.get("next", ""),
        demo=demo,
    )


def _inside(target: str | None) -> str:
    """Only paths of ours: an open redirect would lend our name to others."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    if not target.isprintable():
        return "/"  # browsers drop tabs and line feeds before they read an address; headers cannot hold them
    return target if not urlsplit(target).netloc else "/"
