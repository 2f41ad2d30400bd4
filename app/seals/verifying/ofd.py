"""Judging OFD files sealed by GB/T 38540-2020: SM2 over SM3, a digest for every part of the package.

In the order of DOMAIN 4.3: shape, signature, the signer's certificate, the seal and its maker, whether the seal names
the signer, times, digests; then what the seal leaves out. Every check runs; a seal is as good as its worst reason. No
page is drawn: the verdict is about bytes and people. It must run inside the jail.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509

from app.seals.rules import Verdict
from app.seals.sm2.algorithms import is_right, is_sm2, sm3
from app.seals.verifying import ses
from app.seals.verifying.certificates import DRIFT, check_usage, named
from app.seals.verifying.chains import check_chain, check_stamp, revocation_words
from app.seals.verifying.ofd_package import (
    Broken,
    Package,
    every,
    local,
    only,
    open_package,
    shows_more,
    text_of,
)
from app.seals.verifying.reasons import SEVERITY, worst
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import After, Clock, Evidence, Report, SealObject, SealReport, Why, written

MAGIC = b"PK\x03\x04"
MOST_SEALS = 200
_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "1.2.156.10197.1.401": sm3,
    "sm3": sm3,
    "2.16.840.1.101.3.4.2.1": lambda data: hashlib.sha256(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}
_WEAK = {"md5", "sha1", "1.3.14.3.2.26", "1.2.840.113549.2.5"}
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)
"""What parsers throw over values that are none."""


@dataclass
class Stamp:
    """One signature of the list, and what the checks have found."""

    field: str
    place: str
    """Of its description in the package."""
    kind: str
    reasons: list[Why] = dataclasses.field(default_factory=list)
    value: ses.Signature | None = None
    signer: x509.Certificate | None = None
    maker: x509.Certificate | None = None
    name: str = ""
    own: set[str] = dataclasses.field(default_factory=set)
    """Entries that belong to this signature."""
    covered: set[str] = dataclasses.field(default_factory=set)
    chain: list[x509.Certificate] = dataclasses.field(default_factory=list)
    proved: datetime | None = None
    """What a time stamp over the signature proves."""

    def add(self, code: str, detail: object = "") -> None:
        """Note a reason, once."""
        if all(why.code != code for why in self.reasons):
            self.reasons.append(Why(code, str(detail)[:300]))

    @property
    def time(self) -> datetime | None:
        """When the signer says that it was."""
        if self.value is None:
            return None
        found: datetime = self.value["to_sign"]["time"].native
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


@dataclass
class OfdCase:
    """The file while the checks run over it."""

    data: bytes
    trust: TrustList
    at: datetime
    package: Package | None = None
    lists: set[str] = dataclasses.field(default_factory=set)
    """Entries that list signatures."""
    stamps: list[Stamp] = dataclasses.field(default_factory=list)
    reasons: list[Why] = dataclasses.field(default_factory=list)
    digests: dict[tuple[str, str], bytes] = dataclasses.field(default_factory=dict)
    """By method and entry: each is computed once, however many seals there are."""

    def digest(self, method: str, entry: str) -> bytes:
        """The digest of an entry by a method of ``_DIGESTS``."""
        if (method, entry) not in self.digests:
            self.digests[method, entry] = _DIGESTS[method](self.opened.read(entry))
        return self.digests[method, entry]

    def add(self, code: str, detail: object = "") -> None:
        """Note a reason for the file as a whole, once."""
        if all(why.code != code for why in self.reasons):
            self.reasons.append(Why(code, str(detail)[:300]))

    @property
    def opened(self) -> Package:
        """The package of a file that could be opened."""
        if self.package is None:
            raise ValueError("not opened")
        return self.package


def judge(data: bytes, trust: TrustList, at: datetime, engine: str) -> Report:
    """Judge an OFD file as of an instant, with nothing but its bytes and a trust list."""
    case = OfdCase(data, trust, at)
    _run(case, "opening", lambda: _open(case))
    if case.package is not None:
        for stamp in case.stamps:
            for name, check in CHECKS.items():
                _run(stamp, name, lambda check=check, stamp=stamp: check(case, stamp))  # type: ignore[misc]
        _run(case, "content", lambda: _check_rest(case))
    if not case.stamps and not case.reasons:
        case.add("no-seal")
    seals = tuple(_described(case, stamp, place) for place, stamp in enumerate(case.stamps))
    return Report(
        sha256=hashlib.sha256(data).hexdigest(),
        verdict=_verdict(case),
        reasons=tuple(case.reasons),
        seals=seals,
        judged_at=written(at),
        engine=engine,
        trust_name=trust.name,
        trust_version=trust.version,
    )


def _run(notes: OfdCase | Stamp, name: str, check: Callable[[], None]) -> None:
    try:
        check()
    except MemoryError:
        raise
    except Broken as error:
        notes.add(error.code, f"{name}: {error.detail}")
    except Exception as error:  # noqa: BLE001 - whatever a parser throws over hostile bytes is a reason, not a pass
        notes.add("check-failed", f"{name}: {type(error).__name__}: {error}")


def _verdict(case: OfdCase) -> Verdict:
    codes = [why.code for why in case.reasons]
    if not case.stamps:
        return Verdict.NO_SEAL if codes == ["no-seal"] else worst(codes)
    verdicts = [worst([why.code for why in stamp.reasons]) for stamp in case.stamps]
    return max([*verdicts, worst(codes)], key=SEVERITY.index)


# -- opening --------------------------------------------------------------------------------------------------------


def _open(case: OfdCase) -> None:
    package = case.package = open_package(case.data)
    if "OFD.xml" not in package:
        raise Broken("unreadable", "no OFD.xml")
    root = package.xml("OFD.xml")
    if local(root) != "OFD":
        raise Broken("unreadable", "OFD.xml")
    bodies = list(every(root, "DocBody"))
    if not bodies:
        raise Broken("unreadable", "no document")
    if any(only(body, "Versions") is not None for body in bodies):
        case.add("unknown-format", "versions")
    for body in bodies:
        place = text_of(only(body, "Signatures"))
        if place:
            _take_list(case, package.find("OFD.xml", place))


def _take_list(case: OfdCase, place: str) -> None:
    package = case.opened
    if place not in package:
        raise Broken("malformed-signature", f"no list {place}")
    case.lists.add(place)
    listed = list(every(package.xml(place), "Signature"))
    if len(case.stamps) + len(listed) > MOST_SEALS:
        raise Broken("malformed-signature", f"{len(listed)} signatures")
    for one in listed:
        target = package.find(place, one.get("BaseLoc", ""))
        if any(stamp.place == target for stamp in case.stamps):
            raise Broken("malformed-signature", f"{target} is listed twice")
        case.stamps.append(
            Stamp(f"{one.get('ID', '')[:80]}", target, one.get("Type") or "Seal", own={target})
        )


# -- checks, in the order of DOMAIN 4.3 -----------------------------------------------------------------------------


def _check_shape(case: OfdCase, stamp: Stamp) -> None:
    """The description leads to a value, and the value is a seal's signature."""
    package = case.opened
    if stamp.place not in package:
        raise Broken("malformed-signature", f"no {stamp.place}")
    root = package.xml(stamp.place)
    place = package.find(stamp.place, text_of(only(root, "SignedValue")))
    if place not in package:
        raise Broken("malformed-signature", f"no {place}")
    stamp.own.add(place)
    told = only(root, "SignedInfo")
    seal = only(told, "Seal") if told is not None else None
    held = b""
    if seal is not None:
        entry = package.find(stamp.place, seal.get("BaseLoc") or text_of(only(seal, "BaseLoc")))
        stamp.own.add(entry)
        held = package.read(entry) if entry in package else b"-"
    if stamp.kind != "Seal":
        stamp.add("unknown-format", f"type {stamp.kind}")
        return
    data = package.read(place)
    try:
        if ses.is_old(data):
            stamp.signer, stamp.name = ses.old_signer(data)
            stamp.add("old-seal")
            return
        value = ses.signature_of(data)
        stamp.signer = ses.certificate_of(value["certificate"].native)
        stamp.maker = ses.certificate_of(value["to_sign"]["seal"]["certificate"].native)
        header = value["to_sign"]["seal"]["info"]["header"].native
    except _BROKEN as error:
        raise Broken("malformed-signature", f"{type(error).__name__}: {error}") from error
    stamp.value, stamp.name = value, str(value["to_sign"]["seal"]["info"]["property"]["name"].native)
    stamp.chain = [stamp.signer]
    if header["id"] != "ES" or header["version"] != 4:
        stamp.add("unknown-format", f"{header['id']} {header['version']}")
    if held and held != value["to_sign"]["seal"].dump():
        stamp.add("seal-forged", "the seal beside the signature is another one")


def _check_signature(case: OfdCase, stamp: Stamp) -> None:
    """The signature is the signer's."""
    value, signer = stamp.value, stamp.signer
    if value is None or signer is None:
        return
    del case
    if value["algorithm"].dotted != ses.SM2_SM3_OID or not is_sm2(signer.public_key):
        stamp.add("unknown-algorithm", value["algorithm"].dotted)
    elif not is_right(signer.public_key, value["signature"].native, value["to_sign"].dump()):
        stamp.add("signature-wrong")


def _check_signer(case: OfdCase, stamp: Stamp) -> None:
    """The signer's certificate: for sealing, strong, with a name, in its period, and trusted."""
    if stamp.value is None or stamp.signer is None:
        return
    check_usage(stamp, stamp.signer)
    if not named(stamp.signer).name:
        stamp.add("nameless")
    stamp.chain = check_chain(stamp, stamp.signer, case.trust, case.at) or [stamp.signer]


def _check_seal(case: OfdCase, stamp: Stamp) -> None:
    """The seal is its maker's, the maker is trusted."""
    if stamp.value is None or stamp.maker is None:
        return
    seal = stamp.value["to_sign"]["seal"]
    if seal["algorithm"].dotted != ses.SM2_SM3_OID or not is_sm2(stamp.maker.public_key):
        stamp.add("unknown-algorithm", f"seal: {seal['algorithm'].dotted}")
    else:
        signature = seal["signature"].native
        if not any(is_right(stamp.maker.public_key, signature, told) for told in ses.made_over(seal)):
            stamp.add("seal-forged", "the maker's signature")
    usage = stamp.maker.key_usage_value
    if usage is not None and not set(usage.native) & {"digital_signature", "non_repudiation"}:
        stamp.add("seal-forged", "the maker's certificate is not for signing")
    check_chain(stamp, stamp.maker, case.trust, case.at)


def _check_user(case: OfdCase, stamp: Stamp) -> None:
    """The seal names the one who used it."""
    del case
    if stamp.value is None or stamp.signer is None:
        return
    try:
        kind, users = ses.users_of(stamp.value["to_sign"]["seal"])
    except _BROKEN as error:
        raise Broken("malformed-signature", f"users: {error}") from error
    own = stamp.signer.dump()
    spellings = {own} if kind == ses.BY_CERTIFICATE else {sm3(own), hashlib.sha256(own).digest()}
    if not spellings & set(users):
        stamp.add("seal-of-another", named(stamp.signer).name)


def _check_times(case: OfdCase, stamp: Stamp) -> None:
    """Stated and proved time lie in every period, and not ahead of us; revocation lists forget what has run out."""
    time = stamp.time
    if stamp.value is None or stamp.signer is None or stamp.maker is None or time is None:
        return
    told = stamp.value["to_sign"]["seal"]["info"]["property"]
    created, begin, end = (_utc(told[key].native) for key in ("created", "valid_from", "valid_to"))
    raw = ses.stamp_of(stamp.value)
    if raw:
        signature = stamp.value["signature"].native
        stamp.proved = check_stamp(stamp, raw, signature, case.trust, case.at)
    latest = case.at if stamp.proved is None else min(case.at, stamp.proved)
    if time > latest + DRIFT:
        stamp.add("time-contradiction", written(time))
    for one in filter(None, (time, stamp.proved)):
        if not begin <= one <= end:
            stamp.add("seal-not-in-validity", f"{written(begin)} – {written(end)}")
        if not stamp.signer.not_valid_before <= one <= stamp.signer.not_valid_after:
            stamp.add("not-in-validity", written(one))
    if not stamp.maker.not_valid_before <= created <= stamp.maker.not_valid_after:
        stamp.add("seal-forged", f"made outside the maker's period: {written(created)}")
    if min(end, stamp.signer.not_valid_after) < case.at:
        stamp.add("expired", written(min(end, stamp.signer.not_valid_after)))


def _check_digests(case: OfdCase, stamp: Stamp) -> None:
    """The description is the one that was signed, and every part it names is as it was."""
    package = case.opened
    root = package.xml(stamp.place)
    if stamp.value is not None:
        held = stamp.value["to_sign"]["digest"].native
        if held != case.digest("sm3", stamp.place):
            stamp.add("digest-mismatch", stamp.place)
    told = only(root, "SignedInfo")
    listed = only(told, "References") if told is not None else None
    if listed is None:
        raise Broken("malformed-signature", "no references")
    method = (listed.get("CheckMethod") or "MD5").strip().lower()  # MD5, where nothing is said (GB/T 33190)
    is_known = method in _DIGESTS
    if not is_known:
        stamp.add("weak-algorithm" if method in _WEAK else "unknown-algorithm", method)
    for one in every(listed, "Reference"):
        entry = package.find(stamp.place, one.get("FileRef", ""))
        if entry in stamp.covered:
            raise Broken("malformed-signature", f"{entry} is there twice")
        stamp.covered.add(entry)
        if entry not in package:
            stamp.add("digest-mismatch", f"missing: {entry}")
        elif is_known and _value(only(one, "CheckValue")) != case.digest(method, entry):
            stamp.add("digest-mismatch", entry)


def _check_cover(case: OfdCase, stamp: Stamp) -> None:
    """What the seal leaves out is nothing but seals, and the lists of them."""
    if stamp.value is None and not stamp.reasons:
        stamp.add("check-failed", "not asked")
    seals = {entry for other in case.stamps for entry in other.own}
    left = set(case.opened.entries) - stamp.covered - seals - case.lists
    if left:
        stamp.add("ofd-uncovered", ", ".join(sorted(left)[:5]))


CHECKS: dict[str, Callable[[OfdCase, Stamp], None]] = {
    "shape": _check_shape,
    "signature": _check_signature,
    "signer": _check_signer,
    "seal": _check_seal,
    "user": _check_user,
    "times": _check_times,
    "digests": _check_digests,
}
"""Of each seal, in this order; what it leaves out is asked when all of them are known."""


def _check_rest(case: OfdCase) -> None:
    """What no single seal tells: parts nobody protects, signatures nobody lists, things that move."""
    for stamp in case.stamps:
        _run(stamp, "cover", lambda stamp=stamp: _check_cover(case, stamp))  # type: ignore[misc]
    known = {entry for stamp in case.stamps for entry in stamp.own | stamp.covered} | case.lists
    folders = {entry.rpartition("/")[0] + "/" for entry in case.lists}
    for entry in case.opened.entries:
        is_like = entry.lower().endswith(("signature.xml", "signedvalue.dat"))
        if entry not in known and (is_like or any(entry.startswith(one) for one in folders if one != "/")):
            case.add("stray-signature", entry)
    found = shows_more(case.opened) if case.stamps else None
    if found is not None:
        case.add("active-content", found)


# -- telling --------------------------------------------------------------------------------------------------------


def _described(case: OfdCase, stamp: Stamp, place: int) -> SealReport:
    codes = {why.code for why in stamp.reasons}
    is_whole = not codes & {"ofd-uncovered", "digest-mismatch", "malformed-signature", "check-failed"}
    after = After.SIGNATURES if place + 1 < len(case.stamps) else After.NOTHING
    kind = stamp.signer.public_key.algorithm if stamp.signer is not None else ""
    is_national = stamp.signer is not None and is_sm2(stamp.signer.public_key)
    return SealReport(
        field=stamp.field,
        is_timestamp=False,
        verdict=worst([why.code for why in stamp.reasons]),
        reasons=tuple(stamp.reasons),
        who=named(stamp.signer) if stamp.signer is not None else None,
        chain=tuple(named(one) for one in stamp.chain),
        claimed_at=written(stamp.time),
        time=written(stamp.proved or stamp.time),
        clock=Clock.TSA if stamp.proved else Clock.SIGNER if stamp.time is not None else Clock.UNKNOWN,
        level=None,
        covers_whole_file=is_whole,
        revision=place + 1,
        revisions=len(case.stamps),
        after=after if is_whole else After.OTHER if "digest-mismatch" in codes else After.UNKNOWN,
        certifies=False,
        algorithm="sm2 256 / sm3" if is_national else kind,
        evidence=Evidence(revocation_words(case.trust)),
        object=_object(stamp),
    )


def _object(stamp: Stamp) -> SealObject | None:
    if stamp.value is None:
        return SealObject(stamp.name, "", "", None, "", "", "") if stamp.name else None
    info = stamp.value["to_sign"]["seal"]["info"]
    told = info["property"]
    return SealObject(
        name=stamp.name,
        identifier=str(info["id"].native),
        vendor=str(info["header"]["vendor"].native),
        maker=named(stamp.maker) if stamp.maker is not None else None,
        created=written(_utc(told["created"].native)),
        valid_from=written(_utc(told["valid_from"].native)),
        valid_to=written(_utc(told["valid_to"].native)),
    )


def _utc(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def _value(element: Any) -> bytes:
    try:
        return base64.b64decode("".join(text_of(element).split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
