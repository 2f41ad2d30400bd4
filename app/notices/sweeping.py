"""Old notices forgotten: they are work, not record; what happened stands in the ledger."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.notices.models import Notice, NoticeLetter
from app.notices.rules import NOTICES_KEPT


def forget_notices(session: Session, now: datetime) -> None:
    """Delete what was read long ago, what nobody read twice as long ago, and their letters."""
    read, unread = now - NOTICES_KEPT, now - 2 * NOTICES_KEPT
    is_old = sa.or_(Notice.at < unread, sa.and_(Notice.at < read, Notice.read_at.is_not(None)))
    session.execute(sa.delete(Notice).where(is_old))
    session.execute(sa.delete(NoticeLetter).where(NoticeLetter.made_at < unread))
