"""Years for the tests of renewal: one authority whose time stamping certificates run out one after the other."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.seals.demo_pki import YEAR, DemoAuthority, Issued, _certificate, _name
from app.seals.rules import Level
from app.seals.sealing.evidence import DemoTimeStamper, HeldEvidence, Revocation
from app.seals.sealing.fields import place_fields
from app.seals.sealing.keys import KeySealer
from app.seals.sealing.pades import Act, Desk
from app.seals.sealing.renewing import Renewed, renew
from app.seals.verifying.gate import judge
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import Report
from tests.seals import sealing_set as given


class Years:
    """Year 0 is now; the seal's own certificate and the first time stamping certificate live two years."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.authority = DemoAuthority.found(self.now - timedelta(days=1))
        self.tsa = {number: self._tsa(number) for number in range(5)}

    def _tsa(self, number: int) -> Issued:
        """Of generation N: from a year and a half times N on, for two years."""
        key = rsa.generate_private_key(65537, 2048)
        since = self.authority.began + number * YEAR * 3 // 2
        made = _certificate(
            _name(f"TSA {number}", "OneSet demo"), self.authority.issuing.certificate.subject, key,
            self.authority.issuing.key, since, 2 * YEAR, usage=ExtendedKeyUsageOID.TIME_STAMPING,
        )  # fmt: skip
        return Issued(made, key)

    @cached_property
    def issued(self) -> Issued:
        return self.authority.issue("张结构", "一套图演示设计院", life=2 * YEAR)

    def at(self, years: float) -> datetime:
        return self.now + years * YEAR

    def evidence(self, years: float, generation: int) -> HeldEvidence:
        """What there is so many years from now."""
        by = replace(self.authority, tsa=self.tsa[generation])
        at = self.at(years) if years else None
        return HeldEvidence(
            DemoTimeStamper(by, at),
            [by.root.asn1],
            [by.issuing.asn1],
            lambda now: Revocation(crls=by.crls(now)),
            (lambda: self.at(years)) if years else None,
        )

    def sealed(self, path: Path, level: Level, count: int = 1, *, closing: bool = False) -> Path:
        """A sheet sealed in year 0."""
        given.sheet(path)
        kinds = list(given.SealKind)[:count]
        path.write_bytes(place_fields(path.read_bytes(), given.fields(kinds, closing=closing)))
        sealer = KeySealer(self.issued.key, self.issued.asn1, [self.authority.issuing.asn1])
        for field in given.fields(kinds, closing=closing):
            Desk(sealer, level, self.evidence(0, 0)).seal(path, path, Act(field.name))
        return path

    def renew(self, path: Path, years: float, generation: int) -> Renewed:
        """Renewed in place."""
        return renew(path, path, self.evidence(years, generation))

    def stamp(self, path: Path, years: float, generation: int, by: DemoAuthority | None = None) -> None:
        """A careless program: a time stamp over everything, no evidence, nothing asked."""
        made_by = replace(by or self.authority, tsa=by.tsa if by else self.tsa[generation])
        out = io.BytesIO()
        PdfTimeStamper(DemoTimeStamper(made_by, self.at(years))).timestamp_pdf(
            IncrementalPdfFileWriter(io.BytesIO(path.read_bytes())), "sha256", output=out
        )
        path.write_bytes(out.getvalue())

    def gather(self, path: Path, years: float) -> None:
        """A careless program: the lists and certificates of that year, nothing asked, no time stamp."""
        stream = io.BytesIO(path.read_bytes())
        writer = IncrementalPdfFileWriter(stream)
        certificates = [self.authority.root.asn1, self.authority.issuing.asn1]
        DocumentSecurityStore.supply_dss_in_writer(
            writer, sig_contents=None, certs=certificates, crls=self.authority.crls(self.at(years))
        )
        writer.write_in_place()
        path.write_bytes(stream.getvalue())

    def trust(self, years: float | None) -> TrustList:
        """The root, and the lists of that year; the root alone for None."""
        crls = self.authority.crls(self.at(years)) if years is not None else []
        known = [self.authority.issuing.asn1] if years is not None else []
        return TrustList.of("test", "1", [self.authority.root.asn1], certificates=known, crls=crls)

    def judged(self, path: Path, years: float) -> Report:
        """Judged in that year."""
        return judge(path.read_bytes(), self.trust(years), self.at(years))
