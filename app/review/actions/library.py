"""An agency's clauses and phrases: brought in, kept, counted, removed. Tools and not record: nothing goes to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.access.queries import rights_of
from app.access.rules import Permission
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, Refused, invalid
from app.kernel.ids import new_id
from app.kernel.text import printable
from app.projects.rules import Discipline
from app.review.library_models import ReviewClause, ReviewPhrase
from app.review.library_table import MOST_CLAUSES, ClauseLine, search_key
from app.review.queries.library import Library, known_clauses, library_for

MOST_PHRASE = 1_000
MOST_PHRASES = 5_000
BATCH = 1_000


@dataclass(frozen=True)
class ImportClauses:
    """The clauses of a table that was read (:func:`app.review.library_table.read_clauses`)."""

    project_id: str
    """The project in which the actor leads a review: says whose library it is."""
    lines: Sequence[ClauseLine]


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do."""

    fresh: int
    replaced: int
    unchanged: int


def import_clauses(tx: Tx, command: ImportClauses) -> Imported:
    """Bring clauses in; those known by their key are replaced, the others stay.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``invalid-input`` when the library would be too large.
    """
    library = _library(tx, command.project_id, Permission.REVIEW_LEAD)
    known = known_clauses(tx.session, library)
    fresh = [line for line in command.lines if line.key not in known]
    changed = [line for line in command.lines if line.key in known and not _same(known[line.key][1], line)]
    if len(known) + len(fresh) > MOST_CLAUSES:
        raise invalid(
            "条款 / clauses", f"条款库最多 {MOST_CLAUSES} 条", f"a library holds at most {MOST_CLAUSES}"
        )
    for start in range(0, len(fresh), BATCH):
        rows = [
            {
                "id": new_id(),
                "organisation_id": library.organisation_id,
                "key": line.key,
                **_columns(line),
                "changed_at": tx.now,
            }
            for line in fresh[start : start + BATCH]
        ]
        tx.session.execute(sa.insert(ReviewClause), rows)
    for start in range(0, len(changed), BATCH):
        rows = [
            {"id": known[line.key][0], **_columns(line), "changed_at": tx.now}
            for line in changed[start : start + BATCH]
        ]
        tx.session.execute(sa.update(ReviewClause), rows)
    return Imported(len(fresh), len(changed), len(command.lines) - len(fresh) - len(changed))


def weigh_import(known: dict[str, tuple[str, ClauseLine]], lines: Sequence[ClauseLine]) -> Imported:
    """What an import of these lines would do to what is known."""
    fresh = sum(line.key not in known for line in lines)
    same = sum(line.key in known and _same(known[line.key][1], line) for line in lines)
    return Imported(fresh, len(lines) - fresh - same, same)


@dataclass(frozen=True)
class DropStandard:
    """A standard that the agency does not use any more."""

    project_id: str
    standard_no: str


def drop_standard(tx: Tx, command: DropStandard) -> int:
    """Remove a standard's clauses from the library; returns how many. Opinions keep the text that they cite.

    Raises:
        Refused: ``forbidden``; ``not-found``.
    """
    library = _library(tx, command.project_id, Permission.REVIEW_LEAD)
    query = (
        sa.delete(ReviewClause)
        .where(
            ReviewClause.organisation_id == library.organisation_id,
            ReviewClause.standard_no == command.standard_no,
        )
        .returning(ReviewClause.id)
    )
    dropped = len(tx.session.scalars(query).all())
    if not dropped:
        raise Refused(NOT_FOUND)
    return dropped


@dataclass(frozen=True)
class KeepPhrase:
    """A sentence to use again."""

    project_id: str
    text: str
    discipline: str = ""
    """Empty: any."""


def keep_phrase(tx: Tx, command: KeepPhrase) -> str:
    """Keep a phrase; one that is there already counts as used once more. Returns its id.

    Raises:
        Refused: ``forbidden``; ``not-found``; ``invalid-input``.
    """
    library = _library(tx, command.project_id, Permission.REVIEW_WRITE)
    text = printable(command.text)
    if not text or len(text) > MOST_PHRASE:
        raise invalid("用语 / phrase", f"需要 1 至 {MOST_PHRASE} 个字", f"has 1 to {MOST_PHRASE} characters")
    if command.discipline and command.discipline not in set(Discipline):
        raise invalid("专业 / discipline", "不在可选范围内", "is not one of those known")
    here = ReviewPhrase.organisation_id == library.organisation_id
    query = sa.select(ReviewPhrase).where(
        here, ReviewPhrase.discipline == command.discipline, ReviewPhrase.text == text
    )
    known = tx.session.execute(query.with_for_update()).scalar_one_or_none()
    if known is not None:
        known.uses, known.changed_at = known.uses + 1, tx.now
        return known.id
    if (
        tx.session.scalar(sa.select(sa.func.count()).select_from(ReviewPhrase).where(here)) or 0
    ) >= MOST_PHRASES:
        raise invalid("用语 / phrases", f"最多 {MOST_PHRASES} 条", f"at most {MOST_PHRASES} are kept")
    row = ReviewPhrase(
        id=new_id(),
        organisation_id=library.organisation_id,
        discipline=command.discipline,
        text=text,
        uses=0,
        changed_at=tx.now,
    )
    tx.session.add(row)
    return row.id


@dataclass(frozen=True)
class OnPhrase:
    """A phrase of the library."""

    project_id: str
    phrase_id: str


def use_phrase(tx: Tx, command: OnPhrase) -> int:
    """Count that a phrase was used; returns how often it was.

    Raises:
        Refused: ``forbidden``; ``not-found``.
    """
    row = _phrase(tx, command)
    row.uses, row.changed_at = row.uses + 1, tx.now
    return row.uses


def drop_phrase(tx: Tx, command: OnPhrase) -> None:
    """Remove a phrase.

    Raises:
        Refused: ``forbidden``; ``not-found``.
    """
    tx.session.delete(_phrase(tx, command))


def _phrase(tx: Tx, command: OnPhrase) -> ReviewPhrase:
    library = _library(tx, command.project_id, Permission.REVIEW_WRITE)
    query = sa.select(ReviewPhrase).where(
        ReviewPhrase.id == command.phrase_id, ReviewPhrase.organisation_id == library.organisation_id
    )
    row = tx.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise Refused(NOT_FOUND)
    return row


def _library(tx: Tx, project_id: str, permission: Permission) -> Library:
    return library_for(tx.session, rights_of(tx.session, tx.actor, tx.now), project_id, permission)


def _columns(line: ClauseLine) -> dict[str, object]:
    return {
        "standard_no": line.standard_no,
        "standard_name": line.standard_name,
        "clause_no": line.clause_no,
        "text": line.text,
        "is_mandatory": line.is_mandatory,
        "discipline": line.discipline,
        "search_key": search_key(line),
    }


def _same(one: ClauseLine, other: ClauseLine) -> bool:
    return (
        one.standard_no,
        one.standard_name,
        one.clause_no,
        one.text,
        one.is_mandatory,
        one.discipline,
    ) == (
        other.standard_no,
        other.standard_name,
        other.clause_no,
        other.text,
        other.is_mandatory,
        other.discipline,
    )
