"""A stamped copy of a page: the code reads, nothing drawn is covered, the sheet stays what it was."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from tests.samples import ROOT, SAMPLES, sample
from viewers.render.errors import RenderRefused
from viewers.render.pool import Limits, RenderPool

PAYLOAD = "https://tuzhi.example.org/v/0123456789?h=0123456789abcdef"
STAMP = {
    "payload": PAYLOAD,
    "lines": [
        "副本 Copy · 结施-07 B 2024-05-12",
        "现行有效 · 状态截至 2024-05-13 10:00 +0800",
        "sha256 01234567",
    ],
}
REAL = [
    (("barber-house", "2013-07-18.pdf"), 0),
    (("barber-house", "2013-07-18.pdf"), 2),
    (("barber-house", "2013-10-12.pdf"), 3),
    (("annex", "pdf", "TRN_PP_AR-5-01_V01_Korruseplaan.pdf"), 0),
    (("annex", "pdf", "K1.1.2_s_KSIKVUNDAMENT_PT600_JA_PJ-2.pdf"), 0),
]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RenderPool]:
    scratch = tmp_path_factory.mktemp("scratch")
    roots = [SAMPLES, ROOT, scratch.parent]
    with RenderPool(workers=1, limits=Limits(), read_roots=roots, scratch=scratch) as opened:
        yield opened


def pixels(source: Path, page: int = 0, scale: float = 150 / 72) -> np.ndarray:
    """Grey levels of a page, row 0 at the top."""
    document = pdfium.PdfDocument(str(source))
    bitmap = document[page].render(scale=scale, grayscale=True, may_draw_forms=False)
    found = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width].copy()
    document.close()
    return found


def codes(picture: np.ndarray) -> list[str]:
    """What an independent reader finds."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def covered(original: np.ndarray, copy: np.ndarray) -> np.ndarray:
    """Grey levels of the original where the copy differs from it; the copy may be longer at its foot."""
    height, width = original.shape
    assert copy.shape[1] == width
    assert copy.shape[0] >= height
    top = copy[:height]
    return original[np.abs(top.astype(int) - original.astype(int)) > 40]


@pytest.mark.parametrize(("parts", "page"), REAL)
def test_on_real_sheets_the_code_reads_and_no_ink_is_covered(pool: RenderPool, tmp_path: Path, parts, page):
    source = sample(*parts)
    copy = pool.compose(source, page, STAMP, tmp_path / "out")
    drawn = pixels(copy)
    assert codes(drawn) == [PAYLOAD]
    assert len(pikepdf.open(copy).pages) == 1
    under = covered(pixels(source, page), drawn)
    assert under.size == 0 or under.min() >= 250


def test_the_same_question_gives_the_same_bytes(pool: RenderPool, tmp_path: Path):
    source = sample(*REAL[1][0])
    first = pool.compose(source, 1, STAMP, tmp_path / "a").read_bytes()
    assert pool.compose(source, 1, STAMP, tmp_path / "b").read_bytes() == first


def made(folder: Path, content: str, **keys: object) -> Path:
    """A page of A3 with operators and page keys."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(1190.55, 841.89))
    page.obj[pikepdf.Name.Contents] = pdf.make_stream(content.encode())
    for name, value in keys.items():
        page.obj[f"/{name}"] = value
    path = folder / "made.pdf"
    pdf.save(path)
    return path


FULL = "0.5 g 0 0 1191 842 re f"


def test_a_full_sheet_grows_at_its_foot(pool: RenderPool, tmp_path: Path):
    source = made(tmp_path, FULL)
    copy = pool.compose(source, 0, STAMP, tmp_path / "out")
    with pikepdf.open(copy) as pdf:
        box = [float(v) for v in pdf.pages[0].mediabox]
    assert (box[0], round(box[2], 2), round(box[3], 2)) == (0, 1190.55, 841.89)
    assert -150 < box[1] < -60
    drawn = pixels(copy)
    assert codes(drawn) == [PAYLOAD]
    assert covered(pixels(source), drawn).size == 0


def test_an_empty_sheet_keeps_its_size_and_is_stamped_near_the_title_block(pool: RenderPool, tmp_path: Path):
    source = made(tmp_path, "")
    copy = pool.compose(source, 0, STAMP, tmp_path / "out")
    drawn = pixels(copy)
    assert drawn.shape == pixels(source).shape
    rows, columns = np.nonzero(drawn < 128)
    assert rows.min() > drawn.shape[0] * 0.85
    assert columns.min() > drawn.shape[1] * 0.6
    edge = 5 / 25.4 * 150
    assert rows.max() < drawn.shape[0] - edge + 1
    assert columns.max() < drawn.shape[1] - edge + 1


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_and_cropped_page_is_stamped_upright_and_stays_where_it_was(
    pool: RenderPool, tmp_path: Path, turn: int
):
    content = "0 g 200 200 80 30 re f 0.3 g 900 600 40 90 re f 1 0 0 RG 4 w 110 110 m 1000 700 l S 0 g 0 0 90 90 re f"
    source = made(tmp_path, content, Rotate=turn, CropBox=pikepdf.Array([100, 100, 1100, 800]))
    copy = pool.compose(source, 0, STAMP, tmp_path / "out")
    original, drawn = pixels(source), pixels(copy)
    assert codes(drawn) == [PAYLOAD]
    assert drawn.shape == original.shape
    # Antialiasing may differ by a shade; what is drawn must be under no dark pixel of the stamp.
    assert (original[drawn < 60] < 128).mean() < 1
    dark = original < 100
    assert (drawn[dark] < 200).mean() > 0.99
    assert covered(original, drawn).min() >= 250
    found = zxingcpp.read_barcodes(drawn)[0]
    assert abs(found.orientation) < 5, "upright for the reader"


def test_ink_outside_the_crop_stays_hidden_in_the_strip(pool: RenderPool, tmp_path: Path):
    crop = pikepdf.Array([0, 300, 1190.55, 841.89])
    source = made(tmp_path, "0 g 0 0 1191 290 re f 0.5 g 0 300 1191 542 re f", CropBox=crop)
    drawn = pixels(pool.compose(source, 0, STAMP, tmp_path / "out"))
    strip = drawn[pixels(source).shape[0] + 3 :]
    assert (strip < 128).mean() < 0.15


def test_a_layer_that_is_off_stays_off(pool: RenderPool, tmp_path: Path):
    pdf = pikepdf.open(made(tmp_path, ""))
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("hidden")))
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
    page = pdf.pages[0].obj
    page.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(Hidden=layer))
    page.Contents = pdf.make_stream(f"/OC /Hidden BDC {FULL} EMC".encode())
    source = tmp_path / "layer.pdf"
    pdf.save(source)
    drawn = pixels(pool.compose(source, 0, STAMP, tmp_path / "out"))
    assert drawn.shape == pixels(source).shape
    assert (drawn < 200).mean() < 0.05


def test_scripts_forms_and_attachments_do_not_travel(pool: RenderPool, tmp_path: Path):
    pdf = pikepdf.open(made(tmp_path, ""))
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)
    pdf.attachments["a.txt"] = b"secret"
    appearance = pdf.make_stream(
        b"1 0 0 rg 0 0 60 60 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form
    )
    appearance.BBox = pikepdf.Array([0, 0, 60, 60])
    seal = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Stamp,
        Rect=pikepdf.Array([300, 300, 360, 360]),
        F=4,
        AP=pikepdf.Dictionary(N=appearance),
    )
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(seal)])
    source = tmp_path / "scripted.pdf"
    pdf.save(source)
    copy = pikepdf.open(pool.compose(source, 0, STAMP, tmp_path / "out"))
    assert set(copy.Root.keys()) <= {"/Type", "/Pages", "/OCProperties"}
    assert "/Annots" not in copy.pages[0].obj
    out = io.BytesIO()
    copy.save(out)
    document = pdfium.PdfDocument(out.getvalue())
    drawn = document[0].render(scale=1, grayscale=True).to_numpy().squeeze()
    assert (drawn[-355:-305, 305:355] < 200).all(), "the seal's picture is still there"


def test_a_page_that_is_not_there_and_a_locked_file_are_refused(pool: RenderPool, tmp_path: Path):
    source = made(tmp_path, "")
    with pytest.raises(RenderRefused, match="no-such-page"):
        pool.compose(source, 1, STAMP, tmp_path / "a")
    locked = tmp_path / "locked.pdf"
    pikepdf.open(source).save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(RenderRefused, match="pdf-encrypted"):
        pool.compose(locked, 0, STAMP, tmp_path / "b")
    (tmp_path / "none.pdf").write_bytes(b"%PDF-1.4 nonsense")
    with pytest.raises(RenderRefused, match="pdf-unreadable"):
        pool.compose(tmp_path / "none.pdf", 0, STAMP, tmp_path / "c")
