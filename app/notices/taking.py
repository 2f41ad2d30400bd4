"""Reading the ledger for notices: in the order of the tree, each entry once, whatever is killed when.

The place that was reached and the notices that follow from it are written in one transaction. Rights are those of the
moment of reading, a second or so after the act.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.kernel.db.transactions import Database, database_now
from app.kernel.ledger.models import LedgerEntry, LedgerLeaf
from app.kernel.ledger.sequence import tree_state
from app.notices.audience import Heard, House, Telling
from app.notices.models import NoticeHead
from app.notices.rules import TOLD, TOLD_WITHIN
from app.notices.writing import Writer

HEAD_ID = 1
BATCH = 500


def take_in(database: Database) -> int:
    """Read what the ledger has gained since the last time; returns how many entries that were."""
    taken = 0
    while _has_more(database):
        with database.plumbing() as session:
            batch = _take(session, database)
        taken += batch
        if not batch:
            break
    return taken


def locked_head(session: Session) -> NoticeHead:
    """The one row, locked: notices and letters are made by one worker at a time."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert(NoticeHead).values(id=HEAD_ID, next_leaf=0, clocks_at=None).on_conflict_do_nothing()
    session.execute(first)
    query = sa.select(NoticeHead).where(NoticeHead.id == HEAD_ID).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _has_more(database: Database) -> bool:
    """A look that takes no lock: on SQLite writers would queue behind an empty one."""
    with database.read() as session:
        head = session.get(NoticeHead, HEAD_ID)
        return tree_state(session).size > (head.next_leaf if head else 0)


def _take(session: Session, database: Database) -> int:
    head = locked_head(session)
    entries = _entries(session, head.next_leaf)
    now = database_now(session, database.clock)
    house, writer = House(session, now), Writer(session)
    for entry in entries:
        rule = TOLD.get(entry.type)
        if rule is None or entry.project_id is None or entry.recorded_at < now - TOLD_WITHIN:
            continue
        telling = Telling(house, Heard.of(entry), rule)
        if moved := telling.moved:
            writer.settle(moved, entry.recorded_at)
        if listeners := telling.listeners():
            writer.tell(telling, listeners)
    writer.flush()
    head.next_leaf += len(entries)
    return len(entries)


def _entries(session: Session, start: int) -> Sequence[LedgerEntry]:
    query = (
        sa.select(LedgerEntry)
        .join(LedgerLeaf, LedgerLeaf.entry_id == LedgerEntry.id)
        .where(LedgerLeaf.leaf_index >= start)
        .order_by(LedgerLeaf.leaf_index)
        .limit(BATCH)
    )
    return session.scalars(query).all()
