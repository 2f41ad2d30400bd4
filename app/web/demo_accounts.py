"""The accounts a demo installation offers on its sign-in page, and their one-time codes: all of it public."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.factor_codes import STEP_SECONDS, code_at, step_of
from app.accounts.factor_queries import factor_of
from app.accounts.queries import PersonView, people


@dataclass(frozen=True)
class DemoCode:
    """What the phone of a demonstration's person would show."""

    code: str
    seconds: int
    """For how long it is the newest."""


def demo_accounts(session: Session) -> Sequence[PersonView]:
    """Everybody of the demo, by organisation."""
    return [p for p in people(session) if p.is_active]


def demo_secret(login: str) -> bytes:
    """The secret of a demonstration's account: known to everybody, so nothing that is kept needs to be opened."""
    return hashlib.sha256(b"oneset demonstration, not a secret: " + login.encode()).digest()[:20]


def demo_code_of(session: Session, person: PersonView, now: datetime) -> DemoCode | None:
    """The next code that will be accepted; None for who has no second factor. Ask only in a demonstration, where
    everybody enrols with :func:`demo_secret`.
    """
    factor = factor_of(session, person.id, now)
    if not factor.is_on and not factor.is_pending:
        return None
    step = max(step_of(now), factor.last_step + 1)
    if step > step_of(now) + 1:
        step = step_of(now)  # two codes were used ahead of time: wait
    left = (step + 1) * STEP_SECONDS - int(now.timestamp())
    return DemoCode(code_at(demo_secret(person.login), step), left)
