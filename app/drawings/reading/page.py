"""What reading takes and gives: a page as text runs and ruled lines; fields with their source and confidence.

Lengths are um; the origin is the lower left corner of the rotation-normalised page (ARCHITECTURE section 7, 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 with x0 <= x1 and y0 <= y1."""
TextTuple = tuple[str, int, int, int, int, int]
"""Text, its box, and the reading direction in degrees counter-clockwise."""


@dataclass(frozen=True)
class PageContent:
    """One page as a renderer's manifest tells it."""

    width_um: int
    height_um: int
    runs: Sequence[TextTuple]
    lines: Sequence[Box]
    """Axis-parallel ruled lines."""
    file_name: str = ""
    page: int = 0
    page_count: int = 1
    text_usable: bool = True
    """False when the text cannot be trusted; then only the file name is read."""


@dataclass(frozen=True)
class FieldReading:
    """One field, where it came from and how sure that is."""

    value: str
    source: str
    """``cell``, ``label``, ``pattern``, ``learned``, ``file_name`` or ``list``."""
    confidence: float
    """0 to 1; below 0.6 a person should look."""
    box: Box | None = None
    """Where it stands on the page; None when it does not come from the page."""


@dataclass(frozen=True)
class TitleBlockReading:
    """The fields of one sheet. A field that was not found is not in ``fields``.

    ``discipline`` holds an id of :class:`app.projects.rules.Discipline`, ``date`` ISO form, ``scale`` the normal
    form of :func:`parse_scale` joined by commas; all others are as printed.
    """

    fields: dict[str, FieldReading] = field(default_factory=dict)
    block_box: Box | None = None
    """Around the labels and values that were used."""


@dataclass(frozen=True)
class LearnedField:
    """Where an office prints a field: a box measured from the lower RIGHT corner of the page, x negative to the left."""

    field: str
    box: Box


@dataclass(frozen=True)
class ListRow:
    """One row of a drawing list (图纸目录)."""

    number: str
    title: str
    paper: str = ""
    revision: str = ""
    note: str = ""
    position: int = 0
    """Serial as printed, or counted from 1 where the list prints none."""


def around(boxes: Sequence[Box]) -> Box | None:
    """The smallest box that holds all of them; None for none."""
    if not boxes:
        return None
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
