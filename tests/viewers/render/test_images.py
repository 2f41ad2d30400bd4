import io

import numpy as np
import pikepdf
import pytest
from PIL import Image

from viewers.render import images
from viewers.render.errors import RenderRefused
from viewers.render.images import inspect_image
from viewers.render.manifest import PageKind, SourceKind
from viewers.render.pdf import load_page, open_pdf
from viewers.render.tiles import render_area


def shape(mode="RGB", size=(1000, 500)):
    """White with a black block in the upper left quarter."""
    image = Image.new("L", size, 255)
    image.paste(0, (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def save(path, image, **options: object):
    image.save(path, **options)
    return path


def corners(view, page=0):
    """Grey of the four quarters, in reading order."""
    with open_pdf(view) as document:
        loaded = load_page(document, page)
        size = [round(n) for n in loaded.get_size()]
        pixels = np.asarray(render_area(loaded, 1.0, 0, 0, *size).convert("L"))
    h, w = pixels.shape
    return [int(pixels[y, x]) for y in (h // 4, 3 * h // 4) for x in (w // 4, 3 * w // 4)]


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P", "I;16", "LA"])
def test_a_png_of_any_kind_becomes_a_page_of_its_true_size(tmp_path, mode):
    image = shape(mode) if mode != "I;16" else Image.fromarray(np.asarray(shape("L"), dtype=np.uint16) * 257)
    manifest = inspect_image(save(tmp_path / "a.png", image, dpi=(100, 100)), tmp_path, SourceKind.PNG)
    (page,) = manifest.pages
    assert (page.kind, manifest.has_view) == (PageKind.IMAGE, True)
    assert (page.width_um, page.height_um) == (pytest.approx(254_000, abs=30), pytest.approx(127_000, abs=30))
    assert corners(tmp_path / "view.pdf") == pytest.approx([0, 255, 255, 255], abs=2)
    assert not page.problems


def test_transparency_is_laid_on_white_paper(tmp_path):
    image = Image.new("RGBA", (600, 300), (0, 0, 0, 0))
    inspect_image(save(tmp_path / "a.png", image, dpi=(100, 100)), tmp_path, SourceKind.PNG)
    assert corners(tmp_path / "view.pdf") == [255] * 4


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_goes_into_the_view_byte_for_byte(tmp_path, mode):
    path = save(tmp_path / "a.jpg", shape(mode), dpi=(200, 200), quality=95)
    inspect_image(path, tmp_path, SourceKind.JPEG)
    with pikepdf.open(tmp_path / "view.pdf") as pdf:
        assert pdf.pages[0].Resources.XObject.Im0.read_raw_bytes() == path.read_bytes()
    assert corners(tmp_path / "view.pdf") == pytest.approx(
        [0, 255, 255, 255], abs=45 if mode == "CMYK" else 3
    )


def test_a_turned_photograph_is_shown_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side, to be turned clockwise
    path = save(tmp_path / "a.jpg", shape("L"), dpi=(200, 200), exif=exif)
    (page,) = inspect_image(path, tmp_path, SourceKind.JPEG).pages
    assert page.rotation == 90
    assert page.width_um < page.height_um
    assert corners(tmp_path / "view.pdf") == pytest.approx([255, 0, 255, 255], abs=3)


def test_a_tiff_of_many_pages_keeps_them_in_order_with_sizes_of_their_own(tmp_path):
    frames = [shape("1", (800, 400)), shape("L", (600, 600))]
    path = save(tmp_path / "a.tif", frames[0], save_all=True, append_images=frames[1:], dpi=(100, 100))
    pages = inspect_image(path, tmp_path, SourceKind.TIFF).pages
    assert [(p.index, round(p.width_um / 1000)) for p in pages] == [(0, 203), (1, 152)]
    assert corners(tmp_path / "view.pdf", 1) == pytest.approx([0, 255, 255, 255], abs=2)


def test_a_picture_that_does_not_say_its_resolution_is_taken_at_300_and_says_so(tmp_path):
    (page,) = inspect_image(save(tmp_path / "a.png", shape()), tmp_path, SourceKind.PNG).pages
    assert page.width_um == pytest.approx(1000 / 300 * 25_400, abs=30)
    assert [p.code for p in page.problems] == ["dpi-assumed"]


def test_a_picture_larger_than_the_limit_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    path = save(tmp_path / "a.png", shape("L", (4000, 4000)))
    monkeypatch.setattr(images, "MAX_BYTES", 4000 * 4000 - 1)
    monkeypatch.setattr(Image.Image, "tobytes", lambda *_: pytest.fail("decoded"))
    with pytest.raises(RenderRefused) as refusal:
        inspect_image(path, tmp_path, SourceKind.PNG)
    assert refusal.value.code == "image-too-large"


@pytest.mark.parametrize(
    ("suffix", "kind"), [("png", SourceKind.PNG), ("jpg", SourceKind.JPEG), ("tif", SourceKind.TIFF)]
)
def test_a_truncated_picture_is_refused(tmp_path, suffix, kind):
    out = io.BytesIO()
    noise = Image.effect_noise((500, 500), 90)
    noise.save(out, {"jpg": "JPEG", "tif": "TIFF"}.get(suffix, "PNG"))
    (tmp_path / f"a.{suffix}").write_bytes(out.getvalue()[: len(out.getvalue()) // 2])
    with pytest.raises(RenderRefused) as refusal:
        inspect_image(tmp_path / f"a.{suffix}", tmp_path, kind)
    assert refusal.value.code == "image-unreadable"


def test_the_name_of_a_kind_is_not_trusted_by_the_decoder(tmp_path):
    save(tmp_path / "a.png", shape(), format="BMP")
    with pytest.raises(RenderRefused):
        inspect_image(tmp_path / "a.png", tmp_path, SourceKind.PNG)


def test_the_same_picture_gives_the_same_view(tmp_path):
    path = save(tmp_path / "a.png", shape(), dpi=(100, 100))
    for name in "xy":
        (tmp_path / name).mkdir()
        inspect_image(path, tmp_path / name, SourceKind.PNG)
    assert (tmp_path / "x" / "view.pdf").read_bytes() == (tmp_path / "y" / "view.pdf").read_bytes()
