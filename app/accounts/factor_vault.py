"""The key under which second factors are kept: made once per installation, in its data folder, never in the database.

A dump of the database alone opens nothing: secrets are sealed with AES-256-GCM, bound to their person, and recovery
codes are kept as keyed digests. Whoever has the key and no database has nothing either.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kernel.key_files import one_at_a_time, put_in_place

KEY_FILE = "factors.key"
KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_BYTES = 4


class BadFactorKey(RuntimeError):  # noqa: N818  what it is, not that it is an error
    """The key is missing, or another than the one that sealed: better no second factor than one nobody can check."""


class FactorVault:
    """Seals and opens the secrets of second factors. Reads its file once per process: no act waits for a disk."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; the key is made with the first person who enrols."""
        self._path = folder / KEY_FILE
        self._key: bytes | None = None

    def make(self) -> None:
        """Make the key when there is none."""
        with one_at_a_time(self._path.parent):
            if not self._path.exists():
                put_in_place(self._path, secrets.token_bytes(KEY_BYTES).hex().encode(), 0o600)

    @property
    def is_made(self) -> bool:
        """Whether the key is there."""
        return self._key is not None or self._path.exists()

    def seal(self, person_id: str, secret: bytes) -> str:
        """A secret as the database may hold it.

        Raises:
            BadFactorKey: the key is missing or unreadable.
        """
        key, nonce = self._whole(), secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(_derived(key, b"secrets")).encrypt(nonce, secret, person_id.encode())
        return base64.b64encode(_id_of(key) + nonce + sealed).decode("ascii")

    def open(self, person_id: str, sealed: str) -> bytes:
        """The secret again.

        Raises:
            BadFactorKey: sealed for somebody else or under another key, changed, or the key is missing.
        """
        key = self._whole()
        try:
            whole = base64.b64decode(sealed, validate=True)
            key_id, rest = whole[:KEY_ID_BYTES], whole[KEY_ID_BYTES:]
            if key_id != _id_of(key):
                raise BadFactorKey("sealed under another key")
            nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
            return AESGCM(_derived(key, b"secrets")).decrypt(nonce, body, person_id.encode())
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise BadFactorKey(f"not what was sealed: {type(error).__name__}") from error

    def digest(self, person_id: str, recovery_code: str) -> str:
        """What is stored of a recovery code: useless without the key, although the code has forty bits only.

        Raises:
            BadFactorKey: the key is missing or unreadable.
        """
        key = _derived(self._whole(), b"recovery codes")
        return hmac.new(key, f"{person_id}:{recovery_code}".encode(), hashlib.sha256).hexdigest()

    def _whole(self) -> bytes:
        if self._key is None:
            try:
                key = bytes.fromhex(self._path.read_text("ascii"))
            except (OSError, ValueError) as error:
                raise BadFactorKey(f"{KEY_FILE}: {type(error).__name__}") from error
            if len(key) != KEY_BYTES:
                raise BadFactorKey(f"{KEY_FILE}: {len(key)} bytes")
            self._key = key
        return self._key


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"oneset second factor: " + use).derive(key)


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"oneset second factor key id" + key).digest()[:KEY_ID_BYTES]
