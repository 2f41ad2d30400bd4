"""Whether the opening of a file is worth an act: asked at every look at a sheet, so it must be cheap."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.distribution.actions.receipts import NoteOpened
from app.distribution.contents import items_by_key
from app.distribution.models import ReceiptFact
from app.distribution.rules import ReceiptFactKind
from app.kernel.policy import Rights
from app.projects.queries import policy_of


def is_news(session: Session, rights: Rights, opened: NoteOpened, now: datetime) -> bool:
    """Whether a person of a party that must confirm opens a file of what is in force for the first time."""
    seats = rights.in_project(opened.project_id)
    if not seats:
        return False
    roles = policy_of(session, opened.project_id).confirm_roles
    if all(seat.party_role not in roles for seat in seats):
        return False
    item_id = opened.key.partition(":")[2]
    query = sa.select(ReceiptFact.id).where(
        ReceiptFact.item_id == item_id,
        ReceiptFact.kind == ReceiptFactKind.OPENED,
        ReceiptFact.person_id == (rights.actor.person_id or ""),
        ReceiptFact.file_sha256 == opened.file_sha256,
    )
    if session.execute(query.limit(1)).first() is not None:
        return False
    return opened.key in items_by_key(session, opened.project_id, [opened.key], now)
