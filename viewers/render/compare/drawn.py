"""What is drawn on one sheet, as arrays: segments, who draws them, in which style, and the texts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from viewers.render.manifest import TextRun

MAX_SEGMENTS = 4_000_000
"""Of one sheet; an A0 sheet with a million paths has 1.5 to 3 million."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Origin:
    """The CAD entity behind drawn segments."""

    handle: str
    type: str
    layer: str
    block: str = ""
    """Name of the block, for inserts."""


@dataclass
class Drawn:
    """The content of a sheet in um of its sheet space. Curves are cut into segments, fills are their outlines."""

    width_um: int
    height_um: int
    segments: Floats
    """n × 4: x0, y0, x1, y1."""
    chain: Ints
    """n: number of the subpath; segments of one follow each other."""
    owner: Ints
    """n: number of the drawn object, or of the entity in ``origins``."""
    style: Ints
    """n: index into ``styles``."""
    styles: list[str]
    """Everything of a style but the width of the pen."""
    texts: list[TextRun]
    pictures: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Boxes of images."""
    origins: list[Origin] = field(default_factory=list)
    is_text_usable: bool = True
    pens: list[float] = field(default_factory=list)
    """Width of the pen of each style in um; empty where ``styles`` say it (CAD)."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width_um, self.height_um

    @property
    def lengths(self) -> Floats:
        """Length of each segment."""
        return lengths_of(self.segments)


def lengths_of(segments: Floats) -> Floats:
    """Length of each of n × 4 segments."""
    out: Floats = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    return out
