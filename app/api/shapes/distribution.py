"""Shapes of distribution: receipts, what may be built from, transmittals, controlled copies."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.api.shapes.common import (
    MOST_ROWS,
    Body,
    Digest,
    Instant,
    Key,
    LabelOut,
    Line100,
    Line200,
    PageQuery,
    Shape,
)
from app.distribution.actions.receipts import MOST_REASON
from app.distribution.rules import CellState, CopyState, ItemKind

ItemKey = Annotated[
    str,
    Field(
        pattern=r"^(revision|slip):[0-9a-hjkmnp-tv-z]{20}$",
        description="`revision:<id>` or `slip:<change id>`",
    ),
]
Reason = Annotated[str, Field(min_length=1, max_length=MOST_REASON)]


class CellOut(Shape):
    """Where one party stands with one item."""

    party_id: str
    state: CellState
    reached: Annotated[CellState, Field(description="by facts alone, where the clock lies over it")]
    due: date | None
    was_opened: Annotated[bool, Field(description="whether somebody of the party opened the file itself")]


class ReceiptRowOut(Shape):
    """An item in force with the cells that it needs, and the words that are confirmed."""

    key: str
    kind: ItemKind
    id: str
    number: str
    revision: str
    title: str
    sha256: str
    sheets: list[str]
    effective_at: Instant
    confirmed: int
    required: int
    statement: str
    statement_sha256: str
    cells: list[CellOut]


class ReceiptQuery(PageQuery):
    """Which part of the matrix."""

    party: Annotated[Key | None, Field(description="rows that are this party's")] = None
    state: Annotated[CellState | None, Field(description="rows with a cell in this state")] = None


class ConfirmationIn(Body):
    """One item as it was seen."""

    key: ItemKey
    sha256: Digest
    statement_sha256: Digest


class ConfirmBody(Body):
    """Items that a party has received."""

    items: Annotated[list[ConfirmationIn], Field(min_length=1, max_length=MOST_ROWS)]
    party_id: Annotated[Key | None, Field(description="needed by who confirms for several parties")] = None


class ObjectBody(Body):
    """What is wrong with an item."""

    key: ItemKey
    sha256: Digest
    reason: Reason
    party_id: Key | None = None


class ResolveBody(Body):
    """What was done about an objection."""

    answer: Reason
    note_id: Annotated[Key | None, Field(description="the contact note that it became")] = None


class MayBuildOut(Shape):
    """Whether a sheet may be built from as it is in force now, with its slips."""

    sheet_id: str
    as_of: datetime
    rev_label: str
    """Of the revision in force; empty where there is none."""
    base_sha256: str
    slips: list[str]
    """Numbers of the change slips in force on it."""
    is_in_force: bool
    is_for_construction: bool
    confirm_first: Annotated[bool, Field(description="whether the policy makes construction wait")]
    confirmed: int
    required: int
    reasons: list[LabelOut]


class RecipientIn(Body):
    """Where something goes."""

    party_id: Key
    place: Line100 = ""
    copies: Annotated[int, Field(ge=0, le=99, description="of paper")] = 0


class TransmitBody(Body):
    """What goes to whom."""

    items: Annotated[list[ItemKey], Field(min_length=1, max_length=MOST_ROWS)]
    recipients: Annotated[list[RecipientIn], Field(min_length=1, max_length=100)]
    title: Line200 = ""
    note: Annotated[str, Field(max_length=2_000)] = ""


class TransmittalLineOut(Shape):
    """One content as it was handed out."""

    kind: ItemKind
    id: str
    sheet_id: str
    number: str
    label: str
    title: str
    sha256: str
    effective_at: Instant
    is_in_force: Annotated[bool, Field(description="whether exactly this content is in force now")]


class RecipientOut(Shape):
    """Where it went."""

    party_id: str
    name: str
    place: str
    copies: int


class TransmittalOut(Shape):
    """A transmittal as far as one may see it."""

    id: str
    project_id: str
    number: str
    title: str
    note: str
    issuer: str
    party_id: str
    person: str
    at: Instant
    recipients: list[RecipientOut]
    lines: list[TransmittalLineOut]
    hidden: Annotated[int, Field(description="lines outside the scope of one's seats")]
    outdated: Annotated[int, Field(description="lines that are not in force any more")]
    tree_size: int
    tree_root: str


class CopyOut(Shape):
    """A controlled paper copy."""

    id: str
    serial: int
    sheet_id: str
    number: str
    title: str
    label: str
    revision_id: str
    party_id: str
    party: str
    holder: str
    place: str
    issued_at: Instant
    state: CopyState
    state_at: Instant
    note: str
    is_old: Annotated[bool, Field(description="its revision is not in force")]
    is_to_recall: bool
    may_manage: bool
