"""What a paper of the review needs, as values: parties by name, the sheets of a round, the ledger's checkpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import parties_of
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.ledger.merkle import root
from app.kernel.ledger.sequence import node_reader, tree_state
from app.kernel.policy import Rights
from app.projects.models import Building, Project, ProjectIdentifier
from app.projects.queries import ProjectView, project_for
from app.record.models import Baseline
from app.review.models import (
    CertificateEnd,
    ReviewCase,
    ReviewCertificate,
    ReviewOpinion,
    ReviewSubmission,
)
from app.review.opinion_rules import INSIDE, Severity
from app.review.queries.cases import CaseView, case_for
from app.review.queries.certificates import CertificateLine, CertificateView, lines_of, views_of
from app.review.queries.opinions import OpinionView, opinions_of


@dataclass(frozen=True)
class Checkpoint:
    """The ledger's tree as a paper names it."""

    size: int
    root: str
    """Hex; empty while the tree is."""


@dataclass(frozen=True)
class ProjectOnPaper:
    """A project as papers name it, with its parties by role; several of one role stand in one text."""

    name: str
    code: str
    address: str
    timezone: str
    parties: Mapping[str, str]

    @property
    def zone(self) -> ZoneInfo:
        """Days on paper are days of the project."""
        return ZoneInfo(self.timezone)

    def party(self, role: str) -> str:
        """Names of a role, or nothing."""
        return self.parties.get(role, "")


@dataclass(frozen=True)
class CasePaper:
    """A case with everything that its papers say."""

    case: CaseView
    project: ProjectOnPaper
    opinions: Sequence[OpinionView]
    sheets: Mapping[int, Sequence[CertificateLine]]
    """By round: what was handed in."""
    checkpoint: Checkpoint


@dataclass(frozen=True)
class RoundView:
    """One round in the history of a certificate."""

    round: int
    submitted_at: datetime
    sheets: int
    opinions: int
    must_fix: int


@dataclass(frozen=True)
class CertificatePaper:
    """A certificate with everything that its paper says."""

    certificate: CertificateView
    project: ProjectOnPaper
    case_title: str
    business_no: str
    is_fire_joint: bool
    is_civil_defence_joint: bool
    buildings: Sequence[str]
    lines: Sequence[CertificateLine]
    rounds: Sequence[RoundView]
    superseded_by: str
    """Number of the certificate that took its place."""
    checkpoint: Checkpoint


def checkpoint_of(session: Session) -> Checkpoint:
    """The ledger's tree now."""
    size = tree_state(session).size
    return Checkpoint(size, root(size, node_reader(session)).hex() if size else "")


def case_paper(session: Session, rights: Rights, case_id: str, now: datetime) -> CasePaper:
    """A case on paper, as far as the actor may see it.

    Raises:
        Refused: ``not-found``.
    """
    case = case_for(session, rights, case_id, now)
    sheets: dict[int, list[CertificateLine]] = {}
    for submission in case.submissions:
        sheets.setdefault(submission.round, []).extend(lines_of(session, submission.baseline_id))
    return CasePaper(
        case=case,
        project=_project(session, project_for(session, rights, case.project_id)),
        opinions=opinions_of(session, rights, case_id),
        sheets=sheets,
        checkpoint=checkpoint_of(session),
    )


def certificate_paper(session: Session, certificate_id: str) -> CertificatePaper:
    """A certificate on paper. Who asks has shown that he may see it, or is the system that keeps it.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(ReviewCertificate, certificate_id)
    if row is None:
        raise Refused(NOT_FOUND)
    case = session.get_one(ReviewCase, row.case_id)
    project = session.get_one(Project, row.project_id)
    by = sa.select(ReviewCertificate.number_internal).where(
        ReviewCertificate.id
        == sa.select(CertificateEnd.by_id).where(CertificateEnd.certificate_id == row.id).scalar_subquery()
    )
    buildings = sa.select(Building.number, Building.name).where(Building.project_id == project.id)
    return CertificatePaper(
        certificate=views_of(session, [row])[0],
        project=project_on_paper(session, project.id, row.issued_at),
        case_title=case.title,
        business_no=case.business_no,
        is_fire_joint=case.is_fire_joint,
        is_civil_defence_joint=case.is_civil_defence_joint,
        buildings=[f"{number} {name}".strip() for number, name in session.execute(buildings)],
        lines=lines_of(session, row.baseline_id),
        rounds=_rounds(session, case.id),
        superseded_by=session.scalar(by) or "",
        checkpoint=checkpoint_of(session),
    )


def project_on_paper(session: Session, project_id: str, at: datetime) -> ProjectOnPaper:
    """A project as papers of an instant name it: its code and its parties then."""
    project = session.get_one(Project, project_id)
    return ProjectOnPaper(
        project.name,
        _code(session, project.id, at),
        project.address,
        project.timezone,
        _parties(session, project.id, at),
    )


def _project(session: Session, project: ProjectView) -> ProjectOnPaper:
    return ProjectOnPaper(
        project.name, project.code, project.address, project.timezone, _parties(session, project.id, None)
    )


def _parties(session: Session, project_id: str, at: datetime | None) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for party in parties_of(session, project_id):
        is_past = party.valid_to is not None and (at is None or party.valid_to <= at)
        is_later = at is not None and party.valid_from > at
        if not (is_past or is_later):
            found.setdefault(party.role, []).append(party.organisation)
    return {role: "、".join(dict.fromkeys(names)) for role, names in found.items()}


def _code(session: Session, project_id: str, at: datetime) -> str:
    query = (
        sa.select(ProjectIdentifier.value)
        .where(
            ProjectIdentifier.project_id == project_id,
            ProjectIdentifier.scheme == "project_code",
            ProjectIdentifier.valid_from <= at,
            sa.or_(ProjectIdentifier.valid_to.is_(None), ProjectIdentifier.valid_to > at),
        )
        .order_by(ProjectIdentifier.valid_from.desc())
    )
    return session.scalars(query).first() or ""


def _rounds(session: Session, case_id: str) -> list[RoundView]:
    query = (
        sa.select(ReviewSubmission.round, ReviewSubmission.submitted_at, Baseline.items)
        .join(Baseline, Baseline.id == ReviewSubmission.baseline_id)
        .where(ReviewSubmission.case_id == case_id)
        .order_by(ReviewSubmission.sequence)
    )
    issued: dict[int, list[str]] = {}
    opinions = sa.select(ReviewOpinion.issued_round, ReviewOpinion.severity).where(
        ReviewOpinion.case_id == case_id, ReviewOpinion.state.not_in(sorted(INSIDE))
    )
    for round_, severity in session.execute(opinions):
        issued.setdefault(round_ or 0, []).append(severity)
    return [
        RoundView(r, at, items, len(issued.get(r, ())), issued.get(r, []).count(Severity.MUST_FIX))
        for r, at, items in session.execute(query)
    ]
