"""Which algorithm a seal's key works with: one value each, so that nobody asks for the kind of a key elsewhere."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from app.kernel.errors import Refused
from app.seals.sealing.refusals import KEY_UNUSABLE
from app.seals.sm2 import algorithms as sm2

DIGEST = "sha256"
"""Of all signatures but those of SM2 keys, and of every time stamp."""
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class Algorithm:
    """How signatures by one kind of key are made and checked."""

    digest: str
    """Of the document, by the name that the libraries have for it."""
    oids: tuple[str, ...]
    """Of the signature, as a remote provider may list it; the first says everything."""
    digest_oid: str
    mechanism: SignedDigestAlgorithm | None
    """As it stands in the signature; None leaves it to the library."""
    size: Callable[[PublicKeyInfo], int]
    """The most bytes a signature takes."""
    is_right: Callable[[PublicKeyInfo, bytes, bytes], bool]
    """(key, signature, content): whether the signature over the content was made with the key."""
    digest_to_sign: Callable[[PublicKeyInfo, bytes], bytes]
    """(key, content): what a key that signs digests is given."""


def loaded(key: PublicKeyInfo) -> PublicKey:
    """The key as ``cryptography`` has it.

    Raises:
        Refused: ``seal-key-unusable``; neither RSA nor ECDSA.
    """
    try:
        found = serialization.load_der_public_key(key.dump())
    except Exception as error:  # the library has an exception for each kind of key it does not know
        raise Refused(KEY_UNUSABLE, reason=type(error).__name__) from error
    if not isinstance(found, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise Refused(KEY_UNUSABLE, reason=type(found).__name__)
    return found


def signature_size(key: PublicKey) -> int:
    """The most bytes a signature by this key takes (for ECDSA, the DER pair: X9.62)."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    number = (key.curve.key_size + 7) // 8 + 3  # tag, length, and a zero before a high bit
    return 2 * number + (2 if 2 * number < 128 else 3)


def _size(key: PublicKeyInfo) -> int:
    return signature_size(loaded(key))


def _is_right(key: PublicKeyInfo, signature: bytes, content: bytes) -> bool:
    public: Any = loaded(key)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except Exception:  # noqa: BLE001 - whatever the library says of bytes from outside, they are not its signature
        return False
    return True


def _sha256(_key: PublicKeyInfo, content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


_SHA256_OID = "2.16.840.1.101.3.4.2.1"
RSA = Algorithm(
    DIGEST,
    ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    _SHA256_OID,
    None,
    _size,
    _is_right,
    _sha256,
)
ECDSA = Algorithm(
    DIGEST, ("1.2.840.10045.4.3.2", "1.2.840.10045.4"), _SHA256_OID, None, _size, _is_right, _sha256
)
SM2 = Algorithm(
    sm2.SM3,
    ("1.2.156.10197.1.501",),
    "1.2.156.10197.1.401",
    SignedDigestAlgorithm({"algorithm": sm2.SM2_SM3}),
    lambda _: sm2.MOST,
    sm2.is_right,
    sm2.digest_to_sign,
)


def algorithm_of(certificate: x509.Certificate) -> Algorithm:
    """What the key of a certificate works with.

    Raises:
        Refused: ``seal-key-unusable``; another kind of key.
    """
    key = certificate.public_key
    try:
        if sm2.is_sm2(key):
            sm2.point(key)
            return SM2
    except ValueError as error:
        raise Refused(KEY_UNUSABLE, reason=str(error)) from error
    return RSA if isinstance(loaded(key), rsa.RSAPublicKey) else ECDSA


def belongs(certificate: x509.Certificate, signature: bytes, content: bytes) -> bool:
    """True when the signature over the content was made with the certificate's key."""
    return algorithm_of(certificate).is_right(certificate.public_key, signature, content)
