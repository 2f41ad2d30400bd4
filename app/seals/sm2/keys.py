"""SM2 keys that seal, behind the same protocol as all others."""

from collections.abc import Sequence

import gmssl_pyx
from asn1crypto import keys, x509

from app.kernel.errors import Refused
from app.seals.sealing.algorithms import algorithm_of
from app.seals.sealing.refusals import FILE_KEY, KEY_UNUSABLE
from app.seals.sm2.algorithms import MOST, SIGNER_ID, is_right, is_sm2, point


class Sm2Sealer:
    """An SM2 key in memory. A key that counts belongs into a device or to a provider; this one serves demonstrations.

    Args:
        private: the key's number, 32 bytes.
        certificate: the seal's certificate.
        chain: certificates of its issuers.
        is_demo: this installation is a demonstration.

    Raises:
        Refused: ``seal-file-key`` where it is not; ``seal-key-unusable``, also when key and certificate differ.
    """

    def __init__(
        self,
        private: bytes,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate] = (),
        *,
        is_demo: bool = False,
    ) -> None:
        if not is_demo:
            raise Refused(FILE_KEY)
        if not is_sm2(certificate.public_key):
            raise Refused(KEY_UNUSABLE, reason="SM2")
        self.algorithm = algorithm_of(certificate)
        self.certificate = certificate
        self.chain = tuple(chain)
        self.signature_size = MOST
        self._private, self._public = private, point(certificate.public_key)
        try:
            is_pair = is_right(certificate.public_key, self.sign(b"pair"), b"pair")
        except gmssl_pyx.GmsslInnerError as error:
            raise Refused(KEY_UNUSABLE, reason="SM2") from error
        if not is_pair:
            raise Refused(KEY_UNUSABLE, reason="SM2: key and certificate differ")

    @classmethod
    def from_der(
        cls,
        content: bytes,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate] = (),
        *,
        is_demo: bool = False,
    ) -> "Sm2Sealer":
        """A key as OpenSSL writes it: PKCS#8 or SEC 1, DER, not encrypted.

        Raises:
            Refused: as the class.
        """
        try:
            private = int(_inner(content)["private_key"].native).to_bytes(32)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise Refused(KEY_UNUSABLE, reason="DER") from error
        return cls(private, certificate, chain, is_demo=is_demo)

    def sign(self, content: bytes) -> bytes:
        """Sign bytes (:meth:`app.seals.sealing.keys.Sealer.sign`)."""
        return bytes(gmssl_pyx.sm2_sign(self._private, self._public, content, SIGNER_ID))


def _inner(content: bytes) -> keys.ECPrivateKey:
    try:
        return keys.PrivateKeyInfo.load(content)["private_key"].parsed
    except ValueError:
        return keys.ECPrivateKey.load(content)
