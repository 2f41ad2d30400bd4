"""The digest that a browser computes of a file is the file's, with and without the browser's own help."""

import hashlib
import random
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from tests.samples import ROOT

pytestmark = pytest.mark.browser
SOURCE = (ROOT / "app/web/static/js/sha256.js").read_text("utf-8")
SIZES = (0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1_000, (2 << 20) - 1, (2 << 20) + 77)
"""Around every edge of padding, and over one piece."""


def serve(route: Route) -> None:
    if route.request.url.endswith(".js"):
        route.fulfill(body=SOURCE, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html")


@pytest.mark.parametrize(
    ("origin", "is_secure"), [("http://oneset.test", False), ("http://localhost:9", True)]
)
def test_the_digest_of_a_file_is_right_at_every_edge(browser: Browser, origin: str, is_secure: bool) -> None:
    page = browser.new_page()
    page.route("**/*", serve)
    page.goto(f"{origin}/")
    assert page.evaluate("Boolean(globalThis.crypto?.subtle)") is is_secure
    chance = random.Random(7)
    for size in SIZES:
        content = chance.randbytes(size)
        digest: Any = page.evaluate(
            """async (hex) => {
              const { digestOf } = await import("/sha256.js");
              const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
              return digestOf(new Blob([bytes]));
            }""",
            content.hex(),
        )
        assert digest == hashlib.sha256(content).hexdigest(), size
    page.close()


def test_pieces_of_any_length_give_the_same_digest(browser: Browser) -> None:
    page = browser.new_page()
    page.route("**/*", serve)
    page.goto("http://oneset.test/")
    content = random.Random(8).randbytes(5_000)
    digest = page.evaluate(
        """async (hex) => {
          const { Sha256 } = await import("/sha256.js");
          const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
          const sum = new Sha256();
          for (let at = 0, step = 1; at < bytes.length; at += step, step = (step * 7) % 201 + 1) {
            sum.update(bytes.subarray(at, at + step));
          }
          return sum.hex();
        }""",
        content.hex(),
    )
    assert digest == hashlib.sha256(content).hexdigest()
    page.close()
