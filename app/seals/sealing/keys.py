"""Keys that seal: what signing needs of one, and those that live in this process."""

from collections.abc import Sequence
from typing import Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from app.kernel.errors import Refused
from app.seals.sealing.algorithms import (
    DIGEST,
    Algorithm,
    PublicKey,
    algorithm_of,
    belongs,
    loaded,
    signature_size,
)
from app.seals.sealing.refusals import FILE_KEY, KEY_UNUSABLE

__all__ = [
    "DIGEST",
    "KeySealer",
    "Pkcs12Sealer",
    "PrivateKey",
    "PublicKey",
    "Sealer",
    "algorithm_of",
    "asn1_certificate",
    "belongs",
    "public_key",
    "signature_size",
]

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Sealer(Protocol):
    """A seal's key, wherever it is."""

    @property
    def certificate(self) -> asn1_x509.Certificate:
        """The seal's own certificate."""

    @property
    def chain(self) -> Sequence[asn1_x509.Certificate]:
        """Certificates of those who issued it, to be sent along."""

    @property
    def algorithm(self) -> Algorithm:
        """What the key works with."""

    @property
    def signature_size(self) -> int:
        """The most bytes a signature takes."""

    def sign(self, content: bytes) -> bytes:
        """Sign bytes: PKCS#1 v1.5 for RSA, a DER pair for ECDSA (both over SHA-256) and for SM2 (over SM3)."""


def asn1_certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """A certificate of ``cryptography`` as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def public_key(certificate: asn1_x509.Certificate) -> PublicKey:
    """The key a certificate speaks of.

    Raises:
        Refused: ``seal-key-unusable``; neither RSA nor ECDSA.
    """
    return loaded(certificate.public_key)


class KeySealer:
    """A key in memory: parsed once, used for any number of signatures."""

    def __init__(
        self,
        key: PrivateKey,
        certificate: asn1_x509.Certificate,
        chain: Sequence[asn1_x509.Certificate] = (),
    ) -> None:
        self.certificate = certificate
        self.chain = tuple(chain)
        self.algorithm = algorithm_of(certificate)
        self.signature_size = signature_size(key.public_key())
        self._key = key

    def sign(self, content: bytes) -> bytes:
        """Sign bytes (:meth:`Sealer.sign`)."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(content, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(content, ec.ECDSA(hashes.SHA256()))


class Pkcs12Sealer(KeySealer):
    """A key in a PKCS#12 file. For demonstrations: whoever reads the server's disk could seal with it.

    Args:
        content: the file.
        password: of the file.
        is_demo: this installation is a demonstration.

    Raises:
        Refused: ``seal-file-key`` where it is not; ``seal-key-unusable``.
    """

    def __init__(self, content: bytes, password: bytes, *, is_demo: bool = False) -> None:
        if not is_demo:
            raise Refused(FILE_KEY)
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(content, password)
        except ValueError as error:
            raise Refused(KEY_UNUSABLE, reason="PKCS#12") from error
        if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise Refused(KEY_UNUSABLE, reason="PKCS#12")
        super().__init__(key, asn1_certificate(certificate), [asn1_certificate(other) for other in others])
