"""Controlled copies: where each is, which are to be recalled, and counts that reconcile."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import parties_of
from app.access.rules import Permission
from app.distribution.models import ControlledCopy, CopyEvent
from app.distribution.rules import CopyState, copy_state
from app.drawings.models import Sheet, SheetRevision
from app.kernel.policy import Columns, Rights, Target
from app.record.queries import Instants, set_in_force


@dataclass(frozen=True)
class CopyView:
    """One numbered sheet of paper."""

    id: str
    serial: int
    sheet_id: str
    number: str
    title: str
    label: str
    revision_id: str
    party_id: str
    party: str
    holder: str
    place: str
    issued_at: datetime
    state: str
    state_at: datetime
    note: str
    is_old: bool
    """Its revision is not in force: out, it is to be recalled."""
    may_manage: bool

    @property
    def is_to_recall(self) -> bool:
        """Whether somebody still holds what is not built from any more."""
        return self.is_old and self.state == CopyState.OUT


@dataclass(frozen=True)
class CopyCount:
    """Paper of one revision at one party; what was issued is what is out, recalled and destroyed together."""

    number: str
    label: str
    sheet_id: str
    party: str
    is_old: bool
    issued: int
    out: int
    recalled: int
    destroyed: int


def copies_of(session: Session, rights: Rights, project_id: str, now: datetime) -> list[CopyView]:
    """The copies that the actor may see; what is to be recalled first, then by number."""
    columns = Columns(Sheet.project_id, Sheet.building_id, Sheet.discipline)
    query = (
        sa.select(ControlledCopy, Sheet, SheetRevision)
        .join(Sheet, Sheet.id == ControlledCopy.sheet_id)
        .join(SheetRevision, SheetRevision.id == ControlledCopy.revision_id)
        .where(ControlledCopy.project_id == project_id, rights.clause(Permission.DISTRIBUTION_VIEW, columns))
        .order_by(ControlledCopy.serial)
    )
    rows = session.execute(query).all()
    if not rows:
        return []
    events: dict[str, list[CopyEvent]] = defaultdict(list)
    ended = (
        sa.select(CopyEvent)
        .join(ControlledCopy, ControlledCopy.id == CopyEvent.copy_id)
        .where(ControlledCopy.project_id == project_id)
        .order_by(CopyEvent.at)
    )
    for event in session.scalars(ended):
        events[event.copy_id].append(event)
    current = {row.revision_id for row in set_in_force(session, project_id, Instants(now, now, is_now=True))}
    names = {p.id: p.organisation for p in parties_of(session, project_id)}
    found = []
    for copy, sheet, revision in rows:
        happened = events[copy.id]
        target = Target(
            project_id, sheet.building_id, has_place=True, discipline=sheet.discipline, party_id=copy.party_id
        )
        found.append(
            CopyView(
                id=copy.id, serial=copy.serial, sheet_id=sheet.id, number=sheet.number, title=revision.title,
                label=revision.rev_label, revision_id=revision.id, party_id=copy.party_id,
                party=names.get(copy.party_id, ""), holder=copy.holder, place=copy.place, issued_at=copy.at,
                state=copy_state({e.kind for e in happened}), state_at=happened[-1].at if happened else copy.at,
                note=happened[-1].note if happened else "", is_old=revision.id not in current,
                may_manage=rights.may(Permission.COPY_MANAGE, target),
            )
        )  # fmt: skip
    return sorted(found, key=lambda c: (not c.is_to_recall, c.serial))


def counts_of(copies: Sequence[CopyView]) -> list[CopyCount]:
    """Paper by revision and party; old revisions with paper still out first."""
    groups: dict[tuple[str, str], list[CopyView]] = defaultdict(list)
    for copy in copies:
        groups[copy.revision_id, copy.party_id].append(copy)
    found = []
    for group in groups.values():
        first, states = group[0], [c.state for c in group]
        found.append(
            CopyCount(
                first.number, first.label, first.sheet_id, first.party, first.is_old, len(group),
                states.count(CopyState.OUT), states.count(CopyState.RECALLED), states.count(CopyState.DESTROYED),
            )
        )  # fmt: skip
    return sorted(found, key=lambda c: (not (c.is_old and c.out), c.number, c.label, c.party))
