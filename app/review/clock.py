"""The clock of a case: working days by whose turn it was, and when the term that runs now ends (DOMAIN 2.2).

The agency's term is paused while the owner corrects and the designer works. Nothing is stored: the clock is computed from
the steps of the case, so that it cannot disagree with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.projects.rules import Policy
from app.projects.workdays import DAY, WorkCalendar
from app.review.rules import TERMS, TURNS, CaseState, Term, Turn


@dataclass(frozen=True)
class Moved:
    """One move of a case: which state began when."""

    target: str
    at: datetime


@dataclass(frozen=True)
class ClockFace:
    """What the clock shows."""

    turn: Turn
    term: Term
    days: int
    """Working days that the term has; 0 where none runs."""
    used: int
    """Working days of it that have begun, the pauses left out."""
    due: date | None
    """Last day of the term that runs now."""
    is_overdue: bool
    by_turn: Mapping[Turn, int]
    """Working days that each side has had in its hands."""
    unknown_years: tuple[int, ...] = field(default=())
    """Years counted by weekends alone, because their holidays are not known."""

    @property
    def left(self) -> int:
        """Working days left; negative when overdue."""
        return self.days - self.used


def read_clock(
    steps: Sequence[Moved],
    now: datetime,
    calendar: WorkCalendar,
    zone: ZoneInfo,
    policy: Policy,
    term_days: int,
) -> ClockFace:
    """Compute the clock of a case.

    A day counts for the side in whose hands the case was when the day began to count: the day on which it was handed
    over belongs to who handed it over, and the day after is the first of the new side.

    Args:
        steps: the moves of the case, oldest first.
        now: the instant of asking.
        calendar: working days.
        zone: the project's legal zone; days are its days.
        policy: the terms of the project.
        term_days: the agency's term, frozen when the case began.
    """
    today = now.astimezone(zone).date()
    spans = list(_spans(steps, today, zone))
    by_turn = dict.fromkeys(Turn, 0)
    used_of: dict[Term, int] = dict.fromkeys(Term, 0)
    for span in spans:
        days = calendar.count(span.first, span.last)
        by_turn[TURNS[span.state]] += days
        used_of[_term(span.state, policy, is_recheck=span.is_recheck)] += days
    if not spans:
        return ClockFace(Turn.OWNER, Term.NONE, 0, 0, None, is_overdue=False, by_turn=by_turn)
    here = spans[-1]
    term = _term(here.state, policy, is_recheck=here.is_recheck)
    days = _length(term, policy, term_days)
    used = used_of[term] if term is Term.REVIEW else calendar.count(_began(spans, term, policy), today)
    due = _due(spans, term, policy, days, calendar) if days else None
    first = min(span.first for span in spans) - DAY
    return ClockFace(
        turn=TURNS[here.state],
        term=term if days else Term.NONE,
        days=days,
        used=used if days else 0,
        due=due,
        is_overdue=due is not None and today > due,
        by_turn=by_turn,
        unknown_years=tuple(calendar.unknown_years(first, max(today, due or today))),
    )


@dataclass(frozen=True)
class _Span:
    """Days that count for a state: from the day after it began to the day on which it ended, or today."""

    state: str
    first: date
    last: date
    is_recheck: bool


def _spans(steps: Sequence[Moved], today: date, zone: ZoneInfo) -> Sequence[_Span]:
    found = []
    was_answered = False
    for n, step in enumerate(steps):
        ends = steps[n + 1].at.astimezone(zone).date() if n + 1 < len(steps) else today
        was_answered = was_answered or step.target == CaseState.REPLYING
        found.append(_Span(step.target, step.at.astimezone(zone).date() + DAY, ends, was_answered))
    return found


def _term(state: str, policy: Policy, *, is_recheck: bool) -> Term:
    term = TERMS.get(state, Term.NONE)
    return Term.NONE if term is Term.REVIEW and is_recheck and not policy.review_recheck_counts else term


def _began(spans: Sequence[_Span], term: Term, policy: Policy) -> date:
    """First day of the unbroken run of states in which the present term runs."""
    first = spans[-1].first
    for span in reversed(spans):
        if _term(span.state, policy, is_recheck=span.is_recheck) is not term:
            break
        first = span.first
    return first


def _due(
    spans: Sequence[_Span], term: Term, policy: Policy, days: int, calendar: WorkCalendar
) -> date | None:
    """Last day of the term: that on which its days are spent, be it in a state before the present one."""
    began = spans[0].first if term is Term.REVIEW else _began(spans, term, policy)
    run = [s for s in spans if s.first >= began and _term(s.state, policy, is_recheck=s.is_recheck) is term]
    left = days
    for span in run[:-1]:
        spent = calendar.count(span.first, span.last)
        if spent >= left:
            return calendar.after(span.first - DAY, left)
        left -= spent
    return calendar.after(run[-1].first - DAY, left)


def _length(term: Term, policy: Policy, term_days: int) -> int:
    return {
        Term.NONE: 0,
        Term.INTAKE: policy.review_intake_days,
        Term.REVIEW: term_days,
        Term.REPLY: policy.review_reply_days,
        Term.FILING: policy.review_filing_days,
    }[term]
