"""The confirmation matrix: required parties by everything in force. Computed when asked for, never stored."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.distribution.cells import NOTHING, Cell, Terms, Told
from app.distribution.contents import Item, items_of_project
from app.distribution.coverage import Receiver, receivers_of
from app.distribution.queries.facts import CellKey, told_of
from app.distribution.rules import WAITING, CellState, ReceiptFactKind
from app.drawings.models import Sheet
from app.kernel.policy import Columns, Rights
from app.projects.models import Project
from app.projects.rules import Policy
from app.projects.workdays import china


class MatrixRow(NamedTuple):
    """An item with the cells that it needs, in the order of the receivers."""

    item: Item
    cells: tuple[Cell, ...]
    is_objected: bool = False
    """Somebody's objection stands, also of a party that need not confirm."""

    @property
    def confirmed(self) -> int:
        """How many of them are green."""
        return sum(cell.state == CellState.CONFIRMED for cell in self.cells)

    @property
    def is_green(self) -> bool:
        """Whether everybody who must has confirmed."""
        return self.confirmed == len(self.cells)

    def of(self, party_id: str) -> Cell | None:
        """The cell of a party; None where it does not work on the item."""
        return next((cell for cell in self.cells if cell.party_id == party_id), None)


@dataclass(frozen=True)
class Matrix:
    """Who builds from what in one project."""

    policy: Policy
    receivers: Sequence[Receiver]
    rows: Sequence[MatrixRow]

    def counts(self) -> dict[str, Counter[str]]:
        """Cells by party and state."""
        found: dict[str, Counter[str]] = {r.id: Counter() for r in self.receivers}
        for row in self.rows:
            for cell in row.cells:
                found[cell.party_id][cell.state] += 1
        return found


@dataclass(frozen=True)
class MatrixFilter:
    """What is looked for; empty: everything."""

    party: str = ""
    discipline: str = ""
    building: str = ""
    state: str = ""
    kind: str = ""
    text: str = ""

    def takes(self, row: MatrixRow) -> bool:
        """Whether a row is shown."""
        item = row.item
        if self.kind and item.kind != self.kind:
            return False
        if self.discipline and all(p.discipline != self.discipline for p in item.places):
            return False
        if self.building and all((p.building_id or "site") != self.building for p in item.places):
            return False
        if self.text and self.text.casefold() not in f"{item.number} {item.title}".casefold():
            return False
        cells = [c for c in row.cells if self.party in ("", c.party_id)]
        if self.state == CellState.OBJECTED and not self.party:
            return row.is_objected
        if not self.state:
            return bool(cells) or not self.party
        return any(_is(cell, self.state) for cell in cells)


WAITING_FILTER = "waiting"
"""Stands for all states in which the party has still to confirm."""


def _is(cell: Cell, state: str) -> bool:
    return cell.state in WAITING if state == WAITING_FILTER else cell.state == state


def matrix_of(
    session: Session, project_id: str, now: datetime, *, visible: sa.ColumnElement[bool] | None = None
) -> Matrix:
    """The matrix of a project; ``visible`` is a condition on :class:`Sheet`, from the policy."""
    project = session.get_one(Project, project_id)
    policy = Policy.from_json(project.policy)
    receivers = receivers_of(session, project_id, now, policy.confirm_roles)
    items = items_of_project(session, project_id, now, visible=visible)
    told = told_of(session, [item.id for item in items])
    rows = rows_of(items, receivers, told, terms_of(project, policy, now))
    return Matrix(policy, receivers, rows)


def terms_of(project: Project, policy: Policy, now: datetime) -> Terms:
    """The terms of a project's confirmations."""
    return Terms(policy.confirm_days, ZoneInfo(project.timezone), china(), now)


def rows_of(
    items: Iterable[Item], receivers: Sequence[Receiver], told: Mapping[CellKey, Told], terms: Terms
) -> list[MatrixRow]:
    """Items with their required cells; pure."""
    objected = {(item, sha) for (_, item, sha), what in told.items() if what.last == ReceiptFactKind.OBJECTED}
    return [
        MatrixRow(
            item,
            tuple(
                terms.cell(item, receiver, told.get((receiver.id, item.id, item.sha256), NOTHING))
                for receiver in receivers
                if receiver.concerns(item)
            ),
            (item.id, item.sha256) in objected,
        )
        for item in items
    ]


def rows_for(session: Session, project_id: str, items: Sequence[Item], now: datetime) -> list[MatrixRow]:
    """Some items in force with their required cells."""
    project = session.get_one(Project, project_id)
    policy = Policy.from_json(project.policy)
    receivers = receivers_of(session, project_id, now, policy.confirm_roles)
    told = told_of(session, [item.id for item in items])
    return rows_of(items, receivers, told, terms_of(project, policy, now))


def visible_sheets(rights: Rights) -> sa.ColumnElement[bool]:
    """Sheets of which the actor may see how they were distributed."""
    columns = Columns(Sheet.project_id, Sheet.building_id, Sheet.discipline)
    return rights.clause(Permission.DISTRIBUTION_VIEW, columns)
