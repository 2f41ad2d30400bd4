"""Sealed OFD files: honest ones are valid, the report tells what it must, and no chance change passes."""

import io
import json
import random
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import pem

from app.seals.rules import Verdict
from app.seals.verifying import jail, ofd, routing, ses
from app.seals.verifying.ofd_package import Broken, open_package
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import After, Clock, Report
from tests.seals import attack_ofd
from tests.seals.attack_ofd import VALUE
from tests.seals.ofd_maker import LIST, PAGE, OfdDesk, document, packed
from tests.seals.sm2_pki import Sm2Authority

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def maker() -> OfdDesk:
    return OfdDesk(Sm2Authority(), datetime.now(UTC).replace(microsecond=0))


def _trust(maker: OfdDesk, *, lists: bool = True, issuing: bool = True) -> TrustList:
    authority = maker.authority
    return TrustList.of(
        "ofd", "1", [authority.root.certificate],
        certificates=[authority.issuing.certificate] if issuing else [],
        crls=authority.crls(maker.at) if lists else [],
    )  # fmt: skip


def _judge(maker: OfdDesk, data: bytes, trust: TrustList | None = None) -> Report:
    return routing.judge(data, trust or _trust(maker), maker.at + MINUTE)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_honest_seals_are_valid(maker, count):
    files = document()
    for number in range(count):
        files = maker.seal(files, number)
    report = _judge(maker, packed(files))
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    assert [seal.field for seal in report.seals] == [str(n + 1) for n in range(count)]
    assert [seal.after for seal in report.seals] == [After.SIGNATURES] * (count - 1) + [After.NOTHING]


def test_the_same_in_other_honest_spellings(maker):
    files = [
        maker.seal(document(), seal=maker.seal_object(list_type=ses.BY_DIGEST)),
        maker.seal(document(), seal=maker.seal_object(whole=True)),
        maker.seal(document(), seal=maker.seal_object(has_more=True), has_more=True),
        maker.seal(document(), method="SM3"),
        maker.seal(document() | {"Doc_0/Res/图纸 1.png": b"\x89PNG"}),
    ]
    for one in files:
        assert _judge(maker, packed(one)).verdict is Verdict.VALID
    assert _judge(maker, packed(files[0], method=zipfile.ZIP_STORED)).verdict is Verdict.VALID


class _Pipe(io.RawIOBase):
    """Cannot go back: a ZIP written here states its sizes behind each entry."""

    def __init__(self) -> None:
        self.written = b""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.written += bytes(data)
        return len(data)


def test_a_package_written_to_a_pipe_is_read(maker):
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in maker.seal(document()).items():
            archive.writestr(name, content)
    assert _judge(maker, pipe.written).verdict is Verdict.VALID


def test_names_without_a_stated_encoding_are_read(maker):
    name = "Doc_0/Res/图.png"
    data = packed(maker.seal(document() | {name: b"\x89PNG"}))
    place, old = 0, name.encode()
    while (place := data.find(old, place + 1)) > 0:
        head = data.rfind(b"PK", 0, place)
        flags = head + (6 if data[head + 2 : head + 4] == b"\x03\x04" else 8)
        data = data[: flags + 1] + b"\x00" + data[flags + 2 :]
    assert name in open_package(data)
    assert _judge(maker, data).verdict is Verdict.VALID


def test_a_file_that_nobody_sealed(maker):
    report = _judge(maker, packed(document()))
    assert (report.verdict, report.codes, report.seals) == (Verdict.NO_SEAL, {"no-seal"}, ())


NO_OFD = [b"PK\x03\x04", b"PK\x03\x04" + bytes(100), packed({"a.txt": b"x"}), packed({"OFD.xml": b"<OFD/>"})]


@pytest.mark.parametrize("data", NO_OFD)
def test_what_is_no_ofd_is_never_valid(maker, data):
    assert _judge(maker, data).verdict is Verdict.INVALID


def test_the_report_tells_holder_maker_period_and_time(maker):
    report = _judge(maker, packed(maker.seal(document())))
    [seal] = report.seals
    assert seal.who is not None
    assert (seal.who.name, seal.who.organisation) == ("某某建筑设计院出图专用章", "某某建筑设计院")
    assert [one.name for one in seal.chain][-1] == maker.authority.name
    found = seal.object
    assert found is not None
    assert found.maker is not None
    assert (found.name, found.identifier, found.maker.organisation) == (
        "某某建筑设计院出图专用章",
        "3301060000001",
        "制章中心",
    )
    assert datetime.fromisoformat(found.valid_from) < maker.at < datetime.fromisoformat(found.valid_to)
    assert (seal.time, seal.clock) == (maker.at.isoformat(timespec="seconds"), Clock.SIGNER)
    assert seal.algorithm == "sm2 256 / sm3"
    assert len(seal.evidence.revocation) == 2
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


@pytest.mark.parametrize("is_bare", [False, True])
def test_a_time_stamp_is_checked_and_its_clock_told(desk, victim, is_bare):
    stamper = attack_ofd.stamper(desk)
    data = packed(attack_ofd.desk_of(victim).seal(document(), stamper=stamper, is_bare=is_bare))
    report = routing.judge(data, desk.trust, desk.now + 10 * MINUTE)
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    assert report.seals[0].clock is Clock.TSA


def test_without_a_trusted_root_it_is_at_most_untrusted(maker):
    stranger = Sm2Authority()
    trust = TrustList.of("other", "1", [stranger.root.certificate], crls=stranger.crls(maker.at))
    report = _judge(maker, packed(maker.seal(document())), trust)
    assert (report.verdict, report.codes) == (Verdict.UNTRUSTED, {"not-trusted"})


def test_without_word_of_revocation_it_cannot_be_judged(maker):
    report = _judge(maker, packed(maker.seal(document())), _trust(maker, lists=False))
    assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"revocation-unknown"})


def test_without_the_issuing_authority_there_is_no_way_to_the_root(maker):
    report = _judge(maker, packed(maker.seal(document())), _trust(maker, issuing=False))
    assert (report.verdict, report.codes) == (Verdict.UNTRUSTED, {"not-trusted"})


def test_it_is_judged_in_the_jail(maker, tmp_path):
    path = tmp_path / "sheet.pdf"  # the name says nothing
    path.write_bytes(packed(maker.seal(document())))
    assert jail.judge_file(path, _trust(maker), maker.at + MINUTE).verdict is Verdict.VALID
    path.write_bytes(packed(maker.seal(document()) | {PAGE: b"<a/>"}))
    assert "digest-mismatch" in jail.judge_file(path, _trust(maker), maker.at + MINUTE).codes


def test_openssl_agrees_about_holder_and_maker(maker, tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    value = ses.signature_of(maker.seal(document())[VALUE])
    seal = value["to_sign"]["seal"]
    for part, signature, who in (
        (value["to_sign"], value["signature"], maker.holder),
        (seal["info"], seal["signature"], maker.maker),
    ):
        (tmp_path / "key").write_bytes(pem.armor("PUBLIC KEY", who.certificate.public_key.dump()))
        (tmp_path / "signature").write_bytes(signature.native)
        (tmp_path / "content").write_bytes(part.dump())
        said = subprocess.run(
            [openssl, "dgst", "-sm3", "-verify", tmp_path / "key", "-sigopt", "distid:1234567812345678",
             "-signature", tmp_path / "signature", tmp_path / "content"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verified OK" in said.stdout, said.stderr


# -- chance -----------------------------------------------------------------------------------------------------------


def _contents(data: bytes) -> dict[str, bytes] | None:
    """What another program reads."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - it reads nothing
        return None


def test_whatever_byte_of_a_package_changes_valid_means_unchanged(maker):
    data, chance, trust = packed(maker.seal(document())), random.Random(38540), _trust(maker)
    whole, valid = _contents(data), 0
    for _ in range(400):
        place = chance.randrange(len(data))
        made = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        if _judge(maker, made, trust).verdict is Verdict.VALID:
            assert _contents(made) == whole, place
            valid += 1
    assert valid < 200  # dates and versions in a ZIP's heads mean nothing


def test_no_byte_of_a_signature_can_change(maker):
    files, chance, trust = maker.seal(document()), random.Random(2020), _trust(maker)
    value = files[VALUE]
    for _ in range(300):
        place = chance.randrange(len(value))
        made = value[:place] + bytes([value[place] ^ (1 << chance.randrange(8))]) + value[place + 1 :]
        report = _judge(maker, packed(files | {VALUE: made}), trust)
        assert report.verdict in (Verdict.INVALID, Verdict.INDETERMINATE, Verdict.UNTRUSTED), place


WITHOUT = {
    "signature": "ofd signed by another",
    "signer": "ofd certificate not for sealing",
    "seal": "ofd seal made by a stranger",
    "user": "ofd seal of another",
    "times": "ofd seal run out before",
}


@pytest.mark.parametrize("check", WITHOUT)
def test_without_its_check_the_attack_would_pass(desk, victim, monkeypatch, check):
    from tests.seals.attack_tools import MAKERS  # noqa: PLC0415 - filled by then

    make = next(maker for _, name, _, _, maker in MAKERS if name.replace("_", " ") == WITHOUT[check])
    monkeypatch.setattr(ofd, "CHECKS", {key: value for key, value in ofd.CHECKS.items() if key != check})
    assert routing.judge(make(victim), desk.trust, desk.now + MINUTE).verdict is Verdict.VALID


def test_a_check_that_breaks_is_an_open_question(maker, monkeypatch):
    def broken(case, stamp) -> None:
        raise ZeroDivisionError

    data = packed(maker.seal(document()))
    for name in ofd.CHECKS:
        monkeypatch.setattr(ofd, "CHECKS", ofd.CHECKS | {name: broken})
        report = _judge(maker, data)
        assert report.verdict in (Verdict.INDETERMINATE, Verdict.INVALID), name
        assert "check-failed" in report.codes
        monkeypatch.undo()


def test_a_location_that_climbs_out_leads_nowhere():
    package = open_package(packed(document()))
    for location in ("../../OFD.xml", "..\\OFD.xml", "http://host/x", "", "C:/x"):
        with pytest.raises(Broken):
            package.find(LIST, location)
    assert package.find("Doc_0/Document.xml", "Pages/Page_0/Content.xml") == PAGE
    assert package.find("Doc_0/Document.xml", "/Doc_0/Pages/Page_0/Content.xml") == PAGE
