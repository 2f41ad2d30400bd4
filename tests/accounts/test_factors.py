"""The second factor: a code allows one act, guesses are few, and a dump of the database opens nothing."""

import json
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.factor_codes import (
    RECOVERY_CODES,
    as_address,
    as_text,
    code_at,
    digits_of,
    matching_step,
    step_of,
)
from app.accounts.factor_queries import FactorView, asks_at_sign_in, factor_of, has_factor, people_with_factor
from app.accounts.factor_vault import KEY_FILE, BadFactorKey, FactorVault
from app.accounts.factors import (
    CONFIRM_WITHIN,
    GUESS_WINDOW,
    GUESSES,
    FactorUse,
    ask_at_sign_in,
    begin_factor,
    confirm_factor,
    forget_guesses,
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    use_second_factor,
)
from app.accounts.flows import sign_in
from app.accounts.models import Organisation, SecondFactor
from app.kernel.actor import Actor, Via
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.kernel.ledger.models import LedgerEntry
from tests.peers.authenticator import Authenticator, enrolled
from tests.world import PASSWORD, World, make_world

RFC_SECRET = b"12345678901234567890"


@pytest.fixture
def vault(tmp_path: Path) -> FactorVault:
    return FactorVault(tmp_path / "keys")


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


@pytest.fixture
def phone(world: World, vault: FactorVault) -> Authenticator:
    return enrolled(world.database, vault, world.people["owner"])


def _use(world: World, vault: FactorVault, code: str, name: str = "owner") -> FactorUse | str:
    try:
        with world.database.write(world.actor(name)) as tx:
            return use_second_factor(tx, vault, world.people[name], code, "seal-set")
    except Refused as refusal:
        return refusal.code


def _facts(world: World, kind: str) -> list[LedgerEntry]:
    with world.database.read() as session:
        return list(session.scalars(sa.select(LedgerEntry).where(LedgerEntry.type == kind)))


# -- codes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str):
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_at(RFC_SECRET, step_of(at)) == code[-6:]
    assert matching_step(RFC_SECRET, code[-6:], at) == seconds // 30


def test_a_clock_may_be_off_by_one_step_and_no_more():
    at = datetime(2026, 11, 28, 5, 0, 15, tzinfo=UTC)
    found = [matching_step(RFC_SECRET, code_at(RFC_SECRET, step_of(at) + n), at) for n in range(-2, 3)]
    assert found == [None, step_of(at) - 1, step_of(at), step_of(at) + 1, None]


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("１２３４５６", "123456"),
        ("1234-5678-9012", "123456789012"),
        ("12345", ""),
        ("1234567", ""),
        ("12345a", ""),
        ("①②③④⑤⑥", "123456"),
        ("٣٣٣٣٣٣", ""),
        ("", ""),
        ("\0", ""),
        ("\ud800", ""),
        ("1" * 5000, ""),
    ],
)
def test_what_is_typed_is_read_as_digits_or_not_at_all(typed: str, digits: str):
    assert digits_of(typed) == digits


def test_what_the_phone_is_told():
    assert as_text(RFC_SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    address = as_address(RFC_SECRET, "owner")
    assert address.startswith("otpauth://totp/OneSet:owner?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert "issuer=OneSet" in address


# -- the vault -------------------------------------------------------------------------------------------------


def test_the_key_lies_beside_and_a_secret_opens_for_its_person_alone(vault: FactorVault, tmp_path: Path):
    with pytest.raises(BadFactorKey):
        vault.seal("p1", RFC_SECRET)
    vault.make()
    path = tmp_path / "keys" / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    sealed = vault.seal("p1", RFC_SECRET)
    assert sealed != vault.seal("p1", RFC_SECRET)
    vault.make()
    again = FactorVault(tmp_path / "keys")
    assert again.open("p1", sealed) == RFC_SECRET
    flipped = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for person, text in (("p2", sealed), ("p1", flipped), ("p1", ""), ("p1", "不是"), ("p1", sealed[:20])):
        with pytest.raises(BadFactorKey):
            again.open(person, text)
    path.unlink()
    with pytest.raises(BadFactorKey):
        FactorVault(tmp_path / "keys").open("p1", sealed)
    other = FactorVault(tmp_path / "keys")
    other.make()
    with pytest.raises(BadFactorKey):
        other.open("p1", sealed)
    assert other.digest("p1", "1" * 12) != again.digest("p1", "1" * 12) != again.digest("p2", "1" * 12)


def test_the_database_holds_neither_secret_nor_recovery_codes(
    world: World, vault: FactorVault, phone: Authenticator
):
    with world.database.read() as session:
        rows = [
            str(row)
            for table in ("second_factors", "second_factor_recovery_codes", "ledger_entries")
            for row in session.execute(sa.text(f"select * from {table}")).all()
        ]
    dump = "\n".join(rows)
    assert len(rows) > RECOVERY_CODES
    for secret in (phone.secret.hex(), str(phone.secret), as_text(phone.secret), *phone.recovery_codes):
        assert secret not in dump


# -- an act ----------------------------------------------------------------------------------------------------


def test_a_code_allows_one_act_and_the_ledger_says_so(world: World, vault: FactorVault, phone: Authenticator):
    code = phone.code()
    used = _use(world, vault, code)
    assert isinstance(used, FactorUse)
    assert (used.person_id, used.purpose, used.is_recovery) == (world.people["owner"], "seal-set", False)
    assert _use(world, vault, code) == "factor-used"
    assert isinstance(_use(world, vault, phone.code()), FactorUse)
    told = [json.loads(entry.body) for entry in _facts(world, "factor.used")]
    assert [entry["data"] for entry in told] == [{"purpose": "seal-set", "by": "code"}] * 2
    assert [entry["subjects"] for entry in told] == [{"person": world.people["owner"]}] * 2


def test_an_older_code_is_not_accepted_after_a_newer_one(
    world: World, vault: FactorVault, phone: Authenticator
):
    assert isinstance(_use(world, vault, phone.shown(1)), FactorUse)
    assert _use(world, vault, phone.shown()) == "factor-used"
    world.database.clock.advance(timedelta(seconds=60))
    assert isinstance(_use(world, vault, phone.shown()), FactorUse)


def test_the_code_of_enrolling_allows_no_act(world: World, vault: FactorVault, phone: Authenticator):
    assert _use(world, vault, code_at(phone.secret, phone._last)) == "factor-used"


def test_an_act_refused_for_another_reason_uses_nothing_up(
    world: World, vault: FactorVault, phone: Authenticator
):
    code = phone.code()
    with pytest.raises(ZeroDivisionError), world.database.write(world.actor("owner")) as tx:
        use_second_factor(tx, vault, world.people["owner"], code, "seal-set")
        raise ZeroDivisionError
    assert _facts(world, "factor.used") == []
    assert isinstance(_use(world, vault, code), FactorUse)


def test_who_has_none_or_types_none_is_told_so_and_not_counted(
    world: World, vault: FactorVault, phone: Authenticator
):
    assert _use(world, vault, "123456", "lead") == "factor-missing"
    for _ in range(GUESSES + 1):
        assert _use(world, vault, " ") == "factor-needed"
    assert isinstance(_use(world, vault, phone.code()), FactorUse)


def test_a_code_proves_its_own_person_alone(world: World, vault: FactorVault, phone: Authenticator):
    other = enrolled(world.database, vault, world.people["lead"])
    assert _use(world, vault, phone.code(), "lead") == "factor-wrong"
    assert isinstance(_use(world, vault, other.code(), "lead"), FactorUse)
    with pytest.raises(ValueError, match="one who acts"), world.database.write(world.actor("lead")) as tx:
        use_second_factor(tx, vault, world.people["owner"], phone.code(), "seal-set")


def test_a_program_gives_the_code_in_its_call(world: World, vault: FactorVault, phone: Authenticator):
    actor = Actor(world.people["owner"], Via.TOKEN, frozenset({"project:view"}))
    with world.database.write(actor) as tx:
        used = use_second_factor(tx, vault, world.people["owner"], phone.code(), "seal-set")
    assert used.step is not None
    with pytest.raises(Refused), world.database.write(actor) as tx:
        begin_factor(tx, vault)


# -- guessing --------------------------------------------------------------------------------------------------


def test_five_wrong_codes_pause_although_every_act_was_undone(
    world: World, vault: FactorVault, phone: Authenticator
):
    for _ in range(GUESSES):
        with pytest.raises(Refused) as refused, world.database.write(world.actor("owner")) as tx:
            tx.session.add(Organisation(id=new_id(), name="写了又撤", created_at=tx.now))
            tx.session.flush()
            use_second_factor(tx, vault, world.people["owner"], phone.wrong(), "seal-set")
        assert refused.value.code == "factor-wrong"
    assert _use(world, vault, phone.code()) == "factor-paused"
    assert _use(world, vault, phone.recovery_codes[0]) == "factor-paused"
    with world.database.read() as session:
        undone = sa.select(sa.func.count()).where(Organisation.name == "写了又撤")
        assert session.execute(undone).scalar_one() == 0
    world.database.clock.advance(GUESS_WINDOW)
    assert isinstance(_use(world, vault, phone.code()), FactorUse)


def test_a_wrong_code_counts_once_where_the_act_goes_on(
    world: World, vault: FactorVault, phone: Authenticator
):
    """Who works through many rows catches refusals: the act is committed, and the guess with it."""
    with world.database.write(world.actor("owner")) as tx:
        for _ in range(GUESSES - 1):
            with pytest.raises(Refused):
                use_second_factor(tx, vault, world.people["owner"], phone.wrong(), "seal-set")
    assert _use(world, vault, phone.wrong()) == "factor-wrong"
    assert _use(world, vault, phone.wrong()) == "factor-paused"


def test_one_who_is_paused_pauses_nobody_else(world: World, vault: FactorVault, phone: Authenticator):
    other = enrolled(world.database, vault, world.people["lead"])
    for _ in range(GUESSES):
        assert _use(world, vault, phone.wrong()) == "factor-wrong"
    assert _use(world, vault, phone.code()) == "factor-paused"
    assert isinstance(_use(world, vault, other.code(), "lead"), FactorUse)
    with world.database.plumbing() as session:
        forget_guesses(session, world.database.clock.now() + timedelta(seconds=1))
    assert isinstance(_use(world, vault, phone.code()), FactorUse)


def _at_once(world: World, vault: FactorVault, codes: list[str]) -> Counter[str]:
    """Many requests begin together, as of several windows or of a program."""
    gate, answers = threading.Barrier(len(codes)), []

    def ask(code: str) -> None:
        gate.wait()
        answers.append(_use(world, vault, code))

    threads = [threading.Thread(target=ask, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(a if isinstance(a, str) else "ok" for a in answers)


def test_of_two_acts_at_once_one_gets_the_code(world: World, vault: FactorVault, phone: Authenticator):
    for _ in range(6):
        assert _at_once(world, vault, [phone.code()] * 2) == {"ok": 1, "factor-used": 1}
        world.database.clock.advance(GUESS_WINDOW)


def test_of_two_acts_at_once_one_gets_the_recovery_code(
    world: World, vault: FactorVault, phone: Authenticator
):
    for code in phone.recovery_codes[:4]:
        assert _at_once(world, vault, [code] * 2) == {"ok": 1, "factor-used": 1}
        world.database.clock.advance(GUESS_WINDOW)


def test_guesses_at_once_are_no_more_than_guesses_in_turn(
    world: World, vault: FactorVault, phone: Authenticator
):
    answers = _at_once(world, vault, [phone.wrong()] * 20)
    assert answers == {"factor-wrong": GUESSES, "factor-paused": 20 - GUESSES}


# -- recovery codes --------------------------------------------------------------------------------------------


def test_each_recovery_code_is_good_once_and_new_ones_end_the_former(
    world: World, vault: FactorVault, phone: Authenticator
):
    first, second, *_ = phone.recovery_codes
    assert len(set(phone.recovery_codes)) == RECOVERY_CODES
    used = _use(world, vault, f"{first[:4]}-{first[4:8]}-{first[8:]}")
    assert isinstance(used, FactorUse)
    assert used.is_recovery
    assert _use(world, vault, first) == "factor-used"
    assert _view(world).codes_left == RECOVERY_CODES - 1
    with world.database.write(world.actor("owner")) as tx:
        renewed = renew_recovery_codes(tx, vault, phone.code())
    assert _view(world).codes_left == RECOVERY_CODES
    assert _use(world, vault, second) == "factor-wrong"
    assert isinstance(_use(world, vault, renewed[9]), FactorUse)


def _view(world: World, name: str = "owner") -> FactorView:
    with world.database.read() as session:
        return factor_of(session, world.people[name], world.database.clock.now())


# -- from first to last ----------------------------------------------------------------------------------------


def test_a_secret_that_was_not_confirmed_counts_for_nothing(world: World, vault: FactorVault):
    owner, database = world.actor("owner"), world.database
    with database.write(owner) as tx:
        first = begin_factor(tx, vault)
    assert _view(world).is_pending
    assert _use(world, vault, "123456") == "factor-missing"
    with database.write(owner) as tx:
        second = begin_factor(tx, vault)
    assert first.secret != second.secret
    database.clock.advance(CONFIRM_WITHIN + timedelta(seconds=1))
    assert not _view(world).is_pending
    with pytest.raises(Refused) as refused, database.write(owner) as tx:
        confirm_factor(tx, vault, "123456")
    assert refused.value.code == "factor-not-begun"


def test_confirming_is_no_place_to_guess_either(world: World, vault: FactorVault):
    owner, database = world.actor("owner"), world.database
    phone = Authenticator(world.people["owner"], RFC_SECRET, database.clock)
    with database.write(owner) as tx:
        begin_factor(tx, vault, secret=RFC_SECRET)
    told = []
    for _ in range(GUESSES + 1):
        with pytest.raises(Refused) as refused, database.write(owner) as tx:
            confirm_factor(tx, vault, phone.wrong())
        told.append(refused.value.code)
    assert told == ["factor-wrong"] * GUESSES + ["factor-paused"]
    database.clock.advance(GUESS_WINDOW)
    with database.write(owner) as tx:
        assert len(confirm_factor(tx, vault, phone.code())) == RECOVERY_CODES
    assert _view(world).is_on


def test_setting_up_twice_needs_removing_and_removing_needs_a_code(
    world: World, vault: FactorVault, phone: Authenticator
):
    owner, database = world.actor("owner"), world.database
    for act in (lambda tx: begin_factor(tx, vault), lambda tx: confirm_factor(tx, vault, phone.code())):
        with pytest.raises(Refused) as refused, database.write(owner) as tx:
            act(tx)
        assert refused.value.code == "factor-exists"
    with pytest.raises(Refused) as refused, database.write(owner) as tx:
        remove_factor(tx, vault, phone.wrong())
    assert refused.value.code == "factor-wrong"
    with database.write(owner) as tx:
        remove_factor(tx, vault, phone.code())
    assert not _view(world).is_on
    assert _use(world, vault, phone.recovery_codes[0]) == "factor-missing"
    again = enrolled(database, vault, world.people["owner"], secret=b"another secret of 20")
    assert isinstance(_use(world, vault, again.code()), FactorUse)
    assert [len(_facts(world, f"factor.{kind}")) for kind in ("enrolled", "removed")] == [2, 1]


def test_an_administrator_resets_with_a_reason_and_the_person_sees_it(
    world: World, vault: FactorVault, phone: Authenticator
):
    owner, admin = world.people["owner"], Actor(world.people["admin"], Via.SESSION, is_platform_admin=True)

    def reset(actor: Actor, person: str, reason: str) -> str:
        try:
            with world.database.write(actor) as tx:
                reset_factor(tx, person, reason)
        except Refused as refusal:
            return refusal.code
        return "ok"

    program = Actor(world.people["admin"], Via.TOKEN, is_platform_admin=True)
    assert reset(world.actor("lead"), owner, "x") == "forbidden"
    assert reset(program, owner, "x") == "forbidden"
    assert reset(admin, world.people["admin"], "x") == "forbidden"
    assert reset(admin, owner, "  ") == "invalid-input"
    assert reset(admin, owner, "长" * 301) == "invalid-input"
    assert reset(admin, "nobody", "x") == "not-found"
    assert reset(admin, world.people["lead"], "x") == "factor-absent"
    with world.database.read() as session:
        assert people_with_factor(session) == {owner}
    assert reset(admin, owner, "手机丢失，当面核验") == "ok"
    told = _view(world).reset
    assert told is not None
    assert (told.by, told.reason) == ("admin", "手机丢失，当面核验")
    assert _use(world, vault, phone.code()) == "factor-missing"
    assert len(_facts(world, "factor.reset")) == 1
    enrolled(world.database, vault, owner)
    assert _view(world).reset == told, "what was done stays to be seen"


def test_without_its_key_nothing_is_accepted_and_no_new_key_is_made(
    world: World, vault: FactorVault, phone: Authenticator, tmp_path: Path
):
    (tmp_path / "keys" / KEY_FILE).unlink()
    lost = FactorVault(tmp_path / "keys")
    assert _use(world, lost, phone.code()) == "factor-key-lost"
    assert _use(world, lost, phone.recovery_codes[0]) == "factor-key-lost"
    with pytest.raises(Refused) as refused, world.database.write(world.actor("lead")) as tx:
        begin_factor(tx, lost)
    assert refused.value.code == "factor-key-lost"
    assert not (tmp_path / "keys" / KEY_FILE).exists()
    lost.make()
    assert _use(world, lost, phone.code()) == "factor-key-lost"


def test_another_persons_sealed_secret_is_of_no_use(world: World, vault: FactorVault, phone: Authenticator):
    """Who can write in the database cannot give somebody a phone of his own."""
    mine = enrolled(world.database, vault, world.people["lead"])
    with world.database.plumbing() as session:
        session.get_one(SecondFactor, world.people["owner"]).secret = session.get_one(
            SecondFactor, world.people["lead"]
        ).secret
    assert _use(world, vault, mine.code()) == "factor-key-lost"


# -- signing in ------------------------------------------------------------------------------------------------


def _enter(world: World, vault: FactorVault, password: str = PASSWORD, code: str = "") -> str:
    try:
        sign_in(
            world.database, vault, login="owner", password=password, address="10.1", user_agent="t", code=code
        )
    except Refused as refusal:
        return refusal.code
    return "ok"


def test_signing_in_asks_for_a_code_when_the_person_chose_so(
    world: World, vault: FactorVault, phone: Authenticator
):
    assert _enter(world, vault) == "ok"
    code = phone.code()
    with world.database.write(world.actor("owner")) as tx:
        ask_at_sign_in(tx, vault, code, asks=True)
    with world.database.read() as session:
        assert asks_at_sign_in(session, world.people["owner"])
        assert has_factor(session, world.people["owner"])
    assert _enter(world, vault) == "factor-needed"
    assert _enter(world, vault, "wrong wrong wrong", phone.code()) == "sign-in-failed"
    assert _enter(world, vault, code=phone.wrong()) == "factor-wrong"
    code = phone.code()
    assert _enter(world, vault, code=code) == "ok"
    assert _enter(world, vault, code=code) == "factor-used"
    assert _enter(world, vault, code=phone.recovery_codes[3]) == "ok"
    code = phone.code()
    with world.database.write(world.actor("owner")) as tx:
        ask_at_sign_in(tx, vault, code, asks=False)
    assert _enter(world, vault) == "ok"
