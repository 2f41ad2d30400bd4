"""What the libraries lack for SM2 with SM3: names of the objects, and whether a signature is right.

The arithmetic is GmSSL's (package ``gmssl_pyx``). Importing this module teaches ``asn1crypto`` four identifiers, once
for the process; pyHanko then reads SM2 certificates, and checks them where it is handed :class:`Sm2Validator`.
"""

from typing import Any

import gmssl_pyx
from asn1crypto import algos, cms, keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

ARC = "1.2.156.10197."
"""Of all objects of the national algorithms (GM/T 0006)."""
SM2_CURVE = "sm2p256v1"
SM3 = "sm3"
SM2_SM3 = "sm2_sm3"
SIGNER_ID = b"1234567812345678"
"""Who signs, where nothing else was agreed (GB/T 35276, 10): part of every digest."""
_CURVE_OID, _SM3_OID, _SM2_SM3_OID = "1.2.156.10197.1.301", "1.2.156.10197.1.401", "1.2.156.10197.1.501"
_CURVE_NUMBERS = bytes.fromhex(
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
"""a, b and the base point (GB/T 32918.5)."""
_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
MOST = 72
"""Bytes of a signature: a DER pair of 32-byte numbers, each perhaps after a zero."""


def _teach() -> None:
    """Enter the names; entering them again changes nothing."""
    named: list[tuple[Any, str, str]] = [
        (algos.DigestAlgorithmId, _SM3_OID, SM3),
        (algos.SignedDigestAlgorithmId, _SM2_SM3_OID, SM2_SM3),
    ]
    for kind, oid, name in named:  # the library can only register curves
        kind._map[oid] = name  # noqa: SLF001
        if kind._reverse_map is not None:  # noqa: SLF001 - else it is built when it is asked for
            kind._reverse_map[name] = oid  # noqa: SLF001
    keys.NamedCurve.register(SM2_CURVE, _CURVE_OID, 32)


def _is_strict_pair(signature: bytes) -> bool:
    """One DER pair of numbers between 1 and the order, and nothing behind it: a signature has one spelling."""
    try:
        pair = algos.DSASignature.load(signature, strict=True)
        numbers = int(pair["r"].native), int(pair["s"].native)
        again = algos.DSASignature({"r": numbers[0], "s": numbers[1]}).dump()
    except (ValueError, TypeError, KeyError):
        return False
    return again == signature and all(0 < number < _ORDER for number in numbers)


def point(key: keys.PublicKeyInfo) -> bytes:
    """The 64 bytes of an SM2 key.

    Raises:
        ValueError: it is none, or its point does not lie on the curve.
    """
    if key.algorithm != "ec" or key["algorithm"]["parameters"].native != SM2_CURVE:
        raise ValueError("not an SM2 key")
    try:
        found: bytes = gmssl_pyx.normalize_sm2_public_key(bytes(key["public_key"]))
    except gmssl_pyx.InvalidValueError as error:
        raise ValueError("not a point of the curve") from error
    return found


def is_sm2(key: keys.PublicKeyInfo) -> bool:
    """True for a key on the curve SM2."""
    return bool(key.algorithm == "ec" and key["algorithm"]["parameters"].native == SM2_CURVE)


def is_right(key: keys.PublicKeyInfo, signature: bytes, content: bytes) -> bool:
    """True when the signature over the content was made with this SM2 key, SM3 and the usual signer's id."""
    try:
        public = point(key)
        if not _is_strict_pair(signature):
            return False
        return bool(gmssl_pyx.sm2_verify(public, content, signature, SIGNER_ID))
    except (ValueError, gmssl_pyx.GmsslInnerError):
        return False


def sm3(content: bytes) -> bytes:
    """The SM3 digest (32 bytes)."""
    return bytes(gmssl_pyx.sm3_hash(content))


def digest_to_sign(key: keys.PublicKeyInfo, content: bytes) -> bytes:
    """What a key that signs digests is given: SM3 over the signer's own digest and the content (GB/T 32918.2, 6.1)."""
    length = (8 * len(SIGNER_ID)).to_bytes(2)
    own = sm3(length + SIGNER_ID + _CURVE_NUMBERS + point(key))
    return sm3(own + content)


class Sm2Validator(DefaultSignatureValidator):
    """Checks SM2 with SM3, and leaves every other algorithm to the library."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Check one signature (of a seal, a certificate, a list of revoked ones, an answer of OCSP).

        Raises:
            InvalidSignature: it is wrong, or key and algorithm do not belong together.
        """
        is_named, has_key = signature_algorithm["algorithm"].native == SM2_SM3, is_sm2(public_key_info)
        if is_named != has_key:
            raise InvalidSignature("key and algorithm do not belong together")
        if not is_named:
            try:
                super().validate_signature(
                    signature, signed_data, public_key_info, signature_algorithm, context
                )
            except UnsupportedAlgorithm as error:
                raise InvalidSignature(str(error)) from error
            return
        if (
            context.prehashed
        ):  # SM2 hashes the signer with the content: a digest of the content alone is of no use
            raise InvalidSignature("SM2 over a bare digest")
        if not is_right(public_key_info, signature, signed_data):
            raise InvalidSignature("SM2")


def why_not(signed: cms.SignedData) -> str:
    """Why an SM2 signature in CMS cannot be checked here, or nothing where it can."""
    for one in signed["signer_infos"]:
        algorithm, digest = one["signature_algorithm"]["algorithm"], one["digest_algorithm"]["algorithm"]
        if algorithm.native != SM2_SM3 or digest.native != SM3:
            return f"{algorithm.dotted} / {digest.dotted}"
        if not one["signed_attrs"]:
            return "no signed attributes: the library hands out a bare digest, SM2 needs the content"
    return ""


_teach()
