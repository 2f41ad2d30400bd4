"""Months, quarters, years and free spans, as people ask statistics for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.errors import invalid
from app.kernel.labels import Label

DAY = timedelta(days=1)
KINDS = ("month", "quarter", "year", "span", "all")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included."""

    kind: str
    first: date
    last: date
    label: Label

    def __contains__(self, day: date) -> bool:
        """Whether a day is inside."""
        return self.first <= day <= self.last

    @property
    def key(self) -> str:
        """As addresses write it: ``2026-11``, ``2026-Q4``, ``2026``; empty for spans."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return str(self.first.year) if self.kind == "year" else ""

    @property
    def before(self) -> "Period | None":
        """The one before; None for spans and at the edge."""
        return self._at(self.first - DAY)

    @property
    def after(self) -> "Period | None":
        """The next one."""
        return self._at(self.last + DAY)

    def _at(self, day: date) -> "Period | None":
        if self.kind not in ("month", "quarter", "year") or not FIRST_DAY <= day <= LAST_DAY:
            return None
        return around(self.kind, day)


def around(kind: str, day: date) -> Period:
    """The month, quarter or year that a day is in."""
    if kind == "month":
        begins, months = day.replace(day=1), 1
        label = Label(f"{day.year} 年 {day.month} 月", f"{day:%Y-%m}")
    elif kind == "quarter":
        quarter = (day.month + 2) // 3
        begins, months = date(day.year, 3 * quarter - 2, 1), 3
        label = Label(f"{day.year} 年第 {quarter} 季度", f"Q{quarter} {day.year}")
    else:
        begins, months = date(day.year, 1, 1), 12
        label = Label(f"{day.year} 年", f"{day.year}")
    end = begins.year * 12 + begins.month - 1 + months
    return Period(kind, begins, date(end // 12, end % 12 + 1, 1) - DAY, label)


def read_period(asked: Mapping[str, str], today: date) -> Period:
    """What an address asks for: ``period`` with ``at``, or with ``from`` and ``to``; without a word, this year.

    Raises:
        Refused: ``invalid-input``.
    """
    kind = asked.get("period") or "year"
    if kind not in KINDS:
        raise invalid("period", f"应为 {'、'.join(KINDS)} 之一", f"is one of {', '.join(KINDS)}")
    if kind == "all":
        return Period("all", FIRST_DAY, LAST_DAY, Label("全部时间", "All time"))
    if kind == "span":
        first, last = _day(asked.get("from"), "from"), _day(asked.get("to"), "to")
        if last < first:
            raise invalid("to", "结束日期不能早于开始日期", "the last day is not before the first")
        return Period("span", first, last, Label(f"{first} 至 {last}", f"{first} to {last}"))
    at = asked.get("at") or ""
    return around(kind, _named(kind, at) if at else today)


NAMED = {
    "month": re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    "year": re.compile(r"(\d{4})()", re.ASCII),
}


def _named(kind: str, text: str) -> date:
    found = NAMED[kind].fullmatch(text)
    if found is None or not FIRST_DAY.year <= int(found[1]) <= LAST_DAY.year:
        raise invalid("at", "应如 2026-11、2026-Q4 或 2026", "is like 2026-11, 2026-Q4 or 2026")
    month = {"month": found[2], "quarter": str(3 * int(found[2] or 1) - 2), "year": "1"}[kind]
    return date(int(found[1]), int(month), 1)


def _day(text: str | None, name: str) -> date:
    try:
        found = date.fromisoformat(text or "")
    except ValueError as error:
        raise invalid(name, "日期应如 2026-11-27", "a day is like 2026-11-27") from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise invalid(name, "日期应在 1990 至 2199 年之间", "the day is between 1990 and 2199")
    return found
