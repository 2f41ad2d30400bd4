"""Attacks by who seals: certificates that must not count, borrowed seals, pictures of seals, wrong clocks."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pikepdf import Array, Dictionary
from pikepdf import Name as PdfName
from pyhanko.pdf_utils import generic
from pyhanko.sign import fields

from app.seals.demo_pki import Issued
from app.seals.rules import Verdict
from tests.seals.attack_tools import Name, Victim, Writer, annotation, attack, form, gap_of, later, over
from tests.seals.makers import Desk, sheet

_OPEN, _UNTRUSTED = Verdict.INDETERMINATE, Verdict.UNTRUSTED


@attack("certificate", "not-trusted", _UNTRUSTED)
def look_alike_authority(v: Victim) -> bytes:
    """Every name is the same, root and all; only the keys are the attacker's."""
    other = Desk(v.desk.now)
    return other.seal(v.plain, certify=True, level="B-T")


@attack("certificate", "not-trusted", _UNTRUSTED)
def look_alike_authority_with_its_own_evidence(v: Victim) -> bytes:
    return Desk(v.desk.now).seal(v.plain, certify=True, level="B-LTA")


def _made(v: Victim, *, key: Any = None, ca: bool = False, usage: dict[str, bool] | None = None,
          purposes: list[x509.ObjectIdentifier] | None = None, own: bool = False, digest: Any = None,
          names: list[x509.NameAttribute[str]] | None = None) -> Issued:  # fmt: skip
    """A certificate of the trusted authority (or signed by itself) with something wrong about it."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    like = v.desk.seals["Issue"].certificate
    parent = v.desk.authority.issuing
    flags = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
    ) | (usage or {"digital_signature": True, "content_commitment": True})  # fmt: skip
    subject = x509.Name(names) if names is not None else like.subject
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if own else parent.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(v.desk.now - timedelta(days=5))
        .not_valid_after(v.desk.now + timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**flags), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not own:
        known = x509.AuthorityKeyIdentifier.from_issuer_public_key(parent.key.public_key())
        made = made.add_extension(known, critical=False)
    if purposes:
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return Issued(made.sign(key if own else parent.key, digest or hashes.SHA256()), key)


@attack("certificate", "not-trusted", _UNTRUSTED)
def signed_by_itself(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, issued=_made(v, own=True))


@attack("certificate", "not-for-sealing")
def not_for_signing(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, issued=_made(v, usage={"key_agreement": True}))


@attack("certificate", "not-for-sealing")
def certificate_of_a_web_server(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, issued=_made(v, purposes=[ExtendedKeyUsageOID.SERVER_AUTH]))


@attack("certificate", "not-for-sealing")
def certificate_of_the_time_stamper(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, issued=v.desk.authority.tsa)


@attack("certificate", "not-for-sealing")
def certificate_of_an_authority(v: Victim) -> bytes:
    issued = _made(v, ca=True, usage={"digital_signature": True, "key_cert_sign": True, "crl_sign": True})
    return v.desk.seal(v.plain, certify=True, issued=issued)


@attack("certificate", "weak-algorithm")
def short_key(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, issued=_made(v, key=rsa.generate_private_key(65537, 1024)))  # noqa: S505 - too short is the point


@attack("certificate", "weak-algorithm")
def digest_sha1(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, digest="sha1")


@attack("certificate", "weak-algorithm")
def digest_md5(v: Victim) -> bytes:
    issued = _made(v, key=rsa.generate_private_key(65537, 2048))
    return v.desk.seal(
        v.plain, certify=True, issued=issued, digest="md5", form=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )


@attack("certificate", "weak-algorithm")
def curve_that_is_too_small(v: Victim) -> bytes:
    return v.desk.seal(v.plain, certify=True, issued=_made(v, key=ec.generate_private_key(ec.SECP192R1())))


@attack("certificate", "nameless", _OPEN)
def certificate_without_a_name(v: Victim) -> bytes:
    name = x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "CN")
    return v.desk.seal(v.plain, certify=True, issued=_made(v, names=[name]), name="王总工程师")


@attack("certificate", "expired not-in-validity")
def expired_before_sealing(v: Victim) -> bytes:
    issued = v.desk.authority.issue(
        "旧章", "某院", since=v.desk.now - timedelta(days=20), life=timedelta(days=5)
    )
    return v.desk.seal(v.plain, certify=True, issued=issued)


@attack("certificate", "expired not-in-validity")
def not_valid_yet(v: Victim) -> bytes:
    issued = v.desk.authority.issue("新章", "某院", since=v.desk.now + timedelta(days=5))
    return v.desk.seal(v.plain, certify=True, issued=issued)


def _revoked(level: str) -> Callable[[Victim], bytes]:
    def make(v: Victim) -> bytes:
        return v.desk.seal(v.plain, certify=True, issued=v.desk.revoked, level=level)

    return make


attack("certificate", "revoked-before revoked", name="revoked before, with a time stamp")(_revoked("B-T"))
attack("certificate", "revoked", _OPEN, name="revoked, time not proved")(_revoked("B-B"))


@attack("certificate", "time-stamp-untrusted", _OPEN)
def time_stamp_of_a_stranger(v: Victim) -> bytes:
    other = Desk(v.desk.now)
    mine = Desk(v.desk.now)
    mine.__dict__.update(v.desk.__dict__)
    mine.__dict__["timestamper"] = other.authority.timestamper()
    return mine.seal(v.plain, certify=True, level="B-T")


@attack("certificate", "time-contradiction", _OPEN)
def time_stamp_of_tomorrow(v: Victim) -> bytes:
    mine = Desk(v.desk.now)
    mine.__dict__.update(v.desk.__dict__)
    mine.__dict__["timestamper"] = v.desk.authority.timestamper(v.desk.now + timedelta(days=1))
    return mine.seal(v.plain, certify=True, level="B-T")


# -- borrowed seals and pictures ------------------------------------------------------------------------------------


@attack("reuse", "digest-mismatch")
def cms_copied_to_another_sheet(v: Victim) -> bytes:
    other = sheet(content=b"0 0 0 RG 60 200 1070 580 re S BT /F1 24 Tf 500 500 Td (another sheet) Tj ET ")
    sealed = v.desk.seal(other, certify=True)
    begin, finish, _ = gap_of(sealed)
    first, last, _ = gap_of(v.certified)
    gap = v.certified[first + 1 : last - 1]
    return over(sealed, begin + 1, gap.ljust(finish - begin - 2, b"0")[: finish - begin - 2])


@attack("reuse", "digest-mismatch malformed-signature byte-range contents-moved")
def whole_dictionary_copied_to_another_sheet(v: Victim) -> bytes:
    """The dictionary with its ByteRange, as a program would copy it from one file to the next."""
    with pikepdf.open(io.BytesIO(v.certified)) as source:
        value = next(
            one for one in source.Root.AcroForm.Fields if one.get("/V") is not None and one.T == "Issue"
        ).V
        found = {str(key): value[key] for key in set(value.keys())}
        contents, ranges = bytes(found["/Contents"]), [int(one) for one in found["/ByteRange"]]

    def edit(w: Writer) -> None:
        entry = generic.DictionaryObject(
            {
                Name("/Type"): Name("/Sig"), Name("/Filter"): Name("/Adobe.PPKLite"),
                Name("/SubFilter"): Name("/ETSI.CAdES.detached"), Name("/Contents"): generic.ByteStringObject(contents),
                Name("/ByteRange"): generic.ArrayObject(map(generic.NumberObject, ranges)),
            }
        )  # fmt: skip
        field = next(
            one.get_object()
            for one in w.root["/AcroForm"]["/Fields"]
            if one.get_object().get("/T") == "Issue"
        )
        field["/V"] = w.add_object(entry)
        w.update_container(field)

    return later(sheet(content=b"0 0 0 RG 60 200 1070 580 re S "), edit)


@attack("reuse", "no-seal", Verdict.NO_SEAL)
def picture_of_a_seal(v: Victim) -> bytes:
    ring = b" q 1 0 0 RG 6 w 110 50 100 100 re S Q BT /F1 12 Tf 120 100 Td (SEALED) Tj ET"
    return sheet(
        lambda pdf: setattr(
            pdf.pages[0].obj, "Contents", pdf.make_stream(pdf.pages[0].obj.Contents.read_bytes() + ring)
        )
    )


@attack("reuse", "no-seal", Verdict.NO_SEAL)
def widget_without_a_value(v: Victim) -> bytes:
    def edit(w: Writer) -> None:
        field = next(
            one.get_object()
            for one in w.root["/AcroForm"]["/Fields"]
            if one.get_object().get("/T") == "Issue"
        )
        field["/AP"] = generic.DictionaryObject(
            {Name("/N"): form(w, b"1 0 0 RG 6 w 10 10 100 100 re S", 120, 120)}
        )
        w.update_container(field)

    return later(v.plain, edit)


@attack("reuse", "no-seal", Verdict.NO_SEAL)
def stamp_annotation_alone(v: Victim) -> bytes:
    return later(
        v.plain, lambda w: annotation(w, "Stamp", b"1 0 0 RG 6 w 10 10 100 100 re S", (100, 40, 220, 160))
    )


@attack("reuse", "no-seal", Verdict.NO_SEAL)
def time_stamp_alone(v: Victim) -> bytes:
    """A time stamp proves a time; it is nobody's seal."""
    return v.desk.stamp(v.plain)


@attack("reuse", "stray-signature")
def signature_outside_the_form(v: Victim) -> bytes:
    def prepare(pdf: pikepdf.Pdf) -> None:
        entry = Dictionary(
            Type=PdfName.Sig, Filter=PdfName("/Adobe.PPKLite"), Name=pikepdf.String("王总工程师")
        )
        pdf.pages[0].obj.PieceInfo = Dictionary(X=pdf.make_indirect(entry), Y=Array([]))

    return v.desk.seal(sheet(prepare), certify=True)
