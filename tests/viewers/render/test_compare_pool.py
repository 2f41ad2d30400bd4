"""Comparisons in the jail: hostile input is refused, and nobody else is harmed."""

import pytest

from tests.bench.compare import heavy_sheet
from tests.viewers.render.pdf_samples import deflate_bomb, form_bomb, line, one_page, text_at, write_pdf
from viewers.render.compare.values import Kind
from viewers.render.errors import RenderTimeout
from viewers.render.pool import Limits, RenderCrashed, RenderError, RenderPool, RenderRefused

MIB = 1 << 20


@pytest.fixture
def pool(tmp_path):
    limits = Limits(memory=1200 * MIB, page_cpu=5, compare_cpu=8, compare_wall=60)
    with RenderPool(workers=1, limits=limits, read_roots=[tmp_path], scratch=tmp_path / "scratch") as made:
        yield made


@pytest.fixture
def sheet(tmp_path):
    content = "".join(line(20, y, 500, y) for y in range(20, 400, 20)) + text_at(60, 60, "A-101")
    return write_pdf(tmp_path / "sheet.pdf", content)


def test_two_sheets_are_compared_through_the_pool(pool, sheet, tmp_path):
    other = write_pdf(
        tmp_path / "other.pdf",
        "".join(line(20, y, 500, y) for y in range(20, 400, 20)) + text_at(60, 60, "A-102"),
    )
    comparison = pool.compare((sheet, 0), (other, 0), tmp_path / "out")
    assert [(r.kind, r.text_before, r.text_after) for r in comparison.regions] == [
        (Kind.TEXT, "A-101", "A-102")
    ]


HOSTILE = {
    "a deflate bomb": (deflate_bomb, {"over-expansion"}),
    "a deflate bomb in a form": (form_bomb, {"over-expansion"}),
    "no PDF": (lambda: b"%PDF-1.7\n", {"pdf-unreadable"}),
    "numbers nobody can draw": (lambda: one_page(b"1e30 1e30 m -1e30 nan l S 0 0 m 99 99 l S"), {""}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_sheet_is_refused_and_the_next_is_compared(pool, sheet, tmp_path, name):
    make, endings = HOSTILE[name]
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(make())
    code = ""
    try:
        pool.compare((sheet, 0), (bad, 0), tmp_path / "out")
    except RenderError as error:
        code = error.code
    assert code in endings
    assert pool.compare((sheet, 0), (sheet, 0), tmp_path / "after").regions == ()


def test_a_sheet_over_the_limits_is_refused_and_tiles_go_on(pool, sheet, tmp_path):
    heavy = tmp_path / "heavy.pdf"
    heavy_sheet(heavy, 700_000)
    with pytest.raises((RenderRefused, RenderTimeout, RenderCrashed, RenderTimeout)) as ended:
        pool.compare((heavy, 0), (heavy, 0), tmp_path / "out")
    # Which limit it meets first is the machine's affair: a busy one runs out of time by the wall.
    assert ended.value.code in {"over-cpu", "over-memory", "render-timeout"}
    assert pool.tile(sheet, 0, 0, 0, 0)[8:12] == b"WEBP"


def test_pages_that_are_not_there_and_other_kinds_are_refused(pool, sheet, tmp_path):
    with pytest.raises(RenderRefused, match="no-such-page"):
        pool.compare((sheet, 7), (sheet, 0), tmp_path / "out")
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(RenderRefused, match="compare-kinds"):
        pool.compare((sheet, 0), (picture, 0), tmp_path / "out2")


def test_files_outside_the_read_roots_are_never_opened(pool, sheet, tmp_path_factory):
    outside = write_pdf(tmp_path_factory.mktemp("outside") / "x.pdf", line(0, 0, 9, 9))
    with pytest.raises(PermissionError):
        pool.compare((sheet, 0), (outside, 0), outside.parent / "out")
