"""Types and models that every subject uses."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from app.api.answers import refusal_body
from app.api.table import Answer
from app.kernel.errors import RowReport, invalid
from app.kernel.text import normalise

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
MOST_ROWS = 500
"""Rows of one bulk act, and items of one page."""


class Shape(BaseModel):
    """An answer, made from a frozen value of a query."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class Body(BaseModel):
    """A request body: nothing is converted, nothing is ignored (SECURITY: mass assignment)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """Query parameters: texts that are converted; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


def read_instant(value: object) -> object:
    """RFC 3339 with a zone, to aware UTC; a guess about the zone would be worse than a refusal."""
    if not isinstance(value, str):
        return value
    if not _RFC3339.fullmatch(value):
        raise ValueError("wanted: RFC 3339 with a zone, such as 2024-05-12T08:00:00+08:00")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def _line(value: str) -> str:
    normalise(value)  # raises for control and format characters
    return value


def _paragraph(value: str) -> str:
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t\r" for c in value):
        raise ValueError("control characters")
    return value


def _fits(limit: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(normalise(value)) > limit:  # some characters become several in their normal form
            raise ValueError(f"longer than {limit} characters")
        return value

    return check


Instant = Annotated[
    datetime, BeforeValidator(read_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Key = Annotated[str, Field(pattern=r"^[0-9a-hjkmnp-tv-z]{20}$", description="identifier")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 hex digits")]
Line40 = Annotated[str, Field(max_length=40), AfterValidator(_line), AfterValidator(_fits(40))]
Line100 = Annotated[str, Field(max_length=100), AfterValidator(_line), AfterValidator(_fits(100))]
Line200 = Annotated[str, Field(max_length=200), AfterValidator(_line), AfterValidator(_fits(200))]
Line300 = Annotated[str, Field(max_length=300), AfterValidator(_line), AfterValidator(_fits(300))]
Paragraph = Annotated[str, Field(max_length=1000), AfterValidator(_paragraph)]
Sorted = Annotated[list[str], BeforeValidator(lambda v: sorted(v) if isinstance(v, Iterable) else v)]


class LabelOut(Shape):
    """A word in both languages."""

    zh: str
    en: str


class RefusalOut(Shape):
    """Why something was refused, and what to do next."""

    code: str
    message: LabelOut
    way_out: LabelOut
    data: dict[str, Any]


class Created(Shape):
    """Something came to exist."""

    id: str


class Changed(Shape):
    """Something changed; its version from now on, where it has one."""

    id: str
    version: int | None = None


class RefusedRow(Shape):
    """A row that a bulk act did not touch."""

    id: str
    refusal: RefusalOut


class Report(Shape):
    """What a bulk act did, row by row: nothing is skipped silently."""

    done: list[str]
    refused: list[RefusedRow]

    @classmethod
    def of(cls, report: RowReport) -> "Report":
        """From the act's own report."""
        rows = [
            RefusedRow(id=i, refusal=RefusalOut.model_validate(refusal_body(r)))
            for i, r in report.refused.items()
        ]
        return cls(done=report.done, refused=rows)


class PageQuery(Query):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100
    cursor: Annotated[Key | None, Field(description="`next` of the page before")] = None


Item = TypeVar("Item", bound=Shape)


class Page(Shape, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next: str | None = None
    """Cursor of the next page; null at the end."""
    total: int


class Identified(Protocol):
    """A value with an identifier."""

    @property
    def id(self) -> str:
        """The identifier."""


V = TypeVar("V")


def page_of(
    model: type[Item],
    values: Sequence[V],
    query: PageQuery,
    make: Callable[[V], Item],
    name: Callable[[V], str],
) -> Answer:
    """The page of a list that a cursor names: the cursor is the last item of the page before.

    Raises:
        Refused: ``invalid-input`` when that item is gone.
    """
    start = 0
    if query.cursor is not None:
        places = [n for n, value in enumerate(values) if name(value) == query.cursor]
        if not places:
            raise invalid("cursor", "该页已失效，请从头读取", "this page is gone; begin anew")
        start = places[0] + 1
    part = values[start : start + query.limit]
    more = start + len(part) < len(values)
    return Answer(
        Page[model](  # type: ignore[valid-type]
            items=[make(v) for v in part], next=name(part[-1]) if more and part else None, total=len(values)
        )
    )
