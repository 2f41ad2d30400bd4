"""Small CAD drawings made for tests, and one way to look at what became of them."""

from collections.abc import Mapping
from pathlib import Path

import ezdxf
from ezdxf.document import Drawing

from viewers.render.cad import inspect_cad
from viewers.render.manifest import Manifest, Problem, SourceKind


def render(source: Path, out: Path, companions: Mapping[str, Path] | None = None) -> Manifest:
    out.mkdir(parents=True, exist_ok=True)
    kind = SourceKind.DWG if source.suffix == ".dwg" else SourceKind.DXF
    return inspect_cad(source, out, kind, companions or {})


def render_doc(doc: Drawing, folder: Path, companions: Mapping[str, Path] | None = None) -> Manifest:
    source = folder / "drawing.dxf"
    doc.saveas(source)
    return render(source, folder / "out", companions)


def new_doc() -> Drawing:
    doc = ezdxf.new("R2010", setup=True)
    doc.header["$INSUNITS"] = 4
    return doc


def add_frame(layout: object, x: float, y: float, width: float, height: float) -> None:
    """A frame with two labels of a title block and some drawing."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    layout.add_lwpolyline(corners, close=True)  # type: ignore[attr-defined]
    size = width / 200
    for n, label in enumerate(("图号", "比例 1:100", "设计")):
        place = (x + width * 0.8, y + height * 0.1 + n * size * 3)
        layout.add_text(label, height=size).set_placement(place)  # type: ignore[attr-defined]
    layout.add_circle((x + width / 2, y + height / 2), height / 5)  # type: ignore[attr-defined]


def problem(found: Manifest, code: str) -> Problem:
    everywhere = [*found.problems, *(p for page in found.pages for p in page.problems)]
    return next(p for p in everywhere if p.code == code)


def codes(found: Manifest) -> set[str]:
    return {p.code for p in found.problems} | {p.code for page in found.pages for p in page.problems}
