"""The second factor: set up, proved with an act, renewed, removed, reset.

A code is used inside the act that needs it, once. What has to stay although the act is refused, that somebody guessed,
is kept by the runner (:meth:`app.kernel.db.transactions.Tx.keep`).
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.factor_codes import (
    as_address,
    as_text,
    digits_of,
    is_recovery,
    matching_step,
    new_recovery_codes,
    new_secret_bytes,
)
from app.accounts.factor_refusals import (
    FACTOR_ABSENT,
    FACTOR_EXISTS,
    FACTOR_KEY_LOST,
    FACTOR_MISSING,
    FACTOR_NEEDED,
    FACTOR_PAUSED,
    FACTOR_STALE,
    FACTOR_USED,
    FACTOR_WRONG,
)
from app.accounts.factor_vault import BadFactorKey, FactorVault
from app.accounts.models import Person, RecoveryCode, SecondFactor, SecondFactorGuess
from app.kernel.actor import Via
from app.kernel.db.transactions import Tx
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.ledger.append import Fact
from app.kernel.text import tidy

GUESS_WINDOW = timedelta(minutes=10)
GUESSES = 5
CONFIRM_WITHIN = timedelta(minutes=30)
REASON_LENGTH = 300


@dataclass(frozen=True)
class FactorUse:
    """That a person proved the second factor for one act."""

    person_id: str
    purpose: str
    at: datetime
    step: int | None
    """The step of the code; None: a recovery code."""

    @property
    def is_recovery(self) -> bool:
        """Whether a recovery code was used."""
        return self.step is None


@dataclass(frozen=True)
class Enrolment:
    """What a person sees once, to bring it to the phone."""

    secret: str
    """Base 32, to type."""
    address: str
    """``otpauth``, for the QR code."""


def use_second_factor(tx: Tx, vault: FactorVault, person_id: str, code: str, purpose: str) -> FactorUse:
    """Accept a one-time code, or a recovery code, for the act under way. Call it first in the act.

    One code allows one act: on PostgreSQL the row is locked until the act ends, on SQLite there is one writer. When the act
    is refused for another reason the code is not used up; a wrong one counts in any case.

    Args:
        tx: the act; its actor must be the person.
        vault: handed in by bootstrap (``Services.factors``).
        person_id: whose code.
        code: as typed; full-width digits, spaces and dashes do no harm.
        purpose: what for, for the ledger, e.g. ``seal-set``; at most 60 characters.

    Raises:
        Refused: ``factor-missing``, ``factor-needed`` (nothing, or no code, was typed), ``factor-wrong``,
            ``factor-used``, ``factor-paused`` (five wrong ones in ten minutes), ``factor-key-lost``.
        ValueError: the actor is somebody else.
    """
    if tx.actor.person_id != person_id:
        raise ValueError("a second factor proves the one who acts, nobody else")
    row = _locked(tx, person_id)
    if row is None or row.confirmed_at is None:
        raise Refused(FACTOR_MISSING)
    digits = _guess(tx, person_id, code)
    step = None
    if is_recovery(digits):
        _spend_recovery(tx, vault, person_id, digits, purpose)
    else:
        step = _spend_step(tx, vault, row, digits, purpose)
    data = {"purpose": purpose, "by": "recovery" if step is None else "code"}
    tx.record(Fact("factor.used", subjects={"person": person_id}, data=data))
    return FactorUse(person_id, purpose, tx.now, step)


def begin_factor(tx: Tx, vault: FactorVault, *, secret: bytes | None = None) -> Enrolment:
    """Make a secret for who acts; it counts for nothing before it is confirmed. The flow asked for the password.

    Args:
        tx: the act.
        vault: keeps the secret.
        secret: a known one, for the demonstration and for tests; by default random.

    Raises:
        Refused: ``factor-exists``, ``factor-key-lost``; ``forbidden`` for programs.
    """
    person = _own(tx)
    row = _locked(tx, person.id)
    if row is not None and row.confirmed_at is not None:
        raise Refused(FACTOR_EXISTS)
    if not vault.is_made:
        # A second key would leave those who enrolled under the first without a way in: somebody decides.
        if tx.session.execute(sa.select(SecondFactor.person_id).where(SecondFactor.secret != "")).first():
            raise Refused(FACTOR_KEY_LOST)
        vault.make()
    made = secret or new_secret_bytes()
    if row is None:
        row = SecondFactor(person_id=person.id)
        tx.session.add(row)
    try:
        row.secret = vault.seal(person.id, made)
    except BadFactorKey as error:
        raise Refused(FACTOR_KEY_LOST) from error
    row.made_at = tx.now
    tx.session.flush()
    return Enrolment(as_text(made), as_address(made, person.login))


def confirm_factor(tx: Tx, vault: FactorVault, code: str) -> tuple[str, ...]:
    """Turn the second factor on with a first code; returns the recovery codes, which are shown once.

    Raises:
        Refused: ``factor-not-begun``, ``factor-exists``, ``factor-needed``, ``factor-wrong``, ``factor-paused``.
    """
    person = _own(tx)
    row = _locked(tx, person.id)
    if row is not None and row.confirmed_at is not None:
        raise Refused(FACTOR_EXISTS)
    if row is None or not row.secret or row.made_at < tx.now - CONFIRM_WITHIN:
        raise Refused(FACTOR_STALE)
    digits = _guess(tx, person.id, code)
    if is_recovery(digits):
        raise Refused(FACTOR_NEEDED)
    row.last_step = 0  # of a secret that is gone
    row.last_step = _spend_step(tx, vault, row, digits, "set-up")
    row.confirmed_at = tx.now
    row.asks_at_sign_in = False
    tx.record(Fact("factor.enrolled", subjects={"person": person.id}))
    return _new_codes(tx, vault, person.id)


def renew_recovery_codes(tx: Tx, vault: FactorVault, code: str) -> tuple[str, ...]:
    """Ten new recovery codes; the former are void. The flow asked for the password.

    Raises:
        Refused: as :func:`use_second_factor`.
    """
    person = _own(tx)
    use_second_factor(tx, vault, person.id, code, "recovery-codes")
    tx.record(Fact("factor.codes-renewed", subjects={"person": person.id}))
    return _new_codes(tx, vault, person.id)


def ask_at_sign_in(tx: Tx, vault: FactorVault, code: str, *, asks: bool) -> None:
    """Whether one's own sign-in asks for a code too.

    Raises:
        Refused: as :func:`use_second_factor`.
    """
    person = _own(tx)
    use_second_factor(tx, vault, person.id, code, "sign-in-choice")
    tx.session.get_one(SecondFactor, person.id).asks_at_sign_in = asks
    tx.record(Fact("factor.sign-in-chosen", subjects={"person": person.id}, data={"asks": asks}))


def remove_factor(tx: Tx, vault: FactorVault, code: str) -> None:
    """Turn one's own second factor off. A code is needed, so that a stolen password alone cannot put another phone in.

    Raises:
        Refused: as :func:`use_second_factor`.
    """
    person = _own(tx)
    use_second_factor(tx, vault, person.id, code, "remove-factor")
    _forget(tx, tx.session.get_one(SecondFactor, person.id))
    tx.record(Fact("factor.removed", subjects={"person": person.id}))


def reset_factor(tx: Tx, person_id: str, reason: str) -> None:
    """Turn somebody's second factor off, when phone and recovery codes are lost. It tells nobody the secret.

    Raises:
        Refused: ``forbidden`` (not an administrator, or oneself), ``invalid-input`` (no reason), ``not-found``,
            ``factor-absent``.
    """
    is_house = tx.actor.via in (Via.SYSTEM, Via.CLI) and tx.actor.person_id is None
    is_admin = tx.actor.is_platform_admin and not tx.actor.is_limited and tx.actor.person_id != person_id
    if not (is_house or is_admin):
        raise Refused(FORBIDDEN, action="platform:administer")
    why = tidy(reason)
    if not why or len(why) > REASON_LENGTH:
        raise invalid("reason", "请填写重置理由（300 字以内）", "give a reason, at most 300 characters")
    if tx.session.get(Person, person_id) is None:
        raise Refused(NOT_FOUND)
    row = _locked(tx, person_id)
    if row is None or not row.secret:
        raise Refused(FACTOR_ABSENT)
    _forget(tx, row)
    row.reset_at, row.reset_by, row.reset_reason = tx.now, tx.actor.person_id, why
    tx.record(Fact("factor.reset", subjects={"person": person_id}, data={"reason": why}))


def forget_guesses(session: Session, before: datetime) -> None:
    """Forget old guesses. Housekeeping, not an act."""
    session.execute(sa.delete(SecondFactorGuess).where(SecondFactorGuess.at < before))


def _own(tx: Tx) -> Person:
    """Who acts, in person: a program keeps no phone."""
    if tx.actor.is_limited:
        raise Refused(FORBIDDEN, action="platform:administer")
    person = tx.session.get(Person, tx.actor.person_id) if tx.actor.person_id else None
    if person is None:
        raise Refused(NOT_FOUND)
    return person


def _locked(tx: Tx, person_id: str) -> SecondFactor | None:
    """The row, as it is once nobody else works with it."""
    query = sa.select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    return tx.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def _guess(tx: Tx, person_id: str, typed: str) -> str:
    """The digits, if there are any and if one more guess is allowed."""
    wrong = sa.select(sa.func.count()).where(
        SecondFactorGuess.person_id == person_id, SecondFactorGuess.at > tx.now - GUESS_WINDOW
    )
    if tx.session.execute(wrong).scalar_one() >= GUESSES:
        raise Refused(FACTOR_PAUSED)
    digits = digits_of(typed)
    if not digits:
        raise Refused(FACTOR_NEEDED)
    return digits


def _refuse(tx: Tx, person_id: str, purpose: str, why: str) -> Refused:
    """Count a wrong code, whatever becomes of the act."""
    at = tx.now

    def count(session: Session) -> None:
        session.add(SecondFactorGuess(person_id=person_id, at=at, purpose=purpose[:60]))
        session.flush()

    tx.keep(count)
    return Refused(why)


def _spend_step(tx: Tx, vault: FactorVault, row: SecondFactor, digits: str, purpose: str) -> int:
    try:
        secret = vault.open(row.person_id, row.secret)
    except BadFactorKey as error:
        raise Refused(FACTOR_KEY_LOST) from error
    step = matching_step(secret, digits, tx.now)
    if step is None:
        raise _refuse(tx, row.person_id, purpose, FACTOR_WRONG)
    if step <= row.last_step:
        raise _refuse(tx, row.person_id, purpose, FACTOR_USED)
    row.last_step = step
    tx.session.flush()
    return step


def _spend_recovery(tx: Tx, vault: FactorVault, person_id: str, digits: str, purpose: str) -> None:
    try:
        given = vault.digest(person_id, digits)
    except BadFactorKey as error:
        raise Refused(FACTOR_KEY_LOST) from error
    found = None
    for row in tx.session.scalars(sa.select(RecoveryCode).where(RecoveryCode.person_id == person_id)):
        if hmac.compare_digest(row.digest, given):
            found = row
    if found is None:
        raise _refuse(tx, person_id, purpose, FACTOR_WRONG)
    if found.used_at is not None:
        raise _refuse(tx, person_id, purpose, FACTOR_USED)
    found.used_at = tx.now
    tx.session.flush()


def _new_codes(tx: Tx, vault: FactorVault, person_id: str) -> tuple[str, ...]:
    tx.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = new_recovery_codes()
    tx.session.add_all(
        RecoveryCode(id=new_id(), person_id=person_id, digest=vault.digest(person_id, code)) for code in codes
    )
    tx.session.flush()
    return codes


def _forget(tx: Tx, row: SecondFactor) -> None:
    row.secret, row.confirmed_at, row.asks_at_sign_in = "", None, False
    tx.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == row.person_id))
