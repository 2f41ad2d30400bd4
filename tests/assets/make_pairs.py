"""The labelled pairs of revisions: ``python -m tests.assets.make_pairs FOLDER [NAME...]`` writes them to be looked at.

``pairs/recipes.csv`` lists them: name, base (``cn:建施-05`` of the made-up Chinese set, ``pdf:`` a shipped or sample PDF
with its page, ``cad:`` a DXF or DWG of the samples), format (pdf, dxf), edit (:mod:`tests.assets.pair_edits`,
:mod:`tests.assets.blind_edits`, :mod:`tests.assets.blind_cad`), how the second sheet is placed, seed, and the part:
rules and tolerances are set on ``dev`` only; ``held`` and ``new`` are looked at by figures alone. ``blind`` has sheets,
edits and ways of a sheet that the others lack: its first figures were taken before anything of it was looked at.
``blind2`` is the same once more, made and run when all others had been looked at.

A pair is made from its recipe whenever it is needed, always the same bytes for the same libraries, so that nothing but
the recipes is stored. The truth is one item per change with its boxes in um on the second sheet.
"""

import csv
import json
import random
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageFilter

from app.cli.demo_set.canvas import Canvas
from app.cli.demo_set.catalogue import SHEETS, SheetSpec
from app.cli.demo_set.demo import draw_sheet
from app.cli.demo_set.dxf_writer import Placed, write_dxf
from app.cli.demo_set.pdf_writer import write_pdf
from tests.assets.blind_cad import as_dxf, edit_cad
from tests.assets.blind_edits import BLIND_CANVAS, BLIND_OBJECTS
from tests.assets.blind_places import SCALES, WRITERS, enlarge, outlined, redistill, scan, scan_black
from tests.assets.pair_edits import CANVAS_EDITS, OBJECT_EDITS, edit_objects
from tests.samples import ROOT, SAMPLES
from viewers.render.compare.placing import Map, apply, similarity

CANVAS = CANVAS_EDITS | BLIND_CANVAS
OBJECTS = OBJECT_EDITS | BLIND_OBJECTS
RECIPES = Path(__file__).parent / "pairs" / "recipes.csv"
SHIPPED = ROOT / "app" / "cli" / "demo_files" / "barber-house"

Box = tuple[int, int, int, int]

_PLACES = {
    "shift": "shifted sheet",
    "scale": "scaled plot",
    "half": "scaled plot",
    "fit": "scaled plot",
    "a1-a0": "scaled plot",
    "larger": "larger paper",
    "cairo": "another writer",
    "outlines": "letters as paths",
    "dwg": "DWG and DXF",
    **dict.fromkeys(("pypdf", "qpdf", "rounded", "pdfium"), "another writer"),
    "off-origin": "shifted sheet",
}


@dataclass(frozen=True)
class Recipe:
    """One row of ``recipes.csv``."""

    name: str
    base: str
    format: str
    edit: str
    place: str
    """``same``, ``shift``, ``turn90``, ``turn180``, ``turn270``, ``rotate`` (only /Rotate), ``scale``, ``half``,
    ``a1-a0``, ``larger`` (paper), ``resave``, ``cairo`` (written by another program), ``outlines`` (letters as
    paths), ``scan``, ``scan200``, ``scan300``, ``vector-scan`` (only the second is one), ``dwg``; of ``blind2`` also
    ``pypdf``, ``qpdf``, ``rounded``, ``pdfium`` (saved by these), ``off-origin``, ``tilt``, ``fit``, ``scan-black``."""
    seed: int
    half: str

    @property
    def edit_class(self) -> str:
        """What is judged together."""
        if "scan" in self.place:
            return f"scanned, {'unchanged' if self.is_unchanged else 'changed'}"
        if self.place not in ("same", "resave"):
            kind = _PLACES.get(self.place, "rotated page")
            return f"{kind}, {'unchanged' if self.is_unchanged else 'changed'}"
        return self.edit

    @property
    def is_unchanged(self) -> bool:
        """Whether not one region is right."""
        return self.edit in ("none", "exploded", "invisible lines") or self.edit.startswith("re-exported")


@dataclass(frozen=True)
class Item:
    """One change: found when a region meets one of its boxes."""

    severity: str
    boxes: tuple[Box, ...]


@dataclass
class Pair:
    """Two files, their pages, and what differs."""

    recipe: Recipe
    before: Path
    after: Path
    items: list[Item] = field(default_factory=list)
    before_page: int = 0
    after_page: int = 0


def read_recipes() -> list[Recipe]:
    """All recipes, those left out whose base is not on this machine."""
    with RECIPES.open(encoding="utf-8", newline="") as stream:
        rows = [Recipe(**{**row, "seed": int(row["seed"])}) for row in csv.DictReader(stream)]
    return [r for r in rows if r.base.startswith("cn:") or _source(r.base).exists()]


def _source(base: str) -> Path:
    return SAMPLES / base.removeprefix("cad:") if base.startswith("cad:") else _pdf_base(base)[0]


def make_pair(recipe: Recipe, folder: Path) -> Pair:
    """Make both files of a pair in an existing folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if recipe.base.startswith("cn:"):
        return _chinese(recipe, folder)
    if recipe.base.startswith("cad:"):
        return _cad(recipe, folder)
    source, number = _pdf_base(recipe.base)
    before, after = folder / "before.pdf", folder / "after.pdf"
    is_edited = recipe.edit not in ("none", "re-exported")
    edit_objects(source, number, before, OBJECTS["none"], recipe.seed, is_rewritten=is_edited)
    if recipe.edit == "re-exported" and recipe.place in ("same", "resave"):
        _single(source, number, before)  # the page as it came, against what pdfium makes of it
    found = edit_objects(source, number, after, OBJECTS[recipe.edit], recipe.seed, is_rewritten=is_edited)
    items = [Item(severity, tuple(_whole(b) for b in boxes)) for severity, boxes in found]
    return _placed(Pair(recipe, before, after, items))


def _cad(recipe: Recipe, folder: Path) -> Pair:
    source = _source(recipe.base)
    plain, after = folder / "before.dxf", folder / "after.dxf"
    as_dxf(source, plain)
    found = edit_cad(plain, after, recipe.edit, random.Random(recipe.seed))
    items = [Item(severity, tuple(_whole(b) for b in boxes)) for severity, boxes in found]
    return Pair(recipe, source if recipe.place == "dwg" else plain, after, items)


def _whole(box: tuple[float, ...]) -> Box:
    x0, y0, x1, y1 = (round(v) for v in box)
    return x0, y0, x1, y1


def _pdf_base(base: str) -> tuple[Path, int]:
    name, _, page = base.removeprefix("pdf:").partition("#")
    shipped = SHIPPED / name
    return (shipped if shipped.exists() else SAMPLES / "annex" / "pdf" / name), int(page or 0)


def _single(source: Path, number: int, target: Path) -> None:
    with pikepdf.open(source) as pdf, pikepdf.new() as one:
        one.pages.append(pdf.pages[number])
        one.save(target)


# -- the Chinese set ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _sheet(number: str) -> tuple[SheetSpec, Canvas]:
    spec = next(s for s in SHEETS if s.number == number)
    return spec, draw_sheet(spec, spec.first)


def _chinese(recipe: Recipe, folder: Path) -> Pair:
    spec, canvas = _sheet(recipe.base.removeprefix("cn:"))
    old, new = deepcopy(canvas), deepcopy(canvas)
    found = CANVAS[recipe.edit](new, random.Random(recipe.seed))
    items = [
        Item(severity, tuple(_whole(tuple(v * 1000 for v in b)) for b in boxes)) for severity, boxes in found
    ]
    if recipe.format == "pdf":
        before, after = folder / "before.pdf", folder / "after.pdf"
        write_pdf(before, [old], "before")
        write_pdf(after, [new], "after")
        return _placed(Pair(recipe, before, after, items))
    scale = float(spec.scale.split(":")[1]) if ":" in spec.scale else 1.0
    before, after = folder / "before.dxf", folder / "after.dxf"
    # A sheet that stands elsewhere in model space, in a file of another version, is the same sheet.
    x = 50_000.0 if recipe.place == "shift" else 0.0
    write_dxf(before, [Placed(old, scale)], "R2010")
    write_dxf(after, [Placed(new, scale, x)], "R2018" if recipe.edit == "re-exported" else "R2010")
    return Pair(recipe, before, after, items)


# -- placing ------------------------------------------------------------------------------------------------------


def _placed(pair: Pair) -> Pair:
    """Shift, turn, scale, save again or scan the second sheet, and take the truth along."""
    place, chance = pair.recipe.place, random.Random(pair.recipe.seed + 1)
    if place == "same":
        return pair
    if place == "resave":
        _resave(pair.after)
        return pair
    if place == "scan":
        return _scanned(pair, chance)
    if "scan" in place:
        return _scanned_anew(pair, chance)
    if place in WRITERS:
        WRITERS[place](pair.after)
        return pair
    if place in ("cairo", "outlines"):
        (redistill if place == "cairo" else outlined)(pair.after)
        return pair
    if place == "larger":
        return _moved(pair, enlarge(pair.after), (0, 0))
    if place == "rotate":
        with pikepdf.open(pair.after, allow_overwriting_input=True) as pdf:
            pdf.pages[0].rotate(90, relative=True)
            pdf.save(pair.after)
        width, height = _size(pair.before)
        return _moved(pair, np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, width * 25_400 / 72]]), (height, width))
    width, height = _size(pair.after)
    if place == "shift":
        m, size = similarity(1, 0, (chance.uniform(-25, 25), chance.uniform(-20, 20))), (width, height)
    elif place == "tilt":
        m, size = similarity(1, chance.choice([-0.4, 0.3]), (5, 5)), (width, height)
    elif place in SCALES:
        m, size = similarity(SCALES[place], 0), (width * SCALES[place], height * SCALES[place])
    else:
        turn = int(place.removeprefix("turn"))
        shift = {90: (height, 0), 180: (width, height), 270: (0, width)}[turn]
        m, size = similarity(1, turn, shift), ((width, height) if turn == 180 else (height, width))
    _transform(pair.after, m, size)
    in_um = m.copy()
    in_um[:, 2] *= 25_400 / 72
    return _moved(pair, in_um, size)


def _moved(pair: Pair, m: Map, _size: tuple[float, float]) -> Pair:
    pair.items = [Item(i.severity, tuple(_under(m, b) for b in i.boxes)) for i in pair.items]
    return pair


def _under(m: Map, box: Box) -> Box:
    x0, y0, x1, y1 = box
    corners = apply(m, np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], dtype=float))
    return _whole((*corners.min(axis=0), *corners.max(axis=0)))


def _size(path: Path) -> tuple[float, float]:
    return pdfium.PdfDocument(path)[0].get_size()


def _transform(path: Path, m: Map, size: tuple[float, float]) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_coalesce()
        left, bottom, right, top = (float(v) for v in page.mediabox)
        # The page is taken as it is seen: a /Rotate is drawn into it first.
        seen = {
            90: f"0 -1 1 0 {-bottom} {right} cm",
            180: f"-1 0 0 -1 {right} {top} cm",
            270: f"0 1 -1 0 {top} {-left} cm",
        }.get(int(page.get("/Rotate", 0)) % 360, f"1 0 0 1 {-left} {-bottom} cm")
        page.Rotate = 0
        values = " ".join(f"{v:.6f}" for v in (m[0, 0], m[1, 0], m[0, 1], m[1, 1], m[0, 2], m[1, 2]))
        body = page.Contents.read_bytes()
        start = f"q {values} cm {seen}\n".encode()
        page.Contents = pdf.make_stream(start + body + b"\nQ")
        page.MediaBox = pikepdf.Array([0, 0, *size])
        for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
            if name in page:
                del page[name]
        pdf.save(path)


def _resave(path: Path) -> None:
    """Another writer: streams unpacked, objects in another order, fonts renamed."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item:
                item.BaseFont = pikepdf.Name(
                    "/QQQQQQ+" + str(item.BaseFont).rsplit("+", maxsplit=1)[-1].strip("/")
                )
        pdf.save(path, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def _scanned(pair: Pair, chance: random.Random) -> Pair:
    """Both sheets as scans of 150 dpi: grey, a little blurred, noisy and askew."""
    _scan(pair.before, chance.uniform(-0.5, 0.5), (3, 5), pair.recipe.seed)
    skew, (dx, dy) = chance.uniform(-0.8, 0.8), (chance.randint(-12, 12), chance.randint(-12, 12))
    width, height = _scan(pair.after, skew, (dx, dy), pair.recipe.seed + 1)
    um = 25_400 / 150
    middle = np.array([width / 2 * um, height / 2 * um])
    m = similarity(1, skew)
    m[:, 2] = middle - m[:, :2] @ middle + (dx * um, -dy * um)
    return _moved(pair, m, (width, height))


def _scanned_anew(pair: Pair, chance: random.Random) -> Pair:
    """Scans of 200 or 300 dpi with speckles, uneven light and hard JPEG; or only the second sheet is one."""
    place, seed = pair.recipe.place, pair.recipe.seed
    if place == "vector-scan":
        m = scan(pair.after, 200, chance.uniform(-0.7, 0.7), (9, -7), seed, rough=False)
        return _moved(pair, m, (0, 0))
    if place == "scan-black":
        scan_black(pair.before, chance.uniform(-0.5, 0.5), (3, -2), seed)
        skew = chance.uniform(-0.8, 0.8)
        return _moved(pair, scan_black(pair.after, skew, (-8, 6), seed + 1), (0, 0))
    dpi = int(place.removeprefix("scan"))
    scan(pair.before, dpi, chance.uniform(-0.6, 0.6), (4, -3), seed, rough=True)
    skew, shift = chance.uniform(-1.0, 1.0), (chance.randint(-15, 15), chance.randint(-15, 15))
    return _moved(pair, scan(pair.after, dpi, skew, shift, seed + 1, rough=True), (0, 0))


def _scan(path: Path, skew: float, shift: tuple[int, int], seed: int) -> tuple[int, int]:
    picture = pdfium.PdfDocument(path)[0].render(scale=150 / 72, grayscale=True).to_pil()
    picture = picture.rotate(skew, Image.Resampling.BILINEAR, translate=shift, fillcolor=250)
    dark = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float64) * 0.88 + 20
    noisy = dark + np.random.default_rng(seed).normal(0, 9, dark.shape)
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(path, "PDF", resolution=150, quality=70)
    return picture.size


# -- for eyes -----------------------------------------------------------------------------------------------------


def write_pairs(folder: Path, names: list[str]) -> Iterator[Path]:
    """Write pairs and their truth as JSON."""
    for recipe in read_recipes():
        if not names or recipe.name in names:
            pair = make_pair(recipe, folder / recipe.name)
            truth = {"recipe": asdict(recipe), "items": [asdict(i) for i in pair.items]}
            path = folder / recipe.name / "truth.json"
            path.write_text(json.dumps(truth, ensure_ascii=False, indent=1), "utf-8")
            yield path


if __name__ == "__main__":
    for written in write_pairs(Path(sys.argv[1]), sys.argv[2:]):
        print(written)
