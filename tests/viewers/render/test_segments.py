import pytest
from pikepdf import Name

from tests.viewers.render.pdf_samples import MM, line, text_at, write_pdf
from viewers.render.errors import RenderRefused
from viewers.render.pdf_segments import MAX_SEGMENTS
from viewers.render.pool import Limits, RenderPool

ALL = (0, 0, 600_000, 600_000)


@pytest.fixture
def pool(tmp_path):
    with RenderPool(workers=1, limits=Limits(), read_roots=[tmp_path], scratch=tmp_path / "scratch") as made:
        yield made


def near(segments, *wanted: tuple[float, float, float, float]) -> bool:
    """Whether these segments (mm), in either direction, and no others are there, within 10 um."""

    def same(found, mm) -> bool:
        ends = [tuple(1000 * v for v in mm), (1000 * mm[2], 1000 * mm[3], 1000 * mm[0], 1000 * mm[1])]
        return any(all(abs(a - b) <= 10 for a, b in zip(found, end, strict=True)) for end in ends)

    return len(segments) == len(wanted) and all(any(same(f, w) for f in segments) for w in wanted)


def test_lines_and_rectangles_are_found_where_they_are_drawn(tmp_path, pool):
    content = line(10, 20, 110, 20) + f"{200 * MM} {100 * MM} {40 * MM} {30 * MM} re S\n"
    path = write_pdf(tmp_path / "a.pdf", content)
    found, is_cut = pool.segments(path, 0, ALL)
    sides = ((200, 100, 240, 100), (240, 100, 240, 130), (240, 130, 200, 130), (200, 130, 200, 100))
    assert near(found, (10, 20, 110, 20), *sides)
    assert not is_cut


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_gives_lines_as_they_are_seen(tmp_path, pool, turn):
    path = write_pdf(tmp_path / "a.pdf", line(10, 20, 110, 20), rotate=turn)
    found, _ = pool.segments(path, 0, ALL)
    seen = {90: (20, 584, 20, 484), 180: (584, 400, 484, 400), 270: (400, 10, 400, 110)}[turn]
    assert near(found, seen)


def test_only_what_touches_the_region_is_given(tmp_path, pool):
    path = write_pdf(tmp_path / "a.pdf", line(10, 20, 110, 20) + line(300, 300, 320, 300))
    assert near(pool.segments(path, 0, (290_000, 290_000, 330_000, 310_000))[0], (300, 300, 320, 300))
    assert pool.segments(path, 0, (400_000, 0, 410_000, 10_000)) == ([], False)


def test_a_curve_gives_its_ends_only(tmp_path, pool):
    content = f"{10 * MM} {10 * MM} m {10 * MM} {30 * MM} {40 * MM} {30 * MM} {40 * MM} {10 * MM} c S\n"
    found, _ = pool.segments(write_pdf(tmp_path / "a.pdf", content), 0, ALL)
    assert near(found, (10, 10, 10, 10), (40, 10, 40, 10))


def test_letters_are_nothing_to_snap_to(tmp_path, pool):
    corners = " ".join(f"{(50 + n % 3) * MM} {(50 + n % 4) * MM} l" for n in range(12))
    outline = f"{50 * MM} {50 * MM} m {corners} h f\n"
    path = write_pdf(tmp_path / "a.pdf", outline + text_at(100, 100, "A-101") + line(10, 20, 110, 20))
    assert near(pool.segments(path, 0, ALL)[0], (10, 20, 110, 20))


def test_of_too_many_lines_the_longest_are_given_and_it_is_said(tmp_path, pool):
    many = "".join(line(1, n / 50, 3, n / 50) for n in range(MAX_SEGMENTS + 50)) + line(5, 5, 300, 5)
    found, is_cut = pool.segments(write_pdf(tmp_path / "a.pdf", many), 0, ALL)
    assert len(found) == MAX_SEGMENTS
    assert is_cut
    assert near(found[:1], (5, 5, 300, 5))


def test_lines_within_forms_are_where_they_are_drawn(tmp_path, pool):
    def edit(pdf) -> None:
        form = pdf.make_stream(line(0, 0, 50, 0).encode())
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [0, 0, 1000, 1000]
        pdf.pages[0].Resources.XObject = {"/X": form}

    content = f"q 2 0 0 2 {100 * MM} {100 * MM} cm /X Do Q\n"
    found, _ = pool.segments(write_pdf(tmp_path / "a.pdf", content, edit=edit), 0, ALL)
    assert near(found, (100, 100, 200, 100))


def test_an_empty_region_is_refused(tmp_path, pool):
    path = write_pdf(tmp_path / "a.pdf", line(10, 20, 110, 20))
    with pytest.raises(RenderRefused) as refused:
        pool.segments(path, 0, (5, 5, 5, 9))
    assert refused.value.code == "box-out-of-range"
