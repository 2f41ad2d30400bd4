"""What can be asked about people, sessions and tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.actions import ATTEMPT_WINDOW, ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_LOGIN, SESSION_IDLE
from app.accounts.models import ApiToken, Organisation, Person, SignInAttempt, WebSession
from app.accounts.passwords import secret_hash
from app.kernel.actor import Actor, Via
from app.kernel.text import code_key


@dataclass(frozen=True)
class PersonView:
    """A person as pages show him."""

    id: str
    name: str
    login: str
    organisation_id: str | None
    organisation: str
    language: str
    timezone: str
    is_platform_admin: bool
    is_active: bool
    version: int
    password_at: datetime | None
    has_given_password: bool
    """Somebody else set the password: it must be changed before anything else."""


@dataclass(frozen=True)
class OrganisationView:
    """An organisation as pages show it."""

    id: str
    name: str
    name_en: str
    uscc: str | None


@dataclass(frozen=True)
class SignedIn:
    """A valid session or token."""

    actor: Actor
    person: PersonView
    session_id: str | None
    csrf_secret: str
    last_seen_at: datetime


@dataclass(frozen=True)
class SessionView:
    """One of a person's sessions."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True)
class TokenView:
    """One of a person's tokens; the secret is gone."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


def password_hash_of(session: Session, login: str) -> tuple[str | None, str | None]:
    """(person id, stored hash) of an active person; (None, None) for nobody."""
    query = sa.select(Person.id, Person.password_hash).where(
        Person.login_key == code_key(login), Person.is_active.is_(True)
    )
    row = session.execute(query).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def is_paused(session: Session, *, login: str, address: str, now: datetime) -> bool:
    """True when this account or address has guessed wrong too often in the last 15 minutes."""
    wrong = sa.select(sa.func.count()).where(
        SignInAttempt.at > now - ATTEMPT_WINDOW, SignInAttempt.was_right.is_(False)
    )
    by_login = session.execute(wrong.where(SignInAttempt.login_key == code_key(login)[:100])).scalar_one()
    by_address = session.execute(wrong.where(SignInAttempt.address == address[:60])).scalar_one()
    return bool(by_login >= ATTEMPTS_PER_LOGIN or by_address >= ATTEMPTS_PER_ADDRESS)


def session_by_secret(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """The signed-in person of a cookie's secret; None when unknown, revoked, expired or idle too long."""
    query = (
        sa.select(WebSession, Person, Organisation.name)
        .join(Person, Person.id == WebSession.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(
            WebSession.secret_hash == secret_hash(secret),
            WebSession.revoked_at.is_(None),
            WebSession.expires_at > now,
            WebSession.last_seen_at > now - SESSION_IDLE,
            Person.is_active.is_(True),
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    found, person, organisation = row
    actor = Actor(person.id, Via.SESSION, is_platform_admin=person.is_platform_admin)
    return SignedIn(actor, _view(person, organisation), found.id, found.csrf_secret, found.last_seen_at)


def is_revoked(session: Session, secret: str) -> bool:
    """Whether somebody ended the session of this cookie, which is another thing than its running out."""
    query = sa.select(WebSession.id).where(
        WebSession.secret_hash == secret_hash(secret), WebSession.revoked_at.is_not(None)
    )
    return session.execute(query).first() is not None


def token_by_secret(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """The person behind an API token; None when unknown, revoked or expired."""
    query = (
        sa.select(ApiToken, Person, Organisation.name)
        .join(Person, Person.id == ApiToken.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(
            ApiToken.secret_hash == secret_hash(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            Person.is_active.is_(True),
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    token, person, organisation = row
    actor = Actor(person.id, Via.TOKEN, frozenset(token.scopes))
    return SignedIn(actor, _view(person, organisation), None, "", token.last_used_at or token.created_at)


def sessions_of(session: Session, person_id: str, now: datetime) -> Sequence[SessionView]:
    """A person's open sessions, newest first."""
    query = (
        sa.select(WebSession)
        .where(
            WebSession.person_id == person_id,
            WebSession.revoked_at.is_(None),
            WebSession.expires_at > now,
            WebSession.last_seen_at > now - SESSION_IDLE,
        )
        .order_by(WebSession.last_seen_at.desc())
    )
    return [
        SessionView(s.id, s.created_at, s.last_seen_at, s.address, s.user_agent)
        for s in session.scalars(query)
    ]


def tokens_of(session: Session, person_id: str, now: datetime) -> Sequence[TokenView]:
    """A person's valid tokens, newest first."""
    query = (
        sa.select(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .order_by(ApiToken.created_at.desc())
    )
    return [
        TokenView(t.id, t.name, t.prefix, tuple(t.scopes), t.created_at, t.expires_at, t.last_used_at)
        for t in session.scalars(query)
    ]


def person_by_id(session: Session, person_id: str) -> PersonView | None:
    """One person."""
    query = (
        sa.select(Person, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id == person_id)
    )
    row = session.execute(query).one_or_none()
    return _view(row[0], row[1]) if row else None


def names_of(session: Session, person_ids: Iterable[str]) -> dict[str, str]:
    """Names by identifier, of those who are known."""
    wanted = sorted(set(person_ids))
    if not wanted:
        return {}
    query = sa.select(Person.id, Person.name).where(Person.id.in_(wanted))
    return {row.id: row.name for row in session.execute(query)}


def people(session: Session) -> Sequence[PersonView]:
    """Everybody, by organisation and name."""
    query = (
        sa.select(Person, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .order_by(Organisation.name, Person.name, Person.id)
    )
    return [_view(p, o) for p, o in session.execute(query)]


def organisations(session: Session) -> Sequence[OrganisationView]:
    """Every organisation by name."""
    query = sa.select(Organisation).order_by(Organisation.name)
    return [OrganisationView(o.id, o.name, o.name_en, o.uscc) for o in session.scalars(query)]


def _view(person: Person, organisation: str | None) -> PersonView:
    return PersonView(
        id=person.id,
        name=person.name,
        login=person.login,
        organisation_id=person.organisation_id,
        organisation=organisation or "",
        language=person.language,
        timezone=person.timezone,
        is_platform_admin=person.is_platform_admin,
        is_active=person.is_active,
        version=person.version,
        password_at=person.password_at,
        has_given_password=person.password_by not in (None, person.id),
    )


def email_of(session: Session, person_id: str) -> str:
    """A person's own e-mail address, for the person alone; empty when there is none."""
    return session.execute(sa.select(Person.email).where(Person.id == person_id)).scalar_one_or_none() or ""
