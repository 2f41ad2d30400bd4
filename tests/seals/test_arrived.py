"""What is told of files that arrive already sealed: claims, never facts, and never more than was checked."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from app.seals.rules import SealKind, Verdict
from app.seals.verifying import routing
from app.seals.verifying.arrived import CANNOT, Arrived, arrived, kind_of
from app.seals.verifying.trust import TrustList
from tests.samples import sample
from tests.seals import attack_ofd, attack_sm2
from tests.seals.attack_tools import gap_of, over
from tests.seals.makers import Desk, sheet
from tests.seals.ofd_maker import document, packed

MINUTE = timedelta(minutes=1)


def told(desk: Desk, data: bytes, trust: TrustList | None = None) -> Arrived:
    return arrived(routing.judge(data, trust or desk.trust, desk.now + MINUTE))


@pytest.mark.parametrize("folder", ["annex", "barber-house", "pdf"])
def test_real_drawings_that_nobody_sealed_are_not_called_invalid(folder):
    files = sorted(sample(folder).rglob("*.pdf"))
    assert files
    for path in files:
        found = arrived(routing.judge(path.read_bytes(), TrustList.of("none", "1", []), datetime.now(UTC)))
        assert (found.verdict, found.is_sealed) == (Verdict.NO_SEAL, False), path.name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("某某建筑设计院出图专用章", SealKind.ISSUE),
        ("一级注册建筑师 张三", SealKind.REGISTERED),
        ("李四 注册结构工程师执业印章", SealKind.REGISTERED),
        ("某某施工图审查专用章", SealKind.REVIEW),
        ("某某审图中心审图章", SealKind.REVIEW),
        ("竣工图章", SealKind.AS_BUILT),
        ("某某公司公章", SealKind.FIRM),
        ("Jane Doe, P.E.", SealKind.REGISTERED),
        ("王五", None),
        ("国家税务总局", None),
    ],
)
def test_words_tell_the_kind(text, kind):
    assert kind_of(text) is kind


def test_an_honest_seal_is_claimed_and_its_verdict_stands_beside(desk):
    issued = desk.authority.issue("某某院出图专用章", "某某建筑设计院")
    found = told(desk, desk.seal(sheet(), issued=issued, certify=True, level="B-LTA"))
    [claim] = found.claims
    assert (found.verdict, claim.verdict, claim.is_checkable) == (Verdict.VALID, Verdict.VALID, True)
    assert (claim.organisation, claim.kind) == ("某某建筑设计院", SealKind.ISSUE)
    assert claim.label.zh == "自称：某某建筑设计院 · 某某院出图专用章（出图章）"
    assert "Claimed" in claim.label.en
    assert "1 枚电子签章，核验结果：有效" in found.sentence.zh
    assert "执业资格未核" in found.sentence.zh
    assert CANNOT.zh not in found.sentence.zh


@pytest.mark.parametrize("make", [
    attack_sm2.sm2_in_the_national_envelope, attack_sm2.sm2_under_a_makers_own_name, attack_sm2.sm2_over_sha_256,
    attack_ofd.ofd_seal_of_the_older_standard, attack_ofd.ofd_bare_signature, attack_ofd.ofd_value_of_another_algorithm,
])  # fmt: skip
def test_what_cannot_be_checked_here_says_so(desk, victim, make):
    found = told(desk, make(victim))
    assert found.verdict is Verdict.INDETERMINATE
    assert [claim.is_checkable for claim in found.claims] == [False]
    assert CANNOT.zh in found.sentence.zh
    assert CANNOT.en in found.sentence.en


def test_the_older_standard_still_tells_whose_seal_it_claims_to_be(desk, victim):
    [claim] = told(desk, attack_ofd.ofd_seal_of_the_older_standard(victim)).claims
    assert (claim.name, claim.kind) == ("某某建筑设计院出图专用章", SealKind.ISSUE)


def test_seals_of_an_ofd_are_claimed(desk, victim):
    found = told(desk, packed(attack_ofd.sealed(victim)))
    [claim] = found.claims
    assert (found.verdict, claim.kind, claim.organisation) == (
        Verdict.VALID,
        SealKind.ISSUE,
        "某某建筑设计院",
    )
    assert not told(desk, packed(document())).is_sealed


def test_a_changed_file_is_called_invalid_even_where_one_seal_cannot_be_checked(desk, victim):
    files = attack_ofd.desk_of(victim).seal(attack_ofd.sealed(victim), 1, kind="Sign")
    found = told(desk, packed(attack_ofd.changed(files, attack_ofd.PAGE, b"C30", b"C15")))
    assert found.verdict is Verdict.INVALID
    assert "核验结果：无效" in found.sentence.zh


def test_a_picture_of_a_seal_is_no_claim(desk):
    found = told(desk, sheet())
    assert not found.is_sealed
    assert "图片" in found.sentence.zh


def test_a_signature_that_openssl_made_is_judged_as_ours_is(desk, tmp_path: Path):
    """Made elsewhere: the CMS value (CAdES) is OpenSSL's, the file around it ours."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    issued = desk.seals["Issue"]
    data = desk.seal(sheet(), certify=True)
    begin, finish, _ = gap_of(data)
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (tmp_path / "key").write_bytes(issued.key.private_bytes(pem, form, serialization.NoEncryption()))
    (tmp_path / "seal").write_bytes(issued.certificate.public_bytes(pem))
    (tmp_path / "content").write_bytes(data[:begin] + data[finish:])
    subprocess.run(
        [openssl, "cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "DER", "-in", tmp_path / "content",
         "-signer", tmp_path / "seal", "-inkey", tmp_path / "key", "-out", tmp_path / "cms", "-nosmimecap"],
        check=True, capture_output=True,
    )  # fmt: skip
    value = (tmp_path / "cms").read_bytes().hex().encode()
    made = over(data, begin + 1, value.ljust(finish - begin - 2, b"0"))
    assert len(made) == len(data)
    found = told(desk, made)
    assert found.verdict is Verdict.VALID, found.claims
    assert told(desk, made.replace(b"C30", b"C15")).verdict is Verdict.INVALID
