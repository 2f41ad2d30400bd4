"""Time as a parameter. Instants are aware UTC datetimes; the database stores integer microseconds."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
"""Zone of due dates and documents unless the project says otherwise (ARCHITECTURE section 7, 7)."""


class Clock(Protocol):
    """Whoever knows the time."""

    def now(self) -> datetime:
        """Return the instant, aware, UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's instant."""
        return datetime.now(UTC)


@dataclass
class SteppedClock:
    """A clock that somebody moves: for tests and for building a demo that has a past.

    Every reading is one microsecond later than the one before, so that order is never lost.
    """

    instant: datetime
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def now(self) -> datetime:
        """Return the set instant, a microsecond later each time."""
        with self._lock:
            self.instant += MICROSECOND
            return self.instant

    def set(self, instant: datetime) -> None:
        """Move to another instant."""
        with self._lock:
            self.instant = instant

    def advance(self, by: timedelta) -> None:
        """Move forward."""
        with self._lock:
            self.instant += by


def to_micros(instant: datetime) -> int:
    """Integer microseconds since 1970, UTC.

    Raises:
        ValueError: the datetime is naive; a guess would be worse.
    """
    if instant.tzinfo is None:
        raise ValueError("naive datetime")
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Aware UTC datetime of integer microseconds."""
    return EPOCH + micros * MICROSECOND
