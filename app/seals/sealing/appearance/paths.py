"""A drawing in mm: paths from the lower left corner, written out as PDF operators and as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.seals.sealing.pades import Picture

Step = tuple[str, tuple[float, ...]]
"""``m`` x y, ``l`` x y, ``c`` x1 y1 x2 y2 x y, ``h`` (ISO 32000-2, 8.5.2)."""


class Ink(StrEnum):
    """Colours of a drawing."""

    SEAL = "seal"
    PEN = "pen"
    """What is written into a stamp by hand or machine."""


_RGB = {Ink.SEAL: (0.82, 0.05, 0.09), Ink.PEN: (0.07, 0.07, 0.12)}

_PER_MM = 200
"""Written numbers are whole: 0.005 mm is finer than any printer, and short numbers pack well."""


@dataclass(frozen=True)
class Path:
    """One path: filled, drawn as a line, or both."""

    steps: tuple[Step, ...]
    is_filled: bool = True
    line_mm: float = 0.0
    ink: Ink = Ink.SEAL

    def moved(self, matrix: tuple[float, float, float, float, float, float]) -> "Path":
        """Under a matrix, as PDF writes it: x' = ax + cy + e, y' = bx + dy + f."""
        a, b, c, d, e, f = matrix
        steps = []
        for name, numbers in self.steps:
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            steps.append((name, tuple(n for x, y in pairs for n in (a * x + c * y + e, b * x + d * y + f))))
        return replace(self, steps=tuple(steps))


@dataclass(frozen=True)
class Drawing:
    """Paths on a rectangle."""

    width_mm: float
    height_mm: float
    paths: tuple[Path, ...]

    def operators(self) -> bytes:
        """As PDF operators in mm."""
        parts, ink, line = [f"0 J 1 j {1 / _PER_MM:g} 0 0 {1 / _PER_MM:g} 0 0 cm"], None, 0.0
        for path in self.paths:
            if path.ink is not ink:
                ink = path.ink
                colour = " ".join(f"{value:g}" for value in _RGB[ink])
                parts.append(f"{colour} rg {colour} RG")
            if path.line_mm and path.line_mm != line:
                line = path.line_mm
                parts.append(f"{_number(line)} w")
            parts += [" ".join([*map(_number, numbers), name]) for name, numbers in path.steps]
            parts.append("B" if path.is_filled and path.line_mm else "f" if path.is_filled else "S")
        return "\n".join(parts).encode()

    def svg(self) -> str:
        """As SVG of the same size in mm; its y runs down."""
        size = f"{_number(self.width_mm)} {_number(self.height_mm)}"
        parts = [
            '<svg xmlns="http://www.w3.org/2000/svg" stroke-linejoin="round"',
            f' width="{self.width_mm:g}mm" height="{self.height_mm:g}mm" viewBox="0 0 {size}">',
        ]
        for path in self.paths:
            colour = "#" + "".join(f"{round(value * 255):02x}" for value in _RGB[path.ink])
            fill = colour if path.is_filled else "none"
            line = f' stroke="{colour}" stroke-width="{_number(path.line_mm)}"' if path.line_mm else ""
            parts.append(f'<path d="{self._svg_steps(path.steps)}" fill="{fill}"{line}/>')
        return "".join([*parts, "</svg>"])

    def _svg_steps(self, steps: Iterable[Step]) -> str:
        letters = {"m": "M", "l": "L", "c": "C", "h": "Z"}
        words = []
        for name, numbers in steps:
            turned = [n if at % 2 == 0 else self.height_mm - n for at, n in enumerate(numbers)]
            words.append(letters[name] + " ".join(map(_number, turned)))
        return "".join(words)

    def picture(self) -> Picture:
        """For a seal's field; make it once, seal with it often."""
        return Picture.of(self.width_mm, self.height_mm, self.operators())


def _number(value: float) -> str:
    return str(round(value * _PER_MM))


def polygon(points: Sequence[tuple[float, float]], *, ink: Ink = Ink.SEAL) -> Path:
    """A filled polygon."""
    steps: list[Step] = [("l" if at else "m", point) for at, point in enumerate(points)]
    return Path((*steps, ("h", ())), ink=ink)


def line(points: Sequence[tuple[float, float]], line_mm: float, *, ink: Ink = Ink.SEAL) -> Path:
    """An open line."""
    return Path(
        tuple(("l" if at else "m", point) for at, point in enumerate(points)),
        is_filled=False,
        line_mm=line_mm,
        ink=ink,
    )


def frame(x: float, y: float, width: float, height: float, line_mm: float) -> Path:
    """A rectangle drawn as a line."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return replace(polygon(corners), is_filled=False, line_mm=line_mm)


def circle(x: float, y: float, radius: float, line_mm: float) -> Path:
    """A circle drawn as a line, of four arcs (off by 0.03 % of the radius)."""
    k = radius * 0.5522847
    r = radius
    steps: tuple[Step, ...] = (
        ("m", (x + r, y)),
        ("c", (x + r, y + k, x + k, y + r, x, y + r)),
        ("c", (x - k, y + r, x - r, y + k, x - r, y)),
        ("c", (x - r, y - k, x - k, y - r, x, y - r)),
        ("c", (x + k, y - r, x + r, y - k, x + r, y)),
        ("h", ()),
    )
    return Path(steps, is_filled=False, line_mm=line_mm)
