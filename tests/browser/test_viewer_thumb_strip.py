"""The column of thumbnails, with many sheets."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.viewer_site import OpenSheet

pytest_plugins = ["tests.browser.viewer_site"]
pytestmark = pytest.mark.browser

Opener = Callable[..., OpenSheet]

MOUNT = """async () => {
  view.destroy();
  const { ThumbStrip } = await import("/viewers/thumb-strip.js");
  const stage = document.getElementById("stage");
  stage.style.width = "180px";
  const items = Array.from({ length: 800 }, (_, i) =>
    ({ key: `k${i}`, label: `结施-${i + 1}`, detail: "一层平面图", thumbUrl: `/sheets/annex/thumb?${i}` }));
  window.chosen = [];
  window.strip = new ThumbStrip(stage, { items, current: "k400", label: "sheets", onSelect: (i) => chosen.push(i.key) });
}"""


@pytest.fixture
def strip(open_sheet: Opener) -> OpenSheet:
    one = open_sheet()
    one.settle()
    one.run(MOUNT)
    one.page.wait_for_timeout(200)
    return one


def labels(one: OpenSheet) -> Any:
    return one.run("() => [...document.querySelectorAll('.thumb-label')].map((e) => e.textContent)")


def test_only_what_is_in_view_exists_and_the_current_sheet_is_in_view(strip: OpenSheet) -> None:
    shown = labels(strip)
    assert len(shown) < 20
    assert "结施-401" in shown
    assert strip.page.locator("[aria-selected=true] .thumb-label").all_inner_texts() == ["结施-401"]
    assert len([path for path in strip.site.asked if path.endswith("thumb")]) < 25


def test_keys_move_and_enter_selects(strip: OpenSheet) -> None:
    strip.page.locator("#stage").focus()
    for key in ["ArrowDown", "ArrowDown", "Enter", "End", "Enter", "ArrowDown", "Home", "PageDown", " "]:
        strip.page.keyboard.press(key)
    assert strip.run("() => chosen") == ["k402", "k799", "k5"]
    assert labels(strip)[0] == "结施-1"
    active = strip.run("() => document.getElementById('stage').getAttribute('aria-activedescendant')")
    assert strip.page.locator(f"#{active} .thumb-label").inner_text() == "结施-6"
    assert strip.page.locator(f"#{active}").get_attribute("aria-posinset") == "6"


def test_scrolling_far_shows_others_in_their_order(strip: OpenSheet) -> None:
    strip.run("() => { document.getElementById('stage').scrollTop = 132 * 700; }")
    strip.page.wait_for_timeout(200)
    strip.run("() => { document.getElementById('stage').scrollTop -= 132 * 2; }")
    strip.page.wait_for_timeout(200)
    shown = labels(strip)
    first = int(shown[0].split("-")[1])
    assert first > 690
    assert shown == [f"结施-{first + i}" for i in range(len(shown))]
    strip.page.locator(".thumb-item", has_text=shown[5]).click()
    assert strip.run("() => chosen") == [f"k{first + 4}"]


def test_filtering_keeps_the_current_sheet_and_destroy_leaves_nothing(strip: OpenSheet) -> None:
    strip.run("() => { strip.items = strip.items.filter((_, i) => i % 100 === 0); }")
    assert labels(strip) == [f"结施-{i + 1}" for i in range(0, 800, 100)]
    assert strip.page.locator("[aria-selected=true] .thumb-label").all_inner_texts() == ["结施-401"]
    strip.run("() => strip.destroy()")
    assert strip.run("() => document.getElementById('stage').outerHTML") == (
        '<div id="stage" class="" style="width: 180px;"></div>'
    )
