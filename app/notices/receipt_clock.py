"""Receipts past their term: the party hears of it and its supervisor, two working days later the owner (DOMAIN 2.5)."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import PartyRole, Permission
from app.distribution.coverage import Receiver, receivers_of
from app.distribution.queries.matrix import Matrix, matrix_of
from app.distribution.rules import ESCALATE_AFTER, CellState
from app.kernel.policy import Target
from app.notices.audience import House, Listeners
from app.notices.rules import UNCONFIRMED
from app.notices.writing import Said, Writer
from app.projects.models import Project
from app.projects.rules import Policy
from app.projects.workdays import china
from app.record.models import RecordFact

TOLD_FOR = timedelta(days=14)
"""What is longer overdue is in the matrix and the worklists; a register that was rebuilt floods nobody."""
OVERSEERS = (PartyRole.SUPERVISOR,)


def look_at_receipts(session: Session, house: House, writer: Writer, now: datetime) -> None:
    """Tell of what is overdue, once for each party, day and audience."""
    released = sa.select(RecordFact.project_id).distinct()
    for project in session.scalars(sa.select(Project).where(Project.id.in_(released)).order_by(Project.id)):
        if not Policy.from_json(project.policy).confirm_days:
            continue
        matrix = matrix_of(session, project.id, now)
        parties = receivers_of(session, project.id, now)
        today = now.astimezone(ZoneInfo(project.timezone)).date()
        for (party_id, due), count in _overdue(matrix).items():
            if today - due > TOLD_FOR:
                continue
            receiver = next(r for r in matrix.receivers if r.id == party_id)
            for level, listeners in _levels(house, project.id, receiver, parties, due, today):
                key = f"{UNCONFIRMED}:{party_id}:{due}:{level}"
                for person in writer.has_been_said(key, listeners):
                    del listeners[person]
                if listeners:
                    title = f"{receiver.name} · {count} 份 · {due}"
                    said = Said(key, project.id, UNCONFIRMED, project.id, title, now, is_once=True)
                    writer.say(said, listeners)


def _overdue(matrix: Matrix) -> Counter[tuple[str, date]]:
    found: Counter[tuple[str, date]] = Counter()
    for row in matrix.rows:
        for cell in row.cells:
            if cell.state == CellState.OVERDUE and cell.due is not None:
                found[cell.party_id, cell.due] += 1
    return found


def _levels(
    house: House, project_id: str, receiver: Receiver, parties: list[Receiver], due: date, today: date
) -> list[tuple[str, Listeners]]:
    """Who hears of it by now: level and people."""
    found = [("party", _people(house, project_id, [receiver]))]
    overseers = [p for p in parties if p.role in OVERSEERS and p.id != receiver.id]
    found.append(("supervisor", _people(house, project_id, overseers)))
    if today > china().after(due, ESCALATE_AFTER):
        owners = [p for p in parties if p.role == PartyRole.OWNER and p.id != receiver.id]
        found.append(("owner", _people(house, project_id, owners)))
    return found


def _people(house: House, project_id: str, parties: list[Receiver]) -> Listeners:
    found: Listeners = {}
    for party in parties:
        able = house.able(Permission.RECEIPT_CONFIRM, Target(project_id, party_id=party.id))
        for person, of in able.items():
            found.setdefault(person, set()).update(of)
    return found
