"""The list of marks after the sheet of a copy: A4, numbered as on the sheet, with their threads, page x of y."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viewers.render.marks.drawing import disc, rgb, width_of, words
from viewers.render.marks.values import DrawnMark, MarkSheet

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
_LEFT, _RIGHT, _TOP, _FOOT = 20.0, 15.0, 18.0, 15.0
_INDENT, _REPLY = 11.0, 16.0
_TITLE, _HEAD, _BODY, _SMALL = 5.2, 3.7, 3.4, 2.8
_LEADING = 1.5
_INK, _GREY = "0.106 0.141 0.188", "0.353 0.400 0.463"
_WORD = re.compile(r"[\x21-\x7e\u00c0-\u024f]+|\s+|.", re.DOTALL)
"""What is not broken: a Latin word; everything else breaks anywhere."""


@dataclass(frozen=True)
class _Line:
    """One line as it is set."""

    x: float
    size: float
    colour: str
    text: str
    gap: float = 0.0
    """Above it, mm."""
    badge: DrawnMark | None = None
    rule: bool = False
    """A thin line above."""


def list_pages(sheet: MarkSheet) -> list[bytes]:
    """Operators of each page, in mm; text is in the font ``/F``."""
    pages: list[list[tuple[float, _Line]]] = [[]]
    y = HEIGHT_MM - _TOP
    for block in _blocks(sheet):
        for n, line in enumerate(block):
            step = line.size * _LEADING + line.gap
            ahead = sum(b.size * _LEADING + b.gap for b in block[n : n + 2])  # no head stands alone at a foot
            if y - ahead < _FOOT + 5:
                pages.append([])
                y = HEIGHT_MM - _TOP
            y -= step
            pages[-1].append((y, line))
    return [_page(sheet, lines, n + 1, len(pages)) for n, lines in enumerate(pages)]


def _page(sheet: MarkSheet, lines: Sequence[tuple[float, _Line]], number: int, of: int) -> bytes:
    out: list[str] = []
    for y, line in lines:
        if line.rule:
            top = y + line.size * _LEADING + line.gap / 2
            out.append(f"0.2 w 0.82 G {_LEFT} {top:.2f} m {WIDTH_MM - _RIGHT} {top:.2f} l S\n")
        if line.badge is not None:
            out += _badge(line.badge, y)
        out.append(f"{line.colour} rg ")
        out += words(line.text, line.x, y, line.size)
    out.append(f"{_GREY} rg 0.2 w 0.82 G {_LEFT} {_FOOT} m {WIDTH_MM - _RIGHT} {_FOOT} l S\n")
    out += words(sheet.foot, _LEFT, _FOOT - 4.5, _SMALL)
    label = sheet.page.format(n=number, all=of)
    out += words(label, WIDTH_MM - _RIGHT - width_of(label) * _SMALL, _FOOT - 4.5, _SMALL)
    return "".join(out).encode("ascii")


def _badge(mark: DrawnMark, y: float) -> list[str]:
    red, green, blue = rgb(mark.ink)
    label = str(mark.number)
    size = 2.9 if mark.number < 100 else 2.2
    x, middle = _LEFT + 3.2, y + _HEAD * 0.36
    return [
        f"{red:.3f} {green:.3f} {blue:.3f} rg ",
        *disc(x, middle, 3.0),
        "f\n1 g ",
        *words(label, x - width_of(label) * size / 2, middle - size * 0.36, size),
    ]


def _blocks(sheet: MarkSheet) -> Iterator[list[_Line]]:
    yield [
        *_set(sheet.title, _LEFT, _TITLE, _INK),
        *_set(sheet.subtitle, _LEFT, _SMALL, _GREY),
    ]
    if not sheet.marks:
        yield [_Line(_LEFT, _BODY, _GREY, sheet.none, gap=6.0)]
    for mark in sheet.marks:
        yield _block(mark)


def _block(mark: DrawnMark) -> list[_Line]:
    x = _LEFT + _INDENT
    head = " · ".join(part for part in (mark.kind_label, mark.field, mark.status, mark.caption) if part)
    lines = [_Line(x, _HEAD, _INK, head, gap=4.0, badge=mark, rule=True)]
    lines += _set(f"{mark.author}  {mark.at}", x, _SMALL, _GREY)
    for fact in mark.facts:
        lines += _set(fact, x, _BODY, _INK)
    if mark.text:
        lines += _set(mark.text, x, _BODY, _INK)
    for said in mark.thread:
        lines += [
            *_set(f"{said.author}  {said.at}", _LEFT + _REPLY, _SMALL, _GREY, gap=1.5),
            *_set(said.text, _LEFT + _REPLY, _BODY, _INK),
        ]
    return lines


def _set(text: str, x: float, size: float, colour: str, gap: float = 0.0) -> list[_Line]:
    room = (WIDTH_MM - _RIGHT - x) / size
    lines = [line for part in text.split("\n") for line in wrapped(part, room)]
    return [_Line(x, size, colour, line, gap=gap if n == 0 else 0.0) for n, line in enumerate(lines)]


def wrapped(text: str, room: float) -> Iterator[str]:
    """A text in lines of at most ``room`` em."""
    line, used = "", 0.0
    for piece in _WORD.findall(text):
        for part in _fitting(piece, room):
            width = width_of(part)
            if line and used + width > room:
                yield line
                line, used = ("", 0.0) if part.isspace() else (part, width)
            else:
                line, used = line + part, used + width
    yield line


def _fitting(piece: str, room: float) -> Iterator[str]:
    """A word that is longer than a line is cut."""
    if width_of(piece) <= room:
        yield piece
    else:
        yield from piece
