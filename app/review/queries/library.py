"""An agency's clauses and phrases: found while somebody types."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import Permission
from app.accounts.models import Organisation
from app.kernel.policy import Rights, SeatFact, Target
from app.kernel.text import clean, loose_key
from app.review.library_models import ReviewClause, ReviewPhrase
from app.review.library_table import ClauseLine

MOST_FOUND = 30
MOST_TERMS = 8
MOST_QUERY = 200
_CLAUSE = re.compile(r"\d+(\.\d+)+[a-z]?", re.ASCII)
_CJK = re.compile(r"[\u3400-\u9fff]{3,}")


@dataclass(frozen=True)
class Library:
    """Whose library the actor uses in a project, and what he may do with it."""

    organisation_id: str
    organisation: str
    seat: SeatFact
    may_import: bool


@dataclass(frozen=True)
class ClauseView:
    """A clause."""

    id: str
    standard_no: str
    standard_name: str
    clause_no: str
    text: str
    is_mandatory: bool
    discipline: str


@dataclass(frozen=True)
class StandardView:
    """A standard of the library."""

    standard_no: str
    standard_name: str
    clauses: int
    mandatory: int


@dataclass(frozen=True)
class PhraseView:
    """A phrase."""

    id: str
    discipline: str
    text: str
    uses: int


def library_for(
    session: Session, rights: Rights, project_id: str, permission: Permission = Permission.REVIEW_WRITE
) -> Library:
    """The library of the agency for which the actor reviews in a project.

    Raises:
        Refused: ``forbidden`` to others of the project; ``not-found`` to everybody else.
    """
    parties = [s.party_id for s in rights.in_project(project_id)]
    targets = [Target(project_id, party_id=party) for party in dict.fromkeys(parties)]
    fitting = next((t for t in targets if rights.may(permission, t)), Target(project_id))
    seat = rights.require(permission, fitting)
    query = (
        sa.select(Organisation.id, Organisation.name)
        .join(Party, Party.organisation_id == Organisation.id)
        .where(Party.id == seat.party_id)
    )
    organisation_id, name = session.execute(query).one()
    return Library(organisation_id, name, seat, rights.may(Permission.REVIEW_LEAD, fitting))


def search_clauses(
    session: Session, library: Library, query: str, *, discipline: str = "", most: int = MOST_FOUND
) -> list[ClauseView]:
    """Clauses that have all words of a query; a clause's own number first, then mandatory ones.

    A word is found in the number of the standard however that is spaced, in the clause's number from its beginning, and
    in names and texts. Chinese words that are nowhere together are looked for by their characters; what has more of
    them side by side comes first.
    """
    terms = _terms(query)
    found = _matching(session, library, terms, terms, discipline, most)
    if not found and (characters := _characters(terms)) != terms:
        found = _matching(session, library, characters, terms, discipline, most, together=_pairs(terms))
    return found


def standards_of(session: Session, library: Library) -> list[StandardView]:
    """What the library holds, by standard."""
    query = (
        sa.select(
            ReviewClause.standard_no,
            sa.func.max(ReviewClause.standard_name),
            sa.func.count(),
            sa.func.sum(sa.case((ReviewClause.is_mandatory, 1), else_=0)),
        )
        .where(ReviewClause.organisation_id == library.organisation_id)
        .group_by(ReviewClause.standard_no)
        .order_by(ReviewClause.standard_no)
    )
    return [StandardView(no, name, count, int(must)) for no, name, count, must in session.execute(query)]


def all_clauses(session: Session, library: Library) -> Iterator[ClauseLine]:
    """The whole library in the order of its keys."""
    query = (
        sa.select(
            ReviewClause.standard_no,
            ReviewClause.standard_name,
            ReviewClause.clause_no,
            ReviewClause.text,
            ReviewClause.is_mandatory,
            ReviewClause.discipline,
        )
        .where(ReviewClause.organisation_id == library.organisation_id)
        .order_by(ReviewClause.key)
    )
    for row in session.execute(query):
        yield ClauseLine(0, *row)


def known_clauses(session: Session, library: Library) -> dict[str, tuple[str, ClauseLine]]:
    """(identifier, clause) by key: what an import would replace."""
    query = sa.select(
        ReviewClause.key,
        ReviewClause.id,
        ReviewClause.standard_no,
        ReviewClause.standard_name,
        ReviewClause.clause_no,
        ReviewClause.text,
        ReviewClause.is_mandatory,
        ReviewClause.discipline,
    ).where(ReviewClause.organisation_id == library.organisation_id)
    return {
        r.key: (
            r.id,
            ClauseLine(0, r.standard_no, r.standard_name, r.clause_no, r.text, r.is_mandatory, r.discipline),
        )
        for r in session.execute(query)
    }


def phrases_of(
    session: Session, library: Library, *, discipline: str = "", query: str = "", most: int = 50
) -> list[PhraseView]:
    """Phrases, the most used first; with a discipline, those of it and those for all."""
    asked = sa.select(ReviewPhrase).where(ReviewPhrase.organisation_id == library.organisation_id)
    if discipline:
        asked = asked.where(ReviewPhrase.discipline.in_(("", discipline)))
    for word in clean(query[:MOST_QUERY]).split():
        asked = asked.where(ReviewPhrase.text.icontains(word, autoescape=True))
    rows = session.scalars(asked.order_by(ReviewPhrase.uses.desc(), ReviewPhrase.text).limit(most))
    return [PhraseView(r.id, r.discipline, r.text, r.uses) for r in rows]


def _matching(
    session: Session,
    library: Library,
    terms: Sequence[str],
    typed: Sequence[str],
    discipline: str,
    most: int,
    *,
    together: Sequence[str] = (),
) -> list[ClauseView]:
    key = ReviewClause.search_key
    asked = sa.select(ReviewClause).where(ReviewClause.organisation_id == library.organisation_id)
    order: list[sa.ColumnElement[int]] = []
    # Not LIKE: that one folds case again, and escapes.
    place = sa.func.instr if session.get_bind().dialect.name == "sqlite" else sa.func.strpos
    for term in terms:
        asked = asked.where(place(key, term) > 0)
    if together:
        fitting = [sa.case((place(key, pair) > 0, 1), else_=0) for pair in together]
        order.append(sum(fitting[1:], start=fitting[0]).desc())
    order += [sa.case((place(key, f"{term} ") > 0, 0), else_=1) for term in typed if term.startswith(" ")]
    order.append(sa.case((ReviewClause.is_mandatory, 0), else_=1))
    if discipline:
        order.append(sa.case((ReviewClause.discipline.in_(("", discipline)), 0), else_=1))
    rows = session.scalars(asked.order_by(*order, ReviewClause.key).limit(most))
    return [
        ClauseView(r.id, r.standard_no, r.standard_name, r.clause_no, r.text, r.is_mandatory, r.discipline)
        for r in rows
    ]


def _terms(query: str) -> list[str]:
    """What is looked for in a search key: a clause's number with the space before it, all else loosely."""
    found: list[str] = []
    for word in clean(query[:MOST_QUERY]).casefold().split():
        bare = word.removeprefix("第").removesuffix("条").removesuffix("款") or word
        term = f" {bare}" if _CLAUSE.fullmatch(bare) else loose_key(bare)
        if term and term not in found:
            found.append(term)
    return found[:MOST_TERMS]


def _characters(terms: Sequence[str]) -> list[str]:
    """Chinese runs as their characters, other terms as they are."""
    found: list[str] = []
    for term in terms:
        found += [c for c in (term if _CJK.fullmatch(term) else [term]) if c not in found]
    return found[: 2 * MOST_TERMS]


def _pairs(terms: Sequence[str]) -> list[str]:
    """Neighbours in Chinese runs: what has more of them fits better."""
    pairs = [term[n : n + 2] for term in terms if _CJK.fullmatch(term) for n in range(len(term) - 1)]
    return list(dict.fromkeys(pairs))[: 2 * MOST_TERMS]
