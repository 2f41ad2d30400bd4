"""Tables and running text on a sheet."""

from collections.abc import Iterable, Sequence

from app.cli.demo_set.canvas import View, text_width

CLOSERS = "，。；：、）】》！？,.;:)%"


def wrap(text: str, width: float, height: float, narrow: float = 0.8) -> list[str]:
    """The text broken into lines no wider than `width` mm; a closing mark never begins a line."""
    lines: list[str] = []
    line = ""
    for char in text:
        if text_width(line + char, height, narrow) > width and char not in CLOSERS and line:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line] if line else lines


def paragraphs(
    v: View,
    x: float,
    top: float,
    width: float,
    bottom: float,
    texts: Iterable[str],
    *,
    columns: int = 1,
    gap: float = 12,
    height: float = 3.5,
    pitch: float = 1.75,
) -> list[tuple[float, float, float]]:
    """Notes set in columns between `top` and `bottom` (paper mm); a text that starts with # is a heading.

    Returns left edge, top and bottom of each text (of its last column).
    Raises ValueError when it does not fit, because a note that runs off its sheet would be a wrong drawing.
    """
    each = (width - gap * (columns - 1)) / columns
    column, y = 0, top
    places: list[tuple[float, float, float]] = []
    for text in texts:
        heading = text.startswith("#")
        size = height * 1.3 if heading else height
        start, first = column, y
        indent = 0.0 if heading or text[:1] in "一二三四五六七八九十" else 3.0
        y -= 2.0 if heading else 0.0
        for number, line in enumerate(wrap(text.lstrip("#"), each - indent - 2, size)):
            if y - size * pitch < bottom:
                column, y = column + 1, top
                if column >= columns:
                    raise ValueError(f"the notes do not fit: {line}")
            y -= size * pitch
            shift = indent + (3.0 if number and not heading else 0.0)
            v.text(x + column * (each + gap) + shift, y, line, size)
        places.append((x + column * (each + gap), first if start == column else top, y))
    return places


def fitted(
    v: View,
    x: float,
    y: float,
    w: float,
    h: float,
    value: str,
    height: float,
    *,
    tag: str = "",
    anchor: str = "c",
    layer: str = "文字",
) -> None:
    """A value centred (or at the left) in its cell: broken into lines, then made smaller, until it fits."""
    size, narrow = height, 0.8
    lines = wrap(value, w - 2, size, narrow)
    while len(lines) * size * 1.4 > h and size > 2.0:
        size -= 0.25
        lines = wrap(value, w - 2, size, narrow)
    if len(lines) == 2 and len(lines[1]) < len(lines[0]) / 2 and lines[0].isalnum():
        half = (len(value) + 1) // 2
        lines = [value[:half], value[half:]]
    top = y + h / 2 + (len(lines) - 1) * size * 0.7
    for i, line in enumerate(lines):
        px = x + w / 2 if anchor == "c" else x + 1.2
        suffix = tag if i == 0 or not tag else f"{tag}{i + 1}"
        v.text(px, top - i * size * 1.4, line, size, f"{anchor}m", tag=suffix, layer=layer)


def table(
    v: View,
    x: float,
    top: float,
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
    *,
    row: float = 8,
    height: float = 3.5,
    head: int = 1,
    left: frozenset[int] = frozenset(),
) -> float:
    """A ruled table from its upper left corner; columns in `left` are set flush left. Returns its lower edge."""
    total = sum(widths)
    bottom = top - row * len(rows)
    for i in range(len(rows) + 1):
        v.line(x, top - i * row, x + total, top - i * row, "表格", 0.18)
    edge = x
    for w in (*widths, 0.0):
        v.line(edge, bottom, edge, top, "表格", 0.18)
        edge += w
    v.rect(x, bottom, total, row * len(rows), "表格", 0.5)
    v.line(x, top - row * head, x + total, top - row * head, "表格", 0.35)
    for i, values in enumerate(rows):
        edge = x
        for j, (value, w) in enumerate(zip(values, widths, strict=True)):
            side = "l" if j in left and i >= head else "c"
            fitted(v, edge, top - (i + 1) * row, w, row, value, height, anchor=side)
            edge += w
    return bottom
