"""A certificate authority for the demonstration and for tests: root, issuing authority, time stamps, CRL, OCSP.

It stands for the certificate authorities of the real world and proves nothing about anybody; a production installation
refuses it. Everything is made here, so that long-term validation is real and needs no network (RFC 5280, 6960, 3161).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

YEAR = timedelta(days=365)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, as ``cryptography`` and as pyHanko want them."""

    certificate: x509.Certificate
    key: Key

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """The certificate for pyHanko."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """The key for pyHanko."""
        form = serialization.PrivateFormat.PKCS8
        clear = serialization.NoEncryption()
        return asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(serialization.Encoding.DER, form, clear))


@dataclass
class DemoAuthority:
    """Root → issuing authority → seals, time stamping, OCSP; ``began`` is when the root was made."""

    began: datetime
    root: Issued
    issuing: Issued
    tsa: Issued
    responder: Issued
    revoked: dict[int, datetime] = field(default_factory=dict)
    """Serial numbers and since when."""

    @classmethod
    def found(cls, began: datetime, *, name: str = "一套图演示根证书 / OneSet demo root") -> "DemoAuthority":
        """Make the keys and the certificates of a new authority."""
        root_key, ca_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        tsa_key = rsa.generate_private_key(65537, 2048)  # pyHanko's local time stamper knows RSA alone
        ocsp_key = ec.generate_private_key(ec.SECP256R1())
        root_name = _name(name, "OneSet demo")
        root = _certificate(root_name, root_name, root_key, root_key, began, 30 * YEAR, ca=True)
        root_made = Issued(root, root_key)
        ca_name = _name("一套图演示签章机构 / OneSet demo seal CA", "OneSet demo")
        ca = _certificate(ca_name, root_name, ca_key, root_key, began, 20 * YEAR, ca=True, path=0)
        tsa_name = _name("一套图演示时间戳 / OneSet demo TSA", "OneSet demo")
        tsa = _certificate(
            tsa_name, ca_name, tsa_key, ca_key, began, 15 * YEAR, usage=ExtendedKeyUsageOID.TIME_STAMPING
        )
        ocsp_name = _name("一套图演示OCSP / OneSet demo OCSP", "OneSet demo")
        responder = _certificate(
            ocsp_name, ca_name, ocsp_key, ca_key, began, 15 * YEAR, usage=ExtendedKeyUsageOID.OCSP_SIGNING
        )
        return cls(began, root_made, Issued(ca, ca_key), Issued(tsa, tsa_key), Issued(responder, ocsp_key))

    def issue(
        self,
        common_name: str,
        organisation: str,
        *,
        since: datetime | None = None,
        life: timedelta = 3 * YEAR,
        key: Key | None = None,
    ) -> Issued:
        """A certificate for a seal."""
        own = key or ec.generate_private_key(ec.SECP256R1())
        made = _certificate(
            _name(common_name, organisation),
            self.issuing.certificate.subject,
            own,
            self.issuing.key,
            since or self.began,
            life,
            signs=True,
        )
        return Issued(made, own)

    def revoke(self, issued: Issued, at: datetime) -> None:
        """From then on the certificate is revoked."""
        self.revoked[issued.certificate.serial_number] = at

    def crls(self, now: datetime) -> list[asn1_crl.CertificateList]:
        """Lists of what the root and the issuing authority have revoked, as of now."""
        return [self._crl(self.root, (), now), self._crl(self.issuing, tuple(self.revoked.items()), now)]

    def _crl(
        self, by: Issued, revoked: Sequence[tuple[int, datetime]], now: datetime
    ) -> asn1_crl.CertificateList:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(by.certificate.subject)
            .last_update(now)
            .next_update(now + timedelta(days=30))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(_authority_key(by.key), critical=False)
        )
        for serial, at in revoked:
            if at <= now:
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
                reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
                builder = builder.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
        made = builder.sign(by.key, hashes.SHA256())
        return asn1_crl.CertificateList.load(made.public_bytes(serialization.Encoding.DER))

    def ocsp(self, issued: Issued, now: datetime) -> asn1_ocsp.OCSPResponse:
        """What the responder says of a certificate of the issuing authority."""
        at = self.revoked.get(issued.certificate.serial_number)
        is_revoked = at is not None and at <= now
        built = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=issued.certificate,
                issuer=self.issuing.certificate,
                algorithm=hashes.SHA256(),
                cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + timedelta(days=7),
                revocation_time=at if is_revoked else None,
                revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder.certificate)
            .certificates([self.responder.certificate])
        )
        made = built.sign(self.responder.key, hashes.SHA256())
        return asn1_ocsp.OCSPResponse.load(made.public_bytes(serialization.Encoding.DER))

    def timestamper(self, at: datetime | None = None) -> DummyTimeStamper:
        """A time stamping service in this process (RFC 3161); ``at`` fixes what it says."""
        return DummyTimeStamper(self.tsa.asn1, self.tsa.asn1_key, certs_to_embed=self.store(), fixed_dt=at)

    def store(self) -> SimpleCertificateStore:
        """Root and issuing authority, to be sent along."""
        found = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library has no types here
        for issued in (self.root, self.issuing):
            found.register(issued.asn1)
        return found


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    issuer_key: Key,
    since: datetime,
    life: timedelta,
    *,
    ca: bool = False,
    path: int | None = None,
    signs: bool = False,
    usage: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + life)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path if ca else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_authority_key(issuer_key), critical=False)
        .add_extension(_usage(ca=ca, signs=signs), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, ca: bool, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_key(key: Key) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
