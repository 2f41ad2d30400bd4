"""What the exchange table needs to know of a case."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party, Seat
from app.access.rules import PartyRole, SeatRole
from app.accounts import models as accounts
from app.kernel.policy import Rights
from app.projects.models import Project, ProjectIdentifier
from app.projects.rules import IdentifierScheme
from app.review.exchange import ExchangeFacts, Organisation
from app.review.models import CertificateEnd, ReviewCase, ReviewCertificate, ReviewOpinion, ReviewStep
from app.review.opinion_rules import INSIDE, NO_VIOLATION, Basis
from app.review.queries.cases import case_row
from app.review.rules import CaseState


def exchange_facts(session: Session, rights: Rights, case_id: str, now: datetime) -> ExchangeFacts:
    """What the row of a case is made of, for who may see the case.

    Raises:
        Refused: ``not-found``.
    """
    case = case_row(session, rights, case_id)
    project = session.get_one(Project, case.project_id)
    steps = session.scalars(
        sa.select(ReviewStep).where(ReviewStep.case_id == case.id).order_by(ReviewStep.at, ReviewStep.id)
    ).all()
    first = {step.event: step.at for step in reversed(steps)}
    done = min((first[e] for e in ("issue_opinions", "pass") if e in first), default=None)
    number, ended = _certificate(session, case.id)
    reason = ended or _closed(case)
    return ExchangeFacts(
        case_id=case.id,
        region_code=project.region_code,
        project_code=_identifier(session, project.id, IdentifierScheme.PROJECT_CODE),
        engineering_code=_identifier(session, project.id, IdentifierScheme.ENGINEERING_CODE),
        business_no=case.business_no,
        owner=_party(session, project.id, PartyRole.OWNER, now),
        surveyor=_party(session, project.id, PartyRole.SURVEYOR, now),
        designer=_party(session, project.id, PartyRole.DESIGNER, now),
        agency=_organisation(session, case.agency_id),
        is_fire_joint=case.is_fire_joint,
        is_civil_defence_joint=case.is_civil_defence_joint,
        began_at=first.get("accept"),
        first_review_at=done,
        is_first_pass=case.is_first_pass,
        first_opinions=_first_opinions(session, case.id),
        mandatory_violations=_violations(session, case.id),
        passed_at=first.get("pass"),
        certificate_no=number,
        is_valid=not reason,
        invalid_reason=reason,
        zone_name=project.timezone,
    )


def _closed(case: ReviewCase) -> str:
    return "已撤回送审" if case.state == CaseState.WITHDRAWN else ""


def _identifier(session: Session, project_id: str, scheme: IdentifierScheme) -> str:
    query = (
        sa.select(ProjectIdentifier.value)
        .where(
            ProjectIdentifier.project_id == project_id,
            ProjectIdentifier.scheme == scheme,
            ProjectIdentifier.valid_to.is_(None),
        )
        .order_by(ProjectIdentifier.valid_from.desc())
    )
    return session.scalars(query).first() or ""


def _party(session: Session, project_id: str, role: PartyRole, now: datetime) -> Organisation:
    """The first party of a role that is in force, with its project lead."""
    query = (
        sa.select(Party)
        .where(
            Party.project_id == project_id,
            Party.role == role,
            sa.or_(Party.valid_to.is_(None), Party.valid_to > now),
        )
        .order_by(Party.valid_from, Party.id)
    )
    party = session.scalars(query).first()
    return _organisation(session, party.id) if party else Organisation()


def _organisation(session: Session, party_id: str) -> Organisation:
    row = session.execute(
        sa.select(accounts.Organisation.name, accounts.Organisation.uscc)
        .join(Party, Party.organisation_id == accounts.Organisation.id)
        .where(Party.id == party_id)
    ).one()
    lead = sa.select(accounts.Person.name).join(Seat, Seat.person_id == accounts.Person.id)
    lead = lead.where(
        Seat.party_id == party_id, Seat.role == SeatRole.PROJECT_LEAD, Seat.valid_to.is_(None)
    ).order_by(Seat.valid_from)
    return Organisation(row.name, row.uscc or "", session.scalars(lead).first() or "")


def _certificate(session: Session, case_id: str) -> tuple[str, str]:
    """(number, why it ended) of the newest certificate of a case; the national number where there is one."""
    query = sa.select(ReviewCertificate).where(ReviewCertificate.case_id == case_id)
    found = session.scalars(query.order_by(ReviewCertificate.issued_at.desc())).first()
    if found is None:
        return "", ""
    number = found.number_national or found.number_provincial or found.number_internal
    end = session.scalars(sa.select(CertificateEnd).where(CertificateEnd.certificate_id == found.id)).first()
    if end is None:
        return number, ""
    return number, end.reason if end.kind == "voided" else f"已被替代：{end.reason}"


def _first_opinions(session: Session, case_id: str) -> str:
    query = (
        sa.select(ReviewOpinion)
        .where(
            ReviewOpinion.case_id == case_id,
            ReviewOpinion.issued_round == 1,
            ReviewOpinion.state.not_in(sorted(INSIDE)),
        )
        .order_by(ReviewOpinion.position, ReviewOpinion.serial)
    )
    return "\n".join(
        " ".join(filter(None, (f"{n}.", o.fact, f"{o.standard_no} {o.clause_no}".strip(), o.action)))
        for n, o in enumerate(session.scalars(query), start=1)
    )


def _violations(session: Session, case_id: str) -> int:
    query = sa.select(sa.func.count()).where(
        ReviewOpinion.case_id == case_id,
        ReviewOpinion.basis == Basis.MANDATORY_CLAUSE,
        ReviewOpinion.state.not_in(sorted(NO_VIOLATION)),
    )
    return session.scalar(query) or 0
