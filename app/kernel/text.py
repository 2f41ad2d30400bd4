"""Numbers and codes as people type them: NFKC, dashes, spaces, natural order, look-alikes.

The original is always kept beside the normal form (DOMAIN section 3).
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹘﹣ー〜~～"), "-")
"""Dash look-alikes. The kanji 一 is a digit, not a dash, and stays."""
_SPACES = re.compile(r"\s+")
_PRINTS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
"""Fillers and variation selectors: default-ignorable, though letters or marks by category."""
_NUMBER = re.compile(r"\d+")
_LOOK_ALIKES = {
    "0": "oοо", "1": "l|iιі", "-": "一", "曰": "日", "a": "аα", "b": "вβ", "c": "с", "e": "еε", "h": "нη",
    "j": "ј", "k": "кκ", "m": "мμ", "n": "ν", "p": "рρ", "s": "ѕ", "t": "тτ", "x": "хχ", "y": "уυ", "z": "ζ",
}  # fmt: skip
_LOOK_ALIKE = str.maketrans({other: one for one, others in _LOOK_ALIKES.items() for other in others})
"""After folding: letters that a reader takes for another. Own table; public ones miss A-1O1 (SECURITY 3, 42)."""


class UnprintableText(ValueError):  # noqa: N818  a value of the domain, not a programming error
    """The text has control or invisible format characters."""


def normalise(text: str) -> str:
    """NFKC, dash look-alikes to ``-``, spaces folded; case kept.

    Raises:
        UnprintableText: control (Cc) or format (Cf) characters are inside; they hide differences.
    """
    flat = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().translate(_DASHES)
    if not _surely_prints(flat) and any(_is_invisible(c) for c in flat):
        raise UnprintableText(text)
    return flat


def tidy(text: str) -> str:
    """Names and titles: NFC, spaces folded, ends trimmed. Full-width marks stay as the person wrote them.

    Raises:
        UnprintableText: control or format characters are inside.
    """
    flat = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not _surely_prints(flat) and any(_is_invisible(c) for c in flat):
        raise UnprintableText(text)
    return flat


def clean(text: str) -> str:
    """Like :func:`normalise`, but what cannot be printed is dropped: for text that machines read, not people."""
    whole = text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) != "Cs")
    folded = unicodedata.normalize("NFKC", whole)
    if not _surely_prints(folded):
        folded = "".join(c for c in folded if c.isspace() or not _is_invisible(c))
    return normalise(folded)


def printable(text: str) -> str:
    """Text of strangers, as they wrote it: like :func:`tidy`; where something in it is invisible, like :func:`clean`."""
    try:
        return tidy(text)
    except UnprintableText:
        return clean(text)


def storable(value: Any) -> Any:
    """A JSON value without the characters that no database column holds (NUL, lone surrogates), at any depth."""
    if isinstance(value, str):
        return "".join(c for c in value if c != "\0" and unicodedata.category(c) != "Cs")
    if isinstance(value, Mapping):
        return {storable(k): storable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(v) for v in value]
    return value


def _surely_prints(text: str) -> bool:
    """True when nothing in the text is invisible. Asked of the whole text first: one character after the other is slow."""
    return text.isprintable() and _PRINTS_NOTHING.search(text) is None


def _is_invisible(char: str) -> bool:
    """Control and format characters, halves of surrogate pairs, and what else prints as nothing."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs") or bool(_PRINTS_NOTHING.match(char))


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
