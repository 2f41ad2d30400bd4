"""Numbers of change documents: a serial for every proposal, the official number at issue, by the project's pattern."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.models import ChangeDocument
from app.changes.rules import KIND_PREFIX
from app.kernel.db.transactions import Tx
from app.projects.models import Project
from app.projects.queries import policy_of
from app.projects.rules import DISCIPLINE_LABELS, Discipline

_SERIAL = re.compile(r"\{serial(?::0?([1-9])d)?\}")


def locked(session: Session, project_id: str) -> Project:
    """The project's row, locked: two acts that count come one after the other."""
    return session.scalars(sa.select(Project).where(Project.id == project_id).with_for_update()).one()


def next_serial(session: Session, project_id: str) -> int:
    """The serial of the next proposal; the project is locked."""
    query = sa.select(sa.func.max(ChangeDocument.serial)).where(ChangeDocument.project_id == project_id)
    return (session.execute(query).scalar_one() or 0) + 1


def fix_number(tx: Tx, change: ChangeDocument) -> None:
    """Give a change its official number, if it has none."""
    if change.number:
        return
    project = locked(tx.session, change.project_id)
    pattern = policy_of(tx.session, change.project_id).change_number
    change.number = next_number(tx.session, change, pattern, tx.now, project.timezone)


def next_number(session: Session, change: ChangeDocument, pattern: str, now: datetime, zone: str) -> str:
    """The official number of a change that is issued now; the project is locked.

    What stands around the serial counts for itself: ``设变-结构-001`` and ``设变-建筑-001`` are both the first.
    """
    about = pattern.replace("{kind}", KIND_PREFIX[change.kind])
    about = about.replace("{discipline}", DISCIPLINE_LABELS[Discipline(change.discipline)].zh)
    about = about.replace("{year}", str(now.astimezone(ZoneInfo(zone)).year))
    serial = _SERIAL.search(about)
    width = int(serial.group(1) or 1) if serial else 1
    before, after = (about[: serial.start()], about[serial.end() :]) if serial else (f"{about}-", "")
    query = sa.select(ChangeDocument.number).where(
        ChangeDocument.project_id == change.project_id,
        ChangeDocument.number.startswith(before, autoescape=True),
    )
    shape = re.compile(f"{re.escape(before)}([0-9]+){re.escape(after)}")
    taken = [int(found.group(1)) for number in session.scalars(query) if (found := shape.fullmatch(number))]
    return f"{before}{max(taken, default=0) + 1:0{width}d}{after}"
