"""Callouts: what points to a sheet of the set, what dangles, and what only looks like it."""

import pytest

from app.drawings.callouts import SetNumber, SetNumbers, callouts_of
from viewers.render.manifest import RuledLine, TextRun

ZH = ["建施-01", "建施-03", "建施-08", "建施-09", "结施-12", "门卫-建施-01"]
EN = ["A101", "A201", "A304", "S-001"]
MM = 1_000


def run(
    text: str, x: float = 100, y: float = 100, width: float = 20, height: float = 3, angle: int = 0
) -> TextRun:
    """Centred at (x, y), mm."""
    box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return TextRun(text, *(round(v * MM) for v in box), angle)


def found(
    own: str, numbers: list[str], *runs: TextRun, lines: list[RuledLine] | None = None
) -> list[tuple[str, bool]]:
    """Numbers pointed to, and whether the set has them."""
    every = [SetNumber(n, n, "") for n in numbers]
    callouts = callouts_of(SetNumber(own, own, ""), SetNumbers(every), list(runs), lines or [])
    return [(c.number, c.target is not None) for c in callouts]


@pytest.mark.parametrize(
    ("text", "number", "is_there"),
    [
        ("3/建施-08", "建施-08", True),
        ("详见结施-12", "结施-12", True),
        ("做法详见结施-12及说明", "结施-12", True),
        ("墙身大样见建施－09。", "建施-09", True),
        ("3/08", "建施-08", True),
        ("②/9", "建施-09", True),
        ("详见结施-13", "结施-13", False),
        ("3/07", "建施-07", False),
        ("建施-14", "建施-14", False),
    ],
)
def test_references_as_chinese_sets_write_them(text, number, is_there):
    assert found("建施-03", ZH, run(text)) == [(number, is_there)]


@pytest.mark.parametrize(
    ("text", "number", "is_there"),
    [
        ("3/A304", "A304", True),
        ("SEE A201", "A201", True),
        ("SEE DETAIL 4 ON A304", "A304", True),
        ("A304", "A304", True),
        ("SEE S-001.", "S-001", True),
        ("SEE A501", "A501", False),
        ("A501", "A501", False),
    ],
)
def test_references_as_other_sets_write_them(text, number, is_there):
    assert found("A101", EN, run(text)) == [(number, is_there)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1/2",
            "3/4",
            "1/100",
            "A-1",
            "C2409",
            "GB/T 50001",
            "2026/10/05",
            "L=3600/2",
            "M1024",
            "KL-12",
            "12.600",
        ),
        *(
            "A1010",
            "BA101",
            "A101.5",
            "A101-2",
            "B304",
            "建施-3",
            "建施-100",
            "见说明",
            "3/A",
            "Ø12@100",
            "",
            "/",
        ),
    ],
)
def test_what_only_looks_like_a_reference_is_none(text):
    assert found("建施-03", [*ZH, *EN], run(text)) == []


def test_a_number_of_unknown_letters_is_nobodys_number():
    assert found("A101", EN, run("SEE E-501"), run("T304")) == []


def test_a_number_in_a_sentence_that_the_set_has_not_is_dangling_only_where_it_is_referred_to():
    assert found("A101", EN, run("VALVE A777 BY OTHERS")) == []
    assert found("A101", EN, run("SEE A777")) == [("A777", False)]


def test_a_sheet_does_not_point_to_itself():
    assert found("建施-03", ZH, run("建施-03"), run("3/03"), run("详见建施-03")) == []


def circle(upper="1", lower="09", x=100.0, y=100.0, half=5.0):
    """An index circle with its centre at (x, y), mm: two texts and the line between them."""
    line = RuledLine(round((x - half) * MM), round(y * MM), round((x + half) * MM), round(y * MM))
    return [run(upper, x, y + 2.2, 2), run(lower, x, y - 2.3, 4)], [line]


def test_an_index_circle_is_two_texts_and_a_line():
    runs, lines = circle()
    assert found("建施-03", ZH, *runs, lines=lines) == [("建施-09", True)]
    runs, lines = circle(lower="14")
    assert found("建施-03", ZH, *runs, lines=lines) == [("建施-14", False)]
    callouts = callouts_of(
        SetNumber("x", "建施-03", ""), SetNumbers([SetNumber(n, n, "") for n in ZH]), *circle(upper="③")
    )
    assert [c.text for c in callouts] == ["③/09"]
    assert (
        callouts[0].box == (95_000, 94_950, 105_000, 104_950)
        or callouts[0].box[2] - callouts[0].box[0] == 10_000
    )


def test_two_figures_above_one_another_without_the_line_of_a_circle_are_no_callout():
    runs, _ = circle()
    assert found("建施-03", ZH, *runs) == []
    table_line = [RuledLine(0, 100_000, 200_000, 100_000)]
    assert found("建施-03", ZH, *runs, lines=table_line) == []
    aside, lines = circle()
    assert found("建施-03", ZH, aside[0], run("09", 104, 97.7, 4), lines=lines) == []


def test_short_forms_mean_the_sheets_of_the_same_building_and_discipline():
    runs, lines = circle(lower="01")
    assert found("建施-03", ZH, *runs, lines=lines) == [("建施-01", True)]
    assert found("门卫-建施-02", ZH, *runs, lines=lines) == [("门卫-建施-01", True)]


def test_of_sheets_with_the_same_number_the_one_of_the_same_building_is_meant():
    numbers = SetNumbers([SetNumber("one", "A304", "", "b1"), SetNumber("two", "A304", "", "b2")])
    for building, sheet in (("b1", "one"), ("b2", "two")):
        (callout,) = callouts_of(SetNumber("x", "A101", "", building), numbers, [run("3/A304")], [])
        assert callout.target is not None
        assert callout.target.sheet_id == sheet
    (callout,) = callouts_of(SetNumber("x", "A101", "", "b3"), numbers, [run("3/A304")], [])
    assert callout.target is None


def test_a_place_within_a_sentence_is_about_where_the_number_stands():
    every = SetNumbers([SetNumber(n, n, "") for n in EN])
    own = SetNumber("A101", "A101", "")
    (level,) = callouts_of(own, every, [run("see A304", 100, 100, 80)], [])
    assert level.box[0] > 80_000
    assert level.box[2] == 140_000
    (plumb,) = callouts_of(own, every, [run("see A304", 100, 100, 3, 80, angle=90)], [])
    assert plumb.box[1] > 80_000
    assert plumb.box[3] == 140_000


def test_a_set_without_numbers_and_a_sheet_without_text_give_nothing():
    assert found("建施-03", [], run("详见结施-12")) == []
    assert found("建施-03", ZH) == []


def test_letters_that_do_not_print_break_nothing():
    """A soft hyphen, as word processors leave them in PDFs."""
    assert found("建施-01", ZH, run("详见\u00ad结施-12"), run("0\u00ad8")) == [("结施-12", True)]
