"""A seal whose key is elsewhere: prepare a file, hand out what is to be signed, embed what comes back.

Hours or another process may lie between: the prepared state is a file and a small value (JSON), and no more.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from app.kernel.errors import Refused
from app.seals.rules import Level
from app.seals.sealing.evidence import Evidence
from app.seals.sealing.keys import Sealer, algorithm_of, belongs
from app.seals.sealing.pades import Act, Desk, Sealed, finish, working_copy
from app.seals.sealing.refusals import DIGEST_CHANGED, SIGNATURE_WRONG
from app.seals.sealing.signer import ReturnedSigner

_VERSION = 1


@dataclass(frozen=True)
class Prepared:
    """All that must be kept beside the prepared file. Plain values."""

    field: str
    level: str
    to_sign: str
    """The bytes to be signed (signed attributes, RFC 5652, 5.4), hex: about 230 bytes."""
    reserved: tuple[int, int]
    """Where the signature goes in the file."""
    sha256: str
    """Of the prepared file."""
    before: int
    """Size of the file as it was."""
    certificate: str
    """SHA-256 of the certificate that will have signed."""
    is_first: bool
    version: int = _VERSION

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes to be signed, for RSA and ECDSA keys that sign digests."""
        return hashlib.sha256(bytes.fromhex(self.to_sign)).digest()

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Prepared":
        """From the text.

        Raises:
            ValueError: it was written by another version.
        """
        raw = json.loads(text)
        if raw.get("version") != _VERSION:
            raise ValueError(f"prepared by version {raw.get('version')}")
        return cls(**raw | {"reserved": tuple(raw["reserved"])})


class AbsentSealer:
    """A seal known by its certificate alone."""

    def __init__(
        self, certificate: asn1_x509.Certificate, chain: Sequence[asn1_x509.Certificate] = ()
    ) -> None:
        self.certificate = certificate
        self.chain = tuple(chain)
        self.algorithm = algorithm_of(certificate)
        self.signature_size = self.algorithm.size(certificate.public_key)

    def sign(self, content: bytes) -> bytes:
        """Never: the key is elsewhere."""
        raise NotImplementedError(f"{len(content)} bytes are to be signed elsewhere")


def prepare(
    source: Path,
    target: Path,
    sealer: Sealer,
    level: Level,
    act: Act,
    evidence: Evidence | None = None,
    *,
    desk: Desk | None = None,
) -> Prepared:
    """Write the file as it will be, with room for the signature, to ``target``.

    A desk of the same seal, level and evidence may be handed in: it need not find out again what is the same in each file.

    Raises:
        Refused: as :meth:`app.seals.sealing.pades.Desk.seal`.
    """
    desk, before = desk or Desk(sealer, level, evidence), source.stat().st_size

    async def made(stream: Any) -> tuple[PreparedByteRangeDigest, bytes, bool]:
        session, is_first, _ = await desk.open_session(stream, act)
        document = session.prepare_tbs_document(None, await desk.size(session))
        room, _ = document.digest_tbs_document(in_place=True)
        said = PdfCMSSignedAttributes(signing_time=session.system_time)
        attributes = await desk.signer.signed_attrs(
            room.document_digest, desk.digest, attr_settings=said, use_pades=True
        )
        return room, attributes.dump(), is_first

    part = target.with_name(target.name + ".part")
    try:
        with working_copy(source, part, before) as stream:
            room, to_sign, is_first = asyncio.run(made(stream))
            digest, _ = finish(source, stream, part, before)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Prepared(
        act.field,
        level.value,
        to_sign.hex(),
        (room.reserved_region_start, room.reserved_region_end),
        digest,
        before,
        hashlib.sha256(sealer.certificate.dump()).hexdigest(),
        is_first,
    )


def embed(
    file: Path,
    target: Path,
    prepared: Prepared,
    signature: bytes,
    sealer: Sealer,
    evidence: Evidence | None = None,
    *,
    desk: Desk | None = None,
) -> Sealed:
    """Put the signature into the prepared file; time stamps and revocation data are added now (``desk``: as there).

    Raises:
        Refused: ``seal-prepared-changed``, ``seal-signature-wrong``, and as :meth:`Desk.seal` does.
    """
    to_sign = bytes.fromhex(prepared.to_sign)
    if hashlib.sha256(file.read_bytes()).hexdigest() != prepared.sha256:
        raise Refused(DIGEST_CHANGED)
    is_same = hashlib.sha256(sealer.certificate.dump()).hexdigest() == prepared.certificate
    if not is_same or not belongs(sealer.certificate, signature, to_sign):
        raise Refused(SIGNATURE_WRONG)
    level = Level(prepared.level)
    desk, size = desk or Desk(sealer, level, evidence), file.stat().st_size
    external = ReturnedSigner(sealer, signature)

    async def filled(stream: Any) -> None:
        stamper = evidence.timestamper() if evidence is not None and level is not Level.B else None
        attributes = cms.CMSAttributes.load(to_sign)
        made = await external.async_sign_prescribed_attributes(desk.digest, attributes, timestamper=stamper)
        PreparedByteRangeDigest(b"", *prepared.reserved).fill_with_cms(stream, made)
        stream.seek(0)
        await desk.add_evidence(stream, await desk.check(PdfFileReader(stream)))

    part = target.with_name(target.name + ".part")
    try:
        with working_copy(file, part, size) as stream:
            asyncio.run(filled(stream))
            digest, size = finish(file, stream, part, prepared.before)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Sealed(digest, prepared.field, level, size, size - prepared.before, prepared.is_first)
