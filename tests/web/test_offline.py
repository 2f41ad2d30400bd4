"""What a device keeps, in a real browser with a real worker: shown as kept, never as current, and gone with the person."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from app.access.actions import EndSeat, end_seat
from app.accounts.actions import revoke_session
from app.release.actions import CancelSheets, cancel_sheets
from tests.web.site import Drawing, Site, clean

pytestmark = pytest.mark.browser

SHEETS = "import('/static/js/device-store.js').then((m) => m.allOf('sheets'))"
PACKS = "import('/static/js/device-store.js').then((m) => m.allOf('packs'))"
KEYS = "caches.open('oneset-kept').then((c) => c.keys()).then((k) => k.map((r) => new URL(r.url).pathname))"
READY = "() => navigator.serviceWorker.controller?.state === 'activated'"
BAND = "#offline-band .on-kept"


@dataclass
class Device:
    """A browser whose worker and caches live on, and the server it talks to."""

    site: Site
    context: BrowserContext
    server: BaseWSGIServer
    page: Page
    faults: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def be(self, name: str, secret: str = "") -> None:
        secret = secret or self.site.secrets[name][0]
        self.context.add_cookies([{"name": self.site.cookie, "value": secret, "url": self.address}])

    def path(self, name: str) -> str:
        return f"/sheets/{self.site.things[f'sheet:{name}']}"

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def keep(self, name: str = "released") -> None:
        """Open a sheet and wait until all of it is kept."""
        self.open("/on-device").wait_for_function(READY)
        self.open(self.path(name))
        wanted = self.site.things[f"sheet:{name}"]
        eventually(self.page, lambda: any(k["sheet"] == wanted and k["isWhole"] for k in self.kept()))

    def kept(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(SHEETS)
        return found

    def stop_server(self) -> int:
        port = self.server.server_port
        self.server.shutdown()
        self.server.server_close()
        return port


def eventually(page: Page, check: Callable[[], bool], tries: int = 300) -> None:
    for _ in range(tries):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come about")


@pytest.fixture
def device(desk_site: Site, browser: Browser) -> Iterator[Device]:
    server = make_server("127.0.0.1", 0, desk_site.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(15_000)
    found = Device(desk_site, context, server, context.new_page())
    found.page.on("pageerror", lambda error: found.faults.append(str(error)))
    found.page.on(
        "console", lambda m: found.faults.append(m.text) if "Content Security Policy" in m.text else None
    )
    found.be("contractor")
    yield found
    context.close()
    found.server.shutdown()
    assert found.faults == []


def is_drawn(page: Page) -> None:
    expect(page.locator(".sheet-tools")).to_be_visible()
    expect(page.locator(".sheet-place b")).not_to_be_empty()


def test_a_sheet_opened_once_opens_without_network_with_the_time_of_its_status(device: Device) -> None:
    device.keep()
    page = device.page
    expect(page.locator(BAND)).to_be_hidden()
    shown = (
        page.locator("#offline-band time").inner_text() or page.locator("#offline-band time").text_content()
    )
    device.context.set_offline(True)
    page.reload()
    is_drawn(page)
    expect(page.locator(BAND)).to_be_visible()
    expect(page.locator("#offline-band time")).to_have_text(str(shown))
    expect(page.locator(BAND)).to_contain_text("现行有效")
    expect(page.locator(BAND)).to_contain_text("可能已经变化")
    mark = page.locator(".status-bar .mark", has_text="现行有效")
    look = mark.evaluate("(e) => [getComputedStyle(e).borderStyle, getComputedStyle(e, '::before').content]")
    assert look == ["dashed", '"?"'], "the status of then looks like that of now"
    page.locator(".panel-tabs [data-tab=marks]").click()
    expect(page.locator(".marks-kept")).to_be_visible()
    expect(page.locator(".mark-item")).to_have_count(2)
    page.locator("[data-act=search]").first.click()
    page.locator(".sheet-search input").fill("建施")
    expect(page.locator(".sheet-search")).not_to_contain_text("没有找到")


def test_a_server_that_is_gone_is_no_network_either_and_no_status_is_passed_off_as_current(
    device: Device,
) -> None:
    device.keep()
    port = device.stop_server()
    page = device.page
    page.reload()
    is_drawn(page)
    expect(page.locator(BAND)).to_be_visible()
    expect(page.locator("#offline-band .on-silent")).to_be_visible()
    device.server = make_server("127.0.0.1", port, device.site.application, threaded=True)
    threading.Thread(target=device.server.serve_forever, daemon=True).start()
    page.locator("#offline-band button").click()
    expect(page.locator(BAND)).to_be_hidden()
    is_drawn(page)


def test_the_line_is_lost_while_a_sheet_is_open_and_comes_back(device: Device) -> None:
    device.keep()
    page = device.page
    device.context.set_offline(True)
    expect(page.locator(BAND)).to_be_visible()
    device.context.set_offline(False)
    expect(page.locator(BAND)).to_be_hidden()  # asked again: the same state holds
    device.context.set_offline(True)
    expect(page.locator(BAND)).to_be_visible()
    with device.site.services.database.write(device.site.world.actor("owner")) as tx:
        revision = device.site.things["revision:released"]
        clean(cancel_sheets(tx, CancelSheets(device.site.things["project"], [revision], "变更单 2")))
    device.context.set_offline(False)
    expect(page.locator("#offline-band .on-changed")).to_be_visible()
    expect(page.locator(BAND)).to_be_visible()


def test_what_was_not_opened_leads_to_the_list_of_what_is_here(device: Device) -> None:
    device.keep()
    device.context.set_offline(True)
    page = device.open(device.path("superseded"))
    expect(page.locator(".on-missed")).to_be_visible()
    expect(page.locator(".kept-sheets li")).to_have_count(1)
    page.locator("#find").fill("没有这样的图")
    expect(page.locator(".kept-sheets li")).to_have_count(0)
    page.locator("#find").fill("建施-35")
    page.locator(".kept-sheets a").click()
    is_drawn(page)
    expect(page.locator(BAND)).to_be_visible()
    device.open(device.path("released") + "?as_of=2024-03-01")  # another instant is another answer
    expect(page.locator(".on-missed")).to_be_visible()


def test_signing_out_clears_the_device(device: Device) -> None:
    device.keep()
    page = device.page
    page.locator(".topbar details.menu summary").click()
    page.locator("form[action='/sign-out'] button").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert page.evaluate(KEYS) == []
    assert device.kept() == []
    device.context.set_offline(True)
    device.open(device.path("released"))
    expect(page.locator(".why-nothing")).to_be_visible()


def test_signing_out_without_network_clears_too_and_says_what_is_left_to_do(device: Device) -> None:
    device.keep()
    page = device.page
    device.context.set_offline(True)
    page.locator(".topbar details.menu summary").click()
    page.locator("form[action='/sign-out'] button").click()
    expect(page.locator(".why-signed-out")).to_be_visible()
    assert device.kept() == []


def test_another_person_on_the_device_finds_nothing_of_the_first(device: Device) -> None:
    device.keep()
    device.be("supervisor")
    page = device.open("/on-device")
    expect(page.locator("#none")).to_be_visible()
    assert device.kept() == []
    assert [key for key in page.evaluate(KEYS) if "rendition" in key or "sheets" in key] == []


def test_a_session_that_somebody_ended_clears_one_that_ran_out_locks(device: Device) -> None:
    device.keep()
    site, page = device.site, device.page
    with site.services.database.plumbing() as session:
        session.execute(sa.text("update web_sessions set expires_at = created_at"))
    device.open(device.path("released"))
    expect(page.locator("input[name=password]")).to_be_visible()
    device.context.set_offline(True)
    device.open(device.path("released"))
    expect(page.locator(".why-locked")).to_be_visible()
    device.context.set_offline(False)
    device.be("contractor", site.new_session("contractor")[0])
    assert len(device.open("/on-device").evaluate(SHEETS)) == 1  # the same person is back
    with site.services.database.read() as session:
        found = session.execute(sa.text("select id from web_sessions order by created_at desc, id desc"))
        newest = str(found.scalars().first())
    with site.services.database.write(site.world.actor("contractor")) as tx:
        revoke_session(tx, newest)
    device.open("/")
    expect(page.locator("input[name=password]")).to_be_visible()
    assert device.kept() == []


def test_a_sheet_that_may_be_seen_no_more_goes_at_the_next_contact(device: Device) -> None:
    device.keep()
    site = device.site
    with site.services.database.write(site.world.actor("owner")) as tx:
        end_seat(tx, EndSeat(site.things["seat"], 1))
    page = device.open("/on-device")
    expect(page.locator("#none")).to_be_visible()
    assert device.kept() == []
    assert [key for key in page.evaluate(KEYS) if "rendition" in key or "sheets" in key] == []


def test_an_update_of_the_files_never_mixes_old_and_new(device: Device) -> None:
    device.keep()
    page, old = device.page, page_release(device.page)
    device.site.application.extensions["oneset.release"] = lambda: "feedfacefeedface"
    device.open("/on-device")
    assert page_release(page) == "feedfacefeedface"
    eventually(page, lambda: bool(page.evaluate("caches.has('oneset-static-feedfacefeedface')")))
    assert [sheet["release"] for sheet in device.kept()] == [old]
    device.context.set_offline(True)
    device.open(device.path("released"))  # kept with the former files, and shown with them
    is_drawn(page)
    assert page_release(page) == old
    device.context.set_offline(False)
    page.evaluate("import('/static/js/device-store.js').then((m) => m.setFact('checked', 0))")
    device.open("/on-device")
    eventually(page, lambda: [sheet["release"] for sheet in device.kept()] == ["feedfacefeedface"])
    for _ in range(2):  # the new worker waits meanwhile; nothing waits for it
        device.open("/on-device")
    anew = device.context.new_page()
    page.close()
    anew.goto(f"{device.address}/on-device")  # the former worker has no page left but this one's navigation
    anew.close()
    anew = device.context.new_page()
    anew.goto(f"{device.address}/on-device")
    eventually(anew, lambda: not anew.evaluate(f"caches.has('oneset-static-{old}')"))


def page_release(page: Page) -> str:
    return str(page.locator('meta[name="release"]').get_attribute("content"))


def register(device: Device) -> Page:
    page = device.open(f"/projects/{device.site.things['project']}/register")
    page.wait_for_function(READY)
    expect(page.locator(".grid-row").first).to_be_visible()
    return page


def take_along(page: Page) -> None:
    page.locator("#take-along").click()
    expect(page.locator("#pack-size")).to_contain_text("约")
    page.locator("#pack-go").click()
    expect(page.locator('#pack-dialog[data-state="ended"]')).to_be_visible(timeout=60_000)


def test_a_pack_is_whole_without_network_zoom_included_and_told_of_changes(device: Device) -> None:
    page = register(device)
    take_along(page)
    expect(page.locator("#pack-problem")).to_be_hidden()
    sheets = device.kept()
    assert {s["number"] for s in sheets} == {"建施-35", "建施-36", "建施-37"}
    assert all(s["isWhole"] and 1 in s["levels"] for s in sheets)
    device.context.set_offline(True)
    for sheet in sheets:
        device.open(f"/sheets/{sheet['sheet']}")
        is_drawn(page)
    missed: list[str] = []
    page.on("response", lambda r: missed.append(r.url) if "/tiles/" in r.url and r.status >= 400 else None)
    for _ in range(3):
        page.locator("[data-act=zoomIn]").click()
    page.wait_for_timeout(800)
    assert [url for url in missed if "/tiles/2/" not in url and "/tiles/3/" not in url] == []
    device.context.set_offline(False)
    new = device.site.take_in([Drawing("建施-60", "新平面图")])
    revision = next(iter(device.site.accept(new).values()))
    device.site.sign_and_issue([revision])
    device.site.release([revision])
    with device.site.services.database.write(device.site.world.actor("owner")) as tx:
        void = device.site.things["revision:released"]
        clean(cancel_sheets(tx, CancelSheets(device.site.things["project"], [void], "变更单 2")))
    device.open("/on-device")
    expect(page.locator("#packs")).to_contain_text("1 张有变化")
    expect(page.locator("#packs")).to_contain_text("1 张未下载")
    device.context.set_offline(True)
    device.open(device.path("released"))
    expect(page.locator("#offline-band .on-changed")).to_be_visible()
    device.context.set_offline(False)
    device.open("/on-device")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.url.endswith("/text.json") else None)
    page.locator("#packs button.primary").click()
    expect(page.locator("#packs")).to_contain_text("无已知变化", timeout=30_000)
    assert len(asked) == 1, "only the new sheet has bytes to fetch"
    assert len(device.kept()) == 4
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#packs button.danger").click()
    expect(page.locator("#none")).to_be_visible()
    assert page.evaluate(PACKS) == []


def test_no_room_is_said_with_a_way_out_and_the_pack_goes_on_later(device: Device) -> None:
    page = register(device)
    devtools = device.context.new_cdp_session(page)
    used = devtools.send("Storage.getUsageAndQuota", {"origin": device.address})["usage"]
    quota = {"origin": device.address, "quotaSize": used + 60_000}
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    page.evaluate("() => { navigator.storage.estimate = async () => ({ usage: 9, quota: 10 }); }")
    page.locator("#take-along").click()
    expect(page.locator("#pack-problem")).to_contain_text("可能放不下")
    page.locator("#pack-go").click()
    expect(page.locator("#pack-problem")).to_contain_text("本设备空间不足", timeout=20_000)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": device.address})
    device.open("/on-device")
    page.locator("#packs button", has_text="继续下载").click()
    expect(page.locator("#packs")).to_contain_text("3 张", timeout=30_000)
    expect(page.locator("#packs")).to_contain_text("无已知变化", timeout=30_000)


def test_words_that_would_be_code_stay_words_on_the_page_of_the_device(device: Device) -> None:
    evil = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    with device.site.services.database.plumbing() as session:
        session.execute(sa.text("update sheet_revisions set title = :t"), {"t": evil})
    dialogs: list[str] = []
    device.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    device.keep()
    device.context.set_offline(True)
    page = device.open("/on-device")
    expect(page.locator(".kept-sheets .title")).to_contain_text(evil)
    device.open(device.path("released"))
    is_drawn(page)
    assert dialogs == []


def test_what_is_sent_is_never_kept_and_strangers_get_no_list(desk_site: Site) -> None:
    project, sheet = desk_site.things["project"], desk_site.things["sheet:released"]
    told = desk_site.as_("contractor").get(f"/sheets/{sheet}/offline.json").get_json()
    assert told["standing"] == "in_force"
    listed = desk_site.as_("contractor").get(f"/projects/{project}/offline.json").get_json()["sheets"]
    assert listed[sheet][0] == told["digest"], "the two lists must agree, else all seems changed"
    visitor = desk_site.as_("contractor")
    addresses = [url for url, _ in told["parts"]] + [u for tiles in told["tiles"].values() for u, _ in tiles]
    assert [url for url in addresses if visitor.get(url).status_code != 200] == []
    sizes = {url: size for tiles in told["tiles"].values() for url, size in tiles}
    assert all(len(visitor.get(url).data) == size for url, size in sizes.items())
    assert desk_site.as_("stranger").get(f"/sheets/{sheet}/offline.json").status_code == 404
    assert desk_site.as_("stranger").get(f"/projects/{project}/offline.json").status_code == 404


def test_each_digest_of_a_project_is_that_of_the_sheet(desk_site: Site) -> None:
    for name in ("lead", "owner", "contractor"):
        visitor = desk_site.as_(name)
        listed = visitor.get(f"/projects/{desk_site.things['project']}/offline.json").get_json()["sheets"]
        assert listed
        for sheet, (digest, *_) in listed.items():
            assert visitor.get(f"/sheets/{sheet}/offline.json").get_json()["digest"] == digest
            assert f'data-digest="{digest}"' in visitor.get(f"/sheets/{sheet}").text


def test_the_worker_is_one_script_of_the_release_with_every_file_of_it(desk_site: Site) -> None:
    visitor = desk_site.as_(None)
    answer = visitor.get("/service-worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "\nexport " not in answer.text
    release = desk_site.application.extensions["oneset.release"]()
    assert release in answer.text
    for path in ("/static/js/device-store.js", "/viewer/sheet-view.js", "/static/offline.html"):
        assert f'"{path}"' in answer.text
        assert visitor.get(path).headers["X-OneSet-Release"] == release
