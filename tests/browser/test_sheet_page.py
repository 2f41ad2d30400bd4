"""The sheet page of the product in a real browser: regions, links and words together."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.product_site import Product, Seat, built, listening_at
from tests.browser.viewer_site import DESKTOP, PHONE
from viewers.render.manifest import TextRun, runs_to_json

pytestmark = pytest.mark.browser
CLIPBOARD = ["clipboard-read", "clipboard-write"]
SEATS = pytest.mark.parametrize("seat", [DESKTOP, PHONE], ids=["desktop", "phone"])


class House(Product):
    """The product; the contractor is signed in."""

    def sheet(self, name: str = "superseded", query: str = "") -> str:
        return f"{self.address}/sheets/{self.site.things[f'sheet:{name}']}{query}"


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        yield House(site, address, browser)


@pytest.fixture
def house(listening: House) -> Iterator[House]:
    """The house; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def is_drawn(page: Page) -> None:
    expect(page.locator(".sheet-tools")).to_be_visible()
    expect(page.locator(".sheet-place b")).not_to_be_empty()


@SEATS
def test_a_link_to_a_region_opens_there_with_the_revision_and_instant_it_was_copied_from(
    house: House, seat: Seat
):
    page = house.page(seat, permissions=CLIPBOARD)
    page.goto(house.sheet(query="?as_of=2024-03-02%2012:00"))
    is_drawn(page)
    page.locator('.sheet-rail [data-act="region"]').click()
    page.locator('[data-act="regionView"]').click()
    link = page.locator(".sheet-panel-region input").input_value()
    assert "as_of=2024-03-02" in link
    assert "#region=" in link
    page.locator('[data-act="regionCopy"]').click()
    expect(page.locator('[data-act="regionCopy"]')).to_have_text("已复制")
    assert page.evaluate("() => navigator.clipboard.readText()") == link
    other = house.page(seat)
    other.goto(link)
    is_drawn(other)
    expect(other.locator(".time-band")).to_be_visible()
    expect(other.locator(".sheet-ring")).to_be_visible()


def test_a_region_prints_as_a_pdf_that_says_what_it_is(house: House):
    page = house.page()
    page.goto(house.sheet() + "#region=20000,20000,120000,90000")
    is_drawn(page)
    page.locator('.sheet-rail [data-act="region"]').click()
    href = page.locator('[data-act="printA4"]').get_attribute("href")
    response = page.request.get(house.address + str(href))
    assert response.status == 200
    assert response.body().startswith(b"%PDF")
    assert response.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize(
    "wrong", ["#region=1,2,3", "#region=9,9,1,1", "#region=<script>", "#at=x", "#layers=zz&at=1,1,1"]
)
def test_an_address_that_says_nothing_sensible_shows_the_sheet(house: House, wrong: str):
    page = house.page()
    page.goto(house.sheet() + wrong)
    is_drawn(page)
    expect(page.locator(".sheet-ring")).to_be_hidden()


@pytest.fixture
def pointing(listening: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet points to one sheet of the set and one that nobody has."""
    derived = listening.site.services.derived
    real = derived.member
    runs = [
        TextRun("3/建施-35", 100_000, 150_000, 130_000, 156_000),
        TextRun('详见建施-77<img src=x onerror="window.owned=1">', 100_000, 100_000, 180_000, 106_000),
    ]
    text = runs_to_json(runs).encode()
    monkeypatch.setattr(
        derived, "member", lambda s, p, name: text if name == "text.json" else real(s, p, name)
    )


@SEATS
@pytest.mark.usefixtures("pointing")
def test_a_callout_opens_its_sheet_and_back_returns(house: House, seat: Seat):
    page = house.page(seat)
    page.goto(house.sheet())
    is_drawn(page)
    mark = page.locator(".sheet-link:not(.is-dangling)")
    expect(mark).to_have_count(1)
    box = mark.bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if seat is PHONE:
        page.touchscreen.tap(*at)
    else:
        page.mouse.click(*at)
    page.wait_for_url(f"**/sheets/{house.site.things['sheet:released']}")
    page.go_back()
    page.wait_for_url(f"**/sheets/{house.site.things['sheet:superseded']}")


@pytest.mark.usefixtures("pointing")
def test_dangling_references_are_listed_and_their_text_stays_text(house: House):
    page = house.page()
    page.goto(house.sheet())
    is_drawn(page)
    expect(page.locator("#callout-count")).to_have_text("1 + 1")
    page.locator("#callouts summary").click()
    expect(page.locator("#callout-links a")).to_have_text("建施-35")
    expect(page.locator("#callout-dangling .sheet-no")).to_have_text("建施-77")
    page.locator("#callout-dangling button").click()
    expect(page.locator(".sheet-highlight")).to_have_count(1)
    assert page.evaluate("() => window.owned") is None
    assert page.locator("#callouts img").count() == 0


@SEATS
def test_layers_stay_as_they_were_left_while_the_window_is_open_and_go_along_in_the_link(
    house: House, seat: Seat
):
    page = house.page(seat)
    page.goto(house.sheet())
    is_drawn(page)
    page.locator('.sheet-rail [data-act="layers"]').click()
    page.locator(".sheet-layer-list input").first.uncheck()
    with page.expect_response(lambda r: "/layers/Ag/tiles/" in r.url):
        page.reload()
    is_drawn(page)
    page.locator('.sheet-rail [data-act="region"]').click()
    page.locator('[data-act="regionView"]').click()
    link = page.locator(".sheet-panel-region input").input_value()
    assert link.endswith("&layers=Ag")
    other = house.page(seat)
    with other.expect_response(lambda r: "/layers/Ag/tiles/" in r.url):
        other.goto(link)
    is_drawn(other)


@SEATS
def test_text_of_a_hidden_layer_is_found_and_said_to_be_hidden_until_it_is_shown(house: House, seat: Seat):
    page = house.page(seat)
    page.goto(house.sheet())
    is_drawn(page)
    page.locator('.sheet-rail [data-act="layers"]').click()
    page.locator(".sheet-layer-list label", has_text="text").locator("input").uncheck()
    page.locator(".sheet-panel-layers button.sheet-button").first.click()
    page.locator('.sheet-tools [data-act="search"]').click()
    page.locator(".sheet-search input").fill("-37")
    hidden = page.locator(".sheet-search-hidden")
    expect(hidden).to_contain_text("在未显示的图层“text”上")
    expect(page.locator(".sheet-highlight.is-unseen")).to_have_count(1)
    hidden.get_by_role("button", name="显示该图层").click()
    expect(hidden).to_be_hidden()
    expect(page.locator(".sheet-highlight:not(.is-unseen)")).to_have_count(1)
    assert page.locator(".sheet-layer-list input:not(:checked)").count() == 0
