"""Shapes of seals."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.api.shapes.common import LabelOut, Shape


class SealKeeperOut(Shape):
    """Who may use a seal (用印人)."""

    id: str
    person_id: str
    name: str
    since: datetime


class SealCertificateOut(Shape):
    """The certificate of a seal."""

    subject: str
    issuer: str
    serial: Annotated[str, Field(description="hexadecimal")]
    sha256: Annotated[str, Field(description="of its DER")]
    valid_from: datetime
    valid_to: datetime
    period: Annotated[
        Literal["early", "holds", "soon", "over"],
        Field(description="how it stands now; soon: it ends within 60 days"),
    ]


class SealOut(Shape):
    """A seal (印章) as it is registered; its key is never here."""

    id: str
    organisation_id: str
    organisation: str
    kind: str
    kind_label: LabelOut
    name: str
    holder: Annotated[str, Field(description="empty: the organisation's own")]
    provider: Annotated[str, Field(description="where its key is")]
    certificate: SealCertificateOut
    projects: Annotated[list[str] | None, Field(description="null: all of the organisation's")]
    disciplines: Annotated[list[str] | None, Field(description="null: all")]
    needs_two: Annotated[bool, Field(description="a second keeper confirms each use")]
    state: Literal["active", "suspended", "revoked"]
    state_reason: str
    state_at: datetime
    keepers: list[SealKeeperOut]
