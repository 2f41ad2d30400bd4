"""Working days (工作日): weekends, public holidays and make-up days, as data per year (``calendars/cn.json``).

A year that is not in the data is counted by weekends alone, and every answer that used such a year says so.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

SATURDAY = 5
DAY = timedelta(days=1)
CALENDARS = Path(__file__).parent / "calendars"


class CalendarError(ValueError):
    """A calendar's data are not what they must be; says which year and entry."""


@dataclass(frozen=True)
class WorkCalendar:
    """Days on which terms run."""

    off: frozenset[date] = frozenset()
    """Days without work that are no weekend, and weekends inside a holiday."""
    on: frozenset[date] = frozenset()
    """Weekend days on which people work (调休上班)."""
    years: frozenset[int] = field(default=frozenset())
    """Years whose holidays are known."""

    def is_workday(self, day: date) -> bool:
        """Whether a term runs on this day."""
        if day in self.on:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def count(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included; 0 when they are the wrong way round."""
        return sum(self.is_workday(day) for day in _days(first, last))

    def after(self, day: date, workdays: int) -> date:
        """The day on which a term of so many working days ends that runs from the day after ``day``.

        Chinese administrative terms do not count the day on which they begin (行政许可法 art. 82 counts working days
        [R]; the day of acceptance is left out [R]).
        """
        at, left = day, max(0, workdays)
        while left:
            at += DAY
            left -= self.is_workday(at)
        return at

    def unknown_years(self, first: date, last: date) -> list[int]:
        """Years of a span whose holidays are not known: say so beside every figure that used them."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]


def read_calendar(raw: str) -> WorkCalendar:
    """A calendar from JSON: ``{"years": {"2026": {"off": [...], "on": [...]}}}``, days or ``first/last``.

    Raises:
        CalendarError: a wrong date, a span the wrong way round, a day of another year, a day both on and off.
    """
    off, on = set[date](), set[date]()
    try:
        years = json.loads(raw)["years"]
        for year, entry in years.items():
            off |= _of_year(int(year), entry.get("off", ()))
            on |= _of_year(int(year), entry.get("on", ()))
    except CalendarError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CalendarError(str(error)) from error
    if both := off & on:
        raise CalendarError(f"{min(both)} is both on and off")
    return WorkCalendar(frozenset(off), frozenset(on), frozenset(int(y) for y in years))


@cache
def china() -> WorkCalendar:
    """The calendar that ships with the product."""
    return read_calendar((CALENDARS / "cn.json").read_text(encoding="utf-8"))


def _of_year(year: int, entries: Iterable[str]) -> set[date]:
    days = set(_spans(entries))
    for day in days:
        if day.year != year:
            raise CalendarError(f"{year}: {day} is of another year")
    return days


def _spans(entries: Iterable[str]) -> Iterator[date]:
    for entry in entries:
        first, _, last = entry.partition("/")
        one, other = date.fromisoformat(first), date.fromisoformat(last or first)
        if other < one:
            raise CalendarError(f"{entry} ends before it begins")
        yield from _days(one, other)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
