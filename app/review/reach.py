"""How far an agency's or an authority's people see across projects: by the seats that they hold for that organisation.

Who has seats in two organisations has two reaches, and neither shows anything of the other: each is asked with the seats
of its organisation alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.access.models import Party
from app.access.rules import AUTHORITIES, PartyRole, Permission
from app.accounts.models import Organisation
from app.kernel.errors import NOT_FOUND, Refused
from app.kernel.policy import Columns, Rights, SeatFact
from app.review.models import ReviewCase


class ReachKind(StrEnum):
    """As what an organisation looks at reviews."""

    AGENCY = "agency"
    AUTHORITY = "authority"


ROLES: dict[ReachKind, frozenset[PartyRole]] = {
    ReachKind.AGENCY: frozenset({PartyRole.REVIEWER}),
    ReachKind.AUTHORITY: AUTHORITIES,
}


@dataclass(frozen=True)
class Reach:
    """One organisation's view across projects, as far as this person's seats for it go."""

    kind: ReachKind
    organisation_id: str
    organisation: str
    rights: Rights
    """The person's rights by his seats for this organisation, and by no other."""

    @property
    def project_ids(self) -> tuple[str, ...]:
        """Projects within reach."""
        return self.rights.project_ids(Permission.REVIEW_OVERVIEW)

    def clause(self) -> sa.ColumnElement[bool]:
        """The cases within reach. As lists, because a condition for each seat of hundreds would be too deep for SQLite."""
        seats = _looking(self.rights)
        if self.kind is ReachKind.AGENCY:
            return ReviewCase.agency_id.in_(sorted({s.party_id for s in seats}))
        return ReviewCase.project_id.in_(sorted({s.project_id for s in seats}))

    def drawing_seats(self) -> Sequence[SeatFact]:
        """Seats by which draws are announced."""
        if self.kind is not ReachKind.AUTHORITY:
            return ()
        reached = set(self.rights.project_ids(Permission.REVIEW_DRAW))
        grants = self.rights.grants[Permission.REVIEW_DRAW]
        return [s for s in self.rights.seats if s.project_id in reached and any(g.fits(s) for g in grants)]


def reaches_of(session: Session, rights: Rights) -> list[Reach]:
    """Every organisation for which the actor sees reviews across projects; in two statements or fewer."""
    seats = _looking(rights)
    if not seats:
        return []
    query = (
        sa.select(Party.id, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .where(Party.id.in_(sorted({s.party_id for s in seats})))
    )
    names: dict[str, str] = {}
    firm: dict[str, str] = {}
    for party, organisation, name in session.execute(query):
        firm[party], names[organisation] = organisation, name
    grouped: dict[tuple[ReachKind, str], list[SeatFact]] = {}
    for seat in seats:
        kind = ReachKind.AGENCY if seat.party_role in ROLES[ReachKind.AGENCY] else ReachKind.AUTHORITY
        grouped.setdefault((kind, firm[seat.party_id]), []).append(seat)
    found = [
        Reach(kind, key, names[key], Rights(rights.actor, tuple(own), rights.grants))
        for (kind, key), own in grouped.items()
    ]
    return sorted(found, key=lambda r: (r.kind, r.organisation, r.organisation_id))


def reach_for(session: Session, rights: Rights, kind: str, organisation_id: str) -> Reach:
    """One of them.

    Raises:
        Refused: ``not-found`` when the actor has no such seat, or the organisation is not there.
    """
    for reach in reaches_of(session, rights):
        if (reach.kind, reach.organisation_id) == (kind, organisation_id):
            return reach
    raise Refused(NOT_FOUND)


def project_clause(rights: Rights, project_id: str) -> sa.ColumnElement[bool]:
    """The cases of one project that the actor may see."""
    columns = Columns(ReviewCase.project_id, party_id=ReviewCase.agency_id)
    return sa.and_(ReviewCase.project_id == project_id, rights.clause(Permission.REVIEW_VIEW, columns))


def has_reach(rights: Rights) -> bool:
    """Whether there is anything to see across projects; asks nothing of the database."""
    return bool(_looking(rights))


def _looking(rights: Rights) -> list[SeatFact]:
    if not rights.project_ids(Permission.REVIEW_OVERVIEW):  # also what a token's scope leaves out
        return []
    grants = rights.grants[Permission.REVIEW_OVERVIEW]
    return [s for s in rights.seats if any(g.fits(s) for g in grants)]
