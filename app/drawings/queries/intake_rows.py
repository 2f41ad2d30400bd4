"""Single rows and files of the clerk's intake: where their pictures come from, and whether an upload has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.drawings.intake_models import Intake, IntakeFile, IntakeSheet
from app.drawings.rules import ProposalState
from app.files.tus import Receipt
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target

Box = tuple[int, int, int, int]

CORNER_UM = (200_000, 130_000)
"""What is shown when no title block was found: the lower right corner, where GB/T 50001-2017 puts it."""
LEAST_UM = (120_000, 60_000)
"""A smaller crop would show a field without its neighbours."""
MARGIN_UM = 6_000


@dataclass(frozen=True)
class RowPicture:
    """Which bytes, page and part of the page a row shows."""

    row_id: str
    file_sha256: str
    page: int
    crop: Box


@dataclass(frozen=True)
class RowReading:
    """What a second reading of a row needs to know."""

    row_id: str
    version: int
    file_name: str
    file_sha256: str
    page: int
    values: dict[str, Any]
    read: dict[str, Any]
    corrected: tuple[str, ...]


def row_picture(session: Session, rights: Rights, row_id: str) -> RowPicture:
    """Where the thumbnail and the crop of a row come from.

    Raises:
        Refused: ``not-found``, also for foreign rows.
    """
    query = (
        sa.select(IntakeSheet, IntakeFile.sha256, Intake)
        .join(IntakeFile, IntakeFile.id == IntakeSheet.file_id)
        .join(Intake, Intake.id == IntakeSheet.intake_id)
        .where(IntakeSheet.id == row_id)
    )
    found = session.execute(query).one_or_none()
    if found is None or not _may_see(rights, found[2]):
        raise Refused(NOT_FOUND)
    row, sha256, _ = found
    return RowPicture(row.id, sha256, row.page, crop_box(row.width_um, row.height_um, row.block_box))


def intake_of_row(session: Session, rights: Rights, row_id: str) -> str:
    """The batch of a row.

    Raises:
        Refused: ``not-found``, also for foreign rows.
    """
    row = session.get(IntakeSheet, row_id)
    intake = session.get(Intake, row.intake_id) if row is not None else None
    if intake is None or not _may_see(rights, intake):
        raise Refused(NOT_FOUND)
    return intake.id


def rows_to_read(session: Session, rights: Rights, intake_id: str) -> Sequence[RowReading]:
    """The proposed rows of a batch, in order.

    Raises:
        Refused: ``not-found``.
    """
    intake = session.get(Intake, intake_id)
    if intake is None or not _may_see(rights, intake):
        raise Refused(NOT_FOUND)
    query = (
        sa.select(IntakeSheet, IntakeFile.name, IntakeFile.sha256)
        .join(IntakeFile, IntakeFile.id == IntakeSheet.file_id)
        .where(IntakeSheet.intake_id == intake_id, IntakeSheet.state == ProposalState.PROPOSED)
        .order_by(IntakeSheet.position)
    )
    return [
        RowReading(r.id, r.version, name, sha256, r.page, r.values, r.read, tuple(r.corrected))
        for r, name, sha256 in session.execute(query)
    ]


def arrived_file(session: Session, rights: Rights, file_id: str) -> Receipt | None:
    """An upload that was acknowledged earlier, if the actor may see its batch."""
    query = (
        sa.select(IntakeFile, Intake)
        .join(Intake, Intake.id == IntakeFile.intake_id)
        .where(IntakeFile.id == file_id)
    )
    found = session.execute(query).one_or_none()
    if found is None or not _may_see(rights, found[1]):
        return None
    return Receipt(found[0].id, found[0].size, found[0].sha256)


def crop_box(width_um: int, height_um: int, block: Sequence[int] | None) -> Box:
    """The part of a page that shows its title block: [x0, y0, x1, y1] um, inside the page.

    A block that covers most of the page was not a title block; then, as without one, the corner is shown.
    """
    is_plausible = (
        block is not None and (block[2] - block[0]) * (block[3] - block[1]) < 0.5 * width_um * height_um
    )
    if block is None or not is_plausible:
        return max(0, width_um - CORNER_UM[0]), 0, width_um, min(height_um, CORNER_UM[1])
    x0, x1 = _widened(block[0] - MARGIN_UM, block[2] + MARGIN_UM, LEAST_UM[0], width_um)
    y0, y1 = _widened(block[1] - MARGIN_UM, block[3] + MARGIN_UM, LEAST_UM[1], height_um)
    return x0, y0, x1, y1


def _widened(low: int, high: int, least: int, most: int) -> tuple[int, int]:
    spare = max(0, least - (high - low))
    low, high = low - spare // 2, high + spare - spare // 2
    if low < 0:
        low, high = 0, high - low
    if high > most:
        low, high = max(0, low - (high - most)), most
    return low, high


def _may_see(rights: Rights, intake: Intake) -> bool:
    return rights.may(Permission.INTAKE_VIEW, Target(intake.project_id, party_id=intake.party_id))
