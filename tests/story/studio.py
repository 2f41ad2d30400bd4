"""What the scripts that take the pictures of the help share: the product listening, its people's browsers, the camera."""

import argparse
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from werkzeug.serving import make_server

from app.bootstrap import Services
from app.cli.demo_people import DEMO_PASSWORD
from app.factory import create_app
from app.kernel.clock import SteppedClock
from app.web.help import TOPICS, Shape
from tests.peers.chromium import launch

FOLDER = Path(__file__).resolve().parents[2] / "app" / "web" / "static" / "help"
LANGUAGES = ("zh", "en")
QUALITY = 62
SHAPES = {step.picture: step.shape for topic in TOPICS.values() for step in topic.steps if step.picture}
DESK, PART, PHONE = (
    {"width": width, "height": height}
    for width, height in (Shape.PAGE.value, Shape.PART.value, Shape.PHONE.value)
)
BELOW_THE_BAR = 64
"""Pixels under which the bar of the frame ends."""
ABOVE = 14
"""Pixels that are kept above what a part begins with."""


class Studio:
    """One installation with the demonstration's people, and the browser that takes the pictures."""

    def __init__(self, services: Services, clock: SteppedClock, address: str, browser: Browser) -> None:
        self.services, self.clock, self.address, self.browser = services, clock, address, browser
        self.language = LANGUAGES[0]
        self.folder = FOLDER
        self.desks: dict[tuple[str, int], Page] = {}

    @classmethod
    @contextmanager
    def opened(cls, services: Services, clock: SteppedClock) -> Iterator[Self]:
        """The product, listening."""
        server = make_server("127.0.0.1", 0, create_app(services), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = launch(playwright)
            yield cls(services, clock, f"http://127.0.0.1:{server.server_port}", browser)
            browser.close()
        server.shutdown()
        services.close()

    def speak(self, language: str) -> None:
        """Everybody speaks this language now."""
        self.language = language
        for page in self.desks.values():
            page.context.close()
        self.desks.clear()

    def stranger(self, size: dict[str, int] = DESK) -> Page:
        """A page of somebody who is not signed in."""
        return self.browser.new_context(
            viewport=size,
            locale="zh-CN" if self.language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            has_touch=size == PHONE,
        ).new_page()

    def desk(self, login: str, size: dict[str, int] = DESK) -> Page:
        """A person's page."""
        key = (login, size["width"])
        if key not in self.desks:
            page = self.stranger(size)
            page.goto(f"{self.address}/sign-in")
            page.locator("input[name=login]").fill(login)
            page.locator("input[name=password]").fill(DEMO_PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_load_state()
            now = "zh" if page.locator("html").get_attribute("lang") == "zh-CN" else "en"
            if now != self.language:
                page.locator("details.menu summary").click()
                page.locator('form[action="/language"] button').click()
                page.wait_for_load_state()
            self.desks[key] = page
        self.clock.advance(timedelta(minutes=3))
        return self.desks[key]

    def look(self, login: str, path: str, size: dict[str, int] = DESK) -> Page:
        """A person looks at a page."""
        page = self.desk(login, size)
        page.goto(f"{self.address}{path}")
        if "/sign-in" in page.url:  # hours of the story have passed: the session has ended
            del self.desks[login, size["width"]]
            page.context.close()
            page = self.desk(login, size)
            page.goto(f"{self.address}{path}")
        page.wait_for_load_state("networkidle")
        return page

    def move(self, login: str, path: str, event: str, note: str = "", *, name: str = "") -> Page:
        """Take a step through its button and its dialog; ``name``: with a picture of the dialog."""
        page = self.look(login, path)
        page.locator(f'[data-move="{event}"]').click()
        dialog = page.locator("#words-dialog")
        if note:
            dialog.locator("textarea").fill(note)
        if name:
            self.shot(page, name, dialog)
        with page.expect_navigation():
            dialog.locator('button[value="go"]').click()
        return page

    def shot(self, page: Page, name: str, focus: Locator | None = None) -> None:
        """Keep what is on the page as a small picture, ``focus`` at its top; of a part, that around it."""
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(700)
        if focus and not _in_dialog(focus):
            focus.evaluate(f"e => scrollTo(0, e.getBoundingClientRect().top + scrollY - {BELOW_THE_BAR})")
            page.wait_for_timeout(200)
        shape = SHAPES[name]
        raw = page.screenshot(clip=_around(page, focus) if shape is Shape.PART and focus else None)
        to = self.folder / self.language / f"{name}.webp"
        to.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(raw)) as picture:
            if picture.size != shape.value:
                raise ValueError(f"{name}: {picture.size} instead of {shape.value}")
            picture.convert("RGB").save(to, quality=QUALITY, method=6)

    def told(self) -> None:
        """Say how much there is."""
        found = list(self.folder.rglob("*.webp"))
        print(f"{len(found)} pictures, {sum(f.stat().st_size for f in found) / 1e6:.2f} MB")


def _around(page: Page, focus: Locator) -> dict[str, float]:
    """A part of what is seen: a dialog in its middle, anything else beginning at its top."""
    box = focus.bounding_box()
    if box is None:
        raise ValueError("nothing to look at")
    x = box["x"] + box["width"] / 2 - PART["width"] / 2
    y = box["y"] + box["height"] / 2 - PART["height"] / 2 if _in_dialog(focus) else box["y"] - ABOVE
    return {
        "x": max(0.0, min(x, DESK["width"] - PART["width"])),
        "y": max(0.0, min(y, DESK["height"] - PART["height"])),
        **PART,
    }


def _in_dialog(focus: Locator) -> bool:
    return bool(focus.evaluate("e => e.closest('dialog') !== null"))


def asked_for(usage: str) -> argparse.Namespace:
    """What a script was asked for: languages, where to write, a demonstration that is there already."""
    parser = argparse.ArgumentParser(description=usage)
    parser.add_argument("languages", nargs="*", default=list(LANGUAGES), help="zh, en")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures")
    parser.add_argument(
        "--data", type=Path, help="data folder of a built demonstration (copied, left as it is)"
    )
    return parser.parse_args()
