"""Many corrections of a batch in one act: what a clerk typed, pasted or filled in, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.access.rules import Permission
from app.drawings.actions.intake import INTAKE_CLOSED, CorrectRow, checked_value, intake_for
from app.drawings.intake_models import IntakeSheet
from app.drawings.rules import ProposalState
from app.kernel.db.transactions import Tx
from app.kernel.errors import NOT_FOUND, STALE, Refused, RowReport, invalid
from app.projects.queries import buildings_of


@dataclass(frozen=True)
class CorrectRows:
    """Corrections of rows of one batch."""

    intake_id: str
    corrections: Sequence[CorrectRow]


@dataclass
class CorrectionReport(RowReport):
    """Rows done and refused; of the done ones their new versions."""

    versions: dict[str, int] = field(default_factory=dict)


def correct_rows(tx: Tx, command: CorrectRows) -> CorrectionReport:
    """Correct many rows; each row is done whole or refused with its reason, and the others go on.

    Raises:
        Refused: no right to the batch.
    """
    intake, _ = intake_for(tx, command.intake_id, Permission.INTAKE_UPLOAD)
    wanted = [c.row_id for c in command.corrections]
    query = sa.select(IntakeSheet).where(IntakeSheet.intake_id == intake.id, IntakeSheet.id.in_(wanted))
    rows = {row.id: row for row in tx.session.scalars(query)}
    buildings = {b.id for b in buildings_of(tx.session, intake.project_id)}
    report = CorrectionReport()
    for correction in command.corrections:
        try:
            _correct(rows.get(correction.row_id), correction, buildings)
        except Refused as refusal:
            report.refused[correction.row_id] = refusal
        else:
            report.done.append(correction.row_id)
    tx.session.flush()
    report.versions = {row_id: rows[row_id].version for row_id in report.done}
    return report


def _correct(row: IntakeSheet | None, correction: CorrectRow, buildings: set[str]) -> None:
    """Check all of a correction before anything of it is written."""
    if row is None:
        raise Refused(NOT_FOUND)
    if row.version != correction.version:
        raise Refused(STALE)
    if row.state != ProposalState.PROPOSED:
        raise Refused(INTAKE_CLOSED)
    checked = {name: checked_value(name, value) for name, value in correction.values.items()}
    if (
        correction.set_building
        and correction.building_id is not None
        and correction.building_id not in buildings
    ):
        raise invalid("building", "没有这个单体", "no such building")
    changed = [name for name, value in checked.items() if value != str(row.values.get(name) or "")]
    if changed:
        row.values = {**row.values, **checked}
        row.corrected = sorted({*row.corrected, *changed})
    if correction.set_building:
        row.building_id = correction.building_id
