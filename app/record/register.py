"""The register with its standing: rows of ``drawings`` beside what is in force now. What pages and the API list."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.drawings.queries.register import RegisterRow, register_of
from app.drawings.queries.seal_marks import seal_marks
from app.drawings.queries.visibility import recorded_sheets
from app.drawings.rules import STATE_LABELS, RevisionState
from app.kernel.labels import Label
from app.kernel.policy import Rights
from app.record.queries import InForce, Instants, set_in_force
from app.seals.saying import SealMark


class Standing(StrEnum):
    """Where a sheet stands now, derived from facts and an instant (ARCHITECTURE 7, 3)."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    """A newer revision is on its way; the one in force still holds."""
    COMING = "coming"
    """Released, to take effect later."""
    NOT_RELEASED = "not_released"
    SUPERSEDED = "superseded"
    VOID = "void"


STANDING_LABELS: dict[str, Label] = {
    Standing.IN_FORCE: Label("现行有效", "In force"),
    Standing.PENDING: Label("有效，新版在途", "In force, newer one under way"),
    Standing.COMING: Label("待生效", "Takes effect later"),
    Standing.NOT_RELEASED: Label("未发布", "Not released"),
    Standing.SUPERSEDED: Label("已被替代", "Superseded"),
    Standing.VOID: Label("作废", "Void"),
}


class StandingRow(NamedTuple):
    """A register row with the revision in force beside it."""

    row: RegisterRow
    standing: Standing
    in_force: InForce | None
    seal: SealMark | None = None
    """How the newest revision stands with its seals; None: not asked (:func:`with_seals`)."""

    @property
    def state_label(self) -> Label:
        """Label of the newest revision's own state."""
        return STATE_LABELS[self.row.state]


def register_with_standing(
    session: Session, rights: Rights, project_id: str, now: datetime
) -> list[StandingRow]:
    """All rows of the register, each with what is in force now. Two queries, whatever the number of sheets."""
    rows = register_of(session, rights, project_id)
    at = Instants(now, now, is_now=True)
    force = {
        f.sheet_id: f
        for f in set_in_force(session, project_id, at, visible=recorded_sheets(rights), with_void=True)
    }
    return [_stand(row, force.get(row.sheet_id)) for row in rows]


def with_seals(
    session: Session, project_id: str, rows: Iterable[StandingRow], known_at: datetime | None = None
) -> list[StandingRow]:
    """Rows with the seals of the revision that they name, by the knowledge of an instant; two statements more."""
    marks = seal_marks(session, project_id, known_at)
    return [row._replace(seal=marks.get(row.row.revision_id, SealMark.NONE)) for row in rows]


def state_digest(revision_id: str, state: str, force: InForce | None) -> str:
    """What a kept copy of a sheet is compared by: another text whenever another thing is true of the sheet."""
    parts = [revision_id, state]
    if force is not None:
        parts += [
            force.kind,
            force.revision_id or "",
            force.effective_at.isoformat(),
            str(force.is_backdated),
        ]
        parts += [slip.change_id for slip in force.slips]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def project_digests(
    session: Session, rights: Rights, project_id: str, at: datetime
) -> dict[str, tuple[str, str, str, str]]:
    """Of every sheet that the actor may see: its digest, number, discipline and building.

    Raises:
        Refused: ``not-found``.
    """
    return {
        r.row.sheet_id: (
            state_digest(r.row.revision_id, r.row.state, r.in_force),
            r.row.number,
            r.row.discipline,
            r.row.building_id or "",
        )
        for r in register_with_standing(session, rights, project_id, at)
    }


def _stand(row: RegisterRow, force: InForce | None) -> StandingRow:
    return StandingRow(row, standing_of(row.revision_id, row.state, force), force)


def standing_of(revision_id: str, state: str, force: InForce | None) -> Standing:
    """Where a revision stands, given its stored state and what is in force for its sheet."""
    if force is not None and force.is_void:
        return Standing.VOID
    if force is None:
        return Standing.COMING if state == RevisionState.RELEASED else Standing.NOT_RELEASED
    if force.revision_id == revision_id:
        return Standing.IN_FORCE
    if state == RevisionState.RELEASED:
        return Standing.COMING
    return Standing.NOT_RELEASED if state == RevisionState.WITHDRAWN else Standing.PENDING
