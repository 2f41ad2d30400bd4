"""Measuring in a real browser: known lines, known figures; the scale beside every one of them."""

import re
from collections.abc import Callable

import pytest

from tests.browser.viewer_site import DESKTOP, PHONE, OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]
SEATS = pytest.mark.parametrize("seat", [DESKTOP, PHONE], ids=["desktop", "phone"])
CORNERS = [(100, 100), (200, 100), (200, 150), (100, 150)]
"""Of the rectangle, mm."""


def start(open_sheet: Opener, sheet: str = "measured", seat: dict[str, object] = DESKTOP) -> OpenSheet:
    """Measuring, with the rectangle in the upper part of the view and its lines known."""
    one = open_sheet(sheet, seat)
    scale = 1.2 if seat is DESKTOP else 0.8
    one.go(x_um=165_000, y_um=90_000 if seat is PHONE else 125_000, scale=scale)
    with one.page.expect_response(lambda r: "/segments/" in r.url):
        one.page.locator('.sheet-rail [data-act="measure"]').click()
    one.page.wait_for_timeout(60)
    return one


def px_of(one: OpenSheet, x_mm: float, y_mm: float) -> tuple[float, float]:
    state, size = one.state(), one.page.viewport_size
    assert size is not None
    k = state["scale"] * 96 / 25_400
    px = (x_mm * 1000 - state["x_um"]) * k + size["width"] / 2
    return px, size["height"] / 2 - (y_mm * 1000 - state["y_um"]) * k


def point(one: OpenSheet, x_mm: float, y_mm: float, off_px: float = 0) -> None:
    px, py = px_of(one, x_mm, y_mm)
    if one.page.evaluate("() => navigator.maxTouchPoints > 0"):
        one.page.touchscreen.tap(px + off_px, py + off_px)
    else:
        one.page.mouse.click(px + off_px, py + off_px)
    one.page.wait_for_timeout(320)  # two taps within 300 ms are a double tap


def figure(one: OpenSheet) -> str:
    return one.page.locator(".sheet-figure").text_content() or ""


def choose(one: OpenSheet, text: str) -> None:
    one.page.locator(".sheet-panel-measure select").select_option(label=text)


@SEATS
def test_a_side_pointed_at_roughly_is_measured_exactly_and_its_scale_stands_beside(
    open_sheet: Opener, seat: dict[str, object]
) -> None:
    one = start(open_sheet, seat=seat)
    point(one, *CORNERS[0], off_px=4)
    point(one, *CORNERS[1], off_px=-4)
    assert figure(one) == "10.000 m · 1:100"


@SEATS
def test_an_area_is_that_of_its_corners(open_sheet: Opener, seat: dict[str, object]) -> None:
    one = start(open_sheet, seat=seat)
    one.page.locator('[data-act="measure-area"]').click()
    for corner in CORNERS:
        point(one, *corner, off_px=3)
    assert figure(one) == "50.00 m² · 1:100"


def test_an_angle_has_its_vertex_second_and_needs_no_scale(open_sheet: Opener) -> None:
    one = start(open_sheet, "unscaled")
    one.page.locator('[data-act="measure-angle"]').click()
    for corner in (CORNERS[1], CORNERS[0], CORNERS[3]):
        point(one, *corner, off_px=3)
    assert re.fullmatch(r"90\.0+°", figure(one))


def test_the_crossing_of_two_lines_is_caught_and_marked_as_such(open_sheet: Opener) -> None:
    one = start(open_sheet)
    px, py = px_of(one, 150, 100)
    one.page.mouse.move(px + 4, py + 3)
    mark = one.page.locator(".sheet-snap")
    assert mark.get_attribute("data-kind") == "crossing"
    x, y = map(float, re.findall(r"[\d.]+", mark.get_attribute("transform") or ""))
    assert (x, y) == pytest.approx((px, py), abs=0.1)
    px, py = px_of(one, *CORNERS[2])
    one.page.mouse.move(px - 4, py + 3)
    assert mark.get_attribute("data-kind") == "end"
    one.page.mouse.move(px + 60, py + 60)
    assert mark.get_attribute("d") is None


def test_a_free_point_gives_no_more_digits_than_it_was_pointed_at_with(open_sheet: Opener) -> None:
    one = start(open_sheet)
    point(one, 205, 170)
    point(one, 235, 170)
    value = re.fullmatch(r"(\d+) mm · 1:100", figure(one))
    assert value
    assert int(value[1]) % 10 == 0  # a pixel is some 20 mm here
    assert int(value[1]) == pytest.approx(3_000, abs=60)


def test_where_a_sheet_has_several_scales_it_is_asked_first_and_no_figure_is_given(
    open_sheet: Opener,
) -> None:
    one = start(open_sheet, "several")
    point(one, *CORNERS[0])
    point(one, *CORNERS[1])
    assert figure(one) == ""
    assert one.page.locator(".sheet-panel-measure .sheet-hint").text_content() == "scaleAsk 图"
    choose(one, "1:20")
    assert figure(one) == "2000 mm · 1:20"
    choose(one, "1:100")
    assert figure(one) == "10.000 m · 1:100"


@pytest.mark.parametrize(("sheet", "words"), [("unscaled", "scaleUnknown 图"), ("nts", "notToScale 图")])
def test_a_sheet_without_a_scale_says_so_and_can_be_measured_on_paper(
    open_sheet: Opener, sheet: str, words: str
) -> None:
    one = start(open_sheet, sheet)
    point(one, *CORNERS[0])
    point(one, *CORNERS[1])
    assert figure(one) == ""
    assert one.page.locator(".sheet-panel-measure .sheet-hint").text_content() == words
    choose(one, "onPaper 图")
    assert re.fullmatch(r"100\.00? mm · onPaper 图", figure(one))


@SEATS
def test_a_known_distance_calibrates(open_sheet: Opener, seat: dict[str, object]) -> None:
    one = start(open_sheet, "unscaled", seat)
    choose(one, "calibrate 图")
    point(one, *CORNERS[0])
    point(one, *CORNERS[1])
    one.page.locator(".sheet-calibrate input").fill("5000")
    one.page.locator('[data-act="calibrateTake"]').click()
    point(one, *CORNERS[1])
    point(one, *CORNERS[2])
    assert figure(one) == "2500 mm · 1:50 calibrated 图"


def test_the_keyboard_alone_measures(open_sheet: Opener) -> None:
    one = start(open_sheet)
    one.go(x_um=100_500, y_um=100_500, scale=2)
    one.page.wait_for_timeout(300)
    one.page.keyboard.press("Space")
    one.run("() => view.goTo({ x_um: 199500, y_um: 100500 })")
    one.settle()
    one.page.wait_for_timeout(300)
    one.page.keyboard.press("Space")
    one.page.keyboard.press("Enter")
    assert figure(one) == "10.000 m · 1:100"
    one.page.keyboard.press("Backspace")
    assert figure(one) == ""
    one.page.keyboard.press("Escape")
    assert one.page.locator(".sheet-panel-measure").is_visible()
    one.page.keyboard.press("Escape")
    assert not one.page.locator(".sheet-panel-measure").is_visible()
    assert one.run("() => view.overlay.ownerSVGElement.querySelectorAll('.sheet-measure').length") == 0


def test_a_double_click_ends_a_way_and_the_next_point_begins_another(open_sheet: Opener) -> None:
    one = start(open_sheet)
    point(one, *CORNERS[0])
    px, py = px_of(one, *CORNERS[1])
    one.page.mouse.dblclick(px, py)
    assert figure(one) == "10.000 m · 1:100"
    one.page.mouse.move(px + 40, py + 90)
    assert figure(one) == "10.000 m · 1:100"
    one.page.wait_for_timeout(320)
    point(one, *CORNERS[2])
    assert figure(one) == ""


def test_dragging_still_pans_and_puts_no_point(open_sheet: Opener) -> None:
    one = start(open_sheet)
    before = one.state()
    one.page.mouse.move(700, 600)
    one.page.mouse.down()
    one.page.mouse.move(640, 560, steps=4)
    one.page.mouse.up()
    assert one.state()["x_um"] != before["x_um"]
    dots = one.page.locator(".sheet-measure-dots").all()
    assert [dot.get_attribute("d") for dot in dots] in ([], [""])
