"""Tables of organisations, people, sessions and tokens."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Ref, Serial, Sha256, UtcMicros, Versioned


class Organisation(Versioned, Base):
    """A legal person (单位): appears in projects as a party."""

    __tablename__ = "organisations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(200), unique=True)
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    uscc: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    """Unified social credit code (统一社会信用代码)."""
    created_at: Mapped[Instant]


class Person(Versioned, Base):
    """A natural person with a sign-in. Rights come from seats, never from here (law 5)."""

    __tablename__ = "people"

    id: Mapped[Id]
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    login: Mapped[str] = mapped_column(sa.String(100))
    login_key: Mapped[str] = mapped_column(sa.String(100), unique=True)
    email: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    """argon2id; None: cannot sign in with a password."""
    password_by: Mapped[Ref | None]
    """Who set it; when that is another person, it opens nothing but the page on which it is changed."""
    password_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    timezone: Mapped[str] = mapped_column(sa.String(60), default="Asia/Shanghai")
    is_platform_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]


class WebSession(Base):
    """A signed-in browser. The cookie's secret is stored as a hash."""

    __tablename__ = "web_sessions"

    id: Mapped[Id]
    secret_hash: Mapped[Sha256] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    csrf_secret: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    address: Mapped[str] = mapped_column(sa.String(60), default="")
    user_agent: Mapped[str] = mapped_column(sa.String(300), default="")


class ApiToken(Base):
    """A key for programs: random, hashed, scoped, expiring (SECURITY 3, 35)."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    secret_hash: Mapped[Sha256] = mapped_column(unique=True)
    prefix: Mapped[str] = mapped_column(sa.String(12))
    """First characters, to tell tokens apart in a list."""
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    scopes: Mapped[list[Any]]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcMicros)


class SignInAttempt(Base):
    """For the limit on guessing: per account and per address (SECURITY 3, 36)."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[Serial]
    login_key: Mapped[str] = mapped_column(sa.String(100))
    address: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[Instant]
    was_right: Mapped[bool]

    __table_args__ = (
        sa.Index("ix_sign_in_attempts_login", "login_key", "at"),
        sa.Index("ix_sign_in_attempts_address", "address", "at"),
    )


class SecondFactor(Base):
    """A person's one-time codes (动态口令). Sealed under a key that is not in the database (``factor_vault.py``)."""

    __tablename__ = "second_factors"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(200), default="")
    """Sealed; empty: there is none."""
    made_at: Mapped[Instant]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    """When the person proved that the phone has the secret; before, it counts for nothing."""
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The newest step of which a code was accepted: none before it ever is again."""
    asks_at_sign_in: Mapped[bool] = mapped_column(default=False)
    reset_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    reset_by: Mapped[Ref | None]
    """The administrator; None with ``reset_at``: from the command line of the server."""
    reset_reason: Mapped[str] = mapped_column(sa.String(300), default="")


class RecoveryCode(Base):
    """One of ten codes for when the phone is gone, as a keyed digest; good once."""

    __tablename__ = "second_factor_recovery_codes"

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    digest: Mapped[Sha256]
    used_at: Mapped[datetime | None] = mapped_column(UtcMicros)


class SecondFactorGuess(Base):
    """A wrong code, for the limit on guessing. No foreign key: it is written while the refused act holds its locks."""

    __tablename__ = "second_factor_guesses"

    id: Mapped[Serial]
    person_id: Mapped[Ref]
    at: Mapped[Instant]
    purpose: Mapped[str] = mapped_column(sa.String(60))

    __table_args__ = (sa.Index("ix_second_factor_guesses_person", "person_id", "at"),)
