"""Paper sizes: naming a page by its two sides.

GB/T 50001-2017 (房屋建筑制图统一标准) clause 3.1: A0 to A4, the lengthened long sides of table 3.1.3 and the two
special sizes of its note; beside them ISO 216 A and B, the elongated sizes of ISO 5457, ANSI/ASME Y14.1 and the
architectural inch sizes. A side may differ by 4 mm. GB names win where two series share a size.
"""

from __future__ import annotations

from fractions import Fraction

TOLERANCE_UM = 4_000

_BASE_MM = {"A0": (841, 1189), "A1": (594, 841), "A2": (420, 594), "A3": (297, 420), "A4": (210, 297)}
_LENGTHENED_MM: dict[str, tuple[int, int, tuple[int, ...]]] = {
    # size: (numerator of the first step, denominator, long sides), each next side one step further
    "A0": (1, 4, (1486, 1783, 2080, 2378)),
    "A1": (1, 4, (1051, 1261, 1471, 1682, 1892, 2102)),
    "A2": (1, 4, (743, 891, 1041, 1189, 1338, 1486, 1635, 1783, 1932, 2080)),
    "A3": (1, 2, (630, 841, 1051, 1261, 1471, 1682, 1892)),
}
_SPECIAL_MM = {"841×891": (841, 891), "1189×1261": (1189, 1261)}
_ISO_MM = {
    "A5": (148, 210),
    "A6": (105, 148),
    "2A0": (1189, 1682),
    "4A0": (1682, 2378),
    "A1.0": (594, 1189),
    "A2.1": (420, 841),
    "A3.2": (297, 594),
    "A3.0": (297, 1189),
    "B0": (1000, 1414),
    "B1": (707, 1000),
    "B2": (500, 707),
    "B3": (353, 500),
    "B4": (250, 353),
    "B5": (176, 250),
}
_INCH = {
    "ANSI A": (8.5, 11),
    "ANSI B": (11, 17),
    "ANSI C": (17, 22),
    "ANSI D": (22, 34),
    "ANSI E": (34, 44),
    "ARCH A": (9, 12),
    "ARCH B": (12, 18),
    "ARCH C": (18, 24),
    "ARCH D": (24, 36),
    "ARCH E": (36, 48),
    "ARCH E1": (30, 42),
    "Legal": (8.5, 14),
}


def _table() -> tuple[tuple[str, int, int], ...]:
    rows = [(name, a * 1000, b * 1000) for name, (a, b) in _BASE_MM.items()]
    for size, (first, denominator, sides) in _LENGTHENED_MM.items():
        for step, side in enumerate(sides):
            part = Fraction(first + step, denominator)
            rows.append((f"{size}+{part}", _BASE_MM[size][0] * 1000, side * 1000))
    rows += [(name, a * 1000, b * 1000) for name, (a, b) in (_SPECIAL_MM | _ISO_MM).items()]
    rows += [(name, round(a * 25_400), round(b * 25_400)) for name, (a, b) in _INCH.items()]
    return tuple(rows)


SIZES: tuple[tuple[str, int, int], ...] = _table()
"""Every known size as (name, short side, long side) in um."""


def name_paper(width_um: int, height_um: int) -> str:
    """The name of a sheet of this size, whichever way it lies; ``""`` when no entry is within 4 mm.

    Of several entries the nearest wins, and of equally near ones the first in :data:`SIZES` (GB before others).
    """
    short, long = sorted((width_um, height_um))
    best, best_off = "", TOLERANCE_UM + 1
    for name, a, b in SIZES:
        off = max(abs(short - a), abs(long - b))
        if off < best_off:
            best, best_off = name, off
    return best
