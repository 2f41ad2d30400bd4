"""Identifiers that do not enumerate: 9 characters of time, 11 of chance.

The time part keeps new rows together on disk; 55 random bits for each millisecond keep the next identifier from
being guessed (and every access is authorised anyway).
"""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 20
SHORT_CODE_LENGTH = 10


def new_id() -> str:
    """Return a new identifier: 20 characters of Crockford's base 32, lower case."""
    return _encode(time.time_ns() // 1_000_000, 9) + _encode(secrets.randbits(55), 11)


def new_short_code() -> str:
    """Return a short public address for a printed QR code: 10 characters, 50 random bits."""
    return _encode(secrets.randbits(5 * SHORT_CODE_LENGTH), SHORT_CODE_LENGTH)


def new_secret() -> str:
    """Return a secret for a session or a token: 32 random bytes, URL safe."""
    return secrets.token_urlsafe(32)


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an identifier."""
    return len(text) == ID_LENGTH and all(c in _ALPHABET for c in text)


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))
