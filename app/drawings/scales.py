"""Which scales a sheet may be measured at: what the title block says, what the frame tells, what is printed on it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.drawings.reading.values import parse_scale

MOST = 12
USUAL = frozenset(
    [
        f"1:{n * 10**p:g}"
        for p in range(5)
        for n in (1, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 1.5, 1.2)
        if n * 10**p >= 5
    ]
    + [f"1:{n}" for n in (16, 24, 32, 48, 64, 96, 128, 192, 240, 384, 480)]
    + ["1:1", "1:2"]
)
"""Scales of drawings (GB/T 50001, 6.0.4; and those of feet and inches). ``1:12`` is a slope, ``1:2.5`` a mortar."""
_PRINTED_ALONE = re.compile(
    r"[\s(（]*(?:scale|比例|m)?[\s:：]*[\d/\"'′″’”=∶：:\s.\-]+[)）\s]*", re.IGNORECASE
)
_TITLE = re.compile(
    r"(?:图|详图|大样|剖面|立面|平面|plan|elevation|section|detail)\s*[\w\-~()（）]{0,8}\s*$", re.IGNORECASE
)
_NOT_TO_SCALE = re.compile(r"\b(n\.?t\.?s\.?|not to scale)(?!\w)|不按比例|无比例|示意", re.IGNORECASE)


@dataclass(frozen=True)
class SheetScales:
    """The scales of a sheet as ``1:100``, the most trusted first."""

    stated: tuple[str, ...]
    """By the title block, else by the drawing's frame."""
    printed: tuple[str, ...]
    """Others printed under views and details."""
    is_not_to_scale: bool
    """The title block says that nothing may be measured."""


def scales_of(title_block: str, hint: str, printed: Iterable[str]) -> SheetScales:
    """Put together what is known.

    Args:
        title_block: the title block's field.
        hint: of the manifest's page, when its frame tells.
        printed: see :func:`printed_scales`.
    """
    stated = parse_scale(title_block) or parse_scale(hint)
    others = [scale for scale in dict.fromkeys(printed) if scale not in stated]
    return SheetScales(
        tuple(stated[:MOST]),
        tuple(others[:MOST]),
        is_not_to_scale=not stated and _NOT_TO_SCALE.search(title_block) is not None,
    )


def printed_scales(texts: Sequence[str]) -> list[str]:
    """Scales that stand alone or close the title of a view, not those within sentences (slopes, mixtures)."""
    found: dict[str, None] = {}
    for text in texts:
        if len(text) > 80 or not any(mark in text for mark in (":", "：", "∶", "=", "/")):
            continue
        scales = [scale for scale in parse_scale(text) if scale in USUAL]
        if scales and (_PRINTED_ALONE.fullmatch(text) or _closes_title(text)):
            found.update(dict.fromkeys(scales))
    return list(found)[:MOST]


def _closes_title(text: str) -> bool:
    head = re.split(r"\d+\s*[:：∶/]\s*\d+\s*$", text)
    return len(head) == 2 and _TITLE.search(head[0]) is not None
