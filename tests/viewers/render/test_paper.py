import itertools

import pytest

from viewers.render.paper import SIZES, TOLERANCE_UM, name_paper

MM = 1000


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (1189, 841, "A0"),
        (841, 594, "A1"),
        (594, 841, "A1"),
        (420, 297, "A3"),
        (210, 297, "A4"),
        (1486, 841, "A0+1/4"),
        (2378, 841, "A0+1"),
        (1051, 594, "A1+1/4"),
        (2102, 594, "A1+3/2"),
        (743, 420, "A2+1/4"),
        (2080, 420, "A2+5/2"),
        (630, 297, "A3+1/2"),
        (1892, 297, "A3+7/2"),
        (1189, 1261, "1189×1261"),
        (863.6, 558.8, "ANSI D"),
        (609.6, 914.4, "ARCH D"),
        (215.9, 279.4, "ANSI A"),
        (707, 1000, "B1"),
        (500, 500, ""),
        (0, 0, ""),
    ],
)
def test_a_page_is_named_by_its_two_sides_whichever_way_it_lies(width, height, name):
    assert name_paper(round(width * MM), round(height * MM)) == name
    assert name_paper(round(height * MM), round(width * MM)) == name


def test_four_millimetres_are_tolerated_and_not_more():
    assert name_paper(594 * MM + TOLERANCE_UM, 841 * MM - TOLERANCE_UM) == "A1"
    assert name_paper(594 * MM + TOLERANCE_UM + 1, 841 * MM) == ""


def test_no_page_can_have_two_names_of_the_national_standard():
    national = [s for s in SIZES if s[0][0] == "A" and not s[0].startswith(("ANSI", "ARCH"))]
    for (name, a, b), (other, c, d) in itertools.combinations(national, 2):
        assert max(abs(a - c), abs(b - d)) > 2 * TOLERANCE_UM, (name, other)


def test_a_lengthened_sheet_keeps_its_short_side():
    short = {name: a for name, a, _ in SIZES}
    assert all(a == short[name.split("+")[0]] for name, a, _ in SIZES if "+" in name)
