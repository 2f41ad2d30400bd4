"""A second factor is set up in a real browser: the phone reads the QR code off the screen; in a demonstration, helped."""

import io
import re
from base64 import b32decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect

from app.accounts.factor_queries import people_with_factor
from app.accounts.factors import reset_factor, use_second_factor
from app.kernel.actor import SYSTEM
from tests.browser.product_site import Product, built, listening_at
from tests.peers.authenticator import Authenticator
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Product]:
    with built(tmp_path_factory) as site, listening_at(site) as address:
        yield Product(site, address, browser)


@pytest.fixture
def house(listening: Product) -> Iterator[Product]:
    """The house, in which nobody has a second factor; at the end nothing may have gone wrong on any page."""
    owner = listening.site.world.people["owner"]
    with listening.site.services.database.write(SYSTEM) as tx:
        if owner in people_with_factor(tx.session):
            reset_factor(tx, owner, "下一个测试")
    yield listening
    listening.end()


def _read_by_phone(house: Product, page: Page) -> Authenticator:
    picture = Image.open(io.BytesIO(page.locator(".qr-frame").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    asked = urlsplit(code.text)
    assert (asked.scheme, asked.netloc, asked.path) == ("otpauth", "totp", "/OneSet:owner")
    (secret,) = parse_qs(asked.query)["secret"]
    return Authenticator(house.site.world.people["owner"], b32decode(secret), house.site.clock)


def test_set_up_print_and_turn_off(house: Product) -> None:
    page = house.page(person="owner")
    strange: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((house.address, "data:", "blob:")):
            strange.append(request.url)

    page.on("request", note)
    page.add_init_script("window.print = () => { window.printed = true; }")
    page.goto(f"{house.address}/me")
    page.locator("#factor a.button").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="显示二维码").click()
    phone = _read_by_phone(house, page)
    typed = page.locator("input[name=code]")
    expect(typed).to_be_focused()
    assert typed.get_attribute("inputmode") == "numeric"
    assert typed.get_attribute("autocomplete") == "one-time-code"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    typed.fill(phone.code())
    page.get_by_role("button", name="确认开启").click()
    expect(page.locator(".recovery code")).to_have_count(10)
    codes = page.locator(".recovery code").all_inner_texts()
    assert len(set(codes)) == 10
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.get_by_role("link", name="已保存").click()
    expect(page.locator("main")).to_contain_text("已开启")
    page.locator("form[action='/me/factor/remove'] input[name=password]").fill(PASSWORD)
    page.locator("form[action='/me/factor/remove'] input[name=code]").fill(codes[0])
    page.get_by_role("button", name="关闭动态口令").click()
    expect(page.locator("main")).to_contain_text("未开启")
    assert strange == [], "nothing is asked of others"


def test_on_a_phone_nothing_is_wider_than_the_screen(house: Product) -> None:
    page = house.page(person="owner")
    page.set_viewport_size(PHONE)
    page.goto(f"{house.address}/me/factor")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="显示二维码").click()
    phone = _read_by_phone(house, page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.locator("input[name=code]").fill(phone.code())
    page.get_by_role("button", name="确认开启").click()
    expect(page.locator(".recovery code")).to_have_count(10)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("link", name="已保存").click()
    expect(page.locator(".recovery code")).to_have_count(0)
    page.wait_for_load_state()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_in_a_demonstration_the_code_fills_itself_and_follows_the_clock(house: Product) -> None:
    services, owner = house.site.services, house.site.world.people["owner"]
    usual = services.settings
    services.settings = replace(usual, is_demo=True)
    try:
        page = house.page(person="owner")
        page.clock.install()
        page.goto(f"{house.address}/me/factor")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="显示二维码").click()
        page.locator(".demo-code button").click()
        expect(page.locator("input[name=code]")).to_have_value(re.compile(r"^\d{6}$"))
        page.get_by_role("button", name="确认开启").click()
        page.get_by_role("link", name="已保存").click()
        hint = page.locator("form[action='/me/factor/sign-in'] .demo-code")
        expect(hint.locator("button")).to_be_visible()  # the script is there
        first = hint.locator("code").inner_text()
        house.site.clock.advance(timedelta(seconds=90))
        page.clock.run_for(61_000)
        expect(hint.locator("code")).not_to_have_text(first)
        with services.database.write(house.site.world.actor("owner")) as tx:
            use_second_factor(tx, services.factors, owner, hint.locator("code").inner_text(), "seal-set")
    finally:
        services.settings = usual
