"""What one request knows: who asks, in which language and zone, and one reading session."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access.queries import rights_of
from app.accounts.actions import touch_session
from app.accounts.queries import SignedIn, session_by_secret
from app.bootstrap import Services
from app.kernel.actor import PUBLIC, Actor
from app.kernel.errors import SIGN_IN_NEEDED, Refused
from app.kernel.labels import Label, Language, language_of
from app.kernel.policy import Rights

SEEN_EVERY = 300
"""Seconds between writes of "last seen"."""


def services() -> Services:
    """The services of this process."""
    return cast(Services, current_app.extensions["oneset"])


def cookie_name() -> str:
    """The session cookie's name; ``__Host-`` where TLS is on, so that no sibling domain can plant one."""
    return "__Host-oneset" if services().settings.cookie_secure else "oneset"


def reading() -> Session:
    """The reading session of this request; opened when first needed, closed with the request."""
    if "reading" not in g:
        g.reading_context = services().database.read()
        g.reading = g.reading_context.__enter__()
    return cast(Session, g.reading)


def close_reading(error: BaseException | None = None) -> None:
    """End the reading session, if one was opened."""
    del error
    context = g.pop("reading_context", None)
    g.pop("reading", None)
    if context is not None:
        context.__exit__(None, None, None)


def now() -> datetime:
    """The instant of this request: the same from its first to its last line."""
    if "now" not in g:
        g.now = services().clock.now()
    return cast(datetime, g.now)


def signed_in() -> SignedIn | None:
    """Who is signed in, or None."""
    if "signed_in" not in g:
        secret = request.cookies.get(cookie_name())
        g.signed_in = session_by_secret(reading(), secret, now()) if secret else None
    return cast("SignedIn | None", g.signed_in)


def actor() -> Actor:
    """Who acts."""
    found = signed_in()
    return found.actor if found else PUBLIC


def require_sign_in() -> SignedIn:
    """The signed-in person.

    Raises:
        Refused: ``sign-in-needed``.
    """
    found = signed_in()
    if found is None:
        raise Refused(SIGN_IN_NEEDED)
    return found


def rights() -> Rights:
    """All rights of who asks."""
    if "rights" not in g:
        g.rights = rights_of(reading(), actor(), now())
    return cast(Rights, g.rights)


def language() -> Language:
    """Chinese or English: the person's, else what the visitor chose, else the setting."""
    if "language" not in g:
        found = signed_in()
        chosen = request.cookies.get("language")
        g.language = language_of(found.person.language if found else chosen or services().settings.language)
    return cast(Language, g.language)


def say(label: Label) -> str:
    """A label in the language of this request."""
    return label.in_(language())


def zone() -> ZoneInfo:
    """The zone in which this person reads instants."""
    found = signed_in()
    return ZoneInfo(found.person.timezone) if found else ZoneInfo("Asia/Shanghai")


def note_last_seen(response: Response) -> Response:
    """Write "last seen" now and then, after the answer is made."""
    found = g.get("signed_in")
    if found is not None and found.session_id and (now() - found.last_seen_at).total_seconds() > SEEN_EVERY:
        close_reading()
        with services().database.plumbing() as session:
            touch_session(session, found.session_id, now())
    return response
