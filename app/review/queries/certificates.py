"""Certificates: which stand, what they list, and what they say of a revision's bytes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import Permission
from app.accounts.models import Organisation, Person
from app.drawings.guards import Certified, ReviewFact
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target
from app.record.models import Baseline, BaselineItem
from app.review.models import CertificateEnd, ReviewCertificate


@dataclass(frozen=True)
class CertificateLine:
    """A sheet that a certificate lists."""

    sheet_id: str
    revision_id: str
    number: str
    title: str
    label: str
    sha256: str
    pages: int


@dataclass(frozen=True)
class Signatory:
    """Who stands behind a certificate, in words: seals are another matter."""

    role: str
    discipline: str
    name: str


@dataclass(frozen=True)
class CertificateView:
    """A certificate as pages show it."""

    id: str
    case_id: str
    project_id: str
    baseline_id: str
    digest: str
    short_code: str
    number_internal: str
    number_national: str
    number_provincial: str
    number_fire: str
    number_civil_defence: str
    statement: str
    rounds: int
    agency: str
    issued_at: datetime
    signatories: tuple[Signatory, ...]
    supersedes_id: str | None
    supersedes_number: str
    ended: str
    """``voided`` or ``superseded``; empty while it stands."""
    end_reason: str
    ended_at: datetime | None
    items: int

    @property
    def stands(self) -> bool:
        """Whether sheets may be released by it."""
        return not self.ended


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


def review_facts(session: Session, revision_ids: Iterable[str]) -> dict[str, ReviewFact]:
    """What the review says of revisions, for the guards of a release."""
    return {key: ReviewFact(certified=found) for key, found in certified(session, revision_ids).items()}


def certificates_of(session: Session, project_id: str, *, case_id: str = "") -> list[CertificateView]:
    """The certificates of a project, or of one case, newest first. Who asks has shown that he may see them."""
    query = sa.select(ReviewCertificate).where(ReviewCertificate.project_id == project_id)
    if case_id:
        query = query.where(ReviewCertificate.case_id == case_id)
    rows = session.scalars(query.order_by(ReviewCertificate.issued_at.desc(), ReviewCertificate.id)).all()
    return views_of(session, rows)


def certificate_for(session: Session, rights: Rights, certificate_id: str) -> CertificateView:
    """One certificate.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ReviewCertificate, certificate_id)
    if row is None:
        raise Refused(NOT_FOUND)
    target = Target(row.project_id, party_id=row.party_id)
    if not rights.may(Permission.REVIEW_VIEW, target):
        raise Refused(NOT_FOUND)
    return views_of(session, [row])[0]


def lines_of(session: Session, baseline_id: str) -> list[CertificateLine]:
    """What a certificate, or a submission, lists."""
    query = (
        sa.select(BaselineItem.line)
        .where(BaselineItem.baseline_id == baseline_id)
        .order_by(BaselineItem.position)
    )
    said = (json.loads(line) for line in session.scalars(query))
    return [
        CertificateLine(
            s["sheet"], s["revision"], s["number"], s["title"], s["label"], s["sha256"], s.get("pages", 0)
        )
        for s in said
    ]


def views_of(session: Session, rows: Iterable[ReviewCertificate]) -> list[CertificateView]:
    """Certificates with names, ends and counts, in four queries."""
    rows = list(rows)
    ends = {
        e.certificate_id: e
        for e in session.scalars(
            sa.select(CertificateEnd).where(CertificateEnd.certificate_id.in_([r.id for r in rows]))
        )
    }
    baselines = {
        b.id: b
        for b in session.scalars(sa.select(Baseline).where(Baseline.id.in_([r.baseline_id for r in rows])))
    }
    numbers = dict(
        session.execute(
            sa.select(ReviewCertificate.id, ReviewCertificate.number_internal).where(
                ReviewCertificate.id.in_([r.supersedes_id for r in rows if r.supersedes_id])
            )
        ).all()
    )
    people = _names(session, {s["person"] for r in rows for s in r.signatories})
    agencies = dict(
        session.execute(
            sa.select(Party.id, Organisation.name)
            .join(Organisation, Organisation.id == Party.organisation_id)
            .where(Party.id.in_([r.party_id for r in rows]))
        ).all()
    )
    return [_view(r, ends.get(r.id), baselines[r.baseline_id], numbers, people, agencies) for r in rows]


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    return dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(list(ids)))).all())


def _view(
    row: ReviewCertificate,
    end: CertificateEnd | None,
    baseline: Baseline,
    numbers: Mapping[str, str],
    people: Mapping[str, str],
    agencies: Mapping[str, str],
) -> CertificateView:
    signatories: Iterable[dict[str, Any]] = row.signatories
    return CertificateView(
        id=row.id,
        case_id=row.case_id,
        project_id=row.project_id,
        baseline_id=row.baseline_id,
        digest=baseline.digest,
        short_code=row.short_code,
        number_internal=row.number_internal,
        number_national=row.number_national,
        number_provincial=row.number_provincial,
        number_fire=row.number_fire,
        number_civil_defence=row.number_civil_defence,
        statement=row.statement,
        rounds=row.rounds,
        agency=agencies.get(row.party_id, ""),
        issued_at=row.issued_at,
        signatories=tuple(
            Signatory(s["role"], s["discipline"], people.get(s["person"], "")) for s in signatories
        ),
        supersedes_id=row.supersedes_id,
        supersedes_number=numbers.get(row.supersedes_id or "", ""),
        ended=end.kind if end else "",
        end_reason=end.reason if end else "",
        ended_at=end.at if end else None,
        items=baseline.items,
    )
