import pytest

from app.drawings.scales import printed_scales, scales_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1:100", ["1:100"]),
        ("比例 1：50", ["1:50"]),
        ("一层平面图 1:100", ["1:100"]),
        ("楼梯A剖面图 1:50", ["1:50"]),
        ('SCALE: 1/4" = 1\'-0"', ["1:48"]),
        ("①轴立面图 1:100", ["1:100"]),
    ],
)
def test_a_scale_that_stands_alone_or_closes_a_title_is_a_scale(text, found):
    assert printed_scales([text]) == found


@pytest.mark.parametrize(
    "text",
    [
        "20厚1:2.5水泥砂浆找平",
        "坡道坡度 1:12",
        "1:3水泥砂浆",
        "依据 GB/T 50001-2017",
        "标高 1/2 处",
        "2026/10/05",
        "",
    ],
)
def test_mixtures_slopes_dates_and_standards_are_no_scales(text):
    assert printed_scales([text]) == []


def test_the_title_block_comes_first_and_the_frame_only_without_it():
    assert scales_of("1:100", "1:50", ["1:100", "1:20"]).stated == ("1:100",)
    assert scales_of("1:100", "1:50", ["1:100", "1:20"]).printed == ("1:20",)
    assert scales_of("", "1:50", []).stated == ("1:50",)
    assert scales_of("1:100 1:20", "", []).stated == ("1:100", "1:20")


@pytest.mark.parametrize("words", ["NTS", "N.T.S.", "Not to scale", "不按比例", "示意"])
def test_not_to_scale_is_told(words):
    assert scales_of(words, "", []).is_not_to_scale


@pytest.mark.parametrize("words", ["1:100", "见图", "", "as noted", "人防示意 1:100"])
def test_what_has_or_refers_to_a_scale_is_not_called_not_to_scale(words):
    assert not scales_of(words, "", []).is_not_to_scale
