"""What a person sees decides: what looks alike is no change, what only the pictures show is one; title blocks; the list."""

import pikepdf
import pypdfium2 as pdfium
import pytest

from tests.viewers.render.pdf_samples import line, one_page, text_at, write_pdf
from viewers.render.compare.list_values import DifferenceSheet, Listed
from viewers.render.compare.listing import MOST_PICTURES, compose_differences
from viewers.render.compare.pages import compare_files
from viewers.render.compare.values import Comparison, Kind, Severity, TitleField

GRID = "".join(line(20, y, 500, y) for y in range(20, 400, 20)) + "".join(
    line(x, 20, x, 380) for x in range(20, 520, 60)
)
UM = 1_000
MM = 72 / 25.4


def compared(tmp_path, before, after, fields=((), ())):
    old, new = write_pdf(tmp_path / "old.pdf", before), write_pdf(tmp_path / "new.pdf", after)
    return compare_files((old, 0), (new, 0), tmp_path, fields)


def field(name, x0, y0, x1, y1):
    return TitleField(name, tuple(round(v * UM) for v in (x0, y0, x1, y1)))


def test_white_lines_on_white_paper_are_no_change(tmp_path):
    found = compared(tmp_path, GRID, GRID + f"q 1 1 1 RG 1 w {line(90, 185, 130, 190)} Q\n")
    assert found.is_comparable
    assert found.regions == ()


def test_the_same_line_in_black_is_a_change(tmp_path):
    found = compared(tmp_path, GRID, GRID + f"q 0 0 0 RG 1 w {line(90, 185, 130, 190)} Q\n")
    assert [r.kind for r in found.regions] == [Kind.ADDED]


def test_a_thin_line_is_seen_on_a_turned_sheet(tmp_path):
    size = 420 * MM
    words = "".join(text_at(40 + 60 * i, 30 + 40 * i, f"AXIS {i} LEVEL {i * 3}.600") for i in range(6))
    turn = f"q 0 1 -1 0 {size} 0 cm\n{{}} Q\n"
    drawn = f"0.5 w {GRID}{words}"
    old = write_pdf(tmp_path / "old.pdf", drawn, size=(size, size))
    thin = f"{drawn} 0.36 w {line(86, 186, 86, 189)}"
    same = write_pdf(tmp_path / "same.pdf", turn.format(drawn), size=(size, size))
    longer = write_pdf(tmp_path / "longer.pdf", turn.format(thin), size=(size, size))
    assert compare_files((old, 0), (same, 0), tmp_path).regions == ()
    found = compare_files((old, 0), (longer, 0), tmp_path)
    assert abs(found.registration.rotation_deg) == pytest.approx(90, abs=0.1)
    assert [(r.kind, r.why) for r in found.regions] == [(Kind.ADDED, "lines")]


def test_a_line_over_a_fill_is_seen(tmp_path):
    fill = f"q 0.7 0.8 0.5 rg {90 * MM} {170 * MM} {60 * MM} {30 * MM} re f Q\n"
    red = f"q 0.8 0.3 0.2 RG 0.5 w {line(95, 185, 140, 190)} Q\n"
    found = compared(tmp_path, GRID + fill, GRID + fill + red)
    assert [(r.kind, r.why) for r in found.regions] == [(Kind.ADDED, "lines")]


def test_a_line_under_a_fill_of_its_own_colour_is_no_change(tmp_path):
    fill = f"0.5 0.5 0.5 RG 0.5 0.5 0.5 rg {90 * MM} {170 * MM} {60 * MM} {30 * MM} re f\n"
    found = compared(tmp_path, GRID + fill, GRID + fill + line(95, 185, 140, 190))
    assert found.regions == ()


def test_words_under_a_white_mask_are_gone(tmp_path):
    words = GRID + text_at(100, 66, "C30")
    found = compared(tmp_path, words, words + f"q 1 1 1 rg {95 * MM} {62 * MM} {30 * MM} {15 * MM} re f Q\n")
    assert [(r.kind, r.severity, r.why) for r in found.regions] == [(Kind.REMOVED, Severity.MAJOR, "picture")]
    x0, y0, x1, y1 = found.regions[0].after
    assert x0 < 105 * UM < x1
    assert y0 < 68 * UM < y1


def test_a_colour_rounded_by_another_writer_is_the_same(tmp_path):
    grey = f"q 0.349 0.349 0.349 RG 1 w {line(110, 190, 170, 190)} Q\n"
    found = compared(tmp_path, GRID + grey, GRID + grey.replace("0.349", "0.353"))
    assert found.regions == ()


def test_what_every_revision_changes_is_routine_and_not_undeclared(tmp_path):
    before = GRID + text_at(400, 46, "A") + text_at(100, 246, "C30")
    after = GRID + text_at(400, 46, "B") + text_at(100, 246, "C35")
    fields = ([field("revision", 398, 44, 412, 58)], [field("revision", 398, 44, 412, 58)])
    found = compared(tmp_path, before, after, fields)
    by = {r.severity: r for r in found.regions}
    assert (by[Severity.ROUTINE].field, by[Severity.ROUTINE].text_before, by[Severity.ROUTINE].text_after) == (
        "revision", "A", "B",
    )  # fmt: skip
    assert by[Severity.MAJOR].text_after == "C35"
    assert (found.counts["routine"], found.counts["undeclared"], found.counts["text"]) == (1, 1, 1)
    assert Comparison.from_json(found.to_json()) == found


def test_without_the_field_the_same_change_is_content(tmp_path):
    found = compared(tmp_path, GRID + text_at(400, 46, "A"), GRID + text_at(400, 46, "B"))
    assert [r.severity for r in found.regions] == [Severity.MAJOR]


@pytest.mark.parametrize(
    ("head", "row", "severity"),
    [
        ("REVISIONS", ("B", "2026-05-18"), Severity.ROUTINE),
        ("REVISIONS", ("B", "C35"), Severity.MAJOR),
        ("ISSUE LIST", ("15", "2026-05-18"), Severity.MAJOR),
    ],
    ids=["a dated revision", "a row without a date", "a row of another list"],
)
def test_only_a_dated_row_of_a_table_of_revisions_is_routine(tmp_path, head, row, severity):
    before = GRID + text_at(330, 366, head) + text_at(330, 346, "A")
    after = before + text_at(330, 326, row[0]) + text_at(385, 326, row[1])
    found = compared(tmp_path, before, after)
    assert {r.severity for r in found.regions} == {severity}


def listed(count):
    box = (round(100 * UM), round(100 * UM), round(140 * UM), round(112 * UM))
    return tuple(
        Listed(str(n + 1), "#8a6100", "文字 · 内容 · 未声明", ("C30 → C35",), box, box) for n in range(count)
    )


def sheet(count):
    return DifferenceSheet(
        "差异清单 · 结施-01 A - 结施-01 B", ("旧\nSHA-256 00ff",), ("旧 · A", "新 · B"), "差异清单",
        "第 {n} 页 共 {all} 页", "没有发现差异。", listed(count),
    )  # fmt: skip


def texts(path):
    document = pdfium.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def test_the_list_names_every_difference_with_both_sheets(tmp_path):
    old = write_pdf(tmp_path / "old.pdf", GRID)
    compose_differences((old, 0), (old, 0), sheet(7), tmp_path)
    pages = texts(tmp_path / "differences.pdf")
    assert len(pages) == 3
    assert all(f"第 {n} 页 共 3 页" in text for n, text in enumerate(pages, start=1))
    assert "SHA-256 00ff" in pages[0]
    assert "□" not in "".join(pages)
    assert "".join(pages).count("C30 → C35") == 7
    with pikepdf.open(tmp_path / "differences.pdf") as pdf:
        assert sum(len(page.images) for page in pdf.pages) == 14


def test_an_empty_list_says_so_and_equal_input_gives_equal_bytes(tmp_path):
    old = tmp_path / "old.pdf"
    old.write_bytes(one_page(b"0 0 m 99 99 l S"))
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        compose_differences((old, 0), (old, 0), sheet(0), tmp_path / name)
        made.append((tmp_path / name / "differences.pdf").read_bytes())
    assert made[0] == made[1]
    assert "没有发现差异" in texts(tmp_path / "one" / "differences.pdf")[0]


def test_a_very_long_list_has_pictures_of_the_first_and_words_of_all(tmp_path):
    old = write_pdf(tmp_path / "old.pdf", GRID)
    compose_differences((old, 0), (old, 0), sheet(MOST_PICTURES + 5), tmp_path)
    with pikepdf.open(tmp_path / "differences.pdf") as pdf:
        assert sum(len(page.images) for page in pdf.pages) == 2 * MOST_PICTURES
    assert "".join(texts(tmp_path / "differences.pdf")).count("C30 → C35") == MOST_PICTURES + 5
