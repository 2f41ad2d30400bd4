"""A phone with an authenticator app, for people of tests: ``enrolled(...)`` gives one, ``phone.code()`` the next code."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from app.accounts.factor_codes import DRIFT_STEPS, STEP_SECONDS, code_at, step_of
from app.accounts.factor_vault import FactorVault
from app.accounts.factors import begin_factor, confirm_factor
from app.kernel.actor import Actor, Via
from app.kernel.clock import Clock, SteppedClock
from app.kernel.db.transactions import Database


@dataclass
class Authenticator:
    """What the phone knows."""

    person_id: str
    secret: bytes
    clock: Clock
    recovery_codes: tuple[str, ...] = ()
    _last: int = field(default=0)

    def code(self) -> str:
        """A code that was never given before; moves a stepped clock on when the next one lies too far ahead.

        Take it before the act begins: an act keeps the instant at which it began.
        """
        step = max(self._last + 1, step_of(self.clock.now()) - DRIFT_STEPS)
        while step > step_of(self.clock.now()) + DRIFT_STEPS:
            assert isinstance(self.clock, SteppedClock), "a real clock makes you wait for the next code"
            self.clock.advance(timedelta(seconds=STEP_SECONDS))
        self._last = step
        return code_at(self.secret, step)

    def shown(self, steps: int = 0) -> str:
        """What the app shows now, or would show some steps from now."""
        return code_at(self.secret, step_of(self.clock.now()) + steps)

    def wrong(self) -> str:
        """Six digits that are right in none of the steps near now."""
        near = {self.shown(n) for n in range(-3, 4)}
        return next(f"{n:06}" for n in range(20) if f"{n:06}" not in near)


def enrolled(
    database: Database, vault: FactorVault, person_id: str, *, secret: bytes | None = None
) -> Authenticator:
    """Enrol a person through the acts that people use; two codes are left to use before the clock must move."""
    made = secret or sha256(b"phone of " + person_id.encode()).digest()[:20]
    phone = Authenticator(person_id, made, database.clock)
    with database.write(Actor(person_id, Via.SESSION)) as tx:
        begin_factor(tx, vault, secret=made)
    with database.write(Actor(person_id, Via.SESSION)) as tx:
        phone.recovery_codes = confirm_factor(tx, vault, phone.code())
    return phone
