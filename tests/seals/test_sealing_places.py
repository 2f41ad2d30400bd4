import numpy as np
import pikepdf
import pypdfium2
import pytest

from app.seals.rules import Level, SealKind
from app.seals.sealing.appearance.paths import Drawing, polygon
from app.seals.sealing.fields import place_fields
from app.seals.sealing.margins import add_margin
from app.seals.sealing.pades import Act
from app.seals.sealing.places import Instead, Sheet, Wish, find_places
from tests.samples import sample
from tests.seals import sealing_set as given

PT = 72 / 25.4
ALL = [
    Wish("issue", SealKind.ISSUE),
    Wish("registered-1", SealKind.REGISTERED),
    Wish("review", SealKind.REVIEW),
    Wish("as-built", SealKind.AS_BUILT, is_last=True),
    Wish("person-1", SealKind.PERSON),
]


def _framed(wide, tall, block=(180, 40)) -> bytes:
    """A frame with a title block at the lower right, mm."""
    return (
        f"{PT} 0 0 {PT} 0 0 cm 0.5 w 10 10 {wide - 20} {tall - 20} re S "
        f"{wide - 10 - block[0]} 10 {block[0]} {block[1]} re S"
    ).encode()


def _overlap(one, other) -> bool:
    return (
        one.x_mm < other.x_mm + other.width_mm
        and other.x_mm < one.x_mm + one.width_mm
        and one.y_mm < other.y_mm + other.height_mm
        and other.y_mm < one.y_mm + one.height_mm
    )


def _ink_under(path, placed) -> int:
    document = pypdfium2.PdfDocument(path)
    page = document[0]
    with pikepdf.open(path) as pdf:
        wide, tall = Sheet.of(pdf.pages[0]).shown_mm
    scale = 4 * wide / page.get_width()
    grey = page.render(scale=scale, grayscale=True).to_numpy()
    grey = grey.reshape(grey.shape[0], -1)
    k = grey.shape[1] / wide
    rows = slice(int((tall - placed.y_mm - placed.height_mm) * k), int((tall - placed.y_mm) * k))
    columns = slice(int(placed.x_mm * k), int((placed.x_mm + placed.width_mm) * k))
    return int((grey[rows, columns] < 250).sum())


def test_all_seals_of_a_plain_sheet_have_room_by_the_title_block(tmp_path):
    path = given.sheet(tmp_path / "a.pdf", size=(841 * PT, 594 * PT), content=_framed(841, 594))
    layout = find_places(path, ALL)
    assert [field.name for field in layout.fields] == [wish.name for wish in ALL]
    assert layout.words is None
    assert all(placed.is_full_size for placed in layout.placed)
    assert all(_ink_under(path, placed) == 0 for placed in layout.placed)
    pairs = [(a, b) for n, a in enumerate(layout.placed) for b in layout.placed[n + 1 :]]
    assert not any(_overlap(a, b) for a, b in pairs)
    stamp = layout.placed[3]
    assert (stamp.width_mm, stamp.height_mm) == (80, 50)
    assert 50 < stamp.y_mm < 60
    assert 740 < stamp.x_mm + 80 / 2 < 831
    assert layout.fields[3].is_last


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turn_crop_and_unit_of_a_page_are_respected(tmp_path, turn):
    """The picture of the seal itself is looked at, on the page as it is shown."""
    unit, wide, tall = 2.0, 420.0, 297.0
    k = PT / unit
    inner = (wide, tall) if turn % 180 == 0 else (tall, wide)
    origin = (100.0, -50.0)
    whole = (inner[0] * k + 60, inner[1] * k + 80)
    crop = (origin[0] + 20, origin[1] + 30, origin[0] + 20 + inner[0] * k, origin[1] + 30 + inner[1] * k)
    path = given.sheet(
        tmp_path / "a.pdf", size=whole, origin=origin, crop=crop, rotate=turn, unit=unit, content=b""
    )
    layout = find_places(path, [Wish("as-built", SealKind.AS_BUILT)])
    [placed] = layout.placed
    assert (round(placed.x_mm + 80 + 5), round(placed.y_mm - 5)) == (420, 0)
    path.write_bytes(place_fields(path.read_bytes(), layout.fields))
    # Filled at its lower left quarter: where that is seen tells place, size and turn.
    drawing = Drawing(80, 50, (polygon([(0, 0), (40, 0), (40, 25), (0, 25)]),))
    given.desk(Level.B).seal(path, path, Act("as-built", drawing.picture()))
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    page = document[0]
    grey = page.render(scale=2 * 420 / page.get_width(), grayscale=True).to_numpy()
    rows, columns = np.nonzero(grey.reshape(grey.shape[0], -1) < 200)
    seen = [columns.min() / 2, columns.max() / 2, 297 - rows.max() / 2, 297 - rows.min() / 2]
    expected = [placed.x_mm, placed.x_mm + 40, placed.y_mm, placed.y_mm + 25]
    assert np.allclose(seen, expected, atol=1.0)


def test_a_full_sheet_says_so_and_proposes_a_margin_or_a_page(tmp_path):
    lines = b"".join(b"0 %d m 2400 %d l S " % (y, y) for y in range(0, 1700, 12))
    path = given.sheet(tmp_path / "a.pdf", content=lines)
    layout = find_places(path, ALL)
    assert layout.placed == ()
    assert layout.missing == tuple(ALL)
    assert layout.instead is Instead.STRIP
    assert layout.strip_mm == 60
    assert layout.words is not None
    assert "60 mm" in layout.words.en
    small = given.sheet(tmp_path / "b.pdf", size=(595, 842), content=lines)
    assert find_places(small, ALL).instead is Instead.PAGE


def test_a_smaller_seal_is_chosen_before_none(tmp_path):
    free = b"0 0 1684 1191 re 1000 200 %d %d re f*" % (36 * PT, 36 * PT)
    path = given.sheet(tmp_path / "a.pdf", size=(1684, 1191), content=free)
    [placed] = find_places(path, [Wish("issue", SealKind.ISSUE)]).placed
    assert (placed.width_mm, placed.is_full_size) == (30, False)


@pytest.mark.parametrize(
    "name", ["K1.1_VUNDAMENDITALDMIKE_PLAAN.pdf", "TRN_PP_AR-7-10_V01_Magamistoa-terrass.pdf"]
)
def test_a_real_sheet_has_room_and_none_of_it_is_drawn_on(name):
    path = sample("annex", "pdf", name)
    layout = find_places(path, ALL)
    assert layout.missing == ()
    assert [_ink_under(path, placed) for placed in layout.placed] == [0] * len(ALL)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_margin_at_the_foot_holds_what_had_no_room(tmp_path, turn):
    lines = b"".join(b"-200 %d m 2600 %d l S " % (y, y) for y in range(-300, 2600, 12))
    size = given.A1 if turn % 180 == 0 else given.A1[::-1]
    path, wider = given.sheet(tmp_path / "a.pdf", size=size, rotate=turn, content=lines), tmp_path / "b.pdf"
    layout = find_places(path, ALL)
    add_margin(path, wider, layout.strip_mm)
    before, after = (
        pypdfium2.PdfDocument(at)[0].render(scale=0.5, grayscale=True).to_numpy() for at in (path, wider)
    )
    assert after.shape[1] == before.shape[1]
    rows = before.shape[0]
    assert abs(before[:-2].mean() - after[: rows - 2].mean()) < 1
    assert after[rows + 2 :].min() == 255
    found = find_places(wider, ALL)
    assert found.missing == ()
    assert all(placed.y_mm + placed.height_mm < layout.strip_mm for placed in found.placed)
    assert all(_ink_under(wider, placed) == 0 for placed in found.placed)
