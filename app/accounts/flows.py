"""Signing in: the slow hash is computed while no transaction is open (law 7)."""

from app.accounts.actions import SIGN_IN_FAILED, TOO_MANY_ATTEMPTS, note_attempt, open_session
from app.accounts.passwords import password_matches
from app.accounts.queries import is_paused, password_hash_of
from app.kernel.actor import PUBLIC, Actor, Via
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.text import clean


def sign_in(database: Database, *, login: str, password: str, address: str, user_agent: str) -> str:
    """Check a password and open a session; returns the cookie's secret.

    Raises:
        Refused: ``sign-in-failed`` (the same for unknown people), ``too-many-attempts``.
    """
    login = clean(login)
    with database.read() as session:
        paused = is_paused(session, login=login, address=address, now=database.clock.now())
        person_id, stored = password_hash_of(session, login)
    if paused:
        raise Refused(TOO_MANY_ATTEMPTS)
    right = password_matches(stored, password)
    actor = Actor(person_id, Via.SESSION) if right else PUBLIC
    with database.write(actor) as tx:
        note_attempt(tx, login=login, address=address, was_right=right)
        if right and person_id is not None:
            secret, _ = open_session(tx, person_id=person_id, address=address, user_agent=user_agent)
            return secret
    raise Refused(SIGN_IN_FAILED)
