"""An authority whose every signature is SM2 with SM3, written by hand: no library of ours can issue such certificates."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import gmssl_pyx
from asn1crypto import algos, core, crl, keys, x509

from app.seals.sm2.algorithms import SM2_CURVE, SM2_SM3
from app.seals.sm2.keys import Sm2Sealer

YEAR = timedelta(days=365)
SIGNED: Any = algos.SignedDigestAlgorithm({"algorithm": SM2_SM3})


@dataclass(frozen=True)
class Sm2Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    private: bytes
    public: bytes

    def sign(self, content: bytes) -> bytes:
        return gmssl_pyx.sm2_sign(self.private, self.public, content)

    def sealer(self, *chain: "Sm2Issued") -> Sm2Sealer:
        return Sm2Sealer(self.private, self.certificate, [one.certificate for one in chain], is_demo=True)


def public_info(public: bytes) -> keys.PublicKeyInfo:
    return keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", SM2_CURVE)},
            "public_key": keys.ECPointBitString(b"\x04" + public),
        }
    )


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name.build(
        {"country_name": "CN", "organization_name": organisation, "common_name": common}, use_printable=False
    )


def _time(at: datetime) -> x509.Time:
    at = at.replace(microsecond=0)
    return x509.Time("utc_time" if at.year < 2050 else "general_time", at)


def _extension(name: str, value: Any, *, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": name, "critical": critical, "extn_value": value}


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: bytes,
    by: tuple[bytes, bytes],
    since: datetime,
    life: timedelta,
    *,
    ca: bool = False,
    usage: set[str] | None = None,
    info: keys.PublicKeyInfo | None = None,
    names: dict[str, Any] | None = None,
) -> x509.Certificate:
    """A certificate; ``by`` is the issuer's (private, public)."""
    usage = usage or ({"key_cert_sign", "crl_sign"} if ca else {"digital_signature", "non_repudiation"})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(120),
            "signature": SIGNED,
            "issuer": issuer,
            "validity": {
                "not_before": _time(since),
                "not_after": _time(since + life),
            },
            "subject": subject,
            "subject_public_key_info": info or public_info(public),
            "extensions": [
                _extension(
                    "basic_constraints",
                    {"ca": ca, "path_len_constraint": None} if ca else {"ca": False},
                    critical=True,
                ),
                _extension("key_usage", usage, critical=True),
                _extension("key_identifier", hashlib.sha1(public).digest()),  # noqa: S324 - an identifier (RFC 5280, 4.2.1.2)
                _extension("authority_key_identifier", {"key_identifier": hashlib.sha1(by[1]).digest()}),  # noqa: S324
            ],
        }
    )
    signature = gmssl_pyx.sm2_sign(by[0], by[1], body.dump())
    return x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": SIGNED,
            "signature_value": core.OctetBitString(signature),
        }
    )


@dataclass
class Sm2Authority:
    """Root → issuing authority → seals."""

    began: datetime = field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    )
    name: str = "国密演示根证书"
    revoked: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        public, private = gmssl_pyx.sm2_key_generate()
        root = _name(self.name, "OneSet demo")
        made = certificate(root, root, public, (private, public), self.began, 30 * YEAR, ca=True)
        self.root = Sm2Issued(made, private, public)
        self.issuing = self.issue("国密演示签章机构", "OneSet demo", by=self.root, ca=True, life=20 * YEAR)

    def issue(
        self,
        common: str,
        organisation: str = "某某建筑设计院",
        *,
        by: Sm2Issued | None = None,
        since: datetime | None = None,
        life: timedelta = 3 * YEAR,
        pair: tuple[bytes, bytes] | None = None,
        **more: Any,
    ) -> Sm2Issued:
        """A certificate for a seal; ``pair`` is (public, private) where the key is given."""
        public, private = pair or gmssl_pyx.sm2_key_generate()
        parent = by or self.issuing
        made = certificate(
            _name(common, organisation), parent.certificate.subject, public, (parent.private, parent.public),
            since or self.began, life, **more,
        )  # fmt: skip
        return Sm2Issued(made, private, public)

    def crls(self, now: datetime) -> list[crl.CertificateList]:
        return [self._crl(self.root, {}, now), self._crl(self.issuing, self.revoked, now)]

    def _crl(self, by: Sm2Issued, revoked: dict[int, datetime], now: datetime) -> crl.CertificateList:
        body: dict[str, Any] = {
            "version": "v2",
            "signature": SIGNED,
            "issuer": by.certificate.subject,
            "this_update": _time(now),
            "next_update": _time(now + timedelta(days=30)),
            "crl_extensions": [
                _extension("crl_number", int(now.timestamp())),
                _extension("authority_key_identifier", {"key_identifier": hashlib.sha1(by.public).digest()}),  # noqa: S324
            ],
        }
        entries = [
            {"user_certificate": serial, "revocation_date": _time(at)}
            for serial, at in revoked.items()
            if at <= now
        ]
        if entries:
            body["revoked_certificates"] = entries
        made = crl.TbsCertList(body)
        return crl.CertificateList(
            {
                "tbs_cert_list": made,
                "signature_algorithm": SIGNED,
                "signature": core.OctetBitString(by.sign(made.dump())),
            }
        )
