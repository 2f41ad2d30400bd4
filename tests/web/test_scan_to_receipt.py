"""From a scanned code to a receipt on a phone: confirm, or object with a photo, in three taps (of the supervisor)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.web.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(desk_site: Site, browser: Browser) -> Iterator[Page]:
    server = make_server("127.0.0.1", 0, desk_site.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=address, service_workers="block"
    )
    secret = desk_site.secrets["supervisor"][0]
    context.add_cookies([{"name": desk_site.cookie, "value": secret, "url": address}])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    server.shutdown()
    assert faults == []


def test_a_print_is_confirmed_in_three_taps(phone: Page, desk_site: Site) -> None:
    phone.goto(f"/v/{desk_site.things['code:released']}")
    phone.get_by_role("link", name="确认收到或提出异议").click()
    phone.get_by_role("button", name="确认接收").first.click()
    phone.locator("#confirm-dialog").get_by_role("button", name="确认接收").click()
    expect(phone.locator(".own-acts").first).to_contain_text("已确认")


def test_a_print_is_objected_to_with_a_photo_in_three_taps(
    phone: Page, desk_site: Site, tmp_path: Path
) -> None:
    photo = tmp_path / "现场.jpg"
    Image.new("RGB", (400, 300), (120, 90, 60)).save(photo)
    phone.goto(f"/v/{desk_site.things['code:released']}")
    phone.get_by_role("link", name="确认收到或提出异议").click()
    phone.get_by_role("button", name="提出异议").first.click()
    dialog = phone.locator("#object-dialog")
    dialog.locator("textarea").fill("现场门洞与图不符")
    dialog.locator("input[type=file]").set_input_files(photo)
    dialog.get_by_role("button", name="提交异议").click()
    expect(phone.locator(".own-acts").first).to_contain_text("异议")
    expect(phone.locator("img.evidence").first).to_be_visible()
    expect(phone.get_by_text("现场门洞与图不符")).to_be_visible()
