"""One real Chromium per test process: Playwright's synchronous interface bears no second one beside it."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
expect.set_options(timeout=15_000)
"""What a page shows is waited for: on a busy machine five seconds are short."""
NAMES = ("chromium", "chromium-browser", "google-chrome")


def launch(playwright: Any) -> Browser:
    """Chromium without a GPU, asking nobody for anything; ``ONESET_CHROMIUM`` names another program.

    Raises:
        FileNotFoundError: there is none; `make browser` installs it or says how.
    """
    found = os.environ.get("ONESET_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise FileNotFoundError("the browser tests need Chromium: sudo apt-get install chromium")
    opened: Browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
    return opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this test process."""
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()
