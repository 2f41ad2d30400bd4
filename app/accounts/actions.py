"""Organisations, people, sessions and tokens: every change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Organisation, Person, SignInAttempt, WebSession
from app.accounts.passwords import MIN_LENGTH, hash_password, secret_hash
from app.accounts.rules import uscc_is_right
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, STALE, Refused, declare, invalid
from app.kernel.ids import new_id, new_secret
from app.kernel.ledger.append import Fact
from app.kernel.text import code_key, normalise, tidy

SESSION_LIFE = timedelta(days=7)
SESSION_IDLE = timedelta(hours=12)
ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_LOGIN = 8
ATTEMPTS_PER_ADDRESS = 40
TOKEN_PREFIX = "ons_"  # noqa: S105  marks our tokens for secret scanners

SIGN_IN_FAILED = declare(
    "sign-in-failed",
    401,
    "用户名或密码不正确。",
    "User name or password is wrong.",
    "请重新输入；忘记密码请联系本单位管理员重置。",
    "Try again; if the password is lost, ask your administrator to reset it.",
)
TOO_MANY_ATTEMPTS = declare(
    "too-many-attempts",
    429,
    "尝试次数过多，已暂时停止登录。",
    "Too many attempts: sign-in is paused.",
    "请 15 分钟后再试。",
    "Try again in 15 minutes.",
)
LOGIN_TAKEN = declare(
    "login-taken",
    409,
    "用户名“{login}”已被使用。",
    "The user name '{login}' is taken.",
    "请换一个用户名。",
    "Choose another one.",
)
ORGANISATION_EXISTS = declare(
    "organisation-exists",
    409,
    "单位“{name}”已存在。",
    "The organisation '{name}' exists already.",
    "请直接选用已有的单位。",
    "Use the existing one.",
)


@dataclass(frozen=True)
class CreateOrganisation:
    """Enter an organisation."""

    name: str
    name_en: str = ""
    uscc: str | None = None


def create_organisation(tx: Tx, command: CreateOrganisation) -> str:
    """Enter an organisation; returns its id.

    Raises:
        Refused: not an administrator; the name or code exists; the credit code's check character is wrong.
    """
    _require_admin(tx)
    name = tidy(command.name)
    if not name:
        raise invalid("name", "不能为空", "must not be empty")
    uscc = code_key(command.uscc).upper() if command.uscc else None
    if uscc and not uscc_is_right(uscc):
        raise invalid("uscc", "统一社会信用代码校验位不符", "the check character of the credit code is wrong")
    same = sa.or_(
        Organisation.name == name, sa.and_(Organisation.uscc.is_not(None), Organisation.uscc == uscc)
    )
    if tx.session.execute(sa.select(Organisation.id).where(same)).first():
        raise Refused(ORGANISATION_EXISTS, name=name)
    row = Organisation(id=new_id(), name=name, name_en=command.name_en, uscc=uscc, created_at=tx.now)
    tx.session.add(row)
    tx.session.flush()
    data = {"name": row.name, "name_en": row.name_en, "uscc": row.uscc}
    tx.record(Fact("organisation.entered", subjects={"organisation": row.id}, data=data))
    return row.id


@dataclass(frozen=True)
class CreatePerson:
    """Enter a person who can sign in."""

    name: str
    login: str
    password: str | None
    organisation_id: str | None = None
    email: str = ""
    phone: str = ""
    language: str = "zh"
    is_platform_admin: bool = False


def create_person(tx: Tx, command: CreatePerson) -> str:
    """Enter a person; returns the id. argon2 takes 25 ms: the one slow thing allowed inside an act.

    Raises:
        Refused: not an administrator; login taken; password too short.
    """
    _require_admin(tx)
    if not tidy(command.name) or not code_key(command.login):
        raise invalid("name, login", "不能为空", "must not be empty")
    if command.password is not None:
        _check_password(command.password)
    if tx.session.execute(sa.select(Person.id).where(Person.login_key == code_key(command.login))).first():
        raise Refused(LOGIN_TAKEN, login=command.login)
    if command.organisation_id and tx.session.get(Organisation, command.organisation_id) is None:
        raise invalid("organisation", "没有这个单位", "no such organisation")
    row = Person(
        id=new_id(),
        organisation_id=command.organisation_id,
        name=tidy(command.name),
        login=normalise(command.login),
        login_key=code_key(command.login),
        email=command.email,
        phone=command.phone,
        password_hash=hash_password(command.password) if command.password else None,
        password_by=tx.actor.person_id if command.password else None,
        password_at=tx.now if command.password else None,
        language=command.language,
        is_platform_admin=command.is_platform_admin,
        created_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.record(Fact("person.entered", subjects={"person": row.id}, data={"admin": row.is_platform_admin}))
    return row.id


@dataclass(frozen=True)
class ChangeProfile:
    """What a person may change of himself."""

    language: str
    timezone: str
    version: int


def change_profile(tx: Tx, command: ChangeProfile) -> None:
    """Change one's own language and time zone.

    Raises:
        Refused: stale version.
    """
    person = _self(tx)
    if person.version != command.version:
        raise Refused(STALE)
    person.language, person.timezone = command.language, command.timezone


def set_password(tx: Tx, person_id: str, password: str) -> None:
    """Set a password: one's own, or anybody's by an administrator. All sessions and tokens of the person end.

    One that an administrator set is for the way in only: the person must change it before anything else, and sees
    who set it and when. So nobody acts in another's name unseen (law 5).

    Raises:
        Refused: not allowed; too short.
    """
    if tx.actor.person_id != person_id:
        _require_admin(tx)
    person = tx.session.get(Person, person_id)
    if person is None:
        raise Refused(NOT_FOUND)
    _check_password(password)
    person.password_hash = hash_password(password)
    person.password_by, person.password_at = tx.actor.person_id, tx.now
    open_sessions = sa.update(WebSession).where(
        WebSession.person_id == person_id, WebSession.revoked_at.is_(None)
    )
    tx.session.execute(open_sessions.values(revoked_at=tx.now))
    tokens = sa.update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    tx.session.execute(tokens.values(revoked_at=tx.now))
    tx.record(Fact("person.password-set", subjects={"person": person_id}))


def note_attempt(tx: Tx, *, login: str, address: str, was_right: bool) -> None:
    """Count an attempt to sign in."""
    tx.session.add(
        SignInAttempt(login_key=code_key(login)[:100], address=address[:60], at=tx.now, was_right=was_right)
    )


def open_session(tx: Tx, *, person_id: str, address: str, user_agent: str) -> tuple[str, str]:
    """Open a session for somebody who proved who he is; returns (secret for the cookie, session id)."""
    secret = new_secret()
    row = WebSession(
        id=new_id(),
        secret_hash=secret_hash(secret),
        person_id=person_id,
        csrf_secret=new_secret(),
        created_at=tx.now,
        last_seen_at=tx.now,
        expires_at=tx.now + SESSION_LIFE,
        address=address[:60],
        user_agent=user_agent[:300],
    )
    tx.session.add(row)
    tx.record(Fact("session.opened", subjects={"person": person_id, "session": row.id}))
    return secret, row.id


def touch_session(session: Session, session_id: str, now: datetime) -> None:
    """Note that a session is in use. Housekeeping, not an act: no ledger entry."""
    session.execute(sa.update(WebSession).where(WebSession.id == session_id).values(last_seen_at=now))


def revoke_session(tx: Tx, session_id: str) -> None:
    """End one of one's own sessions.

    Raises:
        Refused: ``not-found`` for sessions of others.
    """
    row = tx.session.get(WebSession, session_id)
    if row is None or row.person_id != tx.actor.person_id:
        raise Refused(NOT_FOUND)
    if row.revoked_at is None:
        row.revoked_at = tx.now
        tx.record(Fact("session.revoked", subjects={"person": row.person_id, "session": row.id}))


@dataclass(frozen=True)
class CreateToken:
    """Make an API token for oneself."""

    name: str
    scopes: frozenset[str]
    days: int


def create_token(tx: Tx, command: CreateToken, *, known_scopes: frozenset[str]) -> str:
    """Make a token; returns its secret, which is shown once and never stored.

    Raises:
        Refused: no scope or an unknown one; a life not between 1 and 400 days.
    """
    if not command.scopes or not command.scopes <= known_scopes:
        raise invalid("scopes", "请至少选择一项已有的权限", "choose at least one known permission")
    if not 1 <= command.days <= 400:
        raise invalid("days", "有效期为 1 至 400 天", "life is 1 to 400 days")
    person = _self(tx)
    secret = TOKEN_PREFIX + new_secret()
    row = ApiToken(
        id=new_id(),
        secret_hash=secret_hash(secret),
        prefix=secret[:12],
        person_id=person.id,
        name=normalise(command.name) or "token",
        scopes=sorted(command.scopes),
        created_at=tx.now,
        expires_at=tx.now + timedelta(days=command.days),
    )
    tx.session.add(row)
    tx.record(
        Fact("token.made", subjects={"person": person.id, "token": row.id}, data={"scopes": row.scopes})
    )
    return secret


def revoke_token(tx: Tx, token_id: str) -> None:
    """End one of one's own tokens.

    Raises:
        Refused: ``not-found`` for tokens of others.
    """
    row = tx.session.get(ApiToken, token_id)
    if row is None or row.person_id != tx.actor.person_id:
        raise Refused(NOT_FOUND)
    if row.revoked_at is None:
        row.revoked_at = tx.now
        tx.record(Fact("token.revoked", subjects={"person": row.person_id, "token": row.id}))


def forget_attempts(session: Session, before: datetime) -> None:
    """Forget old attempts to sign in. Housekeeping, not an act."""
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < before))


def _self(tx: Tx) -> Person:
    person = tx.session.get(Person, tx.actor.person_id) if tx.actor.person_id else None
    if person is None:
        raise Refused(NOT_FOUND)
    return person


def _check_password(password: str) -> None:
    if len(password) < MIN_LENGTH:
        raise invalid("password", f"至少 {MIN_LENGTH} 个字符", f"at least {MIN_LENGTH} characters")


def _require_admin(tx: Tx) -> None:
    if tx.actor.is_limited or not (tx.actor.is_platform_admin or tx.actor.via in ("system", "cli")):
        raise Refused(FORBIDDEN, action="platform:administer")
