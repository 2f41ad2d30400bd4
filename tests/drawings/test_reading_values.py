"""Scales, dates, numbers, file names and disciplines as they are printed."""

import pytest

from app.drawings.reading import guess_discipline, guess_stage, number_from_file_name, parse_date, parse_scale
from app.drawings.reading.values import is_sheet_number, number_fit
from app.drawings.reading.vocabulary import read_label


@pytest.mark.parametrize(
    ("text", "scales"),
    [
        ("1:100", ["1:100"]),
        ("１：１５０", ["1:150"]),
        ("M1:500", ["1:500"]),
        ("1/50", ["1:50"]),
        ("1 : 10", ["1:10"]),
        ("1:100, 1:50", ["1:100", "1:50"]),
        ('1/4" = 1\'-0"', ["1:48"]),
        ('1 1/2" = 1\'-0"', ["1:8"]),
        ("2:1", ["2:1"]),
        ("见图", []),
        ("12:30:15", []),
        ("1:0", []),
    ],
)
def test_scales_are_brought_to_one_form(text: str, scales: list[str]) -> None:
    assert parse_scale(text) == scales


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024.05.12", "2024-05-12"),
        ("2024年5月", "2024-05"),
        ("２０２４－５－１２", "2024-05-12"),
        ("24.03.2024", "2024-03-24"),
        ("03/28/2019", "2019-03-28"),
        ("12 MAR 2021", "2021-03-12"),
        ("March 12, 2021", "2021-03-12"),
        ("20240512", "2024-05-12"),
        ("2024.13.40", ""),
        ("1:100", ""),
        ("13-2024", ""),
    ],
)
def test_dates_are_brought_to_one_form_or_refused(text: str, found: str) -> None:
    assert parse_date(text) == found


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("建施-01 一层平面图_A版.pdf", ("建施-01", "一层平面图", "A版")),
        ("TRN_EP_AR-5-01_V01_Abihoone-Korruseplaan.pdf", ("AR-5-01", "Abihoone-Korruseplaan", "V01")),
        ("K2.1.11_RB_SILLUS_S-111_112.pdf", ("K2.1.11", "RB SILLUS S-111 112", "")),
        ("A102.pdf", ("A102", "", "")),
        ("结施03二层梁配筋图.dwg", ("结施03", "二层梁配筋图", "")),
        ("dup__TRN_EP_AR-6-02_V01_Vaated.pdf", ("AR-6-02", "Vaated", "V01")),
        ("2013-07-18.pdf", None),
        ("全套图纸.pdf", None),
        ("", None),
    ],
)
def test_a_file_name_tells_number_title_and_revision_or_nothing(
    name: str, told: tuple[str, str, str] | None
) -> None:
    assert number_from_file_name(name) == told


@pytest.mark.parametrize(
    ("number", "title", "discipline"),
    [
        ("建施-01", "", "arch"),
        ("结施-G-03", "", "struct"),
        ("水施-1F-02", "", "plumb"),
        ("暖施-03竣", "", "hvac"),
        ("弱电施-07", "", "elv"),
        ("人防建施-02", "", "civil_defence"),
        ("1#楼-电施-05", "", "elec"),
        ("总施-01", "", "site"),
        ("幕施-DY-101", "", "facade"),
        ("A-101", "", "arch"),
        ("S-201", "", "struct"),
        ("K2.1.11", "", "struct"),
        ("TRN_EP_AR-5-01", "", "arch"),
        ("AS-4-01", "", "site"),
        ("EL-5-01", "", "elec"),
        ("VK-4-02", "", "plumb"),
        ("01", "一层照明平面图", "elec"),
        ("01", "一层平面图", None),
        ("", "", None),
    ],
)
def test_the_discipline_follows_from_the_number_and_strong_words_only(
    number: str, title: str, discipline: str | None
) -> None:
    assert guess_discipline(number, title) == discipline


def test_the_stage_follows_from_what_is_printed() -> None:
    assert guess_stage("施工图") == "construction"
    assert guess_stage("竣工图") == "as_built"
    assert guess_stage("Eelprojekt") == "preliminary"
    assert guess_stage("A版") is None


@pytest.mark.parametrize(
    "text", ["建施-03", "1#楼-建施-05", "A-101", "K2.1.11", "AR-6.-01", "门卫-建施-01", "A102"]
)
def test_sheet_numbers_fit_fully(text: str) -> None:
    assert number_fit(text) == 1.0


@pytest.mark.parametrize(
    "text", ["1:100", "2024-05-12", "一层平面图", "PLAN", "", "12,345", "No. of sheets 5 in all"]
)
def test_other_texts_are_no_sheet_numbers(text: str) -> None:
    assert number_fit(text) == 0.0
    assert not is_sheet_number(text)


@pytest.mark.parametrize("title", ["工程 做法表", "PROJECT OFFICE PLAN", "SHEET PILES", "设计 说明", "日期"])
def test_a_title_that_begins_like_a_label_is_not_surely_one(title: str) -> None:
    word = read_label(title)
    assert word is None or not word.rest or not word.is_sure
