"""A :class:`~app.seals.sealing.keys.Sealer` as pyHanko wants it, quick for many sheets.

pyHanko builds the whole CMS value anew for each signature; most of a seal's time went there. Between two sheets only
the document's digest, the signature and the time stamp differ, so the first value (made by pyHanko) is kept in pieces,
and those that follow are put together from them (RFC 5652, 5; DER, X.690).
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.seals.sealing.keys import DIGEST, Sealer

_SEQUENCE, _SET, _OCTETS, _OID = 0x30, 0x31, 0x04, 0x06
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TIME_STAMP = bytes.fromhex("2a864886f70d010910020e")


@dataclass(frozen=True)
class _Pieces:
    """What stays the same, as DER."""

    head: bytes
    """Version, digest algorithms, content type, certificates."""
    signer: bytes
    """Version, who signed, digest algorithm."""
    attributes: bytes
    """Signed attributes as a set, with ``digest`` in it once."""
    digest: bytes
    algorithm: bytes
    """Of the signature."""


class DeskSigner(Signer):
    """Signs with a sealer."""

    def __init__(self, sealer: Sealer) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library has no types here
        for certificate in sealer.chain:
            store.register(certificate)
        super().__init__(
            signing_cert=sealer.certificate,
            cert_registry=store,
            embed_roots=False,
            signature_mechanism=sealer.algorithm.mechanism,
        )
        self._sealer = sealer
        self._pieces: _Pieces | None = None

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign; a dry run asks how long it would be."""
        if digest_algorithm != self._sealer.algorithm.digest:
            raise ValueError(digest_algorithm)
        return bytes(self._sealer.signature_size) if dry_run else self._sealer.sign(data)

    async def unsigned_attrs(
        self,
        digest_algorithm: str,
        signature: bytes,
        signed_attrs: cms.CMSAttributes,
        timestamper: TimeStamper | None = None,
        dry_run: bool = False,
    ) -> cms.CMSAttributes | None:
        """The time stamp; it is over SHA-256 whatever the seal's own digest, because time stampers know that."""
        del digest_algorithm
        return await super().unsigned_attrs(DIGEST, signature, signed_attrs, timestamper, dry_run)

    async def async_sign(
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: TimeStamper | None = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: Any = None,
    ) -> Any:
        """A CMS value over a document's digest: as pyHanko makes it, or like the last one."""
        pieces = self._pieces
        if dry_run or pieces is None or not use_pades:
            made = await super().async_sign(
                data_digest,
                digest_algorithm,
                dry_run,
                use_pades,
                timestamper,
                signed_attr_settings,
                is_pdf_sig,
                encap_content_info,
            )
            if not dry_run and use_pades:
                self._pieces = _take_apart(made, data_digest)
            return made
        attributes = pieces.attributes.replace(pieces.digest, data_digest)
        signature = self._sealer.sign(attributes)
        parts = [pieces.signer, b"\xa0" + attributes[1:], pieces.algorithm, _der(_OCTETS, signature)]
        if timestamper is not None:
            token = await timestamper.async_timestamp(hashlib.sha256(signature).digest(), DIGEST)
            parts.append(_der(0xA1, _der(_SEQUENCE, _der(_OID, _TIME_STAMP), _der(_SET, token.dump()))))
        signed = _der(_SEQUENCE, pieces.head, _der(_SET, _der(_SEQUENCE, *parts)))
        return cms.ContentInfo.load(_der(_SEQUENCE, _der(_OID, _SIGNED_DATA), _der(0xA0, signed)))


class ReturnedSigner(DeskSigner):
    """Puts a signature that came back from elsewhere where a sealer's own would stand."""

    def __init__(self, sealer: Sealer, signature: bytes) -> None:
        super().__init__(sealer)
        self._signature = signature

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """What came back."""
        del data, digest_algorithm, dry_run
        return self._signature


def _take_apart(made: cms.ContentInfo, digest: bytes) -> _Pieces | None:
    """The pieces of a value, or None where it holds something that changes from one to the next."""
    content = made["content"]
    [signer] = content["signer_infos"]
    names = {attribute["type"].native for attribute in signer["signed_attrs"]}
    attributes = _der(_SET, signer["signed_attrs"].untag().contents)
    if "signing_time" in names or attributes.count(digest) != 1:
        return None
    whole = cms.ContentInfo.load(made.dump())["content"]
    [alike] = whole["signer_infos"]
    return _Pieces(
        b"".join(
            whole[key].dump()
            for key in ("version", "digest_algorithms", "encap_content_info", "certificates")
        ),
        b"".join(alike[key].dump() for key in ("version", "sid", "digest_algorithm")),
        attributes,
        digest,
        alike["signature_algorithm"].dump(),
    )


def _der(tag: int, *parts: bytes) -> bytes:
    """Tag, length, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(digits)]) + digits + content
