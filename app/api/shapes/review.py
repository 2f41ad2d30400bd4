"""Shapes of review cases: the case, its sheets and people, its clock, and what moves it."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.shapes.common import MOST_ROWS, Body, Key, LabelOut, Line100, Line200, PageQuery, Query, Shape
from app.api.shapes.joint import JointOut
from app.projects.rules import Discipline
from app.review.actions.cases import MOST_NOTE
from app.review.rules import CASE_EVENTS, CaseState, DocumentKind, Term, Turn

Note = Annotated[str, Field(max_length=MOST_NOTE)]
Number = Annotated[str, Field(max_length=80)]
Revisions = Annotated[list[Key], Field(max_length=5_000)]
CaseEvent = Annotated[
    str,
    Field(
        pattern=f"^({'|'.join(e for e in CASE_EVENTS if e not in ('create', 'submit', 'resubmit', 'certify'))})$"
    ),
]
"""Steps that bring nothing but words; those that bring sheets or a certificate are operations of their own."""


class ClockOut(Shape):
    """The clock of a case: working days."""

    turn: Turn
    term: Term
    days: Annotated[int, Field(description="working days of the term that runs; 0: none runs")]
    used: int
    due: date | None
    is_overdue: bool
    by_turn: dict[Turn, int]
    unknown_years: Annotated[
        list[int], Field(description="counted by weekends alone: their holidays are not known")
    ]


class CaseRowOut(Shape):
    """A case in a list."""

    id: str
    project_id: str
    title: str
    business_no: str
    state: CaseState
    round: int
    agency: str
    clock: ClockOut
    state_at: datetime
    sheets: int
    opinions: Annotated[int, Field(description="issued ones")]
    open_must_fix: int


class CaseSheetOut(Shape):
    """A sheet of a case as it was handed in last: the exact bytes."""

    sheet_id: str
    revision_id: str
    sha256: str
    pages: Annotated[int, Field(description="0: they were never read")]
    why: str
    sequence: Annotated[int, Field(description="of the submission that brought it")]
    number: str
    title: str
    discipline: str
    building_id: str | None
    rev_label: str
    state: Annotated[str, Field(description="of the revision")]


class DisciplineOut(Shape):
    """A discipline of a case: who reviews it, whether he is done, and who could."""

    discipline: str
    reviewer_id: Annotated[str, Field(description="empty: nobody yet")]
    reviewer: str
    is_done: Annotated[bool, Field(description="in this round")]
    sheets: int
    opinions: int
    candidates: Annotated[
        list[tuple[str, str]], Field(description="person and name of those who may be assigned")
    ]


class DocumentOut(Shape):
    """A basis document."""

    id: str
    kind: DocumentKind
    title: str
    number: str
    sha256: str
    size: int
    file_name: str
    person: str
    added_at: datetime


class SubmissionOut(Shape):
    """Sheets handed in at one time, frozen."""

    id: str
    sequence: int
    round: int
    baseline_id: str
    items: int
    findings: Annotated[list[dict[str, Any]], Field(description="what the gate found and let pass")]
    note: str
    person: str
    submitted_at: datetime


class StepOut(Shape):
    """A move of the case."""

    event: str
    target: CaseState
    round: int
    note: str
    person: str
    at: datetime


class GuardOut(Shape):
    """One condition of a step."""

    guard: str
    verdict: str
    reason: LabelOut
    stops: bool


class NextOut(Shape):
    """A step that the seats of the asker allow, with its conditions."""

    event: str
    label: LabelOut
    target: CaseState
    guards: list[GuardOut]
    is_open: Annotated[bool, Field(description="no condition stops it")]


class CaseOut(Shape):
    """A case with its sheets, people, documents and history."""

    id: str
    project_id: str
    agency_id: str
    agency: str
    mode: Annotated[str, Field(description="the project's review policy when the case began")]
    title: str
    business_no: str
    is_fire_joint: bool
    is_civil_defence_joint: bool
    state: CaseState
    round: int
    is_first_pass: bool | None
    created_at: datetime
    state_at: datetime
    version: int
    clock: ClockOut
    sheets: list[CaseSheetOut]
    disciplines: list[DisciplineOut]
    documents: list[DocumentOut]
    submissions: list[SubmissionOut]
    steps: list[StepOut]
    moves: list[NextOut]
    joint: list[JointOut]


class CasesQuery(PageQuery):
    """Which cases."""

    state: CaseState | None = None


class CaseBody(Body):
    """A case to be begun by the owner."""

    agency_id: Annotated[Key, Field(description="the reviewing party")]
    title: Annotated[Line200, Field(min_length=1)]
    business_no: Number = ""
    is_fire_joint: bool = False
    is_civil_defence_joint: bool = False


class EditCaseBody(Body):
    """Title and number of a case."""

    title: Annotated[Line200, Field(min_length=1)]
    business_no: Number = ""


class ChoiceBody(Body):
    """Sheets that might be handed in."""

    revisions: Revisions


class GateFindingOut(Shape):
    """One thing that the gate found."""

    code: str
    level: Annotated[str, Field(description="stop: refuses; reason: passes when the note says why")]
    label: LabelOut
    way_out: LabelOut
    items: list[str]


class GateOut(Shape):
    """What stands against handing in these sheets."""

    findings: list[GateFindingOut]
    stops: bool
    needs_reason: bool


class SubmitBody(Body):
    """Sheets for the first time."""

    revisions: Annotated[Revisions, Field(min_length=1)]
    note: Note = ""


class ResubmitBody(Body):
    """Sheets again: what the answers name goes by itself."""

    affected: Annotated[Revisions, Field(description="revisions that changed with it")] = Field(
        default_factory=list
    )
    note: Note = ""


class CaseMoveBody(Body):
    """A step that brings nothing but words."""

    event: CaseEvent
    note: Note = ""


class ReviewersBody(Body):
    """Who reviews which discipline."""

    reviewers: Annotated[dict[Discipline, Key], Field(min_length=1, max_length=30)]


class DoneBody(Body):
    """A reviewer's word that his discipline is done."""

    discipline: Discipline
    note: Annotated[str, Field(max_length=2_000)] = ""


class DoneOut(Shape):
    """What the reviewer's word did."""

    proposed: Annotated[int, Field(description="drafts that were proposed by it")]


class DocumentQuery(Query):
    """What the bytes that follow are."""

    kind: DocumentKind
    name: Annotated[str, Field(max_length=300)] = "document"
    title: Line200 = ""
    number: Line100 = ""


class CertifyBody(Body):
    """A certificate: numbers come from outside and are kept as they are."""

    number_internal: Annotated[Number, Field(min_length=1)]
    number_national: Number = ""
    number_provincial: Number = ""
    number_fire: Number = ""
    number_civil_defence: Number = ""
    statement: Note = ""
    extends_id: Annotated[Key | None, Field(description="an earlier certificate that this one extends")] = (
        None
    )
    is_replacement: Annotated[bool, Field(description="the earlier one ends with this act")] = False


class VoidBody(Body):
    """Why a certificate no longer holds."""

    reason: Annotated[Note, Field(min_length=1)]


class SignatoryOut(Shape):
    """Who stands behind a certificate, in words."""

    role: str
    discipline: str
    name: str


class CertificateOut(Shape):
    """A certificate."""

    id: str
    case_id: str
    project_id: str
    baseline_id: str
    digest: Annotated[str, Field(description="SHA-256 over the lines of what it lists")]
    short_code: Annotated[str, Field(description="its public page is /c/ and this")]
    number_internal: str
    number_national: str
    number_provincial: str
    number_fire: str
    number_civil_defence: str
    statement: str
    rounds: int
    agency: str
    issued_at: datetime
    signatories: list[SignatoryOut]
    supersedes_id: str | None
    supersedes_number: str
    ended: Annotated[str, Field(description="voided or superseded; empty while it stands")]
    end_reason: str
    ended_at: datetime | None
    items: int


class CertificateLineOut(Shape):
    """A sheet that a certificate lists."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    label: str
    sha256: str
    pages: int


class CertificateDetailOut(CertificateOut):
    """A certificate with every sheet it lists."""

    lines: list[CertificateLineOut]


class ExchangeFieldOut(Shape):
    """A field of the exchange row without a value."""

    code: str
    label: LabelOut
    way_out: LabelOut


class ExchangeOut(Shape):
    """The row of a case in the exchange table of drawing review."""

    table: str
    row: dict[str, str | int | None]
    is_complete: bool
    missing: Annotated[list[ExchangeFieldOut], Field(description="needed before it is sent")]
    empty: Annotated[list[ExchangeFieldOut], Field(description="not kept here; not needed")]


class FindingsBody(Body):
    """Findings that are decided together."""

    findings: Annotated[list[Key], Field(min_length=1, max_length=MOST_ROWS)]
    together: Annotated[
        bool, Field(description="equal findings on several sheets become one opinion; for accept")
    ] = False
    language: Annotated[str, Field(pattern="^(zh|en)$", description="of the drafts; for accept")] = "zh"


class FindingOut(Shape):
    """One finding of a rule."""

    id: Annotated[str, Field(description="of a self-check: the finding's key")]
    rule: str
    reason: str
    fact: LabelOut
    action: LabelOut
    sheet_id: str | None
    revision_id: str | None
    number: str
    rev_label: str
    discipline: str
    region: list[int]
    decision: str
    is_old: Annotated[bool, Field(description="the case has a newer revision: run again before deciding")]
    opinion: Annotated[int | None, Field(description="serial number of the draft made of it")]
    decided_by: str
    decided_at: datetime | None


class UnjudgedOut(Shape):
    """Why a rule could not judge, and which sheets (sheet, revision, number)."""

    reason: LabelOut
    sheets: list[tuple[str, str, str]]


class RuleOut(Shape):
    """A rule and what it said."""

    id: str
    name: LabelOut
    looks_at: LabelOut
    standard_no: str
    clause_no: str
    severity: Annotated[str, Field(description="proposed for the opinion")]
    verdict: Annotated[str, Field(description="pass, finding, cannot_judge, off or not_run: never silence")]
    counts: dict[str, int]
    findings: list[FindingOut]
    unjudged: list[UnjudgedOut]


class RunOut(Shape):
    """How a run stands."""

    id: str
    round: int
    person: str
    asked_at: datetime
    finished_at: datetime | None
    is_broken: bool


class AssistOut(Shape):
    """The assisted review of a case."""

    newest: RunOut | None
    shown: Annotated[RunOut | None, Field(description="the newest finished run: the rules are its")]
    is_running: bool
    is_stale: Annotated[bool, Field(description="sheets were handed in after the shown run was asked for")]
    open: Annotated[int, Field(description="findings to decide")]
    rules: list[RuleOut]
