"""Shapes of contact notes and joint drawing reviews."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.api.shapes.common import Body, Digest, Key, LabelOut, Line40, Line200, PageQuery, Shape
from app.changes.rules import ChangeKind, Reason
from app.projects.rules import Discipline
from app.questions.rules import (
    JOINT_EVENTS,
    MOST_TEXT,
    NOTE_EVENTS,
    ItemClass,
    ItemSeverity,
    JointState,
    NoteState,
    Outcome,
)

Words = Annotated[str, Field(max_length=MOST_TEXT)]
Region = Annotated[
    list[int],
    Field(max_length=4, description="x0, y0, x1, y1 in um of sheet space; empty: the whole sheet"),
]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="ISO day, or empty")]
NoteEvent = Annotated[str, Field(pattern=f"^({'|'.join(e for e in NOTE_EVENTS if e != 'ask')})$")]
JointEvent = Annotated[
    str, Field(pattern=f"^({'|'.join(e for e in JOINT_EVENTS if e not in ('plan', 'take_effect'))})$")
]


class PlaceOut(Shape):
    """Where a question stands."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    rendition_id: str
    region: tuple[int, ...]
    grid: str


class NoteRowOut(Shape):
    """A contact note in a list."""

    id: str
    serial: int
    title: str
    discipline: Discipline
    state: NoteState
    party_id: Annotated[str, Field(description="who asks")]
    party: str
    to_party_id: str
    to_party: str
    wanted_on: str
    is_overdue: bool
    place: PlaceOut | None
    has_hidden_sheet: Annotated[bool, Field(description="on a sheet that is not yours to see")]
    files: int
    answers: int
    created_at: datetime
    state_at: datetime


class NoteStepOut(Shape):
    """One step of a note."""

    event: str
    text: str
    person: str
    party: str
    at: datetime


class NoteFileOut(Shape):
    """A photo or a paper of a note."""

    id: str
    is_photo: bool
    file_name: str
    size: int
    sha256: str
    person: str
    party: str
    added_at: datetime


class NoteOut(Shape):
    """One contact note with its steps and files."""

    row: NoteRowOut
    project_id: str
    question: str
    asked_by: str
    base_sha256: Annotated[
        str, Field(description="the bytes that the asker looked at; empty without a sheet")
    ]
    copies: tuple[str, ...]
    change_id: Annotated[str, Field(description="the change it was turned into; empty: none")]
    steps: tuple[NoteStepOut, ...]
    files: tuple[NoteFileOut, ...]
    events: Annotated[tuple[str, ...], Field(description="what you may do now")]
    may_add_files: bool
    version: int


class NotesQuery(PageQuery):
    """Which notes."""

    state: NoteState | None = None
    sheet_id: Key | None = None


class NoteBody(Body):
    """A question to another party."""

    to_party_id: Key
    question: Words
    title: Line200 = ""
    revision_id: Key | None = None
    region: Region = Field(default_factory=list)
    grid: Annotated[str, Field(max_length=20)] = ""
    discipline: Discipline | None = Field(default=None, strict=False, description="null: the sheet's")
    wanted_on: Day = ""
    copy_party_ids: Annotated[list[Key], Field(max_length=30)] = Field(default_factory=list)
    client_key: Annotated[Line40, Field(description="sent twice under one key, the note exists once")] = ""


class NoteStepBody(Body):
    """One step of a note."""

    event: NoteEvent
    text: Words = ""
    kind: ChangeKind | None = Field(default=None, strict=False, description="for turn: what it becomes")
    reason: Reason | None = Field(default=None, strict=False, description="for turn")


class NoteMovedOut(Shape):
    """What a step led to."""

    id: str
    change_id: str


class JointRowOut(Shape):
    """A joint drawing review in a list."""

    id: str
    serial: int
    title: str
    disciplines: Annotated[tuple[Discipline, ...], Field(description="empty: all")]
    state: JointState
    meeting_on: str
    place: str
    items: int
    done: int
    changes: int
    rereviews: Annotated[int, Field(description="design errors that touch mandatory clauses")]
    signed: Annotated[int, Field(description="of the four")]
    state_at: datetime


class JointItemOut(Shape):
    """A question of a joint review with its answer."""

    id: str
    review_id: str
    serial: Annotated[int, Field(description="its number for life")]
    position: int
    discipline: Discipline
    sheet: PlaceOut | None
    has_hidden_sheet: bool
    place: str
    question: str
    party_id: str
    party: str
    person: str
    asked_at: datetime
    is_withdrawn: bool
    answer: str
    answered_by: str
    answering_party: str
    answered_at: datetime | None
    item_class: ItemClass
    severity: ItemSeverity
    outcome: Outcome
    touches_mandatory: bool
    needs_rereview: bool
    is_done: bool
    change_id: str
    change_number: str
    version: int
    may_edit: bool
    may_answer: bool


class SignatureOut(Shape):
    """What of one party stands under the record."""

    role: str
    party: str
    person: str
    at: datetime | None


class PastSignatureOut(Shape):
    """A signature under an earlier record: it does not count any more."""

    party: str
    person: str
    digest: str
    at: datetime


class JointGuardOut(Shape):
    """A condition of a step."""

    guard: str
    verdict: str
    reason: LabelOut


class JointMoveOut(Shape):
    """A step that you may take, with its conditions."""

    event: str
    label: LabelOut
    guards: tuple[JointGuardOut, ...]
    is_open: bool


class JointStepOut(Shape):
    """One step of a review."""

    event: str
    digest: str
    note: str
    person: str
    party: str
    at: datetime


class JointReviewOut(Shape):
    """One joint drawing review."""

    row: JointRowOut
    project_id: str
    attendees: Annotated[
        tuple[tuple[str, str, str], ...], Field(description="party, its name, the person's name")
    ]
    digest: Annotated[str, Field(description="SHA-256 of the frozen record; empty while it is not frozen")]
    items: tuple[JointItemOut, ...]
    signatures: tuple[SignatureOut, ...]
    past_signatures: tuple[PastSignatureOut, ...]
    steps: tuple[JointStepOut, ...]
    moves: tuple[JointMoveOut, ...]
    may_ask: bool
    may_record: bool
    may_sign: bool
    version: int


class JointBody(Body):
    """A joint review that somebody convenes."""

    title: Line200
    disciplines: Annotated[list[str], Field(max_length=40, description="empty: all")] = Field(
        default_factory=list
    )
    meeting_on: Day = ""
    place: Line200 = ""


class ItemBody(Body):
    """A question for the meeting."""

    question: Words
    discipline: Discipline | None = Field(default=None, strict=False, description="null: the sheet's")
    revision_id: Key | None = None
    region: Region = Field(default_factory=list)
    place: Annotated[str, Field(max_length=120)] = ""
    severity: ItemSeverity = Field(default=ItemSeverity.GENERAL, strict=False)


class ItemAnswerBody(Body):
    """The answer to a question, its class, and what follows."""

    answer: Words
    item_class: ItemClass = Field(default=ItemClass.NONE, strict=False)
    outcome: Outcome = Field(default=Outcome.UNDECIDED, strict=False)
    severity: ItemSeverity = Field(default=ItemSeverity.GENERAL, strict=False)
    touches_mandatory: bool = False


class JointMoveBody(Body):
    """A step of a joint review."""

    event: JointEvent
    note: Words = ""


class SignBody(Body):
    """The record that is signed."""

    digest: Digest


class SignedOut(Shape):
    """What a signature led to."""

    id: str
    is_effective: Annotated[bool, Field(description="it was the fourth: the record is in effect")]
