"""A key in a token or HSM, through PKCS#11. Needs the package ``python-pkcs11`` and the maker's module."""

import hashlib
import os
from collections.abc import Sequence
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from app.kernel.errors import Refused
from app.seals.sealing.keys import algorithm_of, public_key, signature_size
from app.seals.sealing.refusals import KEY_UNUSABLE


class Pkcs11Sealer:
    """A session with a device, kept open. It does not survive a fork: open it in the process that seals.

    Args:
        module: path of the maker's library.
        token: label of the token.
        pin: of the user.
        key: label of the private key.
        certificate: the seal's certificate.
        chain: certificates of its issuers.

    Raises:
        Refused: ``seal-key-unusable``; the package is not installed, or the device says no.
    """

    def __init__(
        self,
        module: str,
        token: str,
        pin: str,
        key: str,
        certificate: asn1_x509.Certificate,
        chain: Sequence[asn1_x509.Certificate] = (),
    ) -> None:
        try:
            import pkcs11  # noqa: PLC0415 - only installations with a device have it
        except ImportError as error:
            raise Refused(KEY_UNUSABLE, reason="python-pkcs11") from error
        self.certificate = certificate
        self.chain = tuple(chain)
        public = public_key(certificate)
        self.algorithm = algorithm_of(certificate)
        self.signature_size = signature_size(public)
        self._is_rsa = isinstance(public, rsa.RSAPublicKey)
        self._mechanism: Any = pkcs11.Mechanism.SHA256_RSA_PKCS if self._is_rsa else pkcs11.Mechanism.ECDSA
        self._process = os.getpid()
        try:
            self._session: Any = pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
            self._key: Any = self._session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY,
                label=key,
            )
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise Refused(KEY_UNUSABLE, reason=type(error).__name__) from error

    def sign(self, content: bytes) -> bytes:
        """Sign bytes (:meth:`app.seals.sealing.keys.Sealer.sign`).

        Raises:
            RuntimeError: used in another process than the one that opened it.
        """
        if os.getpid() != self._process:
            raise RuntimeError("a PKCS#11 session does not survive a fork: open it in this process")
        if self._is_rsa:
            return bytes(self._key.sign(content, mechanism=self._mechanism))
        # Not every device has ECDSA with its own hash; bare ECDSA gives the two numbers one after the other.
        pair = self._key.sign(hashlib.sha256(content).digest(), mechanism=self._mechanism)
        half = len(pair) // 2
        return encode_dss_signature(int.from_bytes(pair[:half]), int.from_bytes(pair[half:]))

    def close(self) -> None:
        """End the session."""
        self._session.close()
