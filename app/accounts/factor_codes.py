"""One-time codes (动态口令, TOTP): RFC 6238 over RFC 4226, as every authenticator app makes them; and recovery codes.

Six digits, SHA-1, steps of 30 seconds: what apps assume whatever the QR code tells them. Nothing here knows who asks.
"""

import base64
import hmac
import re
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from app.kernel.text import clean

SECRET_BYTES = 20
"""RFC 4226, R6: 160 bits are recommended."""
DIGITS = 6
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A phone's clock may be this far off, and the person this slow (RFC 6238, 5.2)."""
RECOVERY_DIGITS = 12
RECOVERY_CODES = 10
ISSUER = "OneSet"
_APART = re.compile(r"[\s-]+")


def new_secret_bytes() -> bytes:
    """A secret that phone and house will share."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(at: datetime) -> int:
    """The number of the step an instant lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of one step: six digits."""
    made = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=True)  # noqa: S303  RFC 6238's own
    return made.generate(step * STEP_SECONDS).decode("ascii")


def matching_step(secret: bytes, code: str, at: datetime) -> int | None:
    """The newest step near an instant whose code this is; every step is compared, whichever fits."""
    here, found = step_of(at), None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def digits_of(typed: str) -> str:
    """What somebody typed, as digits: full-width ones too, without spaces and dashes. Empty when it is no code."""
    text = _APART.sub("", clean(typed)[:100])
    if text.isascii() and text.isdigit() and len(text) in (DIGITS, RECOVERY_DIGITS):
        return text
    return ""


def is_recovery(digits: str) -> bool:
    """A recovery code is told by its length."""
    return len(digits) == RECOVERY_DIGITS


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes for when the phone is gone: twelve digits each, so that they fit the same field."""
    made: dict[str, None] = {}
    while len(made) < RECOVERY_CODES:
        made[f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}"] = None
    return tuple(made)


def in_groups(text: str, size: int = 4, mark: str = " ") -> str:
    """A long code as people read it."""
    return mark.join(text[n : n + size] for n in range(0, len(text), size))


def as_text(secret: bytes) -> str:
    """A secret as people type it: base 32 (RFC 4648)."""
    return base64.b32encode(secret).decode("ascii")


def as_address(secret: bytes, account: str) -> str:
    """What the QR code says: the ``otpauth`` address that authenticator apps read."""
    made = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  RFC 6238's own
    return made.get_provisioning_uri(account, ISSUER)
