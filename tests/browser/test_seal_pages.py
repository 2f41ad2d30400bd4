"""Registering a seal in a real browser: the picture as one types, a refusal that keeps what was typed, a key at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.kernel.db.engine import open_engine
from app.kernel.db.migrating import migrate
from app.seals.models import Seal
from app.seals.rules import Provider
from tests.browser.product_site import Product, listening_at
from tests.web.site import build, opened

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Product]:
    """A demonstration, whose authority issues keys."""
    folder = tmp_path_factory.mktemp("house") / "data"
    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'oneset.db'}")
    migrate(engine)
    engine.dispose()
    kept = tmp_path_factory.mktemp("kept") / "data"
    with opened(build(folder, ""), kept, is_demo=True) as site, listening_at(site) as address:
        yield Product(site, address, browser)


@pytest.fixture
def house(listening: Product) -> Iterator[Product]:
    """The house; at the end nothing may have gone wrong on any page."""
    yield listening
    listening.end()


def new_seal(house: Product, kind: str) -> Page:
    page = house.page(person="lead")
    page.goto(f"{house.address}/organisations/{house.site.things['seal house']}/seals/new?kind={kind}")
    expect(page.locator("#preview")).to_be_visible()
    return page


def drawn(page: Page) -> str:
    return page.locator("#preview").get_attribute("src") or ""


def test_a_seal_is_drawn_as_one_types_and_registered_with_a_key_of_the_demonstration(house: Product) -> None:
    page = new_seal(house, "firm")
    first = drawn(page)
    assert page.locator("#preview").evaluate("image => image.complete && image.naturalWidth > 0")
    page.fill("[name=name]", "院公章")
    page.fill("[name=picture_name]", "青岚建筑设计研究院")
    page.wait_for_function("first => document.getElementById('preview').src !== first", arg=first)
    page.locator("[name=all_disciplines]").uncheck()
    page.locator("[name=disciplines][value=arch]").check()
    expect(page.locator(".key-fields")).to_be_visible()
    expect(page.locator("body")).to_contain_text("演示密钥，不具法律效力")
    page.get_by_role("button", name="由演示机构签发").click()
    page.wait_for_url("**/seals/*")
    expect(page.locator("h1")).to_have_text("院公章")
    expect(page.locator("main")).to_contain_text("尚无用印人")
    picture = page.locator(".seal-picture img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    with house.site.services.database.read() as session:
        seal = session.get_one(Seal, page.url.rsplit("/", 1)[1])
    assert (seal.provider, seal.disciplines, seal.projects) == (Provider.DEMO, ["arch"], None)
    sealer = house.site.services.seals.keys.demo
    assert sealer is not None
    assert sealer.key(seal.key_ref)[0]
    with page.expect_navigation():
        page.get_by_role("button", name="设为用印人").click()
    expect(page.locator(".keepers li")).to_have_count(1)


def test_what_was_typed_stays_when_it_is_refused(house: Product) -> None:
    page = new_seal(house, "firm")
    page.fill("[name=name]", "另一枚公章")
    page.fill("[name=certificate]", "这不是证书")
    with page.expect_response(lambda r: r.request.method == "POST" and r.status == 422):
        page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#refusal")).to_contain_text("不是 X.509 证书")
    expect(page.locator("[name=name]")).to_have_value("另一枚公章")
    house.faults[:] = [fault for fault in house.faults if "422" not in fault]


def test_a_text_that_cannot_be_drawn_says_why_while_one_types(house: Product) -> None:
    page = new_seal(house, "issue")
    with page.expect_response(lambda r: "preview.svg" in r.url and r.status == 422):
        page.fill("[name=picture_name]", "短")
    expect(page.locator("#preview-refusal")).to_contain_text("4–30 字")
    page.fill("[name=picture_name]", "足够长的名称")
    expect(page.locator("#preview-refusal")).to_be_empty()
    house.faults[:] = [fault for fault in house.faults if "422" not in fault]


@pytest.mark.parametrize("kind", ["registered", "as_built"])
def test_the_form_fits_a_phone(house: Product, kind: str) -> None:
    page = new_seal(house, kind)
    page.set_viewport_size(PHONE)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.goto(f"{house.address}/seals/{house.site.things['office seal']}")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_revoking_asks_and_says_what_becomes_true(house: Product) -> None:
    page = house.page(person="stranger")
    page.goto(f"{house.address}/seals/{house.site.foreign['office seal']}")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("summary", has_text="注销").click()
    form = page.locator("form:has(input[value=revoked])")
    form.locator("[name=reason]").fill("遗失")
    with page.expect_navigation():
        form.get_by_role("button", name="注销").click()
    assert "注销后不能恢复" in asked[0]
    expect(page.locator("main")).to_contain_text("遗失")
    house.faults[:] = [fault for fault in house.faults if "注销后不能恢复" not in fault]
