"""Searching: what the web, the API and the command line ask.

Numbers are answered by the rows themselves, at once and without the index (0.01 ms, and never behind); everything
else by the index. A sheet stands once in the answer, by the revision in force if it matches, else the newest that
does, among those the actor may see.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.drawings.models import Sheet, SheetRevision
from app.drawings.queries.visibility import visible_revisions
from app.kernel.clock import to_micros
from app.kernel.errors import Refused
from app.kernel.policy import Rights
from app.kernel.text import clean, loose_key
from app.search.collecting import drafts_of_sheets
from app.search.contract import (
    SEARCH_UNAVAILABLE,
    Hit,
    IndexDamaged,
    Kind,
    SearchDoc,
    SearchIndex,
    SearchQuery,
    SearchResult,
    Where,
)
from app.search.tokens import LONGEST_QUERY, Words, parse
from app.search.visibility import visibility

NUMBERS = 500
"""Sheets that a beginning of a number is expanded to."""


def search(
    session: Session,
    index: SearchIndex,
    rights: Rights,
    text: str,
    *,
    now: datetime,
    project_id: str | None = None,
    kinds: frozenset[Kind] = frozenset(Kind),
    limit: int = 50,
    offset: int = 0,
) -> SearchResult:
    """Find sheets, projects and buildings that the actor may see; any text is a valid question.

    Args:
        session: a reading session.
        index: the driver.
        rights: of the asker; nothing outside them is found, counted or quoted.
        text: words are joined by AND; ``"a phrase"``; ``-without``.
        now: the instant that decides what is in force.
        project_id: only this project; one that is not his finds nothing.
        kinds: only these.
        limit: most hits to return.
        offset: hits to pass over.

    Raises:
        Refused: ``search-unavailable`` when the index cannot be read.
    """
    may_see = visibility(rights)
    projects = tuple(p for p in may_see.project_ids if project_id in (None, p))
    words = parse(text)
    limit, offset = max(limit, 0), max(offset, 0)
    if not projects or not words.wanted:
        return SearchResult()
    named = _sheets_by_number(session, rights, text, words, projects) if Kind.SHEET in kinds else []
    page = named[:NUMBERS][offset : offset + limit]
    query = SearchQuery(
        words=words,
        project_ids=projects,
        visibility=may_see,
        now=to_micros(now),
        kinds=kinds,
        besides=frozenset(named),
        limit=limit - len(page),
        offset=max(0, offset - len(named)),
    )
    try:
        rest = index.search(query)
    except IndexDamaged as error:
        raise Refused(SEARCH_UNAVAILABLE) from error
    return SearchResult(
        hits=(*_hits(session, query, page), *rest.hits),
        total=len(named) + rest.total,
        is_exact=rest.is_exact and len(named) < NUMBERS,
    )


def _sheets_by_number(
    session: Session, rights: Rights, text: str, words: Words, project_ids: Sequence[str]
) -> list[str]:
    """Sheets whose number begins like the text, with dashes and spaces forgotten; the whole number first."""
    key = loose_key(clean(text)[:LONGEST_QUERY])
    if not key or words.unwanted or '"' in clean(text):
        return []
    visible = sa.exists().where(SheetRevision.sheet_id == Sheet.id, visible_revisions(rights))
    query = (
        sa.select(Sheet.id)
        .where(Sheet.project_id.in_(project_ids), *_begins(session, key), visible)
        .order_by(sa.case((Sheet.loose_key == key, 0), else_=1), Sheet.sort_key, Sheet.id)
        .limit(NUMBERS)
    )
    return list(session.scalars(query))


def _begins(session: Session, key: str) -> list[sa.ColumnElement[bool]]:
    if session.get_bind().dialect.name == "sqlite":  # compares by code point, so that a span is a prefix
        return [Sheet.loose_key >= key, Sheet.loose_key < key + "\U0010ffff"]
    return [Sheet.loose_key.startswith(key, autoescape=True)]


def _hits(session: Session, query: SearchQuery, sheet_ids: Sequence[str]) -> list[Hit]:
    """Hits for numbers, made from the rows as they are now."""
    best: dict[str, SearchDoc] = {}
    for draft in drafts_of_sheets(session, sheet_ids, query.now):
        doc = draft.doc
        windows = query.visibility.windows(doc.kind, doc.project_id)
        if any(w.shows(doc.project_id, doc.place, doc.discipline, doc.party_id, doc.state) for w in windows):
            known = best.get(doc.subject_id)
            if known is None or _preference(doc, query.now) > _preference(known, query.now):
                best[doc.subject_id] = doc
    return [_hit(best[s], query.now) for s in sheet_ids if s in best]


def _preference(doc: SearchDoc, now: int) -> tuple[bool, int]:
    return doc.holds_from <= now < doc.holds_until, doc.rev_seq


def _hit(doc: SearchDoc, now: int) -> Hit:
    return Hit(
        kind=doc.kind,
        id=doc.subject_id,
        project_id=doc.project_id,
        number=doc.number,
        title=doc.title,
        where=Where.NUMBER,
        revision_id=doc.id,
        rev_label=doc.rev_label,
        state=doc.state,
        is_in_force=doc.holds_from <= now < doc.holds_until,
        page=doc.page,
        snippet=doc.number,
    )
