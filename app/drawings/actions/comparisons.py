"""Asking for a comparison: a job, once per pair. The answer is derived from bytes; nothing of it is on the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from app.drawings.models import SheetRevision
from app.drawings.pairs import Pair, Place
from app.drawings.rules import RevisionState
from app.files.models import Rendition, RenditionRole
from app.kernel.db.transactions import Tx
from app.kernel.outbox import Job, JobState

COMPARE = "compare"
"""Kind of the job."""
FOR_A_PERSON = 0
AHEAD_OF_TIME = -10
"""Priority of what nobody waits for yet."""


@dataclass(frozen=True)
class AskComparison:
    """Two pages that shall be compared."""

    pair: Pair
    project_id: str
    is_again: bool = False
    """Even if an answer is kept: it says that comparing broke off."""
    priority: int = FOR_A_PERSON


def ask_comparison(tx: Tx, command: AskComparison) -> None:
    """Have two pages compared. Whoever asks for a pair that waits or is being compared shares its job, and hurries it.

    Whoever calls this has shown that both pages are his to read.
    """
    key = command.pair.key
    mine = sa.and_(Job.dedupe_key == key, Job.state.in_((JobState.READY, JobState.RUNNING)))
    known = tx.session.execute(sa.select(Job).where(mine).limit(1).with_for_update()).scalar_one_or_none()
    if known is not None:
        known.priority = max(known.priority, command.priority)
        return
    payload = {**command.pair.to_payload(), "again": command.is_again}
    tx.enqueue(COMPARE, payload, project_id=command.project_id, dedupe_key=key, priority=command.priority)


def ask_with_previous(tx: Tx, revisions: Iterable[SheetRevision]) -> None:
    """Have revisions compared with those before them, so that the answer is there when somebody wants it."""
    tx.session.flush()
    for revision in revisions:
        previous = _previous(tx, revision)
        before, after = _shown(tx, previous) if previous else None, _shown(tx, revision.id)
        if before is not None and after is not None:
            command = AskComparison(Pair(before, after), revision.project_id, priority=AHEAD_OF_TIME)
            ask_comparison(tx, command)


def _previous(tx: Tx, revision: SheetRevision) -> str | None:
    query = (
        sa.select(SheetRevision.id)
        .where(
            SheetRevision.sheet_id == revision.sheet_id,
            SheetRevision.rev_seq < revision.rev_seq,
            SheetRevision.state != RevisionState.WITHDRAWN,
        )
        .order_by(SheetRevision.rev_seq.desc())
        .limit(1)
    )
    return tx.session.execute(query).scalar_one_or_none()


def _shown(tx: Tx, revision_id: str) -> Place | None:
    """The page that the sheet page shows of a revision: of the printable file, else of the CAD file."""
    query = sa.select(Rendition).where(
        Rendition.owner_kind == "revision",
        Rendition.owner_id == revision_id,
        Rendition.role.in_((RenditionRole.PUBLISHED, RenditionRole.CAD_SOURCE)),
    )
    by_role = {r.role: Place(r.manifest_of, r.manifest_page) for r in tx.session.scalars(query)}
    return by_role.get(RenditionRole.PUBLISHED) or by_role.get(RenditionRole.CAD_SOURCE)
