"""A region of the sheet: chosen, ringed, linked to, printed; in a real browser."""

from collections.abc import Callable

import pytest

from tests.browser.test_viewer_phone import slide
from tests.browser.viewer_site import PHONE, OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]


def ring(one: OpenSheet) -> list[float] | None:
    """The ring as it stands in sheet space, mm; None when there is none."""
    return one.run(
        """() => { const r = document.querySelector(".sheet-ring");
        if (getComputedStyle(r).display === "none") return null;
        return ["x", "y", "width", "height"].map((n) => +r.getAttribute(n)); }"""
    )


def open_tool(one: OpenSheet) -> None:
    one.page.locator('.sheet-rail [data-act="region"]').click()


def test_a_region_is_dragged_and_the_drawing_stays_where_it_is(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.go(x_um=165_000, y_um=125_000, scale=1)
    open_tool(one)
    before = one.state()
    (x0, y1), (x1, y0) = one.under(300, 200), one.under(520, 410)
    one.page.mouse.move(300, 200)
    one.page.mouse.down()
    one.page.mouse.move(520, 410, steps=5)
    one.page.mouse.up()
    assert one.state() == before
    region = one.run("() => view.region")
    assert [region[k] for k in ("x0", "y0", "x1", "y1")] == pytest.approx([x0, y0, x1, y1], abs=2)
    assert ring(one) == pytest.approx([x0 / 1000, y0 / 1000, (x1 - x0) / 1000, (y1 - y0) / 1000], abs=0.01)
    link = one.page.locator(".sheet-panel-region input").input_value()
    assert link == "http://link/" + ",".join(str(region[k]) for k in ("x0", "y0", "x1", "y1"))
    assert (one.page.locator('[data-act="printA3"]').get_attribute("href") or "").startswith("/print/A3/")
    one.page.locator('[data-act="regionClear"]').click()
    assert ring(one) is None


def test_a_finger_draws_a_region_while_the_tool_is_open_and_pans_when_it_is_not(open_sheet: Opener) -> None:
    one = open_sheet("measured", PHONE)
    one.go(x_um=165_000, y_um=125_000, scale=1)
    open_tool(one)
    before = one.state()
    slide(one, [(100, 150)], [(300, 350)])
    assert one.state() == before
    assert one.run("() => view.region.x1 - view.region.x0") == pytest.approx(200 * 25_400 / 96, abs=60)
    one.page.locator(".sheet-panel-region .sheet-panel-head button").click()
    slide(one, [(100, 150)], [(150, 200)])
    assert one.state() != before
    assert ring(one) is not None


def test_the_keyboard_takes_what_is_in_view_and_a_region_never_leaves_the_sheet(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.go(x_um=0, y_um=0, scale=1)
    open_tool(one)
    one.page.keyboard.press("Enter")
    region = one.run("() => view.region")
    assert (region["x0"], region["y0"]) == (0, 0)
    assert region["x1"] == pytest.approx(683 * 25_400 / 96, abs=2)
    one.page.keyboard.press("Escape")
    assert not one.page.locator(".sheet-panel-region").is_visible()
    assert ring(one) is not None


def test_a_region_that_is_opened_is_ringed_and_fills_the_view(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.run("() => { view.region = { x0: 95000, y0: 95000, x1: 205000, y1: 155000 }; }")
    one.settle()
    state = one.state()
    assert state["x_um"] == pytest.approx(150_000, abs=10)
    width = one.run("() => document.querySelector('.sheet-ring').getBoundingClientRect().width")
    height = one.run("() => document.querySelector('.sheet-ring').getBoundingClientRect().height")
    assert max(width / 1366, height / 768) > 0.8
    assert one.run("() => events.filter((e) => e.type === 'region').length") == 0


def test_a_click_is_no_region(open_sheet: Opener) -> None:
    one = open_sheet("measured")
    one.settle()
    open_tool(one)
    one.page.mouse.click(400, 300)
    assert one.run("() => view.region") is None
    assert ring(one) is None
