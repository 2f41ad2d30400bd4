"""What a printed code says, signed, so that it can be checked without a network. Format 1 is final: paper cannot be changed.

``{base}/v/{short code}?h={first 16 hex of the base hash}#{digits}``. Everything before the ``#`` asks the server, as any
phone's camera does; the digits never reach it. They are one number in decimal (a QR code packs digits most densely),
whose bytes, the most significant first, are a body and the 64 bytes of its signature (Ed25519, RFC 8032):

====  =====================================================================================
byte  of the body
====  =====================================================================================
0     version of the format: 1
1-4   first bytes of the SHA-256 of the public key
5-8   when the code was issued: seconds since 1970, UTC
9     status as known then: index into :data:`STATUSES`
10    change slips in force on it then; 255 stands for that many or more
11    bytes of the sheet's number
12-   the sheet's number, then to the end the label of the revision; UTF-8
====  =====================================================================================

Signed is ``OneSet code 1``, a NUL, the short code, a NUL, the hexadecimal digits of ``h``, a NUL, the body: whoever changes
anything of the address changes what was signed. Of a restricted project, and where they are long, number and label stay
empty: they stand on the paper in letters. What has no base hash yet (a draft) is not signed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.copies.keys import KEY_ID_BYTES, Signer
from app.copies.queries import CopyStatus

FORMAT = 1
HASH_IN_CODE = 16
"""First digits of the base hash in a QR code (DOMAIN 3.10)."""
UNCONFIRMED = "unconfirmed"
"""In force, but by the project's policy not for construction before everybody confirmed it."""
STATUSES: tuple[str, ...] = (
    CopyStatus.CURRENT,
    CopyStatus.SUPERSEDED,
    CopyStatus.COMING,
    CopyStatus.VOID,
    CopyStatus.NOT_RELEASED,
    UNCONFIRMED,
)
"""In the order of their numbers in a code; only ever added to."""
MOST_WORDS = 40
"""Bytes of number and label together that a code carries: more would make its modules too small for a phone."""
MOST_SLIPS = 255

_CONTEXT = b"OneSet code 1\0"
_HEAD, _SIGNATURE = 12, 64
_PATH = re.compile(r"/v/([0-9a-z]{10})")
_HASH = re.compile(rf"h=([0-9a-f]{{{HASH_IN_CODE}}})")


class BadCode(ValueError):  # noqa: N818  what it is, not that it is an error
    """The text is not a signed code of this format."""


@dataclass(frozen=True)
class CodeFacts:
    """What a code says of one copy."""

    short_code: str
    hash_prefix: str
    issued_at: datetime
    status: str
    slips: int
    number: str = ""
    label: str = ""


@dataclass(frozen=True)
class SignedCode:
    """A code as read from paper; nothing of it is to be believed before :func:`is_genuine`."""

    facts: CodeFacts
    key_id: str
    message: bytes
    signature: bytes


def plain_address(base_url: str, short_code: str, base_sha256: str | None) -> str:
    """The address without a signature: what is not frozen yet has no hash, and no ``h``."""
    address = f"{base_url}/v/{short_code}"
    return f"{address}?h={base_sha256[:HASH_IN_CODE]}" if base_sha256 else address


def signed_address(base_url: str, facts: CodeFacts, signer: Signer) -> str:
    """The whole content of a QR code."""
    number, label = facts.number.encode(), facts.label.encode()
    if len(number) + len(label) > MOST_WORDS:
        number = label = b""
    body = b"".join((
        bytes([FORMAT]),
        bytes.fromhex(signer.key.key_id),
        int(facts.issued_at.timestamp()).to_bytes(4),
        bytes([STATUSES.index(facts.status), min(facts.slips, MOST_SLIPS), len(number)]),
        number,
        label,
    ))  # fmt: skip
    signature = signer.sign(_message(facts.short_code, facts.hash_prefix, body))
    digits = int.from_bytes(body + signature)
    return f"{base_url}/v/{facts.short_code}?h={facts.hash_prefix}#{digits}"


def read_code(text: str) -> SignedCode:
    """Take a code apart.

    Raises:
        BadCode: it is not one, or of a format that this version does not know.
    """
    address = urlsplit(text)
    path, query = _PATH.fullmatch(address.path), _HASH.fullmatch(address.query)
    digits = address.fragment
    if path is None or query is None or not digits.isascii() or not digits.isdigit() or len(digits) > 400:
        raise BadCode("not an address with a signature")
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8)
    body, signature = data[:-_SIGNATURE], data[-_SIGNATURE:]
    if len(body) < _HEAD or body[0] != FORMAT or body[9] >= len(STATUSES) or body[11] > len(body) - _HEAD:
        raise BadCode("another format")
    words = _HEAD + body[11]
    try:
        facts = CodeFacts(
            short_code=path[1],
            hash_prefix=query[1],
            issued_at=datetime.fromtimestamp(int.from_bytes(body[5:9]), UTC),
            status=STATUSES[body[9]],
            slips=body[10],
            number=body[_HEAD:words].decode(),
            label=body[words:].decode(),
        )
    except UnicodeDecodeError as error:
        raise BadCode("words that are no UTF-8") from error
    key_id = body[1 : 1 + KEY_ID_BYTES].hex()
    return SignedCode(facts, key_id, _message(facts.short_code, facts.hash_prefix, body), signature)


def is_genuine(code: SignedCode, public: str) -> bool:
    """Whether the holder of a key, given in hexadecimal, signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(code.signature, code.message)
    except InvalidSignature:
        return False
    return True


def _message(short_code: str, hash_prefix: str, body: bytes) -> bytes:
    return b"".join((_CONTEXT, short_code.encode("ascii"), b"\0", hash_prefix.encode("ascii"), b"\0", body))
