"""Attacks on seals by SM2: wrong keys, wrong forms, borrowed certificates; all under an SM2 authority that is trusted."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import gmssl_pyx
from asn1crypto import algos, cms, core, keys
from pyhanko.pdf_utils.reader import PdfFileReader

from app.seals.rules import Verdict
from app.seals.sealing.signer import DeskSigner
from tests.seals.attack_tools import Victim, annotation, attack, gap_of, later, over
from tests.seals.sm2_pki import Sm2Authority, Sm2Issued, public_info

_OPEN, _UNTRUSTED = Verdict.INDETERMINATE, Verdict.UNTRUSTED


class OddSigner(DeskSigner):
    """Signs as its maker likes."""

    def __init__(
        self, issued: Sm2Issued, chain: list[Sm2Issued], odd: Callable[[bytes], bytes] | None = None
    ) -> None:
        sealer = issued.sealer(*chain)
        super().__init__(sealer)
        self._odd = odd

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run or self._odd is None:
            return await super().async_sign_raw(data, digest_algorithm, dry_run)
        return self._odd(data)


def sealed(v: Victim, issued: Sm2Issued | None = None, odd: Callable[[bytes], bytes] | None = None,
           *, by: Sm2Authority | None = None, level: str = "B-B") -> bytes:  # fmt: skip
    """The plain sheet with one SM2 seal."""
    authority = by or v.desk.sm2
    signer = OddSigner(issued or authority.issue("国密 章"), [authority.issuing], odd)
    return v.desk.seal(v.plain, certify=True, by=signer, digest="sm3", level=level)


@attack("sm2", "not-trusted", _UNTRUSTED)
def sm2_look_alike_authority(v: Victim) -> bytes:
    return sealed(v, by=Sm2Authority(v.desk.sm2.began, v.desk.sm2.name))


@attack("sm2", "not-trusted", _UNTRUSTED)
def sm2_certificate_that_the_authority_never_signed(v: Victim) -> bytes:
    """Issuer's name and identifier are right, the signature is a stranger's."""
    stranger = Sm2Authority(v.desk.sm2.began, v.desk.sm2.name)
    real = v.desk.sm2.issuing
    false = Sm2Issued(real.certificate, stranger.issuing.private, stranger.issuing.public)
    return sealed(v, v.desk.sm2.issue("国密 章", by=false))


@attack("sm2", "digest-mismatch")
def sm2_number_changed(v: Victim) -> bytes:
    return sealed(v).replace(b"C30 slab 120 mm", b"C15 slab 080 mm", 1)


@attack("sm2", "changed-after unsigned-revision")
def sm2_note_added_later(v: Victim) -> bytes:
    box = (480, 480, 880, 540)
    return later(sealed(v), lambda w: annotation(w, "Stamp", b"1 1 1 rg 0 0 400 60 re f", box))


@attack("sm2", "signature-wrong")
def sm2_signed_under_another_id(v: Victim) -> bytes:
    issued = v.desk.sm2.issue("国密 章")
    return sealed(
        v, issued, lambda data: gmssl_pyx.sm2_sign(issued.private, issued.public, data, b"someone else")
    )


@attack("sm2", "signature-wrong")
def sm2_signed_without_any_id(v: Victim) -> bytes:
    issued = v.desk.sm2.issue("国密 章")
    return sealed(v, issued, lambda data: gmssl_pyx.sm2_sign(issued.private, issued.public, data, None))


@attack("sm2", "signature-wrong")
def sm2_signed_with_another_key(v: Victim) -> bytes:
    other = v.desk.sm2.issue("别人")
    return sealed(v, None, other.sign)


@attack("sm2", "signature-wrong")
def sm2_zeros_for_a_signature(v: Victim) -> bytes:
    return sealed(v, None, lambda _: algos.DSASignature({"r": 0, "s": 0}).dump())


@attack("sm2", "signature-wrong")
def sm2_signature_in_two_spellings(v: Victim) -> bytes:
    """The same numbers, longer: a file must not have two signatures that are both right."""
    issued = v.desk.sm2.issue("国密 章")

    def odd(data: bytes) -> bytes:
        pair = algos.DSASignature.load(issued.sign(data)).native
        parts = b"".join(b"\x02\x22" + int(pair[key]).to_bytes(34) for key in ("r", "s"))
        return b"\x30" + bytes([len(parts)]) + parts

    return sealed(v, issued, odd)


@attack("sm2", "signature-wrong library-refuses malformed-signature")
def sm2_point_on_another_curve(v: Victim) -> bytes:
    """The certificate calls the key one of P-256; its point is none there."""
    public, private = gmssl_pyx.sm2_key_generate()
    info = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", "secp256r1")},
            "public_key": keys.ECPointBitString(b"\x04" + public),
        }
    )
    wrong = v.desk.sm2.issue("国密 章", pair=(public, private), info=info)
    right = v.desk.sm2.issue("国密 章", pair=(public, private))
    signer = OddSigner(right, [v.desk.sm2.issuing])
    signer._signing_cert = wrong.certificate
    return v.desk.seal(v.plain, certify=True, by=signer, digest="sm3")


@attack("sm2", "signature-wrong")
def sm2_point_off_the_curve(v: Victim) -> bytes:
    public, private = gmssl_pyx.sm2_key_generate()
    wrong = v.desk.sm2.issue("国密 章", pair=(public, private), info=public_info(b"\x01" * 64))
    signer = OddSigner(v.desk.sm2.issue("国密 章", pair=(public, private)), [v.desk.sm2.issuing])
    signer._signing_cert = wrong.certificate
    return v.desk.seal(v.plain, certify=True, by=signer, digest="sm3")


@attack("sm2", "not-for-sealing")
def sm2_certificate_not_for_sealing(v: Victim) -> bytes:
    return sealed(v, v.desk.sm2.issue("国密 章", usage={"key_agreement"}))


@attack("sm2", "not-for-sealing")
def sm2_certificate_of_an_authority(v: Victim) -> bytes:
    usage = {"digital_signature", "key_cert_sign", "crl_sign"}
    return sealed(v, v.desk.sm2.issue("国密 章", ca=True, usage=usage))


@attack("sm2", "expired not-in-validity")
def sm2_expired_before_sealing(v: Victim) -> bytes:
    return sealed(v, v.desk.sm2.issue("旧章", since=v.desk.now - timedelta(days=20), life=timedelta(days=5)))


@attack("sm2", "revoked", _OPEN)
def sm2_revoked_time_not_proved(v: Victim) -> bytes:
    return sealed(v, v.desk.sm2_revoked)


@attack("sm2", "revoked-before revoked")
def sm2_revoked_before_with_a_time_stamp(v: Victim) -> bytes:
    return sealed(v, v.desk.sm2_revoked, level="B-T")


def _rebuilt(v: Victim, change: Callable[[Any, Sm2Issued, bytes], cms.ContentInfo]) -> bytes:
    """An honest SM2 seal whose CMS value is made anew; ``change`` gets it, the key, and the sealed bytes."""
    issued = v.desk.sm2.issue("国密 章")
    data = sealed(v, issued)
    begin, finish, _ = gap_of(data)
    value = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0].pkcs7_content
    made = change(cms.ContentInfo.load(value), issued, data[:begin] + data[finish:])
    text = made.dump(force=True).hex().encode()
    return over(data, begin + 1, text.ljust(finish - begin - 2, b"0"))


@attack("sm2", "sm2", _OPEN)
def sm2_without_signed_attributes(v: Victim) -> bytes:
    def change(value: Any, issued: Sm2Issued, content: bytes) -> cms.ContentInfo:
        [signer] = value["content"]["signer_infos"]
        del signer["signed_attrs"]
        signer["signature"] = issued.sign(content)
        return value

    return _rebuilt(v, change)


@attack("sm2", "sm2", _OPEN)
def sm2_over_sha_256(v: Victim) -> bytes:
    """SM2 with another digest than SM3 (1.2.156.10197.1.503)."""

    def change(value: Any, issued: Sm2Issued, content: bytes) -> cms.ContentInfo:
        [signer] = value["content"]["signer_infos"]
        signer["signature_algorithm"] = {"algorithm": "1.2.156.10197.1.503"}
        return value

    return _rebuilt(v, change)


@attack("sm2", "sm2", _OPEN)
def sm2_in_the_national_envelope(v: Victim) -> bytes:
    """GB/T 35275: signed data under an identifier of its own."""
    text = sealed(v)
    begin, finish, _ = gap_of(text)
    value = bytes.fromhex(text[begin + 1 : finish - 1].decode())
    inner = cms.ContentInfo.load(value)["content"].dump()
    oid = core.ObjectIdentifier("1.2.156.10197.6.1.4.2.2").dump()
    inside = oid + b"\xa0\x82" + len(inner).to_bytes(2) + inner
    made = b"\x30\x82" + len(inside).to_bytes(2) + inside
    return over(text, begin + 1, made.hex().encode().ljust(finish - begin - 2, b"0"))


@attack("sm2", "unknown-format", _OPEN)
def sm2_under_a_makers_own_name(v: Victim) -> bytes:
    return sealed(v).replace(b"/ETSI.CAdES.detached", b"/Vendor.SM2.detached", 1)


@attack("sm2", "signature-wrong library-refuses digest-mismatch")
def elliptic_signature_by_an_sm2_key(v: Victim) -> bytes:
    """The certificate has an SM2 key, the signature says ECDSA with SHA-256."""

    def change(value: Any, issued: Sm2Issued, content: bytes) -> cms.ContentInfo:
        [signer] = value["content"]["signer_infos"]
        signer["signature_algorithm"] = {"algorithm": "sha256_ecdsa"}
        signer["digest_algorithm"] = {"algorithm": "sha256"}
        return value

    return _rebuilt(v, change)
