"""Reading as the intake uses it: sources, learned places, unusable text, hostile pages, and the real sheets."""

import random
import time

import pytest

from app.drawings.reading import (
    PageContent,
    find_value,
    learn_field,
    read_drawing_list,
    read_title_block,
)
from tests.bench.title_blocks import Case, annex_cases, barber_cases, hidden, judge, pdf_pages
from tests.drawings.test_reading_layouts import Piece, grid, runs_of
from tests.samples import SAMPLES, sample

A1 = (841_000, 594_000)
LINES = grid([700, 725, 790, 810, 831], [10, 20, 30])
BLOCK: list[Piece] = [
    ("图名", 702, 23, 3), ("一层平面图", 727, 23, 4), ("图号", 792, 23, 3), ("建施-01", 812, 23, 3),
    ("比例", 702, 13, 3), ("1:100", 727, 13, 3),
]  # fmt: skip


def _page(pieces: list[Piece], *, file_name: str = "", usable: bool = True, count: int = 1) -> PageContent:
    return PageContent(*A1, runs_of(pieces), LINES, file_name, 0, count, usable)


def test_an_absent_field_is_absent() -> None:
    fields = read_title_block(_page(BLOCK)).fields
    assert "revision" not in fields
    assert "date" not in fields
    assert all(0 < f.confidence < 1 and f.value for f in fields.values())


def test_the_block_box_holds_the_boxes_of_the_fields() -> None:
    reading = read_title_block(_page(BLOCK))
    box = reading.block_box
    assert box is not None
    for found in reading.fields.values():
        if found.box is not None:
            assert (box[0] <= found.box[0], box[1] <= found.box[1]) == (True, True)
            assert (found.box[2] <= box[2], found.box[3] <= box[3]) == (True, True)


def test_unusable_text_leaves_only_the_file_name() -> None:
    fields = read_title_block(_page(BLOCK, file_name="结施-09 楼梯详图_B版.pdf", usable=False)).fields
    assert (fields["number"].value, fields["title"].value, fields["revision"].value) == (
        "结施-09",
        "楼梯详图",
        "B版",
    )
    assert {f.source for n, f in fields.items() if n != "discipline"} == {"file_name"}
    assert all(f.confidence < 0.6 for f in fields.values())


def test_a_file_name_that_differs_lowers_the_confidence_and_the_print_is_kept() -> None:
    alone = read_title_block(_page(BLOCK)).fields["number"]
    same = read_title_block(_page(BLOCK, file_name="建施-01.pdf")).fields["number"]
    other = read_title_block(_page(BLOCK, file_name="建施-02.pdf")).fields["number"]
    assert same.value == other.value == "建施-01"
    assert other.confidence < alone.confidence <= same.confidence


def test_the_name_of_a_file_of_many_pages_is_hardly_believed() -> None:
    fields = read_title_block(_page([], file_name="A102.pdf", count=9)).fields
    assert fields["number"].confidence < 0.3


def test_a_corrected_place_is_read_on_the_next_sheet_of_another_size() -> None:
    odd: list[Piece] = [("X-17 / 甲", 640, 300, 3), ("二层布置", 600, 310, 3), ("建筑-A-02", 690, 310, 5)]
    page = _page(odd)
    assert "number" not in read_title_block(page).fields
    box = find_value(page, "建筑-A-02")
    assert box is not None
    place = learn_field(page, "number", box)
    shifted = [(t, x - 247, y, h) for t, x, y, h in [("建筑-A-03", 690, 310, 5), ("三层布置", 600, 310, 3)]]
    small = PageContent(594_000, 420_000, runs_of(shifted), [])
    found = read_title_block(small, learned=[place]).fields["number"]
    assert (found.value, found.source) == ("建筑-A-03", "learned")


def test_a_learned_place_gives_a_number_of_a_form_nobody_foresaw() -> None:
    page = _page([("JZ 04 (改) 甲", 600, 300, 4)])
    box = find_value(page, "JZ 04 (改) 甲")
    assert box is not None
    found = read_title_block(page, learned=[learn_field(page, "number", box)]).fields["number"]
    assert found.value == "JZ 04 (改) 甲"


def test_a_learned_place_without_text_changes_nothing() -> None:
    page = _page(BLOCK)
    place = learn_field(page, "number", (10_000, 500_000, 60_000, 510_000))
    assert read_title_block(page, learned=[place]) == read_title_block(page)


def test_find_value_takes_the_place_nearest_to_the_lower_right() -> None:
    page = _page([*BLOCK, ("建施-01", 100, 400, 3)])
    assert find_value(page, "建施－０１") == runs_of(BLOCK)[3][1:5]
    assert find_value(page, "电施-99") is None
    assert find_value(page, "") is None


def test_an_empty_page_gives_nothing() -> None:
    assert read_title_block(PageContent(*A1, [], [])).fields == {}
    assert read_title_block(PageContent(0, 0, [], [])).block_box is None
    assert read_drawing_list(PageContent(*A1, [], [])) is None


@pytest.mark.parametrize("seed", range(40))
def test_random_pages_raise_nothing_and_give_no_values_that_are_not_printed(seed: int) -> None:
    rng = random.Random(seed)
    words = [
        "图号",
        "图",
        "号",
        "名",
        ":",
        "-",
        "A1",
        "建施-",
        "１",
        "/",
        "DATE",
        "工程\u200b",
        "\ufffd",
        " ",
        "",
        "序号",
        "图名",
        "9" * 290,
    ]
    runs = []
    for _ in range(rng.randrange(400)):
        x, y = rng.randrange(-10_000, 900_000), rng.randrange(-10_000, 600_000)
        text = "".join(rng.choice(words) for _ in range(rng.randrange(1, 4)))
        runs.append(
            (text, x, y, x + rng.randrange(0, 90_000), y + rng.randrange(0, 9_000), rng.randrange(-400, 400))
        )
    lines = []
    for _ in range(rng.randrange(300)):
        x, y, long = rng.randrange(900_000), rng.randrange(600_000), rng.randrange(400_000)
        lines.append((x, y, x + long, y) if rng.random() < 0.5 else (x, y, x, y + long))
    page = PageContent(*A1, runs, lines, "x\ufffd\x00.pdf")
    number = read_title_block(page).fields.get("number")
    read_drawing_list(page)
    assert number is None or any(c.isdigit() for c in number.value)


def _noise(kind: str, number: int) -> PageContent:
    """A page of so many runs and lines that mean nothing."""
    rng = random.Random(1)
    words = ["图号", "图", "号", "A102", "建施-01", "DATE", "1:100", "一层平面图", "工程", "名称", "300"]
    width, height = (20_000, 20_000) if kind == "heap" else (840_000, 594_000)
    runs = []
    for n in range(number):
        x, y = rng.randrange(width), rng.randrange(height)
        text = {"dense": str(n), "words": rng.choice(words), "heap": "图"}[kind]
        runs.append((text, x, y, x + 2_000 * len(text), y + 2_500, rng.choice([0, 0, 90])))
    lines = [
        (r[1], r[2], r[1] + 50_000, r[2]) if n % 2 else (r[1], r[2], r[1], r[2] + 50_000)
        for n, r in enumerate(runs)
    ]
    return PageContent(*A1, runs, lines)


def _seconds(page: PageContent) -> float:
    """The least of three, in CPU time: what else the machine does counts for little."""
    found = []
    for _ in range(3):
        started = time.process_time()
        read_title_block(page)
        found.append(time.process_time() - started)
    return min(found)


@pytest.mark.parametrize("kind", ["dense", "words", "heap"])
def test_the_effort_of_reading_does_not_explode_with_the_noise_on_a_page(kind: str) -> None:
    few, many = _seconds(_noise(kind, 5_000)), _seconds(_noise(kind, 20_000))
    assert many < 16 * max(few, 0.01)  # four times the runs: linear would be 4, quadratic 16


def _check(cases: list[Case], *, number: float, title: float) -> None:
    scores = judge(hidden(cases))
    assert scores["number"].precision >= 0.98, scores["number"].misses
    assert scores["number"].recall >= number, scores["number"].misses
    assert scores["title"].recall >= title, scores["title"].misses


def test_every_sheet_of_the_house_is_read_without_its_file_name() -> None:
    sample("barber-house", "labels.csv")
    for cases in barber_cases(SAMPLES).values():
        _check(cases, number=1.0, title=1.0)


def test_the_real_estonian_sheets_are_read_without_their_file_names() -> None:
    sample("annex", "labels.csv")
    sets = annex_cases(SAMPLES, "pdf")
    _check(sets["annex pdf"], number=0.95, title=0.9)
    for case in hidden(sets["annex documents without title block"]):
        assert "number" not in read_title_block(case.page).fields


def test_the_real_list_of_structural_drawings_names_every_sheet() -> None:
    rows = [
        row
        for page in pdf_pages(sample("annex", "pdf", "TRN_PP_EK_koosseis.pdf"))
        for row in read_drawing_list(page) or []
    ]
    assert len(rows) == 34
    assert (rows[0].number, rows[0].title) == ("K0.10", "SEINTE TÜÜPARMEERIMISJOONIS")
    assert (rows[-1].number, rows[-1].title) == ("K4.3.6", "TERASKANDUR TK-6")
    assert [r.position for r in rows] == list(range(1, 35))
