"""Shapes of opinions: what they say, where, how they are answered and judged, and tables of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.shapes.common import MOST_ROWS, Body, Key, LabelOut, PageQuery, Query, Shape
from app.projects.rules import Discipline
from app.review.actions.opinion_moves import INSIDE_EVENTS
from app.review.flags import Flag
from app.review.opinion_rules import MOST_PLACES, MOST_TEXT, REPLIES, Basis, Domain, OpinionState, Severity

Long = Annotated[str, Field(max_length=MOST_TEXT)]
Um = Annotated[int, Field(ge=-(10**9), le=10**9)]
Region = Annotated[
    list[Um], Field(max_length=4, description="x0, y0, x1, y1 in um, y up; empty: the whole sheet")
]


class PlaceBody(Body):
    """A sheet of the case, with a region on it."""

    sheet_id: Key
    region: Region = Field(default_factory=list)
    grid: Annotated[str, Field(max_length=20)] = ""


class OpinionBody(Body):
    """What an opinion says."""

    discipline: Discipline
    fact: Annotated[Long, Field(min_length=1, description="what is drawn, and where")]
    action: Long = ""
    domain: Domain = Domain.OTHER
    basis: Basis = Basis.GENERAL_CLAUSE
    severity: Severity = Severity.MUST_FIX
    standard_no: Annotated[str, Field(max_length=60)] = ""
    standard_name: Annotated[str, Field(max_length=200)] = ""
    clause_no: Annotated[str, Field(max_length=60)] = ""
    clause_text: Long = ""
    basis_reason: Annotated[Long, Field(description="why there is no clause; for design depth")] = ""
    places: Annotated[list[PlaceBody], Field(max_length=MOST_PLACES)] = Field(default_factory=list)
    is_confirmed: Annotated[
        bool, Field(description="the reviewer knows that it speaks against a settled one of an earlier round")
    ] = False


class OpinionsQuery(PageQuery):
    """Which opinions."""

    state: OpinionState | None = None
    open: Annotated[bool | None, Field(description="issued and not settled, or not")] = None
    discipline: Discipline | None = None
    severity: Severity | None = None
    sheet_id: Key | None = None
    round: Annotated[int | None, Field(ge=1, le=999, description="in which it went out, or was written")] = (
        None
    )


class PlaceOut(Shape):
    """A sheet that an opinion speaks of."""

    id: str
    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    region: list[int]
    grid: str


class FixOut(Shape):
    """A revision in which something is said to be fixed, or could be."""

    revision_id: str
    sheet_id: str
    number: str
    rev_label: str
    state: str


class ReplyOut(Shape):
    """A designer's answer."""

    kind: str
    text: str
    round: int
    person: str
    at: datetime
    fixes: list[FixOut]


class JudgementOut(Shape):
    """A decision about an opinion."""

    event: str
    text: str
    round: int
    person: str
    at: datetime
    warnings: list[str]


class OpinionOut(Shape):
    """An opinion with its places, answers and decisions."""

    id: str
    case_id: str
    serial: Annotated[int, Field(description="number in its case; never reused")]
    position: int
    state: OpinionState
    round: int
    issued_round: int | None
    discipline: str
    domain: Domain
    basis: Basis
    severity: Severity
    fact: str
    standard_no: str
    standard_name: str
    clause_no: str
    clause_text: Annotated[str, Field(description="as it read when the opinion was written")]
    basis_reason: str
    action: str
    origin: str
    author_id: str
    author: str
    created_at: datetime
    issued_at: datetime | None
    settled_at: datetime | None
    version: int
    merged_into: str | None
    carried_from: Annotated[
        int | None, Field(description="open since this earlier round; null: of this round, or settled")
    ]
    raises_again: Annotated[
        list[int], Field(description="serial numbers of settled ones of earlier rounds on the same matter")
    ]
    places: list[PlaceOut]
    replies: list[ReplyOut]
    judgements: list[JudgementOut]
    events: Annotated[list[str], Field(description="what the asker may do with it now")]


class FixesOut(Shape):
    """Newer revisions of the sheets that an opinion speaks of."""

    fixes: list[FixOut]


class FixFlagsOut(Shape):
    """What is to be said of one sheet that an answer names."""

    flags: Annotated[list[Flag], Field(description="none: it changed there, and nowhere else")]
    changes: Annotated[int, Field(description="regions of the sheet whose content changed")]
    there: Annotated[list[list[int]], Field(description="changed regions at the opinion's place")]
    unasked: Annotated[list[list[int]], Field(description="changed regions of which no opinion speaks")]


class FlagsOut(Shape):
    """What the kept comparison says of one sheet of an answer."""

    sheet_id: str
    number: str
    before: Annotated[str, Field(description="rendition; empty: nothing to show")]
    after: str
    flags: FixFlagsOut


class FlagListOut(Shape):
    """What the comparison says beside an answer."""

    places: list[FlagsOut]


class MoveOpinionsBody(Body):
    """An event for many opinions of one case."""

    opinions: Annotated[list[Key], Field(min_length=1, max_length=MOST_ROWS)]
    event: Annotated[str, Field(pattern=f"^({'|'.join(sorted(INSIDE_EVENTS))})$")]
    note: Long = ""
    merge_into: Key | None = None


class MarksBody(Body):
    """Marks of one's own agency that shall become draft opinions."""

    marks: Annotated[list[Key], Field(min_length=1, max_length=MOST_ROWS)]


class OrderBody(Body):
    """Opinions in the order in which lists shall show them."""

    opinions: Annotated[list[Key], Field(max_length=5_000)]


class ReplyBody(Body):
    """A designer's answer."""

    event: Annotated[str, Field(pattern=f"^({'|'.join(REPLIES)})$")]
    text: Long = ""
    fixed_in: Annotated[list[Key], Field(max_length=500, description="revisions in which it is fixed")] = (
        Field(default_factory=list)
    )


class JudgeBody(Body):
    """A reviewer's recheck."""

    is_settled: bool
    text: Long = ""
    warnings: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(max_length=20, description="what he was told beside the answer; kept with his decision"),
    ] = Field(default_factory=list)


class RuleBody(Body):
    """A ruling on a dispute."""

    is_upheld: bool
    text: Annotated[Long, Field(min_length=1)]


class RoundQuery(Query):
    """Which round, which discipline."""

    round: Annotated[int, Field(ge=0, le=999, description="0: the latest")] = 0
    discipline: Discipline | None = None


class TableQuery(Query):
    """How a table of opinions is read."""

    discipline: Annotated[
        Discipline | None, Field(description="for rows that name neither it nor a sheet")
    ] = None


class TableRowOut(Shape):
    """A row of a table, and why it does not come in, or what was assumed."""

    row: int
    sheets: Annotated[str, Field(description="as typed")]
    fact: str
    discipline: str
    severity: str
    basis: str
    citation: str
    problem: Annotated[str, Field(description="code; empty: it comes in")]
    problem_label: LabelOut | None
    notes: list[LabelOut]


class TableOut(Shape):
    """What a table would bring in."""

    columns: Annotated[list[tuple[str, str]], Field(description="heading as typed, field")]
    unknown: Annotated[list[str], Field(description="headings that are left out")]
    good: int
    rows: list[TableRowOut]


class TableDoneOut(Shape):
    """What an import did: every row is told."""

    made: Annotated[list[str], Field(description="draft opinions, in the order of the table")]
    left_out: list[TableRowOut]
