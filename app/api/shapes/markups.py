"""Shapes of marks, their threads, and carries."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.shapes.common import MOST_ROWS, Body, Key, LabelOut, Shape
from app.api.shapes.comparing import RegionOut
from app.markups.rules import MOST_MENTIONS, MOST_TEXT, Audience, Colour, Decision, MarkKind

MarkText = Annotated[str, Field(max_length=MOST_TEXT)]
ClientKey = Annotated[str, Field(max_length=40, pattern=r"^[!-~]*$")]


class MarkContent(Body):
    """What an author says of his mark. Coordinates are integer um from the sheet's lower left corner, y up."""

    anchor: Annotated[
        dict[str, Any], Field(description="`type` is point, region, entity, text or sheet; see the guide")
    ]
    shape: Annotated[dict[str, Any], Field(description="`paths`: lists of [x, y]; and what the kind has")]
    colour: Colour = Colour.RED
    text: MarkText = ""
    basis: Annotated[dict[str, Any], Field(description="name, date, number, clause of as-built marks")] = (
        Field(default_factory=dict)
    )
    audience: Audience = Audience.PROJECT


class MarkBody(MarkContent):
    """A mark to be drawn."""

    kind: MarkKind
    key: ClientKey = ""


class CommentBody(Body):
    """A line of a thread."""

    text: Annotated[MarkText, Field(min_length=1)]
    mentions: Annotated[list[Key], Field(max_length=MOST_MENTIONS)] = Field(default_factory=list)
    key: ClientKey = ""


class MoveBody(Body):
    """A step of a thread."""

    event: Annotated[str, Field(pattern="^(answer|resolve|reopen)$")]
    comment: MarkText = ""


class AssignBody(Body):
    """Who is to answer; null: nobody."""

    person_id: Key | None


class CarryBody(Body):
    """A decision about marks of older revisions."""

    marks: Annotated[list[Key], Field(min_length=1, max_length=MOST_ROWS)]
    decision: Decision


class WhoOut(Shape):
    """A person of a party."""

    id: str
    name: str
    party_id: str
    organisation: str


class CommentOut(Shape):
    """A line of a thread."""

    id: str
    text: str
    author: WhoOut
    mentions: list[WhoOut]
    origin: Annotated[dict[str, str], Field(description="of an imported reply: author and time as stated")]
    written_at: datetime


class PhotoOut(Shape):
    """The photo of a photo mark."""

    sha256: str
    size: int
    media_type: str
    file_name: str
    width: int
    height: int


class MarkOut(Shape):
    """A mark with its thread."""

    id: str
    project_id: str
    sheet_id: str
    revision_id: str
    version: int
    kind: str
    anchor: dict[str, Any]
    shape: dict[str, Any]
    grid: Annotated[
        str,
        Field(
            description="field of the sheet's grid at its middle, as C3; empty: the whole sheet, or no grid"
        ),
    ]
    colour: str
    text: str
    basis: dict[str, Any]
    measured: str
    audience: str
    about: str
    status: str
    assignee: WhoOut | None
    author: WhoOut
    key: str
    origin: Annotated[
        dict[str, str],
        Field(description="of an imported mark: author, at, file, file_name, subtype as stated"),
    ]
    photo: PhotoOut | None
    created_at: datetime
    changed_at: datetime
    taken_back_at: datetime | None
    taken_back_by: WhoOut | None
    carried_from: str | None
    comments: list[CommentOut]
    may_edit: bool
    may_take_back: bool
    may_comment: bool
    events: list[str]


class OfferOut(Shape):
    """A mark that may be carried, and how its place stands on the newer revision."""

    mark: MarkOut
    rev_label: str
    standing: str
    standing_label: LabelOut
    why: Annotated[str, Field(description="problem code, when the two sheets could not be compared")]
    is_unsure: bool
    regions: list[RegionOut]
    anchor: Annotated[dict[str, Any], Field(description="where it would lie on the newer sheet")]
    shape: dict[str, Any]
