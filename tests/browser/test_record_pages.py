"""The drawing of record in a real browser: the time line, the band, and the public page on a phone."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.copies.site import Site, open_site, with_past

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@dataclass
class Running:
    """A site that listens, and a browser to open it with."""

    site: Site
    address: str
    browser: Browser

    @property
    def record(self) -> str:
        return f"{self.address}/projects/{self.site.world.project_id}/record"

    def page(self, who: str = "", viewport: dict[str, int] | None = None, language: str = "zh-CN") -> Page:
        context = self.browser.new_context(
            viewport=viewport or DESKTOP,
            locale=language,
            timezone_id="America/New_York",  # the person's own zone decides, not the machine's
            permissions=["clipboard-read", "clipboard-write"],
            has_touch=viewport is PHONE,
            is_mobile=viewport is PHONE,
        )
        context.set_default_timeout(8_000)
        if who:
            context.add_cookies([{"name": "oneset", "value": self.site.cookie(who), "url": self.address}])
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page


faults: list[str] = []


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser
) -> Iterator[Running]:
    with open_site(tmp_path_factory.mktemp("site"), sqlite_template) as site:
        with_past(site)
        server = make_server("127.0.0.1", 0, site.application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Running(site, f"http://127.0.0.1:{server.server_port}", browser)
        server.shutdown()
        thread.join()


@pytest.fixture
def open_page(running: Running) -> Iterator[Callable[..., Page]]:
    faults.clear()
    opened: list[Page] = []

    def make(*args: object, **more: object) -> Page:
        opened.append(running.page(*args, **more))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for page in opened:
        page.context.close()
    assert faults == []


def numbers(page: Page) -> list[str]:
    return page.locator("#grid .grid-row .sheet-no").all_inner_texts()


def test_stepping_back_changes_the_set_and_raises_the_band(running: Running, open_page: Callable[..., Page]):
    page = open_page("contractor")
    page.goto(running.record)
    expect(page.locator("#count")).to_have_text("2 张有效 · 另有 1 张已作废")
    expect(page.locator("#band")).to_be_hidden()
    page.get_by_role("button", name="上一次变化").click()
    expect(page.locator("#band")).to_be_visible()
    expect(page.locator("#band-text")).to_contain_text("2024-06-01 09:00")
    page.get_by_role("button", name="上一次变化").click()
    expect(page.locator("#band-text")).to_contain_text("2024-04-20 09:00")
    expect(page.locator("#count")).to_have_text("3 张有效")
    assert "as_of=" in page.url
    page.get_by_role("link", name="回到现在").click()
    expect(page.locator("#band")).to_be_hidden()
    page.go_back()
    expect(page.locator("#band-text")).to_contain_text("2024-04-20 09:00")


def test_the_slider_moves_by_keyboard_from_change_to_change(running: Running, open_page: Callable[..., Page]):
    page = open_page("contractor")
    page.goto(running.record)
    expect(page.locator("#count")).to_contain_text("2 张有效")
    page.locator("#slider").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#band-text")).to_contain_text("2024-04-10 09:00")
    assert "第 4 / 6 次变化" in page.locator("#slider").get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#band-text")).to_contain_text("2024-04-20 09:00")


def test_a_typed_date_is_read_in_the_zone_of_the_person(running: Running, open_page: Callable[..., Page]):
    page = open_page("contractor")
    page.goto(running.record)
    page.locator("#time").fill("09:30:00")
    page.locator("#date").fill("2024-03-20")
    expect(page.locator("#band-text")).to_have_text("本页为 2024-03-20 09:30 的有效图纸")
    expect(page.locator("#count")).to_have_text("3 张有效")
    assert (
        page.locator("[data-download=zip]")
        .get_attribute("href")
        .endswith("as_of=2024-03-20T09%3A30%3A00%2B08%3A00")
    )


def test_the_second_clock_takes_the_backdated_entry_away(running: Running, open_page: Callable[..., Page]):
    page = open_page("inspector")
    page.goto(f"{running.record}?as_of=2024-04-25T10:00")
    row = page.locator(".grid-row", has_text="结施-01")
    expect(row).to_contain_text("补记")
    assert numbers(page)[0] == "结施-01"  # backdated first
    page.get_by_text("当时已知").click()
    page.locator("#known-time").fill("10:00:00")
    page.locator("#known-date").fill("2024-05-10")
    expect(page.locator("#band-text")).to_contain_text("按 2024-05-10 10:00:00")
    expect(row).not_to_contain_text("补记")


def test_the_hash_of_a_row_is_copied_whole(running: Running, open_page: Callable[..., Page]):
    page = open_page("contractor")
    page.goto(running.record)
    page.locator(".grid-row", has_text="建施-01").get_by_role("button", name="复制").click()
    expect(page.locator(".toast")).to_contain_text("SHA-256")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == running.site.row(running.site.revisions["建施-01 B"]).base_sha256


def test_a_row_opens_the_sheet_of_that_instant(running: Running, open_page: Callable[..., Page]):
    page = open_page("contractor")
    page.goto(f"{running.record}?as_of=2024-03-20T10:00")
    link = page.locator(".grid-row .sheet-no").first
    assert "?as_of=2024-03-20T10%3A00" in link.get_attribute("href")


def test_freezing_shows_what_freezes_and_leads_to_the_frozen_set(
    running: Running, open_page: Callable[..., Page]
):
    page = open_page("owner")
    page.goto(f"{running.record}?as_of=2024-04-15T10:00")
    expect(page.locator("#count")).to_contain_text("3 张有效")
    page.get_by_role("button", name="冻结基线").click()
    expect(page.locator("#freeze-what")).to_have_text("2024-04-15 10:00 的有效图纸，3 张")
    page.get_by_label("名称").fill("基础验收前")
    page.get_by_role("button", name="冻结", exact=True).click()
    page.wait_for_url("**/baselines/**")
    expect(page.get_by_role("heading", name="基础验收前")).to_be_visible()
    expect(page.locator("body")).to_contain_text("换版")


def test_three_thousand_rows_follow_the_slider_at_once(running: Running, open_page: Callable[..., Page]):
    page = open_page("contractor")
    made = {
        "columns": ["sheet", "number", "sort", "title", "discipline", "building", "label", "since", "sinceAt", "recorded",
                    "recordedAt", "slips", "slipNumbers", "sha256", "backdated", "reason", "now", "nowLabel", "nowSince"],
        "rows": [[f"s{n}", f"建施-{n}", f"{n:05}", "平面图", "arch", "", "A", "2024-03-05 09:00", n, "2024-03-05 09:00", n,
                  0, "", "ab" * 32, "no", "", "same", "", ""] for n in range(3000)],
        "void": 0, "asOf": "", "asOfText": "2024-07-01 09:00", "asOfLocal": "2024-07-01T09:00:00",
        "asOfMs": 1719795600000, "knownAt": "", "knownAtText": "", "knownAtLocal": "2024-07-01T09:00:00",
    }  # fmt: skip
    page.route(
        lambda url: url.endswith("/record"),
        lambda route: (
            route.fulfill(json=made)
            if "json" in route.request.headers.get("accept", "")
            else route.continue_()
        ),
    )
    page.goto(running.record)
    expect(page.locator("#count")).to_have_text("3000 张有效")
    assert page.locator(".grid-row").count() < 60
    spent = page.evaluate(
        "() => { const started = performance.now(); const box = document.getElementById('filter'); box.value = '299';"
        " box.dispatchEvent(new Event('input')); return performance.now() - started; }"
    )
    expect(page.locator("#count")).to_contain_text("显示 13 / 3000")
    assert spent < 300


@pytest.mark.parametrize("where", ["desktop", "phone"])
def test_no_page_is_wider_than_its_screen(running: Running, open_page: Callable[..., Page], where: str):
    viewport = PHONE if where == "phone" else DESKTOP
    code = running.site.row(running.site.revisions["建施-01 A"]).short_code
    page = open_page("owner", viewport)
    for path in ["/", f"/v/{code}", "/v/0000000000", running.record.removeprefix(running.address)]:
        page.goto(running.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
    faults[:] = [f for f in faults if "404" not in f]  # the unknown code answers 404, and the browser says so


def test_a_scan_on_a_phone_says_at_one_glance_that_the_print_is_old(
    running: Running, open_page: Callable[..., Page]
):
    page = open_page("", PHONE)
    row = running.site.row(running.site.revisions["建施-01 A"])
    page.goto(f"{running.address}/v/{row.short_code}?h={row.base_sha256[:16]}")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("已被替代")
    assert heading.bounding_box()["y"] < 300
    expect(page.locator(".verdict")).to_have_css("background-color", "rgb(180, 35, 24)")
    page.get_by_role("link", name="登录查看图纸").click()
    page.wait_for_url("**/sign-in?next=**")
