"""Certificates: which stand, what they list, and what they say of a revision's bytes."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.guards import Certified
from app.record.models import BaselineItem
from app.review.models import CertificateEnd, ReviewCertificate


def certified(session: Session, revision_ids: Iterable[str]) -> dict[str, Certified]:
    """By revision: the newest certificate in force that lists it, with the digest it lists."""
    ended = sa.select(CertificateEnd.certificate_id)
    query = (
        sa.select(BaselineItem.revision_id, BaselineItem.sha256, ReviewCertificate.number_internal)
        .join(ReviewCertificate, ReviewCertificate.baseline_id == BaselineItem.baseline_id)
        .where(
            BaselineItem.revision_id.in_(list(revision_ids)),
            ReviewCertificate.id.not_in(ended),
        )
        .order_by(ReviewCertificate.issued_at, ReviewCertificate.id)
    )
    return {key: Certified(number, sha256) for key, sha256, number in session.execute(query)}
