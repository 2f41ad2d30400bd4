"""Whose confirmation a sheet needs: parties of the kinds that the policy names, as far as they work on it.

A party works on a sheet when one of its seats in force covers the sheet's building and discipline, whatever the role of
the seat: whoever may read it may build from it. Whether somebody there has the authority to confirm is another question;
a cell that nobody could confirm stays open and says so. A party without any seat has no scope that could be known, and
counts for every sheet: a receiver who was never seated must not make a sheet green (law 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.queries import project_rights
from app.access.rules import PARTY_LABELS, PartyRole
from app.accounts.models import Organisation
from app.distribution.contents import Item, Place
from app.kernel.labels import Label
from app.kernel.policy import Scope, Target


@dataclass(frozen=True)
class Receiver:
    """A party as the matrix knows it."""

    id: str
    role: str
    organisation: str
    lot: str
    valid_from: datetime
    scopes: tuple[Scope, ...]
    _known: dict[tuple[str | None, str], bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def label(self) -> Label:
        """What it is in the project."""
        return PARTY_LABELS[PartyRole(self.role)]

    @property
    def name(self) -> str:
        """The organisation, with its section where it has one."""
        return f"{self.organisation}（{self.lot}）" if self.lot else self.organisation

    @property
    def is_seated(self) -> bool:
        """Whether anybody stands for it."""
        return bool(self.scopes)

    def covers(self, place: Place) -> bool:
        """Whether it works on a sheet."""
        key = (place.building_id, place.discipline)
        known = self._known.get(key)
        if known is None:
            target = Target("", place.building_id, has_place=True, discipline=place.discipline)
            known = not self.scopes or any(scope.covers(target) for scope in self.scopes)
            self._known[key] = known
        return known

    def concerns(self, item: Item) -> bool:
        """Whether an item is the party's: one of its sheets is."""
        return any(self.covers(place) for place in item.places)

    def places(self, item: Item) -> tuple[Place, ...]:
        """Those sheets of an item on which the party works."""
        return tuple(place for place in item.places if self.covers(place))


def receivers_of(
    session: Session, project_id: str, now: datetime, roles: Sequence[str] | None = None
) -> list[Receiver]:
    """Parties in force with the scopes of their seats, in the order of the roles; ``roles`` None: all kinds."""
    query = (
        sa.select(Party, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(
            Party.project_id == project_id,
            Party.valid_from <= now,
            sa.or_(Party.valid_to.is_(None), Party.valid_to > now),
        )
    )
    if roles is not None:
        query = query.where(Party.role.in_(list(roles)))
    scopes: dict[str, set[Scope]] = {}
    for rights in project_rights(session, project_id, now).values():
        for seat in rights.seats:
            scopes.setdefault(seat.party_id, set()).add(seat.scope)
    order = {role: n for n, role in enumerate(PartyRole)}
    found = [
        Receiver(p.id, p.role, name, p.lot, p.valid_from, tuple(scopes.get(p.id, ())))
        for p, name in session.execute(query)
    ]
    return sorted(found, key=lambda r: (order[PartyRole(r.role)], r.organisation, r.lot, r.id))
