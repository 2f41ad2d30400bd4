"""Working days and the clock of a case."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.projects.rules import Policy
from app.projects.workdays import CalendarError, WorkCalendar, china, read_calendar
from app.review.clock import Moved, read_clock
from app.review.rules import Term, Turn

ZONE = ZoneInfo("Asia/Shanghai")
PLAIN = WorkCalendar(years=frozenset({2024}))


def at(day: int, hour: int = 9, month: int = 4) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=ZONE)


def test_the_spring_festival_of_2026_as_the_notice_has_it() -> None:
    """2026-02-15 to 23 are off, the Saturdays 14 and 28 are worked."""
    calendar = china()
    assert [calendar.is_workday(date(2026, 2, d)) for d in (13, 14, 15, 23, 24, 28)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    assert calendar.count(date(2026, 2, 9), date(2026, 2, 28)) == 11
    assert calendar.after(date(2026, 2, 13), 2) == date(2026, 2, 24)


@pytest.mark.parametrize(
    ("year", "off_weekdays", "worked_weekends"),
    [(2024, 19, 8), (2025, 18, 5), (2026, 19, 6)],
)
def test_each_year_counts_what_its_notice_says(year: int, off_weekdays: int, worked_weekends: int) -> None:
    """By hand from the notices: days off that are no weekend, and weekend days that are worked."""
    calendar = china()
    assert sum(d.year == year and d.weekday() < 5 for d in calendar.off) == off_weekdays
    assert sum(d.year == year for d in calendar.on) == worked_weekends
    assert all(d.weekday() >= 5 for d in calendar.on)


def test_a_year_without_data_is_named() -> None:
    assert china().unknown_years(date(2026, 12, 1), date(2027, 1, 5)) == [2027]


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        '{"years": {"2026": {"off": ["2026-13-01"]}}}',
        '{"years": {"2026": {"off": ["2027-01-01"]}}}',
        '{"years": {"2026": {"off": ["2026-05-05/2026-05-01"]}}}',
        '{"years": {"2026": {"off": ["2026-05-01"], "on": ["2026-05-01"]}}}',
        '{"years": []}',
    ],
)
def test_a_wrong_calendar_is_refused(raw: str) -> None:
    with pytest.raises(CalendarError):
        read_calendar(raw)


CASE = [
    Moved("preparing", at(1)),
    Moved("submitted", at(1, 17)),
    Moved("intake", at(2)),
    Moved("accepted", at(3)),
    Moved("first_review", at(3, 15)),
    Moved("opinions_issued", at(10)),
    Moved("replying", at(11)),
]


def test_the_agencys_term_begins_the_day_after_and_pauses_while_the_designer_works() -> None:
    """Accepted on Wednesday the 3rd; Thursday 4th to Wednesday 10th are five working days; then it waits."""
    face = read_clock(CASE, at(25), PLAIN, ZONE, Policy(review_reply_days=10), 15)
    assert (face.turn, face.term) == (Turn.DESIGNER, Term.REPLY)
    assert face.by_turn[Turn.AGENCY] == 2 + 5
    assert face.due == date(2024, 4, 24)
    assert face.is_overdue
    again = [*CASE, Moved("recheck", at(26))]
    face = read_clock(again, at(30), PLAIN, ZONE, Policy(review_recheck_counts=True), 15)
    assert (face.term, face.used, face.left) == (Term.REVIEW, 5 + 2, 8)
    assert face.due == date(2024, 5, 10)


def test_the_recheck_runs_on_no_term_unless_the_policy_says_so() -> None:
    face = read_clock([*CASE, Moved("recheck", at(26))], at(30), PLAIN, ZONE, Policy(), 15)
    assert (face.turn, face.term, face.due) == (Turn.AGENCY, Term.NONE, None)


def test_a_term_that_ran_out_stays_overdue() -> None:
    face = read_clock(CASE[:5], at(30), PLAIN, ZONE, Policy(), 10)
    assert face.due == date(2024, 4, 17)
    assert (face.is_overdue, face.used, face.left) == (True, 19, -9)
    late = read_clock(CASE[:5], at(17, 23), PLAIN, ZONE, Policy(), 10)
    assert (late.is_overdue, late.left) == (False, 0)


def test_a_step_inside_an_overdue_term_does_not_make_it_due_anew() -> None:
    """Late since the 17th; that the reviewers are done on the 30th changes nothing, on that day neither."""
    steps = [*CASE[:5], Moved("consolidating", at(30))]
    for now in (at(30, 12), at(2, month=5)):
        face = read_clock(steps, now, PLAIN, ZONE, Policy(), 10)
        assert (face.due, face.is_overdue) == (date(2024, 4, 17), True)


def test_days_are_those_of_the_projects_zone() -> None:
    """23:30 UTC is the next morning in Shanghai: the hand-over belongs to that day."""
    steps = [Moved("accepted", datetime(2024, 4, 3, 23, 30, tzinfo=UTC))]
    face = read_clock(steps, at(5), PLAIN, ZONE, Policy(), 15)
    assert face.used == 1
