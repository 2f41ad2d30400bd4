import re
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pikepdf
import pypdfium2
import pytest
from defusedxml import ElementTree
from PIL import Image

from app.kernel.errors import Refused
from app.seals.sealing.appearance import letters
from app.seals.sealing.appearance.seals import (
    AS_BUILT_FIELDS,
    BoxSeal,
    RoundSeal,
    draw_as_built,
    draw_box,
    draw_round,
)

NAME = "一套图演示建筑工程设计咨询与施工图设计文件审查中心有限公司"
FILLED = {
    "contractor": "一套图演示建设集团有限公司第三工程分公司",
    "compiler": "陈编制",
    "checker": "林审核",
    "technical_lead": "周技术",
    "date": "2026-11-28",
    "supervisor": "一套图演示工程监理咨询有限公司",
    "chief": "吴总监",
    "engineer": "欧阳监理师",
}
ROUND = RoundSeal(NAME[:14], "出图专用章", "3301060123456")
PERSON = BoxSeal(
    "中华人民共和国一级注册结构工程师",
    (("姓名", "张结构"), ("注册号", "3300000-S001"), ("单位", NAME), ("有效期至", "2028年12月31日")),
)
DRAWINGS = {
    "round": draw_round(ROUND),
    "small": draw_round(ROUND, 30),
    "box": draw_box(PERSON),
    "empty": draw_as_built(),
    "filled": draw_as_built(FILLED),
}


def _page(drawing, per_mm, folder) -> np.ndarray:
    """The drawing as pdfium shows it: darkness of each pixel."""
    k = 72 / 25.4
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(drawing.width_mm * k, drawing.height_mm * k))
        page.obj.Contents = pdf.make_stream(b"%f 0 0 %f 0 0 cm " % (k, k) + drawing.operators())
        pdf.save(folder / "a.pdf")
    page = pypdfium2.PdfDocument(folder / "a.pdf")[0]
    found = page.render(scale=per_mm / k, grayscale=True).to_numpy()
    return 255 - found.reshape(found.shape[0], -1)[: int(drawing.height_mm * per_mm)].astype(int)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_fills_its_millimetres_and_nothing_outside(tmp_path, name):
    drawing = DRAWINGS[name]
    x, y = zip(
        *(
            pair
            for path in drawing.paths
            for _, n in path.steps
            for pair in zip(n[::2], n[1::2], strict=True)
        ),
        strict=True,
    )
    assert min(x) >= -0.01
    assert max(x) <= drawing.width_mm + 0.01
    assert min(y) >= -0.01
    assert max(y) <= drawing.height_mm + 0.01
    dark = _page(drawing, 8, tmp_path) > 100
    rows, columns = np.nonzero(dark)
    assert columns.min() <= 2
    assert columns.max() >= drawing.width_mm * 8 - 4
    assert rows.min() <= 2
    assert rows.max() >= drawing.height_mm * 8 - 5


def _by_mm(dark, per_mm) -> np.ndarray:
    """Mean darkness of each square millimetre: edges are blended in each program's own way."""
    rows, columns = (side // per_mm for side in dark.shape)
    cells = dark[: rows * per_mm, : columns * per_mm].reshape(rows, per_mm, columns, per_mm)
    return cells.mean(axis=(1, 3))


@pytest.mark.browser
@pytest.mark.browser
def test_the_same_paths_give_the_same_picture_in_a_browser(tmp_path, browser):
    per_mm = 16  # pdfium draws no line thinner than a pixel
    page = browser.new_page(viewport={"width": 1300, "height": 820})
    for drawing in DRAWINGS.values():
        image = drawing.svg().replace(
            f'width="{drawing.width_mm:g}mm"', f'width="{drawing.width_mm * per_mm:g}"'
        )
        image = image.replace(f'height="{drawing.height_mm:g}mm"', f'height="{drawing.height_mm * per_mm:g}"')
        page.set_content(f'<body style="margin:0;background:#fff;line-height:0">{image}')
        clip = {
            "x": 0,
            "y": 0,
            "width": int(drawing.width_mm * per_mm),
            "height": int(drawing.height_mm * per_mm),
        }
        page.screenshot(path=tmp_path / "svg.png", clip=clip)
        shown = 255 - np.asarray(Image.open(tmp_path / "svg.png").convert("L")).astype(int)
        drawn = _page(drawing, per_mm, tmp_path)[: shown.shape[0], : shown.shape[1]]
        assert np.abs(_by_mm(shown, per_mm) - _by_mm(drawn, per_mm)).max() < 40
    page.close()


@pytest.mark.parametrize("length", [4, 9, 14, 20, 25, 30])
def test_names_of_four_to_thirty_characters_fit_their_ring(length):
    drawing = draw_round(RoundSeal((NAME + "一分公司")[:length]))
    letters = [path for path in drawing.paths if path.is_filled and path.line_mm]
    assert len(letters) == length
    for path in letters:
        for _, n in path.steps:
            for x, y in zip(n[::2], n[1::2], strict=True):
                assert 9 < np.hypot(x - 20, y - 20) < 19.0


@pytest.mark.parametrize("name", ["三字章", NAME + NAME, "演示\U000e0001设计院"])
def test_a_name_that_cannot_be_set_is_refused(name):
    with pytest.raises(Refused) as refused:
        draw_round(RoundSeal(name))
    assert refused.value.code == "seal-picture-text"


def test_the_as_built_stamp_has_nine_fields_empty_or_filled():
    assert len(AS_BUILT_FIELDS) + 1 == 9
    drawing = DRAWINGS["filled"]
    assert (drawing.width_mm, drawing.height_mm) == (80, 50)
    written = [path for path in drawing.paths if path.ink == "pen"]
    assert len(written) == sum(len(value) for value in FILLED.values())
    assert not [path for path in DRAWINGS["empty"].paths if path.ink == "pen"]
    with pytest.raises(KeyError):
        draw_as_built({"nobody": "x"})


def test_a_picture_is_plain_markup_without_script_or_font():
    for drawing in DRAWINGS.values():
        root = ElementTree.fromstring(drawing.svg())
        assert {child.tag.rpartition("}")[2] for child in root.iter()} == {"svg", "path"}
        assert not re.search(rb"\bT[fjJ]\b|\bDo\b", drawing.operators())
    assert len(DRAWINGS["round"].picture().packed) < 12_000


def test_letters_are_drawn_by_many_threads_at_once() -> None:
    """The server draws pictures in threads; a font that unpacks itself lazily does not bear that by itself."""
    letters._font.cache_clear()
    letters._font(letters.SERIF)
    letters.glyph.cache_clear()
    text = "一套图演示建筑设计研究院出图专用章审查注册结构工程师"
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(16) as pool:
            widths = list(pool.map(lambda _: letters.width_of(text, letters.SERIF), range(64)))
    finally:
        sys.setswitchinterval(before)
    assert len(set(widths)) == 1
