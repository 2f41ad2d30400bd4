"""Signing in, and giving the password again: the slow hash is computed while no transaction is open (law 7)."""

from app.accounts.actions import SIGN_IN_FAILED, TOO_MANY_ATTEMPTS, note_attempt, open_session
from app.accounts.factor_queries import asks_at_sign_in
from app.accounts.factor_refusals import FACTOR_NEEDED
from app.accounts.factor_vault import FactorVault
from app.accounts.factors import use_second_factor
from app.accounts.passwords import password_matches
from app.accounts.queries import is_paused, password_hash_of
from app.kernel.actor import PUBLIC, Actor, Via
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.text import clean


def sign_in(
    database: Database,
    vault: FactorVault,
    *,
    login: str,
    password: str,
    address: str,
    user_agent: str,
    code: str = "",
) -> str:
    """Check a password, and a one-time code of those who chose so, and open a session; returns the cookie's secret.

    Raises:
        Refused: ``sign-in-failed`` (the same for unknown people), ``too-many-attempts``; once the password is right,
            ``factor-needed`` and what else :func:`app.accounts.factors.use_second_factor` refuses.
    """
    login = clean(login)
    person_id, right = _tried(database, login, password, address)
    if not right or person_id is None:
        with database.write(PUBLIC) as tx:
            note_attempt(tx, login=login, address=address, was_right=False)
        raise Refused(SIGN_IN_FAILED)
    with database.write(Actor(person_id, Via.SESSION)) as tx:
        note_attempt(tx, login=login, address=address, was_right=True)
        if asks_at_sign_in(tx.session, person_id):
            if not code.strip():
                raise Refused(FACTOR_NEEDED)
            use_second_factor(tx, vault, person_id, code, "sign-in")
        secret, _ = open_session(tx, person_id=person_id, address=address, user_agent=user_agent)
        return secret


def prove_password(database: Database, actor: Actor, *, login: str, password: str, address: str) -> None:
    """Let somebody who is inside give his password again. Guesses count as at the door: no oracle for a thief.

    Raises:
        Refused: ``sign-in-failed``, ``too-many-attempts``.
    """
    _, right = _tried(database, login, password, address)
    if right:
        return
    with database.write(actor) as tx:
        note_attempt(tx, login=login, address=address, was_right=False)
    raise Refused(SIGN_IN_FAILED)


def _tried(database: Database, login: str, password: str, address: str) -> tuple[str | None, bool]:
    """(person, whether the password is his).

    Raises:
        Refused: ``too-many-attempts``.
    """
    with database.read() as session:
        paused = is_paused(session, login=login, address=address, now=database.clock.now())
        person_id, stored = password_hash_of(session, login)
    if paused:
        raise Refused(TOO_MANY_ATTEMPTS)
    return person_id, password_matches(stored, password)
