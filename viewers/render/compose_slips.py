"""Change slips on a copy: their regions ringed on the sheet, their papers behind it, each page saying whose it is.

Runs inside the jailed child. Rings and header lines are derived and lie beside what was drawn, never in it. A paper that
cannot be shown does not go missing: a page says that there is one, and why it is not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Name

from viewers.render.compose_stamp import advance, text_operators
from viewers.render.compose_upright import POINTS_PER_MM, decimal, keep_only, turn_upright, user_unit
from viewers.render.errors import RenderRefused
from viewers.render.pdf_opening import open_to_copy

MOST_PAGES = 100
"""Pages of one paper that follow a sheet; a longer one is named instead."""
_HEADER_MM, _EM_MM, _LEAST_EM_MM = 9.0, 3.2, 1.6
_RING_MM, _LABEL_EM_MM = 0.7, 3.0
_RED = "0.78 0.08 0.08"
_A4_MM = (210.0, 297.0)
_MOST_TEXT = 300


@dataclass(frozen=True)
class SlipPage:
    """One paper of a slip."""

    name: str
    """Which of the files handed in; empty: there is none, and a page says so."""
    header: str
    """What stands above each of its pages."""
    why: tuple[str, ...] = ()
    """What a page says where the paper cannot be shown."""


@dataclass(frozen=True)
class PrintedSlip:
    """A change slip in force on the sheet."""

    number: str
    boxes_um: tuple[tuple[int, int, int, int], ...]
    """Its regions in sheet space; empty: the whole sheet, and no ring."""
    papers: tuple[SlipPage, ...]

    @classmethod
    def of(cls, raw: Any) -> PrintedSlip:
        """Read a slip as it came over the wire."""
        boxes = []
        for box in raw["boxes_um"]:
            x0, y0, x1, y1 = (int(value) for value in box)
            boxes.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        papers = tuple(
            SlipPage(str(p["name"]), _short(p["header"]), tuple(_short(line) for line in p["why"]))
            for p in raw["papers"]
        )
        return cls(_short(raw["number"]), tuple(boxes), papers)


def boxes_mm(slips: Sequence[PrintedSlip]) -> list[tuple[float, float, float, float]]:
    """Where the stamp must not stand."""
    return [
        (x0 / 1000, y0 / 1000, x1 / 1000, y1 / 1000) for slip in slips for x0, y0, x1, y1 in slip.boxes_um
    ]


def draw_rings(page: pikepdf.Page, slips: Sequence[PrintedSlip], mm: float) -> None:
    """A dashed red ring around each region with the slip's number at its corner.

    Args:
        page: the upright page.
        slips: the slips.
        mm: units of the page per millimetre.
    """
    parts = [_ring(slip.number, box) for slip in slips for box in slip.boxes_um]
    if parts:
        start = f"q {mm:.6f} 0 0 {mm:.6f} 0 0 cm\n"
        page.contents_add((start + "".join(parts) + "Q\n").encode())
        page.contents_coalesce()


def append_papers(pdf: pikepdf.Pdf, slips: Sequence[PrintedSlip], files: Mapping[str, Path]) -> None:
    """Add the pages of every paper, in the order of the slips."""
    for slip in slips:
        for paper in slip.papers:
            if not paper.name:
                _add_notice(pdf, paper)
                continue
            try:
                _add_paper(pdf, paper, files[paper.name])
            except RenderRefused as error:
                _add_notice(pdf, paper, f"无法收入 Cannot be shown here: {error.code}")


def _add_paper(pdf: pikepdf.Pdf, paper: SlipPage, path: Path) -> None:
    with open_to_copy(path) as source:
        count = len(source.pages)
        if not 0 < count <= MOST_PAGES:
            raise RenderRefused("too-many-pages", {"pages": count})
        source.flatten_annotations("all")
        for number in range(count):
            single = pikepdf.new()
            single.pages.append(source.pages[number])
            keep_only(single, 0)
            width, height = turn_upright(single)
            mm = POINTS_PER_MM / user_unit(single)
            page = single.pages[0]
            page.obj[Name.MediaBox] = Array([0, 0, decimal(width), decimal(height + _HEADER_MM * mm)])
            text = f"{paper.header} · {number + 1}/{count}"
            page.contents_add(_header(text, width / mm, height / mm, mm).encode())
            page.contents_coalesce()
            pdf.pages.append(page)


def _add_notice(pdf: pikepdf.Pdf, paper: SlipPage, more: str = "") -> None:
    """A page in place of a paper."""
    width, height = _A4_MM
    page = pdf.add_blank_page(page_size=(width * POINTS_PER_MM, height * POINTS_PER_MM))
    parts = [_header(paper.header, width, height - _HEADER_MM, POINTS_PER_MM)]
    y = height - 40
    for line in (*paper.why, more):
        em = min(4.0, (width - 40) / max(advance(line), 1))
        parts.append(f"q {POINTS_PER_MM:.6f} 0 0 {POINTS_PER_MM:.6f} 0 0 cm 0 g\n")
        parts.append(text_operators(20, y, em, line) + "Q\n")
        y -= 9
    page.contents_add("".join(parts).encode())


def _header(text: str, width_mm: float, foot_mm: float, mm: float) -> str:
    """A line of text above a page, over a thin rule."""
    em = max(_LEAST_EM_MM, min(_EM_MM, (width_mm - 12) / max(advance(text), 1)))
    return (
        f"q {mm:.6f} 0 0 {mm:.6f} 0 0 cm {_RED} rg {_RED} RG 0.25 w\n"
        f"0 {foot_mm:.4f} m {width_mm:.4f} {foot_mm:.4f} l S\n"
        f"{text_operators(6, foot_mm + (_HEADER_MM - em) / 2 + em * 0.15, em, text)}Q\n"
    )


def _ring(number: str, box: tuple[int, int, int, int]) -> str:
    x0, y0, x1, y1 = (value / 1000 for value in box)
    wide, em = advance(number) * _LABEL_EM_MM + 2, _LABEL_EM_MM
    return (
        f"q {_RED} RG {_RING_MM} w [3 1.5] 0 d {x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f} re S Q\n"
        f"q 1 g {_RED} RG 0.3 w {x0:.3f} {y1:.3f} {wide:.3f} {em * 1.5:.3f} re B {_RED} rg\n"
        f"{text_operators(x0 + 1, y1 + em * 0.4, em, number)}Q\n"
    )


def _short(text: Any) -> str:
    return str(text)[:_MOST_TEXT]
