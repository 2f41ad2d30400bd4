"""Signing in, sessions and tokens."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.accounts.actions import (
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_LOGIN,
    SESSION_IDLE,
    SESSION_LIFE,
    CreateOrganisation,
    CreatePerson,
    CreateToken,
    create_organisation,
    create_person,
    create_token,
    revoke_session,
    revoke_token,
    set_password,
    touch_session,
)
from app.accounts.factor_vault import FactorVault
from app.accounts.flows import sign_in
from app.accounts.passwords import hash_password, password_matches
from app.accounts.queries import session_by_secret, sessions_of, token_by_secret, tokens_of
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from tests.world import PASSWORD, World, make_world

SCOPES = frozenset({"record:view", "project:view"})
VAULT = FactorVault(Path("nowhere"))


def _try(
    database: Database, login: str = "owner", password: str = PASSWORD, address: str = "10.0.0.1"
) -> str:
    try:
        return sign_in(database, VAULT, login=login, password=password, address=address, user_agent="t")
    except Refused as refusal:
        return refusal.code


def _known(database: Database, secret: str) -> bool:
    with database.read() as session:
        return session_by_secret(session, secret, database.clock.now()) is not None


def test_the_right_password_opens_a_session_however_the_name_is_typed(database: Database):
    make_world(database)
    assert _known(database, _try(database, " ＯＷＮＥＲ "))
    assert not _known(database, "made up")


@pytest.mark.parametrize("login", ["nobody", "admin", "owner", "", "a\0b", "o\u200bx", "\ud800", "长" * 500])
def test_everybody_gets_the_same_answer(database: Database, login: str):
    make_world(database)
    assert _try(database, login, "wrong wrong wrong") == "sign-in-failed"


def test_guessing_is_paused_per_account_and_goes_on_after_a_quarter_of_an_hour(database: Database):
    make_world(database)
    for n in range(ATTEMPTS_PER_LOGIN):
        assert _try(database, "owner", "wrong", f"10.0.1.{n}") == "sign-in-failed"
    assert _try(database) == "too-many-attempts"
    database.clock.advance(timedelta(minutes=16))
    assert _known(database, _try(database))


def test_guessing_is_paused_per_address(database: Database, monkeypatch: pytest.MonkeyPatch):
    make_world(database)
    monkeypatch.setattr(
        "app.accounts.flows.password_matches", lambda stored, given: stored is not None and given == PASSWORD
    )
    for n in range(ATTEMPTS_PER_ADDRESS):
        assert _try(database, f"name {n}", "wrong") == "sign-in-failed"
    assert _try(database) == "too-many-attempts"
    assert _known(database, _try(database, address="10.9.9.9"))


def test_a_session_ends_when_idle_when_old_and_when_revoked(database: Database):
    world = make_world(database)
    secret = _try(database)
    database.clock.advance(SESSION_IDLE - timedelta(minutes=1))
    assert _known(database, secret)
    with database.read() as session:
        (listed,) = sessions_of(session, world.people["owner"], database.clock.now())
    with database.plumbing() as session:
        touch_session(session, listed.id, database.clock.now())
    database.clock.advance(SESSION_IDLE - timedelta(minutes=1))
    assert _known(database, secret)
    database.clock.advance(timedelta(minutes=2))
    assert not _known(database, secret)
    second = _try(database)
    assert _known(database, second)
    with database.read() as session:
        (listed,) = sessions_of(session, world.people["owner"], database.clock.now())
    with pytest.raises(Refused), database.write(world.actor("lead")) as tx:
        revoke_session(tx, listed.id)
    with database.write(world.actor("owner")) as tx:
        revoke_session(tx, listed.id)
    assert not _known(database, second)
    assert SESSION_IDLE < SESSION_LIFE


def test_a_session_ends_after_its_life_even_when_in_use(database: Database):
    make_world(database)
    secret = _try(database)
    end = database.clock.now() + SESSION_LIFE
    while database.clock.now() < end - SESSION_IDLE:
        database.clock.advance(SESSION_IDLE / 2)
        with database.plumbing() as session:
            found = session_by_secret(session, secret, database.clock.now())
            assert found is not None
            assert found.session_id is not None
            touch_session(session, found.session_id, database.clock.now())
    database.clock.set(end)
    assert not _known(database, secret)


def test_a_new_password_ends_every_session(database: Database):
    world = make_world(database)
    secret = _try(database)
    with pytest.raises(Refused), database.write(world.actor("lead")) as tx:
        set_password(tx, world.people["owner"], "another long password")
    with database.write(world.actor("owner")) as tx:
        set_password(tx, world.people["owner"], "another long password")
    assert not _known(database, secret)
    assert _try(database) == "sign-in-failed"
    assert _known(database, _try(database, password="another long password"))


def _token(world: World, days: int = 30, scopes: frozenset[str] = SCOPES) -> str:
    with world.database.write(world.actor("owner")) as tx:
        return create_token(tx, CreateToken("机器", scopes, days), known_scopes=SCOPES)


def test_a_token_is_scoped_expires_and_can_be_revoked(database: Database):
    world = make_world(database)
    secret = _token(world, scopes=frozenset({"record:view"}))
    with database.read() as session:
        found = token_by_secret(session, secret, database.clock.now())
        assert found is not None
        assert found.actor.is_limited
        assert found.actor.scopes == {"record:view"}
        assert not found.actor.is_platform_admin
        assert token_by_secret(session, secret, database.clock.now() + timedelta(days=30)) is None
        (listed,) = tokens_of(session, world.people["owner"], database.clock.now())
    assert secret.startswith(listed.prefix)
    with pytest.raises(Refused), database.write(world.actor("lead")) as tx:
        revoke_token(tx, listed.id)
    with database.write(world.actor("owner")) as tx:
        revoke_token(tx, listed.id)
    with database.read() as session:
        assert token_by_secret(session, secret, database.clock.now()) is None


@pytest.mark.parametrize(
    ("days", "scopes"), [(0, SCOPES), (401, SCOPES), (30, frozenset()), (30, frozenset({"all"}))]
)
def test_a_token_without_end_or_with_unknown_scopes_is_refused(
    database: Database, days: int, scopes: frozenset[str]
):
    world = make_world(database)
    with pytest.raises(Refused) as refused:
        _token(world, days, scopes)
    assert refused.value.code == "invalid-input"


def test_only_administrators_enter_people_and_organisations(database: Database):
    world = make_world(database)
    for act, command in (
        (create_person, CreatePerson("某", "x", None)),
        (create_organisation, CreateOrganisation("某")),
    ):
        with pytest.raises(Refused) as refused, database.write(world.actor("owner")) as tx:
            act(tx, command)  # type: ignore[operator]
        assert refused.value.code == "forbidden"


def test_passwords_are_checked_and_nobody_has_the_password_of_nobody():
    stored = hash_password("a long password")
    assert password_matches(stored, "a long password")
    assert not password_matches(stored, "another")
    assert not password_matches(None, "nobody has this password")
    assert not password_matches("broken", "x")
