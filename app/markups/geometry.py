"""Reading what scripts send as anchors and shapes: sheet space, integer um; whatever is not exactly right is refused."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.kernel.errors import invalid
from app.kernel.text import UnprintableText, tidy
from app.markups.rules import (
    BASIS_FIELDS,
    FARTHEST_UM,
    KINDS,
    MEASURE_POINTS,
    MOST_POINTS,
    MOST_TEXT,
    MarkKind,
    Measure,
    Stamp,
)

TEXT_SIZE_UM = (1_000, 100_000)
"""Height of a text's letters on paper."""
SCALES = (1, 100_000)
Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in um; x0 <= x1, y0 <= y1."""
Reader = Callable[[Any, str], Any]


def read_anchor(raw: Any) -> dict[str, Any]:
    """What a mark is fixed to: ``point``, ``region``, ``entity``, ``text`` run or the whole ``sheet``.

    Raises:
        Refused: ``invalid-input`` for any other form, field or value.
    """
    if not isinstance(raw, Mapping):
        raise invalid("anchor", "需要对象", "an object is needed")
    kind = raw.get("type")
    fields = ANCHORS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise invalid("anchor.type", f"应为 {'、'.join(ANCHORS)} 之一", f"is one of {', '.join(ANCHORS)}")
    read = _fields(raw, {"type": _word, **fields}, "anchor")
    if "x0" in read and not (read["x0"] <= read["x1"] and read["y0"] <= read["y1"]):
        raise invalid("anchor", "左下角应在右上角之前", "the lower left corner comes first")
    return read


def read_shape(kind: MarkKind, raw: Any) -> dict[str, Any]:
    """What is drawn: ``paths`` of points, and what the kind has besides (``size``, ``stamp``, ``measure`` and ``scale``).

    Raises:
        Refused: ``invalid-input``.
    """
    if not isinstance(raw, Mapping):
        raise invalid("shape", "需要对象", "an object is needed")
    read = _fields(raw, {"paths": _paths, **SHAPES.get(kind, {})}, "shape")
    rule, paths = KINDS[kind], read["paths"]
    if len(paths) > rule.paths:
        raise invalid("shape.paths", f"此类批注最多 {rule.paths} 笔", f"at most {rule.paths} of this kind")
    if sum(len(path) for path in paths) > MOST_POINTS:
        raise invalid("shape.paths", f"超过 {MOST_POINTS} 个点", f"has more than {MOST_POINTS} points")
    fewest, most = rule.fewest, rule.most
    if kind is MarkKind.MEASUREMENT:
        fewest, most = MEASURE_POINTS[Measure(read["measure"])]
    for path in paths:
        if not fewest <= len(path) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest}–{most}"
            raise invalid("shape.paths", f"需要 {wanted} 个点", f"{wanted} points are needed")
    return read


def read_basis(kind: MarkKind, raw: Any) -> dict[str, str]:
    """The basis of an as-built mark (name, date, number, clause); empty for every other kind.

    Raises:
        Refused: ``invalid-input``; an as-built mark without the name of its basis.
    """
    if not KINDS[kind].needs_basis:
        if raw not in (None, {}):
            raise invalid("basis", "此类批注没有依据", "this kind has no basis")
        return {}
    if not isinstance(raw, Mapping) or set(raw) - set(BASIS_FIELDS):
        raise invalid("basis", "应写明依据名称、日期、编号、条款", "name, date, number and clause are needed")
    read = {name: _line(raw.get(name, ""), f"basis.{name}") for name in BASIS_FIELDS}
    if not read["name"]:
        raise invalid("basis.name", "竣工改绘须写明依据", "an as-built mark names its basis")
    return read


def read_text(raw: Any, name: str = "text", *, is_needed: bool = False) -> str:
    """Text of several lines, as typed but for invisible characters.

    Raises:
        Refused: ``invalid-input``.
    """
    if not isinstance(raw, str) or len(raw) > MOST_TEXT:
        raise invalid(
            name, f"需要不超过 {MOST_TEXT} 字的文本", f"is a text of at most {MOST_TEXT} characters"
        )
    try:
        read = "\n".join(tidy(line) for line in raw.splitlines()).strip()
    except UnprintableText as error:
        raise invalid(name, "含不可见字符", "has invisible characters") from error
    if is_needed and not read:
        raise invalid(name, "不能为空", "must not be empty")
    return read


def box_of(anchor: Mapping[str, Any], shape: Mapping[str, Any]) -> Box:
    """The box around everything that is drawn, or around the anchor where nothing is."""
    points = [p for path in shape["paths"] for p in path]
    if not points and "x0" in anchor:
        return anchor["x0"], anchor["y0"], anchor["x1"], anchor["y1"]
    xs, ys = [p[0] for p in points] or [anchor.get("x", 0)], [p[1] for p in points] or [anchor.get("y", 0)]
    return min(xs), min(ys), max(xs), max(ys)


def measured(shape: Mapping[str, Any]) -> str:
    """What a measurement says, at its scale: ``12.345 m``, ``8.20 m²``, ``37.5°``."""
    path, scale = shape["paths"][0], shape["scale"]
    if shape["measure"] == Measure.LENGTH:
        length = sum(math.dist(a, b) for a, b in pairwise(path))
        return f"{length * scale / 1e6:.3f} m"
    if shape["measure"] == Measure.AREA:
        turns = zip(path, [*path[1:], path[0]], strict=True)
        twice = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turns))
        return f"{twice / 2 * scale * scale / 1e12:.2f} m²"
    (ax, ay), (bx, by), (cx, cy) = path
    turn = math.degrees(math.atan2(ay - by, ax - bx) - math.atan2(cy - by, cx - bx)) % 360
    return f"{min(turn, 360 - turn):.1f}°"


# -- fields ------------------------------------------------------------------------------------------------------------


def _fields(raw: Mapping[str, Any], wanted: Mapping[str, Reader], name: str) -> dict[str, Any]:
    if extra := sorted(map(str, set(raw) - set(wanted))):
        raise invalid(name, f"多余的字段 {extra[0][:40]}", f"has no field {extra[0][:40]}")
    if missing := sorted(set(wanted) - set(raw)):
        raise invalid(f"{name}.{missing[0]}", "缺少该字段", "is missing")
    return {key: reader(raw[key], f"{name}.{key}") for key, reader in wanted.items()}


def _whole(raw: Any, name: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise invalid(name, "需要整数（微米）", "is a whole number of micrometres")
    if abs(raw) > FARTHEST_UM:
        raise invalid(name, "超出图面 20 m", "lies more than 20 m away")
    return raw


def _between(least: int, most: int) -> Reader:
    def read(raw: Any, name: str) -> int:
        if not least <= _whole(raw, name) <= most:
            raise invalid(name, f"应在 {least} 至 {most} 之间", f"is between {least} and {most}")
        return int(raw)

    return read


def _one_of(values: Sequence[str]) -> Reader:
    def read(raw: Any, name: str) -> str:
        if raw not in values or not isinstance(raw, str):
            raise invalid(name, f"应为 {'、'.join(values)} 之一", f"is one of {', '.join(values)}")
        return str(raw)

    return read


def _word(raw: Any, name: str) -> str:
    del name
    return str(raw)


def _line(raw: Any, name: str) -> str:
    read = read_text(raw, name)
    if len(read) > 200 or "\n" in read:
        raise invalid(name, "需要一行不超过 200 字的文本", "is one line of at most 200 characters")
    return read


def _name(raw: Any, name: str) -> str:
    read = _line(raw, name)
    if not read:
        raise invalid(name, "不能为空", "must not be empty")
    return read


def _paths(raw: Any, name: str) -> list[list[list[int]]]:
    if not isinstance(raw, list) or not raw or not all(isinstance(path, list) for path in raw):
        raise invalid(name, "需要由点组成的线", "is a list of lists of points")
    if sum(map(len, raw)) > MOST_POINTS:
        raise invalid(name, f"超过 {MOST_POINTS} 个点", f"has more than {MOST_POINTS} points")
    return [[_point(point, name) for point in path] for path in raw]


def _point(raw: Any, name: str) -> list[int]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise invalid(name, "点应为 [x, y]", "a point is [x, y]")
    return [_whole(raw[0], name), _whole(raw[1], name)]


_BOX: Mapping[str, Reader] = {"x0": _whole, "y0": _whole, "x1": _whole, "y1": _whole}
ANCHORS: Mapping[str, Mapping[str, Reader]] = {
    "point": {"x": _whole, "y": _whole},
    "region": _BOX,
    "entity": {"handle": _name, "x": _whole, "y": _whole},
    "text": {"text": _name, **_BOX},
    "sheet": {},
}
"""The typed union, beside its ``type``: each form with exactly these fields."""
SHAPES: Mapping[MarkKind, Mapping[str, Reader]] = {
    MarkKind.TEXT: {"size": _between(*TEXT_SIZE_UM)},
    MarkKind.STAMP: {"stamp": _one_of(tuple(Stamp))},
    MarkKind.MEASUREMENT: {"measure": _one_of(tuple(Measure)), "scale": _between(*SCALES)},
}
"""What a kind has beside its paths."""
