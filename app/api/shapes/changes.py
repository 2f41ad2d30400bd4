"""Shapes of change documents: lists, one document, what moves it, its closing."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.api.shapes.common import (
    MOST_ROWS,
    Body,
    Instant,
    Key,
    LabelOut,
    Line100,
    Line200,
    Line300,
    PageQuery,
    Paragraph,
    Query,
    Shape,
    Sorted,
)
from app.changes.actions.proposals import MOST_BOXES
from app.changes.rules import (
    MOST_SHEETS,
    MOST_TEXT,
    ChangeKind,
    ChangeState,
    EndKind,
    External,
    FileKind,
    Flag,
    Reason,
    SheetAction,
    WordKind,
)
from app.projects.rules import Discipline

Text = Annotated[str, Field(max_length=MOST_TEXT)]
Box = Annotated[
    list[int], Field(min_length=4, max_length=4, description="x0, y0, x1, y1 in micrometres of sheet space")
]
Money = Annotated[int | None, Field(description="fen; negative: it saves")]
Days = Annotated[int | None, Field(description="calendar days; negative: it gains")]
Name = Annotated[str, Field(max_length=40)]


class ChangesQuery(PageQuery):
    """Which changes, and which part of the list."""

    state: ChangeState | None = None
    kind: ChangeKind | None = None
    discipline: Discipline | None = None
    sheet_id: Annotated[Key | None, Field(description="only those that affect this sheet")] = None
    is_open: Annotated[bool | None, Field(description="true: not closed twice yet")] = None
    waits_for_me: Annotated[bool | None, Field(description="true: somebody waits for the asker")] = None


class AffectedSheetBody(Body):
    """A sheet that a change affects."""

    sheet_id: Key
    revision_id: Annotated[Key, Field(description="the revision it is written for; of a reissue the new one")]
    boxes: Annotated[list[Box], Field(max_length=MOST_BOXES)] = Field(default_factory=list)
    action: Annotated[str, Field(pattern=f"^({'|'.join(SheetAction)})$")] = SheetAction.MODIFY.value
    note: Text = ""


class EndingBody(Body):
    """Another change that this one takes the place of, or cancels."""

    change_id: Key
    how: Annotated[str, Field(pattern=f"^({'|'.join(EndKind)})$")] = EndKind.SUPERSEDED.value
    note: Annotated[str, Field(max_length=500, description="what becomes of what was built already")] = ""


class ChangeTextBody(Body):
    """What a change says."""

    title: Line200
    description: Text = ""
    discipline: Annotated[str, Field(pattern=f"^({'|'.join(Discipline)})$")]
    reason: Annotated[str, Field(pattern=f"^({'|'.join(Reason)})$")]
    sheets: Annotated[list[AffectedSheetBody], Field(min_length=1, max_length=MOST_SHEETS)]
    ends: Annotated[list[EndingBody], Field(max_length=MOST_SHEETS)] = Field(default_factory=list)
    cost_estimate: Money = None
    days_estimate: Days = None


class ProposeBody(ChangeTextBody):
    """A change that somebody asks for."""

    kind: Annotated[str, Field(pattern=f"^({'|'.join(ChangeKind)})$")]


class ClassBody(Body):
    """The class of a change as its designer states it."""

    flags: Annotated[list[Name], Field(max_length=len(Flag))]
    basis: Text
    externals: Annotated[list[Name], Field(max_length=len(External))] = Field(default_factory=list)
    triggers: Annotated[list[Name], Field(max_length=100)] = Field(
        default_factory=list, description="ticks of the checklist"
    )


class ChangeMoveBody(Body):
    """A step of a change."""

    event: Name
    note: Text = ""
    effective_at: Annotated[
        Instant | None, Field(description="of `countersign`: when it takes effect; null: now")
    ] = None
    designer_id: Annotated[
        Key | None, Field(description="of `accept` by the owner: the design party that takes it up")
    ] = None


class WordBody(Body):
    """What somebody says of a change for his party, as it reads now."""

    kind: Annotated[str, Field(pattern=f"^({'|'.join(k for k in WordKind if k != WordKind.REVIEWED)})$")]
    is_yes: bool
    note: Text = ""
    domain: Annotated[str, Field(pattern=f"^({'|'.join(External)})?$", description="of an authority")] = ""


class ChangeFileQuery(Query):
    """What a file of a change is."""

    name: Line300
    kind: Annotated[str, Field(pattern=f"^({'|'.join(FileKind)})$")]
    title: Line200 = ""
    number: Line100 = ""
    domain: Annotated[str, Field(pattern=f"^({'|'.join(External)})?$", description="of an approval")] = ""


class TicksBody(Body):
    """Which changes a revision takes in."""

    ticks: Annotated[dict[Key, bool], Field(min_length=1, max_length=MOST_ROWS)]


class PlacesBody(Body):
    """Where a change stands in the as-built, by sheet; an empty text: after all not."""

    places: Annotated[dict[Key, Paragraph], Field(min_length=1, max_length=MOST_SHEETS)]


class CostsBody(Body):
    """Cost and time as agreed; null: not agreed."""

    cost_agreed: Money
    days_agreed: Days


class ChangeRowOut(Shape):
    """A change in a list."""

    id: str
    project_id: str
    name: Annotated[str, Field(description="its number; before it has one, its serial")]
    kind: ChangeKind
    title: str
    discipline: str
    state: ChangeState
    flags: Annotated[list[Flag], Field(description="its class as stated; empty: not stated")]
    is_emergency: bool
    is_irregular: Annotated[bool, Field(description="an emergency in effect whose formalities are missing")]
    due: Annotated[date | None, Field(description="of an irregular emergency: when it must be regular")]
    is_overdue: bool
    effective_at: datetime | None
    created_at: datetime
    state_at: datetime
    sheet_ids: list[str]
    party: str
    designer: str
    cost_estimate: Money
    cost_agreed: Money
    days_estimate: Days
    days_agreed: Days
    waits_for_me: list[str]


class ChangeSheetOut(Shape):
    """A sheet of a change."""

    sheet_id: str
    number: str
    title: str
    discipline: str
    revision_id: str
    rev_label: str
    action: SheetAction
    boxes: list[list[int]]
    note: str
    base_label: str
    is_on_base: Annotated[bool, Field(description="the revision it was written for is in force")]
    place: Annotated[str, Field(description="where it stands in the as-built; empty: not said")]


class ChangeStepOut(Shape):
    """A move in its history."""

    event: str
    target: ChangeState
    note: str
    person: str
    party: str
    party_role: str
    at: datetime


class WordOut(Shape):
    """What somebody said of it."""

    kind: WordKind
    domain: str
    is_yes: bool
    note: str
    counts: Annotated[bool, Field(description="it was said of what the change says now")]
    person: str
    party: str
    at: datetime


class ChangeFileOut(Shape):
    """A file of a change."""

    id: str
    kind: FileKind
    domain: str
    title: str
    number: str
    sha256: str
    size: int
    media_type: str
    file_name: str
    person: str
    added_at: datetime


class LinkOut(Shape):
    """Another change that this one ends, or that ended it."""

    id: str
    name: str
    how: EndKind
    note: str


class ChangeGuardOut(Shape):
    """A condition of a step, with its reason."""

    guard: str
    verdict: str
    reason: LabelOut


class ChangeMoveOut(Shape):
    """A step that the asker's seats allow."""

    event: str
    label: LabelOut
    guards: list[ChangeGuardOut]
    is_open: Annotated[bool, Field(description="no condition stops it")]


class ChangeOut(ChangeRowOut):
    """A change with all that is known of it."""

    version: int
    serial: int
    number: str
    reason: Reason
    description: str
    class_basis: str
    externals: Annotated[list[External], Field(description="stated, and those that follow from the class")]
    triggers: Sorted
    needs_review: bool
    content_sha256: Annotated[str | None, Field(description="digest of what was issued: what receipts name")]
    digest: Annotated[str, Field(description="of what it says now: what words are said of")]
    origin: str
    regularised_at: datetime | None
    person: str
    sheets: list[ChangeSheetOut]
    steps: list[ChangeStepOut]
    words: list[WordOut]
    files: list[ChangeFileOut]
    ends: list[LinkOut]
    ended_by: list[LinkOut]
    moves: list[ChangeMoveOut]
    may_edit: bool
    may_class: bool


class ShareOut(Shape):
    """So many of so many."""

    part: int
    whole: int
    percent: Annotated[float | None, Field(description="null: of none there is no rate")]


class ClosureLineOut(Shape):
    """The changes of one group."""

    key: Annotated[
        str, Field(description="name or number of what they are grouped by; empty: none, or the whole site")
    ]
    on_site: ShareOut
    in_as_built: ShareOut
    open: int
    irregular: int
    ended: int


class OpenChangeOut(Shape):
    """A change that is not closed twice."""

    id: str
    name: str
    title: str
    state: ChangeState
    turn: Annotated[str, Field(description="at whom it is")]
    since: datetime
    days: int
    is_irregular: bool


class ClosureOut(Shape):
    """How far the changes of a project are closed."""

    total: ClosureLineOut
    by_designer: list[ClosureLineOut]
    by_proposer: list[ClosureLineOut]
    by_discipline: list[ClosureLineOut]
    by_building: list[ClosureLineOut]
    open: list[OpenChangeOut]
