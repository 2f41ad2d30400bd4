"""What can be asked about a person's second factor: how it stands, never the secret."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.factors import CONFIRM_WITHIN
from app.accounts.models import Person, RecoveryCode, SecondFactor, SecondFactorGuess


@dataclass(frozen=True)
class FactorReset:
    """That an administrator turned it off."""

    at: datetime
    by: str
    """A name; empty: from the command line of the server."""
    reason: str


@dataclass(frozen=True)
class FactorView:
    """How a person's second factor stands."""

    confirmed_at: datetime | None = None
    """None: it is off."""
    is_pending: bool = False
    """A QR code was shown and waits for its first code."""
    asks_at_sign_in: bool = False
    codes_left: int = 0
    last_step: int = 0
    reset: FactorReset | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is on."""
        return self.confirmed_at is not None


def has_factor(session: Session, person_id: str) -> bool:
    """Whether the person has a second factor that is on."""
    query = sa.select(SecondFactor.person_id).where(
        SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None)
    )
    return session.execute(query).first() is not None


def asks_at_sign_in(session: Session, person_id: str) -> bool:
    """Whether signing in needs a code too."""
    query = sa.select(SecondFactor.asks_at_sign_in).where(
        SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None)
    )
    return bool(session.execute(query).scalar_one_or_none())


def people_with_factor(session: Session) -> frozenset[str]:
    """Everybody who has begun or has one: what an administrator may reset."""
    return frozenset(session.scalars(sa.select(SecondFactor.person_id).where(SecondFactor.secret != "")))


def factor_of(session: Session, person_id: str, now: datetime) -> FactorView:
    """How one person's stands."""
    query = (
        sa.select(SecondFactor, Person.name)
        .outerjoin(Person, Person.id == SecondFactor.reset_by)
        .where(SecondFactor.person_id == person_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return FactorView()
    row, by = found
    left = sa.select(sa.func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    reset = FactorReset(row.reset_at, by or "", row.reset_reason) if row.reset_at else None
    return FactorView(
        confirmed_at=row.confirmed_at,
        is_pending=bool(row.secret and row.confirmed_at is None and row.made_at >= now - CONFIRM_WITHIN),
        asks_at_sign_in=row.asks_at_sign_in,
        codes_left=session.execute(left).scalar_one(),
        last_step=row.last_step,
        reset=reset,
    )


def wrong_codes_since(session: Session, person_id: str, since: datetime) -> int:
    """How many wrong codes were given in the person's name."""
    query = sa.select(sa.func.count()).where(
        SecondFactorGuess.person_id == person_id, SecondFactorGuess.at > since
    )
    return session.execute(query).scalar_one()
