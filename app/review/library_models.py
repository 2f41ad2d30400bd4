"""Tables that help to write opinions: an agency's clauses and phrases, and what the assisted review found.

Tools, not record: an opinion carries its own snapshot of a clause, and a finding counts only once a person has made an
opinion of it. So nothing of these is on the ledger, and nothing of them comes back by a rebuild.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Json, Ref, UtcMicros, Versioned, one_of


class ReviewClause(Base):
    """A clause of a standard in an organisation's library. Imported again it is replaced, by its key."""

    __tablename__ = "review_clauses"

    id: Mapped[Id]
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"))
    standard_no: Mapped[str] = mapped_column(sa.String(60))
    standard_name: Mapped[str] = mapped_column(sa.String(200))
    clause_no: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    is_mandatory: Mapped[bool]
    discipline: Mapped[str] = mapped_column(sa.String(20))
    """Empty: any."""
    key: Mapped[str] = mapped_column(sa.String(140))
    """Standard and clause in normal form."""
    search_key: Mapped[str] = mapped_column(sa.Text)
    """Everything that is searched, in normal form."""
    changed_at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("organisation_id", "key"),)


class ReviewPhrase(Base):
    """A sentence that an organisation's reviewers use often."""

    __tablename__ = "review_phrases"

    id: Mapped[Id]
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"))
    discipline: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.String(1000))
    uses: Mapped[int]
    changed_at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("organisation_id", "discipline", "text"),)


class ReviewRun(Base):
    """One run of the assisted rules over the sheets of a case."""

    __tablename__ = "review_runs"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(sa.ForeignKey("review_cases.id"), index=True)
    round: Mapped[int]
    rules: Mapped[dict[str, Any]]
    """What each rule said of the whole set: verdict, counts, by rule."""
    person_id: Mapped[Ref]
    asked_at: Mapped[Instant]
    finished_at: Mapped[datetime | None] = mapped_column(UtcMicros)


class SelfCheck(Base):
    """One run of the same rules by a design institute over its own sheets (自审). Seen by the institute alone.

    Its findings stand in the row and not among those of cases: nothing leads from them to an agency's opinions.
    """

    __tablename__ = "self_checks"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    party_id: Mapped[str] = mapped_column(sa.ForeignKey("parties.id"), index=True)
    revisions: Mapped[list[Any]] = mapped_column(Json)
    """What was looked at; empty until it is finished."""
    rules: Mapped[dict[str, Any]]
    findings: Mapped[list[Any]] = mapped_column(Json)
    person_id: Mapped[Ref]
    asked_at: Mapped[Instant]
    finished_at: Mapped[datetime | None] = mapped_column(UtcMicros)


class SelfCheckDrop(Base):
    """A finding that an institute does not want to hear of again, by its key, until it is restored."""

    __tablename__ = "self_check_drops"

    id: Mapped[Id]
    party_id: Mapped[str] = mapped_column(sa.ForeignKey("parties.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    person_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("party_id", "key"),)


class ReviewFinding(Versioned, Base):
    """One thing a rule found, until a person has decided about it."""

    __tablename__ = "review_findings"

    id: Mapped[Id]
    run_id: Mapped[str] = mapped_column(sa.ForeignKey("review_runs.id"), index=True)
    case_id: Mapped[Ref] = mapped_column(index=True)
    rule: Mapped[str] = mapped_column(sa.String(40))
    verdict: Mapped[str] = mapped_column(sa.String(14))
    sheet_id: Mapped[Ref | None]
    revision_id: Mapped[Ref | None]
    region: Mapped[list[Any]] = mapped_column(Json)
    """``[x0, y0, x1, y1]`` um, or empty."""
    reason: Mapped[str] = mapped_column(sa.String(60))
    """Code of the sentence."""
    data: Mapped[dict[str, Any]]
    """What fills it."""
    key: Mapped[str] = mapped_column(sa.String(64))
    """The same finding in another run has the same key: what was dropped once stays dropped."""
    decision: Mapped[str] = mapped_column(sa.String(10))
    opinion_id: Mapped[Ref | None]
    decided_by: Mapped[Ref | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcMicros)

    __table_args__ = (
        one_of("verdict", ("finding", "cannot_judge")),
        one_of("decision", ("open", "accepted", "dropped")),
        sa.Index("ix_review_findings_key", "case_id", "key"),
    )
