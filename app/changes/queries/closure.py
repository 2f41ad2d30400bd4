"""How far the changes of a project are closed, and their settlement, as far as the actor sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.changes.closure import ClosureFact, ClosureLine, OpenChange, count, grouped, open_changes
from app.changes.facts import is_irregular, name_of
from app.changes.models import ChangeDocument, ChangeIncorporation, ChangeSheet, ChangeStep
from app.changes.queries.names import parties_named
from app.changes.queries.visibility import seen_changes
from app.drawings.models import Sheet
from app.kernel.policy import Rights
from app.projects.models import Building
from app.projects.queries import policy_of


@dataclass(frozen=True)
class Closure:
    """The closing of a project's changes."""

    total: ClosureLine
    by_designer: tuple[ClosureLine, ...]
    by_proposer: tuple[ClosureLine, ...]
    by_discipline: tuple[ClosureLine, ...]
    by_building: tuple[ClosureLine, ...]
    open: tuple[OpenChange, ...]


@dataclass(frozen=True)
class SettlementRow:
    """A change that took effect, as the settlement lists it."""

    id: str
    number: str
    title: str
    kind: str
    discipline: str
    state: str
    flags: tuple[str, ...]
    is_emergency: bool
    proposer: str
    designer: str
    sheets: tuple[str, ...]
    """Numbers, in the order of the register."""
    effective_at: datetime
    dates: Mapping[str, datetime]
    """By event of the machine: when it was last taken."""
    cost_estimate: int | None
    """Fen."""
    cost_agreed: int | None
    days_estimate: int | None
    days_agreed: int | None


def closure_of(session: Session, rights: Rights, project_id: str, now: datetime) -> Closure:
    """Rates by party, discipline and building, and what is open. Six statements, however many changes there are."""
    facts = closure_facts(session, rights, project_id)
    return Closure(
        total=count("", facts),
        by_designer=grouped(facts, lambda f: [f.designer]),
        by_proposer=grouped(facts, lambda f: [f.proposer]),
        by_discipline=grouped(facts, lambda f: [f.discipline]),
        by_building=grouped(facts, lambda f: f.buildings),
        open=open_changes(facts, now),
    )


def closure_facts(session: Session, rights: Rights, project_id: str) -> list[ClosureFact]:
    """The facts that are counted, oldest proposal first."""
    changes = _seen(session, rights, project_id)
    ids = [c.id for c in changes]
    parties = parties_named(session, {p for c in changes for p in (c.party_id, c.designer_id)})
    places = _places(session, ids)
    incorporated = _incorporated(session, ids)
    policy = policy_of(session, project_id)
    return [
        ClosureFact(
            id=c.id,
            name=name_of(c),
            title=c.title,
            kind=c.kind,
            discipline=c.discipline,
            state=c.state,
            since=c.state_at,
            effective_at=c.effective_at,
            is_irregular=is_irregular(c),
            proposer=parties.get(c.party_id, ("", ""))[0],
            designer=parties.get(c.designer_id or "", ("", ""))[0],
            buildings=tuple(dict.fromkeys(number for _, number in places.get(c.id, ()))),
            has_places={sheet for sheet, _ in places.get(c.id, ())} <= incorporated.get(c.id, set()),
            is_assessed=policy.change_assessed,
        )
        for c in changes
    ]


def settlement_of(session: Session, rights: Rights, project_id: str) -> list[SettlementRow]:
    """Every change that took effect, whatever became of it, by its number: what a settlement is drawn up from."""
    changes = [(c, c.effective_at) for c in _seen(session, rights, project_id)]
    ids = [c.id for c, effective in changes if effective is not None]
    parties = parties_named(session, {p for c, _ in changes for p in (c.party_id, c.designer_id)})
    sheets = _numbers(session, ids)
    dates = _dates(session, ids)
    rows = [
        SettlementRow(
            id=c.id,
            number=name_of(c),
            title=c.title,
            kind=c.kind,
            discipline=c.discipline,
            state=c.state,
            flags=tuple(c.flags),
            is_emergency=c.is_emergency,
            proposer=parties.get(c.party_id, ("", ""))[0],
            designer=parties.get(c.designer_id or "", ("", ""))[0],
            sheets=tuple(sheets.get(c.id, ())),
            effective_at=effective,
            dates=dates.get(c.id, {}),
            cost_estimate=c.cost_estimate,
            cost_agreed=c.cost_agreed,
            days_estimate=c.days_estimate,
            days_agreed=c.days_agreed,
        )
        for c, effective in changes
        if effective is not None
    ]
    return sorted(rows, key=lambda row: (row.number, row.id))


def _seen(session: Session, rights: Rights, project_id: str) -> Sequence[ChangeDocument]:
    query = sa.select(ChangeDocument).where(ChangeDocument.project_id == project_id, seen_changes(rights))
    return session.scalars(query.order_by(ChangeDocument.serial)).all()


def _places(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """By change: its sheets, each with the number of its building; empty: the whole site."""
    query = (
        sa.select(ChangeSheet.change_id, Sheet.id, sa.func.coalesce(Building.number, ""))
        .join(Sheet, Sheet.id == ChangeSheet.sheet_id)
        .outerjoin(Building, Building.id == Sheet.building_id)
        .where(ChangeSheet.change_id.in_(ids), ChangeSheet.is_dropped.is_(False))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for change_id, sheet_id, number in session.execute(query):
        found.setdefault(change_id, []).append((sheet_id, number))
    return found


def _numbers(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    query = (
        sa.select(ChangeSheet.change_id, Sheet.number)
        .join(Sheet, Sheet.id == ChangeSheet.sheet_id)
        .where(ChangeSheet.change_id.in_(ids), ChangeSheet.is_dropped.is_(False))
        .order_by(Sheet.sort_key, Sheet.id)
    )
    found: dict[str, list[str]] = {}
    for change_id, number in session.execute(query):
        found.setdefault(change_id, []).append(number)
    return found


def _dates(session: Session, ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    query = (
        sa.select(ChangeStep.change_id, ChangeStep.event, sa.func.max(ChangeStep.at))
        .where(ChangeStep.change_id.in_(ids))
        .group_by(ChangeStep.change_id, ChangeStep.event)
    )
    found: dict[str, dict[str, datetime]] = {}
    for change_id, event, at in session.execute(query):
        found.setdefault(change_id, {})[event] = at
    return found


def _incorporated(session: Session, ids: Sequence[str]) -> dict[str, set[str]]:
    """By change: sheets of which the newest word says a place in the as-built."""
    query = (
        sa.select(ChangeIncorporation.change_id, ChangeIncorporation.sheet_id, ChangeIncorporation.place)
        .where(ChangeIncorporation.change_id.in_(ids))
        .order_by(ChangeIncorporation.at, ChangeIncorporation.id)
    )
    newest = {(change_id, sheet_id): place for change_id, sheet_id, place in session.execute(query)}
    found: dict[str, set[str]] = {}
    for (change_id, sheet_id), place in newest.items():
        if place:
            found.setdefault(change_id, set()).add(sheet_id)
    return found
