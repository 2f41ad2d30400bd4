"""The form of addresses: digests, names of side files, and what belongs to the record."""

import re

from storage.errors import InvalidKey, Protected

RECORDS = "records"
"""The folder of side files that are part of the record."""

KEY_LIMIT = 512
COMPONENT_LIMIT = 200

_DIGEST = re.compile(r"[0-9a-f]{64}")
_COMPONENT = re.compile(r"[a-z0-9_-][a-z0-9._-]*")


def checked_digest(sha256: str) -> str:
    """The digest itself when it is 64 lower-case hex digits. Raises ``InvalidKey``."""
    if not _DIGEST.fullmatch(sha256):
        raise InvalidKey(sha256, "not 64 lower-case hex digits")
    return sha256


def sharded(sha256: str) -> str:
    """``aa/bb/<sha256>``: two levels keep folders small (65,536 of them)."""
    checked_digest(sha256)
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def checked_key(key: str) -> str:
    """The key itself when it is relative, lower case, and has no empty, dotted or overlong part."""
    if len(key) > KEY_LIMIT:
        raise InvalidKey(key[:80], f"longer than {KEY_LIMIT} characters")
    for part in key.split("/"):
        if not _COMPONENT.fullmatch(part):
            raise InvalidKey(key, "each part is [a-z0-9._-], not empty and not starting with a dot")
        if len(part) > COMPONENT_LIMIT:
            raise InvalidKey(key, f"a part is longer than {COMPONENT_LIMIT} characters")
    return key


def checked_prefix(prefix: str) -> str:
    """A prefix for listing: empty, a key, or a key and a slash."""
    if prefix:
        checked_key(prefix.removesuffix("/"))
    return prefix


def overwritable(key: str) -> str:
    """A checked key outside the record. Raises ``Protected``."""
    if checked_key(key).split("/")[0] == RECORDS:
        raise Protected(key)
    return key


def deletable(prefix: str) -> str:
    """A checked folder or key outside the record, without its last slash. Raises ``Protected``."""
    if not prefix:
        raise Protected(prefix)
    return overwritable(prefix.removesuffix("/"))


def lies_in(key: str, folder: str) -> bool:
    """Whether a key is this one or below it; ``a/bc`` does not lie in ``a/b``."""
    return key == folder or key.startswith(folder + "/")
