"""What happens to a sheet on its way that the first three parts do not have: other writers, papers and scanners."""

import math
import random
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter

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


SCALES = {"scale": math.sqrt(0.5), "half": 0.5, "a1-a0": math.sqrt(2)}
