"""Canonical bytes of an entry: RFC 8785 for the values that entries use.

Strings, integers, booleans, null, lists and objects; no floats, because their text form is where canonical
JSON goes wrong. Keys sort by UTF-16 code units, as RFC 8785 section 3.2.3 says.
"""

import json
from typing import Any

SAFE_INTEGER = 2**53 - 1


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 bytes that equal values share.

    Raises:
        TypeError: a value that has no canonical form here (floats, dates, bytes).
        ValueError: an integer beyond 2**53 - 1, which other readers would round.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        if not all(isinstance(k, str) for k in value):
            raise TypeError("keys are strings")
        return {k: _ordered(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, (list, tuple)):
        return [_ordered(v) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise ValueError(f"{value} is beyond 2**53 - 1")
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form")
