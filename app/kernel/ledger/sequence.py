"""The sequencer: puts recorded entries into the tree, in an order that no late commit can disturb.

PostgreSQL gives entry numbers before transactions commit, so a scan by number would pass over a slow transaction.
Entries therefore carry their transaction number, and only those below ``pg_snapshot_xmin`` — all older transactions
have ended — are taken, ordered by (xid, id). SQLite has one writer at a time and needs none of it.

The same snapshot gives the watermark: transactions take their number *before* they read the clock. The sequencer reads
the clock, c, and commits; the number it gets the next time is larger than that of every act that read the clock by c.
When all smaller numbers have ended, every act recorded up to c has committed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.kernel.clock import EPOCH, Clock
from app.kernel.db.transactions import Database, database_now, last_recorded
from app.kernel.ledger.merkle import NodeReader, new_nodes, root
from app.kernel.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerLeaf, LedgerNode

HEAD_ID = 1
BATCH = 5_000


@dataclass(frozen=True)
class TreeState:
    """Where the tree stands."""

    size: int
    watermark: datetime


def sequence(database: Database, clock: Clock) -> TreeState:
    """Put everything that may be put into the tree, and move the watermark. Safe to call from anywhere, any time."""
    while True:
        with database.plumbing() as session:
            state, taken = _sequence_batch(session, clock)
        if taken < BATCH:
            return state


def tree_state(session: Session) -> TreeState:
    """Size of the tree and the watermark, as last published."""
    head = session.get(LedgerHead, HEAD_ID)
    return TreeState(head.size, head.watermark) if head else TreeState(0, EPOCH)


def node_reader(session: Session) -> NodeReader:
    """Reads stored subtree hashes, remembering them."""
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        if (level, index) not in known:
            query = sa.select(LedgerNode.digest).where(
                LedgerNode.level == level, LedgerNode.node_index == index
            )
            known[level, index] = session.execute(query).scalar_one()
        return known[level, index]

    return read


def tree_root(session: Session, size: int) -> bytes:
    """Root of the tree of the first ``size`` leaves."""
    return root(size, node_reader(session))


def _sequence_batch(session: Session, clock: Clock) -> tuple[TreeState, int]:
    head = session.get(LedgerHead, HEAD_ID, with_for_update=True)
    if head is None:
        head = LedgerHead(
            id=HEAD_ID,
            size=0,
            last_xid=0,
            last_entry_id=0,
            watermark=EPOCH,
            pending_at=None,
            pending_xid=None,
        )
        session.add(head)
        session.flush()
    rows = session.execute(_ready(session, head).limit(BATCH)).all()
    if rows:
        _grow(session, head, rows, database_now(session, clock))
    _move_watermark(session, head, clock)
    return TreeState(head.size, head.watermark), len(rows)


def _ready(session: Session, head: LedgerHead) -> sa.Select[int, str, int]:
    query = sa.select(LedgerEntry.id, LedgerEntry.leaf, LedgerEntry.xid)
    if session.get_bind().dialect.name == "sqlite":
        return query.where(LedgerEntry.id > head.last_entry_id).order_by(LedgerEntry.id)
    after = sa.tuple_(LedgerEntry.xid, LedgerEntry.id) > sa.tuple_(head.last_xid, head.last_entry_id)
    ended = LedgerEntry.xid < sa.text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return query.where(after, ended).order_by(LedgerEntry.xid, LedgerEntry.id)


def _grow(session: Session, head: LedgerHead, rows: Sequence[sa.Row[int, str, int]], now: datetime) -> None:
    stored = node_reader(session)
    fresh: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        found = fresh.get((level, index))
        return found if found is not None else stored(level, index)

    size = head.size
    leaves = []
    for row in rows:
        for level, index, digest in new_nodes(size, bytes.fromhex(row.leaf), read):
            fresh[level, index] = digest
        leaves.append({"leaf_index": size, "entry_id": row.id})
        size += 1
    session.execute(sa.insert(LedgerLeaf), leaves)
    nodes = [{"level": lv, "node_index": i, "digest": d} for (lv, i), d in fresh.items()]
    session.execute(sa.insert(LedgerNode), nodes)
    session.add(LedgerCheckpoint(size=size, root=root(size, read).hex(), made_at=now))
    head.size, head.last_xid, head.last_entry_id = size, rows[-1].xid, rows[-1].id
    session.flush()


def _move_watermark(session: Session, head: LedgerHead, clock: Clock) -> None:
    """Publish up to which instant everything recorded has committed. Never backwards."""
    if session.get_bind().dialect.name == "sqlite":
        head.watermark = max(head.watermark, last_recorded(session))
        return
    own, oldest = session.execute(
        sa.text(
            "select pg_current_xact_id()::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
    ).one()
    if head.pending_at is not None:
        # Our own number was given after ``pending_at`` was read and committed: whoever read the clock by then has
        # a smaller one. (The xmax of a snapshot will not do: acts under way may have numbers beyond it.)
        head.pending_xid = head.pending_xid or own
        if oldest >= head.pending_xid:
            head.watermark = max(head.watermark, head.pending_at)
            head.pending_at = None
    if head.pending_at is None:
        # Acts that begin after this is committed are recorded later than it, even when the clock falls back.
        head.pending_at = max(database_now(session, clock), last_recorded(session))
        head.pending_xid = None
