"""Shapes of a comparison of two renditions."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.api.shapes.common import Query, Shape

Box = Annotated[
    tuple[int, int, int, int], Field(description="x0, y0, x1, y1 in um of the rotation-normalised sheet")
]


class RegistrationOut(Shape):
    """How the first sheet lies on the second."""

    affine: Annotated[
        tuple[float, float, float, float, float, float],
        Field(description="a, b, c, d, e, f: x' = a x + c y + e, y' = b x + d y + f (um)"),
    ]
    residual_um: float
    confidence: float
    shift_um: tuple[int, int]
    rotation_deg: float
    scale: float
    how: str


class RegionOut(Shape):
    """One place where the sheets differ."""

    id: str
    kind: str
    severity: str
    before: Box
    after: Box
    text_before: str
    text_after: str
    confidence: float
    why: str
    entities: dict[str, int]
    cause: str
    field: str
    is_declared: bool


class CloudOut(Shape):
    """A revision cloud that is on one of the sheets only."""

    id: str
    box: Box
    on: str
    regions: list[str]


class RevisionRowOut(Shape):
    """A row that the revision table of the second sheet has gained."""

    text: str
    box: Box


class CompareProblemOut(Shape):
    """Why there is no answer, or how far it is to be trusted."""

    code: str
    severity: str
    detail: dict[str, Any]


class ComparisonOut(Shape):
    """All that was found between two renditions; without a registration they were not comparable."""

    method: str
    is_comparable: bool
    registration: RegistrationOut | None
    regions: list[RegionOut]
    clouds: list[CloudOut]
    revision_rows: list[RevisionRowOut]
    problems: list[CompareProblemOut]
    counts: dict[str, int]
    version: int
    engine: str


class ComparingOut(Shape):
    """The two are not compared yet; look again after ``Retry-After`` seconds."""

    state: Annotated[Literal["waiting", "running"], Field(description="of the job")]
    ahead: Annotated[int, Field(description="comparisons that come first", ge=0)]


class AgainQuery(Query):
    """How to ask for a comparison."""

    again: Annotated[bool, Field(description="also when comparing broke off the last time")] = False
