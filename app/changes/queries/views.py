"""Change documents as pages and programs see them: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.kernel.labels import Label
from app.kernel.workflow import GuardResult


@dataclass(frozen=True)
class ChangeRow:
    """A change in a list."""

    id: str
    project_id: str
    name: str
    kind: str
    title: str
    discipline: str
    state: str
    flags: tuple[str, ...]
    is_emergency: bool
    is_irregular: bool
    """An emergency in effect whose formalities are missing: red."""
    due: date | None
    """Day by which an irregular emergency is to be regularised."""
    is_overdue: bool
    """That day has passed."""
    effective_at: datetime | None
    created_at: datetime
    state_at: datetime
    sheets: tuple[str, ...]
    """Numbers, in the order of the register."""
    sheet_ids: tuple[str, ...]
    party: str
    designer: str
    cost_estimate: int | None
    cost_agreed: int | None
    days_estimate: int | None
    days_agreed: int | None
    waits_for_me: tuple[str, ...]
    """Events that the actor's seats allow and that somebody waits for; guards are not asked."""


@dataclass(frozen=True)
class NextMove:
    """A step that the actor's seats allow, with its guards' answers."""

    event: str
    label: Label
    guards: tuple[GuardResult, ...]

    @property
    def is_open(self) -> bool:
        """True when no guard stops it."""
        return not any(g.stops for g in self.guards)


@dataclass(frozen=True)
class SheetView:
    """A sheet of a change as its page shows it."""

    sheet_id: str
    number: str
    title: str
    discipline: str
    revision_id: str
    rev_label: str
    action: str
    boxes: tuple[tuple[int, ...], ...]
    note: str
    base_label: str
    is_on_base: bool
    """The revision it was written for is the one in force."""
    place: str
    """Where it stands in the as-built; empty: not said."""


@dataclass(frozen=True)
class StepView:
    """A move in its history."""

    event: str
    target: str
    note: str
    person: str
    party: str
    party_role: str
    at: datetime


@dataclass(frozen=True)
class WordView:
    """What somebody said of it."""

    kind: str
    domain: str
    is_yes: bool
    note: str
    counts: bool
    """It was said of what the change says now."""
    person: str
    party: str
    at: datetime


@dataclass(frozen=True)
class FileView:
    """A file of a change."""

    id: str
    kind: str
    domain: str
    title: str
    number: str
    sha256: str
    size: int
    media_type: str
    file_name: str
    person: str
    added_at: datetime


@dataclass(frozen=True)
class LinkView:
    """Another change that this one ends, or that ended this one."""

    id: str
    name: str
    how: str
    note: str


@dataclass(frozen=True)
class ChangeView:
    """A change with all that its page shows."""

    row: ChangeRow
    reason: str
    description: str
    class_basis: str
    externals: tuple[str, ...]
    stated_externals: tuple[str, ...]
    triggers: tuple[str, ...]
    needs_review: bool
    content_sha256: str | None
    digest: str
    origin: str
    version: int
    serial: int
    number: str
    sheets: tuple[SheetView, ...]
    steps: tuple[StepView, ...]
    words: tuple[WordView, ...]
    files: tuple[FileView, ...]
    ends: tuple[LinkView, ...]
    ended_by: tuple[LinkView, ...]
    consents: Mapping[str, bool | None]
    moves: tuple[NextMove, ...]
    may_edit: bool
    may_class: bool
    may: frozenset[str]
    """Permissions of the actor on it."""
    regularised_at: datetime | None
    person: str
