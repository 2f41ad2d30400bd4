"""SM2 with SM3: seals made here are judged like all others, and OpenSSL agrees about every signature."""

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gmssl_pyx
import pytest
from asn1crypto import algos, cms, pem
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko_certvalidator.sig_validate import SignatureValidationContext

from app.kernel.errors import Refused
from app.seals.rules import Level, SealKind, Verdict
from app.seals.sealing.deferred import AbsentSealer, embed, prepare
from app.seals.sealing.evidence import DemoTimeStamper, HeldEvidence, Revocation
from app.seals.sealing.fields import place_fields
from app.seals.sealing.keys import belongs
from app.seals.sealing.pades import Act, Desk
from app.seals.sm2 import algorithms
from app.seals.sm2.keys import Sm2Sealer
from app.seals.verifying.gate import judge
from app.seals.verifying.trust import TrustList
from tests.seals import sealing_set as given
from tests.seals.sm2_pki import Sm2Authority, public_info

KINDS = (SealKind.ISSUE, SealKind.REGISTERED, SealKind.REVIEW, SealKind.AS_BUILT)


@pytest.fixture(scope="module")
def authority() -> Sm2Authority:
    return Sm2Authority()


def _evidence(authority: Sm2Authority) -> HeldEvidence:
    demo = given.authority()

    def revocation(now: datetime) -> Revocation:
        return Revocation(crls=[*authority.crls(now), *demo.crls(now)])

    return HeldEvidence(
        DemoTimeStamper(demo), [authority.root.certificate, demo.root.asn1],
        [authority.issuing.certificate, demo.issuing.asn1], revocation,
    )  # fmt: skip


def _trust(authority: Sm2Authority, lists=None) -> TrustList:
    demo, now = given.authority(), datetime.now(UTC)
    return TrustList.of(
        "sm2", "1", [authority.root.certificate, demo.root.asn1],
        certificates=[authority.issuing.certificate, demo.issuing.asn1],
        crls=[*authority.crls(now), *demo.crls(now)] if lists is None else lists,
    )  # fmt: skip


def _ready(folder: Path) -> Path:
    path = given.sheet(folder / "sheet.pdf")
    path.write_bytes(place_fields(path.read_bytes(), given.fields(KINDS)))
    return path


@pytest.mark.parametrize("level", Level)
def test_sm2_seals_are_judged_valid_at_every_level(tmp_path, authority, level):
    path = _ready(tmp_path)
    desk = Desk(authority.issue("国密出图章").sealer(authority.issuing), level, _evidence(authority))
    for field in given.fields(KINDS):
        desk.seal(path, path, Act(field.name))
    report = judge(path.read_bytes(), _trust(authority), datetime.now(UTC))
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    seals = [seal for seal in report.seals if not seal.is_timestamp]
    assert [(seal.algorithm, seal.level) for seal in seals] == [("sm2 256 / sm3", level)] * 4
    assert [one.name for one in seals[0].chain] == ["国密出图章", "国密演示签章机构", authority.name]


@pytest.mark.parametrize(
    ("level", "verdict"), [(Level.LTA, Verdict.VALID), (Level.LT, Verdict.INDETERMINATE)]
)
def test_a_lasting_sm2_seal_is_valid_after_its_certificate_ran_out(tmp_path, authority, level, verdict):
    path = _ready(tmp_path)
    Desk(authority.issue("国密章").sealer(authority.issuing), level, _evidence(authority)).seal(
        path, path, Act("issue-0")
    )
    then, demo = datetime.now(UTC) + timedelta(days=365 * 5), given.authority()
    trust = TrustList.of(
        "later",
        "1",
        [authority.root.certificate, demo.root.asn1],
        crls=[*authority.crls(then), *demo.crls(then)],
    )
    assert judge(path.read_bytes(), trust, then + timedelta(minutes=1)).verdict is verdict


def test_sm2_and_ecdsa_seals_live_in_one_file(tmp_path, authority):
    path = _ready(tmp_path)
    Desk(authority.issue("国密章").sealer(authority.issuing), Level.B).seal(path, path, Act("issue-0"))
    given.desk(Level.B).seal(path, path, Act("registered-1"))
    report = judge(path.read_bytes(), _trust(authority), datetime.now(UTC))
    assert [(seal.verdict, seal.algorithm.split()[0]) for seal in report.seals] == [
        (Verdict.VALID, "sm2"), (Verdict.VALID, "ec"),
    ]  # fmt: skip


def test_without_an_honest_list_of_revoked_certificates_it_is_an_open_question(tmp_path, authority):
    path = _ready(tmp_path)
    Desk(authority.issue("国密章").sealer(authority.issuing), Level.B).seal(path, path, Act("issue-0"))
    forged = Sm2Authority(authority.began, authority.name).crls(datetime.now(UTC))
    for lists in ([], forged):
        report = judge(path.read_bytes(), _trust(authority, lists), datetime.now(UTC))
        assert (report.verdict, report.codes) == (Verdict.INDETERMINATE, {"revocation-unknown"})


@pytest.mark.parametrize("level", [Level.B, Level.LTA])
def test_an_sm2_seal_signed_elsewhere_holds(tmp_path, authority, level):
    path, ready, done = _ready(tmp_path), tmp_path / "ready.pdf", tmp_path / "done.pdf"
    issued, evidence = authority.issue("国密章"), _evidence(authority)
    sealer = AbsentSealer(issued.certificate, [authority.issuing.certificate])
    state = prepare(path, ready, sealer, level, Act("issue-0"), evidence)
    embed(ready, done, state, issued.sign(bytes.fromhex(state.to_sign)), sealer, evidence)
    assert judge(done.read_bytes(), _trust(authority), datetime.now(UTC)).verdict is Verdict.VALID


# -- against the standard and another program -----------------------------------------------------------------------

PUBLIC = bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
"""GB/T 32918.5, annex A: its key, message and signature."""
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
DIGEST = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"


def test_the_standards_own_example():
    key, signature = public_info(PUBLIC), algos.DSASignature({"r": R, "s": S}).dump()
    assert algorithms.digest_to_sign(key, b"message digest").hex() == DIGEST
    assert algorithms.is_right(key, signature, b"message digest")
    assert not algorithms.is_right(key, signature, b"message digesT")
    assert not algorithms.is_right(key, signature + b"\x00", b"message digest")
    assert algorithms.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_names_of_other_algorithms_stay_as_they_were():
    kept = {
        "rsassa_pkcs1v15": "1.2.840.113549.1.1.1",
        "sha1_rsa": "1.2.840.113549.1.1.5",
        "sm2_sm3": "1.2.156.10197.1.501",
    }
    for name, oid in kept.items():
        assert algos.SignedDigestAlgorithmId(name).dotted == oid
    assert algos.DigestAlgorithmId("sha256").dotted == "2.16.840.1.101.3.4.2.1"
    assert algos.DigestAlgorithmId("sm3").dotted == "1.2.156.10197.1.401"


def test_key_and_algorithm_must_belong_together(authority):
    issued, check = authority.issue("国密章"), algorithms.Sm2Validator().validate_signature
    sm2 = algos.SignedDigestAlgorithm({"algorithm": "sm2_sm3"})
    ecdsa = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    key, other = issued.certificate.public_key, given.issued().asn1.public_key
    right = issued.sign(b"content")
    check(right, b"content", key, sm2)
    for signature, public, algorithm in ((right, other, sm2), (right, key, ecdsa), (b"", key, sm2)):
        with pytest.raises(InvalidSignature):
            check(signature, b"content", public, algorithm)
    with pytest.raises(InvalidSignature):
        check(right, b"content", key, sm2, SignatureValidationContext(prehashed=True))


@pytest.fixture
def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("openssl is not installed")
    said = subprocess.run(
        [found, "list", "-public-key-algorithms"], capture_output=True, text=True, check=True
    )
    if "SM2" not in said.stdout:
        pytest.skip("this openssl has no SM2")
    return found


def _agrees(openssl: str, folder: Path, certificate, signature: bytes, content: bytes) -> bool:
    (folder / "key").write_bytes(pem.armor("PUBLIC KEY", certificate.public_key.dump()))
    (folder / "signature").write_bytes(signature)
    (folder / "content").write_bytes(content)
    done = subprocess.run(
        [openssl, "dgst", "-sm3", "-verify", folder / "key", "-sigopt", "distid:1234567812345678",
         "-signature", folder / "signature", folder / "content"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "Verified OK" in done.stdout


def test_openssl_agrees_about_seal_certificates_and_list(tmp_path, authority, openssl):
    path = _ready(tmp_path)
    issued = authority.issue("国密章")
    Desk(issued.sealer(authority.issuing), Level.B).seal(path, path, Act("issue-0"))
    [seal] = PdfFileReader(io.BytesIO(path.read_bytes())).embedded_regular_signatures
    [signer] = cms.ContentInfo.load(seal.pkcs7_content)["content"]["signer_infos"]
    attributes, value = signer["signed_attrs"].untag().dump(), signer["signature"].native
    assert _agrees(openssl, tmp_path, issued.certificate, value, attributes)
    assert not _agrees(openssl, tmp_path, issued.certificate, value, attributes + b" ")
    for one, by in ((issued, authority.issuing), (authority.issuing, authority.root)):
        body, made = one.certificate["tbs_certificate"].dump(), one.certificate["signature_value"].native
        assert _agrees(openssl, tmp_path, by.certificate, made, body)
    crl = authority.crls(datetime.now(UTC))[1]
    assert _agrees(
        openssl, tmp_path, authority.issuing.certificate, crl["signature"].native, crl["tbs_cert_list"].dump()
    )


def test_a_key_made_by_openssl_seals(tmp_path, authority, openssl):
    make = [openssl, "genpkey", "-algorithm", "SM2", "-outform", "DER"]
    made = subprocess.run(make, capture_output=True, check=True).stdout
    whole = subprocess.run([openssl, "pkey", "-inform", "DER", "-pubout", "-outform", "DER"], input=made,
                           capture_output=True, check=True).stdout  # fmt: skip
    pkcs8 = subprocess.run([openssl, "pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-outform", "DER"], input=made,
                           capture_output=True, check=True).stdout  # fmt: skip
    public = whole[-64:]
    issued = authority.issue("国密章", pair=(public, b""))
    for content in (made, pkcs8):
        sealer = Sm2Sealer.from_der(content, issued.certificate, is_demo=True)
        assert belongs(issued.certificate, sealer.sign(b"content"), b"content")


def test_keys_that_cannot_be_used_are_refused(authority):
    issued, other = authority.issue("国密章"), authority.issue("别人")
    good = {"is_demo": True}
    for code, arguments, named in (
        ("seal-file-key", (issued.private, issued.certificate), {}),
        ("seal-key-unusable", (other.private, issued.certificate), good),
        ("seal-key-unusable", (issued.private, given.issued().asn1), good),
        ("seal-key-unusable", (b"\x00" * 32, issued.certificate), good),
    ):
        with pytest.raises(Refused) as refused:
            Sm2Sealer(*arguments, **named)
        assert refused.value.code == code
    with pytest.raises(Refused):
        Sm2Sealer.from_der(b"nonsense", issued.certificate, is_demo=True)
    public, private = gmssl_pyx.sm2_key_generate()
    off = authority.issue("国密章", pair=(public, private), info=public_info(b"\x01" * 64))
    with pytest.raises(Refused):
        Sm2Sealer(private, off.certificate, is_demo=True)
