"""What an acceptance would do, told before it is done: the act itself is run and rolled back (UI rules 4 and 5)."""

from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from app.drawings.actions.acceptance import AcceptRows, accept_rows
from app.drawings.intake_models import IntakeSheet
from app.drawings.models import SheetRevision
from app.kernel.actor import Actor
from app.kernel.db.transactions import Database, Tx
from app.kernel.errors import RowReport


@dataclass(frozen=True)
class Rehearsal:
    """The outcome that an acceptance would have now."""

    report: RowReport
    new_sheets: int
    new_revisions: int
    """Newer revisions of sheets that exist."""
    filled_drafts: int
    """Drafts that get their other file (PDF or CAD), or are replaced by it."""


class _RolledBack(Exception):  # noqa: N818  not an error: the way out of a write that shall leave no trace
    """Ends the rehearsal."""


def rehearse_acceptance(database: Database, actor: Actor, command: AcceptRows) -> Rehearsal:
    """Run :func:`accept_rows` and take all of it back.

    Raises:
        Refused: no right to the batch.
    """
    found: list[Rehearsal] = []
    with suppress(_RolledBack), database.write(actor) as tx:
        report = accept_rows(tx, command)
        found.append(_told(tx, report))
        raise _RolledBack
    return found[0]


def _told(tx: Tx, report: RowReport) -> Rehearsal:
    query = (
        sa.select(SheetRevision.id, SheetRevision.rev_seq, SheetRevision.created_at)
        .join(IntakeSheet, IntakeSheet.revision_id == SheetRevision.id)
        .where(IntakeSheet.id.in_(report.done))
        .distinct()
    )
    made = tx.session.execute(query).all()
    fresh = [seq for _, seq, created in made if created == tx.now]
    first = sum(seq == 1 for seq in fresh)
    return Rehearsal(report, first, len(fresh) - first, len(made) - len(fresh))
