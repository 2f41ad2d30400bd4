"""A listening house for the browser tests of the intake, and hands: dropping files, real pages of the demonstration."""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import BaseWSGIServer, make_server

from tests.samples import ROOT
from tests.web.intake_house import House

BARBER = ROOT / "app" / "cli" / "demo_files" / "barber-house"
"""Three real issues of one house, nine pages each."""
OpenPage = Callable[..., Page]


@dataclass
class Running:
    """A house that listens; it can be stopped and started on the same port."""

    house: House
    server: BaseWSGIServer
    browser: Browser
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def restart(self) -> None:
        """Stop listening and begin anew, as after a crash of the web process."""
        port = self.server.server_port
        self.stop()
        self.start(port)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def start(self, port: int) -> None:
        self.server = listen(self.house, port)

    def open(
        self,
        path: str,
        who: str = "designer",
        width: int = 1366,
        height: int = 768,
        *,
        is_phone: bool = False,
    ) -> Page:
        """A page of this house, seen by somebody who signed in."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            permissions=["clipboard-read", "clipboard-write"],
            has_touch=is_phone,
            is_mobile=is_phone,
        )
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        secret, _ = self.house.session_of(who)
        context.add_cookies([{"name": "oneset", "value": secret, "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None
        )
        page.goto(self.address + path)
        return page


def listen(house: House, port: int = 0) -> BaseWSGIServer:
    """A server of its own thread."""
    server = make_server("127.0.0.1", port, house.application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def drop(page: Page, files: dict[str, bytes]) -> None:
    """Drop files on the page as a hand would."""
    sent = [{"name": name, "data": base64.b64encode(data).decode()} for name, data in files.items()]
    transfer = page.evaluate_handle(
        """(files) => { const transfer = new DataTransfer();
        for (const { name, data } of files) {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { lastModified: 1 }));
        }
        return transfer; }""",
        sent,
    )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


def drop_from_disk(page: Page, *paths: Path) -> None:
    """Drag files and folders from the disk over the page and let go: the browser itself reads the folders."""
    devtools = page.context.new_cdp_session(page)
    dragged = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": step, "x": 400, "y": 400, "data": dragged})


def real_page(issue: str, number: int, place: Path) -> Path:
    """One page of a real issue (``2013-07-18``), counted from 1, as a file of its own."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with pikepdf.open(BARBER / f"{issue}.pdf") as whole, pikepdf.new() as cut:
        cut.pages.append(whole.pages[number - 1])
        cut.save(place)
    return place
