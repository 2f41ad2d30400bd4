import io

import numpy as np
import pytest
from PIL import Image

from tests.samples import sample
from tests.viewers.render.pdf_samples import MM, add_field, line, text_at, write_pdf
from viewers.render.errors import RenderRefused
from viewers.render.pdf import load_page, open_pdf
from viewers.render.tiles import (
    BLANK_TILE,
    TILE_PX,
    crop,
    encode_tile,
    ready_level,
    render_area,
    render_levels,
    render_thumb,
    render_tile,
    tile_count,
)


@pytest.fixture
def page(tmp_path):
    """A page of 300 × 200 mm with a filled square of 20 mm in its upper left corner."""
    content = f"0 g {0} {180 * MM} {20 * MM} {20 * MM} re f\n" + text_at(200, 20, "A-101")
    with open_pdf(write_pdf(tmp_path / "a.pdf", content, size=(300 * MM, 200 * MM))) as document:
        yield load_page(document, 0)


def picture(raw: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(raw)).convert("RGB"))


def test_tile_zero_zero_is_the_upper_left_corner(page):
    tile = picture(render_tile(page, 1, 0, 0))
    assert tile.shape == (TILE_PX, TILE_PX, 3)
    side = round(20 * MM * 2)
    assert (tile[: side - 1, : side - 1] == 0).all()
    assert (tile[side + 1 :, side + 1 :] == 255).all()


@pytest.mark.parametrize("level", [-3, -1, 0, 2])
def test_tiles_put_together_are_the_page(page, level):
    across, down = tile_count(page, level)
    whole = np.vstack(
        [np.hstack([picture(render_tile(page, level, x, y)) for x in range(across)]) for y in range(down)]
    )
    scale = 2.0**level
    drawn = np.asarray(render_area(page, scale, 0, 0, across * TILE_PX, down * TILE_PX))
    assert (
        np.abs(whole.astype(int) - drawn).max() <= 8
    )  # colours are rounded to 16 steps, positions not at all


def test_a_tile_with_nothing_on_it_is_always_the_same_bytes(page):
    across, down = tile_count(page, 3)
    assert render_tile(page, 3, across // 2, down // 2) is BLANK_TILE
    assert len(BLANK_TILE) < 150


@pytest.mark.parametrize("place", [(-6, 0, 0), (7, 0, 0), (0, -1, 0), (0, 0, 99), (0, 2, 0)])
def test_a_tile_outside_the_page_is_refused(page, place):
    with pytest.raises(RenderRefused) as refusal:
        render_tile(page, *place)
    assert refusal.value.code == "tile-out-of-range"


def test_a_crop_shows_its_box_and_nothing_else(page):
    image = Image.open(io.BytesIO(crop(page, (0, 180_000, 40_000, 200_000), 400)))
    assert (image.format, image.size) == ("PNG", (400, 200))
    pixels = np.asarray(image.convert("L"))
    assert (pixels[:, :198] == 0).all()
    assert (pixels[:, 202:] == 255).all()
    with pytest.raises(RenderRefused):
        crop(page, (10, 10, 10, 20), 400)
    with pytest.raises(RenderRefused):
        crop(page, (0, 0, 10, 20), 100_000)


def test_a_form_field_is_drawn_across_tiles(tmp_path):
    def stamp(pdf) -> None:
        add_field(pdf, pdf.pages[0], "/Sig", (400, 700, 640, 800), b"1 0 0 rg 0 0 240 100 re f")

    with open_pdf(write_pdf(tmp_path / "a.pdf", "", size=(842, 1190), edit=stamp)) as document:
        page = load_page(document, 0)
        left, right = picture(render_tile(page, 0, 0, 0)), picture(render_tile(page, 0, 1, 0))
    assert (left[400:480, 410:] == (255, 0, 0)).all()
    assert (right[400:480, :120] == (255, 0, 0)).all()


def test_ready_levels_agree_with_tiles_drawn_on_demand(tmp_path):
    with open_pdf(sample("barber-house", "2013-07-18.pdf")) as document:
        page = load_page(document, 2)
        render_levels(page, 2, tmp_path)
        across, down = tile_count(page, 0)
        for x in range(across):
            for y in range(down):
                file = tmp_path / "tiles" / "2" / "0" / f"{x}_{y}.webp"
                stored = picture(file.read_bytes() if file.exists() else BLANK_TILE)
                asked = picture(render_tile(page, 0, x, y))
                assert (np.abs(stored.astype(int) - asked) > 20).mean() < 0.001
        levels = {int(p.name) for p in (tmp_path / "tiles" / "2").iterdir()}
        assert levels == {0, -1, -2}
        assert max(Image.open(io.BytesIO(render_thumb(page))).size) == 512


def test_a_page_too_large_to_draw_whole_starts_at_a_coarser_level(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", "20 w " + line(0, 0, 9000, 9000), size=(14_400, 14_400))
    with open_pdf(path) as document:
        page = load_page(document, 0)
        assert ready_level(page) == -2
        render_levels(page, 0, tmp_path)
    assert {int(p.name) for p in (tmp_path / "tiles" / "0").iterdir()} == {-2, -3, -4, -5}


def test_photographs_keep_their_shades_and_drawings_stay_exact():
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (TILE_PX, TILE_PX, 3), dtype=np.uint8))
    ramp = Image.linear_gradient("L").resize((TILE_PX, TILE_PX)).convert("RGB")
    assert b"VP8L" not in encode_tile(noise)[:20]
    assert len(np.unique(picture(encode_tile(ramp)))) > 100
    flat = Image.new("RGB", (TILE_PX, TILE_PX), "white")
    flat.paste((255, 0, 0), (100, 100, 200, 200))
    assert b"VP8L" in encode_tile(flat)[:20]
    assert (picture(encode_tile(flat)) == np.asarray(flat)).all()
