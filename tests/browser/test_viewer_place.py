"""Where the pointer is: field of the sheet's grid and mm, in a real browser."""

from collections.abc import Callable

import pytest

from tests.browser.viewer_site import PHONE, OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]


def place(one: OpenSheet) -> tuple[str, str]:
    parts = one.page.locator(".sheet-place")
    return parts.locator("b").text_content() or "", parts.locator("span").text_content() or ""


def test_the_field_under_the_pointer_is_told_with_its_millimetres(open_sheet: Opener) -> None:
    one = open_sheet("zoned")
    one.go(x_um=210_000, y_um=130_000, scale=0.6)
    one.page.mouse.move(683, 384)
    field, words = place(one)
    assert field == "D5"
    assert words == "210.0, 130.0 mm"
    k = 0.6 * 96 / 25_400
    one.page.mouse.move(683 - 100_000 * k, 384 - 40_000 * k)
    assert place(one)[0] == "C3"


def test_without_a_pointer_it_is_the_middle_of_the_view(open_sheet: Opener) -> None:
    one = open_sheet("zoned", PHONE)
    one.go(x_um=5_000, y_um=290_000, scale=1)
    assert place(one) == ("A1", "5.0, 290.0 mm")
    one.go(x_um=410_000, y_um=10_000, scale=1)
    assert place(one)[0] == "F8"


def test_computed_fields_are_called_computed(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.settle()
    field, words = place(one)
    assert field
    assert words.startswith("gridComputedShort 图 ")
    assert one.page.locator(".sheet-place").get_attribute("title") == "gridComputed 图"


def test_nothing_of_the_page_moves_when_the_figures_change(open_sheet: Opener) -> None:
    one = open_sheet("zoned")
    one.settle()
    boxes = []
    for x in (5_000, 210_000, 410_000):
        one.go(x_um=x, y_um=148_500, scale=1)
        boxes.append(one.page.locator(".sheet-place").bounding_box())
    assert boxes[0] == boxes[1] == boxes[2]
