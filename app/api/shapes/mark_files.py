"""Shapes of files of marks: how they are asked for, and what an annotated PDF holds."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.shapes.common import Query, Shape
from app.api.shapes.markups import ClientKey, MarkText
from app.markups.exports.bcf import BcfVersion
from app.markups.rules import FARTHEST_UM, Audience, Colour

Um = Annotated[int, Field(ge=-FARTHEST_UM, le=FARTHEST_UM)]


class LanguageQuery(Query):
    """How a file speaks."""

    language: Literal["zh", "en", "both"] = "both"


class BcfQuery(LanguageQuery):
    """Which BCF."""

    version: BcfVersion = BcfVersion.V2_1


class PhotoQuery(Query):
    """Where a photo belongs, um of sheet space, and what it says."""

    x: Um
    y: Um
    name: Annotated[str, Field(max_length=300)] = ""
    text: MarkText = ""
    colour: Colour = Colour.RED
    audience: Audience = Audience.PROJECT
    key: ClientKey = ""


class ImportQuery(Query):
    """Which annotations, and who sees them."""

    name: Annotated[str, Field(max_length=300, description="of the file")] = ""
    audience: Audience = Audience.PROJECT
    only: Annotated[str, Field(max_length=20_000, description="keys, by commas; empty: all")] = ""


class ReplyOut(Shape):
    """A reply as stated by the file."""

    text: str
    author: str
    at: str
    key: str


class AnnotationOut(Shape):
    """An annotation, and what it would become."""

    key: str
    subtype: str
    kind: str
    anchor: dict[str, Any]
    shape: dict[str, Any]
    colour: str
    text: str
    author: Annotated[str, Field(description="as stated by the file")]
    at: Annotated[str, Field(description="as stated by the file")]
    replies: list[ReplyOut]
    why: Annotated[str, Field(description="why it cannot be brought in; empty when it can")]
    note: Annotated[str, Field(description="what of it is left out")]
    mark_id: Annotated[str | None, Field(description="the mark that it is already")]


class AnnotationsOut(Shape):
    """What an annotated PDF holds for a sheet."""

    page: Annotated[int, Field(description="from 1")]
    pages: int
    elsewhere: Annotated[int, Field(description="annotations on other pages")]
    is_unsure: Annotated[bool, Field(description="the words of the page do not show that it is this sheet")]
    is_cut: bool
    found: list[AnnotationOut]


class ImportedOut(Shape):
    """What was brought in."""

    made: list[str]
    known: list[str]
    replies: int
