"""The picture of a seal as an object: the texts that its form needs, kept with the seal, drawn in the size a field has."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.kernel.errors import Refused
from app.seals.rules import SealKind
from app.seals.sealing.appearance.paths import Drawing
from app.seals.sealing.appearance.seals import (
    AS_BUILT_MM,
    ROUND_MM,
    BoxSeal,
    RoundSeal,
    draw_as_built,
    draw_box,
    draw_round,
)
from app.seals.sealing.pades import Picture
from app.seals.sealing.refusals import PICTURE_TOO_LARGE

_FITS = 0.05
"""Millimetres by which a field may be smaller than its picture: rounding of its corners."""
_ROUND = frozenset({SealKind.ISSUE, SealKind.REVIEW, SealKind.FIRM})
_WIDTHS = {SealKind.REGISTERED: (50.0, 42.0, 36.0), SealKind.PERSON: (36.0, 28.0, 22.0)}
MOST_ROWS = 5


def checked_picture(kind: SealKind, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a picture, as they are kept; drawn once, so that what cannot be drawn is refused now.

    Raises:
        Refused: ``seal-picture-text``.
    """
    if kind in _ROUND:
        kept: dict[str, Any] = {name: str(raw.get(name, "")).strip() for name in ("name", "line", "code")}
    elif kind is SealKind.AS_BUILT:
        kept = {"values": {str(k): str(v) for k, v in dict(raw.get("values", {})).items()}}
    else:
        rows = [[str(a).strip(), str(b).strip()] for a, b in list(raw.get("rows", []))[:MOST_ROWS]]
        kept = {"title": str(raw.get("title", "")).strip(), "rows": rows}
    draw_seal(kind, kept)
    return kept


def draw_seal(kind: SealKind, picture: Mapping[str, Any], width_mm: float | None = None) -> Drawing:
    """The picture in the width asked for, or in the best one.

    Raises:
        Refused: ``seal-picture-text``.
    """
    if kind in _ROUND:
        seal = RoundSeal(picture["name"], picture["line"], picture["code"])
        return draw_round(seal, width_mm or ROUND_MM[0])
    if kind is SealKind.AS_BUILT:
        return draw_as_built(picture["values"])
    box = BoxSeal(picture["title"], tuple((a, b) for a, b in picture["rows"]))
    return draw_box(box, width_mm or _WIDTHS[kind][0])


class Pictures:
    """The pictures of one seal, each size drawn once for all sheets of a set."""

    def __init__(self, kind: SealKind, picture: Mapping[str, Any]) -> None:
        self._kind = kind
        self._texts = picture
        self._in_width = lru_cache(maxsize=16)(self._drawn)

    def fitting(self, wide_mm: float, tall_mm: float) -> Picture | None:
        """The largest picture that a field has room for; None for a field that is not seen.

        Raises:
            Refused: ``seal-picture-too-large``.
        """
        if not wide_mm or not tall_mm:
            return None
        for width in self._widths():
            found = self._in_width(width)
            if found.width_mm <= wide_mm + _FITS and found.height_mm <= tall_mm + _FITS:
                return found
        least = self._in_width(self._widths()[-1])
        raise Refused(
            PICTURE_TOO_LARGE,
            picture=f"{least.width_mm:g}×{least.height_mm:g}",
            field=f"{wide_mm:.0f}×{tall_mm:.0f}",
        )

    def _widths(self) -> tuple[float, ...]:
        if self._kind in _ROUND:
            return ROUND_MM
        return (AS_BUILT_MM[0],) if self._kind is SealKind.AS_BUILT else _WIDTHS[self._kind]

    def _drawn(self, width: float) -> Picture:
        return draw_seal(self._kind, self._texts, width).picture()
