import hashlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import ImageChops

from tests.samples import sample
from tests.viewers.render.pdf_samples import add_field, add_layers, line, text_at, write_pdf
from tests.viewers.render.test_pdf import sign
from viewers.render.errors import RenderRefused
from viewers.render.pdf import inspect_pdf, load_page, open_pdf
from viewers.render.pdf_split import split_pdf
from viewers.render.tiles import render_area


def picture(path, page=0, scale=0.5):
    with open_pdf(path) as document:
        loaded = load_page(document, page)
        return render_area(loaded, scale, 0, 0, *(round(n * scale) for n in loaded.get_size()))


def dark(image):
    return sum(image.convert("L").histogram()[:128])


def test_every_sheet_of_a_real_set_looks_as_it_did_in_the_set(tmp_path):
    source = sample("barber-house", "2013-10-12.pdf")
    files = split_pdf(source, tmp_path)
    assert [f.name for f in files] == [f"{i:04}.pdf" for i in range(9)]
    for index, file in enumerate(files):
        assert ImageChops.difference(picture(source, index), picture(file)).getbbox() is None, index


def test_the_same_bytes_split_into_the_same_bytes(tmp_path):
    source = sample("barber-house", "2013-07-18.pdf")
    digests = [
        [hashlib.sha256(f.read_bytes()).hexdigest() for f in split_pdf(source, tmp_path / name)]
        for name in "ab"
    ]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 9
    assert b"/CreationDate" not in (tmp_path / "a" / "0000.pdf").read_bytes()


def test_boxes_rotation_and_text_are_kept(tmp_path):
    source = write_pdf(
        tmp_path / "a.pdf", text_at(60, 60, "one"), text_at(60, 60, "two"), rotate=90, crop=(50, 50, 900, 900)
    )
    for index, file in enumerate(split_pdf(source, tmp_path / "out")):
        with pikepdf.open(file) as pdf:
            assert len(pdf.pages) == 1
            assert pdf.pages[0].Rotate == 90
            assert list(pdf.pages[0].CropBox) == [50, 50, 900, 900]
        inspect_pdf(file, tmp_path / f"m{index}")
        assert ("one", "two")[index] in (tmp_path / f"m{index}" / "text" / "0.json").read_text()


def test_a_layer_that_is_off_in_the_set_stays_off_on_the_sheet(tmp_path):
    content = (
        "/OC /L0 BDC 9 w "
        + line(50, 50, 500, 50)
        + " EMC /OC /L1 BDC 9 w "
        + line(50, 300, 500, 300)
        + " EMC"
    )
    source = write_pdf(
        tmp_path / "a.pdf", content, content, edit=lambda pdf: add_layers(pdf, shown=True, hidden=False)
    )
    file = split_pdf(source, tmp_path / "out")[1]
    assert dark(picture(source, 1)) == dark(picture(file)) > 0
    layers = inspect_pdf(file, tmp_path / "m").pages[0].layers
    assert [(n.name, n.is_on) for n in layers] == [("shown", True), ("hidden", False)]


def test_a_filled_form_field_is_still_drawn(tmp_path):
    def stamp(pdf) -> None:
        add_field(pdf, pdf.pages[0], "/Tx", (100, 100, 300, 200), b"1 0 0 rg 0 0 200 100 re f")

    source = write_pdf(tmp_path / "a.pdf", "", "", edit=stamp)
    assert (
        ImageChops.difference(picture(source), picture(split_pdf(source, tmp_path / "out")[0])).getbbox()
        is None
    )
    assert picture(source).getpixel((100, 520))[1] < 128


def test_links_between_sheets_do_not_drag_the_whole_set_along(tmp_path):
    heavy = "".join(line(20, y / 10, 500, y / 10) for y in range(3000))

    def link(pdf) -> None:
        target = Array([pdf.pages[1].obj, Name.Fit])
        pdf.pages[0].obj.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=target)]
        )

    source = write_pdf(tmp_path / "a.pdf", "", heavy, edit=link)
    small, large = (f.stat().st_size for f in split_pdf(source, tmp_path / "out"))
    assert small < 3000 < large


def test_a_signed_set_is_never_split(tmp_path):
    with pytest.raises(RenderRefused) as refusal:
        split_pdf(sign(write_pdf(tmp_path / "a.pdf", "", "")), tmp_path / "out")
    assert refusal.value.code == "pdf-signed"
    assert not (tmp_path / "out").exists()


def test_a_set_that_needs_a_password_is_refused(tmp_path):
    with pikepdf.open(write_pdf(tmp_path / "a.pdf", "")) as pdf:
        pdf.save(tmp_path / "b.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(RenderRefused) as refusal:
        split_pdf(tmp_path / "b.pdf", tmp_path / "out")
    assert refusal.value.code == "pdf-encrypted"
