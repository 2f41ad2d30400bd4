"""What a line of a frozen set says, and its digest."""

import hashlib
from collections.abc import Iterable


def digest_of(lines: Iterable[str]) -> str:
    """SHA-256 over the lines, each ended by a line feed: what ``sha256sum`` of the list file says, too."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
