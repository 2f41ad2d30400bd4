"""When letters are due: grouped, so that nobody is flooded, and at once where waiting does harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.notices.rules import DAILY_AT, HOOK_AFTER, HOUR, LETTERS_APART, SOON, URGENT_AFTER, Rhythm


@dataclass(frozen=True)
class Pending:
    """A notice that no letter has taken yet."""

    id: str
    at: datetime
    is_urgent: bool


def due_for_person(
    pending: Sequence[Pending], rhythm: Rhythm, last_letter: datetime | None, zone: ZoneInfo, now: datetime
) -> list[Pending]:
    """What a letter to a person takes now; empty when it is not yet time.

    Args:
        pending: in any order.
        rhythm: what the person chose.
        last_letter: when the last letter to him was made.
        zone: his zone; *daily* is by its clock.
        now: the instant of asking.
    """
    if rhythm is Rhythm.NEVER or _too_near(last_letter, now):
        return []
    urgent = [p for p in pending if p.is_urgent]
    if rhythm is Rhythm.URGENT:
        return urgent if _oldest(urgent, now) >= URGENT_AFTER else []
    if urgent and _oldest(urgent, now) >= URGENT_AFTER:
        return list(pending)
    return list(pending) if pending and _is_time(pending, rhythm, last_letter, zone, now) else []


def due_for_hook(pending: Sequence[Pending], last_letter: datetime | None, now: datetime) -> list[Pending]:
    """What a message to a hook takes now."""
    if _too_near(last_letter, now):
        return []
    urgent = [p for p in pending if p.is_urgent]
    is_time = _oldest(pending, now) >= HOOK_AFTER or _oldest(urgent, now) >= URGENT_AFTER
    return list(pending) if is_time else []


def _is_time(
    pending: Sequence[Pending], rhythm: Rhythm, last_letter: datetime | None, zone: ZoneInfo, now: datetime
) -> bool:
    if rhythm is Rhythm.DAILY:
        morning = now.astimezone(zone).replace(hour=DAILY_AT, minute=0, second=0, microsecond=0)
        if morning > now:
            morning -= timedelta(days=1)
        return any(p.at < morning for p in pending) and (last_letter is None or last_letter < morning)
    is_old_enough = _oldest(pending, now) >= SOON
    if rhythm is Rhythm.SOON:
        return is_old_enough
    return is_old_enough and (last_letter is None or now - last_letter >= HOUR)


def _too_near(last_letter: datetime | None, now: datetime) -> bool:
    return last_letter is not None and now - last_letter < LETTERS_APART


def _oldest(pending: Sequence[Pending], now: datetime) -> timedelta:
    """Age of the oldest; a negative one when there is none."""
    return max((now - p.at for p in pending), default=timedelta(days=-1))
