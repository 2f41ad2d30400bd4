"""Shapes of people, projects, parties and seats."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from app.access.rules import PartyRole, SeatRole
from app.api.shapes.common import (
    Body,
    Instant,
    Key,
    LabelOut,
    Line40,
    Line100,
    Line200,
    Line300,
    Shape,
    Sorted,
)
from app.projects.rules import (
    DEFAULT_CHANGE_NUMBER,
    BuildingScheme,
    Discipline,
    IdentifierScheme,
    Policy,
    ReviewMode,
    is_numbering,
)
from app.review.rules import DocumentKind
from app.seals.rules import SealKind


class MeOut(Shape):
    """The person behind the token."""

    id: str
    name: str
    login: str
    organisation: str
    language: str
    timezone: str
    scopes: Sorted


Days = Annotated[int, Field(ge=0, le=365)]
"""Working days."""


def _numbering(pattern: str) -> str:
    if not is_numbering(pattern):
        raise ValueError("uses {kind}, {discipline}, {year} and one {serial} alone")
    return pattern


class PolicyShape(Body):
    """What one project asks for."""

    review_mode: ReviewMode = ReviewMode.EXEMPT
    signatures: Annotated[list[Line40], Field(max_length=10)] = Field(
        default_factory=lambda: ["checker", "verifier", "approver"]
    )
    cosign_disciplines: Annotated[list[Discipline], Field(max_length=30)] = Field(default_factory=list)
    require_pdf: bool = False
    require_seals: bool = False
    seal_kinds: Annotated[list[SealKind], Field(max_length=6)] = Field(
        default_factory=lambda: [SealKind.REGISTERED, SealKind.ISSUE]
    )
    seal_disciplines: Annotated[list[Discipline], Field(max_length=30)] = Field(
        default_factory=lambda: [Discipline.ARCH, Discipline.STRUCT]
    )
    require_review_seal: bool = False
    accept_unjudged_seals: bool = False
    require_joint_review: bool = False
    require_title_match: bool = True
    number_pattern: Line200 = ""
    review_days: Days = 15
    review_intake_days: Days = 3
    review_reply_days: Days = 0
    review_filing_days: Days = 5
    review_recheck_counts: bool = False
    review_documents: Annotated[list[DocumentKind], Field(max_length=20)] = Field(default_factory=list)
    review_answer_all: bool = True
    review_rules_off: Annotated[list[Line40], Field(max_length=50)] = Field(default_factory=list)
    review_layer_pattern: Line200 = ""
    change_number: Annotated[str, Field(max_length=80), AfterValidator(_numbering)] = DEFAULT_CHANGE_NUMBER
    change_assessed: bool = True
    change_fire_minor_reviewed: bool = True
    change_emergency_days: Days = 7
    confirm_roles: Annotated[list[PartyRole], Field(max_length=20)] = Field(
        default_factory=lambda: [PartyRole.CONTRACTOR, PartyRole.SUPERVISOR]
    )
    confirm_days: Days = 3
    confirm_first: bool = False

    def to_policy(self) -> Policy:
        """As the project keeps it."""
        return Policy.from_json(self.model_dump(mode="json"))


class IdentifierOut(Shape):
    """A code of a project or a building."""

    id: str
    scheme: str
    value: str
    verdict: str
    override_reason: str
    valid_from: datetime
    valid_to: datetime | None


class ProjectOut(Shape):
    """A project."""

    id: str
    name: str
    name_en: str
    short_name: str
    region_code: str
    address: str
    timezone: str
    is_name_public: bool
    is_restricted: bool
    policy: dict[str, object]
    created_at: datetime
    version: int
    codes: list[IdentifierOut]


class FoundBody(Body):
    """A project to be founded."""

    name: Annotated[Line200, Field(min_length=1)]
    name_en: Line200 = ""
    short_name: Annotated[Line100, Field(max_length=60)] = ""
    region_code: Annotated[Line40, Field(max_length=12)] = ""
    address: Line300 = ""
    project_code: Line100 = ""
    code_override_reason: Line300 = ""
    policy: PolicyShape = Field(default_factory=PolicyShape)


class EditBody(Body):
    """A project as it shall be."""

    name: Annotated[Line200, Field(min_length=1)]
    name_en: Line200
    short_name: Annotated[Line100, Field(max_length=60)]
    region_code: Annotated[Line40, Field(max_length=12)]
    address: Line300
    timezone: Annotated[Line100, Field(max_length=60)]
    is_name_public: bool
    is_restricted: bool
    policy: PolicyShape


class IdentifyBody(Body):
    """A code of a project."""

    scheme: IdentifierScheme
    value: Annotated[Line100, Field(min_length=1)]
    override_reason: Line300 = ""


class BuildingOut(Shape):
    """A building with its codes."""

    id: str
    number: str
    name: str
    codes: list[IdentifierOut]
    version: int


class BuildingBody(Body):
    """A building to be added."""

    number: Annotated[Line40, Field(min_length=1, max_length=30)]
    name: Line200


class BuildingCodeBody(Body):
    """A code that somebody assigned to a building."""

    scheme: BuildingScheme
    value: Annotated[Line100, Field(min_length=1)]
    issuer: Line100 = ""


class VerdictOut(Shape):
    """What the check of a code says: a warning at most, the certificate is right."""

    verdict: str


class PartyOut(Shape):
    """An organisation in its role."""

    id: str
    role: str
    label: LabelOut
    organisation_id: str
    organisation: str
    lot: str
    valid_from: datetime
    valid_to: datetime | None
    version: int


class PartyBody(Body):
    """An organisation that shall be a party."""

    organisation_id: Key
    role: PartyRole
    lot: Annotated[Line100, Field(max_length=60)] = ""


class ScopeShape(Body):
    """Where a seat works; empty means nothing, all is explicit."""

    all_buildings: bool
    buildings: Annotated[list[Key], Field(max_length=500)] = Field(default_factory=list)
    all_disciplines: bool
    disciplines: Annotated[list[Discipline], Field(max_length=30)] = Field(default_factory=list)


class ScopeOut(Shape):
    """Where a seat works."""

    all_buildings: bool
    buildings: Sorted
    all_disciplines: bool
    disciplines: Sorted


class SeatOut(Shape):
    """A person's seat in a party."""

    id: str
    party_id: str
    role: str
    label: LabelOut
    person_id: str
    person: str
    scope: ScopeOut
    basis: str
    valid_from: datetime
    valid_to: datetime | None
    handed_over_from: str | None
    version: int


class SeatBody(Body):
    """A seat to be given."""

    party_id: Key
    person_id: Key
    role: SeatRole
    scope: ScopeShape
    valid_to: Instant | None = None
    basis: Line200 = ""


class HandOverBody(Body):
    """Who takes a seat over."""

    to_person_id: Key
    basis: Line200 = ""
