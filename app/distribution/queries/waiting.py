"""What of distribution waits for a person: the truth behind worklists and a party's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.distribution.cells import NOTHING, Cell, reached
from app.distribution.contents import Item, items_of_project
from app.distribution.coverage import Receiver, receivers_of
from app.distribution.queries.facts import told_of
from app.distribution.queries.matrix import Matrix, matrix_of, terms_of, visible_sheets
from app.distribution.rules import WAITING, CellState
from app.kernel.policy import Rights, Target
from app.projects.models import Project


@dataclass(frozen=True)
class OwnRow:
    """An item and the cell of one's own party."""

    item: Item
    cell: Cell
    may_confirm: bool
    """Whether one's own seats cover all of its sheets."""


@dataclass(frozen=True)
class OwnPage:
    """What a party has to confirm, with what it confirmed."""

    receiver: Receiver
    is_required: bool
    """Whether the policy asks its kind to confirm."""
    rows: Sequence[OwnRow]

    @property
    def waiting(self) -> int:
        """How many are still to be confirmed."""
        return sum(row.cell.state in WAITING for row in self.rows)

    @property
    def overdue(self) -> int:
        """How many of them are late."""
        return sum(row.cell.state == CellState.OVERDUE for row in self.rows)


def own_parties(session: Session, rights: Rights, project_id: str, now: datetime) -> list[Receiver]:
    """Parties for which the actor may confirm or object."""
    mine = {
        seat.party_id
        for seat in rights.in_project(project_id)
        for permission in (Permission.RECEIPT_CONFIRM, Permission.RECEIPT_OBJECT)
        if rights.may(permission, Target(project_id, party_id=seat.party_id))
    }
    return [r for r in receivers_of(session, project_id, now) if r.id in mine] if mine else []


def own_page(
    session: Session,
    rights: Rights,
    project_id: str,
    receiver: Receiver,
    now: datetime,
    matrix: Matrix | None = None,
) -> OwnPage:
    """Everything in force that is a party's, with its cells; what waits first, then what is due first."""
    project = session.get_one(Project, project_id)
    matrix = matrix or matrix_of(session, project_id, now, visible=visible_sheets(rights))
    is_required = any(r.id == receiver.id for r in matrix.receivers)
    told = {} if is_required else told_of(session, [row.item.id for row in matrix.rows])
    terms = terms_of(project, matrix.policy, now)
    rows = []
    for row in matrix.rows:
        if not receiver.concerns(row.item):
            continue
        cell = row.of(receiver.id)
        if cell is None:
            known = told.get((receiver.id, row.item.id, row.item.sha256), NOTHING)
            cell = terms.cell(row.item, receiver, known)
        rows.append(OwnRow(row.item, cell, may_confirm(rights, project_id, receiver, row.item)))
    rows.sort(key=lambda r: (r.cell.state not in WAITING, r.cell.due or now.date()))
    return OwnPage(receiver, is_required, rows)


def may_confirm(
    rights: Rights,
    project_id: str,
    receiver: Receiver,
    item: Item,
    permission: Permission = Permission.RECEIPT_CONFIRM,
) -> bool:
    """Whether the actor's seats cover all sheets of an item that are the party's."""
    return all(
        rights.may(
            permission,
            Target(
                project_id,
                place.building_id,
                has_place=True,
                discipline=place.discipline,
                party_id=receiver.id,
            ),
        )
        for place in receiver.places(item)
    )


@dataclass(frozen=True)
class WaitingReceipts:
    """What waits for one's own party, and what waits for the issuer."""

    receiver: Receiver
    waiting: int
    overdue: int


def receipts_waiting(
    session: Session, rights: Rights, project_id: str, now: datetime
) -> list[WaitingReceipts]:
    """Confirmations that wait for the actor's parties, of those that the policy asks; and none where there are none."""
    found = []
    mine = own_parties(session, rights, project_id, now)
    if not mine:
        return []
    matrix = matrix_of(session, project_id, now, visible=visible_sheets(rights))
    for receiver in mine:
        page = own_page(session, rights, project_id, receiver, now, matrix)
        if page.is_required and page.waiting:
            found.append(WaitingReceipts(receiver, page.waiting, page.overdue))
    return found


def objections_waiting(session: Session, rights: Rights, project_id: str, now: datetime) -> int:
    """Open objections to what is in force, whoever made them, for who may resolve them."""
    if not rights.may(Permission.RECEIPT_RESOLVE, Target(project_id)):
        return 0
    items = items_of_project(session, project_id, now, visible=visible_sheets(rights))
    standing = {(item.id, item.sha256) for item in items}
    told = told_of(session, [item.id for item in items])
    return sum(
        reached(what) is CellState.OBJECTED and (item, digest) in standing
        for (_, item, digest), what in told.items()
    )
