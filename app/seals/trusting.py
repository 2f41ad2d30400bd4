"""Whom this installation trusts: certificates in a folder that its administrator fills, and nothing else.

``roots`` are trusted; ``issuers`` are known, not trusted by themselves; ``crls`` are lists of revoked certificates. PEM or
DER. The version of a trust list is the digest of all that it holds, so a judgement says which one it stood on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509

from app.seals.demo_house import DemoHouse
from app.seals.verifying.trust import TrustList

DEMO_NAME = "演示信任列表 demonstration"
OWN_NAME = "本系统信任列表 trust list of this installation"


class BadTrustFile(ValueError):  # noqa: N818  what it is
    """A file in the trust folder is not what its folder says."""


@dataclass(frozen=True)
class TrustFolder:
    """The folder, and in a demonstration its authority beside it."""

    folder: Path
    demo: DemoHouse | None = None

    def trust_list(self, now: datetime) -> TrustList:
        """What is trusted now.

        Raises:
            BadTrustFile: a file that cannot be read as what it should be: an administrator's fault is told, not skipped.
        """
        roots, issuers = self.certificates("roots"), self.certificates("issuers")
        crls = [asn1_crl.CertificateList.load(der) for der in self._ders("crls")]
        if self.demo is not None:
            authority = self.demo.authority
            roots.append(authority.root.asn1)
            issuers.append(authority.issuing.asn1)
            crls += authority.crls(now)
        version = _version([*roots, *issuers])
        name = DEMO_NAME if self.demo is not None else OWN_NAME
        return TrustList.of(name, version, roots, certificates=issuers, crls=crls)

    def certificates(self, kind: str) -> list[asn1_x509.Certificate]:
        """Those of ``roots`` or ``issuers``.

        Raises:
            BadTrustFile: as :meth:`trust_list`.
        """
        return [asn1_x509.Certificate.load(der) for der in self._ders(kind)]

    def _ders(self, kind: str) -> list[bytes]:
        folder = self.folder / kind
        if not folder.is_dir():
            return []
        found = []
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            content = path.read_bytes()
            try:
                parts = (
                    [der for _, _, der in pem.unarmor(content, multiple=True)]
                    if pem.detect(content)
                    else [content]
                )
                for der in parts:
                    (asn1_crl.CertificateList if kind == "crls" else asn1_x509.Certificate).load(
                        der, strict=True
                    )
            except (ValueError, TypeError) as error:
                raise BadTrustFile(f"{path}: {error}") from error
            found += parts
        return found


def _version(certificates: Sequence[asn1_x509.Certificate]) -> str:
    """Of the certificates alone: lists of revoked ones change daily and are told by their own times."""
    digests = sorted(hashlib.sha256(one.dump()).hexdigest() for one in certificates)
    return hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest()[:16]
