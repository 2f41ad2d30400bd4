"""By which seat somebody acts on a change: its scope must cover the change's discipline and all its buildings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.rules import PartyRole, Permission
from app.changes.models import ChangeDocument, ChangeSheet
from app.changes.rules import External
from app.drawings.models import Sheet
from app.kernel.errors import FORBIDDEN, Refused
from app.kernel.policy import Rights, SeatFact, Target

_OF_DESIGNER = frozenset({Permission.CHANGE_DESIGN, Permission.CHANGE_ISSUE})
"""Rights of the design party that took the change up."""
SILENT_ON: Mapping[str, frozenset[str]] = {
    PartyRole.FIRE_AUTHORITY: frozenset(External) - {External.FIRE},
    PartyRole.OTHER_AUTHORITY: frozenset({External.FIRE}),
}
"""Matters on which an authority's word is not asked (DOMAIN 2.4 [R]). The construction authority may speak of all: in
many cities it examines fire protection too. Which of the other departments a party is, its name tells; the approval's
file does the rest."""


def change_target(change: ChangeDocument, permission: str) -> Target:
    """A change as the policy sees it for a right."""
    party = change.designer_id if permission in _OF_DESIGNER else change.party_id
    return Target(change.project_id, discipline=change.discipline, party_id=party, state=change.state)


def buildings_of(session: Session, change_ids: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
    """By change: the buildings of its sheets; None: the whole site."""
    query = (
        sa.select(ChangeSheet.change_id, Sheet.building_id)
        .join(Sheet, Sheet.id == ChangeSheet.sheet_id)
        .where(ChangeSheet.change_id.in_(change_ids), ChangeSheet.is_dropped.is_(False))
        .distinct()
    )
    found: dict[str, list[str | None]] = {}
    for change_id, building in session.execute(query):
        found.setdefault(change_id, []).append(building)
    return {key: tuple(buildings) for key, buildings in found.items()}


def seat_covering(
    rights: Rights, permission: str, target: Target, buildings: Iterable[str | None]
) -> SeatFact | None:
    """One seat that may do it in all of these buildings, or None."""
    if rights.actor.is_limited and permission not in rights.actor.scopes:
        return None
    places = [replace(target, building_id=b, has_place=True) for b in buildings] or [target]
    for seat in rights.in_project(target.project_id):
        alone = replace(rights, seats=(seat,))
        if all(alone.may(permission, place) for place in places):
            return seat
    return None


def seat_over(rights: Rights, permission: str, target: Target, buildings: Iterable[str | None]) -> SeatFact:
    """The same, or a refusal.

    Raises:
        Refused: ``forbidden``.
    """
    seat = seat_covering(rights, permission, target, buildings)
    if seat is None:
        raise Refused(FORBIDDEN, action=permission)
    return seat
