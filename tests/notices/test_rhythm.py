"""When letters are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.notices.rhythm import Pending, due_for_hook, due_for_person
from app.notices.rules import Rhythm

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN, URGENT = False, True


def waiting(*ages: tuple[float, bool]) -> list[Pending]:
    """Notices by their age in minutes and urgency."""
    return [Pending(str(n), NOON - timedelta(minutes=m), urgent) for n, (m, urgent) in enumerate(ages)]


@pytest.mark.parametrize(
    ("rhythm", "pending", "last", "due"),
    [
        (Rhythm.NEVER, waiting((600, URGENT)), None, 0),
        (Rhythm.SOON, waiting((4, PLAIN)), None, 0),
        (Rhythm.SOON, waiting((6, PLAIN), (1, PLAIN)), None, 2),
        (Rhythm.HOURLY, waiting((6, PLAIN)), None, 1),
        (Rhythm.HOURLY, waiting((6, PLAIN)), 30, 0),
        (Rhythm.HOURLY, waiting((6, PLAIN)), 61, 1),
        (Rhythm.HOURLY, waiting((6, PLAIN), (2, URGENT)), 30, 2),
        (Rhythm.HOURLY, waiting((2, URGENT)), 0.5, 0),
        (Rhythm.DAILY, waiting((180, PLAIN)), None, 0),  # 9:00: after this morning's letter
        (Rhythm.DAILY, waiting((300, PLAIN), (1, PLAIN)), None, 2),  # 7:00: before it
        (Rhythm.DAILY, waiting((300, PLAIN)), 200, 0),  # this morning's letter was made at 8:40
        (Rhythm.DAILY, waiting((2, URGENT)), None, 1),
        (Rhythm.URGENT, waiting((600, PLAIN)), None, 0),
        (Rhythm.URGENT, waiting((600, PLAIN), (2, URGENT)), None, 1),
        (Rhythm.URGENT, waiting((0.5, URGENT)), None, 0),
        (Rhythm.SOON, [], None, 0),
    ],
)
def test_what_is_due_for_a_person(rhythm: Rhythm, pending: list[Pending], last: float | None, due: int):
    before = None if last is None else NOON - timedelta(minutes=last)
    assert len(due_for_person(pending, rhythm, before, SHANGHAI, NOON)) == due


@pytest.mark.parametrize(
    ("pending", "last", "due"),
    [
        (waiting((1, PLAIN)), None, 0),
        (waiting((3, PLAIN), (1, PLAIN)), None, 2),
        (waiting((1.5, URGENT), (0.1, PLAIN)), None, 2),
        (waiting((3, PLAIN)), 0.5, 0),
        ([], None, 0),
    ],
)
def test_what_is_due_for_a_hook(pending: list[Pending], last: float | None, due: int):
    before = None if last is None else NOON - timedelta(minutes=last)
    assert len(due_for_hook(pending, before, NOON)) == due
