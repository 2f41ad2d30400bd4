"""Shapes of the seals of a revision and of their judgements."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.api.shapes.common import LabelOut, Shape


class CertificateOut(Shape):
    """Who a certificate is about; the names are the certificate's own."""

    name: str
    organisation: str
    issuer: str
    serial: str
    not_before: str
    not_after: str


class CheckOut(Shape):
    """A business check at the time of sealing."""

    check: str
    what: LabelOut
    result: Annotated[str, Field(description="ok, not_ok, not_checked")]
    result_label: LabelOut
    source: LabelOut


class SealOut(Shape):
    """One seal, or one time stamp over the document."""

    field: str
    kind: Annotated[str, Field(description="empty: it came with the file, and nobody registered it here")]
    kind_label: LabelOut
    name: str
    organisation: str
    who: CertificateOut | None
    is_timestamp: bool
    time: datetime | None
    clock: Annotated[str, Field(description="whose: signer, tsa, unknown; server until it is judged")]
    level: str
    verdict: Annotated[str, Field(description="empty: not judged yet")]
    sentence: LabelOut | None
    after: Annotated[str, Field(description="what came into the file after it; empty: nobody looked")]
    checks: list[CheckOut]
    batch_id: str


class JudgementOut(Shape):
    """One judgement: an event that stays, whatever later ones say."""

    id: str
    sha256: str
    of: LabelOut
    is_of_latest: bool
    verdict: Annotated[
        str, Field(description="valid, valid_untrusted, indeterminate, invalid; no_seal of a file without")
    ]
    verdict_label: LabelOut
    sentence: LabelOut
    cause: Annotated[str, Field(description="sealed, arrived, asked, due")]
    cause_label: LabelOut
    judged_at: datetime
    engine: str
    trust_name: str
    trust_version: str
    trust_sha256: str
    report_sha256: str
    seals: int
    due_at: datetime | None


class SealsOut(Shape):
    """What is said of a revision's seals: the same words as on its page."""

    mark: Annotated[
        str,
        Field(description="valid, valid_untrusted, indeterminate, invalid, waiting (not judged), no_seal"),
    ]
    count: int
    line: LabelOut
    reason: LabelOut
    judged_at: datetime | None
    is_waiting: Annotated[bool, Field(description="a judgement was asked for and is not there yet")]
    base_sha256: str
    sealed_sha256: Annotated[str, Field(description="with every seal put on here; empty: there is none")]
    sealed_rendition_id: str
    seals: list[SealOut]
    judgements: list[JudgementOut]


class JudgementReportOut(Shape):
    """A judgement with its whole report (ETSI EN 319 102-1: three results, each with reasons)."""

    judgement: JudgementOut
    report: dict[str, Any]
