"""Places of the drawing that lead elsewhere: clicks and taps, and what stays a pan."""

from collections.abc import Callable

import pytest

from tests.browser.test_viewer_phone import slide
from tests.browser.viewer_site import PHONE, OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]
LINKS = """() => { view.links = [
  { box: { x0: 150000, y0: 150000, x1: 160000, y1: 160000 } },
  { box: { x0: 153000, y0: 153000, x1: 157000, y1: 157000 }, isDangling: true }]; }"""


def opened(one: OpenSheet) -> list[int]:
    return one.run("() => events.filter((e) => e.type === 'link').map((e) => e.index)")


def at(one: OpenSheet, x_um: float, y_um: float) -> tuple[float, float]:
    state, size = one.state(), one.page.viewport_size
    assert size is not None
    k = state["scale"] * 96 / 25_400
    return (x_um - state["x_um"]) * k + size["width"] / 2, size["height"] / 2 - (y_um - state["y_um"]) * k


def test_a_click_on_a_place_opens_it_and_the_smaller_of_two_is_meant(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.run(LINKS)
    one.go(x_um=160_000, y_um=150_000, scale=2)
    one.page.mouse.click(*at(one, 151_000, 151_000))
    one.page.wait_for_timeout(350)
    one.page.mouse.click(*at(one, 155_000, 155_000))
    assert opened(one) == [0, 1]
    one.page.wait_for_timeout(350)
    one.page.mouse.click(*at(one, 190_000, 190_000))
    assert opened(one) == [0, 1]
    assert len(one.run("() => events.filter((e) => e.type === 'point')")) == 1


def test_the_pointer_shows_where_a_place_leads_elsewhere(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.run(LINKS)
    one.go(x_um=160_000, y_um=150_000, scale=2)
    cursor = "() => getComputedStyle(document.querySelector('.sheet-surface')).cursor"
    one.page.mouse.move(*at(one, 151_000, 151_000))
    assert one.run(cursor) == "pointer"
    one.page.mouse.move(*at(one, 190_000, 190_000))
    assert one.run(cursor) == "grab"


def test_a_finger_finds_a_place_that_is_small_and_a_pan_over_it_opens_nothing(open_sheet: Opener) -> None:
    one = open_sheet("measured", PHONE)
    one.run(LINKS)
    one.go(x_um=160_000, y_um=150_000, scale=0.5)
    px, py = at(one, 160_000, 160_000)
    one.page.touchscreen.tap(px + 9, py - 9)
    assert opened(one) == [0]
    slide(one, [(px, py)], [(px - 60, py + 40)])
    assert opened(one) == [0]


def test_while_measuring_a_place_is_a_point_and_no_link(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.run(LINKS)
    one.go(x_um=160_000, y_um=150_000, scale=2)
    one.page.locator('.sheet-rail [data-act="measure"]').click()
    one.page.mouse.click(*at(one, 155_000, 155_000))
    assert opened(one) == []


def test_dangling_places_differ_in_shape_and_not_in_colour_alone(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.run(LINKS)
    dashes = one.run(
        "() => [...document.querySelectorAll('.sheet-link')].map((r) => getComputedStyle(r).strokeDasharray)"
    )
    assert dashes[0] == "none"
    assert dashes[1] != "none"
