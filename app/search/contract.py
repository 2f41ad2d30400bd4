"""The protocol of a search index, and the values that pass through it.

Documents are revisions, because who may see what depends on the revision (designers see drafts, contractors only
what was released); the answer has one hit per sheet. What an actor may see is part of the question and is applied
inside the driver, before anything is counted, ranked or quoted (SECURITY, threat 2).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.kernel.errors import declare
from app.search.tokens import Words

SCHEMA = 1
"""Version of what is stored in an index; another number makes every project's index old, and it is built again."""


class UnknownIndex(ValueError):  # noqa: N818
    """The URL names an index that this product does not have."""


class IndexDamaged(Exception):  # noqa: N818
    """The index on disk cannot be read; it is derived data, and ``oneset reindex`` makes it again."""


SEARCH_UNAVAILABLE = declare(
    "search-unavailable",
    503,
    "搜索索引暂不可用。",
    "The search index is not usable at the moment.",
    "图纸不受影响；请从图纸目录查找，并请管理员运行 oneset reindex。",
    "The drawings are not affected; use the register, and have an administrator run oneset reindex.",
)


class Kind(StrEnum):
    """What a document speaks of, in the order of the answer."""

    PROJECT = "project"
    BUILDING = "building"
    SHEET = "sheet"


class Where(StrEnum):
    """Where the words were found."""

    NUMBER = "number"
    TITLE = "title"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True)
class SearchDoc:
    """A revision of a sheet, a project or a building, as an index keeps it. All texts are ``tokens.flat``."""

    id: str
    """Of the revision; of the project or building itself."""
    kind: Kind
    project_id: str
    subject_id: str
    """What a hit stands for: the sheet, the project, the building."""
    number: str
    title: str
    rev_label: str = ""
    rev_seq: int = 0
    place: str = ""
    """Building id or ``whole``."""
    discipline: str = ""
    party_id: str = ""
    state: str = ""
    sort_key: str = ""
    holds_from: int = 0
    """In force from this instant (microseconds) until the other; equal when it is not and will not be."""
    holds_until: int = 0
    page: int = 0
    """Page of the shown bytes from which ``lines`` come."""
    codes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """Text in the drawing, one entry per run."""


@dataclass(frozen=True)
class Window:
    """One way to see documents of a project: all conditions together; None asks nothing."""

    project_id: str
    places: frozenset[str] | None = None
    disciplines: frozenset[str] | None = None
    parties: frozenset[str] | None = None
    states: frozenset[str] | None = None

    def shows(self, project_id: str, place: str, discipline: str, party_id: str, state: str) -> bool:
        """True when a document of these properties lies in the window."""
        return (
            project_id == self.project_id
            and (self.places is None or place in self.places)
            and (self.disciplines is None or discipline in self.disciplines)
            and (self.parties is None or party_id in self.parties)
            and (self.states is None or state in self.states)
        )


@dataclass(frozen=True)
class VisibilityFilter:
    """What an actor may see: a document is shown when any window of its kind shows it. Nothing by default."""

    sheets: tuple[Window, ...] = ()
    projects: tuple[Window, ...] = ()
    """For projects and their buildings."""

    def windows(self, kind: str, project_id: str) -> tuple[Window, ...]:
        """The windows on documents of a kind in one project."""
        windows = self.sheets if kind == Kind.SHEET else self.projects
        return tuple(w for w in windows if w.project_id == project_id)

    @property
    def project_ids(self) -> tuple[str, ...]:
        """Projects of which anything may be seen."""
        return tuple(dict.fromkeys(w.project_id for w in (*self.sheets, *self.projects)))


@dataclass(frozen=True)
class SearchQuery:
    """A question to an index."""

    words: Words
    project_ids: tuple[str, ...]
    """Only these; those without a window are not even opened."""
    visibility: VisibilityFilter
    now: int
    """The instant, in microseconds, that decides what is in force."""
    kinds: frozenset[Kind] = frozenset(Kind)
    besides: frozenset[str] = frozenset()
    """Subjects that the asker has already: neither returned nor counted."""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class Hit:
    """One sheet, project or building, by its best revision: the one in force if it matches, else the newest that does."""

    kind: str
    id: str
    """Of the sheet, project or building."""
    project_id: str
    number: str
    title: str
    where: Where
    revision_id: str = ""
    rev_label: str = ""
    state: str = ""
    is_in_force: bool = False
    page: int = 0
    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    """Places of the words in the snippet, as [from, to) character positions."""


@dataclass(frozen=True)
class SearchResult:
    """Hits, and how many there are that the actor may see."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    is_exact: bool = True
    """False when more match than were counted; ``total`` is then a lower bound and the order is among those."""


class Put(Protocol):
    """Takes documents of a project that is being built again."""

    def __call__(self, docs: Sequence[SearchDoc]) -> None:
        """Add documents; may be called often."""


class SearchIndex(Protocol):
    """An index. Safe to use from many threads; one process at a time writes, under :meth:`exclusive`."""

    @property
    def url(self) -> str:
        """Where it is."""

    def exclusive(self) -> AbstractContextManager[bool]:
        """Become the only writer, over all processes; False at once when somebody else is."""

    def is_current(self, project_id: str) -> bool:
        """True when the project's index exists, can be read and has today's :data:`SCHEMA`."""

    def replace(self, project_id: str, subject_ids: Sequence[str], docs: Sequence[SearchDoc]) -> None:
        """Durably put these documents in the place of all that the subjects had. All or nothing; repeatable."""

    def rebuild(self, project_id: str) -> AbstractContextManager[Put]:
        """Build a project's index aside; what was there answers until the block ends, and stays when it raises."""

    def forget(self, keep: Sequence[str]) -> None:
        """Drop every project but these."""

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a question.

        Raises:
            IndexDamaged: a project's index cannot be read.
        """

    def close(self) -> None:
        """Let go of files and connections."""


@dataclass(frozen=True)
class Progress:
    """How far a rebuild is."""

    project_id: str
    done: int
    total: int
