"""Tables of the review. Rows that people move carry a version; all others are appended."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, Sm3, UtcMicros, Versioned, one_of
from app.review.opinion_rules import Basis, Domain, OpinionState, Severity
from app.review.rules import CaseState, ConclusionVerdict, DocumentKind, JointDomain


class ReviewCase(Versioned, Base):
    """One piece of review work (审查业务): a set of sheets, one agency, one or more rounds."""

    __tablename__ = "review_cases"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    agency_id: Mapped[Ref]
    """The reviewing party."""
    mode: Mapped[str] = mapped_column(sa.String(20))
    """The project's review policy when the case began."""
    title: Mapped[str] = mapped_column(sa.String(200))
    business_no: Mapped[str] = mapped_column(sa.String(80))
    """Number that the authority's system gave (审查业务编号); from outside, may be empty."""
    is_fire_joint: Mapped[bool]
    is_civil_defence_joint: Mapped[bool]
    term_days: Mapped[int]
    """The agency's term in working days, as the policy was when the case began."""
    state: Mapped[str] = mapped_column(sa.String(20))
    round: Mapped[int]
    """0 before the first submission, 1 in the first review, then the number of the recheck plus one."""
    is_first_pass: Mapped[bool | None]
    """Passed without a must-fix opinion (一次通过); None until that is known."""
    last_opinion: Mapped[int]
    """The newest serial number of an opinion."""
    created_by: Mapped[Ref]
    created_at: Mapped[Instant]
    state_at: Mapped[Instant]

    __table_args__ = (one_of("state", CaseState),)


class ReviewStep(Base):
    """One move of a case: the clock is computed from these. Appended."""

    __tablename__ = "review_steps"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    event: Mapped[str] = mapped_column(sa.String(20))
    target: Mapped[str] = mapped_column(sa.String(20))
    round: Mapped[int]
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]


class ReviewSubmission(Base):
    """Sheets handed in at one time, as a frozen baseline. Appended."""

    __tablename__ = "review_submissions"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"))
    sequence: Mapped[int]
    round: Mapped[int]
    baseline_id: Mapped[Ref]
    findings: Mapped[list[Any]] = mapped_column(Json)
    """What the gate found and let pass, with the reasons given."""
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    submitted_at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("case_id", "sequence"),)


class ReviewSheet(Base):
    """One sheet of a submission: the exact bytes that are reviewed. Appended; of a sheet the newest row counts."""

    __tablename__ = "review_sheets"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"))
    submission_id: Mapped[str] = mapped_column(sa.ForeignKey("review_submissions.id"))
    sequence: Mapped[int]
    """Of the submission."""
    sheet_id: Mapped[Ref] = mapped_column(index=True)
    revision_id: Mapped[Ref]
    sha256: Mapped[Sha256]
    pages: Mapped[int]
    why: Mapped[str] = mapped_column(sa.String(12))

    __table_args__ = (sa.UniqueConstraint("case_id", "sheet_id", "sequence"),)


class ReviewDocument(Base):
    """A basis document of a case (依据性文件): bytes as sent. Appended."""

    __tablename__ = "review_documents"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    number: Mapped[str] = mapped_column(sa.String(100))
    """The document's own number, e.g. of a permission."""
    sha256: Mapped[Sha256]
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    added_at: Mapped[Instant]

    __table_args__ = (one_of("kind", DocumentKind),)


class ReviewAssignment(Base):
    """Who reviews a discipline. Appended; the newest counts."""

    __tablename__ = "review_assignments"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    discipline: Mapped[str] = mapped_column(sa.String(20))
    reviewer_id: Mapped[Ref]
    """Person."""
    person_id: Mapped[Ref]
    """Who assigned."""
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


class ReviewDone(Base):
    """A reviewer's word that his discipline is done in this round. Appended; taken back by a move of the case."""

    __tablename__ = "review_done"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    round: Mapped[int]
    discipline: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


class ReviewConclusion(Base):
    """What a joint authority says of a round (联合审查结论). Appended; the newest of a domain and round counts."""

    __tablename__ = "review_conclusions"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    round: Mapped[int]
    domain: Mapped[str] = mapped_column(sa.String(20))
    verdict: Mapped[str] = mapped_column(sa.String(10))
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (one_of("domain", JointDomain), one_of("verdict", ConclusionVerdict))


class ReviewOpinion(Versioned, Base):
    """One opinion (审查意见). Its identity is ``id`` and ``serial``; ``position`` is only its place in lists."""

    __tablename__ = "review_opinions"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"))
    project_id: Mapped[Ref] = mapped_column(index=True)
    serial: Mapped[int]
    """Number in its case, given once, never reused."""
    position: Mapped[int]
    """Display order."""
    state: Mapped[str] = mapped_column(sa.String(12))
    round: Mapped[int]
    """In which round it was written."""
    issued_round: Mapped[int | None]
    discipline: Mapped[str] = mapped_column(sa.String(20))
    domain: Mapped[str] = mapped_column(sa.String(10))
    basis: Mapped[str] = mapped_column(sa.String(20))
    severity: Mapped[str] = mapped_column(sa.String(10))
    fact: Mapped[str] = mapped_column(sa.Text)
    """The precise drawing fact: what is drawn where."""
    standard_no: Mapped[str] = mapped_column(sa.String(60))
    standard_name: Mapped[str] = mapped_column(sa.String(200))
    clause_no: Mapped[str] = mapped_column(sa.String(60))
    clause_text: Mapped[str] = mapped_column(sa.Text)
    """The clause as it read when the opinion was written: later editions do not change it."""
    basis_reason: Mapped[str] = mapped_column(sa.Text)
    """Why there is no clause."""
    action: Mapped[str] = mapped_column(sa.Text)
    """What is to be done."""
    origin: Mapped[str] = mapped_column(sa.String(60))
    """``person``, ``import:<key of the row>`` or ``rule:<id>`` of the assisted review."""
    merged_into: Mapped[Ref | None]
    author_id: Mapped[Ref]
    party_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    issued_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    settled_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (
        one_of("state", OpinionState),
        one_of("domain", Domain),
        one_of("basis", Basis),
        one_of("severity", Severity),
        sa.UniqueConstraint("case_id", "serial"),
    )


class OpinionPlace(Versioned, Base):
    """A sheet that an opinion speaks of, with the region on it. One opinion may stand on many sheets."""

    __tablename__ = "review_opinion_places"

    id: Mapped[Id]
    opinion_id: Mapped[str] = mapped_column(sa.ForeignKey("review_opinions.id"), index=True)
    sheet_id: Mapped[Ref] = mapped_column(index=True)
    revision_id: Mapped[Ref]
    region: Mapped[list[Any]] = mapped_column(Json)
    """``[x0, y0, x1, y1]`` in um of sheet space; empty: the whole sheet."""
    grid: Mapped[str] = mapped_column(sa.String(20))
    """Grid field of the region's middle, e.g. C3; empty where the sheet has no grid."""
    is_dropped: Mapped[bool]
    """Taken off the opinion while it was a draft."""


class OpinionReply(Base):
    """A designer's answer. Appended; the newest of a round counts."""

    __tablename__ = "review_replies"

    id: Mapped[Id]
    opinion_id: Mapped[str] = mapped_column(sa.ForeignKey("review_opinions.id"), index=True)
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    fixed_in: Mapped[list[Any]] = mapped_column(Json)
    """Revisions in which it is fixed."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (one_of("kind", ("fixed", "explained", "disputed")),)


class OpinionJudgement(Base):
    """What was decided about an opinion: recheck, ruling, merging, refusal, retraction. Appended."""

    __tablename__ = "review_judgements"

    id: Mapped[Id]
    opinion_id: Mapped[str] = mapped_column(sa.ForeignKey("review_opinions.id"), index=True)
    round: Mapped[int]
    event: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    warnings: Mapped[list[Any]] = mapped_column(Json)
    """What the system told the reviewer before he decided, by code."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]


class ReviewCertificate(Base):
    """A certificate (审查合格书). Appended; its lines are those of its baseline."""

    __tablename__ = "review_certificates"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    project_id: Mapped[Ref] = mapped_column(index=True)
    baseline_id: Mapped[Ref] = mapped_column(index=True)
    short_code: Mapped[str] = mapped_column(sa.String(10), unique=True)
    number_internal: Mapped[str] = mapped_column(sa.String(80))
    number_national: Mapped[str] = mapped_column(sa.String(80))
    number_provincial: Mapped[str] = mapped_column(sa.String(80))
    number_fire: Mapped[str] = mapped_column(sa.String(80))
    number_civil_defence: Mapped[str] = mapped_column(sa.String(80))
    statement: Mapped[str] = mapped_column(sa.Text)
    rounds: Mapped[int]
    signatories: Mapped[list[Any]] = mapped_column(Json)
    """``{"role", "discipline", "person"}`` each: reviewers, technical lead, legal representative."""
    supersedes_id: Mapped[Ref | None]
    """The certificate that this one extends or replaces (证书链)."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    issued_at: Mapped[Instant]


class CertificateEnd(Base):
    """What ended a certificate. Appended, once for each."""

    __tablename__ = "review_certificate_ends"

    id: Mapped[Id]
    certificate_id: Mapped[str] = mapped_column(sa.ForeignKey("review_certificates.id"), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[Ref | None]
    """The certificate that took its place."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (one_of("kind", ("voided", "superseded")),)


class ReviewTie(Base):
    """A relation between two organisations that keeps one from reviewing the other's work (回避). Appended."""

    __tablename__ = "review_ties"

    id: Mapped[Id]
    project_id: Mapped[Ref]
    """Where it was declared; it holds everywhere."""
    one_id: Mapped[Ref] = mapped_column(index=True)
    other_id: Mapped[Ref]
    basis: Mapped[str] = mapped_column(sa.String(300))
    is_ended: Mapped[bool]
    """True: from here on it no longer holds."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    at: Mapped[Instant]


APPEND_ONLY = (
    "review_steps",
    "review_submissions",
    "review_sheets",
    "review_documents",
    "review_assignments",
    "review_done",
    "review_conclusions",
    "review_replies",
    "review_judgements",
    "review_certificates",
    "review_certificate_ends",
    "review_ties",
)
"""Tables on which UPDATE and DELETE are stopped by trigger."""
