"""Layers on and off, in a real browser: what is drawn, what is asked for, and that names stay text."""

from collections.abc import Callable

import pytest

from tests.browser.made_sheets import HOSTILE, LAYERS
from tests.browser.viewer_site import DESKTOP, PHONE, OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]
SEATS = pytest.mark.parametrize("seat", [DESKTOP, PHONE], ids=["desktop", "phone"])
NAMES = list(LAYERS)
PLACES = {
    "red": (100_000, 70_000),
    "green": (310_000, 70_000),
    "blue": (100_000, 220_000),
    "black": (310_000, 220_000),
}
COLOURS = {"red": [255, 0, 0], "green": [0, 255, 0], "blue": [0, 0, 255], "black": [0, 0, 0]}


def drawn(one: OpenSheet) -> set[str]:
    """Which quarters of the sheet are drawn, read off the canvas."""
    one.settle()
    found = set()
    for name, (x, y) in PLACES.items():
        pixel = one.run(
            """([x, y]) => { const c = document.querySelector("canvas"), s = view.state;
            const k = s.scale * 96 / 25400, r = c.width / c.clientWidth;
            const at = [(x - s.x_um) * k + c.clientWidth / 2, c.clientHeight / 2 - (y - s.y_um) * k];
            const o = new OffscreenCanvas(1, 1).getContext("2d");
            o.drawImage(c, Math.round(at[0] * r), Math.round(at[1] * r), 1, 1, 0, 0, 1, 1);
            return [...o.getImageData(0, 0, 1, 1).data].slice(0, 3); }""",
            [x, y],
        )
        if pixel == COLOURS[name]:
            found.add(name)
        else:
            assert pixel == [255, 255, 255], (name, pixel)
    return found


def open_panel(one: OpenSheet) -> None:
    one.page.locator('.sheet-rail [data-act="layers"]').click()


def layer_box(one: OpenSheet, index: int):
    return one.page.locator(".sheet-layer-list li").nth(index).locator("input")


@SEATS
def test_a_layer_goes_and_comes_back_and_the_rest_stays(open_sheet: Opener, seat: dict[str, object]) -> None:
    one = open_sheet("layered", seat)
    assert drawn(one) == {"red", "green", "blue"}
    open_panel(one)
    layer_box(one, 1).uncheck()
    assert drawn(one) == {"red", "blue"}
    layer_box(one, 3).check()
    assert drawn(one) == {"red", "blue", "black"}
    layer_box(one, 1).check()
    layer_box(one, 3).uncheck()
    assert drawn(one) == {"red", "green", "blue"}
    assert one.run("() => view.layerCode") == ""


@SEATS
def test_all_on_all_off_one_alone_and_back_to_the_file(open_sheet: Opener, seat: dict[str, object]) -> None:
    one = open_sheet("layered", seat)
    open_panel(one)
    one.page.locator('[data-act="layersAll"]').click()
    assert drawn(one) == set(PLACES)
    one.page.locator('[data-act="layersNone"]').click()
    assert drawn(one) == set()
    one.page.locator(".sheet-layer-list li").nth(2).locator("button").click()
    assert drawn(one) == {"blue"}
    one.page.locator('[data-act="layersReset"]').click()
    assert drawn(one) == {"red", "green", "blue"}


def test_the_panel_finds_layers_by_name_and_acts_on_those_it_lists(open_sheet: Opener) -> None:
    one = open_sheet("layered")
    open_panel(one)
    one.page.locator(".sheet-panel-layers input[type=search]").fill("axis")
    assert one.page.locator(".sheet-layer-list li:visible").all_text_contents() == ["轴线 AXIS"]
    one.page.locator('[data-act="layersNone"]').click()
    assert drawn(one) == {"red", "blue"}


def test_names_of_layers_are_text_whatever_they_say(open_sheet: Opener) -> None:
    one = open_sheet("layered")
    open_panel(one)
    assert one.page.locator(".sheet-layer-list li").first.text_content() == HOSTILE
    assert one.page.locator(".sheet-panel script, .sheet-panel img").count() == 0
    assert one.run("() => window.owned") is None


def test_another_set_is_asked_for_at_another_address_and_never_at_the_plain_one(open_sheet: Opener) -> None:
    one = open_sheet("layered")
    one.settle()
    one.site.asked.clear()
    open_panel(one)
    layer_box(one, 0).uncheck()
    one.settle()
    tiles = [path for path in one.site.asked if "/tiles/" in path]
    assert tiles
    assert all("/layers/" in path for path in tiles)
    assert (
        len({path.split("/tiles/")[0] for path in tiles}) == 2
    )  # the panel warms the server with the file's own set


def test_while_the_new_set_loads_the_old_picture_stays_and_no_blank_paper_is_shown(
    open_sheet: Opener,
) -> None:
    one = open_sheet("layered")
    one.settle()
    open_panel(one)
    one.site.delay = 0.4
    layer_box(one, 1).uncheck()
    seen = one.run(
        """() => new Promise((resolve) => { const seen = new Set(); const c = document.querySelector("canvas");
        const look = () => { const o = new OffscreenCanvas(1, 1).getContext("2d");
          const [x, y] = [c.width / 2 - 80, c.height / 2 + 40];
          o.drawImage(c, x, y, 1, 1, 0, 0, 1, 1); seen.add([...o.getImageData(0, 0, 1, 1).data].join());
          if (view.progress.missing === 0 && seen.size && performance.now() > until) resolve([...seen]);
          else requestAnimationFrame(look); };
        const until = performance.now() + 300; look(); })"""
    )
    assert seen == ["255,0,0,255"]


def test_a_set_in_the_address_is_drawn_and_one_of_another_sheet_is_not(open_sheet: Opener) -> None:
    one = open_sheet("layered")
    one.run("() => { view.layerCode = 'AQ'; }")
    assert drawn(one) == {"red"}
    for wrong in ("AQA", "8A", "%%", "AQ=="):
        one.run("(code) => { view.layerCode = code; }", wrong)
        assert drawn(one) == {"red"}
    one.run("() => { view.layerCode = ''; }")
    assert drawn(one) == {"red", "green", "blue"}


def test_escape_closes_the_panel_and_gives_the_keyboard_back_to_the_drawing(open_sheet: Opener) -> None:
    one = open_sheet("layered")
    open_panel(one)
    one.page.keyboard.press("Escape")
    assert not one.page.locator(".sheet-panel-layers").is_visible()
    assert one.run("() => document.activeElement.className") == "sheet-surface"
    assert one.page.locator('.sheet-rail [data-act="layers"]').get_attribute("aria-pressed") == "false"


def test_on_a_phone_every_switch_is_large_enough_for_a_thumb(open_sheet: Opener) -> None:
    one = open_sheet("layered", PHONE)
    open_panel(one)
    one.settle()
    for part in one.page.locator(
        ".sheet-panel-layers button, .sheet-panel-layers label, .sheet-rail button"
    ).all():
        box = part.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_a_sheet_without_layers_has_no_button_for_them(open_sheet: Opener) -> None:
    one = open_sheet("a0")
    one.settle()
    assert one.page.locator('[data-act="layers"]').count() == 0
