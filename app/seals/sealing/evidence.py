"""Time stamps and revocation data for seals that carry their own evidence: handed in, never fetched from addresses in
certificates.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.seals.demo_pki import DemoAuthority
from app.seals.sealing.keys import DIGEST
from app.seals.sm2.algorithms import Sm2Validator


@dataclass(frozen=True)
class Revocation:
    """What is known of revoked certificates at one moment."""

    crls: Sequence[asn1_crl.CertificateList] = ()
    ocsps: Sequence[asn1_ocsp.OCSPResponse] = ()


class Evidence(Protocol):
    """Where the evidence comes from."""

    def timestamper(self) -> TimeStamper:
        """The time stamping service; the same object each time, as it remembers what its stamps look like."""

    def context(self) -> ValidationContext:
        """Trusted roots, issuers and revocation data as of now, in a fresh context that fetches nothing."""


@dataclass
class HeldEvidence:
    """Evidence from values and from a function that tells what is revoked."""

    stamper: TimeStamper
    roots: Sequence[asn1_x509.Certificate]
    issuers: Sequence[asn1_x509.Certificate]
    revocation: Callable[[datetime], Revocation]
    clock: Callable[[], datetime] | None = None
    """Of the house; the computer's, if not given."""

    def timestamper(self) -> TimeStamper:
        """The time stamping service."""
        return self.stamper

    def context(self) -> ValidationContext:
        """A context that fetches nothing."""
        moment = self.clock() if self.clock is not None else None
        known = self.revocation(moment or datetime.now(UTC))
        return ValidationContext(
            moment=moment,
            trust_roots=list(self.roots),
            other_certs=list(self.issuers),
            crls=list(known.crls),
            ocsps=list(known.ocsps),
            allow_fetching=False,
            revocation_mode="require",
            signature_validator=Sm2Validator(),
        )


class DemoTimeStamper(DummyTimeStamper):
    """Time stamps of the demonstration's authority, its key parsed once and not for each stamp."""

    def __init__(
        self,
        authority: DemoAuthority,
        at: datetime | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        issuers = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library has no types here
        issuers.register(authority.issuing.asn1)
        super().__init__(authority.tsa.asn1, authority.tsa.asn1_key, certs_to_embed=issuers, fixed_dt=at)
        self._clock = clock
        self._key = authority.tsa.key

    def request_tsa_response(self, req: Any) -> Any:
        """A stamp by the clock of the house, where there is one."""
        if self._clock is not None:
            self.fixed_dt = self._clock()
        return super().request_tsa_response(req)

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> Any:
        if not isinstance(self._key, rsa.RSAPrivateKey) or md_algorithm != DIGEST:
            return super()._sign_tst_info(tst_info_data, md_algorithm, dt)
        said = {
            "content_type": "tst_info",
            "message_digest": hashlib.sha256(tst_info_data).digest(),
            "signing_certificate_v2": as_signing_certificate_v2(self.tsa_cert),
        }
        attribute: Any = simple_cms_attribute  # the library has no types here
        attributes = cms.CMSAttributes([attribute(name, value) for name, value in said.items()])
        return self._key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()), attributes


def demo_evidence(authority: DemoAuthority, *, at: datetime | None = None) -> HeldEvidence:
    """Evidence of the demonstration's authority; ``at`` fixes what the clock of its time stamps says."""

    def revocation(now: datetime) -> Revocation:
        return Revocation(crls=authority.crls(now))

    stamper = DemoTimeStamper(authority, at)
    return HeldEvidence(stamper, [authority.root.asn1], [authority.issuing.asn1], revocation)
