"""Attacks on sealed OFD files, under an SM2 authority that is trusted: parts changed, left out, added, borrowed."""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from asn1crypto import core

from app.seals.rules import Verdict
from app.seals.sm2.algorithms import sm3
from app.seals.verifying import ses
from app.seals.verifying.knowledge import run
from tests.seals import sealing_set as given
from tests.seals.attack_tools import Victim, attack
from tests.seals.makers import Desk
from tests.seals.ofd_maker import LIST, PAGE, SPACE, Files, OfdDesk, document, packed
from tests.seals.sm2_pki import Sm2Authority

_OPEN, _UNTRUSTED, _NONE = Verdict.INDETERMINATE, Verdict.UNTRUSTED, Verdict.NO_SEAL
SIGNATURE, VALUE = "Doc_0/Signs/Sign_0/Signature.xml", "Doc_0/Signs/Sign_0/SignedValue.dat"


def desk_of(v: Victim) -> OfdDesk:
    return OfdDesk(v.desk.sm2, v.desk.now)


def sealed(v: Victim) -> Files:
    return desk_of(v).seal(document())


def changed(files: Files, name: str, old: bytes, new: bytes) -> Files:
    assert old in files[name]
    return files | {name: files[name].replace(old, new)}


def _without(files: Files, *names: str) -> Files:
    return {name: content for name, content in files.items() if name not in names}


# -- what was sealed ------------------------------------------------------------------------------------------------


@attack("ofd", "digest-mismatch")
def ofd_page_changed(v: Victim) -> bytes:
    return packed(changed(sealed(v), PAGE, "C30 板厚 120".encode(), "C15 板厚 080".encode()))


@attack("ofd", "digest-mismatch")
def ofd_page_and_its_digest_changed(v: Victim) -> bytes:
    """The description says the new digest; but the description is signed."""
    files = sealed(v)
    new = files[PAGE].replace(b"C30", b"C15")
    stated = [base64.b64encode(sm3(one)) for one in (files[PAGE], new)]
    return packed(changed(files | {PAGE: new}, SIGNATURE, *stated))


@attack("ofd", "digest-mismatch")
def ofd_reference_removed(v: Victim) -> bytes:
    """The page is taken out of the description, and then changed."""
    files = sealed(v)
    text = files[SIGNATURE]
    begin = text.index(f'<ofd:Reference FileRef="/{PAGE}">'.encode())
    finish = text.index(b"</ofd:Reference>", begin) + len(b"</ofd:Reference>")
    return packed(changed(files | {SIGNATURE: text[:begin] + text[finish:]}, PAGE, b"C30", b"C15"))


@attack("ofd", "digest-mismatch")
def ofd_page_removed(v: Victim) -> bytes:
    return packed(_without(sealed(v), PAGE))


@attack("ofd", "digest-mismatch")
def ofd_document_changed(v: Victim) -> bytes:
    """Another page is shown in place of the sealed one, which stays where it was."""
    files = changed(sealed(v), "Doc_0/Document.xml", b"Page_0", b"Page_1")
    return packed(files | {"Doc_0/Pages/Page_1/Content.xml": files[PAGE].replace(b"C30", b"C15")})


@attack("ofd", "ofd-uncovered", _OPEN)
def ofd_page_that_the_seal_never_protected(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), references=lambda files: _without(files, PAGE)))


@attack("ofd", "ofd-uncovered", _OPEN)
def ofd_file_added(v: Victim) -> bytes:
    return packed(sealed(v) | {"Doc_0/Annots/Annotation.xml": f"<ofd:PageAnnot {SPACE}/>".encode()})


@attack("ofd", "digest-mismatch")
def ofd_stamp_moved(v: Victim) -> bytes:
    return packed(changed(sealed(v), SIGNATURE, b'Boundary="10 10 40 40"', b'Boundary="90 90 40 40"'))


# -- the list of signatures -----------------------------------------------------------------------------------------


@attack("ofd", "stray-signature")
def ofd_list_emptied(v: Victim) -> bytes:
    """The seal is taken off the list, its files stay."""
    return packed(
        changed(sealed(v), LIST, b'<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>', b"")
    )


@attack("ofd", "stray-signature")
def ofd_later_seal_taken_off_the_list(v: Victim) -> bytes:
    desk = desk_of(v)
    files = desk.seal(desk.seal(document()), 1)
    return packed(
        changed(files, LIST, b'<ofd:Signature ID="2" Type="Seal" BaseLoc="Sign_1/Signature.xml"/>', b"")
    )


@attack("ofd", "digest-mismatch")
def ofd_earlier_seal_replaced(v: Victim) -> bytes:
    """The second seal protects the first; another first one is put in its place."""
    desk = desk_of(v)
    files = desk.seal(desk.seal(document()), 1)
    other = OfdDesk(v.desk.sm2, v.desk.now - timedelta(hours=1)).seal(document())
    return packed(files | {SIGNATURE: other[SIGNATURE], VALUE: other[VALUE]})


@attack("ofd", "malformed-signature")
def ofd_list_leads_nowhere(v: Victim) -> bytes:
    return packed(changed(sealed(v), LIST, b"Sign_0", b"Sign_9"))


@attack("ofd", "malformed-signature")
def ofd_signature_listed_twice(v: Victim) -> bytes:
    entry = b'<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>'
    return packed(changed(sealed(v), LIST, entry, entry + entry))


@attack("ofd", "malformed-signature")
def ofd_two_lists_of_references(v: Victim) -> bytes:
    """Under another namespace: programs differ about which of the two counts."""
    more = '<x:References xmlns:x="x"><x:Reference FileRef="/OFD.xml"/></x:References>'
    return packed(desk_of(v).seal(document(), more=more))


@attack("ofd", "no-seal", _NONE)
def ofd_picture_of_a_seal(v: Victim) -> bytes:
    files = document() | {"Doc_0/Res/seal.png": b"\x89PNG"}
    return packed(changed(files, "Doc_0/PublicRes.xml", b'BaseLoc="Res"/>', b'BaseLoc="Res"><x/></ofd:Res>'))


# -- the value ------------------------------------------------------------------------------------------------------


@attack("ofd", "digest-mismatch")
def ofd_value_of_another_file(v: Victim) -> bytes:
    other = desk_of(v).seal(changed(document(), PAGE, b"C30", b"C40"))
    return packed(sealed(v) | {VALUE: other[VALUE]})


@attack("ofd", "digest-mismatch")
def ofd_wrong_digest_honestly_signed(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), digest=lambda content: hashlib.sha256(content).digest()))


@attack("ofd", "signature-wrong")
def ofd_signed_by_another(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), by=v.desk.sm2.issue("别人").sign))


def _altered(v: Victim, change: Callable[[ses.Signature], None]) -> bytes:
    files = sealed(v)
    value = ses.Signature.load(files[VALUE])
    change(value)
    return packed(files | {VALUE: value.dump(force=True)})


@attack("ofd", "signature-wrong")
def ofd_time_in_the_value_changed(v: Victim) -> bytes:
    earlier = v.desk.now - timedelta(days=3)
    return _altered(v, lambda value: value["to_sign"].__setitem__("time", core.GeneralizedTime(earlier)))


@attack("ofd", "signature-wrong")
def ofd_name_of_the_seal_changed(v: Victim) -> bytes:
    def change(value: ses.Signature) -> None:
        value["to_sign"]["seal"]["info"]["property"]["name"] = "另一单位出图专用章"

    return _altered(v, change)


@attack("ofd", "malformed-signature")
def ofd_value_that_is_none(v: Victim) -> bytes:
    return packed(sealed(v) | {VALUE: b"\x30\x03\x02\x01\x04"})


@attack("ofd", "malformed-signature")
def ofd_something_behind_the_value(v: Victim) -> bytes:
    files = sealed(v)
    return packed(files | {VALUE: files[VALUE] + b"\x05\x00"})


@attack("ofd", "unknown-algorithm", _OPEN)
def ofd_value_of_another_algorithm(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), algorithm="1.2.840.113549.1.1.11"))


@attack("ofd", "unknown-format", _OPEN)
def ofd_bare_signature(v: Victim) -> bytes:
    """A digital signature and no seal (GB/T 35275)."""
    return packed(desk_of(v).seal(document(), kind="Sign"))


@attack("ofd", "old-seal", _OPEN)
def ofd_seal_of_the_older_standard(v: Victim) -> bytes:
    """GM/T 0031-2014: the signer's certificate stands within what is signed."""
    files, desk = sealed(v), desk_of(v)
    value = ses.Signature.load(files[VALUE])
    told, seal = value["to_sign"], value["to_sign"]["seal"]
    inner = b"".join(seal[key].dump() for key in ("certificate", "algorithm", "signature"))
    parts = [
        told["version"].dump(), _sequence(seal["info"].dump() + _sequence(inner)), told["digest"].dump(),
        told["digest"].dump(), told["property"].dump(), value["certificate"].dump(), value["algorithm"].dump(),
    ]  # fmt: skip
    body = _sequence(b"".join(parts))
    return packed(files | {VALUE: _sequence(body + core.OctetBitString(desk.holder.sign(body)).dump())})


def _sequence(content: bytes) -> bytes:
    made = core.Sequence()
    made.contents = content
    return made.dump()


@attack("ofd", "weak-algorithm")
def ofd_digests_by_md5(v: Victim) -> bytes:
    def md5(content: bytes) -> bytes:
        return hashlib.md5(content).digest()  # noqa: S324 - too weak is the point

    return packed(desk_of(v).seal(document(), method="", digest=md5))


@attack("ofd", "unknown-algorithm", _OPEN)
def ofd_digests_by_something_unknown(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), method="1.2.3.4"))


# -- people ---------------------------------------------------------------------------------------------------------


@attack("ofd", "not-trusted", _UNTRUSTED)
def ofd_look_alike_authority(v: Victim) -> bytes:
    return packed(OfdDesk(Sm2Authority(v.desk.sm2.began, v.desk.sm2.name), v.desk.now).seal(document()))


@attack("ofd", "not-trusted", _UNTRUSTED)
def ofd_seal_made_by_a_stranger(v: Victim) -> bytes:
    """The holder's certificate is honest; he made his seal himself."""
    desk = desk_of(v)
    stranger = Sm2Authority(v.desk.sm2.began, v.desk.sm2.name).issue("国密演示制章中心")
    return packed(desk.seal(document(), seal=desk.seal_object(maker=stranger)))


@attack("ofd", "seal-of-another")
def ofd_seal_of_another(v: Victim) -> bytes:
    desk = desk_of(v)
    other = v.desk.sm2.issue("别的院")
    return packed(desk.seal(document(), holder=other, seal=desk.seal_object()))


@attack("ofd", "seal-of-another")
def ofd_seal_of_another_named_by_digest(v: Victim) -> bytes:
    desk = desk_of(v)
    seal = desk.seal_object(list_type=ses.BY_DIGEST)
    return packed(desk.seal(document(), holder=v.desk.sm2.issue("别的院"), seal=seal))


@attack("ofd", "malformed-signature")
def ofd_seal_for_nobody_in_particular(v: Victim) -> bytes:
    desk = desk_of(v)
    return packed(desk.seal(document(), seal=desk.seal_object(list_type=3)))


@attack("ofd", "seal-forged")
def ofd_seal_that_its_maker_never_signed(v: Victim) -> bytes:
    desk = desk_of(v)
    return packed(desk.seal(document(), seal=desk.seal_object(by=desk.holder.sign)))


@attack("ofd", "seal-forged")
def ofd_another_seal_beside_the_signature(v: Victim) -> bytes:
    desk = desk_of(v)
    entry = "Doc_0/Signs/Sign_0/Seal.esl"
    files = desk.seal(document(), more='<ofd:Seal BaseLoc="Seal.esl"/>')
    return packed(files | {entry: desk.seal_object(since=v.desk.now - timedelta(days=4)).dump()})


@attack("ofd", "seal-forged")
def ofd_seal_made_before_its_maker_was_one(v: Victim) -> bytes:
    desk = desk_of(v)
    return packed(desk.seal(document(), seal=desk.seal_object(since=v.desk.now - timedelta(days=90))))


@attack("ofd", "seal-not-in-validity")
def ofd_seal_run_out_before(v: Victim) -> bytes:
    desk = desk_of(v)
    return packed(desk.seal(document(), seal=desk.seal_object(life=timedelta(days=5))))


@attack("ofd", "unknown-format", _OPEN)
def ofd_seal_of_an_unknown_version(v: Victim) -> bytes:
    desk = desk_of(v)
    return packed(desk.seal(document(), seal=desk.seal_object(version=5)))


@attack("ofd", "not-in-validity expired")
def ofd_certificate_run_out_before(v: Victim) -> bytes:
    desk = desk_of(v)
    desk.holder = v.desk.sm2.issue("旧章", since=v.desk.now - timedelta(days=20), life=timedelta(days=5))
    return packed(desk.seal(document()))


@attack("ofd", "expired", _OPEN)
def ofd_sealed_in_time_as_the_signer_says(v: Victim) -> bytes:
    """The certificate has run out meanwhile, and nobody but the signer says when he sealed."""
    desk = OfdDesk(v.desk.sm2, v.desk.now - timedelta(days=18))
    desk.holder = v.desk.sm2.issue("旧章", since=v.desk.now - timedelta(days=20), life=timedelta(days=5))
    return packed(desk.seal(document()))


@attack("ofd", "revoked", _OPEN)
def ofd_certificate_revoked(v: Victim) -> bytes:
    desk = desk_of(v)
    desk.holder = v.desk.sm2_revoked
    return packed(desk.seal(document()))


@attack("ofd", "not-for-sealing")
def ofd_certificate_not_for_sealing(v: Victim) -> bytes:
    desk = desk_of(v)
    desk.holder = v.desk.sm2.issue("加密证书", usage={"key_encipherment"})
    return packed(desk.seal(document()))


@attack("ofd", "time-contradiction", _OPEN)
def ofd_sealed_tomorrow(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), at=v.desk.now + timedelta(days=1)))


@attack("ofd", "unknown-algorithm signature-wrong malformed-signature")
def ofd_certificate_of_another_kind_of_key(v: Victim) -> bytes:
    files = sealed(v)
    value = ses.Signature.load(files[VALUE])
    value["certificate"] = given.issued().asn1.dump()
    return packed(files | {VALUE: value.dump(force=True)})


# -- time stamps ----------------------------------------------------------------------------------------------------


def stamper(desk: Desk, at: datetime | None = None, *, of: bytes | None = None) -> Callable[[bytes], bytes]:
    """Stamps a signature, or whatever else is given."""

    def stamp(signature: bytes) -> bytes:
        digest = hashlib.sha256(signature if of is None else of).digest()
        return run(desk.authority.timestamper(at).async_timestamp(digest, "sha256")).dump()

    return stamp


@attack("ofd", "time-stamp-wrong")
def ofd_time_stamp_of_something_else(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), stamper=stamper(v.desk, of=b"something else")))


@attack("ofd", "time-stamp-untrusted", _OPEN)
def ofd_time_stamp_of_a_stranger(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), stamper=stamper(Desk(v.desk.now))))


@attack("ofd", "time-stamp-untrusted", _OPEN)
def ofd_time_stamp_that_is_none(v: Victim) -> bytes:
    return packed(desk_of(v).seal(document(), stamper=lambda _: b"\x30\x00"))


@attack("ofd", "time-contradiction", _OPEN)
def ofd_sealed_after_its_time_stamp(v: Victim) -> bytes:
    earlier = v.desk.now - timedelta(hours=2)
    return packed(desk_of(v).seal(document(), stamper=stamper(v.desk, earlier)))
