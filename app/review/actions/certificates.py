"""Certificates (审查合格书): bound to exact bytes, in a visible chain, never edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.drawings.actions.revisions import move
from app.drawings.guards import Certified, ReviewFact, load_contexts
from app.drawings.models import SheetRevision
from app.drawings.rules import RevisionState
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id, new_short_code
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.ledger.telling import tell
from app.kernel.policy import SeatFact, Target
from app.kernel.text import tidy
from app.projects.queries import policy_of
from app.projects.rules import ReviewMode
from app.record.actions import KeptSet, SetLine, keep_set
from app.record.models import BaselineKind
from app.record.queries import Instants
from app.review.actions.cases import case_to_change, move_case
from app.review.facts import CaseFacts, CaseSheet, case_facts
from app.review.models import CertificateEnd, ReviewCase, ReviewCertificate, ReviewStep
from app.review.paper_models import KEEP
from app.review.refusals import CERTIFICATE_ENDED, REASON_NEEDED


@dataclass(frozen=True)
class CertifyCase:
    """The certificate of a case that passed. Numbers come from outside and are kept as they are (DOMAIN 3.4)."""

    case_id: str
    number_internal: str
    number_national: str = ""
    number_provincial: str = ""
    number_fire: str = ""
    number_civil_defence: str = ""
    statement: str = ""
    extends_id: str = ""
    """An earlier certificate that this one extends or replaces."""
    is_replacement: bool = False
    """True: the earlier one ends with this act."""


def certify_case(tx: Tx, command: CertifyCase) -> str:
    """Issue the certificate (签发审查合格书): lists every sheet, revision and digest; returns its id.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``state-conflict``; ``review-guard-failed``; ``invalid-input``;
            ``certificate-ended``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    number = tidy(command.number_internal)
    if not number or len(number) > 80:
        raise invalid(
            "内部编号 / internal number", "须填写，不超过 80 字", "is needed, at most 80 characters"
        )
    earlier = _earlier(tx, case, command)
    facts = case_facts(tx.session, case)
    seat = move_case(tx, rights, case, "certify", note=number, facts=facts)
    certificate = _write(tx, case, facts, seat, command)
    tell(
        tx,
        "certificate.issued",
        case.project_id,
        seat,
        certificate,
        certificate=certificate.id,
        case=case.id,
        baseline=certificate.baseline_id,
    )
    tx.enqueue(KEEP, {"certificate_id": certificate.id}, project_id=case.project_id)
    if earlier is not None and command.is_replacement:
        _end(tx, earlier, "superseded", number, seat, by_id=certificate.id)
    if case.mode != ReviewMode.COMMIT_THEN_CHECK:
        ids = [s.revision_id for s in facts.sheets if s.state == RevisionState.SUBMITTED]
        query = sa.select(SheetRevision).where(SheetRevision.id.in_(ids)).order_by(SheetRevision.id)
        rows = tx.session.scalars(query.with_for_update()).all()
        contexts = load_contexts(tx.session, rows, policy_of(tx.session, case.project_id))
        digests = {s.revision_id: s.sha256 for s in facts.sheets}
        for revision_id in ids:
            fact = ReviewFact(certified=Certified(number, digests[revision_id]))
            context = replace(contexts[revision_id], review=fact)
            move(tx, rights, context, "approve", data={"certificate": certificate.id})
    return certificate.id


@dataclass(frozen=True)
class VoidCertificate:
    """A certificate that no longer holds."""

    certificate_id: str
    reason: str


def void_certificate(tx: Tx, command: VoidCertificate) -> None:
    """Void a certificate (作废): sheets that it lists cannot be released by it any more. What was released stays.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``reason-needed``; ``certificate-ended``.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    certificate = tx.session.get(ReviewCertificate, command.certificate_id)
    if certificate is None:
        raise Refused(NOT_FOUND)
    case = case_to_change(tx, rights, certificate.case_id)
    target = Target(case.project_id, party_id=case.agency_id)
    seat = rights.require(Permission.REVIEW_CERTIFY, target, visible_by=Permission.REVIEW_VIEW)
    if not command.reason.strip():
        raise Refused(REASON_NEEDED)
    _end(tx, certificate, "voided", command.reason.strip(), seat)


def _earlier(tx: Tx, case: ReviewCase, command: CertifyCase) -> ReviewCertificate | None:
    if not command.extends_id:
        return None
    earlier = tx.session.get(ReviewCertificate, command.extends_id)
    if earlier is None or earlier.project_id != case.project_id:
        raise Refused(NOT_FOUND)
    if _has_ended(tx, earlier):
        raise Refused(CERTIFICATE_ENDED)
    return earlier


def _has_ended(tx: Tx, certificate: ReviewCertificate) -> bool:
    query = sa.select(CertificateEnd.id).where(CertificateEnd.certificate_id == certificate.id)
    return tx.session.execute(query).first() is not None


def _end(
    tx: Tx,
    certificate: ReviewCertificate,
    kind: str,
    reason: str,
    seat: SeatFact,
    *,
    by_id: str | None = None,
) -> None:
    if _has_ended(tx, certificate):
        raise Refused(CERTIFICATE_ENDED)
    row = CertificateEnd(
        id=new_id(),
        certificate_id=certificate.id,
        kind=kind,
        reason=reason,
        by_id=by_id,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        at=tx.now,
    )
    tx.session.add(row)
    tell(tx, "certificate.ended", certificate.project_id, seat, row, certificate=certificate.id)


def _write(
    tx: Tx, case: ReviewCase, facts: CaseFacts, seat: SeatFact, command: CertifyCase
) -> ReviewCertificate:
    number = tidy(command.number_internal)
    at = Instants(as_of=tx.now, known_at=tx.now, is_now=True)
    lines = [_line(sheet) for sheet in facts.sheets]
    kept = KeptSet(case.project_id, BaselineKind.APPROVED, f"{case.title} · {number}", at, lines)
    certificate = ReviewCertificate(
        id=new_id(),
        case_id=case.id,
        project_id=case.project_id,
        baseline_id=keep_set(tx, kept, seat),
        short_code=new_short_code(),
        number_internal=number,
        number_national=tidy(command.number_national)[:80],
        number_provincial=tidy(command.number_provincial)[:80],
        number_fire=tidy(command.number_fire)[:80],
        number_civil_defence=tidy(command.number_civil_defence)[:80],
        statement=command.statement.strip()[:4000],
        rounds=case.round,
        signatories=_signatories(tx, case, facts, seat),
        supersedes_id=command.extends_id or None,
        person_id=seat.person_id,
        seat_id=seat.seat_id,
        party_id=seat.party_id,
        issued_at=tx.now,
    )
    tx.session.add(certificate)
    tx.session.flush()
    return certificate


def _line(sheet: CaseSheet) -> SetLine:
    said = {
        "sheet": sheet.sheet_id,
        "number": sheet.number,
        "title": sheet.title,
        "revision": sheet.revision_id,
        "label": sheet.rev_label,
        "sha256": sheet.sha256,
        "pages": sheet.pages,
    }
    return SetLine(sheet.sheet_id, sheet.revision_id, sheet.sha256, canonical_bytes(said).decode())


def _signatories(tx: Tx, case: ReviewCase, facts: CaseFacts, seat: SeatFact) -> list[dict[str, Any]]:
    """The reviewer of each discipline, who passed the case, and who issues (DOMAIN 3.4). Words, until seals come."""
    people = [
        {"role": "reviewer", "discipline": d, "person": facts.reviewers[d]}
        for d in facts.disciplines
        if d in facts.reviewers
    ]
    passed: Sequence[str] = tx.session.scalars(
        sa.select(ReviewStep.person_id)
        .where(ReviewStep.case_id == case.id, ReviewStep.event == "pass")
        .order_by(ReviewStep.at.desc())
        .limit(1)
    ).all()
    people += [{"role": "technical_lead", "discipline": "", "person": person} for person in passed]
    return [*people, {"role": "legal_representative", "discipline": "", "person": seat.person_id}]
