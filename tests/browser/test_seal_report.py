"""Seals on the sheet page, in the report and in the register, in a real browser: desktop and phone, both languages."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.viewer_site import DESKTOP, PHONE
from tests.web.seal_site import SealSite, seal_site

pytestmark = pytest.mark.browser


@dataclass
class Running:
    """A site with one sealed sheet and one without seals, listening."""

    site: SealSite
    address: str
    browser: Browser
    sealed: str
    bare: str

    def page(self, seat: dict[str, object], who: str = "contractor") -> Page:
        """A page of a browser of its own; a fault on it fails the test that looks at ``faults``."""
        context = self.browser.new_context(**seat)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "oneset", "value": self.site.cookie(who), "url": self.address}])
        page = context.new_page()
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page


faults: list[str] = []


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser
) -> Iterator[Running]:
    with seal_site(tmp_path_factory.mktemp("seals") / "data", sqlite_template) as site:
        (sealed,) = site.sealed()
        (bare,) = site.house.sheets(1, "released")
        site.work()
        site.draw([sealed, bare])
        server = make_server("127.0.0.1", 0, site.application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Running(site, f"http://127.0.0.1:{server.server_port}", browser, sealed, bare)
        server.shutdown()
        thread.join()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, running: Running) -> Iterator[Page]:
    faults.clear()
    opened = running.page(request.param)
    yield opened
    opened.context.close()
    assert faults == []


def _fits(page: Page) -> None:
    """Nothing stands out at the side."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def test_the_report_can_be_read_and_asked_for_again(running: Running, page: Page) -> None:
    page.goto(f"{running.address}/revisions/{running.sealed}/seals")
    expect(page.locator(".verdict-line")).to_contain_text("签章有效 · 2 枚")
    before = page.locator(".events > li").count()
    assert before >= 2, "one after each seal"
    first = page.locator(".seal-report").first
    if first.get_attribute("open") is None:
        first.locator("summary").click()
    expect(first.get_by_text("证书链")).to_be_visible()
    _fits(page)
    page.get_by_role("button", name="重新核验").click()
    expect(page.get_by_role("status")).to_contain_text("核验中")
    expect(page.get_by_role("button", name="重新核验")).to_be_disabled()
    running.site.work()
    page.reload()
    expect(page.get_by_role("button", name="重新核验")).to_be_enabled()
    expect(page.locator(".events > li")).to_have_count(before + 1)
    page.locator(".events > li").last.get_by_text("看报告").click()
    expect(page.locator(".events > li").last).to_have_attribute("aria-current", "true")


def test_the_line_above_the_drawing_leads_to_the_seals(running: Running, page: Page) -> None:
    page.goto(f"{running.address}/sheets/{running.site.sheet_of(running.sealed)}")
    part = page.locator(".status-bar .part", has_text="签章有效 · 2 枚")
    expect(part).to_have_attribute("href", "#seals")
    _fits(page)


def test_the_register_is_filtered_by_seals(running: Running) -> None:
    faults.clear()
    page = running.page(DESKTOP)
    page.goto(f"{running.address}/projects/{running.site.house.world.project_id}/register")
    expect(page.locator(".grid-row")).to_have_count(2)
    page.locator(".facet", has_text="签章").locator("label", has_text="有效").click()
    expect(page.locator(".grid-row")).to_have_count(1)
    mark = page.locator(".grid-row a", has_text="有效")
    expect(mark).to_have_attribute("href", f"/revisions/{running.sealed}/seals")
    page.context.close()
    assert faults == []
