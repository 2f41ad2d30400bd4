from fractions import Fraction

import numpy as np
import pikepdf
import pytest

from tests.viewers.render.pdf_samples import MM, add_layers, write_pdf
from viewers.render.compose import Stamp
from viewers.render.compose_region import Region, compose_region
from viewers.render.errors import RenderRefused
from viewers.render.pdf import load_page, open_pdf
from viewers.render.region_paper import FOOT_MM, MARGIN_MM, PAPERS_MM, lay_out
from viewers.render.tiles import render_area

STAMP = Stamp(
    "http://example.org/v/abc?h=0123456789abcdef", ("局部副本 Part copy · 建施-03 A", "现行有效", "In force")
)
PX = 4
"""Per mm, of the pictures that are looked at."""


def sheet(path, rotate=0, layered=False):
    """An A2 sheet with a red square of 20 mm at (200, 100) and a black one of 20 mm at (400, 300)."""
    red = f"1 0 0 rg {200 * MM} {100 * MM} {20 * MM} {20 * MM} re f\n"
    black = f"0 g {400 * MM} {300 * MM} {20 * MM} {20 * MM} re f\n"
    if layered:
        red, black = f"/OC /L0 BDC {red}EMC\n", f"/OC /L1 BDC {black}EMC\n"
    edit = (lambda pdf: add_layers(pdf, red=True, black=True)) if layered else None
    return write_pdf(path, red + black, rotate=rotate, edit=edit)


def printed(tmp_path, region, **how: object):
    """The page as pixels, row 0 at the top."""
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    compose_region(sheet(tmp_path / "a.pdf", **how), 0, region, STAMP, out)
    document = open_pdf(out / "copy.pdf")
    page = load_page(document, 0)
    width, height = (round(side / MM * PX) for side in page.get_size())
    pixels = np.asarray(render_area(page, PX / MM, 0, 0, width, height)).astype(int)
    document.close()
    return pixels


def red_box(pixels):
    """Where the red square lies, mm from the left and from the top: x0, y0, x1, y1."""
    rows, columns = np.nonzero((pixels[:, :, 0] > 200) & (pixels[:, :, 1] < 60))
    return [v / PX for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)]


def test_a_region_is_printed_to_scale_where_the_layout_says(tmp_path):
    pixels = printed(tmp_path, Region((190_000, 90_000, 290_000, 160_000), "A4"))
    plan = lay_out(100, 70, "A4")
    assert plan.factor == Fraction(2)
    assert (pixels.shape[1] / PX, pixels.shape[0] / PX) == pytest.approx(
        (plan.width_mm, plan.height_mm), abs=0.3
    )
    left, top, right, bottom = red_box(pixels)
    assert right - left == pytest.approx(40, abs=0.5)
    assert bottom - top == pytest.approx(40, abs=0.5)
    assert left == pytest.approx(plan.x_mm + 10 * 2, abs=0.5)
    assert plan.height_mm - bottom == pytest.approx(plan.y_mm + 10 * 2, abs=0.5)


def test_nothing_outside_the_region_is_drawn(tmp_path):
    pixels = printed(tmp_path, Region((0, 0, 150_000, 90_000), "A3"))
    plan = lay_out(150, 90, "A3")
    above = pixels[: round((plan.height_mm - FOOT_MM - MARGIN_MM) * PX) - 4]
    dark = np.argwhere(above.max(axis=2) < 200)
    inside = (dark[:, 1] > plan.x_mm * PX + 3) & (dark[:, 1] < (plan.x_mm + plan.region_width_mm) * PX - 3)
    inside &= (dark[:, 0] > (plan.height_mm - plan.y_mm - plan.region_height_mm) * PX + 3) & (
        dark[:, 0] < (plan.height_mm - plan.y_mm) * PX - 3
    )
    assert not inside.any()
    assert not ((above[:, :, 0] > 200) & (above[:, :, 1] < 60)).any()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_sheet_is_cut_as_it_is_seen(tmp_path, turn):
    seen = {90: (100, 374), 180: (374, 300), 270: (300, 200)}[turn]
    x, y = seen[0] * 1000, seen[1] * 1000
    pixels = printed(tmp_path, Region((x - 5_000, y - 5_000, x + 25_000, y + 25_000), "A4"), rotate=turn)
    left, top, right, bottom = red_box(pixels)
    plan = lay_out(30, 30, "A4")
    side = 20 * float(plan.factor)
    assert (right - left, bottom - top) == pytest.approx((side, side), abs=0.6)


def test_hidden_layers_are_hidden_on_the_print(tmp_path):
    region = Region((190_000, 90_000, 290_000, 160_000), "A4", [("red", False), ("black", True)])
    pixels = printed(tmp_path, region, layered=True)
    assert not ((pixels[:, :, 0] > 200) & (pixels[:, :, 1] < 60)).any()


def test_the_foot_carries_code_and_words(tmp_path):
    zxingcpp = pytest.importorskip("zxingcpp")
    pixels = printed(tmp_path, Region((190_000, 90_000, 290_000, 160_000), "A4"))
    codes = zxingcpp.read_barcodes(pixels.astype(np.uint8))
    assert [code.text for code in codes] == [STAMP.payload]
    with pikepdf.open(tmp_path / "out" / "copy.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]).startswith(STAMP.lines[0])


def test_equal_regions_are_equal_bytes_and_the_sheet_stays(tmp_path):
    before = sheet(tmp_path / "a.pdf").read_bytes()
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        compose_region(tmp_path / "a.pdf", 0, Region((0, 0, 90_000, 90_000), "A4"), STAMP, tmp_path / name)
        files.append((tmp_path / name / "copy.pdf").read_bytes())
    assert files[0] == files[1]
    assert (tmp_path / "a.pdf").read_bytes() == before


@pytest.mark.parametrize("box", [(700_000, 0, 800_000, 9_000), (0, 0, 10, 10), (0, -9_000, 90_000, -10)])
def test_a_region_off_the_sheet_is_refused(tmp_path, box):
    with pytest.raises(RenderRefused) as refused:
        compose_region(sheet(tmp_path / "a.pdf"), 0, Region(box, "A4"), STAMP, tmp_path)
    assert refused.value.code == "box-out-of-range"


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize("size", [(5, 5), (100, 70), (300, 20), (841, 594), (594, 841), (3_000, 1_189)])
def test_every_region_of_a_sheet_fits_its_paper_at_an_orderly_factor(paper, size):
    plan = lay_out(*size, paper)
    assert sorted((plan.width_mm, plan.height_mm)) == list(PAPERS_MM[paper])
    assert plan.x_mm >= MARGIN_MM - 0.01
    assert plan.y_mm >= FOOT_MM + MARGIN_MM - 0.02
    assert plan.y_mm + plan.region_height_mm <= plan.height_mm - MARGIN_MM + 0.01
    assert plan.region_width_mm == pytest.approx(size[0] * float(plan.factor))


@pytest.mark.parametrize(("size", "paper"), [((0, 5), "A4"), ((5, 5), "A2"), ((1e7, 5), "A3")])
def test_no_paper_no_region_and_no_sheet_are_refused(size, paper):
    with pytest.raises(ValueError):
        lay_out(*size, paper)
