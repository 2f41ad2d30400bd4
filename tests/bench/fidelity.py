"""Our pictures beside those of another program: ``python -m tests.bench.fidelity [FOLDER]``, by default var/fidelity.

Writes ``index.html`` with the pictures and prints a line per drawing. Ours is the product's own view, by pdfium. The
reference of a PDF is the same PDF by poppler (``pdftoppm``, a program of its own, installed or not) or else by pdf.js in
Chromium; that of a DWG is the PDF which the same office plotted from the same drawing, by the same program, laid upon ours
by its ink where the papers differ; that of a DXF is the picture of ezdxf's own drawing add-on as SVG in Chromium, which
judges our changes to it and our PDF, but none of its own faults.

*missing* is the share of dark pixels of the reference without any ink of ours within 0.3 mm of paper (at least one
pixel), *extra* the same the other way round.
"""

import html
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import ezdxf
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from ezdxf.addons.drawing import Frontend, RenderContext, config, layout, svg
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, sync_playwright

from tests.bench.pdfjs import PdfJsSite, fetch
from tests.peers.chromium import launch
from tests.samples import ROOT, SAMPLES
from viewers.render.manifest import Manifest, PageKind
from viewers.render.pool import Limits, RenderPool

WIDTH = 3000
DARK, FAINT, ANY = 150, 235, 248
TOLERANCE_MM = 0.3
PDFS = (
    ("pdf/A1_revA.pdf", 0),
    ("barber-house/2013-07-18.pdf", 2),
    ("barber-house/2013-07-18.pdf", 5),
    ("annex/pdf/K1.1_VUNDAMENDITALDMIKE_PLAAN.pdf", 0),
    ("annex/pdf/K2.1_PO_HIPLAAN.pdf", 0),
    ("annex/pdf/K4.2_VARIKATUSTE_TU_U_PLO_IKED.pdf", 0),
    ("annex/pdf/TRN_PP_AR-4-01_V01_Asendiplaan.pdf", 0),
    ("annex/pdf/TRN_PP_AR-6-02_V01_Vaated.pdf", 0),
    ("annex/pdf/TRN_PP_AR-7-05_V01_Klaasfassaadi-ja-terrassi-solm.pdf", 0),
)
PAIRS = (
    ("Archive_1__TRN_PP_AR-5-01_V01_Korruseplaan", "TRN_PP_AR-5-01_V01_Korruseplaan"),
    ("Archive_1__TRN_PP_AR-6-01_V01_Loiked", "TRN_PP_AR-6-01_V01_Loiked"),
    ("Archive_1__TRN_PP_AR-6-03_V01_Vaated", "TRN_PP_AR-6-03_V01_Vaated"),
    ("Archive_1__TRN_PP_AR-7-01_V01_Soklisolm", "TRN_PP_AR-7-01_V01_Soklisolm"),
    ("Archive_1__TRN_PP_AR-7-06_V01_Parapett", "TRN_PP_AR-7-06_V01_Parapett"),
    ("Archive_1__TRN_PP_AR-8-01_V01_Konstr-vert", "TRN_PP_AR-8-01_V01_Konstr-vert"),
    ("Archive_1__TRN_PP_AR-8-03_V01_Akende-spetsifikatsioon", "TRN_PP_AR-8-03_V01_Akende-spetsifikatsioon"),
)
DXFS = (
    "dxfpostgis__ex3.dxf",
    "mlight__sheet_0.dxf",
    "ezdxf__hatches_2.dxf",
    "ezdxf__wipeout_door.dxf",
    "ezdxf__text_fonts.dxf",
)


@dataclass(frozen=True)
class Compared:
    """One drawing and its figures."""

    name: str
    reference: str
    ours: Image.Image
    other: Image.Image
    width_mm: float
    is_placed: bool = False
    """The reference was laid upon ours by its ink."""

    def figures(self) -> tuple[float, float]:
        """Missing and extra, as shares."""
        radius = max(1, round(TOLERANCE_MM / self.width_mm * self.ours.width))
        return _alone(self.other, self.ours, radius), _alone(self.ours, self.other, radius)

    def difference(self) -> Image.Image:
        """Ours alone in cyan, the reference alone in yellow, both in black."""
        both = ImageChops.lighter(self.ours, self.other)
        return Image.merge("RGB", (self.ours, both, self.other))


def main() -> int:
    """Print a line per drawing, and write the page."""
    if not SAMPLES.exists():
        print("fidelity: no samples found (set ONESET_SAMPLES)")
        return 1
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "fidelity"
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = launch(playwright)
        painter = _Painter(Path(name), browser)
        try:
            for number, one in enumerate(painter.all()):
                missing, extra = one.figures()
                print(
                    f"fidelity {one.name}: missing {missing:.2%}, extra {extra:.2%}, by {one.reference}",
                    flush=True,
                )
                rows.append(_row(out, number, one, missing, extra))
        finally:
            painter.close()
            browser.close()
    (out / "index.html").write_text(_PAGE.format(rows="".join(rows)), "utf-8")
    print(f"fidelity: {out / 'index.html'}")
    return 0


class _Painter:
    """Draws each drawing twice."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self._folder = folder
        self._browser = browser
        self._pool = RenderPool(workers=1, limits=Limits(), read_roots=[SAMPLES], scratch=folder / "scratch")
        package = None if shutil.which("pdftoppm") else fetch()
        self._pdfjs = PdfJsSite(package) if package else None
        self._reference = "poppler" if shutil.which("pdftoppm") else "pdf.js"

    def all(self) -> Iterator[Compared]:
        """Every drawing of the lists above."""
        for part, page in PDFS:
            source = SAMPLES / part
            ours, width_mm = _ours(source, page)
            yield Compared(
                f"{source.name} p.{page + 1}", self._reference, ours, self._pdf(source, page, ours), width_mm
            )
        for drawing, plotted in PAIRS:
            ours, width_mm = _ours(self._view(SAMPLES / "annex" / "dwg" / f"{drawing}.dwg"), 0)
            other = self._pdf(SAMPLES / "annex" / "pdf" / f"{plotted}.pdf", 0, None)
            placed = abs(other.height / other.width / (ours.height / ours.width) - 1) > 0.01
            other = _laid_upon(other, ours) if placed else other.resize(ours.size)
            name = f"its office's plot, {self._reference}"
            yield Compared(f"{drawing[11:]}.dwg", name, ours, other, width_mm, placed)
        for drawing in DXFS:
            source = SAMPLES / "cad" / drawing
            ours, width_mm = _ours(self._view(source), self._model_page(source))
            yield Compared(
                drawing, "ezdxf, SVG", ours, _laid_upon(self._svg(source), ours), width_mm, is_placed=True
            )

    def close(self) -> None:
        self._pool.close()
        if self._pdfjs:
            self._pdfjs.close()

    def _view(self, source: Path) -> Path:
        out = self._folder / source.name
        self._pool.inspect(source, out, has_tiles=False)
        return out / "view.pdf"

    def _model_page(self, source: Path) -> int:
        """The page that shows model space whole; the first when there is none."""
        manifest = Manifest.from_json((self._folder / source.name / "manifest.json").read_text("utf-8"))
        return next((page.index for page in manifest.pages if page.kind is PageKind.MODEL), 0)

    def _pdf(self, source: Path, page: int, like: Image.Image | None) -> Image.Image:
        width = like.width if like else WIDTH
        if self._pdfjs is not None:
            self._pdfjs.sheet = source
            tab = self._browser.new_page()
            tab.goto(f"{self._pdfjs.url}/?page={page}")
            data = tab.evaluate("async (width) => { await drawn; return await picture(width); }", width)
            tab.close()
            image = Image.open(BytesIO(b64decode(data.partition(",")[2]))).convert("L")
        else:
            prefix = self._folder / "reference"
            number = str(page + 1)
            size = ["-scale-to-x", str(width), "-scale-to-y", str(like.height if like else -1)]
            command = [
                "pdftoppm",
                "-f",
                number,
                "-l",
                number,
                "-singlefile",
                "-gray",
                *size,
                str(source),
                str(prefix),
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            image = Image.open(prefix.with_suffix(".pgm")).convert("L")
        return image.resize(like.size) if like and image.size != like.size else image

    def _svg(self, source: Path) -> Image.Image:
        """Model space whole."""
        doc = ezdxf.readfile(source)
        space = doc.modelspace()
        backend = svg.SVGBackend()
        settings = config.Configuration(background_policy=config.BackgroundPolicy.WHITE)
        Frontend(RenderContext(doc), backend, config=settings).draw_layout(space)
        text = backend.get_string(layout.Page(0, 0, layout.Units.mm, max_width=800, max_height=800))
        file = self._folder / "reference.svg"
        file.write_text(text, "utf-8")
        tab = self._browser.new_page(viewport={"width": WIDTH, "height": WIDTH})
        tab.set_content(
            "<style>body{margin:0}img{display:block;width:100vw;height:100vh;object-fit:contain}</style><img>"
        )
        tab.evaluate(
            "(text) => new Promise((done) => { const img = document.querySelector('img'); img.onload = done;"
            " img.src = URL.createObjectURL(new Blob([text], {type: 'image/svg+xml'})); })",
            text,
        )
        image = Image.open(BytesIO(tab.screenshot())).convert("L")
        tab.close()
        return image


def _ours(source: Path, index: int) -> tuple[Image.Image, float]:
    document = pdfium.PdfDocument(source)
    document.init_forms()
    page = document[index]
    image = page.render(scale=WIDTH / page.get_width(), may_draw_forms=True).to_pil().convert("L")
    width_mm = page.get_width() / 72 * 25.4
    document.close()
    return image, width_mm


def _ink(image: Image.Image, darkest: int) -> npt.NDArray[np.bool_]:
    return np.asarray(image) < darkest


def _alone(one: Image.Image, other: Image.Image, radius: int) -> float:
    """Share of dark pixels of one without any ink of the other near."""
    near = np.asarray(other.filter(ImageFilter.MinFilter(2 * radius + 1))) < ANY
    dark = _ink(one, DARK)
    return float((dark & ~near).sum() / max(1, dark.sum()))


def _laid_upon(image: Image.Image, target: Image.Image) -> Image.Image:
    """A picture scaled and moved so that the box of its ink is that of the target's."""
    (x0, y0, x1, y1), (u0, v0, u1, v1) = _box(image), _box(target)
    part = image.crop((x0, y0, x1, y1)).resize((max(1, u1 - u0), max(1, v1 - v0)), Image.Resampling.LANCZOS)
    whole = Image.new("L", target.size, 255)
    whole.paste(part, (u0, v0))
    return whole


def _box(image: Image.Image) -> tuple[int, int, int, int]:
    ink = _ink(image, FAINT)
    ys, xs = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(xs):
        return (0, 0, *image.size)
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def _row(out: Path, number: int, one: Compared, missing: float, extra: float) -> str:
    cells = []
    for kind, image in (("ours", one.ours), ("reference", one.other), ("difference", one.difference())):
        image.save(out / f"{number:02}-{kind}.png")
        cells.append(
            f'<td><a href="{number:02}-{kind}.png"><img src="{number:02}-{kind}.png" alt="{kind}"></a></td>'
        )
    note = ", laid upon ours by its ink" if one.is_placed else ""
    head = f"{html.escape(one.name)}<br>by {html.escape(one.reference)}{note}<br>"
    return f"<tr><th>{head}missing {missing:.2%}<br>extra {extra:.2%}</th>{''.join(cells)}</tr>"


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Fidelity</title><style>
body {{ font: 14px sans-serif; margin: 1rem }} td {{ width: 28% }} img {{ width: 100%; border: 1px solid #bbb }}
th {{ text-align: left; font-weight: normal; vertical-align: top; width: 16%; overflow-wrap: anywhere }}
table {{ table-layout: fixed; width: 100% }}</style>
<h1>Fidelity</h1><p>Ours, the reference, and both: yellow is what the reference alone has, cyan what ours alone has.</p>
<table>{rows}</table></html>
"""

if __name__ == "__main__":
    sys.exit(main())
