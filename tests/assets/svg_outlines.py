"""A page written again with every letter as its outline: poppler's SVG, its paths put back into a PDF.

What some plotters do ("text as graphics"): the sheet looks the same and holds no words. Pictures are left out.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
_PAINT = {(True, True): "B", (True, False): "f", (False, True): "S"}


def outline_text(path: Path) -> None:
    """Write the first page of a PDF again, without fonts."""
    svg = path.with_suffix(".svg")
    subprocess.run(["pdftocairo", "-svg", "-f", "1", "-l", "1", str(path), str(svg)], check=True)
    root = ET.parse(svg).getroot()  # noqa: S314 - written by the line above
    width, height = (float(v) for v in root.get("viewBox", "").split()[2:])
    writer = _Writer(root)
    body = "\n".join([f"1 0 0 -1 0 {height} cm", *writer.children(root, {})])
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width, height))
        page.Contents = pdf.make_stream(body.encode())
        pdf.save(path)
    svg.unlink()


class _Writer:
    def __init__(self, root: ET.Element) -> None:
        self._named = {e.get("id"): e for e in root.iter() if e.get("id")}

    def children(self, parent: ET.Element, style: dict[str, str]) -> Iterator[str]:
        """Operators of what an element holds."""
        for child in parent:
            kind = child.tag.removeprefix(_SVG)
            if kind not in ("g", "path", "use", "rect"):
                continue
            own = style | _style(child)
            yield "q"
            if child.get("transform"):
                yield f"{' '.join(_NUMBER.findall(child.get('transform', '')))} cm"
            clip = re.search(r"url\(#(.+)\)", child.get("clip-path", ""))
            if clip:
                yield from (_path(p.get("d", "")) for p in self._named[clip[1]] if p.tag == f"{_SVG}path")
                yield "W n"
            if kind == "path":
                yield from _painted(_path(child.get("d", "")), own)
            elif kind == "rect":
                x, y, w, h = (child.get(n, "0") for n in ("x", "y", "width", "height"))
                yield from _painted(f"{x} {y} {w} {h} re", own)
            elif kind == "use":
                yield f"1 0 0 1 {child.get('x', '0')} {child.get('y', '0')} cm"
                used = self._named.get(child.get(_HREF, "#").removeprefix("#"))
                if used is not None:
                    yield from self.children(used, {k: v for k, v in own.items() if k != "stroke"})
            else:
                yield from self.children(child, own)
            yield "Q"


def _style(element: ET.Element) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in element.get("style", "").split(";") if ":" in part)
    found = {name.strip(): value.strip() for name, value in pairs}
    # A glyph says "stroke:none;" and takes its fill from who uses it.
    return found | {n: element.get(n, "") for n in ("fill", "stroke", "stroke-width") if element.get(n)}


def _path(d: str) -> str:
    names = {"M": "m", "L": "l", "C": "c"}
    parts = re.findall(r"([MLCZ])([^MLCZ]*)", d)
    return "\n".join("h" if name == "Z" else f"{values.strip()} {names[name]}" for name, values in parts)


def _painted(path: str, style: dict[str, str]) -> Iterator[str]:
    fill, stroke = style.get("fill", "rgb(0%,0%,0%)"), style.get("stroke", "none")
    has = (fill.startswith("rgb"), stroke.startswith("rgb"))
    if not path or has not in _PAINT:
        return
    for colour, operator, is_used in ((fill, "rg", has[0]), (stroke, "RG", has[1])):
        if is_used:
            yield " ".join(f"{float(v) / 100:.4f}" for v in _NUMBER.findall(colour)) + f" {operator}"
    if has[1]:
        dash = style.get("stroke-dasharray", "none")
        yield f"{_NUMBER.findall(style.get('stroke-width', '1'))[0]} w"
        yield f"[{' '.join(_NUMBER.findall(dash))}] 0 d" if dash != "none" else "[] 0 d"
    even = "*" if style.get("fill-rule") == "evenodd" and has[0] else ""
    yield f"{path} {_PAINT[has]}{even}"
