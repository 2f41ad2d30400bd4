"""Signed codes and the list of what ended: their bytes, and that nothing of them can be changed unnoticed."""

import random
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.copies.codes import (
    MOST_WORDS,
    STATUSES,
    BadCode,
    CodeFacts,
    is_genuine,
    plain_address,
    read_code,
    signed_address,
)
from app.copies.ended import ENTRY_BYTES, SECTIONS, EndedCodes, ended_codes, entry_of, signed_list
from app.copies.keys import BadKeys, KeyRing, Signer
from app.copies.queries import CopyStatus
from app.kernel.ids import new_short_code
from tests.copies.site import Site, day, open_site, with_past
from viewers.render.compose_stamp import blocks_for

AT = datetime(2026, 11, 27, 15, 4, 5, tzinfo=UTC)
FACTS = CodeFacts("0123456789", "0123456789abcdef", AT, CopyStatus.CURRENT, 2, "结施-07", "B")
BASE = "https://tuzhi.example.org"


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return KeyRing(tmp_path / "keys").signer(AT)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as opened:
        yield with_past(opened)


@pytest.mark.parametrize("status", STATUSES)
def test_a_code_says_what_was_signed(signer: Signer, status: str):
    facts = replace(FACTS, status=status)
    code = read_code(signed_address(BASE, facts, signer))
    assert code.facts == facts
    assert code.key_id == signer.key.key_id
    assert is_genuine(code, signer.key.public)


def test_the_bytes_of_format_1_stay_as_they_are():
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    printed = "https://tuzhi.example.org/v/0123456789?h=0123456789abcdef#" + str(
        int("01" + "00112233" + "6a19" + "0000" + "00" + "02" + "01" + "41" + "42" + "00" * 64, 16)
    )
    code = read_code(printed)
    assert (code.facts.number, code.facts.label, code.facts.slips) == ("A", "B", 2)
    assert code.key_id == "00112233"
    assert code.message == (
        b"OneSet code 1\x000123456789\x000123456789abcdef\x00"
        b"\x01\x00\x11\x22\x33\x6a\x19\x00\x00\x00\x02\x01AB"
    )
    assert not is_genuine(code, public)


def test_whatever_is_changed_of_a_code_is_noticed(signer: Signer):
    address = signed_address(BASE, FACTS, signer)
    changed = [address.replace("0123456789?", "0123456780?"), address.replace("abcdef#", "abcdee#")]
    digits = int(address.partition("#")[2])
    changed += [
        f"{address.partition('#')[0]}#{digits ^ (1 << bit)}" for bit in range(digits.bit_length() - 1)
    ]
    seen = 0
    for text in changed:
        try:
            code = read_code(text)
        except BadCode:
            continue
        seen += 1
        assert code.key_id != signer.key.key_id or not is_genuine(code, signer.key.public), text
    assert seen > 600, "most changes leave the form of a code"


def test_another_installations_key_signs_nothing_here(signer: Signer, tmp_path: Path):
    other = KeyRing(tmp_path / "other").signer(AT)
    assert not is_genuine(read_code(signed_address(BASE, FACTS, other)), signer.key.public)


@pytest.mark.parametrize(
    "text",
    [
        plain_address(BASE, "0123456789", "ab" * 32),
        f"{BASE}/v/0123456789?h=0123456789abcdef#",
        f"{BASE}/v/0123456789?h=0123456789abcdef#12",
        f"{BASE}/v/0123456789?h=0123456789abcdef#{'9' * 401}",
        f"{BASE}/v/0123456789?h=0123456789abcdef#{'9' * 200}",
        f"{BASE}/c/0123456789?h=0123456789abcdef#1",
        "",
    ],
)
def test_what_is_no_signed_code_is_refused(text: str):
    with pytest.raises(BadCode):
        read_code(text)


def test_long_words_stay_on_the_paper(signer: Signer):
    code = read_code(signed_address(BASE, replace(FACTS, number="结" * MOST_WORDS), signer))
    assert (code.facts.number, code.facts.label) == ("", "")
    assert is_genuine(code, signer.key.public)


@pytest.mark.parametrize(("short_mm", "most"), [(210, 25.0), (297, 25.0), (841, 25.0)])
def test_modules_are_large_enough_for_a_phone_on_every_paper(signer: Signer, short_mm: float, most: float):
    address = signed_address("https://drawings.example.com.cn", FACTS, signer)
    block = blocks_for(address, ("副本 Copy",), short_mm=short_mm)[0]
    assert len(block.matrix) <= 53, "version 9 at most"
    assert block.code_mm / len(block.matrix) >= 0.42
    assert block.code_mm <= most


def test_the_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "keys"
    first = KeyRing(folder).signer(AT)
    assert KeyRing(folder).signer(AT + timedelta(days=1)).key == first.key
    (private,) = folder.glob("*.private")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert private.read_text() not in (folder / "keys.json").read_text()


def test_a_renewed_key_leaves_old_prints_good_and_no_private_part_behind(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys")
    old = ring.signer(AT)
    address = signed_address(BASE, FACTS, old)
    ring.renew(AT + timedelta(days=1))
    new, former = ring.public_keys()
    assert former.retired_at == "2026-11-28T15:04:05+00:00"
    assert former.withdrawn_at is None
    assert is_genuine(read_code(address), former.public)
    assert ring.signer(AT).key == new != former
    assert [p.name for p in (tmp_path / "keys").glob("*.private")] == [f"{new.key_id}.private"]


def test_a_withdrawn_key_says_so(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys")
    ring.signer(AT)
    ring.renew(AT, is_withdrawn=True)
    assert [key.withdrawn_at for key in ring.public_keys()] == [None, "2026-11-27T15:04:05+00:00"]


def test_without_its_private_part_nothing_is_signed_and_no_new_key_is_made(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys")
    ring.signer(AT)
    next((tmp_path / "keys").glob("*.private")).unlink()
    with pytest.raises(BadKeys):
        ring.signer(AT)
    assert len(ring.public_keys()) == 1


def decoded(data: bytes) -> dict[str, list[int]]:
    """The list, read a second time by plain arithmetic."""
    at, found = 12, {}
    for section in SECTIONS:
        count, at = int.from_bytes(data[at : at + 4]), at + 4
        entries, value = [], 0
        for _ in range(count):
            shift = 0
            while True:
                byte, at = data[at], at + 1
                value += (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            entries.append(value)
            at += section == "slips"
        found[section] = entries
    assert at == len(data) - 64
    return found


def test_the_list_holds_every_code_and_is_small(signer: Signer):
    chance = random.Random(3)
    codes = [new_short_code() for _ in range(10_000)]
    some = set(chance.sample(codes, 1_000))
    ended = EndedCodes(frozenset(codes) - some, frozenset(some), {codes[0]: 3})
    data = signed_list(ended, AT, signer)
    found = decoded(data)
    assert found["superseded"] == sorted(entry_of(c) for c in ended.superseded)
    assert found["void"] == sorted(entry_of(c) for c in some)
    assert len(found["slips"]) == 1
    assert len(data) < 45_000, "10,000 revisions"
    assert not set(found["superseded"]) & {entry_of(new_short_code()) for _ in range(2_000)}
    assert all(entry < 1 << 8 * ENTRY_BYTES for entry in found["superseded"])


def test_the_list_of_an_installation_is_what_its_record_says(site: Site):
    with site.services.database.read() as session:
        found = ended_codes(session, site.clock.now())
    code = {name: site.row(revision).short_code for name, revision in site.revisions.items()}
    assert found.superseded == {code["建施-01 A"], code["结施-01 A"]}
    assert found.void == {code["建施-02 A"]}
    assert found.slips == {code["建施-01 B"]: 1}


def test_before_the_release_of_the_newer_the_older_has_not_ended(site: Site):
    with site.services.database.read() as session:
        found = ended_codes(session, day(4, 9))
    assert site.row(site.revisions["建施-01 A"]).short_code not in found.superseded


def test_the_list_names_no_project_sheet_or_code(site: Site):
    data = site.client().get("/check/list").data
    assert data[:4] == b"OSL1"
    row = site.row(site.revisions["建施-01 A"])
    for secret in (row.short_code, row.id, row.sheet_id, site.world.project_id, row.title):
        assert secret.encode() not in data


def test_public_keys_stand_at_a_stable_address_for_everybody(site: Site):
    answer = site.client().get("/check/keys.json")
    (key,) = answer.json["keys"]
    assert key["fingerprint"].startswith(key["id"])
    assert set(key) == {"id", "fingerprint", "public", "made_at", "retired_at", "withdrawn_at"}
    again = site.client().get("/check/keys.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
