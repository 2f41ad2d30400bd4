"""A receipt told a second time, the slow and obvious way: the whole story of a cell, read from its beginning each time."""

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class Story:
    """What happened to one party and one exact content, in order, as (word, day)."""

    began: date
    told: list[tuple[str, date]] = field(default_factory=list)

    def may(self, word: str) -> bool:
        """Whether a word can be said now."""
        at = self.at()
        if word == "confirm":
            return at not in ("objected", "confirmed")
        if word == "object":
            return at != "objected"
        if word == "resolve":
            return at == "objected"
        return True

    def say(self, word: str, day: date) -> None:
        self.told.append((word, day))

    def at(self) -> str:
        """The state without a clock: the last of the big words, else the biggest of the small ones."""
        big = [w for w, _ in self.told if w in ("confirm", "object", "resolve")]
        if big:
            return {"confirm": "confirmed", "object": "objected", "resolve": "resolved"}[big[-1]]
        words = {w for w, _ in self.told}
        return "opened" if "open" in words else "delivered" if "deliver" in words else "pending"

    def state(self, today: date, days: int) -> str:
        """With the clock: weekends count nothing, holidays are left out of these tests."""
        at = self.at()
        if at in ("confirmed", "objected") or not days:
            return at
        begins = max([self.began, *(day for w, day in self.told if w == "resolve" and at == "resolved")])
        left, last = days, begins
        while left:
            last += timedelta(days=1)
            left -= last.weekday() < 5
        return "overdue" if today > last else at
