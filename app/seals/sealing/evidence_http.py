"""Evidence for a production installation: a time stamping service over HTTP (RFC 3161), and lists of revoked certificates
(RFC 5280) from a folder or from addresses that an administrator configured.

Nothing is asked of an address that stands in a certificate: a file could send us anywhere with it. What does not answer,
or answers what cannot be used, is a refusal with its reason, and nothing is sealed.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import cms, crl, pem, tsp
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from app.kernel.errors import Refused
from app.seals.sealing.evidence import HeldEvidence, Revocation
from app.seals.sealing.fetching import FetchError, Service, fetch
from app.seals.sealing.keys import DIGEST
from app.seals.sealing.pades import FRESH_FOR
from app.seals.sealing.refusals import LISTS_MISSING, STAMP_REFUSED, STAMP_UNREACHABLE

MOST_LIST = 32 << 20
"""Bytes of a list of revoked certificates."""

_DRIFT = timedelta(minutes=10)
"""How far the clock of a time stamping service and ours may be apart; the gate allows no more."""
_WITHOUT_NEXT = timedelta(days=1)
"""How long a list serves that does not say when the next one comes."""
_ODD = (ValueError, TypeError, KeyError, IndexError, AttributeError, CMSExtractionError)
"""What parsing throws over bytes that are not what they should be."""


@dataclass(frozen=True)
class Sources:
    """What an administrator configured."""

    tsa: Service
    roots: Sequence[asn1_x509.Certificate]
    """Of the seals and of the time stamping service."""
    issuers: Sequence[asn1_x509.Certificate] = ()
    """Authorities below the roots."""
    lists: Sequence[Service] = ()
    """Where lists of revoked certificates are fetched."""
    folder: Path | None = None
    """Where somebody puts lists (``*.crl``, DER or PEM); none is fetched for it."""


def http_evidence(sources: Sources) -> HeldEvidence:
    """Evidence from these sources. It serves any number of desks, as long as the service keeps its certificate."""
    shelf = Shelf(sources.lists, sources.folder)
    has_lists = bool(sources.lists) or sources.folder is not None

    def context() -> ValidationContext:
        known = shelf.revocation(datetime.now(UTC)) if has_lists else Revocation()
        return ValidationContext(
            trust_roots=list(sources.roots),
            other_certs=list(sources.issuers),
            crls=list(known.crls),
            allow_fetching=False,
            revocation_mode="require" if has_lists else "soft-fail",
        )

    stamper = HttpTimeStamper(sources.tsa, context)
    return HeldEvidence(stamper, sources.roots, sources.issuers, shelf.revocation)


class HttpTimeStamper(TimeStamper):
    """A time stamping service. Every stamp is checked before it goes into a file.

    Args:
        service: where it is.
        context: roots and revocation data that say whether its certificate may be trusted.
    """

    def __init__(self, service: Service, context: Callable[[], ValidationContext]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types here
        self._service = service
        self._context = context
        self._signer: bytes = b""
        """Digest of the certificate that the first stamp came with."""
        self._checked: datetime | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A time stamp over a digest.

        Raises:
            Refused: ``time-stamp-unreachable``, ``time-stamp-refused``.
        """
        make: Any = self.request_cms  # the library has no types here
        nonce, request = make(message_digest, md_algorithm)
        try:
            raw = fetch(
                self._service,
                request.dump(),
                kind="application/timestamp-query",
                expected="application/timestamp-reply",
            )
        except FetchError as error:
            raise Refused(STAMP_UNREACHABLE, reason=str(error)) from error
        try:
            token = _granted(tsp.TimeStampResp.load(raw, strict=True))
            _must_answer(token, nonce, message_digest, md_algorithm)
            await self._must_be_trusted(token)
        except _ODD as error:
            raise Refused(STAMP_REFUSED, reason=f"{type(error).__name__} {error}"[:300]) from error
        return token

    async def _must_be_trusted(self, token: cms.ContentInfo) -> None:
        """Its certificate leads to a root of ours and is for time stamps; it must stay the same."""
        found = extract_certificate_info(token["content"])
        digest = hashlib.sha256(found.signer_cert.dump()).digest()
        if self._signer and digest != self._signer:
            # What a desk put together for long-term validation is about the other one.
            raise Refused(STAMP_REFUSED, reason="its certificate changed, begin anew")
        now = datetime.now(UTC)
        if self._checked is not None and now - self._checked < FRESH_FOR:
            return
        validator: Any = CertificateValidator(found.signer_cert, list(found.other_certs), self._context())
        try:
            await validator.async_validate_usage(set(), {"time_stamping"})
        except (PathBuildingError, PathValidationError) as error:
            raise Refused(STAMP_REFUSED, reason=str(error)[:300]) from error
        self._signer, self._checked = digest, now


def _granted(response: tsp.TimeStampResp) -> cms.ContentInfo:
    said = response["status"]
    if said["status"].native not in {"granted", "granted_with_mods"}:
        words = "; ".join(said["status_string"].native or []) or "; ".join(said["fail_info"].native or [])
        raise Refused(STAMP_REFUSED, reason=f"{said['status'].native} {words}"[:300])
    token: cms.ContentInfo = response["time_stamp_token"]
    return token


def _must_answer(token: cms.ContentInfo, nonce: int, digest: bytes, algorithm: str) -> None:
    """It is about what we asked, of about now, and signed by the certificate it came with.

    Raises:
        Refused, and whatever parsing throws.
    """
    signed = token["content"]
    content = signed["encap_content_info"]["content"]
    info = content.parsed
    [signer] = signed["signer_infos"]
    imprint = info["message_imprint"]
    used = signer["digest_algorithm"]["algorithm"].native
    is_ours = (
        imprint["hashed_message"].native == digest
        and imprint["hash_algorithm"]["algorithm"].native == algorithm
        and info["nonce"].native == nonce
    )
    if not is_ours or used not in {DIGEST, "sha384", "sha512"}:
        raise Refused(STAMP_REFUSED, reason="it answers another question, or with a weak digest")
    if abs(info["gen_time"].native - datetime.now(UTC)) > _DRIFT:
        raise Refused(STAMP_REFUSED, reason=f"its clock says {info['gen_time'].native.isoformat()}")
    certificate = extract_certificate_info(signed).signer_cert
    over = hashlib.new(used, bytes(content)).digest()
    intact, valid = validate_sig_integrity(signer, certificate, "tst_info", over)
    if not intact or not valid:
        raise Refused(STAMP_REFUSED, reason="its signature is wrong")


@dataclass
class _Held:
    """A list, and until when it serves."""

    found: crl.CertificateList
    until: datetime


class Shelf:
    """Lists of revoked certificates, each kept until its issuer promised the next. Safe to use from many threads."""

    def __init__(self, services: Sequence[Service], folder: Path | None) -> None:
        self._services = tuple(services)
        self._folder = folder
        self._fetched: dict[str, _Held] = {}
        self._read: dict[tuple[str, int, int], _Held] = {}
        self._lock = threading.Lock()

    def revocation(self, now: datetime) -> Revocation:
        """All lists that hold now; for each address one, from the folder what is not out of date.

        Raises:
            Refused: ``revocation-lists-missing``; an address gives none, or there is none at all.
        """
        with self._lock:
            held = [self._of(service, now) for service in self._services]
            held += [one for one in self._in_folder() if one.until > now]
        if not held:
            raise Refused(LISTS_MISSING, reason="no list that is not out of date")
        return Revocation(crls=[one.found for one in held])

    def _of(self, service: Service, now: datetime) -> _Held:
        known = self._fetched.get(service.url)
        if known is not None and known.until > now:
            return known
        try:
            found = _load(fetch(replace(service, most=MOST_LIST)))
        except (FetchError, *_ODD) as error:
            raise Refused(LISTS_MISSING, reason=f"{service.url}: {error}"[:300]) from error
        if found.until <= now:
            raise Refused(LISTS_MISSING, reason=f"{service.url}: out of date since {found.until.isoformat()}")
        self._fetched[service.url] = found
        return found

    def _in_folder(self) -> list[_Held]:
        if self._folder is None:
            return []
        seen: dict[tuple[str, int, int], _Held] = {}
        try:
            for path in sorted(self._folder.glob("*.crl")):
                facts = path.stat()
                key = (path.name, facts.st_mtime_ns, facts.st_size)
                if facts.st_size > MOST_LIST:
                    raise ValueError(f"{path.name}: more than {MOST_LIST} bytes")
                seen[key] = self._read.get(key) or _load(path.read_bytes())
        except (OSError, *_ODD) as error:
            raise Refused(LISTS_MISSING, reason=f"{self._folder.name}: {error}"[:300]) from error
        self._read = seen
        return list(seen.values())


def _load(content: bytes) -> _Held:
    """A list in DER or PEM; whose word it is, is checked where it is used."""
    if pem.detect(content):
        _, _, content = pem.unarmor(content)
    found = crl.CertificateList.load(content, strict=True)
    body = found["tbs_cert_list"]
    since, until = body["this_update"].native, body["next_update"].native
    return _Held(found, until or since + _WITHOUT_NEXT)
