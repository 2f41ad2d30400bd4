"""What of a file's annotations is on a revision already, as one person sees it."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.policy import Rights
from app.markups.importing import Candidate
from app.markups.models import Markup
from app.markups.visibility import revision_seen, shared_marks


def known_candidates(
    session: Session, rights: Rights, revision_id: str, found: Iterable[Candidate]
) -> dict[str, str]:
    """Annotation's key → the mark that it is.

    Raises:
        Refused: ``not-found``.
    """
    revision_seen(session, rights, revision_id)
    query = sa.select(Markup.id, Markup.origin_key)
    rows = session.execute(query.where(Markup.revision_id == revision_id, shared_marks(rights))).all()
    by_origin = {row.origin_key.split(":", maxsplit=1)[0]: row.id for row in rows if row.origin_key}
    ids = {row.id for row in rows}
    known = {}
    for candidate in found:
        mark = candidate.ours if candidate.ours in ids else by_origin.get(candidate.key)
        if mark is not None:
            known[candidate.key] = str(mark)
    return known
