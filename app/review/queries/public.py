"""The public answer behind a certificate's code: does it stand, and does it list a file? Never what is drawn."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import Sheet, SheetRevision
from app.kernel.ids import SHORT_CODE_LENGTH
from app.projects.models import Project
from app.record.models import BaselineItem
from app.review.models import CertificateEnd, ReviewCertificate
from app.review.queries.certificates import CertificateView, views_of

IN_FORCE, SUPERSEDED, VOIDED = "in_force", "superseded", "voided"


@dataclass(frozen=True)
class PublicCertificate:
    """The answer. Of a restricted project everything but status and instant stays empty (DOMAIN 5.1)."""

    short_code: str
    status: str
    as_of: datetime
    issued_at: datetime
    is_restricted: bool
    ended_at: datetime | None = None
    certificate: CertificateView | None = None
    project: str = ""
    """Empty where the project's name is not public."""
    superseded_by: str = ""
    superseded_by_code: str = ""


@dataclass(frozen=True)
class Listed:
    """A sheet that a certificate lists, found by the digest of its file."""

    number: str
    rev_label: str


def public_certificate(session: Session, short_code: str, now: datetime) -> PublicCertificate | None:
    """The certificate with a printed code; None when none has it."""
    if len(short_code) != SHORT_CODE_LENGTH or not short_code.isalnum() or not short_code.isascii():
        return None
    query = (
        sa.select(ReviewCertificate, Project)
        .join(Project, Project.id == ReviewCertificate.project_id)
        .where(ReviewCertificate.short_code == short_code.lower())
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    found, project = row
    view = views_of(session, [found])[0]
    status = view.ended or IN_FORCE
    if project.is_restricted:
        return PublicCertificate(found.short_code, status, now, found.issued_at, is_restricted=True)
    number, code = _successor(session, found.id)
    return PublicCertificate(
        short_code=found.short_code,
        status=status,
        as_of=now,
        issued_at=found.issued_at,
        is_restricted=False,
        ended_at=view.ended_at,
        certificate=view,
        project=project.name if project.is_name_public else "",
        superseded_by=number,
        superseded_by_code=code,
    )


def listed_by(session: Session, certificate: PublicCertificate, sha256: str) -> list[Listed]:
    """The sheets that a certificate lists with this digest; one file may be the bytes of several sheets."""
    if certificate.certificate is None:
        return []
    query = (
        sa.select(Sheet.number, SheetRevision.rev_label)
        .join(BaselineItem, BaselineItem.sheet_id == Sheet.id)
        .join(SheetRevision, SheetRevision.id == BaselineItem.revision_id)
        .where(BaselineItem.baseline_id == certificate.certificate.baseline_id, BaselineItem.sha256 == sha256)
        .order_by(Sheet.sort_key)
    )
    return [Listed(number, label) for number, label in session.execute(query)]


def _successor(session: Session, certificate_id: str) -> tuple[str, str]:
    query = (
        sa.select(ReviewCertificate.number_internal, ReviewCertificate.short_code)
        .join(CertificateEnd, CertificateEnd.by_id == ReviewCertificate.id)
        .where(CertificateEnd.certificate_id == certificate_id)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else ("", "")
