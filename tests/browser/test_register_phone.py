"""The register on a phone: what a sheet is and how it stands, without a sideways move."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.product_site import Product, built, listening_at
from tests.browser.viewer_site import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Product]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        yield Product(site, address, browser)


@pytest.fixture
def office(listening: Product) -> Iterator[Product]:
    """At the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def test_number_title_and_standing_are_seen_without_scrolling_sideways(office: Product):
    page = office.page(PHONE)
    page.goto(f"{office.address}/projects/{office.site.world.project_id}/register")
    first = page.locator(".grid-row").first
    for part in (".sheet-no", ".sheet-card-title", ".mark"):
        box = first.locator(part).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["viewport"]["width"]  # type: ignore[index]
    grid = page.locator("#grid")
    assert grid.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    heights = page.locator(".grid-row").evaluate_all("(rows) => rows.map((r) => r.getBoundingClientRect())")
    assert all(b["top"] >= a["bottom"] - 1 for a, b in pairwise(heights))
    first.locator(".sheet-no").click()
    page.wait_for_url("**/sheets/*")


def test_turned_to_a_wide_screen_the_columns_come_back(office: Product):
    page = office.page(PHONE)
    page.goto(f"{office.address}/projects/{office.site.world.project_id}/register")
    expect(page.locator(".sheet-card").first).to_be_visible()
    page.set_viewport_size(DESKTOP["viewport"])  # type: ignore[arg-type]
    expect(page.locator(".grid-head button", has_text="专业")).to_be_visible()
    expect(page.locator(".sheet-card")).to_have_count(0)
