"""Transmittals as pages and papers show them: what was handed out, and what became of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.queries import parties_of
from app.access.rules import Permission
from app.accounts.models import Person
from app.distribution.contents import items_by_key
from app.distribution.models import Transmittal
from app.distribution.rules import ItemKind
from app.drawings.models import Sheet
from app.kernel.clock import from_micros
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Rights, Target


@dataclass(frozen=True)
class TransmittalLine:
    """One content as it was handed out."""

    kind: str
    id: str
    sheet_id: str
    number: str
    label: str
    title: str
    sha256: str
    effective_at: datetime
    is_in_force: bool
    """Whether exactly this content is in force now."""

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class RecipientView:
    """Where it went."""

    party_id: str
    name: str
    place: str
    copies: int


@dataclass(frozen=True)
class TransmittalView:
    """A transmittal as far as the actor may see it."""

    id: str
    project_id: str
    number: str
    title: str
    note: str
    issuer: str
    party_id: str
    person: str
    at: datetime
    recipients: Sequence[RecipientView]
    lines: Sequence[TransmittalLine]
    hidden: int
    """Lines of sheets outside the seat's scope."""
    tree_size: int
    tree_root: str

    @property
    def outdated(self) -> int:
        """How many of its lines are not in force any more."""
        return sum(not line.is_in_force for line in self.lines)


def transmittals_of(
    session: Session, rights: Rights, project_id: str, now: datetime
) -> list[TransmittalView]:
    """The transmittals of a project, the newest first."""
    if not _sees(rights, project_id):
        return []
    rows = session.scalars(
        sa.select(Transmittal).where(Transmittal.project_id == project_id).order_by(Transmittal.serial.desc())
    ).all()
    return _views(session, rights, project_id, rows, now)


def transmittal_for(session: Session, rights: Rights, transmittal_id: str, now: datetime) -> TransmittalView:
    """One transmittal.

    Raises:
        Refused: ``not-found``.
    """
    row = session.get(Transmittal, transmittal_id)
    if row is None or not _sees(rights, row.project_id):
        raise Refused(NOT_FOUND)
    return _views(session, rights, row.project_id, [row], now)[0]


def _sees(rights: Rights, project_id: str) -> bool:
    return rights.may(Permission.DISTRIBUTION_VIEW, Target(project_id))


def _views(
    session: Session, rights: Rights, project_id: str, rows: Sequence[Transmittal], now: datetime
) -> list[TransmittalView]:
    names = {
        p.id: f"{p.organisation}（{p.lot}）" if p.lot else p.organisation
        for p in parties_of(session, project_id)
    }
    people = dict(
        session.execute(
            sa.select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows}))
        ).all()
    )
    keys = {f"{line['kind']}:{line['id']}" for row in rows for line in row.items}
    standing = {key: item.sha256 for key, item in items_by_key(session, project_id, keys, now).items()}
    seen = _seen_sheets(session, rights, [line for row in rows for line in row.items])
    return [_view(row, names, people, standing, seen) for row in rows]


def _seen_sheets(session: Session, rights: Rights, lines: Sequence[Mapping[str, Any]]) -> set[str]:
    ids = sorted({str(line["sheet"]) for line in lines if line["sheet"]})
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        query = sa.select(Sheet).where(Sheet.id.in_(ids[start : start + 500]))
        for sheet in session.scalars(query):
            target = Target(sheet.project_id, sheet.building_id, has_place=True, discipline=sheet.discipline)
            if rights.may(Permission.DISTRIBUTION_VIEW, target):
                found.add(sheet.id)
    return found


def _view(
    row: Transmittal,
    names: Mapping[str, str],
    people: Mapping[str, str],
    standing: Mapping[str, str],
    seen: set[str],
) -> TransmittalView:
    lines = [
        TransmittalLine(
            line["kind"], line["id"], line["sheet"], line["number"], line["label"], line["title"], line["sha256"],
            from_micros(line["effective_at"]), standing.get(f"{line['kind']}:{line['id']}") == line["sha256"],
        )
        for line in row.items
        if line["kind"] == ItemKind.SLIP or line["sheet"] in seen
    ]  # fmt: skip
    recipients = [
        RecipientView(r["party"], names.get(r["party"], ""), r["place"], r["copies"]) for r in row.recipients
    ]
    return TransmittalView(
        id=row.id, project_id=row.project_id, number=row.number, title=row.title, note=row.note,
        issuer=names.get(row.party_id, ""), party_id=row.party_id, person=people.get(row.person_id, ""), at=row.at,
        recipients=recipients, lines=lines, hidden=len(row.items) - len(lines), tree_size=row.tree_size,
        tree_root=row.tree_root,
    )  # fmt: skip
