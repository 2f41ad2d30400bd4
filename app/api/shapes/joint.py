"""Shapes of the joint review: what other authorities say of a case."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.access.rules import PartyRole
from app.api.shapes.common import Body, Shape
from app.review.actions.cases import MOST_NOTE
from app.review.rules import ConclusionVerdict, JointDomain


class ConclusionOut(Shape):
    """What a joint authority said."""

    round: int
    verdict: ConclusionVerdict
    note: str
    person: str
    organisation: str
    at: datetime


class JointOut(Shape):
    """One domain of a joint review."""

    domain: JointDomain
    party_role: Annotated[PartyRole, Field(description="whose word counts")]
    has_party: Annotated[bool, Field(description="whether such a party is in the project")]
    conclusions: Annotated[
        list[ConclusionOut], Field(description="of this round, the newest first: that one counts")
    ]
    earlier: Annotated[list[ConclusionOut], Field(description="of earlier rounds: they no longer count")]
    may_conclude: Annotated[bool, Field(description="whether the asker may say something now")]


class ConcludeBody(Body):
    """A joint authority's word on its domain."""

    domain: JointDomain
    verdict: ConclusionVerdict
    note: Annotated[str, Field(max_length=MOST_NOTE, description="needed when the verdict is failed")] = ""
