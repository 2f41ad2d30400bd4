"""Passwords with argon2id, and the hashes of secrets."""

import hashlib

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's minimum for argon2id (19 MiB, 2 passes): about 25 ms on the machines we mean."""
_NOBODY = _HASHER.hash("nobody has this password")
MIN_LENGTH = 10


def hash_password(password: str) -> str:
    """argon2id hash in PHC form."""
    return _HASHER.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """True when right. Takes the same time for people who do not exist (SECURITY 3, 36)."""
    try:
        right = _HASHER.verify(stored or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return right and stored is not None


def secret_hash(secret: str) -> str:
    """What is stored of a session's or token's secret. Random secrets need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
