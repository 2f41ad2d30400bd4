"""The sheet page in the hand: the drawing has the room, panels are sheets at its foot, one's own calibration stays."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.web.site import Site

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 390, 844


@pytest.fixture
def phone(desk_site: Site, browser: Browser) -> Iterator[Page]:
    server = make_server("127.0.0.1", 0, desk_site.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    address = f"http://127.0.0.1:{server.server_port}"
    secret, _ = desk_site.secrets["contractor"]
    context.add_cookies([{"name": desk_site.cookie, "value": secret, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/sheets/{desk_site.things['sheet:released']}")
    expect(page.locator(".sheet-place b")).not_to_be_empty()
    yield page
    context.close()
    server.shutdown()


def height(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    return box["height"] if box else 0.0


def pull(page: Page, selector: str, by: float) -> None:
    """One finger down on the middle of a thing, along, and up."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    devtools = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, part in (("touchStart", 0), *(("touchMove", n / 6) for n in range(1, 7))):
        points = [{"x": x, "y": y + by * part}]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_drawing_has_the_room_and_the_panel_is_pulled_over_it_and_away(phone: Page) -> None:
    expect(phone.locator("#panel")).to_be_hidden()
    whole = height(phone, "#stage")
    assert whole > HEIGHT * 0.7
    phone.locator("#panel-toggle").tap()
    expect(phone.locator("#facts")).to_be_visible()
    assert height(phone, "#stage") == whole
    half = height(phone, "#panel")
    assert half < whole * 0.55
    pull(phone, ".panel-grip", -300)
    high = "(whole) => Math.abs(document.getElementById('panel').offsetHeight - whole * 0.92) < 2"
    phone.wait_for_function(high, arg=whole)
    pull(phone, ".panel-grip", 480)
    assert height(phone, "#panel") < half
    pull(phone, ".panel-grip", 400)
    expect(phone.locator("#panel")).to_be_hidden()
    assert phone.locator("#panel-toggle").get_attribute("aria-expanded") == "false"


def test_a_reason_in_the_line_of_status_raises_the_panel(phone: Page) -> None:
    phone.locator(".status-bar a.part", has_text="现行有效").tap()
    expect(phone.locator("#history")).to_be_visible()
    phone.locator("#panel-close").tap()
    expect(phone.locator("#panel")).to_be_hidden()


def test_a_tool_is_lowered_to_its_figure_and_raised(phone: Page) -> None:
    phone.locator('.sheet-rail [data-act="measure"]').tap()
    panel = ".sheet-panel-measure"
    full = height(phone, panel)
    assert full < height(phone, "#stage") * 0.5
    pull(phone, f"{panel} .sheet-panel-head strong", 120)
    assert height(phone, panel) < 70
    pull(phone, f"{panel} .sheet-panel-head strong", -60)
    assert height(phone, panel) == full


def test_a_scale_of_ones_own_outlives_the_page_and_says_whose_it_is(phone: Page) -> None:
    def measure() -> None:
        phone.locator('.sheet-rail [data-act="measure"]').tap()

    measure()
    choice = phone.locator(".sheet-panel-measure select")
    choice.select_option("calibrate")
    surface = phone.locator(".sheet-surface")
    for x in (100, 300):
        surface.tap(position={"x": x, "y": 200})
        phone.wait_for_timeout(400)  # two taps, not a double one
    phone.locator(".sheet-calibrate input").fill("10000")
    phone.locator('[data-act="calibrateTake"]').tap()
    expect(phone.locator(".sheet-panel-measure .sheet-hint")).to_contain_text("自己校准")
    said = choice.evaluate("(s) => s.selectedOptions[0].textContent")
    assert "自己校准" in said
    phone.reload()
    expect(phone.locator(".sheet-place b")).not_to_be_empty()
    measure()
    assert choice.evaluate("(s) => s.selectedOptions[0].textContent") == said
    choice.select_option("paper")
    phone.reload()
    expect(phone.locator(".sheet-place b")).not_to_be_empty()
    measure()
    assert choice.input_value() != "calibrated"
    expect(choice.locator("option[value=calibrated]")).to_have_count(1)
