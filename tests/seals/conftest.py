"""Sealing waits for coroutines of pyHanko by itself; a browser opened by other tests must not forbid it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.seals.attack_tools import Victim
from tests.seals.attacks import AttackDesk


@contextmanager
def _no_loop(item: pytest.Item) -> Iterator[None]:
    """Playwright parks its loop in this thread and leaves it marked as running: here the mark is taken off meanwhile."""
    if "browser" in getattr(item, "fixturenames", ()):
        yield
        return
    parked = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(parked)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _no_loop(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _no_loop(item):
        return (yield)


@pytest.fixture(scope="session")
def desk() -> AttackDesk:
    return AttackDesk()


@pytest.fixture(scope="session")
def victim(desk) -> Victim:
    return Victim(desk)
