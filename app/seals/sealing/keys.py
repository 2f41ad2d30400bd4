"""Keys that seal: what signing needs of one, and those that live in this process."""

from collections.abc import Sequence
from typing import Any, Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from app.kernel.errors import Refused
from app.seals.sealing.refusals import FILE_KEY, KEY_UNUSABLE

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
DIGEST = "sha256"
"""Of every signature we make; SM3 comes with SM2 keys, behind the same protocol."""


class Sealer(Protocol):
    """A seal's key, wherever it is."""

    @property
    def certificate(self) -> asn1_x509.Certificate:
        """The seal's own certificate."""

    @property
    def chain(self) -> Sequence[asn1_x509.Certificate]:
        """Certificates of those who issued it, to be sent along."""

    @property
    def signature_size(self) -> int:
        """The most bytes a signature takes."""

    def sign(self, content: bytes) -> bytes:
        """Sign bytes with SHA-256: PKCS#1 v1.5 for RSA, a DER pair for ECDSA."""


def signature_size(key: PublicKey) -> int:
    """The most bytes a signature by this key takes (for ECDSA, the DER pair: X9.62)."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    number = (key.curve.key_size + 7) // 8 + 3  # tag, length, and a zero before a high bit
    return 2 * number + (2 if 2 * number < 128 else 3)


def asn1_certificate(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """A certificate of ``cryptography`` as pyHanko wants it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def public_key(certificate: asn1_x509.Certificate) -> PublicKey:
    """The key a certificate speaks of.

    Raises:
        Refused: ``seal-key-unusable``; neither RSA nor ECDSA.
    """
    try:
        found = serialization.load_der_public_key(certificate.public_key.dump())
    except Exception as error:  # the library has an exception for each kind of key it does not know
        raise Refused(KEY_UNUSABLE, reason=type(error).__name__) from error
    if not isinstance(found, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise Refused(KEY_UNUSABLE, reason=type(found).__name__)
    return found


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


def belongs(certificate: asn1_x509.Certificate, signature: bytes, content: bytes) -> bool:
    """True when the signature over the content was made with the certificate's key."""
    key: Any = public_key(certificate)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except Exception:  # noqa: BLE001 - whatever the library says of bytes from outside, they are not its signature
        return False
    return True
