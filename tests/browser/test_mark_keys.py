"""A mark of one's own is moved and reshaped by keys, saved, put back, and told to those who hear."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.product_site import Product, built, listening_at

pytestmark = pytest.mark.browser
BOX = [[60_000, 60_000], [100_000, 90_000]]


class Desk(Product):
    """The product, and a rectangle that the contractor drew."""

    mark = ""

    @property
    def revision(self) -> str:
        return self.site.things["revision:released"]

    def draw(self) -> None:
        """Draw it anew, so that no test sees what another did."""
        client = self.site.as_("contractor")
        if self.mark:
            client.post(f"/marks/{self.mark}/take-back", json={})
        sent = {
            "kind": "rectangle",
            "anchor": {"type": "region", "x0": 60_000, "y0": 60_000, "x1": 100_000, "y1": 90_000},
            "shape": {"paths": [BOX]},
            "colour": "red",
            "audience": "project",
        }
        self.mark = client.post(f"/revisions/{self.revision}/marks", json=sent).json["mark"]["id"]

    def kept(self) -> dict[str, Any]:
        """The mark as the server has it."""
        found = self.site.as_("contractor").get(f"/revisions/{self.revision}/marks").json["marks"]
        return next(m for m in found if m["id"] == self.mark)

    def open(self, person: str = "contractor") -> Page:
        page = self.page(person=person)
        page.goto(f"{self.address}/sheets/{self.site.things['sheet:released']}")
        expect(page.locator(".sheet-place b")).not_to_be_empty()
        page.locator(".panel-tabs button", has_text="批注").click()
        page.locator(f'.mark-item[data-key="{self.mark}"]').press("Enter")
        page.locator(".sheet-surface").focus()
        return page


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        yield Desk(site, address, browser)


@pytest.fixture
def desk(listening: Desk) -> Iterator[Desk]:
    """The desk; at the end nothing may have gone wrong on any page."""
    listening.draw()
    yield listening
    listening.end()


def test_arrows_move_the_mark_and_enter_saves_it(desk: Desk):
    page = desk.open()
    page.keyboard.press("ArrowRight")
    said = page.locator(".mark-said-keys")
    expect(said).to_contain_text("已移到")
    with page.expect_response(lambda r: r.request.method == "PATCH") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 200
    expect(said).to_contain_text("已保存")
    (x0, y0), (x1, y1) = desk.kept()["shape"]["paths"][0]
    assert x0 > 60_000
    assert (x1 - x0, y0, y1) == (40_000, 60_000, 90_000)
    assert desk.kept()["anchor"]["x0"] == x0
    page.keyboard.press("Control+z")
    expect(page.locator(f'g[data-key="{desk.mark}"] path')).to_have_attribute(
        "d", "M60 60L100 60L100 90L60 90Z"
    )


def test_shift_moves_far_and_alt_a_little(desk: Desk):
    page = desk.open()
    moved = []
    for keys in ("Alt+ArrowUp", "ArrowUp", "Shift+ArrowUp"):
        before = page.evaluate(CENTRE, desk.mark)
        page.keyboard.press(keys)
        moved.append(before - page.evaluate(CENTRE, desk.mark))
    assert [round(px) for px in moved] == [1, 12, 60]
    page.keyboard.press("Escape")
    assert desk.kept()["version"] == 1


CENTRE = """(key) => {
  const box = document.querySelector(`g[data-key="${key}"] path`).getBoundingClientRect();
  return box.y + box.height / 2;
}"""


def test_a_point_is_chosen_and_moved_alone(desk: Desk):
    page = desk.open()
    page.keyboard.press("]")
    expect(page.locator(".mark-said-keys")).to_contain_text("第 1 点")
    page.keyboard.press("]")
    expect(page.locator(".mark-said-keys")).to_contain_text("第 2 点")
    expect(page.locator(".mark-handles circle.is-chosen")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    with page.expect_response(lambda r: r.request.method == "PATCH"):
        page.keyboard.press("Enter")
    first, second = desk.kept()["shape"]["paths"][0]
    assert first == BOX[0]
    assert second[0] == BOX[1][0]
    assert second[1] > BOX[1][1]


def test_escape_puts_it_back_and_nothing_is_saved(desk: Desk):
    page = desk.open()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f'g[data-key="{desk.mark}"] path')).not_to_have_attribute(
        "d", "M60 60L100 60L100 90L60 90Z"
    )
    page.keyboard.press("Escape")
    expect(page.locator(".mark-said-keys")).to_contain_text("已放回")
    expect(page.locator(f'g[data-key="{desk.mark}"] path')).to_have_attribute(
        "d", "M60 60L100 60L100 90L60 90Z"
    )
    expect(page.locator(".mark-handles circle")).to_have_count(2)
    assert desk.kept()["version"] == 1


def test_it_stays_on_the_sheet(desk: Desk):
    page = desk.open()
    for _ in range(30):
        page.keyboard.press("Shift+ArrowLeft")
    with page.expect_response(lambda r: r.request.method == "PATCH"):
        page.keyboard.press("Enter")
    assert desk.kept()["shape"]["paths"][0][0][0] == 0


def test_the_mark_of_another_is_not_moved_and_arrows_pan_as_ever(desk: Desk):
    page = desk.open("owner")
    before = page.evaluate(CENTRE, desk.mark)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".mark-said-keys")).to_be_hidden()
    page.wait_for_function(f"([key, y]) => ({CENTRE})(key) !== y", arg=[desk.mark, before])
    assert desk.kept()["version"] == 1
