"""An agency's table of opinions as drafts: every row that fits comes in once, every other is named with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.ledger.telling import tell
from app.kernel.policy import Rights, SeatFact
from app.kernel.text import code_key
from app.review.actions.cases import case_target, case_to_change
from app.review.actions.opinions import OpinionText, Place, add_opinion, must_write, settle_text
from app.review.facts import reviewers_of, sheets_of_case
from app.review.library_models import ReviewClause
from app.review.library_table import clause_key
from app.review.models import OpinionPlace, ReviewCase, ReviewOpinion
from app.review.opinion_rules import SETTLED, Basis
from app.review.opinion_table import IMPORTED, OpinionLine
from app.review.queries.cases import case_row
from app.review.queries.library import library_for


@dataclass(frozen=True)
class ImportOpinions:
    """The rows of a table that was read (:func:`app.review.opinion_table.read_opinions`)."""

    case_id: str
    lines: Sequence[OpinionLine]


@dataclass(frozen=True)
class ImportReport:
    """What an import did."""

    made: Sequence[str]
    """Opinions, in the order of the table."""
    lines: Sequence[OpinionLine]
    """Every row as it was judged."""


def import_opinions(tx: Tx, command: ImportOpinions) -> ImportReport:
    """Bring a table's rows in as drafts, by the reviewer of their discipline or by the lead.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-writing-now``; ``invalid-input`` when the case is full.
    """
    rights = rights_of(tx.session, tx.actor, tx.now)
    case = case_to_change(tx, rights, command.case_id)
    rights.require(Permission.REVIEW_WRITE, case_target(case), visible_by=Permission.REVIEW_VIEW)
    must_write(case)
    judged = judge_lines(tx.session, rights, case, command.lines)
    sheets = {s.sheet_id: s for s in sheets_of_case(tx.session, case.id)}
    made = []
    for line in judged:
        if line.problem:
            continue
        seat = _seat(tx.session, rights, case, line.discipline)
        if seat is None:  # judged before in this transaction
            continue
        text = settle_text(_text(line))
        opinion, rows = add_opinion(tx, case, seat, text, IMPORTED + line.key, sheets=sheets)
        tell(
            tx,
            "opinion.drafted",
            case.project_id,
            seat,
            case,
            opinion,
            *rows,
            opinion=opinion.id,
            case=case.id,
        )
        made.append(opinion.id)
    return ImportReport(made, judged)


def look_at_lines(
    session: Session, rights: Rights, case_id: str, lines: Sequence[OpinionLine]
) -> list[OpinionLine]:
    """What an import would say of each row; nothing is written.

    Raises:
        Refused: ``not-found``; ``forbidden``; ``not-writing-now``.
    """
    case = case_row(session, rights, case_id)
    rights.require(Permission.REVIEW_WRITE, case_target(case), visible_by=Permission.REVIEW_VIEW)
    must_write(case)
    return judge_lines(session, rights, case, lines)


def judge_lines(
    session: Session, rights: Rights, case: ReviewCase, lines: Iterable[OpinionLine]
) -> list[OpinionLine]:
    """Rows with what the case says of them: known ones, other people's disciplines, clauses of the library."""
    own = set(session.scalars(sa.select(ReviewOpinion.id).where(ReviewOpinion.case_id == case.id)))
    origins = sa.select(ReviewOpinion.origin).where(
        ReviewOpinion.case_id == case.id, ReviewOpinion.origin.startswith(IMPORTED, autoescape=True)
    )
    known = {origin.removeprefix(IMPORTED) for origin in session.scalars(origins)}
    lines = list(lines)
    disciplines = {line.discipline for line in lines if line.discipline}
    judge = _Judge(
        own=own,
        known=known,
        library=_clauses(session, rights, case, lines),
        settled=_settled_before(session, case),
        seats={d for d in disciplines if _seat(session, rights, case, d) is not None},
    )
    return [judge.judged(line) for line in lines]


@dataclass(frozen=True)
class _Judge:
    """What a case says of rows, looked up once."""

    own: set[str]
    known: set[str]
    library: dict[str, ReviewClause]
    settled: dict[tuple[str, str], int]
    seats: set[str]
    """Disciplines in which the actor may write."""

    def judged(self, line: OpinionLine) -> OpinionLine:
        if line.own_id in self.own:
            return replace(line, problem="here-already")
        if line.problem:
            return line
        if line.key in self.known:
            return replace(line, problem="known")
        if line.discipline not in self.seats:
            return replace(line, problem="not-yours", told=line.discipline)
        if not line.citation.is_whole:
            return line
        key = clause_key(line.citation.standard_no, line.citation.clause_no)
        for sheet_id in line.sheet_ids:
            if (sheet_id, key) in self.settled:
                return replace(line, problem="contradicts", told=str(self.settled[sheet_id, key]))
        return _filled(line, self.library.get(key))


def _filled(line: OpinionLine, clause: ReviewClause | None) -> OpinionLine:
    """A row without the clause's text takes it from the library."""
    if clause is None or line.clause_text:
        return line
    citation = replace(line.citation, standard_name=line.citation.standard_name or clause.standard_name)
    basis = line.basis
    if clause.is_mandatory and basis == Basis.GENERAL_CLAUSE:
        basis = Basis.MANDATORY_CLAUSE
    notes = (*line.notes, "from-library")
    return replace(line, citation=citation, clause_text=clause.text, basis=basis, notes=notes)


def _seat(session: Session, rights: Rights, case: ReviewCase, discipline: str) -> SeatFact | None:
    if (lead := rights.seat_for(Permission.REVIEW_LEAD, case_target(case))) is not None:
        return lead
    seat = rights.seat_for(Permission.REVIEW_WRITE, case_target(case, discipline))
    is_assigned = seat is not None and reviewers_of(session, case.id).get(discipline) == seat.person_id
    return seat if is_assigned else None


def _clauses(
    session: Session, rights: Rights, case: ReviewCase, lines: Iterable[OpinionLine]
) -> dict[str, ReviewClause]:
    keys = {
        clause_key(line.citation.standard_no, line.citation.clause_no)
        for line in lines
        if line.citation.is_whole and not line.problem
    }
    if not keys:
        return {}
    library = library_for(session, rights, case.project_id)
    query = sa.select(ReviewClause).where(
        ReviewClause.organisation_id == library.organisation_id, ReviewClause.key.in_(sorted(keys))
    )
    return {row.key: row for row in session.scalars(query)}


def _settled_before(session: Session, case: ReviewCase) -> dict[tuple[str, str], int]:
    """Serial number of the opinion that was settled, by sheet and clause."""
    if case.round < 2:
        return {}
    query = (
        sa.select(
            OpinionPlace.sheet_id, ReviewOpinion.standard_no, ReviewOpinion.clause_no, ReviewOpinion.serial
        )
        .join(ReviewOpinion, ReviewOpinion.id == OpinionPlace.opinion_id)
        .where(
            ReviewOpinion.case_id == case.id,
            ReviewOpinion.state.in_(sorted(SETTLED)),
            OpinionPlace.is_dropped.is_(False),
        )
    )
    return {
        (sheet, f"{code_key(standard)}#{code_key(clause)}"): serial
        for sheet, standard, clause, serial in session.execute(query)
    }


def _text(line: OpinionLine) -> OpinionText:
    return OpinionText(
        discipline=line.discipline,
        fact=line.fact,
        action=line.action,
        domain=line.domain,
        basis=line.basis,
        severity=line.severity,
        standard_no=line.citation.standard_no,
        standard_name=line.citation.standard_name,
        clause_no=line.citation.clause_no,
        clause_text=line.clause_text,
        basis_reason=line.reason,
        places=[Place(sheet_id, (), line.grid) for sheet_id in line.sheet_ids],
    )
