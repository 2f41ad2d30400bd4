"""The interpreter of the grants table: one truth for *may I* and *what may I see* (STYLE 1, 7).

A right belongs to a seat (law 5). What no grant names is refused; a permission nobody declared is an error.
The same table answers twice: :meth:`Rights.seat_for` checks one object, :meth:`Rights.clause` filters a query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.kernel.actor import Actor
from app.kernel.errors import FORBIDDEN, NOT_FOUND, Refused

ANY_SEAT: frozenset[str] = frozenset({"*"})


@dataclass(frozen=True)
class Scope:
    """Where in a project a seat works. Empty means nothing; "all" is explicit (ARCHITECTURE section 7, 6)."""

    all_buildings: bool
    buildings: frozenset[str]
    all_disciplines: bool
    disciplines: frozenset[str]

    def covers(self, target: "Target") -> bool:
        """True when the target's building and discipline are inside; a target without one asks nothing of it."""
        building_ok = not target.has_place or self.all_buildings or target.building_id in self.buildings
        discipline_ok = (
            target.discipline is None or self.all_disciplines or target.discipline in self.disciplines
        )
        return building_ok and discipline_ok

    def includes(self, other: "Scope") -> bool:
        """True when nothing of the other scope lies outside."""
        buildings = self.all_buildings or (not other.all_buildings and other.buildings <= self.buildings)
        disciplines = self.all_disciplines or (
            not other.all_disciplines and other.disciplines <= self.disciplines
        )
        return buildings and disciplines


@dataclass(frozen=True)
class SeatFact:
    """A seat in force now, as far as rights need it."""

    seat_id: str
    person_id: str
    project_id: str
    party_id: str
    party_role: str
    seat_role: str
    scope: Scope


@dataclass(frozen=True)
class Target:
    """What an act is about, as far as rights need it."""

    project_id: str
    building_id: str | None = None
    has_place: bool = False
    """True for things that stand in a building or in the whole site (``building_id`` None = whole site)."""
    discipline: str | None = None
    party_id: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class Columns:
    """The columns of a query that play the parts of a :class:`Target`."""

    project_id: sa.SQLColumnExpression[Any]
    building_id: sa.SQLColumnExpression[Any] | None = None
    discipline: sa.SQLColumnExpression[Any] | None = None
    party_id: sa.SQLColumnExpression[Any] | None = None
    state: sa.SQLColumnExpression[Any] | None = None


@dataclass(frozen=True)
class Grant:
    """Seats of these roles may; only on their own party's things, only in these states, if said."""

    party_role: str
    seat_roles: frozenset[str] = ANY_SEAT
    own: bool = False
    states: frozenset[str] | None = None
    any_discipline: bool = False
    """Reaches beyond the disciplines of the seat: who co-signs looks at the others' sheets."""

    def fits(self, seat: SeatFact) -> bool:
        """True when the grant speaks of this seat."""
        role_ok = self.seat_roles is ANY_SEAT or seat.seat_role in self.seat_roles
        return seat.party_role == self.party_role and role_ok

    def allows(self, seat: SeatFact, target: Target) -> bool:
        """True when the seat may do it to the target."""
        return (
            self.fits(seat)
            and seat.project_id == target.project_id
            and seat.scope.covers(replace(target, discipline=None) if self.any_discipline else target)
            and (not self.own or target.party_id == seat.party_id)
            and (self.states is None or target.state in self.states)
        )


GrantTable = Mapping[str, tuple[Grant, ...]]


@dataclass(frozen=True)
class Rights:
    """Everything one actor may do, by the seats he holds now."""

    actor: Actor
    seats: tuple[SeatFact, ...]
    grants: GrantTable

    def seat_for(self, permission: str, target: Target) -> SeatFact | None:
        """The seat by which the actor may, or None.

        Raises:
            KeyError: nobody declared the permission.
        """
        grants = self.grants[permission]
        if self.actor.is_limited and permission not in self.actor.scopes:
            return None
        for seat in self.seats:
            if any(g.allows(seat, target) for g in grants):
                return seat
        return None

    def may(self, permission: str, target: Target) -> bool:
        """True when some seat of the actor may."""
        return self.seat_for(permission, target) is not None

    def require(self, permission: str, target: Target, *, visible_by: str = "project:view") -> SeatFact:
        """The seat by which the actor acts.

        Raises:
            Refused: ``forbidden`` to those who may see the thing, ``not-found`` to everybody else.
        """
        seat = self.seat_for(permission, target)
        if seat is not None:
            return seat
        if self.may(visible_by, target):
            raise Refused(FORBIDDEN, action=permission)
        raise Refused(NOT_FOUND)

    def clause(self, permission: str, columns: Columns) -> sa.ColumnElement[bool]:
        """The same rights as a condition for a query; ``false`` when there are none.

        Raises:
            KeyError: nobody declared the permission.
        """
        grants = self.grants[permission]
        if self.actor.is_limited and permission not in self.actor.scopes:
            return sa.false()
        parts = [_clause(g, s, columns) for s in self.seats for g in grants if g.fits(s)]
        return sa.or_(sa.false(), *parts)

    def project_ids(self, permission: str = "project:view") -> tuple[str, ...]:
        """Projects in which some grant of the permission fits a seat, whatever its scope."""
        if self.actor.is_limited and permission not in self.actor.scopes:
            return ()
        grants = self.grants[permission]
        return tuple(dict.fromkeys(s.project_id for s in self.seats if any(g.fits(s) for g in grants)))

    def in_project(self, project_id: str) -> Sequence[SeatFact]:
        """The actor's seats in one project."""
        return [s for s in self.seats if s.project_id == project_id]


def _clause(grant: Grant, seat: SeatFact, columns: Columns) -> sa.ColumnElement[bool]:
    parts: list[sa.ColumnElement[bool]] = [columns.project_id == seat.project_id]
    if columns.building_id is not None and not seat.scope.all_buildings:
        parts.append(columns.building_id.in_(sorted(seat.scope.buildings)))
    if columns.discipline is not None and not (seat.scope.all_disciplines or grant.any_discipline):
        parts.append(columns.discipline.in_(sorted(seat.scope.disciplines)))
    if grant.own:
        parts.append(_needed(columns.party_id) == seat.party_id)
    if grant.states is not None:
        parts.append(_needed(columns.state).in_(sorted(grant.states)))
    return sa.and_(*parts)


def _needed(column: sa.SQLColumnExpression[Any] | None) -> sa.SQLColumnExpression[Any]:
    if column is None:
        raise TypeError("the grant depends on a column that the query does not name")
    return column
