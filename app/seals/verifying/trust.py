"""The trust list a judgement stands on: roots that are trusted, and what else is known of certificates."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import crl, ocsp, x509


@dataclass(frozen=True)
class TrustList:
    """Certificates in DER. Nothing outside this list is ever trusted, and nothing is fetched."""

    name: str
    version: str
    roots: tuple[bytes, ...]
    certificates: tuple[bytes, ...] = ()
    """Of authorities below the roots: known, not trusted by themselves."""
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        version: str,
        roots: Sequence[x509.Certificate],
        *,
        certificates: Sequence[x509.Certificate] = (),
        crls: Sequence[crl.CertificateList] = (),
        ocsps: Sequence[ocsp.OCSPResponse] = (),
    ) -> TrustList:
        """A list of parsed values."""
        parts = (tuple(one.dump() for one in some) for some in (roots, certificates, crls, ocsps))
        return cls(name, version, *parts)

    def to_dict(self) -> dict[str, Any]:
        """For the wire."""
        lists = {key: [_text(one) for one in getattr(self, key)] for key in _LISTS}
        return {"name": self.name, "version": self.version, **lists}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TrustList:
        """From the wire."""
        lists = (tuple(base64.b64decode(one) for one in data[key]) for key in _LISTS)
        return cls(str(data["name"]), str(data["version"]), *lists)


_LISTS = ("roots", "certificates", "crls", "ocsps")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
