"""The keys that sign printed codes: made once per installation, kept in its data folder, never in the database.

A folder holds ``keys.json``, the public list, which may be shown to everybody, and one private file for the key in use,
readable by its owner alone. A key that is replaced stays on the list with its dates, so that what it signed can be
checked for as long as the paper lasts; its private part is destroyed. Nothing of a private key is ever written to a log.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kernel.key_files import one_at_a_time, put_in_place

KEY_ID_BYTES = 4
"""First bytes of a fingerprint: enough to find a key of one installation again."""
PUBLIC_LIST = "keys.json"


class BadKeys(RuntimeError):  # noqa: N818  what it is, not that it is an error
    """The folder of keys is not as it must be: better no signature than one that nobody can check."""


@dataclass(frozen=True)
class PublicKey:
    """What everybody may know of a key."""

    fingerprint: str
    """SHA-256 of the 32 bytes of the public key, hexadecimal."""
    public: str
    """The public key (RFC 8032, 5.1.5), hexadecimal."""
    made_at: str
    retired_at: str | None = None
    """From when on it signs no more; what it signed before stays good."""
    withdrawn_at: str | None = None
    """From when on nothing that it signed counts: the private part may be in other hands."""

    @property
    def key_id(self) -> str:
        """How codes name it."""
        return self.fingerprint[: 2 * KEY_ID_BYTES]


@dataclass(frozen=True)
class Signer:
    """The key in use."""

    key: PublicKey
    sign: Callable[[bytes], bytes]
    """64 bytes over a message."""


class KeyRing:
    """The keys of one installation. Reads its folder at every question: another process may have made a new key."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made with the first key."""
        self._folder = folder

    def signer(self, now: datetime) -> Signer:
        """The key in use; the first one is made when none is there.

        Raises:
            BadKeys: the private part of the key in use is missing or not its own.
        """
        current = next((key for key in self.public_keys() if key.retired_at is None), None)
        if current is None:
            with one_at_a_time(self._folder):
                current = next((key for key in self.public_keys() if key.retired_at is None), None)
                current = current or self._make(self.public_keys(), now)
        return self._open(current)

    def public_keys(self) -> Sequence[PublicKey]:
        """Every key there ever was, newest first.

        Raises:
            BadKeys: the list cannot be read.
        """
        try:
            told = json.loads((self._folder / PUBLIC_LIST).read_text("utf-8"))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise BadKeys(f"{PUBLIC_LIST}: {type(error).__name__}") from error
        return tuple(PublicKey(**key) for key in told["keys"])

    def renew(self, now: datetime, *, is_withdrawn: bool = False) -> PublicKey:
        """Put a new key in use.

        Args:
            now: the instant.
            is_withdrawn: what the former key signed counts no more, because its private part may be in other hands.
        """
        with one_at_a_time(self._folder):
            at, kept = _told(now), list(self.public_keys())
            for number, key in enumerate(kept):
                if key.retired_at is None:
                    kept[number] = replace(key, retired_at=at, withdrawn_at=at if is_withdrawn else None)
            made = self._make(kept, now)
            for key in kept:
                self._private_file(key).unlink(missing_ok=True)
            return made

    def _make(self, former: Sequence[PublicKey], now: datetime) -> PublicKey:
        """The private file first, then the list: a key on the list can always sign."""
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        key = PublicKey(hashlib.sha256(public).hexdigest(), public.hex(), _told(now))
        put_in_place(self._private_file(key), private.private_bytes_raw().hex().encode(), 0o600)
        told = {"keys": [asdict(k) for k in (key, *former)]}
        put_in_place(self._folder / PUBLIC_LIST, json.dumps(told, indent=1).encode(), 0o644)
        return key

    def _open(self, key: PublicKey) -> Signer:
        try:
            seed = bytes.fromhex(self._private_file(key).read_text("ascii"))
            private = Ed25519PrivateKey.from_private_bytes(seed)
        except (OSError, ValueError) as error:
            raise BadKeys(f"private part of {key.key_id}: {type(error).__name__}") from error
        if private.public_key().public_bytes_raw().hex() != key.public:
            raise BadKeys(f"private part of {key.key_id} is another key's")
        return Signer(key, private.sign)

    def _private_file(self, key: PublicKey) -> Path:
        return self._folder / f"{key.key_id}.private"


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
