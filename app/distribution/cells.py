"""One cell of the matrix: a party and an item. Its state is computed from facts, term and record; pure."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.distribution.contents import Item
from app.distribution.coverage import Receiver
from app.distribution.rules import CellState, ReceiptFactKind
from app.kernel.clock import from_micros
from app.projects.workdays import WorkCalendar

_CODES = {1: ReceiptFactKind.CONFIRMED, 2: ReceiptFactKind.OBJECTED, 3: ReceiptFactKind.RESOLVED}


class Told(NamedTuple):
    """What the facts about one party and one exact content add up to."""

    last: str = ""
    """The last decisive fact; empty: none."""
    turn: int = 0
    answered_at: datetime | None = None
    """When an objection was last resolved."""
    was_opened: bool = False
    was_delivered: bool = False


NOTHING = Told()


class Cell(NamedTuple):
    """A party and an item."""

    party_id: str
    state: str
    reached: str
    """The state by facts alone, where the clock lies over it."""
    due: date | None
    told: Told


def reached(told: Told) -> CellState:
    """The state that the facts alone make."""
    if told.last:
        return _DECIDED[told.last]
    if told.was_opened:
        return CellState.OPENED
    return CellState.DELIVERED if told.was_delivered else CellState.PENDING


_DECIDED: dict[str, CellState] = {
    ReceiptFactKind.CONFIRMED: CellState.CONFIRMED,
    ReceiptFactKind.OBJECTED: CellState.OBJECTED,
    ReceiptFactKind.RESOLVED: CellState.RESOLVED,
}


def state_of(told: Told, *, stands: bool, due: date | None, today: date) -> CellState:
    """The state of a cell.

    Args:
        told: its facts, of the exact content.
        stands: whether that content is in force.
        due: the end of the party's term; None: there is none.
        today: the day in the project's zone.
    """
    at = reached(told)
    if at is CellState.CONFIRMED:
        return at
    if not stands:
        return CellState.MOOT
    if at is not CellState.OBJECTED and due is not None and today > due:
        return CellState.OVERDUE
    return at


class Terms:
    """When confirmations are due: working days after the item came, or the party, or the answer to an objection."""

    def __init__(self, days: int, zone: ZoneInfo, calendar: WorkCalendar, now: datetime) -> None:
        self.days, self.zone, self.calendar = days, zone, calendar
        self.today = now.astimezone(zone).date()
        self._after = cache(calendar.after)
        self._day = cache(lambda at: at.astimezone(zone).date())

    def due(self, item: Item, receiver: Receiver, told: Told) -> date | None:
        """The last day of a cell's term; None where the policy sets none."""
        if not self.days:
            return None
        begins = max(item.since, receiver.valid_from)
        if told.last == ReceiptFactKind.RESOLVED and told.answered_at is not None:
            begins = max(begins, told.answered_at)
        return self._after(self._day(begins), self.days)

    def cell(self, item: Item, receiver: Receiver, told: Told) -> Cell:
        """A required cell of an item in force."""
        due = self.due(item, receiver, told)
        state = state_of(told, stands=True, due=due, today=self.today)
        return Cell(receiver.id, state, reached(told), due, told)


@lru_cache(maxsize=4_096)
def told_from(rank: int, answered: int | None, opened: int, delivered: int) -> Told:
    """What the sum over a cell's facts says; most of the thousands of cells say the same, and share one value.

    Args:
        rank: four times the last turn plus the code of its kind.
        answered: when an objection was last resolved, in microseconds.
        opened: 1 when somebody opened the file.
        delivered: 1 when the party was shown that it waits.
    """
    turn, code = divmod(rank, 4)
    at = from_micros(answered) if answered is not None else None
    return Told(_CODES[code] if code else "", turn, at, bool(opened), bool(delivered))
