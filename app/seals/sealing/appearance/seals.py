"""The seals as they look: round for a firm, rectangular for a person, the as-built stamp with its nine fields."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kernel.errors import Refused
from app.kernel.labels import Label
from app.seals.sealing.appearance.letters import SANS, SERIF, Arc, Setting, set_arc, set_line, width_of
from app.seals.sealing.appearance.paths import Drawing, Ink, Path, circle, frame, line, polygon
from app.seals.sealing.refusals import PICTURE_TEXT

ROUND_MM = (40.0, 38.0, 35.0, 30.0)
"""Diameters of the round seal: 40 as a rule, smaller where a sheet has no room."""
_FEWEST, _MOST = 4, 30
AS_BUILT_MM = (80.0, 50.0)


@dataclass(frozen=True)
class RoundSeal:
    """A firm's seal."""

    name: str
    """On the arc, 4 to 30 characters."""
    line: str = ""
    """Below the star: 出图专用章."""
    code: str = ""
    """At the foot: the number under which the seal is registered."""
    has_star: bool = True
    centre: tuple[str, ...] = ()
    """Lines in the middle of a seal without a star: qualification, validity."""


def draw_round(seal: RoundSeal, diameter_mm: float = 40.0) -> Drawing:
    """A ring, the name on an arc from the lower left over the top, a star or lines, a line, a number.

    Raises:
        Refused: ``seal-picture-text``.
    """
    name = "".join(seal.name.split())
    if not _FEWEST <= len(name) <= _MOST:
        raise Refused(PICTURE_TEXT, text=seal.name)
    unit = diameter_mm / 40.0
    middle = diameter_mm / 2
    ring = 1.1 * unit
    paths = [circle(middle, middle, middle - ring / 2, ring)]
    em = (6.0 if len(name) <= 14 else 5.4 if len(name) <= 20 else 4.7 if len(name) <= 25 else 4.2) * unit
    reach = middle - ring - 0.9 * unit - em / 2
    span = 252.0 if not seal.code else 236.0
    arc = Arc(middle, middle, reach, min(span, 24.0 * (len(name) - 1)), 30.0)
    paths += set_arc(name, arc, Setting(em, SERIF, 0.14 * unit))
    inner = reach - em / 2 - 0.8 * unit
    if seal.has_star:
        paths.append(_star(middle, middle + 0.4 * unit, min(6.6 * unit, inner * 0.62)))
    else:
        paths += _centre(seal.centre, middle, inner, unit)
    if seal.line:
        height = 3.7 * unit
        at = middle - 10.6 * unit
        wide = 2 * math.sqrt(max(1.0, inner**2 - 9.0**2 * unit**2)) + 2.4 * unit
        box = (middle - wide / 2, at, wide, height)
        paths += set_line(seal.line, box, Setting(height, SANS, spread=0.12))
    if seal.code:
        small = 1.75 * unit
        foot = Arc(middle, middle, middle - ring - 0.75 * unit - small / 2, 84.0, 6.2, at_foot=True)
        paths += set_arc(seal.code, foot, Setting(small, SANS))
    return Drawing(diameter_mm, diameter_mm, tuple(paths))


def _star(x: float, y: float, radius: float) -> Path:
    """Five points, one up; the inner corners lie where the sides of a pentagram cross."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = []
    for number in range(10):
        angle = math.radians(90 + 36 * number)
        far = radius if number % 2 == 0 else inner
        corners.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    return polygon(corners)


def _centre(lines: Sequence[str], middle: float, inner: float, unit: float) -> list[Path]:
    """Lines in the middle, each as wide as the circle is at its height."""
    paths: list[Path] = []
    leading = 3.6 * unit
    for number, text in enumerate(lines):
        off = (len(lines) / 2 - number - 0.5) * leading + 1.2 * unit
        half = math.sqrt(max(1.0, inner**2 - (abs(off) + leading / 2) ** 2))
        box = (middle - half, middle + off - leading / 2, 2 * half, leading)
        paths += set_line(text, box, Setting(2.7 * unit, SANS))
    return paths


@dataclass(frozen=True)
class BoxSeal:
    """A registered person's seal, or any seal of lines in a frame."""

    title: str
    """中华人民共和国一级注册结构工程师."""
    rows: tuple[tuple[str, str], ...]
    """What, and its value: 姓名, 注册号, 单位, 有效期至."""


def draw_box(seal: BoxSeal, width_mm: float = 50.0) -> Drawing:
    """A double frame, the title, a rule, and the rows.

    Raises:
        Refused: ``seal-picture-text``.
    """
    unit = width_mm / 50.0
    title, row, edge = 7.2 * unit, 5.2 * unit, 1.9 * unit
    height = float(math.ceil(2 * edge + title + row * len(seal.rows) + 0.6 * unit))
    paths = [
        frame(0.4 * unit, 0.4 * unit, width_mm - 0.8 * unit, height - 0.8 * unit, 0.8 * unit),
        frame(1.3 * unit, 1.3 * unit, width_mm - 2.6 * unit, height - 2.6 * unit, 0.2 * unit),
    ]
    wide = width_mm - 2 * edge - 1.6 * unit
    left, at = edge + 0.8 * unit, height - edge - title
    paths += set_line(seal.title, (left, at, wide, title), Setting(3.9 * unit, SERIF, spread=0.06))
    paths.append(line([(1.3 * unit, at), (width_mm - 1.3 * unit, at)], 0.2 * unit))
    setting = Setting(3.1 * unit, SERIF)
    share = min(0.42 * wide, max((width_of(what, SERIF) for what, _ in seal.rows), default=0) * 3.1 * unit)
    at -= 0.3 * unit
    for what, value in seal.rows:
        at -= row
        paths += set_line(what, (left, at, share, row), setting, "left")
        gap = 1.6 * unit
        paths += set_line(value, (left + share + gap, at, wide - share - gap, row), setting, "left")
    return Drawing(width_mm, height, tuple(paths))


AS_BUILT_FIELDS: dict[str, Label] = {
    "contractor": Label("施工单位", "Contractor"),
    "compiler": Label("编制人", "Compiled by"),
    "checker": Label("审核人", "Checked by"),
    "technical_lead": Label("技术负责人", "Technical lead"),
    "date": Label("编制日期", "Date"),
    "supervisor": Label("监理单位", "Supervisor"),
    "chief": Label("总监", "Chief supervising engineer"),
    "engineer": Label("现场监理", "Supervising engineer"),
}
"""With the title, the nine fields of the stamp (DOMAIN 3.8)."""
_AS_BUILT_ROWS = (
    ("contractor",),
    ("compiler", "checker"),
    ("technical_lead", "date"),
    ("supervisor",),
    ("chief", "engineer"),
)
_TITLE_MM = 15.0
_ROW_MM = 7.0
_COLUMN_MM = 20.0


def draw_as_built(values: Mapping[str, str] | None = None) -> Drawing:
    """The as-built stamp, 80×50 mm: the title over five rows; what has no value stays empty.

    Raises:
        Refused: ``seal-picture-text``.
        KeyError: a value for a field the stamp does not have.
    """
    values = values or {}
    for name in values:
        AS_BUILT_FIELDS[name]
    wide, tall = AS_BUILT_MM
    edge = 0.5
    paths = [frame(edge / 2, edge / 2, wide - edge, tall - edge, edge)]
    paths += set_line("竣工图", (0, tall - _TITLE_MM, wide, _TITLE_MM), Setting(8.5, SERIF, 0.16, spread=0.9))
    label, written = Setting(3.3, SERIF), Setting(3.9, SERIF, ink=Ink.PEN)
    for number, names in enumerate(_AS_BUILT_ROWS):
        top = tall - _TITLE_MM - number * _ROW_MM
        paths.append(line([(0, top), (wide, top)], 0.25))
        foot, cell = top - _ROW_MM, wide / len(names)
        for column, name in enumerate(names):
            x = column * cell
            if column:
                paths.append(line([(x, top), (x, foot)], 0.25))
            paths.append(line([(x + _COLUMN_MM, top), (x + _COLUMN_MM, foot)], 0.25))
            box = (x + 0.9, foot, _COLUMN_MM - 1.8, _ROW_MM)
            paths += set_line(AS_BUILT_FIELDS[name].zh, box, label)
            box = (x + _COLUMN_MM + 0.9, foot + 0.5, cell - _COLUMN_MM - 1.8, _ROW_MM - 1.0)
            paths += set_line(values.get(name, ""), box, written)
    return Drawing(wide, tall, tuple(paths))
