"""Numbers and codes as people type them: NFKC, dashes, spaces, natural order, look-alikes.

The original is always kept beside the normal form (DOMAIN section 3).
"""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹘﹣ー〜~～"), "-")
"""Dash look-alikes. The kanji 一 is a digit, not a dash, and stays."""
_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+")
_LOOK_ALIKE = str.maketrans(
    {
        "o": "0",
        "l": "1",
        "i": "1",
        "日": "曰",
        "а": "a",
        "в": "b",
        "с": "c",
        "е": "e",
        "о": "0",
        "р": "p",
        "х": "x",
    }
)
"""After folding: letters that a reader takes for another. Own table; public ones miss A-1O1 (SECURITY 3, 42)."""


class UnprintableText(ValueError):  # noqa: N818  a value of the domain, not a programming error
    """The text has control or invisible format characters."""


def normalise(text: str) -> str:
    """NFKC, dash look-alikes to ``-``, spaces folded; case kept.

    Raises:
        UnprintableText: control (Cc) or format (Cf) characters are inside; they hide differences.
    """
    flat = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().translate(_DASHES)
    if any(unicodedata.category(c) in ("Cc", "Cf") for c in flat):
        raise UnprintableText(text)
    return flat


def clean(text: str) -> str:
    """Like :func:`normalise`, but what cannot be printed is dropped: for text that machines read, not people."""
    flat = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return normalise("".join(c for c in flat if unicodedata.category(c) != "Cc" or c in "\t\n\r "))


def code_key(text: str) -> str:
    """The identity of a number or code: normalised, no spaces, case folded. ``建施－０１`` -> ``建施-01``."""
    return _SPACES.sub("", normalise(text)).casefold()


def loose_key(text: str) -> str:
    """For finding, never for identity: :func:`code_key` without dashes, dots, slashes. ``建施-01`` -> ``建施01``."""
    return re.sub(r"[-_./\\#()（）]", "", code_key(text))


def look_alike_key(text: str) -> str:
    """Two codes with equal keys may be mistaken for each other (O and 0, l and 1, Cyrillic)."""
    return code_key(text).translate(_LOOK_ALIKE)


def natural_key(text: str) -> str:
    """A string that sorts naturally as bytes: every number gets its length in front. ``A-2`` before ``A-10``."""
    return _NUMBER.sub(lambda m: _sortable(m.group()), code_key(text))


def _sortable(digits: str) -> str:
    bare = digits.lstrip("0") or "0"
    return f"{len(bare):02d}{bare}"
