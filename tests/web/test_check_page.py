"""Checking a print on a phone with the network off: for people who are not signed in, with a real browser and worker."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from app.copies.copies import Press
from tests.copies.site import Site, open_site, with_past

pytestmark = pytest.mark.browser
READY = "() => navigator.serviceWorker.controller?.state === 'activated'"
PHONE = {"width": 390, "height": 844}


@dataclass
class Phone:
    """Somebody's phone on site, and the server far away."""

    site: Site
    context: BrowserContext
    server: BaseWSGIServer
    page: Page
    prints: dict[str, str]
    faults: list[str] = field(default_factory=list)

    def visit(self) -> None:
        """The first visit, with a network."""
        self.page.goto(f"{self.site.services.press.base_url}/check")
        self.page.wait_for_function(READY)
        expect(self.page.locator("#kept-yes")).to_be_visible()
        expect(self.page.locator("#list-time")).not_to_have_text("—")

    def scan(self, name: str) -> None:
        """What a phone's own camera does with a code: it opens the address."""
        self.page.goto("about:blank")
        self.page.goto(self.prints[name])

    def says(self, words: str) -> None:
        expect(self.page.locator("#answer h1")).to_contain_text(words)


def print_of(site: Site, name: str) -> bytes:
    """A copy on paper."""
    return site.client("owner").get(f"/renditions/{site.rendition(site.revisions[name])}/copy.pdf").data


def code_on(data: bytes) -> str:
    drawn = pdfium.PdfDocument(data)[0].render(scale=150 / 72, grayscale=True).to_numpy()
    return str(zxingcpp.read_barcodes(drawn)[0].text)


@pytest.fixture
def phone(tmp_path: Path, sqlite_template: Path, browser: Browser) -> Iterator[Phone]:
    with open_site(tmp_path / "site", sqlite_template) as site:
        with_past(site)
        server = make_server("127.0.0.1", 0, site.application, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        site.services.press = Press(address, site.services.press.keys)
        site.services.settings = replace(site.services.settings, base_url=address)
        prints = {name: code_on(print_of(site, name)) for name in ("建施-01 A", "建施-01 B", "建施-02 A")}
        context = browser.new_context(viewport=PHONE)
        found = Phone(site, context, server, context.new_page(), prints)
        found.page.on("pageerror", lambda error: found.faults.append(str(error)))
        found.page.on(
            "console", lambda m: found.faults.append(m.text) if "Content Security Policy" in m.text else None
        )
        yield found
        context.close()
        server.shutdown()
        assert found.faults == []


def test_prints_are_judged_without_a_network_after_one_visit(phone: Phone) -> None:
    phone.visit()
    phone.context.set_offline(True)
    phone.scan("建施-01 A")
    phone.says("已被替代")
    expect(phone.page.locator("#answer .verdict-stop")).to_be_visible()
    expect(phone.page.locator("#number")).to_have_text("建施-01")
    expect(phone.page.locator("#label")).to_have_text("A")
    phone.scan("建施-02 A")
    phone.says("已作废")
    phone.scan("建施-01 B")
    phone.says("未见更新版次")
    expect(phone.page.locator("#answer .verdict-attention")).to_be_visible()
    expect(phone.page.locator(".verdict-force")).to_have_count(0)
    expect(phone.page.locator("#answer [data-slot=time]").first).to_have_text(
        str(phone.page.locator("#list-time").inner_text())
    )
    expect(phone.page.locator("#slips")).to_contain_text("另有 1 份变更有效")


def test_an_answer_seen_a_moment_ago_is_not_shown_as_that_of_now(phone: Phone) -> None:
    phone.visit()
    phone.scan("建施-01 B")
    expect(phone.page.locator(".verdict-force h1")).to_contain_text("现行有效")
    expect(phone.page.locator("#signature")).to_contain_text("签名相符")
    phone.context.set_offline(True)
    phone.scan("建施-01 B")
    phone.says("未见更新版次")
    expect(phone.page.locator(".verdict-force")).to_have_count(0)


def test_a_server_that_is_gone_is_no_network_either(phone: Phone) -> None:
    phone.visit()
    phone.server.shutdown()
    phone.server.server_close()
    phone.scan("建施-01 A")
    phone.says("已被替代")


def test_codes_are_taken_from_pictures_and_pasted_texts_too(phone: Phone, tmp_path: Path) -> None:
    phone.visit()
    phone.context.set_offline(True)
    page = phone.page
    page.goto(f"{phone.site.services.press.base_url}/check")
    picture = tmp_path / "photo.png"
    drawn = pdfium.PdfDocument(print_of(phone.site, "建施-01 A"))[0].render(scale=100 / 72)
    drawn.to_pil().save(picture)
    page.locator("#picture").set_input_files(picture)
    phone.says("已被替代")
    page.locator("#text").fill(phone.prints["建施-01 B"][:-4] + "0000")
    page.locator("#typed button").click()
    phone.says("签名不符")
    expect(page.locator("#facts")).to_be_hidden()
    page.locator("#text").fill("https://example.org/")
    page.locator("#typed button").click()
    phone.says("不是图纸二维码")


def test_a_list_that_somebody_changed_counts_for_nothing(phone: Phone) -> None:
    phone.visit()
    phone.page.evaluate(
        """async () => {
          const cache = await caches.open("oneset-check");
          const data = new Uint8Array(await (await cache.match("/check/list")).arrayBuffer());
          data[9] ^= 64;
          await cache.put("/check/list", new Response(data));
        }"""
    )
    phone.context.set_offline(True)
    phone.scan("建施-01 B")
    phone.says("是否有效未知")
    expect(phone.page.locator("#list-forged")).to_be_visible()


def test_the_device_of_a_stranger_keeps_nothing_but_what_is_everybodys(phone: Phone) -> None:
    phone.visit()
    phone.scan("建施-01 B")
    expect(phone.page.locator(".verdict-force h1")).to_be_visible()
    kept = phone.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
          }
          return found;
        }"""
    )
    others = {path for path in kept if not path.startswith(("/static/", "/viewer/"))}
    assert others == {"/check", "/check/keys.json", "/check/list"}


def test_the_key_may_be_withdrawn_and_devices_learn_it_with_the_next_network(phone: Phone) -> None:
    phone.visit()
    phone.site.services.press.keys.renew(phone.site.clock.now(), is_withdrawn=True)
    for _ in range(5):  # on a busy machine the worker may lose patience with the first answer
        phone.scan("建施-01 B")
        expect(phone.page.locator("#signature")).to_be_visible()
        if "签名不符" in phone.page.locator("#signature").inner_text():
            break
    expect(phone.page.locator("#signature")).to_contain_text("签名不符")
    phone.context.set_offline(True)
    phone.scan("建施-01 B")
    phone.says("密钥已撤销")
