"""Confirming many at once by keys, and an objection with a photo on a phone in three taps."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from app.distribution.models import ReceiptFact
from tests.browser.product_site import Product, built, listening_at
from tests.web.distribution_house import jpeg

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Product]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        yield Product(site, address, browser)


@pytest.fixture
def house(listening: Product) -> Iterator[Product]:
    """The house; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def kinds(house: Product, party: str) -> list[str]:
    with house.site.services.database.read() as session:
        query = sa.select(ReceiptFact.kind).where(ReceiptFact.party_id == house.site.world.parties[party])
        return [*session.scalars(query.order_by(ReceiptFact.at))]


def test_many_are_confirmed_by_keys_after_their_words_were_shown(house: Product) -> None:
    page = house.page(person="supervisor")
    page.goto(f"{house.address}/projects/{house.site.things['project']}/confirmation/mine")
    rows = page.locator(".receipts li")
    count = rows.count()
    assert count >= 1
    for _ in range(count):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
    button = page.locator("#confirm-chosen")
    expect(button).to_have_text(f"确认所选 {count} 份")
    button.click()
    said = page.locator("#confirm-said li")
    expect(said).to_have_count(count)
    expect(said.first).to_contain_text("SHA-256")
    page.locator("#confirm-dialog button[value='']").click()
    assert "confirmed" not in kinds(house, "supervisor")  # only shown
    button.click()
    with page.expect_navigation():
        page.locator("#confirm-dialog button.primary").click()
    expect(page.locator(".receipts li")).to_have_count(0)
    assert kinds(house, "supervisor").count("confirmed") == count


def test_an_objection_with_a_photo_takes_three_taps_on_a_phone(house: Product) -> None:
    page = house.page(person="owner_clerk")
    page.set_viewport_size(PHONE)
    sheet = house.site.things["sheet:released"]
    page.goto(f"{house.address}/sheets/{sheet}/confirmation")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.locator("[data-object]").first.click()
    dialog = page.locator("#object-dialog")
    dialog.locator("textarea").fill("预留洞口 300 × 300，图示 250")
    photo = {"name": "洞口.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    dialog.locator("input[type=file]").set_input_files(photo)
    with page.expect_navigation():
        dialog.locator("button.primary").click()
    assert kinds(house, "owner") == ["objected"]
    page.goto(f"{house.address}/sheets/{sheet}/confirmation")
    expect(page.locator("body")).to_contain_text("预留洞口 300 × 300")


def test_an_objection_becomes_a_question_that_the_designer_answers(house: Product) -> None:
    sheet = house.site.things["sheet:newer"]
    clerk = house.page(person="contractor")
    clerk.goto(f"{house.address}/sheets/{sheet}/confirmation")
    clerk.locator("[data-object]").first.click()
    dialog = clerk.locator("#object-dialog")
    dialog.locator("textarea").fill("⑤轴洞口与结构图不符，以哪张为准？")
    dialog.locator("input[name=asks]").check()
    with clerk.expect_navigation():
        dialog.locator("button.primary").click()
    clerk.locator("a[href^='/notes/']").first.click()
    expect(clerk.locator("h1")).to_contain_text("异议")
    expect(clerk.locator("main")).to_contain_text("以哪张为准")
    designer = house.page(person="lead")
    designer.goto(f"{house.address}/projects/{house.site.things['project']}")
    expect(designer.locator("main")).to_contain_text("异议")
    designer.goto(clerk.url)
    designer.locator("#answer-form textarea").fill("以结构图为准")
    with designer.expect_navigation():
        designer.locator("#answer-form button.primary").click()
    clerk.reload()
    expect(clerk.locator("main")).to_contain_text("以结构图为准")


def test_on_a_phone_the_first_cell_stands_on_the_first_screen(house: Product) -> None:
    page = house.page({"viewport": PHONE, "has_touch": True}, person="contractor")
    page.goto(f"{house.address}/projects/{house.site.things['project']}/confirmation")
    expect(page.locator("table.matrix tbody tr").first).to_be_in_viewport()
    state = page.locator(".filter-fold select[name=state]")
    expect(state).to_be_hidden()
    page.locator(".filter-fold summary").tap()
    state.select_option("waiting")
    page.locator(".filters button").tap()
    page.wait_for_url("**state=waiting**")
    expect(page.locator(".filter-fold summary .num")).to_have_text("1")
    expect(state).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
