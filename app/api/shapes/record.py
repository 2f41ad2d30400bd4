"""Shapes of the record, frozen sets, the ledger, search and the public status."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from app.api.shapes.common import Body, Instant, Key, LabelOut, Line200, PageQuery, Query, Shape
from app.api.shapes.drawings import InForceOut
from app.record.models import BaselineKind


class AtQuery(Query):
    """The two clocks of a question; without them: now, by all that is known."""

    as_of: Annotated[Instant | None, Field(description="business time")] = None
    known_at: Annotated[Instant | None, Field(description="as known at this instant")] = None


class SetQuery(AtQuery):
    """A question about the whole set."""

    with_void: bool = False


class SetOut(Shape):
    """The set in force: always answered with its clocks."""

    as_of: datetime
    known_at: datetime
    is_now: bool
    digest: str
    """Over the canonical lines of released sheets, as a frozen set's."""
    items: list[InForceOut]


class OneOut(Shape):
    """The drawing of record of one sheet; null when nothing had been released by then."""

    as_of: datetime
    known_at: datetime
    is_now: bool
    in_force: InForceOut | None


class MomentOut(Shape):
    """An instant at which the set changed."""

    effective_at: datetime
    sheets: int
    backdated: int


class MomentsOut(Shape):
    """All instants at which the set changed, oldest first."""

    items: list[MomentOut]


class FreezeBody(Body):
    """A set to be frozen."""

    title: Line200 = ""
    kind: BaselineKind = BaselineKind.INSPECTION
    as_of: Instant | None = None
    known_at: Instant | None = None


class BaselineOut(Shape):
    """A frozen set."""

    id: str
    project_id: str
    kind: str
    title: str
    as_of: datetime
    known_at: datetime
    digest: str
    items: int
    person_id: str
    recorded_at: datetime


class BaselineDetailOut(Shape):
    """A frozen set with its canonical lines: their SHA-256, each line ended by a line feed, is the digest."""

    baseline: BaselineOut
    lines: list[str]


class FileKind(StrEnum):
    """Form of an export."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportLanguage(StrEnum):
    """Language of an export."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


class ExportQuery(Query):
    """How the register is exported."""

    language: ExportLanguage = ExportLanguage.BOTH


class RegisterQuery(PageQuery):
    """Which rows of the register."""

    standing: Annotated[str | None, Field(pattern="^[a-z_]{1,20}$")] = None
    discipline: Annotated[str | None, Field(pattern="^[a-z_]{1,20}$")] = None
    building_id: Key | None = None


class TreeOut(Shape):
    """The tree of the ledger."""

    size: int
    root: str
    watermark: datetime
    """Every act recorded up to here is in the tree or will be in it in this order."""


class EntryOut(Shape):
    """A ledger entry: ``body`` is its canonical JSON, whose RFC 6962 leaf hash is ``leaf``."""

    leaf: str
    body: str
    content: dict[str, Any]
    index: int | None
    """Place in the tree; null while it is only recorded."""
    status: str


class ProofQuery(Query):
    """Size of the tree the proof is for; the present one if not said."""

    size: Annotated[int | None, Field(ge=1, le=2**53)] = None


class ProofOut(Shape):
    """Audit path of RFC 6962 section 2.1.1, from the leaf up."""

    leaf: str
    index: int
    size: int
    path: list[str]
    root: str


class SearchQueryShape(Query):
    """What is looked for."""

    q: Annotated[str, Field(min_length=1, max_length=200)]
    project_id: Key | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0


class HitOut(Shape):
    """A hit."""

    kind: str
    id: str
    project_id: str
    number: str
    title: str
    where: str
    revision_id: str
    rev_label: str
    state: str
    is_in_force: bool
    base_sha256: str
    """Of the revision; empty before it is frozen."""
    slips: list[str]
    """Numbers of the change slips in force on it."""
    page: int
    snippet: str
    marks: list[tuple[int, int]]


class SearchOut(Shape):
    """Hits that who asks may see."""

    as_of: datetime
    hits: list[HitOut]
    total: int
    is_exact: bool


class StatusOut(Shape):
    """Is this copy still the one to build from? Never its content."""

    short_code: str
    status: str
    label: LabelOut
    since: datetime | None
    as_of: datetime
    number: str
    rev_label: str
    superseded_by: str
    successor_code: str
    hash_prefix: str
    change_slips: int
    slips: list[str]
    project: str
