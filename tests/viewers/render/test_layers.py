import io

import numpy as np
import pikepdf
import pytest
from PIL import Image

from tests.viewers.render.pdf_samples import MM, add_layers, write_pdf
from viewers.render.errors import RenderRefused
from viewers.render.layer_set import decode_layers, encode_layers
from viewers.render.manifest import Layer
from viewers.render.pdf import inspect_pdf, load_page, open_pdf
from viewers.render.pdf_layers import set_layers
from viewers.render.pool import Limits, RenderPool
from viewers.render.tiles import BLANK_TILE, render_tile

NAMES = {"A": True, "B": True, "隐藏": False}
SQUARES = "".join(
    f"/OC /L{n} BDC {ink} rg {n * 40 * MM} 0 {20 * MM} {20 * MM} re f EMC\n"
    for n, ink in enumerate(("1 0 0", "0 1 0", "0 0 1"))
)


def picture(raw: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(raw)).convert("RGB"))


def inks(raw: bytes) -> set[str]:
    """Which of the three squares are drawn."""
    pixels = picture(raw).reshape(-1, 3)
    colours = {"A": (255, 0, 0), "B": (0, 255, 0), "隐藏": (0, 0, 255)}
    return {name for name, ink in colours.items() if (pixels == ink).all(axis=1).any()}


@pytest.fixture
def pool(tmp_path):
    with RenderPool(workers=1, limits=Limits(), read_roots=[tmp_path], scratch=tmp_path / "scratch") as made:
        yield made


def squares(path, edit=lambda pdf: add_layers(pdf, **NAMES)):
    return write_pdf(path, SQUARES, size=(200 * MM, 100 * MM), edit=edit)


def states(**shown: bool) -> list[tuple[str, bool]]:
    return [(name, shown.get(name, is_on)) for name, is_on in NAMES.items()]


@pytest.mark.parametrize("total", [1, 7, 8, 9, 300])
def test_a_set_of_layers_and_its_code_are_one_and_the_same(total):
    layers = [Layer(f"层{n}") for n in range(total)]
    for shown in ([True] * total, [False] * total, [n % 3 == 0 for n in range(total)]):
        code = encode_layers(shown)
        assert decode_layers(code, layers) == [(f"层{n}", s) for n, s in enumerate(shown)]
        assert code.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("code", ["", "A", "AQ==", "CA", "AQA", "\x00", "é", "AQ ", "../", "A" * 5_000])
def test_what_is_not_the_code_of_a_set_of_this_page_is_refused(code):
    with pytest.raises(ValueError):
        decode_layers(code, [Layer("a"), Layer("b"), Layer("c")])


def test_a_page_without_layers_has_no_sets():
    with pytest.raises(ValueError):
        decode_layers("", [])


def test_layers_are_shown_and_hidden_at_will_and_one_set_leaves_nothing_to_the_next(tmp_path, pool):
    path = squares(tmp_path / "a.pdf")
    for wanted in (
        states(),
        states(A=False),
        states(隐藏=True),
        states(A=False, B=False),
        states(B=False),
        states(),
    ):
        tile = pool.tile(path, 0, -1, 0, 0, layers=wanted)
        assert inks(tile) == {name for name, is_on in wanted if is_on}
        assert inks(pool.tile(path, 0, -1, 0, 0)) == {"A", "B"}
    assert pool.tile(path, 0, -1, 0, 0, layers=states(A=False, B=False)) == BLANK_TILE


def test_a_switched_page_is_pixel_for_pixel_the_page_of_a_file_that_says_so(tmp_path, pool):
    path = squares(tmp_path / "a.pdf")
    wanted = states(A=False, 隐藏=True)
    with pikepdf.open(path) as pdf:
        set_layers(pdf, 0, wanted)
        pdf.save(tmp_path / "said.pdf")
    document = open_pdf(tmp_path / "said.pdf")
    said = render_tile(load_page(document, 0), 1, 0, 0)
    document.close()
    assert (picture(pool.tile(path, 0, 1, 0, 0, layers=wanted)) == picture(said)).all()


def test_a_group_with_a_view_state_of_its_own_is_told_as_it_is_drawn_and_can_be_switched(tmp_path, pool):
    def edit(pdf) -> None:
        add_layers(pdf, **NAMES)
        first, second, _ = pdf.Root.OCProperties.OCGs
        first.Usage = pikepdf.Dictionary(View=pikepdf.Dictionary(ViewState=pikepdf.Name.OFF))
        second.Intent = pikepdf.Name.Design
        pdf.Root.OCProperties.D.OFF = pikepdf.Array([second])

    path = squares(tmp_path / "a.pdf", edit)
    (tmp_path / "out").mkdir()
    page = inspect_pdf(path, tmp_path / "out").pages[0]
    drawn = inks(pool.tile(path, 0, -1, 0, 0))
    assert {layer.name for layer in page.layers if layer.is_on} == drawn
    every = [(layer.name, True) for layer in page.layers]
    assert inks(pool.tile(path, 0, -1, 0, 0, layers=every)) == {"A", "B", "隐藏"}
    none = [(layer.name, False) for layer in page.layers]
    assert pool.tile(path, 0, -1, 0, 0, layers=none) == BLANK_TILE


def test_layers_of_one_name_are_switched_one_by_one(tmp_path, pool):
    def edit(pdf) -> None:
        add_layers(pdf, **NAMES)
        for group in pdf.Root.OCProperties.OCGs:
            group.Name = pikepdf.String("same")

    path = squares(tmp_path / "a.pdf", edit)
    for shown, left in (
        ((True, False, False), {"A"}),
        ((False, True, False), {"B"}),
        ((False, False, True), {"隐藏"}),
    ):
        tile = pool.tile(path, 0, -1, 0, 0, layers=[("same", is_on) for is_on in shown])
        assert inks(tile) == left


def test_a_layer_that_the_page_has_not_is_refused_and_the_worker_lives_on(tmp_path, pool):
    path = squares(tmp_path / "a.pdf")
    with pytest.raises(RenderRefused) as refused:
        pool.tile(path, 0, 0, 0, 0, layers=[("nobody", True)])
    assert refused.value.code == "no-such-layer"
    with pytest.raises(RenderRefused) as refused:
        pool.tile(path, 5, 0, 0, 0, layers=states())
    assert refused.value.code == "no-such-page"
    assert inks(pool.tile(path, 0, -1, 0, 0, layers=states())) == {"A", "B"}


def test_the_file_itself_is_not_changed_by_switching(tmp_path, pool):
    path = squares(tmp_path / "a.pdf")
    before = path.read_bytes()
    pool.tile(path, 0, 0, 0, 0, layers=states(A=False))
    assert path.read_bytes() == before
