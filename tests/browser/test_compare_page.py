"""The compare page in a real browser: four modes, sheets in step, the list, keys, addresses, waiting."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.compare_site import HEIGHT, PAYLOAD, WIDTH, plan, released
from tests.browser.product_site import Product, Seat, built, listening_at
from tests.browser.viewer_site import DESKTOP, PHONE

pytestmark = pytest.mark.browser
SEATS = pytest.mark.parametrize("seat", [DESKTOP, PHONE], ids=["desktop", "phone"])
MOVED = "1 0 0 1 34 -20"
"""12.0 mm to the right, 7.1 mm down."""
SCALED = "0.9 0 0 0.9 50 30"
TURNED = f"0 1 -1 0 {HEIGHT} 0"


@dataclass
class Room(Product):
    """The product with pairs of sheets; the contractor is signed in."""

    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def path(self, pair: str) -> str:
        before, after = self.pairs[pair]
        return f"{self.address}/renditions/{before}/compare/{after}"

    def open(self, pair: str, seat: Seat = DESKTOP, hash_: str = "") -> Page:
        page = self.page(seat)
        page.goto(self.path(pair) + hash_)
        return page


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Room]:
    with built(tmp_path_factory) as site:
        old = released(site, "建施-91", plan(), "A")
        same = released(site, "建施-92", plan(place="1 0 0 1 0 0 "), "A")
        pairs = {
            "changed": (old, released(site, "建施-91", plan(changed=True), "B")),
            "moved": (old, released(site, "建施-91", plan(changed=True, place=MOVED), "C")),
            "scaled": (old, released(site, "建施-91", plan(changed=True, place=SCALED), "D")),
            "turned": (
                old,
                released(site, "建施-91", plan(changed=True, place=TURNED, size=(HEIGHT, WIDTH)), "E"),
            ),
            "same": (old, same),
            "foreign": (old, site.things["rendition:released"]),
            "waiting": (same, site.things["rendition:superseded"]),
        }
        for name in ("moved", "scaled", "turned", "same", "foreign"):
            before, after = pairs[name]
            site.as_("contractor").post(f"/renditions/{before}/compare/{after}.json")
        site.work()
        with listening_at(site) as address:
            yield Room(site, address, browser, pairs=pairs)


@pytest.fixture
def room(listening: Room) -> Iterator[Room]:
    """The room; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def is_told(page: Page, what: str = "differences") -> None:
    expect(page.locator(f'body[data-found="{what}"]')).to_be_attached(timeout=15_000)


PICTURES = """() => [...document.querySelectorAll(".compare-pane canvas:not(.compare-mix)")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const ink = [];
  for (let i = 0; i < data.length; i += 4) ink.push(data[i] < 190 ? 1 : 0);
  return { width: canvas.width, height: canvas.height, ink };
})"""
APART = f"""() => {{
  const [one, other] = ({PICTURES})();
  const near = (picture, x, y) => {{
    for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) {{
      if (picture.ink[(y + dy) * picture.width + x + dx]) return true;
    }}
    return false;
  }};
  let ink = 0, lonely = 0;
  for (let y = 2; y < one.height - 2; y += 1) for (let x = 2; x < one.width - 2; x += 1) {{
    if (!one.ink[y * one.width + x]) continue;
    ink += 1;
    if (!near(other, x, y)) lonely += 1;
  }}
  return {{ ink, lonely, sizes: [one.width === other.width, one.height === other.height] }};
}}"""
READY = """() => new Promise((resolve) => {
  let quiet = 0, last = "";
  const look = () => {
    const canvases = [...document.querySelectorAll(".compare-view canvas")];
    const now = canvases.map((c) => c.getContext("2d").getImageData(0, 0, c.width, c.height).data
      .reduce((sum, value, n) => (n % 997 ? sum : (sum * 31 + value) % 1e9), 7)).join();
    quiet = now === last ? quiet + 1 : 0;
    last = now;
    if (quiet >= 6) resolve(true); else setTimeout(look, 80);
  };
  look();
})"""
COLOURS = """() => {
  const canvas = document.querySelector(".compare-mix");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const found = { red: 0, blue: 0, grey: 0 };
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    if (r > b + 90) found.red += 1;
    else if (b > r + 90) found.blue += 1;
    else if (r < 235 && Math.abs(r - b) < 40) found.grey += 1;
  }
  return found;
}"""


@pytest.mark.parametrize("pair", ["changed", "moved", "scaled", "turned"])
def test_both_sheets_stay_in_step_wherever_one_looks(room: Room, pair: str) -> None:
    page = room.open(pair, hash_="#mode=side")
    is_told(page)
    for keys in ([], ["+"] * 5, ["Shift+ArrowLeft", "ArrowUp", "ArrowUp"], ["+"] * 4):
        for key in keys:
            page.locator('.compare-pane[data-side="after"] .sheet-surface').press(key)
        page.evaluate(READY)
        apart = page.evaluate(APART)
        assert apart["sizes"] == [True, True]
        assert apart["ink"] > 500, "there is something to see"
        # Lines of a scaled sheet are as thin as their scale says, and fade earlier.
        assert apart["lonely"] < 0.15 * apart["ink"], (keys, apart)


def test_a_wheel_over_one_sheet_moves_both(room: Room) -> None:
    page = room.open("moved", hash_="#mode=side")
    is_told(page)
    page.evaluate(READY)
    before = page.locator(".sheet-percent").inner_text()
    box = page.locator('.compare-pane[data-side="before"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    for _ in range(4):
        page.mouse.wheel(0, -120)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 200, steps=5)
    page.mouse.up()
    page.evaluate(READY)
    assert page.locator(".sheet-percent").inner_text() != before
    apart = page.evaluate(APART)
    assert apart["ink"] > 500
    assert apart["lonely"] < 0.05 * apart["ink"]


@pytest.mark.parametrize("pair", ["changed", "moved", "turned"])
def test_the_overlay_colours_what_differs_and_nothing_else(room: Room, pair: str) -> None:
    page = room.open(pair)
    is_told(page)
    page.evaluate(READY)
    whole = page.evaluate(COLOURS)
    assert whole["grey"] > 8 * (whole["red"] + whole["blue"])
    assert min(whole["red"], whole["blue"]) > 10
    page.get_by_role("button", name="仅旧图有").click()
    page.evaluate(READY)
    faded = page.evaluate(COLOURS)
    assert faded["red"] == 0
    assert faded["blue"] == whole["blue"]
    page.get_by_role("button", name="仅旧图有").click()
    page.locator("#fade").focus()
    page.keyboard.press("Home")
    page.evaluate(READY)
    faded = page.evaluate(COLOURS)
    assert faded["blue"] == 0
    assert faded["red"] == whole["red"]


def test_two_equal_sheets_are_grey_and_said_to_be_without_differences(room: Room) -> None:
    page = room.open("same")
    is_told(page, "none")
    expect(page.locator(".headline")).to_have_text("没有发现差异")
    expect(page.locator("#about")).to_contain_text("按矢量线条和文字比对")
    expect(page.locator("#about")).to_contain_text("看不出")
    expect(page.locator("#listed")).to_be_hidden()
    page.evaluate(READY)
    found = page.evaluate(COLOURS)
    assert (found["red"], found["blue"]) == (0, 0)
    assert found["grey"] > 1_000


def test_modes_are_switched_by_keys_and_buttons_and_stand_in_the_address(room: Room) -> None:
    page = room.open("changed")
    is_told(page)
    for key, mode in (("1", "side"), ("3", "swipe"), ("4", "blink"), ("2", "overlay")):
        page.keyboard.press(key)
        expect(page.locator(".compare-view")).to_have_attribute("data-mode", mode)
        expect(page.locator(f'.modes [data-mode="{mode}"]')).to_have_attribute("aria-pressed", "true")
        assert f"mode={mode}" in page.url
    page.get_by_role("button", name="卷帘").click()
    expect(page.locator(".compare-view")).to_have_attribute("data-mode", "swipe")
    page.reload()
    is_told(page)
    expect(page.locator(".compare-view")).to_have_attribute("data-mode", "swipe")


def test_the_divider_is_moved_by_keys_and_by_dragging(room: Room) -> None:
    page = room.open("changed", hash_="#mode=swipe")
    is_told(page)
    handle = page.get_by_role("slider", name=re.compile("卷帘"))
    pane = page.locator('.compare-pane[data-side="after"]')
    expect(handle).to_have_attribute("aria-valuenow", "50")
    for key, now in (("ArrowRight", "52"), ("Shift+ArrowLeft", "42"), ("Home", "0"), ("End", "100")):
        handle.press(key)
        expect(handle).to_have_attribute("aria-valuenow", now)
    expect(pane).to_have_css("clip-path", "inset(0px 0px 0px 100%)")
    stage = page.locator("#stage").bounding_box()
    grip = page.locator(".compare-handle").bounding_box()
    assert stage is not None
    assert grip is not None
    page.mouse.move(grip["x"] + 20, grip["y"] + 200)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.25, grip["y"] + 200, steps=4)
    page.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "25")
    assert page.evaluate(APART)["sizes"] == [True, True]


def test_blinking_goes_by_itself_and_by_hand(room: Room) -> None:
    page = room.open("changed", {**DESKTOP, "reduced_motion": "no-preference"})
    is_told(page)
    page.keyboard.press("b")
    view = page.locator(".compare-view")
    expect(view).to_have_attribute("data-shown", "before")  # by itself, after a second
    page.keyboard.press("b")
    expect(page.locator("#blink-run")).to_have_attribute("aria-pressed", "false")
    shown = view.get_attribute("data-shown")
    for other, key in (
        (("before", "Space"), ("after", "b")) if shown == "after" else (("after", "Space"), ("before", "b"))
    ):
        page.keyboard.press(key)
        expect(view).to_have_attribute("data-shown", other)
        hidden = "after" if other == "before" else "before"
        expect(page.locator(f'.compare-pane[data-side="{other}"]')).to_be_visible()
        expect(page.locator(f'.compare-pane[data-side="{hidden}"]')).to_be_hidden()
        expect(page.locator("#blink-shown")).to_have_attribute("data-side", other)


def test_who_wants_no_motion_gets_no_blinking_by_itself(room: Room) -> None:
    page = room.open("changed", {**DESKTOP, "reduced_motion": "reduce"}, "#mode=blink")
    is_told(page)
    expect(page.locator("#blink-run")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("b")
    expect(page.locator(".compare-view")).to_have_attribute("data-shown", "before")


def test_the_list_is_walked_by_keys_and_the_address_opens_a_region(room: Room) -> None:
    page = room.open("moved")
    is_told(page)
    lines = page.locator("#undeclared .difference")
    number = lines.count()
    assert number >= 2
    whole = page.locator(".sheet-percent").inner_text()
    page.keyboard.press("n")
    expect(lines.nth(0)).to_have_attribute("aria-current", "true")
    expect(page.locator(".sheet-percent")).not_to_have_text(whole)
    expect(page.locator(".compare-ring.is-chosen")).to_have_count(2)
    page.keyboard.press("j")
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("p")
    expect(lines.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(lines.nth(number - 1)).to_have_attribute("aria-current", "true")
    lines.nth(0).focus()
    page.keyboard.press("Enter")
    expect(lines.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowDown")
    expect(lines.nth(1)).to_be_focused()
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#position")).to_have_text(f"第 2 / {number} 处")
    other = room.open("moved", hash_="#" + page.url.split("#")[1])
    is_told(other)
    expect(other.locator("#undeclared .difference").nth(1)).to_have_attribute("aria-current", "true")
    expect(other.locator(".sheet-percent")).to_have_text(page.locator(".sheet-percent").inner_text())
    page.keyboard.press("Escape")
    expect(page.locator('.difference[aria-current="true"]')).to_have_count(0)


def test_the_alignment_is_told_and_words_of_a_sheet_stay_words(room: Room) -> None:
    page = room.open("moved")
    is_told(page)
    expect(page.locator("#about")).to_contain_text("平移了 13.9 mm（右 12.0，下 7.1），已自动对齐")
    expect(page.locator("ins", has_text=PAYLOAD)).to_have_count(1)
    assert page.locator("img[src=x]").count() == 0
    turned = room.open("turned")
    is_told(turned)
    expect(turned.locator("#about")).to_contain_text("逆时针旋转了 90°")


def test_filters_leave_what_is_asked_for(room: Room) -> None:
    page = room.open("changed")
    is_told(page)
    lines = page.locator("#undeclared .difference")
    number = lines.count()
    rings = page.locator('.compare-pane[data-side="after"] .compare-ring')
    expect(rings).to_have_count(number)
    page.get_by_role("button", name=re.compile("^文字 1")).click()
    expect(lines).to_have_count(1)
    expect(rings).to_have_count(1)
    expect(page.locator("#undeclared .count")).to_have_text(f"(1 / {number})")
    page.get_by_role("button", name=re.compile("^文字 1")).click()
    expect(lines).to_have_count(number)
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="只看未声明")).to_have_attribute("aria-pressed", "true")
    expect(lines).to_have_count(number)


def test_sheets_that_cannot_be_aligned_stand_side_by_side_with_the_reason(room: Room) -> None:
    page = room.open("foreign")
    is_told(page, "nothing")
    expect(page.locator(".headline")).to_have_text("没有比对结果")
    expect(page.locator(".found .notice.stop p").nth(1)).not_to_be_empty()
    expect(page.locator(".compare-view")).to_have_attribute("data-mode", "side")


def test_who_waits_sees_the_sheets_and_gets_the_answer_when_it_is_there(room: Room) -> None:
    page = room.open("waiting")
    expect(page.locator(".headline")).to_contain_text("正在比对")
    expect(page.locator(".found progress")).to_be_visible()
    expect(page.locator(".compare-mix")).to_be_visible()
    room.site.work()
    is_told(page, "nothing")


def test_another_sheet_is_chosen_by_its_number(room: Room) -> None:
    page = room.open("changed", hash_="#mode=side")
    is_told(page)
    page.locator('[data-choose="after"]').click()
    dialog = page.locator("#choose-dialog")
    expect(dialog.locator(".choose-revisions a")).to_have_count(5)
    expect(dialog.locator('.choose-revisions a[aria-current="true"] b')).to_have_text("B")
    dialog.get_by_role("searchbox").fill("施-92")
    expect(dialog.locator("summary")).to_have_text("建施-92平面")
    expect(dialog.locator(".choose-revisions a")).to_have_count(1)
    dialog.locator(".choose-revisions a").click()
    page.wait_for_url(re.compile(room.pairs["same"][1]))
    is_told(page, "none")
    expect(page.locator(".compare-view")).to_have_attribute("data-mode", "side")


def test_the_help_opens_and_keys_rest_meanwhile(room: Room) -> None:
    page = room.open("changed")
    is_told(page)
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".compare-view")).to_have_attribute("data-mode", "overlay")
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()


def test_a_finger_finds_a_region_and_pulls_the_list_up(room: Room) -> None:
    page = room.open("changed", PHONE)
    is_told(page)
    page.evaluate(READY)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    badge = page.locator('.compare-pane[data-side="after"] .compare-badge:not([data-out])').first
    box = badge.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 3, box["y"] + box["height"] + 3)
    expect(page.locator('.difference[aria-current="true"]')).to_have_count(1)
    low = page.locator("#panel").bounding_box()
    page.locator("#grip").tap()
    high = page.locator("#panel").bounding_box()
    assert low is not None
    assert high is not None
    assert high["height"] > low["height"] + 100
    page.locator('.modes [data-mode="side"]').tap()
    panes = [
        page.locator(f'.compare-pane[data-side="{side}"]').bounding_box() for side in ("before", "after")
    ]
    assert panes[0] is not None
    assert panes[1] is not None
    assert panes[0]["y"] + panes[0]["height"] <= panes[1]["y"] + 1
    page.locator("#next").tap()
    expect(page.locator('.difference[aria-current="true"]')).to_have_count(1)


def test_who_may_not_read_one_of_the_sheets_learns_nothing(room: Room) -> None:
    released_one, draft = (room.site.things[f"rendition:{name}"] for name in ("released", "draft"))
    visitor = room.site.as_("contractor")
    for pair in ((released_one, draft), (draft, released_one)):
        for kind in ("", ".json", ".xlsx"):
            assert visitor.get("/renditions/{}/compare/{}".format(*pair) + kind).status_code == 404
