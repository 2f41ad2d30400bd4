"""Material patterns as line segments in paper millimetres (common building materials, GB/T 50001-2017, chapter 9)."""

import math
import random
from collections.abc import Sequence
from typing import TypeAlias

from app.cli.demo_set.canvas import Point

Segment: TypeAlias = tuple[float, float, float, float]


def pattern_lines(ring: Sequence[Point], pattern: str, pitch: float) -> list[Segment]:
    """Segments that cover the ring's bounding box; the caller clips them to the ring."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    if pattern == "ANSI31":
        return _slanted(x0, y0, x1, y1, pitch)
    if pattern == "BRICK":
        return _courses(x0, y0, x1, y1, pitch)
    if pattern == "TILE":
        return _grid(x0, y0, x1, y1, pitch)
    if pattern == "INSUL":
        return _zigzag(x0, y0, x1, y1, pitch)
    if pattern == "EARTH":
        return _slanted(x0, y0, x1, y1, pitch) + _specks(x0, y0, x1, y1, pitch * 3, triangles=False)
    return _slanted(x0, y0, x1, y1, pitch * 2) + _specks(x0, y0, x1, y1, pitch * 1.5, triangles=True)


def _slanted(x0: float, y0: float, x1: float, y1: float, pitch: float) -> list[Segment]:
    step, height = pitch * math.sqrt(2), y1 - y0
    start = math.floor((x0 - height) / step) * step
    count = int((x1 - start) / step) + 1
    return [(start + i * step, y0, start + i * step + height, y1) for i in range(count)]


def _grid(x0: float, y0: float, x1: float, y1: float, pitch: float) -> list[Segment]:
    rows = [(x0, y0 + i * pitch, x1, y0 + i * pitch) for i in range(1, int((y1 - y0) / pitch) + 1)]
    cols = [(x0 + i * pitch, y0, x0 + i * pitch, y1) for i in range(1, int((x1 - x0) / pitch) + 1)]
    return rows + cols


def _courses(x0: float, y0: float, x1: float, y1: float, pitch: float) -> list[Segment]:
    lines: list[Segment] = []
    for row in range(int((y1 - y0) / pitch) + 1):
        y = y0 + row * pitch
        lines.append((x0, y, x1, y))
        x = x0 + (pitch * 1.5 if row % 2 else 0)
        while x < x1:
            lines.append((x, y, x, min(y + pitch, y1)))
            x += pitch * 3
    return lines


def _zigzag(x0: float, y0: float, x1: float, y1: float, pitch: float) -> list[Segment]:
    lines: list[Segment] = []
    along_x = x1 - x0 >= y1 - y0
    length = x1 - x0 if along_x else y1 - y0
    for i in range(int(length / pitch) + 1):
        a, b = i * pitch, (i + 0.5) * pitch
        if along_x:
            lines += [(x0 + a, y0, x0 + b, y1), (x0 + b, y1, x0 + a + pitch, y0)]
        else:
            lines += [(x0, y0 + a, x1, y0 + b), (x1, y0 + b, x0, y0 + a + pitch)]
    return lines


def _specks(x0: float, y0: float, x1: float, y1: float, pitch: float, *, triangles: bool) -> list[Segment]:
    """Stones of concrete or grains of soil; the same place always has the same stones."""
    chance = random.Random(f"{x0:.2f} {y0:.2f} {x1:.2f} {y1:.2f}")  # noqa: S311 - decoration, not a secret
    lines: list[Segment] = []
    for _ in range(min(400, int((x1 - x0) * (y1 - y0) / (pitch * pitch)) + 1)):
        x, y = chance.uniform(x0, x1), chance.uniform(y0, y1)
        if not triangles:
            lines.append((x, y, x + 0.15, y))
            continue
        size, turn = chance.uniform(0.3, 0.8), chance.uniform(0, 2)
        ring = [(x + size * math.cos(turn + k * 2.1), y + size * math.sin(turn + k * 2.1)) for k in range(3)]
        lines += [(*ring[k], *ring[(k + 1) % 3]) for k in range(3)]
    return lines
