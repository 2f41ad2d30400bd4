"""Whether the opening of a file is worth an act: asked at every look at a sheet, so it must be cheap."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.distribution.actions.receipts import NoteOpened
from app.distribution.contents import items_by_key
from app.distribution.models import ReceiptFact
from app.distribution.queries.facts import CHUNK
from app.distribution.rules import ReceiptFactKind
from app.kernel.policy import Rights
from app.projects.queries import policy_of


def news_of(
    session: Session, rights: Rights, opened: Sequence[NoteOpened], now: datetime
) -> list[NoteOpened]:
    """Files of what is in force in one project that somebody of a party that must confirm opens for the first time."""
    if not opened:
        return []
    project_id = opened[0].project_id
    seats = rights.in_project(project_id)
    if not seats:
        return []
    roles = policy_of(session, project_id).confirm_roles
    if all(seat.party_role not in roles for seat in seats):
        return []
    known = _known(session, rights.actor.person_id or "", [_id(one) for one in opened])
    new = [one for one in opened if (_id(one), one.file_sha256) not in known]
    standing = items_by_key(session, project_id, [one.key for one in new], now) if new else {}
    return [one for one in new if one.key in standing]


def _known(session: Session, person_id: str, item_ids: Sequence[str]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for start in range(0, len(item_ids), CHUNK):
        query = sa.select(ReceiptFact.item_id, ReceiptFact.file_sha256).where(
            ReceiptFact.item_id.in_(item_ids[start : start + CHUNK]),
            ReceiptFact.kind == ReceiptFactKind.OPENED,
            ReceiptFact.person_id == person_id,
        )
        found.update((item, digest) for item, digest in session.execute(query))
    return found


def _id(one: NoteOpened) -> str:
    return one.key.partition(":")[2]
