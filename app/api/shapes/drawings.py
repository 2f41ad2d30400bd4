"""Shapes of intakes, the register, sheets and revisions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from app.api.shapes.common import (
    MOST_ROWS,
    Body,
    Instant,
    Key,
    LabelOut,
    Line40,
    Line200,
    Line300,
    Paragraph,
    Query,
    Shape,
)
from app.drawings.rules import SignatureRole
from app.projects.rules import Discipline

Keys = Annotated[list[Key], Field(min_length=1, max_length=MOST_ROWS)]


class Purpose(StrEnum):
    """Why files come in."""

    DESIGN = "design"
    HISTORY = "history"


class IntakeBody(Body):
    """A batch to be opened."""

    title: Line200 = ""
    purpose: Purpose = Purpose.DESIGN
    building_id: Key | None = None


class IntakeOut(Shape):
    """A batch of uploads."""

    id: str
    project_id: str
    title: str
    purpose: str
    state: str
    person: str
    created_at: datetime
    files: int
    waiting: int
    refused: int
    proposed: int
    accepted: int


class FileOut(Shape):
    """An uploaded file."""

    id: str
    name: str
    sha256: str
    sm3: str
    size: int
    kind: str
    state: str
    reason: str | None
    reason_data: dict[str, Any]
    problems: list[dict[str, Any]]
    signatures: list[dict[str, Any]]
    pages: int
    received_at: datetime


class RowOut(Shape):
    """A proposed sheet."""

    id: str
    file_id: str
    file_name: str
    file_kind: str
    page: int
    state: str
    version: int
    values: dict[str, str]
    read: dict[str, Any]
    corrected: list[str]
    building_id: str | None
    paper: str
    width_um: int
    height_um: int
    block_box: list[int] | None
    completeness: str
    problems: list[dict[str, Any]]
    sha256: str
    revision_id: str | None
    warnings: list[str]


class ReconciliationOut(Shape):
    """The batch compared with its drawing lists."""

    listed: int
    missing: list[tuple[str, str]]
    extra: list[str]
    duplicates: list[str]
    titles: list[tuple[str, str, str]]


class IntakeTableOut(Shape):
    """A batch with its files, rows and comparison."""

    intake: IntakeOut
    files: list[FileOut]
    rows: list[RowOut]
    reconciliation: ReconciliationOut


class ReceivedOut(Shape):
    """An acknowledged upload."""

    id: str
    sha256: str
    sm3: str
    size: int


class UploadQuery(Query):
    """The name of a file that comes in one request."""

    name: Annotated[Line300, Field(min_length=1)]


class RowBody(Body):
    """Corrections of one row; a building only where it is said."""

    values: Annotated[dict[Line40, Line300], Field(max_length=20)] = Field(default_factory=dict)
    building_id: Key | None = None


class RowsBody(Body):
    """Rows of a batch."""

    rows: Keys


class LeaveOutBody(RowsBody):
    """Rows to be left out, or taken back in."""

    is_undo: bool = False


class CountOut(Shape):
    """How many rows changed."""

    changed: int


class InForceOut(Shape):
    """The drawing of record of one sheet."""

    sheet_id: str
    number: str
    discipline: str
    building_id: str | None
    kind: str
    revision_id: str | None
    rev_label: str
    title: str
    paper: str
    stage: str
    short_code: str
    base_sha256: str | None
    issue_date: str
    effective_at: datetime
    recorded_at: datetime
    is_backdated: bool
    reason: str
    slips: list["SlipOut"]


class SlipOut(Shape):
    """A change slip that stands on the base."""

    change_id: str
    number: str
    effective_at: datetime
    recorded_at: datetime
    is_backdated: bool
    regions: dict[str, Any]


class RegisterRowOut(Shape):
    """A sheet in the register."""

    sheet_id: str
    number: str
    discipline: str
    building_id: str | None
    title: str
    revision_id: str
    rev_label: str
    rev_seq: int
    state: str
    state_label: LabelOut
    stage: str
    paper: str
    scales: str
    issue_date: str
    state_at: datetime
    origin: str
    completeness: str
    version: int
    standing: str
    standing_label: LabelOut
    in_force: InForceOut | None
    seal: str
    seal_label: LabelOut


class RenditionOut(Shape):
    """Bytes of a revision."""

    id: str
    role: str
    sha256: str
    sm3: str
    size: int
    media_type: str
    file_name: str
    page: int
    manifest_of: str
    manifest_page: int
    recorded_at: datetime


class SignatureOut(Shape):
    """An internal signature or rejection."""

    round: int
    role: str
    discipline: str
    decision: str
    comment: str
    person: str
    signed_at: datetime


class GuardOut(Shape):
    """A condition of a step, and how it stands."""

    guard: str
    verdict: str
    reason: LabelOut


class StepOut(Shape):
    """A step that the seats of who asks allow."""

    event: str
    label: LabelOut
    is_open: bool
    guards: list[GuardOut]


class RevisionOut(Shape):
    """A revision."""

    id: str
    sheet_id: str
    rev_seq: int
    rev_label: str
    state: str
    stage: str
    title: str
    paper: str
    scales: str
    issue_date: str
    party_id: str
    short_code: str
    base_sha256: str | None
    frozen_at: datetime | None
    origin: str
    external: dict[str, Any]
    completeness: str
    created_at: datetime
    state_at: datetime
    version: int
    renditions: list[RenditionOut]
    signatures: list[SignatureOut]
    missing: list[LabelOut]
    steps: list[StepOut]


class SheetOut(Shape):
    """A sheet with the revisions that who asks may see, newest first."""

    id: str
    project_id: str
    number: str
    discipline: str
    building_id: str | None
    as_of: datetime
    in_force: InForceOut | None
    """What is to be built from, with its change slips; the newest revision need not be it."""
    revisions: list[RevisionOut]


class RevisionsBody(Body):
    """Revisions of one project."""

    revisions: Keys


class SignBody(RevisionsBody):
    """A signature, or a rejection with its reason."""

    role: SignatureRole
    is_rejection: bool = False
    comment: Paragraph = ""
    discipline: Discipline | None = None


class ReleaseBody(RevisionsBody):
    """Revisions that shall be in force; a past effect needs a reason."""

    effective_at: Instant | None = None
    reason: Annotated[Paragraph, Field(max_length=500)] = ""


class CancelBody(RevisionsBody):
    """Sheets that shall no longer exist, with the basis."""

    basis: Annotated[Paragraph, Field(min_length=1, max_length=500)]
    effective_at: Instant | None = None


class RenditionDetailOut(Shape):
    """Bytes of a revision, with what they belong to."""

    project_id: str
    sheet_id: str
    revision_id: str
    number: str
    title: str
    rev_label: str
    discipline: str
    state: str
    rendition: RenditionOut


InForceOut.model_rebuild()
