"""The whole product, listening, with one person signed in by cookie: what tests of its pages in a browser stand on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app.kernel.db.engine import open_engine
from app.kernel.db.migrating import migrate
from tests.browser.viewer_site import DESKTOP
from tests.web.site import Site, build, opened

Seat = dict[str, object]


@dataclass
class Product:
    """Where it listens, and what went wrong on the pages that were opened."""

    site: Site
    address: str
    browser: Browser
    faults: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def page(self, seat: Seat = DESKTOP, *, person: str = "contractor", **more: object) -> Page:
        """A page of a browser of its own."""
        page = self.stranger(seat, **more)
        secret, _ = self.site.secrets[person]
        page.context.add_cookies([{"name": self.site.cookie, "value": secret, "url": self.address}])
        return page

    def stranger(self, seat: Seat = DESKTOP, **more: object) -> Page:
        """The same for somebody who is not signed in."""
        page = self.browser.new_context(**seat, **more).new_page()
        page.on("console", lambda m: self.faults.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        self.pages.append(page)
        return page

    def end(self) -> None:
        """Close every page; nothing may have gone wrong on any."""
        for page in self.pages:
            page.context.close()
        faults = list(self.faults)
        self.pages.clear()
        self.faults.clear()
        assert faults == [], faults


@contextmanager
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a database of its own."""
    folder = tmp_path_factory.mktemp("house") / "data"
    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'oneset.db'}")
    migrate(engine)
    engine.dispose()
    with opened(build(folder, ""), tmp_path_factory.mktemp("kept") / "data") as site:
        yield site


@contextmanager
def listening_at(site: Site) -> Iterator[str]:
    """The address at which the site answers."""
    server = make_server("127.0.0.1", 0, site.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
