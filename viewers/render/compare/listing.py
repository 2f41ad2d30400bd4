"""The list of differences for paper: A4, each difference with both sheets around it, page x of y.

Runs inside the jailed child: it draws the pictures from the files themselves. Equal input gives equal bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from viewers.render.compare.list_values import LIST_NAME, DifferenceSheet, Listed
from viewers.render.compare.values import Box
from viewers.render.marks.drawing import Operators, disc, rgb, shown, width_of, words
from viewers.render.marks.pages import wrapped
from viewers.render.noto_font import embed
from viewers.render.pdf import load_page, open_pdf
from viewers.render.tiles import render_area

MOST_PICTURES = 80
"""Differences with pictures; what comes after has its words and its place."""
_WIDTH, _HEIGHT = 210.0, 297.0
_LEFT, _RIGHT, _TOP, _FOOT = 20.0, 15.0, 18.0, 15.0
_INDENT = 11.0
_TITLE, _HEAD, _BODY, _SMALL = 5.2, 3.7, 3.4, 2.8
_LEADING = 1.5
_INK, _GREY, _RING = "0.106 0.141 0.188", "0.353 0.400 0.463", "0.761 0.255 0.047"
_PICTURE = 80.0, 46.0
"""Width and height, mm: two and the gap fill the column."""
_GAP = 4.0
_PIXELS = 640
_LEAST_UM = 40_000
"""Width of what a picture shows, at least."""
_PER_MM = 72 / 25.4
_UM_PER_POINT = 25_400 / 72
_RULE = f"0.2 w 0.82 G {_LEFT} {{y:.2f}} m {_WIDTH - _RIGHT} {{y:.2f}} l S\n"


@dataclass(frozen=True)
class _Row:
    """Something of a height, and what draws it from the height of its foot (mm)."""

    height: float
    draw: Callable[[float], Operators]


def compose_differences(
    before: tuple[Path, int], after: tuple[Path, int], sheet: DifferenceSheet, out: Path
) -> None:
    """Write ``out/differences.pdf``.

    Raises:
        RenderRefused: a file cannot be read.
    """
    with pikepdf.new() as pdf:
        font = embed(pdf, _letters(sheet))
        pictures = _Pictures(pdf, before, after)
        try:
            pages = _paged(list(_blocks(sheet, pictures)))
        finally:
            pictures.close()
        for number, rows in enumerate(pages, start=1):
            _add_page(pdf, sheet, rows, font, pictures.named, (number, len(pages)))
        pdf.docinfo[Name.Title] = pikepdf.String(sheet.title)
        pdf.save(out / LIST_NAME, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _letters(sheet: DifferenceSheet) -> frozenset[str]:
    """Every character that may be set."""
    texts = [sheet.title, *sheet.subtitle, *sheet.labels, sheet.foot, sheet.page, sheet.none, "0123456789C□ "]
    for item in sheet.items:
        texts += [item.number, item.head, *item.facts]
    return frozenset(shown("".join(texts).replace("\n", "")))


class _Pictures:
    """Windows of both sheets as images of the list."""

    def __init__(self, pdf: pikepdf.Pdf, before: tuple[Path, int], after: tuple[Path, int]) -> None:
        self._pdf = pdf
        self._documents = [open_pdf(before[0]), open_pdf(after[0])]
        self._pages = [
            load_page(document, index)
            for document, index in zip(self._documents, (before[1], after[1]), strict=True)
        ]
        self.named: dict[str, Any] = {}

    def window(self, side: int, box: Box) -> tuple[str, Box]:
        """The name of a picture around a box, and what it shows (um)."""
        around = _around(box)
        scale = _PIXELS / ((around[2] - around[0]) / _UM_PER_POINT)
        page = self._pages[side]
        left = round(around[0] / _UM_PER_POINT * scale)
        top = round((page.get_height() - around[3] / _UM_PER_POINT) * scale)
        image = render_area(page, scale, left, top, _PIXELS, round(_PIXELS * _PICTURE[1] / _PICTURE[0]))
        stream = pikepdf.Stream(self._pdf, zlib.compress(image.convert("RGB").tobytes(), 6))
        facts = {
            Name.Type: Name.XObject,
            Name.Subtype: Name.Image,
            Name.Width: image.width,
            Name.Height: image.height,
            Name.ColorSpace: Name.DeviceRGB,
            Name.BitsPerComponent: 8,
            Name.Filter: Name.FlateDecode,
        }
        for key, value in facts.items():
            stream[key] = value
        name = f"P{len(self.named)}"
        self.named[name] = self._pdf.make_indirect(stream)
        return name, around

    def close(self) -> None:
        """Let go of both files."""
        for page in self._pages:
            page.close()
        for document in self._documents:
            document.close()


def _around(box: Box) -> Box:
    """The box with room, in the shape of a picture."""
    wide, high = box[2] - box[0], box[3] - box[1]
    width = max(_LEAST_UM, 1.5 * wide, 1.5 * high * _PICTURE[0] / _PICTURE[1])
    height = width * _PICTURE[1] / _PICTURE[0]
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return round(x - width / 2), round(y - height / 2), round(x + width / 2), round(y + height / 2)


# -- what stands on the pages -------------------------------------------------------------------------------------


def _blocks(sheet: DifferenceSheet, pictures: _Pictures) -> Iterator[list[_Row]]:
    head = list(_lines(sheet.title, _LEFT, _TITLE, _INK))
    for line in "\n".join(sheet.subtitle).split("\n"):
        head += _lines(line, _LEFT, _SMALL, _GREY)
    yield head
    if not sheet.items:
        yield [_space(4), *_lines(sheet.none, _LEFT, _BODY, _GREY)]
    for n, item in enumerate(sheet.items):
        rows = [_head(item)]
        for fact in item.facts:
            rows += _lines(fact, _LEFT + _INDENT, _BODY, _INK)
        if n < MOST_PICTURES:
            rows.append(_pair(item, sheet.labels, pictures))
        yield rows


def _space(height: float) -> _Row:
    return _Row(height, lambda _: [])


def _lines(text: str, x: float, size: float, colour: str) -> Iterator[_Row]:
    for line in wrapped(text, (_WIDTH - _RIGHT - x) / size):
        yield _Row(
            size * _LEADING,
            lambda y, line=line: [f"{colour} rg ", *words(line, x, y + size * 0.3, size)],  # type: ignore[misc]
        )


def _head(item: Listed) -> _Row:
    red, green, blue = rgb(item.ink)
    size = 2.9 if len(item.number) < 3 else 2.2

    def draw(y: float) -> Operators:
        base, x = y + 1.6, _LEFT + 3.2
        middle = base + _HEAD * 0.36
        return [
            _RULE.format(y=y + 9.5),
            f"{red:.3f} {green:.3f} {blue:.3f} rg ",
            *disc(x, middle, 3.0),
            "f\n1 g ",
            *words(item.number, x - width_of(item.number) * size / 2, middle - size * 0.36, size),
            f"{_INK} rg ",
            *words(item.head, _LEFT + _INDENT, base, _HEAD),
        ]

    return _Row(11.0, draw)


def _pair(item: Listed, labels: tuple[str, str], pictures: _Pictures) -> _Row:
    shown_pairs = [(*pictures.window(side, box), box) for side, box in enumerate((item.before, item.after))]

    def draw(y: float) -> Operators:
        out: Operators = []
        for n, (name, around, box) in enumerate(shown_pairs):
            x = _LEFT + _INDENT + n * (_PICTURE[0] + _GAP)
            out += _picture(name, around, box, x, y + 5.5)
            out += [f"{_GREY} rg ", *words(labels[n], x, y + 1.8, _SMALL)]
        return out

    return _Row(_PICTURE[1] + 8.0, draw)


def _picture(name: str, around: Box, box: Box, x: float, y: float) -> Operators:
    """An image with a ring around what changed and a thin frame."""
    width, height = _PICTURE
    k = width / (around[2] - around[0])
    x0, y0 = x + (box[0] - around[0]) * k - 0.8, y + (box[1] - around[1]) * k - 0.8
    wide, high = (box[2] - box[0]) * k + 1.6, (box[3] - box[1]) * k + 1.6
    return [
        f"q {x:.2f} {y:.2f} {width} {height} re W n q {width} 0 0 {height} {x:.2f} {y:.2f} cm /{name} Do Q\n",
        f"{_RING} RG 0.5 w {x0:.2f} {y0:.2f} {wide:.2f} {high:.2f} re S Q\n",
        f"0.2 w 0.7 G {x:.2f} {y:.2f} {width} {height} re S\n",
    ]


def _paged(blocks: Sequence[Sequence[_Row]]) -> list[list[tuple[float, _Row]]]:
    """Rows with the height of their foot; a block is broken only when it is longer than a page."""
    pages: list[list[tuple[float, _Row]]] = [[]]
    y = top = _HEIGHT - _TOP
    for block in blocks:
        whole = sum(row.height for row in block)
        if y - whole < _FOOT + 4 and whole < top - _FOOT - 4:
            pages.append([])
            y = top
        for row in block:
            if y - row.height < _FOOT + 4:
                pages.append([])
                y = top
            y -= row.height
            pages[-1].append((y, row))
    return pages


def _add_page(
    pdf: pikepdf.Pdf,
    sheet: DifferenceSheet,
    rows: Sequence[tuple[float, _Row]],
    font: Any,
    pictures: dict[str, Any],
    place: tuple[int, int],
) -> None:
    out = [f"{_PER_MM:.6f} 0 0 {_PER_MM:.6f} 0 0 cm\n"]
    for y, row in rows:
        out += row.draw(y)
    out += [_RULE.format(y=_FOOT), f"{_GREY} rg ", *words(sheet.foot, _LEFT, _FOOT - 4.5, _SMALL)]
    label = sheet.page.format(n=place[0], all=place[1])
    out += words(label, _WIDTH - _RIGHT - width_of(label) * _SMALL, _FOOT - 4.5, _SMALL)
    content = "".join(out)
    page = pdf.add_blank_page(page_size=(_WIDTH * _PER_MM, _HEIGHT * _PER_MM))
    used = {f"/{name}": image for name, image in pictures.items() if f"/{name} Do" in content}
    page.obj[Name.Resources] = Dictionary(Font=Dictionary(F=font), XObject=Dictionary(used))
    page.obj[Name.Contents] = pdf.make_stream(content.encode("ascii"))
    page.obj[Name.MediaBox] = Array([0, 0, round(_WIDTH * _PER_MM, 3), round(_HEIGHT * _PER_MM, 3)])
