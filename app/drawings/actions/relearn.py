"""A second reading of a batch, after a correction taught where its title blocks hold a field (DOMAIN 8, 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.access.rules import Permission
from app.drawings.actions.intake import intake_for
from app.drawings.intake_models import IntakeSheet, LearnedBlock
from app.drawings.rules import FIELDS, ProposalState
from app.kernel.db.transactions import Tx
from app.kernel.text import clean


@dataclass(frozen=True)
class SecondReading:
    """What a row's page says, read once more."""

    row_id: str
    version: int
    """Of the row when it was read; a row that changed since is left alone."""
    read: Mapping[str, Mapping[str, Any]]
    """field -> {value, source, confidence, box}."""


@dataclass(frozen=True)
class Reread:
    """Second readings for rows of one batch."""

    intake_id: str
    readings: Sequence[SecondReading]


def reread(tx: Tx, command: Reread) -> list[str]:
    """Take over second readings where no person has corrected; returns the rows whose values changed.

    Raises:
        Refused: no right.
    """
    intake, _ = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    by_id = {r.row_id: r for r in command.readings}
    query = sa.select(IntakeSheet).where(
        IntakeSheet.intake_id == intake.id,
        IntakeSheet.id.in_(list(by_id)),
        IntakeSheet.state == ProposalState.PROPOSED,
    )
    changed = []
    for row in tx.session.scalars(query):
        reading = by_id[row.id]
        if row.version == reading.version and _take_over(row, reading):
            changed.append(row.id)
    return changed


def _take_over(row: IntakeSheet, reading: SecondReading) -> bool:
    """Values that nobody corrected follow the reading; a stage that no page names keeps its default."""
    untouched = [name for name in FIELDS if name not in row.corrected]
    values = dict(row.values)
    for name in untouched:
        found = reading.read.get(name)
        if found is not None:
            values[name] = clean(str(found["value"]))
        elif name in row.read and name != "stage":
            values.pop(name, None)
    before = row.values
    row.read = {name: dict(found) for name, found in reading.read.items()}
    row.values = values
    return values != before


@dataclass(frozen=True)
class ForgetBlock:
    """A place that was learned by mistake."""

    intake_id: str
    field: str


def forget_block(tx: Tx, command: ForgetBlock) -> None:
    """Undo what :func:`app.drawings.actions.intake.learn_block` taught.

    Raises:
        Refused: no right.
    """
    intake, _ = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    tx.session.execute(
        sa.delete(LearnedBlock).where(
            LearnedBlock.intake_id == intake.id, LearnedBlock.field == command.field
        )
    )
