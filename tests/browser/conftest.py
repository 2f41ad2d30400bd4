"""What several browser tests stand on; a test file with a fixture of the same name keeps its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.jobs.worker import Worker
from tests.browser.intake_site import OpenPage, Running, listen
from tests.web.intake_house import running_house


@pytest.fixture
def running(tmp_path: Path, sqlite_template: Path, browser: Browser) -> Iterator[Running]:
    """A house of its own that listens and reads; no page of it may err or break the policy for scripts."""
    with running_house(tmp_path / "data", sqlite_template) as house:
        worker = Worker(house.services)
        worker.start()
        found = Running(house, listen(house), browser)
        yield found
        for context in found.contexts:
            context.close()
        found.stop()
        worker.stop()
        assert not found.faults, found.faults


@pytest.fixture
def open_page(running: Running) -> OpenPage:
    """Opens a page of the house: ``open_page("/intakes/…", "owner_clerk")``."""
    return running.open
