"""The demonstration's authority kept on disk, so that it is the same one after a restart; it issues keys for demo seals.

Everything here lies in the data folder of a demonstration. A production installation never opens it.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from app.kernel.ids import new_id
from app.seals.demo_pki import DemoAuthority, Issued
from app.seals.sealing.evidence import DemoTimeStamper, HeldEvidence, Revocation

_PARTS = ("root", "issuing", "tsa", "responder")
_MOST_NAME = 64
_PASSWORD = b"oneset-demo"
"""Known to everybody: it guards nothing, the format wants one."""


@dataclass(frozen=True)
class DemoSeal:
    """A key that the demonstration's authority made for a seal."""

    key_ref: str
    certificate: asn1_x509.Certificate


class DemoHouse:
    """A folder with the authority (made at the first question) and the keys of demo seals."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now

    @property
    def authority(self) -> DemoAuthority:
        """The authority, with what it has revoked so far."""
        if not (self._folder / "root.pem").exists():
            self._found()
        parts = [self._read(name) for name in _PARTS]
        revoked = json.loads((self._folder / "revoked.json").read_text("ascii"))
        at = {int(serial): datetime.fromisoformat(text) for serial, text in revoked.items()}
        root, issuing, tsa, responder = parts
        return DemoAuthority(root.certificate.not_valid_before_utc, root, issuing, tsa, responder, at)

    def issue(self, common_name: str, organisation: str, *, since: datetime | None = None) -> DemoSeal:
        """A new key with its certificate; good for three years. Names that are too long for a certificate are cut."""
        issued = self.authority.issue(_cut(common_name), organisation, since=since or self._now())
        key_ref = new_id()
        keys = self._folder / "keys"
        keys.mkdir(exist_ok=True)
        packed = pkcs12.serialize_key_and_certificates(
            None,
            issued.key,
            issued.certificate,
            [self.authority.issuing.certificate],
            serialization.BestAvailableEncryption(_PASSWORD),
        )
        _write(keys / f"{key_ref}.p12", packed)
        return DemoSeal(key_ref, issued.asn1)

    def key(self, key_ref: str) -> tuple[bytes, bytes]:
        """The PKCS#12 file of a key, and its password.

        Raises:
            FileNotFoundError: there is none of this name.
        """
        if not key_ref.isalnum():
            raise FileNotFoundError(key_ref)
        return (self._folder / "keys" / f"{key_ref}.p12").read_bytes(), _PASSWORD

    def forget(self, key_ref: str) -> None:
        """A key that no seal came to have goes again."""
        if key_ref.isalnum():
            (self._folder / "keys" / f"{key_ref}.p12").unlink(missing_ok=True)

    def revoke(self, certificate: asn1_x509.Certificate, at: datetime) -> None:
        """From then on the authority's lists name the certificate."""
        revoked = json.loads((self._folder / "revoked.json").read_text("ascii"))
        revoked[str(certificate.serial_number)] = at.isoformat()
        _write(self._folder / "revoked.json", json.dumps(revoked, sort_keys=True).encode("ascii"))

    def evidence(self) -> HeldEvidence:
        """Time stamps and lists of revoked certificates, by the clock of the house."""
        authority = self.authority

        def revocation(now: datetime) -> Revocation:
            return Revocation(crls=authority.crls(now))

        return HeldEvidence(
            DemoTimeStamper(authority, clock=self._now),
            [authority.root.asn1],
            [authority.issuing.asn1],
            revocation,
            clock=self._now,
        )

    def _found(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        made = DemoAuthority.found(self._now() - timedelta(days=1))
        _write(self._folder / "revoked.json", b"{}")
        for name in reversed(_PARTS):  # the root last: it says that the rest is there
            issued: Issued = getattr(made, name)
            form, clear = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            key = issued.key.private_bytes(serialization.Encoding.PEM, form, clear)
            _write(
                self._folder / f"{name}.pem",
                key + issued.certificate.public_bytes(serialization.Encoding.PEM),
            )

    def _read(self, name: str) -> Issued:
        content = (self._folder / f"{name}.pem").read_bytes()
        key = serialization.load_pem_private_key(content, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise TypeError(f"{name}.pem holds no key of a kind that seals")
        return Issued(x509.load_pem_x509_certificate(content), key)


def _cut(name: str) -> str:
    """A common name has 64 bytes at most here (RFC 5280 counts characters, the library bytes)."""
    return name.encode()[:_MOST_NAME].decode(errors="ignore")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner's eyes alone."""
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
