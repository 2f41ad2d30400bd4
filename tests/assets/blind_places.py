"""What happens to a sheet on its way that the first three parts do not have: other writers, papers and scanners."""

import math
import random
import subprocess
from decimal import Decimal
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfWriter

from tests.assets.svg_outlines import outline_text
from viewers.render.compare.placing import Map, similarity

_IN_UM = 25_400 / 72


def redistill(path: Path) -> None:
    """Drawn by poppler and written by cairo: other operators, fonts embedded anew."""
    out = path.with_suffix(".cairo.pdf")
    subprocess.run(["pdftocairo", "-pdf", "-f", "1", "-l", "1", str(path), str(out)], check=True)
    out.replace(path)


def outlined(path: Path) -> None:
    """Letters as paths."""
    outline_text(path)


def enlarge(path: Path) -> Map:
    """A longer paper (A1 to A1+1/4): the drawing keeps its place from the lower left, 20 mm in and 10 mm up."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        left, bottom, right, top = (float(v) for v in page.mediabox)
        dx, dy = 20 / 25.4 * 72, 10 / 25.4 * 72
        turn = int(page.get("/Rotate", 0)) % 360
        wide = (right - left) * 0.25
        if turn in (0, 180):
            page.MediaBox = pikepdf.Array([left - dx, bottom - dy, right + wide - dx, top + dy])
        else:
            page.MediaBox = pikepdf.Array([left - dy, bottom - dx, right + dy, top + wide - dx])
        for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
            if name in page:
                del page[name]
        pdf.save(path)
    if turn in (0, 270):
        x, y = (dx, dy) if turn == 0 else (wide - dx, dy)
        return similarity(1, 0, (x * _IN_UM, y * _IN_UM))
    x, y = (dx, dy) if turn == 90 else (wide - dx, dy)
    return similarity(1, 0, (x * _IN_UM, y * _IN_UM))


def scan(path: Path, dpi: int, skew: float, shift: tuple[int, int], seed: int, *, rough: bool) -> Map:
    """A scan; a rough one has speckles, uneven light and hard JPEG. The map from sheet to scan in um."""
    page = pdfium.PdfDocument(path)[0]
    picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
    picture = picture.rotate(skew, Image.Resampling.BICUBIC, translate=shift, fillcolor=252)
    if rough:
        chance = random.Random(seed)
        pen = ImageDraw.Draw(picture)
        for _ in range(picture.width * picture.height // 120_000):
            x, y = chance.uniform(0, picture.width), chance.uniform(0, picture.height)
            r = chance.uniform(0.4, 1.2) * dpi / 200
            pen.ellipse((x - r, y - r, x + r, y + r), fill=chance.randint(20, 120))
    dark = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.5 * dpi / 150)), dtype=np.float32) * 0.9 + 16
    if rough:
        dark -= np.linspace(0, 22, dark.shape[1], dtype=np.float32)[None, :]
    dark += np.random.default_rng(seed).normal(0, 8, dark.shape).astype(np.float32)
    image = Image.fromarray(np.clip(dark, 0, 255).astype(np.uint8))
    image.save(path, "PDF", resolution=dpi, quality=45 if rough else 75)
    width, height = picture.size
    um = 25_400 / dpi
    middle = np.array([width / 2 * um, height / 2 * um])
    m = similarity(1, skew)
    m[:, 2] = middle - m[:, :2] @ middle + (shift[0] * um, -shift[1] * um)
    return m


SCALES = {"scale": math.sqrt(0.5), "half": 0.5, "a1-a0": math.sqrt(2), "fit": 0.97}


# -- of the second blind part -------------------------------------------------------------------------------------


def rewritten_by_pypdf(path: Path) -> None:
    """Saved by pypdf, its streams packed anew."""
    writer = PdfWriter(clone_from=path)
    for page in writer.pages:
        page.compress_content_streams()
    writer.compress_identical_objects()
    writer.write(path)


def rewritten_by_qpdf(path: Path) -> None:
    """Linearised, with object streams, its operators written out again."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            steps = pikepdf.parse_content_stream(page)
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(steps))
        pdf.save(path, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def rounded(path: Path) -> None:
    """As a writer that gives coordinates two decimals of a point, and names itself."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        steps = []
        for step in pikepdf.parse_content_stream(pdf.pages[0]):
            operands = list(step.operands)
            if str(step.operator) in ("m", "l", "c", "v", "y", "re"):
                operands = [Decimal(f"{float(v):.2f}") for v in operands]
            steps.append((operands, step.operator))
        pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(steps))
        pdf.docinfo["/Producer"] = "Another writer 2"
        pdf.save(path)


def resaved_by_pdfium(path: Path) -> None:
    """The page taken over into a new document of pdfium."""
    document = pdfium.PdfDocument.new()
    document.import_pages(pdfium.PdfDocument(path), [0])
    out = path.with_suffix(".pdfium.pdf")
    document.save(str(out))
    out.replace(path)


def off_origin(path: Path) -> None:
    """The same paper, its corner elsewhere: a larger sheet, cropped."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        left, bottom, right, top = (float(v) for v in page.get("/CropBox", page.mediabox))
        page.CropBox = pikepdf.Array([left, bottom, right, top])
        page.MediaBox = pikepdf.Array([left - 60, bottom - 40, right + 90, top + 10])
        pdf.save(path)


def scan_black(path: Path, skew: float, shift: tuple[int, int], seed: int) -> Map:
    """A scan of 200 dpi in black and white, as archives keep them."""
    m = scan(path, 200, skew, shift, seed, rough=False)
    picture = pdfium.PdfDocument(path)[0].render(scale=200 / 72, grayscale=True).to_pil()
    picture.point(lambda v: 255 if v > 150 else 0).convert("1").save(path, "PDF", resolution=200)
    return m


WRITERS = {
    "pypdf": rewritten_by_pypdf,
    "qpdf": rewritten_by_qpdf,
    "rounded": rounded,
    "pdfium": resaved_by_pdfium,
    "off-origin": off_origin,
}
