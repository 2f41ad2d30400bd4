"""Names of files on their way out: safe for every file system, and right in a header (RFC 6266)."""

import re
import unicodedata
from urllib.parse import quote

from app.kernel.text import clean

NAME_BYTES = 180
"""Longest part of a path, in UTF-8: every usual file system takes 255."""
_BAD = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+|\.{2,}')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(text: str, limit: int = NAME_BYTES) -> str:
    """A name that every usual file system takes: no separators, control characters, reserved words or trailing dots."""
    flat = unicodedata.normalize("NFC", _BAD.sub("_", clean(text))).strip(" .")
    flat = flat.encode()[:limit].decode(errors="ignore").strip(" .")
    return f"_{flat}" if not flat or _RESERVED.match(flat) or flat.startswith("-") else flat


def content_disposition(name: str, *, is_inline: bool = False) -> str:
    """The header of a download: an ASCII form for old programs, UTF-8 (RFC 8187) for the others."""
    safe = safe_name(name)
    plain = re.sub(r"[^A-Za-z0-9._ ()-]", "_", safe)
    kind = "inline" if is_inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def role_in_name(role: str) -> str:
    """What the name of a file says of its role, after the rest: sealed bytes are not taken for their base."""
    return " 签章 sealed" if role == "sealed" else ""
