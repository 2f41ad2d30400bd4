"""Guards around every page: content security policy, cross-site forgery, headers (SECURITY 3: 24, 33, 34)."""

import hmac
from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from app.kernel.errors import NOT_FOUND, Refused, declare
from app.web.request import services, signed_in

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; sandbox"

FORGED = declare(
    "forged-request",
    400,
    "请求未通过跨站校验。",
    "The request failed the cross-site check.",
    "请刷新页面后重试；如仍失败，请重新登录。",
    "Reload the page and try again; sign in anew if it persists.",
)


def refuse_forgery() -> None:
    """Every unsafe request must come from our own page: origin right, and the session's token in form or header.

    Raises:
        Refused: ``forged-request``; ``not-found`` for an address with a NUL, which no database can look for.
    """
    if "\0" in request.path:
        raise Refused(NOT_FOUND)
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None and not _is_ours(origin):
        raise Refused(FORGED)
    found = signed_in()
    if found is None:
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), found.csrf_secret.encode()):
        raise Refused(FORGED)


OWN_DOOR = frozenset(
    {"accounts.me", "accounts.password_act", "accounts.sign_out_act", "accounts.choose_language"}
)
"""What a password set by somebody else opens."""

PASSWORD_GIVEN = declare(
    "password-given",
    403,
    "当前密码由他人设置，须先修改。",
    "Somebody else set your password: change it first.",
    "请到“我的账户”修改密码后重新登录。",
    "Change it on your account page, then sign in again.",
)


def insist_on_own_password() -> Response | None:
    """Whoever signs in with a password that an administrator set gets to change it, and nothing else.

    Raises:
        Refused: ``password-given``; pages lead to one's account instead.
    """
    if request.endpoint in OWN_DOOR:
        return None
    found = signed_in()
    if found is None or not found.person.has_given_password:
        return None
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if request.method == "GET" and accepted != "application/json":
        return redirect("/me")
    raise Refused(PASSWORD_GIVEN)


def _is_ours(origin: str) -> bool:
    there = urlsplit(origin)
    ours = {request.host, urlsplit(services().settings.base_url).netloc}
    return there.netloc in ours


def harden(response: Response) -> Response:
    """Headers of every answer. Files carry their own, stricter policy."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    headers.setdefault("Cache-Control", "no-store")
    if services().settings.cookie_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
